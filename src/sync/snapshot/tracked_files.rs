//! Files of the repository that are no records, and that Git already tracks: they go along (docs/sync.md#hand-edits).

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::git::{BlobId, Repository, TreeChange, TreeFile, TreeId};
use crate::model::{Limits, RecordPath};
use crate::store::{StoreError, safe_path};

use crate::sync::combine::second_name::second_version_path;
use crate::sync::error::SyncError;
use crate::sync::load::working_copy::WorkTree;
use crate::sync::outcome::SyncNote;

/// How long files that are missing are waited for, before they count as removed.
const MISSING: Duration = Duration::from_millis(100);

/// The edits of tracked files that are no records.
#[derive(Debug, Default)]
pub(in crate::sync) struct TrackedFileEdits {
    /// The blob ids of those that differ from the tree last written out, as they lie there.
    pub(in crate::sync) lies: BTreeMap<String, BlobId>,
    /// The changes to be committed on top of HEAD.
    pub(in crate::sync) changes: Vec<TreeChange>,
    /// Facts that a person should know.
    pub(in crate::sync) notes: Vec<SyncNote>,
}

/// Reads the edits of tracked files. `by_git` knows the files that a half-done merge of plain Git wrote: those are no
/// edits. `unfinished` knows the files of a `git stash pop` that stopped: a person has to finish those.
pub(in crate::sync) fn read(
    repo: &Repository,
    work: &WorkTree,
    head_tree: TreeId,
    by_git: impl Fn(&str, Option<BlobId>, Option<&[u8]>) -> bool,
    unfinished: impl Fn(&str, &[u8]) -> bool,
) -> Result<TrackedFileEdits, SyncError> {
    let old_tree = work.base_tree.unwrap_or(head_tree);
    let mut others = TrackedFileEdits::default();
    let mut edits: Vec<TreeChange> = Vec::new();
    let files = repo.all_files(old_tree)?;
    let tracked = files
        .iter()
        .filter(|file| RecordPath::parse(&file.path).is_none());
    let tracked: Vec<TreeFile> = tracked.cloned().collect();
    if tracked.is_empty() {
        return Ok(others);
    }
    let look;
    let (differing, hidden) = match work.head_tree == Some(old_tree) {
        true => (&work.differing, &work.hidden),
        false => {
            look = repo.work_tree(old_tree, &top_names(&tracked))?;
            (&look.differing, &look.hidden)
        }
    };
    let until = Instant::now() + MISSING;
    for file in tracked {
        let may_differ = differing.contains(&file.path) && !hidden.contains(&file.path);
        if !file.is_regular() || !may_differ {
            continue;
        }
        let Ok(full) = safe_path(repo.workdir(), &file.path) else {
            continue;
        };
        let Lies::Bytes(bytes) = lying(&full, until)? else {
            continue;
        };
        let is_converted = || repo.is_converted(&file.path);
        let lies = match &bytes {
            None => None,
            Some(bytes) if unfinished(&file.path, bytes) => {
                others.notes.push(SyncNote::ConflictMarkers(file.path));
                continue;
            }
            // A filter may give other bytes each time: the file is compared with what the filter makes of the blob.
            Some(bytes)
                if is_converted() && repo.converted(&file.path, file.id).ok().as_ref() == Some(bytes) =>
            {
                continue;
            }
            Some(_) => match repo.write_work_file(&file.path) {
                // The raw file might show a text that the filter hides.
                Err(_) if is_converted() => {
                    others.notes.push(SyncNote::FilterFailed(file.path));
                    continue;
                }
                written => Some(written?),
            },
        };
        if lies == Some(file.id) {
            continue;
        }
        if by_git(&file.path, lies, bytes.as_deref()) {
            others.lies.extend(lies.map(|lies| (file.path.clone(), lies)));
        } else {
            edits.push((file.path.clone(), lies.map(|lies| (file.mode, lies))));
        }
    }
    if !edits.is_empty() {
        merge_edits(repo, edits, [old_tree, head_tree], &mut others)?;
    }
    Ok(others)
}

/// Brings edits since the last write-out to where HEAD is now.
fn merge_edits(
    repo: &Repository,
    edits: Vec<TreeChange>,
    [old_tree, head_tree]: [TreeId; 2],
    others: &mut TrackedFileEdits,
) -> Result<(), SyncError> {
    let edited = repo.write_tree(Some(old_tree), &edits)?;
    let merged = repo.merge_trees(Some(old_tree), edited, head_tree)?;
    for (path, edit) in edits {
        let committed = edit.map(|(_, blob)| blob);
        if let Some(conflict) = merged.conflicts.iter().find(|c| c.path == path) {
            if let (Some((file_mode, blob)), Some(theirs)) = (edit, &conflict.right) {
                let aside = second_version_path(&path, "theirs", &theirs.id.short());
                others.notes.push(SyncNote::BothKept {
                    path: path.clone(),
                    theirs: aside.clone(),
                    problem: None,
                });
                others.changes.push((aside, Some((theirs.mode, theirs.id))));
                others.lies.insert(path.clone(), blob);
                others.changes.push((path, Some((file_mode, blob))));
            }
            continue;
        }
        // Merged or as it lies: it is in the commit, and may be written over.
        others.lies.extend(committed.map(|blob| (path.clone(), blob)));
        let entry = repo.tree_entry(merged.tree, &path)?.map(|f| (f.mode, f.id));
        if entry != repo.tree_entry(head_tree, &path)?.map(|f| (f.mode, f.id)) {
            if entry.is_none() {
                others.notes.push(SyncNote::Removed(path.clone()));
            }
            others.changes.push((path, entry));
        }
    }
    Ok(())
}

enum Lies {
    /// The bytes of a file; none where it is gone.
    Bytes(Option<Vec<u8>>),
    /// Something that does not go along: a link, a folder, too large a file.
    Other,
}

/// The file at a path. An editor that saves at this moment may have moved the old one away: wait for it until a time.
fn lying(full: &Path, until: Instant) -> Result<Lies, SyncError> {
    let io = |source| StoreError::Io {
        doing: "read",
        path: full.to_owned(),
        source,
    };
    let gone = |e: &std::io::Error| matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory);
    loop {
        match fs::symlink_metadata(full) {
            Ok(data) if data.is_file() && data.len() <= Limits::LARGEST_FILE as u64 => match fs::read(full) {
                Err(e) if gone(&e) => {}
                bytes => return Ok(Lies::Bytes(Some(bytes.map_err(io)?))),
            },
            Ok(_) => return Ok(Lies::Other),
            Err(e) if gone(&e) => {}
            // No file can have such a name here.
            Err(e) if e.kind() == ErrorKind::InvalidFilename => return Ok(Lies::Other),
            Err(e) => return Err(io(e).into()),
        }
        if Instant::now() >= until {
            return Ok(Lies::Bytes(None));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn top_names(files: &[TreeFile]) -> Vec<&str> {
    let mut names: Vec<&str> = files.iter().filter_map(|f| f.path.split('/').next()).collect();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn only_what_is_not_there_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let at = |path: &str| lying(&dir.path().join(path), Instant::now());
        assert!(matches!(at("none"), Ok(Lies::Bytes(None))));
        fs::write(dir.path().join("file"), "text").unwrap();
        assert!(matches!(at("file"), Ok(Lies::Bytes(Some(bytes))) if bytes == b"text"));
        assert!(matches!(at("file/below"), Ok(Lies::Bytes(None))));
        assert!(matches!(at(&"x".repeat(300)), Ok(Lies::Other)));
        // Nobody can say what lies behind a link that leads to itself.
        std::os::unix::fs::symlink("loop", dir.path().join("loop")).unwrap();
        assert!(matches!(
            at("loop/file"),
            Err(SyncError::Store(StoreError::Io { .. }))
        ));
    }

    #[test]
    fn a_file_that_is_just_being_saved_is_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("notes.md");
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(20));
                fs::write(&file, "saved").unwrap();
            });
            let lies = lying(&file, Instant::now() + Duration::from_secs(10));
            assert!(matches!(lies, Ok(Lies::Bytes(Some(_)))));
        });
    }
}
