//! The work of a person next to plain Git, half-way through something: a stopped merge, an odd checkout, an open
//! editor. None of their words is taken for Git's.

use crate::collide::{dies_before_its_branch_moves, one_entry, replace};
use crate::world::{Person, World, sync_all};

/// Both edited the entry, and ana's merge by plain Git stopped. Both have `notes.md`, changed at its two ends.
fn stopped_merge(world: &World) -> (Person, Person) {
    let (sam, ana, _) = one_entry(world);
    let notes: String = (1..=30).map(|n| format!("{n}\n")).collect();
    sam.write("notes.md", &notes);
    sam.git(["add", "notes.md"]).ok();
    sam.git(["commit", "-qm", "notes"]).ok();
    sync_all(&[&sam, &ana]);
    for (person, name) in [(&sam, "SAM"), (&ana, "ANA")] {
        replace(person, "one\n", &format!("{name}\n"));
        let notes = notes.replace("1\n2\n", &format!("{name} first\n2\n"));
        person.write("notes.md", &notes.replace("\n29\n", &format!("\n{name} late\n")));
        person.git(["commit", "-qam", "by hand"]).ok();
    }
    sam.run(["sync"]).ok();
    assert_ne!(ana.git(["pull", "--no-rebase", "-q"]).code, 0);
    (sam, ana)
}

#[test]
fn what_a_person_staged_in_a_stopped_merge_is_theirs() {
    let world = World::new();
    let (sam, ana) = stopped_merge(&world);
    let agenda = ana.git(["show", "HEAD:agenda.toml"]).ok().out;
    ana.write(
        "agenda.toml",
        &format!("{agenda}\n[[entry]]\ntext = \"my own word\"\n"),
    );
    ana.write("notes.md", "all of it anew\n");
    ana.git(["add", "-A"]).ok();
    ana.run(["sync"]).ok().says("half-done");
    let agenda = ana.read("agenda.toml");
    for words in ["my own word", "ANA", "SAM"] {
        assert!(agenda.contains(words), "{words}: {agenda}");
    }
    assert_eq!(ana.read("notes.md"), "all of it anew\n");
    sam.run(["sync"]).ok();
    assert_eq!(sam.files(), ana.files());
    assert!(sam.files().values().any(|text| text.contains("SAM late")));
}

#[test]
fn a_conflict_that_somebody_began_to_resolve_is_not_written_over() {
    let world = World::new();
    let (sam, ana) = stopped_merge(&world);
    let stopped = ana.read("notes.md");
    let first = &stopped[..stopped.find(">>>>>>> ").unwrap()];
    let rest = &stopped[first.len()..];
    let rest = &rest[rest.find('\n').unwrap() + 1..];
    let begun = format!("we agreed on this\n{rest}");
    assert!(begun.contains("<<<<<<< "));
    ana.write("notes.md", &begun);
    ana.run(["sync"]).fails(1).says("git add -- notes.md");
    assert_eq!(ana.read("notes.md"), begun);
    let done: String = begun
        .lines()
        .filter(|line| {
            !["<<<<<<<", "=======", ">>>>>>>"]
                .iter()
                .any(|m| line.starts_with(m))
        })
        .map(|line| format!("{line}\n"))
        .collect();
    ana.write("notes.md", &done);
    ana.git(["add", "notes.md"]).ok();
    ana.run(["sync"]).ok();
    assert_eq!(ana.read("notes.md"), done);
    sam.run(["sync"]).ok();
    assert_eq!(sam.read("notes.md"), done);
}

#[test]
fn what_a_merge_commit_by_hand_left_out_is_refused_or_comes_back() {
    for how in ["--ours", "--theirs"] {
        let world = World::new();
        let (sam, ana, _) = one_entry(&world);
        sam.run(["add", "concern", "troubles sam"]).ok();
        sam.run(["sync"]).ok();
        ana.run(["add", "topic", "from ana"]).ok();
        assert_ne!(ana.git(["pull", "--no-rebase", "-q"]).code, 0);
        ana.run(["status"]).says("stopped half-way");
        ana.git(["checkout", how, "agenda.toml"]).ok();
        ana.git(["add", "agenda.toml"]).ok();
        // It holds no markers, and looks resolved.
        let refused = ana.git(["commit", "-qm", "by hand"]);
        assert_ne!(refused.code, 0);
        assert!(refused.err.contains("oneonone sync"), "{}", refused.err);
        ana.git(["commit", "-qnm", "by hand"]).ok();
        ana.run(["sync"]).ok().says("had left out");
        sam.run(["sync"]).ok();
        for person in [&sam, &ana] {
            let log = person.run(["--json", "log"]).ok().out;
            for words in ["troubles sam", "from ana"] {
                assert_eq!(log.matches(words).count(), 1, "{how} {words}: {log}");
            }
        }
        // An entry that is removed afterwards stays so.
        let id = ana.add(["topic", "short-lived"]);
        ana.run(["rm", &id]).ok();
        sync_all(&[&ana, &sam]);
        assert!(!sam.read("agenda.toml").contains("short-lived"));
    }
}

#[test]
fn what_a_merge_left_out_on_purpose_stays_out() {
    let world = World::new();
    let (_, ana, _) = one_entry(&world);
    ana.git(["switch", "-qc", "draft"]).ok();
    ana.run(["add", "topic", "a draft", "--offline"]).ok();
    ana.git(["switch", "-q", "main"]).ok();
    ana.run(["add", "topic", "elsewhere", "--offline"]).ok();
    ana.git(["reset", "-q", "--hard", "HEAD~1"]).ok();
    ana.git(["merge", "-q", "--no-ff", "--no-commit", "draft"]).ok();
    ana.git(["checkout", "HEAD", "--", "agenda.toml"]).ok();
    ana.git(["commit", "-qnm", "without the draft"]).ok();
    ana.run(["sync"]).ok();
    assert!(!ana.read("agenda.toml").contains("a draft"));
}

#[test]
fn what_a_rebase_or_a_reset_took_away_is_said() {
    let world = World::new();
    let (sam, ana, _) = one_entry(&world);
    sam.run(["add", "topic", "from sam"]).ok();
    sam.run(["sync"]).ok();
    ana.run(["add", "topic", "from ana"]).ok();
    assert_ne!(ana.git(["pull", "--rebase", "-q"]).code, 0);
    ana.git(["checkout", "--ours", "agenda.toml"]).ok();
    ana.git(["add", "agenda.toml"]).ok();
    ana.git(["-c", "core.editor=true", "rebase", "--skip"]).ok();
    let run = ana.run(["sync"]).ok().says("in this history no more");
    let commit = run.err.split("git merge ").nth(1).unwrap();
    let commit = commit.split_whitespace().next().unwrap();
    ana.git(["merge", "-q", commit]);
    sync_all(&[&ana, &sam]);
    for words in ["from sam", "from ana"] {
        assert!(sam.read("agenda.toml").contains(words), "{words}");
    }
    assert!(!ana.run(["sync"]).ok().err.contains("no more"));
}

#[test]
fn what_a_stopped_stash_pop_would_have_brought_is_said() {
    let world = World::new();
    let (_, ana, _) = one_entry(&world);
    ana.append("agenda.toml", "\n[[entry]]\ntext = \"stashed\"\n");
    ana.git(["stash", "-q"]).ok();
    ana.run(["add", "topic", "meanwhile"]).ok();
    assert_ne!(ana.git(["stash", "pop", "-q"]).code, 0);
    ana.run(["sync"])
        .ok()
        .says("\n    git show 'stash@{0}:agenda.toml'\n");
    assert!(
        ana.git(["show", "stash@{0}:agenda.toml"])
            .ok()
            .out
            .contains("stashed")
    );
}

#[test]
fn a_hidden_record_that_lies_there_is_written() {
    let world = World::new();
    let (sam, ana, id) = one_entry(&world);
    ana.git(["update-index", "--skip-worktree", "agenda.toml"]).ok();
    sam.run(["add", "topic", "comes later"]).ok();
    sync_all(&[&sam, &ana, &ana, &sam]);
    assert!(ana.read("agenda.toml").contains("comes later"));
    assert!(sam.read("agenda.toml").contains("comes later"));
    // A file that was hidden by hand and is no record stays as it lies.
    ana.write("local.conf", "shared\n");
    ana.git(["add", "local.conf"]).ok();
    ana.git(["commit", "-qm", "conf"]).ok();
    ana.git(["update-index", "--skip-worktree", "local.conf"]).ok();
    ana.write("local.conf", "mine alone\n");
    ana.run(["edit", &id, "changed"]).ok();
    sync_all(&[&ana, &sam]);
    assert_eq!(sam.read("local.conf"), "shared\n");
    assert_eq!(ana.read("local.conf"), "mine alone\n");
}

#[test]
fn what_came_while_a_record_was_in_the_editor_stays() {
    let world = World::new();
    let (sam, ana, _) = one_entry(&world);
    ana.run(["start", "--offline"]).ok();
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    let editor =
        "git pull -q --no-rebase || true\nprintf '\\n[[entry]]\\ntext = \"from the editor\"\\n' >> \"$1\"";
    sam.run(["add", "note", "from sam"]).ok();
    sam.run(["sync"]).ok();
    ana.run(["add", "note", "from ana", "--offline"]).ok();
    ana.with_editor(editor).run(["edit", "2026-11-24"]).ok();
    sync_all(&[&ana, &sam]);
    let texts = sam.run(["--json", "log"]).ok().out;
    for words in ["from sam", "from ana", "from the editor"] {
        assert_eq!(texts.matches(words).count(), 1, "{words}: {texts}");
    }
}

#[test]
fn what_was_moved_aside_is_not_moved_over() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let comes = |text: &str| {
        sam.write("slides.md", text);
        sam.git(["add", "slides.md"]).ok();
        sam.git(["commit", "-qm", "slides"]).ok();
        sam.run(["sync"]).ok();
    };
    ana.write("slides.md", "my draft\n");
    comes("from sam\n");
    ana.run(["sync"]).ok().says("was in the way");
    let aside = |ana: &Person| {
        let files = ana.files().into_iter();
        let found = files.filter(|(path, _)| path.starts_with("slides.mine-"));
        found.collect::<Vec<_>>()
    };
    let (first, _) = aside(&ana).remove(0);
    ana.write(&first, "gone on with\n");
    sam.git(["rm", "-q", "slides.md"]).ok();
    sam.git(["commit", "-qm", "no slides"]).ok();
    sync_all(&[&sam, &ana]);
    ana.write("slides.md", "my draft\n");
    comes("once more\n");
    ana.run(["sync"]).ok().says("was in the way");
    let texts: Vec<String> = aside(&ana).into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts.len(), 2);
    assert!(texts.contains(&"gone on with\n".to_owned()) && texts.contains(&"my draft\n".to_owned()));
}

#[test]
fn an_emptied_record_deletes_nothing() {
    let world = World::new();
    let (sam, ana, id) = one_entry(&world);
    let before = ana.read("agenda.toml");
    ana.write("agenda.toml", "");
    let synced = ana.run(["sync"]).ok();
    synced
        .says("agenda.toml was gone or empty")
        .says(&format!("oneonone rm {id}"));
    assert_eq!(ana.read("agenda.toml"), before);
    std::fs::remove_file(ana.cwd.join("agenda.toml")).unwrap();
    ana.run(["sync"]).ok().says(&format!("oneonone rm {id}"));
    sync_all(&[&sam]);
    assert_eq!(
        [ana.read("agenda.toml"), sam.read("agenda.toml")],
        [before.clone(), before]
    );
}

#[test]
fn a_file_that_cannot_stand_here_holds_nothing_up() {
    let world = World::new();
    let (sam, ana, _) = one_entry(&world);
    let blob = |text: &str| sam.start("git", ["hash-object", "-w", "--stdin"], text).ok().out;
    let long = "x".repeat(300);
    let far = "a".repeat(5000);
    let entries = [
        ("100644", blob("hi\n"), long.as_str()),
        ("120000", blob(""), "empty-link"),
        ("120000", blob("a\0b"), "odd-link"),
        ("120000", blob(&far), "far-link"),
    ];
    for (mode, id, path) in &entries {
        let info = format!("{mode},{},{path}", id.trim());
        sam.git(["update-index", "--add", "--cacheinfo", &info]).ok();
    }
    sam.git(["commit", "-qnm", "odd"]).ok();
    sam.git(["push", "-q"]).ok();
    ana.run(["sync"]).ok().says("was not written");
    ana.run(["add", "topic", "goes on"]).ok();
    ana.run(["sync"]).ok();
    let tree = ana.git(["ls-tree", "-r", "--name-only", "origin/main"]).ok().out;
    for (_, _, path) in &entries {
        assert!(tree.contains(path), "{path} is gone: {tree}");
    }
    assert!(
        ana.git(["show", "origin/main:agenda.toml"])
            .ok()
            .out
            .contains("goes on")
    );
}

#[test]
fn an_entry_by_hand_that_plain_git_commits_after_a_kill_stands_once() {
    let world = World::new();
    let (sam, ana, _) = one_entry(&world);
    let lies = format!("{}\n[[entry]]\ntext = \"by hand\"\n", ana.read("agenda.toml"));
    ana.write("agenda.toml", &lies);
    let blob = ana.git(["hash-object", "agenda.toml"]).ok().out;
    dies_before_its_branch_moves(&ana, &["add", "topic", "by command"]);
    // It died before it wrote the first file.
    ana.write("agenda.toml", &lies);
    let note = ana.read(".git/oneonone/writing");
    ana.write(
        ".git/oneonone/writing",
        &format!("{note}\"agenda.toml\" = \"{}\"\n", blob.trim()),
    );
    ana.git(["commit", "-qnam", "mine"]).ok();
    sync_all(&[&ana, &sam]);
    let agenda = sam.read("agenda.toml");
    for words in ["by hand", "by command"] {
        assert_eq!(agenda.matches(words).count(), 1, "{words}: {agenda}");
    }
}

#[test]
fn half_written_files_do_not_go_to_another_branch() {
    let world = World::new();
    let (sam, ana, _) = one_entry(&world);
    let commit = |text: &str| {
        sam.write("notes.md", text);
        sam.write("new.md", text);
        sam.git(["add", "notes.md"]).ok();
        if text == "new\n" {
            sam.git(["add", "new.md"]).ok();
        }
        sam.git(["commit", "-qm", "notes"]).ok();
        sam.run(["sync"]).ok();
    };
    commit("old\n");
    ana.run(["sync"]).ok();
    commit("new\n");
    ana.git(["branch", "aside"]).ok();
    dies_before_its_branch_moves(&ana, &["sync"]);
    assert_eq!(ana.read("notes.md"), "new\n");
    ana.git(["symbolic-ref", "HEAD", "refs/heads/aside"]).ok();
    ana.run(["add", "topic", "on the other"]).ok();
    assert_eq!(ana.git(["show", "aside:notes.md"]).ok().out, "old\n");
    assert_eq!(ana.read("notes.md"), "old\n");
    ana.git(["switch", "-q", "main"]).ok();
    assert_eq!(ana.read("notes.md"), "new\n");
    assert_eq!(ana.read("new.md"), "new\n");
}
