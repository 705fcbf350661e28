//! Answers in the three forms, of one pair or of every pair known (docs/command-line.md#all-pairs).

use crate::render::json::{self, Document};
use crate::render::text;

use super::context::{Context, Place};
use super::error::{Exit, Failure};

/// What a command found in one pair, ready to be told in any form.
pub(super) trait Answer {
    /// For programs.
    fn json(&self) -> Document<'_>;
    /// For pipes; with `--all` the first column is the pair.
    fn tsv(&self, pair: Option<&str>) -> String;
    /// For people.
    fn text(&self, context: &Context) -> String;
}

/// Gives the answer of one pair: text at a terminal, rows in a pipe, JSON where it was asked for.
pub(super) fn give(context: &mut Context, answer: &impl Answer) -> Result<(), Failure> {
    let data = if context.global.json {
        json::one(&answer.json())
    } else if context.to_terminal {
        answer.text(context)
    } else {
        answer.tsv(None)
    };
    context.out.data(&data)
}

/// Asks every pair known. One that cannot answer is named, the rest answer; the exit code is the largest.
///
/// A theme or a member that some pair knows is no mistake in the others: they are passed over.
pub(super) fn all_pairs<T>(
    context: &mut Context,
    mut ask: impl FnMut(&mut Context, &Place) -> Result<T, Failure>,
) -> Result<(Vec<(String, T)>, Exit), Failure> {
    let registry = context.registry()?;
    if registry.pairs().is_empty() {
        return Err(context.no_pair());
    }
    let (mut answers, mut failures) = (Vec::new(), Vec::new());
    for known in registry.pairs() {
        let place = Place {
            name: Some(known.name.clone()),
            dir: known.dir.clone(),
        };
        context.out.about = Some(known.name.clone());
        let answer = ask(context, &place);
        context.out.about = None;
        match answer {
            Ok(answer) => answers.push((known.name.clone(), answer)),
            Err(failure) => failures.push((known.name.clone(), failure)),
        }
    }
    let usage = |failure: &Failure| failure.exit() == Exit::Usage;
    if answers.is_empty() && failures.iter().all(|(_, failure)| usage(failure)) {
        return Err(failures.remove(0).1);
    }
    let mut exit = Exit::Done;
    for (name, failure) in failures.into_iter().filter(|(_, failure)| !usage(failure)) {
        context.out.about = Some(name);
        context.out.failure(&failure);
        context.out.about = None;
        exit = larger(exit, failure.exit());
    }
    Ok((answers, exit))
}

/// Gives the answers of all pairs, grouped by pair.
pub(super) fn give_all<T: Answer>(context: &mut Context, answers: &[(String, T)]) -> Result<(), Failure> {
    let data = if context.global.json {
        let documents: Vec<(&str, Document<'_>)> = answers
            .iter()
            .map(|(name, a)| (name.as_str(), a.json()))
            .collect();
        json::all(&documents)
    } else if context.to_terminal {
        let mut one = |(name, a): &(String, T)| {
            context.out.about = Some(name.clone());
            format!("{}{}", text::heading(name), a.text(context))
        };
        let texts: Vec<_> = answers.iter().map(&mut one).collect();
        context.out.about = None;
        texts.join("\n")
    } else {
        answers.iter().map(|(name, a)| a.tsv(Some(name))).collect()
    };
    context.out.data(&data)
}

/// Answers for the pair that is meant, or for all of them.
pub(super) fn answer<T: Answer>(
    context: &mut Context,
    all: bool,
    mut ask: impl FnMut(&mut Context, &Place) -> Result<T, Failure>,
) -> Result<Exit, Failure> {
    if all {
        let (answers, exit) = all_pairs(context, ask)?;
        give_all(context, &answers)?;
        return Ok(exit);
    }
    let place = context.place()?;
    let answer = ask(context, &place)?;
    give(context, &answer)?;
    Ok(Exit::Done)
}

/// The larger of two exit codes.
pub(super) fn larger(one: Exit, other: Exit) -> Exit {
    if other as u8 > one as u8 { other } else { one }
}
