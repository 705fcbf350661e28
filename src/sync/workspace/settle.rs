//! Settling what a sync has prepared, and committing what comes of it (docs/privacy.md#settling).

use crate::git::{CommitId, TreeId};
use crate::model::{Address, Pair, RecordPath, Slug, State};

use crate::sync::combine::settle::{bodies_conflict, settle};
use crate::sync::conflicts::{Conflict, conflicts};
use crate::sync::error::SyncError;
use crate::sync::load::changed_records::records_to_compare;
use crate::sync::load::commit::{MERGE, record_changes};
use crate::sync::load::last_good_pair::typed_pair;
use crate::sync::load::listing::PartialListing;
use crate::sync::load::side::Side;
use crate::sync::outcome::SyncNote;
use crate::sync::seat_history::pin_at_first_sight;
use crate::sync::workspace::Workspace;

impl Workspace {
    /// Settles and commits: a merge with both parents, or, where there is something to settle or to heal, a commit on
    /// top. Only what settling has not seen before is opened.
    pub(in crate::sync) fn settle_and_commit(
        &mut self,
        merge: Option<(TreeId, [CommitId; 2])>,
    ) -> Result<Vec<SyncNote>, SyncError> {
        let mut notes = Vec::new();
        let mut merged = merge.map(|(tree, _)| self.unsettled_tree(tree)).transpose()?;
        let pair = merged
            .as_ref()
            .and_then(|side| typed_pair(&side.state, &side.broken).ok());
        let pair = pair.unwrap_or_else(|| self.pair().clone());
        if pair.id != self.pair().id {
            return Err(SyncError::PairReplaced);
        }
        let tips = merge.map_or(self.tip.as_slice().to_vec(), |(_, parents)| parents.to_vec());
        notes.extend(pin_at_first_sight(&self.repo, &tips, &pair, &mut self.keys)?);
        // If the keys changed, in this merge too, settle everything again.
        let other_keys = self.cache.settle_with(&self.keys.settle_with(&pair));
        match merge {
            Some((tree, _)) if other_keys => merged = Some(self.unsettled_tree(tree)?),
            Some(_) => {}
            None => {
                let more = self.cache.unsettled(&self.repo, &self.side.blobs)?;
                self.widen(Some(more))?;
                if any_bodies_conflict(&self.side.state) {
                    self.widen(None)?;
                }
            }
        }
        let side = merged.as_ref().unwrap_or(&self.side);
        let me: Option<Slug> = self.keys.me(&pair);
        notes.extend(self.keys.seat_notes(&pair));
        let mut state: State = side.state.clone();
        let writable = pair.format <= Pair::FORMAT;
        if writable {
            notes.extend(settle(&mut state, &pair, &self.keys, me.as_ref())?);
        }
        let changes = record_changes(&self.repo, side, &state, &Default::default())?;
        if writable {
            self.remember_settled(side, &state, &pair);
        }
        match merge {
            Some((tree, parents)) => {
                let tree = self.repo.write_tree(Some(tree), &changes)?;
                self.prepare(tree, parents.to_vec(), MERGE)?;
            }
            None if changes.is_empty() => {}
            None => {
                self.commit_as_it_is(state, Some("settle records"))?;
            }
        }
        Ok(notes)
    }

    /// The tree of a merge, with everything that settling must see: what has not been settled; where bodies are in
    /// conflict everything, for the entries that may come of it have ids of their own.
    fn unsettled_tree(&self, tree: TreeId) -> Result<Side, SyncError> {
        if self.side.scope.is_none() {
            return Side::of_tree(&self.repo, tree, None);
        }
        let listing = self.cache.listing(&self.repo, tree)?;
        let mut scope = records_to_compare(&self.repo, &self.cache, std::slice::from_ref(&listing))?;
        scope.extend(self.cache.unsettled(&self.repo, &listing)?);
        let side = Side::of_tree(&self.repo, tree, Some(PartialListing { listing, scope }))?;
        if any_bodies_conflict(&side.state) {
            return Side::of_tree(&self.repo, tree, None);
        }
        Ok(side)
    }

    /// Records that settling leaves as they are need not be opened for it again, unless a conflict stands in a seal.
    fn remember_settled(&self, side: &Side, state: &State, pair: &Pair) {
        if *state != side.state {
            return;
        }
        let sealed = conflicts(state, pair, &self.keys)
            .into_iter()
            .filter(|conflict| conflict.sealed);
        let record_of = |conflict: Conflict| match conflict.at {
            Address::Entry(id) => Some(RecordPath::Home(state.entries.get(&id)?.home)),
            _ => None,
        };
        let open: Vec<RecordPath> = sealed.filter_map(record_of).collect();
        for (record, file) in side.blobs.iter().filter(|(record, _)| side.is_read(**record)) {
            if !open.contains(record) {
                self.cache.settled(file.id);
            }
        }
    }

    /// The conflicts that stand, those inside seals that I open included.
    pub(in crate::sync) fn conflicts(&mut self) -> Result<Vec<Conflict>, SyncError> {
        let more = self.cache.unsettled(&self.repo, &self.side.blobs)?;
        self.widen(Some(more))?;
        Ok(conflicts(self.state(), self.pair(), &self.keys))
    }
}

fn any_bodies_conflict(state: &State) -> bool {
    state
        .entries
        .values()
        .any(|placed| bodies_conflict(&placed.entry))
}
