//! `restore PATH`: a record is as it was before somebody else broke, changed or removed it.

use crate::model::{EntryId, RecordPath};
use crate::sync::{PutBack, ReadScope, RestoredEntry, SnapshotFiles, SyncError, begin_put_pair_back_there};

use super::restore::{put_back, refuse_anothers};
use super::session::open_clone;
use super::{AppError, Attempt, PairClone, Remarks, Setting, WriteSession};

/// The way in which a record was put back.
pub enum RestoredPath {
    /// It was broken, and is as in the commit of that short name again.
    LastGood(String),
    /// It is as before somebody else changed it: the entries that came back with it, and the short name of the commit.
    Before(Box<Attempt<(Vec<EntryId>, String)>>),
}

/// Puts a record back: a broken one as in its last good version. Of any other it takes back what somebody else did to it
/// last (docs/command-line.md#restore).
///
/// # Errors
/// When the record cannot be read or written, or the clone cannot be handled.
pub fn restore_path(
    setting: &Setting,
    place: &PairClone,
    record: RecordPath,
    remarks: &Remarks,
) -> Result<RestoredPath, AppError> {
    if let Some(commit) = restore_broken_record(setting, place, record, remarks)? {
        return Ok(RestoredPath::LastGood(commit));
    }
    let attempt = Attempt::of(setting, place, |session| restore_record(session, record))?;
    Ok(RestoredPath::Before(Box::new(attempt)))
}

/// Puts the last good version of a record back that cannot be read, as a new commit (docs/sync.md#broken-records). The
/// short name of the commit that it comes from; none if nothing is wrong with it.
fn restore_broken_record(
    setting: &Setting,
    place: &PairClone,
    record: RecordPath,
    remarks: &Remarks,
) -> Result<Option<String>, AppError> {
    let open = |files| open_clone(setting, place, files, ReadScope::Changes);
    let mut workspace = match (open(SnapshotFiles::Records), record) {
        // No edit of another record can be taken in before the pair is back: they wait in the folder.
        (
            Err(AppError::Sync(
                SyncError::NewerFormat { .. } | SyncError::Problems(_) | SyncError::PairReplaced,
            )),
            RecordPath::Pair,
        ) => open(SnapshotFiles::Nothing)?,
        (opened, _) => opened?,
    };
    let put_back = match record {
        // The one that a sync has fetched may stop it.
        RecordPath::Pair => match workspace.begin_put_pair_back()? {
            Some(put_back) => Some(put_back),
            None => begin_put_pair_back_there(&mut workspace)?,
        },
        record => workspace.begin_put_back(record)?,
    };
    let Some(PutBack { prepared, from }) = put_back else {
        return Ok(None);
    };
    // The undo log does not name it: nothing that can be read stood before.
    let written = prepared.finish_unrecorded();
    remarks.add_written(&mut workspace, written)?;
    Ok(Some(from.short()))
}

/// Takes back the last changes by somebody else of the head of a record, in one commit: of a meeting, of the agenda, or of
/// `pair.toml` but for keys. If it removed the record, its entries come back, too, as far as I may restore
/// them. Returns them, and the short name of that commit (docs/command-line.md#restore). Refused if nobody else changed it.
fn restore_record(
    session: &mut WriteSession,
    record: RecordPath,
) -> Result<(Vec<EntryId>, String), AppError> {
    session.read_everything()?;
    let before = session.workspace().record_before(record)?;
    let before = before.ok_or_else(|| AppError::NothingToRestore(record.path(), None))?;
    let (known, me) = (session.workspace().readers()?, session.view.me.clone());
    // As each stood before, unless somebody had let more people read it there.
    let (meant, wider): (Vec<_>, Vec<_>) = before
        .gone
        .into_iter()
        .partition(|(id, placed)| session.workspace().is_as_meant(&known, *id, placed));
    let wider: Vec<EntryId> = wider.into_iter().map(|(id, _)| id).collect();
    let meant = meant
        .into_iter()
        .map(|(id, placed)| (id, RestoredEntry::of(placed)));
    let mut restored: Vec<(EntryId, RestoredEntry)> = meant.collect();
    if !wider.is_empty() {
        restored.extend(session.workspace().versions_before(&wider, &me)?);
    }
    restored.retain(|(id, version)| refuse_anothers(session, &known, *id, Some(&version.placed)).is_ok());
    restored.sort_by_key(|(id, _)| *id);
    put_back(session, &known, &restored, before.state)?;
    let ids = restored.into_iter().map(|(id, _)| id).collect();
    Ok((ids, before.commit.short()))
}
