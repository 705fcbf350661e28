//! The commits of a pair, as far as somebody asks how an entry stood in them.

use std::collections::{BTreeMap, BTreeSet};

use crate::git::{BlobId, CommitId, Repository, TreeId};
use crate::model::{
    EntryId, KnownEntry, Limits, Loaded, Placed, RecordPath, State, Table, assemble, holds_word,
};

use crate::sync::error::SyncError;
use crate::sync::load::history::History;
use crate::sync::load::last_good_record::GoodRecords;

/// A history that can be asked for the entries of its commits: a repository, or one in memory.
pub trait EntryHistory: History {
    /// The commits that `tip` has and `known` lacks, the newest first; all of them where none is known.
    ///
    /// # Errors
    /// When a commit cannot be read.
    fn commits_since(&self, tip: CommitId, known: Option<CommitId>) -> Result<Vec<CommitId>, SyncError>;

    /// The sealed entries of commits, in each form that they have there, in the order of the commits.
    ///
    /// # Errors
    /// When a commit cannot be read.
    fn sealed_entries(&self, commits: &[CommitId]) -> Result<Vec<(EntryId, Table)>, SyncError>;

    /// The records in which two commits differ, as each has them: all, or those that name an entry asked for. With no
    /// commit before, all records differ. Of one that cannot be read the last good version counts.
    ///
    /// # Errors
    /// When a commit cannot be read.
    fn differences(
        &self,
        before: Option<CommitId>,
        after: CommitId,
        asked: Option<&BTreeSet<EntryId>>,
    ) -> Result<(Loaded, Loaded), SyncError>;
}

/// A commit that changed an entry.
#[derive(Debug, Clone)]
pub(in crate::sync) struct EntryVersion {
    pub(in crate::sync) commit: CommitId,
    /// How the entry stands in it.
    pub(in crate::sync) after: Option<Placed>,
    /// How it stood in each parent.
    pub(in crate::sync) before: Vec<Option<Placed>>,
}

/// The commit by which an entry arrived for more readers, as this clone remembers it.
pub(in crate::sync) fn arrival(known: &KnownEntry) -> Option<CommitId> {
    known.arrived.as_ref()?.commit.as_ref()?.parse().ok()
}

/// The last commit that this clone knew before an entry arrived for more readers.
pub(in crate::sync) fn known_until(known: &KnownEntry) -> Option<CommitId> {
    known.arrived.as_ref()?.until.as_ref()?.parse().ok()
}

/// The entries to search records for. To search each record for many ids takes longer than to parse it.
pub(in crate::sync) fn few(asked: &BTreeSet<EntryId>) -> Option<&BTreeSet<EntryId>> {
    Some(asked).filter(|asked| asked.len() == 1)
}

/// The parents of a commit; no commit in their place where it has none.
///
/// # Errors
/// When the commit cannot be read.
pub(in crate::sync) fn parents_or_none(
    history: &impl History,
    commit: CommitId,
) -> Result<Vec<Option<CommitId>>, SyncError> {
    let parents: Vec<_> = history.parents(commit)?.into_iter().map(Some).collect();
    Ok(if parents.is_empty() { vec![None] } else { parents })
}

/// How a commit changed entries, of those that are asked for: each record is read once. Those are left out that a parent
/// has as they are.
///
/// # Errors
/// When a commit cannot be read.
pub(in crate::sync) fn versions(
    history: &impl EntryHistory,
    commit: CommitId,
    asked: &BTreeSet<EntryId>,
) -> Result<BTreeMap<EntryId, EntryVersion>, SyncError> {
    let version = EntryVersion {
        commit,
        after: None,
        before: Vec::new(),
    };
    let mut versions: BTreeMap<EntryId, EntryVersion> =
        asked.iter().map(|id| (*id, version.clone())).collect();
    let asked = few(asked);
    for parent in parents_or_none(history, commit)? {
        let (mut was, mut is) = history.differences(parent, commit, asked)?;
        versions.retain(|id, version| {
            let (was, is) = (was.state.entries.remove(id), is.state.entries.remove(id));
            let is_changed = was != is;
            version.before.push(was);
            version.after = is;
            is_changed
        });
    }
    Ok(versions)
}

impl EntryHistory for Repository {
    fn commits_since(&self, tip: CommitId, known: Option<CommitId>) -> Result<Vec<CommitId>, SyncError> {
        let walk = self.ancestors(tip, known.as_slice())?;
        Ok(walk.collect::<Result<_, _>>()?)
    }

    fn sealed_entries(&self, commits: &[CommitId]) -> Result<Vec<(EntryId, Table)>, SyncError> {
        let (mut passed, mut seen) = (Vec::new(), BTreeSet::new());
        for commit in commits {
            let info = self.commit_info(*commit)?;
            for path in self.changed_paths(self.first_parent_tree(&info), Some(info.tree))? {
                let Some((id, bytes)) = record(self, info.tree, &path)? else {
                    continue;
                };
                if !seen.insert(id) || !holds_word(&bytes, b"sealed") {
                    continue;
                }
                let loaded = assemble([(path, bytes)]);
                passed.extend(sealed_of(loaded));
            }
        }
        Ok(passed)
    }

    fn differences(
        &self,
        before: Option<CommitId>,
        after: CommitId,
        asked: Option<&BTreeSet<EntryId>>,
    ) -> Result<(Loaded, Loaded), SyncError> {
        let (was, is) = (
            before.map(|before| self.tree_of(before)).transpose()?,
            self.tree_of(after)?,
        );
        let paths = self.changed_paths(was, Some(is))?;
        let (mut was, mut is) = (
            loaded(self, was, &paths, asked)?,
            loaded(self, Some(is), &paths, asked)?,
        );
        // From a commit to the next the same version counts: it need not be found.
        let is_next = before.is_some() && self.commit_info(after)?.parents.first() == before.as_ref();
        let [was_broken, is_broken] = [&was, &is].map(|loaded| loaded.broken.clone());
        let sides = [
            (before, &mut was, &was_broken, &is_broken),
            (Some(after), &mut is, &is_broken, &was_broken),
        ];
        for (commit, loaded, broken, other) in sides {
            let records = broken.keys().copied();
            let records: Vec<RecordPath> = records
                .filter(|record| !is_next || !other.contains_key(record))
                .collect();
            fill_from_last_good(self, commit, loaded, &records, asked)?;
        }
        Ok((was, is))
    }
}

/// Adds the last good version of records that cannot be read, as far as it is asked for.
fn fill_from_last_good(
    repo: &Repository,
    commit: Option<CommitId>,
    loaded: &mut Loaded,
    records: &[RecordPath],
    asked: Option<&BTreeSet<EntryId>>,
) -> Result<(), SyncError> {
    let good_records = GoodRecords::of(repo);
    for record in records {
        let good = commit
            .map(|commit| good_records.last(commit, *record))
            .transpose()?;
        let Some(good) = good.flatten() else { continue };
        let mut state = State::default();
        good.fill(&mut state);
        let stands =
            |id: &EntryId| asked.is_none_or(|asked| asked.contains(id)) && !loaded.doubled.contains_key(id);
        state.entries.retain(|id, _| stands(id));
        for (id, placed) in state.entries {
            loaded.state.entries.entry(id).or_insert(placed);
        }
    }
    Ok(())
}

/// The entries of records that hold a ciphertext as what they show.
pub(in crate::sync) fn sealed_of(loaded: Loaded) -> impl Iterator<Item = (EntryId, Table)> {
    let doubled = loaded.doubled.into_iter();
    let doubled = doubled.flat_map(|(id, copies)| copies.into_iter().map(move |copy| (id, copy)));
    let all = loaded.state.entries.into_iter().chain(doubled);
    let sealed = all.filter(|(_, placed)| placed.entry.ciphertext().is_some());
    sealed.map(|(id, placed)| (id, placed.entry))
}

/// A record of a tree; none if the path is that of no record, or its file is too large for one.
fn record(repo: &Repository, tree: TreeId, path: &str) -> Result<Option<(BlobId, Vec<u8>)>, SyncError> {
    if RecordPath::parse(path).is_none_or(|record| record == RecordPath::Pair) {
        return Ok(None);
    }
    let Some(file) = repo.tree_entry(tree, path)? else {
        return Ok(None);
    };
    let bytes = repo.blob(file.id, Limits::FILE).ok();
    Ok(bytes.map(|bytes| (file.id, bytes)))
}

fn loaded(
    repo: &Repository,
    tree: Option<TreeId>,
    paths: &[String],
    asked: Option<&BTreeSet<EntryId>>,
) -> Result<Loaded, SyncError> {
    let mut files = BTreeMap::new();
    let is_asked = |bytes: &[u8]| {
        let names = |id: &EntryId| holds_word(bytes, id.as_str().as_bytes());
        asked.is_none_or(|asked| asked.iter().any(names))
    };
    let mut broken = BTreeMap::new();
    for path in paths {
        let Some((_, bytes)) = tree.map(|tree| record(repo, tree, path)).transpose()?.flatten() else {
            continue;
        };
        match is_asked(&bytes) {
            true => drop(files.insert(path.clone(), bytes)),
            // One that cannot be read may have held an entry that is asked for.
            false => broken.extend(assemble([(path, bytes)]).broken),
        }
    }
    let mut loaded = assemble(files);
    loaded.broken.extend(broken);
    Ok(loaded)
}
