//! What this clone knows of the readers of sealed entries: learned from every commit that arrives
//! (docs/privacy.md#entries-that-arrive-wider).

use std::collections::{BTreeMap, BTreeSet};

use crate::git::{BlobId, CommitId, Repository, Signature, TreeId};
use crate::model::{
    EntryId, KnownEntry, KnownReaders, Limits, Loaded, Placed, RecordPath, Slug, Table, Visibility, assemble,
    shown_to,
};
use crate::store::{Notes, ReadersMemory};

use crate::sync::error::SyncError;

/// An entry that more people read than its author let.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Widened {
    /// The entry.
    pub entry: EntryId,
    /// Its author.
    pub by: Slug,
    /// Who could read it before.
    pub readers: Visibility,
    /// Who reads it now.
    pub shown: Visibility,
    /// The commit that did it and its author's name, as the commit states it; none if that cannot be told.
    pub commit: Option<(CommitId, String)>,
}

/// The memory of a clone, brought up to a commit. Whoever holds the clone's lock keeps it.
///
/// # Errors
/// When the repository cannot be read.
pub(in crate::sync) fn learned(repo: &Repository, tip: CommitId) -> Result<ReadersMemory, SyncError> {
    let noted = Notes::of(repo.common_dir()).readers();
    learned_since(repo, noted, tip)
}

/// What was noted, brought up to a commit; all of its history where nothing was.
///
/// # Errors
/// When the repository cannot be read.
pub(in crate::sync) fn learned_since(
    repo: &Repository,
    noted: Option<ReadersMemory>,
    tip: CommitId,
) -> Result<ReadersMemory, SyncError> {
    let predates = Notes::of(repo.common_dir()).predates_readers();
    let (mut known, until) = match noted {
        Some(memory) if memory.until == tip.to_string() => return Ok(memory),
        Some(memory) => (memory.known, memory.until.parse().ok()),
        None => (KnownReaders::default(), None),
    };
    // A commit that is gone was part of a history that is gone: all of the one that stands is new.
    let until: Option<CommitId> = until.filter(|until| repo.commit_info(*until).is_ok());
    let new = repo.ancestors(tip, until.as_slice())?;
    let new: Vec<CommitId> = new.collect::<Result<_, _>>()?;
    let passed = sealed_on_the_way(repo, &new)?;
    let (before, after) = (
        until.map(|until| repo.tree_of(until)).transpose()?,
        repo.tree_of(tip)?,
    );
    let (was, is) = changed(repo, before, after)?;
    let mut ids: BTreeSet<EntryId> = was.named().into_iter().chain(is.named()).collect();
    if until.is_none() {
        ids.extend(known.iter().map(|(id, _)| id));
    }
    let stands = |id: &EntryId| is.state.entries.get(id);
    let now = || ids.iter().map(|id| (*id, stands(id)));
    // The oldest form says who wrote it.
    known.learn(passed.iter().rev().map(|(id, entry)| (*id, entry)), now());
    if predates {
        // The readers of the day when this version came to the clone are those that the person knows of.
        let wider: Vec<_> = known.wider().map(|(id, entry)| (id, entry.shown)).collect();
        for (id, shown) in wider {
            known.raise(id, shown.unwrap_or(Visibility::Shared));
        }
    }
    let shares = own_shares(repo, &new)?;
    if !shares.is_empty() {
        shares
            .into_iter()
            .for_each(|(id, readers)| known.raise(id, readers));
        known.learn([], now());
    }
    let until = tip.to_string();
    Ok(ReadersMemory { until, known })
}

/// What the commands of this clone let more people read in commits that are new, as far as its undo log goes back: version
/// 0.1 may have done so, or this one before the memory was lost.
fn own_shares(repo: &Repository, new: &[CommitId]) -> Result<Vec<(EntryId, Visibility)>, SyncError> {
    let log = Notes::of(repo.git_dir()).undo_log(|_| true)?;
    let commands = log.done.iter().filter(|command| command.name == "share");
    let commits = commands.filter_map(|command| command.commit.parse::<CommitId>().ok());
    let mut shares = Vec::new();
    for commit in commits.filter(|commit| new.contains(commit)) {
        let info = repo.commit_info(commit)?;
        let (was, is) = changed(repo, repo.first_parent_tree(&info), info.tree)?;
        for (id, placed) in &is.state.entries {
            let before = was.state.entries.get(id).map(|placed| shown_to(&placed.entry));
            let after = shown_to(&placed.entry);
            shares.extend(before.filter(|before| *before < after).map(|_| (*id, after)));
        }
    }
    Ok(shares)
}

/// What is known of an entry that arrived wider than it was; none of any other. Nothing is kept.
///
/// # Errors
/// When the repository cannot be read.
pub fn arrived_wider(repo: &Repository, id: EntryId) -> Result<Option<KnownEntry>, SyncError> {
    let Some(tip) = repo.head()?.tip else {
        return Ok(None);
    };
    let known = learned(repo, tip)?.known;
    Ok(known.get_wider(id).cloned())
}

/// The sealed entries of every commit that is new, in each of its forms.
fn sealed_on_the_way(repo: &Repository, new: &[CommitId]) -> Result<Vec<(EntryId, Table)>, SyncError> {
    let (mut passed, mut seen) = (Vec::new(), BTreeSet::new());
    for commit in new {
        let info = repo.commit_info(*commit)?;
        for path in repo.changed_paths(repo.first_parent_tree(&info), Some(info.tree))? {
            let Some((id, bytes)) = record(repo, info.tree, &path)? else {
                continue;
            };
            if !seen.insert(id) || !holds(&bytes, b"sealed") {
                continue;
            }
            let loaded = assemble([(path, bytes)]);
            let doubled = loaded.doubled.into_iter();
            let doubled = doubled.flat_map(|(id, copies)| copies.into_iter().map(move |copy| (id, copy)));
            let all = loaded.state.entries.into_iter().chain(doubled);
            let sealed = all.filter(|(_, placed)| shown_to(&placed.entry).is_sealed());
            passed.extend(sealed.map(|(id, placed)| (id, placed.entry)));
        }
    }
    Ok(passed)
}

/// A record of a tree; none if the path is that of no record, or its file is too large for one.
fn record(repo: &Repository, tree: TreeId, path: &str) -> Result<Option<(BlobId, Vec<u8>)>, SyncError> {
    if RecordPath::parse(path).is_none_or(|record| record == RecordPath::Pair) {
        return Ok(None);
    }
    let Some(file) = repo.tree_entry(tree, path)? else {
        return Ok(None);
    };
    Ok(repo
        .blob(file.id, Limits::FILE)
        .ok()
        .map(|bytes| (file.id, bytes)))
}

/// The records in which two trees differ, as each has them.
fn changed(repo: &Repository, before: Option<TreeId>, after: TreeId) -> Result<(Loaded, Loaded), SyncError> {
    let paths = repo.changed_paths(before, Some(after))?;
    Ok((loaded(repo, before, &paths)?, loaded(repo, Some(after), &paths)?))
}

fn loaded(repo: &Repository, tree: Option<TreeId>, paths: &[String]) -> Result<Loaded, SyncError> {
    let mut files = BTreeMap::new();
    if let Some(tree) = tree {
        for path in paths {
            if let Some((_, bytes)) = record(repo, tree, path)? {
                files.insert(path.clone(), bytes);
            }
        }
    }
    Ok(assemble(files))
}

fn holds(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|part| part == word)
}

/// The entries that arrived wider than they were, of those that are asked for, with the commit that did it.
///
/// # Errors
/// When the history cannot be read.
pub(in crate::sync) fn widened(
    repo: &Repository,
    tip: CommitId,
    known: &KnownReaders,
    is_asked: impl Fn(&KnownEntry) -> bool,
) -> Result<Vec<Widened>, SyncError> {
    let wider = known.wider().filter(|(_, known)| is_asked(known));
    let wider = wider.map(|(id, known)| {
        let commit = widened_by(repo, tip, id, known.readers)?;
        Ok(Widened {
            entry: id,
            by: known.by.clone(),
            readers: known.readers,
            shown: known.shown.unwrap_or(known.readers),
            commit: commit.map(|(commit, author)| (commit, author.name)),
        })
    });
    wider.collect()
}

/// The commit that let more people read an entry, the newest if there are several; none if it is not here.
fn widened_by(
    repo: &Repository,
    tip: CommitId,
    id: EntryId,
    readers: Visibility,
) -> Result<Option<(CommitId, Signature)>, SyncError> {
    let is_wider = |placed: &Option<Placed>| {
        let entry = placed.as_ref().map(|placed| shown_to(&placed.entry));
        entry.is_some_and(|shown| shown > readers)
    };
    for version in versions(repo, tip, id)? {
        let (commit, after, before) = version?;
        if is_wider(&after) && !before.iter().any(is_wider) {
            return Ok(Some((commit, repo.commit_info(commit)?.author)));
        }
    }
    Ok(None)
}

/// A commit that changed an entry, how the entry stands in it, and how it stood in each parent.
pub(in crate::sync) type EntryVersion = (CommitId, Option<Placed>, Vec<Option<Placed>>);

/// The commits that changed an entry, the newest first.
///
/// # Errors
/// When the history cannot be read; each step may fail too.
pub(in crate::sync) fn versions(
    repo: &Repository,
    tip: CommitId,
    id: EntryId,
) -> Result<impl Iterator<Item = Result<EntryVersion, SyncError>> + '_, SyncError> {
    let walk = repo.ancestors(tip, &[])?;
    Ok(walk.filter_map(move |commit| {
        let version = commit
            .map_err(SyncError::from)
            .and_then(|commit| version(repo, commit, id));
        version.transpose()
    }))
}

fn version(repo: &Repository, commit: CommitId, id: EntryId) -> Result<Option<EntryVersion>, SyncError> {
    let info = repo.commit_info(commit)?;
    let parents = info.parents.iter();
    let mut parents: Vec<Option<TreeId>> = parents.map(|parent| repo.tree_of(*parent).ok()).collect();
    if parents.is_empty() {
        parents.push(None);
    }
    let mut before = Vec::new();
    let mut after = None;
    for parent in parents {
        let paths = repo.changed_paths(parent, Some(info.tree))?;
        let (was, is) = (
            entry(repo, parent, &paths, id)?,
            entry(repo, Some(info.tree), &paths, id)?,
        );
        if was == is {
            // It came from this parent as it is.
            return Ok(None);
        }
        before.push(was);
        after = is;
    }
    Ok(Some((commit, after, before)))
}

fn entry(
    repo: &Repository,
    tree: Option<TreeId>,
    paths: &[String],
    id: EntryId,
) -> Result<Option<Placed>, SyncError> {
    let Some(tree) = tree else { return Ok(None) };
    for path in paths {
        let Some((_, bytes)) = record(repo, tree, path)? else {
            continue;
        };
        if !holds(&bytes, id.as_str().as_bytes()) {
            continue;
        }
        if let Some(placed) = assemble([(path, bytes)]).state.entries.remove(&id) {
            return Ok(Some(placed));
        }
    }
    Ok(None)
}
