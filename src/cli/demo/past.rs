//! The weeks as they went by, a commit for each step: what the two wrote down, their meetings, what they did between.

use std::collections::BTreeSet;

use chrono::{Datelike, Duration};

use crate::app::{self, EntryFields, Setting};
use crate::cli::error::Failure;
use crate::git::{CommitId, Repository, mode};
use crate::model::{
    ActionState, EntryId, Home, Instant, MeetingKey, Placed, RecordPath, Role, Seat, State, Table,
    Visibility, new_pair, theme_of_words,
};
use crate::query::{Records, carry};
use crate::sync::{Environment, SyncError, change_words, create, view};

use super::calendar::{Calendar, working_day};
use super::people::Demo;
use super::story::{Story, StoryLine};

/// Everything up to now. No workspace is opened for a commit: two hundred of them would wait for the disk too long.
pub(super) struct DemoHistory<'a> {
    demo: &'a Demo,
    repo: &'a Repository,
    setting: &'a Setting,
    calendar: Calendar,
    state: State,
    /// The state of the last commit.
    committed: State,
    /// The homes with entries that changed since the last commit.
    dirty: BTreeSet<Home>,
    tip: CommitId,
    /// The time of the last commit.
    last: Instant,
    /// The events that are still to happen, in no order.
    to_come: Vec<Event<'a>>,
    /// The entries that wait for a meeting, and for how many there will be no time for them.
    waiting: Vec<(Event<'a>, u32)>,
}

/// The author of an entry writes it, or closes it.
#[derive(Clone, Copy)]
struct Event<'a> {
    at: Instant,
    closes: Option<ActionState>,
    id: EntryId,
    line: &'a StoryLine,
    /// Where it is written.
    home: Home,
    visibility: Visibility,
    re: Option<EntryId>,
}

impl<'a> DemoHistory<'a> {
    /// Begins the pair: the manager makes it, the report takes the open seat.
    pub(super) fn begin(
        demo: &'a Demo,
        repo: &'a Repository,
        setting: &'a Setting,
        weeks: usize,
    ) -> Result<Self, Failure> {
        let mut calendar = Calendar::new(setting.today, setting.now());
        let first = calendar.weeks_ago(weeks);
        let environment = Environment {
            now: calendar.moment(first, -7),
            ..setting.environment.clone()
        };
        let (id, sam, ana) = (demo.pair.id, &demo.manager.seat, &demo.report.seat);
        let keys = Vec::new();
        let committed = new_pair(id, sam, &Seat { keys, ..ana.clone() });
        let mut past = Self {
            demo,
            repo,
            setting,
            state: new_pair(id, sam, ana),
            dirty: BTreeSet::new(),
            tip: create(repo, &environment, &committed, &sam.slug)?,
            committed,
            last: environment.now,
            to_come: Vec::new(),
            waiting: Vec::new(),
            calendar,
        };
        let joined = past.calendar.moment(first, -6);
        past.commit(Role::Report, joined, Some("take a seat"))?;
        Ok(past)
    }

    /// Lets every week of the story go by, and the days since the last meeting. Returns the last commit.
    pub(super) fn tell(mut self, story: &'a Story) -> Result<CommitId, Failure> {
        for (number, week) in story.weeks.iter().enumerate() {
            let left = story.weeks.len() - number;
            let key = MeetingKey::first(self.calendar.weeks_ago(left));
            let (started, ended) = self.calendar.meeting(key.date);
            self.prepare(key, week.lines.iter().filter(|line| line.is_prepared()));
            self.until(started)?;
            let records = self.records(Home::Agenda);
            if week.skipped {
                app::skip_meeting(&records, &mut self.state, key);
                self.commit(Role::Manager, started, Some("skip a meeting"))?;
                continue;
            }
            app::begin_meeting(&records, &mut self.state, key, started);
            self.commit(Role::Manager, started, Some("start a meeting"))?;
            self.meet(key, &week.lines, (started, ended));
            self.until(ended)?;
            let records = self.records(Home::Meeting(key));
            let carried = records.meeting(key).map(|meeting| carry(&records, meeting));
            let carried = carried.unwrap_or_default();
            // In this story only open entries go back: none is to be opened again.
            let open_again = |_: &mut State, _, _: fn(&mut Table)| Err(SyncError::OwnFault);
            app::end_meeting(&records, &mut self.state, key, ended, &carried, open_again)?;
            app::agree_next(&mut self.state, self.calendar.weeks_ago(left - 1));
            self.commit(Role::Manager, ended, Some("end a meeting"))?;
        }
        let next = MeetingKey::first(self.calendar.weeks_ago(0));
        self.prepare(next, story.waiting.iter());
        self.until(self.setting.now())?;
        Ok(self.tip)
    }

    /// Plans the entries that the two write in the days before a meeting, most of them on the last day.
    fn prepare(&mut self, key: MeetingKey, lines: impl Iterator<Item = &'a StoryLine>) {
        for (line, days) in lines.zip([-1, -2, -1, -3, -1, -2].into_iter().cycle()) {
            let at = self.calendar.moment(key.date, days);
            let note = self.note(line, Home::Agenda, None);
            self.to_come.push(Event { at, ..note });
            self.waiting.push((note, line.carried));
        }
    }

    /// Plans a meeting: the entries that waited are talked about, others follow from them, and actions are done later.
    fn meet(&mut self, key: MeetingKey, lines: &'a [StoryLine], (started, ended): (Instant, Instant)) {
        let home = Home::Meeting(key);
        let talked = self.waiting.extract_if(.., |(_, meetings)| *meetings == 0);
        let mut talked: Vec<_> = talked.map(|(note, _)| note).collect();
        self.waiting.iter_mut().for_each(|(_, meetings)| *meetings -= 1);
        let mut noted = Vec::new();
        for from in &talked {
            self.follow(&from.line.then, home, Some(from), &mut noted);
        }
        self.follow(
            lines.iter().filter(|line| !line.is_prepared()),
            home,
            None,
            &mut noted,
        );
        let step = (ended - started) / i32::try_from(noted.len() + 2).unwrap_or(i32::MAX);
        let mut at = started;
        for note in &noted {
            at += step;
            self.to_come.push(Event { at, ..*note });
            if let Some((state, days)) = note.line.closed() {
                // Not before it was written down.
                let at = self.calendar.moment(key.date, days).max(at);
                let closes = Some(state);
                self.to_come.push(Event { at, closes, ..*note });
            }
        }
        let (at, closes) = (at + step, Some(ActionState::Done));
        talked.append(&mut noted);
        talked.retain(|note| note.line.is_done_when_talked_about(note.re.is_some()));
        self.to_come
            .extend(talked.into_iter().map(|note| Event { at, closes, ..note }));
    }

    /// Notes lines that follow from an entry, each before those that follow from it.
    fn follow(
        &self,
        lines: impl IntoIterator<Item = &'a StoryLine>,
        home: Home,
        from: Option<&Event<'a>>,
        noted: &mut Vec<Event<'a>>,
    ) {
        for line in lines {
            let note = self.note(line, home, from);
            noted.push(note);
            self.follow(&line.then, home, Some(&note), noted);
        }
    }

    /// A line to be written, at no time yet.
    fn note(&self, line: &'a StoryLine, home: Home, from: Option<&Event<'a>>) -> Event<'a> {
        let usual = line.visibility(from.is_some());
        Event {
            at: Instant::default(),
            closes: None,
            id: (self.setting.environment.new_id)(),
            line,
            home,
            // An entry is never read by more people than the one that it follows from.
            visibility: from.map_or(usual, |from| from.visibility.min(usual)),
            re: from.map(|from| from.id),
        }
    }

    /// Lets the events before a time happen: a commit for what one of the two did on two days.
    fn until(&mut self, end: Instant) -> Result<(), Failure> {
        let due = self.to_come.extract_if(.., |event| event.at < end);
        let mut due: Vec<_> = due.collect();
        let turn = |event: &Event<'_>| (event.at.num_days_from_ce() / 2, event.line.who());
        due.sort_by_key(|event| (turn(event), event.at));
        for events in due.chunk_by(|a, b| turn(a) == turn(b)) {
            events.iter().try_for_each(|event| self.happen(event))?;
            if let Some(last) = events.last() {
                self.commit(last.line.who(), last.at, None)?;
            }
        }
        Ok(())
    }

    /// Writes or closes an entry, sealed where it must be.
    fn happen(&mut self, event: &Event<'a>) -> Result<(), Failure> {
        let Event { id, visibility, .. } = *event;
        let (pair, keys) = (&self.demo.pair, &self.demo.get(event.line.who()).keys);
        let known = self.state.entries.get(&id).cloned();
        let mut placed = known.unwrap_or_else(|| self.written(event));
        let content = keys.content(pair, id, &placed);
        let (_, mut content) = content.map_err(|_| SyncError::NotAMember)?;
        if let Some(state) = event.closes {
            app::close_entry(content.table_mut(), state, event.at);
        }
        placed.entry = match visibility.is_sealed() {
            true => keys.sealed_entry(pair, id, &placed.entry, visibility, &content)?,
            false => content.in_clear(&placed.entry),
        };
        self.dirty.insert(placed.home);
        self.state.entries.insert(id, placed);
        Ok(())
    }

    /// A new entry, all of it in clear.
    fn written(&self, event: &Event<'a>) -> Placed {
        let Event {
            at, line, home, re, ..
        } = *event;
        let fields = EntryFields {
            themes: line.on.iter().filter_map(|on| theme_of_words(on)).collect(),
            due: match home {
                Home::Meeting(key) => line.due.map(|days| working_day(key.date, days)),
                Home::Agenda => None,
            },
            tone: line.tone,
            re,
            ..EntryFields::default()
        };
        let mut entry = Table::default();
        entry.set("id", event.id.to_string());
        entry.set("text", line.text());
        let author = &self.demo.get(line.who()).seat.slug;
        fields.complete(&mut entry, line.kind(re.is_some()), author, at);
        Placed { home, entry }
    }

    /// The records as the manager sees them, with the entries of one home.
    fn records(&self, home: Home) -> Records {
        let (pair, keys) = (&self.demo.pair, &self.demo.manager.keys);
        let view = view(&self.state, pair, keys, |of| of == home);
        Records {
            pair: pair.clone(),
            entries: view.entries,
            meetings: view.meetings,
        }
    }

    /// Commits the pair, the agenda, the last meeting, and the records with other entries that changed.
    fn commit(&mut self, who: Role, at: Instant, message: Option<&str>) -> Result<(), Failure> {
        let meetings = self.state.meetings.keys().next_back().copied();
        let mut homes = std::mem::take(&mut self.dirty);
        homes.extend(meetings.map(Home::Meeting).into_iter().chain([Home::Agenda]));
        let records = homes.into_iter().map(RecordPath::Home).chain([RecordPath::Pair]);
        let mut changes = Vec::new();
        for record in records {
            let bytes = self.state.record(record).unwrap_or_default();
            changes.push((record.path(), Some((mode::FILE, self.repo.write_blob(&bytes)?))));
        }
        let tree = self
            .repo
            .write_tree(Some(self.repo.tree_of(self.tip)?), &changes)?;
        // A clock that is behind the last commit's is a second ahead of it.
        self.last = at.max(self.last + Duration::seconds(1));
        let author = self.demo.get(who).signature(self.last);
        let words = message.map_or_else(|| change_words(&self.committed, &self.state), str::to_owned);
        self.tip = self
            .repo
            .write_commit(tree, &[self.tip], &format!("{words}\n"), &author, &author)?;
        self.committed.clone_from(&self.state);
        Ok(())
    }
}
