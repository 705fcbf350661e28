//! Tables, conflicts and the overview.

use super::*;

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
        0,
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
