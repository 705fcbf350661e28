//! An entry as it was before somebody else changed, removed or opened it (docs/command-line.md#restore).

mod changed;

use std::collections::BTreeSet;

use crate::git::CommitId;
use crate::merge::merge_contents;
use crate::model::{Content, EntryId, KnownEntry, Placed, State, Table, Visibility, id_of_ciphertext};

use crate::sync::combine::body_seals::BodySeals;
use crate::sync::error::SyncError;
use crate::sync::secrets::entry_history::{EntryHistory, EntryVersion, arrival};
use crate::sync::secrets::entry_walks::EntryWalks;
use crate::sync::secrets::keys::author;
use crate::sync::secrets::readers::KeyHolder;
use crate::sync::secrets::replaced_seals::{IsMine, put_there};

/// An entry as it is to be put back.
#[derive(Debug, Clone)]
pub struct RestoredEntry {
    /// The entry, where it stood: there may be no such meeting any more.
    pub placed: Placed,
    /// An entry that settling made of the same words: it has no use any more.
    pub split_off: Option<EntryId>,
}

impl RestoredEntry {
    /// An entry that is put back as it stood.
    pub fn of(placed: Placed) -> Self {
        Self {
            placed,
            split_off: None,
        }
    }

    /// Puts the entry into a state: where it stood, or on the agenda if there is no such meeting.
    pub fn put_into(&self, state: &mut State, id: EntryId) {
        let placed = Placed {
            home: state.home_or_agenda(self.placed.home),
            entry: self.placed.entry.clone(),
        };
        state.entries.insert(id, placed);
        if let Some(split) = self.split_off {
            state.entries.remove(&split);
        }
    }
}

/// A history in which an entry is looked for.
pub struct EntrySearch<'a, H, L> {
    /// The history, for all the entries that are looked for.
    pub walks: &'a EntryWalks<'a, H>,
    /// The commit that it ends with.
    pub tip: CommitId,
    /// Who asks.
    pub holder: &'a KeyHolder<'a, L>,
    /// The records as they stand.
    pub state: &'a State,
    /// The ends of other histories that are here, the newest first: a rewritten one may have replaced them. They are
    /// looked at where the history that stands has no version that was as narrow.
    pub others: &'a [CommitId],
}

impl<H: EntryHistory, L: BodySeals> EntrySearch<'_, H, L> {
    /// An entry of mine that arrived wider, as I last wrote it: the last version that was as narrow, and that my keys
    /// open. Versions do not count that follow the commit which let more people read it. Words that were written into
    /// it since stay, as by any merge over how it arrived. None if there is no such version.
    ///
    /// # Errors
    /// When the history cannot be read, or the entry cannot be sealed.
    pub fn before_it_arrived(
        &self,
        id: EntryId,
        known: &KnownEntry,
        is_mine: IsMine<'_>,
    ) -> Result<Option<RestoredEntry>, SyncError> {
        let cause = self.cause(id, known)?;
        let Some((mut good, content)) = self.last_narrow(id, known, (cause, is_mine))? else {
            return Ok(None);
        };
        let split_off = self.split_off(id, known, &good, &content);
        let Some(now) = self.state.entries.get(&id) else {
            let placed = good;
            return Ok(Some(RestoredEntry { placed, split_off }));
        };
        let cause = cause.map(|cause| self.walks.version(cause, id)).transpose()?;
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

    /// The same, where my keys open no such version: as it stood, word for word.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn closed_before_it_arrived(
        &self,
        id: EntryId,
        known: &KnownEntry,
        is_mine: IsMine<'_>,
    ) -> Result<Option<RestoredEntry>, SyncError> {
        let cause = self.cause(id, known)?;
        let closed = self.last_version(id, known, (cause, is_mine), |placed| {
            (self.holder.is_narrow(id, placed, known) && placed.entry.ciphertext().is_some())
                .then(|| placed.clone())
        })?;
        let now = self.state.entries.get(&id);
        Ok(closed.map(|closed| {
            let home = now.map_or(closed.home, |now| now.home);
            let placed = Placed { home, ..closed };
            RestoredEntry {
                placed,
                split_off: None,
            }
        }))
    }

    /// The commit of this history by which an entry arrived wider: the one that is remembered. If a rewritten history has
    /// another one in its place, the last one that did.
    fn cause(&self, id: EntryId, known: &KnownEntry) -> Result<Option<CommitId>, SyncError> {
        match arrival(known) {
            None => Ok(None),
            Some(cause) if self.is_here(cause) && self.walks.history.is_ancestor(cause, self.tip)? => {
                Ok(Some(cause))
            }
            Some(_) => self.last_widening(id, known),
        }
    }

    fn is_here(&self, commit: CommitId) -> bool {
        self.walks.history.parents(commit).is_ok()
    }

    /// The newest commit of this history by which more people read an entry than its author let.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub(in crate::sync) fn last_widening(
        &self,
        id: EntryId,
        known: &KnownEntry,
    ) -> Result<Option<CommitId>, SyncError> {
        let is_wide = |placed: &Placed| self.holder.audience(id, &placed.entry).most > known.readers;
        for version in self.walks.versions(id, self.tip, None) {
            let version = version?;
            let was_wide = version.before.iter().flatten().any(is_wide);
            if version.after.as_ref().is_some_and(is_wide) && !was_wide {
                return Ok(Some(version.commit));
            }
        }
        Ok(None)
    }

    /// The last version of an entry that was for as few readers as its author let, and that my keys open.
    fn last_narrow(
        &self,
        id: EntryId,
        known: &KnownEntry,
        cause: (Option<CommitId>, IsMine<'_>),
    ) -> Result<Option<(Placed, Content)>, SyncError> {
        self.last_version(id, known, cause, |placed| {
            let (_, content) = self.holder.content(id, &placed.entry)?;
            self.holder
                .is_narrow(id, placed, known)
                .then(|| (placed.clone(), content))
        })
    }

    /// The last version of an entry that is `wanted`: in this history, else in another one that is here. Whoever wrote
    /// after it arrived wider may have sealed its words: their versions do not count. A seal that somebody put in the place of
    /// another one counts if there is no other.
    fn last_version<T>(
        &self,
        id: EntryId,
        known: &KnownEntry,
        (cause, is_mine): (Option<CommitId>, IsMine<'_>),
        wanted: impl Fn(&Placed) -> Option<T>,
    ) -> Result<Option<T>, SyncError> {
        let remembered = arrival(known).filter(|commit| self.is_here(*commit));
        let causes: BTreeSet<CommitId> = remembered.into_iter().chain(cause).collect();
        let mut histories = vec![(self.tip, None)];
        histories.extend(self.others.iter().map(|end| (*end, Some(self.tip))));
        let mut otherwise = None;
        for (end, without) in histories {
            let put_there = put_there(self.walks, (id, known), (end, without), is_mine)?;
            for version in self.walks.versions(id, end, without) {
                let version = version?;
                let follows = causes
                    .iter()
                    .map(|cause| self.walks.history.is_ancestor(*cause, version.commit));
                if follows.collect::<Result<Vec<bool>, _>>()?.contains(&true) {
                    continue;
                }
                let is_put = |placed: &Placed| {
                    let seal = placed.entry.ciphertext();
                    put_there.iter().any(|(put, _)| Some(put.as_str()) == seal)
                };
                // A version before such a seal, on its own line, need not be the last.
                let is_behind = version.after.as_ref().is_some_and(is_put);
                for placed in [version.after].into_iter().chain(version.before).flatten() {
                    let Some(found) = wanted(&placed) else { continue };
                    match is_behind || is_put(&placed) {
                        true => otherwise = otherwise.or(Some(found)),
                        false => return Ok(Some(found)),
                    }
                }
            }
        }
        // A shallow clone may lack what came before it.
        for cause in causes {
            let version = self.walks.version(cause, id)?;
            let mut before = version.into_iter().flat_map(|version| version.before).flatten();
            otherwise = otherwise.or_else(|| before.find_map(|placed| wanted(&placed)));
        }
        Ok(otherwise)
    }

    /// The last version of a removed entry, or the last one that this clone can open, if there is one. If this clone knows that
    /// fewer people may read the entry than that version lets, the last version of its author that nobody had widened counts.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn before_it_went(
        &self,
        id: EntryId,
        known: Option<&KnownEntry>,
        is_mine: impl Fn(CommitId) -> Result<bool, SyncError>,
    ) -> Result<Option<RestoredEntry>, SyncError> {
        let widening = match known {
            Some(known) => self.last_widening(id, known)?,
            None => None,
        };
        let mut closed = None;
        for version in self.walks.versions(id, self.tip, None) {
            let EntryVersion {
                commit,
                after,
                before,
            } = version?;
            let follows = match widening {
                Some(widening) => self.walks.history.is_ancestor(widening, commit)? && !is_mine(commit)?,
                None => false,
            };
            // Before the commit that let more people read it, it stood as it was meant.
            let after = after.filter(|_| !follows);
            let before = before
                .into_iter()
                .filter(|_| !follows || widening == Some(commit));
            let forms = [after].into_iter().chain(before).flatten();
            let is_meant =
                |placed: &Placed| known.is_none_or(|known| self.holder.is_narrow(id, placed, known));
            for placed in forms.filter(is_meant) {
                if self.holder.content(id, &placed.entry).is_some() {
                    return Ok(Some(RestoredEntry::of(placed)));
                }
                closed = closed.or(Some(placed));
            }
        }
        Ok(closed.map(RestoredEntry::of))
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

/// The entries that are gone and whose ids begin with one of these, the newest first; all of a history is looked at.
///
/// # Errors
/// When the history cannot be read.
pub(in crate::sync) fn gone_entries(
    history: &impl EntryHistory,
    tip: CommitId,
    state: &State,
    prefixes: &[String],
) -> Result<Vec<EntryId>, SyncError> {
    let (mut gone, mut seen) = (Vec::new(), BTreeSet::new());
    for commit in history.commits_since(tip, None)? {
        for parent in history.parents(commit)? {
            let (was, _) = history.differences(Some(parent), commit, None)?;
            for id in was.named() {
                let is_asked = |prefix: &String| id.as_str().starts_with(prefix);
                let is_gone = !state.entries.contains_key(&id);
                if is_gone && seen.insert(id) && prefixes.iter().any(is_asked) {
                    gone.push(id);
                }
            }
        }
    }
    Ok(gone)
}
