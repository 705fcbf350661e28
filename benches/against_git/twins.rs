//! Two worlds that are the same: one for `oneonone`, one for the plain commands.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::host::{home, oneonone, sh};
use super::records;

/// What a person types without `oneonone`.
pub(crate) const PLAIN: &str = "git add -A; git commit -q -m sync; git fetch -q; git merge -q; git push -q";

/// A pair: Ana's clone, which is measured, Sam's, and the remote of both.
pub(crate) struct World {
    pub(crate) home: PathBuf,
    pub(crate) ana: PathBuf,
    pub(crate) sam_home: PathBuf,
    pub(crate) sam: PathBuf,
    pub(crate) remote: PathBuf,
}

pub(crate) struct Twins {
    pub(crate) root: TempDir,
    pub(crate) ours: World,
    pub(crate) plain: World,
}

impl World {
    fn at(root: &Path) -> Self {
        Self {
            home: root.join("ana"),
            ana: root.join("ana/clone"),
            sam_home: root.join("sam"),
            sam: root.join("sam/clone"),
            remote: root.join("remote.git"),
        }
    }

    /// Makes the pair with `weeks` meetings behind it.
    pub(crate) fn make(root: &Path, weeks: usize) -> Self {
        let world = Self::at(root);
        std::fs::create_dir_all(root).unwrap();
        home(root, "ana");
        home(root, "sam");
        sh(&world.home, root, "git init -q --bare remote.git");
        let url = world.remote.to_str().unwrap();
        oneonone(
            &world.sam_home,
            &world.sam_home,
            &[
                "init", "Ana", "clone", "--as", "manager", "--name", "Sam Lee", "--remote", url,
            ],
        );
        oneonone(&world.home, &world.home, &["join", url, "clone", "--name", "Ana"]);
        oneonone(&world.sam_home, &world.sam, &["sync"]);
        for (path, text) in records::meetings(weeks) {
            let path = world.ana.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        oneonone(&world.home, &world.ana, &["add", "The first point on the agenda"]);
        sh(
            &world.home,
            &world.ana,
            "git add -A && git commit -q --allow-empty -m records && git gc -q",
        );
        oneonone(&world.home, &world.ana, &["sync"]);
        oneonone(&world.sam_home, &world.sam, &["sync"]);
        sh(&world.sam_home, &world.sam, "git gc -q");
        sh(&world.home, &world.remote, "git gc -q");
        world
    }

    /// Adds a text at the end of a record.
    pub(crate) fn append(clone: &Path, record: &str, text: &str) {
        use std::io::Write;
        let mut file = std::fs::OpenOptions::new()
            .append(true)
            .open(clone.join(record))
            .unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    /// Sam writes an entry into a record and delivers it with plain Git.
    pub(crate) fn sam_writes(&self, record: &str, text: &str) {
        sh(&self.sam_home, &self.sam, "git pull -q");
        Self::append(&self.sam, record, text);
        sh(
            &self.sam_home,
            &self.sam,
            "git commit -q -a -m entry && git push -q",
        );
    }
}

impl Twins {
    pub(crate) fn make(weeks: usize) -> Self {
        let root = tempfile::Builder::new()
            .prefix("oneonone-bench-")
            .tempdir()
            .unwrap();
        let ours = World::make(&root.path().join("ours"), weeks);
        // The same bytes, object by object; only the addresses differ.
        sh(&ours.home, root.path(), "cp -a ours plain");
        let plain = World::at(&root.path().join("plain"));
        for clone in [&plain.ana, &plain.sam] {
            let line = format!(
                "git remote set-url origin {} && git status -s",
                plain.remote.display()
            );
            sh(&plain.home, clone, &line);
        }
        Self { root, ours, plain }
    }

    pub(crate) fn both(&self) -> [&World; 2] {
        [&self.ours, &self.plain]
    }
}
