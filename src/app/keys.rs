//! `key`: my own recipients, and trust in the other's keys.

use std::time::Duration;

use crate::git::Repository;
use crate::model::{Command, Fix, Member, visible};
use crate::query::{UnknownName, check_member};
use crate::seal::Trust;
use crate::store::{Lock, Notes};
use crate::sync::{Keys, ReadScope, SnapshotFiles, load_identity};

use super::session::open_clone;
use super::{AppError, PairClone, ReadSession, Remarks, Session, Setting};

/// The recipients of my identity: of the one that the clone of `place` names, else of the usual one.
///
/// # Errors
/// When there is no identity, or it cannot be read.
pub fn own_recipients(setting: &Setting, place: Option<&PairClone>) -> Result<Vec<String>, AppError> {
    let mut path = setting.environment.identity.clone();
    if let Some(place) = place
        && let Ok(repo) = Repository::open(&place.dir)
        && let Some(own) = repo.configured("oneonone.identity")?
    {
        path = repo.workdir().join(own);
    }
    Ok(load_identity(&path)?.recipients())
}

/// The question before keys are trusted: whose they are, and how they stand now.
#[derive(Debug, Clone, PartialEq)]
pub struct KeysShown {
    /// The member, with the keys that the pair states.
    pub member: Member,
    /// The trust in these keys so far.
    pub trust: Trust,
}

/// The keys that a person is asked to trust. `key` is the one that the member told them, where they typed it.
///
/// # Errors
/// When nobody is called so, the seat is the person's own and its keys changed, there is no key to seal for, or `key` is
/// not the one that the pair states.
pub fn preview_trust(session: &ReadSession, who: &str, key: Option<&str>) -> Result<KeysShown, AppError> {
    let view = &session.view;
    let pair = &view.records.pair;
    let slug = check_member(who, &view.me, pair)?;
    let unknown = || UnknownName {
        word: visible(who).into_owned(),
        suggestions: Vec::new(),
        is_of_both: false,
    };
    let member = pair.member(slug.as_str()).ok_or_else(unknown)?;
    // Without an identity nobody can say whose seat it is.
    session.keys().require_identity()?;
    let trust = session.keys().trust_of(pair, member);
    let change = session.seat_change();
    // Where my seat has another slug, any seat may be mine.
    let is_gone = change.as_ref().is_some_and(|change| change.is_gone);
    let is_own = is_gone || session.is_own_seat(member);
    if is_own && !matches!(trust, Trust::Trusted(_)) {
        return Err(AppError::OwnSeat { change });
    }
    session.keys().pins().clone().trust(member, pair, key)?;
    Ok(KeysShown {
        trust,
        member: member.clone(),
    })
}

/// Trusts the keys that were shown. Hand edits are not taken in: one of them may wait to be sealed for this very key.
///
/// # Errors
/// When the keys are not as they were shown, or the trust cannot be saved.
pub fn trust(session: &ReadSession, shown: &KeysShown, key: Option<&str>) -> Result<(), AppError> {
    with_pins(session, |now, keys| {
        if preview_trust(now, shown.member.slug.as_str(), key)? != *shown {
            return Err(AppError::KeysChanged);
        }
        let pair = &now.view.records.pair;
        Ok(keys.pins_mut().trust(&shown.member, pair, key)?)
    })
}

/// Calls a key of my own seat mine: somebody who has more than one machine put the key of another one there. Returns the
/// keys of my seat as they are pinned now.
///
/// # Errors
/// When I have no seat, `key` is not the only new one there, or no key of this machine would be left in it.
pub fn trust_mine(session: &ReadSession, key: &str) -> Result<Vec<String>, AppError> {
    session.keys().require_identity()?;
    let mut pinned = Vec::new();
    with_pins(session, |now, keys| {
        let me = keys.trust_mine(&now.view.records.pair, key)?;
        pinned = keys.pins().of(&me).unwrap_or_default().to_vec();
        Ok(())
    })?;
    Ok(pinned)
}

/// Changes the pins of a pair as it is now, the clone locked.
fn with_pins(
    session: &ReadSession,
    change: impl FnOnce(&ReadSession, &mut Keys) -> Result<(), AppError>,
) -> Result<(), AppError> {
    let lock = Notes::of(session.repository()?.git_dir()).lock_path();
    let _lock = Lock::take(&lock, Duration::from_secs(10))?;
    let setting = &session.view.setting;
    let now = ReadSession::open(setting, &session.place, |_| false)?;
    let pair = now.view.records.pair.id;
    let mut keys = setting.environment.keys_of(now.repository()?, pair)?;
    change(&now, &mut keys)?;
    Ok(keys.save_pins()?)
}

/// The way to put my own keys back where somebody changed them.
pub fn own_keys_back() -> Fix {
    Fix::by("put your own keys back", Command::ours(["key", "refuse"]))
}

/// Puts my pinned keys back into `pair.toml`, as a commit. False where they stand there already.
///
/// # Errors
/// When I have no seat in the pair, my seat cannot be found any more, or the clone cannot be handled.
pub fn refuse_keys(setting: &Setting, place: &PairClone, remarks: &Remarks) -> Result<bool, AppError> {
    let open = |files| open_clone(setting, place, files, ReadScope::Changes);
    let mut workspace = match open(SnapshotFiles::Records) {
        // An edit by hand may wait for these very keys, to be sealed for them: it is taken in once they are back.
        Err(first) => open(SnapshotFiles::Nothing).map_err(|_| first)?,
        Ok(workspace) => workspace,
    };
    remarks.add_notes(&workspace.take_sync_notes());
    workspace.keys.require_identity()?;
    if workspace.keys.seat_change(workspace.pair()).is_none() {
        workspace.me()?;
        return Ok(false);
    }
    let mut state = workspace.state().clone();
    let pair = state.pair.as_mut();
    if !pair.is_some_and(|pair| workspace.keys.put_own_seat_back(pair)) {
        return Err(AppError::SeatNotFound);
    }
    let message = Some("put the keys of a seat back");
    let written = workspace.begin(state, message)?.finish_unrecorded();
    remarks.add_written(&mut workspace, written)?;
    Ok(true)
}
