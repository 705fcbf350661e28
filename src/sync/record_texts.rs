//! The texts of some records, to show problems in them: each is shared by its problems, and searched once.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::model::{EntryId, Fix, Problem};

/// The texts of records, by path.
pub(in crate::sync) struct RecordTexts {
    texts: BTreeMap<String, Arc<str>>,
    /// Where each id stands first, in each record.
    ids: OnceCell<BTreeMap<EntryId, BTreeMap<String, Range<usize>>>>,
}

impl RecordTexts {
    /// Of files. One that is no text is shown as far as it is one.
    pub(in crate::sync) fn of(files: &[(String, Vec<u8>)]) -> Self {
        let text = |(path, bytes): &(String, Vec<u8>)| {
            let text = String::from_utf8_lossy(bytes);
            (path.clone(), Arc::from(text.trim_start_matches('\u{feff}')))
        };
        Self {
            texts: files.iter().map(text).collect(),
            ids: OnceCell::new(),
        }
    }

    /// The text of a record; empty where there is none.
    pub(in crate::sync) fn text(&self, path: &str) -> Arc<str> {
        self.texts.get(path).cloned().unwrap_or_default()
    }

    /// The first record that names an entry.
    pub(in crate::sync) fn naming(&self, id: EntryId) -> Option<&str> {
        let (path, _) = self.ids().get(&id)?.first_key_value()?;
        Some(path)
    }

    /// A problem shown at the line that names an entry.
    pub(in crate::sync) fn at_entry(
        &self,
        path: &str,
        id: EntryId,
        what: String,
        help: impl Into<Fix>,
    ) -> Problem {
        let span = self.ids().get(&id).and_then(|places| places.get(path));
        Problem::at_or_of_file(path, self.text(path), span.cloned(), what, help)
    }

    fn ids(&self) -> &BTreeMap<EntryId, BTreeMap<String, Range<usize>>> {
        self.ids.get_or_init(|| {
            let mut ids: BTreeMap<EntryId, BTreeMap<String, Range<usize>>> = BTreeMap::new();
            for (path, text) in &self.texts {
                for (start, _) in text.match_indices('"') {
                    let end = start + EntryId::LENGTH + 2;
                    let quoted = text.get(start..end).and_then(|quoted| quoted.strip_prefix('"'));
                    let id = quoted.and_then(|quoted| quoted.strip_suffix('"')?.parse().ok());
                    if let Some(id) = id {
                        let places = ids.entry(id).or_default();
                        places.entry(path.clone()).or_insert(start..end);
                    }
                }
            }
            ids
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_shown_where_its_id_stands_first_and_all_problems_share_one_text() {
        let texts = RecordTexts::of(&[
            (
                "agenda.toml".to_owned(),
                b"\xef\xbb\xbfid = \"kkkkkkkkkkkk\"\n".to_vec(),
            ),
            (
                "b.toml".to_owned(),
                b"re = \"kkkkkkkkkkkk\"\nid = \"kkkkkkkkkkkl\"\nby = \"kkkkkkkkkkkk\"".to_vec(),
            ),
        ]);
        let id = |id: &str| id.parse::<EntryId>().unwrap();
        assert_eq!(texts.naming(id("kkkkkkkkkkkk")), Some("agenda.toml"));
        assert_eq!(texts.naming(id("kkkkkkkkkkkm")), None);
        let at = |path: &str, of: &str| texts.at_entry(path, id(of), "wrong".to_owned(), "mend it");
        assert_eq!(at("b.toml", "kkkkkkkkkkkk").span, 5..19);
        let second = at("b.toml", "kkkkkkkkkkkl");
        assert_eq!(second.position().line, 2);
        assert!(Arc::ptr_eq(&second.source, &texts.text("b.toml")));
        assert_eq!(at("c.toml", "kkkkkkkkkkkl").source.as_ref(), "");
    }
}
