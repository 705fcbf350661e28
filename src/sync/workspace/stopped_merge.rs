//! A merge of plain Git that stopped: files that Git itself wrote are no hand edits (docs/sync.md#plain-git).

use std::collections::BTreeSet;

use crate::git::{BlobId, CommitId, Staged, TreeId};
use crate::model::{Command, Fix, Limits, RecordPath};

use crate::sync::error::SyncError;
use crate::sync::load::working_copy::WorkTree;
use crate::sync::outcome::SyncNote;
use crate::sync::problems::problem;
use crate::sync::workspace::Workspace;

/// The largest file that is looked at for conflict markers.
const LARGEST: usize = 64 * 1024 * 1024;

/// A merge of plain Git that stopped, or a `git stash pop`, which has no heads.
struct StoppedMerge<'a> {
    workspace: &'a Workspace,
    /// The trees that are being merged into HEAD.
    their_trees: Vec<TreeId>,
    /// The tree that Git makes of both by itself, path by path.
    merged_by_git: Option<TreeId>,
    /// All trees that a line which Git wrote can come from.
    side_trees: Vec<TreeId>,
    staged: Staged,
}

impl<'a> StoppedMerge<'a> {
    fn of(workspace: &'a Workspace, merge_heads: &[CommitId]) -> Result<Self, SyncError> {
        let repo = &workspace.repo;
        let mut stopped = Self {
            workspace,
            their_trees: Vec::new(),
            merged_by_git: None,
            side_trees: Vec::new(),
            staged: Staged::default(),
        };
        if merge_heads.is_empty() && workspace.working_copy.conflicted.is_empty() {
            return Ok(stopped);
        }
        stopped.staged = repo.staged();
        let Some(head) = workspace.head else {
            return Ok(stopped);
        };
        let (head_tree, mut base_trees) = (repo.tree_of(head)?, Vec::new());
        for other in merge_heads {
            stopped.their_trees.push(repo.tree_of(*other)?);
            for base in repo.merge_bases(head, *other)? {
                base_trees.push(repo.tree_of(base)?);
            }
        }
        if let ([their_tree], [base]) = (stopped.their_trees.as_slice(), base_trees.as_slice()) {
            let merged = repo.merge_trees(Some(*base), head_tree, *their_tree)?;
            stopped.merged_by_git = Some(merged.tree);
        }
        stopped.side_trees = [vec![head_tree], base_trees, stopped.their_trees.clone()].concat();
        Ok(stopped)
    }

    fn is_merge(&self) -> bool {
        !self.their_trees.is_empty()
    }

    fn blob(&self, tree: TreeId, path: &str) -> Option<BlobId> {
        let entry = self.workspace.repo.tree_entry(tree, path).ok().flatten();
        entry.map(|file| file.id)
    }

    /// Whether Git wrote the file at a path. The index does not tell: a person puts a resolution there.
    fn wrote(&self, path: &str, lies: Option<BlobId>, bytes: Option<&[u8]>) -> bool {
        let conflicted = || {
            self.staged.conflicted.contains(path)
                && bytes.is_none_or(|bytes| has_marker(bytes) && self.only_of_sides(path, bytes))
        };
        let trees = self.their_trees.iter().chain(&self.merged_by_git);
        self.is_merge() && (trees.into_iter().any(|tree| self.blob(*tree, path) == lies) || conflicted())
    }

    /// Whether a file holds markers that a person has to see to: after a `git stash pop`, or with words of neither
    /// side.
    fn is_unfinished(&self, path: &str, bytes: &[u8]) -> bool {
        self.staged.conflicted.contains(path)
            && has_marker(bytes)
            && !(self.is_merge() && self.only_of_sides(path, bytes))
    }

    /// The number of the one stash that Git stopped at, by what it merged, and over what. None if it was no stash, or two look
    /// the same.
    fn stash(&self) -> Result<Option<usize>, SyncError> {
        let repo = &self.workspace.repo;
        let (mut found, conflicted) = (None, &self.staged.conflicted);
        if self.is_merge() || conflicted.is_empty() {
            return Ok(None);
        }
        for (number, entry) in repo.reference_log("refs/stash").into_iter().enumerate() {
            let Ok(info) = repo.commit_info(entry.commit) else {
                continue;
            };
            let Some(base) = repo.first_parent_tree(&info) else {
                continue;
            };
            let is_of_it = |path: &String| {
                self.blob(info.tree, path) == self.staged.merged_in.get(path).copied()
                    && self.blob(base, path) == self.staged.merged_over.get(path).copied()
            };
            if conflicted.iter().all(is_of_it) && found.replace(number).is_some() {
                return Ok(None);
            }
        }
        Ok(found)
    }

    /// Whether every line but the markers stands in a version that was merged.
    fn only_of_sides(&self, path: &str, bytes: &[u8]) -> bool {
        let ids = self.side_trees.iter().filter_map(|tree| self.blob(*tree, path));
        let versions = ids.filter_map(|id| self.workspace.repo.blob(id, LARGEST).ok());
        let versions: Vec<Vec<u8>> = versions.collect();
        let known: BTreeSet<&[u8]> = versions.iter().flat_map(|version| lines(version)).collect();
        lines(bytes).all(|line| is_marker(line) || known.contains(line))
    }
}

impl Workspace {
    /// Commits the edits of tracked files that are no records.
    pub(in crate::sync) fn snapshot_other_files(
        &mut self,
        merge_heads: &[CommitId],
    ) -> Result<(), SyncError> {
        let Some(head_tree) = self.side.tree else {
            return Ok(());
        };
        let stopped = StoppedMerge::of(self, merge_heads)?;
        let other_files = crate::sync::snapshot::tracked_files::read(
            &self.repo,
            &self.working_copy,
            head_tree,
            |path, lies, bytes| stopped.wrote(path, lies, bytes),
            |path, bytes| stopped.is_unfinished(path, bytes),
        )?;
        let stash = stopped.stash()?;
        if stopped.is_merge() {
            for note in &other_files.notes {
                if let SyncNote::ConflictMarkers(path) = note {
                    let what = "holds conflict markers of git's beside words of neither side";
                    let help = Fix::by("finish it in an editor, then", Command::git_on(&["add"], path))
                        .then(Command::ours(["sync"]));
                    return Err(problem(path, what, help));
                }
            }
        } else {
            let conflicted = stopped.staged.conflicted.iter();
            let records = conflicted.filter(|path| RecordPath::parse(path).is_some());
            self.unmerged = records.cloned().collect();
        }
        self.working_copy.ids.extend(other_files.lies);
        self.sync_notes.extend(other_files.notes);
        if let Some(stash) = stash {
            let kept = |path: &String| SyncNote::StashKept {
                path: path.clone(),
                stash,
            };
            self.sync_notes.extend(self.unmerged.iter().map(kept));
        }
        if !other_files.changes.is_empty() {
            let tree = self.repo.write_tree(Some(head_tree), &other_files.changes)?;
            self.prepare(tree, self.tip.as_slice().to_vec(), "update files")?;
        }
        Ok(())
    }

    /// The folder as it was before plain Git began to merge into it. Files that Git wrote are no hand edits.
    pub(in crate::sync) fn folder_before_merge(
        &self,
        merge_heads: &[CommitId],
    ) -> Result<WorkTree, SyncError> {
        let mut work = WorkTree::read(&self.repo, &self.notes)?;
        let stopped = StoppedMerge::of(self, merge_heads)?;
        let mut records: BTreeSet<RecordPath> = self.side.blobs.keys().copied().collect();
        records.extend(work.ids.keys().filter_map(|path| RecordPath::parse(path)));
        for tree in &stopped.their_trees {
            records.extend(self.cache.listing(&self.repo, *tree)?.keys());
        }
        for record in records {
            let path = record.path();
            let lies = work.id(record);
            if !stopped.wrote(&path, lies, work.files.get(&path).map(Vec::as_slice)) {
                continue;
            }
            match self.side.blobs.get(&record) {
                Some(file) if !self.side.broken.contains_key(&record) => {
                    let bytes = self.repo.blob(file.id, Limits::FILE)?;
                    work.files.insert(path.clone(), bytes);
                    work.ids.insert(path, file.id);
                }
                Some(_) => {}
                None => {
                    work.files.remove(&path);
                    work.ids.remove(&path);
                }
            }
        }
        Ok(work)
    }
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = bytes.split(|byte| *byte == b'\n');
    lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

fn has_marker(bytes: &[u8]) -> bool {
    lines(bytes).any(|line| line.starts_with(b"<<<<<<< ") || line.starts_with(b">>>>>>> "))
}

fn is_marker(line: &[u8]) -> bool {
    let starts: [&[u8]; 3] = [b"<<<<<<< ", b">>>>>>> ", b"||||||| "];
    line == b"=======" || starts.iter().any(|start| line.starts_with(start))
}
