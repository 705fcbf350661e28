//! A text was taken out of the whole history, and the history rewritten at the remote: each of the two ways out, in
//! numbers, and what each leaves (docs/sync.md#rewritten).

use crate::world::{Person, World, say, sync_all};

pub(crate) const VALUE: &str = "LEAKED-VALUE";

/// How many commits at the remote hold the value, on any branch.
pub(crate) fn holding(world: &World, person: &Person) -> usize {
    holding_at(world.path("remote.git").to_str().unwrap(), person)
}

/// The same at another place.
pub(crate) fn holding_at(remote: &str, person: &Person) -> usize {
    let git = |args: &[&str]| person.git([&["-C", remote], args].concat());
    let all = git(&["rev-list", "--all"]).ok().out;
    let holds = |commit: &&str| git(&["grep", "-q", VALUE, commit]).code == 0;
    all.lines().filter(holds).count()
}

/// Two people who have synced a value and, after it, something else; and the id of its entry. The value stands in a file
/// that is no record too.
pub(crate) fn leaked() -> (World, Person, Person, String) {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["add", "first"]).ok();
    let id = ana.add([&format!("the token is {VALUE}")]);
    ana.write("notes.md", &format!("one\n{VALUE}\nthree\n"));
    ana.git(["add", "notes.md"]).ok();
    ana.git(["commit", "-qm", "notes"]).ok();
    sync_all(&[&ana, &sam]);
    sam.run(["add", "from sam"]).ok();
    sync_all(&[&sam, &ana]);
    (world, sam, ana, id)
}

/// Takes the value out of every commit, and puts that history in the place of the other one.
pub(crate) fn purge(ana: &Person) {
    let edit = format!("sed -i 's/{VALUE}/gone/' agenda.toml notes.md 2>/dev/null || :");
    let ana = ana.with("FILTER_BRANCH_SQUELCH_WARNING", "1");
    ana.git(["filter-branch", "-f", "--tree-filter", &edit, "--", "--branches"])
        .ok();
    ana.git(["push", "-q", "--force", "origin", "main"]).ok();
}

#[test]
fn the_rewritten_history_is_taken_and_only_unsent_entries_go_on_top() {
    let (world, sam, ana, _) = leaked();
    let before = holding(&world, &ana);
    purge(&ana);
    assert_eq!(holding(&world, &ana), 0);
    sam.run(["add", "unsent"]).ok();
    sam.append("agenda.toml", "\n[[entry]]\ntext = \"by hand\"\n");
    sam.append("notes.md", "sam's\n");
    let asked = sam.run(["sync"]).fails(3);
    asked
        .says("oneonone sync --take-rewrite")
        .says("oneonone sync --accept-rewrite")
        .says("the 2 entries that you have not sent are put on top");
    assert_eq!(holding(&world, &ana), 0, "nothing was sent yet");

    let taken = sam.run(["sync", "--take-rewrite"]).ok();
    taken.says("took the rewritten history; 2 entries that you had not sent are on top");
    say(&format!(
        "purge, rewritten history taken: {before} commits at the remote with the value before it, {} afterwards",
        holding(&world, &ana)
    ));
    assert_eq!(holding(&world, &ana), 0);
    let was_pair_id = sam.git(["show", "HEAD:pair.toml"]).ok().out;
    sync_all(&[&sam]);
    ana.run(["sync", "--take-rewrite"]).ok();
    sync_all(&[&sam, &ana]);
    for person in [&sam, &ana] {
        let agenda = person.read("agenda.toml");
        for word in ["first", "the token is gone", "from sam", "unsent", "by hand"] {
            assert_eq!(agenda.matches(word).count(), 1, "{word}: {agenda}");
        }
        assert_eq!(person.read("notes.md"), "one\ngone\nthree\nsam's\n");
        assert_eq!(person.git(["status", "--porcelain"]).ok().out, "");
    }
    assert_eq!(ana.git(["show", "HEAD:pair.toml"]).ok().out, was_pair_id);
    assert_eq!(holding(&world, &ana), 0);
    // A command of before the rewrite cannot be taken back, and brings nothing back.
    let undone = sam.run(["undo"]);
    assert!(undone.code == 1 || !sam.read("agenda.toml").contains(VALUE));
}

#[test]
fn what_was_taken_can_be_let_go_on_this_machine_too() {
    let (_world, sam, ana, _) = leaked();
    purge(&ana);
    let taken = sam.run(["sync", "--take-rewrite"]).ok();
    let taken = taken.says("no entry of yours was to be put on top");
    let git_dir = sam.cwd.join(".git");
    assert!(sam.objects(&git_dir).contains(VALUE), "kept until it is let go");
    let stashed = ["words that wait", "and more words"];
    for words in stashed {
        sam.append("agenda.toml", &format!("# {words}\n"));
        sam.git(["stash", "-q"]).ok();
    }
    let commands = taken.commands("git ").into_iter();
    for command in commands.filter(|command| !command.starts_with("git log")) {
        sam.paste(command).ok();
    }
    assert!(!sam.objects(&git_dir).contains(VALUE));
    for words in stashed {
        assert!(
            sam.objects(&git_dir).contains(words),
            "a stash is nobody's to throw away"
        );
    }
    sync_all(&[&sam]);
}

#[test]
fn everything_is_kept_and_it_is_said_that_the_value_goes_back() {
    let (world, sam, ana, _) = leaked();
    let before = holding(&world, &ana);
    purge(&ana);
    sam.run(["add", "unsent"]).ok();
    sam.run(["sync"])
        .fails(3)
        .says("it sends back what the rewrite removed");
    let dry = sam.run(["sync", "--accept-rewrite", "--dry-run"]).ok();
    dry.says("that the remote does not have any more go there again");
    assert_eq!(holding(&world, &ana), 0);
    sam.run(["sync", "--accept-rewrite"])
        .ok()
        .says("that the remote does not have any more go there again");
    let after = holding(&world, &ana);
    say(&format!(
        "purge, everything kept: {before} commits at the remote with the value before it, 0 between, {after} afterwards"
    ));
    assert!(after >= before);
    assert!(sam.read("agenda.toml").contains("unsent"));
}

#[test]
fn an_unsent_change_of_what_was_taken_out_is_left_out_and_said() {
    let (world, sam, ana, id) = leaked();
    let kept = sam.add(["kept"]);
    sam.run(["edit", &id, &format!("{VALUE}, change it soon")]).ok();
    purge(&ana);
    let taken = sam.run(["sync", "--take-rewrite"]).ok();
    let taken = taken.says(&format!("your unsent change of {id} was left out"));
    assert_eq!(holding(&world, &ana), 0);
    let agenda = sam.read("agenda.toml");
    assert!(agenda.contains(&kept) && agenda.contains("the token is gone"));
    // The words that were left out are still here.
    let reference = taken
        .err
        .split_whitespace()
        .find(|word| word.starts_with("refs/"));
    let held = format!("{}:agenda.toml", reference.unwrap());
    assert!(sam.git(["show", &held]).ok().out.contains("change it soon"));
}

#[test]
fn an_entry_that_the_rewrite_removed_stays_removed() {
    let (world, sam, ana, id) = leaked();
    // The history goes back to before the entry was written.
    let first = ana.git(["log", "--format=%H", "--reverse", "-S", &id, "--", "agenda.toml"]);
    let first = first.ok().out.lines().next().unwrap().to_owned();
    ana.git(["push", "-q", "--force", "origin", &format!("{first}~1:main")])
        .ok();
    sam.run(["edit", &id, &format!("{VALUE}, change it soon")]).ok();
    sam.run(["add", "unsent"]).ok();
    sam.run(["start"]).ok();
    let taken = sam.run(["sync", "--take-rewrite"]).ok();
    taken.says(&format!("your unsent change of {id} was left out"));
    assert_eq!(holding(&world, &ana), 0);
    let files: String = sam.files().into_values().collect();
    assert!(files.contains("unsent") && !files.contains(VALUE));
}

#[test]
fn a_run_that_dies_while_it_takes_the_history_sends_nothing_of_the_old_one() {
    let (world, sam, ana, _) = leaked();
    purge(&ana);
    sam.run(["add", "unsent"]).ok();
    let (from, tree) = (sam.head(), sam.rev("HEAD^{tree}"));
    let seen = sam.rev("refs/oneonone/seen/main");
    let remote = world.path("remote.git");
    let remote = remote.to_str().unwrap();
    let there = sam.tip_of(remote);
    sam.run(["sync", "--take-rewrite"]).ok();
    let to = sam.head();
    // It died before the branch moved, so nothing was sent.
    for commits_meanwhile in [false, true] {
        sam.git(["-C", remote, "update-ref", "refs/heads/main", &there])
            .ok();
        sam.git(["update-ref", "refs/oneonone/seen/main", &seen]).ok();
        sam.git(["update-ref", "refs/heads/main", &from]).ok();
        sam.write(".git/oneonone/tree", &format!("{tree}\n{from}\n"));
        let note = format!(
            "branch = \"main\"\nfrom = \"{from}\"\nto = \"{to}\"\nold_tree = \"{tree}\"\n\n[taken]\n"
        );
        sam.write(".git/oneonone/writing", &note);
        sam.git(["read-tree", &from]).ok();
        if commits_meanwhile {
            sam.write("more.md", "by plain git\n");
            sam.git(["add", "more.md"]).ok();
            sam.git(["commit", "-qm", "more"]).ok();
        }
        sam.run(["add", "after"]).ok();
        let left_behind = sam.git(["log", "--format=%H", &from, "^HEAD"]).ok().out;
        assert!(!left_behind.is_empty(), "the old history is none of HEAD's");
        sam.run(["sync", "--take-rewrite"]).ok();
        assert_eq!(holding(&world, &ana), 0, "{commits_meanwhile}");
        let agenda = sam.read("agenda.toml");
        assert!(agenda.contains("unsent") && agenda.contains("after"), "{agenda}");
        assert_eq!(sam.cwd.join("more.md").exists(), commits_meanwhile);
        assert_eq!(sam.git(["status", "--porcelain"]).ok().out, "");
    }
}

#[test]
fn where_nothing_was_rewritten_it_is_a_sync() {
    let world = World::new();
    let (sam, ana) = world.pair();
    sam.run(["add", "of sam"]).ok();
    sam.run(["sync", "--take-rewrite"]).ok();
    ana.run(["add", "of ana"]).ok();
    ana.run(["sync", "--take-rewrite"]).ok();
    sync_all(&[&sam]);
    assert_eq!(sam.files(), ana.files());
    assert!(sam.read("agenda.toml").contains("of ana"));
    sam.run(["sync", "--take-rewrite", "--accept-rewrite"]).fails(2);
}

#[test]
fn a_moved_copy_of_a_file_that_was_purged_is_left_out_and_said() {
    for is_removed in [false, true] {
        let (world, sam, ana, _) = leaked();
        sam.git(["mv", "notes.md", "moved.md"]).ok();
        sam.git(["commit", "-qm", "moved"]).ok();
        if is_removed {
            ana.git(["rm", "-q", "notes.md"]).ok();
            ana.git(["commit", "-qm", "without notes"]).ok();
        }
        purge(&ana);
        let taken = sam.run(["sync", "--take-rewrite"]).ok();
        taken.says("your unsent change of moved.md was left out");
        assert_eq!(holding(&world, &ana), 0, "{is_removed}");
    }
}

#[test]
fn a_leak_that_plain_git_sent_or_fetched_is_known_to_have_been_there() {
    for by_sam in [true, false] {
        let world = World::new();
        let (sam, ana) = world.pair();
        sam.run(["add", "first"]).ok();
        sync_all(&[&sam, &ana, &sam]);
        let leaks = if by_sam { &sam } else { &ana };
        leaks.run(["add", &format!("the token is {VALUE}")]).ok();
        match by_sam {
            true => drop(sam.git(["push", "-q", "origin", "main"]).ok()),
            false => {
                ana.run(["sync"]).ok();
                sam.git(["pull", "-q", "--rebase"]).ok();
            }
        }
        ana.run(["sync"]).ok();
        purge(&ana);
        sam.run(["add", "unsent"]).ok();
        sam.run(["sync"]).fails(3).says("oneonone sync --take-rewrite");
        assert_eq!(holding(&world, &ana), 0, "{by_sam}");
        sam.run(["sync", "--take-rewrite"]).ok();
        assert_eq!(holding(&world, &ana), 0, "{by_sam}");
        let agenda = sam.read("agenda.toml");
        assert!(
            agenda.contains("unsent") && agenda.contains("the token is gone"),
            "{agenda}"
        );
    }
}

#[test]
fn an_entry_that_was_fetched_and_not_merged_is_not_taken_for_removed() {
    let (world, sam, ana, _) = leaked();
    ana.run(["add", "of ana, later"]).ok();
    ana.run(["sync"]).ok();
    sam.git(["fetch", "-q"]).ok();
    purge(&ana);
    sam.run(["add", "unsent"]).ok();
    sam.run(["sync"]).fails(3);
    sam.run(["sync", "--take-rewrite"]).ok();
    assert_eq!(holding(&world, &ana), 0);
    let agenda = sam.read("agenda.toml");
    for word in ["of ana, later", "unsent", "the token is gone"] {
        assert!(agenda.contains(word), "{word}: {agenda}");
    }
}

#[test]
fn a_leak_that_plain_git_brought_is_known_after_plain_git_saw_it_go() {
    for back_to_before in [true, false] {
        let world = World::new();
        let (sam, ana) = world.pair();
        sam.run(["add", "first"]).ok();
        sync_all(&[&sam, &ana, &sam]);
        let before = ana.head();
        ana.run(["add", &format!("the token is {VALUE}")]).ok();
        ana.run(["sync"]).ok();
        sam.git(["pull", "-q", "--rebase"]).ok();
        ana.git(["reset", "-q", "--hard", &before]).ok();
        if !back_to_before {
            ana.run(["add", "the token is gone"]).ok();
        }
        ana.git(["push", "-q", "--force", "origin", "main"]).ok();
        sam.git(["fetch", "-q"]).ok();
        sam.run(["add", "unsent"]).ok();
        sam.run(["sync"]).fails(3).says("oneonone sync --take-rewrite");
        assert_eq!(holding(&world, &ana), 0, "{back_to_before}");
        sam.run(["sync", "--take-rewrite"]).ok();
        sync_all(&[&ana, &sam, &ana]);
        assert_eq!(holding(&world, &ana), 0, "{back_to_before}");
        let agenda = ana.read("agenda.toml");
        assert!(agenda.contains("unsent") && !agenda.contains(VALUE), "{agenda}");
    }
}

#[test]
fn whoever_rewrote_the_history_is_told_and_not_asked() {
    for adds in [false, true] {
        let (world, sam, ana, _) = leaked();
        purge(&ana);
        if adds {
            ana.run(["add", "after the purge"]).ok();
        }
        let told = "this branch holds nothing of what was removed";
        ana.run(["sync"]).ok().says(told);
        assert!(!ana.run(["sync"]).ok().err.contains(told), "said once");
        assert_eq!(holding(&world, &ana), 0);
        sam.run(["sync", "--take-rewrite"]).ok();
        sync_all(&[&ana, &sam]);
        assert_eq!(holding(&world, &ana), 0);
        assert_eq!(sam.read("agenda.toml").contains("after the purge"), adds);
    }
}

#[test]
fn a_way_out_of_a_rewrite_names_the_branch_that_was_named() {
    let (world, sam, ana, _) = leaked();
    purge(&ana);
    sam.run(["sync", "--branch", "main"])
        .fails(3)
        .says("oneonone sync --branch main --take-rewrite")
        .says("oneonone sync --branch main --accept-rewrite");
    sam.run(["sync", "--branch", "main", "--take-rewrite"]).ok();
    assert_eq!(holding(&world, &ana), 0);
}

#[test]
fn a_removal_that_was_not_sent_is_overruled_by_an_edit_in_the_rewrite_and_that_is_said() {
    let (_world, sam, ana, _) = leaked();
    let listed = sam.run(["--json", "agenda"]).ok().json();
    let entries = listed["entries"].as_array().unwrap();
    let first = entries.iter().find(|entry| entry["text"] == "first").unwrap();
    let first = first["id"].as_str().unwrap();
    sam.run(["--offline", "rm", first]).ok();
    ana.run(["edit", first, "first, in other words"]).ok();
    ana.run(["sync"]).ok();
    purge(&ana);
    let taken = sam.run(["--json", "sync", "--take-rewrite"]).ok();
    assert_eq!(taken.json()["kept"], serde_json::json!([first]), "{}", taken.out);
    assert!(taken.err.contains(&format!("kept {first}")), "{}", taken.err);
    assert!(sam.read("agenda.toml").contains("first, in other words"));
    sync_all(&[&sam, &ana]);
    assert_eq!(sam.files(), ana.files());
}
