//! Records of people: changed by hand, looked through and compared.

use std::collections::BTreeMap;

use super::Person;

/// Everybody syncs, one after the other.
#[track_caller]
pub(crate) fn sync_all(people: &[&Person]) {
    for person in people {
        person.run(["sync"]).ok();
    }
}

/// Both end up with one commit and the same bytes, and Git finds nothing to do.
#[track_caller]
pub(crate) fn agree(sam: &Person, ana: &Person) {
    sync_all(&[sam, ana, sam]);
    same_files(&sam.files(), &ana.files());
    for person in [sam, ana] {
        assert_eq!(person.git(["status", "--porcelain"]).ok().out, "");
    }
    assert_eq!(sam.head(), ana.head());
}

/// Somebody changes the first of such words in a file of their folder.
#[track_caller]
pub(crate) fn change(person: &Person, file: &str, from: &str, to: &str) {
    let text = person.read(file);
    assert!(text.contains(from), "{from:?} is not in\n{text}");
    person.write(file, &text.replacen(from, to, 1));
}

/// The id of the first entry of a record.
#[track_caller]
pub(crate) fn first_id_in(record: &str) -> String {
    record.split("id = \"").nth(1).unwrap()[..12].to_owned()
}

/// The ids in a record, as they stand in it.
pub(crate) fn ids_in(record: &str) -> Vec<String> {
    let lines = record.lines().filter_map(|line| line.strip_prefix("id = \""));
    lines.map(|id| id.trim_end_matches('"').to_owned()).collect()
}

/// The record without an entry, and the entry.
#[track_caller]
pub(crate) fn without(record: &str, id: &str) -> (String, String) {
    let at = record.find(&format!("[[entry]]\nid = \"{id}\"")).unwrap();
    let rest = &record[at..];
    let end = rest[1..].find("[[entry]]").map_or(rest.len(), |next| next + 1);
    (
        format!("{}{}", &record[..at], &rest[end..]),
        rest[..end].to_owned(),
    )
}

/// The id of the first entry of somebody's agenda.
#[track_caller]
pub(crate) fn first_id(person: &Person) -> String {
    first_id_in(&person.read("agenda.toml"))
}

/// Both folders hold the same; only what differs is shown.
#[track_caller]
pub(crate) fn same_files(one: &BTreeMap<String, String>, other: &BTreeMap<String, String>) {
    assert!(
        one.keys().eq(other.keys()),
        "{:?} and {:?}",
        one.keys(),
        other.keys()
    );
    for path in one.keys() {
        let [one, other] = [one, other].map(|files| files.get(path).map_or("", String::as_str));
        let diff = similar::TextDiff::from_lines(one, other);
        assert!(one == other, "{path} differs:\n{}", diff.unified_diff());
    }
}
