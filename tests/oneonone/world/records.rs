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

/// The id of the first entry of somebody's agenda.
#[track_caller]
pub(crate) fn first_id(person: &Person) -> String {
    first_id_in(&person.read("agenda.toml"))
}

/// Both folders hold the same; only what differs is shown.
#[track_caller]
pub(crate) fn same_files(one: &BTreeMap<String, String>, other: &BTreeMap<String, String>) {
    for path in one.keys().chain(other.keys()) {
        let [one, other] = [one, other].map(|files| files.get(path).map_or("", String::as_str));
        let diff = similar::TextDiff::from_lines(one, other);
        assert!(one == other, "{path} differs:\n{}", diff.unified_diff());
    }
}
