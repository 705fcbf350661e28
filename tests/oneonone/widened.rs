//! Only the author widens: a commit by plain Git that lets more people read an entry of another's does not leave the
//! machine, and nothing is written on top of it.

use std::fs;

use crate::world::{Person, World, sync_all};

const SECRET: &str = "leaked-xyzzy";

/// Ana has a private entry and a confidential one, at the remote too; their ids.
pub(crate) fn two_sealed(ana: &Person) -> [String; 2] {
    let ids = [
        ana.add(["note", "for me alone", "--private"]),
        ana.add(["concern", "for the two of us"]),
    ];
    ana.run(["sync"]).ok();
    ids
}

/// Sam, and Ana with those two entries, everywhere.
pub(crate) fn pair_with_two_sealed(world: &World) -> (Person, Person, [String; 2]) {
    let (sam, ana) = world.pair();
    let ids = two_sealed(&ana);
    sam.run(["sync"]).ok();
    (sam, ana, ids)
}

/// A record with another entry in the place of one.
fn with_entry(record: &str, id: &str, entry: &str) -> String {
    let mut parts: Vec<String> = record.split("[[entry]]\n").map(str::to_owned).collect();
    let place = parts.iter().position(|part| part.contains(id));
    parts[place.unwrap_or_else(|| panic!("{id} is not in\n{record}"))] = format!("{entry}\n");
    parts.join("[[entry]]\n")
}

fn envelope(id: &str, by: &str) -> String {
    format!("id = \"{id}\"\nkind = \"note\"\nby = \"{by}\"\nat = 2026-11-24T12:00:00Z\n")
}

/// The entry as everyone would read it.
fn clear(id: &str) -> String {
    format!("{}text = \"{SECRET}\"\n", envelope(id, "ana"))
}

fn widen(person: &Person, id: &str) {
    person.write(
        "agenda.toml",
        &with_entry(&person.read("agenda.toml"), id, &clear(id)),
    );
}

/// No command writes on top of it, and no sync sends it.
#[track_caller]
fn stays_here(world: &World, person: &Person, what: &str) {
    let remote = world.path("remote.git");
    let stood = (person.tip_of(&remote), person.head());
    for args in [
        &["sync"][..],
        &["add", "on top"],
        &["sync", "--dry-run"],
        &["undo"],
    ] {
        let run = person.run(args);
        assert_eq!(run.code, 3, "{what}: {args:?}\n{}{}", run.out, run.err);
        assert!(run.err.contains("who alone may share it"), "{what}\n{}", run.err);
        assert!(!run.err.contains(SECRET), "{what}\n{}", run.err);
    }
    assert_eq!((person.tip_of(&remote), person.head()), stood, "{what}");
    assert!(!person.objects(&remote).contains(SECRET), "{what}");
}

/// Does what the hint says.
#[track_caller]
fn take_back(person: &Person) {
    let told = person.run(["sync"]).fails(3);
    person.paste_all(&told, "git ");
}

#[test]
fn no_form_of_it_passes_the_guard_or_leaves_the_machine() {
    let world = World::new();
    let (sam, ana, [private, confidential]) = pair_with_two_sealed(&world);
    let agenda = sam.read("agenda.toml");
    let (head, before) = (sam.head(), sam.files());
    let sealed = |id: &str| {
        let block = agenda.split("[[entry]]\n").find(|part| part.contains(id));
        block.unwrap().trim_end().to_owned()
    };
    let without = |id: &str| with_entry(&agenda, id, "").replace("[[entry]]\n\n", "");
    let meeting = |entry: &str| format!("date = 2026-11-20\nstatus = \"held\"\n\n[[entry]]\n{entry}\n");
    let path = "meetings/2026/2026-11-20.toml";
    let mut forms: Vec<(&str, Vec<(&str, String)>)> = Vec::new();
    for id in [&private, &confidential] {
        let in_agenda = |entry: &str| vec![("agenda.toml", with_entry(&agenda, id, entry))];
        let shared = format!("{}visibility = \"shared\"\n", clear(id));
        let by_sam = format!("{}text = \"{SECRET}\"\n", envelope(id, "sam"));
        let row = format!(
            "{}\n\n[[entry.conflict]]\nfield = \"body\"\nkind = \"note\"\ntext = \"{SECRET}\"\n",
            sealed(id)
        );
        forms.extend([
            ("as a shared one", in_agenda(&shared)),
            ("without a visibility", in_agenda(&clear(id))),
            ("under another author", in_agenda(&by_sam)),
            ("as a row of a conflict", in_agenda(&row)),
            (
                "moved to a meeting",
                vec![("agenda.toml", without(id)), (path, meeting(&clear(id)))],
            ),
            (
                "moved, under another author",
                vec![("agenda.toml", without(id)), (path, meeting(&by_sam))],
            ),
            ("a copy beside it", vec![(path, meeting(&clear(id)))]),
            (
                "a file named like a record",
                vec![("agenda.toml~", format!("[[entry]]\n{}", clear(id)))],
            ),
            (
                "a meeting's copy",
                vec![("meetings/old.toml", format!("[[entry]]\n{by_sam}"))],
            ),
        ]);
    }
    let word = sealed(&private).replace("\"private\"", "\"confidential\"");
    forms.push((
        "the word beside the seal",
        vec![("agenda.toml", with_entry(&agenda, &private, &word))],
    ));
    let other = sealed(&confidential).replace(&confidential, &private);
    forms.push((
        "another seal",
        vec![("agenda.toml", with_entry(&agenda, &private, &other))],
    ));
    for (what, files) in forms {
        for (path, text) in &files {
            sam.write(path, text);
        }
        sam.git(["add", "-A"]).ok();
        let refused = sam.git(["commit", "-qm", "no"]);
        assert_ne!(refused.code, 0, "{what}");
        assert!(
            refused.err.contains("who alone may share it"),
            "{what}\n{}",
            refused.err
        );
        assert!(!refused.err.contains(SECRET), "{what}\n{}", refused.err);
        sam.commit_unguarded("oops");
        stays_here(&world, &sam, what);
        sam.git(["reset", "-q", "--hard", &head]).ok();
        assert_eq!(sam.files(), before);
    }
    // Once it is taken back, everything goes on.
    sam.run(["add", "goes on"]).ok();
    sync_all(&[&sam, &ana]);
    assert_eq!(sam.files(), ana.files());
}

#[test]
fn the_hint_takes_it_back_and_keeps_what_else_was_written() {
    let world = World::new();
    let (sam, ana, [_, confidential]) = pair_with_two_sealed(&world);
    let agenda = sam.read("agenda.toml");
    widen(&sam, &confidential);
    sam.write("notes.md", "kept\n");
    sam.commit_unguarded("oops");
    sam.write("slides.md", "kept too\n");
    sam.commit_unguarded("later");
    take_back(&sam);
    assert_eq!(sam.read("agenda.toml"), agenda);
    sam.run(["sync"]).ok();
    sam.git(["commit", "-qm", "the notes and the slides"]).ok();
    sync_all(&[&sam, &ana]);
    assert_eq!(ana.read("notes.md") + &ana.read("slides.md"), "kept\nkept too\n");
    // A file that the commit made goes.
    let path = "meetings/2026/2026-11-20.toml";
    sam.write(
        path,
        &format!(
            "date = 2026-11-20\nstatus = \"held\"\n\n[[entry]]\n{}",
            clear(&confidential)
        ),
    );
    sam.commit_unguarded("oops");
    take_back(&sam);
    assert!(!sam.cwd.join(path).exists());
    sync_all(&[&sam, &ana]);
    assert_eq!(sam.files(), ana.files());
    assert!(!sam.objects(&world.path("remote.git")).contains(SECRET));
}

#[test]
fn later_commits_do_not_hide_it() {
    let world = World::new();
    let (sam, _, [private, confidential]) = pair_with_two_sealed(&world);
    let (head, agenda) = (sam.head(), sam.read("agenda.toml"));
    let start = |what: &str| {
        sam.git(["reset", "-q", "--hard", &head]).ok();
        what.to_owned()
    };
    for id in [&private, &confidential] {
        let what = start("widened, and narrow again");
        widen(&sam, id);
        sam.commit_unguarded("wide");
        sam.write("agenda.toml", &agenda);
        sam.commit_unguarded("narrow");
        stays_here(&world, &sam, &what);

        let what = start("amended");
        sam.write("notes.md", "a note\n");
        sam.commit_unguarded("a note");
        widen(&sam, id);
        sam.git(["add", "-A"]).ok();
        sam.unguarded(["commit", "-q", "--amend", "--no-edit"]).ok();
        stays_here(&world, &sam, &what);

        let what = start("a commit of the author's, amended");
        widen(&sam, id);
        sam.git(["add", "-A"]).ok();
        sam.unguarded(["commit", "-q", "--amend", "--no-edit"]).ok();
        assert_eq!(sam.git(["log", "-1", "--format=%an"]).ok().out, "Ana\n");
        stays_here(&world, &sam, &what);

        let what = start("removed, and put back");
        sam.write(
            "agenda.toml",
            &with_entry(&agenda, id, "").replace("[[entry]]\n\n", ""),
        );
        sam.commit_unguarded("gone");
        sam.write("agenda.toml", &with_entry(&agenda, id, &clear(id)));
        sam.commit_unguarded("back");
        stays_here(&world, &sam, &what);

        let what = start("broken, and mended");
        sam.write("agenda.toml", "bad bad\n");
        sam.commit_unguarded("broken");
        sam.write("agenda.toml", &with_entry(&agenda, id, &clear(id)));
        sam.commit_unguarded("mended");
        stays_here(&world, &sam, &what);

        let what = start("given another author, and widened");
        let by_sam = agenda.replace("by = \"ana\"", "by = \"sam\"");
        sam.write("agenda.toml", &by_sam);
        sam.commit_unguarded("mine now");
        sam.write("agenda.toml", &format!("# a remark\n{by_sam}"));
        sam.commit_unguarded("a remark");
        sam.write(
            "agenda.toml",
            &with_entry(&by_sam, id, &clear(id).replace("\"ana\"", "\"sam\"")),
        );
        sam.commit_unguarded("wide");
        stays_here(&world, &sam, &what);
    }
}

#[test]
fn neither_a_merge_nor_another_clone_hides_it() {
    let world = World::new();
    let (sam, ana, [private, confidential]) = pair_with_two_sealed(&world);
    ana.run(["add", "of ana"]).ok();
    ana.run(["sync"]).ok();
    let head = sam.head();
    for id in [&private, &confidential] {
        // In the merge itself, or before it; with a merge or a rebase over it.
        for how in ["in the merge", "before a merge", "before a rebase"] {
            sam.git(["reset", "-q", "--hard", &head]).ok();
            sam.write("notes.md", how);
            sam.commit_unguarded("a note");
            match how {
                "in the merge" => {
                    sam.git(["pull", "-q", "--no-rebase", "--no-commit"]).ok();
                    widen(&sam, id);
                    sam.commit_unguarded("merge");
                    assert_eq!(
                        sam.git(["rev-list", "--parents", "-1", "HEAD"])
                            .ok()
                            .out
                            .split(' ')
                            .count(),
                        3
                    );
                }
                "before a merge" => {
                    widen(&sam, id);
                    sam.commit_unguarded("wide");
                    sam.git(["fetch", "-q"]).ok();
                    sam.git(["merge", "-q", "-s", "ours", "-m", "merge", "origin/main"])
                        .ok();
                }
                _ => {
                    widen(&sam, id);
                    sam.commit_unguarded("wide");
                    sam.git(["fetch", "-q"]).ok();
                    sam.git(["rebase", "-q", "-X", "theirs", "origin/main"]).ok();
                }
            }
            stays_here(&world, &sam, how);
        }
    }
    // A clone that plain Git made has no guard.
    let plain = sam.cloned(&world.address("remote.git"), "../plain");
    widen(&plain, &confidential);
    plain.git(["commit", "-qam", "wide"]).ok();
    stays_here(&world, &plain, "a plain clone");
}

#[test]
fn an_entry_that_was_removed_long_ago_does_not_come_back_wider() {
    let world = World::new();
    let (sam, ana, [_, confidential]) = pair_with_two_sealed(&world);
    let wide = with_entry(&sam.read("agenda.toml"), &confidential, &clear(&confidential));
    ana.run(["rm", &confidential]).ok();
    sync_all(&[&ana, &sam]);
    sam.write("agenda.toml", &wide);
    sam.commit_unguarded("back");
    stays_here(&world, &sam, "removed long ago");
}

#[test]
fn the_author_shares_wherever_they_are() {
    let world = World::new();
    let (sam, ana, [private, confidential]) = pair_with_two_sealed(&world);
    let laptop = world.second_machine(&ana);
    ana.run(["share", &confidential, "--yes"]).ok();
    laptop.run(["share", &private, "--confidential", "--yes"]).ok();
    sam.run(["edit", &confidential, "edited by sam"]).ok();
    // Each machine of hers asks once for what she shared on the other.
    let meets = || {
        for person in [&ana, &laptop, &sam, &ana, &laptop, &sam] {
            let run = person.run(["sync"]);
            assert!(!run.err.contains("who alone may share it"), "{}", run.err);
            for id in [&private, &confidential] {
                person.run(["share", "--seen", id]);
            }
        }
    };
    meets();
    assert_eq!(sam.files(), ana.files());
    assert_eq!(laptop.files(), ana.files());
    laptop.run(["share", &private, "--yes"]).ok();
    meets();
    assert!(sam.read("agenda.toml").contains("for me alone"));
    // By hand it stays here, until she says that it was her.
    let more = ana.add(["concern", "one more"]);
    ana.run(["sync"]).ok();
    widen(&ana, &more);
    assert_ne!(ana.git(["commit", "-qam", "shared by hand"]).code, 0);
    ana.commit_unguarded("shared by hand");
    let asked = ana.run(["sync"]).fails(3);
    asked.says(&format!("oneonone share --seen {more}"));
    assert!(!ana.objects(&world.path("remote.git")).contains(SECRET));
    ana.run(["share", "--seen", &more]).ok();
    sync_all(&[&ana, &sam]);
    assert!(sam.read("agenda.toml").contains(SECRET));
}

#[test]
fn a_share_that_plain_git_brings_passes() {
    for lost in [false, true] {
        let world = World::new();
        let (sam, ana, [private, confidential]) = pair_with_two_sealed(&world);
        ana.run(["share", &confidential, "--yes"]).ok();
        ana.run(["share", &private, "--confidential", "--yes"]).ok();
        sam.run(["add", "meanwhile"]).ok();
        let from = ana.cwd.to_str().unwrap().to_owned();
        sam.git(["fetch", "-q", &from, "main"]).ok();
        let strategy = if lost { "ours" } else { "ort" };
        sam.git([
            "merge",
            "-q",
            "-s",
            strategy,
            "-X",
            "theirs",
            "-m",
            "by hand",
            "FETCH_HEAD",
        ]);
        // A merge that left it out is put right, and is no widening by whoever does it.
        sam.run(["add", "on top"]).ok();
        sam.run(["add", "on top of that"]).ok();
        // They came past the remote: he is asked once.
        sam.run(["sync"]).fails(3).says("made elsewhere");
        sam.run(["sync", "--accept-rewrite"]).ok();
        sync_all(&[&sam, &ana, &sam]);
        assert_eq!(sam.files(), ana.files());
        assert!(sam.read("agenda.toml").contains("for the two of us"), "{lost}");
    }
}

#[test]
fn a_share_is_taken_back_and_entries_are_removed_and_brought_back() {
    let world = World::new();
    let (sam, ana, [private, confidential]) = pair_with_two_sealed(&world);
    ana.run(["share", &confidential, "--yes"]).ok();
    let told = ana.run(["undo"]).fails(1);
    ana.paste(told.command("git ")).ok();
    ana.run(["add", "narrow again"]).ok();
    sync_all(&[&ana, &sam]);
    sam.run(["rm", &confidential]).ok();
    sam.run(["undo"]).ok();
    sam.run(["add", "goes on"]).ok();
    sync_all(&[&sam, &ana]);
    ana.run(["share", &confidential, "--yes"]).ok();
    sync_all(&[&ana, &sam]);
    sam.run(["rm", &confidential]).ok();
    sam.run(["sync"]).ok();
    sam.run(["undo"]).ok();
    sam.run(["add", "goes on, too"]).ok();
    sync_all(&[&sam, &ana]);
    assert!(ana.read("agenda.toml").contains("for the two of us"));
    assert!(ana.run(["show", &private]).ok().out.contains("for me alone"));
    assert_eq!(sam.files(), ana.files());
}

#[test]
fn what_the_remote_has_stops_nobody() {
    let world = World::new();
    let (sam, ana, [_, confidential]) = pair_with_two_sealed(&world);
    widen(&sam, &confidential);
    sam.commit_unguarded("oops");
    sam.run(["sync"]).fails(3);
    sam.git(["push", "-q", "origin", "main"]).ok();
    sam.run(["add", "goes on"]).ok();
    sam.run(["sync"]).ok();
    ana.run(["add", "goes on here, too"]).ok();
    // A clone that knows nothing of it stands on the same commits.
    fs::remove_dir_all(ana.cwd.join(".git/oneonone")).unwrap();
    ana.run(["add", "and here"]).ok();
}

#[test]
fn without_an_identity_an_own_share_goes_all_the_same() {
    let world = World::new();
    let (_, ana, [_, confidential]) = pair_with_two_sealed(&world);
    ana.run(["share", &confidential, "--yes"]).ok();
    let run = ana
        .with("ONEONONE_IDENTITY", "/nowhere/identity.txt")
        .run(["sync"]);
    assert!(!run.err.contains("who alone may share it"), "{}", run.err);
}
