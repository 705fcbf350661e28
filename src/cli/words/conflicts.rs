//! Conflicts as they are shown: their values in words, and who wrote each.

use crate::app::{AppError, Session};
use crate::cli::{Hint, output::Output};
use crate::git::Repository;
use crate::model::{Address, Pair, Value};
use crate::query::Records;
use crate::render::{ConflictFacts, ConflictNote, ConflictNotes, ValueFacts, value_words};
use crate::sync::{Choice, Conflict, ConflictValue, SyncError, authors_of};

/// Says that so many places have a conflict since a text was put back.
pub(super) fn say_new_conflicts(out: &mut Output, count: usize) {
    out.warn(format!(
        "{count} in conflict now: words were written since, and both are kept"
    ));
    out.hint(Hint::ours(["conflicts"]).why("see the values of each, and who wrote them"));
}

/// A conflict and its values in words.
pub(in crate::cli) type WordedConflict = (Conflict, Vec<ValueFacts>);

/// The conflict as it is shown.
pub(in crate::cli) fn facts<'a>(
    records: &'a Records,
    conflict: &Conflict,
    values: &[ValueFacts],
) -> ConflictFacts<'a> {
    ConflictFacts {
        address: conflict.at.to_string(),
        entry: match conflict.at {
            Address::Entry(id) => records.entry(id),
            _ => None,
        },
        field: conflict.field.clone(),
        values: values.to_vec(),
    }
}

/// The conflicts with their values in words, and who wrote each.
pub(in crate::cli) fn with_authors(
    repo: &Repository,
    pair: &Pair,
    conflicts: Vec<Conflict>,
) -> Result<Vec<WordedConflict>, SyncError> {
    let asked: Vec<ConflictValue> = conflicts
        .iter()
        .filter(|c| !c.sealed)
        .flat_map(|c| {
            c.choices.iter().map(|choice| ConflictValue {
                at: c.at,
                field: c.field.clone(),
                value: choice.alternative.clone(),
            })
        })
        .collect();
    let mut authors = authors_of(repo, pair, &asked)?.into_iter();
    let with = |conflict: Conflict| {
        let mut values = words(&conflict);
        if !conflict.sealed {
            for value in &mut values {
                value.by = authors.next().flatten();
            }
        }
        (conflict, values)
    };
    Ok(conflicts.into_iter().map(with).collect())
}

/// The values of a conflict, as people read them.
fn words(conflict: &Conflict) -> Vec<ValueFacts> {
    let value = |choice: &Choice| ValueFacts {
        value: match conflict.field.as_str() {
            "body" => body(choice, &conflict.choices),
            _ => choice.alternative.value().map(value_words),
        },
        closed: choice.closed.is_some(),
        visibility: choice.visibility,
        by: None,
    };
    conflict.choices.iter().map(value).collect()
}

/// The text of a body; where another has the same, also what else it says differently.
fn body(choice: &Choice, all: &[Choice]) -> Option<String> {
    let text = |c: &Choice| c.opened.get("text").and_then(Value::as_str).map(str::to_owned);
    let own = text(choice)?;
    let same = |c: &&Choice| c.opened != choice.opened && text(c).as_deref() == Some(own.as_str());
    let twins: Vec<&Choice> = all.iter().filter(same).collect();
    let differs = |key: &str, value: &Value| {
        key != "text" && key != "visibility" && twins.iter().any(|t| t.opened.get(key) != Some(value))
    };
    let more: Vec<String> = choice
        .opened
        .map()
        .iter()
        .filter(|(key, value)| differs(key, value))
        .map(|(key, value)| format!("{key} {}", value_words(value)))
        .collect();
    Some(if more.is_empty() {
        own
    } else {
        format!("{own} ({})", more.join(", "))
    })
}

/// Who wrote the values of conflicts: history is asked when they are shown (docs/merge.md#conflict-rows).
pub(in crate::cli) fn of_conflicts(session: &impl Session) -> Result<ConflictNotes, AppError> {
    let records = &session.view().records;
    let (mut keys, mut asked) = (Vec::new(), Vec::new());
    for entry in records.entries.iter().filter(|e| e.has_conflict()) {
        let raw = session.state().entries.get(&entry.id).map(|p| &p.entry);
        // A body may have been opened; history knows it by its ciphertext.
        let mut bodies = raw.into_iter().flat_map(|t| t.rows_of("body"));
        for row in &entry.conflicts {
            let value = match row.field.as_str() {
                "body" => bodies.next().unwrap_or(row).alternative.clone(),
                _ => row.alternative.clone(),
            };
            keys.push((entry.id, row.clone()));
            asked.push(ConflictValue {
                at: Address::Entry(entry.id),
                field: row.field.clone(),
                value,
            });
        }
    }
    let authors = authors_of(session.repository()?, &records.pair, &asked)?;
    let note = |by| ConflictNote { by, text: None };
    Ok(keys.into_iter().zip(authors.into_iter().map(note)).collect())
}
