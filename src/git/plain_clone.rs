//! A clone of the usual layout, read by hand: a question need not open the repository. In doubt libgit2 is asked.

use std::env;
use std::fs::{self, File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::CommitId;

/// The most bytes of a file that is read by hand.
const LARGEST: u64 = 1024 * 1024;

/// A clone without anything unusual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainClone {
    /// The folder of its files.
    pub workdir: PathBuf,
    /// The folder of Git.
    pub git_dir: PathBuf,
    /// The commit that is checked out; none while the branch is unborn.
    pub head: Option<CommitId>,
}

impl PlainClone {
    /// The clone whose files lie in `workdir`. None where anything is unusual: a folder of Git that lies elsewhere or
    /// belongs to another account, a HEAD without a branch, or an extension. None, too, with settings out of the
    /// environment or out of other files, and with settings of this program.
    pub fn of(workdir: &Path) -> Option<Self> {
        let git_dir = workdir.join(".git");
        let folders = [workdir, &git_dir].map(|folder| folder.symlink_metadata());
        let is_own =
            |data: &Result<Metadata, _>| data.as_ref().is_ok_and(|data| data.is_dir() && is_mine(data));
        if !workdir.is_absolute() || !folders.iter().all(is_own) || git_dir.join("commondir").exists() {
            return None;
        }
        let is_there = |name| git_dir.join(name).is_dir();
        if !is_there("objects") || !is_there("refs") || !has_plain_settings(&git_dir) {
            return None;
        }
        let head = read(&git_dir.join("HEAD"))?;
        let branch = head.strip_prefix("ref: ")?.trim_end();
        let is_branch = branch.starts_with("refs/heads/") && !branch.split('/').any(|part| part == "..");
        if !is_branch || branch.contains(['\n', '\\', '\0']) {
            return None;
        }
        Some(Self {
            head: tip(&git_dir, branch)?,
            workdir: workdir.to_owned(),
            git_dir,
        })
    }
}

/// The commit of a branch; the outer none in doubt.
fn tip(git_dir: &Path, branch: &str) -> Option<Option<CommitId>> {
    let loose = git_dir.join(branch);
    if loose.symlink_metadata().is_ok() {
        return read(&loose)?.trim_end().parse().ok().map(Some);
    }
    let packed = git_dir.join("packed-refs");
    if packed.symlink_metadata().is_err() {
        return Some(None);
    }
    let packed = read(&packed)?;
    let named = packed.lines().filter_map(|line| line.split_once(' '));
    let mut found = named.filter(|(_, name)| *name == branch);
    match found.next() {
        Some((id, _)) => id.parse().ok().map(Some),
        None => Some(None),
    }
}

/// Whether no setting changes what the folders say, and none is of this program.
fn has_plain_settings(git_dir: &Path) -> bool {
    let own = read(&git_dir.join("config")).map(|text| text.to_lowercase());
    let plain = own.is_some_and(|text| is_plain(&text) && says_version_0(&text));
    plain
        && other_settings().is_some_and(|files| {
            files.iter().all(|path| match path.symlink_metadata() {
                Ok(_) => read(path).is_some_and(|text| is_plain(&text.to_lowercase())),
                Err(_) => true,
            })
        })
}

fn is_plain(settings: &str) -> bool {
    let words = ["include", "oneonone", "worktree", "extensions"];
    !words.iter().any(|word| settings.contains(word)) && settings.lines().all(is_plain_line)
}

/// Whether a line is empty, a comment, the name of a section alone, or a key with a value.
fn is_plain_line(line: &str) -> bool {
    let line = line.trim();
    let is_section = line.starts_with('[') && line.ends_with(']') && !line.contains('=');
    let is_comment = line.starts_with(['#', ';']);
    let has_value = !line.starts_with('[') && line.contains('=') && !line.ends_with('\\');
    line.is_empty() || is_comment || is_section || has_value
}

/// The files of settings outside of the repository; none where the environment holds settings itself.
fn other_settings() -> Option<Vec<PathBuf>> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    if ["GIT_CONFIG", "GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS"]
        .into_iter()
        .any(|name| set(name).is_some())
    {
        return None;
    }
    let home = PathBuf::from(set("HOME")?);
    let config = set("XDG_CONFIG_HOME").map_or_else(|| home.join(".config"), PathBuf::from);
    let moved = [set("GIT_CONFIG_GLOBAL"), set("GIT_CONFIG_SYSTEM")]
        .into_iter()
        .flatten();
    let usual = [
        home.join(".gitconfig"),
        config.join("git/config"),
        PathBuf::from("/etc/gitconfig"),
    ];
    Some(usual.into_iter().chain(moved.map(PathBuf::from)).collect())
}

fn says_version_0(settings: &str) -> bool {
    let values = settings.lines().filter_map(|line| line.split_once('='));
    let mut values = values.map(|(key, value)| (key.trim(), value.trim()));
    let version = |(key, value): (&str, &str)| key != "repositoryformatversion" || value == "0";
    let bare = |(key, value): (&str, &str)| key != "bare" || value == "false";
    values.all(|line| version(line) && bare(line))
}

fn read(path: &Path) -> Option<String> {
    let file = File::open(path).ok()?;
    if !fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut text = String::new();
    file.take(LARGEST + 1).read_to_string(&mut text).ok()?;
    (text.len() as u64 <= LARGEST).then_some(text)
}

#[cfg(unix)]
fn is_mine(data: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    data.uid() == rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
fn is_mine(_: &Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Fixture;

    /// The head as it is read by hand, where libgit2 finds the same or is to be asked.
    fn head(f: &Fixture) -> Option<Option<CommitId>> {
        let plain = PlainClone::of(f.repo.workdir())?;
        assert_eq!(plain.git_dir, f.repo.git_dir());
        assert_eq!(Ok(plain.head), f.repo.head().map(|head| head.tip).map_err(|_| ()));
        Some(plain.head)
    }

    #[test]
    fn a_usual_clone_is_read_by_hand() {
        let f = Fixture::new();
        assert_eq!(head(&f), Some(None), "unborn");
        let first = f.commit("a", "1");
        assert_eq!(head(&f), Some(Some(first)));
        f.git(&["pack-refs", "--all"]);
        assert_eq!(head(&f), Some(Some(first)), "packed");
        let second = f.commit("a", "2");
        assert_eq!(head(&f), Some(Some(second)), "loose above packed");
        f.git(&["checkout", "-q", "-b", "a/deep/branch"]);
        assert_eq!(head(&f), Some(Some(second)));
    }

    #[test]
    fn in_doubt_nobody_reads_by_hand() {
        let f = Fixture::new();
        f.commit("a", "1");
        let dir = f.repo.workdir().to_owned();
        let other = f.dir.path().join("other");
        f.git(&["worktree", "add", "-q", other.to_str().unwrap()]);
        assert_eq!(
            PlainClone::of(&other),
            None,
            "a folder of Git that lies elsewhere"
        );
        assert_eq!(PlainClone::of(&dir.join("no")), None);
        assert_eq!(PlainClone::of(Path::new(".")), None, "no absolute path");
        for setting in [
            ["core.worktree", "/elsewhere"],
            ["core.repositoryformatversion", "1"],
            ["core.bare", "true"],
            ["include.path", "other"],
            ["oneonone.identity", "key"],
            ["extensions.noop", "true"],
        ] {
            f.git(&["config", setting[0], setting[1]]);
            assert_eq!(PlainClone::of(&dir), None, "{setting:?}");
            // Not by `git config`: it would not open this repository.
            let config = dir.join(".git/config");
            let plain = "[core]\n\trepositoryformatversion = 0\n\tbare = false\n";
            fs::write(config, plain).unwrap();
            assert!(head(&f).is_some());
        }
        let git = dir.join(".git");
        for settings in [
            "[core] bare = true\n",
            "[core]\n\tbare\n",
            "[core\n",
            "[core] repositoryformatversion = 9\n",
        ] {
            fs::write(git.join("config"), settings).unwrap();
            assert_eq!(PlainClone::of(&dir), None, "{settings}");
        }
        fs::write(git.join("config"), "[core]\n\tbare = false\n").unwrap();
        for text in [
            "ref: refs/heads/../../x\n",
            "ref: refs/remotes/x\n",
            "0123\n",
            "",
            "ref: refs/heads/a\\b\n",
        ] {
            fs::write(git.join("HEAD"), text).unwrap();
            assert_eq!(PlainClone::of(&dir), None, "{text:?}");
        }
        fs::write(git.join("HEAD"), "ref: refs/heads/main\n").unwrap();
        assert!(head(&f).is_some());
        f.git(&["checkout", "-q", "--detach"]);
        assert_eq!(PlainClone::of(&dir), None, "detached");
        fs::write(git.join("HEAD"), "ref: refs/heads/main\n").unwrap();
        fs::write(git.join("refs/heads/main"), "ref: refs/heads/other\n").unwrap();
        assert_eq!(PlainClone::of(&dir), None, "a name of a name");
        fs::write(git.join("refs/heads/main"), "12\n").unwrap();
        assert_eq!(PlainClone::of(&dir), None, "no id");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_place_of_a_folder_is_unusual() {
        let f = Fixture::new();
        f.commit("a", "1");
        let link = f.dir.path().join("link");
        std::os::unix::fs::symlink(f.repo.workdir(), &link).unwrap();
        assert_eq!(PlainClone::of(&link), None);
    }
}
