//! Lists of entries: the agenda, actions, the log.

use super::*;

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
