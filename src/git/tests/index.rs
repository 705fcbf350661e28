use std::time::Duration;

use super::super::mode::FILE;
use super::super::testing::Fixture;
use super::super::{Error, Expect, Repository, TreeId};

const ROOTS: &[&str] = &["pair.toml", "agenda.toml", "meetings"];

/// Commits `files` on top of HEAD without plain Git, and writes them out.
fn save(f: &Fixture, files: &[(&str, Option<&str>)]) -> TreeId {
    let repo = Repository::open(f.repo.workdir()).unwrap();
    let tip = repo.head().unwrap().tip;
    let mut changes = Vec::new();
    for (path, text) in files {
        match text {
            Some(text) => f.write(path, text),
            None => std::fs::remove_file(repo.workdir().join(path)).unwrap(),
        }
        let blob = text.map(|text| (FILE, repo.write_blob(text.as_bytes()).unwrap()));
        changes.push(((*path).to_owned(), blob));
    }
    let tree = repo
        .write_tree(tip.map(|tip| repo.tree_of(tip).unwrap()), &changes)
        .unwrap();
    let who = super::super::testing::ana(1);
    let parents: Vec<_> = tip.into_iter().collect();
    let commit = repo.write_commit(tree, &parents, "x\n", &who, &who).unwrap();
    let _ = repo.move_branch("main", Expect::Any, commit, "x").unwrap();
    repo.refresh_index(
        tree,
        &changes.into_iter().map(|(path, _)| path).collect::<Vec<_>>(),
    )
    .unwrap();
    tree
}

/// So that no file is as young as the index.
fn settle(f: &Fixture) {
    std::thread::sleep(Duration::from_millis(20));
    f.git(&["update-index", "-q", "--really-refresh"]);
    f.write("settle", "");
    f.git(&["add", "settle"]);
    f.git(&["rm", "-q", "--cached", "settle"]);
}

fn candidates(f: &Fixture, tree: TreeId) -> Vec<String> {
    f.repo
        .work_tree(tree, ROOTS)
        .unwrap()
        .differing
        .into_iter()
        .collect()
}

#[test]
fn git_finds_nothing_to_do_after_a_refresh() {
    let f = Fixture::new();
    save(
        &f,
        &[
            ("pair.toml", Some("1")),
            ("meetings/2026/a.toml", Some("1")),
            ("agenda.toml", Some("x")),
        ],
    );
    assert_eq!(f.git(&["status", "--porcelain"]), "");
    assert_eq!(f.git(&["diff-files"]), "", "the times are in the index");
    f.write("notes.md", "staged");
    f.git(&["add", "notes.md"]);
    save(
        &f,
        &[
            ("meetings/2026/a.toml", None),
            ("agenda.toml", Some("y")),
            ("meetings/2027/b.toml", Some("2")),
        ],
    );
    assert_eq!(f.git(&["status", "--porcelain"]), "A  notes.md");
    f.git(&["fsck", "--strict"]);
    assert!(!f.repo.git_dir().join("index.lock").exists());
    assert!(!f.repo.git_dir().join("index.lock.new").exists());
}

#[test]
fn a_file_that_differs_stays_different() {
    let f = Fixture::new();
    let tree = save(&f, &[("agenda.toml", Some("one"))]);
    f.write("agenda.toml", "two");
    f.repo.refresh_index(tree, &["agenda.toml".into()]).unwrap();
    assert_eq!(f.git(&["status", "--porcelain"]), " M agenda.toml");
    assert_eq!(candidates(&f, tree), ["agenda.toml"]);
}

#[test]
fn a_change_in_the_second_of_the_index_is_not_lost() {
    let f = Fixture::new();
    // Most builds of git compare whole seconds, so this waits for the index to be rewritten in a later one.
    f.write("other", "one");
    f.write("same", "one");
    f.git(&["add", "other", "same"]);
    f.write("other", "two");
    std::thread::sleep(Duration::from_millis(1100));
    save(&f, &[("agenda.toml", Some("x"))]);
    assert_eq!(f.git(&["status", "--porcelain"]), "AM other\nA  same");
}

#[test]
fn a_foreign_lock_is_waited_for_and_named() {
    let f = Fixture::new();
    let tree = save(&f, &[("agenda.toml", Some("one"))]);
    let repo = Repository::open(f.repo.workdir())
        .unwrap()
        .with_lock_wait(Duration::from_millis(60));
    let lock = repo.git_dir().join("index.lock");
    std::fs::write(&lock, "").unwrap();
    match repo.refresh_index(tree, &["agenda.toml".into()]) {
        Err(Error::Locked { file, .. }) => assert_eq!(file, lock),
        other => panic!("{other:?}"),
    }
    assert!(lock.exists(), "not ours to remove");
}

#[test]
fn candidates_are_what_changed() {
    let f = Fixture::new();
    let tree = save(
        &f,
        &[
            ("pair.toml", Some("1")),
            ("agenda.toml", Some("1")),
            ("meetings/2026/a.toml", Some("1")),
            ("meetings/2026/b.toml", Some("1")),
        ],
    );
    settle(&f);
    assert!(candidates(&f, tree).is_empty());
    f.write("agenda.toml", "2");
    f.write("meetings/2026/new.toml", "n");
    f.write("notes.md", "not asked for");
    std::fs::remove_file(f.repo.workdir().join("meetings/2026/b.toml")).unwrap();
    std::os::unix::fs::symlink("/etc", f.repo.workdir().join("meetings/link")).unwrap();
    let expected = [
        "agenda.toml",
        "meetings/2026/b.toml",
        "meetings/2026/new.toml",
        "meetings/link",
    ];
    assert_eq!(candidates(&f, tree), expected);
    // Staged or committed by plain Git, it still differs from the tree that is asked about.
    f.git(&["add", "-A"]);
    settle(&f);
    assert_eq!(candidates(&f, tree), expected);
}

#[test]
fn what_a_sparse_checkout_hides_is_not_deleted() {
    for sparse_index in ["--no-sparse-index", "--sparse-index"] {
        let f = Fixture::new();
        save(
            &f,
            &[
                ("pair.toml", Some("1")),
                ("meetings/2025/a.toml", Some("1")),
                ("meetings/2026/b.toml", Some("1")),
            ],
        );
        f.git(&["sparse-checkout", "set", "--cone", sparse_index, "meetings/2026"]);
        f.git(&[
            "config",
            "index.sparse",
            if sparse_index == "--sparse-index" {
                "true"
            } else {
                "false"
            },
        ]);
        let tree = f.repo.tree_of(f.tip()).unwrap();
        assert!(!f.repo.workdir().join("meetings/2025").exists());
        let deleted = |tree| -> Vec<_> {
            let found = candidates(&f, tree).into_iter();
            found
                .filter(|path| !f.repo.workdir().join(path).exists())
                .collect()
        };
        assert!(deleted(tree).is_empty(), "{sparse_index}");
        assert!(
            f.repo
                .hidden_paths(ROOTS)
                .unwrap()
                .contains("meetings/2025/a.toml")
        );

        // Changed by the other side, hidden here: a new blob, a new file, none of them written out.
        let repo = Repository::open(f.repo.workdir()).unwrap();
        let blob = repo.write_blob(b"2").unwrap();
        let paths = [
            "meetings/2025/a.toml".to_owned(),
            "meetings/2025/c.toml".to_owned(),
        ];
        let changes = paths.clone().map(|path| (path, Some((FILE, blob))));
        let next = repo.write_tree(Some(tree), &changes).unwrap();
        let who = super::super::testing::ana(1);
        let commit = repo.write_commit(next, &[f.tip()], "x\n", &who, &who).unwrap();
        let _ = repo.move_branch("main", Expect::Any, commit, "x").unwrap();
        repo.refresh_index(next, &paths).unwrap();
        assert_eq!(f.git(&["status", "--porcelain"]), "", "{sparse_index}");
        assert!(deleted(next).is_empty(), "{sparse_index}");
    }
}

#[test]
fn a_split_index_works() {
    let f = Fixture::new();
    f.commit("agenda.toml", "1");
    f.write("notes.md", "staged");
    f.git(&["add", "notes.md"]);
    f.git(&["update-index", "--split-index"]);
    assert!(
        git2::Index::open(&f.repo.git_dir().join("index")).is_err(),
        "or this tests nothing"
    );
    let tree = f.repo.tree_of(f.tip()).unwrap();
    assert_eq!(
        candidates(&f, tree),
        ["agenda.toml"],
        "it cannot be told that it is the same"
    );
    save(
        &f,
        &[("agenda.toml", Some("2")), ("meetings/2026/a.toml", Some("1"))],
    );
    assert_eq!(f.git(&["status", "--porcelain"]), "A  notes.md");
    f.git(&["update-index", "--split-index"]);
    save(&f, &[("agenda.toml", None)]);
    assert_eq!(f.git(&["status", "--porcelain"]), "A  notes.md");
}
