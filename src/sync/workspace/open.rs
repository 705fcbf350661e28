//! Opening a clone to write in it.

use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use crate::git::Repository;
use crate::store::{CloneLock, Notes};

use super::{SnapshotFiles, Workspace};
use crate::sync::checkout::{clear_up, finish_dead_run};
use crate::sync::environment::Environment;
use crate::sync::error::SyncError;
use crate::sync::load::last_good_pair::{no_pair_in, own_pair, readable_pair};
use crate::sync::load::listing::RecordSet;
use crate::sync::load::read_scope::{ReadScope, load_side};
use crate::sync::load::record_cache::RecordCache;
use crate::sync::load::working_copy::WorkTree;
use crate::sync::seat_history::pin_at_first_sight;
use crate::sync::secrets::secret_scan::refuse_unsent;
use crate::sync::snapshot::BrokenRecords;

/// How long a command waits for another one's lock.
const PATIENCE: Duration = Duration::from_secs(10);

impl Workspace {
    /// Opens a clone to write in it: takes the lock, finishes a write of a dead run and a merge of plain
    /// Git, reads, checks, and takes in hand edits.
    ///
    /// # Errors
    /// When the repository cannot be handled, or a record edited by hand is not sound: nothing was committed then.
    pub fn open(
        dir: &Path,
        env: Environment,
        files: SnapshotFiles,
        read_scope: ReadScope,
    ) -> Result<Self, SyncError> {
        let repo = Repository::open(dir)?;
        repo.check_shape()?;
        if files == SnapshotFiles::AllTracked && repo.has_remotes()? {
            // A sync needs them once it has read the folder.
            repo.begin_to_ask_for_settings();
        }
        let notes = Notes::of(repo.git_dir());
        let lock = CloneLock::take(&notes, PATIENCE)?;
        clear_up(&repo, &notes, &lock)?;
        let resumed = notes.writing()?.is_some() || notes.edits_wait()?;
        let sync_notes = finish_dead_run(&repo, &notes, &env)?;
        let head = repo.head()?;
        let Some(tip) = head.tip else {
            return Err(no_pair_in(&repo)?);
        };
        let cache = RecordCache::of(&repo, &notes, env.use_index);
        let side = load_side(&repo, &cache, tip, read_scope, RecordSet::new())?;
        refuse_unsent(&repo, tip, &side)?;
        let (side, pair) = readable_pair(&repo, tip, side)?;
        let bound = notes.bind(pair.id.as_str())?;
        let (side, pair) = match bound.parse() {
            _ if bound == pair.id.as_str() => (side, pair),
            // The folder is left alone: the last good one is to be put back.
            Ok(bound) if files == SnapshotFiles::Nothing => own_pair(&repo, tip, bound, side)?,
            _ => return Err(SyncError::PairReplaced),
        };
        let keys = env.keys_of(&repo, pair.id)?;
        let working_copy = WorkTree::read(&repo, &notes)?;
        let mut workspace = Self {
            repo: Rc::new(repo),
            notes,
            env,
            keys,
            cache,
            read_scope,
            branch: head.branch,
            upstream: None,
            head: head.tip,
            tip: head.tip,
            side,
            working_copy,
            snapshot_tree: None,
            ends_merge: false,
            unmerged: Vec::new(),
            sync_notes,
            hand_removal: None,
            left: BrokenRecords::new(),
            repaired: BTreeSet::new(),
            pair,
            lock: Rc::new(lock),
        };
        let pinned = pin_at_first_sight(&workspace.repo, &[tip], &workspace.pair, &mut workspace.keys)?;
        workspace.sync_notes.extend(pinned);
        workspace.begin_readers()?;
        if files == SnapshotFiles::Nothing {
            workspace.leave_folder();
            return Ok(workspace);
        }
        workspace.put_head_folders_back()?;
        workspace.snapshot_folder(files, resumed)?;
        workspace.restore_what_came()?;
        workspace.restore_lost_in_merges()?;
        Ok(workspace)
    }
}
