use super::*;
use crate::model::{ActionState, Alternative, Entry, Home, Kind, Row, Tone};
use crate::query::fixture::{With, at, date, entry as made, held, records, slug};
use crate::query::{self, ActionFilter, Filter, Records};
use crate::render::{ConflictFacts, ConflictNotes, PairFacts, StatusFacts, ValueFacts};

/// Without the styles, as where they are not shown.
fn bare(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// An expected text that begins on the line below, where its indent can be seen.
fn after_break(text: &str) -> &str {
    text.strip_prefix('\n').unwrap()
}

fn on<T>(records: &Records, me: &str, show: impl FnOnce(&Screen<'_>) -> T) -> T {
    let ids = Ids::new(records, at("2026-11-22T09:00:00Z"));
    let me = slug(me);
    let names = Names::of(&records.pair, &me, "", &[]);
    show(&Screen {
        pair: &records.pair,
        me: &me,
        names: &names,
        today: date("2026-11-22"),
        ids: &ids,
        width: 72,
        named: None,
    })
}

fn list() -> Records {
    let mut carried = made(
        "mm",
        Kind::Growth,
        "ana",
        "2026-11-18",
        "I'd like to lead the cache redesign review",
    )
    .themes(&["system-design"]);
    carried.carried = 2;
    records(
        vec![
            made(
                "kx",
                Kind::Topic,
                "sam",
                "2026-11-19",
                "Budget for the off-site, which is far longer than a line can be\nmore",
            ),
            made("ky", Kind::Topic, "sam", "2026-11-18", "").unopened(Visibility::Private),
            carried,
            made("nn", Kind::Concern, "ana", "2026-11-20", "On-call is too much")
                .sealed(Visibility::Confidential),
            made("oo", Kind::Update, "ana", "2026-11-20", "Shipped it"),
            made("pp", Kind::Action, "ana", "2026-11-10", "Write the plan")
                .meeting("2026-11-10")
                .due("2026-11-20"),
            made(
                "pq",
                Kind::Action,
                "sam",
                "2026-11-10",
                "Introduce Ana to the platform team",
            )
            .meeting("2026-11-10")
            .due("2026-12-01")
            .re("mm"),
            made("qq", Kind::Action, "sam", "2026-11-10", "Book a room")
                .meeting("2026-11-10")
                .state(ActionState::Done)
                .body(|b| b.closed = Some(at("2026-11-12T08:00:00Z"))),
        ],
        vec![held("2026-11-10")],
    )
}

#[test]
fn the_agenda_goes_section_by_section() {
    let list = list();
    let seen = query::agenda(&list, at("2026-11-22T09:00:00Z"), date("2026-11-22"));
    assert_eq!(
        bare(&on(&list, "ana", |s| agenda(s, &seen))),
        after_break(
            "
Open actions
  pp  Ana  Write the plan  overdue by 2 days
  pq  Sam  Introduce Ana to the platform team  due Tue 1 Dec (in 9 days)

From Ana
  mm  growth   I'd like to lead the cache…  #system-design · carried 2×
  nn  concern  On-call is too much  confidential

From Sam
  ky  sealed  (for Sam alone)
  kx  topic   Budget for the off-site, which is far longer than a line…

Updates, read beforehand
  oo  update  Shipped it

A question to ask: What should I stop doing, so that something more
important gets done?
"
        )
    );
}

#[test]
fn actions_and_the_lists_read_aloud() {
    let list = list();
    let all = ActionFilter {
        state: None,
        ..ActionFilter::default()
    };
    let seen = query::actions(&list, &all, date("2026-11-22"));
    assert_eq!(
        bare(&on(&list, "ana", |s| actions(s, &seen))),
        after_break(
            "
  pp  Ana  Write the plan  overdue by 2 days
  pq  Sam  Introduce Ana to the platform team  due Tue 1 Dec (in 9 days)
  qq  Sam  Book a room  done Thu 12 Nov
2 open (1 overdue), 1 done, 0 dropped
"
        )
    );
    assert_eq!(
        bare(&on(&list, "sam", |s| to_do(s, &list))),
        after_break(
            "
To do, Sam:
  pq  Introduce Ana to the platform team — due Tue 1 Dec (in 9 days)
To do, Ana:
  pp  Write the plan — overdue by 2 days
"
        )
    );
}

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
fn the_log_goes_by_day() {
    let list = list();
    let filter = Filter {
        words: vec!["a".to_owned()],
        by: Some(slug("sam")),
        ..Filter::default()
    };
    assert_eq!(
        bare(&on(&list, "ana", |s| log(s, &query::log(&list, &filter)))),
        after_break("
Tue 10 Nov
  pq  action  Introduce Ana to the pla…  due Tue 1 Dec (in 9 days) · Sam
  qq  action  Book a room  done Thu 12 Nov · Sam
1 sealed, not searched: your key does not open them
")
        .replace("Tue 10 Nov\n", "Thu 19 Nov, on the agenda\n  kx  topic  Budget for the off-site, which is far longer than a line c…\nTue 10 Nov\n")
    );
}

#[test]
fn the_log_of_a_day_is_one_order_whatever_the_place() {
    let mut list = list();
    let of_day = |start: &str, time: &str| Entry {
        at: at(&format!("2026-11-10T{time}:00Z")),
        ..made(start, Kind::Note, "ana", "2026-11-10", "x")
    };
    list.entries = vec![
        of_day("kk", "10:10").meeting("2026-11-10"),
        of_day("ll", "10:20"),
        of_day("mm", "10:30").meeting("2026-11-10-2"),
    ];
    assert_eq!(
        bare(&on(&list, "ana", |s| log(
            s,
            &query::log(&list, &Filter::default())
        ))),
        "Tue 10 Nov\n  mm  note  x\n  ll  note  x  on the agenda\n  kk  note  x\n"
    );
}

#[test]
fn growth_is_a_table_with_a_bar_a_month() {
    let mut list = list();
    for (start, day) in [("rr", "2026-08-04"), ("rs", "2026-08-11"), ("rt", "2026-10-06")] {
        list.entries.push(
            made(start, Kind::Win, "ana", day, "x")
                .themes(&["writing", "system-design"])
                .meeting(day),
        );
    }
    list.entries[10] = list.entries[10]
        .clone()
        .body(|b| (b.kind, b.tone) = (Kind::Feedback, Some(Tone::Praise)));
    let seen = query::growth(&list, date("2026-08-01"), date("2026-11-22"), None);
    assert_eq!(
        bare(&on(&list, "ana", |s| growth(s, &seen))),
        after_break(
            "
Growth, Sat 1 Aug to Sun 22 Nov, 1 meeting
  theme          entries  wins  feedback  actions      months  last
  system-design        4     2     +1 −0  0 of 1 done  █·▄▄    18 Nov
  writing              3     2     +1 −0  –            █·▄·    6 Oct
1 sealed, not counted
"
        )
    );
}

#[test]
fn conflicts_show_every_value_by_its_number() {
    let mut list = list();
    let row = |field: &str, alternative| Row {
        field: field.to_owned(),
        alternative,
    };
    list.entries[5].conflicts = vec![row("due", Alternative::of(None))];
    let entry = &list.entries[5];
    let value = |text: Option<&str>, by: Option<&str>| ValueFacts {
        value: text.map(str::to_owned),
        by: by.map(slug),
        ..ValueFacts::default()
    };
    let facts = |address: &str, entry, field: &str, values| ConflictFacts {
        address: address.to_owned(),
        entry,
        field: field.to_owned(),
        values,
    };
    let mut sealed = value(None, None);
    sealed.closed = true;
    sealed.visibility = Some(Visibility::Private);
    let all = [
        facts(
            "pp",
            Some(entry),
            "due",
            vec![value(Some("2026-11-20"), Some("ana")), value(None, Some("sam"))],
        ),
        facts("pp", Some(entry), "body", vec![sealed, value(Some("x"), None)]),
        facts(
            "pair",
            None,
            "cadence",
            vec![value(Some("1w"), None), value(Some("2w"), None)],
        ),
    ];
    assert_eq!(
        bare(&on(&list, "ana", |s| conflicts(s, &all))),
        after_break(
            "
  pp  action  Write the plan  overdue by 2 days · Ana · conflict
    due   1  2026-11-20  (shown, by Ana)
          2  (absent)  (by Sam)
    body  1  (sealed: your key does not open it)  (shown, private)
          2  x

  pair  pair.toml
    cadence  1  1w  (shown)
             2  2w
"
        )
    );
    assert_eq!(on(&list, "ana", |s| conflicts(s, &[])), "no conflicts\n");
}

#[test]
fn the_overview_says_what_to_do_next() {
    let mut list = list();
    list.pair.next = Some(date("2026-11-24"));
    let seen = query::overview(
        &list,
        &slug("ana"),
        at("2026-11-22T09:00:00Z"),
        date("2026-11-22"),
    );
    assert_eq!(
        bare(&on(&list, "ana", |s| overview(s, &seen))),
        after_break(
            "
Tuesday, in 2 days: yours 3, Sam's 2
Actions: 2 open, 1 yours, 1 overdue
Next: `oneonone actions --mine` shows what is overdue
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
        let listed = bare(&super::list(s, &[&list.entries[number]]));
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

#[test]
fn small_tables() {
    let reader = |who: &str, confidential, private, note: &str| ReaderRow {
        who: who.to_owned(),
        shared: Reads::Yes,
        confidential,
        private,
        note: note.to_owned(),
    };
    let rows = [
        reader("Ana", Reads::Yes, Reads::Own, "you"),
        reader("Sam Lee", Reads::Yes, Reads::Own, ""),
        reader("the host's admins", Reads::No, Reads::No, ""),
    ];
    assert_eq!(
        bare(&who(&rows, 72)),
        "                   shared  confidential  private
Ana                yes     yes           their own  you
Sam Lee            yes     yes           their own
the host's admins  yes     no            no
"
    );
    let facts = StatusFacts {
        branch: "main".to_owned(),
        ahead: 1,
        conflicts: 2,
        ..StatusFacts::default()
    };
    assert_eq!(bare(&status(&facts)), "main: 1 commit to send, 2 conflicts\n");
    assert_eq!(
        bare(&status(&StatusFacts {
            branch: "main".to_owned(),
            ..StatusFacts::default()
        })),
        "main: all is synced, as last seen\n"
    );
    let pair = |name: &str, problem: Option<&str>| PairFacts {
        name: name.to_owned(),
        dir: "/x".to_owned(),
        partner: "Ana".to_owned(),
        role: "manager".to_owned(),
        problem: problem.map(str::to_owned),
    };
    assert_eq!(
        pairs(&[pair("ana", None), pair("joe", Some("the folder is gone"))], 72),
        "ana  with Ana, you are the manager  /x\njoe  the folder is gone             /x\n"
    );
}
