//! An entry as it was before somebody else changed, removed or opened it (docs/command-line.md#restore).

use crate::git::CommitId;
use crate::merge::merge_contents;
use crate::model::{
    Content, EntryId, KnownEntry, Placed, State, Table, Visibility, complete_action, id_of_ciphertext,
};

use crate::sync::combine::body_seals::BodySeals;
use crate::sync::error::SyncError;
use crate::sync::secrets::entry_history::{EntryHistory, EntryVersion, arrival, version, versions_in};
use crate::sync::secrets::keys::author;
use crate::sync::secrets::readers::KeyHolder;

/// An entry as it is to be put back.
#[derive(Debug, Clone)]
pub struct RestoredEntry {
    /// The entry.
    pub placed: Placed,
    /// An entry that settling made of the same words: it has no use any more.
    pub split_off: Option<EntryId>,
}

/// A history in which an entry is looked for.
pub struct EntrySearch<'a, H, L> {
    /// The history.
    pub history: &'a H,
    /// The commit that it ends with.
    pub tip: CommitId,
    /// Who asks.
    pub holder: &'a KeyHolder<'a, L>,
    /// The records as they stand.
    pub state: &'a State,
}

impl<H: EntryHistory, L: BodySeals> EntrySearch<'_, H, L> {
    /// An entry of mine that arrived wider, as I last wrote it: the last version that was as narrow, and that my keys open,
    /// among those that do not follow the commit which let more people read it. Words that were written into it since
    /// stay, as by any merge over how it arrived. None if there is no such version.
    ///
    /// # Errors
    /// When the history cannot be read, or the entry cannot be sealed.
    pub fn before_it_arrived(
        &self,
        id: EntryId,
        known: &KnownEntry,
    ) -> Result<Option<RestoredEntry>, SyncError> {
        let cause = match arrival(known) {
            Some(cause) if self.history.parents(cause).is_ok() => {
                self.history.is_ancestor(cause, self.tip)?.then_some(cause)
            }
            _ => None,
        };
        let Some((mut good, content)) = self.last_narrow(id, known, cause)? else {
            return Ok(None);
        };
        let split_off = self.split_off(id, known, &good, &content);
        good.home = self.state.home_or_agenda(good.home);
        let Some(now) = self.state.entries.get(&id) else {
            let placed = good;
            return Ok(Some(RestoredEntry { placed, split_off }));
        };
        let cause = cause.map(|cause| version(self.history, cause, id)).transpose()?;
        let bait = cause.flatten().and_then(|version| version.after);
        let over = bait
            .as_ref()
            .and_then(|bait| self.holder.content(id, &bait.entry));
        let over = over.map(|(_, content)| content);
        let mut merged = content.clone();
        for since in self.narrow_contents(id, &now.entry, known.readers) {
            merged = merge_contents(over.as_ref(), &merged, &since);
        }
        if let Some(carried) = now.entry.get("carried") {
            good.entry.set("carried", carried.clone());
        }
        if !same(&merged, &content) {
            let readers = self.holder.audience(id, &good.entry).shown;
            good.entry = self.holder.with_content(id, &good.entry, readers, &merged)?;
        }
        // Whoever let more people read it may have moved it too.
        if bait.is_none_or(|bait| bait.home != now.home) {
            good.home = now.home;
        }
        let placed = good;
        Ok(Some(RestoredEntry { placed, split_off }))
    }

    /// The last version of an entry that was for as few readers as its author let, and that my keys open.
    fn last_narrow(
        &self,
        id: EntryId,
        known: &KnownEntry,
        cause: Option<CommitId>,
    ) -> Result<Option<(Placed, Content)>, SyncError> {
        let narrow = |placed: Placed| {
            let is_by_author = author(&placed.entry).as_ref() == Some(&known.by);
            let is_narrow = self.holder.audience(id, &placed.entry).most <= known.readers;
            let (_, content) = self
                .holder
                .content(id, &placed.entry)
                .filter(|_| is_by_author && is_narrow)?;
            Some((placed, content))
        };
        let all = self.history.commits_since(self.tip, None)?;
        for version in versions_in(self.history, all, id) {
            let version = version?;
            // Whoever wrote after that commit may have sealed its words.
            if let Some(cause) = cause
                && self.history.is_ancestor(cause, version.commit)?
            {
                continue;
            }
            let mut forms = [version.after].into_iter().chain(version.before).flatten();
            if let Some(found) = forms.find_map(narrow) {
                return Ok(Some(found));
            }
        }
        // A shallow clone may lack what came before it.
        let cause = cause.map(|cause| version(self.history, cause, id)).transpose()?;
        let mut before = cause
            .flatten()
            .into_iter()
            .flat_map(|cause| cause.before)
            .flatten();
        Ok(before.find_map(narrow))
    }

    /// An entry that is gone, as it last stood.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn before_it_went(&self, id: EntryId) -> Result<Option<RestoredEntry>, SyncError> {
        let all = self.history.commits_since(self.tip, None)?;
        for version in versions_in(self.history, all, id) {
            let EntryVersion { after, before, .. } = version?;
            if let Some(placed) = [after].into_iter().chain(before).flatten().next() {
                let home = self.state.home_or_agenda(placed.home);
                let placed = Placed { home, ..placed };
                return Ok(Some(RestoredEntry {
                    placed,
                    split_off: None,
                }));
            }
        }
        Ok(None)
    }

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

    /// The contents of an entry, that of its shown body first, as far as they are for so few and my keys open them.
    fn narrow_contents(&self, id: EntryId, entry: &Table, readers: Visibility) -> Vec<Content> {
        let rows = entry.rows_of("body").map(|row| row.alternative.clone());
        let bodies = [entry.shown("body")].into_iter().chain(rows);
        let opened = bodies.filter_map(|body| {
            let mut one = entry.envelope();
            one.show("body", &body);
            let (_, content) = self.holder.content(id, &one)?;
            (self.holder.audience(id, &one).shown <= readers).then_some(content)
        });
        opened.collect()
    }

    /// The entry that settling made of the sealed text that is put back: it says the same, and follows it.
    fn split_off(
        &self,
        id: EntryId,
        known: &KnownEntry,
        good: &Placed,
        content: &Content,
    ) -> Option<EntryId> {
        let ciphertext = good.entry.ciphertext()?;
        let mut follower = content.clone();
        follower.table_mut().set("re", id.to_string());
        let numbered = (1..8).map(|n| id_of_ciphertext(&format!("{ciphertext}{n}")));
        let mut ids = [id_of_ciphertext(ciphertext)].into_iter().chain(numbered);
        ids.find(|split| {
            let Some(placed) = self.state.entries.get(split) else {
                return false;
            };
            let opened = self.holder.content(*split, &placed.entry);
            author(&placed.entry).as_ref() == Some(&known.by)
                && opened.is_some_and(|(_, content)| same(&content, &follower))
        })
    }
}

/// Whether two contents say the same, whatever the order of their keys.
pub(in crate::sync) fn same(a: &Content, b: &Content) -> bool {
    a.table().shown("body") == b.table().shown("body")
}

/// The entries that are gone and whose id begins so, the newest first; all of a history is looked at.
///
/// # Errors
/// When the history cannot be read.
pub(in crate::sync) fn gone_entries(
    history: &impl EntryHistory,
    tip: CommitId,
    state: &State,
    prefix: &str,
) -> Result<Vec<EntryId>, SyncError> {
    let mut gone = Vec::new();
    for commit in history.commits_since(tip, None)? {
        for parent in history.parents(commit)? {
            let (was, _) = history.differences(Some(parent), commit, None)?;
            for id in was.named() {
                let is_gone = id.as_str().starts_with(prefix) && !state.entries.contains_key(&id);
                if is_gone && !gone.contains(&id) {
                    gone.push(id);
                }
            }
        }
    }
    Ok(gone)
}
