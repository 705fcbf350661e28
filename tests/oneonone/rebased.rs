//! Entries that a rebase by plain Git puts into a meeting which had ended without them
//! (docs/merge.md#agenda-of-a-meeting).

use crate::carried::{ID, LATE, RECORD, ends, stands, under_way, waits, waits_for_both};
use crate::world::{Person, World, sync_all};

#[test]
fn a_late_topic_goes_back_where_plain_git_rebased() {
    for pushed in [false, true] {
        let world = World::new();
        let (sam, ana) = world.pair();
        let talked = sam.add(["growth", "talked about"]);
        sam.run(["start"]).ok();
        sync_all(&[&sam, &ana]);
        ana.at("2026-11-24T12:20:00Z").run(["done", &talked]).ok();
        ana.at("2026-11-24T12:30:00Z").run(["end"]).ok();
        ana.run(["sync"]).ok();
        let late = sam.add(["Do we hire?"]);
        rebase(&sam, &late);
        if pushed {
            sam.git(["push", "-q"]).ok();
        }
        let synced = sam.at("2026-11-24T12:40:00Z").run(["sync"]).ok();
        synced.says(&format!(
            "{late} was not talked about in a meeting that is over; it is on the agenda again"
        ));
        sync_all(&[&ana, &sam]);
        assert_eq!(sam.files(), ana.files());
        assert!(waits(&sam, &late) && waits(&ana, &late));
        assert!(!waits(&sam, &talked));
    }
}

#[test]
fn a_late_topic_that_was_talked_about_meanwhile_is_not_said_to_wait() {
    let world = World::new();
    let (sam, ana) = world.pair();
    sam.run(["start"]).ok();
    sync_all(&[&sam, &ana]);
    ana.at("2026-11-24T12:30:00Z").run(["end"]).ok();
    ana.run(["sync"]).ok();
    let late = sam.add(["Do we hire?"]);
    rebase(&sam, &late);
    sam.git(["push", "-q"]).ok();
    ana.run(["sync"]).ok();
    ana.run(["done", &late]).ok();
    ana.run(["sync"]).ok();
    let synced = sam.at("2026-11-24T12:40:00Z").run(["sync"]).ok();
    assert_eq!(stands(&sam, &late).as_deref(), Some("2026-11-24"), "{synced:?}");
    assert!(!synced.err.contains("agenda"), "{synced:?}");
    let json = sam.run(["--json", "sync"]).ok();
    assert!(!json.out.contains("carried"), "{json:?}");
}

#[test]
fn a_topic_that_plain_git_wrote_and_rebased_goes_back() {
    let (_world, sam, ana) = under_way();
    ends(&ana);
    // No command of the program ran in between.
    sam.append(RECORD, LATE);
    sam.git(["commit", "-qam", "late", "--no-verify"]).ok();
    rebase(&sam, ID);
    let synced = sam.at("2026-11-24T12:40:00Z").run(["sync"]).ok();
    synced.says(&format!("{ID} was not talked about in a meeting that is over"));
    waits_for_both(&sam, &ana, ID);
}

#[test]
fn what_was_written_into_an_ended_meeting_stays_after_a_rebase() {
    let (_world, sam, ana) = under_way();
    ends(&ana);
    let minutes = ana.add(["--meeting", "2026-11-24", "MINUTES"]);
    ana.run(["sync"]).ok();
    sam.run(["--offline", "next", "2026-12-11"]).ok();
    sam.git(["pull", "-q", "--rebase"]).ok();
    sync_all(&[&sam, &ana]);
    assert_eq!(stands(&sam, &minutes).as_deref(), Some("2026-11-24"));
    sam.git(["reset", "-q", "--hard", "HEAD~1"]).ok();
    sync_all(&[&sam, &ana]);
    assert_eq!(stands(&sam, &minutes).as_deref(), Some("2026-11-24"));
}

/// Rebases by plain Git. The records are binary files to it: a person brings the entry over.
fn rebase(sam: &Person, id: &str) {
    if sam.git(["pull", "-q", "--rebase"]).code == 0 {
        return;
    }
    let theirs = sam.read(RECORD);
    let mine = sam.git(["show", &format!("REBASE_HEAD:{RECORD}")]).ok().out;
    let entry = mine
        .split("\n[[entry]]\n")
        .find(|entry| entry.contains(id))
        .unwrap();
    sam.write(
        RECORD,
        &format!("{}\n\n[[entry]]\n{}\n", theirs.trim_end(), entry.trim_end()),
    );
    sam.git(["add", "-A"]).ok();
    sam.git(["-c", "core.editor=true", "rebase", "--continue"]).ok();
}
