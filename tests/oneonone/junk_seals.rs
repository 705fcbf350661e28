//! Seals that no key opens, put in the place of an entry, and edits that fail beside an alarm
//! (docs/privacy.md#entries-that-arrive-wider, docs/command-line.md#restore).

use crate::own_words::paste_restores;
use crate::wider::{BAIT, LATER, SECRET, noted, put, remove_entry};
use crate::world::sync_all;

const JUNK: &str = "by = \"ana\"\nvisibility = \"private\"\nsealed = \"no seal\"";

#[test]
fn a_junk_seal_that_says_private_goes_by_the_way_that_is_told() {
    for kind in [&["--confidential"][..], &["--private"]] {
        let (world, sam, ana, id) = noted(kind);
        put(&world.host(), &id, JUNK);
        let run = ana.run(["sync"]).ok().says("your key does not open it");
        paste_restores(&ana, &run);
        assert!(ana.run(["show", &id]).ok().out.contains(SECRET), "{kind:?}");
        sync_all(&[&ana, &sam]);
        ana.run(["check"]).ok();
    }
}

#[test]
fn a_junk_seal_that_was_put_there_and_removed_does_not_come_back() {
    for kind in [&["--confidential"][..], &["--private"]] {
        for is_seen in [true, false] {
            for told in [true, false] {
                let (world, sam, ana, id) = noted(kind);
                let host = world.host();
                put(&host, &id, JUNK);
                if is_seen {
                    ana.run(["sync"]).ok();
                }
                let host = host.with("GIT_AUTHOR_NAME", "Somebody Else");
                remove_entry(&host.with("GIT_COMMITTER_NAME", "Somebody Else"), &id);
                let run = ana.run(["sync"]).ok();
                match told {
                    true => drop(paste_restores(&ana, &run)),
                    false => drop(ana.run(["restore", &id]).ok()),
                }
                let case = format!("{kind:?} {is_seen} {told}");
                let shown = ana.run(["show", &id]).ok().out;
                assert!(shown.contains(SECRET), "{case}: {shown}");
                sync_all(&[&ana, &sam]);
                ana.run(["check"]).ok();
            }
        }
    }
}

#[test]
fn an_edit_that_fails_leaves_an_alarm_and_its_entry_as_they_are() {
    let (world, _sam, ana, id) = noted(&["--private"]);
    put(&world.host(), &id, BAIT);
    ana.run(["sync"]).fails(3).says(&id);
    let (before, files) = (ana.head(), ana.files());
    let broken = ana.with("EDITOR", "false");
    for command in [
        &["edit", &id][..],
        &["edit", &id, "--re", &id],
        &["edit", &id, "--kind", "action", "--owner", "sam"],
    ] {
        let run = broken.run(command);
        assert_ne!(run.code, 0, "{command:?}: {}", run.err);
        assert_eq!(ana.head(), before, "{command:?}");
        assert_eq!(ana.files(), files, "{command:?}");
    }
    ana.run(["sync"]).fails(3).says(&id);
    // The editor begins with what she wrote, and not with the bait.
    let editor = format!("sed -i 's/{SECRET}/{LATER}/'");
    ana.with("EDITOR", &editor).run(["edit", &id]).ok();
    let shown = ana.run(["show", &id]).ok().out;
    assert!(shown.contains(LATER) && !shown.contains("bait"), "{shown}");
    ana.run(["sync"]).ok();
}
