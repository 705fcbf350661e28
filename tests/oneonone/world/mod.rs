//! A sealed world for the command line: people with homes of their own, a frozen clock, real bare remotes, real git.

mod hints;
mod person;
mod programs;
mod records;
mod run;
mod said;

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

pub(crate) use hints::commands_in;
pub(crate) use person::Person;
pub(crate) use programs::{copy_folder, script, search_path};
pub(crate) use records::{agree, change, first_id, first_id_in, ids_in, same_files, sync_all, without};
pub(crate) use run::Run;
pub(crate) use said::{not_run, say};

/// A place where nothing of this machine shows.
pub(crate) struct World {
    dir: TempDir,
    program: PathBuf,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::new_in(&std::env::temp_dir())
    }

    /// The same in a folder of one's choice.
    pub(crate) fn new_in(folder: &Path) -> Self {
        Self {
            dir: tempfile::Builder::new()
                .prefix("oneonone-world-")
                .tempdir_in(folder)
                .unwrap(),
            program: env!("CARGO_BIN_EXE_oneonone").into(),
        }
    }

    /// The same world, where everybody runs another `oneonone`.
    pub(crate) fn running(self, program: &Path) -> Self {
        Self {
            program: program.to_owned(),
            ..self
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The same as text: the address of a remote.
    pub(crate) fn address(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    /// Somebody whose home is new, and who stands in it. The clock is at noon of 24 November 2026, a Tuesday.
    pub(crate) fn person(&self, name: &str) -> Person {
        let home = self.path(name);
        fs::create_dir_all(&home).unwrap();
        Person {
            cwd: home.clone(),
            home,
            now: "2026-11-24T12:00:00Z".to_owned(),
            env: Vec::new(),
            program: self.program.clone(),
        }
    }

    /// An empty bare repository.
    pub(crate) fn remote(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        let person = self.person("nobody");
        person
            .git([
                "init",
                "--quiet",
                "--bare",
                "--initial-branch=main",
                path.to_str().unwrap(),
            ])
            .ok();
        path
    }

    /// A copy of a bare repository, made at the host; its address.
    pub(crate) fn copied_remote(&self, from: &str, to: &str) -> String {
        let (from, to) = (self.address(from), self.address(to));
        self.person("nobody")
            .git(["clone", "-q", "--bare", &from, &to])
            .ok();
        to
    }

    /// Puts a hook into a bare repository; where it lies.
    pub(crate) fn hook(&self, remote: &str, name: &str, lines: &str) -> PathBuf {
        let hook = self.path(remote).join("hooks").join(name);
        script(&hook, lines);
        hook
    }

    /// Somebody new with plain Git alone, in a clone of the pair's remote that no program of ours has touched.
    pub(crate) fn plain_clone(&self, name: &str) -> Person {
        self.person(name).cloned(&self.address("remote.git"), "clone")
    }

    /// Whoever works at the host, in such a clone.
    pub(crate) fn host(&self) -> Person {
        self.plain_clone("host")
    }

    /// Sam, the manager, and Ana, the report, each in a clone of one bare remote.
    pub(crate) fn pair(&self) -> (Person, Person) {
        let (sam, ana) = self.just_joined();
        sam.run(["sync"]).ok();
        (sam, ana)
    }

    /// The same before Sam has synced: he does not know that Ana took her seat.
    pub(crate) fn just_joined(&self) -> (Person, Person) {
        let remote = self.remote("remote.git");
        let (sam, ana) = (self.person("sam"), self.person("ana"));
        let url = remote.to_str().unwrap();
        sam.run([
            "init", "Ana", "clone", "--as", "manager", "--name", "Sam Lee", "--remote", url,
        ])
        .ok();
        ana.run(["join", url, "clone"]).ok();
        let (sam, ana) = (sam.in_folder("clone"), ana.in_folder("clone"));
        (sam, ana)
    }

    /// Ana's second machine: her identity file is copied, and she joins with a key that already sits.
    pub(crate) fn second_machine(&self, ana: &Person) -> Person {
        let laptop = self.person("laptop");
        let place = ".config/oneonone/identity.txt";
        fs::create_dir_all(laptop.home.join(".config/oneonone")).unwrap();
        fs::copy(ana.home.join(place), laptop.home.join(place)).unwrap();
        laptop
            .run(["join", self.path("remote.git").to_str().unwrap(), "clone"])
            .ok();
        laptop.in_folder("clone")
    }
}
