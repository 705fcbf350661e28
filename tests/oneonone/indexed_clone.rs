//! The index in a real clone: commands, hand edits and plain Git change the records, and each question answers as without
//! it. No sealed word stands in what it keeps.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use crate::simulator::random::Random;
use crate::world::{Person, World, sync_all};

const CANARY: &str = "the-canary-is-sealed";

const QUESTIONS: [&str; 12] = [
    "",
    "--json",
    "agenda",
    "agenda --json",
    "actions --json",
    "actions --state all",
    "growth --json",
    "growth --theme mentoring --json",
    "log --json",
    "log review",
    "log --since 2w --json",
    "status --json",
];

fn index_of(person: &Person) -> PathBuf {
    PathBuf::from(&person.cwd).join(".git/oneonone/index")
}

fn opened_by(person: &Person) -> PathBuf {
    PathBuf::from(&person.cwd).join(".git/oneonone/opened")
}

/// Asks with the index first: it must not live from the other answers.
fn answers_are_the_same(person: &Person, after: &str) {
    let without = person.with("ONEONONE_INDEX", "off");
    for question in QUESTIONS {
        let said = |person: &Person| {
            let run = person.run(question.split_whitespace());
            (run.code, run.out, run.err)
        };
        assert_eq!(said(person), said(&without), "{question} after {after}");
    }
}

/// One change by a command, by hand or by plain Git.
fn any_change(person: &Person, random: &mut Random) -> String {
    let mut some_id = || {
        let log = person.with("ONEONONE_INDEX", "off").run(["log", "--json"]);
        let entries = log.json()["entries"].as_array().cloned().unwrap_or_default();
        let at = random.below(entries.len());
        entries
            .get(at)
            .map(|entry| entry["id"].as_str().unwrap().to_owned())
    };
    let id = some_id().unwrap_or_else(|| "kkkkkkkkkkkk".to_owned());
    let text = format!("review {}", random.below(1000));
    let theme = format!("{text} #mentoring");
    let canary = format!("{CANARY} {}", random.below(1000));
    let by_command: &[&[&str]] = &[
        &["add", &text],
        &["add", "--growth", &theme],
        &["add", "action", &text, "--due", "2026-12-05"],
        &["add", "action", &canary, "--private"],
        &["add", "concern", &canary],
        &["done", &id],
        &["rm", &id],
        &["edit", &id, &theme],
        &["undo"],
        &["redo"],
        &["start"],
        &["end"],
    ];
    let by_git: &[&[&str]] = &[
        &["checkout", "-q", "HEAD~1", "--", "."],
        &["reset", "-q", "--hard", "HEAD~1"],
        &["stash", "-q"],
        &["stash", "pop", "-q"],
        &["commit", "-qam", "by hand"],
        &["merge", "-q", "origin/main"],
        &["checkout", "-q", "-f", "HEAD"],
    ];
    match random.below(10) {
        0..6 => {
            let args = by_command[random.below(by_command.len())];
            person.run(args);
            args.join(" ")
        }
        6..8 => {
            let args = by_git[random.below(by_git.len())];
            person.git(args);
            format!("git {}", args.join(" "))
        }
        8 => {
            let agenda = PathBuf::from(&person.cwd).join("agenda.toml");
            let kept = fs::read_to_string(&agenda).unwrap_or_default();
            let entry = "\n[[entry]]\nkind = \"action\"\ntext = \"review by hand\"\n";
            fs::write(&agenda, kept + entry).unwrap();
            "a line by hand".to_owned()
        }
        _ => {
            person.run(["sync"]);
            "sync".to_owned()
        }
    }
}

/// `ONEONONE_INDEXED_CLONES=200` for more.
#[test]
fn commands_hand_edits_and_plain_git_are_seen_by_each_question() {
    let rounds = std::env::var("ONEONONE_INDEXED_CLONES")
        .ok()
        .and_then(|n| n.parse().ok());
    for seed in 0..rounds.unwrap_or(2_u64) {
        let world = World::new();
        let (sam, ana) = world.pair();
        let mut random = Random::new(seed);
        let mut done = Vec::new();
        for step in 0..20 {
            let who = if step % 4 == 3 { &sam } else { &ana };
            done.push(any_change(who, &mut random));
            answers_are_the_same(who, &format!("seed {seed}: {done:?}"));
        }
        for person in [&sam, &ana] {
            assert!(index_of(person).exists());
            no_canary_in(person);
        }
    }
}

fn no_canary_in(person: &Person) {
    let mut kept = vec![index_of(person)];
    kept.extend(
        fs::read_dir(opened_by(person))
            .into_iter()
            .flatten()
            .map(|item| item.unwrap().path()),
    );
    for path in kept {
        let bytes = fs::read(&path).unwrap();
        let found = bytes
            .windows(CANARY.len())
            .any(|part| part.eq_ignore_ascii_case(CANARY.as_bytes()));
        assert!(!found, "{}", path.display());
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", path.display());
    }
}

#[test]
fn sealed_words_are_kept_under_my_own_key_alone() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["add", "concern", CANARY]).ok();
    ana.run(["add", "action", CANARY, "--private"]).ok();
    sync_all(&[&ana, &sam]);
    for person in [&ana, &sam] {
        let log = person.run(["log", "CANARY"]).ok();
        assert_eq!(
            log.out.matches(CANARY).count(),
            if person.cwd == ana.cwd { 2 } else { 1 }
        );
        no_canary_in(person);
    }
    let kept = opened_by(&ana).join("opened-0.age");
    let identity = ana.home.join(".config/oneonone/identity.txt");
    let opened = ana.start(
        "age",
        ["-d", "-i", identity.to_str().unwrap(), kept.to_str().unwrap()],
        "",
    );
    assert!(opened.ok().out.contains(CANARY), "a real age file");
    let identity = sam.home.join(".config/oneonone/identity.txt");
    ana.start(
        "age",
        ["-d", "-i", identity.to_str().unwrap(), kept.to_str().unwrap()],
        "",
    )
    .fails(1);

    // A text that no record holds any more is not kept.
    let log = ana.run(["actions", "--json"]).ok();
    let id = log.json()["entries"][0]["id"].as_str().unwrap().to_owned();
    let before = fs::read(&kept).unwrap();
    ana.run(["rm", &id]).ok();
    ana.run(["actions"]).ok();
    assert_ne!(fs::read(&kept).unwrap(), before);
    let identity = ana.home.join(".config/oneonone/identity.txt");
    let opened = ana.start(
        "age",
        ["-d", "-i", identity.to_str().unwrap(), kept.to_str().unwrap()],
        "",
    );
    assert!(!opened.ok().out.contains(&id));
}

#[test]
fn a_state_folder_that_takes_nothing_costs_time_alone() {
    let world = World::new();
    let (_, ana) = world.pair();
    ana.run(["add", "action", "write the review"]).ok();
    let index = index_of(&ana);
    // Nothing can be written in the place of a folder, whoever runs this.
    let _ = fs::remove_file(&index);
    fs::create_dir(&index).unwrap();
    fs::write(index.join("in the way"), "x").unwrap();
    assert!(ana.run(["actions"]).ok().out.contains("write the review"));
    answers_are_the_same(&ana, "a folder in the place of the index");
}

#[test]
fn a_text_that_was_sealed_later_goes_from_the_index() {
    let world = World::new();
    let (_, ana) = world.pair();
    let entry = format!(
        "\n[[entry]]\nid = \"kkkkkkkkkkkl\"\nkind = \"note\"\nby = \"ana\"\nat = 2026-11-20T08:00:00Z\ntext = \"{CANARY}\"\n"
    );
    let before = ana.files().get("agenda.toml").cloned().unwrap_or_default();
    ana.write("agenda.toml", &format!("{before}{entry}"));
    assert!(ana.run(["agenda"]).ok().out.contains(CANARY));
    let sealed = format!("{before}{entry}visibility = \"private\"\n");
    ana.write("agenda.toml", &sealed);
    ana.run(["agenda"]).ok();
    no_canary_in(&ana);
    ana.run(["sync"]).ok();
    assert!(ana.run(["agenda"]).ok().out.contains(CANARY));
    no_canary_in(&ana);
}

#[test]
fn the_kept_text_of_the_last_sealed_entry_goes_with_it() {
    let world = World::new();
    let (_, ana) = world.pair();
    let id = ana.add(["action", CANARY, "--private"]);
    assert!(ana.run(["actions"]).ok().out.contains(CANARY));
    assert!(opened_by(&ana).join("opened-0.age").exists());
    ana.run(["rm", &id]).ok();
    ana.run(["actions"]).ok();
    assert!(!opened_by(&ana).join("opened-0.age").exists());
}

#[test]
fn a_seal_of_another_pair_is_not_shown_out_of_what_was_kept() {
    let world = World::new();
    let (_, ana) = world.pair();
    ana.add(["action", CANARY, "--private"]);
    assert!(ana.run(["actions"]).ok().out.contains(CANARY));
    let pair = ana.read("pair.toml");
    let line = pair.lines().find(|line| line.starts_with("id = ")).unwrap();
    ana.write("pair.toml", &pair.replace(line, "id = \"kqzmrtxwlpso\""));
    // Its own pair counts, as long as the clone knows which that is.
    assert!(ana.run(["actions"]).ok().out.contains(CANARY));
    ana.write(".git/oneonone/pair", "kqzmrtxwlpso\n");
    assert!(!ana.run(["actions"]).out.contains(CANARY));
    answers_are_the_same(&ana, "another id of the pair");
}

#[test]
fn what_stands_in_a_special_record_twice_is_counted_once() {
    let world = World::new();
    let (_, ana) = world.pair();
    let head = |day: &str| format!("date = {day}\nstarted = {day}T09:00:00Z\nended = {day}T10:00:00Z\n");
    let action = |id: &str, text: &str| {
        format!(
            "\n[[entry]]\nid = \"{id}\"\nkind = \"action\"\nby = \"ana\"\nat = 2026-01-02T09:00:00Z\ntext = \"{text}\"\nowner = \"ana\"\nstate = \"open\"\n"
        )
    };
    for day in 1..=20 {
        let day = format!("2026-03-{day:02}");
        ana.write(&format!("meetings/2026/{day}.toml"), &head(&day));
    }
    let (special, plain) = ("meetings/2026/2026-01-05.toml", "meetings/2026/2026-01-12.toml");
    let lacks_an_id = "\n[[entry]]\ntext = \"no id\"\n";
    ana.write(special, &(head("2026-01-05") + lacks_an_id));
    ana.write(plain, &(head("2026-01-12") + &action("kkkkkkkkkkkl", "one")));
    answers_are_the_same(&ana, "both were written");
    // In place: no time of a folder tells it.
    let twice = ana.read(special) + &action("kkkkkkkkkkkl", "two");
    fs::write(PathBuf::from(&ana.cwd).join(special), twice).unwrap();
    answers_are_the_same(&ana, "one stands in both");
}
