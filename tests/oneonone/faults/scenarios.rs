//! The commands that are hit, each with what stands before it and what must stand after it.

use std::fs;

use super::checks::Expected;
use crate::world::{Person, Run, World};

/// A text that is sealed wherever it is written.
pub(super) const SECRET: &str = "quokka-under-seal";

/// A command, with the world that it runs in.
pub(super) struct Scenario {
    pub(super) name: &'static str,
    /// Whose command it is, and the other member.
    pub(super) prepare: fn(&World) -> (Person, Person),
    pub(super) command: &'static [&'static str],
    pub(super) typed: &'static str,
    /// Texts that are there before, by a command that ended well or in a file, and must be there once afterwards.
    pub(super) must: &'static [&'static str],
    /// Texts that the command brings: there once where it ended well, at most once where it did not.
    pub(super) may: &'static [&'static str],
    /// Texts that the remote's history must not hold afterwards.
    pub(super) gone: &'static [&'static str],
    /// One further command, with no other step.
    pub(super) recover: fn(&Person) -> Run,
}

impl Scenario {
    /// The state that must stand after a fault. Where the command `ended_well`, the texts that it brings must stand,
    /// too.
    pub(super) fn expected(&self, ended_well: bool) -> Expected {
        let owned = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        let (mut must, mut may) = (owned(self.must), owned(self.may));
        if ended_well {
            must.append(&mut may);
        }
        Expected {
            must,
            may,
            gone: owned(self.gone),
            partner_writes: false,
            by_hand: self.name == "sync-hand",
            untidy: false,
            recover: self.recover,
        }
    }
}

pub(super) fn sync(actor: &Person) -> Run {
    actor.run(["sync"])
}

fn sealed_home(person: Person) -> Person {
    let tmp = person.home.join("tmp");
    fs::create_dir_all(&tmp).unwrap();
    let tmp = tmp.to_str().unwrap().to_owned();
    person.with("TMPDIR", &tmp).with("XDG_RUNTIME_DIR", &tmp)
}

pub(super) fn pair(world: &World) -> (Person, Person) {
    let (sam, ana) = world.pair();
    let (sam, ana) = (sealed_home(sam), sealed_home(ana));
    sam.run(["add", "topic", "stands since long"]).ok();
    sam.run(["sync"]).ok();
    ana.run(["sync"]).ok();
    (sam, ana)
}

fn one_unsent_entry(world: &World) -> (Person, Person) {
    let (sam, ana) = pair(world);
    sam.run(["add", "topic", "mine alone"]).ok();
    (sam, ana)
}

fn both_sides(world: &World) -> (Person, Person) {
    let (sam, ana) = one_unsent_entry(world);
    ana.run(["add", "topic", "theirs alone"]).ok();
    ana.run(["sync"]).ok();
    (sam, ana)
}

fn by_hand(world: &World) -> (Person, Person) {
    let (sam, ana) = both_sides(world);
    let agenda = sam.read("agenda.toml");
    let edited = format!(
        "{agenda}\n[[entry]]\ntext = \"written by hand\"\n\n[[entry]]\nvisibility = \"private\"\nkind = \"note\"\ntext = \"{SECRET}\"\n"
    );
    sam.write("agenda.toml", &edited);
    (sam, ana)
}

fn settling(world: &World) -> (Person, Person) {
    let (sam, ana) = pair(world);
    let id = ana.add(["concern", "troubles ana"]);
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    ana.run(["edit", &id, SECRET]).ok();
    ana.run(["sync"]).ok();
    sam.run(["edit", &id, "--theme", "worries"]).ok();
    (sam, ana)
}

/// The file that an editor has open since before anything else was written, with one more entry.
fn stale(person: &Person) -> String {
    person.read("../stale.toml") + "\n[[entry]]\ntext = \"saved late\"\n"
}

/// A pair whose records went on since the editor opened the agenda. Some of it is synced, some is not.
fn opened_before(world: &World) -> (Person, Person) {
    let (sam, ana) = pair(world);
    sam.write("../stale.toml", &sam.read("agenda.toml"));
    ana.run(["add", "topic", "theirs before"]).ok();
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    sam.run(["add", "topic", "mine alone"]).ok();
    ana.run(["add", "topic", "theirs alone"]).ok();
    ana.run(["sync"]).ok();
    (sam, ana)
}

fn saved_before(world: &World) -> (Person, Person) {
    let (sam, ana) = opened_before(world);
    sam.write("agenda.toml", &stale(&sam));
    (sam, ana)
}

fn saved_after(actor: &Person) -> Run {
    actor.write("agenda.toml", &stale(actor));
    sync(actor)
}

/// Everything that both wrote, before the old file was saved and in it.
const SAVED_LATE: &[&str] = &[
    "stands since long",
    "theirs before",
    "mine alone",
    "theirs alone",
    "saved late",
];

/// A text that went to the remote, and was taken out of the whole history there.
const LEAKED: &str = "leaked to the host";

fn purged(world: &World) -> (Person, Person) {
    let (sam, ana) = pair(world);
    ana.run(["add", "topic", LEAKED]).ok();
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    let edit = format!("sed -i 's/{LEAKED}/taken out/' agenda.toml 2>/dev/null || :");
    let quiet = ana.with("FILTER_BRANCH_SQUELCH_WARNING", "1");
    let rewrite = ["filter-branch", "-f", "--tree-filter", &edit, "--", "--branches"];
    quiet.git(rewrite).ok();
    ana.git(["push", "-q", "--force", "origin", "main"]).ok();
    sam.run(["add", "topic", "mine alone"]).ok();
    (sam, ana)
}

fn take(actor: &Person) -> Run {
    actor.run(["sync", "--take-rewrite"])
}

fn meeting(world: &World) -> (Person, Person) {
    let (sam, ana) = both_sides(world);
    sam.run(["start"]).ok();
    sam.run(["add", "note", "said in it"]).ok();
    (sam, ana)
}

fn invited(world: &World) -> (Person, Person) {
    let remote = world.remote("remote.git");
    let (sam, ana) = (sealed_home(world.person("sam")), sealed_home(world.person("ana")));
    let url = remote.to_str().unwrap();
    sam.run([
        "init", "Ana", "clone", "--as", "manager", "--name", "Sam Lee", "--remote", url,
    ])
    .ok();
    let sam = sam.in_folder("clone");
    sam.run(["add", "topic", "stands since long"]).ok();
    sam.run(["sync"]).ok();
    (ana, sam)
}

fn alone(world: &World) -> (Person, Person) {
    world.remote("remote.git");
    let (sam, ana) = (sealed_home(world.person("sam")), sealed_home(world.person("ana")));
    (sam, ana)
}

fn joined(actor: &Person) -> Run {
    let clone = actor.in_folder("clone");
    if clone.cwd.exists() {
        clone.run(["sync"])
    } else {
        actor.run(JOIN)
    }
}

fn made(actor: &Person) -> Run {
    let clone = actor.in_folder("clone");
    if clone.cwd.exists() {
        return clone.run(["sync"]);
    }
    let again = actor.run(INIT);
    // The remote has it: it is joined with the key that sits there.
    if again.code == 3 { actor.run(JOIN) } else { again }
}

const JOIN: &[&str] = &["join", "../remote.git", "clone"];
const INIT: &[&str] = &[
    "init",
    "Ana",
    "clone",
    "--as",
    "manager",
    "--name",
    "Sam Lee",
    "--remote",
    "../remote.git",
];

pub(super) const ALL: &[Scenario] = &[
    Scenario {
        name: "add",
        prepare: pair,
        command: &["add", "topic", "new here"],
        typed: "",
        must: &["stands since long"],
        may: &["new here"],
        gone: &[],
        recover: sync,
    },
    Scenario {
        name: "add-private",
        prepare: pair,
        command: &["add", "note", "-", "--private"],
        typed: SECRET,
        must: &["stands since long"],
        may: &[SECRET],
        gone: &[],
        recover: sync,
    },
    Scenario {
        name: "sync-one",
        prepare: one_unsent_entry,
        command: &["sync"],
        typed: "",
        must: &["stands since long", "mine alone"],
        may: &[],
        gone: &[],
        recover: sync,
    },
    Scenario {
        name: "sync-merge",
        prepare: both_sides,
        command: &["sync"],
        typed: "",
        must: &["stands since long", "mine alone", "theirs alone"],
        may: &[],
        gone: &[],
        recover: sync,
    },
    Scenario {
        name: "sync-hand",
        prepare: by_hand,
        command: &["sync"],
        typed: "",
        must: &[
            "stands since long",
            "mine alone",
            "theirs alone",
            "written by hand",
            SECRET,
        ],
        may: &[],
        gone: &[],
        recover: sync,
    },
    Scenario {
        name: "sync-settle",
        prepare: settling,
        command: &["sync"],
        typed: "",
        must: &["stands since long", SECRET],
        may: &[],
        gone: &[],
        recover: sync,
    },
    Scenario {
        name: "sync-stale",
        prepare: saved_before,
        command: &["sync"],
        typed: "",
        must: SAVED_LATE,
        may: &[],
        gone: &[],
        recover: sync,
    },
    Scenario {
        name: "sync-saved-late",
        prepare: opened_before,
        command: &["sync"],
        typed: "",
        must: SAVED_LATE,
        may: &[],
        gone: &[],
        recover: saved_after,
    },
    Scenario {
        name: "sync-take",
        prepare: purged,
        command: &["sync", "--take-rewrite"],
        typed: "",
        must: &["stands since long", "taken out", "mine alone"],
        may: &[],
        gone: &[LEAKED],
        recover: take,
    },
    Scenario {
        name: "start",
        prepare: both_sides,
        command: &["start"],
        typed: "",
        must: &["stands since long", "mine alone", "theirs alone"],
        may: &[],
        gone: &[],
        recover: sync,
    },
    Scenario {
        name: "end",
        prepare: meeting,
        command: &["end"],
        typed: "",
        must: &["stands since long", "mine alone", "theirs alone", "said in it"],
        may: &[],
        gone: &[],
        recover: sync,
    },
    Scenario {
        name: "join",
        prepare: invited,
        command: JOIN,
        typed: "",
        must: &["stands since long"],
        may: &[],
        gone: &[],
        recover: joined,
    },
    Scenario {
        name: "init",
        prepare: alone,
        command: INIT,
        typed: "",
        must: &[],
        may: &[],
        gone: &[],
        recover: made,
    },
];

pub(super) fn named(name: &str) -> &'static Scenario {
    ALL.iter()
        .find(|scenario| scenario.name == name)
        .unwrap_or_else(|| panic!("no scenario {name}"))
}
