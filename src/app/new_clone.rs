//! The steps that `init` and `join` share: a folder, a key, and a reason why a remote was not reached.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::git::{CloneOutcome, HeadsOutcome, PushOutcome};
use crate::model::Slug;
use crate::seal::Identities;
use crate::store::PrivateFileError;
use crate::sync::{Delivery, SyncError, create_identity, load_identity};

use super::{AppError, Remark, Remarks, Setting};

/// A new clone of this person's.
#[derive(Debug, Clone)]
pub struct NewClone {
    /// The folder to make; the pair's name unless given.
    pub dir: Option<PathBuf>,
    /// The folder that relative paths begin at.
    pub folder: PathBuf,
    /// When the person began to wait for the remote.
    pub began: Instant,
}

impl NewClone {
    /// The folder that was named. One that holds something already is refused.
    pub(super) fn named(&self) -> Result<Option<PathBuf>, AppError> {
        self.dir.as_ref().map(|dir| self.free(dir)).transpose()
    }

    /// The folder of the pair's name.
    pub(super) fn usual(&self, setting: &Setting, partner: &Slug) -> Result<PathBuf, AppError> {
        Ok(self.folder.join(setting.registry()?.free_name(partner.as_str())))
    }

    pub(super) fn free(&self, dir: &Path) -> Result<PathBuf, AppError> {
        let dir = self.folder.join(dir);
        let dir = std::path::absolute(&dir).unwrap_or(dir);
        refuse_taken(&dir)?;
        Ok(dir)
    }
}

/// Refuses a folder that holds something already.
///
/// # Errors
/// When it does, or cannot be read.
pub fn refuse_taken(dir: &Path) -> Result<(), AppError> {
    if dir.exists() && fs::read_dir(dir).map_or(true, |mut items| items.next().is_some()) {
        return Err(AppError::FolderTaken(dir.to_owned()));
    }
    Ok(())
}

/// My identity. Where there is none yet, one is made.
pub(super) fn own_identity(setting: &Setting, remarks: &Remarks) -> Result<Identities, AppError> {
    let path = &setting.environment.identity;
    match load_identity(path) {
        Err(SyncError::PrivateFile(PrivateFileError::Missing { .. })) => {}
        loaded => return Ok(loaded?),
    }
    match create_identity(path) {
        // Another command made one meanwhile.
        Err(SyncError::PrivateFile(PrivateFileError::Exists { .. })) => Ok(load_identity(path)?),
        made => {
            let made = made?;
            remarks.add(Remark::MadeKey(path.clone()));
            Ok(made)
        }
    }
}

/// Why a push did not arrive.
pub fn push_delivery(outcome: PushOutcome) -> Delivery {
    match outcome {
        PushOutcome::Accepted => Delivery::Delivered,
        PushOutcome::Rejected { words } | PushOutcome::Denied { words } => Delivery::Denied { words },
        PushOutcome::Elsewhere { to } => Delivery::Elsewhere { to },
        PushOutcome::Unreachable { words } => Delivery::unreachable(words),
        PushOutcome::TimedOut => Delivery::TimedOut,
    }
}

/// Why a remote was not cloned.
pub(super) fn clone_delivery(outcome: CloneOutcome) -> Delivery {
    match outcome {
        CloneOutcome::Done => Delivery::Delivered,
        CloneOutcome::Unreachable { words } => Delivery::unreachable(words),
        CloneOutcome::Denied { words } => Delivery::Denied { words },
        CloneOutcome::TimedOut => Delivery::TimedOut,
    }
}

/// Why a remote did not list its branches.
pub(super) fn heads_delivery(outcome: HeadsOutcome) -> Delivery {
    match outcome {
        HeadsOutcome::Heads(_) => Delivery::Delivered,
        HeadsOutcome::Unreachable { words } => Delivery::unreachable(words),
        HeadsOutcome::Denied { words } => Delivery::Denied { words },
        HeadsOutcome::TimedOut => Delivery::TimedOut,
    }
}
