//! Writes that need no seat in the pair: hand edits taken in, and one record replaced by its edited text.

use crate::model::Home;
use crate::sync::{CheckedOut, ReadScope, SnapshotFiles, Workspace};

use super::ReadSession;
use crate::app::{AppError, Place, Setting};

/// Opens a clone to write in it, its lock held; the caller needs no seat in the pair.
pub(in crate::app) fn open_clone(
    setting: &Setting,
    place: &Place,
    take: SnapshotFiles,
    interest: ReadScope,
) -> Result<Workspace, AppError> {
    let environment = setting.environment.clone();
    Ok(Workspace::open(&place.dir, environment, take, interest)?)
}

/// Takes in the hand edits of a clone.
pub(in crate::app) fn take_in_hand_edits(session: &ReadSession) -> Result<(), AppError> {
    let mut workspace = open_for_record(session)?;
    let written = workspace.write_out()?;
    remark(session, &workspace, &written);
    Ok(())
}

/// Makes `edited` of the record that read `seen`. `undo` takes that back.
pub(in crate::app) fn replace_record(
    session: &ReadSession,
    home: Home,
    seen: &[u8],
    edited: &[u8],
) -> Result<(), AppError> {
    let mut workspace = open_for_record(session)?;
    let written = workspace.begin_record(home, seen, edited)?.finish("edit")?;
    remark(session, &workspace, &written);
    Ok(())
}

fn open_for_record(session: &ReadSession) -> Result<Workspace, AppError> {
    open_clone(
        &session.view.setting,
        &session.place,
        SnapshotFiles::Records,
        ReadScope::Everything,
    )
}

fn remark(session: &ReadSession, workspace: &Workspace, written: &CheckedOut) {
    session.view.remarks.add_notes(workspace.sync_notes());
    session.view.remarks.add_notes(&written.notes());
}
