//! A pair opened for a use case: it runs, its remarks are said, and the entries that it wrote are shown.

use crate::app::{
    self, AppError, Attempt, NextMoved, PairClone, PairView, ReadSession, Remarks, Setting, Window,
    WriteSession,
};
use crate::model::{Date, Entry, EntryId, Home, MeetingKey, Visibility, one_or_many};
use crate::render::json::{self, EntryContext, JsonDocument};
use crate::render::{ConflictNotes, printable, text};
use crate::sync::{ReadScope, Wanted};

use super::words::{Telling, counted};
use super::{Context, Exit, Failure, Hint};

/// The answer to a write names no authors of values.
pub(super) static NO_NOTES: ConflictNotes = ConflictNotes::new();

impl Context {
    /// Opens a pair to answer a question.
    pub(super) fn read(
        &mut self,
        place: &PairClone,
        wanted: impl Fn(Home) -> bool,
    ) -> Result<ReadSession, Failure> {
        let session = ReadSession::open(self.setting(), place, wanted)?;
        Ok(self.opened(session))
    }

    /// Says the remarks of a pair that a use case opened.
    pub(super) fn opened(&mut self, session: ReadSession) -> ReadSession {
        self.tell(&session.view.remarks);
        session
    }

    /// Opens a pair to answer one question.
    pub(super) fn ask(&mut self, place: &PairClone, wanted: &Wanted<'_>) -> Result<ReadSession, Failure> {
        let session = ReadSession::ask(self.setting(), place, wanted)?;
        Ok(self.opened(session))
    }

    /// Runs a use case that needs no session; its remarks are said.
    pub(super) fn told<T, E: Into<Failure>>(
        &mut self,
        run: impl FnOnce(&Setting, &Remarks) -> Result<T, E>,
    ) -> Result<T, Failure> {
        let remarks = Remarks::default();
        let outcome = run(&self.setting, &remarks);
        self.tell(&remarks);
        outcome.map_err(Into::into)
    }

    /// The days that a person names; without words for it, the last one is `usual`.
    pub(super) fn window(
        &mut self,
        since: Option<&str>,
        until: Option<&str>,
        usual: Option<Date>,
    ) -> Result<Window, Failure> {
        self.told(|setting, remarks| Window::of(setting, remarks, since, until, usual))
    }

    /// Opens a pair to write in it, and runs a use case; its remarks are said.
    pub(super) fn write<T, E: Into<Failure>>(
        &mut self,
        place: &PairClone,
        run: impl FnOnce(&mut WriteSession) -> Result<T, E>,
    ) -> Result<(WriteSession, T), Failure> {
        self.write_knowing(place, ReadScope::Everything, run)
    }

    /// The same for a use case that needs to know some records alone.
    pub(super) fn write_knowing<T, E: Into<Failure>>(
        &mut self,
        place: &PairClone,
        read_scope: ReadScope,
        run: impl FnOnce(&mut WriteSession) -> Result<T, E>,
    ) -> Result<(WriteSession, T), Failure> {
        let mut session = WriteSession::open(&self.setting, place, read_scope)?;
        let outcome = run(&mut session);
        self.tell_as(&session.view.remarks, Telling::with(&session.view.ids));
        Ok((session, outcome.map_err(Into::into)?))
    }

    /// Says the remarks of a use case that opened the pair itself to write in it; its session and its outcome.
    pub(super) fn attempted<T>(&mut self, attempt: Attempt<T>) -> Result<(WriteSession, T), Failure> {
        let Attempt { session, outcome } = attempt;
        self.tell_as(&session.view.remarks, Telling::with(&session.view.ids));
        Ok((session, outcome?))
    }

    /// Runs a use case that writes entries, and shows them.
    pub(super) fn change(
        &mut self,
        run: impl FnOnce(&mut WriteSession) -> Result<Vec<EntryId>, AppError>,
    ) -> Result<Exit, Failure> {
        let place = self.place()?;
        let (session, ids) = self.write(&place, run)?;
        self.written(&session.view, &ids)
    }

    /// Says where entries were written and who can read them; as JSON where it was asked for, they are the answer.
    pub(super) fn written(&mut self, view: &PairView, ids: &[EntryId]) -> Result<Exit, Failure> {
        ids.iter().for_each(|id| self.echo(view, *id));
        let entries: Vec<_> = ids.iter().filter_map(|id| view.records.entry(*id)).collect();
        self.give_json(view, |scope| match entries.as_slice() {
            [only] => JsonDocument::entry(only, scope),
            several => JsonDocument::entries(several.iter().copied(), scope),
        })?;
        Ok(Exit::Done)
    }

    /// Says where an entry stands, and who can read it.
    pub(super) fn echo(&mut self, view: &PairView, id: EntryId) {
        if let Some(entry) = view.records.entry(id) {
            self.say_place(view, entry, &view.ids.short(id));
        }
    }

    /// Says where an entry stood that is gone.
    pub(super) fn say_removed(&mut self, view: &PairView, entry: &Entry) {
        self.say_place(view, entry, &format!("· removed {}", entry.id));
    }

    fn say_place(&mut self, view: &PairView, entry: &Entry, what: &str) {
        let line = text::echo(&self.screen(view), entry.home, entry.read_as());
        self.out.say(printable![line.trim_end(), " ", what]);
    }

    /// Says what happened to a meeting, and who can read its record.
    pub(super) fn say_meeting(&mut self, view: &PairView, key: MeetingKey, what: &str) {
        let echo = text::echo(&self.screen(view), Home::Meeting(key), Visibility::Shared);
        self.out.say(printable![echo.trim_end(), " · ", what]);
    }

    /// Names a meeting that nobody ended: what waits in it is in no list.
    pub(super) fn say_never_ended(&mut self, view: &PairView) {
        if let Some((key, waiting)) = app::never_ended(view) {
            let day = text::day(key.date, self.today);
            let (entries, wait) = (counted(waiting), one_or_many(waiting, "waits", "wait"));
            let why = format!("the meeting of {day} was never ended, and {entries} {wait} in it");
            self.out.hint(Hint::ours(["end"]).why(why));
        }
    }

    /// Says the agreed day of the next meeting, and who can read it.
    pub(super) fn say_next(&mut self, view: &PairView, moved: NextMoved) {
        let echo = text::echo_at(&self.screen(view), "next meeting", Visibility::Shared);
        let is = match moved.is {
            Some(date) => text::day(date, self.today),
            None => "no day is agreed on".to_owned(),
        };
        let was = moved.was.filter(|was| moved.is != Some(*was));
        let was = was.map(|was| format!(", before it was {}", text::day(was, self.today)));
        let was = was.unwrap_or_default();
        self.out.say(printable![echo.trim_end(), " · ", is, was]);
    }

    /// Gives the answer to a write, where JSON was asked for.
    pub(super) fn give_json<'a>(
        &mut self,
        view: &'a PairView,
        document: impl FnOnce(&EntryContext<'a>) -> JsonDocument<'a>,
    ) -> Result<(), Failure> {
        if !self.global.json {
            return Ok(());
        }
        let (pair, notes) = (view.name.as_str(), &NO_NOTES);
        self.out
            .data(&json::one(&document(&EntryContext { pair, notes })))
    }

    /// The member who looks and the terminal, for the renderer.
    pub(super) fn screen<'a>(&'a self, view: &'a PairView) -> text::Screen<'a> {
        text::Screen {
            pair: &view.records.pair,
            me: &view.me,
            names: &view.names,
            today: self.today,
            ids: &view.ids,
            width: self.width,
            named: self.out.pair(),
        }
    }
}
