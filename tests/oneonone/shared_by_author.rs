//! An author opens a sealed entry with `share`, and with nothing else: no edit by hand and no commit of plain Git does
//! (docs/privacy.md#widening).

use crate::widened::pair_with_two_sealed;
use crate::world::{Person, World, sync_all};

const WORDS: &str = "leaked-xyzzy";

/// A record, with `keys` in the place of everything in an entry that is not its id, author or time.
fn with_keys(record: &str, id: &str, keys: &str) -> String {
    let mut parts: Vec<String> = record.split("[[entry]]\n").map(str::to_owned).collect();
    let part = parts.iter_mut().find(|part| part.contains(id)).unwrap();
    let stays = |line: &&str| {
        ["id = ", "by = ", "at = "]
            .iter()
            .any(|key| line.starts_with(key))
    };
    let lines: Vec<&str> = part.lines().filter(stays).collect();
    *part = format!("{}\n{keys}\n\n", lines.join("\n"));
    parts.join("[[entry]]\n")
}

fn open(person: &Person, id: &str, visibility: &str) {
    let keys = format!("kind = \"note\"\n{visibility}text = \"{WORDS}\"");
    person.write("agenda.toml", &with_keys(&person.read("agenda.toml"), id, &keys));
}

fn past_the_guard(person: &Person) {
    person.git(["commit", "-qanm", "past the guard"]).ok();
}

fn leaked(world: &World, person: &Person) -> bool {
    person.objects(&world.path("remote.git")).contains(WORDS)
}

fn shows_words(person: &Person, id: &str) -> bool {
    person.run(["show", id]).out.contains(WORDS)
}

#[test]
fn an_edit_by_hand_keeps_the_readers() {
    for visibility in ["", "visibility = \"shared\"\n", "visibility = \"confidential\"\n"] {
        let world = World::new();
        let (sam, ana, [private, confidential]) = pair_with_two_sealed(&world);
        open(&ana, &private, visibility);
        ana.run(["check"]).ok();
        let told = ana.run(["sync"]).ok();
        told.says(&format!(
            "{private} stays private: an edit never changes who reads"
        ))
        .says(&format!("oneonone share {private}"));
        open(&ana, &confidential, visibility);
        let told = ana.run(["sync"]).ok();
        assert_eq!(
            told.err.contains("stays confidential"),
            !visibility.contains("confidential"),
            "{}",
            told.err
        );
        sync_all(&[&sam, &ana]);
        assert!(!leaked(&world, &ana), "{visibility}");
        assert!(
            shows_words(&ana, &private) && shows_words(&ana, &confidential),
            "{visibility}"
        );
        assert!(
            !shows_words(&sam, &private) && shows_words(&sam, &confidential),
            "{visibility}"
        );
        ana.run(["check"]).ok();
        // The way that the hint names goes, and so does an edit by hand after it.
        ana.run(["share", &private, "--yes"]).ok();
        ana.run(["sync"]).ok();
        assert!(leaked(&world, &ana));
        let agenda = ana.read("agenda.toml").replace(WORDS, "reworded since");
        ana.write("agenda.toml", &agenda);
        ana.git(["commit", "-qam", "by hand"]).ok();
        sync_all(&[&ana, &sam]);
        assert!(sam.read("agenda.toml").contains("reworded since"));
    }
}

#[test]
fn an_entry_that_goes_to_a_meeting_by_hand_keeps_its_readers() {
    let world = World::new();
    let (sam, ana, [private, _]) = pair_with_two_sealed(&world);
    open(&ana, &private, "");
    let agenda = ana.read("agenda.toml");
    let (before, rest) = agenda
        .split_once(&format!("[[entry]]\nid = \"{private}\""))
        .unwrap();
    let (entry, after) = rest.split_once("[[entry]]").unwrap_or((rest, ""));
    let after = if after.is_empty() {
        String::new()
    } else {
        format!("[[entry]]{after}")
    };
    ana.write("agenda.toml", &format!("{before}{after}"));
    let meeting = format!("date = 2026-11-20\nstatus = \"held\"\n\n[[entry]]\nid = \"{private}\"{entry}");
    ana.write("meetings/2026/2026-11-20.toml", &meeting);
    sync_all(&[&ana, &sam, &ana]);
    assert!(!leaked(&world, &ana));
    assert!(shows_words(&ana, &private) && !shows_words(&sam, &private));
}

#[test]
fn an_entry_that_a_hand_brings_back_keeps_its_readers() {
    let world = World::new();
    let (sam, ana, [private, _]) = pair_with_two_sealed(&world);
    open(&ana, &private, "");
    let opened = ana.read("agenda.toml");
    ana.git(["checkout", "-q", "agenda.toml"]).ok();
    ana.run(["rm", &private]).ok();
    sync_all(&[&ana, &sam]);
    let entry = |record: &str, id: &str| {
        let block = record.split("[[entry]]\n").find(|part| part.contains(id));
        format!("\n[[entry]]\n{}\n", block.unwrap().trim_end())
    };
    let again = ana.read("agenda.toml") + &entry(&opened, &private);
    ana.write("agenda.toml", &again);
    ana.run(["sync"]).ok().says(&format!("{private} stays private"));
    sam.run(["sync"]).ok();
    assert!(!leaked(&world, &ana));
    assert!(shows_words(&ana, &private) && !shows_words(&sam, &private));
    ana.run(["check"]).ok();
}

#[test]
fn plain_git_does_not_open_an_entry_of_mine() {
    let world = World::new();
    let (sam, ana, [private, confidential]) = pair_with_two_sealed(&world);
    let agenda = ana.read("agenda.toml");
    for (id, visibility) in [
        (&private, ""),
        (&private, "visibility = \"shared\"\n"),
        (&confidential, ""),
        (&confidential, "visibility = \"shared\"\n"),
    ] {
        let head = ana.head();
        open(&ana, id, visibility);
        let refused = ana.git(["commit", "-qam", "by hand"]);
        assert_ne!(refused.code, 0, "{visibility}");
        let says = refused.err.contains(id.as_str()) && refused.err.contains("nothing was committed");
        assert!(says && !refused.err.contains(WORDS), "{}", refused.err);
        past_the_guard(&ana);
        ana.write("slides.md", "a later commit\n");
        ana.git(["add", "slides.md"]).ok();
        ana.git(["commit", "-qm", "later"]).ok();
        let stopped = ana.run(["sync"]).fails(3);
        assert!(
            stopped.err.contains(&format!("in entry {id} of yours")),
            "{}",
            stopped.err
        );
        assert!(
            stopped.err.contains(&format!("oneonone share --seen {id}")),
            "{}",
            stopped.err
        );
        assert!(!stopped.err.contains(WORDS), "{}", stopped.err);
        // A later commit that has it sealed again hides nothing.
        ana.write("agenda.toml", &agenda);
        past_the_guard(&ana);
        ana.run(["sync"]).fails(3);
        assert!(!leaked(&world, &ana), "{visibility}");
        ana.git(["reset", "-q", "--hard", &head]).ok();
    }
    // A copy of the record is out of the same.
    ana.write(
        "agenda.toml~",
        &with_keys(&agenda, &private, &format!("text = \"{WORDS}\"")),
    );
    ana.git(["add", "agenda.toml~"]).ok();
    assert_ne!(ana.git(["commit", "-qm", "a copy"]).code, 0);
    ana.git(["rm", "-q", "--cached", "agenda.toml~"]).ok();
    // The way out that the error names seals it.
    open(&ana, &private, "");
    past_the_guard(&ana);
    let stopped = ana.run(["sync"]).fails(3);
    ana.paste_all(&stopped, "git ");
    ana.run(["sync"]).ok();
    sync_all(&[&sam, &ana]);
    assert!(!leaked(&world, &ana));
    assert!(shows_words(&ana, &private) && !shows_words(&sam, &private));
}

#[test]
fn what_share_opened_goes_however_it_comes() {
    let world = World::new();
    let (sam, ana, [private, confidential]) = pair_with_two_sealed(&world);
    // Unsent, with commits of plain Git around it.
    ana.write("slides.md", "one\n");
    ana.git(["add", "slides.md"]).ok();
    ana.git(["commit", "-qm", "slides"]).ok();
    ana.run(["share", &private, "--yes"]).ok();
    let text = ana.read("agenda.toml").replace("for me alone", "for everyone");
    ana.write("agenda.toml", &text);
    ana.git(["commit", "-qam", "by hand"]).ok();
    ana.run(["edit", &private, "for all of us"]).ok();
    sam.run(["add", "meanwhile"]).ok();
    sam.run(["sync"]).ok();
    sync_all(&[&ana, &sam]);
    assert!(sam.read("agenda.toml").contains("for all of us"));
    // The undo log alone knows it.
    ana.run(["share", &confidential, "--yes"]).ok();
    std::fs::remove_file(ana.cwd.join(".git/oneonone/readers")).unwrap();
    sync_all(&[&ana, &sam]);
    assert!(sam.read("agenda.toml").contains("for the two of us"));
}

#[test]
fn a_share_that_plain_git_brought_from_another_machine_goes_once_its_author_says_so() {
    let world = World::new();
    let (sam, ana, [private, confidential]) = pair_with_two_sealed(&world);
    let laptop = world.second_machine(&ana);
    laptop.run(["share", &private, "--yes"]).ok();
    ana.run(["add", "meanwhile"]).ok();
    let from = laptop.cwd.to_str().unwrap().to_owned();
    // A merge that stops, which the next command finishes.
    ana.git(["pull", "-q", "--no-rebase", &from, "main"]);
    ana.run(["sync", "--accept-rewrite"]).fails(3).says("in clear");
    ana.run(["share", "--seen", &private]).ok();
    ana.run(["sync", "--accept-rewrite"]).ok();
    sam.run(["sync"]).ok();
    assert!(sam.read("agenda.toml").contains("for me alone"));
    // One that is at the remote stops nobody.
    laptop.run(["sync"]);
    laptop.run(["share", &confidential, "--yes"]).ok();
    laptop.run(["sync"]).ok();
    ana.run(["add", "meanwhile, too"]).ok();
    let run = ana.run(["sync"]).fails(3);
    assert!(!run.err.contains("in clear in"), "{}", run.err);
    ana.run(["share", "--seen", &confidential]).ok();
    sync_all(&[&ana, &sam, &laptop]);
    assert_eq!(ana.files(), sam.files());
}

/// Somebody puts a text of their own under the id of an entry of Ana's, at the host.
fn bait(world: &World, id: &str) {
    let host = world.host();
    let keys = "kind = \"note\"\ntext = \"bait\"";
    host.write("agenda.toml", &with_keys(&host.read("agenda.toml"), id, keys));
    host.git(["commit", "-qam", "update records"]).ok();
    host.git(["push", "-q"]).ok();
}

#[test]
fn no_words_of_mine_go_into_an_entry_that_arrived_wider() {
    let world = World::new();
    let (sam, ana, [private, _]) = pair_with_two_sealed(&world);
    // This follows the entry while it is sealed: its readers were named.
    let follower = ana.add(["note", "meant for everyone", "--re", &private]);
    ana.run(["share", &follower, "--yes"]).ok();
    bait(&world, &private);
    assert!(ana.read("agenda.toml").contains("meant for everyone"));
    let alarm = ana.run(["sync"]).fails(3);
    let there = sam.objects(&world.path("remote.git"));
    assert!(there.contains("meant for everyone"), "{}{}", alarm.out, alarm.err);
    let agenda = ana.read("agenda.toml");
    let follower =
        |keys: &str| format!("{agenda}\n[[entry]]\n{keys}re = \"{private}\"\ntext = \"{WORDS}\"\n");
    for text in [
        agenda.replace("\"bait\"", &format!("{WORDS:?}")),
        agenda.replace("\"bait\"", &format!("\"bait\"\nthemes = [{WORDS:?}]")),
        agenda.replace("\"bait\"", &format!("\"bait\" # {WORDS}")),
        follower(""),
        follower("visibility = \"shared\"\n"),
        follower("id = \"kkkkkkkkkkkk\"\nby = \"ana\"\n"),
    ] {
        let head = ana.head();
        ana.write("agenda.toml", &text);
        let refused = ana.git(["commit", "-qam", "by hand"]);
        assert_ne!(refused.code, 0, "{text}");
        assert!(!refused.err.contains(WORDS), "{}", refused.err);
        past_the_guard(&ana);
        let stopped = ana.run(["sync"]).fails(3);
        assert!(
            stopped.err.contains("new words in clear") && !stopped.err.contains(WORDS),
            "{}",
            stopped.err
        );
        assert!(!leaked(&world, &ana), "{text}");
        ana.paste_all(&stopped, "git ");
        ana.run(["sync"]).fails(3).says("arrived for more readers");
        assert!(!leaked(&world, &ana), "{text}");
        ana.git(["reset", "-q", "--hard", &head]).ok();
    }
    // A commit that does not touch it goes, and an answer ends it.
    ana.write(
        "agenda.toml",
        &format!("{agenda}\n[[entry]]\ntext = \"another\"\n"),
    );
    ana.git(["commit", "-qam", "by hand"]).ok();
    ana.run(["restore", &private]).ok();
    sync_all(&[&ana, &sam]);
    assert!(sam.read("agenda.toml").contains("another"));
}
