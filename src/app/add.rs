//! `add`: a new entry.

use crate::lint::{Slip, slips_in_entry};
use crate::model::{EntryId, Home, Kind, MeetingKey, Placed, State, Table, Visibility};
use crate::query::parse_date;
use crate::sync::ReadScope;

use super::entry_fields::{FieldsRequest, add_themes, check_text, refuse_slip, remark_new_themes};
use super::meetings::{leave_broken_pair, record_held};
use super::{AppError, PairView, Remark, Session, Setting, WriteSession};

/// A new entry, as a person asks for it.
pub struct AddRequest {
    /// Its kind; a topic where none is named.
    pub kind: Option<Kind>,
    /// Its text.
    pub text: String,
    /// Whether the text was an argument, which the shell keeps in its history.
    pub is_argument: bool,
    /// A slip outside of the text, such as a visibility that was written without its dashes.
    pub slip: Option<Slip>,
    /// Its fields.
    pub fields: FieldsRequest,
    /// Where it goes.
    pub destination: Destination,
}

/// The place of a new entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// The meeting under way, else the agenda.
    Usual,
    /// The agenda, though a meeting is under way.
    Agenda,
    /// The meeting of a day.
    Meeting {
        /// The day, in words.
        day: String,
        /// Whether its record is made if there is none.
        is_new: bool,
    },
}

impl AddRequest {
    /// Who may read the entry, as far as the request says; an entry that it follows from may narrow that.
    pub fn visibility(&self) -> Visibility {
        self.fields.visibility.unwrap_or(self.kind().default_visibility())
    }

    /// The kind that the entry gets.
    pub fn kind(&self) -> Kind {
        self.kind.unwrap_or_default()
    }

    /// The records that the new entry needs to know: those of its place, unless it names another entry or a meeting.
    pub fn read_scope(&self, setting: &Setting) -> ReadScope {
        if self.fields.re.is_some() || matches!(self.destination, Destination::Meeting { .. }) {
            return ReadScope::Everything;
        }
        ReadScope::under_way(setting.today)
    }
}

/// Checks an entry before anybody writes its text, which could not be saved afterwards.
///
/// # Errors
/// When a private action would be the other member's, or a key to seal the entry for is missing or not trusted.
pub fn check_before_text(session: &WriteSession, request: &AddRequest) -> Result<(), AppError> {
    let (view, visibility) = (&session.view, request.visibility());
    if visibility == Visibility::Private && request.fields.owner.as_deref() == Some("them") {
        return Err(AppError::PrivateForOther);
    }
    if visibility.is_sealed() {
        let keys = session.keys();
        keys.recipients_for(visibility, &view.me, &view.records.pair)?;
    }
    Ok(())
}

/// Adds an entry; returns its id.
///
/// # Errors
/// When the text is empty, a field is not understood or has no use for the kind, the meeting is unknown, or the entry cannot be sealed.
pub fn add(session: &mut WriteSession, request: AddRequest) -> Result<EntryId, AppError> {
    check_text(&request.text)?;
    let kind = request.kind();
    let fields = request.fields.understand(session, kind)?;
    let visibility = as_followed(session, request.visibility(), fields.re)?;
    let is_mine = fields
        .owner
        .as_ref()
        .is_none_or(|owner| *owner == session.view.me);
    if visibility == Visibility::Private && !is_mine {
        return Err(AppError::PrivateForOther);
    }
    let themes = fields.themes_with(&request.text, &session.view.remarks);
    let mut entry = Table::default();
    entry.put("kind", request.kind.map(|kind| kind.as_str().into()));
    entry.set("text", request.text);
    add_themes(&mut entry, &themes);
    // A person who names the readers means it.
    if request.fields.visibility.is_none() {
        let is_slip = |slip: &Slip| slip.intent.visibility().is_some_and(|meant| meant < visibility);
        let slip = request
            .slip
            .filter(is_slip)
            .or_else(|| slips_in_entry(&entry, visibility).into_iter().next());
        refuse_slip(slip, visibility, request.kind, None)?;
    }
    if request.is_argument && visibility.is_sealed() {
        session.view.remarks.add(Remark::InShellHistory);
    }
    if !session.knows_themes(&themes)? {
        // Themes that a new one resembles may stand in any record, or in a seal.
        session.read_everything()?;
        remark_new_themes(&session.view, &themes);
    }
    let view = &session.view;
    let mut state = session.state().clone();
    let home = home(view, &request.destination, &mut state)?;
    fields.complete(&mut entry, kind, &view.me, view.setting.now());
    let id = session.workspace().new_id();
    entry.set("id", id.to_string());
    session
        .workspace()
        .add_entry(&mut state, id, Placed { home, entry }, visibility)?;
    leave_broken_pair(session, &mut state);
    session.save("add", None, state)?;
    Ok(id)
}

/// The visibility of an entry: never read by more people than the one that it follows from, or than those who could read
/// that before it arrived wider.
fn as_followed(
    session: &WriteSession,
    wanted: Visibility,
    re: Option<EntryId>,
) -> Result<Visibility, AppError> {
    let Some(re) = re else { return Ok(wanted) };
    let stands = session.view.records.entry(re).map(|entry| entry.visibility);
    let before = session
        .workspace()
        .readers()?
        .following(re, Some(&session.view.me));
    let stands = stands.map(|readers| (readers, Remark::AsFollowed(readers)));
    let before = before.map(|readers| (readers, Remark::AsFollowedBefore(readers)));
    let narrowest = stands
        .into_iter()
        .chain(before)
        .min_by_key(|(readers, _)| *readers);
    match narrowest.filter(|(readers, _)| *readers < wanted) {
        Some((readers, remark)) => {
            session.view.remarks.add(remark);
            Ok(readers)
        }
        None => Ok(wanted),
    }
}

/// The meeting of a day that has no record yet: a person may want to make it. None where there is nothing to make.
pub fn meeting_to_make(view: &PairView, day: &str) -> Option<MeetingKey> {
    view.meeting_of(day).err().as_ref().and_then(makeable)
}

/// The first meeting of a day up to today, where there was none. Far off days are slips of the fingers.
fn makeable(error: &AppError) -> Option<MeetingKey> {
    match error {
        AppError::NoMeeting { key, today } if key.date <= *today && key.number == 1 => {
            let typed = key.date.format("%Y-%m-%d").to_string();
            parse_date(&typed, *today).ok().map(|_| *key)
        }
        _ => None,
    }
}

/// The place of a new entry; the record of a meeting is made where that was asked for.
fn home(view: &PairView, destination: &Destination, state: &mut State) -> Result<Home, AppError> {
    if let Destination::Meeting { day, is_new } = destination {
        let key = view.meeting_of(day).or_else(|e| match makeable(&e) {
            Some(key) if *is_new => {
                record_held(&view.records, state, key);
                view.remarks.add(Remark::MadeMeeting(key.date));
                Ok(key)
            }
            _ => Err(e),
        })?;
        return Ok(Home::Meeting(key));
    }
    match view.records.under_way(view.setting.now()) {
        Some(meeting) if *destination == Destination::Usual => Ok(Home::Meeting(meeting.key)),
        _ => Ok(Home::Agenda),
    }
}
