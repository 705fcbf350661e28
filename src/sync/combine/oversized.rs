//! A record that nobody could read again with both sides in it (docs/merge.md#beyond-a-limit): the small entries of both stay,
//! and the files of those that do not fit are kept beside it.

use std::collections::{BTreeMap, BTreeSet};

use crate::git::{BlobId, TreeFile};
use crate::model::{
    EntryId, Home, Limits, Placed, Problem, RecordPath, State, Table, complete_action, write_record,
};

use crate::sync::load::side::Side;
use crate::sync::load::written_record::{is_newer, why_not_to_write};
use crate::sync::outcome::SyncNote;

/// A record in which not everything fits.
pub(in crate::sync) struct KeptApart {
    /// Why it does not.
    pub(in crate::sync) problem: Problem,
    /// The entries that are in no record now. Others without room go back to where they were.
    pub(in crate::sync) left_out: Vec<EntryId>,
    /// The files of the sides with words that are in no record now, each once.
    pub(in crate::sync) beside: Vec<(RecordPath, TreeFile)>,
}

impl KeptApart {
    /// The note for a person, with the paths under which the files were kept.
    pub(in crate::sync) fn note(self, beside: Vec<String>) -> SyncNote {
        SyncNote::KeptApart {
            problem: self.problem,
            left_out: self.left_out,
            beside,
        }
    }
}

/// The two sides that came together, and the state that came of them.
struct Fitting<'a> {
    sides: [&'a Side; 2],
    /// The side whose entries come first, and whose words alone may stand. Of two equal sides the smaller entries come first,
    /// the same on every clone.
    first: Option<&'a Side>,
    state: &'a mut State,
    done: BTreeSet<RecordPath>,
}

/// Takes out of each record of a merge what does not fit. Each word of both sides is in the state after it, or in a file that
/// is kept beside.
pub(in crate::sync) fn keep_apart(sides: [&Side; 2], state: &mut State) -> Vec<KeptApart> {
    Fitting::run(sides, None, state)
}

/// The same where the changes of `mine` come on top of `there`: whatever `there` holds stays, and nothing is kept beside.
pub(in crate::sync) fn fit_on_top(there: &Side, mine: &Side, state: &mut State) -> Vec<KeptApart> {
    Fitting::run([there, mine], Some(there), state)
}

impl<'a> Fitting<'a> {
    fn run(sides: [&'a Side; 2], first: Option<&'a Side>, state: &'a mut State) -> Vec<KeptApart> {
        let mut fitting = Self {
            sides,
            first,
            state,
            done: BTreeSet::new(),
        };
        let mut apart = Vec::new();
        // An entry that goes back to another record may be the one that is too much there.
        while let Some((record, problem)) = fitting.next_oversized() {
            fitting.done.insert(record);
            apart.push(match record {
                RecordPath::Pair => fitting.one_pair(problem),
                RecordPath::Home(home) => fitting.fit(home, problem),
            });
        }
        apart
    }

    /// The first record that is not done, and that could not be read again.
    fn next_oversized(&self) -> Option<(RecordPath, Problem)> {
        let lenient = is_newer(self.state);
        self.state.files().into_iter().find_map(|(path, bytes)| {
            let record = RecordPath::parse(&path).filter(|record| !self.done.contains(record))?;
            let is_as_before = |side: &Side| side.state.record(record).as_ref() == Some(&bytes);
            // A side that was read can be read again.
            if self.sides_that_stand().into_iter().any(is_as_before) {
                return None;
            }
            Some((
                record,
                why_not_to_write(record, &bytes, lenient).into_iter().next()?,
            ))
        })
    }

    /// The sides whose words may stand.
    fn sides_that_stand(&self) -> Vec<&'a Side> {
        self.first.map_or(self.sides.to_vec(), |first| vec![first])
    }

    /// The smaller `pair.toml` stays.
    fn one_pair(&mut self, problem: Problem) -> KeptApart {
        let record = RecordPath::Pair;
        let size = |side: &&Side| {
            let bytes = side.state.record(record).unwrap_or_default();
            (bytes.len(), side.blob(record))
        };
        let stays = self.sides_that_stand().into_iter().min_by_key(size);
        if let Some(stays) = stays {
            self.state.pair.clone_from(&stays.state.pair);
        }
        let others = self
            .sides
            .into_iter()
            .filter(|side| side.state.pair != self.state.pair);
        let beside = others.filter_map(|side| Some((record, side.blobs.get(&record)?.clone())));
        KeptApart {
            problem,
            left_out: Vec::new(),
            beside: beside.collect(),
        }
    }

    /// Keeps the head and as many entries as there is room for.
    fn fit(&mut self, home: Home, problem: Problem) -> KeptApart {
        let (head, other_head) = self.head(home);
        let mut room = Limits::FILE.saturating_sub(written(&head, None).len());
        let mut found = self.entries(home);
        found.sort_by_key(|entry| (!self.is_first(home, entry), entry.size, entry.id));
        let (mut left_out, mut otherwise, mut kept) = (Vec::new(), Vec::new(), 0);
        for entry in found {
            // A blank line stands before each.
            let size = entry.size + 1;
            match entry.table {
                Some(table) if size <= room && kept < Limits::ENTRIES => {
                    room -= size;
                    kept += 1;
                    if entry.is_otherwise {
                        otherwise.push(entry.id);
                        self.state.entries.insert(entry.id, Placed { home, entry: table });
                    }
                }
                _ => left_out.push(entry.id),
            }
        }
        let mut affected = otherwise;
        for id in &left_out {
            let (back, is_whole) = self.elsewhere(*id, home);
            match back {
                Some(placed) => drop(self.state.entries.insert(*id, placed)),
                None => drop(self.state.entries.remove(id)),
            }
            affected.extend((!is_whole).then_some(*id));
        }
        left_out.retain(|id| !self.state.entries.contains_key(id));
        let mut beside = self.files_of(&affected);
        if other_head {
            self.state.set_header(home, head);
            let record = RecordPath::Home(home);
            let files = self.sides.into_iter().filter_map(|side| side.blobs.get(&record));
            beside.extend(files.map(|file| ((record, file.id), file.clone())));
        }
        KeptApart {
            problem,
            left_out,
            beside: beside
                .into_iter()
                .map(|((record, _), file)| (record, file))
                .collect(),
        }
    }

    /// The head of a record, and whether it is another one than the merge made.
    fn head(&self, home: Home) -> (Table, bool) {
        let merged = self.state.header(home).cloned().unwrap_or_default();
        if is_readable(home, &merged, None) {
            return (merged, false);
        }
        let sides = self.sides_that_stand();
        let heads = sides
            .into_iter()
            .filter_map(|side| side.state.header(home).cloned());
        let smallest = heads.min_by_key(|head| (written(head, None).len(), written(head, None)));
        (smallest.unwrap_or_default(), true)
    }

    /// The entries that the merge has in a record, each in a form that can be read again, if there is one.
    fn entries(&self, home: Home) -> Vec<FittingEntry> {
        let here = self
            .state
            .entries
            .iter()
            .filter(|(_, placed)| placed.home == home);
        let found = here.map(|(id, placed)| {
            let text = |table: &Table| {
                let mut filled = table.clone();
                complete_action(&mut filled);
                written(&Table::default(), Some((*id, &filled)))
            };
            if is_readable(home, &Table::default(), Some((*id, &placed.entry))) {
                return FittingEntry {
                    id: *id,
                    size: text(&placed.entry).len(),
                    table: Some(placed.entry.clone()),
                    is_otherwise: false,
                };
            }
            let sides = self.sides_that_stand();
            let forms = sides.into_iter().filter_map(|side| side.entry(*id).cloned());
            let smallest = forms.min_by_key(|table| (text(table).len(), text(table)));
            FittingEntry {
                id: *id,
                size: smallest
                    .as_ref()
                    .map_or(usize::MAX / 2, |table| text(table).len()),
                table: smallest,
                is_otherwise: true,
            }
        });
        found.collect()
    }

    /// Whether the side that comes first has the entry as it is.
    fn is_first(&self, home: Home, entry: &FittingEntry) -> bool {
        let placed = self.first.and_then(|first| first.state.entries.get(&entry.id));
        placed.is_some_and(|placed| placed.home == home)
    }

    /// An entry as it goes back to another record, in which it stands on a side. Where both have it there, the merge of both
    /// goes back: says whether that is so, and each word with it.
    fn elsewhere(&self, id: EntryId, home: Home) -> (Option<Placed>, bool) {
        let sides = self.sides_that_stand();
        let count = sides.len();
        let placed = sides.into_iter().filter_map(|side| side.state.entries.get(&id));
        let is_open =
            |placed: &&Placed| placed.home != home && !self.done.contains(&RecordPath::Home(placed.home));
        let others: Vec<&Placed> = placed.filter(is_open).collect();
        let text = |placed: &Placed| written(&Table::default(), Some((id, &placed.entry)));
        let Some(found) = others.iter().min_by_key(|placed| (placed.home, text(placed))) else {
            return (None, false);
        };
        let agree = others.len() == count && others.iter().all(|placed| placed.home == found.home);
        let merged = self
            .state
            .entries
            .get(&id)
            .filter(|_| agree && self.first.is_none());
        let mut entry = merged.unwrap_or(found).entry.clone();
        // It was not carried to another meeting.
        entry.put("carried", found.entry.get("carried").cloned());
        let home = found.home;
        (Some(Placed { home, entry }), merged.is_some())
    }

    /// The files with the forms of entries that the state does not have.
    fn files_of(&self, ids: &[EntryId]) -> BTreeMap<(RecordPath, BlobId), TreeFile> {
        let mut files = BTreeMap::new();
        for (side, id) in self
            .sides
            .into_iter()
            .flat_map(|side| ids.iter().map(move |id| (side, id)))
        {
            let stands = self.state.entries.get(id).map(|placed| &placed.entry);
            if let Some(placed) = side
                .state
                .entries
                .get(id)
                .filter(|placed| Some(&placed.entry) != stands)
            {
                let record = RecordPath::Home(placed.home);
                let file = side.blobs.get(&record);
                files.extend(file.map(|file| ((record, file.id), file.clone())));
            }
        }
        files
    }
}

/// An entry that looks for room.
struct FittingEntry {
    id: EntryId,
    /// Its bytes in a record.
    size: usize,
    /// None where no form of it can be read again.
    table: Option<Table>,
    /// Whether it is the form of one side, because nobody could read the merged one.
    is_otherwise: bool,
}

fn written(head: &Table, entry: Option<(EntryId, &Table)>) -> String {
    write_record(head, entry.as_slice())
}

fn is_readable(home: Home, head: &Table, entry: Option<(EntryId, &Table)>) -> bool {
    let bytes = written(head, entry).into_bytes();
    why_not_to_write(RecordPath::Home(home), &bytes, false).is_empty()
}
