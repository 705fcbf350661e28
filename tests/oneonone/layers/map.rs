//! The map of all files in docs/architecture.md is made of what each file says of itself.

use std::collections::BTreeMap;
use std::fs;

use super::{code_files, without_tests};
use crate::docs::root;

const BEGIN: &str = "<!-- made of the files: ONEONONE_BLESS=1 cargo test layers -->\n";
const END: &str = "<!-- end -->\n";

/// The first paragraph of the comment of a file, in one line, without the headings that it names.
fn purpose(text: &str) -> String {
    let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
    let lines: Vec<&str> = lines.map(str::trim).take_while(|line| !line.is_empty()).collect();
    let mut words = lines.join(" ");
    while let Some(start) = words.find(" (docs/")
        && let Some(length) = words[start..].find(')')
    {
        words.replace_range(start..=start + length, "");
    }
    words.replace("[`", "`").replace("`]", "`").replace('|', "\\|")
}

/// The bounds and waits of a file: each constant that counts or lasts, with the first line of its comment.
fn bounds(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut comment: Option<&str> = None;
    for line in code.lines().map(str::trim) {
        if let Some(words) = line.strip_prefix("///") {
            comment = comment.or(Some(words.trim()));
            continue;
        }
        let declared = line
            .split_once("const ")
            .filter(|(before, _)| before.is_empty() || before.starts_with("pub"));
        let named = declared.and_then(|(_, rest)| rest.split_once(": "));
        if let (Some((name, rest)), Some(words)) = (named, comment) {
            let is_bound = ["Duration", "usize", "u64", "u32", "i64"]
                .iter()
                .any(|kind| rest.starts_with(kind));
            found.extend(is_bound.then(|| format!("`{name}`: {}", words.trim_end_matches('.'))));
        }
        comment = None;
    }
    found
}

fn map() -> String {
    let mut rooms: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, name) in code_files() {
        let text = without_tests(&path);
        let purpose = purpose(&text);
        assert!(!purpose.is_empty(), "src/{name} does not say what it is for");
        let (room, file) = name.rsplit_once('/').unwrap_or(("", &name));
        let mut row = format!("| `{file}` | {purpose}");
        for bound in bounds(&text) {
            row += &format!("<br>{bound}");
        }
        rooms.entry(room.to_owned()).or_default().push(row + " |");
    }
    let mut map = String::new();
    for (room, mut rows) in rooms {
        rows.sort();
        map += &format!(
            "\n### src/{room}\n\n| file | for |\n|---|---|\n{}\n",
            rows.join("\n")
        );
    }
    map.replace("### src/\n", "### src\n") + "\n"
}

#[test]
fn the_map_names_every_file() {
    let path = root().join("docs/architecture.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (stands, after) = rest.split_once(END).unwrap();
    let map = map();
    if std::env::var_os("ONEONONE_BLESS").is_some() {
        fs::write(path, format!("{before}{BEGIN}{map}{END}{after}")).unwrap();
        return;
    }
    assert!(
        stands == map,
        "docs/architecture.md: make the map anew: ONEONONE_BLESS=1 cargo test layers"
    );
}

#[test]
fn the_files_that_the_pages_name_exist() {
    const LAYERS: [&str; 11] = [
        "app/", "cli/", "git/", "lint/", "merge/", "model/", "query/", "render/", "seal/", "store/", "sync/",
    ];
    let mut named = 0;
    for (page, text) in crate::docs::texts(&["docs"]) {
        for code in text.split('`').skip(1).step_by(2) {
            // In capitals stands a name to be filled in.
            let is_file = code.ends_with(".rs") && !code.contains(char::is_uppercase);
            if is_file && LAYERS.iter().any(|layer| code.starts_with(layer)) {
                named += 1;
                let path = root().join("src").join(code);
                assert!(path.is_file(), "{}: {code}", page.display());
            }
        }
    }
    assert!(named > 100, "{named}");
}
