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
    /// meeting any more. It is never for more readers than this clone knows that its author let, and as it could be opened
    /// here, if it ever could. None if the commit did nothing to it, or no commit before had it.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn without_change(&self, id: EntryId, commit: CommitId) -> Result<Option<State>, SyncError> {
        let Some(tip) = self.tip else { return Ok(None) };
        let author = |commit| Ok::<_, SyncError>(self.repo.commit_info(commit)?.author.name);
        let maker = author(commit)?;
        let me = self.keys.me(self.pair());
        let my_name = me
            .as_ref()
            .and_then(|me| Some(&self.pair().member(me.as_str())?.name));
        let known = self.known_readers()?;
        let (known, holder) = (known.get(id), self.key_holder(me.as_ref()));
        let is_meant = |placed: &Placed| {
            known.is_none_or(|known| holder.audience(id, &placed.entry).most <= known.readers)
        };
        let (mut last, mut is_before, mut closed) = (None, false, None);
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
            is_before |= found == commit;
            if !is_before {
                continue;
            }
            if found == commit && before.iter().all(Option::is_none) {
                return Ok(None);
            }
            // Somebody may have let more people read it than its author did: then it goes back further.
            let after = after.filter(|_| found != commit);
            for form in before.into_iter().chain([after]).flatten().filter(is_meant) {
                match &last {
                    Some(last) if holder.content(id, &form.entry).is_some() => {
                        return Ok(Some(self.merged_back(id, last.clone(), form)?));
                    }
                    _ => closed = closed.or(Some(form)),
                }
            }
        }
        let (Some(last), Some(closed)) = (last, closed) else {
            return Ok(None);
        };
        Ok(Some(self.merged_back(id, last, closed)?))
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
