//! Who could read each sealed entry, as one clone saw it: an entry that arrives wider is noticed
//! (docs/privacy.md#entries-that-arrive-wider).

use std::collections::BTreeMap;

use super::format::{Form, Table};
use super::id::EntryId;
use super::slug::Slug;
use super::state::Placed;
use super::words::Visibility;

/// One entry that was seen sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownEntry {
    /// Its author, as it was seen first, whatever its `by` says later.
    pub by: Slug,
    /// The fewest readers that it had. Only its author raises them, in this clone.
    pub readers: Visibility,
    /// Who reads it now; none if it is gone.
    pub shown: Option<Visibility>,
    /// Whether the person was told of an entry that is not theirs.
    pub is_told: bool,
}

impl KnownEntry {
    /// Whether more people read it than are known to.
    pub fn is_wider(&self) -> bool {
        self.shown.is_some_and(|shown| shown > self.readers)
    }
}

/// The entries that a clone ever saw sealed, removed ones too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownReaders {
    entries: BTreeMap<EntryId, KnownEntry>,
}

impl FromIterator<(EntryId, KnownEntry)> for KnownReaders {
    fn from_iter<T: IntoIterator<Item = (EntryId, KnownEntry)>>(entries: T) -> Self {
        let entries = entries.into_iter().collect();
        Self { entries }
    }
}

/// Who can read an entry as it is shown. A text in clear is read by everyone, whatever it names.
pub fn shown_to(entry: &Table) -> Visibility {
    match entry.form() {
        Form::Sealed(_) => entry.visibility(),
        Form::Clear | Form::Exposed => Visibility::Shared,
    }
}

impl KnownReaders {
    /// The entries.
    pub fn iter(&self) -> impl Iterator<Item = (EntryId, &KnownEntry)> {
        self.entries.iter().map(|(id, known)| (*id, known))
    }

    /// One entry.
    pub fn get(&self, id: EntryId) -> Option<&KnownEntry> {
        self.entries.get(&id)
    }

    /// One entry, if more people read it than are known to.
    pub fn get_wider(&self, id: EntryId) -> Option<&KnownEntry> {
        self.get(id).filter(|known| known.is_wider())
    }

    /// Learns from what arrived. `passed` are entries as they stood in any commit that is new here, in any order; `now`
    /// are the entries that may have changed, as they stand now, or none for one that is gone.
    ///
    /// An entry that was not known gets the fewest readers that it had on the way; one that was known only loses readers
    /// by how it stands now: a commit that came late holds what its author has opened since.
    pub fn learn<'a>(
        &mut self,
        passed: impl IntoIterator<Item = (EntryId, &'a Table)>,
        now: impl IntoIterator<Item = (EntryId, Option<&'a Placed>)>,
    ) {
        let mut new: BTreeMap<EntryId, KnownEntry> = BTreeMap::new();
        let mut see = |known: &BTreeMap<EntryId, KnownEntry>, id: EntryId, entry: &Table| {
            let readers = shown_to(entry);
            let by = entry.get_str("by").and_then(|by| by.parse().ok());
            let Some(by) = by.filter(|_| readers.is_sealed() && !known.contains_key(&id)) else {
                return;
            };
            let first = KnownEntry {
                by,
                readers,
                shown: None,
                is_told: false,
            };
            let seen = new.entry(id).or_insert(first);
            seen.readers = seen.readers.min(readers);
        };
        let now: Vec<(EntryId, Option<&Placed>)> = now.into_iter().collect();
        for (id, entry) in passed {
            see(&self.entries, id, entry);
        }
        for (id, placed) in &now {
            if let Some(placed) = placed {
                see(&self.entries, *id, &placed.entry);
            }
        }
        self.entries.append(&mut new);
        for (id, placed) in now {
            let Some(known) = self.entries.get_mut(&id) else {
                continue;
            };
            let shown = placed.map(|placed| shown_to(&placed.entry));
            if shown != known.shown {
                known.is_told = false;
            }
            known.shown = shown;
            known.readers = known.readers.min(shown.unwrap_or(known.readers));
        }
    }

    /// The person lets more people read an entry, or says that they did.
    pub fn raise(&mut self, id: EntryId, to: Visibility) {
        if let Some(known) = self.entries.get_mut(&id) {
            known.readers = known.readers.max(to);
        }
    }

    /// Remembers that the person was told of an entry.
    pub fn told(&mut self, id: EntryId) {
        if let Some(known) = self.entries.get_mut(&id) {
            known.is_told = true;
        }
    }

    /// The entries that more people read than are known to.
    pub fn wider(&self) -> impl Iterator<Item = (EntryId, &KnownEntry)> {
        self.iter().filter(|(_, known)| known.is_wider())
    }

    /// Who may read an entry at most that this clone writes: an entry that arrived wider, or one that follows it by `re`,
    /// is written for those who could read it before. None if there is nothing to say.
    pub fn bound(&self, id: EntryId, re: Option<EntryId>) -> Option<Visibility> {
        let bounds = [Some(id), re].into_iter().flatten();
        let bounds = bounds.filter_map(|id| self.get_wider(id));
        bounds.map(|known| known.readers).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Home;

    fn id(n: u8) -> EntryId {
        "kkkkkkkkkkkk"
            .replace('k', &char::from(b'k' + n).to_string())
            .parse()
            .unwrap()
    }

    fn entry(by: &str, readers: Visibility) -> Placed {
        let mut entry = Table::default();
        entry.set("by", by);
        match readers {
            Visibility::Shared => entry.set("text", "x"),
            sealed => {
                entry.set("visibility", sealed.as_str());
                entry.set("sealed", "-");
            }
        }
        Placed {
            home: Home::Agenda,
            entry,
        }
    }

    fn wider(known: &KnownReaders) -> Vec<EntryId> {
        known.wider().map(|(id, _)| id).collect()
    }

    use Visibility::{Confidential, Private, Shared};

    #[test]
    fn an_entry_that_arrives_wider_is_noticed_whatever_its_by_says() {
        let mut known = KnownReaders::default();
        let (mine, bait) = (entry("ana", Private), entry("sam", Shared));
        known.learn([], [(id(0), Some(&mine)), (id(1), Some(&entry("ana", Shared)))]);
        assert_eq!(known.iter().count(), 1, "what was never sealed is not kept");
        assert!(wider(&known).is_empty());
        known.learn([], [(id(0), Some(&bait))]);
        assert_eq!(wider(&known), [id(0)]);
        assert_eq!(known.get(id(0)).unwrap().by.as_str(), "ana");
        assert_eq!(known.bound(id(0), None), Some(Private));
        assert_eq!(known.bound(id(1), Some(id(0))), Some(Private));
        assert_eq!(known.bound(id(1), None), None);
        known.raise(id(0), Shared);
        assert!(wider(&known).is_empty());
        // An author takes a share back.
        known.learn([], [(id(0), Some(&mine))]);
        known.learn([], [(id(0), Some(&bait))]);
        assert_eq!(wider(&known), [id(0)]);
    }

    #[test]
    fn an_entry_that_came_and_went_on_the_way_is_known() {
        let (sealed, bait) = (entry("ana", Confidential), entry("ana", Shared));
        let mut known = KnownReaders::default();
        known.learn(
            [(id(0), &sealed.entry), (id(1), &sealed.entry)],
            [(id(0), Some(&bait)), (id(1), None)],
        );
        assert_eq!(wider(&known), [id(0)]);
        known.learn([], [(id(1), Some(&bait))]);
        assert_eq!(wider(&known), [id(0), id(1)]);
        known.learn([], [(id(0), None)]);
        assert_eq!(wider(&known), [id(1)], "one that is gone shows nothing");
    }

    #[test]
    fn an_old_commit_that_comes_late_takes_no_readers_back() {
        let (sealed, shared) = (entry("ana", Private), entry("ana", Shared));
        let mut known = KnownReaders::default();
        known.learn([], [(id(0), Some(&sealed))]);
        known.raise(id(0), Shared);
        known.learn([(id(0), &sealed.entry)], [(id(0), Some(&shared))]);
        assert!(wider(&known).is_empty());
    }
}
