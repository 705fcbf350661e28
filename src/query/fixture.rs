//! Records for tests, in one line each.

use crate::model::{
    ActionState, Body, Date, Entry, EntryId, Home, Instant, Kind, Meeting, MeetingStatus, Member, Pair, Role,
    Slug, Visibility, parse_date_text, parse_instant_text,
};
use crate::query::Records;

pub(crate) fn date(text: &str) -> Date {
    parse_date_text(text).unwrap()
}

pub(crate) fn at(text: &str) -> Instant {
    parse_instant_text(text).unwrap()
}

pub(crate) fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

/// An id that begins with the letters given.
pub(crate) fn id(start: &str) -> EntryId {
    format!("{start:k<12}").parse().unwrap()
}

pub(crate) fn pair() -> Pair {
    let member = |name: &str, slug: &str, role| Member {
        slug: slug.parse().unwrap(),
        role,
        name: name.to_owned(),
        keys: vec![format!("age1{slug}")],
    };
    Pair {
        format: 1,
        id: id("pzzz"),
        manager: member("Sam Lee", "sam", Role::Manager),
        report: member("Ana", "ana", Role::Report),
        cadence: "1w".parse().unwrap(),
        next: None,
    }
}

pub(crate) fn records(entries: Vec<Entry>, meetings: Vec<Meeting>) -> Records {
    Records {
        pair: pair(),
        entries,
        meetings,
    }
}

/// A meeting held from ten o'clock for half an hour.
pub(crate) fn held(key: &str) -> Meeting {
    let day = &key[..10];
    Meeting {
        key: key.parse().unwrap(),
        status: MeetingStatus::Held,
        started: Some(at(&format!("{day}T10:00:00Z"))),
        ended: Some(at(&format!("{day}T10:30:00Z"))),
        agenda: None,
    }
}

pub(crate) fn skipped(key: &str) -> Meeting {
    Meeting {
        key: key.parse().unwrap(),
        status: MeetingStatus::Skipped,
        started: None,
        ended: None,
        agenda: None,
    }
}

/// A shared entry on the agenda, written at nine o'clock of the day given.
pub(crate) fn entry(start: &str, kind: Kind, by: &str, day: &str, text: &str) -> Entry {
    let action = kind == Kind::Action;
    Entry {
        id: id(start),
        home: Home::Agenda,
        by: slug(by),
        at: at(&format!("{day}T09:00:00Z")),
        carried: 0,
        visibility: Visibility::Shared,
        in_clear: false,
        body: Some(Body {
            kind,
            text: text.to_owned(),
            owner: action.then(|| slug(by)),
            state: action.then_some(ActionState::Open),
            ..Body::default()
        }),
        conflicts: Vec::new(),
        body_conflict: false,
    }
}

pub(crate) trait With: Sized {
    fn meeting(self, key: &str) -> Self;
    fn body(self, change: impl FnOnce(&mut Body)) -> Self;
    fn themes(self, themes: &[&str]) -> Self {
        self.body(|b| b.themes = themes.iter().map(|t| slug(t)).collect())
    }
    fn due(self, day: &str) -> Self {
        self.body(|b| b.due = Some(date(day)))
    }
    fn state(self, state: ActionState) -> Self {
        self.body(|b| b.state = Some(state))
    }
    fn re(self, start: &str) -> Self {
        self.body(|b| b.re = Some(id(start)))
    }
    fn sealed(self, visibility: Visibility) -> Self;
    fn unopened(self, visibility: Visibility) -> Self;
}

impl With for Entry {
    fn meeting(mut self, key: &str) -> Self {
        self.home = Home::Meeting(key.parse().unwrap());
        self
    }

    fn body(mut self, change: impl FnOnce(&mut Body)) -> Self {
        change(self.body.as_mut().unwrap());
        self
    }

    fn sealed(mut self, visibility: Visibility) -> Self {
        self.visibility = visibility;
        self
    }

    fn unopened(mut self, visibility: Visibility) -> Self {
        self.visibility = visibility;
        self.body = None;
        self
    }
}
