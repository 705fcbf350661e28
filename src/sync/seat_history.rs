//! Whether somebody ever sat in a seat, and with which keys they took it, as the history of `pair.toml` says
//! (docs/merge.md#seats, docs/privacy.md#pins).

use std::collections::BTreeSet;

use crate::git::{CommitId, Repository};
use crate::model::{Member, Pair, PairDocument, RecordPath, Table, assemble};

use crate::sync::error::SyncError;
use crate::sync::load::read::record_bytes;
use crate::sync::outcome::SyncNote;
use crate::sync::secrets::keys::Keys;

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
        if members.any(|(slug, member)| is_seat(slug, member) && !member.is_open_seat()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Pins the keys of whoever has none pinned yet: those by which they took their seat, as the history of these commits says.
/// Nobody who puts a key there later is trusted unasked (docs/privacy.md#pins).
///
/// # Errors
/// When Git cannot read the history, or the pins cannot be written.
pub fn pin_at_first_sight(
    repo: &Repository,
    tips: &[CommitId],
    pair: &Pair,
    keys: &mut Keys,
) -> Result<Vec<SyncNote>, SyncError> {
    if keys.has_pinned_both(pair) {
        return Ok(Vec::new());
    }
    let mine = keys.recipients();
    let me = pair.member_with_key(&mine).map(|me| me.slug.to_string());
    let mut seen = pair.clone();
    for member in [&mut seen.manager, &mut seen.report] {
        if member.is_open_seat() || member.keys.iter().any(|key| mine.contains(key)) {
            continue;
        }
        if let Some(first) = first_keys(repo, tips, member, (me.as_deref(), &mine))? {
            member.keys = first;
        }
    }
    let pinned = keys.first_sight(&seen)?.into_iter();
    Ok(pinned.map(|(slug, key)| SyncNote::Pinned(slug, key)).collect())
}

/// The first keys that a version in the history of these commits states for a member who is not me, by whatever slug.
fn first_keys(
    repo: &Repository,
    tips: &[CommitId],
    member: &Member,
    me: (Option<&str>, &[String]),
) -> Result<Option<Vec<String>>, SyncError> {
    for tip in tips {
        for version in versions(repo, *tip)? {
            let keys = keys_of(&version?, member, me);
            if !keys.is_empty() {
                return Ok(Some(keys));
            }
        }
    }
    Ok(None)
}

/// The keys of the seat of a member in a version: beside mine it is the other one, else that of the slug or of the role.
fn keys_of(pair: &PairDocument, member: &Member, (me, mine): (Option<&str>, &[String])) -> Vec<String> {
    let keys = |seat: &Table| -> Vec<String> {
        let keys = seat.list("keys").iter();
        keys.filter_map(|key| key.as_str().map(str::to_owned)).collect()
    };
    let is_mine =
        |slug: &str, seat: &Table| Some(slug) == me || keys(seat).iter().any(|key| mine.contains(key));
    let seats = pair.members.iter();
    let (own, others): (Vec<_>, Vec<_>) = seats.partition(|(slug, seat)| is_mine(slug, seat));
    let of_slug = others
        .iter()
        .find(|(slug, _)| slug.as_str() == member.slug.as_str());
    let of_role = || {
        let role = Some(member.role.as_str());
        others.iter().find(|(_, seat)| seat.get_str("role") == role)
    };
    let other = match (own.as_slice(), others.as_slice()) {
        ([_], [other]) => Some(other),
        _ => of_slug.or_else(of_role),
    };
    other.map(|(_, seat)| keys(seat)).unwrap_or_default()
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
