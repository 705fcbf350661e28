use super::super::testing::{Fixture, git_in};
use super::super::{Error, Repository, Shape};

fn shape(repo: &Repository) -> Option<Shape> {
    match repo.check_shape() {
        Ok(()) => None,
        Err(Error::Refused { shape, .. }) => Some(shape),
        Err(error) => panic!("{error:?}"),
    }
}

fn refused(path: &std::path::Path) -> Shape {
    match Repository::discover(path) {
        Err(Error::Refused { shape, .. }) => shape,
        Ok(found) => panic!("opened: {}", found.is_some()),
        Err(error) => panic!("{error:?}"),
    }
}

/// Two branches that change the same file differently; `main` is checked out.
fn clashing() -> Fixture {
    let f = Fixture::new();
    f.commit("a", "base");
    f.git(&["checkout", "-q", "-b", "side"]);
    f.commit("a", "side");
    f.git(&["checkout", "-q", "main"]);
    f.commit("a", "main");
    f
}

#[test]
fn the_nearest_repository_is_found() {
    let f = Fixture::new();
    let deep = f.repo.workdir().join("a/b");
    std::fs::create_dir_all(&deep).unwrap();
    let found = Repository::discover(&deep).unwrap().unwrap();
    assert_eq!(found.workdir(), f.repo.workdir());
    assert_eq!(found.git_dir(), f.repo.workdir().join(".git"));
    assert_eq!(found.common_dir(), found.git_dir());
    assert_eq!(found.head().unwrap().branch, "main");
    assert_eq!(shape(&found), None);
    assert!(Repository::open(&deep).is_err());
    assert!(Repository::discover(f.dir.path()).unwrap().is_none());
    assert!(Repository::init(f.repo.workdir(), "main").is_err());
}

#[test]
fn a_linked_worktree_works() {
    let f = Fixture::new();
    let tip = f.commit("a", "1");
    let linked = f.dir.path().join("linked");
    f.git(&[
        "worktree",
        "add",
        "-q",
        "-b",
        "other",
        &linked.display().to_string(),
    ]);
    let repo = Repository::open(&linked).unwrap();
    assert_eq!(repo.common_dir(), f.repo.git_dir());
    assert_eq!(repo.git_dir(), f.repo.git_dir().join("worktrees/linked"));
    let head = repo.head().unwrap();
    assert_eq!((head.branch.as_str(), head.tip), ("other", Some(tip)));
    assert_eq!(shape(&repo), None);
    std::fs::write(linked.join("a"), "2").unwrap();
    let blob = repo.write_blob(b"2").unwrap();
    let tree = repo
        .write_tree(None, &[("a".into(), Some((0o100_644, blob)))])
        .unwrap();
    repo.refresh_index(tree, &["a".into()]).unwrap();
    assert_eq!(git_in(&linked, &["status", "--porcelain"], "").unwrap(), "M  a");
    assert_eq!(f.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_merge_that_stopped_is_no_refusal() {
    let f = clashing();
    let side = f.git(&["rev-parse", "side"]).parse().unwrap();
    f.git_fails(&["merge", "-q", "side"]);
    assert_eq!(shape(&f.repo), None);
    assert_eq!(f.repo.merge_heads().unwrap(), [side]);
    f.repo.clear_merge_state().unwrap();
    assert!(f.repo.merge_heads().unwrap().is_empty());
    let tree = f.repo.tree_of(f.tip()).unwrap();
    f.write("a", "main");
    f.repo.refresh_index(tree, &["a".into()]).unwrap();
    assert_eq!(f.git(&["status", "--porcelain"]), "");
}

#[test]
fn what_is_under_way_is_refused() {
    for (args, expected) in [
        (&["rebase", "side"][..], Shape::MidRebase),
        (&["rebase", "--apply", "side"], Shape::MidRebase),
        (&["cherry-pick", "side"], Shape::MidCherryPick),
        (&["revert", "--no-edit", "HEAD~1"], Shape::MidRevert),
    ] {
        let f = clashing();
        f.git_fails(args);
        assert_eq!(shape(&f.repo), Some(expected), "{args:?}");
    }
    let f = clashing();
    f.git(&["bisect", "start"]);
    assert_eq!(shape(&f.repo), Some(Shape::MidBisect));
    f.git(&["bisect", "reset"]);
    f.git(&["checkout", "-q", "--detach"]);
    assert_eq!(shape(&f.repo), Some(Shape::Detached));
    assert!(matches!(
        f.repo.head(),
        Err(Error::Refused {
            shape: Shape::Detached,
            ..
        })
    ));
}

#[test]
fn formats_that_cannot_be_opened_have_a_name() {
    let f = Fixture::new();
    let bare = f.bare("bare.git");
    assert_eq!(refused(bare.as_ref()), Shape::Bare);
    for (flag, expected) in [
        ("--object-format=sha256", Shape::Sha256),
        ("--ref-format=reftable", Shape::Reftable),
    ] {
        let dir = f.dir.path().join(flag);
        let path = dir.display().to_string();
        // An older git knows no reftable.
        if git_in(f.dir.path(), &["init", "-q", flag, "--", &path], "").is_ok() {
            assert_eq!(refused(&dir), expected);
            std::fs::create_dir(dir.join("sub")).unwrap();
            assert_eq!(refused(&dir.join("sub")), expected);
        }
    }
    f.git(&["config", "remote.origin.promisor", "true"]);
    assert_eq!(
        shape(&Repository::open(f.repo.workdir()).unwrap()),
        Some(Shape::PartialClone)
    );
    f.git(&["config", "core.repositoryFormatVersion", "1"]);
    f.git(&["config", "extensions.partialClone", "origin"]);
    assert_eq!(refused(f.repo.workdir()), Shape::PartialClone);
    f.git(&["config", "--unset", "extensions.partialClone"]);
    f.git(&["config", "extensions.fancy", "1"]);
    assert_eq!(refused(f.repo.workdir()), Shape::Extension("fancy".into()));
}

#[test]
fn a_shallow_clone_is_fine() {
    let f = Fixture::new();
    f.commit("a", "1");
    f.commit("a", "2");
    let (from, to) = (
        format!("file://{}", f.repo.workdir().display()),
        f.dir.path().join("shallow"),
    );
    f.git(&["clone", "-q", "--depth=1", &from, &to.display().to_string()]);
    let repo = Repository::open(&to).unwrap();
    assert_eq!(shape(&repo), None);
    let tip = repo.head().unwrap().tip.unwrap();
    assert_eq!(repo.ancestors(tip, &[]).unwrap().count(), 1);
}
