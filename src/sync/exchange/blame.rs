//! Who changed a place, and who brought an entry, by the commits that came (docs/command-line.md#what-came).

use std::collections::{BTreeMap, BTreeSet};

use crate::git::CommitId;
use crate::merge::Comparison;
use crate::model::{EntryId, Place, Placed, RecordPath, Slug};

use super::blame_without_id::loose_makers;
use super::incoming_commits::{CameCommit, MOST, SyncedRange, came_commits};
use crate::sync::changed_entries::InAName;
use crate::sync::error::SyncError;
use crate::sync::load::compare::compare;
use crate::sync::secrets::keys::author;
use crate::sync::view::removed_entry;
use crate::sync::workspace::Workspace;

/// The changes that came, as long as no commit was found that did them.
struct UnclaimedChanges {
    /// The places that somebody changed, each key of `pair.toml` for itself.
    changed: BTreeSet<Place>,
    /// The entries that somebody brought, with the author whom each names.
    added: BTreeMap<EntryId, Option<Slug>>,
}

impl UnclaimedChanges {
    fn of(comparison: &Comparison) -> Self {
        let author_of = |id| comparison.versions(id)[1].and_then(|placed| author(&placed.entry));
        let added = comparison.added().into_iter().map(|id| (id, author_of(id)));
        Self {
            changed: comparison.places(),
            added: added.collect(),
        }
    }

    fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.added.is_empty()
    }

    fn places(&self) -> impl Iterator<Item = Place> {
        let added = self.added.keys().map(|id| Place::Entry(*id));
        self.changed.iter().cloned().chain(added)
    }

    /// Takes out what a commit did, by its comparisons with its parents.
    fn take(&mut self, commit: &[Comparison]) -> Vec<Place> {
        let Some((first, others)) = commit.split_first() else {
            return Vec::new();
        };
        let (mut changed, mut added) = (first.places(), first.added());
        if !others.is_empty() {
            changed.clear();
        }
        for other in others {
            let brought = other.added();
            added.retain(|id| brought.contains(id));
        }
        let mut done: Vec<Place> = self.changed.intersection(&changed).cloned().collect();
        let brought = self.added.keys().filter(|id| added.contains(id));
        done.extend(brought.map(|id| Place::Entry(*id)));
        self.changed.retain(|place| !changed.contains(place));
        self.added.retain(|id, _| !added.contains(id));
        done
    }
}

/// The commits that did what came.
#[derive(Default)]
pub(super) struct Makers {
    /// Who changed a place last, and who brought an entry.
    pub(super) found: BTreeMap<Place, CameCommit>,
    /// New entries whose commit lies beyond those that are looked at: nobody is said to have brought them.
    pub(super) beyond: BTreeSet<EntryId>,
}

/// Who changed a place last, and who brought an entry, by the commits that came. A merge changes nothing that one of its
/// sides had not changed, but may bring an entry that none of them has, and settling is nobody's change. Nobody did
/// what a rewrite changed either: no commit tells who rewrote.
pub(super) fn makers(
    workspace: &Workspace,
    way: SyncedRange,
    comparison: &Comparison,
) -> Result<Makers, SyncError> {
    let unclaimed = UnclaimedChanges::of(comparison);
    let (Some(there), false) = (way.there, unclaimed.is_empty()) else {
        return Ok(Makers::default());
    };
    let commits = came_commits(workspace, way, there)?;
    let mut makers = makers_of(workspace, (way, there), unclaimed, &commits)?;
    if way.before.is_none() || way.is_rewrite {
        makers.beyond.clear();
    } else {
        let added = comparison.added().into_iter().filter_map(|id| {
            let home = comparison.versions(id)[1]?.home;
            let maker = makers.found.get(&Place::Entry(id));
            Some((id, RecordPath::Home(home), maker))
        });
        let loose = loose_makers(workspace, there, &commits, &added.collect::<Vec<_>>())?;
        let loose = loose.into_iter().map(|(id, commit)| (Place::Entry(id), commit));
        makers.found.extend(loose);
    }
    let Makers { found, beyond } = &mut makers;
    beyond.retain(|id| !found.contains_key(&Place::Entry(*id)));
    Ok(makers)
}

fn makers_of(
    workspace: &Workspace,
    (way, there): (SyncedRange, CommitId),
    mut unclaimed: UnclaimedChanges,
    commits: &[CameCommit],
) -> Result<Makers, SyncError> {
    let mut makers = Makers::default();
    let (repo, cache, before) = (&workspace.repo, &workspace.cache, way.before);
    // One that was saved here meanwhile, or that settling made, came with no commit.
    let arrived = compare(repo, cache, before, Some(there))?.added();
    unclaimed.added.retain(|id, _| arrived.contains(id));
    if let Some(only) = only_member(commits, &unclaimed).filter(|_| !way.is_rewrite) {
        makers.found = unclaimed.places().map(|place| (place, only.clone())).collect();
        return Ok(makers);
    }
    for commit in commits.iter().take(MOST) {
        if unclaimed.is_empty() {
            break;
        }
        // Beyond the border of a shallow clone nobody can tell.
        if commit.parents.iter().any(|parent| repo.tree_of(*parent).is_err()) {
            continue;
        }
        if commit.is_merge() && unclaimed.added.is_empty() {
            continue;
        }
        let from = |parent: &CommitId| compare(repo, cache, Some(*parent), Some(commit.id));
        let here = commit.parents.iter().map(from).collect::<Result<Vec<_>, _>>()?;
        for place in unclaimed.take(&here) {
            makers.found.insert(place, commit.clone());
        }
    }
    if commits.len() > MOST {
        makers.beyond = unclaimed.added.into_keys().collect();
    }
    Ok(makers)
}

/// The member who made all the commits, whoever of the pair merged them, and in whose name every entry is that they brought:
/// nobody needs to look which commit did what.
fn only_member(commits: &[CameCommit], unclaimed: &UnclaimedChanges) -> Option<CameCommit> {
    let mut plain = commits.iter().filter(|commit| !commit.is_merge());
    let only = plain.next()?.clone();
    let member = only.maker.member.as_ref()?;
    let is_theirs = |by: &Option<Slug>| by.as_ref().is_none_or(|by| by == member);
    let is_only = commits.iter().all(|commit| match commit.is_merge() {
        true => commit.maker.member.is_some(),
        false => commit.maker.member == only.maker.member,
    });
    (is_only && unclaimed.added.values().all(is_theirs)).then_some(only)
}

/// The entries that came in the name of a member, in a commit that names none.
pub(super) fn in_a_name(
    workspace: &Workspace,
    way: SyncedRange,
    comparison: &Comparison,
    makers: &Makers,
) -> Result<Vec<InAName>, SyncError> {
    // A first look knows nothing, and a rewrite is told otherwise.
    if way.before.is_none() || way.is_rewrite {
        return Ok(Vec::new());
    }
    let (pair, me) = (workspace.pair(), workspace.me().ok());
    let own_address = workspace.repo.user_email()?;
    let added = comparison.added().into_iter();
    let added = added.filter_map(|id| Some((id, comparison.versions(id)[1]?)));
    let told = added.filter_map(|(id, placed): (EntryId, &Placed)| {
        let commit = makers.found.get(&Place::Entry(id))?;
        let (made_by, by) = (&commit.maker, author(&placed.entry)?);
        let is_mine = Some(&by) == me.as_ref();
        // Plain Git bears my address on another machine of mine, too.
        if is_mine && Some(&commit.address) == own_address.as_ref() {
            return None;
        }
        let is_told = made_by.member.is_none() && pair.member(by.as_str()).is_some();
        is_told.then(|| InAName {
            entry: removed_entry(&workspace.keys, pair, id, placed),
            is_mine,
            by,
            made_by: made_by.clone(),
        })
    });
    Ok(told.collect())
}
