//! `edit DATE`: the whole record of a meeting, as a person edits it. Sealed entries stay sealed in it, and nobody needs a
//! seat in the pair.

use crate::model::{Home, MeetingKey, Problem, parse_record};
use crate::store::read_file;
use crate::sync::{ReadScope, SnapshotFiles, SyncError, Workspace};

use super::{AppError, ReadSession, Session, session::open_clone};

/// The record of a meeting, to be edited.
#[derive(Debug)]
pub struct OpenRecord {
    /// The meeting.
    pub key: MeetingKey,
    /// The record as it lies in the folder.
    pub text: String,
}

/// Opens the record of the meeting that `words` name. Hand edits come first: they are filled in and sealed before
/// anybody looks at them again.
///
/// # Errors
/// When there was no such meeting, or the record cannot be read.
pub fn open_record(session: &ReadSession, words: &str) -> Result<OpenRecord, AppError> {
    let key = session.view.meeting_of(words)?;
    let mut workspace = open_workspace(session)?;
    let written = workspace.begin_hand_edits().finish_unrecorded();
    session.view.remarks.add_written(&mut workspace, written)?;
    drop(workspace);
    let path = key.path();
    let bytes = read_file(session.repository()?.workdir(), &path)?
        .map_err(|problem| SyncError::Problems(vec![problem]))?
        .unwrap_or_default();
    let text = String::from_utf8(bytes).map_err(|_| AppError::NotText(path))?;
    Ok(OpenRecord { key, text })
}

impl OpenRecord {
    /// Checks a text that is to be the record.
    ///
    /// # Errors
    /// Each place where it is not sound.
    pub fn check(&self, edited: &str) -> Result<(), Vec<Problem>> {
        parse_record(Home::Meeting(self.key), edited.as_bytes(), false).map(drop)
    }

    /// Saves the record as it was edited; changes that came meanwhile are merged.
    ///
    /// # Errors
    /// When the edited record is not sound, or an entry in it cannot be sealed.
    pub fn save(&self, session: &ReadSession, edited: &str) -> Result<(), AppError> {
        let mut workspace = open_workspace(session)?;
        let home = Home::Meeting(self.key);
        let prepared = workspace.begin_record(home, self.text.as_bytes(), edited.as_bytes())?;
        let written = prepared.finish("edit");
        session.view.remarks.add_written(&mut workspace, written)?;
        Ok(())
    }
}

fn open_workspace(session: &ReadSession) -> Result<Workspace, AppError> {
    open_clone(
        &session.view.setting,
        &session.place,
        SnapshotFiles::Records,
        ReadScope::Everything,
    )
}
