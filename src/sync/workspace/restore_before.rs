//! Entries as they were before one commit changed or removed them (docs/command-line.md#restore).

use std::collections::BTreeMap;

use crate::git::CommitId;
use crate::merge::merge;
use crate::model::{EntryId, Placed, State};

use crate::sync::combine::settle::settle;
use crate::sync::error::SyncError;
use crate::sync::secrets::entry_history::{EntryHistory, EntryVersion, versions_in};
use crate::sync::workspace::Workspace;

impl Workspace {
    /// The state without what a commit did to an entry, and without what its author did to it after that. Changes by others
    /// stay, as by `undo`: it is merged over those. The entry stands where it stood, or on the agenda if there is no such
    /// meeting any more. None if the commit did nothing to it, or no commit before had it.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn without_change(&self, id: EntryId, commit: CommitId) -> Result<Option<State>, SyncError> {
        let Some(tip) = self.tip else { return Ok(None) };
        let author = |commit| Ok::<_, SyncError>(self.repo.commit_info(commit)?.author.name);
        let maker = author(commit)?;
        let me = self.keys.me(self.pair());
        let my_name = me.and_then(|me| Some(&self.pair().member(me.as_str())?.name));
        let mut last = None;
        let commits = self.repo.commits_since(tip, None)?;
        for version in versions_in(&*self.repo, commits, id) {
            let EntryVersion {
                commit: found,
                after,
                before,
            } = version?;
            // In my name I may have changed it since, on this machine.
            if last.is_none() && (found == commit || (my_name != Some(&maker) && author(found)? == maker)) {
                last = Some(after.clone());
            }
            if found == commit {
                let before = before.into_iter().flatten().next();
                return match (before, last) {
                    (Some(before), Some(last)) => Ok(Some(self.merged_back(id, last, before)?)),
                    _ => Ok(None),
                };
            }
        }
        Ok(None)
    }

    /// The state with an entry as it was `before`, merged over what `last` made of it.
    fn merged_back(&self, id: EntryId, last: Option<Placed>, before: Placed) -> Result<State, SyncError> {
        let now = self.state();
        let with = |placed: Option<Placed>| {
            let mut state = now.clone();
            match placed {
                Some(placed) => drop(state.entries.insert(id, self.at_home(placed))),
                None => drop(state.entries.remove(&id)),
            }
            state
        };
        let mut merged = merge(&with(last), now, &with(Some(before)))?.state;
        // The merge has no key: two seals are a conflict to it, also where one is the other, made anew.
        if let Some(placed) = merged.entries.get(&id) {
            let mut alone = State {
                entries: BTreeMap::from([(id, placed.clone())]),
                ..State::default()
            };
            let me = self.keys.me(self.pair());
            settle(&mut alone, self.pair(), &self.keys, me.as_ref())?;
            merged.entries.extend(alone.entries);
        }
        Ok(merged)
    }

    fn at_home(&self, placed: Placed) -> Placed {
        Placed {
            home: self.state().home_or_agenda(placed.home),
            ..placed
        }
    }
}
