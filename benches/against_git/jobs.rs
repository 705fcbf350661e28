//! The jobs that are measured.

use std::path::Path;

use super::host::{command, oneonone, run, sh};
use super::measure::{Job, Ways};
use super::number;
use super::records::entry;
use super::ssh::{self, Server};
use super::twins::{PLAIN, Twins, World};

const AGENDA: &str = "agenda.toml";
const LAST: &str = "meetings/2026/2026-11-17.toml";

pub(crate) fn all() -> Vec<Job> {
    let job = |name, budget, prepare| Job {
        name,
        budget,
        prepare,
    };
    vec![
        job("sync, path: nothing to do", Some(0.6), || sync(false, false)),
        job("sync, path: one new entry here", Some(0.9), || sync(true, false)),
        job("sync, path: new entries on both sides", Some(1.2), || {
            sync(true, true)
        }),
        job("sync, path: new entries in one record", None, || {
            conflicting(AGENDA)
        }),
        job("sync, path: both edited one entry", None, edited),
        job("add", Some(0.7), added),
        job("sync, ssh: fetch and push", Some(0.55), || over_ssh(false)),
        job("sync, ssh: the connection still open", Some(0.4), || {
            over_ssh(true)
        }),
        job("sync --all, ssh: many pairs, nothing to do", Some(0.15), many),
    ]
}

/// A sync of Ana's, after entries of hers and of Sam's.
struct Sync {
    twins: Twins,
    here: bool,
    there: bool,
}

fn sync(here: bool, there: bool) -> Box<dyn Ways> {
    Box::new(Sync {
        twins: Twins::make(number("MEETINGS", 520)),
        here,
        there,
    })
}

impl Ways for Sync {
    fn before(&mut self, round: usize) {
        for world in self.twins.both() {
            if self.there {
                world.sam_writes(LAST, &entry("sam", round, round));
            }
            if self.here {
                World::append(&world.ana, AGENDA, &entry("ana", round, round));
            }
        }
    }

    fn ours(&mut self) {
        oneonone(&self.twins.ours.home, &self.twins.ours.ana, &["sync"]);
    }

    fn plain(&mut self) {
        plain(&self.twins.plain);
    }

    fn after(&mut self, _: usize) {
        for world in self.twins.both() {
            delivered(world);
        }
    }
}

fn plain(world: &World) {
    sh(&world.home, &world.ana, PLAIN);
}

/// The clone has nothing left to send or to take.
fn delivered(world: &World) {
    let line = format!(
        "test -z \"$(git status --porcelain)\" && test \"$(git rev-parse HEAD)\" = \"$(git -C '{}' rev-parse main)\"",
        world.remote.display()
    );
    sh(&world.home, &world.ana, &line);
}

/// What the plain commands end in a conflict: only `oneonone` is timed, and both values must be there.
struct Conflicting {
    twins: Twins,
    record: &'static str,
    /// A text that both change, rather than entries that both add.
    edit: bool,
    round: usize,
}

fn conflicting(record: &'static str) -> Box<dyn Ways> {
    let twins = Twins::make(number("MEETINGS", 520));
    Box::new(Conflicting {
        twins,
        record,
        edit: false,
        round: 0,
    })
}

fn edited() -> Box<dyn Ways> {
    let twins = Twins::make(number("MEETINGS", 520));
    Box::new(Conflicting {
        twins,
        record: LAST,
        edit: true,
        round: 0,
    })
}

impl Conflicting {
    fn write(&self, clone: &Path, by: &str) {
        if !self.edit {
            return World::append(clone, self.record, &entry(by, self.round, self.round));
        }
        let path = clone.join(self.record);
        let text = std::fs::read_to_string(&path).unwrap();
        // Entry after entry of the last meetings: one that is in conflict is not edited again.
        let point = format!("point {}: ", self.round % 8);
        let line = text.lines().find(|line| line.contains(&point)).unwrap();
        let changed = line.replace(&point, &format!("{point}{by} in round {}, ", self.round));
        std::fs::write(&path, text.replace(line, &changed)).unwrap();
    }
}

impl Ways for Conflicting {
    fn before(&mut self, round: usize) {
        self.round = round;
        for world in self.twins.both() {
            sh(&world.sam_home, &world.sam, "git pull -q");
            self.write(&world.sam, "sam");
            sh(
                &world.sam_home,
                &world.sam,
                "git commit -q -a -m entry && git push -q",
            );
            self.write(&world.ana, "ana");
        }
    }

    fn ours(&mut self) {
        oneonone(&self.twins.ours.home, &self.twins.ours.ana, &["sync"]);
    }

    fn plain(&mut self) {
        let world = &self.twins.plain;
        let mut line = command("/bin/sh", &world.home, &world.ana);
        line.args(["-c", PLAIN]);
        assert!(
            !line.output().unwrap().status.success(),
            "the plain commands did it"
        );
    }

    fn after(&mut self, _: usize) {
        delivered(&self.twins.ours);
        let text = std::fs::read_to_string(self.twins.ours.ana.join(self.record)).unwrap();
        for by in ["ana", "sam"] {
            let value = if self.edit {
                format!("{by} in round {}, ", self.round)
            } else {
                format!("\"Point {} of {by}\"", self.round)
            };
            assert!(text.contains(&value), "{value} is lost");
        }
        if self.edit {
            oneonone(&self.twins.ours.home, &self.twins.ours.ana, &["--json", "status"]);
        }
        let plain = &self.twins.plain;
        sh(
            &plain.home,
            &plain.ana,
            "git reset -q --merge; git fetch -q; git reset -q --hard origin/main",
        );
    }
}

/// One entry, committed.
struct Added {
    twins: Twins,
    round: usize,
}

fn added() -> Box<dyn Ways> {
    Box::new(Added {
        twins: Twins::make(number("MEETINGS", 520)),
        round: 0,
    })
}

impl Ways for Added {
    fn before(&mut self, round: usize) {
        self.round = round;
        World::append(&self.twins.plain.ana, AGENDA, &entry("ana", round, round));
    }

    fn ours(&mut self) {
        let text = format!("Point {} of ana", self.round);
        oneonone(&self.twins.ours.home, &self.twins.ours.ana, &["add", &text]);
    }

    fn plain(&mut self) {
        let world = &self.twins.plain;
        sh(
            &world.home,
            &world.ana,
            "git add agenda.toml; git commit -q -m entry",
        );
    }

    fn after(&mut self, _: usize) {}
}

/// The sync that fetches and pushes, over ssh.
struct OverSsh {
    server: Server,
    twins: Twins,
    /// Whether a connection of the sync before may be used.
    open: bool,
}

fn over_ssh(open: bool) -> Box<dyn Ways> {
    let twins = Twins::make(number("MEETINGS", 520));
    let server = Server::start(twins.root.path());
    for world in twins.both() {
        server.use_for(&world.home, &world.ana, &world.remote);
    }
    Box::new(OverSsh { server, twins, open })
}

impl Ways for OverSsh {
    fn before(&mut self, round: usize) {
        for world in self.twins.both() {
            world.sam_writes(LAST, &entry("sam", round, round));
            World::append(&world.ana, AGENDA, &entry("ana", round, round));
        }
        if !self.open {
            self.server.close_connections();
        }
    }

    fn ours(&mut self) {
        let world = &self.twins.ours;
        let mut sync = command(env!("CARGO_BIN_EXE_oneonone"), &world.home, &world.ana);
        sync.arg("sync").env("XDG_RUNTIME_DIR", self.server.runtime());
        run(sync);
    }

    fn plain(&mut self) {
        plain(&self.twins.plain);
    }

    fn after(&mut self, _: usize) {
        for world in self.twins.both() {
            delivered(world);
        }
    }
}

/// Many pairs of one manager, on one host, with nothing to do.
struct Many {
    server: Server,
    twins: Twins,
    pairs: usize,
}

fn many() -> Box<dyn Ways> {
    let twins = Twins::make(26);
    let server = Server::start(twins.root.path());
    let pairs = number("PAIRS", 50);
    for world in twins.both() {
        ssh::many(&server, world, pairs);
    }
    Box::new(Many { server, twins, pairs })
}

impl Ways for Many {
    fn before(&mut self, _: usize) {
        self.server.close_connections();
    }

    fn ours(&mut self) {
        let world = &self.twins.ours;
        let mut sync = command(env!("CARGO_BIN_EXE_oneonone"), &world.home, &world.home);
        sync.args(["sync", "--all"])
            .env("XDG_RUNTIME_DIR", self.server.runtime());
        run(sync);
    }

    fn plain(&mut self) {
        let line = format!("for n in $(seq {}); do (cd pair-$n; {PLAIN}); done", self.pairs);
        sh(&self.twins.plain.home, &self.twins.plain.home, &line);
    }

    fn after(&mut self, _: usize) {}
}
