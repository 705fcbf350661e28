//! The state and owner that an action lacks, and ids that every clone makes alike (docs/format.md#filling-in).

use sha2::{Digest, Sha256};

use super::format::Table;
use super::id::EntryId;
use super::words::{ActionState, Kind};

/// Gives an action the state and the owner that it reads as having. Says whether anything was missing.
pub fn complete_action(table: &mut Table) -> bool {
    if table.get_str("kind") != Some(Kind::Action.as_str()) {
        return false;
    }
    let mut filled = false;
    if table.get("state").is_none() {
        table.set("state", ActionState::Open.as_str());
        filled = true;
    }
    if table.get("owner").is_none()
        && let Some(by) = table.get_str("by").map(str::to_owned)
    {
        table.set("owner", by);
        filled = true;
    }
    filled
}

/// An id made from bytes that every clone has, so that every clone makes the same: the first 12 letters of their
/// SHA-256.
pub fn loose_id(parts: &[&[u8]]) -> EntryId {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    id_of_digest(hash)
}

/// The id of an entry split off a conflict: the first 12 letters made from the SHA-256 of its ciphertext
/// (docs/privacy.md#settling).
pub fn id_of_ciphertext(ciphertext: &str) -> EntryId {
    let mut hash = Sha256::new();
    hash.update(ciphertext.as_bytes());
    id_of_digest(hash)
}

fn id_of_digest(hash: Sha256) -> EntryId {
    let mut first = [0; 6];
    first
        .iter_mut()
        .zip(hash.finalize())
        .for_each(|(to, from)| *to = from);
    EntryId::from_bytes(first)
}
