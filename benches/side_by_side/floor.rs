//! The least that a job needs, done with libgit2 by this very program in a process of its own: a floor that no command
//! that keeps records in Git goes below. It does not look at the folder, and leaves Git's index alone.

use std::path::{Path, PathBuf};

use git2::{Repository, Signature, build::CheckoutBuilder};

/// The hidden first argument.
pub(crate) const FLOOR: &str = "--least";

const RECORD: &str = "agenda.toml";

/// Does the job that the arguments name, in the folder that this process stands in.
pub(crate) fn run(mut words: impl Iterator<Item = String>) {
    let job = words.next().unwrap_or_default();
    let repo = Repository::open(".").unwrap();
    match job.as_str() {
        "add" => add(&repo),
        "sync" => {
            let remote = PathBuf::from(words.next().unwrap());
            sync(&repo, &remote, words.next().as_deref());
        }
        _ => panic!("no job {job:?}"),
    }
}

/// One blob, one tree, one commit, and the branch moved.
fn add(repo: &Repository) {
    let blob = repo
        .blob_path(&Path::new(".").canonicalize().unwrap().join(RECORD))
        .unwrap();
    let parent = repo.head().unwrap().peel_to_commit().unwrap();
    let mut tree = repo.treebuilder(Some(&parent.tree().unwrap())).unwrap();
    tree.insert(RECORD, blob, 0o100_644).unwrap();
    let tree = repo.find_tree(tree.write().unwrap()).unwrap();
    let me = Signature::now("Robin Quist", "robin@example.invalid").unwrap();
    repo.commit(Some("HEAD"), &me, &me, "entry", &tree, &[&parent])
        .unwrap();
}

/// Compares the tips; commits if there is something to commit, takes what is new there, and sends.
fn sync(repo: &Repository, remote: &Path, local: Option<&str>) {
    if local.is_some() {
        add(repo);
    }
    let there = Repository::open(remote).unwrap();
    let there = there.find_reference("refs/heads/main").unwrap().target().unwrap();
    let mut here = repo.head().unwrap().target().unwrap();
    if here == there {
        return;
    }
    let mut origin = repo.find_remote("origin").unwrap();
    if repo.find_commit(there).is_err() {
        origin.fetch(&["main"], None, None).unwrap();
        let (ours, theirs) = (repo.find_commit(here).unwrap(), repo.find_commit(there).unwrap());
        let mut merged = repo.merge_commits(&ours, &theirs, None).unwrap();
        let tree = repo.find_tree(merged.write_tree_to(repo).unwrap()).unwrap();
        let me = Signature::now("Robin Quist", "robin@example.invalid").unwrap();
        here = repo
            .commit(Some("HEAD"), &me, &me, "merge", &tree, &[&ours, &theirs])
            .unwrap();
        let changed = repo
            .diff_tree_to_tree(Some(&ours.tree().unwrap()), Some(&tree), None)
            .unwrap();
        let mut checkout = CheckoutBuilder::new();
        checkout.force().update_index(false).disable_pathspec_match(true);
        for delta in changed.deltas() {
            checkout.path(delta.new_file().path().unwrap());
        }
        repo.checkout_tree(tree.as_object(), Some(&mut checkout)).unwrap();
    }
    origin.push(&["refs/heads/main:refs/heads/main"], None).unwrap();
    assert_ne!(here, there);
}
