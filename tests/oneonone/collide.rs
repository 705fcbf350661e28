//! When two edits collide: by hand, by command, by plain Git; in either order of syncing.

use crate::world::{Person, Run, World, first_id, sync_all};

/// One entry that both have, with a text of three lines.
pub(crate) fn one_entry(world: &World) -> (Person, Person, String) {
    let (sam, ana) = world.pair();
    ana.type_in("one\ntwo\nthree\nfour\n", ["add", "topic", "-"]).ok();
    sync_all(&[&ana, &sam]);
    let id = first_id(&ana);
    (sam, ana, id)
}

pub(crate) fn replace(person: &Person, old: &str, new: &str) {
    let agenda = person.read("agenda.toml");
    assert!(agenda.contains(old), "{agenda}");
    person.write("agenda.toml", &agenda.replace(old, new));
}

/// The changes of the two, synced in either order: the same records come of them.
fn both_orders(change: impl Fn(&Person, &Person)) -> (World, Person, Person) {
    let mut results = Vec::new();
    let mut last = None;
    for order in [[0, 1, 0, 1], [1, 0, 1, 0]] {
        let world = World::new();
        let (sam, ana, id) = one_entry(&world);
        change(&sam, &ana);
        let people = [&sam, &ana];
        for n in order {
            people[n].run(["sync"]).ok();
        }
        assert_eq!(sam.files(), ana.files());
        assert_eq!(sam.head(), ana.head());
        results.push(sam.read("agenda.toml").replace(&id, "ID"));
        last = Some((world, sam, ana));
    }
    assert_eq!(results[0], results[1], "the order of syncing makes no difference");
    last.unwrap()
}

#[test]
fn different_fields_of_one_entry_merge() {
    let (_world, sam, _) = both_orders(|sam, ana| {
        replace(sam, "kind = \"topic\"", "kind = \"growth\"");
        replace(ana, "one\n", "uno\n");
    });
    let agenda = sam.read("agenda.toml");
    assert!(
        agenda.contains("kind = \"growth\"") && agenda.contains("uno\ntwo"),
        "{agenda}"
    );
    assert!(!agenda.contains("conflict"));
}

#[test]
fn the_same_text_in_different_lines_merges() {
    let (_world, sam, _) = both_orders(|sam, ana| {
        replace(sam, "one\n", "ONE\n");
        replace(ana, "\nfour", "\nFOUR");
    });
    assert!(sam.read("agenda.toml").contains("ONE\ntwo\nthree\nFOUR"));
}

#[test]
fn the_same_field_becomes_a_conflict_that_keeps_both() {
    let (_world, sam, _) = both_orders(|sam, ana| {
        replace(sam, "kind = \"topic\"", "kind = \"growth\"");
        replace(ana, "kind = \"topic\"", "kind = \"note\"");
    });
    let agenda = sam.read("agenda.toml");
    assert!(
        agenda.contains("kind = \"growth\"") && agenda.contains("value = \"note\""),
        "{agenda}"
    );
}

#[test]
fn what_one_removes_and_the_other_edits_stays_as_edited() {
    let (_world, sam, _) = both_orders(|sam, ana| {
        sam.write("agenda.toml", "\n");
        replace(ana, "two", "TWO");
    });
    assert!(sam.read("agenda.toml").contains("TWO"));
}

#[test]
fn a_stopped_git_pull_is_finished_by_meaning() {
    let world = World::new();
    let (sam, ana, _) = one_entry(&world);
    replace(&sam, "one\n", "ONE\n");
    sam.run(["sync"]).ok();
    replace(&ana, "\nfour", "\nFOUR");
    ana.git(["commit", "-qam", "by hand"]).ok();
    let pull = ana.git(["pull", "--no-rebase", "-q"]);
    assert_ne!(pull.code, 0, "{pull:?}");
    assert!(ana.git(["status"]).out.contains("both modified"));
    ana.run(["sync", "--dry-run"]).ok().says("would be finished");
    assert!(ana.git(["status"]).out.contains("both modified"));
    ana.run(["sync"]).ok().says("half-done");
    assert!(ana.read("agenda.toml").contains("ONE\ntwo\nthree\nFOUR"));
    assert_eq!(ana.git(["status", "--porcelain"]).ok().out, "");
    sam.run(["sync"]).ok();
    assert_eq!(sam.files(), ana.files());
}

#[test]
fn markers_of_a_line_merge_are_no_hand_edit_while_the_merge_stands() {
    let world = World::new();
    let (sam, ana, _) = one_entry(&world);
    // An old clone without the attributes: plain Git writes markers.
    ana.write(".git/info/attributes", "*.toml merge=text\n");
    replace(&sam, "one\n", "ONE\n");
    sam.run(["sync"]).ok();
    replace(&ana, "one\n", "uno\n");
    ana.git(["commit", "-qam", "by hand"]).ok();
    assert_ne!(ana.git(["pull", "--no-rebase", "-q"]).code, 0);
    assert!(ana.read("agenda.toml").contains("<<<<<<<"));
    ana.run(["sync"]).ok();
    let agenda = ana.read("agenda.toml");
    assert!(
        !agenda.contains("<<<<<<<") && agenda.contains("ONE\n") && agenda.contains("uno\n"),
        "{agenda}"
    );
}

#[test]
fn an_entry_that_plain_git_moved_on_both_sides_comes_back_as_one() {
    let world = World::new();
    let (sam, ana, id) = one_entry(&world);
    let entry = ana.read("agenda.toml");
    let moved = |person: &Person, date: &str| {
        person.write("agenda.toml", "");
        person.write(
            &format!("meetings/2026/{date}.toml"),
            &format!("date = {date}\nstatus = \"held\"\n\n{entry}"),
        );
        person.git(["add", "-A"]).ok();
        person.git(["commit", "-qm", "moved"]).ok();
    };
    moved(&sam, "2026-11-17");
    sam.git(["push", "-q"]).ok();
    moved(&ana, "2026-11-24");
    ana.git(["pull", "--no-rebase", "--no-edit", "-q"]).ok();
    assert_eq!(
        ana.files().values().filter(|text| text.contains(&id)).count(),
        2,
        "doubled"
    );
    ana.run(["sync"]).ok().says("two places");
    sam.run(["sync"]).ok();
    for person in [&sam, &ana] {
        assert_eq!(
            person.files().values().filter(|text| text.contains(&id)).count(),
            1
        );
        assert!(
            person.read("meetings/2026/2026-11-17.toml").contains(&id),
            "the earlier meeting"
        );
    }
    assert_eq!(sam.files(), ana.files());
}

#[test]
fn entries_committed_by_hand_without_ids_get_the_same_ones_everywhere() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.write("agenda.toml", "[[entry]]\ntext = \"by hand\"\n");
    ana.git(["commit", "-qam", "by hand"]).ok();
    ana.git(["push", "-q"]).ok();
    // Both fill in before they see the other's.
    sam.git(["pull", "-q", "--no-rebase"]).ok();
    sam.run(["add", "--offline", "mine"]).ok();
    ana.run(["add", "--offline", "hers"]).ok();
    sync_all(&[&sam, &ana, &sam]);
    assert_eq!(sam.files(), ana.files());
    let agenda = sam.read("agenda.toml");
    assert_eq!(agenda.matches("by hand").count(), 1, "{agenda}");
}

#[test]
fn other_files_merge_as_git_merges_them_and_both_versions_are_kept() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.write("slides.md", "one\n");
    ana.git(["add", "slides.md"]).ok();
    ana.git(["commit", "-qm", "slides"]).ok();
    sync_all(&[&ana, &sam]);
    sam.write("slides.md", "sam's\n");
    ana.write("slides.md", "ana's\n");
    sync_all(&[&sam, &ana, &sam]);
    let files = ana.files();
    assert_eq!(files["slides.md"], "ana's\n");
    assert_eq!(
        files
            .iter()
            .filter(|(name, text)| name.starts_with("slides.theirs-") && *text == "sam's\n")
            .count(),
        1
    );
    assert_eq!(sam.files(), files);
}

#[test]
fn a_broken_record_of_the_other_side_does_not_block_mine() {
    let world = World::new();
    let (sam, ana, _) = one_entry(&world);
    replace(&ana, "text = ", "text : ");
    ana.git(["commit", "-qnam", "broken"]).ok();
    ana.git(["push", "-q"]).ok();
    sam.write("meetings/2026/2026-11-24.toml", "[[entry]]\ntext = \"mine\"\n");
    let run: Run = sam.run(["sync"]).ok();
    assert!(run.err.contains("broken"), "{}", run.err);
    assert!(sam.read("agenda.toml").contains("text : "), "taken as a file");
    ana.git(["pull", "-q", "--no-rebase"]).ok();
    assert!(
        ana.read("meetings/2026/2026-11-24.toml").contains("mine"),
        "mine went out"
    );
    // Mended, it is a record again, with nothing lost.
    replace(&ana, "text : ", "text = ");
    sync_all(&[&ana, &sam]);
    assert!(sam.read("agenda.toml").contains("one\ntwo"));
    assert_eq!(sam.files(), ana.files());
}

#[test]
fn my_own_broken_record_is_never_committed() {
    let world = World::new();
    let (_sam, ana, _) = one_entry(&world);
    let head = ana.head();
    replace(&ana, "text = ", "text : ");
    let lies = ana.read("agenda.toml");
    let run = ana.run(["sync"]).fails(1);
    assert!(run.err.contains("agenda.toml:"), "{}", run.err);
    assert_eq!(ana.head(), head);
    assert_eq!(ana.read("agenda.toml"), lies);
}

/// A command that died with its files written, before its branch moved.
pub(crate) fn dies_before_its_branch_moves(ana: &Person, command: &[&str]) {
    let (from, tree) = (ana.head(), ana.rev("HEAD^{tree}"));
    ana.run(command).ok();
    let to = ana.head();
    ana.git(["update-ref", "refs/heads/main", &from]).ok();
    ana.write(".git/oneonone/tree", &format!("{tree}\n{from}\n"));
    let note =
        format!("branch = \"main\"\nfrom = \"{from}\"\nto = \"{to}\"\nold_tree = \"{tree}\"\n\n[taken]\n");
    ana.write(".git/oneonone/writing", &note);
    ana.git(["read-tree", &from]).ok();
}

/// A `start` that died between the two files of a move: it has taken the entry out of one and not yet put it into the
/// other.
fn half_moved(ana: &Person) {
    ana.git(["remote", "remove", "origin"]).ok();
    dies_before_its_branch_moves(ana, &["start"]);
    std::fs::remove_dir_all(ana.cwd.join("meetings")).unwrap();
}

/// The records that hold an id.
fn holding(ana: &Person, id: &str) -> Vec<String> {
    let files = ana.files().into_iter();
    let holding = files.filter(|(path, text)| !path.starts_with('.') && text.contains(id));
    holding.map(|(path, _)| path).collect()
}

#[test]
fn a_plain_commit_of_a_half_written_move_loses_no_entry() {
    let world = World::new();
    let (_, ana, id) = one_entry(&world);
    half_moved(&ana);
    ana.git(["commit", "-qam", "half written"]).ok();
    assert_eq!(holding(&ana, &id), Vec::<String>::new(), "it stands nowhere");

    ana.run(["add", "topic", "another"]).ok();
    assert_eq!(holding(&ana, &id), ["meetings/2026/2026-11-24.toml"]);
}

#[test]
fn a_half_written_move_is_completed_on_its_own_branch() {
    let world = World::new();
    let (_, ana, id) = one_entry(&world);
    ana.git(["branch", "other"]).ok();
    half_moved(&ana);
    ana.git(["switch", "-q", "other"]).ok();
    assert_eq!(holding(&ana, &id), Vec::<String>::new());
    ana.run(["add", "topic", "on the other"])
        .ok()
        .says("complete on its branch, main");
    assert_eq!(holding(&ana, &id), ["agenda.toml"], "nothing moved on this one");
    ana.git(["switch", "-q", "main"]).ok();
    ana.run(["add", "topic", "back"]).ok();
    assert_eq!(holding(&ana, &id), ["meetings/2026/2026-11-24.toml"]);
    assert!(!ana.read("agenda.toml").contains("on the other"));
    assert_eq!(ana.git(["status", "--porcelain"]).ok().out, "");
}

#[test]
fn a_half_written_move_is_completed_on_a_branch_that_was_renamed_and_kept_of_one_that_is_gone() {
    let world = World::new();
    let (_, ana, id) = one_entry(&world);
    half_moved(&ana);
    ana.git(["branch", "-m", "main", "trunk"]).ok();
    ana.run(["add", "topic", "another"]).ok();
    assert_eq!(holding(&ana, &id), ["meetings/2026/2026-11-24.toml"]);

    let world = World::new();
    let (_, ana, id) = one_entry(&world);
    ana.git(["branch", "other", "HEAD~1"]).ok();
    half_moved(&ana);
    ana.git(["symbolic-ref", "HEAD", "refs/heads/other"]).ok();
    ana.git(["branch", "-q", "-D", "main"]).ok();
    ana.git(["reset", "-q", "--hard"]).ok();
    let run = ana.run(["add", "topic", "another"]).ok().says("and is kept");
    let kept = run.err.split("git merge ").nth(1).unwrap();
    let kept = kept.split_whitespace().next().unwrap();
    ana.git(["merge", "-q", kept]);
    ana.run(["add", "topic", "after"]).ok();
    assert_eq!(holding(&ana, &id), ["meetings/2026/2026-11-24.toml"]);
}

pub(crate) const MEETING: &str = "meetings/2026/2026-11-24.toml";

/// A command dies that adds an entry, and the person moves it to the meeting by hand and edits it there. The entry as the
/// command wrote it.
pub(crate) fn moved_by_hand_while_pending(ana: &Person) -> String {
    ana.write(MEETING, "[[entry]]\ntext = \"in the meeting\"\n");
    ana.run(["sync"]).ok();
    let (agenda, meeting) = (ana.read("agenda.toml"), ana.read(MEETING));
    dies_before_its_branch_moves(ana, &["add", "topic", "moved by hand"]);
    let written = ana.read("agenda.toml");
    let entry = written
        .split("[[entry]]")
        .find(|entry| entry.contains("moved by hand"));
    let entry = format!("\n[[entry]]\n{}\n", entry.unwrap().trim());
    // Put back to what it was, a file looks as if it had never been written.
    ana.write("agenda.toml", &agenda);
    ana.write(MEETING, &format!("{meeting}{entry}due = 2030-01-01\n"));
    entry
}

#[test]
fn an_entry_moved_by_hand_while_a_write_was_pending_stands_once() {
    let world = World::new();
    let (_, ana, _) = one_entry(&world);
    let entry = moved_by_hand_while_pending(&ana);
    let id = entry.split('"').nth(1).unwrap().to_owned();

    ana.run(["add", "topic", "after"]).ok();
    assert_eq!(holding(&ana, &id), [MEETING]);
    assert!(ana.read(MEETING).contains("2030-01-01"));
    // The agenda had it so: that is an old file, and no copy.
    let doubled = format!("{}{entry}", ana.read("agenda.toml"));
    ana.write("agenda.toml", &doubled);
    ana.run(["add", "topic", "again"]).ok();
    assert_eq!(holding(&ana, &id), [MEETING]);
}

#[test]
fn a_doubled_entry_of_which_plain_git_committed_one_copy_keeps_the_words_of_both() {
    let world = World::new();
    let (_, ana, id) = one_entry(&world);
    ana.git(["remote", "remove", "origin"]).ok();
    let agenda = ana.read("agenda.toml");
    let entry = agenda[agenda.find("[[entry]]").unwrap()..].to_owned();
    let copy = format!("{entry}due = 2030-02-02\n");
    ana.write("agenda.toml", &format!("{agenda}due = 2030-01-01\n"));
    ana.write(MEETING, &copy);
    ana.commit_unguarded("doubled");
    dies_before_its_branch_moves(&ana, &["add", "note", "meanwhile"]);
    let healed = holding(&ana, &id);
    assert_eq!(healed.len(), 1);
    // The copy that stays has not been written yet.
    match healed[0].as_str() {
        MEETING => ana.write(MEETING, &copy),
        _ => ana.write("agenda.toml", &format!("{agenda}due = 2030-01-01\n")),
    }
    ana.git(["commit", "-qam", "half written"]).ok();

    ana.run(["add", "topic", "after"]).ok();
    let home = holding(&ana, &id);
    assert_eq!(home, healed);
    let text = ana.read(&home[0]);
    assert!(
        text.contains("2030-01-01") && text.contains("2030-02-02"),
        "{text}"
    );
}
