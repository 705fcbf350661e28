//! Changing one entry, whether it stands in clear or under seal.

use crate::git::{Repository, mode};
use crate::model::{Content, EntryId, Files, Form, Home, Limits, Placed, State, Table, Visibility};

use crate::sync::error::SyncError;
use crate::sync::problems::problem;
use crate::sync::secrets::keys::{ViewError, author};
use crate::sync::snapshot::SnapshotContext;
use crate::sync::workspace::Workspace;

impl Workspace {
    /// Adds an entry. `entry` has its envelope and its content in clear; it is sealed here where it must be.
    ///
    /// # Errors
    /// When it cannot be sealed, or is larger than a command may write.
    pub fn add_entry(
        &self,
        state: &mut State,
        id: EntryId,
        placed: Placed,
        visibility: Visibility,
    ) -> Result<(), SyncError> {
        check_size(&placed.entry)?;
        let content = Content::of_entry(&placed.entry);
        let entry = self.sealed_if_needed(id, &placed.entry, visibility, &content)?;
        state.entries.insert(id, Placed { entry, ..placed });
        Ok(())
    }

    /// Changes what an entry says; a sealed one is opened and sealed again, and keeps its ciphertext where nothing
    /// changed. Says whether anything did.
    ///
    /// # Errors
    /// [`SyncError::Open`] when it cannot be opened with my key; or when it cannot be sealed.
    pub fn edit_entry(
        &self,
        state: &mut State,
        id: EntryId,
        change: impl FnOnce(&mut Table),
    ) -> Result<bool, SyncError> {
        let Some(placed) = state.entries.get_mut(&id) else {
            return Ok(false);
        };
        // An exposed entry, which came so from another clone, is sealed as it is changed.
        if placed.entry.form() == Form::Clear {
            let before = placed.entry.clone();
            change(&mut placed.entry);
            placed.entry.tidy_rows();
            check_new_size(&before, &placed.entry)?;
            return Ok(placed.entry != before);
        }
        let (visibility, mut content) = self.opened(id, placed)?;
        let before = content.clone();
        change(content.table_mut());
        content.table_mut().tidy_rows();
        if content == before {
            return Ok(false);
        }
        check_new_size(before.table(), content.table())?;
        placed.entry = self.sealed_if_needed(id, &placed.entry, visibility, &content)?;
        Ok(true)
    }

    /// Lets more people read an entry. Only its author widens (docs/privacy.md#widening).
    ///
    /// # Errors
    /// [`SyncError::NotTheAuthor`] where it is another member's; or when it cannot be opened or sealed.
    pub fn widen_entry(&self, state: &mut State, id: EntryId, to: Visibility) -> Result<(), SyncError> {
        let Some(placed) = state.entries.get_mut(&id) else {
            return Ok(());
        };
        let by = author(&placed.entry).ok_or(SyncError::NotAMember)?;
        if self.me()? != by {
            return Err(SyncError::NotTheAuthor { entry: id, by });
        }
        let (_, content) = self.opened(id, placed)?;
        placed.entry = self.sealed_if_needed(id, &placed.entry, to, &content)?;
        Ok(())
    }

    /// Takes in a record that a person edited as a whole, as if it lay so in the folder. A text that is to be sealed
    /// never gets there in clear. `seen` is the record as it was before; changes since are merged. Says whether anything
    /// changed.
    ///
    /// # Errors
    /// When the record is not sound; nothing is changed then.
    pub(in crate::sync) fn snapshot_record(
        &mut self,
        home: Home,
        seen: &[u8],
        edited: &[u8],
    ) -> Result<bool, SyncError> {
        self.write_out()?;
        let path = home.path();
        let mut work = self.working_copy.clone();
        // The repository has this version already. Writing it anew could put a text there in clear.
        let was = Repository::blob_id(seen)?;
        if self.repo.blob(was, Limits::FILE).is_err() {
            let what = "the record was edited by somebody else at the same time";
            return Err(problem(&path, what, "edit it again"));
        }
        let was = (path.clone(), Some((mode::FILE, was)));
        work.base_tree = Some(self.repo.write_tree(self.side.tree, &[was])?);
        // Only this record counts as edited: the folder may have been read before, and is not looked at.
        let blobs = self.side.blobs.values();
        work.ids = blobs.map(|file| (file.path.clone(), file.id)).collect();
        work.ids.insert(path.clone(), Repository::blob_id(edited)?);
        work.files = Files::from([(path, edited.to_vec())]);
        let context = SnapshotContext {
            base_is_known: true,
            ..self.snapshot_context()
        };
        let Some(taken) = context.take_in(&work)? else {
            return Ok(false);
        };
        self.sync_notes.extend(taken.notes);
        self.commit(taken.state, None)
    }

    /// The content of an entry, and the visibility that decides.
    ///
    /// # Errors
    /// When it cannot be opened with my key.
    pub fn opened(&self, id: EntryId, placed: &Placed) -> Result<(Visibility, Content), SyncError> {
        match self.keys.content(self.pair(), id, placed) {
            Ok(opened) => Ok(opened),
            Err(ViewError::Open(error)) => Err(SyncError::Open { entry: id, error }),
            Err(ViewError::NoIdentity) => {
                self.keys.require_identity()?;
                Err(SyncError::NotAMember)
            }
        }
    }

    pub(in crate::sync) fn sealed_if_needed(
        &self,
        id: EntryId,
        envelope: &Table,
        visibility: Visibility,
        content: &Content,
    ) -> Result<Table, SyncError> {
        if !visibility.is_sealed() {
            return Ok(content.in_clear(envelope));
        }
        let by = author(envelope).ok_or(SyncError::NotAMember)?;
        if visibility == Visibility::Private && self.me()? != by {
            return Err(SyncError::NotTheAuthor { entry: id, by });
        }
        self.keys
            .sealed_entry(self.pair(), id, envelope, visibility, content)
    }
}

/// A text that a hand wrote may be longer than a command writes: it stays, whatever else of its entry changes.
fn check_new_size(before: &Table, entry: &Table) -> Result<(), SyncError> {
    match before.get("text") == entry.get("text") {
        true => Ok(()),
        false => check_size(entry),
    }
}

/// Commands write at most half of what the format allows, so that a merge never exceeds it (docs/format.md#limits).
fn check_size(entry: &Table) -> Result<(), SyncError> {
    let most = Limits::TEXT / 2;
    let size = entry.get_str("text").map_or(0, str::len);
    if size <= most {
        return Ok(());
    }
    let what = format!("the text holds {size} bytes; a command writes at most {most}");
    Err(problem(
        "the new text",
        &what,
        "keep the long part in a file of its own",
    ))
}
