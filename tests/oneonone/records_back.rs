//! Records that somebody else removed or changed, and that one command brings back (docs/command-line.md#restore).

use crate::own_words::{pair_and_host, pull, push};
use crate::world::{Person, World, sync_all};

const RECORD: &str = "meetings/2026/2026-11-24.toml";
const BEFORE: &str = "oneonone restore --before ";

/// The pair and the host after a meeting, with entries of both, and the record of it.
fn after_a_meeting() -> (World, Person, Person, Person, String) {
    let (world, sam, ana, host) = pair_and_host();
    sync_all(&[&sam, &ana]);
    sam.run(["start"]).ok();
    sync_all(&[&sam, &ana]);
    ana.add(["a win of ana's"]);
    ana.add(["note", "only for ana", "--private"]);
    sync_all(&[&ana, &sam]);
    sam.run(["end", "--carry", "none"]).ok();
    sync_all(&[&sam, &ana]);
    let record = ana.read(RECORD);
    (world, sam, ana, host, record)
}

/// The id of the entry with these words in a record.
fn id_of<'a>(words: &str, record: &'a str) -> &'a str {
    let entry = record.split("[[entry]]").find(|entry| entry.contains(words));
    entry.unwrap().split('"').nth(1).unwrap()
}

fn remove_record(host: &Person) -> String {
    pull(host);
    host.git(["rm", "-q", RECORD]).ok();
    push(host)
}

#[test]
fn a_meeting_that_the_host_removed_comes_back_whole() {
    let (_world, sam, ana, host, record) = after_a_meeting();
    let commit = remove_record(&host);
    let run = ana.run(["sync"]).ok();
    assert!(
        run.err
            .contains(&format!("    oneonone restore --before {commit} ")),
        "{}",
        run.err
    );
    assert!(!ana.files().contains_key(RECORD), "{}", run.err);
    let run = ana.run(["restore", RECORD]).ok();
    run.says(&format!(
        "{RECORD} is as before commit {commit} again; the next sync sends it\n"
    ));
    assert_eq!(ana.read(RECORD), record);
    sync_all(&[&ana, &sam]);
    assert_eq!(sam.read(RECORD), record);
    // There is nothing more to take back, and `undo` takes this back.
    ana.run(["restore", RECORD])
        .fails(1)
        .says("there is nothing to restore");
    ana.run(["undo"]).ok();
    assert!(!ana.files().contains_key(RECORD));
}

/// The member who removed the record had worked in it before, as members do: that work is not taken back with the removal.
#[test]
fn a_meeting_that_the_other_member_removed_comes_back_as_it_ended() {
    let (_world, sam, ana, _host) = pair_and_host();
    sync_all(&[&sam, &ana]);
    sam.run(["start"]).ok();
    let action = sam.add(["action", "what sam promised"]);
    sam.run(["end", "--next", "2026-12-08"]).ok();
    sync_all(&[&sam, &ana]);
    let record = ana.read(RECORD);
    assert!(
        record.contains("ended = ") && record.contains(&action),
        "{record}"
    );
    sam.git(["rm", "-q", RECORD]).ok();
    sam.git(["commit", "-q", "-m", "rm meeting"]).ok();
    sync_all(&[&sam, &ana]);
    ana.run(["restore", RECORD]).ok();
    assert_eq!(ana.read(RECORD), record);
    sync_all(&[&ana, &sam]);

    // Nor does the agreed day go with a later change of a setting.
    let pair = sam.read("pair.toml");
    assert!(pair.contains("next = 2026-12-08"), "{pair}");
    sam.write("pair.toml", &pair.replace("\"1w\"", "\"3w\""));
    sync_all(&[&sam, &ana]);
    ana.run(["restore", "pair.toml"]).ok();
    assert_eq!(ana.read("pair.toml"), pair);
}

#[test]
fn a_meeting_without_words_of_mine_has_a_command_of_its_own() {
    let (_world, sam, ana, host) = pair_and_host();
    sam.run(["skip", "2026-11-17"]).ok();
    sync_all(&[&sam, &ana]);
    let skipped = "meetings/2026/2026-11-17.toml";
    let record = ana.read(skipped);
    pull(&host);
    host.git(["rm", "-q", skipped]).ok();
    push(&host);
    let run = ana.run(["sync"]).ok();
    run.says(&format!(
        "hint: put back what stood before, as a new commit\n    oneonone restore {skipped}\n"
    ));
    ana.run(["restore", skipped]).ok();
    assert_eq!(ana.read(skipped), record);
}

#[test]
fn what_is_private_to_the_other_member_stays_for_them() {
    let (_world, sam, ana, host, record) = after_a_meeting();
    remove_record(&host);
    sync_all(&[&sam, &ana]);
    sam.run(["restore", RECORD]).ok();
    assert_ne!(sam.read(RECORD), record);
    sync_all(&[&sam, &ana]);
    assert!(!ana.read(RECORD).contains("visibility = \"private\""));
    // Hers stood there, and goes back there.
    ana.run(["restore", id_of("private", &record)]).ok();
    sync_all(&[&ana, &sam]);
    assert_eq!(sam.read(RECORD), record);
}

#[test]
fn entries_come_back_into_a_meeting_that_went_with_them() {
    for before in [true, false] {
        let (_world, sam, ana, host, record) = after_a_meeting();
        remove_record(&host);
        for person in [&ana, &sam] {
            let run = person.run(["sync"]).ok();
            let commands = run.commands(BEFORE);
            assert_eq!(commands.len(), 1, "{}", run.err);
            let (commit, ids) = commands[0][BEFORE.len()..].split_once(' ').unwrap();
            let flags = if before { vec!["--before", commit] } else { vec![] };
            person
                .run(["restore"].into_iter().chain(flags).chain(ids.split(' ')))
                .ok();
            person.run(["sync"]).ok();
        }
        ana.run(["sync"]).ok();
        assert_eq!(sam.read(RECORD), record, "--before: {before}");
        assert_eq!(ana.read(RECORD), record);
    }
}

#[test]
fn a_meeting_that_i_undid_is_not_brought_back_with_an_entry() {
    let (_world, sam, ana, _host) = pair_and_host();
    sync_all(&[&sam, &ana]);
    sam.run(["start"]).ok();
    let id = sam.add(["said in the meeting"]);
    sync_all(&[&sam, &ana]);
    ana.run(["rm", &id]).ok();
    sync_all(&[&ana, &sam]);
    sam.run(["undo"]).ok();
    sam.run(["undo"]).ok();
    assert!(!sam.files().contains_key(RECORD));
    sam.run(["restore", &id]).ok();
    assert!(!sam.files().contains_key(RECORD));
    assert!(sam.read("agenda.toml").contains("said in the meeting"));
}

#[test]
fn entries_that_went_elsewhere_before_stay_where_they_are() {
    let (_world, sam, ana, _host) = pair_and_host();
    let kept = ana.add(["a topic of ana's"]);
    sync_all(&[&ana, &sam]);
    sam.run(["start"]).ok();
    sync_all(&[&sam, &ana]);
    // The meeting is undone, and the entries are back on the agenda. One is removed there by its author.
    sam.run(["undo"]).ok();
    sam.run(["sync"]).ok();
    sam.run(["rm", id_of("sam's", &sam.read("agenda.toml"))]).ok();
    sync_all(&[&sam, &ana]);
    ana.run(["restore", RECORD]).ok();
    let all = ana.files().into_values().collect::<String>();
    assert!(!all.contains("a topic of sam's") && all.contains(&kept), "{all}");
}

#[test]
fn words_that_somebody_wrote_in_before_they_removed_the_record_go_too() {
    let (_world, sam, ana, host, record) = after_a_meeting();
    pull(&host);
    let forged = host
        .read(RECORD)
        .replace("a topic of sam's", "SAM RESIGNS")
        .replace("a win of ana's", "ANA RESIGNS");
    assert_eq!(forged.matches("RESIGNS").count(), 2);
    host.write(RECORD, &forged);
    push(&host);
    remove_record(&host);
    ana.run(["sync"]).ok();
    ana.run(["restore", RECORD]).ok();
    assert_eq!(ana.read(RECORD), record);
    sync_all(&[&ana, &sam]);
    assert_eq!(sam.read(RECORD), record);
}

#[test]
fn the_head_of_a_meeting_goes_back_and_later_words_stay() {
    let (_world, sam, ana, host, record) = after_a_meeting();
    pull(&host);
    host.write(
        RECORD,
        &host
            .read(RECORD)
            .replace("status = \"held\"", "status = \"skipped\""),
    );
    let commit = push(&host);
    ana.run(["sync"]).ok();
    assert!(ana.read(RECORD).contains("skipped"));
    ana.add(["later words", "--meeting", "2026-11-24"]);
    let run = ana.run(["restore", RECORD]).ok();
    run.says(&format!("{RECORD} is as before commit {commit} again"));
    let now = ana.read(RECORD);
    assert!(
        now.contains("later words") && now.contains("status = \"held\""),
        "{now}"
    );
    assert!(record.contains("status = \"held\""));
    sync_all(&[&ana, &sam]);
    assert_eq!(sam.read(RECORD), now);
}

#[test]
fn settings_of_the_pair_go_back_and_keys_do_not() {
    let (_world, sam, ana, host) = pair_and_host();
    ana.run(["next", "2026-12-08"]).ok();
    sync_all(&[&ana, &sam]);
    pull(&host);
    let pair = host.read("pair.toml");
    let changed = pair
        .replace("2026-12-08", "2027-03-02")
        .replace("cadence = \"1w\"", "cadence = \"3w\"");
    assert_ne!(changed, pair);
    host.write("pair.toml", &changed);
    let commit = push(&host);
    let run = ana.run(["sync"]).ok();
    run.says("    oneonone restore pair.toml\n");
    let run = ana.run(["restore", "pair.toml"]).ok();
    run.says(&format!("pair.toml is as before commit {commit} again"));
    assert_eq!(ana.read("pair.toml"), pair);
    sync_all(&[&ana, &sam]);

    // The same by several commits, the last of which hides the others.
    pull(&host);
    for (was, is) in [
        ("2026-12-08", "2027-03-02"),
        ("\"1w\"", "\"3w\""),
        ("\"3w\"", "\"4w\""),
    ] {
        host.write("pair.toml", &host.read("pair.toml").replace(was, is));
        push(&host);
    }
    ana.run(["sync"]).ok();
    ana.run(["restore", "pair.toml"]).ok();
    assert_eq!(ana.read("pair.toml"), pair);
    sync_all(&[&ana, &sam]);

    // A key alone is for `key trust` and `key refuse`, and no earlier change goes in its place.
    sam.run(["next", "2026-12-15"]).ok();
    sync_all(&[&sam, &ana]);
    pull(&host);
    let more = "keys = [\"age1yt3tfqlfrwdwx0z0ynwplcr6qxcxfaqycuprpmy89nr83ltx74tqdpszlw\", ";
    host.write("pair.toml", &host.read("pair.toml").replacen("keys = [", more, 1));
    push(&host);
    let run = ana.run(["sync"]);
    assert!(!run.err.contains("restore pair.toml"), "{}", run.err);
    ana.run(["restore", "pair.toml"])
        .fails(1)
        .says("there is nothing to restore");
    assert!(ana.read("pair.toml").contains("2026-12-15"));
}
