//! A clone with its lock held: what every writing command works in.

mod commit;
pub(super) mod edit;
mod folders;
pub(super) mod lost_in_merge;
mod open;
mod pair_aside;
pub(super) mod prepared;
pub(super) mod put_record_back;
mod readers;
mod rebased_by_git;
mod restore;
mod restore_before;
mod restore_record;
pub(super) mod settle;
mod snapshot_folder;
pub(super) mod stopped_merge;
pub(super) mod undo;
pub(super) mod unsent;
mod unwritable;
mod write_out;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use crate::git::{CommitId, Repository, Signature, TreeId};
use crate::model::{EntryId, Home, Instant, PAIR_PATH, Pair, RecordPath, Slug, State};
use crate::store::{CloneLock, Notes};

use crate::sync::conflict_authors::maker_of_file;
use crate::sync::environment::Environment;
use crate::sync::error::SyncError;
use crate::sync::load::commit::signature;
use crate::sync::load::commit_authors::CommitAuthors;
use crate::sync::load::last_good_pair::{last_good_pair, readable_pair};
use crate::sync::load::listing::RecordSet;
use crate::sync::load::read_scope::{ReadScope, load_side};
use crate::sync::load::record_cache::RecordCache;
use crate::sync::load::record_summary::UnreadRecords;
use crate::sync::load::side::Side;
use crate::sync::load::working_copy::WorkTree;
use crate::sync::outcome::SyncNote;
use crate::sync::secrets::keys::Keys;
use crate::sync::snapshot::BrokenRecords;
use crate::sync::upstream::Upstream;

/// The files of the folder that a command takes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SnapshotFiles {
    /// The records.
    Records,
    /// The records and every other file that Git tracks.
    AllTracked,
    /// None: the folder stays as it lies.
    Nothing,
}

/// A clone, its lock held, every earlier write finished and every hand edit taken in.
///
/// Commits are prepared as objects; a write-out makes them count.
pub struct Workspace {
    pub(in crate::sync) repo: Rc<Repository>,
    pub(in crate::sync) notes: Notes,
    pub(in crate::sync) env: Environment,
    /// My keys and pins.
    pub keys: Keys,
    pub(in crate::sync) cache: RecordCache,
    read_scope: ReadScope,
    pub(in crate::sync) branch: String,
    /// Where a sync goes, once one is under way.
    pub(in crate::sync) upstream: Option<Rc<RefCell<Upstream>>>,
    /// Where the branch stands.
    pub(in crate::sync) head: Option<CommitId>,
    /// The commit prepared; the same as `head` where there is nothing new.
    pub(in crate::sync) tip: Option<CommitId>,
    /// The records of the prepared commit.
    pub(in crate::sync) side: Side,
    pub(in crate::sync) working_copy: WorkTree,
    /// HEAD with the hand edits, but for entries that lie in the folder without their ids, or twice, until it is written
    /// out.
    snapshot_tree: Option<TreeId>,
    pub(in crate::sync) ends_merge: bool,
    /// Records that Git holds for unmerged though no merge is under way: a `git stash pop` that stopped left them.
    pub(in crate::sync) unmerged: Vec<String>,
    pub(in crate::sync) sync_notes: Vec<SyncNote>,
    /// The commit of a removal by hand, until it is written down in the undo log.
    hand_removal: Option<CommitId>,
    /// Records that are broken in the folder: they stay as they lie, and HEAD counts for them.
    left: BrokenRecords,
    /// Records that are broken in HEAD and repaired in the folder.
    repaired: BTreeSet<RecordPath>,
    pair: Pair,
    pub(in crate::sync) lock: Rc<CloneLock>,
}

impl Workspace {
    /// The records with every hand edit, as far as they were read.
    pub fn state(&self) -> &State {
        &self.side.state
    }

    /// The pair.
    pub fn pair(&self) -> &Pair {
        &self.pair
    }

    /// The repository.
    pub fn repository(&self) -> &Repository {
        &self.repo
    }

    /// The older `pair.toml` that counts, if the one of the folder or of the branch cannot be read.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn older_pair(&self) -> Result<Option<SyncNote>, SyncError> {
        let here = self.left.get(&RecordPath::Pair);
        let broken = here.or_else(|| self.side.broken.get(&RecordPath::Pair));
        let (Some(problem), Some(tip)) = (broken.and_then(|problems| problems.first()), self.tip) else {
            return Ok(None);
        };
        let Some(good) = last_good_pair(&self.repo, tip)? else {
            return Ok(None);
        };
        Ok(Some(SyncNote::OlderPair {
            commit: good.commit.short(),
            problem: problem.clone(),
            is_here: here.is_some(),
            made_by: match here {
                Some(_) => None,
                None => maker_of_file(&self.repo, &good.pair, tip, PAIR_PATH)?,
            },
        }))
    }

    /// Reads every record, if only some were read so far.
    ///
    /// # Errors
    /// When Git cannot read one.
    pub fn read_everything(&mut self) -> Result<(), SyncError> {
        self.read_scope = ReadScope::Everything;
        self.widen(None)
    }

    /// Whether every record was read.
    pub fn has_read_everything(&self) -> bool {
        self.side.scope.is_none()
    }

    /// The summaries of records that were not read.
    ///
    /// # Errors
    /// When Git cannot read one that is not known yet.
    pub fn unread(&self) -> Result<UnreadRecords, SyncError> {
        let is_read = |record| self.side.is_read(record);
        self.cache.unread(&self.repo, &self.side.blobs, is_read)
    }

    /// The themes of entries in clear, in records that were not read.
    ///
    /// # Errors
    /// When Git cannot read one that is not known yet.
    pub fn unread_themes(&self) -> Result<BTreeSet<String>, SyncError> {
        let is_read = |record| self.side.is_read(record);
        self.cache.unread_themes(&self.repo, &self.side.blobs, is_read)
    }

    /// Takes the notes for a person that came up since they were taken last.
    pub fn take_sync_notes(&mut self) -> Vec<SyncNote> {
        let mut notes = std::mem::take(&mut self.sync_notes);
        notes.retain(|note| self.is_so(note));
        notes
    }

    /// Whether a note on an entry that went back to the agenda is still so: a later step may have put it elsewhere.
    pub(in crate::sync) fn is_so(&self, note: &SyncNote) -> bool {
        let Some(id) = note.carried_back() else {
            return true;
        };
        match self.side.state.entries.get(&id) {
            Some(placed) => placed.home == Home::Agenda,
            None => !self.side.is_read(RecordPath::Home(Home::Agenda)),
        }
    }

    /// The notes for a person, up to now.
    pub(in crate::sync) fn sync_notes(&self) -> &[SyncNote] {
        &self.sync_notes
    }

    /// The time.
    pub fn now(&self) -> Instant {
        self.env.now
    }

    /// Which member I am.
    ///
    /// # Errors
    /// When there is no identity, none of its keys sits in a seat, or somebody renamed my seat.
    pub fn me(&self) -> Result<Slug, SyncError> {
        self.keys.require_identity()?;
        self.keys.require_me(&self.pair)
    }

    /// The members as authors of commits, with what this machine knows: my seat, and my address.
    pub(in crate::sync) fn commit_authors(&self) -> Result<CommitAuthors<'_>, SyncError> {
        let authors = CommitAuthors::of(&self.pair);
        Ok(authors.seen_by(self.me().ok(), self.repo.user_email()?))
    }

    /// A new id that no entry of the pair has.
    pub fn new_id(&self) -> EntryId {
        loop {
            let id = (self.env.new_id)();
            if !self.side.state.entries.contains_key(&id) && !self.cache.knows(id) {
                return id;
            }
        }
    }

    /// Makes a commit the prepared one, as it is.
    pub(in crate::sync) fn stand_at(&mut self, commit: CommitId) -> Result<(), SyncError> {
        let side = load_side(&self.repo, &self.cache, commit, self.read_scope, RecordSet::new())?;
        let (side, pair) = readable_pair(&self.repo, commit, side)?;
        if pair.id != self.pair.id {
            return Err(SyncError::PairReplaced);
        }
        (self.side, self.pair) = (side, pair);
        self.tip = Some(commit);
        Ok(())
    }

    /// Has more records read: some, or all where none are named.
    pub(in crate::sync) fn widen(&mut self, more: Option<RecordSet>) -> Result<(), SyncError> {
        let (Some(scope), Some(tip)) = (&self.side.scope, self.tip) else {
            return Ok(());
        };
        let side = match more {
            Some(more) if more.is_subset(scope) => return Ok(()),
            Some(more) => load_side(&self.repo, &self.cache, tip, self.read_scope, scope | &more)?,
            None => Side::of_commit(&self.repo, tip)?,
        };
        (self.side, self.pair) = readable_pair(&self.repo, tip, side)?;
        Ok(())
    }

    /// The author of commits: the member's name, with the address that `git` answers.
    pub(in crate::sync) fn signature(&self) -> Result<Signature, SyncError> {
        let me = self.keys.me(&self.pair);
        signature(&self.repo, &self.pair, me.as_ref(), self.env.now)
    }
}
