//! The pre-commit guard: plain Git commits no private text in clear, and no record that does not parse.

use std::fs;
use std::path::{Path, PathBuf};

use crate::widened::two_sealed;
use crate::world::{Person, World, script};

const SECRET: &str = "\n[[entry]]\ntext = \"leaked-xyzzy\"\nvisibility = \"private\"\n";

/// Texts in clear that are to be sealed, written in ways that a simple search may miss.
const IN_CLEAR: &[&str] = &[
    "[[entry]]\ntext = \"\"\"\nfor later\n[ ] ask HR\n[note]\n[[entry]]\n\"\"\"\nvisibility = \"private\"\n",
    "[[entry]]\ntext = '''\n[note]\n'''\nvisibility = 'private'\n",
    "[[entry]]\ntext = \"\"\"she said \"no\"\"\"\"\nwild = [\n  [\"a\"],\n  [\"b\"]\n]\nvisibility = \"confidential\"\n",
    "[[entry]]\ntext = \"\"\"\n\\\"\"\"\n[note]\n\"\"\"\nvisibility = \"private\"\n",
    "[[entry]]\r\ntext = \"\"\"\r\n[note]\r\n\"\"\"\r\nvisibility = \"private\"\r\n",
    "[[entry]]\nkind = \"concern\"\ntext = \"\"\"\nid = \"none\"\nvisibility = \"shared\"\n\"\"\"\n",
    "[[entry]]\ntext = \"no visibility\"\nkind = 'concern'\n\n[[entry]]\ntext = \"open\"\n",
    "[[entry]]\ntext = \"open\"\n[more]\nentry = [{ visibility = \"private\", text = \"x\" }]\n",
    "[[entry]]\ntext = \"open\"\n[more]\nentry = [\n  { text = \"x\",\n    visibility = \"private\" },\n]\n",
    "[[entry]]\ntext = \"open\"\n[more]\nentry = [{ kind = \"concern\", text = \"x\" }]\n",
    "[[entry]]\nVisibility = \"private\"\ntext = \"x\"\n",
    "[[entry]]\nre = \"kkkkkkkkkkkk\"\ntext = \"x\"\n\n[[entry]]\ntext = \"open\"\n",
];

/// Texts that everyone may read, written in ways that look like others.
const OPEN: &[&str] = &[
    "[[entry]]\nid = \"kkkkkkkkkkkk\"\nkind = \"concern\"\ntext = \"shared since\"\n",
    "[[entry]]\nkind = \"concern\"\nvisibility = \"shared\"\ntext = \"shared\"\n",
    "[[entry]]\nre = \"kkkkkkkkkkkk\"\nvisibility = \"shared\"\ntext = \"shared\"\n",
    "[[entry]]\nid = \"mmmmmmmmmmmm\"\nre = \"kkkkkkkkkkkk\"\ntext = \"x\"\n",
    "[[ entry ]] # one, e.g. [x]\nvisibility = \"private\"\nsealed = \"-\"\n\n[[entry]] # [y]\ntext = \"open\"\n",
    "[[entry]]\nkind = \"topic\"\ntext = \"open\"\n\n[[entry.conflict]]\nfield = \"body\"\nkind = \"concern\"\ntext = \"y\"\n",
    "[[entry]]\nvisibility = \"shared\" # not private\ntext = \"visibility = private, text = none\"\n",
];

fn hook(person: &Person) -> PathBuf {
    person.cwd.join(".git/hooks/pre-commit")
}

/// The commit is refused, and HEAD stands.
#[track_caller]
fn refused(person: &Person, args: &[&str]) -> String {
    let before = person.head();
    let run = person.git(args);
    assert_ne!(run.code, 0, "{args:?} went through");
    assert_eq!(person.head(), before);
    assert!(
        run.err.contains("error: ") && run.err.contains("nothing was committed"),
        "{}",
        run.err
    );
    run.err
}

#[test]
fn where_no_branch_is_checked_out_only_what_is_wrong_is_refused() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    ana.run(["add", "one"]).ok();
    ana.git(["switch", "-q", "--detach"]).ok();
    ana.append("agenda.toml", "# a remark\n");
    ana.git(["commit", "-qam", "sound"]).ok();
    ana.append("agenda.toml", SECRET);
    refused(&ana, &["commit", "-am", "all"]);
}

#[test]
fn a_private_text_in_clear_is_refused_however_it_is_committed() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["add", "one"]).ok();
    ana.append("agenda.toml", SECRET);
    let words = refused(&ana, &["commit", "-am", "all"]);
    assert!(
        words.contains("agenda.toml:") && words.contains("seal it, and commit the record: oneonone sync"),
        "{words}"
    );
    refused(&ana, &["commit", "-m", "one file", "agenda.toml"]);
    refused(&ana, &["commit", "--amend", "--no-edit", "-a"]);
    ana.git(["add", "agenda.toml"]).ok();
    refused(&ana, &["commit", "-m", "staged"]);
    ana.git(["reset", "-q"]).ok();
    // A file of another name can go meanwhile, and the folder's secret stays out of it.
    ana.write("slides.md", "one\n");
    ana.git(["add", "slides.md"]).ok();
    ana.git(["commit", "-qm", "slides"]).ok();
    // The way out that the error names works, and then the same commands go.
    ana.run(["sync"]).ok();
    assert_eq!(ana.git(["status", "--porcelain"]).ok().out, "");
    assert!(ana.read("agenda.toml").contains("sealed = "));
    ana.append("agenda.toml", "\n[[entry]]\ntext = \"by hand\"\n");
    ana.git(["commit", "-qam", "by hand"]).ok();
    ana.git(["commit", "-q", "--amend", "-m", "by hand, reworded"])
        .ok();
    sam.run(["sync"]).ok();
    assert!(!ana.objects(&world.path("remote.git")).contains("leaked-xyzzy"));
}

#[test]
fn a_slip_in_a_file_that_looks_like_a_record_is_refused_and_the_way_out_works() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    for (path, text) in [
        (
            "meetings/2026/2026-11-22-x.toml",
            "[[entry]]\ntext = \"one\"\nVisibility = \"private\"\n",
        ),
        (
            "agenda2.toml",
            "[[entries]]\ntext = \"two\"\nvisibility = \"privat\"\n",
        ),
        (
            "meetings/2026/2026-11-25 (1).toml",
            "[[entry]]\ntext = \"private: three\"\n",
        ),
        (
            "2026-11-19.toml",
            "[[entry]]\ntext = \"four\"\nvisibility = \"private\"\n",
        ),
    ] {
        let tip = ana.head();
        ana.write(path, text);
        ana.git(["add", "-A"]).ok();
        refused(&ana, &["commit", "-m", "by hand"]);
        ana.commit_unguarded("by hand");
        let stopped = ana.run(["sync"]).fails(3);
        ana.paste_all(&stopped, "git ");
        assert_eq!(ana.head(), tip, "{path}");
        ana.run(["sync"]).ok();
        assert_eq!(ana.read(path), text, "it stays in the folder");
        fs::remove_file(ana.cwd.join(path)).unwrap();
    }
}

#[test]
fn what_a_hand_wrote_for_a_few_eyes_is_known_by_any_name() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    let clean = ana.read("agenda.toml");
    for text in [
        "\n[[entry]]\nkind = \"concern\"\ntext = \"no visibility\"\n",
        "\n[[entry]]\ntext = \"both\"\nvisibility = \"confidential\"\n",
        "\n[[entry]]\n\"visibility\" = 'private'\ntext = \"quoted\"\n",
        "\n[[entry]]\ntext = \"broken\n",
    ] {
        ana.write("agenda.toml", &format!("{clean}{text}"));
        refused(&ana, &["commit", "-am", "no"]);
    }
    ana.write(
        "meetings/2026/2026-11-24.toml",
        &format!("date = 2026-11-24\nstatus = \"held\"\n{SECRET}"),
    );
    ana.write("agenda.toml", &clean);
    ana.git(["add", "-A"]).ok();
    refused(&ana, &["commit", "-m", "a meeting"]);
}

#[test]
fn what_is_to_be_sealed_is_not_shown_where_it_is_refused() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    ana.run(["add", "one"]).ok();
    let clean = ana.read("agenda.toml");
    let head = format!("\u{feff}# a remark\n{clean}\n");
    let at = head.lines().count() + 1;
    for (text, line) in [
        (
            "[[entry]]\ntext = \"hidden-xyzzy\"\nvisibility = \"private\"\n",
            at,
        ),
        (
            "[[entry]] # of xyzzy\nvisibility = \"private\" # xyzzy\ntext = \"hidden-xyzzy\"\n",
            at,
        ),
        (
            "[[entry]]\nkind = \"concern\"\ntext = \"\"\"\nhidden-xyzzy\"\"\"\n",
            at,
        ),
        (
            "[[entry]]\ntext = \"open\"\n\n[[entry]]\ntext = \"hidden-xyzzy\"\nvisibility = \"private\"\n",
            at + 3,
        ),
        (
            "[[entry]]\nid = \"kkkkkkkkkkkk\" # xyzzy\ntext = \"hidden-xyzzy\"\nvisibility = \"private\"\n",
            at + 1,
        ),
        (
            "[[entry]]\ntext = \"open\"\nmeta = { visibility = \"private\", text = \"hidden-xyzzy\" }\n",
            at + 2,
        ),
        ("[[entry]]\nText = \"hidden-xyzzy\"\ntext = \"open\"\n", at + 1),
    ] {
        ana.write("agenda.toml", &format!("{head}{text}"));
        let words = refused(&ana, &["commit", "-am", "no"]);
        assert!(words.contains(&format!("agenda.toml:{line}:")), "{text}\n{words}");
        assert!(!words.contains("xyzzy"), "{words}");
        let run = ana.run(["--json", "check", "--staged"]);
        assert!(!format!("{}{}", run.out, run.err).contains("xyzzy"));
    }
    let inline = "entry = [{ visibility = \"private\", text = \"hidden-xyzzy\" }]\n";
    ana.write("agenda.toml", inline);
    let words = refused(&ana, &["commit", "-am", "no"]);
    assert!(
        words.contains("agenda.toml:1:1") && !words.contains("xyzzy"),
        "{words}"
    );
}

#[test]
fn a_linked_worktree_and_a_split_index_are_guarded_too() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    ana.git(["worktree", "add", "-q", "-b", "other", "../other"]).ok();
    let other = Person {
        cwd: ana.home.join("other"),
        ..ana.clone()
    };
    other.append("agenda.toml", SECRET);
    refused(&other, &["commit", "-am", "in a worktree"]);
    ana.git(["update-index", "--split-index"]).ok();
    ana.append("agenda.toml", SECRET);
    refused(&ana, &["commit", "-am", "split"]);
    ana.git(["add", "agenda.toml"]).ok();
    refused(&ana, &["commit", "-m", "split and staged"]);
}

#[test]
fn where_the_program_is_gone_the_hook_looks_by_itself() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    ana.type_in("hush\n", ["add", "note", "-", "--private"]).ok();
    let script = fs::read_to_string(hook(&ana)).unwrap();
    let program = env!("CARGO_BIN_EXE_oneonone");
    assert!(script.contains(program), "{script}");
    fs::write(hook(&ana), script.replace(program, "/nowhere/oneonone")).unwrap();
    // A sealed entry may be committed.
    let agenda = ana.read("agenda.toml");
    ana.append(
        "agenda.toml",
        "\n[[entry]]\ntext = \"open\"\n# visibility of it: nothing private\n",
    );
    ana.git(["commit", "-qam", "sealed and open"]).ok();
    ana.append("agenda.toml", SECRET);
    let words = refused(&ana, &["commit", "-am", "no"]);
    assert!(words.contains("agenda.toml holds a text in clear"), "{words}");
    for text in IN_CLEAR {
        ana.write("agenda.toml", &format!("{agenda}\n{text}"));
        refused(&ana, &["commit", "-am", "no"]);
    }
    for text in OPEN {
        ana.write("agenda.toml", &format!("{agenda}\n{text}"));
        let run = ana.git(["commit", "-qam", "open"]);
        assert_eq!(run.code, 0, "{text}\n{}", run.err);
    }
    // Found on the PATH, it does all it can.
    ana.write("agenda.toml", &format!("{agenda}bad bad\n"));
    let folder = Path::new(program).parent().unwrap().to_str().unwrap();
    let path = format!("{}:{folder}", std::env::var("PATH").unwrap());
    refused(&ana.with("PATH", &path), &["commit", "-am", "broken"]);
}

#[test]
fn sync_puts_it_back_and_touches_no_hook_of_the_users_own() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    let script = fs::read_to_string(hook(&ana)).unwrap();
    fs::remove_file(hook(&ana)).unwrap();
    ana.run(["sync"]).ok().says("pre-commit hook is in place");
    assert_eq!(fs::read_to_string(hook(&ana)).unwrap(), script);
    // An older one is brought up to date.
    fs::write(hook(&ana), "#!/bin/sh\n# oneonone guard 0: older\nexit 0\n").unwrap();
    ana.run(["sync"]).ok();
    assert_eq!(fs::read_to_string(hook(&ana)).unwrap(), script);
    assert!(!ana.run(["sync"]).ok().err.contains("hook"), "said once");
    // A newer one stays, and keeps guarding.
    let newer = "#!/bin/sh\n# oneonone guard 999: newer\nexit 1\n";
    fs::write(hook(&ana), newer).unwrap();
    ana.run(["sync"]).ok();
    assert_eq!(fs::read_to_string(hook(&ana)).unwrap(), newer);
    fs::write(hook(&ana), &script).unwrap();
    ana.append("agenda.toml", SECRET);
    refused(&ana, &["commit", "-am", "no"]);
    ana.git(["checkout", "-q", "."]).ok();
    for own in ["#!/bin/sh\n# mine\nexit 0\n", ""] {
        fs::write(hook(&ana), own).unwrap();
        ana.run(["sync"]).ok();
        assert_eq!(fs::read_to_string(hook(&ana)).unwrap(), own);
    }
    fs::remove_file(hook(&ana)).unwrap();
    ana.git(["config", "oneonone.guard", "false"]).ok();
    ana.run(["sync"]).ok();
    assert!(!hook(&ana).exists());
}

#[test]
fn hooks_that_git_takes_from_elsewhere_are_left_alone_and_the_line_is_said() {
    let world = World::new();
    let remote = world.remote("remote.git");
    let (sam, ana) = (world.person("sam"), world.person("ana"));
    fs::create_dir_all(ana.home.join("hooks")).unwrap();
    ana.write(".gitconfig", "[core]\n\thooksPath = ~/hooks\n");
    let url = remote.to_str().unwrap();
    sam.run([
        "init", "Ana", "clone", "--as", "manager", "--name", "Sam", "--remote", url,
    ])
    .ok();
    let run = ana.run(["join", url, "clone"]).ok().says("core.hooksPath is set");
    let (_, hint) = run.err.split_once("add this line to ").unwrap();
    let (file, line) = hint.split_once("\n    ").unwrap();
    let line = line.lines().next().unwrap();
    let ana = ana.in_folder("clone");
    assert_eq!(Path::new(file), ana.home.join("hooks/pre-commit"));
    assert!(!Path::new(file).exists() && !hook(&ana).exists());
    // Pasted, the line guards.
    script(Path::new(file), line);
    ana.append("agenda.toml", SECRET);
    let folder = Path::new(env!("CARGO_BIN_EXE_oneonone")).parent().unwrap();
    let path = format!("{}:{}", std::env::var("PATH").unwrap(), folder.to_str().unwrap());
    let before = ana.head();
    assert_ne!(ana.with("PATH", &path).git(["commit", "-qam", "no"]).code, 0);
    assert_eq!(ana.head(), before);
}

#[test]
fn a_merge_is_not_blocked_by_what_the_other_side_committed() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let broken = format!("{}bad bad\n", sam.read("agenda.toml"));
    sam.write("agenda.toml", &broken);
    sam.git(["commit", "-qnam", "broken"]).ok();
    sam.git(["push", "-q"]).ok();
    ana.write("slides.md", "one\n");
    ana.git(["add", "slides.md"]).ok();
    ana.git(["commit", "-qm", "slides"]).ok();
    ana.git(["pull", "-q", "--no-rebase", "--no-commit"]).ok();
    assert_eq!(ana.read("agenda.toml"), broken);
    // Mine is still looked at.
    ana.write(
        "meetings/2026/2026-11-24.toml",
        &format!("date = 2026-11-24\nstatus = \"held\"\n{SECRET}"),
    );
    ana.git(["add", "-A"]).ok();
    refused(&ana, &["commit", "--no-edit"]);
    ana.git(["rm", "-qf", "meetings/2026/2026-11-24.toml"]).ok();
    ana.git(["commit", "-q", "--no-edit"]).ok();
}

#[test]
fn what_follows_a_sealed_entry_is_refused_in_clear() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let [private, confidential] = two_sealed(&ana);
    let shared = ana.add(["topic", "for everyone"]);
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    let remote = world.path("remote.git");
    let clean = ana.read("agenda.toml");
    let follows =
        |id: &str| format!("\n[[entry]]\nkind = \"note\"\nre = \"{id}\"\ntext = \"leaked-xyzzy\"\n");
    let forms = [
        ("agenda.toml", format!("{clean}{}", follows(&private))),
        ("agenda.toml", format!("{clean}{}", follows(&confidential))),
        ("agenda.toml~", follows(&private)),
        (
            "meetings/2026/2026-11-20.toml",
            format!("date = 2026-11-20\n{}", follows(&private)),
        ),
        // The entry that it follows goes with the same commit.
        ("agenda.toml", follows(&confidential)),
    ];
    for (path, text) in &forms {
        let tip = ana.head();
        ana.write(path, text);
        ana.git(["add", "-A"]).ok();
        refused(&ana, &["commit", "-m", "by hand"]);
        ana.commit_unguarded("past the guard");
        for args in [&["sync"][..], &["add", "on top"], &["check"]] {
            let run = ana.run(args);
            let looks = args[0] == "sync" || !path.ends_with('~');
            assert!(!looks || run.code == 3, "{path}: {args:?}\n{run:?}");
        }
        assert!(!ana.objects(&remote).contains("leaked-xyzzy"), "{path}");
        ana.git(["reset", "-q", "--hard", &tip]).ok();
    }
    // The way out that the error names seals it.
    ana.append("agenda.toml", &follows(&private));
    ana.git(["commit", "-qanm", "past the guard"]).ok();
    let stopped = ana.run(["sync"]).fails(3);
    ana.paste_all(&stopped, "git ");
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    assert!(!ana.objects(&remote).contains("leaked-xyzzy"));
    assert!(!sam.run(["log"]).ok().out.contains("leaked-xyzzy"));
    // Whoever names the readers means it, and a shared entry hands on nothing.
    ana.append(
        "agenda.toml",
        &follows(&private)
            .replace("re =", "visibility = \"shared\"\nre =")
            .replace("leaked-xyzzy", "meant"),
    );
    ana.append("agenda.toml", &follows(&shared).replace("leaked-xyzzy", "open"));
    ana.git(["commit", "-qam", "by hand"]).ok();
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    let there = sam.read("agenda.toml");
    assert!(there.contains("\"meant\"") && there.contains("\"open\""));
}

#[test]
fn what_follows_a_sealed_entry_and_is_out_already_stops_nobody() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let [private, _] = two_sealed(&ana);
    sam.run(["sync"]).ok();
    sam.append(
        "agenda.toml",
        &format!("\n[[entry]]\nre = \"{private}\"\ntext = \"out already\"\n"),
    );
    sam.git(["commit", "-qanm", "past the guard"]).ok();
    sam.git(["push", "-q"]).ok();
    sam.write(
        "agenda.toml",
        &sam.read("agenda.toml")
            .replace("[[entry]]\nre =", "# a remark\n[[entry]]\nre ="),
    );
    for person in [&ana, &sam, &ana] {
        person.run(["sync"]).ok();
        person.run(["add", "goes on"]).ok();
    }
}
