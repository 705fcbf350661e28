//! `status`: the work that is not synced yet, as last seen.

use crate::sync::{CloneStatus, clone_status};

use super::{AppError, Session};

/// Where a clone stands.
#[derive(Debug)]
pub struct Status {
    /// Against its remote.
    pub clone_status: CloneStatus,
    /// How many entries, heads and settings have a conflict.
    pub conflicts: usize,
    /// The reason why a sync would stop.
    pub obstacle: Option<AppError>,
}

/// Where a clone stands; the network is left alone.
///
/// # Errors
/// When the repository or the folder cannot be read.
pub fn status(session: &impl Session) -> Result<Status, AppError> {
    Ok(Status {
        clone_status: clone_status(session.repository())?,
        conflicts: session.conflicted(),
        obstacle: session.repository().check_shape().err().map(AppError::from),
    })
}
