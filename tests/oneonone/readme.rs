//! The README's console examples run, for two people at terminals, and say what the README says.
//!
//! Ids are random: the one that the README shows stands for the one that came, from then on.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::world::{Person, World};

struct Step {
    who: String,
    command: String,
    output: Vec<String>,
}

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

fn blocks(language: &str) -> Vec<String> {
    let text = readme();
    let fence = format!("```{language}\n");
    text.split(&fence)
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap().to_owned())
        .collect()
}

fn steps() -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in blocks("console").iter().flat_map(|b| b.lines()) {
        match line.split_once("$ ") {
            Some((who @ ("sam" | "ana"), command)) => {
                steps.push(Step {
                    who: who.to_owned(),
                    command: command.to_owned(),
                    output: Vec::new(),
                });
            }
            _ => steps.last_mut().unwrap().output.push(line.to_owned()),
        }
    }
    steps
}

fn is_id(word: &str) -> bool {
    (2..=12).contains(&word.len()) && word.bytes().all(|b| (b'k'..=b'z').contains(&b))
}

/// Whether a word of the output is what the README shows; an id of the README becomes known as the one that came.
fn same(shown: &str, came: &str, ids: &mut BTreeMap<String, String>) -> bool {
    if shown == came || (shown == "age1…" && came.starts_with("age1")) {
        return true;
    }
    if !is_id(shown) || !is_id(came) {
        return false;
    }
    let known = ids.entry(shown.to_owned()).or_insert_with(|| came.to_owned());
    // A letter more once another id begins alike.
    if came.starts_with(known.as_str()) {
        *known = came.to_owned();
    }
    known.starts_with(came)
}

/// Runs a command line at a terminal of its own.
fn at_terminal(person: &Person, command: &str) -> String {
    let line = format!("stty cols 100; {command}");
    let run = person
        .with("NO_COLOR", "1")
        .start("script", ["-qec", &line, "/dev/null"], "");
    assert_eq!(run.code, 0, "{command}\n{}", run.out);
    run.out.replace('\r', "")
}

#[test]
fn the_console_examples_say_what_they_say() {
    let world = World::new();
    let remote = world.remote("remote.git");
    let bin = Path::new(env!("CARGO_BIN_EXE_oneonone")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let person = |name: &str| world.person(name).with("PATH", &path).at("2026-11-24T10:00:00Z");
    let mut people = BTreeMap::from([("sam", person("sam")), ("ana", person("ana"))]);
    let mut ids = BTreeMap::new();
    let here = world.path("");
    let here = here.to_str().unwrap().trim_end_matches('/');
    for (number, step) in steps().into_iter().enumerate() {
        let words = step
            .command
            .split(' ')
            .map(|w| ids.get(w).cloned().unwrap_or_else(|| w.to_owned()));
        let command = words
            .collect::<Vec<_>>()
            .join(" ")
            .replace("/srv/remote.git", remote.to_str().unwrap());
        // A minute a command, so that entries stand in the order they were written in.
        let person = people[step.who.as_str()].at(&format!("2026-11-24T10:{number:02}:00Z"));
        let out = at_terminal(&person, &command);
        let out = out
            .replace(remote.to_str().unwrap(), "/srv/remote.git")
            .replace(here, "/home");
        let came: Vec<&str> = out.lines().filter(|l| !l.trim().is_empty()).collect();
        let shown: Vec<&str> = step
            .output
            .iter()
            .map(String::as_str)
            .filter(|l| !l.trim().is_empty())
            .collect();
        let alike = came.len() == shown.len()
            && came.iter().zip(&shown).all(|(came, shown)| {
                let (came, shown) = (
                    came.split_whitespace().collect::<Vec<_>>(),
                    shown.split_whitespace().collect::<Vec<_>>(),
                );
                came.len() == shown.len() && shown.iter().zip(&came).all(|(s, c)| same(s, c, &mut ids))
            });
        assert!(
            alike,
            "{}$ {}\ncame:\n{out}\nthe README has:\n{}",
            step.who,
            step.command,
            step.output.join("\n")
        );
        for (name, folder) in [("sam", "ana"), ("ana", "sam")] {
            let person = people.get_mut(name).unwrap();
            if person.home == person.cwd && person.home.join(folder).is_dir() {
                *person = person.in_folder(folder);
            }
        }
    }
}

#[test]
fn the_record_that_it_shows_is_one() {
    let records = blocks("toml");
    assert!(!records.is_empty());
    for record in records {
        assert_eq!(super::schema::wrong("meeting.toml", &record), [""; 0]);
        let home = oneonone::model::Home::Meeting("2026-11-24".parse().unwrap());
        let document = oneonone::model::parse_record(home, record.as_bytes(), false).unwrap();
        let entries: Vec<_> = document.entries.iter().map(|(id, table)| (*id, table)).collect();
        let written = oneonone::model::write_record(&document.header, &entries);
        assert_eq!(written, record, "in the one form");
    }
}

#[test]
fn it_names_its_two_commands_and_every_exit_code() {
    let text = readme();
    for needed in ["cargo run --release -- demo", "cargo test\n"] {
        assert!(text.contains(needed));
    }
    for code in ["| 0 |", "| 1 |", "| 2 |", "| 3 |", "| 4 |", "| 5 |", "| 130 |"] {
        assert!(text.contains(code), "{code}");
    }
}
