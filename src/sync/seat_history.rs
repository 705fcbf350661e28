//! Whether somebody ever sat in a seat, as the history of `pair.toml` says (docs/merge.md#seats).

use std::collections::BTreeSet;

use crate::git::Repository;
use crate::model::{Member, RecordPath, Table, assemble};

use crate::sync::error::SyncError;
use crate::sync::load::read::record_bytes;

/// Whether a version of `pair.toml` in the history of the branch states a key for this seat: by its role, or by the slug
/// of the member.
///
/// # Errors
/// When Git cannot read the history.
pub fn was_ever_taken(repo: &Repository, seat: &Member) -> Result<bool, SyncError> {
    let Some(tip) = repo.head()?.tip else {
        return Ok(false);
    };
    let path = RecordPath::Pair.path();
    let paths = [path.clone()];
    let histories = repo.path_histories(tip, &paths, usize::MAX, &mut BTreeSet::new())?;
    let versions = histories.into_values().flat_map(|history| history.ids);
    let is_seat = |slug: &str, member: &Table| {
        slug == seat.slug.as_str() || member.get_str("role") == Some(seat.role.as_str())
    };
    for version in versions.flatten() {
        let Ok(bytes) = record_bytes(repo, version)? else {
            continue;
        };
        let state = assemble([(path.as_str(), bytes)]).state;
        let mut members = state.pair.iter().flat_map(|pair| &pair.members);
        if members.any(|(slug, member)| is_seat(slug, member) && has_key(member)) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn has_key(member: &Table) -> bool {
    !member.list("keys").is_empty()
}
