//! People of one name (docs/command-line.md#names-of-people), and records that are no pair
//! (docs/command-line.md#which-pair).

use std::fs;
use std::path::Path;

use crate::world::{Person, World};

/// Somebody with a pair for each name and seat.
fn with_pairs(world: &World, pairs: &[(&str, &str)]) -> Person {
    let sam = world.person("sam");
    for (number, (partner, role)) in pairs.iter().enumerate() {
        let dir = number.to_string();
        sam.run(["init", *partner, &dir, "--as", *role, "--name", "Sam Lee"])
            .ok();
    }
    sam
}

/// The echo of a write in each pair, without the id.
fn echoes(sam: &Person, count: usize) -> Vec<String> {
    let echo = |number: usize| {
        let said = sam
            .in_folder(&number.to_string())
            .run(["add", "about your salary"])
            .ok()
            .err;
        said.trim_end().rsplit_once(' ').unwrap().0.to_owned()
    };
    (0..count).map(echo).collect()
}

#[test]
fn every_echo_and_list_tells_people_of_one_name_apart() {
    let world = World::new();
    let sam = with_pairs(
        &world,
        &[
            ("Ana Berg", "manager"),
            ("Ana Cruz", "manager"),
            ("Ana Cruz", "report"),
            ("Ana Cruz", "manager"),
            ("Bo Zorn", "manager"),
        ],
    );
    let called = [
        "Ana Berg".to_owned(),
        format!("Ana Cruz (your report, {}/1)", sam.cwd.display()),
        "Ana Cruz (your manager)".to_owned(),
        format!("Ana Cruz (your report, {}/3)", sam.cwd.display()),
        "Bo".to_owned(),
    ];
    for (echo, called) in echoes(&sam, 5).iter().zip(&called) {
        assert_eq!(
            echo,
            &format!("→ {called} · agenda · you, {called}, the host's admins")
        );
    }
    let which = sam.run(["agenda"]).fails(2);
    for line in [
        "ana          Ana Berg, your report",
        "ana-3        Ana Cruz, your manager",
    ] {
        assert!(which.err.contains(line), "{}", which.err);
    }
    let url = world.remote("remote.git");
    sam.in_folder("0")
        .run(["sync", "--remote", url.to_str().unwrap()])
        .ok()
        .says("in sync with Ana Berg: ");
    sam.run(["status", "--all"])
        .ok()
        .says("ana-3 (Ana Cruz (your manager)): hint")
        .says("bo: hint");
}

#[test]
fn a_pair_is_named_by_the_name_of_a_person_only_where_one_person_has_it() {
    let world = World::new();
    let sam = with_pairs(
        &world,
        &[
            ("Ana Berg", "manager"),
            ("Ana Cruz", "manager"),
            ("Zo\u{eb} Zorn", "report"),
        ],
    );
    let add = |name: &str| sam.run(["-p", name, "add", "a topic"]);
    add("Ana Cruz").ok().says("→ Ana Cruz ·");
    add("ana  BERG").ok().says("→ Ana Berg ·");
    add("zoe\u{308}").ok().says("→ Zo\u{eb} ·");
    add("ana-2").ok().says("→ Ana Cruz ·");
    // Two are called so: none is picked. The very name of a pair names that one.
    let which = add("Ana")
        .fails(2)
        .says("which pair? Several are with somebody called Ana");
    assert!(which.err.contains("Ana Berg") && which.err.contains("Ana Cruz") && !which.err.contains("Zorn"));
    add("ana").ok().says("→ Ana Berg ·");
    add("Cruz").fails(2).says("no pair is known by the name Cruz");
}

#[test]
fn two_members_of_one_name_are_told_apart() {
    let world = World::new();
    let ana = world.person("ana");
    ana.run(["init", "Ana", "clone", "--as", "manager", "--name", "Ana"])
        .ok();
    let ana = ana.in_folder("clone");
    ana.run(["add", "action", "Write the plan", "--owner", "them"])
        .ok()
        .says("→ Ana (your report) · agenda · you, Ana (your report)");
    ana.run(["add", "action", "x", "--owner", "Ana"])
        .fails(2)
        .says("both of you are called `Ana`");
    ana.run(["add", "action", "x", "--owner", "ana-2"]).ok();
}

#[test]
fn records_below_the_top_of_a_repository_are_no_pair() {
    let world = World::new();
    let (_, ana) = world.pair();
    let before = ana.files();
    let refuse = |dir: &Path, why: &str| {
        let there = Person {
            cwd: dir.to_owned(),
            ..ana.clone()
        };
        for command in [
            &["add", "written where I stand"][..],
            &["sync"],
            &["agenda"],
            &["pairs", "add", "."],
        ] {
            there.run(command).fails(2).says("are no pair").says(why);
        }
        there.run(["@sam", "agenda"]).ok();
    };
    let copy = |to: &Path| {
        fs::create_dir_all(to.join("meetings/2026")).unwrap();
        fs::copy(ana.cwd.join("pair.toml"), to.join("pair.toml")).unwrap();
    };
    // In a bigger repository, also further down.
    let mono = world.path("mono");
    copy(&mono.join("people/sam"));
    world
        .person("ana")
        .git(["init", "--quiet", mono.to_str().unwrap()])
        .ok();
    refuse(&mono.join("people/sam"), "these lie in another one: ");
    refuse(
        &mono.join("people/sam/meetings/2026"),
        "these lie in another one: ",
    );
    // In none, and in a copy within the clone itself.
    copy(&world.path("unpacked"));
    refuse(&world.path("unpacked"), "these lie in none");
    copy(&ana.cwd.join("backup"));
    refuse(&ana.cwd.join("backup"), "these lie in another one: ");
    fs::remove_dir_all(ana.cwd.join("backup")).unwrap();
    assert_eq!(ana.files(), before);
}

#[test]
fn whoever_stands_in_a_pair_writes_to_no_other() {
    let world = World::new();
    let (_, ana) = world.pair();
    // A repository of its own in the folder of the pair stands in that pair.
    fs::create_dir_all(ana.cwd.join("slides")).unwrap();
    let slides = ana.in_folder("slides");
    slides.git(["init", "--quiet"]).ok();
    let other = world.person("ana").in_folder("other");
    world
        .person("ana")
        .run(["init", "Bo", "other", "--as", "manager", "--name", "Ana"])
        .ok();
    slides.run(["add", "to Sam"]).ok().says("→ Sam ·");
    // A clone whose `pair.toml` is gone is still that pair's.
    world.person("ana").run(["pairs", "forget", "sam"]).ok();
    fs::remove_file(ana.cwd.join("pair.toml")).unwrap();
    let run = ana.run(["add", "into the only one known"]);
    assert!(run.code != 0 || !run.err.contains("Bo"), "{}", run.err);
    assert!(!other.cwd.join("agenda.toml").exists() || !other.read("agenda.toml").contains("only one known"));
}
