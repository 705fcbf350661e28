//! A pair opened for a command: to answer a question, or to write.

use crate::git::Repository;
use crate::model::{Date, EntryId, Home, MeetingKey, Pair, Slug, State};
use crate::query::{IdError, Ids, Records, parse_until};
use crate::render::{json, text};
use crate::sync::{Address, Conflict, Reader, View, ViewError, conflicts};

use super::context::{Context, Place};
use super::error::{Failure, unresolved};
use super::hint::Hint;
use super::words::conflicts as notes;

/// A pair read to answer a question.
pub(super) struct Reading {
    pub(super) name: String,
    pub(super) repo: Repository,
    pub(super) records: Records,
    pub(super) ids: Ids,
    reader: Reader,
    me: Option<Slug>,
}

impl Reading {
    /// Reads the records of homes that `wanted` accepts, and says what was skipped.
    pub(super) fn open(
        context: &mut Context,
        place: &Place,
        wanted: impl Fn(Home) -> bool,
    ) -> Result<Self, Failure> {
        let repo = Repository::open(&place.dir)?;
        let reader = Reader::open(&repo, &context.environment(), wanted)?;
        for problem in &reader.skipped {
            context.out.warn(format!("skipped {problem}"));
        }
        if !reader.skipped.is_empty() {
            context
                .out
                .hint(Hint::ours(["check"]).why("see what is wrong, and the fix"));
        }
        let View {
            entries,
            meetings,
            closed,
            ..
        } = reader.view();
        if closed.values().any(|e| *e == ViewError::NoIdentity) {
            context
                .out
                .warn("sealed entries stay closed: there is no identity that could be read on this machine");
        }
        let records = Records {
            pair: reader.pair.clone(),
            entries,
            meetings,
        };
        let ids = Ids::new(&records, context.now);
        let known = context.registry()?.at(&place.dir).and_then(|p| p.me.parse().ok());
        let me = known.filter(|me: &Slug| reader.pair.member(me.as_str()).is_some());
        let name = name_of(place, &reader.pair, me.as_ref());
        Ok(Self {
            name,
            repo,
            records,
            ids,

            reader,
            me,
        })
    }

    /// Which member I am. Somebody with a clone and no seat reads as the report does.
    pub(super) fn me(&self) -> Slug {
        let me = self
            .me
            .clone()
            .or_else(|| self.reader.keys.me(&self.records.pair));
        me.unwrap_or_else(|| self.records.pair.report.slug.clone())
    }

    /// Which member I am, by my key; none for somebody with no seat.
    pub(super) fn seat(&self) -> Option<Slug> {
        self.reader.keys.me(&self.records.pair)
    }

    /// My keys and pins.
    pub(super) fn keys(&self) -> &crate::sync::Keys {
        &self.reader.keys
    }

    /// The records as they stand.
    pub(super) fn state(&self) -> &State {
        &self.reader.loaded.state
    }

    /// The entry that a person typed.
    pub(super) fn resolve(&self, typed: &str) -> Result<EntryId, Failure> {
        resolve(&self.ids, &self.records, typed)
    }

    /// Who wrote the values of conflicts, for those entries that have one.
    pub(super) fn notes(&self) -> Result<crate::render::Notes, Failure> {
        Ok(notes::of_conflicts(&self.repo, &self.records, self.state())?)
    }

    /// The same, where the answer has a place for them: JSON names the author of every value.
    pub(super) fn notes_for(&self, context: &Context) -> Result<crate::render::Notes, Failure> {
        if context.global.json {
            self.notes()
        } else {
            Ok(crate::render::Notes::new())
        }
    }

    /// The pair, for JSON.
    pub(super) fn scope<'a>(&'a self, notes: &'a crate::render::Notes) -> json::Scope<'a> {
        json::Scope {
            pair: &self.name,
            notes,
        }
    }

    /// The conflicts that stand, heads of records and the pair included.
    pub(super) fn conflicts(&self) -> Vec<Conflict> {
        conflicts(self.state(), &self.records.pair, self.keys())
    }

    /// How many entries, heads and settings have a conflict.
    pub(super) fn conflicted(&self) -> usize {
        let all: std::collections::BTreeSet<Address> = self.conflicts().iter().map(|c| c.at).collect();
        all.len()
    }
}

/// Who looks, for what people read.
pub(super) fn screen<'a>(
    context: &'a Context,
    pair: &'a Pair,
    me: &'a Slug,
    ids: &'a Ids,
) -> text::Screen<'a> {
    text::Screen {
        pair,
        me,
        today: context.today,
        ids,
        width: context.width,
        named: context.out.pair(),
    }
}

/// Whether a word is meant as an id: it names an entry, or is no day either.
pub(super) fn names_entry(ids: &Ids, word: &str, today: Date) -> bool {
    match ids.resolve(word) {
        Ok(_) | Err(IdError::Ambiguous(_)) => true,
        Err(_) => word.parse::<MeetingKey>().is_err() && parse_until(word, today).is_err(),
    }
}

fn name_of(place: &Place, pair: &Pair, me: Option<&Slug>) -> String {
    match (&place.name, me) {
        (Some(name), _) => name.clone(),
        (None, Some(me)) => pair.partner_of(me).slug.to_string(),
        (None, None) => pair.report.slug.to_string(),
    }
}

fn resolve(ids: &Ids, records: &Records, typed: &str) -> Result<EntryId, Failure> {
    let line = |id: EntryId| {
        let body = records.entry(id).and_then(|e| e.body.as_ref());
        let text = body.map_or("(sealed)", |b| b.text.as_str());
        let first: String = text.lines().next().unwrap_or_default().chars().take(70).collect();
        format!("{}  {first}", ids.short(id))
    };
    ids.resolve(typed).map_err(|e| unresolved(typed, &e, line))
}

/// The meeting that a person names by its day, or by its key where there were two.
pub(super) fn meeting_of(
    context: &mut Context,
    records: &Records,
    words: &str,
) -> Result<MeetingKey, Failure> {
    let key = match words.parse::<MeetingKey>() {
        Ok(key) => key,
        Err(_) => {
            let date = parse_until(words, context.today)?;
            context.out.say(format!("the meeting of {date}"));
            MeetingKey::first(date)
        }
    };
    match records.meeting(key) {
        Some(_) => Ok(key),
        None => Err(crate::app::AppError::NoMeeting(key).into()),
    }
}
