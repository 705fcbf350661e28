//! A snapshot of the folder: hand edits become part of the next commit (docs/sync.md#hand-edits).
//!
//! A hand edit is a difference from the version that a file was made from, which need not be the last one. Each edit is
//! merged with HEAD over that version. The rules for single entries stand behind an interface, because they need keys.

mod assign_ids;
mod context;
mod entry_rules;
mod file_edits;
mod hand_edits;
mod input;
mod known_versions;
mod rules;
pub(super) mod tracked_files;
mod versions;

use std::collections::{BTreeMap, BTreeSet};

use crate::merge::{merge, with_missing_from};
use crate::model::{EntryId, Home, Loaded, Meeting, MeetingKey, Placed, Problem, RecordPath, State, Table};

use super::error::SyncError;
use assign_ids::{AssignedEntry, assign_ids, fill_in_new, followed};
use file_edits::{EntryEdit, FileEdits, FolderAndBranch};
use versions::{Part, Parts};

pub(super) use context::SnapshotContext;
pub use entry_rules::EntryRules;
pub use file_edits::{OlderFile, TakenOut};
pub(super) use hand_edits::{BrokenRecords, HandEdits, is_as_committed};
use input::Folder;
pub use input::SnapshotInput;
pub use versions::RecordVersions;

/// HEAD with the hand edits.
pub struct Snapshot {
    /// All of it.
    pub state: State,
    /// Entries that lie in the folder without their ids, or twice.
    pub filled: Vec<EntryId>,
    /// Entries that stand elsewhere by now, and that an entry without an id in this record was taken for.
    pub same: Vec<(RecordPath, EntryId)>,
    /// Entries that one side deleted and the other edited.
    pub kept: Vec<EntryId>,
    /// Entries that were removed by hand.
    pub removed: Vec<EntryId>,
    /// Entries of ended meetings, written into a file from before the end: they are on the agenda again.
    pub carried: Vec<EntryId>,
    /// Files that read as older versions.
    pub older: Vec<OlderFile>,
    /// The edited records as they were taken in, with the ids of their entries.
    pub taken: BTreeMap<RecordPath, State>,
}

/// Takes a snapshot of a folder.
///
/// # Errors
/// When a rule refuses an entry, or the merge is refused.
pub fn snapshot<R: EntryRules>(input: SnapshotInput<'_>, rules: &mut R) -> Result<Snapshot, SyncError> {
    let SnapshotInput { head, base, .. } = input;
    let mut folder = folder_of(&input.loaded);
    let loose = assign_ids(&input, &folder, rules);
    for one in loose.iter().filter(|one| !one.is_new) {
        let of_home = folder.entry(one.placed.home).or_default();
        of_home.insert(one.id, one.placed.entry.clone());
    }
    // While a record cannot be read, a missing entry was not removed.
    let mut head_state = head.state.clone();
    if !head.broken.is_empty() {
        head_state = with_missing_from(head_state, &base.state);
    }
    let compared = FolderAndBranch {
        files: files(&input, &folder),
        folder: &folder,
        left: &input.left,
        head: &head_state,
        unreadable: head.broken.keys().copied().collect(),
        versions: &input.versions,
        without_id: loose.iter().filter(|one| !one.is_new).map(|one| one.id).collect(),
    };
    let mut edits = compared.edits();
    if let Some((id, copies)) = edits.copied.take().filter(|_| !input.pending) {
        return Err(rules.doubled(id, &copies));
    }
    if !edits.taken_out.is_empty() {
        return Err(rules.taken_out(&edits.taken_out));
    }
    edits
        .entries
        .extend(loose.iter().filter(|one| one.is_new).map(|one| EntryEdit {
            id: one.id,
            before: None,
            after: Some(one.placed.clone()),
        }));
    for edit in &mut edits.entries {
        let is_new = edit.before.is_none() && !head_state.entries.contains_key(&edit.id);
        if let (true, Some(after)) = (is_new, &mut edit.after) {
            let is_mine = rules.is_mine(&after.entry);
            fill_in_new(&mut after.entry, is_mine, |entry, re| {
                followed(&input, rules, entry, re)
            });
        }
    }
    admit_all(&mut edits.entries, &head_state, rules)?;
    let taken = taken(&compared, &edits);
    let is_gone = |edit: &&EntryEdit| edit.after.is_none();
    let removed: Vec<EntryId> = edits.entries.iter().filter(is_gone).map(|edit| edit.id).collect();
    let older = std::mem::take(&mut edits.older);
    let under_way = under_way(&compared.files);
    let (mut state, kept) = merged(edits, head_state)?;
    let carried = carry_late(under_way, &head.state, &mut state, rules);
    let doubled = input.loaded.doubled.keys().copied();
    let stands_elsewhere = |one: &&AssignedEntry| {
        let now = head.state.entries.get(&one.id);
        !one.is_new && now.is_some_and(|now| now.home != one.placed.home)
    };
    let same = loose.iter().filter(stands_elsewhere);
    let same = same.map(|one| (RecordPath::Home(one.placed.home), one.id));
    Ok(Snapshot {
        same: same.collect(),
        filled: loose.into_iter().map(|one| one.id).chain(doubled).collect(),
        removed: removed
            .into_iter()
            .filter(|id| !state.entries.contains_key(id))
            .collect(),
        state,
        kept,
        carried,
        older,
        taken,
    })
}

/// Holds each edit against the rules. All problems are said at once.
fn admit_all<R: EntryRules>(edits: &mut [EntryEdit], head: &State, rules: &mut R) -> Result<(), SyncError> {
    let mut problems: Vec<Problem> = Vec::new();
    for edit in edits {
        let now = head.entries.get(&edit.id);
        let known: Vec<&Placed> = edit.before.iter().chain(now).collect();
        let admitted = match (&mut edit.after, &edit.before) {
            (Some(after), before) => {
                if let (Some(before), Some(now)) = (before, now) {
                    keep_sealed(after, before, now);
                }
                rules.admit(edit.id, after, &known)
            }
            (None, Some(before)) => rules.remove(edit.id, before),
            (None, None) => Ok(()),
        };
        match admitted {
            Ok(()) => {}
            Err(SyncError::Problems(more)) => {
                let is_new = |problem: &Problem| !problems.contains(problem);
                problems.extend(more.into_iter().filter(is_new).collect::<Vec<_>>());
            }
            Err(e) if problems.is_empty() => return Err(e),
            Err(_) => break,
        }
    }
    match problems.is_empty() {
        true => Ok(()),
        false => Err(SyncError::Problems(problems)),
    }
}

/// An old buffer has in clear what was sealed since. Whoever edits it there shares nothing: the edit is sealed, too.
fn keep_sealed(after: &mut Placed, before: &Placed, now: &Placed) {
    let says = |placed: &Placed| placed.entry.get_str("visibility").map(str::to_owned);
    let was_sealed = before.entry.ciphertext().is_none() && now.entry.ciphertext().is_some();
    if was_sealed && after.entry.ciphertext().is_none() && says(after) == says(before) {
        let visibility = now.entry.get("visibility").cloned();
        after.entry.put("visibility", visibility);
    }
}

fn folder_of(loaded: &Loaded) -> Folder {
    let mut folder = Folder::new();
    let copies = loaded.doubled.iter();
    let copies = copies.flat_map(|(id, copies)| copies.iter().map(move |copy| (id, copy)));
    for (id, placed) in loaded.state.entries.iter().chain(copies) {
        folder
            .entry(placed.home)
            .or_default()
            .insert(*id, placed.entry.clone());
    }
    // A file without entries was read too.
    for (home, _) in loaded.state.headers() {
        folder.entry(home).or_default();
    }
    folder
}

/// The edited files by their parts. A file that is gone has none.
fn files<'a>(input: &'a SnapshotInput<'_>, folder: &'a Folder) -> BTreeMap<RecordPath, Parts<'a>> {
    let state = &input.loaded.state;
    let is_sound = |record: &&RecordPath| !input.loaded.broken.contains_key(record);
    let parts_of = |record: &RecordPath| match record {
        RecordPath::Pair => versions::parts(state, *record),
        RecordPath::Home(home) => {
            let entries = folder.get(home).into_iter().flatten();
            let entries = entries.map(|(id, entry)| (Part::Entry(*id), entry));
            let head = state.header(*home).map(|head| (Part::Head, head));
            entries.chain(head).collect()
        }
    };
    let edited = input.edited.iter().filter(is_sound);
    edited.map(|record| (*record, parts_of(record))).collect()
}

/// Merges every edit with HEAD, each over the version that it was made in. Two edits of one entry, in two files, are
/// merged one after the other.
fn merged(edits: FileEdits, head: State) -> Result<(State, Vec<EntryId>), SyncError> {
    let [mut before, mut after] = edits.heads;
    let (mut left, mut state, mut kept) = (edits.entries, head, BTreeSet::new());
    loop {
        let mut next = Vec::new();
        for edit in left {
            if before.entries.contains_key(&edit.id) || after.entries.contains_key(&edit.id) {
                next.push(edit);
                continue;
            }
            before.entries.extend(edit.before.map(|placed| (edit.id, placed)));
            after.entries.extend(edit.after.map(|placed| (edit.id, placed)));
        }
        let merged = merge(&before, &after, &state)?;
        kept.extend(merged.kept);
        state = merged.state;
        if next.is_empty() {
            return Ok((state, kept.into_iter().collect()));
        }
        left = next;
        (before, after) = (State::default(), State::default());
    }
}

/// Moves entries back to the agenda that somebody wrote into a meeting which was under way in their file, and is over
/// in HEAD. The version that the file was made from is the side that still had it open. Whatever HEAD has in the
/// meeting stays.
fn carry_late<R: EntryRules>(
    mut under_way: BTreeMap<MeetingKey, Table>,
    head: &State,
    state: &mut State,
    rules: &R,
) -> Vec<EntryId> {
    under_way.retain(|key, _| state.meeting(*key).is_some_and(|meeting| meeting.is_over()));
    if under_way.is_empty() {
        return Vec::new();
    }
    let (mut open, mut ended) = (state.clone(), state.clone());
    for (key, lies) in under_way {
        let home = Home::Meeting(key);
        let stood = |id: &EntryId| head.entries.get(id).is_some_and(|placed| placed.home == home);
        ended
            .entries
            .retain(|id, placed| placed.home != home || stood(id));
        open.set_header(home, lies);
    }
    rules.carry_back([&open, &open, &ended], state)
}

/// The heads of meetings that are under way in their files.
fn under_way(files: &BTreeMap<RecordPath, Parts<'_>>) -> BTreeMap<MeetingKey, Table> {
    let heads = files.iter().filter_map(|(record, parts)| match record {
        RecordPath::Home(Home::Meeting(key)) => Some((*key, *parts.get(&Part::Head)?)),
        _ => None,
    });
    let is_under_way = |(key, head): &(MeetingKey, &Table)| !Meeting::from_header(*key, head).is_over();
    heads
        .filter(is_under_way)
        .map(|(key, head)| (key, head.clone()))
        .collect()
}

/// The edited records as they lie there, with the ids of their entries, and sealed where they must be.
fn taken(compared: &FolderAndBranch<'_>, edits: &FileEdits) -> BTreeMap<RecordPath, State> {
    let mut taken = BTreeMap::new();
    for (record, file) in &compared.files {
        let RecordPath::Home(home) = record else { continue };
        let mut state = State::default();
        for (part, table) in file {
            let (home, table) = (*home, (*table).clone());
            match part {
                Part::Entry(id) => drop(state.entries.insert(*id, Placed { home, entry: table })),
                Part::Head => state.set_header(home, table),
                Part::Member(_) => {}
            }
        }
        for edit in &edits.entries {
            if let Some(after) = edit.after.as_ref().filter(|after| after.home == *home) {
                state.entries.insert(edit.id, after.clone());
            }
        }
        taken.insert(*record, state);
    }
    taken
}
