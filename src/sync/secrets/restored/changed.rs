//! An entry without what somebody else changed in it last: its words, or its author (docs/command-line.md#restore).

use crate::git::CommitId;
use crate::merge::merge_contents;
use crate::model::{Content, EntryId, Placed, Table, complete_action};

use super::{EntrySearch, RestoredEntry, same};
use crate::sync::combine::body_seals::BodySeals;
use crate::sync::error::SyncError;
use crate::sync::secrets::entry_history::{EntryHistory, EntryVersion};
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
        if let Some(placed) = self.given_back(id, now, &is_mine)? {
            return Ok(Some(RestoredEntry {
                placed,
                split_off: None,
            }));
        }
        let opened = self.holder.content(id, &now.entry);
        let mut mine: Vec<Content> = Vec::new();
        for version in self.walks.versions(id, self.tip, None) {
            let EntryVersion {
                commit,
                after,
                before,
            } = version?;
            let after = after.and_then(|after| self.holder.content(id, &after.entry));
            if is_mine(commit)? {
                mine.extend(after.map(|(_, content)| content));
                continue;
            }
            let [Some(before)] = before.as_slice() else {
                continue;
            };
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
                    // A commit of mine has taken it back already, or written over all of it: to ask again which one counts
                    // restores nothing.
                    let is_taken_back = |content: &Content| asks_alone(content, &without(content));
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

    /// An entry that lacks its author or its time by now, or that was mine and names somebody else: with both as they were
    /// before. Into one of mine nobody else wrote since. None if nothing is wrong with it, or no version had both.
    fn given_back(
        &self,
        id: EntryId,
        now: &Placed,
        is_mine: impl Fn(CommitId) -> Result<bool, SyncError>,
    ) -> Result<Option<Placed>, SyncError> {
        if now.entry.is_listed() && author(&now.entry).as_ref() == self.holder.me {
            return Ok(None);
        }
        let versions = self.walks.versions(id, self.tip, None);
        let versions: Vec<EntryVersion> = versions.collect::<Result<_, _>>()?;
        let mut forms = versions.iter().rev().filter_map(|version| version.after.as_ref());
        let first = forms.find(|after| after.entry.is_listed());
        let first = first.and_then(|first| author(&first.entry));
        let was_mine = first.is_some() && first.as_ref() == self.holder.me;
        if now.entry.is_listed() && !was_mine {
            return Ok(None);
        }
        let is_sound = |placed: &Placed| placed.entry.is_listed() && author(&placed.entry) == first;
        let did = versions
            .iter()
            .filter(|version| !version.after.as_ref().is_some_and(is_sound));
        let did =
            did.filter_map(|version| Some((version, version.before.iter().flatten().find(|b| is_sound(b))?)));
        let Some((did, before)) = did.into_iter().next() else {
            return Ok(None);
        };
        if !was_mine {
            return Ok(Some(with_envelope(now, before)));
        }
        let mut theirs = None;
        for version in &versions {
            if version.commit == did.commit || !is_mine(version.commit)? {
                theirs = version.after.as_ref();
                break;
            }
        }
        let opened = |placed: &Placed| {
            let stated = self.holder.content(id, &placed.entry);
            stated.or_else(|| self.holder.content(id, &with_envelope(placed, before).entry))
        };
        let mut entry = before.entry.clone();
        entry.put("carried", now.entry.get("carried").cloned());
        if let (Some((is, left)), Some((was, over)), Some((readers, right))) = (
            opened(now),
            theirs.and_then(opened),
            self.holder.content(id, &before.entry),
        ) && (is, was) == (readers, readers)
        {
            let merged = merge_contents(Some(&over), &left, &right);
            if !same(&merged, &right) {
                entry = self
                    .holder
                    .with_content(id, &with_envelope(now, before).entry, readers, &merged)?;
            }
            if entry.ciphertext().is_none() {
                complete_action(&mut entry);
            }
        }
        Ok(Some(Placed { entry, ..*now }))
    }
}

/// Whether two contents say the same, but for fields that have a conflict in the second one alone.
fn asks_alone(before: &Content, after: &Content) -> bool {
    let (before, after) = (before.table(), after.table());
    let (had, has) = (before.conflicted(), after.conflicted());
    let fields = before.fields.iter().chain(&after.fields);
    let names = fields.map(|field| field.key.as_str());
    let mut names = names.chain(had.iter().copied()).chain(has.iter().copied());
    names.all(|name| {
        let rows =
            |table: &Table| -> Vec<_> { table.rows_of(name).map(|row| row.alternative.clone()).collect() };
        let asks = has.contains(&name) && !had.contains(&name);
        asks || before.get(name) == after.get(name) && rows(before) == rows(after)
    })
}

/// An entry with the author and the time of another version.
fn with_envelope(placed: &Placed, of: &Placed) -> Placed {
    let mut entry = placed.entry.clone();
    for key in ["by", "at"] {
        entry.put(key, of.entry.get(key).cloned());
    }
    Placed { entry, ..*placed }
}
