//! Writing a commit out: a durable note, the files, the branch, the memory of it, the index (design, section 4).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use crate::git::{BlobId, CommitId, Expect, IndexLock, RefUpdate, Repository, TreeFile, TreeId, mode};
use crate::model::RecordPath;
use crate::store::{
    Notes, StoreError, Writing, remove_file, safe_path, save_file_if, without_carriage_returns,
};

use super::beside::beside;
use super::catalog::Catalog;
use super::error::SyncError;
use super::outcome::SyncNote;
use super::versions::{Step, Versions, as_read};

/// The largest file that is written out into the folder.
const LARGEST: usize = 512 * 1024 * 1024;

/// What writing out came upon.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that were edited after they had been read: they stay as edited.
    pub edited_meanwhile: Vec<String>,
    /// Files that were edited after they had been read, and were taken in then: a commit of their own holds them.
    pub taken_in_late: Vec<String>,
    /// Files that were not written, because something else stands in their place or a filter of Git's failed.
    pub left_alone: Vec<String>,
    /// Files that Git does not track and that stood in the way: where, and where they stand now.
    pub moved_aside: Vec<(String, String)>,
}

impl Written {
    /// What a person should know of it.
    pub fn notes(&self) -> Vec<SyncNote> {
        let edited = self
            .edited_meanwhile
            .iter()
            .cloned()
            .map(SyncNote::EditedMeanwhile);
        let left = self.left_alone.iter().cloned().map(SyncNote::LeftAlone);
        let aside = self.moved_aside.iter().cloned();
        let aside = aside.map(|(path, to)| SyncNote::MovedAside { path, to });
        edited.chain(left).chain(aside).collect()
    }

    /// Goes on with what another writing came upon, after the records that were edited meanwhile were taken in.
    pub(super) fn then(&mut self, later: Self) {
        let (late, left): (Vec<String>, Vec<String>) = std::mem::take(&mut self.edited_meanwhile)
            .into_iter()
            .partition(|path| RecordPath::parse(path).is_some());
        let late = late
            .into_iter()
            .filter(|path| !later.edited_meanwhile.contains(path));
        self.taken_in_late.extend(late);
        self.edited_meanwhile = left.into_iter().chain(later.edited_meanwhile).collect();
        self.left_alone.extend(later.left_alone);
        self.moved_aside.extend(later.moved_aside);
    }

    /// What does not lie there as the commit has it.
    pub(super) fn left(&self) -> impl Iterator<Item = &String> {
        self.edited_meanwhile.iter().chain(&self.left_alone)
    }
}

/// A commit to be written out.
pub(super) struct Target<'a> {
    pub(super) repo: &'a Repository,
    pub(super) notes: &'a Notes,
    pub(super) catalog: &'a Catalog,
    pub(super) branch: &'a str,
    /// Where the branch stands.
    pub(super) from: Option<CommitId>,
    /// The commit.
    pub(super) to: CommitId,
    /// The tree last written out.
    pub(super) old_tree: Option<TreeId>,
    /// HEAD with the hand edits, but for entries without an id in the folder, or that stand there twice; none where there
    /// were no edits.
    pub(super) taken_in_tree: Option<TreeId>,
    /// The blob ids of files as they lie there and were taken in.
    pub(super) lies: &'a BTreeMap<String, BlobId>,
    /// Paths that a sparse checkout hides.
    pub(super) hidden: &'a BTreeSet<String>,
    pub(super) ends_merge: bool,
}

impl Target<'_> {
    /// Writes it out; none where the branch was moved by another program: nothing is lost then, the note stands. The lock
    /// on the index is taken where it is not held yet, and stays held in that case: the next attempt then meets no
    /// commit.
    pub(super) fn write_out(&self, index: &mut Option<IndexLock>) -> Result<Option<Written>, SyncError> {
        let tree = self.repo.tree_of(self.to)?;
        let taken = self.taken(tree)?;
        let mut paths: BTreeSet<String> = self
            .repo
            .changed_paths(self.old_tree, Some(tree))?
            .into_iter()
            .collect();
        paths.extend(taken.keys().cloned());
        let nothing = paths.is_empty() && self.from == Some(self.to) && !self.ends_merge;
        if nothing && self.notes.writing()?.is_none() {
            self.notes.remember(&tree.to_string(), &self.to.to_string())?;
            return Ok(Some(Written::default()));
        }
        // From here to the refresh of the index no other git commits what the index held before.
        if index.is_none() {
            *index = Some(self.repo.lock_index()?);
        }
        // Nor does another one move the branch: what follows can be finished.
        let lock = match self.from != Some(self.to) {
            true => self.repo.lock_branch(self.branch)?,
            false => None,
        };
        let head = self.repo.head()?;
        if head.branch != self.branch {
            return Err(SyncError::OtherBranch {
                was: self.branch.to_owned(),
                is: head.branch,
            });
        }
        if head.tip != self.from {
            return Ok(None);
        }
        self.repo.make_durable()?;
        self.notes.begin_writing(&Writing {
            branch: self.branch.to_owned(),
            from: self.from.map(|id| id.to_string()).unwrap_or_default(),
            to: self.to.to_string(),
            old_tree: self.old_tree.map(|id| id.to_string()).unwrap_or_default(),
            taken_in: self.taken_in_tree.map(|id| id.to_string()).unwrap_or_default(),
            taken: taken
                .iter()
                .map(|(path, id)| (path.clone(), id.to_string()))
                .collect(),
            ends_merge: self.ends_merge,
        })?;
        let mut written = Written::default();
        // What goes makes room for what comes: a folder for a file of its name.
        let goes = |path: &String| self.repo.tree_entry(tree, path).map(|entry| entry.is_none());
        let (mut gone, mut come) = (Vec::new(), Vec::new());
        for path in paths.iter().filter(|p| !self.hidden.contains(*p)) {
            if goes(path)? {
                gone.push(path)
            } else {
                come.push(path)
            }
        }
        for path in gone.into_iter().rev().chain(come) {
            match self.file(tree, path, &mut written) {
                Err(e) if cannot_stand_here(path, &e) => written.left_alone.push(path.clone()),
                done => done?,
            }
        }
        if self.from != Some(self.to) {
            let expected = self.from.map_or(Expect::Absent, Expect::Is);
            let moved = match lock {
                Some(lock) => self.repo.move_locked(lock, self.to, expected, "oneonone")?,
                None => self
                    .repo
                    .move_branch(self.branch, expected, self.to, "oneonone")?,
            };
            if moved == RefUpdate::Changed {
                return Ok(None);
            }
        }
        let remembered = self.remembered(tree, &written)?;
        self.repo.make_durable()?;
        self.notes
            .remember(&remembered.to_string(), &self.to.to_string())?;
        let paths: Vec<String> = paths.into_iter().collect();
        let index = match index.take() {
            Some(index) => index,
            None => self.repo.lock_index()?,
        };
        match self.repo.refresh_locked_index(index, tree, &paths) {
            // A format that libgit2 does not read is refreshed by git, which takes the lock for itself. Another one that
            // was quicker is no reason to fail what is done.
            Err(crate::git::Error::Locked { .. }) | Ok(()) => {}
            Err(e) => return Err(e.into()),
        }
        let from = match (self.old_tree, self.from) {
            (None, Some(from)) => Some(self.repo.tree_of(from)?),
            (old, _) => old,
        };
        written.left_alone.extend(self.repo.carry_odd_names(from, tree)?);
        if self.ends_merge {
            self.repo.clear_merge_state()?;
        }
        self.notes.end_writing()?;
        Ok(Some(written))
    }

    /// The files that lie there otherwise than in the commit, as they were taken in.
    fn taken(&self, tree: TreeId) -> Result<BTreeMap<String, BlobId>, SyncError> {
        let records = self.catalog.listing(self.repo, tree)?;
        let mut taken = BTreeMap::new();
        for (path, id) in self.lies {
            let wanted = match RecordPath::parse(path) {
                Some(record) => records.get(&record).map(|file| file.id),
                None => self.repo.tree_entry(tree, path)?.map(|file| file.id),
            };
            if wanted != Some(*id) {
                taken.insert(path.clone(), *id);
            }
        }
        Ok(taken)
    }

    fn old(&self, path: &str) -> Result<Option<TreeFile>, SyncError> {
        match self.old_tree {
            Some(tree) => Ok(self.repo.tree_entry(tree, path)?),
            None => Ok(None),
        }
    }

    /// Brings one file to what the commit has, unless it was edited after it had been read.
    fn file(&self, tree: TreeId, path: &str, written: &mut Written) -> Result<(), SyncError> {
        let want = self.repo.tree_entry(tree, path)?;
        let full = match safe_path(self.repo.workdir(), path) {
            // Something else stands there already: what was to go is gone.
            Err(StoreError::Unsafe { .. }) if want.is_none() => return Ok(()),
            full => full?,
        };
        if want.as_ref().is_some_and(|f| f.mode == mode::SUBMODULE) {
            return Ok(());
        }
        let lies = match self.lying(path, &full) {
            // Nobody can say what lies there: it stays.
            Err(_) if self.repo.is_converted(path) => {
                written.left_alone.push(path.to_owned());
                return Ok(());
            }
            lies => lies?,
        };
        let versions = Versions {
            lies,
            want: want.as_ref().map(|f| f.id),
            old: self.old(path)?.map(|f| f.id),
            taken: self.lies.get(path).copied(),
            committed: self.committed(path)?.map(|f| f.id),
        };
        match versions.step(RecordPath::parse(path).is_some()) {
            Step::Stands => return Ok(()),
            Step::Edited => {
                written.edited_meanwhile.push(path.to_owned());
                return Ok(());
            }
            Step::Aside => {
                let id = lies.map(|id| id.short()).unwrap_or_default();
                let (aside, place) = self.free_name(path, &id)?;
                fs::rename(&full, &place).map_err(|source| io("move aside", &full, source))?;
                written.moved_aside.push((path.to_owned(), aside));
            }
            Step::Write => {}
        }
        match want {
            None if RecordPath::parse(path).is_none() && self.untracked_by_hand(path)? => {}
            None => {
                remove_file(&full)?;
                self.remove_empty_folders(&full);
            }
            Some(file) if file.mode == mode::LINK => self.link(&full, &file)?,
            Some(file) => {
                let bytes = match RecordPath::parse(path).is_none() && self.repo.is_converted(path) {
                    false => self.repo.blob(file.id, LARGEST)?,
                    true => match self.repo.converted(path, file.id) {
                        Ok(bytes) => bytes,
                        Err(_) => {
                            written.left_alone.push(path.to_owned());
                            return Ok(());
                        }
                    },
                };
                // Making it durable takes a while: an editor may save meanwhile.
                let now = if written.moved_aside.iter().any(|(from, _)| from == path) {
                    None
                } else {
                    lies
                };
                if !save_file_if(&full, &bytes, || {
                    Ok::<_, SyncError>(self.lying(path, &full)? == now)
                })? {
                    written.edited_meanwhile.push(path.to_owned());
                    return Ok(());
                }
                set_executable(&full, file.mode == mode::EXECUTABLE)?;
            }
        }
        Ok(())
    }

    /// A name beside a path that no file has, and where that is.
    fn free_name(&self, path: &str, id: &str) -> Result<(String, PathBuf), SyncError> {
        let mut id = id.to_owned();
        for number in 2.. {
            let aside = beside(path, "mine", &id);
            let place = safe_path(self.repo.workdir(), &aside)?;
            if place.symlink_metadata().is_err() {
                return Ok((aside, place));
            }
            id = format!("{}-{number}", id.split('-').next().unwrap_or_default());
        }
        Err(SyncError::Restless)
    }

    /// The blob id of what lies at a path: of a record with LF line ends, of a link where it points.
    fn lying(&self, path: &str, full: &std::path::Path) -> Result<Option<BlobId>, SyncError> {
        let data = match fs::symlink_metadata(full) {
            Ok(data) => data,
            Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
            Err(source) => return Err(io("look at", full, source)),
        };
        if data.is_symlink() {
            let to = fs::read_link(full).map_err(|source| io("read the link", full, source))?;
            return Ok(Some(Repository::blob_id(to.to_string_lossy().as_bytes())?));
        }
        if !data.is_file() {
            return Err(SyncError::Store(StoreError::Unsafe {
                path: full.to_owned(),
                why: "no regular file stands in its place",
            }));
        }
        if RecordPath::parse(path).is_none() {
            if self.repo.is_converted(path)
                && let Some(known) = self.known_by_its_bytes(path, full)?
            {
                return Ok(Some(known));
            }
            return Ok(Some(self.repo.write_work_file(path)?));
        }
        let bytes = fs::read(full).map_err(|source| io("read", full, source))?;
        Ok(Some(Repository::blob_id(&without_carriage_returns(bytes))?))
    }

    /// Of a file that goes through a filter of Git's the blob that it was made of: the filter may give another one each
    /// time.
    fn known_by_its_bytes(&self, path: &str, full: &std::path::Path) -> Result<Option<BlobId>, SyncError> {
        let bytes = fs::read(full).map_err(|source| io("read", full, source))?;
        let wanted = self.repo.tree_entry(self.repo.tree_of(self.to)?, path)?;
        let known = [
            wanted.map(|f| f.id),
            self.lies.get(path).copied(),
            self.old(path)?.map(|f| f.id),
            self.committed(path)?.map(|f| f.id),
        ];
        let made = |id: &BlobId| self.repo.converted(path, *id).is_ok_and(|made| made == bytes);
        Ok(known.into_iter().flatten().find(made))
    }

    #[cfg(unix)]
    fn link(&self, full: &std::path::Path, file: &TreeFile) -> Result<(), SyncError> {
        let to = String::from_utf8_lossy(&self.repo.blob(file.id, 4095)?).into_owned();
        if to.is_empty() || to.contains('\0') {
            let source = std::io::Error::from(ErrorKind::InvalidInput);
            return Err(io("make the link", full, source));
        }
        remove_file(full)?;
        if let Some(folder) = full.parent() {
            fs::create_dir_all(folder).map_err(|source| io("make the folder", folder, source))?;
        }
        std::os::unix::fs::symlink(to, full).map_err(|source| io("make the link", full, source))
    }

    #[cfg(not(unix))]
    fn link(&self, full: &std::path::Path, file: &TreeFile) -> Result<(), SyncError> {
        Ok(save_file(full, &self.repo.blob(file.id, 4096)?)?)
    }

    /// The file as the branch has it: what plain Git committed meanwhile is in the commit that is written out.
    fn committed(&self, path: &str) -> Result<Option<TreeFile>, SyncError> {
        match self.from {
            Some(from) => Ok(self.repo.tree_entry(self.repo.tree_of(from)?, path)?),
            None => Ok(None),
        }
    }

    /// Whether plain Git took a file out of the branch before: what lies here is then a person's own.
    fn untracked_by_hand(&self, path: &str) -> Result<bool, SyncError> {
        // What was never written out but by a run that died is ours.
        Ok(self.from.is_some() && self.old(path)?.is_some() && self.committed(path)?.is_none())
    }

    fn remove_empty_folders(&self, full: &std::path::Path) {
        let mut folder = full.parent();
        while let Some(dir) = folder.filter(|dir| *dir != self.repo.workdir()) {
            // Fails, and ends it, where something is left in the folder.
            if fs::remove_dir(dir).is_err() {
                break;
            }
            folder = dir.parent();
        }
    }

    /// The tree to remember: the commit's, with what was left as edited as it was when it was read.
    fn remembered(&self, tree: TreeId, written: &Written) -> Result<TreeId, SyncError> {
        let mut left = written.left().peekable();
        if left.peek().is_none() {
            return Ok(tree);
        }
        let mut changes = Vec::new();
        for path in left {
            changes.push((path.clone(), self.as_read(path)?.map(|f| (f.mode, f.id))));
        }
        Ok(self.repo.write_tree(Some(tree), &changes)?)
    }

    /// What a file was when it was read.
    fn as_read(&self, path: &str) -> Result<Option<TreeFile>, SyncError> {
        let taken_in = match self.taken_in_tree {
            Some(tree) => Some(self.repo.tree_entry(tree, path)?),
            None => None,
        };
        Ok(as_read(self.old(path)?, self.committed(path)?, taken_in))
    }
}

/// Whether a file can have no such name here, or something of mine stands in the place of its folder. Nothing that is tried
/// again would change that, and no other file may wait for it.
fn cannot_stand_here(path: &str, error: &SyncError) -> bool {
    let other = RecordPath::parse(path).is_none();
    match error {
        SyncError::Store(StoreError::Unsafe { .. }) => true,
        SyncError::Store(StoreError::Io { source, .. }) => {
            other
                && matches!(
                    source.kind(),
                    ErrorKind::InvalidFilename | ErrorKind::InvalidInput
                )
        }
        SyncError::Git(crate::git::Error::TooLarge { .. }) => other,
        _ => false,
    }
}

fn io(doing: &'static str, path: &std::path::Path, source: std::io::Error) -> SyncError {
    SyncError::Store(crate::store::StoreError::Io {
        doing,
        path: path.to_owned(),
        source,
    })
}

#[cfg(unix)]
fn set_executable(full: &std::path::Path, executable: bool) -> Result<(), SyncError> {
    use std::os::unix::fs::PermissionsExt;
    let permissions = fs::metadata(full)
        .map_err(|source| io("look at", full, source))?
        .permissions();
    let old = permissions.mode();
    let new = if executable {
        old | (old & 0o444) >> 2
    } else {
        old & !0o111
    };
    if new == old {
        return Ok(());
    }
    fs::set_permissions(full, fs::Permissions::from_mode(new))
        .map_err(|source| io("set the mode of", full, source))
}

#[cfg(not(unix))]
fn set_executable(_: &std::path::Path, _: bool) -> Result<(), SyncError> {
    Ok(())
}
