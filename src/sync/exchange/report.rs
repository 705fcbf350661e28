//! A sync of a clone: the exchange with its remote, and the report of it.

use std::time::{Duration, Instant};

use crate::git::{RemoteOptions, TreeId};
use crate::model::{Meeting, Visibility};

use super::remote::{GitRemote, fetched_ref};
use super::{ExchangeOptions, exchange};
use crate::sync::error::SyncError;
use crate::sync::load::commit::{entries_between, next_between};
use crate::sync::load::read_scope::ReadScope;
use crate::sync::outcome::{Delivery, SyncNote, SyncReport};
use crate::sync::secrets::keys::author;
use crate::sync::workspace::Workspace;

/// How a sync is to be done.
#[derive(Debug, Clone, Default)]
pub struct SyncOptions {
    /// Nothing crosses the network.
    pub offline: bool,
    /// How the exchange goes.
    pub exchange: ExchangeOptions,
    /// How the remote is talked to.
    pub remote: RemoteOptions,
    /// The time for everything that crosses the network, if it is not the timeout of `remote`.
    pub time_limit: Option<Duration>,
}

/// Syncs an opened workspace with its remote.
///
/// # Errors
/// When a person must decide, or something here failed. A sync that does not deliver is no error but a [`Delivery`].
pub fn sync(workspace: &mut Workspace, options: &SyncOptions) -> Result<SyncReport, SyncError> {
    let time_limit = options.time_limit.unwrap_or(options.remote.timeout);
    let before = workspace.side.tree;
    let has_remote = workspace.repo.remote_url("origin")?.is_some();
    let mut remote = (has_remote && !options.offline).then(|| GitRemote {
        repo: workspace.repo.clone(),
        lock: workspace.lock.clone(),
        branch: workspace.branch.clone(),
        options: options.remote,
        until: Instant::now() + time_limit,
    });
    let done = exchange(remote.as_mut(), workspace, options.exchange)?;
    let after = workspace.side.tree;
    let pulled = entries_between(&workspace.repo, &workspace.cache, before, after)?;
    let came = next_between(&workspace.repo, &workspace.cache, before, after)?;
    let has_sent = matches!(done.delivery, Delivery::Delivered | Delivery::Pending);
    let went = match has_sent {
        true => next_between(&workspace.repo, &workspace.cache, fetched_tree(workspace)?, after)?,
        false => None,
    };
    let conflicts = workspace.count_conflicts()?;
    let notes = [
        done.notes,
        workspace
            .repo
            .take_host_words()
            .map(SyncNote::HostSaid)
            .into_iter()
            .collect(),
        came.map(|(was, is)| SyncNote::NextCame { was, is })
            .into_iter()
            .collect(),
        workspace.take_sync_notes(),
        in_clear(workspace),
        under_way(workspace)?,
    ]
    .concat();
    let kept = notes.iter().filter_map(|note| match note {
        SyncNote::Kept(id) => Some(*id),
        _ => None,
    });
    Ok(SyncReport {
        pulled,
        pushed: done.pushed,
        next_pulled: came.is_some(),
        next_pushed: went.is_some(),
        merged: done.merged,
        conflicts,
        kept: kept.collect(),
        attempts: done.attempts,
        delivery: match has_remote && options.offline {
            true => Delivery::Offline,
            false => done.delivery,
        },
        notes,
    })
}

/// The tree of the remote's branch as this sync found it; none where there was no such branch.
fn fetched_tree(workspace: &Workspace) -> Result<Option<TreeId>, SyncError> {
    let tip = workspace.repo.reference(&fetched_ref(&workspace.branch))?;
    Ok(tip.map(|tip| workspace.repo.tree_of(tip)).transpose()?)
}

/// The entries that were to be sealed and stand in clear at the remote too.
fn in_clear(workspace: &Workspace) -> Vec<SyncNote> {
    let me = workspace.me().ok();
    let entries = workspace.side.state.entries.iter();
    let shown = entries.filter(|(_, placed)| placed.entry.exposes_words());
    let note = shown.map(|(id, placed)| {
        let private = placed.entry.visibility() == Visibility::Private;
        let author = author(&placed.entry).filter(|by| private && me.as_ref() != Some(by));
        SyncNote::InClear { entry: *id, author }
    });
    note.collect()
}

/// Facts about the meetings under way that a person should know: there are several, because both members began one before
/// either had synced, or one begins in the future, because a clock is wrong.
fn under_way(workspace: &mut Workspace) -> Result<Vec<SyncNote>, SyncError> {
    let now = workspace.now();
    let near = ReadScope::under_way(now.date_naive());
    let records = workspace.side.blobs.keys().copied();
    workspace.widen(Some(records.filter(|record| near.covers(*record)).collect()))?;
    let meetings = workspace.side.state.typed_meetings();
    let meetings: Vec<Meeting> = meetings.filter(|meeting| meeting.is_under_way(now)).collect();
    let mut notes = Vec::new();
    if meetings.len() > 1 {
        notes.push(SyncNote::SeveralUnderWay(
            meetings.iter().map(|m| m.key).collect(),
        ));
    }
    let later = meetings.iter().filter(|meeting| meeting.begins_after(now));
    notes.extend(later.map(|meeting| SyncNote::BeginsLater(meeting.key)));
    Ok(notes)
}
