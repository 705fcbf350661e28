//! Settings of Git, as values. They may hold passwords: nothing here is printed.

/// Settings in Git's order, the keys as `git config --list` writes them.
pub(super) struct Settings(pub(super) Vec<(String, String)>);

impl Settings {
    /// The value that counts.
    pub(super) fn last(&self, key: &str) -> Option<String> {
        let mut found = self.0.iter().rev();
        found
            .find(|(known, _)| known == key)
            .map(|(_, value)| value.clone())
    }

    /// Every value of a key.
    pub(super) fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        let found = self.0.iter().filter(move |(known, _)| known == key);
        found.map(|(_, value)| value.as_str())
    }

    /// Every setting `SECTION.MIDDLE.name`, by its middle part.
    pub(super) fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.iter().filter_map(move |(key, value)| {
            let (section, _) = key.rsplit_once('.').filter(|(_, last)| *last == name)?;
            Some((section.split_once('.')?.1, value.as_str()))
        })
    }
}
