//! A private text stands in no Git object in clear, whichever way it came in (docs/privacy.md#sealing-first).

use std::fs;

use crate::world::{Person, World, sync_all};

/// Looks for a word in every object of both clones and of the remote, and in everything that lies in `.git` and home.
#[track_caller]
fn nowhere(world: &World, people: &[&Person], word: &str) {
    let git_dirs = people
        .iter()
        .map(|p| p.cwd.join(".git"))
        .chain([world.path("remote.git")]);
    for git_dir in git_dirs {
        let objects = people[0].objects(&git_dir);
        assert!(objects.contains("commit"), "{}", git_dir.display());
        assert!(
            !objects.contains(word),
            "{word} is in an object of {}",
            git_dir.display()
        );
    }
    for person in people {
        let found = person.start("grep", ["-rlaF", word, person.home.to_str().unwrap()], "");
        assert_eq!(found.out, "", "{word} lies in a file");
    }
}

#[test]
fn private_words_reach_no_object_whichever_way_they_came() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["add", "concern", "argued-xyzzy", "--private"])
        .ok()
        .says("shell's history");
    ana.type_in("typed-xyzzy\n", ["add", "concern", "-"]).ok();
    let editor = "sh -c 'printf edited-xyzzy > \"$1\"' --";
    ana.with("EDITOR", editor).run(["add", "note", "--private"]).ok();
    ana.append(
        "agenda.toml",
        "\n# a hidden-xyzzy remark\n[[entry]]\ntext = \"written-xyzzy\"\nvisibility = \"private\"\n\n[[entry]]\nkind = \"concern\"\ntext = \"concern-xyzzy\"\n",
    );
    sync_all(&[&ana, &sam]);
    assert_eq!(ana.read("agenda.toml").matches("sealed = ").count(), 5);
    nowhere(&world, &[&ana, &sam], "xyzzy");
    // Both members read what is confidential, and only its author what is private.
    let readable = |person: &Person| {
        person
            .run(["--json", "agenda"])
            .ok()
            .out
            .matches("-xyzzy")
            .count()
    };
    assert_eq!((readable(&ana), readable(&sam)), (5, 2));
    // Nothing is lost by another round.
    sync_all(&[&sam, &ana]);
    assert_eq!(sam.files(), ana.files());
}

#[test]
fn a_private_text_that_plain_git_committed_does_not_leave_the_machine() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.write(
        "agenda.toml",
        "[[entry]]\ntext = \"leaked-xyzzy\"\nvisibility = \"private\"\n",
    );
    ana.git(["commit", "-qnam", "oops"]).ok();
    ana.run(["sync"]).fails(3).says("in clear");
    assert!(!sam.objects(&world.path("remote.git")).contains("leaked-xyzzy"));
    // The way out that the error names works.
    ana.git(["reset", "--soft", "@{upstream}"]).ok();
    ana.run(["sync"]).ok();
    assert!(!sam.objects(&world.path("remote.git")).contains("leaked-xyzzy"));
    sam.run(["sync"]).ok();
    assert!(sam.read("agenda.toml").contains("sealed = "));
}

#[test]
fn a_slip_of_the_pen_sends_nothing_out_in_clear() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["add", "topic", "stands here"]).ok();
    ana.run(["sync"]).ok();
    let before = (ana.read("agenda.toml"), ana.head());
    let remote = world.path("remote.git");
    for slip in [
        "[[entry]]\nVisibility = \"private\"\ntext = \"leaked-xyzzy\"\n",
        "[[entry]]\nvisibilty = \"private\"\ntext = \"leaked-xyzzy\"\n",
        "[[entry]]\nprivate = true\ntext = \"leaked-xyzzy\"\n",
        "[[entry]]\nKind = \"concern\"\ntext = \"leaked-xyzzy\"\n",
        "[[entries]]\nvisibility = \"private\"\ntext = \"leaked-xyzzy\"\n",
        "[[Entry]]\nvisibility = \"private\"\ntext = \"leaked-xyzzy\"\n",
        "[[entry]]\ntype = \"concern\"\ntext = \"leaked-xyzzy\"\n",
        "[[concern]]\ntext = \"leaked-xyzzy\"\n",
    ] {
        let edited = format!("{}\n{slip}", before.0);
        ana.write("agenda.toml", &edited);
        let last = edited.len() - slip.len();
        let at = edited[..last].lines().count() + 1;
        let lines = [at, at + 1].map(|line| format!("agenda.toml:{line}:"));
        for (command, code) in [
            (&["sync"][..], 1),
            (&["add", "topic", "other"], 1),
            (&["check"], 3),
        ] {
            let run = ana.run(command).fails(code);
            let said = format!("{}{}", run.out, run.err);
            assert!(lines.iter().any(|line| said.contains(line)), "{said}");
        }
        assert_eq!(ana.read("agenda.toml"), edited, "nothing is touched");
        assert_eq!(ana.head(), before.1);
        assert!(!sam.objects(&ana.cwd).contains("xyzzy"));
        // The guard stops plain Git, and where it is passed by, the last look before the push does.
        assert_ne!(ana.git(["commit", "-qam", "oops"]).code, 0);
        ana.git(["commit", "-qnam", "oops"]).ok();
        ana.run(["sync"]).fails(3).says("in clear");
        assert!(!sam.objects(&remote).contains("xyzzy"));
        ana.git(["reset", "-q", "--hard", "HEAD~1"]).ok();
        ana.git(["reflog", "expire", "--expire=now", "--all"]).ok();
        ana.git(["gc", "-q", "--prune=now"]).ok();
    }
    // Other keys are nobody's business.
    ana.write(
        "agenda.toml",
        &format!("{}\n[[entry]]\nmood = \"good\"\ntext = \"fine\"\n", before.0),
    );
    ana.run(["sync"]).ok();
    assert!(ana.read("agenda.toml").contains("mood = \"good\""));
}

#[test]
fn a_misspelt_visibility_or_kind_is_corrected_and_not_deleted() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    for line in [
        "visibility = \"Private\"",
        "visibility = \"secret\"",
        "visibility = [\"private\"]",
        "kind = \"Concern\"",
        "kind = \"concren\"",
    ] {
        ana.write(
            "agenda.toml",
            &format!("[[entry]]\n{line}\ntext = \"leaked-xyzzy\"\n"),
        );
        for command in [&["sync"][..], &["check"], &["agenda"]] {
            let run = ana.run(command);
            let said = run.out + &run.err;
            assert!(!said.contains("delete the line"), "{line}: {said}");
            assert!(
                command[0] == "agenda" || said.contains("write "),
                "{line}: {said}"
            );
        }
    }
}

#[test]
fn a_private_text_that_is_out_already_stops_nobody_and_an_edit_seals_it() {
    let world = World::new();
    let (sam, ana) = world.pair();
    // From a clone without the guard, or in the host's own editor.
    let plain = ana.cloned(&world.address("remote.git"), "../plain");
    let text = "[[entry]]\ntext = \"leaked-xyzzy\"\nvisibility = \"private\"\n";
    plain.write("agenda.toml", text);
    plain.git(["add", "agenda.toml"]).ok();
    plain
        .git([
            "-c",
            "user.name=Ana Ruiz",
            "-c",
            "user.email=ana@x.y",
            "commit",
            "-qm",
            "by phone",
        ])
        .ok();
    plain.git(["push", "-q"]).ok();
    sam.run(["add", "a word of sam's"]).ok();
    let run = sam.run(["sync"]).ok().says("came in clear");
    // Whoever cannot seal it is told who can, and gets no command that fails.
    assert!(
        run.err.contains("ana alone can seal it") && !run.err.contains("oneonone edit"),
        "{}",
        run.err
    );
    ana.run(["add", "a word of ana's"]).ok();
    let run = ana.run(["sync"]).ok().says("came in clear");
    assert!(!run.says("\n    oneonone edit ").err.contains("alone"));
    let id = ana.read("agenda.toml");
    let id = id.split("[[entry]]").find(|entry| entry.contains("leaked-xyzzy"));
    let id = id.unwrap().split("id = \"").nth(1).unwrap()[..12].to_owned();
    let before = sam.files();
    for command in [&["edit", &id, "mine"][..], &["done", &id], &["edit", &id]] {
        let run = sam.with("EDITOR", "echo mine >").run(command).fails(4);
        run.says("private to its author, ana").says("ask ana to edit");
    }
    assert_eq!(sam.files(), before);
    // Nobody is told that it is read by its author alone.
    for person in [&ana, &sam] {
        let show = person.run(["show", &id]).ok();
        assert!(!show.out.contains("alone"), "{}", show.out);
        let who = person.run(["who", &id]).ok().says("to be sealed");
        assert!(
            who.out.contains("admins") && who.out.contains("Sam Lee"),
            "{}",
            who.out
        );
        let readers = person.run(["--json", "who", &id]).ok().json();
        assert_eq!(readers["readers"].as_array().unwrap().len(), 3);
    }
    ana.run(["edit", &id, "sealed-xyzzy"]).ok();
    assert_eq!(ana.run(["who", &id]).ok().out.lines().count(), 1);
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    for person in [&ana, &sam] {
        assert!(person.read("agenda.toml").contains("sealed = "));
        assert!(!person.read("agenda.toml").contains("xyzzy"));
    }
    assert!(!sam.objects(&world.path("remote.git")).contains("sealed-xyzzy"));
    // Another text beside it is held back as ever, though the same words stand in something shared.
    for words in ["second-xyzzy", "a word of sam's"] {
        let more = text.replace("leaked-xyzzy", words);
        ana.append("agenda.toml", &format!("\n{more}"));
        ana.git(["commit", "-qnam", "oops"]).ok();
        ana.run(["sync"]).fails(3).says("in clear");
        ana.git(["reset", "-q", "--hard", "HEAD~1"]).ok();
    }
    assert!(!sam.objects(&world.path("remote.git")).contains("second-xyzzy"));
}

#[test]
fn a_confidential_text_that_is_out_already_is_sealed_by_either_of_the_two() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let text = "[[entry]]\nid = \"kkkkkkkkkkkk\"\nby = \"ana\"\nat = 2026-11-20T09:12:00Z\n\
                text = \"leaked\"\nvisibility = \"confidential\"\n";
    ana.write("agenda.toml", text);
    ana.git(["commit", "-qnam", "oops"]).ok();
    ana.git(["push", "-q"]).ok();
    ana.run(["sync"]).ok().says("\n    oneonone edit kkkkkkkkkkkk\n");
    sam.run(["sync"]).ok().says("\n    oneonone edit kkkkkkkkkkkk\n");
    sam.run(["edit", "kkkkkkkkkkkk", "sealed-xyzzy"]).ok();
    sync_all(&[&sam, &ana]);
    nowhere(&world, &[&ana, &sam], "xyzzy");
    assert!(ana.read("agenda.toml").contains("sealed = "));
}

#[test]
fn the_age_program_opens_what_is_sealed() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    ana.type_in("for me alone\n", ["add", "note", "-", "--private"])
        .ok();
    let agenda = ana.read("agenda.toml");
    let armor = agenda.split("\"\"\"\n").nth(1).unwrap();
    let identity = ana.home.join(".config/oneonone/identity.txt");
    let opened = ana
        .start("age", ["-d", "-i", identity.to_str().unwrap()], armor)
        .ok();
    assert!(opened.out.contains("text = \"for me alone\""), "{}", opened.out);
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(
        fs::metadata(&identity).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[test]
fn a_ciphertext_copied_onto_another_entry_is_refused() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    ana.type_in("mine\n", ["add", "note", "-", "--private"]).ok();
    ana.type_in("other\n", ["add", "note", "-", "--private"]).ok();
    let agenda = ana.read("agenda.toml");
    let armors: Vec<&str> = agenda.split("\"\"\"").skip(1).step_by(2).collect();
    ana.write("agenda.toml", &agenda.replace(armors[1], armors[0]));
    let head = ana.head();
    ana.run(["sync"]).fails(1).says("changed by hand");
    assert_eq!(ana.head(), head);
}

#[test]
fn a_key_that_a_stranger_put_into_the_pair_reads_nothing() {
    let world = World::new();
    let (sam, ana) = world.pair();
    sync_all(&[&ana]);
    let mallory = "age1289hckmfk79w95zrx4w3s7hmh8805543l03vmlpjxr3x0fmcvuys5wzeek";
    let pair = sam.read("pair.toml");
    let own = pair
        .split("[member.sam]")
        .nth(1)
        .unwrap()
        .split('"')
        .find(|w| w.starts_with("age1"))
        .unwrap();
    sam.write("pair.toml", &pair.replace(own, mallory));
    sam.git(["commit", "-qam", "swapped"]).ok();
    sam.git(["push", "-q"]).ok();
    ana.run(["sync"]).ok().says("keys of sam changed");
    ana.type_in("for sam\n", ["add", "concern", "-"])
        .fails(4)
        .says("key trust sam");
    ana.type_in("for me\n", ["add", "concern", "-", "--private"]).ok();
}
