//! A pair opened to write in it, its lock held. Only the files of this folder write with a [`Workspace`].

use crate::git::Repository;
use crate::model::{EntryId, Placed, Slug, State, Visibility};
use crate::query::{Ids, Records};
use crate::sync::{
    CheckedOut, Keys, ReadScope, Reverted, SnapshotFiles, SyncError, UndoDirection, View, Workspace, view,
};

use super::{PairView, Session, name_of, open_clone};
use crate::app::{AppError, Place, Remarks, Setting};

/// A pair opened to write in it. Hand edits are taken in, and nobody else writes in the clone meanwhile.
pub struct WriteSession {
    /// The pair as I see it, as of the last save.
    pub view: PairView,
    workspace: Workspace,
}

impl WriteSession {
    /// Opens a pair: every hand edit is taken in, every record of `interest` is read.
    ///
    /// # Errors
    /// When the clone cannot be handled, a record edited by hand is not sound, or I have no seat in the pair.
    pub fn open(setting: &Setting, place: &Place, interest: ReadScope) -> Result<Self, AppError> {
        let workspace = open_clone(setting, place, SnapshotFiles::Records, interest)?;
        let me = workspace.me()?;
        let name = name_of(place, workspace.pair(), Some(&me));
        let remarks = Remarks::default();
        remarks.add_notes(workspace.sync_notes());
        let records = records_of(&workspace);
        let ids = ids_of(&workspace, &records, setting)?;
        let view = PairView {
            name,
            me,
            records,
            ids,
            setting: setting.clone(),
            remarks,
        };
        Ok(Self { view, workspace })
    }

    /// Whether entries with all these themes are known, those of records that were not read included.
    pub(in crate::app) fn knows_themes(&self, themes: &[Slug]) -> Result<bool, AppError> {
        let (known, unread) = (self.view.records.themes(), self.workspace.unread()?.themes);
        Ok(themes
            .iter()
            .all(|theme| known.contains(theme) || unread.contains(theme.as_str())))
    }

    /// Reads every record, where only some were of interest so far.
    pub(in crate::app) fn read_everything(&mut self) -> Result<(), AppError> {
        self.workspace.read_everything()?;
        self.look_again()
    }

    /// The clone, to be asked and to edit a state with. Only [`WriteSession::save`] writes.
    pub(in crate::app) fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// Adds an entry, sealed where its visibility says so; `placed` has its content in clear and no id yet.
    pub(in crate::app) fn add_entry(
        &self,
        state: &mut State,
        mut placed: Placed,
        visibility: Visibility,
    ) -> Result<EntryId, AppError> {
        let id = self.workspace.new_id();
        placed.entry.set("id", id.to_string());
        self.workspace.add_entry(state, id, placed, visibility)?;
        Ok(id)
    }

    /// Commits a new state as the work of a command, and writes it out. `undo` knows the command by its name.
    pub(in crate::app) fn save(
        &mut self,
        command: &str,
        message: Option<&str>,
        state: State,
    ) -> Result<(), AppError> {
        self.refuse_unwritable(&state)?;
        let written = self.workspace.begin(state, message)?.finish(command)?;
        self.finished(&written)
    }

    /// Takes the last command of this clone back, or the last undo; none where there is none.
    pub(in crate::app) fn revert(&mut self, direction: UndoDirection) -> Result<Option<Reverted>, AppError> {
        let Some((prepared, taken)) = self.workspace.begin_undo(direction)? else {
            return Ok(None);
        };
        let written = prepared.finish(direction.as_str())?;
        self.finished(&written)?;
        Ok(Some(taken))
    }

    fn finished(&mut self, written: &CheckedOut) -> Result<(), AppError> {
        self.view.remarks.add_notes(&written.notes());
        self.look_again()
    }

    fn look_again(&mut self) -> Result<(), AppError> {
        self.view.records = records_of(&self.workspace);
        self.view.ids = ids_of(&self.workspace, &self.view.records, &self.view.setting)?;
        Ok(())
    }

    /// A record that cannot be read is not written over, so nothing may be put into it.
    fn refuse_unwritable(&self, state: &State) -> Result<(), AppError> {
        let broken: Vec<_> = self.workspace.broken().collect();
        if broken.is_empty() {
            return Ok(());
        }
        let (before, files) = (self.workspace.state().files(), state.files());
        let hit: Vec<_> = broken
            .into_iter()
            .filter(|problem| files.get(&problem.path) != before.get(&problem.path))
            .cloned()
            .collect();
        if hit.is_empty() {
            Ok(())
        } else {
            Err(SyncError::Problems(hit).into())
        }
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

    fn repository(&self) -> &Repository {
        self.workspace.repository()
    }
}

fn records_of(workspace: &Workspace) -> Records {
    let View {
        entries, meetings, ..
    } = view(workspace.state(), workspace.pair(), &workspace.keys, |_| true);
    Records {
        pair: workspace.pair().clone(),
        entries,
        meetings,
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
