//! A pair opened to write in it, its lock held.

use crate::git::Repository;
use crate::model::{Slug, State};
use crate::query::{Ids, Records};
use crate::sync::{
    CheckedOut, Keys, ReadScope, Reverted, SnapshotFiles, SyncError, SyncNote, UndoDirection, Workspace, view,
};

use super::{PairView, Session, name_of, open_clone};
use crate::app::people::names;
use crate::app::{AppError, PairClone, Remarks, Setting};

/// A pair opened to write in it. Hand edits are taken in, and nobody else writes in the clone meanwhile.
pub struct WriteSession {
    /// The pair as I see it, as of the last save.
    pub view: PairView,
    workspace: Workspace,
}

impl WriteSession {
    /// Opens a pair: every hand edit is taken in, every record of `read_scope` is read.
    ///
    /// # Errors
    /// When the clone cannot be handled, a record edited by hand is not sound, or I have no seat in the pair.
    pub fn open(setting: &Setting, place: &PairClone, read_scope: ReadScope) -> Result<Self, AppError> {
        let mut workspace = open_clone(setting, place, SnapshotFiles::Records, read_scope)?;
        let me = workspace.me()?;
        let name = name_of(place, workspace.pair(), Some(&me));
        let remarks = Remarks::default();
        remarks.add_notes(&workspace.take_sync_notes());
        remarks.add_notes(workspace.older_pair()?.as_slice());
        let change = workspace.keys.seat_change(workspace.pair());
        remarks.add_notes(change.map(SyncNote::OwnSeatChanged).as_slice());
        let records = records_of(&workspace);
        let ids = ids_of(&workspace, &records, setting)?;
        let view = PairView {
            name,
            names: names(&setting.registry()?, &place.dir, workspace.pair(), &me),
            me,
            records,
            ids,
            closed: Vec::new(),
            broken: workspace.broken(),
            setting: setting.clone(),
            remarks,
        };
        Ok(Self { view, workspace })
    }

    /// Whether entries with all these themes are known, those of records that were not read included.
    pub(in crate::app) fn knows_themes(&self, themes: &[Slug]) -> Result<bool, AppError> {
        let (known, unread) = (self.view.records.themes(), self.workspace.unread_themes()?);
        Ok(themes
            .iter()
            .all(|theme| known.contains(theme) || unread.contains(theme.as_str())))
    }

    /// Reads every record, if only some were read so far.
    pub(in crate::app) fn read_everything(&mut self) -> Result<(), AppError> {
        self.workspace.read_everything()?;
        self.look_again()
    }

    /// The clone, to be asked and to edit a state with. Only [`WriteSession::save`] and
    /// [`WriteSession::revert`] write.
    pub(in crate::app) fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// Commits a new state as the work of a command, and writes it out. `undo` knows the command by its name.
    pub(in crate::app) fn save(
        &mut self,
        command: &str,
        message: Option<&str>,
        state: State,
    ) -> Result<(), AppError> {
        let written = self.workspace.begin(state, message)?.finish(command);
        self.finished(written)
    }

    /// Takes the last command of this clone back, or the last undo; none where there is none.
    pub(in crate::app) fn revert(&mut self, direction: UndoDirection) -> Result<Option<Reverted>, AppError> {
        let Some((prepared, taken)) = self.workspace.begin_undo(direction)? else {
            return Ok(None);
        };
        let written = prepared.finish(direction.as_str());
        self.finished(written)?;
        Ok(Some(taken))
    }

    fn finished(&mut self, written: Result<CheckedOut, SyncError>) -> Result<(), AppError> {
        self.view.remarks.add_written(&mut self.workspace, written)?;
        self.look_again()
    }

    fn look_again(&mut self) -> Result<(), AppError> {
        self.view.records = records_of(&self.workspace);
        self.view.ids = ids_of(&self.workspace, &self.view.records, &self.view.setting)?;
        Ok(())
    }
}

/// A use case that opened a pair to write in it. The session has the remarks, where the use case failed too.
pub struct Attempt<T> {
    /// The pair.
    pub session: WriteSession,
    /// The outcome of the use case.
    pub outcome: Result<T, AppError>,
}

impl<T> Attempt<T> {
    /// Opens a pair, every record of it read, and runs a use case in it.
    pub(in crate::app) fn of(
        setting: &Setting,
        place: &PairClone,
        run: impl FnOnce(&mut WriteSession) -> Result<T, AppError>,
    ) -> Result<Self, AppError> {
        let mut session = WriteSession::open(setting, place, ReadScope::Everything)?;
        let outcome = run(&mut session);
        Ok(Self { session, outcome })
    }
}

impl Session for WriteSession {
    fn view(&self) -> &PairView {
        &self.view
    }

    fn state(&self) -> &State {
        self.workspace.state()
    }

    fn keys(&self) -> &Keys {
        &self.workspace.keys
    }

    fn repository(&self) -> Result<&Repository, AppError> {
        Ok(self.workspace.repository())
    }
}

/// The records that a clone has read, as my keys open them.
fn records_of(workspace: &Workspace) -> Records {
    let view = view(workspace.state(), workspace.pair(), &workspace.keys, |_| true);
    Records {
        pair: workspace.pair().clone(),
        entries: view.entries,
        meetings: view.meetings,
    }
}

/// The ids of all entries, those of records that were not read included.
fn ids_of(workspace: &Workspace, records: &Records, setting: &Setting) -> Result<Ids, AppError> {
    let ids = Ids::new(records, setting.now());
    if workspace.has_read_everything() {
        return Ok(ids);
    }
    let unread = workspace.unread()?;
    Ok(ids.with(unread.open, unread.ids))
}
