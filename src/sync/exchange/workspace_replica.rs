//! A workspace as the replica of an exchange.

use std::collections::BTreeSet;

use crate::git::{CommitId, Expect, PublicAddress, Repository, TreeId};
use crate::model::{ChangeCounts, EntryId, KnownReaders, Placed, RecordPath, Slug};
use crate::store::{LogLine, Notes};

use super::local_rewrite::refuse_local_rewrite;
use super::made_elsewhere::made_elsewhere;
use super::record_delivery::remember;
use super::{MergeOver, Replica, UnsentChanges};
use crate::sync::checkout::CheckedOut;
use crate::sync::combine::merge_commits::{merge_over_bases, merge_unrelated};
use crate::sync::combine::rebase::{PutOnTop, put_each_on_top, put_on_top};
use crate::sync::error::SyncError;
use crate::sync::load::compare::compare;
use crate::sync::load::history::History;
use crate::sync::load::other_format::refuse_to_merge;
use crate::sync::load::side::Side;
use crate::sync::outcome::SyncNote;
use crate::sync::rewrite_question::EntryAtStake;
use crate::sync::secrets::arrived_wider::learned;
use crate::sync::secrets::secret_scan::{refuse_clear_secrets, sent};
use crate::sync::secrets::widened::{MySeat, WideningScan};
use crate::sync::upstream::{BranchChoice, OutElsewhere, Upstream, UpstreamError, shown_name};
use crate::sync::view::entry_at_stake;
use crate::sync::workspace::Workspace;

/// So many commits are learned again with each command, before what they say of readers is noted.
const LEARNED_AGAIN: usize = 8;

impl Replica for Workspace {
    type History = Repository;
    type Merged = (TreeId, [CommitId; 2]);

    fn history(&self) -> &Repository {
        &self.repo
    }

    fn tip(&self) -> Option<CommitId> {
        self.tip
    }

    fn seen(&self) -> Result<Option<CommitId>, SyncError> {
        Ok(self.upstream()?.and_then(|upstream| upstream.seen))
    }

    fn instead(&self) -> Result<Option<CommitId>, SyncError> {
        Ok(self.upstream()?.and_then(|upstream| Some(upstream.instead?.1)))
    }

    fn remember_seen(&mut self, tip: CommitId, new_branch: bool) -> Result<Vec<SyncNote>, SyncError> {
        match self.upstream()? {
            Some(upstream) => remember(self, &upstream, tip, new_branch),
            None => Ok(Vec::new()),
        }
    }

    fn adopt(&mut self, commit: CommitId) -> Result<(), SyncError> {
        let commit = self.with_folders(commit)?;
        self.stand_at(commit)
    }

    fn found_in_tip(&self) -> Vec<SyncNote> {
        // The end of a sync says which pair counts.
        let records = self.side.broken.iter();
        let broken = records
            .filter(|(record, _)| **record != RecordPath::Pair)
            .filter_map(|(record, problems)| Some(SyncNote::broken(*record, problems.first()?.clone())));
        let doubled = self.side.doubled.keys().map(|id| SyncNote::Deduplicated(*id));
        broken.chain(doubled).collect()
    }

    fn merge(
        &mut self,
        there: CommitId,
        over: MergeOver,
    ) -> Result<(Self::Merged, Vec<SyncNote>), SyncError> {
        let mine = self.tip.ok_or(SyncError::NoPair)?;
        let there = self.with_folders(there)?;
        refuse_to_merge(&self.repo, mine, there)?;
        let merged = match over {
            MergeOver::Bases => merge_over_bases(&self.repo, &self.cache, &self.keys, mine, there)?,
            MergeOver::Nothing => {
                // At an address where it never was, a history without a record is somebody else's.
                let was_seen = self.upstream.as_ref().is_some_and(|upstream| {
                    let upstream = upstream.borrow();
                    upstream.seen.is_some() && upstream.left().is_none()
                });
                merge_unrelated(&self.repo, &self.keys, [mine, there], was_seen)?
            }
        };
        Ok(((merged.tree, [mine, there]), merged.notes))
    }

    fn settle(&mut self, merged: Option<Self::Merged>) -> Result<Vec<SyncNote>, SyncError> {
        self.settle_and_commit(merged)
    }

    fn refuse_to_send(&self, there: Option<CommitId>) -> Result<(), SyncError> {
        let (Some(tip), upstream) = (self.tip, self.upstream()?) else {
            return Ok(());
        };
        let everywhere = sent(&self.repo, there)?;
        let known = learned(&self.repo, (self.pair(), &self.keys), tip)?;
        let scan = self.widening_scan(known.known());
        scan.refuse(tip, &everywhere, None)?;
        scan.refuse_opened(tip, &everywhere, known.known())?;
        let Some(upstream) = upstream.filter(Upstream::has_moved) else {
            return refuse_clear_secrets(&self.repo, tip, &everywhere);
        };
        // A host gets no text because another one has it.
        let refused = refuse_clear_secrets(&self.repo, tip, there.as_slice());
        match refused {
            Err(SyncError::ClearSecret { commit, path })
                if refuse_clear_secrets(&self.repo, tip, &everywhere).is_ok() =>
            {
                let note = upstream.note.as_ref();
                let was = note.map(|note| PublicAddress::of(note.left.as_ref().unwrap_or(&note.url)));
                Err(UpstreamError::OutElsewhere(Box::new(OutElsewhere {
                    commit: commit.name,
                    path,
                    was: was.unwrap_or_else(|| upstream.remote.url.clone()),
                    is: upstream.remote.url,
                    remote: upstream.has_name.then_some(shown_name(&upstream.remote.name)),
                    branches: [self.branch.clone(), upstream.branch],
                }))
                .into())
            }
            refused => refused,
        }
    }

    fn made_elsewhere(&self, there: CommitId) -> Result<BTreeSet<CommitId>, SyncError> {
        made_elsewhere(self, there)
    }

    fn refuse_local_rewrite(&self, there: CommitId) -> Result<usize, SyncError> {
        match self.upstream()? {
            Some(upstream) => refuse_local_rewrite(self, &upstream, there),
            None => Ok(0),
        }
    }

    fn at_stake(
        &self,
        there: Option<CommitId>,
        changes: &[(Option<CommitId>, CommitId)],
    ) -> Result<Vec<EntryAtStake>, SyncError> {
        let (Some(there), Some(tip)) = (there, self.tip) else {
            return Ok(Vec::new());
        };
        let mut concerned = BTreeSet::new();
        for (old, new) in changes {
            // Beyond the border of a shallow clone nobody can tell.
            let old = old.filter(|old| self.repo.tree_of(*old).is_ok());
            let comparison = compare(&self.repo, &self.cache, old, Some(*new))?;
            concerned.extend(comparison.written());
        }
        let (here, there) = (
            Side::of_commit(&self.repo, tip)?,
            Side::of_commit(&self.repo, there)?,
        );
        let here = here.state.entries.iter().filter(|(id, placed)| {
            let stands = there.state.entries.get(*id);
            concerned.contains(*id) && stands.is_none_or(|stands| stands.entry != placed.entry)
        });
        let at_stake =
            |(id, placed): (&EntryId, &Placed)| entry_at_stake(&self.keys, self.pair(), *id, placed);
        Ok(here.map(at_stake).collect())
    }

    fn put_on_top(
        &mut self,
        there: CommitId,
        changes: &UnsentChanges,
    ) -> Result<Option<PutOnTop>, SyncError> {
        let mine = self.tip.ok_or(SyncError::NoPair)?;
        let has_moved = self
            .upstream()?
            .is_some_and(|upstream| upstream.moved_from().is_some());
        // At another address a history that has nothing in common is that of another pair.
        if has_moved && History::merge_bases(&*self.repo, mine, there)?.is_empty() {
            return Ok(None);
        }
        let author = self.signature()?;
        let there = self.with_folders(there)?;
        let (repo, keys) = (&*self.repo, &self.keys);
        let made = match changes {
            UnsentChanges::Since(seen) => put_on_top(repo, keys, [*seen, there, mine], &author),
            UnsentChanges::Of { commits, lost } => {
                put_each_on_top(repo, keys, [there, mine], (commits, *lost), &author)
            }
        };
        made.map(Some)
    }

    fn let_go(&mut self, made: CommitId) -> Result<String, SyncError> {
        let mine = self.tip.ok_or(SyncError::NoPair)?;
        let name = format!("refs/oneonone/kept/{mine}");
        let why = "oneonone: before a rewritten history was taken";
        let _ = self.repo.set_reference(&name, mine, Expect::Any, why)?;
        self.notes.add_replaced(&mine.to_string())?;
        // The folder still holds the words for which the index went.
        self.cache.let_go();
        let commit = &made.to_string();
        self.notes.log(LogLine::HistoryTaken { commit })?;
        Ok(name)
    }

    fn see_rewrite(&mut self, there: CommitId) {
        if let Some(upstream) = &self.upstream {
            let mut upstream = upstream.borrow_mut();
            (upstream.seen, upstream.before) = (Some(there), None);
        }
    }

    fn count_unsent(&self, there: Option<CommitId>) -> Result<ChangeCounts, SyncError> {
        Ok(compare(&self.repo, &self.cache, there, self.tip)?.counts())
    }

    fn check_out(&mut self) -> Result<CheckedOut, SyncError> {
        self.write_out()
    }
}

impl Workspace {
    /// Refuses to go on where somebody else than its author widened an entry by a commit of plain Git that has not left
    /// this machine: nothing is to be written on top of it (docs/privacy.md#look-before-a-push).
    ///
    /// # Errors
    /// [`SyncError::WidenedByAnother`] with the first such commit.
    pub fn refuse_widened(&self) -> Result<(), SyncError> {
        let Some(head) = self.head else { return Ok(()) };
        let me = self.keys.me(self.pair());
        let me = me.as_ref().map_or("", Slug::as_str);
        let known = self.cache.looked_through(me);
        if known == Some(head) {
            return Ok(());
        }
        let known = known.filter(|known| self.repo.tree_of(*known).is_ok());
        let sent = sent(&self.repo, None)?;
        if !sent.contains(&head) {
            let readers = learned(&self.repo, (self.pair(), &self.keys), head)?;
            self.widening_scan(readers.known()).refuse(head, &sent, known)?;
            if readers.new.len() >= LEARNED_AGAIN {
                Notes::of(self.repo.common_dir()).note_readers(&readers.memory)?;
            }
        }
        self.cache.look_through(head, me);
        Ok(())
    }

    fn widening_scan(&self, known: &KnownReaders) -> WideningScan<'_> {
        let seat = MySeat {
            pair: self.pair(),
            keys: &self.keys,
        };
        WideningScan::new(&self.repo, &self.cache, Some(seat), known)
    }

    /// Where the sync goes that is under way, or the next one.
    fn upstream(&self) -> Result<Option<Upstream>, SyncError> {
        match &self.upstream {
            Some(upstream) => Ok(Some(upstream.borrow().clone())),
            None => Upstream::of(&self.repo, &BranchChoice::Remembered),
        }
    }
}
