//! A record that is within every limit, and would not be once a command writes it: it stops no sync
//! (docs/merge.md#beyond-a-limit).

use std::collections::BTreeSet;

use crate::limits::{ENTRY, host_commits};
use crate::own_seat::{change_pair, stranger};
use crate::world::{Person, World, ids_in, sync_all};

const AGENDA: &str = "agenda.toml";

fn keys(of: &str, count: usize) -> String {
    (0..count).map(|n| format!("{of}{n} = 1\n")).collect()
}

/// An agenda of so many bytes, with one entry by Sam.
fn agenda_of(bytes: usize) -> String {
    let mut text = ENTRY.to_owned();
    while text.len() + 400 < bytes {
        let rest = (bytes - text.len()).clamp(400, 50_060) - 300;
        let number = text.len();
        let id: String = format!("{number:012}")
            .bytes()
            .map(|b| char::from(b'k' + b - b'0'))
            .collect();
        text.push_str(&format!(
            "\n[[entry]]\nid = \"{id}\"\nby = \"sam\"\nat = 2026-11-20T09:00:00Z\ntext = \"{}\"\n",
            "w".repeat(rest)
        ));
    }
    let missing = "w".repeat(bytes.saturating_sub(text.len()));
    let end = text.len() - "\"\n".len();
    text.insert_str(end, &missing);
    text
}

/// The same, where the id of each entry begins with a letter.
fn named_agenda_of(bytes: usize, letter: &str) -> String {
    let named = |line: &str| match line.strip_prefix("id = \"") {
        Some(id) => format!("id = \"{letter}{}\"\n", &id[..11]),
        None => format!("{line}\n"),
    };
    agenda_of(bytes).lines().map(named).collect()
}

/// Every file of a clone that begins like the agenda.
fn agendas(person: &Person) -> BTreeSet<String> {
    let files = person.files();
    files
        .keys()
        .filter(|path| path.starts_with("agenda"))
        .cloned()
        .collect()
}

#[test]
fn a_record_that_is_too_large_once_it_is_filled_in_arrives_broken() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["add", "topic", "mine"]).ok();
    sync_all(&[&ana, &sam]);
    let good = ana.read(AGENDA);
    for (agenda, what) in [
        (
            format!("{good}\n[[entry]]\ntext = \"by hand\"\n{}", keys("k", 999)),
            "1009 keys in one table once it is filled in; at most 1000",
        ),
        (
            format!(
                "{good}\n{}[[entry]]\ntext = \"by hand\"\n",
                agenda_of((1 << 20) - good.len() - 60)
            ),
            "bytes once it is filled in; at most 1048576",
        ),
        (
            format!(
                "{good}\n[[entry]]\nid = \"kxzqmrtlwvpn\"\nkind = \"action\"\nby = \"sam\"\ntext = \"x\"\n{}",
                keys("k", 995)
            ),
            "1005 keys in one table once it is filled in; at most 1000",
        ),
    ] {
        host_commits(&world, [(AGENDA.to_owned(), agenda.clone())]);
        for _ in 0..2 {
            let run = ana.run(["sync"]).ok().says(what).says("commit").says("Host");
            run.says("oneonone restore agenda.toml");
        }
        assert_eq!(ana.read(AGENDA), agenda, "it is carried as it is");
        // Everything else goes on.
        ana.run(["start"]).ok();
        ana.run(["add", "in the meeting"]).ok();
        ana.run(["undo"]).ok();
        ana.run(["undo"]).ok();
        ana.run(["restore", AGENDA]).ok();
        assert_eq!(ana.read(AGENDA), good);
        sync_all(&[&ana, &sam]);
        assert_eq!(sam.read(AGENDA), good);
    }
}

/// The files that were kept beside the agenda.
fn beside(person: &Person) -> Vec<String> {
    let agendas = agendas(person).into_iter();
    agendas.filter(|path| path != AGENDA).collect()
}

#[test]
fn large_entries_without_room_are_kept_beside_and_small_ones_stay() {
    let world = World::new();
    let (sam, ana) = world.pair();
    sync_all(&[&ana, &sam]);
    let full = agenda_of((1 << 20) - 100);
    ana.run(["add", "topic", "not sent yet"]).ok();
    ana.type_in("sealed\n", ["add", "note", "-", "--private"]).ok();
    let mine = ids_in(&ana.read(AGENDA));
    host_commits(&world, [(AGENDA.to_owned(), full.clone())]);
    let run = ana.run(["sync"]).ok();
    run.says("fits into one record: agenda.toml: the record would hold")
        .says("without room: ")
        .says("all of it is in agenda.kept-");
    let stands = ids_in(&ana.read(AGENDA));
    assert!(mine.iter().all(|id| stands.contains(id)), "{stands:?}");
    let kept = beside(&ana);
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(ana.read(&kept[0]), full, "no word is lost");
    // It ends here: the next sync of each has nothing of the kind to say.
    sync_all(&[&sam, &ana]);
    assert!(!ana.run(["sync"]).ok().err.contains("fits into"));
    assert_eq!(sam.files(), ana.files());
}

#[test]
fn keys_of_both_that_are_too_many_together_are_kept_apart() {
    let world = World::new();
    let (sam, ana) = world.pair();
    host_commits(&world, [(AGENDA.to_owned(), ENTRY.to_owned())]);
    sync_all(&[&ana, &sam]);
    for (person, of) in [(&ana, "a"), (&sam, "s")] {
        person.write(AGENDA, &format!("{ENTRY}{}", keys(of, 600)));
        person.git(["commit", "-qam", "by hand"]).ok();
    }
    sync_all(&[&sam]);
    ana.run(["sync"])
        .ok()
        .says("fits into one record")
        .says("keys in one table");
    let all: String = agendas(&ana).iter().map(|path| ana.read(path)).collect();
    assert!(all.contains("a599 = 1") && all.contains("s599 = 1"));
    sync_all(&[&sam, &ana]);
    assert_eq!(sam.files(), ana.files());
    ana.run(["check"]).says("agenda.kept-");
}

/// Entries that move between two records, neither of which has room for all.
#[test]
fn two_records_that_are_both_too_full_end() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let meeting = "meetings/2026/2026-11-20.toml";
    let ended = "ended = 2026-11-20T10:00:00Z\n\n";
    let moved = "[[entry]]\nid = \"mmmmmmmmmmmm\"\nby = \"sam\"\nat = 2026-11-20T09:00:00Z\n";
    let moved = format!("{moved}text = \"{}\"\n", "m".repeat(10_000));
    let one = |text: &str| text.replace("kxzqmrtlwvpn", "nnnnnnnnnnnn");
    let start = format!("{ENTRY}\n{moved}");
    host_commits(
        &world,
        [
            (AGENDA.to_owned(), start),
            (meeting.to_owned(), format!("{ended}{}", one(ENTRY))),
        ],
    );
    sync_all(&[&ana, &sam]);
    ana.write(AGENDA, &format!("{}\n{moved}", named_agenda_of(1_030_000, "o")));
    ana.write(
        meeting,
        &format!("{ended}{}\n{}", one(ENTRY), named_agenda_of(600_000, "p")),
    );
    ana.git(["commit", "-qam", "mine"]).ok();
    host_commits(
        &world,
        [
            (AGENDA.to_owned(), named_agenda_of(1_040_000, "q")),
            (
                meeting.to_owned(),
                format!(
                    "{ended}{}\n{moved}\n{}",
                    one(ENTRY),
                    named_agenda_of(700_000, "r")
                ),
            ),
        ],
    );
    ana.run(["sync"]).ok().says("fits into one record");
    let all: String = ana.files().values().cloned().collect();
    for letter in ["o", "p", "q", "r"] {
        assert!(all.contains(&format!("id = \"{letter}")), "{letter}");
    }
    assert!(all.contains(&"m".repeat(10_000)));
    sync_all(&[&sam, &ana]);
    assert_eq!(sam.files(), ana.files());
}

#[test]
fn unsent_entries_without_room_in_a_rewritten_history_are_left_out_and_named() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    ana.run(["add", "topic", "sent"]).ok();
    sync_all(&[&ana]);
    let large = ana.add_typed(&"l".repeat(30_000), ["note", "-"]);
    let small = ana.add(["topic", "small"]);
    let mut host = world.person("nobody");
    host.cwd = world.path("remote.git");
    let root = host.git(["rev-list", "--max-parents=0", "main"]).ok().out;
    host.git(["update-ref", "refs/heads/main", root.trim()]).ok();
    let pair = ana.read("pair.toml");
    let full = agenda_of((1 << 20) - 2_000);
    host_commits(
        &world,
        [(AGENDA.to_owned(), full), ("pair.toml".to_owned(), pair)],
    );
    ana.run(["sync"]).fails(3);
    let taken = ana.run(["sync", "--take-rewrite"]).ok();
    taken.says("fits into one record").says(&large);
    let agenda = ana.read(AGENDA);
    assert!(agenda.contains(&small) && !agenda.contains(&large));
    assert!(beside(&ana).is_empty());
    ana.run(["sync"]).ok();
}

#[test]
fn an_entry_that_plain_git_doubled_stays_twice_if_it_is_too_much_in_one() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let meeting = "meetings/2026/2026-11-20.toml";
    let head = "ended = 2026-11-20T10:00:00Z\n\n";
    host_commits(
        &world,
        [
            (AGENDA.to_owned(), format!("{ENTRY}{}", keys("a", 600))),
            (meeting.to_owned(), format!("{head}{ENTRY}{}", keys("m", 600))),
        ],
    );
    let run = ana.run(["sync"]).ok();
    assert!(!run.err.contains("one again"), "{}", run.err);
    sync_all(&[&sam, &ana]);
    assert!(ana.read(AGENDA).contains("a599 = 1"));
    assert!(ana.read(meeting).contains("m599 = 1"));
    assert_eq!(sam.files(), ana.files());
    ana.run(["add", "topic", "goes on"]).ok();
    sync_all(&[&ana, &sam]);
}

#[test]
fn a_record_that_settling_would_make_too_large_is_left_as_it_is() {
    let world = World::new();
    let (sam, ana) = world.pair();
    // A seal holds some random bytes: of so many, the sum grows with a second key.
    for n in 0..16 {
        ana.type_in(&format!("sealed {n}\n"), ["add", "note", "-", "--private"])
            .ok();
    }
    sync_all(&[&ana, &sam]);
    // So full that a seal for one more key does not fit.
    let agenda = ana.read(AGENDA);
    let full = agenda_of((1 << 20) - agenda.len() - 20);
    host_commits(&world, [(AGENDA.to_owned(), format!("{agenda}\n{full}"))]);
    sync_all(&[&ana, &sam]);
    let before = ana.read(AGENDA);
    let (own, second) = (ana.key(), stranger(&world, "second").key());
    change_pair(&ana, &format!("\"{own}\""), &format!("\"{own}\", \"{second}\""));
    ana.run(["key", "trust", "--mine", "--key", &second]).ok();
    for _ in 0..2 {
        ana.run(["sync"])
            .ok()
            .says("not sealed for the keys of today")
            .says("the record would hold");
    }
    assert_eq!(ana.read(AGENDA), before);
    sync_all(&[&sam]);
    // With room in the record it is sealed for both.
    let large = full.split("[[entry]]").max_by_key(|entry| entry.len()).unwrap();
    ana.run(["rm", &ids_in(large)[0]]).ok();
    let run = ana.run(["sync"]).ok();
    assert!(!run.err.contains("not sealed"), "{}", run.err);
}

/// Nobody is told only that some entry is too large.
#[test]
fn an_edit_that_is_too_large_to_be_sealed_is_shown_where_it_stands() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    let id = ana.add(["topic", "small"]);
    let themes: String = (0..900).map(|n| format!("\"{n:040}\", ")).collect();
    let large = format!(
        "text = \"{}\"\nthemes = [{themes}]\nvisibility = \"private\"\n",
        "w".repeat(65_000)
    );
    let with_rows = format!("{large}{}", "x = 1\n");
    let good = ana.read(AGENDA);
    let unknown = format!("long = \"{}\"\n", "u".repeat(60_000));
    for (text, named) in [
        (
            format!("{good}\n[[entry]]\n{with_rows}{unknown}"),
            "an entry without an id cannot be sealed".to_owned(),
        ),
        (
            format!(
                "[[entry]]\nid = \"{id}\"\nby = \"ana\"\nat = 2026-11-24T12:00:00Z\n{with_rows}{unknown}"
            ),
            format!("entry {id} cannot be sealed"),
        ),
    ] {
        ana.write(AGENDA, &text);
        for command in ["sync", "check"] {
            let code = if command == "sync" { 1 } else { 3 };
            let run = ana
                .run([command])
                .fails(code)
                .says(&named)
                .says("more than 128 KiB once it is sealed");
            assert!(
                !run.err.contains("wwww") && !run.err.contains("uuuu"),
                "{}",
                run.err
            );
        }
        assert_eq!(ana.read(AGENDA), text);
    }
    ana.write(AGENDA, &good);
    ana.run(["sync"]).ok();
}

/// One entry of the host's must not end the meetings of the pair.
#[test]
fn a_topic_with_as_many_keys_as_can_be_is_carried_and_done() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let entry = format!("{ENTRY}{}", keys("k", 988));
    host_commits(&world, [(AGENDA.to_owned(), entry)]);
    sync_all(&[&ana, &sam]);
    let later = |now: &str| ana.at(now);
    ana.run(["check"]).ok();
    later("2026-11-24T13:00:00Z").run(["start"]).ok();
    later("2026-11-24T13:30:00Z").run(["end"]).ok();
    let next = later("2026-12-01T13:00:00Z");
    next.run(["start"]).ok();
    next.run(["done", "kx"]).ok();
    next.run(["end"]).ok();
    // One key more would be too many then.
    let entry = format!("{ENTRY}{}", keys("k", 996));
    host_commits(&world, [(AGENDA.to_owned(), entry)]);
    ana.run(["sync"])
        .ok()
        .says("once it is filled in")
        .says("oneonone restore agenda.toml");
}

#[test]
fn a_merge_by_plain_git_that_left_a_side_out_says_what_has_no_room() {
    let world = World::new();
    let (sam, ana) = world.pair();
    sync_all(&[&ana, &sam]);
    ana.write(AGENDA, &named_agenda_of(600_000, "o"));
    ana.git(["commit", "-qam", "mine"]).ok();
    host_commits(&world, [(AGENDA.to_owned(), named_agenda_of(700_000, "q"))]);
    ana.git(["fetch", "-q"]).ok();
    ana.git(["merge", "-q", "-s", "ours", "-m", "by hand", "origin/main"])
        .ok();
    ana.run(["sync"])
        .ok()
        .says("fits into one record")
        .says("without room: q");
}

/// The limit of commands is one for new texts.
#[test]
fn an_action_with_a_long_text_by_hand_is_done_and_edited() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    for visibility in ["shared", "private"] {
        let text = "l".repeat(40_000);
        let entry =
            format!("[[entry]]\nkind = \"action\"\nvisibility = \"{visibility}\"\ntext = \"{text}\"\n");
        let before = ids_in(&ana.read(AGENDA));
        ana.write(AGENDA, &format!("{}\n{entry}", ana.read(AGENDA)));
        ana.run(["sync"]).ok();
        let now = ids_in(&ana.read(AGENDA));
        let id = now.iter().find(|id| !before.contains(id)).unwrap();
        ana.run(["edit", id, "--theme", "delivery"]).ok();
        ana.run(["done", id]).ok();
        ana.run(["reopen", id]).ok();
        ana.run(["edit", id, &"n".repeat(40_000)])
            .fails(1)
            .says("a command writes at most");
    }
}

/// Nobody talked about it, and the agenda has no room: it stays where it was.
#[test]
fn an_entry_that_should_go_back_to_a_full_agenda_stays_in_its_meeting() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["start"]).ok();
    sync_all(&[&ana, &sam]);
    let meeting = "meetings/2026/2026-11-24.toml";
    let late = "z".repeat(64_000);
    sam.append(meeting, &format!("\n[[entry]]\ntext = \"{late}\"\n"));
    ana.at("2026-11-24T13:00:00Z").run(["end"]).ok();
    host_commits(&world, [(AGENDA.to_owned(), agenda_of((1 << 20) - 10))]);
    let sam = sam.at("2026-11-24T14:00:00Z");
    let ana = ana.at("2026-11-24T14:00:00Z");
    sync_all(&[&ana]);
    let run = sam.run(["sync"]).ok();
    let run = run.says("what does not fit in stays where it was");
    assert!(sam.read(meeting).contains(&late), "it went");
    assert!(beside(&sam).is_empty(), "{}", run.err);
    for _ in 0..2 {
        sync_all(&[&ana, &sam]);
    }
    assert_eq!(sam.files(), ana.files());
    assert!(!sam.run(["sync"]).ok().err.contains("fits into"));
}
