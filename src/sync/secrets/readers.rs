//! The facts that this clone knows of the readers of sealed entries, learned from every commit that arrives
//! (docs/privacy.md#entries-that-arrive-wider).

use std::collections::{BTreeMap, BTreeSet};

use crate::git::CommitId;
use crate::model::{
    Audience, Content, EntryId, KnownEntry, KnownReaders, Loaded, Pair, Placed, Slug, StandingEntry, Table,
    Visibility,
};
use crate::store::ReadersMemory;

use crate::sync::combine::body_seals::BodySeals;
use crate::sync::error::SyncError;
use crate::sync::secrets::entry_history::{EntryHistory, arrival, few, parents_or_none, versions};
use crate::sync::secrets::keys::author;

/// Who asks: a member of a pair with their keys.
#[derive(Debug)]
pub struct KeyHolder<'a, L> {
    /// The pair.
    pub pair: &'a Pair,
    /// Their keys.
    pub keys: &'a L,
    /// Which member they are, if they are one.
    pub me: Option<&'a Slug>,
}

impl<L: BodySeals> KeyHolder<'_, L> {
    /// Who reads an entry: whoever its seal names, where their keys open it.
    pub fn audience(&self, id: EntryId, entry: &Table) -> Audience {
        let by = author(entry);
        Audience::of(entry, |ciphertext| {
            let opened = self.keys.unseal(self.pair, id, by.as_ref()?, ciphertext)?;
            Some(opened.visibility)
        })
    }

    /// Whether an entry is as its author let it: in their name, and for as few readers.
    pub fn is_narrow(&self, id: EntryId, placed: &Placed, known: &KnownEntry) -> bool {
        author(&placed.entry).as_ref() == Some(&known.by)
            && self.audience(id, &placed.entry).most <= known.readers
    }

    /// The content of an entry and who reads it; none where their keys do not open it.
    pub(in crate::sync) fn content(&self, id: EntryId, entry: &Table) -> Option<(Visibility, Content)> {
        match entry.ciphertext() {
            Some(ciphertext) => {
                let opened = self.keys.unseal(self.pair, id, &author(entry)?, ciphertext)?;
                Some((opened.visibility, opened.content))
            }
            None => Some((Visibility::Shared, Content::of_entry(entry))),
        }
    }

    /// The same as [`KeyHolder::audience`], without opening what cannot say more than the word beside it: a confidential
    /// seal of somebody else.
    fn audience_on_arrival(&self, id: EntryId, entry: &Table, known: Option<&KnownEntry>) -> Audience {
        let is_mine = |by: &Slug| self.me == Some(by);
        let mine =
            author(entry).as_ref().is_some_and(is_mine) || known.is_some_and(|known| is_mine(&known.by));
        match mine || entry.visibility() == Visibility::Private {
            true => self.audience(id, entry),
            false => Audience::of(entry, |_| None),
        }
    }
}

/// The facts that a clone knows of the readers, brought up to a commit.
#[derive(Debug, Clone)]
pub struct LearnedReaders {
    /// The memory, to be kept.
    pub memory: ReadersMemory,
    /// The same as it is at a commit that is older than the memory: another work tree may stand there.
    earlier: Option<KnownReaders>,
    /// The commits that were looked at, the newest first.
    pub(in crate::sync) new: Vec<CommitId>,
}

impl LearnedReaders {
    /// Who could read the entries, as they stand at the commit.
    pub fn known(&self) -> &KnownReaders {
        self.earlier.as_ref().unwrap_or(&self.memory.known)
    }
}

/// Brings what was noted up to a commit; all of its history is looked at where nothing was noted.
///
/// # Errors
/// When the history cannot be read.
pub fn learn_readers<L: BodySeals>(
    history: &impl EntryHistory,
    holder: &KeyHolder<'_, L>,
    noted: Option<ReadersMemory>,
    tip: CommitId,
) -> Result<LearnedReaders, SyncError> {
    let (known, until) = noted.map_or_else(Default::default, |memory| {
        (memory.known, memory.until.parse().ok())
    });
    // A commit that is gone was part of a history that is gone: all of the one that stands is new.
    let until: Option<CommitId> = until.filter(|until| history.parents(*until).is_ok());
    let mut learning = Learning {
        history,
        holder,
        known,
        until,
        tip,
    };
    let mut earlier = None;
    let mut new = Vec::new();
    let until = match until {
        Some(until) if until == tip => until,
        Some(until) if history.is_ancestor(tip, until)? => {
            earlier = Some(learning.at_earlier()?);
            until
        }
        _ => {
            new = history.commits_since(tip, until)?;
            learning.learn(&new)?;
            tip
        }
    };
    let until = until.to_string();
    let known = learning.known;
    let memory = ReadersMemory { until, known };
    Ok(LearnedReaders { memory, earlier, new })
}

struct Learning<'a, H, L> {
    history: &'a H,
    holder: &'a KeyHolder<'a, L>,
    known: KnownReaders,
    until: Option<CommitId>,
    tip: CommitId,
}

impl<H: EntryHistory, L: BodySeals> Learning<'_, H, L> {
    fn learn(&mut self, new: &[CommitId]) -> Result<(), SyncError> {
        let passed = self.history.sealed_entries(new)?;
        // The oldest form says who wrote it.
        let passed = passed.into_iter().rev().map(|(id, entry)| {
            let audience = match self.known.get(id) {
                None => self.holder.audience_on_arrival(id, &entry, None),
                Some(_) => Audience::of(&entry, |_| None),
            };
            (id, audience)
        });
        let passed: Vec<(EntryId, Audience)> = passed.collect();
        let (was, is) = self.history.differences(self.until, self.tip, None)?;
        let now = self.now(&was, &is)?;
        let ids: Vec<EntryId> = now.iter().map(|now| now.id).collect();
        self.known.learn(passed, now);
        self.known.answer_for_others(self.holder.me);
        self.end_what_is_as_before(&ids, &is)?;
        self.find_commits(new)
    }

    /// The entries that changed since the memory, as they stand.
    fn now(&self, was: &Loaded, is: &Loaded) -> Result<Vec<StandingEntry>, SyncError> {
        let mut ids = named(was, is);
        match self.until {
            Some(_) => ids.retain(|id| {
                was.doubled.contains_key(id) || was.state.entries.get(id) != is.state.entries.get(id)
            }),
            None => ids.extend(self.known.iter().map(|(id, _)| id)),
        }
        let base = match self.until {
            Some(until) if !self.history.is_ancestor(until, self.tip)? => {
                self.history.merge_bases(until, self.tip)?.first().copied()
            }
            until => until,
        };
        // Another branch has an entry as it was: that is no news.
        let stood = match base != self.until {
            true => Some(self.history.differences(base, self.tip, Some(&ids))?),
            false => None,
        };
        let body = |loaded: &Loaded, id: EntryId| {
            let placed = loaded.state.entries.get(&id);
            placed.map(|placed| placed.entry.shown("body"))
        };
        let is_new = |id: EntryId| {
            stood
                .as_ref()
                .is_none_or(|(before, after)| body(before, id) != body(after, id))
        };
        let standing = ids.into_iter().map(|id| StandingEntry {
            id,
            audience: is.state.entries.get(&id).map(|placed| {
                self.holder
                    .audience_on_arrival(id, &placed.entry, self.known.get(id))
            }),
            is_new: is_new(id) && !self.is_closed_to_its_author(id, is),
        });
        Ok(standing.collect())
    }

    /// Whether an entry of mine stands under a seal that my key does not open: the word beside it is not mine.
    fn is_closed_to_its_author(&self, id: EntryId, is: &Loaded) -> bool {
        let is_mine = self
            .known
            .get(id)
            .is_some_and(|known| Some(&known.by) == self.holder.me);
        let stands = is.state.entries.get(&id).filter(|_| is_mine);
        stands.is_some_and(|placed| self.holder.content(id, &placed.entry).is_none())
    }

    /// The readers that are known at a commit which the memory is ahead of. Nothing is learned from it.
    fn at_earlier(&self) -> Result<KnownReaders, SyncError> {
        let (was, is) = self.history.differences(self.until, self.tip, None)?;
        let mut known: BTreeMap<EntryId, KnownEntry> =
            self.known.iter().map(|(id, known)| (id, known.clone())).collect();
        for id in named(&was, &is) {
            let Some(known) = known.get_mut(&id) else { continue };
            let stands = is.state.entries.get(&id);
            known.shown = stands.map(|placed| {
                self.holder
                    .audience_on_arrival(id, &placed.entry, Some(known))
                    .shown
            });
            let is_here = arrival(known).map(|commit| self.history.is_ancestor(commit, self.tip));
            if !is_here.transpose().unwrap_or_default().unwrap_or_default() {
                known.arrived = None;
            }
        }
        Ok(known.into_iter().collect())
    }

    /// An entry that is word for word as it was before somebody let more people read it needs no answer: its author gave
    /// one on another machine, or somebody took it back.
    fn end_what_is_as_before(&mut self, ids: &[EntryId], is: &Loaded) -> Result<(), SyncError> {
        let mut arrived: BTreeMap<CommitId, BTreeSet<EntryId>> = BTreeMap::new();
        for id in ids {
            if let Some(commit) = self.known.get_wider(*id).and_then(arrival) {
                arrived.entry(commit).or_default().insert(*id);
            }
        }
        arrived.retain(|commit, _| self.history.parents(*commit).is_ok());
        for (commit, ids) in arrived {
            for (id, version) in versions(self.history, commit, &ids)? {
                let before = version.before.iter().flatten();
                let mut before = before.map(|placed| placed.entry.shown("body"));
                let now = is.state.entries.get(&id).map(|placed| placed.entry.shown("body"));
                if now.is_some_and(|now| before.any(|before| before == now)) {
                    self.known.answer(id);
                }
            }
        }
        Ok(())
    }

    /// Finds the commits that let more people read entries, where they are not known: once, as they are remembered.
    fn find_commits(&mut self, new: &[CommitId]) -> Result<(), SyncError> {
        let mut wanted: BTreeMap<EntryId, Visibility> = BTreeMap::new();
        for (id, known) in self.known.wider() {
            if known
                .arrived
                .as_ref()
                .is_some_and(|arrived| arrived.commit.is_none())
            {
                wanted.insert(id, known.readers);
            }
        }
        self.find_among(new.iter().copied(), &mut wanted)?;
        if !wanted.is_empty() && self.until.is_some() {
            let all = self.history.commits_since(self.tip, None)?;
            self.find_among(all.into_iter(), &mut wanted)?;
        }
        Ok(())
    }

    fn find_among(
        &mut self,
        commits: impl Iterator<Item = CommitId>,
        wanted: &mut BTreeMap<EntryId, Visibility>,
    ) -> Result<(), SyncError> {
        for commit in commits {
            if wanted.is_empty() {
                break;
            }
            for id in self.widened_in(commit, wanted)? {
                wanted.remove(&id);
                let until = self.until.map(|until| until.to_string());
                self.known.set_commit(id, commit.to_string(), until);
            }
        }
        Ok(())
    }

    /// The entries that a commit widened: more people can read them than in each of its parents, and than `wanted` says.
    fn widened_in(
        &self,
        commit: CommitId,
        wanted: &BTreeMap<EntryId, Visibility>,
    ) -> Result<Vec<EntryId>, SyncError> {
        let asked: BTreeSet<EntryId> = wanted.keys().copied().collect();
        let is_wide = |loaded: &Loaded, id: EntryId, readers: Visibility| {
            let copies = loaded.doubled.get(&id).into_iter().flatten();
            let mut placed = copies.chain(loaded.state.entries.get(&id));
            placed.any(|placed| self.holder.audience(id, &placed.entry).most > readers)
        };
        let mut widened = asked.clone();
        let asked = few(&asked);
        for parent in parents_or_none(self.history, commit)? {
            let (was, is) = self.history.differences(parent, commit, asked)?;
            widened.retain(|id| {
                let readers = wanted.get(id).copied().unwrap_or(Visibility::Shared);
                is_wide(&is, *id, readers) && !is_wide(&was, *id, readers)
            });
        }
        Ok(widened.into_iter().collect())
    }
}

fn named(was: &Loaded, is: &Loaded) -> BTreeSet<EntryId> {
    was.named().into_iter().chain(is.named()).collect()
}
