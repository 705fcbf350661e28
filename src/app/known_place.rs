//! A folder that is known on this machine holds the pair that it is known for, or nothing is done there.

use std::path::Path;

use crate::model::EntryId;
use crate::store::{KnownPair, Registry};
use crate::sync::{SyncError, holds_pair};

use super::{AppError, Setting};

/// Refuses a clone that somebody put in the place of a known one: another pair has other keys, and nobody was asked whether
/// they are the right ones (docs/command-line.md#which-pair).
///
/// # Errors
/// When the folder is known for another pair than it holds, or its pair is lost.
pub(super) fn check_place(registry: &Registry, dir: &Path) -> Result<(), AppError> {
    let Some((known, id)) = known_at(registry, dir) else {
        return Ok(());
    };
    match holds_pair(dir, id)? {
        true => Ok(()),
        false => Err(AppError::OtherPairAt {
            name: known.name.clone(),
            dir: known.dir.clone(),
        }),
    }
}

/// Refuses to take another pair into a folder that is known for one: it has other keys, and nobody asked whether they are the
/// right ones.
///
/// # Errors
/// When the folder is known for another pair.
pub(super) fn refuse_other_pair(registry: &Registry, dir: &Path, pair: EntryId) -> Result<(), AppError> {
    match registry.at(dir).filter(|known| known.id != pair.as_str()) {
        Some(known) => Err(AppError::KnownForAnother {
            name: known.name.clone(),
            dir: dir.to_owned(),
        }),
        None => Ok(()),
    }
}

/// The error of a clone. Where it is known, its pair is lost, and nobody should make a new one there.
pub(super) fn of_known_place(setting: &Setting, dir: &Path, error: SyncError) -> AppError {
    let is_known = || {
        setting
            .registry()
            .is_ok_and(|registry| known_at(&registry, dir).is_some())
    };
    match error {
        SyncError::NoPair if is_known() => error.of_known_clone(dir).into(),
        error => error.into(),
    }
}

/// The pair that a folder is known for, and its id.
fn known_at<'a>(registry: &'a Registry, dir: &Path) -> Option<(&'a KnownPair, EntryId)> {
    let known = registry.at(dir)?;
    Some((known, known.id.parse().ok()?))
}
