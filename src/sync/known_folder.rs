//! Whether the clone in a folder is of the pair that the folder is known for.

use std::path::Path;

use crate::git::{PlainClone, Repository};
use crate::model::{EntryId, PAIR_PATH, assemble};
use crate::store::{Notes, read_records_at};

use crate::sync::error::SyncError;
use crate::sync::load::last_good_pair::{bound_id, last_good_pair, typed_pair};
use crate::sync::pair_records::no_pair;

/// Whether a folder that is known for a pair holds that one; false where it holds another. A clone that was opened to write
/// is bound to its pair already; of any other one the folder and the commit say which pair they hold.
///
/// # Errors
/// [`SyncError::PairLost`] when it holds none, or when it cannot be read.
pub fn holds_pair(dir: &Path, known: EntryId) -> Result<bool, SyncError> {
    let plain = PlainClone::of(dir);
    if let Some(bound) = plain
        .map(|clone| bound_id(&Notes::of(&clone.git_dir)))
        .transpose()?
        .flatten()
    {
        return Ok(bound == known);
    }
    let repo = Repository::open(dir)?;
    if let Some(bound) = bound_id(&Notes::of(repo.git_dir()))? {
        return Ok(bound == known);
    }
    let found = read_records_at(repo.workdir(), [&PAIR_PATH.to_owned()])?;
    let file = found
        .files
        .get(PAIR_PATH)
        .map(|file| assemble([(PAIR_PATH, file)]));
    let in_folder = file
        .as_ref()
        .and_then(|file| typed_pair(&file.state, &file.broken).ok());
    // An unborn or a broken HEAD has no pair; whoever reads on says so.
    let tip = repo.head().ok().and_then(|head| head.tip);
    let in_commit = tip.map(|tip| last_good_pair(&repo, tip)).transpose()?.flatten();
    let ids = [in_folder.map(|pair| pair.id), in_commit.map(|good| good.pair.id)];
    if ids.iter().flatten().any(|id| *id != known) {
        return Ok(false);
    }
    if file.is_none()
        && let error @ SyncError::NoPair = no_pair(&repo, found.odd)?
    {
        return Err(error.of_known_clone(dir));
    }
    Ok(true)
}

impl SyncError {
    /// The same of a clone that is known on this machine: a pair was there, and it is lost.
    #[must_use]
    pub fn of_known_clone(self, dir: &Path) -> Self {
        match self {
            SyncError::NoPair => SyncError::PairLost {
                is_shallow: Repository::open(dir).is_ok_and(|repo| repo.is_shallow()),
            },
            error => error,
        }
    }
}
