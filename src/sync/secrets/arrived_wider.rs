//! The entries of a clone that arrived for more readers than their authors let
//! (docs/privacy.md#entries-that-arrive-wider).

use crate::git::{CommitId, Repository};
use crate::model::{Audience, EntryId, KnownEntry, KnownReaders, Pair, Slug, Table, Visibility};
use crate::store::{Notes, ReadersMemory};

use crate::sync::error::SyncError;
use crate::sync::load::commit_authors::CommitAuthors;
use crate::sync::secrets::entry_history::{EntryHistory, arrival, known_until};
use crate::sync::secrets::entry_walks::EntryWalks;
use crate::sync::secrets::keys::Keys;
use crate::sync::secrets::readers::{KeyHolder, LearnedReaders, learn_readers};
use crate::sync::secrets::replaced_seals::put_there;

/// An entry that more people read than its author let.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Widened {
    /// The entry.
    pub entry: EntryId,
    /// Its author.
    pub by: Slug,
    /// Who could read it before.
    pub readers: Visibility,
    /// Who could read it when it arrived.
    pub shown: Visibility,
    /// Whether it is sealed again, with the words of whoever widened it, and waits for its author.
    pub is_sealed_since: bool,
    /// The commit that did it and its author's name, as the commit states it; none if that cannot be told.
    pub commit: Option<(CommitId, String)>,
    /// The first commit that put another seal in the place of the author's last one before that, and its author's name. Only
    /// of an entry of mine.
    pub put_there: Option<(CommitId, String)>,
}

/// The memory of a clone, brought up to a commit. Whoever holds the clone's lock keeps it.
///
/// # Errors
/// When the repository cannot be read.
pub(in crate::sync) fn learned(
    repo: &Repository,
    (pair, keys): (&Pair, &Keys),
    tip: CommitId,
) -> Result<LearnedReaders, SyncError> {
    let notes = Notes::of(repo.common_dir());
    learned_since(repo, (pair, keys), notes.readers(), tip)
}

/// The readers that were noted, brought up to a commit.
///
/// # Errors
/// When the repository cannot be read.
pub(in crate::sync) fn learned_since(
    repo: &Repository,
    (pair, keys): (&Pair, &Keys),
    noted: Option<ReadersMemory>,
    tip: CommitId,
) -> Result<LearnedReaders, SyncError> {
    let me = keys.me(pair);
    let me = me.as_ref();
    let predates = Notes::of(repo.common_dir()).predates_readers();
    let mut learned = learn_readers(repo, &KeyHolder { pair, keys, me }, noted, tip)?;
    let known = &mut learned.memory.known;
    if predates {
        // The readers of the day when this version came to the clone are those that the person knows of.
        let wider: Vec<_> = known.wider().map(|(id, entry)| (id, entry.shown)).collect();
        for (id, shown) in wider {
            known.raise(id, shown.unwrap_or(Visibility::Shared));
        }
    }
    for (id, to) in own_shares(repo, &learned.new)? {
        // Nobody lets others read an entry of somebody else.
        let mine = known.get(id).filter(|known| Some(&known.by) == me);
        let Some(shown) = mine.map(|known| known.shown) else {
            continue;
        };
        known.raise(id, to.min(shown.unwrap_or(to)));
    }
    Ok(learned)
}

/// The commands by which an author lets more people read an entry.
const WIDENING: [&str; 2] = ["share", "resolve"];

/// The entries that commands of this clone let more people read, and whom, in commits that are new, as far as its undo log
/// goes back. Version 0.1 may have done so, or this one before the memory was lost, or before a run died that had not noted
/// it yet.
fn own_shares(repo: &Repository, new: &[CommitId]) -> Result<Vec<(EntryId, Visibility)>, SyncError> {
    let log = Notes::of(repo.git_dir()).undo_log(|_| true)?;
    let mut commands = log.done;
    commands.retain(|command| WIDENING.contains(&command.name.as_str()));
    let commits = commands
        .iter()
        .filter_map(|command| command.commit.parse::<CommitId>().ok());
    let mut shares = Vec::new();
    for commit in commits.filter(|commit| new.contains(commit)) {
        let parent = repo.commit_info(commit)?.parents.first().copied();
        let (was, is) = repo.differences(parent, commit, None)?;
        for (id, placed) in &is.state.entries {
            let readers = |entry: &Table| Audience::of(entry, |_| None).shown;
            let before = was.state.entries.get(id).map(|placed| readers(&placed.entry));
            let after = readers(&placed.entry);
            shares.extend(before.filter(|before| *before < after).map(|_| (*id, after)));
        }
    }
    Ok(shares)
}

/// The entries that arrived wider than their authors let, as this clone knows. Nothing is kept.
///
/// # Errors
/// When the repository cannot be read.
pub fn known_readers(repo: &Repository, pair: &Pair, keys: &Keys) -> Result<KnownReaders, SyncError> {
    let Some(tip) = repo.head()?.tip else {
        return Ok(KnownReaders::default());
    };
    Ok(learned(repo, (pair, keys), tip)?.known().clone())
}

/// The entries of mine that arrived for more readers than I let. Nothing is kept.
///
/// # Errors
/// When the repository cannot be read.
pub fn arrived_wider(repo: &Repository, pair: &Pair, keys: &Keys) -> Result<Vec<Widened>, SyncError> {
    let me = keys.me(pair);
    let Some(tip) = repo.head()?.tip else {
        return Ok(Vec::new());
    };
    let known = known_readers(repo, pair, keys)?;
    widened(repo, (pair, keys), (tip, &known), |known| {
        Some(&known.by) == me.as_ref()
    })
}

/// The entries that arrived wider than they were, of those that are asked for, with the commit that did it.
///
/// # Errors
/// When the history cannot be read.
pub(in crate::sync) fn widened(
    repo: &Repository,
    (pair, keys): (&Pair, &Keys),
    (tip, known): (CommitId, &KnownReaders),
    is_asked: impl Fn(&KnownEntry) -> bool,
) -> Result<Vec<Widened>, SyncError> {
    let wider: Vec<_> = known.wider().filter(|(_, known)| is_asked(known)).collect();
    let me = keys.me(pair);
    let authors = CommitAuthors::of(pair).seen_by(me.clone(), repo.user_email()?);
    let is_mine = |commit| Ok(authors.is_mine(&repo.commit_info(commit)?.author));
    let walks = EntryWalks::new(repo, wider.iter().map(|(id, _)| *id));
    let put_there = |entry, known: &KnownEntry| -> Result<Option<(CommitId, String)>, SyncError> {
        let is_told = Some(&known.by) == me.as_ref() && known_until(known).is_some();
        let Some(commit) = arrival(known).filter(|_| is_told) else {
            return Ok(None);
        };
        // The commit that let more people read it is told of by itself. Nothing that came after it is before it.
        let mut first = None;
        for (_, by) in put_there(&walks, (entry, known), (tip, None), &is_mine)? {
            if !repo.is_ancestor(commit, by)? {
                first = Some(by);
            }
        }
        let info = first.map(|by| repo.commit_info(by)).transpose()?;
        Ok(info.map(|info| (info.id, info.author.name)))
    };
    let wider = wider.into_iter().map(|(entry, known)| {
        let info = arrival(known).and_then(|commit| repo.commit_info(commit).ok());
        Ok(Widened {
            entry,
            by: known.by.clone(),
            readers: known.readers,
            shown: known.arrived_for(),
            is_sealed_since: known.shown.is_some_and(|shown| shown <= known.readers),
            commit: info.map(|info| (info.id, info.author.name)),
            put_there: put_there(entry, known)?,
        })
    });
    wider.collect()
}
