//! The outcome of a write-out.

use crate::model::RecordPath;

use crate::sync::outcome::SyncNote;

/// The files that a write-out did not simply write.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckedOut {
    /// Files that were edited after they had been read: they stay as edited.
    pub edited_after_read: Vec<String>,
    /// Files that were edited after they had been read, and that a later commit of the same command holds.
    pub committed_later: Vec<String>,
    /// Files that were not written, because something else stands in their place or a filter of Git's failed.
    pub left_alone: Vec<String>,
    /// Files that Git does not track and that stood in the way: where, and where they stand now.
    pub moved_aside: Vec<(String, String)>,
}

impl CheckedOut {
    /// Notes for a person.
    pub fn notes(&self) -> Vec<SyncNote> {
        let edited = self
            .edited_after_read
            .iter()
            .cloned()
            .map(SyncNote::EditedAfterRead);
        let left = self.left_alone.iter().cloned().map(SyncNote::LeftAlone);
        let aside = self.moved_aside.iter().cloned();
        let aside = aside.map(|(path, to)| SyncNote::MovedAside { path, to });
        edited.chain(left).chain(aside).collect()
    }

    /// Adds a second write-out, of a commit that holds the records that were edited.
    pub(in crate::sync) fn followed_by(&mut self, later: Self) {
        let before = std::mem::take(&mut self.edited_after_read);
        let (records, others): (Vec<_>, Vec<_>) =
            before.into_iter().partition(|p| RecordPath::parse(p).is_some());
        let committed = records
            .into_iter()
            .filter(|path| !later.edited_after_read.contains(path));
        self.committed_later.extend(committed);
        self.edited_after_read = [others, later.edited_after_read].concat();
        self.left_alone.extend(later.left_alone);
        self.moved_aside.extend(later.moved_aside);
    }

    /// The files that do not lie there as the commit has them.
    pub(in crate::sync) fn not_as_committed(&self) -> impl Iterator<Item = &String> {
        self.edited_after_read.iter().chain(&self.left_alone)
    }
}
