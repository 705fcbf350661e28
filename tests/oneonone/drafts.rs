//! A text that somebody writes in an editor is neither lost nor left behind.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::world::{Person, World};

/// A person whose editor is a script, and whose temporary files lie in a folder of their own.
fn writer(world: &World, script: &str) -> (Person, PathBuf) {
    let (sam, _) = world.pair();
    let folder = sam.home.join("run");
    fs::create_dir_all(&folder).unwrap();
    let sam = sam
        .with_editor(script)
        .with("XDG_RUNTIME_DIR", folder.to_str().unwrap())
        .with("TMPDIR", folder.to_str().unwrap());
    (sam, folder)
}

fn left(folder: &PathBuf) -> Vec<PathBuf> {
    fs::read_dir(folder)
        .unwrap()
        .map(|item| item.unwrap().path())
        .collect()
}

/// Runs a command whose editor writes a quokka, and waits until it has.
fn writing(sam: &Person, folder: &PathBuf, args: &str) -> Child {
    // Cores are allowed, as far as the system lets them be.
    let line = format!("ulimit -c unlimited; exec \"$0\" {args}");
    let child = Command::new("bash")
        .args(["-c", &line, env!("CARGO_BIN_EXE_oneonone")])
        .current_dir(&sam.cwd)
        .env("HOME", &sam.home)
        .envs(sam.env.iter().map(|(k, v)| (k, v)))
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .unwrap();
    let begun = Instant::now();
    let written = |folder: &PathBuf| {
        left(folder)
            .first()
            .is_some_and(|f| fs::read_to_string(f.join("entry.md")).is_ok_and(|t| t.contains("quokka")))
    };
    while !written(folder) {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "the editor never opened"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    child
}

fn send(signal: &str, target: &str) {
    let sent = Command::new("sh")
        .args(["-c", "kill -$0 $1", signal, target])
        .status();
    assert!(sent.unwrap().success());
}

/// Sends a signal while the editor is open; gives the exit code.
fn interrupted(sam: &Person, folder: &PathBuf, signal: &str, whole_group: bool) -> Option<i32> {
    let mut child = writing(sam, folder, "add note --private");
    let id = child.id();
    send(
        signal,
        &if whole_group {
            format!("-{id}")
        } else {
            id.to_string()
        },
    );
    child.wait().unwrap().code()
}

#[test]
fn a_text_outlives_a_closed_terminal_and_no_ctrl_c() {
    let world = World::new();
    let (sam, folder) = writer(&world, "echo quokka > \"$1\"\nsleep 30");
    for (signal, whole_group) in [
        ("INT", true),
        ("TERM", true),
        ("TERM", false),
        ("HUP", true),
        ("HUP", false),
    ] {
        let begun = Instant::now();
        assert_eq!(
            interrupted(&sam, &folder, signal, whole_group),
            Some(130),
            "{signal}"
        );
        assert!(begun.elapsed() < Duration::from_secs(20), "{signal}");
        let kept = left(&folder);
        let run = sam.run(["key", "show"]).ok();
        if signal == "INT" {
            assert_eq!(
                (kept, run.err.as_str()),
                (Vec::new(), ""),
                "the person gave it up"
            );
            continue;
        }
        let [kept] = kept.try_into().unwrap();
        assert_eq!(
            fs::read_to_string(kept.join("entry.md")).unwrap(),
            "quokka\n",
            "{signal}"
        );
        run.says("was not saved").says(kept.to_str().unwrap());
        fs::remove_dir_all(&kept).unwrap();
        assert_eq!(sam.run(["key", "show"]).ok().err, "", "{signal}");
    }
    assert_eq!(
        sam.run(["--json", "log"]).ok().json()["entries"],
        serde_json::json!([])
    );
}

#[test]
fn an_editor_that_goes_on_after_ctrl_c_is_waited_for() {
    let world = World::new();
    let (sam, folder) = writer(
        &world,
        "trap '' INT\necho quokka > \"$1\"\nsleep 1\necho more >> \"$1\"",
    );
    assert_eq!(interrupted(&sam, &folder, "INT", true), Some(0));
    let log = sam.run(["--json", "log"]).ok().json();
    assert_eq!(log["entries"][0]["text"], "quokka\nmore");
    assert_eq!(left(&folder), Vec::<PathBuf>::new());
}

#[test]
fn what_was_written_is_kept_when_it_cannot_be_saved() {
    let world = World::new();
    // While the person writes, the agenda breaks.
    let (sam, folder) = writer(
        &world,
        "echo 'a long quokka' > \"$1\"\necho '[[entry' >> agenda.toml",
    );
    let run = sam.run(["add", "note", "--private"]).fails(1);
    let [kept] = left(&folder).try_into().unwrap();
    let file = kept.join("entry.md");
    let run = run.says(file.to_str().unwrap());
    assert!(!run.err.contains("quokka"));
    assert_eq!(fs::read_to_string(&file).unwrap(), "a long quokka\n");
    let mode = |path: &PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&kept), mode(&file)), (0o700, 0o600));

    // As the hint says, of this command and of any later one, until it is done.
    sam.git(["checkout", "agenda.toml"]);
    let _ = fs::remove_file(sam.cwd.join("agenda.toml"));
    let input = format!(" @ana add note --private - < {}", file.display());
    let go_on = format!("oneonone{input} && rm -r {}", kept.display());
    run.says(&go_on);
    sam.run(["pairs"]).ok().says(&go_on);
    let line = go_on.replacen("oneonone", env!("CARGO_BIN_EXE_oneonone"), 1);
    sam.start("sh", ["-c", &line], "").ok();
    assert!(!kept.exists());
    assert_eq!(sam.run(["pairs"]).ok().err, "");
    let log = sam.run(["--json", "log"]).ok().json();
    assert_eq!(log["entries"][0]["text"], "a long quokka");
}

#[test]
fn what_was_written_below_the_words_for_the_editor_is_kept_without_them() {
    let world = World::new();
    // An editor that writes at the end: below an empty line, and below what it was told.
    let (sam, folder) = writer(
        &world,
        "printf 'private: a quokka\\n#: of mine\\nhere\\n' >> \"$1\"",
    );
    let before = sam.files();
    let run = sam.run(["add", "note"]).fails(2).says("did you mean --private?");
    assert_eq!(sam.files(), before);
    let [kept] = left(&folder).try_into().unwrap();
    let file = kept.join("entry.md");
    run.says(file.to_str().unwrap())
        .says("\n    oneonone add note --private TEXT\n");
    let text = "private: a quokka\n#: of mine\nhere";
    assert_eq!(fs::read_to_string(&file).unwrap(), format!("{text}\n"));
    let stored = |args: &[&str]| {
        let all = ["--json", "add", "note"].iter().chain(args).copied();
        let input = fs::read_to_string(&file).unwrap();
        sam.type_in(&input, all.collect::<Vec<_>>()).ok().json()["entry"]["text"].clone()
    };
    assert_eq!(stored(&["--private", "-"]), text);
    // One that is saved has none of it either.
    assert_eq!(stored(&["--shared"]), text);
}

#[test]
fn an_edited_record_is_kept_too() {
    let world = World::new();
    let (sam, folder) = writer(&world, "echo 'status = quokka' >> \"$1\"");
    sam.run(["start"]).ok();
    let run = sam.run(["edit", "2026-11-24"]).fails(1);
    let [kept] = left(&folder).try_into().unwrap();
    let file = kept.join("2026-11-24.toml");
    run.says(file.to_str().unwrap());
    assert!(fs::read_to_string(&file).unwrap().contains("status = quokka"));
}

#[test]
fn a_killed_run_leaves_no_core_and_the_next_command_names_its_text() {
    let world = World::new();
    let (sam, folder) = writer(&world, "sed -i 1s/^/quokka/ \"$1\"\nsleep 30");
    let before = fs::read_dir(&sam.cwd).unwrap().count();
    for signal in ["KILL", "ABRT"] {
        assert_eq!(interrupted(&sam, &folder, signal, true), None, "{signal}");
        let [kept] = left(&folder).try_into().unwrap();
        let file = kept.join("entry.md");
        assert_eq!(
            fs::read_dir(&sam.cwd).unwrap().count(),
            before,
            "{signal}: a core dump"
        );
        assert_eq!(fs::read_dir(&kept).unwrap().count(), 1, "{signal}");
        // Whatever the next command is, and as often as one runs; nothing of the text is said.
        let lines = "sed -e '/^#: /d' -e '/./,$!d'";
        let remove = format!("rm -r {}", kept.display());
        let go_on = format!(
            "{lines} {} | oneonone @ana add note --private - && {remove}",
            file.display()
        );
        for args in [&["agenda"][..], &["pairs"], &["key", "show"], &["--json", "log"]] {
            let run = sam.run(args).ok().says(file.to_str().unwrap()).says(&remove);
            let run = run.says(&go_on);
            // An earlier round saved its text, and the log shows it to its author.
            assert!(!run.err.contains("quokka"), "{signal}");
        }
        // As the hints say.
        let said = sam
            .start(
                "sh",
                [
                    "-c",
                    &go_on.replace("| oneonone", &format!("| {}", env!("CARGO_BIN_EXE_oneonone"))),
                ],
                "",
            )
            .ok();
        assert!(said.err.contains(&remove), "{}", said.err);
        assert!(!kept.exists());
        let log = sam.run(["--json", "log"]).ok();
        assert_eq!(log.err, "");
        assert_eq!(log.json()["entries"][0]["text"], "quokka");
        assert_eq!(log.json()["entries"][0]["visibility"], "private");
        assert_eq!(
            left(&sam.home.join(".local/state/oneonone/drafts")),
            Vec::<PathBuf>::new()
        );
    }
}

#[test]
fn a_text_that_is_being_written_is_not_named() {
    let world = World::new();
    let (sam, folder) = writer(&world, "echo quokka > \"$1\"\nsleep 30");
    let mut child = writing(&sam, &folder, "add note --private");
    assert!(!sam.run(["agenda"]).ok().err.contains("killed"));
    send("TERM", &child.id().to_string());
    child.wait().unwrap();
    let [kept] = left(&folder).try_into().unwrap();
    fs::remove_dir_all(kept).unwrap();
    // Nor is one without a word of a person.
    let (sam, folder) = (sam.with("EDITOR", "kill -9 $PPID; true"), folder);
    sam.run(["add", "note"]);
    assert_eq!(left(&folder).len(), 1);
    assert!(!sam.run(["agenda"]).ok().err.contains("killed"));
}

#[test]
fn a_text_is_kept_when_its_editor_crashes() {
    let world = World::new();
    let (sam, folder) = writer(&world, "echo quokka > \"$1\"\nkill -ABRT $$");
    let run = sam.run(["add", "note", "--private"]).fails(1);
    let [kept] = left(&folder).try_into().unwrap();
    run.says("the editor was killed")
        .says(kept.join("entry.md").to_str().unwrap());
    assert_eq!(fs::read_dir(&kept).unwrap().count(), 1);
    fs::remove_dir_all(&kept).unwrap();
    // A file that the editor put beside the text may hold it.
    let other = World::new();
    let (sam, folder) = writer(
        &other,
        "echo quokka > \"$(dirname \"$1\")/.entry.md.swp\"\nkill -ABRT $$",
    );
    let run = sam.run(["add", "note", "--private"]).fails(1);
    let [kept] = left(&folder).try_into().unwrap();
    let run = run.says("left a file of its own").says(kept.to_str().unwrap());
    assert!(!run.err.contains("quokka"));
    sam.run(["pairs"])
        .ok()
        .says("before it saved your text")
        .says(&format!("rm -r {}", kept.display()));
    fs::remove_dir_all(&kept).unwrap();
    // So is one that no text can hold, without the lines for the editor.
    let other = World::new();
    let editor = "{ printf 'caf\\351\\n'; cat \"$1\"; } > \"$1.new\" && mv \"$1.new\" \"$1\"";
    let (sam, folder) = writer(&other, editor);
    let run = sam.run(["add", "note", "--private"]).fails(1);
    let [kept] = left(&folder).try_into().unwrap();
    run.says("could not be read")
        .says(kept.join("entry.md").to_str().unwrap());
    assert_eq!(fs::read(kept.join("entry.md")).unwrap(), b"caf\xe9\n");
    // One that says no is believed.
    let other = World::new();
    let (sam, folder) = writer(&other, "echo quokka > \"$1\"\nexit 1");
    sam.run(["add", "note", "--private"]).fails(1);
    assert_eq!(left(&folder), Vec::<PathBuf>::new());
}

#[test]
fn words_below_the_lines_for_the_editor_are_taken_without_these() {
    let world = World::new();
    let (sam, folder) = writer(&world, "echo quokka >> \"$1\"\nsleep 30");
    assert_eq!(interrupted(&sam, &folder, "KILL", true), None);
    let run = sam.run(["agenda"]).ok();
    let go_on = run.command("sed -e").to_owned();
    sam.paste(&go_on).ok();
    assert!(sam.texts().contains(&"quokka".to_owned()), "{:?}", sam.texts());
}
