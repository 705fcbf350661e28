//! Answers in the three forms, of one pair or of every pair known (docs/command-line.md#all-pairs).

use crate::app::{self, AppError, PairClone, PairView, ReadSession};
use crate::model::Entry;
use crate::query::Name;
use crate::render::json::{self, EntryContext, JsonDocument};
use crate::render::text::{self, Screen};
use crate::render::{ConflictNotes, Printable, printable};

use super::{Context, Exit, Failure, output::About, words::conflicts::of_conflicts};

impl Context {
    /// An answer in the form that is wanted: JSON where it was asked for, words at a terminal, rows in a pipe. With `--all`
    /// JSON and rows name the pair.
    pub(super) fn in_form<'a>(
        &self,
        json: impl FnOnce() -> JsonDocument<'a>,
        rows: impl FnOnce(Option<&str>) -> Printable,
        words: impl FnOnce() -> Printable,
    ) -> Printable {
        let pair = self.out.about.as_ref().map(|about| about.name.as_str());
        match pair {
            _ if !self.global.json && self.to_terminal => words(),
            _ if !self.global.json => rows(pair),
            Some(pair) => json::of_pair(pair, &json()),
            None => json::one(&json()),
        }
    }

    /// The same about a pair that was opened.
    pub(super) fn pair_form<'a>(
        &'a self,
        view: &'a PairView,
        notes: &'a ConflictNotes,
        json: impl FnOnce(&EntryContext<'a>) -> JsonDocument<'a>,
        rows: impl FnOnce(Option<&str>) -> Printable,
        words: impl FnOnce(&Screen<'a>) -> Printable,
    ) -> Printable {
        let pair = view.name.as_str();
        self.in_form(
            || json(&EntryContext { pair, notes }),
            rows,
            || words(&self.screen(view)),
        )
    }

    /// Who wrote the values of conflicts. JSON names them; history is asked only where a conflict is shown.
    pub(super) fn authors<'a>(
        &self,
        session: &ReadSession,
        shown: impl IntoIterator<Item = &'a Entry>,
    ) -> Result<ConflictNotes, Failure> {
        match self.global.json && shown.into_iter().any(Entry::has_conflict) {
            true => Ok(of_conflicts(session)?),
            false => Ok(ConflictNotes::new()),
        }
    }

    /// The other member of a pair as they are called, if the first word of the name would not tell them from others.
    pub(super) fn namesake(&self, place: &PairClone) -> Result<Option<String>, Failure> {
        let names = app::partner_names(&self.setting().acquaintances()?.partners);
        let name = place.name.as_deref().and_then(|pair| called(pair, &names));
        Ok(name.map(str::to_owned))
    }

    /// Answers for the pair that is meant, or for all of them.
    pub(super) fn answer(
        &mut self,
        all: bool,
        mut ask: impl FnMut(&mut Self, &PairClone) -> Result<Printable, Failure>,
    ) -> Result<Exit, Failure> {
        if all {
            let (answers, exit) = self.ask_all(ask)?;
            self.give_all(&answers)?;
            return Ok(exit);
        }
        let place = self.place()?;
        let answer = ask(self, &place)?;
        self.out.data(&answer)?;
        Ok(Exit::Done)
    }

    /// Asks every pair known. One that cannot answer is named, the rest answer; the exit code is the largest.
    ///
    /// If one pair knows a theme or a member, the pairs that do not know it are passed over.
    pub(super) fn ask_all(
        &mut self,
        mut ask: impl FnMut(&mut Self, &PairClone) -> Result<Printable, Failure>,
    ) -> Result<(Vec<(String, Printable)>, Exit), Failure> {
        let setting = self.setting().clone();
        let known = setting.acquaintances()?;
        let registry = &known.registry;
        if registry.pairs().is_empty() {
            return Err(AppError::NoPairKnown.into());
        }
        let (mut answers, mut failures) = (Vec::new(), Vec::new());
        let names = app::partner_names(&known.partners);
        let about = |name: &str| Some(about(name, &names));
        for known in registry.pairs() {
            self.out.about = about(&known.name);
            self.goes_to(&known.dir);
            match ask(self, &known.into()) {
                Ok(answer) => answers.push((known.name.clone(), answer)),
                Err(failure) => failures.push((known, failure)),
            }
            self.out.about = None;
        }
        let usage = |failure: &Failure| failure.exit() == Exit::Usage;
        if answers.is_empty() && failures.iter().all(|(_, failure)| usage(failure)) {
            return Err(failures.remove(0).1);
        }
        let mut exit = Exit::Done;
        for (known, failure) in failures.into_iter().filter(|(_, failure)| !usage(failure)) {
            self.out.about = about(&known.name);
            self.goes_to(&known.dir);
            self.out.failure(&failure);
            self.out.about = None;
            exit = exit.max(failure.exit());
        }
        Ok((answers, exit))
    }

    /// Gives the answers of all pairs, grouped by pair.
    pub(super) fn give_all(&mut self, answers: &[(String, Printable)]) -> Result<(), Failure> {
        let data = if self.global.json {
            json::all(answers.iter().map(|(_, answer)| answer))
        } else if self.to_terminal {
            let names = app::partner_names(&self.setting().acquaintances()?.partners);
            let heading = |name: &str| text::heading(&about(name, &names).shown);
            let titled = |(name, answer): &(String, Printable)| printable![heading(name), answer];
            let mut some = answers
                .iter()
                .filter(|(_, answer)| !answer.as_str().is_empty())
                .peekable();
            match some.peek() {
                Some(_) => Printable::join(some.map(titled), "\n"),
                None => text::nothing_found(),
            }
        } else {
            answers.iter().map(|(_, answer)| answer).collect()
        };
        self.out.data(&data)
    }
}

/// A pair by its name; the other member is named beside it where the first word of a name would not tell them.
fn about(pair: &str, names: &[(String, Name)]) -> About {
    About {
        name: pair.to_owned(),
        shown: match called(pair, names) {
            Some(called) => format!("{pair} ({called})"),
            None => pair.to_owned(),
        },
    }
}

/// The other member of a pair as they are called; none where the first word of the name is enough.
fn called<'a>(pair: &str, names: &'a [(String, Name)]) -> Option<&'a str> {
    let (_, name) = names.iter().find(|(name, _)| name == pair)?;
    Some(name.called.as_str()).filter(|called| called.contains(' '))
}
