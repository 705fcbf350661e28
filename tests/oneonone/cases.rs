//! Merge cases as folders: `tests/merge/NAME/{base,left,right}` and what must come of them in `expected`.
//!
//! A line `# …` in `about.txt` says why the case is there. Known gaps stand in `tests/merge-gaps` in the same form:
//! there `expected` is what should come of them, and the test fails when one of them begins to hold.
//! `ONEONONE_BLESS=1 cargo test cases` writes `expected` anew: look at it before you commit it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use oneonone::merge::merge;
use oneonone::model::{State, assemble};

const PAIR: &str = r#"format = 1
id = "kqzmrtxwlpso"
cadence = "1w"

[member.ana]
role = "report"
name = "Ana"
keys = ["age1a"]

[member.sam]
role = "manager"
name = "Sam"
keys = ["age1s"]
"#;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

fn files(root: &Path, below: &Path, found: &mut BTreeMap<String, String>) {
    let Ok(items) = fs::read_dir(below) else { return };
    for item in items {
        let path = item.unwrap().path();
        if path.is_dir() {
            files(root, &path, found);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            found.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
}

/// A side: its files, with a `pair.toml` and an empty agenda where it has none.
fn side(case: &Path, name: &str) -> State {
    let root = case.join(name);
    let mut found = BTreeMap::from([
        ("pair.toml".to_owned(), PAIR.to_owned()),
        ("agenda.toml".to_owned(), String::new()),
    ]);
    files(&root, &root, &mut found);
    let loaded = assemble(found.iter().map(|(path, text)| (path.as_str(), text.as_bytes())));
    assert!(
        loaded.broken.is_empty(),
        "{}: {:?}",
        root.display(),
        loaded.broken
    );
    assert!(
        loaded.loose.is_empty() && loaded.doubled.is_empty(),
        "{}",
        root.display()
    );
    loaded.state
}

fn cases(of: &str) -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = fs::read_dir(folder(of))
        .unwrap()
        .map(|i| i.unwrap().path())
        .filter(|p| p.is_dir())
        .collect();
    cases.sort();
    cases
}

/// The outcome of a case, as text: each file under its name, and the entries that were kept.
fn outcome(case: &Path, mirrored: bool) -> BTreeMap<String, String> {
    let (base, left, right) = (side(case, "base"), side(case, "left"), side(case, "right"));
    let merged = if mirrored {
        merge(&base, &right, &left)
    } else {
        merge(&base, &left, &right)
    };
    match merged {
        Ok(merged) => {
            let mut out: BTreeMap<String, String> = merged
                .state
                .files()
                .into_iter()
                .map(|(p, b)| (p, String::from_utf8(b).unwrap()))
                .collect();
            out.retain(|path, text| {
                !(path == "pair.toml" && text == PAIR || path == "agenda.toml" && text.is_empty())
            });
            if !merged.kept.is_empty() {
                out.insert(
                    "kept.txt".to_owned(),
                    merged.kept.iter().map(|id| format!("{id}\n")).collect(),
                );
            }
            out
        }
        Err(e) => BTreeMap::from([("refused.txt".to_owned(), format!("{e}\n"))]),
    }
}

fn expected(case: &Path) -> BTreeMap<String, String> {
    let root = case.join("expected");
    let mut found = BTreeMap::new();
    files(&root, &root, &mut found);
    found
}

#[test]
fn every_case_comes_out_as_expected_from_either_side() {
    let all = cases("merge");
    assert!(all.len() >= 15);
    for case in all {
        let out = outcome(&case, false);
        assert_eq!(
            out,
            outcome(&case, true),
            "{}: left and right are not alike",
            case.display()
        );
        if std::env::var_os("ONEONONE_BLESS").is_some() {
            let root = case.join("expected");
            let _ = fs::remove_dir_all(&root);
            for (path, text) in &out {
                let path = root.join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
        }
        assert_eq!(out, expected(&case), "{}", case.display());
    }
}

#[test]
fn a_known_gap_that_closes_moves_to_the_cases() {
    for case in cases("merge-gaps") {
        assert_ne!(
            outcome(&case, false),
            expected(&case),
            "{} holds now: move it to tests/merge",
            case.display()
        );
    }
}
