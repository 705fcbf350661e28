//! The weeks as they went by: what was written beforehand, the meeting, what was done in between.

mod meeting;

use chrono::Duration;

use crate::cli::error::Failure;
use crate::model::{
    ActionState, Date, EntryId, Home, Instant, Kind, MeetingKey, MeetingStatus, Table, Value, Visibility,
    date_value, instant_value, theme_of_words,
};

use super::calendar::{Calendar, working_day, working_days_after};
use super::history::History;
use super::story::{Line, Story, Who};

/// Everything up to now.
pub(super) struct Past<'a> {
    history: History<'a>,
    calendar: Calendar,
    now: Instant,
    new_id: fn() -> EntryId,
    /// What is still to happen, in no order.
    to_come: Vec<Event<'a>>,
    /// What waits for a meeting.
    waiting: Vec<Waiting<'a>>,
    /// How many lines were told.
    told: u64,
}

/// Something that one of the two does on their own.
struct Event<'a> {
    at: Instant,
    who: Who,
    what: What<'a>,
}

enum What<'a> {
    Write(&'a Line),
    Close(EntryId, ActionState),
}

#[derive(Clone, Copy)]
struct Waiting<'a> {
    id: EntryId,
    line: &'a Line,
    visibility: Visibility,
    /// How often it was carried.
    carried: u32,
}

impl<'a> Past<'a> {
    pub(super) fn new(
        history: History<'a>,
        calendar: Calendar,
        now: Instant,
        new_id: fn() -> EntryId,
    ) -> Self {
        Self {
            history,
            calendar,
            now,
            new_id,
            to_come: Vec::new(),
            waiting: Vec::new(),
            told: 0,
        }
    }

    /// Lets every week of the story go by, and the days since the last meeting.
    pub(super) fn tell(mut self, story: &'a Story) -> Result<History<'a>, Failure> {
        for (number, week) in story.weeks.iter().enumerate() {
            let date = self.calendar.weeks_ago(story.weeks.len() - number);
            self.beforehand(date, week.lines.iter().filter(|l| l.beforehand()));
            let (started, ended) = self.calendar.meeting(date);
            self.until(started)?;
            let key = MeetingKey::first(date);
            if week.skipped {
                self.skip(key)?;
                continue;
            }
            // They take turns in writing down.
            let scribe = if number % 2 == 0 {
                Who::Manager
            } else {
                Who::Report
            };
            self.start(key, started)?;
            self.meet(key, &week.lines, (started, ended), scribe)?;
            self.end(
                key,
                ended,
                self.calendar.weeks_ago(story.weeks.len() - number - 1),
            )?;
        }
        self.beforehand(self.calendar.next(), story.waiting.iter());
        self.until(self.now)?;
        Ok(self.history)
    }

    /// Plans what is written in the days before a meeting.
    fn beforehand(&mut self, meeting: Date, lines: impl Iterator<Item = &'a Line>) {
        for line in lines {
            self.told += 1;
            // Most of it on the day before.
            let days = match self.told % 6 {
                3 => -3,
                1 | 5 => -2,
                _ => -1,
            };
            let day = working_days_after(meeting, days);
            self.to_come.push(Event {
                at: self.calendar.moment(day, self.told),
                who: line.author(),
                what: What::Write(line),
            });
        }
    }

    /// Lets happen what was planned before a time: a commit for what one of the two did on a day or two.
    fn until(&mut self, end: Instant) -> Result<(), Failure> {
        let (mut due, later) = std::mem::take(&mut self.to_come)
            .into_iter()
            .partition::<Vec<_>, _>(|event| event.at < end);
        self.to_come = later;
        due.sort_by_key(|event| event.at);
        let mut due = due.into_iter().peekable();
        while let Some(first) = due.peek().map(|event| event.at) {
            let some_days = first + Duration::hours(50);
            let mut now = Vec::new();
            while let Some(event) = due.next_if(|event| event.at < some_days) {
                now.push(event);
            }
            let last = |who| now.iter().filter(|e| e.who == who).map(|e| e.at).max();
            let mut turns = [Who::Manager, Who::Report].map(|who| (last(who), who));
            turns.sort_by_key(|(last, _)| *last);
            for (at, who) in turns {
                for event in now.iter().filter(|event| event.who == who) {
                    match event.what {
                        What::Write(line) => self.write(line, event.at)?,
                        What::Close(id, state) => self.history.close(id, state, event.at)?,
                    }
                }
                self.commit(who, at.unwrap_or(first), None)?;
            }
        }
        Ok(())
    }

    fn write(&mut self, line: &'a Line, at: Instant) -> Result<(), Failure> {
        let id = (self.new_id)();
        let kind = line.kind(false);
        let visibility = line.visibility(kind);
        let table = self.table(id, line, kind, at);
        self.history.add(id, Home::Agenda, table, visibility)?;
        self.waiting.push(Waiting {
            id,
            line,
            visibility,
            carried: 0,
        });
        Ok(())
    }

    fn skip(&mut self, key: MeetingKey) -> Result<(), Failure> {
        let head = self.history.head(key);
        head.set("date", date_value(key.date));
        head.set("status", MeetingStatus::Skipped.as_str());
        self.history.agree(date_value(working_day(key.date, 7)));
        let at = self.calendar.moment(key.date, self.told);
        self.commit(Who::Manager, at, Some(format!("skip the meeting of {key}")))
    }

    fn start(&mut self, key: MeetingKey, started: Instant) -> Result<(), Failure> {
        let head = self.history.head(key);
        head.set("date", date_value(key.date));
        head.set("status", MeetingStatus::Held.as_str());
        head.set("started", instant_value(started));
        for waiting in &self.waiting {
            if waiting.visibility != Visibility::Private {
                self.history
                    .place(waiting.id, Home::Meeting(key), waiting.carried);
            }
        }
        self.commit(Who::Manager, started, Some(format!("start the meeting of {key}")))
    }

    fn end(&mut self, key: MeetingKey, ended: Instant, next: Date) -> Result<(), Failure> {
        self.history.head(key).set("ended", instant_value(ended));
        for waiting in &mut self.waiting {
            if waiting.visibility != Visibility::Private {
                waiting.carried += 1;
                self.history.place(waiting.id, Home::Agenda, waiting.carried);
            }
        }
        self.history.agree(date_value(next));
        self.commit(Who::Manager, ended, Some(format!("end the meeting of {key}")))
    }

    fn commit(&mut self, who: Who, at: Instant, message: impl Into<Option<String>>) -> Result<(), Failure> {
        let person = self.history.people().get(who);
        self.history.commit(person, at, message.into().as_deref())
    }

    fn table(&self, id: EntryId, line: &Line, kind: Kind, at: Instant) -> Table {
        let mut table = Table::default();
        table.set("id", id.to_string());
        table.set("kind", kind.as_str());
        let author = &self.history.people().get(line.author()).slug;
        table.set("by", author.as_str());
        table.set("at", instant_value(at));
        table.set("text", line.text());
        let themes: Vec<Value> = line
            .on
            .iter()
            .filter_map(|words| Some(Value::from(theme_of_words(words)?.as_str())))
            .collect();
        if !themes.is_empty() {
            table.set("themes", Value::Array(themes));
        }
        if let Some(tone) = line.tone {
            table.set("tone", tone.as_str());
        }
        table
    }
}
