//! Seals that somebody put in the place of what the author of an entry had written last
//! (docs/privacy.md#entries-that-arrive-wider). `arrived_wider.rs` warns of them, and `restored.rs` passes them over.

use std::collections::BTreeMap;

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
    // Only of the history that this clone knew is a part known already.
    let known_part = match (until, without) {
        (Some(until), None) if history.is_ancestor(until, end)? => Some(until),
        _ => without,
    };
    let mut new = Vec::new();
    for version in walks.versions(id, end, known_part) {
        let version = version?;
        new.extend(new_seal(&version).map(|seal| (version.commit, seal)));
    }
    if new.is_empty() {
        return Ok(Vec::new());
    }
    // Each seal with the commit of its oldest version.
    let (mut oldest, mut first) = (BTreeMap::new(), None);
    for version in walks.versions(id, end, without) {
        let version = version?;
        oldest.extend(seals(&version).map(|seal| (seal.to_owned(), version.commit)));
        first = Some(version.commit);
    }
    let mut put_there = Vec::new();
    for (commit, seal) in new {
        let is_mine = is_mine(commit)?;
        // Whoever made the entry put nothing in a place.
        let is_anothers = known.readers == Visibility::Private && !is_mine && first != Some(commit);
        // A new clone cannot tell an undo of mine.
        let may_be_undone = is_mine && until.is_none();
        if is_anothers || oldest.get(&seal) != Some(&commit) && !may_be_undone {
            put_there.push((seal, commit));
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

/// The seals in a version, and in what stood before it.
fn seals(version: &EntryVersion) -> impl Iterator<Item = &str> {
    let forms = version.after.iter().chain(version.before.iter().flatten());
    forms.filter_map(|placed| placed.entry.ciphertext())
}
