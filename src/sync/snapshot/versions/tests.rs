use super::*;
use crate::model::{Home, Placed};

const HOME: Home = Home::Agenda;

fn id() -> EntryId {
    EntryId::from_bytes([7; 6])
}

/// An agenda with one entry, which has this text.
fn state_with(text: &str) -> State {
    let (home, entry) = (HOME, table(text));
    let entries = [(id(), Placed { home, entry })].into();
    State {
        entries,
        ..State::default()
    }
}

fn table(text: &str) -> Table {
    let mut table = Table::default();
    table.set("text", text);
    table
}

#[test]
fn every_version_knows_which_of_the_different_tables_it_has() {
    let [a, b] = ["a", "b"].map(table);
    let [again, mut commented] = [a.clone(), a.clone()];
    commented.above.push("# said".to_owned());
    let versions = [
        Some(&a),
        Some(&again),
        None,
        Some(&b),
        Some(&again),
        Some(&commented),
        Some(&b),
    ];
    let distinct = Distinct::of(versions.into_iter());
    assert!(distinct.tables == [&a, &b, &commented]);
    let which = [Some(0), Some(0), None, Some(1), Some(0), Some(2), Some(1)];
    assert_eq!(distinct.of_version, which);
}

/// A clone may have taken a file in after the branch went on: the order of the list says little then.
#[test]
fn a_removal_counts_as_seen_only_where_every_possible_version_is_as_the_branch_has_it() {
    let (record, part) = (RecordPath::Home(HOME), Part::Entry(id()));
    for states in [["new", "old"], ["old", "new"]] {
        let known = RecordVersions {
            states: states.map(state_with).into(),
            ..RecordVersions::default()
        };
        let reading = Reading::of(record, Parts::new(), &known, |_| false);
        let [old, new] = ["old", "new"].map(table);
        assert!(reading.removed(&part, Some(&new)) == Some(&old));
        assert!(reading.removed(&part, Some(&old)) == Some(&new));
    }
}

/// The first version stands in a history alone that was replaced: the entry had a word there that is gone.
#[test]
fn a_part_that_only_a_replaced_history_has_is_as_in_an_older_file() {
    let (record, part) = (RecordPath::Home(HOME), Part::Entry(id()));
    let taken_out = |stands| Origin::TakenOut { stands };
    let removed = vec![state_with("it is leaked"), State::default()];
    let reworded = vec![state_with("it is leaked"), state_with("it is gone")];
    let again = [reworded.clone(), vec![state_with("it was leaked")]].concat();
    for (states, head, file, expected) in [
        (&reworded, Some("it is gone"), "it is leaked", Origin::AsBefore),
        (
            &reworded,
            Some("it is gone"),
            "it is leaked, or not",
            taken_out(true),
        ),
        (&reworded, Some("it is gone"), "or leaked", taken_out(true)),
        (&reworded, Some("it is gone"), "it is gone", Origin::AsBefore),
        (
            &reworded,
            Some("it is gone"),
            "it is new",
            Origin::EditOf(&table("it is gone")),
        ),
        // Somebody wrote the word again since.
        (
            &again,
            Some("it was leaked"),
            "or leaked",
            Origin::EditOf(&table("it was leaked")),
        ),
        (&removed, None, "it is leaked", Origin::AsBefore),
        (&removed, None, "it is new", taken_out(false)),
    ] {
        let known = RecordVersions {
            states: states.clone(),
            standing: 1..states.len(),
            ..RecordVersions::default()
        };
        let lies = table(file);
        let parts = Parts::from([(part.clone(), &lies)]);
        let reading = Reading::of(record, parts, &known, |_| false);
        let head = head.map(table);
        assert_eq!(reading.origin(&part, head.as_ref()), expected, "{file}");
    }
}

#[test]
fn tables_that_are_written_otherwise_and_are_equal_have_one_fingerprint() {
    let [mut a, mut b] = ["a", "a"].map(table);
    a.set("x", Value::Float(0.0));
    b.set("x", Value::Float(0.0));
    assert!(a == b && fingerprint(&a) == fingerprint(&b));
    assert_ne!(fingerprint(&a), fingerprint(&table("a")));
}
