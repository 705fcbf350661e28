//! Whether somebody ever sat in a seat, and with which keys they took it, as the history of `pair.toml` says
//! (docs/merge.md#seats, docs/privacy.md#pins).

use std::collections::BTreeSet;

use crate::git::{CommitId, Repository};
use crate::model::{Member, Pair, PairDocument, RecordPath, Table, assemble};

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
    let is_seat = |slug: &str, member: &Table| {
        slug == seat.slug.as_str() || member.get_str("role") == Some(seat.role.as_str())
    };
    for pair in versions(repo, tip)? {
        let pair = pair?;
        let mut members = pair.members.iter();
        if members.any(|(slug, member)| is_seat(slug, member) && has_key(member)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The pair with the keys by which the other member took their seat, the first that a version in the history of these commits
/// states: whoever sees them for the first time pins those. Nobody who puts a key there later is trusted unasked.
///
/// # Errors
/// When Git cannot read the history.
pub fn as_first_taken(
    repo: &Repository,
    tips: &[CommitId],
    pair: &Pair,
    mine: &[String],
) -> Result<Pair, SyncError> {
    let mut first = pair.clone();
    for member in [&mut first.manager, &mut first.report] {
        if member.keys.is_empty() || member.keys.iter().any(|key| mine.contains(key)) {
            continue;
        }
        let mut found = None;
        for tip in tips {
            if found.is_some() {
                break;
            }
            for version in versions(repo, *tip)? {
                let keys = keys_of(&version?, member.slug.as_str());
                found = Some(keys).filter(|keys| !keys.is_empty());
                if found.is_some() {
                    break;
                }
            }
        }
        if let Some(keys) = found {
            member.keys = keys;
        }
    }
    Ok(first)
}

fn keys_of(pair: &PairDocument, member: &str) -> Vec<String> {
    let keys = pair.members.get(member).map(|member| member.list("keys"));
    let keys = keys.unwrap_or_default().iter();
    keys.filter_map(|key| key.as_str().map(str::to_owned)).collect()
}

/// The versions of `pair.toml` in the history of a commit that can be read, the oldest first.
fn versions(
    repo: &Repository,
    tip: CommitId,
) -> Result<impl Iterator<Item = Result<PairDocument, SyncError>> + '_, SyncError> {
    let path = RecordPath::Pair.path();
    let paths = [path.clone()];
    let histories = repo.path_histories(tip, &paths, usize::MAX, &mut BTreeSet::new())?;
    let versions = histories.into_values().flat_map(|history| history.ids);
    Ok(versions
        .flatten()
        .filter_map(move |version| match record_bytes(repo, version) {
            Ok(Ok(bytes)) => assemble([(path.as_str(), bytes)]).state.pair.map(Ok),
            Ok(Err(_)) => None,
            Err(error) => Some(Err(error)),
        }))
}

fn has_key(member: &Table) -> bool {
    !member.list("keys").is_empty()
}
