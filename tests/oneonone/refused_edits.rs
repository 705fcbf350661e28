//! Hand edits that no command takes in: `check` finds each with the words of `sync`, and `status` says that it would stop
//! (docs/sync.md#hand-edits).

use std::fs;
use std::os::unix::fs::symlink;

use crate::world::{Person, World, sync_all, without};

const AGENDA: &str = "agenda.toml";
const MEETING: &str = "meetings/2026/2026-11-24.toml";

/// An edit by Ana's hand that is refused.
struct Refusal {
    name: &'static str,
    words: &'static str,
    edit: fn(&Ids, &Person),
}

/// Entries of the scene.
struct Ids {
    sams: String,
    sealed: String,
    private: String,
}

/// Puts a line above the `by` of an entry.
fn put_line(ana: &Person, id: &str, line: &str) {
    let text = ana.read(AGENDA);
    let place = format!("id = \"{id}\"\n");
    assert!(text.contains(&place));
    ana.write(AGENDA, &text.replace(&place, &format!("{place}{line}\n")));
}

const REFUSALS: &[Refusal] = &[
    Refusal {
        name: "it does not parse",
        words: "agenda.toml",
        edit: |_, ana| ana.append(AGENDA, "\n[[entry]]\ntext = \"open\n"),
    },
    Refusal {
        name: "a link in its place",
        words: "symbolic link",
        edit: |_, ana| {
            fs::remove_file(ana.cwd.join(AGENDA)).unwrap();
            symlink("/dev/null", ana.cwd.join(AGENDA)).unwrap();
        },
    },
    Refusal {
        name: "pair.toml is gone",
        words: "the pair's own record is gone from the folder",
        edit: |_, ana| fs::remove_file(ana.cwd.join("pair.toml")).unwrap(),
    },
    Refusal {
        name: "a slip",
        words: "is taken as a word of the text, and seals nothing",
        edit: |_, ana| ana.append(AGENDA, "\n[[entry]]\nkind = \"note\"\ntext = \"private: x\"\n"),
    },
    Refusal {
        name: "a meeting ends before it begins",
        words: "is before `started`",
        edit: |_, ana| {
            let text = ana.read(MEETING);
            ana.write(
                MEETING,
                &text.replace("ended = 2026-11-24T12", "ended = 2026-11-24T11"),
            );
        },
    },
    Refusal {
        name: "a control character in a new entry",
        words: "the text of an entry without an id holds a control character U+0007",
        edit: |_, ana| ana.append(AGENDA, "\n[[entry]]\ntext = \"a\\u0007b\"\n"),
    },
    Refusal {
        name: "a control character in an entry that is there",
        words: "holds a control character U+0007",
        edit: |_, ana| {
            let text = ana.read(AGENDA);
            ana.write(AGENDA, &text.replace("\"by sam\"", "\"by \\u0007 sam\""));
        },
    },
    Refusal {
        name: "an author who is no member",
        words: "`by` names bob",
        edit: |_, ana| ana.append(AGENDA, "\n[[entry]]\nby = \"bob\"\ntext = \"x\"\n"),
    },
    Refusal {
        name: "an owner who is no member",
        words: "`owner` names bob",
        edit: |_, ana| {
            ana.append(
                AGENDA,
                "\n[[entry]]\nkind = \"action\"\nowner = \"bob\"\ntext = \"x\"\n",
            )
        },
    },
    Refusal {
        name: "a private entry in the other's name",
        words: "an entry without an id is private and names sam as its author",
        edit: |_, ana| {
            ana.append(
                AGENDA,
                "\n[[entry]]\nby = \"sam\"\nvisibility = \"private\"\ntext = \"x\"\n",
            )
        },
    },
    Refusal {
        name: "the other's entry made private",
        words: "is by sam, who alone can make it private",
        edit: |ids, ana| put_line(ana, &ids.sams, "visibility = \"private\""),
    },
    Refusal {
        name: "the other's sealed entry written in clear",
        words: "was sealed by sam, who alone may share it",
        edit: |ids, ana| {
            let (rest, _) = without(&ana.read(AGENDA), &ids.sealed);
            let entry = format!(
                "[[entry]]\nid = \"{}\"\nby = \"sam\"\ntext = \"now in clear\"\n",
                ids.sealed
            );
            ana.write(AGENDA, &format!("{rest}\n{entry}"));
        },
    },
    Refusal {
        name: "a private entry of the other's changed",
        words: "cannot be opened with your key",
        edit: |ids, ana| put_line(ana, &ids.private, "text = \"over it\""),
    },
    Refusal {
        name: "a private entry of the other's removed",
        words: "only who can read it may remove it",
        edit: |ids, ana| ana.write(AGENDA, &without(&ana.read(AGENDA), &ids.private).0),
    },
    Refusal {
        name: "a sealed text in clear in a conflict",
        words: "holds a sealed text in clear",
        edit: |ids, ana| {
            let (rest, entry) = without(&ana.read(AGENDA), &ids.sams);
            let row = "[[entry.conflict]]\nfield = \"body\"\nvisibility = \"private\"\ntext = \"in clear\"\n";
            ana.write(AGENDA, &format!("{rest}\n{entry}\n{row}"));
        },
    },
    Refusal {
        name: "an entry copied into another file and changed there",
        words: "stands in",
        edit: |ids, ana| {
            let (_, entry) = without(&ana.read(AGENDA), &ids.sams);
            ana.append(MEETING, &format!("\n{}", entry.replace("by sam", "changed")));
        },
    },
    Refusal {
        name: "a record that grows too large as it is filled in",
        words: "bytes once it is filled in",
        edit: |_, ana| {
            let entries = format!("[[entry]]\ntext = \"{}\"\n", "x".repeat(110)).repeat(7_500);
            ana.append(AGENDA, &format!("\n{entries}"))
        },
    },
];

#[test]
fn check_finds_what_stops_a_sync_and_status_says_so() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["start"]).ok();
    for text in ["talked about", "this too"] {
        ana.run(["add", "note", "--shared", text]).ok();
    }
    ana.run(["end"]).ok();
    sync_all(&[&ana, &sam]);
    let ids = Ids {
        sams: sam.add(["topic", "by sam"]),
        sealed: sam.add(["--confidential", "for us two"]),
        private: sam.add(["--private", "for me alone"]),
    };
    sync_all(&[&sam, &ana]);
    // The newest entries of an old file may be missing: nobody knows then whether a hand removed them.
    sam.run(["add", "written later"]).ok();
    sync_all(&[&sam, &ana]);
    ana.run(["check"]).ok();
    let (files, mut faults) = (ana.files(), Vec::new());
    for refusal in REFUSALS {
        let name = refusal.name;
        // One file that cannot be read stops nothing else.
        let is_left = matches!(
            name,
            "it does not parse" | "pair.toml is gone" | "a record that grows too large as it is filled in"
        );
        (refusal.edit)(&ids, &ana);
        let status = ana.run(["status"]);
        let check = ana.run(["check"]);
        let sync = ana.run(["sync"]);
        for (command, run) in [("sync", &sync), ("check", &check), ("status", &status)] {
            let obstacle = match is_left {
                true => "a sync would leave this as it lies",
                false => "a sync would stop",
            };
            let says_so = command != "status" || run.code != 0 || run.err.contains(obstacle);
            if (run.code == 0 && command != "status") || !says_so || !run.err.contains(refusal.words) {
                faults.push(format!("{name}: {command} {}\n{}", run.code, run.err));
            }
        }
        // The same fault reads the same each time: no id of it is made up.
        let again = ana.run(["sync"]).err;
        if again != sync.err {
            faults.push(format!("{name}: {} and {again}", sync.err));
        }
        for (path, text) in &files {
            let _ = fs::remove_file(ana.cwd.join(path));
            ana.write(path, text);
        }
        ana.run(["check"]).ok();
        let status = ana.run(["status"]).ok().err;
        assert!(!status.contains("would stop"), "{name}: {status}");
    }
    ana.run(["sync"]).ok();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn check_looks_without_writing_and_finds_every_fault_at_once() {
    let world = World::new();
    let (_, ana) = world.pair();
    ana.run(["add", "stands here"]).ok();
    ana.append(
        AGENDA,
        "\n[[entry]]\ntext = \"a\\u0007b\"\n\n[[entry]]\ntext = \"a private one\"\nvisibility = \"private\"\n\n[[entry]]\nby = \"bob\"\ntext = \"x\"\n",
    );
    let before = (ana.files(), ana.objects(&ana.cwd));
    let check = ana.run(["check", "--json"]).fails(3).json();
    let whats: Vec<&str> = check["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["what"].as_str().unwrap())
        .collect();
    assert_eq!(whats.len(), 2, "{whats:?}");
    assert!(
        whats[0].contains("control character") && whats[1].contains("`by` names bob"),
        "{whats:?}"
    );
    ana.run(["status"]).ok().says("a sync would stop");
    assert_eq!(before, (ana.files(), ana.objects(&ana.cwd)));
}

#[test]
fn a_hand_edit_that_needs_a_key_is_found_where_there_is_none() {
    let world = World::new();
    let (_, ana) = world.pair();
    ana.append(AGENDA, "\n[[entry]]\ntext = \"x\"\nvisibility = \"private\"\n");
    let stranger = ana.with("ONEONONE_IDENTITY", "/nowhere/identity.txt");
    stranger.run(["sync"]).fails(4);
    stranger.run(["check"]).fails(4);
    stranger.run(["status"]).ok().says("a sync would stop");
    ana.run(["check"]).ok();
}

#[test]
fn a_text_in_clear_that_git_committed_and_nobody_has_sent_is_found() {
    let world = World::new();
    let (_, ana) = world.pair();
    ana.append(AGENDA, "\n[[entry]]\ntext = \"x\"\nvisibility = \"private\"\n");
    ana.commit_unguarded("oops");
    ana.run(["sync"]).fails(3).says("holds a text in clear");
    ana.run(["check"]).fails(3).says("holds a text in clear");
    ana.run(["status"])
        .ok()
        .says("a sync would stop")
        .says("holds a text in clear");
}

#[test]
fn who_wants_the_others_entry_private_is_told_what_they_can_do() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let (topic, sealed) = (
        sam.add(["topic", "by sam"]),
        sam.add(["--confidential", "for us two"]),
    );
    sync_all(&[&sam, &ana]);
    for (id, flag) in [
        (&topic, "--private"),
        (&topic, "--confidential"),
        (&sealed, "--private"),
    ] {
        let edit = ana.run(["edit", id, flag]).fails(1);
        let edit = edit.says("is by sam: only its author decides who reads it");
        let edit = edit.says(&format!("oneonone add {flag} --re "));
        assert!(!edit.err.contains("oneonone rm"), "{}", edit.err);
        // The hint is of use.
        let re = edit.err.split("--re ").nth(1).unwrap().trim();
        ana.run(["add", flag, "--re", re, "on that"]).ok();
    }
    // The author has another way.
    sam.run(["edit", &topic, "--private"])
        .fails(1)
        .says("oneonone rm");
    let text = ana.read(AGENDA);
    put_line(&ana, &topic, "visibility = \"private\"");
    ana.run(["sync"])
        .fails(1)
        .says("delete the line `visibility`, which was not there")
        .says(&format!("oneonone add --private --re {topic}"));
    ana.write(AGENDA, &text);
    ana.run(["sync"]).ok();
}
