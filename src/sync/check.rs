//! What is wrong with the records, in the folder or in the index (design, section 5, `check`).

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

use crate::git::{self, BlobId, Repository, TreeId};
use crate::model::{
    Limits, Loaded, Pair, Placed, Problem, RecordPath, assemble, parse_record, slips_in_entry, slips_in_head,
};
use crate::store::read_records;

use super::dropped::mended;
use super::error::SyncError;
use super::leak::{Found, heads, is_leak, may_hold_entries};
use super::problems::{at_entry, at_secret, at_slip};

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
    // What plain Git doubled and committed heals by itself; what lies here in clear is sealed before it is committed.
    let head_tree = repo.head()?.tip.map(|tip| repo.tree_of(tip)).transpose()?;
    let mut mine = BTreeSet::new();
    for (path, bytes) in &files {
        let committed = match head_tree {
            Some(tree) => repo.tree_entry(tree, path)?.map(|file| file.id),
            None => None,
        };
        if committed != Some(Repository::blob_id(bytes)?) {
            mine.insert(path.clone());
        }
    }
    problems.extend(wrong(&files, &mine, false));
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
    // What a side of a merge has committed is not this commit's doing.
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
        let mut is_known = false;
        for tree in &committed_trees {
            is_known |= repo.tree_entry(*tree, &path)?.is_some_and(|file| file.id == id);
        }
        if !is_known {
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
    problems.extend(wrong(&files, &changed, true));
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
        if let Ok(Some(mended)) = mended(repo, [tip, *other], &made) {
            let what = format!(
                "this merge leaves out what one side wrote, in {} place(s): git cannot merge records",
                mended.count
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
    for tree in committed_trees {
        if repo.tree_entry(*tree, path)?.is_some_and(|file| file.id == id) {
            return Ok(false);
        }
    }
    let bytes = repo.blob(id, Limits::FILE);
    Ok(bytes.is_ok_and(|bytes| !Found::in_file(path, &bytes).is_empty()))
}

/// What is wrong with records; of those that are `mine` also what only their writer can put right, and with
/// `secrets` texts that must be sealed.
fn wrong(files: &[(String, Vec<u8>)], mine: &BTreeSet<String>, secrets: bool) -> Vec<Problem> {
    let Loaded {
        state,
        loose,
        doubled,
        broken,
    } = assemble(
        files
            .iter()
            .map(|(path, bytes)| (path.as_str(), bytes.as_slice())),
    );
    let mut problems: Vec<Problem> = broken.into_values().flatten().collect();
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
    for (id, copies) in &doubled {
        if let [first, second, ..] = copies.as_slice()
            && copies.iter().any(|c| mine.contains(&c.home.path()))
        {
            let path = second.home.path();
            let what = format!("the id {id} stands in {} and in {path}", first.home.path());
            let help = "delete one of the two, or the id of the copy to make it an entry of its own";
            problems.push(at_entry(&path, source(&path), id.as_str(), what, help));
        }
    }
    let entries = state.entries.values().chain(&loose);
    let mut slips = Vec::new();
    for placed in entries {
        let found = slips_in_entry(&placed.entry).into_iter();
        slips.extend(found.map(|slip| (placed.home.path(), slip)));
    }
    for (path, _, head) in heads(&state) {
        slips.extend(slips_in_head(head).into_iter().map(|slip| (path.clone(), slip)));
    }
    for (path, slip) in slips.into_iter().filter(|(path, _)| mine.contains(path)) {
        problems.push(at_slip(&path, source(&path), slip));
    }
    let unsealed = |p: &&Placed| {
        // The next command would seal a concern that names no visibility (design, section 5).
        let concern = p.entry.get("id").is_none()
            && p.entry.get_str("kind") == Some("concern")
            && p.entry.get("visibility").is_none();
        secrets && mine.contains(&p.home.path()) && (concern || is_leak(&p.entry))
    };
    for placed in state.entries.values().chain(&loose).filter(unsealed) {
        let path = placed.home.path();
        let source = source(&path);
        let place = place_of(placed, &loose, &source).unwrap_or_default();
        let what = "a text that is to be sealed stands here in clear".to_owned();
        let help = "oneonone sync     seals it, and commits the record";
        problems.push(at_secret(&path, source, place, what, help));
    }
    problems
}

/// Where an entry stands in its record: its id, or the header of one that has none.
fn place_of(placed: &Placed, loose: &[Placed], source: &str) -> Option<Range<usize>> {
    if let Some(id) = placed.entry.get_str("id") {
        let name = format!("\"{id}\"");
        let start = source.find(&name)?;
        return Some(start..start + name.len());
    }
    let mut of_record = loose.iter().filter(|other| other.home == placed.home);
    let nth = of_record.position(|other| std::ptr::eq(other, placed))?;
    let document = parse_record(placed.home, source.as_bytes(), true).ok()?;
    document.loose.get(nth).map(|entry| entry.span.clone())
}
