//! `key`: my own recipients, and trust in the other's keys.

use std::time::Duration;

use crate::git::Repository;
use crate::model::{Member, visible};
use crate::query::{UnknownName, check_member};
use crate::seal::Trust;
use crate::store::{Lock, Notes};
use crate::sync::load_identity;

use super::{AppError, PairClone, ReadSession, Session, Setting};

/// The recipients of my identity: of the one that the clone of `place` names, else of the usual one.
///
/// # Errors
/// When there is no identity, or it cannot be read.
pub fn own_recipients(setting: &Setting, place: Option<&PairClone>) -> Result<Vec<String>, AppError> {
    let mut path = setting.environment.identity.clone();
    if let Some(place) = place
        && let Ok(repo) = Repository::open(&place.dir)
        && let Some(own) = repo.config("oneonone.identity")?
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
/// When nobody is called so, there is no key to seal for, or `key` is not the one that the pair states.
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
    let pins = session.keys().pins();
    pins.clone().trust(member, key)?;
    Ok(KeysShown {
        trust: pins.trust_of(member),
        member: member.clone(),
    })
}

/// Trusts the keys that were shown. Hand edits are not taken in: one of them may wait to be sealed for this very key.
///
/// # Errors
/// When the keys are not as they were shown, or the trust cannot be saved.
pub fn trust(session: &ReadSession, shown: &KeysShown, key: Option<&str>) -> Result<(), AppError> {
    let lock = Notes::of(session.repository().git_dir()).lock_path();
    let _lock = Lock::take(&lock, Duration::from_secs(10))?;
    let setting = &session.view.setting;
    let now = ReadSession::open(setting, &session.place, |_| false)?;
    if preview_trust(&now, shown.member.slug.as_str(), key)? != *shown {
        return Err(AppError::KeysChanged);
    }
    let pair = now.view.records.pair.id;
    let mut keys = setting.environment.keys_of(now.repository(), pair)?;
    keys.pins_mut().trust(&shown.member, key)?;
    Ok(keys.save_pins()?)
}
