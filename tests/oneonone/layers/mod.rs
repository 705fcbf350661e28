//! The arrow of knowledge goes one way (docs/architecture.md#layers).

mod circles;
pub(crate) mod commands;
mod headings;
pub(crate) mod literals;
mod map;
mod words;

use std::fs;
use std::path::{Path, PathBuf};

/// The layers that each layer may know.
const KNOWS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("lint", &["model"]),
    ("merge", &["model"]),
    ("query", &["model"]),
    ("seal", &["model"]),
    ("store", &["model"]),
    ("git", &[]),
    ("render", &["model", "query"]),
    ("sync", &["git", "store", "seal", "merge", "lint", "model"]),
    (
        "app",
        &["git", "store", "seal", "merge", "lint", "model", "query", "sync"],
    ),
    (
        "cli",
        &[
            "git", "store", "seal", "merge", "lint", "model", "query", "render", "sync", "app",
        ],
    ),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for item in fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// Every file of `src` that is no test: where it lies, and its name.
fn code_files() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    sources(&root, &mut paths);
    let named = paths.into_iter().map(|path| {
        let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
        (path, name)
    });
    let is_test = |name: &str| {
        name.contains("/tests/")
            || ["tests.rs", "testing.rs", "fixture.rs"]
                .iter()
                .any(|end| name.ends_with(end))
    };
    named.filter(|(_, name)| !is_test(name)).collect()
}

fn without_tests(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.split("\nmod tests {").next().unwrap().to_owned()
}

/// Every file of `src` with its layer and its code, without comments and tests.
pub(crate) fn code() -> Vec<(String, String, String)> {
    let file = |(path, name): (PathBuf, String)| {
        let layer = name.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
        let text = without_tests(&path);
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        (layer, name, lines.collect::<Vec<_>>().join("\n"))
    };
    code_files().into_iter().map(file).collect()
}

fn names(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back().unwrap_or(' ');
        !(before.is_alphanumeric() || before == '_' || before == ':' || before == '.')
    })
}

#[test]
fn a_layer_knows_only_those_below_it() {
    let layers: Vec<&str> = KNOWS.iter().map(|(layer, _)| *layer).collect();
    for (layer, name, code) in code() {
        if ["lib", "main"].contains(&layer.as_str()) {
            continue;
        }
        let known = KNOWS.iter().find(|(known, _)| *known == layer);
        let (_, knows) = known.unwrap_or_else(|| panic!("src/{name} is in no layer"));
        for other in modules_named(&code) {
            let is_allowed = other == layer || knows.contains(&other) || !layers.contains(&other);
            assert!(is_allowed, "src/{name} knows {other}");
        }
    }
    let used = "use crate::{model::{A, B}, git};\nuse crate::seal::{store};\ncrate::lint::x();\n";
    assert_eq!(modules_named(used), ["model", "git", "seal", "lint"]);
}

/// The modules of the crate that a code names.
fn modules_named(code: &str) -> Vec<&str> {
    let mut modules = Vec::new();
    for (at, path) in code.match_indices("crate::") {
        let rest = &code[at + path.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            modules.extend(rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next());
            continue;
        };
        let mut depth = 0;
        let parts = group.split(|c| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            (c == ',' && depth == 0) || c == ';'
        });
        // The last one ends with the group.
        let mut is_over = false;
        let parts = parts.take_while(|part| {
            let goes_on = !is_over;
            is_over = part.matches('}').count() > part.matches('{').count();
            goes_on
        });
        let parts = parts.map(|part| part.trim_matches(|c: char| c.is_whitespace() || c == '}'));
        let parts = parts.map(|part| part.split("::").next().unwrap_or_default());
        modules.extend(parts.filter(|part| !part.is_empty()));
    }
    modules
}

#[test]
fn what_only_one_layer_may_name() {
    for (layer, name, code) in code() {
        let only = |allowed: &str, words: &[&str]| {
            for word in words.iter().filter(|_| layer != allowed) {
                assert!(!names(&code, word), "src/{name} names {word}; only {allowed} may");
            }
        };
        only("git", &["git2::", "use git2::"]);
        only("seal", &["age::", "use age::"]);
        only(
            "cli",
            &[
                "Utc::now",
                "Local::now",
                "std::io::stdout",
                "println!",
                "eprintln!",
                "print!(",
            ],
        );
        // When a file was written is told against the machine's clock; what is written into records never is.
        if !["git", "store", "cli"].contains(&layer.as_str()) {
            assert!(
                !code.contains("SystemTime"),
                "src/{name} asks the machine for the time"
            );
        }
        // A use case writes by a prepared commit, never by the steps of an exchange.
        for word in ["sync::replica", "replica::", "Replica"] {
            assert!(
                layer == "sync" || !code.contains(word),
                "src/{name} names {word}; only sync may"
            );
        }
        if layer != "git" && layer != "cli" {
            assert!(!names(&code, "Command::new"), "src/{name} runs a program");
        }
        if layer == "cli" {
            // The editor and `git config user.name`; nothing of a repository.
            assert!(
                !code.contains("Command::new(\"git\")") || name == "cli/commands/init.rs",
                "src/{name} runs git"
            );
        }
    }
}

#[test]
fn one_file_writes_to_the_terminal() {
    // It takes text that was made printable. The only other way is the editor, which has the terminal to itself.
    let streams = [
        "io::stdout",
        "io::stderr",
        "AutoStream",
        "println!",
        "print!(",
        "/dev/tty",
        "/dev/std",
        "Stdio::inherit",
        ".print()",
    ];
    let mut writers = Vec::new();
    for (_, name, code) in code() {
        let calls = ["stdout()", "stderr()", "stdout;", "stderr;"];
        let is_named =
            streams.iter().any(|word| code.contains(word)) || calls.iter().any(|word| names(&code, word));
        writers.extend(is_named.then_some(name));
    }
    assert_eq!(writers, ["cli/output.rs"]);
}

#[test]
fn the_core_is_pure() {
    for (layer, name, code) in code() {
        if layer == "app" {
            // A use case gets these from whoever calls it.
            for word in [
                "std::env",
                "Instant::now",
                "elapsed(",
                "io::stdin",
                "is_terminal",
                "clap",
            ] {
                assert!(!code.contains(word), "src/{name} names {word}");
            }
        }
        if ["model", "lint", "merge", "query", "render", "seal"].contains(&layer.as_str()) {
            for word in [
                "std::fs",
                "std::env",
                "std::process",
                "std::net",
                "Instant::now",
                "io::stdin",
                "io::stdout",
            ] {
                assert!(!names(&code, word), "src/{name} names {word}");
            }
        }
    }
}

#[test]
fn files_stay_small() {
    for (path, name) in code_files() {
        let lines = without_tests(&path).lines().count();
        assert!(lines <= 400, "src/{name} has {lines} lines without its tests");
    }
}
