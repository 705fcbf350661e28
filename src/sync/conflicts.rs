//! The conflicts that stand, with every value; and ending one (docs/merge.md#conflict-rows).

use crate::model::{
    Address, Alternative, Date, EntryId, Pair, Placed, Scalar, Slug, State, Table, Visibility,
    complete_action,
};
use crate::seal::Opened;

use crate::sync::error::SyncError;
use crate::sync::secrets::keys::{Keys, ViewError, author};
use crate::sync::workspace::Workspace;

/// One of the values of a field.
#[derive(Debug, Clone)]
pub struct Choice {
    /// As it stands in the record, or in the seal.
    pub alternative: Alternative,
    /// The same with its seal opened.
    pub opened: Alternative,
    /// Who can read a body: the sealed visibility decides.
    pub visibility: Option<Visibility>,
    /// Why it cannot be read.
    pub closed: Option<ViewError>,
}

/// A field with more than one value.
#[derive(Debug, Clone)]
pub struct Conflict {
    /// Where.
    pub at: Address,
    /// The field; `body` where the whole of an entry is in conflict.
    pub field: String,
    /// The values, the shown one first.
    pub choices: Vec<Choice>,
    /// The author of the entry.
    pub by: Option<Slug>,
    /// Whether the field stands inside a seal: history cannot tell who wrote the values.
    pub sealed: bool,
}

impl Conflict {
    /// Whether it is over the agreed day of the next meeting.
    pub fn is_next(&self) -> bool {
        self.at == Address::Pair && self.field == "next"
    }
}

/// The conflicts of a state, as far as my keys open them: entries in their order, then heads, then the pair.
pub fn conflicts(state: &State, pair: &Pair, keys: &Keys) -> Vec<Conflict> {
    let mut found = Vec::new();
    for (id, placed) in &state.entries {
        of_entry(*id, placed, pair, keys, &mut found);
    }
    for (home, head) in state.headers() {
        of_fields(Address::Home(home), "", head, None, &mut found);
    }
    if let Some(document) = &state.pair {
        of_fields(Address::Pair, "", &document.top, None, &mut found);
        for (slug, member) in &document.members {
            of_fields(
                Address::Pair,
                &format!("member.{slug}."),
                member,
                None,
                &mut found,
            );
        }
    }
    found
}

/// The days that stand against each other for the next meeting, the shown one first; none where that is in no conflict. No
/// day may be one of them.
pub fn next_days(conflicts: &[Conflict]) -> Vec<Option<Date>> {
    let choices = conflicts.iter().find(|conflict| conflict.is_next());
    let choices = choices.map_or(&[][..], |conflict| &conflict.choices);
    let day = |choice: &Choice| choice.opened.value().and_then(Date::of_value);
    choices.iter().map(day).collect()
}

fn of_entry(id: EntryId, placed: &Placed, pair: &Pair, keys: &Keys, found: &mut Vec<Conflict>) {
    let (entry, by) = (&placed.entry, author(&placed.entry));
    let at = Address::Entry(id);
    if entry.rows_of("body").next().is_some() {
        let open = |text: &str| {
            let by = by.as_ref().ok_or(ViewError::NoIdentity)?;
            keys.open(pair, id, by, text)
        };
        found.push(Conflict {
            at,
            field: "body".to_owned(),
            choices: values_of(entry, "body").map(|value| body(value, open)).collect(),
            by: by.clone(),
            sealed: false,
        });
    }
    let first = found.len();
    if entry.ciphertext().is_none() {
        of_fields(at, "", entry, by, found);
    } else if let Ok((_, content)) = keys.content(pair, id, placed) {
        of_fields(at, "", content.table(), by, found);
        found
            .iter_mut()
            .skip(first)
            .for_each(|conflict| conflict.sealed = true);
    }
}

/// The values of a field, the shown one first.
fn values_of<'a>(table: &'a Table, field: &'a str) -> impl Iterator<Item = Alternative> {
    let rows = table.rows_of(field).map(|row| row.alternative.clone());
    [table.shown(field)].into_iter().chain(rows)
}

fn body(alternative: Alternative, open: impl Fn(&str) -> Result<Opened, ViewError>) -> Choice {
    let mut choice = Choice {
        opened: alternative.clone(),
        visibility: Some(alternative.named_readers()),
        closed: None,
        alternative,
    };
    match choice.alternative.ciphertext().map(open) {
        Some(Ok(opened)) => {
            choice.opened = opened.content.table().shown("body");
            choice.visibility = Some(opened.visibility);
        }
        Some(Err(e)) => choice.closed = Some(e),
        None => {}
    }
    choice
}

/// The fields of a table that are in conflict, all but a whole body.
fn of_fields(at: Address, prefix: &str, table: &Table, by: Option<Slug>, found: &mut Vec<Conflict>) {
    let choice = |alternative: Alternative| Choice {
        opened: alternative.clone(),
        alternative,
        visibility: None,
        closed: None,
    };
    for field in table.conflicted().into_iter().filter(|field| *field != "body") {
        found.push(Conflict {
            at,
            field: format!("{prefix}{field}"),
            choices: values_of(table, field).map(choice).collect(),
            by: by.clone(),
            sealed: false,
        });
    }
}

impl Workspace {
    /// Ends a conflict with one of its values: it is shown, and the others go. A sealed body keeps its ciphertext.
    ///
    /// # Errors
    /// [`SyncError::Open`] where a ciphertext that my key cannot open would go; or when it cannot be sealed.
    pub fn resolve(&self, state: &mut State, conflict: &Conflict, taken: &Choice) -> Result<(), SyncError> {
        let field = conflict.field.as_str();
        match conflict.at {
            Address::Entry(id) if field == "body" => self.resolve_body(state, id, conflict, taken),
            Address::Entry(id) => self
                .edit_entry(state, id, |entry| take(entry, field, taken))
                .map(drop),
            at => {
                if let Some((table, field)) = at.table_in(state, field) {
                    take(table, field, taken);
                }
                Ok(())
            }
        }
    }

    fn resolve_body(
        &self,
        state: &mut State,
        id: EntryId,
        conflict: &Conflict,
        taken: &Choice,
    ) -> Result<(), SyncError> {
        let choices = conflict.choices.iter();
        for going in choices.filter(|choice| choice.alternative != taken.alternative) {
            match going.closed {
                Some(ViewError::Open(error)) => return Err(SyncError::Open { entry: id, error }),
                Some(ViewError::NoIdentity) => {
                    self.keys.require_identity()?;
                    return Err(SyncError::NotAMember);
                }
                None => {}
            }
        }
        if let Some(placed) = state.entries.get_mut(&id) {
            let entry = &mut placed.entry;
            take(entry, "body", taken);
            entry.body_base = None;
            if entry.ciphertext().is_none() {
                complete_action(entry);
            }
        }
        Ok(())
    }
}

fn take(table: &mut Table, field: &str, taken: &Choice) {
    if table.rows_of(field).next().is_none() {
        return;
    }
    table.show(field, &taken.alternative);
    table.rows.retain(|row| row.field != field);
    table.tidy_rows();
}
