//! The harm that a host, a partner or a mishap may do to the records: nothing is lost, and nothing is read by more
//! people.

use std::fs;

use crate::world::{Person, World, first_id, first_id_in, sync_all};

const STRANGER: &str = "age1289hckmfk79w95zrx4w3s7hmh8805543l03vmlpjxr3x0fmcvuys5wzeek";

/// Changes `pair.toml` by plain Git, as a host or a partner could, and pushes it.
fn tamper(person: &Person, change: impl Fn(&str) -> String) {
    person.git(["pull", "-q", "--no-rebase"]).ok();
    let pair = person.read("pair.toml");
    let changed = change(&pair);
    assert_ne!(pair, changed);
    person.write("pair.toml", &changed);
    person.git(["commit", "-qnam", "tampered"]).ok();
    person.git(["push", "-q"]).ok();
}

#[test]
fn my_key_in_the_partners_seat_gives_them_nothing() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let (sams, anas) = (sam.key(), ana.key());
    tamper(&sam, |pair| {
        pair.replace(&format!("\"{sams}\""), &format!("\"{sams}\", \"{anas}\""))
    });
    sync_all(&[&ana]);
    ana.type_in("mine-xyzzy\n", ["add", "concern", "-", "--private"])
        .ok()
        .says("you alone");
    sync_all(&[&ana, &sam]);
    assert!(!sam.run(["--json", "agenda"]).ok().out.contains("xyzzy"));
    assert!(ana.run(["--json", "agenda"]).ok().out.contains("xyzzy"));
    assert!(ana.read("agenda.toml").contains("by = \"ana\""));
}

#[test]
fn a_pair_with_another_id_or_another_slug_is_not_trusted_anew() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let sams = sam.key();
    tamper(&sam, |pair| {
        pair.replace("[member.sam]", "[member.samx]")
            .replace(&sams, STRANGER)
    });
    ana.run(["sync"]).ok();
    ana.type_in("for sam\n", ["add", "concern", "-"]).fails(4);
    let world = World::new();
    let (sam, ana) = world.pair();
    let sams = sam.key();
    tamper(&sam, |pair| {
        let id = first_id_in(pair);
        pair.replace(&id, "kkkkkkkkkkkk").replace(&sams, STRANGER)
    });
    ana.run(["sync"]).fails(3).says("another pair");
    ana.git(["pull", "-q", "--no-rebase"]).ok();
    ana.type_in("for sam\n", ["add", "concern", "-"]).fails(3);
}

#[test]
fn a_key_put_beside_mine_reads_nothing_on_a_new_machine() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.type_in("old-xyzzy\n", ["add", "note", "-", "--private"]).ok();
    sync_all(&[&ana]);
    let anas = ana.key();
    tamper(&sam, |pair| {
        pair.replace(&format!("\"{anas}\""), &format!("\"{anas}\", \"{STRANGER}\""))
    });
    let laptop = world.second_machine(&ana);
    let before = laptop.read("agenda.toml");
    sync_all(&[&laptop, &ana, &laptop, &ana]);
    assert_eq!(
        laptop.read("agenda.toml"),
        before,
        "sealed for nobody else, and for nobody anew"
    );
}

#[test]
fn a_broken_record_that_i_mend_is_mended() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["add", "one"]).ok();
    let agenda = ana.read("agenda.toml");
    ana.write("agenda.toml", &format!("{agenda}bad bad\n"));
    ana.git(["commit", "-qnam", "broken"]).ok();
    ana.write(
        "agenda.toml",
        &format!("{agenda}\n[[entry]]\ntext = \"mended-word\"\n"),
    );
    sync_all(&[&ana, &sam]);
    assert!(sam.read("agenda.toml").contains("mended-word") && sam.read("agenda.toml").contains("\"one\""));
    assert!(!ana.read("agenda.toml").contains("bad bad"));
}

#[test]
fn taking_a_commit_back_with_plain_git_loses_no_word() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    ana.run(["add", "one"]).ok();
    ana.run(["add", "two"]).ok();
    ana.git(["reset", "-q", "HEAD~1"]).ok();
    ana.run(["add", "three"]).ok();
    let agenda = ana.read("agenda.toml");
    for word in ["one", "two", "three"] {
        assert!(agenda.contains(&format!("\"{word}\"")), "{agenda}");
    }
    // A text that was really thrown away stays away.
    ana.git(["reset", "-q", "--hard", "HEAD~1"]).ok();
    ana.run(["add", "four"]).ok();
    assert!(!ana.read("agenda.toml").contains("three"));
}

#[test]
fn a_sealed_edit_that_cannot_be_sealed_anew_stays_in_the_conflict() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.type_in("as it was\n", ["add", "concern", "-"]).ok();
    let id = first_id(&ana);
    sync_all(&[&ana, &sam]);
    let laptop = world.second_machine(&ana);
    laptop.run(["edit", &id, "edited under seal"]).ok();
    sync_all(&[&laptop]);
    ana.run(["share", &id, "--yes"]).ok();
    let sams = sam.key();
    tamper(&sam, |pair| pair.replace(&sams, STRANGER));
    sync_all(&[&ana]);
    assert!(
        ana.run(["--json", "agenda"])
            .ok()
            .out
            .contains("edited under seal"),
        "nothing is lost"
    );
}

#[test]
fn a_conflict_row_written_beside_a_seal_goes_inside() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.type_in("sealed\n", ["add", "concern", "-", "--private"]).ok();
    ana.append(
        "agenda.toml",
        "\n[[entry.conflict]]\nfield = \"text\"\nvalue = \"row-xyzzy\"\n",
    );
    sync_all(&[&ana, &sam]);
    assert!(!sam.objects(&world.path("remote.git")).contains("row-xyzzy"));
    assert!(ana.run(["--json", "agenda"]).ok().out.contains("row-xyzzy"));
}

#[test]
fn a_comment_right_under_a_private_text_goes_inside() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.write("agenda.toml", "[[entry]]\nvisibility = \"private\"\ntext = \"a\"\n# about-xyzzy\n\n[[entry]]\ntext = \"b\"\nvisibility = \"private\"\n# more-xyzzy\n");
    sync_all(&[&ana, &sam]);
    assert!(!sam.objects(&world.path("remote.git")).contains("xyzzy"));
}

#[test]
fn a_concern_that_plain_git_committed_in_clear_is_not_pushed() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.write(
        "agenda.toml",
        "[[entry]]\nkind = \"concern\"\ntext = \"clear-xyzzy\"\n",
    );
    ana.git(["commit", "-qnam", "oops"]).ok();
    ana.run(["sync"]).fails(3);
    ana.write(
        "agenda.toml",
        "[[entry]]\nvisibility = \"private\"\ntext = \"clear-xyzzy\"\nbad bad\n",
    );
    ana.git(["commit", "-qnam", "broken too"]).ok();
    ana.run(["sync"]).fails(3);
    assert!(!sam.objects(&world.path("remote.git")).contains("clear-xyzzy"));
}

#[test]
fn what_i_cannot_read_i_cannot_remove_by_hand() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.type_in("hers\n", ["add", "note", "-", "--private"]).ok();
    sync_all(&[&ana, &sam]);
    let hers = sam.read("agenda.toml");
    sam.write("agenda.toml", "");
    sam.run(["sync"]).ok().says("agenda.toml was gone or empty");
    fs::remove_file(sam.cwd.join("agenda.toml")).unwrap();
    sam.run(["sync"]).ok().says("agenda.toml was gone or empty");
    assert_eq!(sam.read("agenda.toml"), hers);
    // Nor where it is sure that a hand did it.
    sam.add(["mine"]);
    sync_all(&[&sam, &ana]);
    let text = sam.read("agenda.toml");
    let mine = text.split("[[entry]]").find(|entry| entry.contains("mine"));
    sam.write("agenda.toml", &format!("[[entry]]{}", mine.unwrap()));
    sam.run(["sync"]).fails(1).says("only who can read it");
    sam.git(["checkout", "HEAD", "--", "agenda.toml"]).ok();
    sync_all(&[&sam]);
    // And the partner does not share it for me.
    ana.type_in("ours\n", ["add", "concern", "-"]).ok();
    sync_all(&[&ana, &sam]);
    let agenda = sam.read("agenda.toml");
    let start = agenda.find("visibility = \"confidential\"").unwrap();
    let end = start + agenda[start..].find("FILE-----\n\"\"\"").unwrap() + "FILE-----\n\"\"\"".len();
    sam.write(
        "agenda.toml",
        &agenda.replace(&agenda[start..end], "text = \"for everybody\""),
    );
    sam.run(["sync"]).fails(1).says("who alone may share it");
}

#[test]
fn a_broken_pair_from_the_other_side_does_not_block_mine() {
    let world = World::new();
    let (sam, ana) = world.pair();
    tamper(&sam, |pair| format!("{pair}bad bad\n"));
    ana.run(["add", "mine-word"]).ok();
    sync_all(&[&ana]);
    ana.run(["add", "another"]).ok();
    sync_all(&[&ana]);
    assert!(sam.objects(&world.path("remote.git")).contains("mine-word"));
}

#[test]
fn trees_of_odd_shapes_wedge_no_clone() {
    let world = World::new();
    let (sam, ana) = world.pair();
    sam.write("docs/a.md", "a\n");
    sam.git(["add", "-A"]).ok();
    sam.git(["commit", "-qm", "a folder"]).ok();
    sync_all(&[&sam, &ana]);
    sam.git(["rm", "-qr", "docs"]).ok();
    sam.write("docs", "now a file\n");
    sam.write("a\\b.md", "odd\n");
    sam.write("git~notes.md", "fine\n");
    sam.write("mine.md", "theirs\n");
    sam.git(["add", "-A"]).ok();
    sam.git(["commit", "-qm", "odd names"]).ok();
    fs::create_dir(ana.cwd.join("mine.md")).unwrap();
    sync_all(&[&sam, &ana]);
    assert_eq!(ana.read("docs"), "now a file\n");
    ana.run(["add", "still works"]).ok();
    sync_all(&[&ana, &sam]);
    assert_eq!(
        ana.git(["ls-tree", "-r", "HEAD"]).out,
        sam.git(["ls-tree", "-r", "HEAD"]).out
    );
}

#[test]
fn a_file_that_git_no_longer_tracks_stays_where_it_is() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    ana.write("n.md", "a\n");
    ana.git(["add", "n.md"]).ok();
    ana.git(["commit", "-qm", "n"]).ok();
    sync_all(&[&ana]);
    ana.git(["rm", "-q", "--cached", "n.md"]).ok();
    ana.git(["commit", "-qm", "untracked"]).ok();
    ana.write("n.md", "a\nlater words\n");
    sync_all(&[&ana]);
    assert_eq!(ana.read("n.md"), "a\nlater words\n");
}

#[test]
fn another_branch_and_a_rewritten_remote_are_told_apart() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["add", "one"]).ok();
    sync_all(&[&ana, &sam]);
    ana.git(["switch", "-q", "-c", "side"]).ok();
    ana.run(["add", "two"]).ok();
    sync_all(&[&ana]);
    ana.git(["switch", "-q", "main"]).ok();
    sam.git(["reset", "-q", "--hard", "HEAD~1"]).ok();
    sam.git(["push", "-q", "--force"]).ok();
    let head = ana.head();
    ana.run(["sync"]).fails(3).says("--accept-rewrite");
    assert_eq!(ana.head(), head);
    ana.run(["sync", "--accept-rewrite"]).ok();
    sync_all(&[&ana, &sam]);
    assert!(sam.read("agenda.toml").contains("one"));
}

#[test]
fn a_name_that_git_has_no_place_for_still_commits() {
    let world = World::new();
    let person = world.person("sam");
    person
        .run(["init", "Ana", "clone", "--as", "manager", "--name", "Sam <3 Lee>"])
        .ok();
    person.in_folder("clone").run(["add", "fine"]).ok();
}
