//! A folder of records that a commit made something else is put back (docs/sync.md#folders-of-records): a link, a file or a
//! submodule in its place is never taken in.

use std::collections::BTreeSet;

use crate::git::{CommitId, CommitInfo, Repository, Signature, TreeChange, TreeId};
use crate::model::RecordPath;

use crate::sync::error::SyncError;
use crate::sync::load::commit::write;

/// How far back the folder is looked for.
const FARTHEST: usize = 100_000;

/// The author of the commit that puts a folder back, and its words. Every clone makes the same commit.
const MADE_BY: &str = "oneonone";
pub(in crate::sync) const ADDRESS: &str = "oneonone@oneonone.invalid";
const MESSAGE: &str = "put back the folder of records";

/// A commit on top of another one, in which the folders of records are folders.
#[derive(Debug)]
pub(in crate::sync) struct FoldersPutBack {
    /// The commit.
    pub(in crate::sync) commit: CommitId,
    /// The paths that were something else, each with the commit that made them so.
    pub(in crate::sync) paths: Vec<(String, CommitInfo)>,
}

/// Puts the folders of records back that a commit has as something else, and records that it has as folders: as the newest
/// commit before it had them, by first parents. None where there is nothing to put back.
///
/// # Errors
/// When the history cannot be read, or Git cannot write.
pub(in crate::sync) fn put_folders_back(
    repo: &Repository,
    commit: CommitId,
) -> Result<Option<FoldersPutBack>, SyncError> {
    let info = repo.commit_info(commit)?;
    let (mut changes, mut paths) = (Vec::new(), Vec::new());
    for path in misplaced(repo, info.tree)? {
        let (maker, before) = last_sound(repo, &info, &path)?;
        let stands = repo.list_tree(info.tree, Some(&path))?;
        changes.extend(stands.into_iter().map(|file| (file.path, None)));
        changes.extend(before);
        paths.push((path, maker));
    }
    if paths.is_empty() {
        return Ok(None);
    }
    let tree = repo.write_tree(Some(info.tree), &changes)?;
    let author = Signature {
        name: MADE_BY.to_owned(),
        email: ADDRESS.to_owned(),
        offset_minutes: 0,
        ..info.author
    };
    let commit = write(repo, tree, &[commit], MESSAGE, &author)?;
    Ok(Some(FoldersPutBack { commit, paths }))
}

/// The places of a tree where a folder of records is to stand and something else does, or the other way round.
fn misplaced(repo: &Repository, tree: TreeId) -> Result<BTreeSet<String>, SyncError> {
    let mut found = BTreeSet::new();
    for file in repo.all_files(tree)?.iter() {
        if RecordPath::is_folder(&file.path) {
            found.insert(file.path.clone());
            continue;
        }
        let folders = file
            .path
            .match_indices('/')
            .filter_map(|(at, _)| file.path.get(..at));
        found.extend(folders.filter(|path| is_home(path)).map(str::to_owned));
    }
    Ok(found)
}

/// Whether a record of entries belongs at a path.
fn is_home(path: &str) -> bool {
    matches!(RecordPath::parse(path), Some(RecordPath::Home(_)))
}

/// The commit that made a path something else, and the files of before.
fn last_sound(
    repo: &Repository,
    info: &CommitInfo,
    path: &str,
) -> Result<(CommitInfo, Vec<TreeChange>), SyncError> {
    let mut maker = info.clone();
    for _ in 0..FARTHEST {
        let Some(parent) = maker.parents.first() else {
            break;
        };
        // Beyond the border of a shallow clone nobody can tell: the records are not to be lost for that.
        let parent = repo.commit_info(*parent)?;
        let mut files = repo.list_tree(parent.tree, Some(path))?;
        let is_record = is_home(path);
        files.retain(|file| (file.path == path) == is_record);
        if is_record {
            files.retain(|file| file.is_regular());
        }
        if !files.is_empty() {
            let before = files
                .into_iter()
                .map(|file| (file.path, Some((file.mode, file.id))));
            return Ok((maker, before.collect()));
        }
        if repo.list_tree(parent.tree, Some(path))?.is_empty() {
            // It was not there at all.
            break;
        }
        maker = parent;
    }
    Ok((maker, Vec::new()))
}
