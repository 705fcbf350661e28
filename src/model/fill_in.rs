//! The state and owner that an action lacks, and ids that every clone makes alike (docs/format.md#filling-in).

use sha2::{Digest, Sha256};

use super::format::Table;
use super::id::EntryId;
use super::words::{ActionState, Kind};

/// The owner and the state of an action that says neither: it is its author's, and open.
pub(crate) fn action_defaults<T>(by: T) -> (T, ActionState) {
    (by, ActionState::Open)
}

/// The fields that an action always has, with the values of one that lacks them.
fn default_fields(by: Option<&str>) -> [(&'static str, Option<&str>); 2] {
    let (owner, state) = action_defaults(by);
    [("owner", owner), ("state", Some(state.as_str()))]
}

/// Whether filling in an action by that author gives a field this value.
pub fn is_action_default(field: &str, value: Option<&str>, by: Option<&str>) -> bool {
    default_fields(by).contains(&(field, value))
}

/// Gives an action the state and the owner that it reads as having. Says whether anything was missing.
pub fn complete_action(table: &mut Table) -> bool {
    if table.get_str("kind") != Some(Kind::Action.as_str()) {
        return false;
    }
    let by = table.get_str("by").map(str::to_owned);
    open_action(table, by.as_deref())
}

/// Gives an action of that owner the fields that it lacks. Says whether anything was missing.
pub fn open_action(table: &mut Table, owner: Option<&str>) -> bool {
    let mut filled = false;
    for (field, value) in default_fields(owner) {
        if let Some(value) = value.filter(|_| table.get(field).is_none()) {
            table.set(field, value);
            filled = true;
        }
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
