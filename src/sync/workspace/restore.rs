//! An entry as it was before somebody else changed or removed it, out of the history (docs/command-line.md#restore).

use crate::git::CommitId;
use crate::model::{EntryId, Placed, Slug};

use crate::sync::error::SyncError;
use crate::sync::load::commit_authors::CommitAuthors;
use crate::sync::secrets::entry_history::{EntryHistory, EntryVersion, versions_in};
use crate::sync::secrets::restored::{EntrySearch, RestoredEntry, gone_entries, same};
use crate::sync::workspace::Workspace;

impl Workspace {
    /// An entry as it was before this:
    ///
    /// - if it is mine and arrived wider than I let: before that commit;
    /// - if it is gone: as it last stood, there or on the agenda if there is no such meeting any more;
    /// - else without the last change of somebody else.
    ///
    /// None if there is no such version.
    ///
    /// # Errors
    /// When the history cannot be read, or the entry cannot be sealed.
    pub fn version_before(&self, id: EntryId, me: &Slug) -> Result<Option<RestoredEntry>, SyncError> {
        let Some(tip) = self.tip else { return Ok(None) };
        let holder = self.key_holder(Some(me));
        let search = EntrySearch {
            history: &*self.repo,
            tip,
            holder: &holder,
            state: &self.side.state,
        };
        let known = self.known_readers()?;
        // One that is gone may have gone with the words of whoever let more people read it.
        let arrived = known
            .get(id)
            .filter(|known| known.arrived.is_some() && known.by == *me);
        match (arrived, self.side.state.entries.contains_key(&id)) {
            (Some(known), _) => search.before_it_arrived(id, known),
            (None, false) => search.before_it_went(id),
            (None, true) => {
                let authors = CommitAuthors::of(self.pair());
                let authors = authors.seen_by(Some(me.clone()), self.repo.user_email()?);
                search.before_a_change(id, |commit| {
                    Ok(authors.is_mine(&self.repo.commit_info(commit)?.author))
                })
            }
        }
    }

    /// The newest commit that changed the words of an entry, whoever made it. To seal them anew changes none.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn last_change(&self, id: EntryId) -> Result<Option<CommitId>, SyncError> {
        let Some(tip) = self.tip else { return Ok(None) };
        let me = self.keys.me(self.pair());
        let holder = self.key_holder(me.as_ref());
        let content = |placed: &Placed| Some(holder.content(id, &placed.entry)?.1);
        let commits = self.repo.commits_since(tip, None)?;
        for version in versions_in(&*self.repo, commits, id) {
            let EntryVersion {
                commit,
                after,
                before,
            } = version?;
            let after = after.as_ref().and_then(content);
            let is_same = |before: &Option<Placed>| match (before.as_ref().and_then(content), &after) {
                (Some(before), Some(after)) => same(&before, after),
                _ => false,
            };
            if !before.iter().any(is_same) {
                return Ok(Some(commit));
            }
        }
        Ok(None)
    }

    /// The entries that are gone and whose id begins so.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn gone_entries(&self, prefix: &str) -> Result<Vec<EntryId>, SyncError> {
        match self.tip {
            Some(tip) => gone_entries(&*self.repo, tip, &self.side.state, prefix),
            None => Ok(Vec::new()),
        }
    }
}
