//! Entries that a rebase by plain Git put into a meeting which had ended without them (docs/sync.md#plain-git).

use crate::git::CommitId;
use crate::model::{EntryId, Home, MeetingKey, RecordPath, State};

use crate::sync::combine::merge_commits::carried;
use crate::sync::error::SyncError;
use crate::sync::load::history::base_of;
use crate::sync::load::read::read_paths;
use crate::sync::load::side::Side;
use crate::sync::outcome::SyncNote;
use crate::sync::workspace::Workspace;

impl Workspace {
    /// The commits that stood here and that plain Git took out of the history of `head`: the last one of this program, and
    /// the one that a rebase or a reset started from.
    pub(super) fn taken_out(
        &self,
        head: CommitId,
        last: Option<CommitId>,
    ) -> Result<Vec<CommitId>, SyncError> {
        let mut out = Vec::new();
        let started = self.repo.reference("ORIG_HEAD").ok().flatten();
        for commit in last.into_iter().chain(started) {
            let is_here = self.repo.commit_info(commit).is_ok();
            if is_here && !out.contains(&commit) && !self.repo.is_ancestor(commit, head)? {
                out.push(commit);
            }
        }
        Ok(out)
    }

    /// Moves entries back to the agenda that the end of a meeting did not see. They stood in the meeting while it was
    /// under way, in the commit `taken_out`. Plain Git took that commit out of the history of `head`.
    pub(super) fn carry_rebased(&mut self, head: CommitId, taken_out: CommitId) -> Result<(), SyncError> {
        let mine = Side::of_commit(&self.repo, taken_out)?;
        let was_open = |key: &MeetingKey| {
            mine.state
                .meeting(*key)
                .is_some_and(|meeting| meeting.is_unended())
        };
        let open: Vec<MeetingKey> = mine.state.meetings.keys().copied().filter(was_open).collect();
        let mut late = Vec::new();
        for key in open {
            let Some(ended) = self.commit_that_ended(key, head, taken_out)? else {
                continue;
            };
            let Some(base) = base_of(&*self.repo, taken_out, ended)? else {
                continue;
            };
            self.read_everything()?;
            let ended = Side::of_commit(&self.repo, ended)?;
            let sides = [&base.state, &mine.state, &ended.state];
            let now = self.side.state.clone();
            let moved = carried(sides, &mut now.clone(), &self.keys);
            // A person may have written others into the meeting since, on purpose.
            let stood = |id: &EntryId| stands_in(&now, key, *id) && stands_in(&mine.state, key, *id);
            late.extend(moved.into_iter().filter(stood));
        }
        let mut state = self.side.state.clone();
        state.carry_back(&late);
        if self.commit(state, None)? {
            self.sync_notes
                .extend(late.into_iter().map(SyncNote::CarriedBack));
        }
        Ok(())
    }

    /// The commit in the history of `head`, without that of `taken_out`, since which a meeting is over.
    fn commit_that_ended(
        &self,
        key: MeetingKey,
        head: CommitId,
        taken_out: CommitId,
    ) -> Result<Option<CommitId>, SyncError> {
        let path = RecordPath::Home(Home::Meeting(key)).path();
        let is_over = |commit: CommitId| -> Result<bool, SyncError> {
            let loaded = read_paths(&self.repo, self.repo.tree_of(commit)?, [&path])?;
            Ok(loaded.state.meeting(key).is_some_and(|meeting| meeting.is_over()))
        };
        let mut ended = None;
        for commit in self.repo.ancestors(head, &[taken_out])? {
            let commit = commit?;
            if !is_over(commit)? {
                break;
            }
            ended = Some(commit);
        }
        Ok(ended)
    }
}

fn stands_in(state: &State, key: MeetingKey, id: EntryId) -> bool {
    let placed = state.entries.get(&id);
    placed.is_some_and(|placed| placed.home.meeting() == Some(key))
}
