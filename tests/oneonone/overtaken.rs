//! Plain Git commits the folder before a command is done with it: after a kill, or while the command writes
//! (docs/sync.md#dead-runs, docs/sync.md#memory).

use oneonone::model::{EntryId, Home, Table};

use crate::collide::{
    MEETING, dies_before_its_branch_moves, moved_by_hand_while_pending, one_entry, replace,
};
use crate::concurrency::workspace_of;
use crate::world::{Person, World, sync_all};

/// A command that opens the clone, and then has nothing to write.
fn fails_once_it_is_open(person: &Person) {
    person.run(["edit", "zzzzzzzzzzzz", "words"]).fails(1);
}

#[test]
fn files_that_a_dead_run_wrote_are_no_edits() {
    let world = World::new();
    let (_, ana, _) = one_entry(&world);
    ana.git(["remote", "remove", "origin"]).ok();
    let agenda = ana.read("agenda.toml");
    dies_before_its_branch_moves(&ana, &["start"]);
    // It wrote the meeting. The person goes on in the agenda, which it had not come to, and commits that.
    ana.write("agenda.toml", &format!("{agenda}due = 2030-01-01\n"));
    ana.git(["commit", "-qnam", "by hand"]).ok();

    fails_once_it_is_open(&ana);
    assert!(ana.read(MEETING).contains("2030-01-01"));
    assert_eq!(ana.git(["status", "--porcelain"]).ok().out, "");
    ana.run(["add", "topic", "after"]).ok();
    let meeting = ana.read(MEETING);
    assert!(
        meeting.contains("2030-01-01") && !meeting.contains("conflict"),
        "{meeting}"
    );
}

/// The agenda says what the command said, and nothing else.
#[track_caller]
fn has_the_last_word(person: &Person) {
    let agenda = person.read("agenda.toml");
    assert!(
        agenda.contains("by command") && !agenda.contains("by hand") && !agenda.contains("conflict"),
        "{agenda}"
    );
}

#[test]
fn a_hand_edit_that_plain_git_commits_after_a_kill_is_no_second_opinion() {
    let world = World::new();
    let (sam, ana, id) = one_entry(&world);
    replace(&ana, "one\n", "by hand\n");
    let lies = ana.read("agenda.toml");
    dies_before_its_branch_moves(&ana, &["edit", &id, "by command"]);
    // It died before it wrote the first file.
    ana.write("agenda.toml", &lies);
    ana.git(["commit", "-qnam", "mine"]).ok();
    sync_all(&[&ana, &sam]);
    has_the_last_word(&ana);
    has_the_last_word(&sam);
}

#[test]
fn a_hand_edit_that_plain_git_commits_while_we_write_is_no_second_opinion() {
    for removes in [false, true] {
        let world = World::new();
        let (sam, ana, id) = one_entry(&world);
        let id: EntryId = id.parse().unwrap();
        let agenda = sam.read("agenda.toml");
        let mood = "four\"\"\"\nmood = \"by hand\"\n";
        sam.write("agenda.toml", &agenda.replace("four\"\"\"\n", mood));
        let mut workspace = workspace_of(&sam);
        let mut state = workspace.state().clone();
        match removes {
            true => drop(state.entries.remove(&id)),
            false => state
                .entries
                .get_mut(&id)
                .unwrap()
                .entry
                .set("mood", "by command"),
        }
        let prepared = workspace.begin(state, None).unwrap();
        let more = "\n[[entry]]\ntext = \"more\"\n";
        sam.append("agenda.toml", more);
        sam.git(["commit", "-qnam", "by hand"]).ok();
        prepared.finish("edit").unwrap();
        drop(workspace);
        sync_all(&[&sam, &ana]);
        match removes {
            true => assert!(!ana.read("agenda.toml").contains("one\n")),
            false => has_the_last_word(&ana),
        }
    }
}

#[test]
fn a_commit_of_a_file_that_was_left_as_edited_takes_nothing_back() {
    let world = World::new();
    let (sam, ana, _) = one_entry(&world);
    let notes: String = (1..=30).map(|n| format!("{n}\n")).collect();
    sam.write("notes.md", &notes);
    sam.git(["add", "notes.md"]).ok();
    sam.git(["commit", "-qm", "notes"]).ok();
    sync_all(&[&sam, &ana]);
    ana.run(["add", "topic", "from ana"]).ok();
    ana.write("notes.md", &notes.replace("1\n2\n", "ana's\n2\n"));
    ana.run(["sync"]).ok();

    let agenda = sam.read("agenda.toml");
    let mut workspace = workspace_of(&sam);
    // An editor saves while the sync is at work: a record that cannot be taken in yet, and another file.
    sam.write("agenda.toml", &format!("{agenda}\n[[entry]]\ntext = \"half"));
    sam.write("notes.md", &notes.replace("\n29\n", "\nsam's\n"));
    oneonone::sync::sync(&mut workspace, &Default::default()).unwrap();
    drop(workspace);
    sam.write("agenda.toml", &format!("{agenda}\n[[entry]]\ntext = \"whole\"\n"));
    sam.git(["commit", "-qnam", "mine"]).ok();

    sync_all(&[&sam, &ana]);
    for person in [&sam, &ana] {
        let (agenda, notes) = (person.read("agenda.toml"), person.read("notes.md"));
        assert!(
            agenda.contains("from ana") && agenda.contains("whole"),
            "{agenda}"
        );
        assert!(notes.contains("ana's") && notes.contains("sam's"), "{notes}");
        assert_eq!(person.git(["status", "--porcelain"]).ok().out, "");
    }
    // An entry that was seen, and is taken out by plain Git, stays out.
    sam.write("agenda.toml", &agenda);
    sam.git(["commit", "-qnam", "without"]).ok();
    sync_all(&[&sam, &ana]);
    assert!(!ana.read("agenda.toml").contains("from ana"));
}

/// Does something while the clone cannot remember the tree of a write-out: the note of it stands afterwards.
fn cannot_remember(person: &Person, act: impl FnOnce()) {
    let memory = person.cwd.join(".git/oneonone/tree");
    let aside = person.cwd.join(".git/oneonone/tree-aside");
    std::fs::rename(&memory, &aside).unwrap();
    std::fs::create_dir(&memory).unwrap();
    act();
    std::fs::remove_dir(&memory).unwrap();
    std::fs::rename(&aside, &memory).unwrap();
}

#[test]
fn a_commit_of_a_file_that_a_dead_run_left_as_edited_takes_nothing_back() {
    let world = World::new();
    let (sam, ana, id) = one_entry(&world);
    let agenda = sam.read("agenda.toml");
    let mut workspace = workspace_of(&sam);
    let mut state = workspace.state().clone();
    let mut added = state.entries[&id.parse().unwrap()].clone();
    let new = workspace.new_id();
    added.entry.set("id", new.to_string());
    added.entry.set("text", "by command");
    state.entries.insert(new, added);
    let prepared = workspace.begin(state, None).unwrap();
    sam.write("agenda.toml", &format!("{agenda}\n[[entry]]\ntext = \"half"));
    // The run dies once the branch has moved.
    cannot_remember(&sam, || assert!(prepared.finish("add").is_err()));
    drop(workspace);
    assert!(
        sam.git(["show", "HEAD:agenda.toml"])
            .ok()
            .out
            .contains("by command")
    );

    sam.write("agenda.toml", &format!("{agenda}\n[[entry]]\ntext = \"whole\"\n"));
    sam.git(["commit", "-qnam", "mine"]).ok();
    sync_all(&[&sam, &ana]);
    for person in [&sam, &ana] {
        let agenda = person.read("agenda.toml");
        assert!(
            agenda.contains("by command") && agenda.contains("whole"),
            "{agenda}"
        );
    }
}

#[test]
fn an_entry_that_both_touched_stays_though_plain_git_commits_without_it() {
    let world = World::new();
    let (sam, ana, id) = one_entry(&world);
    ana.run(["add", "topic", "another"]).ok();
    sync_all(&[&ana, &sam]);
    ana.run(["edit", &id, "changed by ana"]).ok();
    ana.run(["sync"]).ok();
    let agenda = sam.read("agenda.toml");
    let entries: Vec<&str> = agenda.split("[[entry]]").collect();
    let without: Vec<&str> = entries.into_iter().filter(|entry| !entry.contains(&id)).collect();
    let without = &without.join("[[entry]]");
    let mut workspace = workspace_of(&sam);
    // The entry is taken out while the sync is at work; the file does not parse yet.
    sam.write("agenda.toml", &format!("{without}\n[[entry]]\ntext = \"half"));
    oneonone::sync::sync(&mut workspace, &Default::default()).unwrap();
    drop(workspace);
    sam.write("agenda.toml", without);
    // The deletion did not see the change, so the entry stays. Plain Git commits before the file has it again.
    let mut workspace = workspace_of(&sam);
    assert!(workspace.state().entries.contains_key(&id.parse().unwrap()));
    sam.git(["commit", "-qnam", "without"]).ok();
    workspace.begin_hand_edits().finish_unrecorded().unwrap();
    drop(workspace);
    sync_all(&[&sam, &ana]);
    assert!(ana.read("agenda.toml").contains("changed by ana"));
}

#[test]
fn a_command_that_fails_after_a_dead_run_leaves_nothing_to_decide() {
    let world = World::new();
    let (_, ana, _) = one_entry(&world);
    moved_by_hand_while_pending(&ana);

    fails_once_it_is_open(&ana);
    ana.run(["add", "topic", "after"]).ok();
    assert!(!ana.read("agenda.toml").contains("moved by hand"));
    assert!(ana.read(MEETING).contains("2030-01-01"));
}

#[test]
fn a_copy_in_a_file_that_was_left_as_edited_is_nothing_to_decide() {
    let world = World::new();
    let (sam, ana, _) = one_entry(&world);
    let agenda = sam.read("agenda.toml");
    let entry = &agenda[agenda.find("[[entry]]").unwrap()..];
    // As a merge by plain Git leaves it: each of two people moved the entry.
    let copies = [MEETING, "meetings/2026/2026-11-17.toml"].map(|path| {
        let date = &path[14..24];
        (path, format!("date = {date}\nstatus = \"held\"\n\n{entry}"))
    });
    for (path, copy) in &copies {
        sam.write(path, copy);
    }
    sam.write("agenda.toml", &agenda[..agenda.find("[[entry]]").unwrap()]);
    sam.commit_unguarded("in two homes");

    let mut workspace = workspace_of(&sam);
    for (path, copy) in &copies {
        sam.write(path, &format!("{copy}\n[[entry]]\ntext = \"typed meanwhile\"\n"));
    }
    workspace.begin_hand_edits().finish_unrecorded().unwrap();
    drop(workspace);
    sam.run(["add", "topic", "after"]).ok();
    sync_all(&[&sam, &ana]);
    let all: String = copies.iter().map(|(path, _)| ana.read(path)).collect();
    assert_eq!(all.matches("three").count(), 1, "{all}");
    assert_eq!(all.matches("typed meanwhile").count(), 2, "{all}");
}

#[test]
fn what_a_copy_lacks_was_not_taken_out_by_hand() {
    let world = World::new();
    let (sam, ana, id) = one_entry(&world);
    let agenda = sam.read("agenda.toml");
    let edited = agenda.replace("four\"\"\"\n", "four\"\"\"\nmood = \"by hand\"\n");
    // A command moves the entry while its file is saved, with an end that does not parse yet: it stands twice.
    let mut workspace = workspace_of(&sam);
    let mut state = workspace.state().clone();
    let (key, entry) = ("2026-11-24".parse().unwrap(), id.parse().unwrap());
    let mut head = Table::default();
    head.set("status", "held");
    state.meetings.insert(key, head);
    state.entries.get_mut(&entry).unwrap().home = Home::Meeting(key);
    let prepared = workspace.begin(state, None).unwrap();
    sam.write("agenda.toml", &format!("{edited}\n[[entry]]\ntext = \"half"));
    prepared.finish("start").unwrap();
    drop(workspace);
    sam.write("agenda.toml", &edited);
    assert!(sam.read(MEETING).contains(&id));

    // The two become one, and the file with the older copy is saved meanwhile.
    let mut workspace = workspace_of(&sam);
    let typed = "\n[[entry]]\ntext = \"typed meanwhile\"\n";
    sam.append(MEETING, typed);
    workspace.begin_hand_edits().finish_unrecorded().unwrap();
    drop(workspace);
    sync_all(&[&sam, &ana]);
    let files = ana.read("agenda.toml") + &ana.read(MEETING);
    for words in [&id, "by hand", "typed meanwhile"] {
        assert_eq!(files.matches(words).count(), 1, "{words}: {files}");
    }
}

/// A command that makes no commit died among its files: it took the entry out of the old agenda, and had not yet put it back
/// into the meeting. Plain Git commits that.
fn half_written_without_a_commit(ana: &Person) {
    let agenda = ana.read("agenda.toml");
    ana.run(["start"]).ok();
    let meeting = ana.read(MEETING);
    let head = &meeting[..meeting.find("[[entry]]").unwrap()];
    // It reads as two old files: the entry stays in the meeting.
    ana.write("agenda.toml", &agenda);
    ana.write(MEETING, head);
    let tip = ana.head();
    let mut workspace = workspace_of(ana);
    cannot_remember(ana, || {
        assert!(workspace.begin_hand_edits().finish_unrecorded().is_err())
    });
    drop(workspace);
    assert_eq!(ana.head(), tip);
    assert_eq!(ana.read(MEETING), meeting);
    ana.write(MEETING, head);
    ana.git(["commit", "-qnam", "half written"]).ok();
}

/// How often an entry stands in the agenda and the meeting.
fn count_of(person: &Person, id: &str) -> usize {
    let files = person.read("agenda.toml") + &person.read(MEETING);
    files.matches(&format!("\nid = \"{id}\"")).count()
}

#[test]
fn a_half_written_folder_loses_no_entry_though_the_branch_was_not_to_move() {
    let world = World::new();
    let (sam, ana, id) = one_entry(&world);
    half_written_without_a_commit(&ana);
    sync_all(&[&ana, &sam]);
    for person in [&ana, &sam] {
        assert_eq!(count_of(person, &id), 1);
        assert_eq!(person.git(["status", "--porcelain"]).ok().out, "");
    }
    // An entry that is taken out once the folder is whole stays out.
    let meeting = ana.read(MEETING);
    let head = &meeting[..meeting.find("[[entry]]").unwrap()];
    ana.write(MEETING, head);
    ana.git(["commit", "-qnam", "without"]).ok();
    sync_all(&[&ana, &sam]);
    assert_eq!(count_of(&sam, &id), 0);
}

#[test]
fn a_half_written_folder_of_another_branch_loses_no_entry_either() {
    let world = World::new();
    let (_, ana, id) = one_entry(&world);
    ana.git(["branch", "other"]).ok();
    half_written_without_a_commit(&ana);
    ana.git(["switch", "-q", "other"]).ok();
    ana.run(["add", "topic", "on the other"])
        .ok()
        .says("complete on its branch, main");
    ana.git(["switch", "-q", "main"]).ok();
    assert_eq!(count_of(&ana, &id), 1);

    // A branch that is checked out in another folder is not moved.
    let world = World::new();
    let (_, ana, id) = one_entry(&world);
    half_written_without_a_commit(&ana);
    ana.git(["switch", "-qc", "other"]).ok();
    ana.git(["worktree", "add", "-q", "../beside", "main"]).ok();
    let run = ana.run(["add", "topic", "on the other"]).ok().says("and is kept");
    let kept = run.err.split("git merge ").nth(1).unwrap();
    let kept = kept.split_whitespace().next().unwrap();
    ana.git(["merge", "-q", kept]);
    ana.run(["add", "topic", "after"]).ok();
    assert_eq!(count_of(&ana, &id), 1);
}

#[test]
fn a_key_that_came_beside_an_edit_was_not_taken_out_by_hand() {
    let world = World::new();
    let (sam, ana, _) = one_entry(&world);
    let agenda = format!("tone = \"calm\"\n\n{}", sam.read("agenda.toml"));
    sam.write("agenda.toml", &agenda);
    let head = "date = 2026-11-24\nstatus = \"held\"\n";
    sam.write(MEETING, &format!("{head}\n[[entry]]\ntext = \"by both\"\n"));
    sync_all(&[&sam, &ana]);
    let meeting = sam.read(MEETING);
    let moved = format!("{agenda}\n{}", &meeting[meeting.find("[[entry]]").unwrap()..]);
    sam.write("agenda.toml", &format!("colour = \"blue\"\n{moved}"));
    sam.write(MEETING, head);
    sam.run(["sync"]).ok();

    // The other moves the same entry while a sync brings that. The file does not parse yet, and is left as it is.
    let mut workspace = workspace_of(&ana);
    ana.write("agenda.toml", &format!("{moved}\n[[entry]]\ntext = \"half"));
    ana.write(MEETING, head);
    oneonone::sync::sync(&mut workspace, &Default::default()).unwrap();
    drop(workspace);
    ana.write("agenda.toml", &moved);
    sync_all(&[&ana, &sam]);
    for person in [&ana, &sam] {
        let agenda = person.read("agenda.toml");
        for words in ["calm", "blue", "by both"] {
            assert_eq!(agenda.matches(words).count(), 1, "{words}: {agenda}");
        }
    }
}
