//! Hand edits of a clone of Git: checked, filled in and sealed before anything is committed.

use std::collections::BTreeSet;

use crate::git::{TreeFile, TreeId};
use crate::model::{EntryId, Limits, Loaded, Problem, RecordPath, State, assemble};

use super::hand::SnapshotContext;
use super::rules::Rules;
use super::{SnapshotInput, snapshot};
use crate::sync::error::SyncError;
use crate::sync::load::listing::PartialListing;
use crate::sync::load::side::Side;
use crate::sync::load::working_copy::WorkTree;
use crate::sync::outcome::SyncNote;
use crate::sync::problems::{at_slip, problem};
use crate::sync::secrets::slips::SlipBaseline;

/// What taking in gave.
pub(in crate::sync) struct HandEdits {
    /// HEAD with the hand edits.
    pub(in crate::sync) state: State,
    /// Records that could not be read in HEAD, and can as they lie in the folder now.
    pub(in crate::sync) mended: BTreeSet<RecordPath>,
    /// What a person should know.
    pub(in crate::sync) notes: Vec<SyncNote>,
    /// Entries that lie in the folder without their ids.
    pub(in crate::sync) filled: Vec<EntryId>,
}

impl SnapshotContext<'_> {
    /// HEAD with the hand edits of the work tree: `merge(remembered, work tree, HEAD)`. None where there are none.
    ///
    /// # Errors
    /// [`SyncError::Problems`] when a record does not parse or is not sound; nothing was committed.
    pub(in crate::sync) fn take_in(&self, work: &WorkTree) -> Result<Option<HandEdits>, SyncError> {
        self.refuse_odd(work)?;
        if self.is_as_head(work) {
            return Ok(None);
        }
        if !work.ids.contains_key(&RecordPath::Pair.path()) && !self.is_hidden(work, RecordPath::Pair) {
            let help = "bring it back: git checkout HEAD -- pair.toml";
            return Err(problem(
                "pair.toml",
                "the pair's own record is gone from the folder",
                help,
            ));
        }
        let remembered = match work.base_tree {
            Some(tree) if Some(tree) == self.head_side.tree => self.head_side.clone(),
            Some(tree) => self.base(tree)?,
            None => Side::default(),
        };
        // Skip files that were flagged as changed but match HEAD.
        let read = |path: &str| RecordPath::parse(path).is_some_and(|record| self.head_side.is_read(record));
        let files = work.files.iter().filter(|(path, _)| read(path));
        let mut contents: Vec<(String, Vec<u8>)> =
            files.map(|(path, bytes)| (path.clone(), bytes.clone())).collect();
        let as_head = self.head_side.blobs.iter().filter(|(record, file)| {
            self.head_side.is_read(**record) && !work.files.contains_key(&file.path)
        });
        for (record, file) in as_head {
            let lies = work.id(*record) == Some(file.id) || self.is_hidden(work, *record);
            if lies && !self.head_side.broken.contains_key(record) {
                contents.push((file.path.clone(), self.repo.blob(file.id, Limits::FILE)?));
            }
        }
        let loaded = assemble(
            contents
                .iter()
                .map(|(path, bytes)| (path.as_str(), bytes.as_slice())),
        );
        self.refuse_broken(work, &loaded, &remembered)?;
        self.refuse_slips(&loaded, &remembered, work)?;
        let readable = |record: &RecordPath| {
            work.id(*record).is_some()
                && work.id(*record) != self.head_side.blob(*record)
                && !loaded.broken.contains_key(record)
        };
        let mended: BTreeSet<RecordPath> = self
            .head_side
            .broken
            .keys()
            .filter(|r| readable(r))
            .copied()
            .collect();
        let mut rules = Rules {
            hand: self,
            base: &remembered,
            work,
            notes: Vec::new(),
        };
        let folder = SnapshotInput {
            loaded,
            head: self.head_side,
            base: &remembered,
            pending: self.pending,
        };
        let taken = snapshot(folder, &mut rules)?;
        let mut notes = rules.notes;
        notes.extend(taken.kept.into_iter().map(SyncNote::Kept));
        Ok(Some(HandEdits {
            state: taken.state,
            mended,
            notes,
            filled: taken.filled,
        }))
    }

    /// The tree that hand edits are told against: the same records of it as of HEAD.
    fn base(&self, tree: TreeId) -> Result<Side, SyncError> {
        let part = match self.head_side.scope.clone() {
            Some(scope) => Some(PartialListing {
                listing: self.catalog.listing(self.repo, tree)?,
                scope,
            }),
            None => None,
        };
        Side::of_tree_in(self.repo, tree, part)
    }

    /// Whether every record lies there as HEAD has it.
    pub(in crate::sync) fn is_as_head(&self, work: &WorkTree) -> bool {
        let same = |file: &TreeFile| work.ids.get(&file.path) == Some(&file.id);
        if work.ids.len() == self.head_side.blobs.len() && self.head_side.blobs.values().all(same) {
            return true;
        }
        let as_head = |record: RecordPath| {
            work.id(record) == self.head_side.blob(record) || self.is_hidden(work, record)
        };
        let lying = work.ids.keys().filter_map(|path| RecordPath::parse(path));
        self.head_side.blobs.keys().copied().chain(lying).all(as_head)
    }

    /// A slip stops everything, where it was written here.
    fn refuse_slips(&self, loaded: &Loaded, remembered: &Side, work: &WorkTree) -> Result<(), SyncError> {
        let mut known = SlipBaseline::default();
        for side in [self.head_side, remembered] {
            known.add(&side.state, side.loose.iter().map(|(placed, _)| placed));
        }
        let slips = known.new_slips(&loaded.state, &loaded.loose);
        let Some(slip) = slips.first() else { return Ok(()) };
        let source = self.source(work, &slip.path);
        Err(SyncError::Problems(vec![at_slip(slip, &loaded.loose, source)]))
    }

    /// A link or a folder in the place of a record stops everything, unless it was committed so.
    fn refuse_odd(&self, work: &WorkTree) -> Result<(), SyncError> {
        let mine: Vec<Problem> = work
            .odd
            .iter()
            .filter(|odd| {
                !RecordPath::parse(&odd.path).is_some_and(|r| self.head_side.broken.contains_key(&r))
            })
            .cloned()
            .collect();
        if mine.is_empty() {
            Ok(())
        } else {
            Err(SyncError::Problems(mine))
        }
    }

    /// A record that I broke stops everything; one that came so from the other side does not.
    fn refuse_broken(&self, work: &WorkTree, loaded: &Loaded, remembered: &Side) -> Result<(), SyncError> {
        let mut problems = Vec::new();
        for (record, found) in &loaded.broken {
            let lies = work.id(*record);
            if lies != self.head_side.blob(*record) && lies != remembered.blob(*record) {
                problems.extend(found.iter().cloned());
            }
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(SyncError::Problems(problems))
        }
    }
}
