//! The pages in `docs/` are the contract: every heading that somebody names exists, links lead somewhere, and the command
//! line is the one that the program has.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use oneonone::cli::Exit;
use oneonone::model::{Home, parse_pair, parse_record};

use crate::world::{Person, World};

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for item in fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            files_below(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// Every text file below these folders of the project, with its path.
pub(crate) fn texts(folders: &[&str]) -> Vec<(PathBuf, String)> {
    let mut paths = Vec::new();
    for folder in folders {
        files_below(&root().join(folder), &mut paths);
    }
    let read = |path: PathBuf| Some((path.clone(), fs::read_to_string(path).ok()?));
    paths.into_iter().filter_map(read).collect()
}

/// The pages that people read: those in `docs/`, and the README.
pub(crate) fn pages() -> Vec<(PathBuf, String)> {
    let mut pages = texts(&["docs"]);
    let readme = root().join("README.md");
    let text = fs::read_to_string(&readme).unwrap();
    pages.push((readme, text));
    pages
}

fn page(name: &str) -> String {
    fs::read_to_string(root().join("docs").join(name)).unwrap()
}

/// The lines of a page outside of its code blocks.
fn prose(page: &str) -> Vec<&str> {
    let mut in_code = false;
    let mut lines = Vec::new();
    for line in page.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
        } else if !in_code {
            lines.push(line);
        }
    }
    lines
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|b| *b == b'#').count();
    let text = line.get(level..)?.strip_prefix(' ')?;
    (level > 0).then_some((level, text.trim()))
}

/// The anchors of a page, as GitHub makes them of its headings.
pub(crate) fn anchors(page: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, text) in prose(page).into_iter().filter_map(heading) {
        let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
        let anchor = text.to_lowercase().chars().filter(kept).collect::<String>();
        let anchor = anchor.replace(' ', "-");
        assert!(
            found.insert(anchor.clone()),
            "two headings make the anchor #{anchor}"
        );
    }
    found
}

/// The lines below a heading, up to the next one of its level or above.
fn section<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let all: Vec<&str> = page.lines().collect();
    let begin = all
        .iter()
        .position(|line| heading(line).is_some_and(|(_, text)| text == name));
    let begin = begin.unwrap_or_else(|| panic!("there is no heading {name}"));
    let level = heading(all[begin]).unwrap().0;
    let below = all[begin + 1..].iter().copied();
    below
        .take_while(|line| heading(line).is_none_or(|(other, _)| other > level))
        .collect()
}

/// The cells of the rows of tables, without their heads.
fn rows(lines: &[&str]) -> Vec<Vec<String>> {
    let cells = |line: &&str| -> Option<Vec<String>> {
        let inner = line.strip_prefix("| ")?.strip_suffix(" |")?;
        Some(inner.split(" | ").map(str::to_owned).collect())
    };
    lines.iter().filter_map(cells).skip(1).collect()
}

/// The words in backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The longest beginning of `text` that holds nothing but these characters.
pub(crate) fn run_of(text: &str, fits: impl Fn(char) -> bool) -> &str {
    &text[..text.find(|c| !fits(c)).unwrap_or(text.len())]
}

pub(crate) fn of_anchor(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
}

#[test]
fn comments_name_a_page_of_the_project() {
    let elsewhere = ["(", "design"].concat();
    for (path, text) in texts(&["src", "tests", "benches"]) {
        let named = text
            .lines()
            .find(|line| line.contains(&elsewhere) && line.contains("section"));
        assert_eq!(named, None, "{}: name a heading in docs/", path.display());
    }
}

#[test]
fn every_link_leads_somewhere() {
    for (path, text) in &pages() {
        for line in prose(text) {
            for (at, _) in line.match_indices("](") {
                let target = line[at + 2..].split(')').next().unwrap();
                if target.contains("://") {
                    continue;
                }
                let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
                let to = match file {
                    "" => path.clone(),
                    file => path.parent().unwrap().join(file),
                };
                assert!(to.exists(), "{} links to {target}", path.display());
                if !anchor.is_empty() {
                    let there = anchors(&fs::read_to_string(&to).unwrap());
                    assert!(there.contains(anchor), "{} links to {target}", path.display());
                }
            }
        }
    }
}

#[test]
fn the_records_that_the_pages_show_can_be_read() {
    let mut read = 0;
    for name in ["format.md", "merge.md"] {
        for block in page(name).split("```toml\n").skip(1) {
            let record = block.split("```").next().unwrap().as_bytes();
            let home = match record.starts_with(b"date") {
                true => Home::Meeting("2026-11-24".parse().unwrap()),
                false => Home::Agenda,
            };
            match record.starts_with(b"format") {
                true => drop(parse_pair(record).unwrap()),
                false => drop(parse_record(home, record, false).unwrap()),
            }
            read += 1;
        }
    }
    assert!(read > 0, "none was found");
}

/// The commands that a help lists, in its order.
fn listed(help: &str) -> BTreeSet<String> {
    let commands = help.split("Commands:\n").nth(1).unwrap_or_default();
    let commands = commands.lines().take_while(|line| !line.is_empty());
    let name = |line: &str| {
        let rest = line.strip_prefix("  ").filter(|rest| !rest.starts_with(' '))?;
        rest.split(' ').next().map(str::to_owned)
    };
    commands.filter_map(name).collect()
}

/// The flags that a help explains.
fn flags(help: &str) -> BTreeSet<String> {
    let lines = help.lines().map(str::trim).filter(|line| line.starts_with('-'));
    let words = lines.flat_map(|line| line.split("  ").next().unwrap_or_default().split([' ', ',', '=']));
    words
        .filter(|word| word.starts_with('-'))
        .map(str::to_owned)
        .collect()
}

/// The flags that stand in a text.
fn flags_in(text: &str) -> BTreeSet<String> {
    let starts = text.match_indices("--").map(|(at, _)| &text[at..]);
    let flags = starts.map(|rest| run_of(rest, |c| c.is_ascii_lowercase() || c == '-'));
    flags
        .filter(|flag| flag.trim_matches('-').len() > 1)
        .map(|flag| flag.trim_end_matches('-').to_owned())
        .collect()
}

#[test]
fn the_page_has_the_commands_and_flags_of_the_program() {
    let world = World::new();
    let person = world.person("sam");
    let help = |words: &[&str]| person.run(words.iter().chain(&["--help"])).ok().out;
    let page = page("command-line.md");
    let mut documented: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in rows(&section(&page, "Commands")) {
        for words in quoted(&row[0]) {
            let mut words = words.split(' ');
            let subcommands = documented.entry(words.next().unwrap().to_owned()).or_default();
            let second = words
                .next()
                .filter(|word| word.chars().all(|c| c.is_ascii_lowercase()));
            subcommands.extend(second.map(str::to_owned));
        }
    }
    documented.remove("oneonone");
    let all = help(&[]);
    assert_eq!(documented.keys().cloned().collect::<BTreeSet<_>>(), listed(&all));
    let global = section(&page, "Global flags").join("\n");
    for flag in flags(&all) {
        assert!(
            global.contains(&format!("`{flag}")),
            "{flag} is not among the global flags"
        );
    }
    let mut known = flags(&all);
    for (command, subcommands) in documented.iter().filter(|(command, _)| *command != "help") {
        let own = help(&[command]);
        let mut has = listed(&own);
        has.remove("help");
        assert_eq!(*subcommands, has, "{command}");
        known.extend(flags(&own));
        known.extend(
            has.iter()
                .flat_map(|subcommand| flags(&help(&[command, subcommand]))),
        );
    }
    known.retain(|flag| flag.starts_with("--"));
    assert_eq!(flags_in(&page), known);
}

/// No exit code is left out of this list: it would not compile.
fn next(exit: Option<Exit>) -> Option<Exit> {
    match exit {
        None => Some(Exit::Done),
        Some(Exit::Done) => Some(Exit::Failed),
        Some(Exit::Failed) => Some(Exit::Usage),
        Some(Exit::Usage) => Some(Exit::Decide),
        Some(Exit::Decide) => Some(Exit::Key),
        Some(Exit::Key) => Some(Exit::Undelivered),
        Some(Exit::Undelivered) => Some(Exit::Interrupted),
        Some(Exit::Interrupted) => None,
    }
}

#[test]
fn the_page_has_the_exit_codes_of_the_program() {
    let exits = std::iter::successors(next(None), |exit| next(Some(*exit)));
    let codes: Vec<String> = exits.map(|exit| (exit as u8).to_string()).collect();
    let page = page("command-line.md");
    let documented = rows(&section(&page, "Exit codes"));
    let documented: Vec<String> = documented.into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(documented, codes);
}

#[test]
fn the_page_has_the_variables_and_settings_that_the_program_reads() {
    let page = page("command-line.md");
    let named = |text: &str| -> BTreeSet<String> {
        let of_variable = |c: char| c.is_ascii_uppercase() || c == '_';
        let variables = text.match_indices("ONEONONE_");
        let variables = variables.map(|(at, _)| run_of(&text[at..], of_variable).to_owned());
        let quotes = text.match_indices("\"oneonone.").map(|(at, _)| at + 1);
        let ticks = text.match_indices("`oneonone.").map(|(at, _)| at + 1);
        let of_setting = |c: char| c.is_ascii_lowercase() || c == '.';
        let settings = quotes.chain(ticks);
        let settings = settings.map(|at| run_of(&text[at..], of_setting).to_owned());
        variables.chain(settings).collect()
    };
    let code = texts(&["src"]).into_iter();
    let code = code.filter(|(path, _)| !path.ends_with("tests.rs"));
    let code: String = code.map(|(_, text)| text).collect();
    assert_eq!(named(&page), named(&code));
}

/// The keys of a JSON document, however deep.
fn keys(value: &serde_json::Value, found: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Object(map) => {
            for (key, value) in map {
                found.insert(key.clone());
                keys(value, found);
            }
        }
        serde_json::Value::Array(values) => values.iter().for_each(|value| keys(value, found)),
        _ => {}
    }
}

/// Two people with a meeting, an action, a theme, and a conflict.
fn a_pair_with_everything(world: &World) -> (Person, String) {
    let (sam, ana) = world.pair();
    let id = ana.add(["growth", "Lead the review #system-design"]);
    sam.run(["sync"]).ok();
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    sam.run(["edit", &id, "Lead it in spring"]).ok();
    ana.run(["edit", &id, "Lead it in autumn"]).ok();
    sam.run(["sync"]).ok();
    ana.run(["sync"]).ok();
    ana.run(["start"]).ok();
    ana.run(["add", "action", "Ask Priya", "--due", "friday"]).ok();
    (ana, id)
}

#[test]
fn the_page_has_the_keys_of_every_document_and_the_columns_of_every_row() {
    let world = World::new();
    let (ana, id) = a_pair_with_everything(&world);
    let page = page("command-line.md");
    let json = section(&page, "JSON").join("\n");
    let format = page_format_keys();
    let documents: &[(&[&str], i32)] = &[
        (&[], 0),
        (&["agenda"], 0),
        (&["actions"], 0),
        (&["growth"], 0),
        (&["growth", "--theme", "system-design"], 0),
        (&["log"], 0),
        (&["show", &id], 0),
        (&["show", "2026-11-24"], 0),
        (&["status"], 0),
        (&["status", "--all"], 0),
        (&["conflicts"], 3),
        (&["check"], 0),
        (&["pairs"], 0),
        (&["who"], 0),
        (&["who", &id], 0),
        (&["key", "show"], 0),
        (&["sync"], 0),
        (&["undo"], 0),
        (&["redo"], 0),
    ];
    for (words, code) in documents {
        let document = ana.run(["--json"].iter().chain(*words)).fails(*code).json();
        let mut found = BTreeSet::new();
        keys(&document, &mut found);
        for key in found {
            let named = [format!("\"{key}\""), format!("`{key}`")];
            let there = named.iter().any(|key| json.contains(key.as_str())) || format.contains(&key);
            assert!(there, "{words:?} answers with {key}, which is not in the page");
        }
    }
    for row in rows(&section(&page, "TSV")) {
        let columns = columns(&row[1]);
        for command in quoted(&row[0]) {
            let words: Vec<&str> = match command {
                "oneonone" => Vec::new(),
                "show" | "who ID" => vec![command.split(' ').next().unwrap(), &id],
                "growth --theme" => vec!["growth", "--theme", "system-design"],
                "init" | "start" | "end" => continue,
                command => command.split(' ').collect(),
            };
            let answer = ana.run(&words);
            for line in answer.out.lines() {
                assert_eq!(line.split('\t').count(), columns, "{command}: {line}");
            }
            assert!(!answer.out.is_empty() || command == "check", "{command}");
        }
    }
}

/// The keys of an entry, as the page on the format lists them.
fn page_format_keys() -> BTreeSet<String> {
    let format = page("format.md");
    let rows = rows(&section(&format, "Entries"));
    rows.iter()
        .flat_map(|row| quoted(&row[0]))
        .map(str::to_owned)
        .collect()
}

/// How many columns a cell of the page names: its remarks stand in brackets, and behind a semicolon.
fn columns(cell: &str) -> usize {
    let mut depth = 0;
    let mut columns = 1;
    for c in cell.split(';').next().unwrap_or_default().chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => columns += 1,
            _ => {}
        }
    }
    columns
}
