//! The edits in saved files, each against the version that it was made from (docs/sync.md#versions). Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::merge::same_but_carried;
use crate::model::{EntryId, Home, PairDocument, Placed, RecordPath, State, Table, holds_word};

use super::versions::{EditedPart, Origin, Part, Parts, Reading, RecordVersions};

/// An edit of one entry: as it was before, and as it is now; none where it is not there.
#[derive(Debug)]
pub(super) struct EntryEdit {
    pub(super) id: EntryId,
    pub(super) before: Option<Placed>,
    pub(super) after: Option<Placed>,
}

/// The edits of saved files.
#[derive(Default)]
pub(super) struct FileEdits {
    pub(super) entries: Vec<EntryEdit>,
    /// The heads before, and now.
    pub(super) heads: [State; 2],
    /// Files that read as older versions, with the entries in them that were let alone.
    pub(super) older: Vec<OlderFile>,
    /// An entry that was put into a file and changed there, while it stands in another one too.
    pub(super) copied: Option<(EntryId, [Placed; 2])>,
    /// Edits that hold what a rewritten history took out.
    pub(super) taken_out: Vec<TakenOut>,
}

/// An edit that holds what a rewritten history took out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenOut {
    /// The record.
    pub record: RecordPath,
    /// The entry; none for the keys at the top, or of a member.
    pub entry: Option<EntryId>,
    /// Whether the history of the branch has the entry otherwise.
    pub stands: bool,
}

/// A saved file that reads as an older version of its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OlderFile {
    /// The record.
    pub record: RecordPath,
    /// Whether the file was gone, or held no entry.
    pub is_empty: bool,
    /// Entries that the file lacks: they stay.
    pub stay: Vec<EntryId>,
    /// Entries that the file has as they once were, or where they once stood: they stay as they are now.
    pub reworded: Vec<EntryId>,
    /// Whether the keys at the top, or of a member, are as they once were: they stay as they are now.
    pub head: bool,
    /// Entries that the file still has, and that were removed since: they stay removed.
    pub gone: Vec<EntryId>,
}

impl OlderFile {
    fn says_anything(&self) -> bool {
        let entries = [&self.stay, &self.reworded, &self.gone];
        self.head || entries.iter().any(|ids| !ids.is_empty())
    }
}

/// The folder and the branch, between which edits are told.
pub(super) struct FolderAndBranch<'a> {
    /// The saved files that differ from what was written out last.
    pub(super) files: BTreeMap<RecordPath, Parts<'a>>,
    /// The entries of every file that was read, by home.
    pub(super) folder: &'a BTreeMap<Home, BTreeMap<EntryId, Table>>,
    /// The texts of files that cannot be read: each may hold an entry that was moved there.
    pub(super) left: &'a [&'a Vec<u8>],
    /// The branch.
    pub(super) head: &'a State,
    /// Records that cannot be read on the branch.
    pub(super) unreadable: BTreeSet<RecordPath>,
    pub(super) versions: &'a BTreeMap<RecordPath, RecordVersions>,
    /// Entries that lie in the folder without their ids: a file with one is older than its id.
    pub(super) without_id: BTreeSet<EntryId>,
}

impl<'a> FolderAndBranch<'a> {
    /// The edits.
    pub(super) fn edits(&self) -> FileEdits {
        let readings = self.readings();
        let removed = self.removed(&readings);
        let mut edits = FileEdits::default();
        let mut touched = BTreeSet::new();
        for (record, reading) in &readings {
            match record {
                RecordPath::Pair => {
                    if self.pair_edit(reading, &mut edits) {
                        edits.older.push(OlderFile {
                            record: *record,
                            is_empty: false,
                            stay: Vec::new(),
                            reworded: Vec::new(),
                            head: true,
                            gone: Vec::new(),
                        });
                    }
                }
                RecordPath::Home(home) => {
                    let mut older = OlderFile {
                        record: *record,
                        is_empty: !reading.file.keys().any(|part| matches!(part, Part::Entry(_))),
                        stay: Vec::new(),
                        reworded: Vec::new(),
                        head: self.head_edit(*home, reading, &mut edits),
                        gone: Vec::new(),
                    };
                    for (part, table) in &reading.file {
                        let Part::Entry(id) = part else { continue };
                        if self.without_id.contains(id) {
                            continue;
                        }
                        let edit =
                            self.entry_edit(*id, *home, table, reading, &readings, &removed, &mut edits);
                        match edit {
                            Some(edit) => {
                                touched.insert(*id);
                                edits.entries.push(edit);
                            }
                            None => self.note_older(*id, *home, table, &mut older),
                        }
                    }
                    for part in reading.missing() {
                        let Part::Entry(id) = part else { continue };
                        if self.stands_in(*id, *home)
                            && !removed.contains_key(id)
                            && !self.lies_elsewhere(*id, *home)
                        {
                            older.stay.push(*id);
                        }
                    }
                    if older.says_anything() {
                        edits.older.push(older);
                    }
                }
            }
        }
        for (id, before) in removed {
            if !touched.contains(&id) && !self.lies_elsewhere(id, before.home) {
                edits.entries.push(EntryEdit {
                    id,
                    before: Some(before),
                    after: None,
                });
            }
        }
        edits
    }

    fn readings(&self) -> BTreeMap<RecordPath, Reading<'a>> {
        let read = |(record, file): (&RecordPath, &Parts<'a>)| {
            let versions = self.versions.get(record)?;
            let is_no_evidence = |part: &Part| match (part, record) {
                (Part::Entry(id), _) if self.without_id.contains(id) => true,
                // The branch has it in another file, which lacks it now.
                (Part::Entry(id), RecordPath::Home(home)) => self
                    .head
                    .entries
                    .get(id)
                    .is_some_and(|placed| placed.home != *home && !self.lies_in(*id, placed.home)),
                _ => false,
            };
            Some((
                *record,
                Reading::of(*record, file.clone(), versions, is_no_evidence),
            ))
        };
        self.files.iter().filter_map(read).collect()
    }

    /// Entries that somebody took out of a file, as they stood there.
    fn removed(&self, readings: &BTreeMap<RecordPath, Reading<'a>>) -> BTreeMap<EntryId, Placed> {
        let mut removed = BTreeMap::new();
        for (record, reading) in readings {
            let RecordPath::Home(home) = record else { continue };
            if self.unreadable.contains(record) {
                continue;
            }
            for part in reading.missing() {
                let Part::Entry(id) = part else { continue };
                let standing = self.head.entries.get(id).filter(|placed| placed.home == *home);
                let Some(standing) = standing else { continue };
                if let Some(before) = reading.removed(part, Some(&standing.entry)) {
                    let (home, entry) = (*home, before.clone());
                    removed.insert(*id, Placed { home, entry });
                }
            }
        }
        removed
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one entry of one file, seen from all sides"
    )]
    fn entry_edit(
        &self,
        id: EntryId,
        home: Home,
        table: &Table,
        reading: &Reading<'a>,
        readings: &BTreeMap<RecordPath, Reading<'a>>,
        removed: &BTreeMap<EntryId, Placed>,
        edits: &mut FileEdits,
    ) -> Option<EntryEdit> {
        let here = |entry: &Table| Placed {
            home,
            entry: entry.clone(),
        };
        let current = self.head.entries.get(&id);
        let part = Part::Entry(id);
        if self.unreadable.contains(&RecordPath::Home(home)) {
            // The branch only seems to lack it.
            let before = current.cloned();
            let after = here(table);
            let is_edit = before.as_ref() != Some(&after);
            return is_edit.then_some(EntryEdit {
                id,
                before,
                after: Some(after),
            });
        }
        let was_cut = current.is_some_and(|now| now.home != home) && removed.contains_key(&id);
        let origin = match was_cut {
            true => Origin::New,
            false => reading.origin(&part, current.map(|now| &now.entry)),
        };
        match origin {
            Origin::AsBefore => None,
            Origin::TakenOut { stands } => {
                let record = RecordPath::Home(home);
                edits.taken_out.push(TakenOut {
                    record,
                    entry: Some(id),
                    stands,
                });
                None
            }
            Origin::EditOf(version) => Some(EntryEdit {
                id,
                before: Some(here(version)),
                after: Some(here(table)),
            }),
            Origin::New => {
                let known: Vec<&Table> = readings.values().flat_map(|r| r.versions_of(&part)).collect();
                let Some(current) = current else {
                    // An entry that was removed reads so in an old file.
                    let is_known = known.iter().any(|version| same_but_carried(version, table));
                    return (!is_known).then(|| EntryEdit {
                        id,
                        before: None,
                        after: Some(here(table)),
                    });
                };
                let known = known.into_iter().chain([&current.entry]);
                let edited = EditedPart::of(table, None);
                let nearest = known.min_by_key(|version| edited.distance(version))?;
                let lies_there = current.home != home && self.lies_in(id, current.home);
                if lies_there && !same_but_carried(nearest, table) {
                    edits.copied.get_or_insert((id, [current.clone(), here(table)]));
                }
                let (mut before, mut after) = (current.clone(), here(table));
                before.entry = nearest.clone();
                let carried = |table: &Table| table.read("carried").unwrap_or(0_u32);
                let most = carried(&current.entry).max(carried(table));
                before.entry.put("carried", current.entry.get("carried").cloned());
                if most > 0 {
                    after.entry.set("carried", i64::from(most));
                }
                Some(EntryEdit {
                    id,
                    before: Some(before),
                    after: Some(after),
                })
            }
        }
    }

    fn note_older(&self, id: EntryId, home: Home, table: &Table, older: &mut OlderFile) {
        match self.head.entries.get(&id) {
            None => older.gone.push(id),
            Some(now) if now.home == home && same_but_carried(&now.entry, table) => {}
            // The file of its home holds it, too: there it is read.
            Some(now) if now.home != home && self.lies_in(id, now.home) => {}
            Some(_) => older.reworded.push(id),
        }
    }

    /// Takes in the edit of a head. Whether the head is as an older version had it, and is let alone.
    fn head_edit(&self, home: Home, reading: &Reading<'a>, edits: &mut FileEdits) -> bool {
        let Some(table) = reading.file.get(&Part::Head).copied() else {
            return false;
        };
        let current = self.head.header(home);
        let before = match reading.origin(&Part::Head, current) {
            _ if self.unreadable.contains(&RecordPath::Home(home)) => current.cloned(),
            Origin::AsBefore => return current != Some(table),
            Origin::TakenOut { stands } => {
                let record = RecordPath::Home(home);
                edits.taken_out.push(TakenOut {
                    record,
                    entry: None,
                    stands,
                });
                return false;
            }
            Origin::EditOf(version) => Some(version.clone()),
            Origin::New => current.cloned(),
        };
        for (state, head) in edits.heads.iter_mut().zip([before, Some(table.clone())]) {
            if let Some(head) = head {
                state.set_header(home, head);
            }
        }
        false
    }

    /// Takes in the edit of `pair.toml`. Whether a part of it is as an older version had it, and is let alone.
    fn pair_edit(&self, reading: &Reading<'a>, edits: &mut FileEdits) -> bool {
        let empty = PairDocument::default();
        let current = self.head.pair.as_ref().unwrap_or(&empty);
        let (mut before, mut after) = (current.clone(), current.clone());
        let mut is_older = false;
        for (part, table) in &reading.file {
            let now = match part {
                Part::Member(slug) => current.members.get(slug),
                _ => Some(&current.top),
            };
            let version = match reading.origin(part, now) {
                Origin::AsBefore => {
                    is_older |= now != Some(*table);
                    continue;
                }
                Origin::TakenOut { stands } => {
                    edits.taken_out.push(TakenOut {
                        record: RecordPath::Pair,
                        entry: None,
                        stands,
                    });
                    continue;
                }
                Origin::EditOf(version) => Some(version.clone()),
                Origin::New => now.cloned(),
            };
            match part {
                Part::Member(slug) => {
                    match version {
                        Some(version) => drop(before.members.insert(slug.clone(), version)),
                        None => drop(before.members.remove(slug)),
                    }
                    after.members.insert(slug.clone(), (*table).clone());
                }
                _ => {
                    before.top = version.unwrap_or_default();
                    after.top = (*table).clone();
                }
            }
        }
        let [before_state, after_state] = &mut edits.heads;
        (before_state.pair, after_state.pair) = (Some(before), Some(after));
        is_older
    }

    /// Whether the branch has an entry in a home.
    fn stands_in(&self, id: EntryId, home: Home) -> bool {
        let placed = self.head.entries.get(&id);
        placed.is_some_and(|placed| placed.home == home)
    }

    /// Whether the file of a home holds an entry. A file that was not read is as on the branch.
    fn lies_in(&self, id: EntryId, home: Home) -> bool {
        match self.folder.get(&home) {
            Some(entries) => entries.contains_key(&id),
            None => self.stands_in(id, home),
        }
    }

    fn lies_elsewhere(&self, id: EntryId, home: Home) -> bool {
        let mut others = self.folder.iter().filter(|(other, _)| **other != home);
        others.any(|(_, entries)| entries.contains_key(&id)) || self.is_named_in_broken(id)
    }

    fn is_named_in_broken(&self, id: EntryId) -> bool {
        let name = id.as_str().as_bytes();
        let holds = |text: &&Vec<u8>| holds_word(text, name);
        self.left.iter().any(holds)
    }
}
