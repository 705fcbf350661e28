//! One entry, one meeting, and the echo of a write.

use super::*;

#[test]
fn an_entry_shows_all_its_fields() {
    let list = list();
    let notes = ConflictNotes::new();
    let show = |number: usize| {
        bare(&on(&list, "ana", |s| {
            entry(s, &list.entries[number], &list, &notes)
        }))
    };
    assert_eq!(
        show(6),
        after_break(
            "
pqkkkkkkkkkk
by        Sam, Tue 10 Nov
where     Tue 10 Nov
readers   you, Sam, the host's admins (shared)
kind      action
owner     Sam
due       due Tue 1 Dec (in 9 days)
state     open
follows   mm  I'd like to lead the cache redesign review

Introduce Ana to the platform team
"
        )
    );
    assert_eq!(
        show(1),
        after_break(
            "
kykkkkkkkkkk
by        Sam, Wed 18 Nov
where     agenda
readers   Sam alone (private)

sealed: your key does not open it
"
        )
    );
}

#[test]
fn a_meeting_by_author_then_actions() {
    let list = list();
    let entries: Vec<&Entry> = list.of_meeting("2026-11-10".parse().unwrap());
    assert_eq!(
        bare(&on(&list, "ana", |s| meeting(s, &list.meetings[0], &entries))),
        after_break(
            "
Tue 10 Nov · held

Actions
  pp  Ana  Write the plan  overdue by 2 days
  pq  Sam  Introduce Ana to the platform team  due Tue 1 Dec (in 9 days)
  qq  Sam  Book a room  done Thu 12 Nov
"
        )
    );
}

#[test]
fn a_private_text_in_clear_is_read_by_everyone() {
    let mut list = list();
    let number = list.entries.iter().position(|e| e.body.is_some()).unwrap();
    list.entries[number].visibility = Visibility::Private;
    list.entries[number].in_clear = true;
    on(&list, "sam", |s| {
        let shown = bare(&entry(s, &list.entries[number], &list, &ConflictNotes::new()));
        assert!(
            shown.contains("you, Ana, the host's admins (private, in clear: it is to be sealed)"),
            "{shown}"
        );
        let listed = bare(&super::super::list(s, &[&list.entries[number]]));
        assert!(listed.contains("private · in clear, to be sealed"), "{listed}");
    });
}

#[test]
fn every_write_echoes_place_and_readers() {
    let list = list();
    let meeting = Home::Meeting("2026-11-24".parse().unwrap());
    on(&list, "sam", |s| {
        assert_eq!(
            echo(s, Home::Agenda, Visibility::Confidential),
            "→ Ana · agenda · you, Ana\n"
        );
        assert_eq!(
            echo(s, meeting, Visibility::Shared),
            "→ Ana · Tue 24 Nov · you, Ana, the host's admins\n"
        );
        assert_eq!(
            echo(s, Home::Agenda, Visibility::Private),
            "→ Ana · agenda · you alone\n"
        );
    });
}
