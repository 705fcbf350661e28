//! One write of a command: begun in a workspace, prepared as a commit, and finished once.

use crate::model::{Home, State};
use crate::store::LogLine;

use crate::sync::checkout::CheckedOut;
use crate::sync::combine::carry::carry_back;
use crate::sync::error::SyncError;
use crate::sync::outcome::SyncNote;
use crate::sync::workspace::Workspace;
use crate::sync::workspace::undo::{Reverted, UndoDirection};

/// A commit that a command prepared. It counts once it is finished. Where a command drops it, nothing of it was written, and
/// the command ends: its workspace goes on from a commit that nobody keeps. Hand edits may count already.
#[must_use = "a prepared commit counts once it is finished"]
pub struct Prepared<'a> {
    workspace: &'a mut Workspace,
    /// Whether the command changed anything.
    changed: bool,
    /// The commit that it takes back, for `undo` and `redo`.
    reverts: Option<(UndoDirection, String)>,
    /// The name for whatever lies in the place of `pair.toml`, if it makes room.
    pair_aside: Option<String>,
}

impl Workspace {
    /// Prepares the commit of a new state, with a message where the change does not speak for itself.
    ///
    /// # Errors
    /// When a record would exceed the limits, the pair is of a newer format, or Git cannot write.
    pub fn begin(&mut self, mut state: State, message: Option<&str>) -> Result<Prepared<'_>, SyncError> {
        self.refuse_broken(&state)?;
        // A hand edit is committed as it lies in the folder, and moves nothing that the person did not move.
        let carried = carry_back([&self.side.state; 3], &mut state, &self.pair, &self.keys);
        self.sync_notes
            .extend(carried.into_iter().map(SyncNote::CarriedBack));
        let changed = self.commit(state, message)?;
        Ok(self.as_prepared(changed))
    }

    /// The commit of the hand edits that were taken in when the clone was opened: [`Prepared::finish_unrecorded`] makes it
    /// count.
    pub fn begin_hand_edits(&mut self) -> Prepared<'_> {
        let changed = self.tip != self.head;
        self.as_prepared(changed)
    }

    /// Prepares a record that a person edited as a whole. A record that changed since it was `seen` is
    /// merged.
    ///
    /// # Errors
    /// When the record is not sound; nothing is changed then.
    pub fn begin_record(
        &mut self,
        home: Home,
        seen: &[u8],
        edited: &[u8],
    ) -> Result<Prepared<'_>, SyncError> {
        let changed = self.snapshot_record(home, seen, edited)?;
        Ok(self.as_prepared(changed))
    }

    /// Prepares to take the last command back, or the last undo; none where there is none.
    ///
    /// # Errors
    /// [`SyncError::Narrowing`] where a text would be hidden that history shows, [`SyncError::WouldShow`] where one that
    /// is to be sealed would stand in clear, [`SyncError::Problems`] where a record of it cannot be read.
    pub fn begin_undo(
        &mut self,
        direction: UndoDirection,
    ) -> Result<Option<(Prepared<'_>, Reverted)>, SyncError> {
        let Some(reverted) = self.revert(direction)? else {
            return Ok(None);
        };
        let mut prepared = self.as_prepared(reverted.changed);
        prepared.reverts = Some((direction, reverted.command.commit.clone()));
        Ok(Some((prepared, reverted)))
    }

    /// The commit at which the workspace stands, and whether the command made it.
    pub(in crate::sync) fn as_prepared(&mut self, changed: bool) -> Prepared<'_> {
        Prepared {
            workspace: self,
            changed,
            reverts: None,
            pair_aside: None,
        }
    }
}

impl Prepared<'_> {
    /// Has whatever lies in the place of `pair.toml` make room for the one of the commit: it may hold words of somebody.
    pub(in crate::sync) fn with_pair_aside(mut self, name: String) -> Self {
        self.pair_aside = Some(name);
        self
    }

    /// Writes the command down in the undo log by its name, and checks the commit out. The line counts once the commit
    /// does: a command that comes to nothing can be tried again.
    ///
    /// # Errors
    /// When a file cannot be written. The next command completes it then.
    pub fn finish(self, command: &str) -> Result<CheckedOut, SyncError> {
        let commit = self
            .workspace
            .tip
            .filter(|_| self.changed)
            .map(|tip| tip.to_string());
        let by = commit.as_deref();
        let line = match &self.reverts {
            Some((UndoDirection::Undo, of)) => Some(LogLine::Undo { of, by }),
            Some((UndoDirection::Redo, of)) => Some(LogLine::Redo { of, by }),
            None => by.map(|commit| LogLine::Command {
                name: command,
                commit,
            }),
        };
        self.workspace.log_hand_removal()?;
        line.map_or(Ok(()), |line| self.workspace.notes.log(line))?;
        self.check_out()
    }

    /// Checks the commit out, and leaves the undo log alone.
    ///
    /// # Errors
    /// As [`Prepared::finish`].
    pub fn finish_unrecorded(self) -> Result<CheckedOut, SyncError> {
        self.check_out()
    }

    fn check_out(self) -> Result<CheckedOut, SyncError> {
        if let Some(name) = &self.pair_aside {
            self.workspace.move_pair_aside(name)?;
        }
        self.workspace.write_out()
    }
}
