mod entries;
mod lists;
mod tables;

use super::*;
use crate::model::{ActionState, Alternative, Entry, Home, Kind, Row, Tone};
use crate::query::fixture::{With, at, date, entry as made, held, records, slug};
use crate::query::{self, ActionFilter, Filter, Records};
use crate::render::{ConflictFacts, ConflictNotes, PairFacts, StatusFacts, ValueFacts};

/// Without the styles, as where they are not shown.
fn bare(text: &Printable) -> String {
    anstream::adapter::strip_str(text.as_str()).to_string()
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
