//! Which remote and which branch a sync goes to: the words, and where the entry really is afterwards
//! (docs/sync.md#branch-and-remote). "in sync" is said only where the other member gets it.

use std::cell::RefCell;
use std::fs;

use super::told::Told;
use crate::world::{Person, Run, World, copy_folder, sync_all};

const WORD: &str = "a word of ana's";

/// One scene: a pair that is in sync, and then something is done to it.
pub(super) struct Scene<'a> {
    told: &'a RefCell<Told>,
    title: &'static str,
    pub(super) world: World,
    pub(super) sam: Person,
    pub(super) ana: Person,
}

impl<'a> Scene<'a> {
    pub(super) fn new(told: &'a RefCell<Told>, title: &'static str) -> Self {
        let world = World::new();
        let (sam, ana) = world.pair();
        ana.run(["add", "from before"]).ok();
        sync_all(&[&ana, &sam]);
        told.borrow_mut().now_in(&world);
        Self {
            told,
            title,
            world,
            sam,
            ana,
        }
    }

    pub(super) fn path(&self, name: &str) -> String {
        self.world.address(name)
    }

    /// Ana's plain git.
    pub(super) fn git(self, args: &[&str]) -> Self {
        self.ana.git(args).ok();
        self
    }

    /// Runs Git at a remote.
    pub(super) fn at(self, remote: &str, args: &[&str]) -> Self {
        let remote = self.path(remote);
        self.ana
            .git(["-C", &remote].into_iter().chain(args.iter().copied()))
            .ok();
        self
    }

    /// A copy of the remote.
    pub(super) fn copy(self, name: &str) -> Self {
        self.world.copied_remote("remote.git", name);
        self
    }

    /// Ana's clone is as one of version 0.1, which noted no branch: it has only seen where its own one was.
    pub(super) fn made_by_0_1(self) -> Self {
        fs::remove_file(self.ana.cwd.join(".git/oneonone/upstream")).unwrap();
        self
    }

    /// Ana's clone is as one that plain Git made.
    pub(super) fn remembers_nothing(self) -> Self {
        self.made_by_0_1()
            .git(&["update-ref", "-d", "refs/oneonone/seen/main"])
    }

    /// Ana has a variable set from now on.
    pub(super) fn with(self, name: &str, value: &str) -> Self {
        let ana = self.ana.with(name, value);
        Self { ana, ..self }
    }

    /// Ana's `git` has settings in its environment.
    pub(super) fn counts(mut self, settings: &[(&str, &str)]) -> Self {
        for (n, (key, value)) in settings.iter().enumerate() {
            self = self
                .with(&format!("GIT_CONFIG_KEY_{n}"), key)
                .with(&format!("GIT_CONFIG_VALUE_{n}"), value);
        }
        self.with("GIT_CONFIG_COUNT", &settings.len().to_string())
    }

    /// Sam writes an entry and syncs.
    pub(super) fn sam_writes(self) -> Self {
        self.sam.run(["add", "a word of sam's"]).ok();
        self.sam.run(["sync"]).ok();
        self
    }

    /// Ana writes an entry and syncs.
    pub(super) fn syncs(self) -> Self {
        self.ana.run(["add", WORD]).ok();
        self.runs(&["sync"])
    }

    /// Ana runs a sync.
    pub(super) fn runs(mut self, args: &[&str]) -> Self {
        let run = self.told.borrow_mut().run(self.title, &self.ana, args);
        self.places(&run);
        self
    }

    /// Sam runs a sync.
    pub(super) fn sam_runs(self, args: &[&str]) -> Self {
        let title = format!("{}: sam", self.title);
        self.told.borrow_mut().run(&title, &self.sam, args);
        self
    }

    /// Says where the entry is, and refuses an "in sync" that is not true.
    fn places(&mut self, run: &Run) {
        let mut places = Vec::new();
        let mut remotes: Vec<_> = fs::read_dir(self.world.path(""))
            .unwrap()
            .map(|item| item.unwrap().path())
            .collect();
        remotes.retain(|path| path.extension().is_some_and(|extension| extension == "git"));
        remotes.sort();
        for remote in remotes {
            let path = remote.to_str().unwrap();
            let format = "--format=%(refname:short)";
            let branches = self
                .ana
                .git(["-C", path, "for-each-ref", format, "refs/heads"])
                .ok()
                .out;
            for branch in branches.lines() {
                let file = format!("{branch}:agenda.toml");
                if self.ana.git(["-C", path, "show", &file]).out.contains(WORD) {
                    let name = remote.file_name().unwrap().to_str().unwrap();
                    places.push(format!("{name} {branch}"));
                }
            }
        }
        let sam = copied_clone(&self.sam);
        // He is asked, and follows.
        if sam.run(["sync"]).code == 3 {
            sam.run(["sync", "--follow"]);
        }
        let sam_has = sam.read("agenda.toml").contains(WORD);
        let at = if places.is_empty() {
            "nowhere".to_owned()
        } else {
            places.join(", ")
        };
        let gets = if sam_has { "gets" } else { "does not get" };
        self.told
            .borrow_mut()
            .say(&format!("the entry is at: {at}; sam {gets} it"));
        if run.err.contains("in sync") {
            assert!(sam_has, "{}: {}", self.title, run.err);
        }
    }
}

/// Sam's clone, to look what a sync of his would bring.
fn copied_clone(sam: &Person) -> Person {
    let to = sam.home.join("looking");
    let _ = fs::remove_dir_all(&to);
    copy_folder(&sam.cwd, &to);
    Person {
        cwd: to,
        ..sam.clone()
    }
}

impl Scene<'_> {
    /// A remote of that name is added.
    pub(super) fn adds(self, name: &str) -> Self {
        let url = self.path(&format!("{name}.git"));
        self.git(&["remote", "add", name, &url])
    }
}
