//! Both sides change the same: it is listed with who wrote what, and ended.

use crate::world::{Person, World, change, sync_all};

/// Changes a record by hand.
#[test]
fn a_conflict_of_a_field_is_listed_with_who_wrote_what_and_resolved() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let id = ana.add(["action", "Write the plan", "--due", "2026-12-01"]);
    sync_all(&[&ana, &sam]);
    sam.run(["conflicts"]).ok();
    change(&sam, "agenda.toml", "due = 2026-12-01", "due = 2026-12-08");
    change(&ana, "agenda.toml", "due = 2026-12-01", "due = 2026-12-15");
    change(&sam, "pair.toml", "cadence = \"1w\"", "cadence = \"2w\"");
    change(&ana, "pair.toml", "cadence = \"1w\"", "cadence = \"10d\"");
    sync_all(&[&ana, &sam]);
    let listed = sam.run(["conflicts"]).fails(3);
    let expected = format!("{id}\tdue\t2026-12-08\t2026-12-15\tana\t2\npair\tcadence\t10d\t2w\tsam\t2\n");
    assert_eq!(listed.out, expected);
    let json = sam.run(["conflicts", "--json"]).fails(3).json();
    assert_eq!(json["entries"][0]["conflicts"][0]["by"], "ana");
    assert_eq!(json["heads"][0]["conflicts"][0]["by"], "ana");
    assert_eq!(sam.run(["status", "--json"]).ok().json()["conflicts"], 2);

    sam.run(["edit", &id, "Write the whole plan"])
        .ok()
        .says("hint: end the conflict")
        .says("\n    oneonone resolve ");
    let asked = sam.run(["resolve", &id]).fails(2);
    let asked = asked.says(&format!(
        "hint: keep 2026-12-08, by sam\n    oneonone resolve {id} --field due --take 1\n"
    ));
    assert_eq!(asked.out, "");
    sam.run(["resolve", &id, "--take", "2027-01-01"])
        .fails(2)
        .says("none of the values");
    sam.run(["resolve", &id, "--field", "owner", "--take", "1"])
        .fails(2)
        .says("in conflict: due");
    let resolved = sam
        .run(["resolve", &id, "--take", "2026-12-15", "--json"])
        .ok()
        .json();
    assert_eq!(resolved["entry"]["due"], "2026-12-15");
    sam.run(["resolve", "pair", "--field", "cadence", "--take", "2"])
        .ok();
    sync_all(&[&sam, &ana]);
    for person in [&sam, &ana] {
        assert_eq!(person.run(["conflicts"]).ok().out, "");
        assert!(person.read("pair.toml").contains("cadence = \"2w\""));
        assert!(!person.read("agenda.toml").contains("conflict"));
    }
    assert_eq!(sam.files(), ana.files());
    sam.run(["resolve", &id, "--take", "1"])
        .fails(1)
        .says("no conflict");
}

#[test]
fn a_conflict_inside_a_seal_is_resolved_inside_it() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let id = ana.add_typed("old\n", ["concern", "-"]);
    sync_all(&[&ana, &sam]);
    for (person, text) in [(&sam, "from sam"), (&ana, "from ana")] {
        change(
            person,
            "agenda.toml",
            "sealed = ",
            &format!("text = \"{text}\"\nsealed = "),
        );
    }
    sync_all(&[&ana, &sam]);
    let listed = sam.run(["conflicts"]).fails(3).out;
    assert_eq!(listed, format!("{id}\ttext\tfrom ana\tfrom sam\t\t2\n"));
    sam.run(["resolve", &id, "--take", "from sam"]).ok();
    sync_all(&[&sam, &ana]);
    assert_eq!(ana.run(["conflicts"]).ok().out, "");
    let log = ana.run(["log", "--json"]).ok().json();
    assert_eq!(log["entries"][0]["text"], "from sam");
    assert!(!ana.read("agenda.toml").contains("from sam"));
}

#[test]
fn private_against_confidential_is_for_its_author() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let id = ana.add_typed("old\n", ["concern", "-"]);
    sync_all(&[&ana, &sam]);
    change(&sam, "agenda.toml", "sealed = ", "text = \"from sam\"\nsealed = ");
    let agenda = ana.read("agenda.toml");
    let (before, _) = agenda.split_once("visibility = ").unwrap();
    ana.write(
        "agenda.toml",
        &format!("{before}visibility = \"private\"\ntext = \"mine\"\n"),
    );
    sync_all(&[&ana, &sam, &ana]);
    sam.run(["conflicts"]).fails(3);
    for number in ["1", "2"] {
        sam.run(["resolve", &id, "--take", number])
            .fails(4)
            .says("only ana");
    }
    let listed = ana.run(["conflicts"]).fails(3).out;
    assert_eq!(listed, format!("{id}\tbody\tmine\tfrom sam\tsam\t2\n"));
    let ciphertexts = |person: &Person| person.read("agenda.toml").matches("BEGIN AGE").count();
    assert!(ciphertexts(&ana) >= 2);
    ana.run(["resolve", &id, "--take", "mine"]).ok();
    assert_eq!(ciphertexts(&ana), 1);
    sync_all(&[&ana, &sam]);
    assert_eq!(sam.run(["conflicts"]).ok().out, "");
    let entry = &sam.run(["log", "--json"]).ok().json()["entries"][0];
    assert_eq!(
        (&entry["visibility"], &entry["readable"]),
        (&"private".into(), &false.into())
    );
}

#[test]
fn a_conflict_in_a_member_who_is_gone_is_resolved_at_the_top() {
    let world = World::new();
    let (sam, _ana) = world.pair();
    sam.append(
        "pair.toml",
        "\n[[conflict]]\nfield = \"member.ghost.name\"\nvalue = \"x\"\n",
    );
    sam.git(["commit", "-qam", "a member was renamed"]);
    sam.run(["conflicts"]).fails(3);
    sam.run(["resolve", "pair", "--take", "1"]).ok();
    sam.run(["conflicts"]).ok();
}

/// Both moved the day of one action, and neither has synced since; its id.
pub(crate) fn both_moved_it() -> (World, Person, Person, String) {
    let world = World::new();
    let (sam, ana) = world.pair();
    let id = ana.add(["action", "Write the plan", "--due", "2026-12-01"]);
    sync_all(&[&ana, &sam]);
    sam.run(["edit", &id, "--due", "2026-12-08"]).ok();
    ana.run(["edit", &id, "--due", "2026-12-15"]).ok();
    (world, sam, ana, id)
}

#[test]
fn a_conflict_is_recalled_where_somebody_looks_and_not_at_every_command() {
    let (_world, sam, ana, _) = both_moved_it();
    sync_all(&[&ana, &sam]);
    const WORDS: &str = "with a conflict: both values are kept";
    sam.run(["sync"]).ok().says(WORDS);
    sam.run(["status"]).ok().says("oneonone conflicts");
    assert!(sam.run(&[] as &[&str]).ok().out.ends_with("\t1\n"));
    for command in [&["add", "x"][..], &["agenda"], &["next", "friday"]] {
        let said = sam.run(command).ok().err;
        assert!(!said.contains("onflict"), "{command:?}: {said}");
    }
    let started = sam.run(["start"]).ok().says(WORDS);
    assert_eq!(started.err.matches(WORDS).count(), 1, "{}", started.err);
    let ended = sam.run(["end"]).ok().err;
    assert!(!ended.contains(WORDS), "{ended}");
}

#[test]
fn agreeing_on_a_day_ends_the_conflict_over_it() {
    let world = World::new();
    let (sam, ana) = world.pair();
    for (agreed, words) in [
        (&["next", "2026-12-02"][..], "2026-12-02"),
        (&["next", "--none"], ""),
    ] {
        sam.run(["next", "2026-12-01"]).ok();
        ana.run(["next", "2026-12-03"]).ok();
        sync_all(&[&sam, &ana, &sam]);
        sam.run(["conflicts"]).fails(3);
        sam.run(agreed).ok();
        assert_eq!(sam.run(["conflicts"]).ok().out, "");
        sync_all(&[&sam, &ana]);
        ana.run(["conflicts"]).ok();
        let next = ana
            .read("pair.toml")
            .lines()
            .find(|line| line.starts_with("next"))
            .map(str::to_owned);
        assert_eq!(next.unwrap_or_default().trim_start_matches("next = "), words);
    }
    // The day that is shown already may be the one to agree on.
    sam.run(["next", "2026-12-01"]).ok();
    ana.run(["next", "2026-12-03"]).ok();
    sync_all(&[&sam, &ana, &sam]);
    let shown = sam.run(["--json"]).ok().json()["next"]
        .as_str()
        .unwrap()
        .to_owned();
    sam.run(["next", &shown]).ok();
    sam.run(["conflicts"]).ok();
}
