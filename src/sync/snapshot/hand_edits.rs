//! Hand edits of a clone of Git: checked, filled in and sealed before anything is committed.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::git::{TreeFile, TreeId};
use crate::model::{
    EntryId, FormatVersion, Limits, Loaded, PAIR_PATH, Pair, Problem, RecordPath, State, assemble,
};

use super::context::SnapshotContext;
use super::rules::Rules;
use super::{SnapshotInput, snapshot};
use crate::sync::changed_entries::RemovedEntry;
use crate::sync::error::SyncError;
use crate::sync::load::listing::{Listing, PartialListing};
use crate::sync::load::side::Side;
use crate::sync::load::working_copy::WorkTree;
use crate::sync::meeting_times::{at_times, ends_before_it_begins};
use crate::sync::outcome::SyncNote;
use crate::sync::problems::{at_slip, other_pair, pair_is_gone, seat_renamed, unusable_keys};
use crate::sync::secrets::slips::SlipBaseline;
use crate::sync::view::removed_entry;

/// Records that cannot be read, with what is wrong with each.
pub(in crate::sync) type BrokenRecords = BTreeMap<RecordPath, Vec<Problem>>;

/// The path and the bytes of a record.
type Contents<'a> = (&'a String, Cow<'a, [u8]>);

/// HEAD with the hand edits.
pub(in crate::sync) struct HandEdits {
    /// All of it.
    pub(in crate::sync) state: State,
    /// Records that could not be read in HEAD, and can as they lie in the folder now.
    pub(in crate::sync) mended: BTreeSet<RecordPath>,
    /// Facts that a person should know.
    pub(in crate::sync) notes: Vec<SyncNote>,
    /// Entries that lie in the folder without their ids.
    pub(in crate::sync) filled: Vec<EntryId>,
    /// Whether entries were removed by hand.
    pub(in crate::sync) has_removed: bool,
    /// The edited records as they were taken in, with the ids of their entries.
    pub(in crate::sync) taken: BTreeMap<RecordPath, State>,
    /// Files that cannot be read: they stay as they lie, and HEAD counts for their records.
    pub(in crate::sync) left: BrokenRecords,
}

impl SnapshotContext<'_> {
    /// HEAD with the hand edits of the work tree. None where there are none.
    ///
    /// # Errors
    /// [`SyncError::Problems`] when an edit is refused; nothing was committed.
    pub(in crate::sync) fn take_in(&self, work: &WorkTree) -> Result<Option<HandEdits>, SyncError> {
        let head = self.head_side;
        // A link or a folder in the place of a record stops everything, unless it was committed so. For `pair.toml` the
        // last good one counts.
        let is_committed = |path: &str| RecordPath::parse(path).is_some_and(|r| head.broken.contains_key(&r));
        let is_refused = |odd: &&Problem| odd.path != PAIR_PATH && !is_committed(&odd.path);
        refuse(work.odd.iter().filter(is_refused))?;
        if self.is_as_head(work) {
            return Ok(None);
        }
        let base = match work.base_tree {
            Some(tree) if Some(tree) == head.tree => head.clone(),
            Some(tree) => self.base(tree)?,
            None => Side::default(),
        };
        let mut rules = Rules {
            context: self,
            work,
            notes: Vec::new(),
            new: BTreeMap::new(),
        };
        let loaded = assemble(self.contents(work)?);
        let left = self.left(work, &base, &loaded);
        // A slip that was written here stops everything.
        let mut baseline = SlipBaseline::default();
        for side in [head, &base] {
            baseline.add(&side.state, side.loose.iter().map(|(placed, _)| placed));
        }
        if let Some(slip) = baseline.new_slips(&loaded.state, &loaded.loose).first() {
            let source = rules.source(&slip.path);
            return Err(SyncError::Problems(vec![at_slip(slip, &loaded.loose, source)]));
        }
        self.refuse_times(&loaded.state, &base.state, |path| rules.source(path))?;
        let is_readable = |record: &&RecordPath| {
            let lies = work.id(**record);
            let is_broken = loaded.broken.contains_key(record) || left.contains_key(record);
            lies.is_some() && lies != head.blob(**record) && !is_broken
        };
        let mended = head.broken.keys().filter(is_readable).copied().collect();
        let mut edited = self.edited(work, &base);
        edited.retain(|record| !left.contains_key(record));
        let versions = self.versions_of(work, &base, &edited)?;
        let input = SnapshotInput {
            loaded,
            edited,
            left: left
                .keys()
                .filter_map(|record| work.files.get(&record.path()))
                .collect(),
            head,
            base: &base,
            versions,
            pending: self.pending,
            now: self.now,
        };
        let taken = snapshot(input, &mut rules)?;
        let mut notes = rules.notes;
        let broken_here = left.iter().filter(|(record, _)| **record != RecordPath::Pair);
        let broken_here =
            broken_here.filter_map(|(record, problems)| Some((*record, problems.first()?.clone())));
        notes.extend(broken_here.map(|(record, problem)| SyncNote::BrokenHere(record, problem)));
        notes.extend(taken.kept.into_iter().map(SyncNote::Kept));
        notes.extend(taken.carried.into_iter().map(SyncNote::CarriedBack));
        let same = taken.same.into_iter();
        notes.extend(same.map(|(record, entry)| SyncNote::TakenFor { record, entry }));
        notes.extend(taken.older.into_iter().map(SyncNote::OlderFile));
        let stood = |id: &EntryId| {
            let placed = head.state.entries.get(id)?;
            Some(removed_entry(self.keys, self.pair, *id, placed))
        };
        let entries: Vec<RemovedEntry> = taken.removed.iter().filter_map(stood).collect();
        let has_removed = !entries.is_empty();
        if has_removed {
            notes.push(SyncNote::EntriesRemoved { by: None, entries });
        }
        Ok(Some(HandEdits {
            state: taken.state,
            mended,
            notes,
            filled: taken.filled,
            has_removed,
            taken: taken.taken,
            left,
        }))
    }

    /// The records that somebody broke in the folder. One that was committed so, or came so, is none of them.
    fn left(&self, work: &WorkTree, base: &Side, loaded: &Loaded) -> BrokenRecords {
        let head = self.head_side;
        let is_mine = |record| work.id(record) != head.blob(record) && work.id(record) != base.blob(record);
        let broken = loaded.broken.iter().filter(|(record, _)| is_mine(**record));
        let mut left: BrokenRecords = broken.map(|(record, found)| (*record, found.clone())).collect();
        let pair = self.pair_in_folder(work, loaded);
        if !pair.is_empty() {
            let pair = pair.into_iter().map(Problem::or_last_good);
            left.insert(RecordPath::Pair, pair.collect());
        }
        left
    }

    /// The problems of a `pair.toml` that is gone, in whose place something else stands, or that is not sound in itself.
    fn pair_in_folder(&self, work: &WorkTree, loaded: &Loaded) -> Vec<Problem> {
        let (head, record) = (self.head_side, RecordPath::Pair);
        let lies = work.id(record);
        let odd = work.odd.iter().filter(|odd| odd.path == PAIR_PATH);
        let odd: Vec<Problem> = odd.cloned().collect();
        if work.is_hidden(record) || (odd.is_empty() && lies == head.blob(record)) {
            return Vec::new();
        }
        let Some(document) = loaded.state.pair.as_ref().filter(|_| lies.is_some()) else {
            return match (odd.is_empty(), loaded.broken.get(&record)) {
                // It was committed so.
                (false, _) if head.broken.contains_key(&record) => Vec::new(),
                (false, _) => odd,
                (true, Some(problems)) => problems.clone(),
                (true, None) => vec![pair_is_gone()],
            };
        };
        if let Err(problems) = Pair::from_document(document) {
            return problems;
        }
        let bytes = work.files.get(PAIR_PATH).map(Vec::as_slice).unwrap_or_default();
        if let FormatVersion::Broken(problem) = FormatVersion::of_pair(bytes) {
            return vec![problem];
        }
        let source = || String::from_utf8_lossy(bytes).into_owned();
        if document.top.get_str("id") != Some(self.pair.id.as_str()) {
            return vec![other_pair(source())];
        }
        let unusable = unusable_keys(document, head.state.pair.as_ref(), source());
        if !unusable.is_empty() {
            return unusable;
        }
        let seats = self.pair.members().map(|member| &member.slug);
        let is_other = |slug: &&String| seats.iter().all(|seat| seat.as_str() != slug.as_str());
        let renamed = document.members.keys().find(is_other);
        renamed
            .map(|slug| seat_renamed(slug, seats, source()))
            .into_iter()
            .collect()
    }

    /// Refuses a meeting that ends before it begins, if that was written here.
    fn refuse_times(
        &self,
        folder: &State,
        base: &State,
        source: impl Fn(&str) -> String,
    ) -> Result<(), SyncError> {
        let known: Vec<_> = [&self.head_side.state, base]
            .into_iter()
            .flat_map(ends_before_it_begins)
            .map(|(meeting, times)| (meeting.key, times))
            .collect();
        for (meeting, times) in ends_before_it_begins(folder) {
            if !known.contains(&(meeting.key, times)) {
                let text = source(&meeting.key.path());
                let problem = at_times(self.repo, self.pair, &meeting, times, text)?;
                return Err(SyncError::Problems(vec![problem]));
            }
        }
        Ok(())
    }

    /// The records that lie there otherwise than they were written out last, and than HEAD has them.
    fn edited(&self, work: &WorkTree, base: &Side) -> BTreeSet<RecordPath> {
        let head = self.head_side;
        let lying = work.ids.keys().filter_map(|path| RecordPath::parse(path));
        let records = head.blobs.keys().chain(base.blobs.keys()).copied().chain(lying);
        let is_edited = |record: &RecordPath| {
            let lies = work.id(*record);
            lies != head.blob(*record)
                && lies != base.blob(*record)
                && !work.is_hidden(*record)
                && head.is_read(*record)
        };
        records.filter(is_edited).collect()
    }

    /// The records that count as lying in the folder. Files that were flagged as changed but match HEAD are skipped.
    fn contents<'a>(&'a self, work: &'a WorkTree) -> Result<Vec<Contents<'a>>, SyncError> {
        let head = self.head_side;
        let is_read = |path: &str| RecordPath::parse(path).is_some_and(|record| head.is_read(record));
        let files = work.files.iter().filter(|(path, _)| is_read(path));
        let mut contents: Vec<_> = files.map(|(path, bytes)| (path, Cow::from(bytes))).collect();
        for (record, file) in &head.blobs {
            let is_as_head = work.id(*record) == Some(file.id) || work.is_hidden(*record);
            let is_new = head.is_read(*record) && !work.files.contains_key(&file.path);
            if is_as_head && is_new && !head.broken.contains_key(record) {
                contents.push((&file.path, self.repo.blob(file.id, Limits::FILE)?.into()));
            }
        }
        Ok(contents)
    }

    /// The tree that hand edits are told against: the same records of it as of HEAD.
    fn base(&self, tree: TreeId) -> Result<Side, SyncError> {
        let part = match self.head_side.scope.clone() {
            Some(scope) => Some(PartialListing {
                listing: self.cache.listing(self.repo, tree)?,
                scope,
            }),
            None => None,
        };
        Side::of_tree(self.repo, tree, part)
    }

    /// Whether every record lies there as HEAD has it.
    pub(in crate::sync) fn is_as_head(&self, work: &WorkTree) -> bool {
        is_as_committed(&self.head_side.blobs, work)
    }
}

/// Whether every record lies there as a commit has it.
pub(in crate::sync) fn is_as_committed(committed: &Listing, work: &WorkTree) -> bool {
    let same = |file: &TreeFile| work.ids.get(&file.path) == Some(&file.id);
    if work.ids.len() == committed.len() && committed.values().all(same) {
        return true;
    }
    let as_committed = |record| {
        let blob = committed.get(&record).map(|file| file.id);
        work.id(record) == blob || work.is_hidden(record)
    };
    let lying = work.ids.keys().filter_map(|path| RecordPath::parse(path));
    committed.keys().copied().chain(lying).all(as_committed)
}

fn refuse<'a>(problems: impl Iterator<Item = &'a Problem>) -> Result<(), SyncError> {
    let problems: Vec<Problem> = problems.cloned().collect();
    if problems.is_empty() {
        Ok(())
    } else {
        Err(SyncError::Problems(problems))
    }
}
