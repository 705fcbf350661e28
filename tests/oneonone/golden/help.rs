//! Every `--help`. The program names its commands itself, so a new one has no golden file yet and fails.

use std::collections::BTreeSet;
use std::fs;

use super::{compare, folder};
use crate::world::{Person, World};

/// The commands that a help text lists.
fn commands(help: &str) -> Vec<String> {
    let list = help.split("Commands:\n").nth(1).unwrap_or_default();
    let list = list.split("\n\n").next().unwrap_or_default();
    // Lines that go on with the words of the one before are indented further.
    let names = list
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split(' ').next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

/// Compares the help of a command and of those below it; `seen` gathers the names.
fn walk(person: &Person, path: &[String], seen: &mut BTreeSet<String>) {
    let mut args = path.to_vec();
    args.push("--help".to_owned());
    let help = person.run(&args).ok().out;
    let name = match path {
        [] => "oneonone".to_owned(),
        path => path.join("-"),
    };
    compare(&format!("help/{name}"), &help);
    seen.insert(name);
    for command in commands(&help) {
        let path: Vec<String> = path.iter().cloned().chain([command]).collect();
        walk(person, &path, seen);
    }
}

#[test]
fn every_help_is_as_it_is_kept() {
    let world = World::new();
    let mut seen = BTreeSet::new();
    walk(&world.person("sam"), &[], &mut seen);
    assert!(seen.len() > 30, "{seen:?}");
    let kept: BTreeSet<String> = fs::read_dir(folder().join("help"))
        .unwrap()
        .map(|item| item.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".txt").map(str::to_owned))
        .collect();
    assert_eq!(
        kept, seen,
        "a command is gone; its file in tests/golden/help is to go too"
    );
}
