//! Seals that somebody put in the place of what the author of an entry had written last
//! (docs/privacy.md#entries-that-arrive-wider).

use crate::git::CommitId;
use crate::model::{EntryId, KnownEntry, Placed, Visibility};

use crate::sync::error::SyncError;
use crate::sync::secrets::entry_history::{EntryHistory, EntryVersion, known_until};
use crate::sync::secrets::entry_walks::EntryWalks;

/// Whether a commit is mine, as far as the names in it say.
pub type IsMine<'a> = &'a dyn Fn(CommitId) -> Result<bool, SyncError>;

/// The seals that somebody put into an entry, with the commit that did so, the newest first: an older one, or in a private
/// entry one that nobody but its author makes. A version that this clone knew before the entry arrived for more readers is
/// none: whoever does both at once hides the one behind the other.
///
/// # Errors
/// When the history cannot be read.
pub(in crate::sync) fn put_there<H: EntryHistory>(
    walks: &EntryWalks<'_, H>,
    (id, known): (EntryId, &KnownEntry),
    (end, without): (CommitId, Option<CommitId>),
    is_mine: IsMine<'_>,
) -> Result<Vec<(String, CommitId)>, SyncError> {
    let history = walks.history;
    let until = known_until(known).filter(|until| history.parents(*until).is_ok());
    let mut put_there = Vec::new();
    for (place, version) in walks.versions(id, end, without).enumerate() {
        let version = version?;
        let is_known = |until| history.is_ancestor(version.commit, until);
        if until.map_or(Ok(false), is_known)? {
            break;
        }
        let Some(seal) = new_seal(&version) else { continue };
        let is_mine = is_mine(version.commit)?;
        // Whoever made the entry put nothing in a place.
        let is_first = walks.versions(id, end, without).nth(place + 1).is_none();
        let is_anothers = known.readers == Visibility::Private && !is_mine && !is_first;
        // A new clone cannot tell an undo of mine.
        let may_be_undone = is_mine && until.is_none();
        let is_older = || -> Result<bool, SyncError> {
            for older in walks.versions(id, end, without).skip(place + 1) {
                if holds_seal(&older?, &seal) {
                    return Ok(true);
                }
            }
            Ok(false)
        };
        if is_anothers || !may_be_undone && is_older()? {
            put_there.push((seal, version.commit));
        }
    }
    Ok(put_there)
}

/// The seal that a commit put into an entry, if no parent has it.
fn new_seal(version: &EntryVersion) -> Option<String> {
    let seal = version.after.as_ref()?.entry.ciphertext()?;
    let is_same = |before: &Placed| before.entry.ciphertext() == Some(seal);
    let is_new = !version.before.iter().flatten().any(is_same);
    is_new.then(|| seal.to_owned())
}

fn holds_seal(version: &EntryVersion, seal: &str) -> bool {
    let mut forms = version.after.iter().chain(version.before.iter().flatten());
    forms.any(|placed| placed.entry.ciphertext() == Some(seal))
}
