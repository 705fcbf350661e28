//! The checks after a fault, at once and after one further command.

use std::fs;
use std::path::{Path, PathBuf};

use super::place::Place;
use super::scenarios::SECRET;
use crate::world::{Person, Run};

type Checked = Result<(), String>;

/// The state that must stand after a fault.
pub(super) struct Expected {
    /// Texts that must be there once.
    pub(super) must: Vec<String>,
    /// Texts that may be there once.
    pub(super) may: Vec<String>,
    /// Texts that the remote's history must not hold.
    pub(super) gone: Vec<String>,
    /// Whether the other member was at work too, and may have words that were not sent.
    pub(super) partner_writes: bool,
    /// Whether the text that is to be sealed lies in a record, where a person wrote it by hand.
    pub(super) by_hand: bool,
    /// Whether temporary files of ours may stay: no unlink, no removal.
    pub(super) untidy: bool,
    /// One further command, with no other step.
    pub(super) recover: fn(&Person) -> Run,
}

/// Checks the state before anything else is done: every record is whole, every repository sound.
pub(super) fn at_once(place: &Place, expected: &Expected) -> Checked {
    for person in [clone_of(&place.actor), clone_of(&place.partner)] {
        if !person.cwd.join(".git/HEAD").exists() {
            continue;
        }
        for path in files_below(&person.cwd) {
            let git = path.components().any(|c| c.as_os_str() == ".git");
            if !git && path.extension().is_some_and(|e| e == "toml") {
                let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
                toml::from_str::<toml::Table>(&text).map_err(|e| format!("{}: {e}", path.display()))?;
            }
        }
        sound(&person, &person.cwd, &[])?;
    }
    // A child that died while it brought objects in leaves some that nothing leads to, and that lead to nothing.
    sound(
        &place.actor,
        &place.world.path("remote.git"),
        &["--connectivity-only"],
    )?;
    if !expected.by_hand {
        unseen(place)?;
    }
    Ok(())
}

/// Checks the state after one further command, and after the other member's next sync.
pub(super) fn afterwards(place: &Place, expected: &Expected) -> Checked {
    done("the next command", (expected.recover)(&place.actor))?;
    if !expected.partner_writes {
        // Where both were cut off, what the partner's run left goes with the partner's next one.
        all_is_well(place, expected)?;
    }
    let actor = clone_of(&place.actor);
    let words = |texts: Vec<String>| counted(&texts, expected);
    words(texts_of(&actor)?)?;
    let mut partner = clone_of(&place.partner);
    if !partner.cwd.exists() {
        let home = &place.partner;
        done("the partner's join", home.run(["join", "../remote.git", "clone"]))?;
        done("a sync after the join", actor.run(["sync"]))?;
        partner = clone_of(home);
    }
    done("the partner's sync", partner.run(["sync"]))?;
    all_is_well(place, expected)?;
    let mut tips = tips_of(place, &actor, &partner);
    if expected.partner_writes && tips[0] != tips[1] {
        // The partner had words that were not sent.
        done("a sync after the partner's", actor.run(["sync"]))?;
        tips = tips_of(place, &actor, &partner);
    }
    if tips[0] != tips[1] || tips[1] != tips[2] {
        return Err(format!("they differ: {tips:?}"));
    }
    if actor.files() != partner.files() {
        return Err("the same commit, and other files".to_owned());
    }
    let clean = actor.git(["status", "--porcelain"]).out;
    if !clean.is_empty() {
        return Err(format!("git status: {clean}"));
    }
    words(texts_of(&actor)?)
}

fn tips_of(place: &Place, actor: &Person, partner: &Person) -> [String; 3] {
    [&actor.cwd, &partner.cwd, &place.world.path("remote.git")].map(|folder| {
        actor
            .git(["-C", folder.to_str().unwrap(), "rev-parse", "main"])
            .out
    })
}

/// Every repository is sound, the sealed text is nowhere in clear, and nothing is left of what died.
fn all_is_well(place: &Place, expected: &Expected) -> Checked {
    for person in [&place.actor, &place.partner] {
        let clone = clone_of(person);
        if clone.cwd.exists() {
            sound(&clone, &clone.cwd, &[])?;
        }
    }
    sound(&place.actor, &place.world.path("remote.git"), &[])?;
    unseen(place)?;
    stays_gone(place, expected)?;
    nothing_left(place, expected.untidy)
}

fn counted(texts: &[String], expected: &Expected) -> Checked {
    for text in expected.must.iter().chain(&expected.may) {
        let count = texts.iter().filter(|t| *t == text).count();
        let least = usize::from(expected.must.contains(text));
        if count > 1 || count < least {
            return Err(format!("{text:?} is there {count} times: {texts:?}"));
        }
    }
    let each: std::collections::BTreeSet<&String> = texts.iter().collect();
    if each.len() != texts.len() {
        return Err(format!("something is doubled: {texts:?}"));
    }
    Ok(())
}

/// The text of every entry that a person can read.
fn texts_of(person: &Person) -> Result<Vec<String>, String> {
    let run = person.run(["--json", "log"]);
    let json: serde_json::Value = serde_json::from_str(&run.out).map_err(|e| format!("{e}: {}", run.err))?;
    let entries = json["entries"].as_array().ok_or("no entries")?;
    Ok(entries
        .iter()
        .map(|entry| entry["text"].as_str().unwrap_or("(closed)").to_owned())
        .collect())
}

fn clone_of(person: &Person) -> Person {
    if person.cwd.ends_with("clone") {
        person.clone()
    } else {
        person.in_folder("clone")
    }
}

fn done(what: &str, run: Run) -> Checked {
    if run.code == 0 {
        Ok(())
    } else {
        Err(format!("{what} left with {}: {}", run.code, run.err))
    }
}

/// A repository without a fault. Objects that nothing leads to are none. A child of what was killed may still be bringing
/// objects in, so what is wrong must stay so.
fn sound(person: &Person, repository: &Path, how: &[&str]) -> Checked {
    let mut found = Ok(());
    for _ in 0..8 {
        found = sound_now(person, repository, how);
        if found.is_ok() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(250));
    }
    found
}

fn sound_now(person: &Person, repository: &Path, how: &[&str]) -> Checked {
    let mut arguments = vec![
        "-C",
        repository.to_str().unwrap(),
        "fsck",
        "--strict",
        "--no-dangling",
    ];
    arguments.extend(how);
    let run = person.git(arguments);
    let said = format!("{}{}", run.out, run.err);
    let bad = ["error", "missing", "broken", "corrupt", "fatal"];
    // The branch of a pair that is being made does not exist yet.
    let bad = said
        .lines()
        .filter(|line| !line.contains("HEAD points to an unborn branch"))
        .any(|line| bad.iter().any(|word| line.contains(word)));
    if run.code != 0 || bad {
        return Err(format!("fsck of {}: {said}", repository.display()));
    }
    Ok(())
}

/// No lock that is in the way, no note, no temporary file.
fn nothing_left(place: &Place, untidy: bool) -> Checked {
    for path in files_below(&place.world.path("")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let ours = path.parent().is_some_and(|p| p.ends_with(".git/oneonone"));
        let note = ours && ["writing", "running"].contains(&name);
        // The list of pairs is cleared up when it is written next.
        let list = path
            .parent()
            .is_some_and(|p| p.ends_with(".local/state/oneonone"));
        let temporary = name.starts_with(".oneonone-") && !untidy && !list || name.contains("index.lock");
        let lock = path.extension().is_some_and(|e| e == "lock") && !ours && !harmless(name);
        if lock || note || temporary {
            return Err(format!("left behind: {}", path.display()));
        }
    }
    Ok(())
}

/// No commit of the remote holds a text that was taken out of its history.
fn stays_gone(place: &Place, expected: &Expected) -> Checked {
    let remote = place.world.path("remote.git");
    let git = |args: &[&str]| {
        place
            .actor
            .git([&["-C", remote.to_str().unwrap()], args].concat())
    };
    for text in &expected.gone {
        for commit in git(&["rev-list", "--all"]).out.lines() {
            if git(&["grep", "-q", text, commit]).code == 0 {
                return Err(format!("{text:?} is at the remote again, in {commit}"));
            }
        }
    }
    Ok(())
}

/// The sealed text lies nowhere in clear: in no file, in no object.
fn unseen(place: &Place) -> Checked {
    for path in files_below(&place.world.path("")) {
        let bytes = fs::read(&path).unwrap_or_default();
        if holds(&bytes, SECRET) {
            return Err(format!("in clear in {}", path.display()));
        }
    }
    for person in [&place.actor, &place.partner] {
        let clone = clone_of(person).cwd;
        if clone.join(".git/HEAD").exists() && person.objects(&clone).contains(SECRET) {
            return Err(format!("in clear in an object of {}", clone.display()));
        }
    }
    if place
        .actor
        .objects(&place.world.path("remote.git"))
        .contains(SECRET)
    {
        return Err("in clear in an object of the remote".to_owned());
    }
    Ok(())
}

/// Our own locks end with their process; the other one keeps a server from housekeeping alone.
fn harmless(name: &str) -> bool {
    ["pairs.lock", "maintenance.lock"].contains(&name)
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        // A child of what was killed may still be clearing up.
        for item in fs::read_dir(folder).into_iter().flatten().flatten() {
            if item.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(item.path());
            } else {
                found.push(item.path());
            }
        }
    }
    found
}
