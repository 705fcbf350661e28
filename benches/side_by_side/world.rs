//! A remote, my clone of it in a home of mine, and the other member's clone: a set of its own for each way.

use std::cell::OnceCell;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::data::Data;
use super::host::{Step, home, sh};
use super::records;
use super::ssh::Server;

/// Whose way of working a set is made for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// `oneonone`, in a clone that it knows.
    Ours,
    /// Plain Git with `core.fsync=all` here and at the remote. Nothing of ours is in the clone.
    Durable,
    /// Plain Git as it is installed. Nothing of ours is in the clone.
    Defaults,
    /// libgit2, doing the least that the job needs, as durably as `Durable`.
    Least,
}

pub(crate) struct World {
    pub(crate) home: PathBuf,
    pub(crate) clone: PathBuf,
    pub(crate) remote: PathBuf,
    other: OnceCell<PathBuf>,
}

impl Form {
    pub(crate) const ALL: [Self; 4] = [Self::Ours, Self::Durable, Self::Defaults, Self::Least];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ours => "oneonone",
            Self::Durable => "git, core.fsync=all",
            Self::Defaults => "git, defaults",
            Self::Least => "libgit2, the least",
        }
    }

    fn is_durable(self) -> bool {
        matches!(self, Self::Durable | Self::Least)
    }

    /// Makes the home of a way. `oneonone` finds my key in it.
    pub(crate) fn home(self, path: &Path, data: &Data) {
        home(path, self.is_durable());
        if self == Self::Ours {
            let folder = path.join(".config/oneonone");
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::copy(data.identity(), folder.join("identity.txt")).unwrap();
        }
    }
}

impl World {
    /// Makes a set below a folder out of a history. The remote is reached by its path, or through a server.
    pub(crate) fn make(
        root: &Path,
        form: Form,
        history: &Path,
        data: &Data,
        server: Option<&Server>,
    ) -> Self {
        let home = root.join("home");
        form.home(&home, data);
        if let Some(server) = server {
            server.use_for(&home);
        }
        Self::in_home(&home, root, "clone", form, history, server)
    }

    /// The same in a home that is there: the clone has this name in it.
    pub(crate) fn in_home(
        home: &Path,
        root: &Path,
        name: &str,
        form: Form,
        history: &Path,
        server: Option<&Server>,
    ) -> Self {
        let world = Self {
            home: home.to_owned(),
            clone: home.join(name),
            remote: root.join(format!("{name}.git")),
            other: OnceCell::new(),
        };
        let (from, to) = (history.display(), world.remote.display());
        sh(home, root, &format!("cp -a --reflink=auto '{from}' '{to}'"));
        if form.is_durable() {
            let line = "git config core.fsync all; git config core.fsyncObjectFiles true";
            sh(home, &world.remote, line);
        }
        let address = match server {
            Some(_) => format!("ssh://127.0.0.1{}", world.remote.display()),
            None => world.remote.display().to_string(),
        };
        Step::git(home, home, &["clone", "-q", &address, name]).run();
        match form {
            Form::Ours => {
                Step::ours(home, home, &["pairs", "add", name]).run();
                Step::ours(home, &world.clone, &["sync"]).run();
            }
            Form::Least => drop(sh(home, &world.clone, "git config core.fsyncObjectFiles true")),
            Form::Durable | Form::Defaults => {}
        }
        world
    }

    /// As after a day's pause: no file is as young as the index, so Git does not read its text again.
    pub(crate) fn rest(worlds: &[&Self]) {
        std::thread::sleep(Duration::from_millis(1100));
        for world in worlds {
            sh(&world.home, &world.clone, "git status -s");
        }
    }

    /// I save a record with one entry more; its words.
    pub(crate) fn i_write(&self) -> String {
        append(&self.clone, "agenda.toml", records::ME)
    }

    /// Words that `oneonone add` is given.
    pub(crate) fn new_words(&self) -> String {
        records::typed(records::ME).1
    }

    /// The other member writes an entry and delivers it with plain Git; its words.
    pub(crate) fn other_writes(&self) -> String {
        let other = self.other.get_or_init(|| {
            let folder = self.remote.with_extension("other");
            let (from, to) = (self.remote.to_str().unwrap(), folder.to_str().unwrap());
            Step::git(&self.home, &self.home, &["clone", "-q", from, to]).run();
            folder
        });
        sh(&self.home, other, "git pull -q");
        let record = std::fs::read_to_string(other.join("pair.toml")).unwrap();
        let slug = |line: &str| Some(line.strip_prefix("[member.")?.strip_suffix(']')?.to_owned());
        let slug = record.lines().filter_map(slug).find(|slug| slug != records::ME);
        let words = append(other, &records::newest(), &slug.unwrap());
        sh(&self.home, other, "git commit -q -a -m entry && git push -q");
        words
    }

    /// Words of mine are in my branch.
    pub(crate) fn is_committed(&self, words: &str) {
        let text = at_tip(&self.clone, "HEAD", "agenda.toml");
        assert!(
            text.contains(words),
            "{words:?} is not in {}",
            self.clone.display()
        );
    }

    /// My clone and the remote have the same tip, and it holds these words; the folder has those of the other member.
    pub(crate) fn is_delivered(&self, mine: Option<&str>, theirs: Option<&str>) {
        let tip = |path: &Path, name: &str| {
            let repo = git2::Repository::open(path).unwrap();
            repo.revparse_single(name).unwrap().id()
        };
        let place = self.clone.display();
        let (here, there) = (tip(&self.clone, "HEAD"), tip(&self.remote, "main"));
        assert_eq!(here, there, "{place} is not what its remote is");
        if let Some(words) = mine {
            let text = at_tip(&self.remote, "main", "agenda.toml");
            assert!(text.contains(words), "{words:?} of {place} is not at the remote");
        }
        if let Some(words) = theirs {
            let text = at_tip(&self.remote, "main", &records::newest());
            assert!(text.contains(words), "{words:?} for {place} is not at the remote");
            let text = std::fs::read_to_string(self.clone.join(records::newest())).unwrap();
            assert!(text.contains(words), "{words:?} is not in {place}");
        }
    }
}

/// Adds an entry at the end of a record; its words.
fn append(clone: &Path, record: &str, by: &str) -> String {
    let (text, words) = records::typed(by);
    let path = clone.join(record);
    let mut file = std::fs::OpenOptions::new().append(true).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
    words
}

fn at_tip(repo: &Path, name: &str, path: &str) -> String {
    let repo = git2::Repository::open(repo).unwrap();
    let object = repo.revparse_single(&format!("{name}:{path}")).unwrap();
    String::from_utf8(object.peel_to_blob().unwrap().content().to_vec()).unwrap()
}
