//! `check`: everything wrong with the records, in the folder or in the index.

use std::collections::BTreeSet;
use std::path::Path;

use crate::git::{self, BlobId, Repository, TreeId};
use crate::model::{Limits, Loaded, Pair, Placed, Problem, RecordPath, assemble};
use crate::store::read_records;

use crate::sync::error::SyncError;
use crate::sync::problems::{at_entry, at_secret, at_slip, place_of};
use crate::sync::secrets::secret_scan::{ScannedFile, may_hold_entries};
use crate::sync::secrets::slips::SlipBaseline;
use crate::sync::workspace::lost_in_merge::restored;

/// Every record of the folder: how many there are, and what is wrong with them.
///
/// # Errors
/// When the folder cannot be read, or holds no pair.
pub fn check_folder(repo: &Repository) -> Result<(usize, Vec<Problem>), SyncError> {
    let found = read_records(repo.workdir(), |_| true)?;
    let path = RecordPath::Pair.path();
    let mut problems = found.odd;
    if !found.files.contains_key(&path) && !problems.iter().any(|p| p.path == path) {
        return Err(SyncError::NoPair);
    }
    let files: Vec<(String, Vec<u8>)> = found.files.into_iter().collect();
    // A committed entry that stands twice heals by itself. The next command seals a text that lies here in clear.
    let head_tree = repo.head()?.tip.map(|tip| repo.tree_of(tip)).transpose()?;
    let committed_trees: Vec<TreeId> = head_tree.into_iter().collect();
    let mut mine = BTreeSet::new();
    for (path, bytes) in &files {
        if !is_in(repo, &committed_trees, path, Repository::blob_id(bytes)?)? {
            mine.insert(path.clone());
        }
    }
    let known = known_in(repo, &committed_trees, &mine)?;
    problems.extend(wrong(&files, &mine, &known, false));
    let count = files.len();
    problems.sort_by(|a, b| (&a.path, a.span.start).cmp(&(&b.path, b.span.start)));
    Ok((count, problems))
}

/// The records of the index that differ from HEAD, and from what is being merged: how many there are, and what is wrong
/// with them, a private text in clear included.
///
/// # Errors
/// When Git cannot read them.
pub fn check_staged(repo: &Repository, index: &Path) -> Result<(usize, Vec<Problem>), SyncError> {
    let tip = match repo.head() {
        Ok(head) => head.tip,
        // No branch is checked out, or a rebase is under way: plain Git commits all the same.
        Err(git::Error::Refused { .. }) => repo.reference("HEAD")?,
        Err(e) => return Err(e.into()),
    };
    let head_tree = tip.map(|tip| repo.tree_of(tip)).transpose()?;
    // The sides of a merge have committed their records already: this commit does not.
    let mut committed_trees: Vec<TreeId> = head_tree.into_iter().collect();
    for other in repo.merge_heads()? {
        committed_trees.push(repo.tree_of(other)?);
    }
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    let mut changed = BTreeSet::new();
    for (path, id) in repo.staged_in(index)?.merged {
        if RecordPath::parse(&path).is_none() {
            if may_hold_entries(&path) && is_leaky_copy(repo, &committed_trees, &path, id)? {
                changed.insert(path.clone());
                let what = "a text that is to be sealed stands here in clear, in a file that is no record";
                let help = format!("take it out again: git rm --cached {path}");
                problems.push(Problem::of_file(&path, what, help));
            }
            continue;
        }
        if !is_in(repo, &committed_trees, &path, id)? {
            changed.insert(path.clone());
        }
        match repo.blob(id, Limits::FILE) {
            Ok(bytes) => files.push((path, bytes)),
            Err(git::Error::TooLarge { size, limit, .. }) => {
                let what = format!("the file holds {size} bytes; at most {limit} are allowed");
                problems.push(Problem::of_file(
                    &path,
                    what,
                    "keep the long part in a file of its own",
                ));
            }
            Err(e) => return Err(e.into()),
        }
    }
    let known = known_in(repo, &committed_trees, &changed)?;
    problems.extend(wrong(&files, &changed, &known, true));
    problems.retain(|p| changed.contains(&p.path));
    if let (Some(tip), [other]) = (tip, repo.merge_heads()?.as_slice())
        && problems.is_empty()
    {
        let made = assemble(
            files
                .iter()
                .map(|(path, bytes)| (path.as_str(), bytes.as_slice())),
        )
        .state;
        // Where nobody can say, the commit is the person's business.
        if let Ok(Some((_, count))) = restored(repo, [tip, *other], &made) {
            let what = format!(
                "this merge leaves out what one side wrote, in {} place(s): git cannot merge records",
                count
            );
            let help = "oneonone sync     finishes the merge by meaning, with both";
            problems.push(Problem::of_file("git merge", what, help));
        }
    }
    Ok((changed.len(), problems))
}

/// Whether a file that is no record, and that no side has committed, holds what reads like an entry that is to be sealed.
fn is_leaky_copy(
    repo: &Repository,
    committed_trees: &[TreeId],
    path: &str,
    id: BlobId,
) -> Result<bool, SyncError> {
    if is_in(repo, committed_trees, path, id)? {
        return Ok(false);
    }
    let bytes = repo.blob(id, Limits::FILE);
    Ok(bytes.is_ok_and(|bytes| !ScannedFile::in_file(path, &bytes).is_empty()))
}

/// Whether one of the trees holds this very file.
fn is_in(repo: &Repository, trees: &[TreeId], path: &str, id: BlobId) -> Result<bool, SyncError> {
    for tree in trees {
        if repo.tree_entry(*tree, path)?.is_some_and(|file| file.id == id) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The entries and slips of these records in the trees.
fn known_in(
    repo: &Repository,
    trees: &[TreeId],
    paths: &BTreeSet<String>,
) -> Result<SlipBaseline, SyncError> {
    let mut known = SlipBaseline::default();
    for tree in trees {
        let mut files = Vec::new();
        for path in paths {
            // A file that is no record, or too large for one, holds nothing.
            if let Some(file) = repo.tree_entry(*tree, path)?
                && let Ok(bytes) = repo.blob(file.id, Limits::FILE)
            {
                files.push((path.as_str(), bytes));
            }
        }
        let loaded = assemble(files.iter().map(|(path, bytes)| (*path, bytes.as_slice())));
        known.add(&loaded.state, &loaded.loose);
    }
    Ok(known)
}

/// The problems of records. Those that are `mine` are also asked for new slips, for ids that stand twice, and with
/// `secrets` for texts that must be sealed.
fn wrong(
    files: &[(String, Vec<u8>)],
    mine: &BTreeSet<String>,
    known: &SlipBaseline,
    secrets: bool,
) -> Vec<Problem> {
    let loaded = assemble(
        files
            .iter()
            .map(|(path, bytes)| (path.as_str(), bytes.as_slice())),
    );
    let slips = known.new_slips(&loaded.state, &loaded.loose);
    let Loaded {
        state,
        loose,
        doubled,
        broken,
    } = &loaded;
    let mut problems: Vec<Problem> = broken.values().flatten().cloned().collect();
    if let Some(Err(more)) = state.pair.as_ref().map(Pair::from_document) {
        problems.extend(more);
    }
    let source = |path: &str| {
        let bytes = files.iter().find(|(p, _)| p == path).map(|(_, bytes)| bytes);
        bytes
            .map(|b| {
                String::from_utf8_lossy(b)
                    .trim_start_matches('\u{feff}')
                    .to_owned()
            })
            .unwrap_or_default()
    };
    for (id, copies) in doubled {
        if let [first, second, ..] = copies.as_slice()
            && copies.iter().any(|c| mine.contains(&c.home.path()))
        {
            let path = second.home.path();
            let what = format!("the id {id} stands in {} and in {path}", first.home.path());
            let help = "delete one of the two, or the id of the copy to make it an entry of its own";
            problems.push(at_entry(&path, source(&path), id.as_str(), what, help));
        }
    }
    for slip in slips.iter().filter(|slip| mine.contains(&slip.path)) {
        problems.push(at_slip(slip, loose, source(&slip.path)));
    }
    let unsealed = |placed: &&Placed| mine.contains(&placed.home.path()) && placed.entry.exposes_words();
    for placed in state
        .entries
        .values()
        .chain(loose)
        .filter(|placed| secrets && unsealed(placed))
    {
        let path = placed.home.path();
        let source = source(&path);
        let place = place_of(placed, loose, &source).unwrap_or_default();
        let what = "a text that is to be sealed stands here in clear".to_owned();
        let help = "oneonone sync     seals it, and commits the record";
        problems.push(at_secret(&path, source, place, what, help));
    }
    problems
}
