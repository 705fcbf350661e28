//! The accessors of a comparison, and what it tells of days, seats and entries that few read.

use super::*;

#[test]
fn the_entries_and_the_places_that_differ_are_named() {
    let [old, new] = agendas();
    let mut old = state_of(&[(AGENDA, &old)]);
    let mut new = state_of(&[(AGENDA, &new), (MEETING, &meeting("status = \"held\"\n"))]);
    let id = |start: &str| format!("{start:k<12}").parse::<EntryId>().unwrap();
    let comparison = Comparison::of(old.clone(), new.clone());
    assert_eq!(comparison.written().collect::<Vec<_>>(), [id("l"), id("n")]);
    assert_eq!(comparison.added(), [id("n")].into());
    let stood: Vec<_> = comparison
        .stood_otherwise()
        .map(|(id, _, now)| (id, now.is_some()))
        .collect();
    assert_eq!(stood, [(id("k"), false), (id("l"), true)]);
    let versions = |start| comparison.versions(id(start)).map(|placed| placed.is_some());
    assert_eq!(
        ["k", "l", "n"].map(versions),
        [[true, false], [true, true], [false, true]]
    );
    let mut places: BTreeSet<Place> = [id("k"), id("l")].map(Place::Entry).into();
    places.insert(Place::Meeting("2026-11-24".parse().unwrap()));
    assert_eq!(comparison.places(), places);
    old.pair = pair_with(&[]).pair;
    new.pair = pair_with(&[("cadence", "x-note = \"y\"\nnext = 2026-11-24\ncadence")]).pair;
    let key = Some("x-note".to_owned());
    places.extend([Place::Pair { member: None, key }, Place::next()]);
    assert_eq!(Comparison::of(old.clone(), new).places(), places);
    assert!(Comparison::of(old.clone(), old).places().is_empty());
}

#[test]
fn an_entry_of_the_meeting_alone_uses_the_agreed_day_up() {
    let agreed = pair_with(&[("cadence", "next = 2026-11-24\ncadence")]);
    let none = pair_with(&[]);
    let with = |mut state: State, records: &[(&str, &str)]| {
        let other = state_of(records);
        state.meetings = other.meetings;
        state.entries = other.entries;
        state
    };
    let head = meeting("status = \"held\"\n");
    let topic = entry("k", "ana", "");
    let in_meeting = format!("{head}\n{topic}");
    let is_used_up = |new: &[(&str, &str)]| {
        let old = with(agreed.clone(), &[(MEETING, &head)]);
        Comparison::of(old, with(none.clone(), new)).next().is_none()
    };
    assert!(is_used_up(&[(MEETING, &in_meeting)]));
    assert!(!is_used_up(&[(MEETING, &head), (AGENDA, &topic)]));
}

#[test]
fn another_key_takes_no_seat() {
    let own = pair_with(&[("keys = []", "keys = [\"age1a\"]")]);
    let other = pair_with(&[("keys = []", "keys = [\"age1b\"]")]);
    let differences = Comparison::of(own, other).differences(None, open);
    let keys = differences.iter().filter_map(|difference| match difference {
        Difference::Pair(change) => Some(change.takes_seat),
        _ => None,
    });
    assert!(keys.into_iter().all(|takes_seat| !takes_seat));
}

#[test]
fn a_change_that_only_its_author_reads_is_not_told() {
    let content = |text: &str| format!("kind = \"note\"\ntext = \"{text}\"\n");
    let [old, new] = ["a", "b"].map(|text| sealed("k", "private", &content(text)));
    assert_eq!(how_on_agenda(&old, &new), EntryHow::Otherwise);
    let [old, new] = ["a", "b"].map(|text| sealed("k", "confidential", &content(text)));
    assert_eq!(how_on_agenda(&old, &new), EntryHow::Edited);
    // My key did not open it before, and nobody let more people read it.
    let unreadable = sealed("k", "confidential", "no content");
    assert_eq!(how_on_agenda(&unreadable, &new), EntryHow::Otherwise);
}

#[test]
fn an_entry_that_stays_closed_was_edited() {
    for state in ["done", "dropped"] {
        let action = |text: &str| {
            let lines = format!("kind = \"action\"\nowner = \"sam\"\nstate = \"{state}\"");
            entry("k", "sam", &lines).replace("text = \"a\"", &format!("text = \"{text}\""))
        };
        assert_eq!(
            how_on_agenda(&action("a"), &action("b")),
            EntryHow::Edited,
            "{state}"
        );
    }
}

#[test]
fn a_meeting_uses_up_the_agreed_day() {
    let agreed = pair_with(&[("cadence", "next = 2026-11-24\ncadence")]);
    let none = pair_with(&[]);
    let held = |mut state: State| {
        let head = state_of(&[(MEETING, &meeting("status = \"held\"\n"))]);
        state.meetings = head.meetings;
        state
    };
    let next = |old: &State, new: &State| Comparison::of(old.clone(), new.clone()).next();
    let day = Some("2026-11-24".parse::<MeetingKey>().unwrap().date);
    assert_eq!(next(&agreed, &none), Some((day, None)));
    assert_eq!(next(&none, &agreed), Some((None, day)));
    assert_eq!(next(&agreed, &held(none.clone())), None);
    // The meeting was there before: somebody took the day back.
    assert_eq!(next(&held(agreed.clone()), &held(none)), Some((day, None)));
    assert_eq!(next(&agreed, &held(agreed.clone())), None);
}
