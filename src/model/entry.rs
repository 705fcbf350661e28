//! Entries, typed: what queries and commands work on.

use std::fmt;

use super::date::{Date, Instant};
use super::fill_in::action_defaults;
use super::format::{Content, Form, Row, Table, Value};
use super::id::EntryId;
use super::record_path::Home;
use super::slug::Slug;
use super::typed::{Typed, typed};
use super::words::{ActionState, Kind, Tone, Visibility};

typed! {
    /// The body of an entry, typed.
    #[derive(Clone, Default, PartialEq, Eq)]
    pub struct Body {
        /// Its kind.
        kind: Kind,
        /// The text.
        text: String,
        /// Growth themes, in the order written.
        themes: Vec<Slug>,
        /// Who does it, for an action.
        owner: Option<Slug>,
        /// When it is due.
        due: Option<Date>,
        /// Where an action stands; for another kind, `done` once it was talked about.
        state: Option<ActionState>,
        /// When it was closed.
        closed: Option<Instant>,
        /// The entry it follows from.
        re: Option<EntryId>,
        /// The tone of feedback.
        tone: Option<Tone>,
    }
}

impl fmt::Debug for Body {
    /// Nothing of it: it may have come out of a seal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Body(..)")
    }
}

/// An entry as its reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// Where it stands.
    pub home: Home,
    /// Who wrote it.
    pub by: Slug,
    /// When it was written.
    pub at: Instant,
    /// How often it was carried to a next meeting.
    pub carried: u32,
    /// Who can read it.
    pub visibility: Visibility,
    /// Whether it is to be sealed, and stands in clear: everyone with a copy of the record reads it.
    pub in_clear: bool,
    /// Its body; none where it is sealed and was not opened.
    pub body: Option<Body>,
    /// The values of its conflicts that are not shown; none of a sealed entry that was not opened.
    pub conflicts: Vec<Row>,
    /// Whether the record holds more than one body of it.
    pub body_conflict: bool,
}

/// Why a table is no entry: it stands in an envelope that the format requires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryError(&'static str);

impl fmt::Display for EntryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an entry without a usable `{}`", self.0)
    }
}

impl std::error::Error for EntryError {}

impl Entry {
    /// The typed entry of a raw table. `opened` is what its seal holds, where it has one that was opened.
    ///
    /// # Errors
    /// When the envelope lacks its author or its time (a hand-written entry that was not filled in).
    pub fn from_table(
        id: EntryId,
        home: Home,
        table: &Table,
        opened: Option<&Content>,
    ) -> Result<Self, EntryError> {
        let by: Slug = table.read("by").ok_or(EntryError("by"))?;
        let at = table.read("at").ok_or(EntryError("at"))?;
        let form = table.form();
        let content = match (opened, form) {
            (Some(content), _) => Some(content.table()),
            (None, Form::Sealed(_)) => None,
            (None, _) => Some(table),
        };
        let mut conflicts: Vec<Row> = table.rows.iter().filter(|r| r.field == "body").cloned().collect();
        let body_conflict = !conflicts.is_empty();
        if let Some(content) = content {
            conflicts.extend(content.rows.iter().filter(|r| r.field != "body").cloned());
        }
        Ok(Self {
            id,
            home,
            carried: table.read("carried").unwrap_or(0),
            visibility: table.visibility(),
            in_clear: form == Form::Exposed,
            body: content.map(|content| body(content, &by)),
            by,
            at,
            conflicts,
            body_conflict,
        })
    }

    /// The visibility that its readers are those of: whatever it says, what stands in clear is shared.
    pub fn read_as(&self) -> Visibility {
        if self.in_clear {
            Visibility::Shared
        } else {
            self.visibility
        }
    }

    /// Its kind, where it can be read.
    pub fn kind(&self) -> Option<Kind> {
        self.body.as_ref().map(|b| b.kind)
    }

    /// Whether it is an action item that is open.
    pub fn is_open_action(&self) -> bool {
        self.body
            .as_ref()
            .is_some_and(|b| b.kind == Kind::Action && b.state == Some(ActionState::Open))
    }

    /// Whether the conflict that it has is one for a person to end.
    pub fn has_conflict(&self) -> bool {
        !self.conflicts.is_empty()
    }
}

impl Table {
    /// Whether an entry names its author and its time: one that does not is in no list.
    pub fn is_listed(&self) -> bool {
        self.read::<Slug>("by").is_some() && self.read::<Instant>("at").is_some()
    }
}

/// The typed content of a raw table; an action is read with the defaults of what it lacks.
fn body(table: &Table, by: &Slug) -> Body {
    let mut body = Body::of_table(table);
    if body.kind == Kind::Action {
        let (owner, state) = action_defaults(by);
        body.owner.get_or_insert_with(|| owner.clone());
        body.state.get_or_insert(state);
    }
    body
}
