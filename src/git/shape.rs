//! Shapes of repositories that are refused before anything is written.

use std::fmt;
use std::path::{Path, PathBuf};

/// A shape that cannot be handled (docs/sync.md#shapes). Shallow and sparse repositories, linked worktrees and a merge
/// that stopped half-way are none: those work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// There is no work tree.
    Bare,
    /// HEAD names a commit and no branch.
    Detached,
    /// A `git rebase` or `git am` stopped half-way.
    MidRebase,
    /// A `git cherry-pick` stopped half-way.
    MidCherryPick,
    /// A `git revert` stopped half-way.
    MidRevert,
    /// A `git bisect` is under way.
    MidBisect,
    /// Objects may be missing, to be fetched when they are needed.
    PartialClone,
    /// References are kept in a reftable.
    Reftable,
    /// Objects are named by SHA-256.
    Sha256,
    /// An extension of Git's repository format that is not known here.
    Extension(String),
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Shape::Bare => "a bare repository has no files to work on",
            Shape::Detached => "HEAD is detached: no branch is checked out",
            Shape::MidRebase => "a rebase is under way",
            Shape::MidCherryPick => "a cherry-pick is under way",
            Shape::MidRevert => "a revert is under way",
            Shape::MidBisect => "a bisect is under way",
            Shape::PartialClone => "a partial clone lacks objects",
            Shape::Reftable => "references in a reftable are not supported",
            Shape::Sha256 => "SHA-256 objects are not supported",
            Shape::Extension(name) => return write!(f, "the repository extension {name:?} is not supported"),
        })
    }
}

/// Why libgit2 could not open what lies at or above `start`, told from its configuration file alone.
pub(super) fn of_unopened(start: &Path) -> Option<(Shape, PathBuf)> {
    let (top, git_dir) = start.ancestors().find_map(|dir| Some((dir, git_dir_of(dir)?)))?;
    let common = match std::fs::read_to_string(git_dir.join("commondir")) {
        Ok(to) => git_dir.join(to.trim_end_matches(['\n', '\r'])),
        Err(_) => git_dir,
    };
    let config = git2::Config::open(&common.join("config")).ok()?;
    let mut extensions = config.entries(Some(r"^extensions\.")).ok()?;
    while let Some(entry) = extensions.next() {
        let entry = entry.ok()?;
        let value = if entry.has_value() {
            entry.value().unwrap_or_default()
        } else {
            "true"
        };
        let shape = match entry.name().unwrap_or_default() {
            "extensions.objectformat" if value.eq_ignore_ascii_case("sha1") => continue,
            "extensions.objectformat" => Shape::Sha256,
            "extensions.refstorage" if value == "files" => continue,
            "extensions.refstorage" => Shape::Reftable,
            "extensions.partialclone" => Shape::PartialClone,
            "extensions.noop"
            | "extensions.worktreeconfig"
            | "extensions.preciousobjects"
            | "extensions.relativeworktrees" => continue,
            name => Shape::Extension(name.trim_start_matches("extensions.").to_owned()),
        };
        return Some((shape, top.to_owned()));
    }
    None
}

fn git_dir_of(dir: &Path) -> Option<PathBuf> {
    let dot_git = dir.join(".git");
    if dot_git.is_dir() {
        return Some(dot_git);
    }
    if let Ok(link) = std::fs::read_to_string(&dot_git) {
        return Some(dir.join(link.strip_prefix("gitdir: ")?.trim_end_matches(['\n', '\r'])));
    }
    (dir.join("HEAD").is_file() && dir.join("objects").is_dir()).then(|| dir.to_owned())
}
