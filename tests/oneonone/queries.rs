//! Questions: what they answer in the three forms, and what they say to words that mean nothing.

use std::fs;

use crate::world::{Person, World};

/// A pair with a few entries, not synced.
fn filled(world: &World) -> (Person, Person) {
    let (sam, ana) = world.pair();
    ana.add(["growth", "Lead the review #system-design"]);
    ana.add(["win", "Shipped it #system-design"]);
    ana.add(["action", "Write the plan", "--due", "2026-11-20"]);
    ana.add(["action", "Book a room", "--owner", "them"]);
    (sam, ana)
}

#[test]
fn actions_growth_and_log_answer_in_rows_and_in_json() {
    let world = World::new();
    let (_, ana) = filled(&world);
    // Entries are written a moment before they are asked for; the order within one second is by id.
    let mine = ana.run(["actions", "--mine"]).ok();
    assert_eq!(mine.out.lines().count(), 1);
    assert!(mine.out.ends_with("Write the plan\n"), "{}", mine.out);
    let all = ana.run(["actions", "--json", "--state", "all"]).ok().json();
    assert_eq!((&all["open"], &all["overdue"]), (&2.into(), &1.into()));
    assert_eq!(all["entries"][0]["text"], "Write the plan");
    let late = ana
        .run(["actions", "--overdue", "--since", "2w"])
        .ok()
        .says("since");
    assert_eq!(late.out.lines().count(), 1);
    let growth = ana.run(["growth", "--json"]).ok().json();
    assert_eq!(growth["since"], "2026-05-24");
    assert_eq!(growth["themes"][0]["theme"], "system-design");
    assert_eq!(
        (&growth["themes"][0]["entries"], &growth["themes"][0]["wins"]),
        (&2.into(), &1.into())
    );
    let behind = ana.run(["growth", "--theme", "system-design"]).ok().out;
    assert_eq!(behind.lines().count(), 2);
    let found = ana
        .run(["log", "REVIEW", "lead", "--kind", "growth", "--by", "me"])
        .ok()
        .out;
    assert_eq!(found.lines().count(), 1);
    let overview = ana.run(["--json"]).ok().json();
    assert_eq!(
        (&overview["waiting"]["report"], &overview["open"]),
        (&2.into(), &2.into())
    );
}

#[test]
fn words_that_mean_nothing_are_met_with_what_was_meant() {
    let world = World::new();
    let (_, ana) = filled(&world);
    ana.run(["growth", "--since", "6m"])
        .fails(2)
        .says("did you mean 6mo?");
    ana.run(["log", "--since", "blursday"])
        .fails(2)
        .says("is no date");
    ana.run(["log", "--since", "1w", "--until", "2w"])
        .fails(2)
        .says("before it begins");
    let theme = ana.run(["growth", "--theme", "sytem-design"]).fails(2);
    assert_eq!(theme.says("did you mean system-design?").out, "");
    ana.run(["actions", "--owner", "joe"])
        .fails(2)
        .says("did you mean sam or ana?");
    ana.run(["actions", "--state", "gone"])
        .fails(2)
        .says("open, done, dropped or all");
    ana.run(["@joe", "status"])
        .fails(2)
        .says("no pair is known by the name joe");
    ana.run(["pairs", "forget", "joe"]).fails(2).says("sam");
    let nobody = world.person("nobody");
    for command in [&["actions"][..], &["status", "--all"], &[]] {
        nobody.run(command).fails(2).says("oneonone init");
    }
}

#[test]
fn a_broken_record_hides_no_others_and_check_shows_it() {
    let world = World::new();
    let (_, ana) = filled(&world);
    let path = "meetings/2026/2026-11-17.toml";
    let head = "date = 2026-11-17\nstatus = \"held\"\n";
    let deep = format!("{head}x = {}1{}\n", "[".repeat(5000), "]".repeat(5000));
    let large = format!("{head}# {}\n", "x".repeat(1 << 20));
    let entry = "id = \"kkkkkkkkkkkk\"\nby = \"ana\"\nat = 2026-11-17T10:00:00Z\ntext = \"x\"\n";
    for broken in [
        format!("{head}[[entry\n"),
        format!("{head}[[entry]]\n{entry}due = 5\n"),
        format!("{head}<<<<<<< HEAD\n=======\n>>>>>>> x\n"),
        deep,
        large,
    ] {
        ana.write(path, &broken);
        let actions = ana.run(["actions"]).ok().says("skipped").says(path);
        assert_eq!(actions.out.lines().count(), 2);
        let check = ana.run(["check", "--json"]).fails(3).says(path);
        assert_eq!(check.json()["problems"][0]["path"], path);
    }
    let check = {
        ana.write(path, &format!("{head}[[entry]]\n{entry}due = 5\n"));
        ana.run(["check"]).fails(3)
    };
    assert!(check.out.starts_with(&format!("{path}\t8\t")), "{}", check.out);
    ana.run(["add", "more"]).ok().says(path);
    #[cfg(unix)]
    {
        fs::remove_file(ana.cwd.join(path)).unwrap();
        std::os::unix::fs::symlink("/etc/hostname", ana.cwd.join(path)).unwrap();
        ana.run(["log"]).ok().says("symbolic link");
        ana.run(["check"]).fails(3).says("symbolic link");
    }
    fs::remove_file(ana.cwd.join(path)).unwrap();
    ana.run(["check"]).ok().says("nothing is wrong");
    // A newer format is read, and never written.
    ana.write(
        "pair.toml",
        &ana.read("pair.toml").replace("format = 1", "format = 2"),
    );
    ana.git(["commit", "--quiet", "-am", "newer"]).ok();
    assert_eq!(ana.run(["actions"]).ok().out.lines().count(), 2);
    ana.run(["add", "more"]).fails(1).says("newer");
}

#[test]
fn what_is_staged_is_checked_before_plain_git_commits_it() {
    let world = World::new();
    let (_, ana) = filled(&world);
    ana.run(["check", "--staged"]).ok();
    let agenda = ana.read("agenda.toml");
    ana.write(
        "agenda.toml",
        &format!("{agenda}\n[[entry]]\nvisibility = \"private\"\ntext = \"hush\"\n"),
    );
    // In the folder it is fine: the next command that writes seals it.
    ana.run(["check"]).ok();
    ana.git(["add", "agenda.toml"]).ok();
    ana.run(["check", "--staged"])
        .fails(3)
        .says("stands here in clear");
    ana.write("agenda.toml", &format!("{agenda}\n[[entry]\n"));
    ana.git(["add", "agenda.toml"]).ok();
    ana.run(["check", "--staged"]).fails(3).says("agenda.toml");
}

#[test]
fn status_counts_what_is_not_synced() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let row = |person: &Person| person.run(["status"]).ok().out;
    assert_eq!(row(&sam), "main\t0\t0\t0\t0\n");
    sam.add(["a topic"]);
    assert_eq!(row(&sam), "main\t1\t0\t0\t0\n");
    sam.run(["sync"]).ok();
    ana.git(["fetch", "--quiet"]).ok();
    ana.write("agenda.toml", "[[entry]]\ntext = \"by hand\"\n");
    let status = ana.run(["status"]).ok().says("oneonone sync");
    assert_eq!(status.out, "main\t0\t1\t1\t0\n");
    ana.run(["sync"]).ok();
    assert_eq!(row(&ana), "main\t0\t0\t0\t0\n");
}

#[test]
fn all_pairs_are_grouped_and_one_that_cannot_be_read_is_named() {
    let world = World::new();
    filled(&world);
    let home = world.person("sam");
    for partner in ["Joe", "Kim"] {
        home.run(["init", partner, "--as", "manager", "--name", "Sam Lee"])
            .ok();
    }
    home.in_folder("joe").add(["action", "Call him"]);
    let found = home.run(["log", "--all", "--json", "no such word"]).ok().json();
    assert_eq!(found["pairs"].as_array().unwrap().len(), 3);
    assert_eq!(
        home.at_terminal("log --all no such word")
            .ok()
            .out
            .replace('\r', ""),
        "nothing found\n"
    );
    let pairs = home.run(["actions", "--all", "--json"]).ok().json();
    let names: Vec<_> = pairs["pairs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["pair"].clone())
        .collect();
    assert_eq!(names, ["ana", "joe", "kim"]);
    assert_eq!(pairs["pairs"][1]["entries"][0]["text"], "Call him");
    assert!(
        home.run(["status", "--all"])
            .ok()
            .out
            .starts_with("ana\tmain\t0\t")
    );
    home.run(["sync", "--all"])
        .fails(5)
        .says("ana: in sync")
        .says("joe: error: not delivered");
    fs::remove_dir_all(home.cwd.join("kim")).unwrap();
    let growth = home
        .run(["growth", "--all", "--json"])
        .fails(1)
        .says("kim: error:");
    assert_eq!(growth.json()["pairs"].as_array().unwrap().len(), 2);
    let pairs = home.run(["pairs", "--json"]).ok().json();
    assert!(pairs["pairs"][2]["problem"].is_string());
    home.run(["pairs", "forget", "kim"]).ok();
    home.run(["pairs", "forget", "joe"]).ok();
    home.run(["pairs", "add", "joe"]).ok();
    let rows = home.run(["pairs"]).ok().out;
    assert!(
        rows.contains("joe\t") && rows.ends_with("\tJoe\tmanager\t\n"),
        "{rows}"
    );
}

#[test]
fn a_meeting_whose_record_is_broken_is_not_told_as_none() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["start"]).ok();
    ana.run(["end"]).ok();
    ana.run(["sync"]).ok();
    let path = "meetings/2026/2026-11-24.toml";
    let text = ana.read(path);
    let line = text.lines().count() + 1;
    ana.write(path, &format!("{text}due = [\n"));
    let place = format!("{path}:{line}:");
    for words in ["2026-11-24", "today"] {
        let shown = ana.run(["show", words]).fails(1).says(&place);
        assert!(!shown.err.contains("no meeting"), "{}", shown.err);
    }
    // A record that would belong to the answer is named beside every answer.
    for command in [
        &["agenda"][..],
        &["actions"],
        &["growth"],
        &["growth", "--since", "2026-11-20"],
        &["log"],
        &["log", "--since", "2026-11-20"],
        &["conflicts"],
        &["status"],
        &[],
    ] {
        let answer = ana.run(command).ok().says(&format!("skipped {path}"));
        assert!(answer.err.contains(&place), "{command:?}: {}", answer.err);
    }
    ana.run(["growth", "--since", "2026-11-01", "--until", "2026-11-05"])
        .ok();
    // One that came so from the other side: no day of a meeting is known for certain.
    ana.git(["commit", "-qnam", "broken"]).ok();
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    sam.run(["next", "friday"]).ok().says(&format!("skipped {path}"));
    sam.run(["show", "today"]).fails(1).says(&place);
    sam.run(["add", "note", "x", "--meeting", "today"])
        .fails(1)
        .says(&place);
}
