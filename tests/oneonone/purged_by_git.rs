//! A text was taken out of the whole history, and plain Git is at work beside it: nothing offers to bring the text back, and
//! nothing joins both histories unasked (docs/sync.md#rewritten).

use crate::purged::{VALUE, holding, leaked};
use crate::world::{Person, World};

/// Takes every entry with the value out of every commit of the branch.
fn take_entry_out(ana: &Person) {
    take_entry_out_of(ana, &[]);
}

fn take_entry_out_of(ana: &Person, references: &[&str]) {
    let awk = format!("awk -v RS= -v ORS='\\n\\n' '!/{VALUE}/' agenda.toml > a.new && mv a.new agenda.toml");
    let edit = format!("test ! -f agenda.toml || {{ {awk}; }}; rm -f notes.md");
    let ana = ana.with("FILTER_BRANCH_SQUELCH_WARNING", "1");
    let filter = ["filter-branch", "-f", "--tree-filter", &edit];
    ana.git([&filter[..], references].concat()).ok();
}

fn purge_by_git(ana: &Person) {
    take_entry_out(ana);
    ana.git(["push", "-q", "--force", "origin", "main"]).ok();
}

/// Sam has something unsent, and his `git pull` stopped between the purged history and the rewritten one.
fn pulled_half_way() -> (World, Person, Person) {
    let (world, sam, ana, _) = leaked();
    purge_by_git(&ana);
    sam.run(["add", "unsent"]).ok();
    assert_ne!(sam.git(["pull", "-q", "--no-rebase", "--no-edit"]).code, 0);
    (world, sam, ana)
}

#[test]
fn whoever_took_a_text_out_is_not_told_to_bring_it_back() {
    for adds in [false, true] {
        let (world, _sam, ana, _) = leaked();
        if adds {
            ana.run(["add", "unsent, and stays"]).ok();
        }
        take_entry_out(&ana);
        let before = ana.run(["add", "between purge and push"]).ok().err;
        ana.git(["push", "-q", "--force", "origin", "main"]).ok();
        let synced = ana.run(["sync"]).ok();
        let synced = synced.says("this branch holds nothing of what was removed");
        for said in [&before, &synced.err] {
            assert!(!said.contains("in this history no more"), "{said}");
            assert!(!said.contains("git merge"), "{said}");
        }
        assert_eq!(holding(&world, &ana), 0);
    }
}

#[test]
fn a_purge_here_is_not_undone_by_a_sync_before_the_forced_push() {
    for way in [
        "filter",
        "filter every reference",
        "amend",
        "amend with a new message",
        "amend of a later commit",
    ] {
        let (world, sam, ana, _) = leaked();
        match way {
            "filter" => take_entry_out(&ana),
            "filter every reference" => take_entry_out_of(&ana, &["--", "--all"]),
            "amend" | "amend with a new message" => {
                sam.run(["add", &format!("{VALUE} again")]).ok();
                sam.run(["sync"]).ok();
                let agenda = sam.read("agenda.toml").replace(&format!("{VALUE} again"), "gone");
                sam.write("agenda.toml", &agenda);
                let message: &[&str] = match way {
                    "amend" => &["--no-edit"],
                    _ => &["--reset-author", "-m", "clean"],
                };
                sam.git([&["commit", "-qa", "--amend"], message].concat()).ok();
            }
            _ => {
                sam.run(["add", "a word that stays"]).ok();
                sam.run(["sync"]).ok();
                sam.write("notes.md", "taken out\n");
                sam.git(["commit", "-qa", "--amend", "--no-edit"]).ok();
            }
        }
        let (who, other) = match way {
            "filter" | "filter every reference" => (&ana, &sam),
            _ => (&sam, &ana),
        };
        let (head, before) = (who.head(), holding(&world, &ana));
        for arguments in [&["sync"][..], &["sync", "--dry-run"], &["sync", "--take-rewrite"]] {
            let asked = who.run(arguments.iter().copied()).fails(3);
            asked.says("a merge would bring back what you took out");
        }
        assert_eq!(who.head(), head, "{way}");
        assert_eq!(holding(&world, &ana), before, "{way}");
        // Whoever writes meanwhile is asked, too.
        who.run(["add", "written meanwhile"]).ok();
        let asked = who.run(["sync"]).fails(3);
        // The command that is named can be pasted.
        who.paste(asked.command("git push ")).ok();
        who.run(["sync"]).ok().says("in sync");
        other.run(["sync", "--take-rewrite"]).ok();
        other.run(["sync"]).ok();
        let agenda = other.read("agenda.toml");
        assert!(agenda.contains("written meanwhile"), "{way}: {agenda}");
        assert!(!agenda.contains(&format!("{VALUE} again")), "{way}: {agenda}");
        if way.starts_with("filter") {
            assert_eq!(holding(&world, &ana), 0);
        }
    }
}

#[test]
fn no_forced_push_is_named_that_would_remove_what_the_other_sent_since() {
    let (world, sam, ana, _) = leaked();
    take_entry_out(&ana);
    sam.run(["add", "sent meanwhile"]).ok();
    sam.run(["sync"]).ok();
    let asked = ana.run(["sync"]).fails(3);
    let asked = asked.says("a forced push would remove");
    assert!(!asked.err.contains("git push"), "{}", asked.err);
    ana.run(["sync", "--accept-rewrite"]).ok();
    assert!(ana.read("agenda.toml").contains("sent meanwhile"));
    // Taken out again, it is gone for good.
    take_entry_out(&ana);
    let asked = ana.run(["sync"]).fails(3);
    ana.paste(asked.command("git push ")).ok();
    ana.run(["sync"]).ok().says("in sync");
    sam.run(["sync", "--take-rewrite"]).ok();
    assert!(sam.read("agenda.toml").contains("sent meanwhile"));
    assert_eq!(holding(&world, &ana), 0);
}

#[test]
fn a_commit_that_plain_git_copied_from_the_other_is_no_rewrite() {
    let (_world, sam, ana, _) = leaked();
    for text in ["one of sam's", "another of sam's"] {
        sam.run(["add", text]).ok();
    }
    sam.run(["sync"]).ok();
    ana.git(["fetch", "-q"]).ok();
    ana.git(["cherry-pick", "origin/main~1"]).ok();
    // It is a commit of somebody else, which is another question, and no push is named.
    let asked = ana
        .run(["sync"])
        .fails(3)
        .says("1 commit here was made elsewhere");
    assert!(!asked.err.contains("git push"), "{}", asked.err);
    ana.run(["sync", "--accept-rewrite"]).ok();
    let agenda = ana.read("agenda.toml");
    for text in ["one of sam's", "another of sam's"] {
        assert_eq!(agenda.matches(text).count(), 1, "{agenda}");
    }
}

#[test]
fn a_commit_that_a_reset_took_off_the_branch_comes_back_and_it_is_said() {
    let (_world, sam, _ana, _) = leaked();
    sam.run(["sync"]).ok();
    sam.run(["add", "taken off"]).ok();
    sam.run(["sync"]).ok();
    for adds in [false, true] {
        sam.git(["reset", "-q", "--hard", "HEAD~1"]).ok();
        if adds {
            sam.at("2026-11-24T12:10:00Z").run(["add", "more"]).ok();
        }
        let run = sam.run(["sync"]).ok();
        run.says("that this branch had lost came back");
        assert!(sam.read("agenda.toml").contains("taken off"));
    }
}

#[test]
fn a_local_rewrite_that_is_not_meant_is_merged() {
    let (_world, sam, ana, _) = leaked();
    sam.run(["add", "one"]).ok();
    sam.run(["sync"]).ok();
    // A new message takes no word out.
    sam.git(["commit", "-q", "--amend", "-m", "reworded"]).ok();
    sam.run(["sync"]).ok().says("in sync");
    sam.run(["add", "two"]).ok();
    sam.run(["sync"]).ok();
    sam.write(
        "agenda.toml",
        &sam.read("agenda.toml").replace("two", "other words"),
    );
    sam.git(["commit", "-qa", "--amend", "--no-edit"]).ok();
    sam.run(["sync"]).fails(3);
    sam.run(["sync", "--accept-rewrite"]).ok();
    sam.run(["sync"]).ok().says("in sync");
    ana.run(["sync"]).ok();
    assert!(ana.read("agenda.toml").contains("two"));
}

#[test]
fn an_unsent_entry_that_went_with_a_purge_is_said_without_a_way_to_the_text() {
    let (_world, _sam, ana, _) = leaked();
    ana.run(["add", &format!("{VALUE}, unsent")]).ok();
    purge_by_git(&ana);
    let said = ana
        .run(["sync"])
        .ok()
        .says("1 entry of the last command's commit")
        .err
        .clone();
    assert!(!said.contains("git merge"), "{said}");
}

#[test]
fn a_stopped_pull_of_a_rewritten_history_is_left_as_it_lies_until_a_person_decides() {
    let (world, sam, _ana) = pulled_half_way();
    let stood = (sam.head(), sam.read("agenda.toml"), sam.rev("MERGE_HEAD"));
    for command in [
        &["sync"][..],
        &["sync", "--dry-run"],
        &["add", "meanwhile"],
        &["sync"],
    ] {
        sam.run(command).fails(3).says("oneonone sync --take-rewrite");
        let stands = (sam.head(), sam.read("agenda.toml"), sam.rev("MERGE_HEAD"));
        assert_eq!(stands, stood, "{command:?}");
    }
    assert_ne!(sam.git(["push", "-q"]).code, 0);
    assert_eq!(holding(&world, &sam), 0);
    sam.run(["sync", "--take-rewrite"]).ok();
    assert_eq!(holding(&world, &sam), 0);
    let agenda = sam.read("agenda.toml");
    assert!(agenda.contains("unsent") && !agenda.contains(VALUE), "{agenda}");
    assert_eq!(sam.git(["status", "--porcelain"]).ok().out, "");
}

#[test]
fn a_stopped_pull_is_finished_where_everything_is_to_be_kept() {
    let (world, sam, _ana) = pulled_half_way();
    sam.run(["sync", "--accept-rewrite"]).ok();
    assert!(holding(&world, &sam) > 0);
    let agenda = sam.read("agenda.toml");
    assert!(
        agenda.contains("unsent") && agenda.contains("from sam"),
        "{agenda}"
    );
}

#[test]
fn a_merge_that_stopped_is_finished_where_nothing_was_rewritten() {
    let (_world, sam, ana, _) = leaked();
    ana.run(["add", "from ana"]).ok();
    ana.run(["sync"]).ok();
    sam.run(["add", "unsent"]).ok();
    assert_ne!(sam.git(["pull", "-q", "--no-rebase", "--no-edit"]).code, 0);
    sam.run(["sync"]).ok();
    assert!(sam.read("agenda.toml").contains("from ana"));
}

#[test]
fn a_stash_is_named_only_where_git_stopped_at_it() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    ana.run(["add", "one"]).ok();
    let agenda = ana.read("agenda.toml");
    for words in ["first", "second"] {
        ana.write(
            "agenda.toml",
            &format!("{agenda}\n[[entry]]\ntext = \"{words}\"\n"),
        );
        ana.git(["stash", "-q"]).ok();
    }
    ana.git(["switch", "-qc", "aside"]).ok();
    ana.run(["add", "aside"]).ok();
    ana.git(["switch", "-q", "main"]).ok();
    ana.run(["add", "meanwhile"]).ok();
    // A cherry-pick that stopped, and was given up by hand, left the index unmerged: no stash is in it.
    assert_ne!(ana.git(["cherry-pick", "aside"]).code, 0);
    ana.git(["cherry-pick", "--quit"]).ok();
    ana.git(["checkout", "-q", "--ours", "agenda.toml"]).ok();
    let synced = ana.run(["sync"]).ok();
    assert!(!synced.err.contains("stash"), "{}", synced.err);
    // The older one of two.
    assert_ne!(ana.git(["stash", "pop", "-q", "stash@{1}"]).code, 0);
    ana.run(["sync"])
        .ok()
        .says("\n    git show 'stash@{1}:agenda.toml'\n")
        .says("git stash drop 'stash@{1}'");
    assert!(
        ana.git(["show", "stash@{1}:agenda.toml"])
            .ok()
            .out
            .contains("first")
    );
}

#[test]
fn a_text_that_was_never_sent_is_left_out_of_history_by_the_hint() {
    let (world, sam, ana, _) = leaked();
    ana.run(["add", "before it"]).ok();
    let id = ana.add(["MEANT-FOR-ME"]);
    ana.run(["add", "after it"]).ok();
    let refused = ana
        .run(["edit", &id, "--private"])
        .fails(1)
        .says("it has not left this machine");
    ana.run(["rm", &id]).ok();
    ana.paste(refused.command("git reset ")).ok();
    ana.type_in("MEANT-FOR-ME\n", ["add", "--private", "-"]).ok();
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    let agenda = sam.read("agenda.toml");
    assert!(
        agenda.contains("before it") && agenda.contains("after it"),
        "{agenda}"
    );
    let remote = world.path("remote.git");
    let log = sam
        .git(["-C", remote.to_str().unwrap(), "log", "-p", "--text", "--all"])
        .ok()
        .out;
    assert!(!log.contains("MEANT-FOR-ME"));
    // Once it was sent, nothing takes it out of history.
    let sent = ana.add(["sent"]);
    ana.run(["sync"]).ok();
    let said = ana
        .run(["edit", &sent, "--private"])
        .fails(1)
        .says("history keeps the text")
        .err
        .clone();
    assert!(!said.contains("git reset"), "{said}");
}

#[test]
fn whoever_sends_a_purged_text_back_is_named_and_so_is_the_entry() {
    let (_world, sam, ana, id) = leaked();
    purge_by_git(&ana);
    ana.run(["sync"]).ok();
    sam.run(["sync", "--accept-rewrite"]).ok();
    let told = ana.run(["sync"]).ok();
    let told = told.says(&format!(
        "1 entry that a rewritten history had taken out is back, here and at the remote: {id}"
    ));
    assert!(told.err.contains("Sam: 1 new topic"), "{}", told.err);
    assert!(!told.err.contains("another machine"), "{}", told.err);
    assert!(!ana.run(["sync"]).ok().err.contains("taken out"), "said once");
}
