//! The syncs around `start` and `end`: nobody waits long for a remote while the other member sits there.

use std::time::Duration;

use crate::git::Repository;
use crate::model::{Date, MeetingKey};
use crate::sync::{Delivery, ReadScope, SnapshotFiles, SyncNote, SyncOptions};

use super::meetings::start;
use super::session::open_clone;
use super::sync::Synced;
use super::{AppError, PairClone, ReadSession, Remark, Remarks, Setting, WriteSession};

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
        let mut synced = sync_within(setting, place, patience, &remarks);
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

/// The step after the sync before `start`: the meeting begins.
#[derive(Debug)]
#[must_use = "the meeting has not begun yet"]
pub struct MeetingToStart {
    place: PairClone,
    is_delivered: bool,
}

/// A meeting that began. The step after its agenda is shown is [`StartedMeeting::sync`].
#[derive(Debug)]
#[must_use = "the other member does not see yet that it is under way"]
pub struct StartedMeeting {
    /// The meeting.
    pub meeting: MeetingKey,
    place: PairClone,
    /// The time for the sync after it; none where the one before delivered nothing.
    left: Option<Duration>,
}

/// The step after the sync that follows `end`: both to-do lists are read aloud.
#[derive(Debug)]
#[must_use = "the lists are to be read aloud"]
pub struct ListsToRead {
    setting: Setting,
    place: PairClone,
}

/// Syncs before `start`. The words of it are to be said before the meeting begins: nobody hears them again from a run that
/// dies. Returns also the next step.
pub fn sync_before_start(setting: &Setting, place: &PairClone) -> (MeetingSync, MeetingToStart) {
    let before = MeetingSync::run(setting, place, PATIENCE, true);
    let is_delivered = before.is_delivered();
    let place = place.clone();
    (before, MeetingToStart { place, is_delivered })
}

impl MeetingToStart {
    /// Begins the meeting in a session of the same pair. `waited` is how long the person waited for the sync.
    ///
    /// # Errors
    /// As [`start`].
    pub fn start(
        self,
        session: &mut WriteSession,
        on: Option<Date>,
        waited: Duration,
    ) -> Result<StartedMeeting, AppError> {
        let Self { place, is_delivered } = self;
        let left = PATIENCE.checked_sub(waited).filter(|_| is_delivered);
        let meeting = start(session, on)?;
        Ok(StartedMeeting { meeting, place, left })
    }
}

impl StartedMeeting {
    /// Syncs, so that the other member sees that the meeting is under way; not where the sync before delivered nothing, or
    /// took all the time. The lock is free meanwhile.
    pub fn sync(self, session: WriteSession) -> Option<MeetingSync> {
        let left = self.left?;
        Some(sync_after(session, &self.place, left))
    }
}

/// Syncs after `end`. The lock is free meanwhile. Returns also the next step.
pub fn sync_ended(session: WriteSession, place: &PairClone) -> (MeetingSync, ListsToRead) {
    let setting = session.view.setting.clone();
    let place = place.clone();
    let sync = sync_after(session, &place, PATIENCE);
    (sync, ListsToRead { setting, place })
}

impl ListsToRead {
    /// Opens the pair anew: the lists hold what came with the sync.
    ///
    /// # Errors
    /// As [`ReadSession::open`].
    pub fn open(self) -> Result<ReadSession, AppError> {
        ReadSession::open(&self.setting, &self.place, |_| true)
    }
}

fn sync_after(session: WriteSession, place: &PairClone, patience: Duration) -> MeetingSync {
    let setting = session.view.setting.clone();
    drop(session);
    MeetingSync::run(&setting, place, patience, false)
}

/// Syncs within `patience`: nobody waits longer for a remote while the other member sits there.
/// An obstacle is a remark, and then there is no outcome; nor is there one without a remote.
fn sync_within(
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
