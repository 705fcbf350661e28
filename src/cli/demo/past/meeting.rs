//! One meeting: what waited is talked about, what follows is written down.

use crate::cli::error::Failure;
use crate::model::{ActionState, EntryId, Home, Instant, Kind, MeetingKey, Visibility, date_value};

use super::super::calendar::working_day;
use super::super::story::{Line, Who};
use super::{Event, Past, Waiting, What};

/// An entry that is written down in a meeting.
struct Noted<'a> {
    id: EntryId,
    line: &'a Line,
    kind: Kind,
    visibility: Visibility,
    at: Instant,
    /// What it follows from.
    re: Option<EntryId>,
}

impl<'a> Past<'a> {
    /// The meeting itself: what waited is talked about, what follows is written down.
    pub(super) fn meet(
        &mut self,
        key: MeetingKey,
        lines: &'a [Line],
        (started, ended): (Instant, Instant),
        scribe: Who,
    ) -> Result<(), Failure> {
        let (talked, left): (Vec<_>, Vec<_>) = std::mem::take(&mut self.waiting)
            .into_iter()
            .partition(|w| w.carried >= w.line.carried);
        self.waiting = left;
        let mut noted = Vec::new();
        for waiting in &talked {
            self.note_all(
                &waiting.line.then,
                Some((waiting.id, waiting.visibility)),
                &mut noted,
            );
        }
        for line in lines.iter().filter(|l| !l.beforehand()) {
            self.note(line, None, &mut noted);
        }
        let step = (ended - started) / i32::try_from(noted.len() + 2).unwrap_or(i32::MAX);
        let mut at = started;
        for entry in &mut noted {
            at += step;
            entry.at = at;
        }
        for who in [scribe, scribe.other()] {
            let mut last = started + step;
            for entry in noted.iter().filter(|n| n.line.author() == who) {
                self.add(key, entry)?;
                last = last.max(entry.at);
            }
            for waiting in &talked {
                let private = waiting.visibility == Visibility::Private;
                let mine = if private { waiting.line.author() } else { scribe };
                if mine == who {
                    self.talked_about(key, waiting, &noted, last)?;
                }
            }
            self.commit(who, last, None)?;
        }
        Ok(())
    }

    fn note_all(&mut self, lines: &'a [Line], re: Option<(EntryId, Visibility)>, noted: &mut Vec<Noted<'a>>) {
        for line in lines {
            self.note(line, re, noted);
        }
    }

    fn note(&mut self, line: &'a Line, re: Option<(EntryId, Visibility)>, noted: &mut Vec<Noted<'a>>) {
        let id = (self.new_id)();
        let kind = line.kind(re.is_some());
        let usual = line.visibility(kind);
        // What follows from an entry is never read by more people than that entry.
        let visibility = re.map_or(usual, |(_, followed)| followed.min(usual));
        noted.push(Noted {
            id,
            line,
            kind,
            visibility,
            at: self.now,
            re: re.map(|(id, _)| id),
        });
        self.note_all(&line.then, Some((id, visibility)), noted);
    }

    fn add(&mut self, key: MeetingKey, entry: &Noted<'a>) -> Result<(), Failure> {
        let line = entry.line;
        let mut table = self.table(entry.id, line, entry.kind, entry.at);
        if let Some(re) = entry.re {
            table.set("re", re.to_string());
        }
        if entry.kind == Kind::Action {
            let owner = &self.history.people().get(line.whose()).slug;
            table.set("owner", owner.as_str());
            table.set("state", ActionState::Open.as_str());
            if let Some(days) = line.due {
                table.set("due", date_value(working_day(key.date, days)));
            }
            let closed = line.done.map(|days| (days, ActionState::Done));
            if let Some((days, state)) = closed.or(line.dropped.map(|days| (days, ActionState::Dropped))) {
                self.told += 1;
                let day = working_day(key.date, days);
                self.to_come.push(Event {
                    // Not before it was written down.
                    at: self.calendar.moment(day, self.told).max(entry.at),
                    who: line.whose(),
                    what: What::Close(entry.id, state),
                });
            }
        }
        self.history
            .add(entry.id, Home::Meeting(key), table, entry.visibility)
    }

    /// An entry that was talked about is done where nothing follows from it; so is a concern.
    fn talked_about(
        &mut self,
        key: MeetingKey,
        waiting: &Waiting<'a>,
        noted: &[Noted<'a>],
        at: Instant,
    ) -> Result<(), Failure> {
        if waiting.visibility == Visibility::Private {
            self.history
                .place(waiting.id, Home::Meeting(key), waiting.carried);
        }
        let followed = noted.iter().any(|n| n.re == Some(waiting.id));
        match waiting.line.kind(false) {
            Kind::Update | Kind::Win => Ok(()),
            Kind::Concern => self.history.close(waiting.id, ActionState::Done, at),
            _ if followed => Ok(()),
            _ => self.history.close(waiting.id, ActionState::Done, at),
        }
    }
}
