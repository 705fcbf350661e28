//! A pair of a format that this program does not write is never written to (docs/format.md#versions).

use crate::world::{Person, World};

/// The lines that may stand in the place of `format = 1`, and whether a newer program wrote them.
const FORMATS: [(&str, bool); 8] = [
    ("format = 0\n", false),
    ("format = -1\n", false),
    ("format = 1.5\n", false),
    ("format = \"1\"\n", false),
    ("format = true\n", false),
    ("", false),
    ("format = 2\n", true),
    ("format = 99999999999\n", true),
];

/// Every command that writes a record; the first ones run for each format.
fn writing(id: &str) -> Vec<Vec<String>> {
    let commands = [
        "add word",
        "sync",
        "start",
        "edit ID other",
        "done ID",
        "drop ID",
        "reopen ID",
        "rm ID",
        "skip",
        "next tomorrow",
        "end",
        "undo",
        "redo",
        "restore ID",
        "add note word --private",
        "add word --meeting 2026-11-20",
        "start --on 2026-11-20",
    ];
    let split = |command: &str| command.split(' ').map(|word| word.replace("ID", id)).collect();
    commands.into_iter().map(split).collect()
}

fn set_format(person: &Person, format: &str) {
    person.write(
        "pair.toml",
        &person.read("pair.toml").replace("format = 1\n", format),
    );
}

#[test]
fn a_pair_of_another_format_is_never_written_to() {
    for (format, is_newer) in FORMATS {
        let world = World::new();
        let (_, ana) = world.pair();
        let id = ana.add(["action", "a thing to do"]);
        let good = ana.read("pair.toml");
        for is_committed in [false, true] {
            set_format(&ana, format);
            if !is_committed && !is_newer {
                // A broken file in the folder alone: the one of HEAD counts.
                let lies = ana.read("pair.toml");
                ana.run(["add", "beside it"]).ok().says("format");
                ana.run(["next", "tomorrow"]).fails(1).says("format");
                assert_eq!(ana.read("pair.toml"), lies);
                assert_eq!(ana.git(["show", "HEAD:pair.toml"]).ok().out, good);
                ana.write("pair.toml", &good);
                continue;
            }
            if is_committed {
                ana.commit_unguarded("another format");
            } else {
                ana.append("agenda.toml", "\n[[entry]]\ntext = \"by hand\"\n");
            }
            let before = ana.head();
            let commands = writing(&id);
            let count = if format.contains(['0', '2', '"']) {
                commands.len()
            } else {
                2
            };
            for command in commands.iter().take(count) {
                let run = ana.run(command);
                assert_eq!(
                    ana.head(),
                    before,
                    "{format:?} {is_committed} {command:?} {}",
                    run.err
                );
                let writes = run.err.contains("format");
                let passes = is_committed && matches!(command[0].as_str(), "sync" | "reopen" | "redo");
                assert!(
                    passes || run.code != 0,
                    "{format:?} {is_committed} {command:?}: {}",
                    run.err
                );
                if matches!(command.as_slice(), [add, word] if add == "add" && word == "word") {
                    assert!(writes, "{format:?} {command:?}: {}", run.err);
                    let way = if is_newer { "newer oneonone" } else { "put" };
                    assert!(
                        run.err.contains(way),
                        "{format:?} {is_committed} {command:?}: {}",
                        run.err
                    );
                }
            }
            // Put back, everything goes on.
            ana.write("pair.toml", &good);
            if is_committed && is_newer {
                ana.commit_unguarded("another format");
            }
            ana.run(["add", "goes on"]).ok();
        }
        ana.run(["sync"]).ok();
        assert!(ana.read("pair.toml").contains("format = 1\n"));
    }
}

/// Nobody writes, so nobody is told by an error: `status` and `check` say it.
#[test]
fn a_newer_format_on_the_branch_is_said_before_a_command_fails() {
    let world = World::new();
    let (_, ana) = world.pair();
    ana.run(["check"]).ok();
    assert!(!ana.run(["status"]).ok().err.contains("format"));
    set_format(&ana, "format = 2\n");
    ana.commit_unguarded("another format");
    ana.run(["status"])
        .ok()
        .says("every command that writes would stop: this pair is of format 2")
        .says("oneonone restore pair.toml");
    let checked = ana.run(["--json", "check"]).fails(3);
    assert!(
        checked.out.contains("this pair is of format 2"),
        "{}",
        checked.out
    );
    ana.run(["agenda"]).ok();
    let sync = ana.run(["sync"]).ok();
    assert_eq!(
        sync.err.matches("every command that writes would stop").count(),
        1,
        "{}",
        sync.err
    );
    ana.run(["restore", "pair.toml"]).ok();
    ana.run(["check"]).ok();
    assert!(!ana.run(["status"]).ok().err.contains("format"));
}

/// The other one's program is newer, or their key is broken: no merge is made over it, and what stands here stays.
#[test]
fn a_merge_with_another_format_is_not_made() {
    for (format, is_newer) in FORMATS {
        let world = World::new();
        let (sam, ana) = world.pair();
        set_format(&sam, format);
        sam.commit_unguarded("another format");
        sam.git(["push", "-q"]).ok();
        ana.add(["a word of mine"]);
        let before = ana.head();
        let run = ana.run(["sync"]).fails(1).says("format");
        assert!(
            run.err.contains(if is_newer { "newer oneonone" } else { "put" }),
            "{}",
            run.err
        );
        assert_eq!(ana.head(), before);
        ana.run(["agenda"]).ok();
        // Here the format is known: a person goes on, and syncs once it is put back there.
        ana.add(["another word of mine"]);
        sam.git(["revert", "--no-edit", "HEAD"]).ok();
        sam.git(["push", "-q"]).ok();
        ana.run(["sync"]).ok();
        sam.run(["sync"]).ok();
        assert!(sam.read("agenda.toml").contains("another word of mine"));
    }
}

/// The other member, or the host, pushed it: the words name the commit, its author, and a way back that works.
#[test]
fn another_format_that_came_is_named_with_its_commit_and_a_way_back_that_works() {
    for (format, is_newer) in FORMATS.into_iter().chain([("format = 99\n", true)]) {
        let world = World::new();
        let (sam, ana) = world.pair();
        set_format(&sam, format);
        sam.commit_unguarded("another format");
        sam.git(["push", "-q"]).ok();
        let wrote = sam.short_head();
        ana.run(["sync"]);
        for command in [&["add", "word"][..], &["next", "tomorrow"], &["start"]] {
            let run = ana.run(command).fails(1).says(&wrote).says("Plain Git");
            let run = run.says("oneonone restore pair.toml");
            assert_eq!(
                is_newer,
                run.err.contains("upgrade oneonone"),
                "{format:?}: {}",
                run.err
            );
        }
        ana.run(["restore", "pair.toml"]).ok();
        ana.run(["add", "word"]).ok();
        ana.run(["sync"]).ok();
        sam.run(["sync"]).ok();
        sam.run(["add", "goes on"]).ok();
        assert!(sam.read("pair.toml").contains("format = 1\n"), "{format:?}");
        assert!(sam.read("agenda.toml").contains("\"word\""));
        ana.run(["restore", "pair.toml"]).fails(1);
    }
}

/// Both sides have something new: only the other side can put it back, and the words say so.
#[test]
fn another_format_beside_words_of_mine_is_put_back_by_the_other_member() {
    for (format, _) in FORMATS {
        let world = World::new();
        let (sam, ana) = world.pair();
        set_format(&sam, format);
        sam.commit_unguarded("another format");
        sam.git(["push", "-q"]).ok();
        let wrote = sam.short_head();
        ana.add(["a word of mine"]);
        let run = ana.run(["sync"]).fails(1);
        run.says(&wrote)
            .says("Plain Git")
            .says("oneonone restore pair.toml");
        sam.run(["restore", "pair.toml"]).ok();
        sam.run(["sync"]).ok();
        ana.run(["sync"]).ok();
        sam.run(["sync"]).ok();
        assert!(sam.read("agenda.toml").contains("a word of mine"), "{format:?}");
    }
}

/// A newer format in the folder alone.
#[test]
fn a_newer_format_in_the_folder_alone_is_put_back_by_what_is_said() {
    let world = World::new();
    let (_, ana) = world.pair();
    set_format(&ana, "format = 2\n");
    let run = ana.run(["add", "word"]).fails(1).says("upgrade oneonone");
    ana.paste(run.command("git ")).ok();
    ana.run(["add", "word"]).ok();
}

#[test]
fn the_way_back_is_open_whatever_was_edited_in_the_folder() {
    for format in ["99", "true", "\"1\""] {
        for edits_pair in [false, true] {
            let world = World::new();
            let (sam, ana) = world.pair();
            set_format(&sam, &format!("format = {format}\n"));
            sam.commit_unguarded("another format");
            sam.git(["push", "-q"]).ok();
            ana.run(["sync"]);
            let by_hand = "\n[[entry]]\nkind = \"topic\"\nby = \"ana\"\nat = 2026-11-20T10:00:00Z\ntext = \"by hand\"\n";
            ana.append("agenda.toml", by_hand);
            if edits_pair {
                ana.write(
                    "pair.toml",
                    &ana.read("pair.toml").replace("\"Ana\"", "\"Ana Ng\""),
                );
            }
            ana.run(["restore", "pair.toml"]).ok();
            assert!(ana.read("pair.toml").contains("format = 1\n"), "{format}");
            ana.run(["add", "written afterwards"]).ok();
            ana.run(["sync"]).ok();
            sam.run(["sync"]).ok();
            let agenda = sam.read("agenda.toml");
            assert!(
                agenda.contains("by hand") && agenda.contains("written afterwards"),
                "{format}"
            );
            if edits_pair {
                let aside = ana
                    .files()
                    .into_iter()
                    .find(|(path, _)| path.starts_with("pair.mine-"));
                assert!(aside.is_some_and(|(_, text)| text.contains("Ana Ng")), "{format}");
            }
        }
    }
}

/// The commit that wrote it is too far back to be looked for: the way back is the same.
#[test]
fn the_way_back_is_named_however_long_ago_the_format_was_written() {
    let world = World::new();
    let (_, ana) = world.pair();
    set_format(&ana, "format = 99\n");
    ana.commit_unguarded("another format");
    let later = "commit refs/heads/main\ncommitter Plain Git <plain@example.invalid> 1790000000 +0000\ndata 5\nlater\n";
    let mut import = format!("{later}from refs/heads/main^0\n");
    import.extend(std::iter::repeat_n(later, 5_010));
    ana.start("git", ["fast-import", "--quiet"], &import).ok();
    ana.git(["push", "-q"]).ok();
    let run = ana
        .run(["add", "word"])
        .fails(1)
        .says("oneonone restore pair.toml");
    assert!(!run.err.contains("git checkout"), "{}", run.err);
    ana.run(["restore", "pair.toml"]).ok();
    ana.run(["add", "word"]).ok();
}

/// No commit of the branch has a good one: the history that it replaced does.
#[test]
fn the_last_good_pair_is_found_in_a_history_that_a_rewritten_one_replaced() {
    let world = World::new();
    let (_, ana) = world.pair();
    ana.add(["a word of before"]);
    ana.run(["sync"]).ok();
    let host = world.host();
    set_format(&host, "format = 99\n");
    host.git(["checkout", "-q", "--orphan", "anew"]).ok();
    host.commit_unguarded("another format");
    host.git(["push", "-qf", "origin", "anew:main"]).ok();
    ana.run(["sync"]).fails(3);
    ana.run(["sync", "--take-rewrite"]).ok();
    ana.run(["add", "word"])
        .fails(1)
        .says("oneonone restore pair.toml");
    ana.run(["restore", "pair.toml"]).ok();
    assert!(ana.read("pair.toml").contains("format = 1\n"));
    ana.run(["add", "word"]).ok();
    ana.run(["sync"]).ok();
}

/// One that cannot be read loses against one that was edited here: it would have been merged away.
#[test]
fn another_format_is_not_merged_beside_an_edit_of_pair_toml() {
    for (format, _) in FORMATS {
        let world = World::new();
        let (sam, ana) = world.pair();
        set_format(&sam, format);
        sam.commit_unguarded("another format");
        sam.git(["push", "-q"]).ok();
        ana.run(["next", "2026-12-08"]).ok();
        let before = ana.head();
        for _ in 0..2 {
            let run = ana.run(["sync"]).fails(1);
            run.says("format").says("oneonone restore pair.toml");
            assert_eq!(ana.head(), before, "{format:?}");
        }
        ana.run(["restore", "pair.toml"]).ok();
        ana.run(["sync"]).ok();
        sam.run(["sync"]).ok();
        let pair = sam.read("pair.toml");
        assert!(
            pair.contains("format = 1\n") && pair.contains("2026-12-08"),
            "{format:?}: {pair}"
        );
    }
}
