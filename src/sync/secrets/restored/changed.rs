//! An entry without what somebody else changed in it last: its words, or its author (docs/command-line.md#restore).

use crate::git::CommitId;
use crate::merge::merge_contents;
use crate::model::{Content, EntryId, Placed, Slug, complete_action};

use super::{EntrySearch, RestoredEntry, same};
use crate::sync::combine::body_seals::BodySeals;
use crate::sync::error::SyncError;
use crate::sync::secrets::entry_history::{EntryHistory, EntryVersion, versions_in};
use crate::sync::secrets::keys::author;

impl<H: EntryHistory, L: BodySeals> EntrySearch<'_, H, L> {
    /// An entry without the last change that somebody else made in it, and that I have not taken back. Other changes stay,
    /// as by `undo`: it is merged over that change. It stands where it stands. None if nobody else changed it.
    ///
    /// # Errors
    /// When the history cannot be read, or the entry cannot be sealed.
    pub fn before_a_change(
        &self,
        id: EntryId,
        is_mine: impl Fn(CommitId) -> Result<bool, SyncError>,
    ) -> Result<Option<RestoredEntry>, SyncError> {
        let Some(now) = self.state.entries.get(&id) else {
            return Ok(None);
        };
        let opened = self.holder.content(id, &now.entry);
        let all = self.history.commits_since(self.tip, None)?;
        let mut mine: Vec<Content> = Vec::new();
        for version in versions_in(self.history, all, id) {
            let EntryVersion {
                commit,
                after,
                before,
            } = version?;
            let names = |placed: &Placed| author(&placed.entry);
            let is_given_away = after
                .as_ref()
                .is_some_and(|after| self.is_given_away(names(after)));
            let after = after.and_then(|after| self.holder.content(id, &after.entry));
            if is_mine(commit)? {
                mine.extend(after.map(|(_, content)| content));
                continue;
            }
            let [Some(before)] = before.as_slice() else {
                continue;
            };
            // It says by now that somebody else wrote it.
            if is_given_away
                && self.is_given_away(names(now))
                && names(before).as_ref() == self.holder.me
                && self.first_author(id)?.as_ref() == self.holder.me
            {
                return Ok(Some(RestoredEntry {
                    placed: self.given_back(now, before),
                    split_off: None,
                }));
            }
            let Some((readers, right)) = self.holder.content(id, &before.entry) else {
                continue;
            };
            let placed = match (&opened, after) {
                (None, _) => Placed {
                    home: now.home,
                    ..before.clone()
                },
                (Some((is, left)), Some((was, over))) if (*is, was) == (readers, readers) => {
                    let without = |content: &Content| merge_contents(Some(&over), content, &right);
                    // A commit of mine has taken it back already.
                    let is_taken_back = |content: &Content| same(&without(content), content);
                    if is_taken_back(left) || mine.iter().any(is_taken_back) {
                        continue;
                    }
                    let merged = without(left);
                    let mut entry = self.holder.with_content(id, &now.entry, readers, &merged)?;
                    if entry.ciphertext().is_none() {
                        complete_action(&mut entry);
                    }
                    Placed { entry, ..*now }
                }
                // Its readers changed since: nobody else gets to read what was sealed.
                _ => continue,
            };
            return Ok(Some(RestoredEntry {
                placed,
                split_off: None,
            }));
        }
        Ok(None)
    }

    /// Whoever wrote an entry, as its first version says.
    fn first_author(&self, id: EntryId) -> Result<Option<Slug>, SyncError> {
        let all = self.history.commits_since(self.tip, None)?;
        let mut first = None;
        for version in versions_in(self.history, all, id) {
            first = version?.after.and_then(|after| author(&after.entry)).or(first);
        }
        Ok(first)
    }

    fn is_given_away(&self, by: Option<Slug>) -> bool {
        by.as_ref() != self.holder.me
    }

    /// An entry that somebody gave to another author, as mine again. Words in clear stay as they are by now; a seal opens
    /// for its author alone.
    fn given_back(&self, now: &Placed, before: &Placed) -> Placed {
        let mut entry = match now.entry.ciphertext().or(before.entry.ciphertext()) {
            Some(_) => before.entry.clone(),
            None => now.entry.clone(),
        };
        entry.put("by", before.entry.get("by").cloned());
        let home = now.home;
        Placed { home, entry }
    }
}
