//! The syncs around `start` and `end`: nobody waits long for a remote while the other member sits there.

use std::time::{Duration, Instant};

use crate::git::Repository;
use crate::sync::{Delivery, ReadScope, SnapshotFiles, SyncNote, SyncOptions};

use super::session::open_clone;
use super::sync::Synced;
use super::{AppError, PairClone, Remark, Remarks, Setting, WriteSession};

/// How long a meeting waits for a remote (docs/sync.md#procedure).
const PATIENCE: Duration = Duration::from_secs(5);

/// A sync around a meeting, as far as it is to be told there.
#[derive(Debug)]
pub struct MeetingSync {
    /// The outcome; none without a remote, or where an obstacle stopped it.
    pub synced: Option<Synced>,
    /// The obstacle.
    pub remarks: Remarks,
    /// Whether the conflicts that stand are to be told. Whoever reads lists aloud need not hear of them: `sync`, `status`
    /// and the first sync of `start` remind of them.
    pub reminds: bool,
}

impl MeetingSync {
    /// Syncs within `patience`.
    fn run(setting: &Setting, place: &PairClone, patience: Duration, reminds: bool) -> Self {
        let remarks = Remarks::default();
        let mut synced = sync_meanwhile(setting, place, patience, &remarks);
        if let Some(synced) = &mut synced {
            // The first sync said it, and `end` may end it.
            let is_told = |note: &SyncNote| reminds || !matches!(note, SyncNote::NextInConflict(_));
            synced.report.notes.retain(is_told);
        }
        Self {
            synced,
            remarks,
            reminds,
        }
    }

    fn is_delivered(&self) -> bool {
        let report = self.synced.as_ref().map(|synced| &synced.report);
        report.is_some_and(|report| report.delivery == Delivery::Delivered)
    }
}

/// Syncs before `start`. The words of it are to be said before the meeting begins: nobody hears them again from a run that
/// dies. Returns also the time for the sync after it; none where this one delivered nothing. `began` is when the person
/// began to wait.
pub fn sync_before_start(
    setting: &Setting,
    place: &PairClone,
    began: Instant,
) -> (MeetingSync, Option<Duration>) {
    let before = MeetingSync::run(setting, place, PATIENCE, true);
    let left = PATIENCE.checked_sub(began.elapsed());
    let left = left.filter(|_| before.is_delivered());
    (before, left)
}

/// Syncs after `start`, so that the other member sees that the meeting is under way. The lock is free meanwhile.
pub fn sync_started(session: WriteSession, place: &PairClone, left: Duration) -> MeetingSync {
    sync_after(session, place, left)
}

/// Syncs after `end`, before the lists are read aloud: they hold what comes with it. The lock is free meanwhile.
pub fn sync_ended(session: WriteSession, place: &PairClone) -> MeetingSync {
    sync_after(session, place, PATIENCE)
}

fn sync_after(session: WriteSession, place: &PairClone, patience: Duration) -> MeetingSync {
    let setting = session.view.setting.clone();
    drop(session);
    MeetingSync::run(&setting, place, patience, false)
}

/// Syncs within `patience`: nobody waits longer for a remote while the other member sits there.
/// An obstacle is a remark, and then there is no outcome; nor is there one without a remote.
pub fn sync_meanwhile(
    setting: &Setting,
    place: &PairClone,
    patience: Duration,
    remarks: &Remarks,
) -> Option<Synced> {
    // Without a remote there is nothing to wait for; the command itself tells of other trouble.
    let remotes = Repository::open(&place.dir).and_then(|repo| repo.remotes());
    if setting.offline || !remotes.is_ok_and(|remotes| !remotes.is_empty()) {
        return None;
    }
    let mut workspace = open_clone(setting, place, SnapshotFiles::Records, ReadScope::Changes).ok()?;
    // The defaults ask nobody for a password.
    let options = SyncOptions {
        time_limit: Some(patience),
        ..SyncOptions::default()
    };
    let report = crate::sync::sync(&mut workspace, &options).map_err(AppError::from);
    match report.and_then(|report| Synced::of(report, &workspace, setting, place)) {
        Ok(synced) => Some(synced),
        Err(e) => {
            remarks.add(Remark::SyncFailed(e));
            None
        }
    }
}
