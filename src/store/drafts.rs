//! Notes of texts that are open in an editor: a text outlives a run that was killed, and the next command finds it
//! (docs/privacy.md#files-on-this-machine).

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::save::{create_private_folder, sync_folder};

/// A text that lies in a file while a person edits it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftFile {
    /// The file, in a folder of its own.
    pub file: PathBuf,
    /// The clone that the text is for, absolute.
    pub clone: PathBuf,
    /// The command that takes the text, without the program and without any word of the text. Themes are in it.
    pub command: Vec<String>,
}

/// A note that a text is open. It is locked as long as its process lives, and goes with this value, unless it is kept.
#[derive(Debug)]
pub struct DraftNote {
    path: PathBuf,
    is_kept: bool,
    _lock: File,
}

impl DraftNote {
    /// Notes a text durably, before anything stands in its file.
    ///
    /// # Errors
    /// When the note cannot be written.
    pub fn write(state_dir: &Path, draft: &DraftFile) -> Result<Self, StoreError> {
        let folder = folder(state_dir);
        create_private_folder(&folder)?;
        // Named after the folder of the text, which is the only one of its name.
        let name = draft.file.parent().and_then(Path::file_name);
        let path = folder.join(name.unwrap_or_default());
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path).map_err(StoreError::io("write", &path))?;
        // A command that looks for dead drafts may hold it for a moment.
        file.lock().map_err(StoreError::io("lock", &path))?;
        let text = toml::to_string(draft).map_err(|e| StoreError::Damaged {
            path: path.clone(),
            what: e.to_string(),
        })?;
        let write = StoreError::io("write", &path);
        file.write_all(text.as_bytes()).map_err(write)?;
        file.sync_all().map_err(StoreError::io("make durable", &path))?;
        sync_folder(&folder)?;
        Ok(Self {
            path,
            is_kept: false,
            _lock: file,
        })
    }

    /// Leaves the note where it is: the text was not saved, and the next command is to name it.
    pub fn keep(mut self) {
        self.is_kept = true;
    }
}

impl Drop for DraftNote {
    fn drop(&mut self) {
        if !self.is_kept {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The texts that were not saved and still lie in their files, the oldest first: those of killed runs, and those that were
/// kept. A note whose text is gone is removed.
pub fn dead_drafts(state_dir: &Path) -> Vec<DraftFile> {
    let Ok(items) = fs::read_dir(folder(state_dir)) else {
        return Vec::new();
    };
    let age = |item: &fs::DirEntry| item.metadata().and_then(|data| data.modified()).ok();
    let mut dead: Vec<_> = items
        .flatten()
        .filter_map(|item| Some((age(&item), dead_draft(&item.path())?)))
        .collect();
    dead.sort_by(|(one, a), (other, b)| (one, &a.file).cmp(&(other, &b.file)));
    dead.into_iter().map(|(_, draft)| draft).collect()
}

fn dead_draft(note: &Path) -> Option<DraftFile> {
    let file = File::open(note).ok()?;
    // Its process holds the lock while it lives.
    file.try_lock_shared().ok()?;
    let draft: DraftFile = toml::from_str(&fs::read_to_string(note).ok()?).ok()?;
    if draft.file.exists() {
        return Some(draft);
    }
    let _ = fs::remove_file(note);
    None
}

fn folder(state_dir: &Path) -> PathBuf {
    state_dir.join("drafts")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_dead_once_nobody_holds_its_note_and_its_text_is_there() {
        let state = tempfile::tempdir().unwrap();
        let place = state.path().join("oneonone-abc");
        fs::create_dir(&place).unwrap();
        let draft = DraftFile {
            file: place.join("entry.md"),
            clone: "/clone".into(),
            command: vec!["add".into(), "note".into()],
        };
        assert!(dead_drafts(state.path()).is_empty());
        let note = DraftNote::write(state.path(), &draft).unwrap();
        fs::write(&draft.file, "text").unwrap();
        assert!(dead_drafts(state.path()).is_empty(), "its run lives");
        // A killed run lets go of the lock and removes nothing, and so does one that keeps its note.
        let path = note.path.clone();
        drop(note);
        assert!(!path.exists());
        DraftNote::write(state.path(), &draft).unwrap().keep();
        // A program that another test starts holds the lock, too, until it runs.
        let is_dead = || dead_drafts(state.path()) == std::slice::from_ref(&draft);
        assert!((0..500).any(|_| is_dead() || {
            std::thread::sleep(std::time::Duration::from_millis(10));
            false
        }));
        fs::write(path.with_file_name("other"), "damaged").unwrap();
        assert_eq!(dead_drafts(state.path()), std::slice::from_ref(&draft));
        fs::remove_file(&draft.file).unwrap();
        assert!(dead_drafts(state.path()).is_empty());
        assert!(!path.exists(), "the note of a text that is gone goes");
    }
}
