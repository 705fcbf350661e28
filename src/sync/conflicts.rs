//! The conflicts that stand, with every value; and ending one (docs/merge.md#conflict-rows).

use std::fmt;

use crate::model::{
    Alternative, EntryId, Home, Pair, Placed, Row, Slug, State, Table, Visibility, complete_action,
};

use crate::sync::error::SyncError;
use crate::sync::secrets::keys::{Keys, ViewError, author};
use crate::sync::workspace::Workspace;

/// What a conflict stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Address {
    /// An entry.
    Entry(EntryId),
    /// The head of the agenda or of a meeting.
    Home(Home),
    /// `pair.toml`; fields of a member are `member.SLUG.FIELD`.
    Pair,
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entry(id) => id.fmt(f),
            Self::Home(home) => home.fmt(f),
            Self::Pair => f.write_str("pair"),
        }
    }
}

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

/// The conflicts of a state, as far as my keys open them: entries in their order, then heads, then the pair.
pub fn conflicts(state: &State, pair: &Pair, keys: &Keys) -> Vec<Conflict> {
    let mut found = Vec::new();
    for (id, placed) in &state.entries {
        of_entry(*id, placed, pair, keys, &mut found);
    }
    let heads = state.meetings.iter().map(|(key, t)| (Home::Meeting(*key), t));
    for (home, head) in state.agenda.iter().map(|t| (Home::Agenda, t)).chain(heads) {
        plain(Address::Home(home), "", head, false, None, &mut found);
    }
    if let Some(document) = &state.pair {
        plain(Address::Pair, "", &document.top, false, None, &mut found);
        for (slug, member) in &document.members {
            plain(Address::Pair, &prefix(slug), member, false, None, &mut found);
        }
    }
    found
}

fn prefix(slug: &str) -> String {
    format!("member.{slug}.")
}

fn of_entry(id: EntryId, placed: &Placed, pair: &Pair, keys: &Keys, found: &mut Vec<Conflict>) {
    let (entry, by) = (&placed.entry, author(&placed.entry));
    let at = Address::Entry(id);
    if entry.rows_of("body").next().is_some() {
        let rows = entry.rows_of("body").map(|row| row.alternative.clone());
        let all = [entry.shown("body")].into_iter().chain(rows);
        let open = |a: Alternative| {
            body(a, |text| match &by {
                Some(by) => keys.open(pair, id, by, text).map(|o| (o.visibility, o.content)),
                None => Err(ViewError::NoIdentity),
            })
        };
        found.push(Conflict {
            at,
            field: "body".to_owned(),
            choices: all.map(open).collect(),
            by: by.clone(),
            sealed: false,
        });
    }
    if entry.ciphertext().is_none() {
        plain(at, "", entry, false, by, found);
    } else if let Ok((_, content)) = keys.content(pair, id, placed) {
        plain(at, "", content.table(), true, by, found);
    }
}

fn body(
    alternative: Alternative,
    open: impl Fn(&str) -> Result<(Visibility, crate::model::Content), ViewError>,
) -> Choice {
    let clear = alternative.visibility();
    let (opened, visibility, closed) = match alternative.ciphertext() {
        None => (alternative.clone(), clear, None),
        Some(text) => match open(text) {
            Ok((visibility, content)) => (content.table().shown("body"), visibility, None),
            Err(e) => (alternative.clone(), clear, Some(e)),
        },
    };
    Choice {
        alternative,
        opened,
        visibility: Some(visibility),
        closed,
    }
}

fn plain(
    at: Address,
    prefix: &str,
    table: &Table,
    sealed: bool,
    by: Option<Slug>,
    found: &mut Vec<Conflict>,
) {
    for field in table.conflicted().into_iter().filter(|f| *f != "body") {
        let rows = table.rows_of(field).map(|row: &Row| row.alternative.clone());
        let choice = |alternative: Alternative| Choice {
            opened: alternative.clone(),
            alternative,
            visibility: None,
            closed: None,
        };
        found.push(Conflict {
            at,
            field: format!("{prefix}{field}"),
            choices: [table.shown(field)].into_iter().chain(rows).map(choice).collect(),
            by: by.clone(),
            sealed,
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
            Address::Entry(id) => {
                self.edit_entry(state, id, |entry| take(entry, field, taken))?;
                Ok(())
            }
            Address::Home(Home::Agenda) => {
                state.agenda.iter_mut().for_each(|head| take(head, field, taken));
                Ok(())
            }
            Address::Home(Home::Meeting(key)) => {
                state
                    .meetings
                    .get_mut(&key)
                    .into_iter()
                    .for_each(|head| take(head, field, taken));
                Ok(())
            }
            Address::Pair => {
                if let Some(document) = &mut state.pair {
                    take(&mut document.top, field, taken);
                    for (slug, member) in &mut document.members {
                        if let Some(field) = field.strip_prefix(&prefix(slug)) {
                            take(member, field, taken);
                        }
                    }
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
        for going in conflict
            .choices
            .iter()
            .filter(|c| c.alternative != taken.alternative)
        {
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
