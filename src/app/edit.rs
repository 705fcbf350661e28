//! `edit`: an entry says something else.

use crate::lint::slips_in_entry;
use crate::model::{
    ActionState, Alternative, Body, Entry, EntryId, FIELDS_OF_ONE_KIND, Kind, KnownReaders, Row, Slug, State,
    Table, Value, Visibility, open_action,
};
use crate::sync::{SyncError, known_readers};

use super::{
    AppError, Attempt, ReadSession, Remark, Session, WriteSession,
    entry_fields::{EntryFields, FieldsRequest, add_themes, check_text, refuse_slip, remark_new_themes},
    restore::{EditBegins, before_an_edit, body_to_edit, entry_in, one_of},
};

/// A change of an entry, as a person asks for it.
#[derive(Debug, Clone)]
pub struct EditRequest {
    /// The entry, as it was typed.
    pub what: String,
    /// Its new text.
    pub text: Option<NewText>,
    /// Its new fields; those that are not named stay.
    pub fields: FieldsRequest,
    /// Its new kind.
    pub kind: Option<Kind>,
}

/// A new text.
#[derive(Debug, Clone)]
pub struct NewText {
    /// The text.
    pub text: String,
    /// The text that the person saw while writing it.
    pub seen: Option<String>,
    /// Whether it was an argument, which the shell keeps in its history.
    pub is_argument: bool,
}

/// The new content of an entry, checked.
struct CheckedEdit {
    text: Option<NewText>,
    kind: Kind,
    fields: EntryFields,
    themes: Vec<Slug>,
}

/// The content that an edit by a person begins with.
pub enum EditStart {
    /// The content as it stands.
    Stands(Body),
    /// The entry is mine and arrived wider: the content that I last wrote. None where my key opens no such version, so that
    /// I write a new text.
    LastWritten(Box<Attempt<Option<Body>>>),
    /// My keys do not open it: [`edit`] says why.
    Closed,
    /// The words name no entry, but perhaps the record of a meeting.
    Record,
}

/// The content that a person edits, before anything is changed. [`edit`] takes the new text.
///
/// # Errors
/// When the words name several entries, or a private one of the other member's, which could not be sealed again. When the
/// history cannot be read, or the clone cannot be handled.
pub fn begin_edit(session: &ReadSession, typed: &str) -> Result<EditStart, AppError> {
    let known = known_readers(session.repository()?, &session.view.records.pair, session.keys())?;
    if has_arrived_wider(session, &known, typed) {
        let (setting, place) = (&session.view.setting, &session.place);
        let attempt = Attempt::of(setting, place, |session| body_to_edit(session, typed))?;
        return Ok(EditStart::LastWritten(Box::new(attempt)));
    }
    if !session.view.names_entry(typed) {
        return Ok(EditStart::Record);
    }
    let id = session.view.resolve_for_words(typed, &known)?;
    let body = open_entry(session, id)?;
    Ok(body.cloned().map_or(EditStart::Closed, EditStart::Stands))
}

/// The content of an entry as it stands; none where my keys do not open it.
fn open_entry(session: &ReadSession, id: EntryId) -> Result<Option<&Body>, AppError> {
    let entry = session.view.records.entry(id);
    let Some((entry, body)) = entry.and_then(|e| Some((e, e.body.as_ref()?))) else {
        return Ok(None);
    };
    if entry.visibility == Visibility::Private && entry.by != session.view.me {
        let by = entry.by.clone();
        return Err(SyncError::NotTheAuthor { entry: id, by }.into());
    }
    Ok(Some(body))
}

/// Whether an entry of mine arrived wider than I let, so that an edit begins with my last text of it.
fn has_arrived_wider(session: &ReadSession, known: &KnownReaders, typed: &str) -> bool {
    let mine = known.of(Some(&session.view.me));
    // One that names no author is not listed.
    let wider = mine.wider().map(|(id, _)| id);
    let id = session.view.resolve(typed).ok().or_else(|| one_of(wider, typed));
    id.is_some_and(|id| mine.get_wider(id).is_some())
}

/// Changes an entry; returns it.
///
/// # Errors
/// When it cannot be opened or sealed, a field is not understood or has no use for the kind, or other people would read
/// it than before.
pub fn edit(session: &mut WriteSession, request: EditRequest) -> Result<EntryId, AppError> {
    if let Some(new) = &request.text {
        check_text(&new.text)?;
    }
    let text = request.text.as_ref().map(|new| new.text.as_str());
    let (id, begins) = before_an_edit(session, &request.what, request.fields.visibility, text)?;
    let is_anew = matches!(begins, EditBegins::Anew(_));
    if !matches!(begins, EditBegins::AsItStands) {
        // An edit that fails changes nothing, and answers nothing.
        let remarks = std::mem::take(&mut session.view.remarks);
        let tried = change(session, begins.state(session, id), id, request.clone());
        session.view.remarks = remarks;
        tried?;
    }
    begins.answer(session, id)?;
    let Some(edited) = change(session, session.state().clone(), id, request)? else {
        if !is_anew {
            session.view.remarks.add(Remark::NothingChanged);
        }
        return Ok(id);
    };
    session.save("edit", None, edited.state)?;
    if edited.met {
        let short = session.view.ids.short(id);
        session.view.remarks.add(Remark::BothTextsKept { short });
    }
    Ok(id)
}

/// A state in which an entry says something else.
struct Edited {
    state: State,
    /// Whether a text of somebody else stands beside the new one.
    met: bool,
}

/// Changes an entry in a state; none if that changes nothing.
fn change(
    session: &WriteSession,
    mut state: State,
    id: EntryId,
    request: EditRequest,
) -> Result<Option<Edited>, AppError> {
    if let Some(placed) = state.entries.get(&id) {
        // If my keys do not open it, the reason is the answer.
        session.workspace().opened(id, placed)?;
    }
    let view = &session.view;
    let entry = entry_in(session, &state, id);
    let Some((entry, body)) = entry.as_ref().and_then(|e| Some((e, e.body.as_ref()?))) else {
        return Ok(None);
    };
    let (names_readers, readers) = (request.fields.visibility.is_some(), entry.visibility);
    let change = understand(session, entry, body, request)?;
    let (mut met, mut slip) = (false, None);
    let changed = session.workspace().edit_entry(&mut state, id, |table| {
        let before = table.clone();
        if let Some(new) = &change.text {
            met = set_text(table, new);
        }
        set_kind(table, change.kind, &view.me);
        change.fields.apply(table);
        add_themes(table, &change.themes);
        let known = slips_in_entry(&before, readers);
        let mut slips = slips_in_entry(table, readers).into_iter();
        slip = slips.find(|slip| !known.contains(slip));
    })?;
    // A person who names the readers means it.
    if !names_readers {
        refuse_slip(slip, readers, None, Some(view.ids.short(id)))?;
    }
    remark_new_themes(view, &change.themes);
    Ok(changed.then_some(Edited { state, met }))
}

/// Checks the request against the entry.
fn understand(
    session: &WriteSession,
    entry: &Entry,
    body: &Body,
    request: EditRequest,
) -> Result<CheckedEdit, AppError> {
    let view = &session.view;
    let short = || view.ids.short(entry.id);
    if let Some(asked) = request.fields.visibility {
        refuse_other_readers(session, entry, asked)?;
    }
    let kind = request.kind.unwrap_or(body.kind);
    let fields = request.fields.understand(session, kind)?;
    if fields.re == Some(entry.id) {
        return Err(AppError::FollowsItself);
    }
    let is_private = entry.visibility == Visibility::Private;
    if is_private && fields.owner.as_ref().is_some_and(|owner| *owner != entry.by) {
        return Err(AppError::PrivateToAuthor { short: short() });
    }
    if request.text.as_ref().is_some_and(|new| new.is_argument) && entry.visibility.is_sealed() {
        view.remarks.add(Remark::InShellHistory);
    }
    if kind.default_visibility().is_sealed() && body.kind != kind && entry.visibility == Visibility::Shared {
        view.remarks.add(Remark::StaysShared);
    }
    let words = request.text.as_ref().map_or("", |new| new.text.as_str());
    let themes = fields.themes_with(words, &view.remarks);
    Ok(CheckedEdit {
        text: request.text,
        kind,
        fields,
        themes,
    })
}

/// Refuses other readers: fewer are impossible, and the author alone lets more people read it, with `share`.
fn refuse_other_readers(session: &WriteSession, entry: &Entry, to: Visibility) -> Result<(), AppError> {
    let (from, me, short) = (
        entry.visibility,
        &session.view.me,
        session.view.ids.short(entry.id),
    );
    match to.cmp(&from) {
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Less if entry.by != *me => {
            let by = entry.by.clone();
            Err(AppError::NarrowsAnothers { short, by, to })
        }
        std::cmp::Ordering::Less => {
            let before = session.workspace().unsent_since(entry.id)?;
            let before = before.map(|commit| commit.to_string());
            Err(AppError::Narrowing {
                short,
                from,
                to,
                before,
            })
        }
        std::cmp::Ordering::Greater => Err(AppError::WidensByEdit { short, to }),
    }
}

/// Sets the text. If somebody else changed it while the person wrote, their text stays beside it. Returns whether it does.
fn set_text(table: &mut Table, new: &NewText) -> bool {
    let stands = table.get("text").cloned();
    let stood = stands.as_ref().and_then(Value::as_str);
    let met = new
        .seen
        .as_deref()
        .is_some_and(|seen| Some(seen) != stood && Some(new.text.as_str()) != stood);
    table.set("text", new.text.as_str());
    if met {
        table.rows.push(Row {
            field: "text".to_owned(),
            alternative: Alternative::of(stands),
        });
    }
    met
}

/// Changes the kind: removes the fields of the old kind, and adds those that the new one needs.
fn set_kind(table: &mut Table, kind: Kind, me: &Slug) {
    let old: Option<Kind> = table.get_str("kind").and_then(|k| k.parse().ok());
    if old == Some(kind) {
        return;
    }
    table.set("kind", kind.as_str());
    for (field, _) in FIELDS_OF_ONE_KIND.iter().filter(|(_, of)| *of != kind) {
        table.remove(field);
    }
    if kind == Kind::Action {
        open_action(table, Some(me.as_str()));
    } else {
        let done = table.get_str("state") == Some(ActionState::Done.as_str());
        if !done {
            table.remove("state");
            table.remove("closed");
        }
    }
}
