//! An entry as it was before somebody else changed or removed it, out of the history (docs/command-line.md#restore).

use std::collections::BTreeMap;

use crate::git::CommitId;
use crate::model::{Content, EntryId, Kind, KnownEntry, Placed, Slug, Table};

use crate::sync::error::SyncError;
use crate::sync::secrets::entry_history::EntryVersion;
use crate::sync::secrets::entry_walks::EntryWalks;
use crate::sync::secrets::restored::{EntrySearch, RestoredEntry, gone_entries, same};
use crate::sync::workspace::Workspace;

/// So many commits of the last commands are looked at for what they still hold.
const MOST_COMMANDS: usize = 50;

impl Workspace {
    /// Entries as they were before somebody else changed or removed them:
    ///
    /// - One of mine that arrived wider than I let is as it was before. The version may be in a history that a
    ///   rewritten one replaced. It comes back word for word if my key does not open it.
    /// - One that is gone is as it last stood for those who may read it. It stands there again, or on the agenda if
    ///   there is no such meeting any more.
    /// - Any other is without the last change of somebody else.
    ///
    /// One is left out if there is no such version. The history is walked once for all.
    ///
    /// # Errors
    /// When the history cannot be read, or an entry cannot be sealed.
    pub fn versions_before(
        &self,
        ids: &[EntryId],
        me: &Slug,
    ) -> Result<BTreeMap<EntryId, RestoredEntry>, SyncError> {
        let Some(tip) = self.tip else {
            return Ok(BTreeMap::new());
        };
        let (purged, others) = (self.notes.purged(), self.other_histories(tip)?);
        let (holder, known) = (self.key_holder(Some(me)), self.known_readers()?);
        let walks = EntryWalks::new(&*self.repo, ids.iter().copied());
        let authors = self.commit_authors()?;
        let is_mine = |commit| Ok(authors.is_mine(&self.repo.commit_info(commit)?.author));
        let before = |id: EntryId| {
            let is_purged = purged.iter().any(|purged| purged == id.as_str());
            let search = EntrySearch {
                walks: &walks,
                tip,
                holder: &holder,
                state: &self.side.state,
                others: if is_purged { &[] } else { &others },
            };
            let known = known.get(id);
            // One that is gone may have gone with the words of whoever let more people read it.
            let arrived = known.filter(|known| known.arrived.is_some() && known.by == *me);
            match (arrived, self.side.state.entries.contains_key(&id)) {
                (Some(known), _) => match search.before_it_arrived(id, known, &is_mine)? {
                    Some(restored) => Ok(Some(restored)),
                    None => search.closed_before_it_arrived(id, known, &is_mine),
                },
                (None, false) => search.before_it_went(id, known, is_mine),
                (None, true) => search.before_a_change(id, is_mine),
            }
        };
        let found = ids
            .iter()
            .map(|id| Ok(before(*id)?.map(|restored| (*id, restored))));
        found.filter_map(Result::transpose).collect()
    }

    /// The ends of the histories beside this one that are here, as far as this clone knows them, the newest first: those
    /// that a rewritten one replaced, and what its commands made before.
    pub(super) fn other_histories(&self, tip: CommitId) -> Result<Vec<CommitId>, SyncError> {
        let log = self.notes.undo_log(|_| true)?;
        let commands = log.done.iter().chain(&log.undone).rev().take(MOST_COMMANDS);
        let commands = commands.map(|command| command.commit.as_str());
        let replaced = self.notes.replaced();
        let named = replaced.iter().rev().map(String::as_str).chain(commands);
        let named = named.filter_map(|commit| commit.parse::<CommitId>().ok());
        let kept = self.repo.commits_at("refs/oneonone/kept/*")?;
        let mut ends: Vec<CommitId> = Vec::new();
        for end in named.chain(kept) {
            let is_known = |known: &CommitId| self.repo.is_ancestor(end, *known).unwrap_or(true);
            if !is_known(&tip) && !ends.iter().any(is_known) {
                ends.push(end);
            }
        }
        Ok(ends)
    }

    /// A new text for an entry of mine that arrived wider, in the place of what stands there: for those who could read it
    /// before. None if it does not stand.
    ///
    /// # Errors
    /// When it cannot be sealed.
    pub fn written_anew(
        &self,
        id: EntryId,
        known: &KnownEntry,
        text: &str,
    ) -> Result<Option<Placed>, SyncError> {
        let Some(now) = self.side.state.entries.get(&id) else {
            return Ok(None);
        };
        let mut envelope = now.entry.envelope();
        envelope.set("by", known.by.as_str());
        let mut content = Table::default();
        content.set("kind", Kind::Note.as_str());
        content.set("text", text);
        let holder = self.key_holder(Some(&known.by));
        let content = Content::from_table(content);
        let entry = holder.with_content(id, &envelope, known.readers, &content)?;
        Ok(Some(Placed { entry, ..*now }))
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
        let walks = EntryWalks::new(&*self.repo, [id]);
        for version in walks.versions(id, tip, None) {
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

    /// The entries that are gone and whose ids begin with one of these.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn gone_entries(&self, prefixes: &[String]) -> Result<Vec<EntryId>, SyncError> {
        match self.tip {
            Some(tip) => gone_entries(&*self.repo, tip, &self.side.state, prefixes),
            None => Ok(Vec::new()),
        }
    }
}
