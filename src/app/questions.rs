//! The reading commands but for `log`: `agenda`, `actions`, `growth`, `show`, `status`, and the bare `oneonone`.

use crate::model::{ActionState, Entry, EntryId, Kind, Meeting, MeetingKey, Problem, Slug};
use crate::query::{self, ActionFilter, Actions, Agenda, Growth, IdError, Overview, check_theme};
use crate::sync::{
    CloneStatus, LeftFiles, MissingRecords, ReadFolder, SeatChange, Wanted, WantedEntries, Widened,
    arrived_wider, clone_status, left_files, may_lack_records, missing_records, refuse_branch, unlisted,
    would_take_in,
};

use super::known_place::of_known_place;
use super::{AppError, PairView, ReadSession, Remark, Session, question_range::Window};

/// The entries that `agenda` needs.
pub const WAITING: Wanted<'static> = Wanted {
    since: None,
    until: None,
    entries: WantedEntries::Open,
    ids: false,
    meetings: false,
};

/// Those that the bare command needs: the last meetings tell when the next one is.
pub const WAITING_AND_MEETINGS: Wanted<'static> = Wanted {
    meetings: true,
    ..WAITING
};

/// Those that `actions` needs.
pub fn wanted_actions(filter: &ActionFilter) -> Wanted<'static> {
    match (filter.state, filter.since) {
        (Some(ActionState::Open), None) => WAITING,
        _ => Wanted {
            entries: WantedEntries::Matching(&|row| row.is_sealed() || row.kind == Some(Kind::Action)),
            ..Wanted::everything()
        },
    }
}

/// Those that `growth` needs. All records tell whether a theme is known, and which letters name an entry; the counts need
/// none before the window.
pub fn wanted_growth(window: Window, theme: Option<&Slug>) -> Wanted<'static> {
    match theme {
        Some(_) => Wanted::everything(),
        None => Wanted {
            since: window.since,
            ids: false,
            ..Wanted::everything()
        },
    }
}

/// The entries that wait, or those of the meeting under way.
pub fn agenda(view: &PairView) -> Agenda<'_> {
    query::agenda(&view.records, view.setting.now(), view.setting.today)
}

/// The meeting that nobody ended, and the number of entries that wait in it where no list shows them.
pub fn never_ended(view: &PairView) -> Option<(MeetingKey, usize)> {
    query::never_ended(&view.records, view.setting.now())
}

/// The action items; `owner` is a word for a member: `me`, `them`, a slug or a name.
///
/// # Errors
/// When nobody is called as the owner.
pub fn actions<'a>(
    view: &'a PairView,
    mut filter: ActionFilter,
    owner: Option<&str>,
) -> Result<Actions<'a>, AppError> {
    filter.owner = view.member(owner)?;
    let mut actions = query::actions(&view.records, &filter, view.setting.today);
    let is_asked = |owner: &str| filter.owner.as_ref().is_none_or(|asked| asked.as_str() == owner);
    for closed in view.closed.iter().filter(|closed| is_asked(&closed.owner)) {
        let count = match closed.is_done {
            true => &mut actions.done,
            false => &mut actions.dropped,
        };
        *count += closed.count as usize;
    }
    Ok(actions)
}

/// The themes over time; of one theme also the entries behind it.
///
/// # Errors
/// When no entry has the theme.
pub fn growth<'a>(view: &'a PairView, window: Window, theme: Option<&Slug>) -> Result<Growth<'a>, AppError> {
    theme.map(|theme| check_theme(theme, &view.records)).transpose()?;
    let today = view.setting.today;
    let (since, until) = (window.since.unwrap_or(today), window.until.unwrap_or(today));
    Ok(query::growth(&view.records, since, until, theme))
}

/// The thing that a person named.
#[derive(Debug)]
pub enum EntryOrMeeting<'a> {
    /// An entry.
    Entry(&'a Entry),
    /// A meeting and its entries.
    Meeting(&'a Meeting, Vec<&'a Entry>),
}

/// The entry of an id, or the meeting of a day.
///
/// # Errors
/// When the words name neither.
pub fn show<'a>(view: &'a PairView, words: &str) -> Result<EntryOrMeeting<'a>, AppError> {
    let records = &view.records;
    if view.names_entry(words) {
        let id = view.resolve(words).map_err(|error| match error {
            AppError::Id {
                typed,
                error: IdError::Unknown,
                ..
            } => AppError::MayBeGone(typed),
            error => error,
        })?;
        return records
            .entry(id)
            .map(EntryOrMeeting::Entry)
            .ok_or(AppError::NoEntry(id));
    }
    let key = view.meeting_of(words)?;
    Ok(EntryOrMeeting::Meeting(
        view.known_meeting(key)?,
        records.of_meeting(key),
    ))
}

/// How an entry of mine arrived for more readers than I let; none if it did not.
///
/// # Errors
/// When the repository cannot be read.
pub fn how_it_arrived_wider(session: &ReadSession, entry: &Entry) -> Result<Option<Widened>, AppError> {
    if entry.by != session.view.me {
        return Ok(None);
    }
    let (pair, keys) = (&session.view.records.pair, session.keys());
    let wider = arrived_wider(session.repository()?, pair, keys)?;
    Ok(wider.into_iter().find(|wider| wider.entry == entry.id))
}

impl<'a> EntryOrMeeting<'a> {
    /// The entries.
    pub fn entries(&self) -> Vec<&'a Entry> {
        match self {
            Self::Entry(entry) => vec![entry],
            Self::Meeting(_, entries) => entries.clone(),
        }
    }
}

/// Where a clone stands.
#[derive(Debug)]
pub struct Status {
    /// Against its remote.
    pub clone_status: CloneStatus,
    /// How many entries, heads and settings have a conflict.
    pub conflicts: usize,
    /// Whether a sync is the next step.
    pub next_sync: NextSync,
    /// Records that cannot be read: a sync would leave them as they lie.
    pub broken: Vec<Problem>,
    /// Files that a sync leaves alone.
    pub left: LeftFiles,
    /// Records that the folder lacks, where opening the pair did not find them.
    pub missing: Option<MissingRecords>,
    /// Entries of mine that arrived for more readers than I let.
    pub widened: Vec<Widened>,
    /// Entries that are in no list.
    pub unlisted: Vec<EntryId>,
    /// Somebody's change in my own seat.
    pub seat_change: Option<SeatChange>,
}

/// Whether a sync is the next step of a clone.
#[derive(Debug)]
pub enum NextSync {
    /// It would stop, for this reason.
    Stops(AppError),
    /// There is no remote to sync with.
    NoRemote,
    /// It has something to carry, or to complete.
    Due,
    /// It would change nothing, as far as this clone knows.
    Idle,
}

impl NextSync {
    fn of(clone_status: &CloneStatus, obstacle: Option<AppError>) -> Self {
        let to_carry = clone_status.ahead + clone_status.behind + clone_status.uncommitted;
        let to_complete = clone_status.unfinished || clone_status.merging;
        match obstacle {
            Some(error) => Self::Stops(error),
            None if !clone_status.remote => Self::NoRemote,
            None if to_complete || to_carry > 0 => Self::Due,
            None => Self::Idle,
        }
    }
}

/// Where a clone stands; the network is left alone.
///
/// # Errors
/// When the repository or the folder cannot be read.
pub fn status(session: &impl Session) -> Result<Status, AppError> {
    let environment = &session.view().setting.environment;
    let folder = ReadFolder::of(session.repository()?)?;
    let mut clone_status = clone_status(session.repository()?, &folder, environment.use_index)?;
    let shape = session.repository()?.check_shape().err().map(AppError::from);
    // Hand edits are taken in before a sync looks at the remote.
    let (broken, edits) = match would_take_in(session.repository()?, &folder, environment) {
        Ok(broken) => (broken, None),
        Err(e) => {
            let dir = session.repository()?.workdir();
            (Vec::new(), Some(of_known_place(&session.view().setting, dir, e)))
        }
    };
    let question = clone_status.question.take().map(AppError::from);
    let obstacle = shape.or(edits).or(question);
    if obstacle.is_none()
        && let Err(error) = refuse_branch(session.repository()?)
    {
        session.view().remarks.add(Remark::ReadOnly(error.into()));
    }
    Ok(Status {
        next_sync: NextSync::of(&clone_status, obstacle),
        clone_status,
        conflicts: session.conflicted(),
        broken,
        left: left_files(session.repository()?)?,
        missing: match session.repository()? {
            repo if may_lack_records(repo.workdir()) => None,
            repo => missing_records(repo)?,
        },
        widened: arrived_wider(
            session.repository()?,
            &session.view().records.pair,
            session.keys(),
        )?,
        unlisted: unlisted(session.repository()?, session.state())?,
        seat_change: session.keys().seat_change(&session.view().records.pair),
    })
}

/// Where the pair stands, and the next step. Conflicts of heads and settings count beside those of entries.
pub fn overview(session: &impl Session) -> Overview {
    let view = session.view();
    let (now, today) = (view.setting.now(), view.setting.today);
    query::overview(&view.records, &view.me, now, today, session.conflicted())
}
