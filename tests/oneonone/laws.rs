//! The laws of the merge (docs/merge.md#laws) as properties.
//!
//! `PROPTEST_CASES=100000 cargo test --release laws` runs the long sweep.

use std::collections::{BTreeMap, BTreeSet};

use oneonone::merge::{Comparison, OnTop, merge, on_top};
use oneonone::model::{Difference, Entry, EntryId, State, Table, Value, Visibility, assemble};
use proptest::prelude::*;

use crate::edits::{Edit, after, edits, new_pair};

pub(crate) fn cases() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(2000);
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// A state that was put into files, read again: a state that is written and read is the same state.
fn reread(state: &State) -> State {
    let files = state.files();
    let loaded = assemble(
        files
            .iter()
            .map(|(path, bytes)| (path.as_str(), bytes.as_slice())),
    );
    assert!(loaded.broken.is_empty(), "{:?}", loaded.broken);
    assert!(loaded.loose.is_empty() && loaded.doubled.is_empty());
    loaded.state
}

/// The edits of a base and of two sides: what a failing case shrinks to and shows.
fn three() -> impl Strategy<Value = (Vec<Edit>, Vec<Edit>, Vec<Edit>)> {
    (edits(14), edits(8), edits(8))
}

fn states((b, l, r): &(Vec<Edit>, Vec<Edit>, Vec<Edit>)) -> (State, State, State) {
    let base = reread(&after(&new_pair(), b));
    let (left, right) = (reread(&after(&base, l)), reread(&after(&base, r)));
    (base, left, right)
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn what_is_written_reads_back_the_same(b in edits(30)) {
        let state = reread(&after(&new_pair(), &b));
        prop_assert_eq!(reread(&state).files(), state.files());
        prop_assert!(reread(&state) == state);
    }

    #[test]
    fn law_1_one_side_alone_is_taken(edits in three()) {
        let (base, left, right) = states(&edits);
        prop_assert!(merge(&base, &base, &right).unwrap().state == right);
        prop_assert!(merge(&base, &left, &base).unwrap().state == left);
        prop_assert!(merge(&base, &left, &left).unwrap().state == left);
    }

    #[test]
    fn laws_2_4_and_5_hold_or_the_merge_is_refused(edits in three()) {
        let (base, left, right) = states(&edits);
        // The self-check is on every merge: an unsound one is an error.
        let one = merge(&base, &left, &right).map_err(|e| TestCaseError::fail(e.to_string()))?;
        let other = merge(&base, &right, &left).map_err(|e| TestCaseError::fail(e.to_string()))?;
        prop_assert_eq!(one.state.files(), other.state.files());
        prop_assert!(one == other);
        prop_assert!(reread(&one.state) == one.state, "the result reads back");
    }

    #[test]
    fn law_3_a_second_sync_changes_nothing(edits in three()) {
        let (base, left, right) = states(&edits);
        let merged = merge(&base, &left, &right).unwrap().state;
        for side in [&left, &right] {
            prop_assert!(merge(side, &merged, side).unwrap().state == merged);
            prop_assert!(merge(side, side, &merged).unwrap().state == merged);
        }
    }

    #[test]
    fn no_entry_of_a_side_goes_missing(edits in three()) {
        let (base, left, right) = states(&edits);
        let merged = merge(&base, &left, &right).unwrap();
        for (side, other) in [(&left, &right), (&right, &left)] {
            for (id, placed) in &side.entries {
                let deleted = !other.entries.contains_key(id) && base.entries.contains_key(id);
                if !deleted {
                    prop_assert!(merged.state.entries.contains_key(id));
                } else if let Some(kept) = merged.state.entries.get(id) {
                    prop_assert!(kept == placed && merged.kept.contains(id));
                }
            }
        }
        for (id, placed) in &merged.state.entries {
            prop_assert!(left.entries.contains_key(id) || right.entries.contains_key(id));
            if let Some(key) = placed.home.meeting() {
                prop_assert!(merged.state.meetings.contains_key(&key), "a meeting that holds an entry stays");
            }
        }
    }

    #[test]
    fn every_difference_is_counted_and_told_once(edits in three()) {
        let (base, left, right) = states(&edits);
        let between = |old: &State, new: &State| Comparison::of(old.clone(), new.clone());
        let (there, back) = (between(&left, &right).counts(), between(&right, &left).counts());
        prop_assert_eq!((there.added, there.changed, there.removed), (back.removed, back.changed, back.added));
        prop_assert!(between(&left, &left).counts().is_empty());

        let comparison = between(&left, &right);
        let told = comparison.differences(None, |id, placed| {
            Entry::from_table(id, placed.home, &placed.entry, None).ok()
        });
        let (mut ids, mut rest) = (BTreeMap::new(), 0);
        for difference in told {
            match difference {
                Difference::Entry(entry) => {
                    prop_assert!(entry.visibility != Visibility::Private || entry.body.is_none());
                    *ids.entry(entry.id).or_insert(0) += 1;
                }
                _ => rest += 1,
            }
        }
        prop_assert!(ids.values().all(|times| *times == 1));
        for id in left.entries.keys().chain(right.entries.keys()) {
            let differs = left.entries.get(id) != right.entries.get(id);
            prop_assert_eq!(ids.contains_key(id), differs);
        }
        prop_assert_eq!(ids.len(), there.entries());
        prop_assert_eq!(rest, there.meetings + there.pair + usize::from(there.next));

        // An entry that one side added, or kept though the other had removed it, is added where the other is merged with it.
        let merged = merge(&base, &left, &right).unwrap();
        let kept = merged.kept.iter().filter(|id| !left.entries.contains_key(*id)).count();
        let new = |id: &&EntryId| !base.entries.contains_key(*id) && !left.entries.contains_key(*id);
        let added = right.entries.keys().filter(new).count();
        prop_assert_eq!(between(&left, &merged.state).counts().added, added + kept);
    }

    #[test]
    fn a_merge_never_widens_who_can_read_a_text(edits in three()) {
        let (base, left, right) = states(&edits);
        let merged = merge(&base, &left, &right).unwrap().state;
        let (mut before, result) = (widest(&left), widest(&merged));
        for (text, visibility) in widest(&right) {
            let stood = before.entry(text).or_insert(visibility);
            *stood = (*stood).max(visibility);
        }
        for (text, visibility) in result {
            prop_assert!(before.get(&text).is_some_and(|v| visibility <= *v), "{visibility} {text}");
        }
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn what_a_rewrite_took_out_does_not_come_back_with_what_is_put_on_top(edits in three()) {
        let (seen, rewritten, mine) = states(&edits);
        let OnTop { state, left_out, kept } = on_top(&seen, &rewritten, &mine).unwrap();
        let [was, there, here, result] = [&seen, &rewritten, &mine, &state].map(words_of_state);
        for word in &result {
            let is_new = here.contains(word) && !was.contains(word);
            prop_assert!(there.contains(word) || is_new, "{word:?} came back");
        }
        for (id, placed) in &mine.entries {
            if !seen.entries.contains_key(id) && !rewritten.entries.contains_key(id) {
                prop_assert_eq!(state.entries.get(id), Some(placed), "an entry of mine");
            }
        }
        for id in &kept {
            prop_assert!(!mine.entries.contains_key(id), "mine was removed");
            prop_assert_eq!(state.entries.get(id), rewritten.entries.get(id), "theirs stays");
        }
        // A change of mine is there, or it is said that it is not.
        for word in here.difference(&was).filter(|word| !result.contains(word)) {
            let is_said = left_out.iter().any(|at| at.to_string() == word.0);
            let overruled = there.iter().any(|(at, ..)| *at == word.0);
            prop_assert!(is_said || overruled, "{word:?} went");
        }
        prop_assert!(reread(&state) == state);
    }

    #[test]
    fn nothing_on_top_is_the_rewrite_and_no_rewrite_is_mine(edits in three()) {
        let (seen, rewritten, mine) = states(&edits);
        let unchanged = on_top(&seen, &rewritten, &seen).unwrap();
        prop_assert!(unchanged.state == rewritten && unchanged.left_out.is_empty());
        let unsent = on_top(&seen, &seen, &mine).unwrap();
        prop_assert!(unsent.state == mine && unsent.left_out.is_empty());
    }
}

#[test]
fn a_body_in_conflict_that_gets_a_comment_on_the_other_side_reads_back() {
    let (entry, home, text, place, field) = (0, 0, 0, 0, 0);
    let added = vec![Edit::Add { entry, home, text }];
    let conflict = vec![Edit::BodyRow { entry, value: 3 }];
    let commented = Edit::Comment {
        entry,
        place,
        value: 0,
    };
    let edited = vec![
        commented,
        Edit::Set {
            entry,
            field,
            value: 3,
        },
    ];
    let (base, left, right) = states(&(added, conflict, edited));
    let merged = merge(&base, &left, &right).unwrap().state;
    assert!(reread(&merged) == merged);
    let top = on_top(&base, &left, &right).unwrap().state;
    assert!(reread(&top) == top);
}

/// The keys of both seats on a side, out of few: some, all or none.
type SeatKeys = [BTreeSet<u8>; 2];

fn seat_keys() -> impl Strategy<Value = SeatKeys> {
    let keys = || prop::collection::btree_set(0..3u8, 0..3);
    [keys(), keys()]
}

/// The state with these keys in the seats.
fn seated(state: &State, keys: &SeatKeys) -> State {
    let mut state = state.clone();
    let pair = state.pair.as_mut().unwrap();
    for (member, keys) in pair.members.values_mut().zip(keys) {
        let keys = keys.iter().map(|key| Value::from(format!("age1{key}"))).collect();
        member.set("keys", Value::Array(keys));
    }
    reread(&state)
}

/// For each seat whether a key sits in it.
fn taken(state: &State) -> Vec<bool> {
    let members = state.pair.as_ref().unwrap().members.values();
    let keys = members.map(|member| member.get("keys").and_then(Value::as_array).unwrap_or_default());
    keys.map(|keys| !keys.is_empty()).collect()
}

/// A side with the keys of the base in each seat that it emptied.
fn with_seats_kept(base: &State, side: &State) -> State {
    let mut side = side.clone();
    let emptied = taken(base).into_iter().zip(taken(&side));
    let emptied: Vec<bool> = emptied.map(|(before, after)| before && !after).collect();
    let before = base.pair.as_ref().unwrap().members.values();
    let after = side.pair.as_mut().unwrap().members.values_mut();
    for ((before, after), emptied) in before.zip(after).zip(emptied) {
        if emptied {
            after.set("keys", before.get("keys").unwrap().clone());
        }
    }
    side
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_seat_that_was_taken_is_never_open_again(
        edits in three(),
        keys in [seat_keys(), seat_keys(), seat_keys()],
    ) {
        let (base, left, right) = states(&edits);
        let [base, left, right] = [(&base, &keys[0]), (&left, &keys[1]), (&right, &keys[2])]
            .map(|(state, keys)| seated(state, keys));
        let (one, other) = (merge(&base, &left, &right), merge(&base, &right, &left));
        prop_assert!(one == other);
        let Ok(merged) = one else {
            return Ok(()); // An open seat was taken on both sides.
        };
        let merged = merged.state;
        for (before, after) in taken(&base).into_iter().zip(taken(&merged)) {
            prop_assert!(after || !before);
        }
        for side in [&left, &right] {
            prop_assert!(merge(&base, &base, side).unwrap().state == with_seats_kept(&base, side));
            prop_assert!(merge(&base, side, side).unwrap().state == with_seats_kept(&base, side));
            prop_assert!(merge(side, &merged, side).unwrap().state == merged);
        }
        let unchanged = on_top(&base, &right, &base).unwrap().state;
        prop_assert!(unchanged == with_seats_kept(&base, &right));
    }
}

/// A word of a record: where it stands, under which key, and what it says.
type Word = (String, String, String);

/// The lines of every value and conflict, and the comments.
fn words_of_state(state: &State) -> BTreeSet<Word> {
    let mut words = BTreeSet::new();
    for (id, placed) in &state.entries {
        add_words(&id.to_string(), &placed.entry, &mut words);
    }
    for (home, head) in state.headers() {
        add_words(&home.to_string(), head, &mut words);
    }
    words
}

fn add_words(at: &str, table: &Table, words: &mut BTreeSet<Word>) {
    // They say how far a meeting is, and when it was; and how often an entry moved.
    let is_plain = |key: &str| !["date", "status", "started", "ended", "carried"].contains(&key);
    let mut add = |key: &str, value: &Value| {
        let lines = match value {
            Value::String(text) => text.split('\n').map(str::to_owned).collect(),
            Value::Array(elements) => elements.iter().map(Value::canonical).collect(),
            other => vec![other.canonical()],
        };
        let of_key = lines
            .into_iter()
            .map(|line| (at.to_owned(), key.to_owned(), line));
        // A blank line says nothing.
        let is_blank = |line: &str| !line.chars().any(char::is_alphanumeric);
        words.extend(of_key.filter(|(_, key, line)| is_plain(key) && !is_blank(line)));
    };
    for field in &table.fields {
        add(&field.key, &field.value);
    }
    for row in &table.rows {
        row.alternative
            .map()
            .iter()
            .for_each(|(key, value)| add(if key == "value" { &row.field } else { key }, value));
    }
    for comment in table.comments() {
        add("#", &Value::from(comment.as_str()));
    }
}

/// The widest visibility under which each line of a text, or each ciphertext, of an entry stands.
fn widest(state: &State) -> BTreeMap<String, Visibility> {
    let mut widest: BTreeMap<String, Visibility> = BTreeMap::new();
    for (id, placed) in &state.entries {
        let entry = &placed.entry;
        let mut bodies = vec![entry.shown("body")];
        bodies.extend(entry.rows_of("body").map(|r| r.alternative.clone()));
        for row in entry.rows_of("text") {
            bodies.push(oneonone::model::Alternative::from_map(BTreeMap::from([(
                "text".to_owned(),
                row.alternative
                    .value()
                    .cloned()
                    .unwrap_or_else(|| Value::from("")),
            )])));
        }
        for body in bodies {
            for key in ["text", "sealed"] {
                for line in body
                    .get(key)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .split('\n')
                {
                    let stood = widest.entry(format!("{id} {line}")).or_insert(body.visibility());
                    *stood = (*stood).max(body.visibility());
                }
            }
        }
    }
    widest
}
