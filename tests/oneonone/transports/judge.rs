//! The checks after every cell.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::world::{Person, Run};

use super::cell::{Cell, Trouble, Work};
use super::proxy::Then;
use super::servers::Servers;
use super::stage::{Stage, Templates};

/// Plays one cell; how long the command with the trouble took.
pub(super) fn play(servers: &Servers, templates: &Templates, cell: &Cell, number: usize) -> Duration {
    let mut stage = Stage::set(servers, templates, cell, number);
    stage.prepare();
    stage.trouble();
    let started = Instant::now();
    let run = stage.run();
    let took = started.elapsed();
    assert!(took < Duration::from_secs(60), "it took {took:?}");
    told(cell, &run);
    kept(cell, &stage);
    stage.mend();
    recovered(cell, &stage);
    took
}

/// The exit code, and words that a person can act upon and a terminal can show.
fn told(cell: &Cell, run: &Run) {
    let shown = format!("exit {}\n{}", run.code, run.err);
    let codes: &[i32] = match cell.trouble {
        _ if cell.work == Work::End => &[0],
        Trouble::None => &[0],
        // The sync looks whether it arrived; a second connection may tell.
        Trouble::AnswerDies => &[0],
        Trouble::Broken(fault) if fault.then == Then::CloseOnce => &[0, 5],
        _ => &[5],
    };
    assert!(codes.contains(&run.code), "{shown}");
    let raw = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    assert!(!run.err.contains(raw) && !run.out.contains(raw), "{shown:?}");
    if run.code != 0 {
        let lines: Vec<&str> = run.err.lines().collect();
        assert!(lines.iter().any(|line| line.starts_with("error: ")), "{shown}");
        assert!(
            lines.iter().any(|line| line.starts_with("  ")),
            "no cause: {shown}"
        );
        assert!(
            lines.iter().any(|line| line.starts_with("hint: ")),
            "no hint: {shown}"
        );
        if cell.trouble == Trouble::Rejected {
            assert!(
                run.err.contains("not on ") && run.err.contains("Friday"),
                "{shown}"
            );
        }
    } else if cell.work == Work::End
        && !matches!(
            cell.trouble,
            Trouble::None | Trouble::AnswerDies | Trouble::Broken(_)
        )
    {
        assert!(run.err.contains("warning: not delivered"), "{shown}");
    }
}

/// My words are in the work tree and in a commit, and the repository is whole.
fn kept(cell: &Cell, stage: &Stage<'_>) {
    let clone = stage.me.in_folder("clone");
    match cell.work {
        Work::Both | Work::Here => has(&clone, "agenda.toml", "an entry of mine"),
        Work::End => has(&clone, "agenda.toml", "an entry of mine"),
        Work::Init if clone.cwd.exists() => has(&clone, "pair.toml", "Sam Lee"),
        Work::Join | Work::Init => {}
    }
    if clone.cwd.exists() {
        whole(&clone);
    }
    let items = fs::read_dir(&stage.me.home)
        .unwrap()
        .map(|item| item.unwrap().file_name());
    let left: Vec<_> = items
        .filter(|name| name.to_string_lossy().starts_with(".oneonone-join"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[track_caller]
fn has(clone: &Person, file: &str, text: &str) {
    let all: String = clone.files().into_values().collect();
    assert!(all.contains(text), "{text:?} is not in the work tree");
    let committed = clone.git(["grep", "-q", text, "HEAD"]);
    assert_eq!(committed.code, 0, "{text:?} is not in HEAD ({file})");
}

#[track_caller]
fn whole(clone: &Person) {
    clone.git(["fsck", "--full", "--strict"]).ok();
    let mut locks = Vec::new();
    find_locks(&clone.cwd.join(".git"), &mut locks);
    assert!(locks.is_empty(), "{locks:?}");
}

fn find_locks(folder: &Path, locks: &mut Vec<std::path::PathBuf>) {
    for item in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = item.path();
        if path.is_dir() {
            find_locks(&path, locks);
        } else if path.extension().is_some_and(|e| e == "lock") {
            locks.push(path);
        }
    }
}

/// One further command, with no other step: both sides hold everything.
fn recovered(cell: &Cell, stage: &Stage<'_>) {
    let (mine, theirs) = (stage.me.in_folder("clone"), stage.other.in_folder("clone"));
    if mine.cwd.exists() {
        mine.run(["sync"]).ok();
    } else {
        stage.run().ok();
    }
    whole(&mine);
    let remote = stage.remote.to_str().unwrap();
    stage
        .other
        .git(["--git-dir", remote, "fsck", "--full", "--strict"])
        .ok();
    if cell.work == Work::Init {
        assert_eq!(
            stage
                .other
                .git(["--git-dir", remote, "rev-parse", "main"])
                .ok()
                .out
                .trim(),
            mine.head()
        );
        return;
    }
    theirs.run(["sync"]).ok();
    mine.run(["sync"]).ok();
    assert_eq!(mine.files(), theirs.files());
    let all: String = mine.files().into_values().collect();
    let texts: &[&str] = match cell.work {
        Work::Both => &[
            "an entry of mine",
            "an entry of the other",
            "an entry of last week",
        ],
        Work::Here | Work::End => &["an entry of mine", "an entry of last week"],
        Work::Join => &["an entry of the other"],
        Work::Init => &[],
    };
    for text in texts {
        assert_eq!(all.matches(text).count(), 1, "{text:?} in {all}");
    }
}
