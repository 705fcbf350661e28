//! The branches of a repository on this machine, read without Git's program (docs/sync.md#remotes-on-this-machine).
//!
//! It is read alone. Where Git might find anything else, there is no answer, and Git is asked.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use super::{Error, RemoteHeads, Repository};
use crate::git::CommitId;
use crate::git::config::setting;

/// Settings of the other repository, or of the user, by which Git shows other branches than there are.
const HIDING: &str = r"^(uploadpack|transfer|include|includeif|extensions|safe)\.";
/// So many branches are listed here.
const MOST: usize = 1000;
/// Variables of which Git knows more than libgit2.
const VARIABLES: [&str; 4] = [
    "GIT_ALLOW_PROTOCOL",
    "GIT_PROTOCOL_FROM_USER",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
];

/// The branches at an address, if it is the path of a bare repository of this account and Git would list the same. A file
/// system that does not answer in time is left to Git, which can be ended.
pub(super) fn heads_nearby(
    repository: &Repository,
    remote: &str,
    address: &str,
    patience: Duration,
) -> Result<Option<RemoteHeads>, Error> {
    let path = PathBuf::from(address);
    if !path.is_absolute() || VARIABLES.iter().any(|name| std::env::var_os(name).is_some()) {
        return Ok(None);
    }
    let keys = [
        // Whoever set a time of their own is told if it is none.
        "oneonone.timeout".to_owned(),
        "protocol.allow".to_owned(),
        "protocol.file.allow".to_owned(),
        "transfer.hiderefs".to_owned(),
        "uploadpack.hiderefs".to_owned(),
        "uploadpack.packobjectshook".to_owned(),
        format!("remote.{remote}.uploadpack"),
        format!("remote.{remote}.vcs"),
    ];
    for key in keys {
        if setting(Some(repository), &key)?.is_some() {
            return Ok(None);
        }
    }
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        // If the time is over, nobody listens any more.
        let _ = sender.send(read_twice(&path));
    });
    Ok(receiver.recv_timeout(patience).ok().flatten())
}

/// The branches, if two looks find the same: somebody may pack the references just now.
fn read_twice(path: &Path) -> Option<RemoteHeads> {
    let first = read(path)?;
    (read(path)? == first).then_some(first)
}

fn read(path: &Path) -> Option<RemoteHeads> {
    let own = rustix::process::geteuid().as_raw();
    // Git asks who owns it. A repository with a work tree has its Git folder elsewhere.
    if path.metadata().ok()?.uid() != own || [".git", "commondir"].iter().any(|name| path.join(name).exists())
    {
        return None;
    }
    let repository = git2::Repository::open_bare(path).ok()?;
    let mut is_plain = true;
    let config = repository.config().ok()?;
    let hiding = config.entries(Some(HIDING)).ok()?;
    hiding.for_each(|_| is_plain = false).ok()?;
    if !is_plain || repository.is_shallow() {
        return None;
    }
    let odb = repository.odb().ok()?;
    let mut heads = RemoteHeads::default();
    for reference in repository.references().ok()? {
        // Git's listing of so many may be cut.
        if heads.branches.len() > MOST {
            return None;
        }
        let reference = reference.ok()?;
        let Some(branch) = reference.name().ok()?.strip_prefix("refs/heads/") else {
            continue;
        };
        // Git follows a symbolic one, and says nothing of a broken one.
        let tip = reference.target()?;
        if !odb.exists(tip) {
            return None;
        }
        heads.branches.push((branch.to_owned(), CommitId(tip)));
    }
    heads.branches.sort();
    // A branch whose file cannot be read is passed over.
    let mut files = Vec::new();
    loose_branches(&path.join("refs/heads"), "", &mut files)?;
    let is_listed = |file: &String| heads.branches.iter().any(|(branch, _)| branch == file);
    if !files.iter().all(is_listed) {
        return None;
    }
    let head = repository.find_reference("HEAD").ok()?;
    let named = head
        .symbolic_target()
        .ok()
        .flatten()?
        .strip_prefix("refs/heads/")?
        .to_owned();
    let is_there = heads.branches.iter().any(|(branch, _)| *branch == named);
    heads.head = is_there.then_some(named);
    Some(heads)
}

/// The branches that have a file of their own, by their names below a folder.
fn loose_branches(folder: &Path, above: &str, found: &mut Vec<String>) -> Option<()> {
    for entry in std::fs::read_dir(folder).ok()? {
        let entry = entry.ok()?;
        let name = format!("{above}{}", entry.file_name().to_str()?);
        match entry.file_type().ok()?.is_dir() {
            true => loose_branches(&entry.path(), &format!("{name}/"), found)?,
            false => found.push(name),
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{Fixture, git_in};
    use super::super::{HeadsOutcome, RemoteOptions, clone};
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    fn nearby(f: &Fixture, address: &str) -> Option<RemoteHeads> {
        heads_nearby(&f.repo, address, address, PATIENCE).unwrap()
    }

    /// As Git lists them.
    fn by_git(address: &str) -> RemoteHeads {
        match clone::remote_heads(address, &RemoteOptions::default()).unwrap() {
            HeadsOutcome::Heads(heads) => heads,
            other => panic!("{other:?}"),
        }
    }

    fn with_branches() -> (Fixture, String) {
        let f = Fixture::new();
        let bare = f.bare("remote.git");
        f.commit("a", "1");
        f.git(&["push", "-q", &bare, "main", "main:team/ana", "main:refs/notes/x"]);
        f.commit("a", "2");
        f.git(&["push", "-q", &bare, "main"]);
        (f, bare)
    }

    fn at(bare: &str, args: &[&str]) {
        git_in(Path::new(bare), args, "").unwrap();
    }

    #[test]
    fn branches_are_those_that_git_lists() {
        let (f, bare) = with_branches();
        assert_eq!(nearby(&f, &bare), Some(by_git(&bare)));
        at(&bare, &["pack-refs", "--all", "--prune"]);
        assert_eq!(nearby(&f, &bare), Some(by_git(&bare)));
        at(&bare, &["symbolic-ref", "HEAD", "refs/heads/none"]);
        let heads = nearby(&f, &bare).unwrap();
        assert_eq!((heads.head.clone(), heads), (None, by_git(&bare)));
    }

    #[test]
    fn in_doubt_git_is_asked() {
        type Change = fn(&Fixture, &str);
        let changes: [(&str, Change); 12] = [
            ("a hidden branch", |_, bare| {
                at(bare, &["config", "transfer.hideRefs", "refs/heads/team"])
            }),
            ("hidden for uploads", |_, bare| {
                at(bare, &["config", "uploadpack.hideRefs", "refs/heads/main"])
            }),
            ("settings from elsewhere", |_, bare| {
                at(bare, &["config", "include.path", "/dev/null"])
            }),
            ("a symbolic branch", |_, bare| {
                at(bare, &["symbolic-ref", "refs/heads/alias", "refs/heads/main"])
            }),
            ("a detached HEAD", |_, bare| {
                at(bare, &["update-ref", "--no-deref", "HEAD", "refs/heads/main"])
            }),
            ("a branch without its commit", |_, bare| {
                std::fs::write(format!("{bare}/refs/heads/lost"), format!("{}\n", "1".repeat(40))).unwrap();
            }),
            ("a branch that is no id", |_, bare| {
                std::fs::write(format!("{bare}/refs/heads/odd"), "odd\n").unwrap()
            }),
            ("another upload-pack", |f, bare| {
                f.git(&["config", &format!("remote.{bare}.uploadpack"), "false"]);
            }),
            ("a protocol that is refused", |f, _| {
                drop(f.git(&["config", "protocol.file.allow", "never"]))
            }),
            ("no repository", |_, bare| {
                std::fs::remove_file(format!("{bare}/HEAD")).unwrap()
            }),
            ("a folder of Git's inside", |_, bare| {
                std::fs::create_dir(format!("{bare}/.git")).unwrap()
            }),
            ("a shallow one", |f, bare| {
                std::fs::write(format!("{bare}/shallow"), format!("{}\n", f.tip())).unwrap();
            }),
        ];
        for (what, change) in changes {
            let (f, bare) = with_branches();
            change(&f, &bare);
            let repo = Repository::open(f.repo.workdir()).unwrap();
            assert_eq!(
                heads_nearby(&repo, &bare, &bare, PATIENCE).unwrap(),
                None,
                "{what}"
            );
        }
        let (f, bare) = with_branches();
        for address in ["remote.git", "file:///remote.git", "host:remote.git"] {
            assert_eq!(nearby(&f, address), None, "{address}");
        }
        assert_eq!(heads_nearby(&f.repo, &bare, &bare, Duration::ZERO).unwrap(), None);
    }
}
