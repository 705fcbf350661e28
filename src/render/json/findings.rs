//! Findings beside entries: conflicts, broken records, readers, keys.

use crate::model::{Entry, Position, Problem};
use crate::render::{ConflictFacts, MisnamedFacts, StepFacts, ValueFacts, text};

use super::documents::misnamed;
use super::entry::{EntryContext, EntryJson, entries};
use super::shapes::*;

impl<'a> JsonDocument<'a> {
    /// The answer of `conflicts`: the entries, and `"heads":[{"at","conflicts":[{"field","value","by","shown"}]}]`.
    pub fn conflicts(
        list: impl IntoIterator<Item = &'a Entry>,
        heads: &[ConflictFacts<'_>],
        scope: &EntryContext<'a>,
    ) -> Self {
        let values = |conflict: &ConflictFacts<'_>| {
            let field = conflict.field.clone();
            let value = move |(at, value): (usize, &ValueFacts)| HeadValueJson {
                field: field.clone(),
                value: value.value.clone(),
                by: value.by.as_ref().map(ToString::to_string),
                shown: at == 0,
            };
            conflict.values.iter().enumerate().map(value).collect::<Vec<_>>()
        };
        let head = |group: &[ConflictFacts<'_>]| HeadJson {
            at: group.first().map(|c| c.address.clone()).unwrap_or_default(),
            conflicts: group.iter().flat_map(values).collect(),
        };
        finding(Finding::Conflicts {
            entries: entries(list, scope),
            heads: heads.chunk_by(|a, b| a.address == b.address).map(head).collect(),
        })
    }

    /// The answer of `check`: `{"problems":[{"path","line","column","what","help"}],"misnamed":[{"path","record"}]}`.
    /// `helps` has the fix of each, with its commands quoted for a shell.
    pub fn problems(problems: &'a [Problem], helps: &'a [String], left: &'a [MisnamedFacts]) -> Self {
        let problem = |((p, help), at): ((&'a Problem, &'a String), Position)| {
            let at = (!p.source.is_empty()).then_some(at);
            ProblemJson {
                path: &p.path,
                line: at.map(|at| at.line),
                column: at.map(|at| at.column),
                what: &p.what,
                help,
            }
        };
        finding(Finding::Problems {
            problems: problems
                .iter()
                .zip(helps)
                .zip(Problem::positions(problems))
                .map(problem)
                .collect(),
            misnamed: misnamed(left),
        })
    }

    /// The answer of `who`: `{"readers":[{"who","shared","confidential","private","note"}]}`.
    pub fn readers(readers: &[text::ReaderRow]) -> Self {
        let reader = |r: &text::ReaderRow| ReaderJson {
            who: r.who.clone(),
            shared: r.shared.as_str(),
            confidential: r.confidential.as_str(),
            private: r.private.as_str(),
            note: (!r.note.is_empty()).then(|| r.note.clone()),
        };
        finding(Finding::Readers {
            readers: readers.iter().map(reader).collect(),
        })
    }

    /// The answer of `who ID`: `{"entry":{…},"readers":["ana",…]}`.
    pub fn readers_of(entry: &'a Entry, readers: &[String], scope: &EntryContext<'a>) -> Self {
        finding(Finding::ReadersOf {
            entry: Box::new(EntryJson::new(entry, scope)),
            readers: readers.to_vec(),
        })
    }

    /// The answer of `undo`: `{"undone":{"command","commit","entries":[…],"removed":[id…],"kept":[id…],"conflicts":n}}`,
    /// the entries as they stand now; `redo` says `redone`.
    pub fn step(
        facts: &'a StepFacts,
        list: impl IntoIterator<Item = &'a Entry>,
        scope: &EntryContext<'a>,
    ) -> Self {
        let step = StepJson {
            command: &facts.command,
            commit: &facts.commit,
            entries: entries(list, scope),
            removed: facts.removed.iter().map(ToString::to_string).collect(),
            kept: facts.kept.iter().map(ToString::to_string).collect(),
            conflicts: facts.conflicts,
        };
        finding(if facts.redo {
            Finding::Redone { redone: step }
        } else {
            Finding::Undone { undone: step }
        })
    }

    /// The answer of `key show`: `{"keys":["age1…"]}`.
    pub fn keys(keys: &'a [String]) -> Self {
        finding(Finding::Keys { keys })
    }
}

fn finding(finding: Finding<'_>) -> JsonDocument<'_> {
    JsonDocument(JsonShape::Finding(finding))
}
