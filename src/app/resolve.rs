//! `resolve`: a conflict ends.

use crate::model::{Address, Alternative, Home, MeetingKey, Visibility};
use crate::sync::{Choice, Conflict};

use super::{AppError, Session, WriteSession};

/// A value that a person chose.
#[derive(Debug, Clone)]
pub struct ChosenValue {
    /// Where the conflict stands.
    pub at: Address,
    /// The field.
    pub field: String,
    /// The value to keep.
    pub value: Alternative,
}

impl ChosenValue {
    /// One of the values of a conflict, by its place from 0; none where there are fewer.
    pub fn of(conflict: &Conflict, number: usize) -> Option<Self> {
        let choice = conflict.choices.get(number)?;
        Some(Self {
            at: conflict.at,
            field: conflict.field.clone(),
            value: choice.alternative.clone(),
        })
    }
}

/// The question: the conflicts of an entry, of the meeting of a date, of `agenda` or of `pair`; of one field where it is
/// named. There is one at least.
///
/// # Errors
/// When the text names nothing, or there is no such conflict.
pub fn find_conflicts(
    session: &impl Session,
    typed: &str,
    field: Option<&str>,
) -> Result<Vec<Conflict>, AppError> {
    let at = address(session, typed)?;
    let mut found = session.conflicts();
    found.retain(|c| c.at == at);
    if found.is_empty() {
        return Err(AppError::NoConflict(typed.to_owned()));
    }
    let Some(field) = field else { return Ok(found) };
    let others = found.iter().map(|c| c.field.clone()).collect();
    found.retain(|c| c.field == field);
    if found.is_empty() {
        let field = field.to_owned();
        return Err(AppError::FieldWithoutConflict { field, others });
    }
    Ok(found)
}

/// Ends conflicts of one address with the chosen values. Returns the address, and how many conflicts are left there.
///
/// # Errors
/// When a conflict is not as it was when it was shown, or one of its values is private to somebody else. When the
/// chosen value is for more people than the author let read the entry. When a sealed text would go that my keys do not
/// open.
pub fn resolve(session: &mut WriteSession, chosen: &[ChosenValue]) -> Result<(Address, usize), AppError> {
    let at = chosen.first().ok_or(AppError::ConflictChanged)?.at;
    let mut state = session.state().clone();
    let (conflicts, mut let_read) = (session.conflicts(), Vec::new());
    for chosen in chosen {
        let (conflict, choice) = find_chosen(&conflicts, chosen).ok_or(AppError::ConflictChanged)?;
        refuse_private(session, conflict)?;
        refuse_wider(session, conflict, choice)?;
        session.workspace().resolve(&mut state, conflict, choice)?;
        if let (Address::Entry(id), Some(to)) = (at, choice.visibility)
            && conflict.by.as_ref() == Some(&session.view.me)
            && session.workspace().arrived_wider(id)?.is_none()
        {
            let_read.push((id, to));
        }
    }
    session.save("resolve", Some("resolve a conflict"), state)?;
    session.workspace().let_read(&let_read)?;
    let left = session.conflicts().iter().filter(|c| c.at == at).count();
    Ok((at, left))
}

fn address(session: &impl Session, typed: &str) -> Result<Address, AppError> {
    match (typed.trim(), typed.trim().parse::<MeetingKey>()) {
        ("pair" | "pair.toml", _) => Ok(Address::Pair),
        ("agenda" | "agenda.toml", _) => Ok(Address::Home(Home::Agenda)),
        (_, Ok(key)) => Ok(Address::Home(Home::Meeting(key))),
        (typed, Err(_)) => Ok(Address::Entry(session.view().resolve(typed)?)),
    }
}

fn find_chosen<'a>(conflicts: &'a [Conflict], chosen: &ChosenValue) -> Option<(&'a Conflict, &'a Choice)> {
    let same = |c: &&Conflict| c.at == chosen.at && c.field == chosen.field;
    let conflict = conflicts.iter().find(same)?;
    let choice = conflict.choices.iter().find(|c| c.alternative == chosen.value)?;
    Some((conflict, choice))
}

/// Only its author chooses a value that more people read than another one, and than they let.
fn refuse_wider(session: &WriteSession, conflict: &Conflict, choice: &Choice) -> Result<(), AppError> {
    let (Address::Entry(id), Some(readers)) = (conflict.at, choice.visibility) else {
        return Ok(());
    };
    let mut others = conflict.choices.iter().filter_map(|choice| choice.visibility);
    if !others.any(|other| other < readers) {
        return Ok(());
    }
    let known = session.workspace().readers()?;
    match known.get(id) {
        Some(known) if known.by != session.view.me && readers > known.readers => {
            Err(AppError::WiderValue(known.by.clone()))
        }
        _ => Ok(()),
    }
}

/// Only its author ends a conflict with a private value: nobody else may let more people read it, or lose it.
fn refuse_private(session: &WriteSession, conflict: &Conflict) -> Result<(), AppError> {
    let is_private = |c: &Choice| c.visibility == Some(Visibility::Private);
    match &conflict.by {
        Some(by) if *by != session.view.me && conflict.choices.iter().any(is_private) => {
            Err(AppError::PrivateValue(by.clone()))
        }
        _ => Ok(()),
    }
}
