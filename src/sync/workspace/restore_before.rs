//! Entries as they were before one commit changed or removed them (docs/command-line.md#restore).

use std::collections::BTreeMap;

use crate::git::{CommitId, Repository};
use crate::merge::merge;
use crate::model::{EntryId, KnownReaders, Placed, State};

use crate::sync::combine::settle::settle;
use crate::sync::error::SyncError;
use crate::sync::secrets::entry_history::EntryVersion;
use crate::sync::secrets::entry_walks::EntryWalks;
use crate::sync::secrets::keys::Keys;
use crate::sync::secrets::readers::KeyHolder;
use crate::sync::workspace::Workspace;

/// The change that a commit made to an entry.
#[derive(Debug)]
struct CommitChange {
    /// How it stands after that; none if it is gone.
    last: Option<Placed>,
    /// How it stood before.
    before: Placed,
}

impl Workspace {
    /// The state without what a commit did to entries, and without what its author did to them after that; with it the
    /// entries that the commit did nothing to, or that no commit before had. Changes by others stay, as by `undo`: it is
    /// merged over those. An entry stands where it stood, or on the agenda if there is no such meeting any more; a meeting that
    /// somebody else removed comes back with it. It is never
    /// for more readers than this clone knows that its author let, and as it could be opened here, if it ever could. The
    /// history is walked once for all.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn without_change(
        &self,
        ids: &[EntryId],
        commit: CommitId,
    ) -> Result<(State, Vec<EntryId>), SyncError> {
        let me = self.keys.me(self.pair());
        let (known, holder) = (self.known_readers()?, self.key_holder(me.as_ref()));
        let walks = EntryWalks::new(&*self.repo, ids.iter().copied());
        let (mut changes, mut untouched) = (BTreeMap::new(), Vec::new());
        for id in ids {
            match self.change_by(&walks, (&known, &holder), *id, commit)? {
                Some(change) => drop(changes.insert(*id, change)),
                None => untouched.push(*id),
            }
        }
        Ok((self.merged_back(changes)?, untouched))
    }

    fn change_by(
        &self,
        walks: &EntryWalks<'_, Repository>,
        (known, holder): (&KnownReaders, &KeyHolder<'_, Keys>),
        id: EntryId,
        commit: CommitId,
    ) -> Result<Option<CommitChange>, SyncError> {
        let Some(tip) = self.tip else { return Ok(None) };
        let author = |commit| Ok::<_, SyncError>(self.repo.commit_info(commit)?.author.name);
        let maker = author(commit)?;
        let my_name = holder
            .me
            .and_then(|me| Some(&self.pair().member(me.as_str())?.name));
        let known = known.get(id);
        let is_meant = |placed: &Placed| {
            known.is_none_or(|known| holder.audience(id, &placed.entry).most <= known.readers)
        };
        let (mut last, mut is_before, mut closed) = (None, false, None);
        for version in walks.versions(id, tip, None) {
            let EntryVersion {
                commit: found,
                after,
                before,
            } = version?;
            // In my name I may have changed it since, on this machine.
            if last.is_none() && (found == commit || (my_name != Some(&maker) && author(found)? == maker)) {
                last = Some(after.clone());
            }
            is_before |= found == commit;
            if !is_before {
                continue;
            }
            if found == commit && before.iter().all(Option::is_none) {
                return Ok(None);
            }
            // Somebody may have let more people read it than its author did: then it goes back further.
            let after = after.filter(|_| found != commit);
            for before in before.into_iter().chain([after]).flatten().filter(is_meant) {
                match &last {
                    Some(last) if holder.content(id, &before.entry).is_some() => {
                        let last = last.clone();
                        return Ok(Some(CommitChange { last, before }));
                    }
                    _ => closed = closed.or(Some(before)),
                }
            }
        }
        Ok(last
            .zip(closed)
            .map(|(last, before)| CommitChange { last, before }))
    }

    /// The state with entries as they were before, merged over what was made of them.
    fn merged_back(&self, changes: BTreeMap<EntryId, CommitChange>) -> Result<State, SyncError> {
        let mut now = self.state().clone();
        self.bring_heads_back(&mut now, changes.values().map(|change| change.before.home))?;
        let at_home = |placed: Placed| Placed {
            home: now.home_or_agenda(placed.home),
            ..placed
        };
        let (mut base, mut right) = (now.clone(), now.clone());
        let ids: Vec<EntryId> = changes.keys().copied().collect();
        for (id, CommitChange { last, before }) in changes {
            match last {
                Some(last) => drop(base.entries.insert(id, at_home(last))),
                None => drop(base.entries.remove(&id)),
            }
            right.entries.insert(id, at_home(before));
        }
        let mut merged = merge(&base, &now, &right)?.state;
        // The merge has no key: two seals are a conflict to it, also where one is the other, made anew.
        let restored = ids
            .iter()
            .filter_map(|id| Some((*id, merged.entries.get(id)?.clone())));
        let mut alone: State = restored.collect();
        let me = self.keys.me(self.pair());
        settle(&mut alone, self.pair(), &self.keys, me.as_ref())?;
        merged.entries.extend(alone.entries);
        Ok(merged)
    }
}
