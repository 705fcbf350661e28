//! The changes that came with a sync, and who made them (docs/command-line.md#what-came).

use std::collections::{BTreeMap, BTreeSet};

use crate::merge::Comparison;
use crate::model::{
    Address, Change, Difference, EntryChange, EntryHow, EntryId, Place, Placed, Slug, State, Table,
};

use super::blame::{in_a_name, makers};
use super::incoming_commits::SyncedRange;
use super::incoming_names::NamesThatCame;
use crate::sync::changed_entries::{OwnChange, OwnChangeHow, RemovedEntry};
use crate::sync::conflict_authors::{ConflictValue, authors_up_to};
use crate::sync::conflicts::{Conflict, next_days};
use crate::sync::error::SyncError;
use crate::sync::outcome::SyncNote;
use crate::sync::view::{removed_entry, view};
use crate::sync::workspace::Workspace;

/// The agreed day as it came; of a conflict the days that stand against each other.
pub(super) fn next_note(conflicts: &[Conflict], comparison: &Comparison) -> Option<SyncNote> {
    match next_days(conflicts) {
        days if days.is_empty() => comparison.next().map(|(was, is)| SyncNote::NextCame { was, is }),
        days => Some(SyncNote::NextInConflict(days)),
    }
}

/// The differences that a sync made in a clone, and a note on those that came in a member's name by nobody of the pair.
/// Nobody moved the entries that went back to the agenda in this very sync: they are `carried`.
pub(super) fn came(
    workspace: &Workspace,
    way: SyncedRange,
    comparison: &Comparison,
    carried: &BTreeSet<EntryId>,
) -> Result<(Vec<Change>, Vec<SyncNote>), SyncError> {
    let (pair, keys) = (workspace.pair(), &workspace.keys);
    let me = workspace.me().ok();
    let open = |id: EntryId, placed: &Placed| {
        let entries = BTreeMap::from([(id, placed.clone())]);
        let alone = State {
            entries,
            ..State::default()
        };
        view(&alone, pair, keys, |_| true).entries.pop()
    };
    let makers = makers(workspace, way, comparison)?;
    let in_a_name = in_a_name(workspace, way, comparison, &makers)?;
    let member = |place: Place| {
        makers
            .found
            .get(&place)
            .and_then(|commit| commit.maker.member.clone())
    };
    let is_by_nobody = |id: EntryId| in_a_name.iter().any(|told| told.entry.id == id);
    let names_tell = pair.manager.name != pair.report.name;
    let returned = returned(workspace, comparison);
    let sender = match returned.is_empty() {
        true => None,
        false => sender(workspace, way)?,
    };
    let by = |difference: &Difference| match difference {
        Difference::Entry(entry) if sender.is_some() && returned.contains(&entry.id) => sender.clone(),
        Difference::Entry(entry) if entry.how == EntryHow::CarriedBack && carried.contains(&entry.id) => None,
        Difference::Entry(entry) if is_by_nobody(entry.id) || makers.beyond.contains(&entry.id) => None,
        // Nobody can say who brought a new entry: it names its author itself.
        Difference::Entry(entry) if comparison.versions(entry.id)[0].is_none() => {
            let maker = member(difference.place()).filter(|_| names_tell);
            maker.or(entry.author.clone())
        }
        // Whoever takes a seat commits under whatever name Git had for them before.
        Difference::Pair(change) if change.takes_seat => {
            let maker = member(difference.place());
            maker.or_else(|| change.member.as_deref()?.parse().ok())
        }
        _ => member(difference.place()),
    };
    let mut differences = comparison.differences(me.as_ref(), open);
    mark_mine(workspace, me.as_ref(), &mut differences)?;
    let change = |what: Difference| Change { by: by(&what), what };
    let changes = differences.into_iter().map(change).collect();
    let note = (!in_a_name.is_empty()).then_some(SyncNote::InAName(in_a_name));
    Ok((changes, note.into_iter().collect()))
}

/// Says which entries are back that had gone with a history that was replaced.
fn came_back(workspace: &Workspace, comparison: &Comparison) -> Option<SyncNote> {
    let entries = returned(workspace, comparison);
    (!entries.is_empty()).then_some(SyncNote::PurgedIsBack(entries))
}

/// The entries that came, and that went before with a history that was replaced.
fn returned(workspace: &Workspace, comparison: &Comparison) -> Vec<EntryId> {
    let purged = workspace.notes.purged();
    let is_purged = |id: &EntryId| purged.iter().any(|purged| purged == id.as_str());
    comparison.added().into_iter().filter(is_purged).collect()
}

/// Who merged the commits that came into what was there, as far as somebody did. Their authors sent them long before.
fn sender(workspace: &Workspace, way: SyncedRange) -> Result<Option<Slug>, SyncError> {
    let (repo, Some(there)) = (&workspace.repo, way.there) else {
        return Ok(None);
    };
    for commit in repo.ancestors(there, way.before.as_slice())? {
        let info = repo.commit_info(commit?)?;
        if info.parents.len() > 1 {
            let before = way.before.filter(|_| !way.is_rewrite);
            return Ok(NamesThatCame::of(repo, before, there, workspace.pair())?.member(&info.author));
        }
    }
    Ok(None)
}

/// Marks the conflicts in which I wrote one of the values: only then did both members change the entry.
fn mark_mine(
    workspace: &Workspace,
    me: Option<&Slug>,
    differences: &mut [Difference],
) -> Result<(), SyncError> {
    let (Some(me), Some(tip)) = (me, workspace.tip) else {
        return Ok(());
    };
    let entries = differences.iter_mut().filter_map(|difference| match difference {
        Difference::Entry(entry) if entry.how == EntryHow::Conflict => Some(entry),
        _ => None,
    });
    let entries: Vec<&mut EntryChange> = entries.collect();
    let mut asked = Vec::new();
    for entry in &entries {
        if let Some(placed) = workspace.side.state.entries.get(&entry.id) {
            asked.extend(values_in_conflict(entry.id, &placed.entry));
        }
    }
    if asked.is_empty() {
        return Ok(());
    }
    // One walk for all of them: each reads the whole history.
    let authors = authors_up_to(&workspace.repo, workspace.pair(), tip, &asked)?;
    let answers = asked.iter().zip(&authors);
    let mine = answers.filter(|(_, author)| author.as_ref() == Some(me));
    let mine: BTreeSet<Address> = mine.map(|(asked, _)| asked.at).collect();
    for entry in entries {
        entry.is_mine_too = mine.contains(&Address::Entry(entry.id));
    }
    Ok(())
}

/// The values of an entry that stand against each other.
fn values_in_conflict(id: EntryId, table: &Table) -> Vec<ConflictValue> {
    let value = |field: &str, value| ConflictValue {
        at: Address::Entry(id),
        field: field.to_owned(),
        value,
    };
    let shown = table.conflicted().into_iter();
    let shown = shown.map(|field| value(field, table.shown(field)));
    let others = table.rows.iter();
    let others = others.map(|row| value(&row.field, row.alternative.clone()));
    shown.chain(others).collect()
}

/// Says which entries are gone, by who removed them; those of mine are told one by one. And which are back after a purge.
pub(super) fn removals(
    workspace: &Workspace,
    comparison: &Comparison,
    came: &[Change],
    own: &[OwnChange],
) -> Vec<SyncNote> {
    let mut removed: BTreeMap<&Slug, Vec<RemovedEntry>> = BTreeMap::new();
    let is_told = |id: EntryId| own.iter().any(|change| change.stood.id == id);
    for (id, placed) in comparison.removed().filter(|(id, _)| !is_told(*id)) {
        let is_it = |change: &&Change| change.what.place() == Place::Entry(id);
        if let Some(by) = came.iter().find(is_it).and_then(|change| change.by.as_ref()) {
            let entry = removed_entry(&workspace.keys, workspace.pair(), id, placed);
            removed.entry(by).or_default().push(entry);
        }
    }
    let note = |(by, entries): (&Slug, Vec<RemovedEntry>)| SyncNote::EntriesRemoved {
        by: Some(by.clone()),
        entries,
    };
    let removed = removed.into_iter().map(note);
    removed.chain(came_back(workspace, comparison)).collect()
}

/// Which entries are gone with the history that a rewritten one replaced, and which of mine stand otherwise since. They may
/// have been taken out for good: no word of theirs is said again, and no command brings them back.
pub(super) fn went_with_rewrite(comparison: &Comparison, own: Vec<OwnChange>) -> Vec<SyncNote> {
    let of_mine = own.iter().filter(|change| change.how == OwnChangeHow::Removed);
    let of_mine = of_mine.map(|change| change.stood.id);
    let gone: BTreeSet<EntryId> = comparison.removed().map(|(id, _)| id).chain(of_mine).collect();
    let gone: Vec<EntryId> = gone.into_iter().collect();
    match gone.is_empty() && own.is_empty() {
        true => Vec::new(),
        false => vec![SyncNote::WentWithRewrite { gone, own }],
    }
}
