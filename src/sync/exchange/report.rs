//! A sync of a clone: the exchange with its remote, and the report of it.

use std::time::{Duration, Instant};

use crate::git::RemoteOptions;
use crate::model::Visibility;

use super::remote::GitRemote;
use super::{ExchangeOptions, exchange};
use crate::sync::error::SyncError;
use crate::sync::load::commit::entries_between;
use crate::sync::outcome::{Delivery, SyncNote, SyncReport};
use crate::sync::secrets::keys::author;
use crate::sync::workspace::Workspace;

/// How a sync is to be done.
#[derive(Debug, Clone, Default)]
pub struct SyncOptions {
    /// Nothing crosses the network.
    pub offline: bool,
    /// Fetch and plan, but commit, push and write nothing more.
    pub dry_run: bool,
    /// Go on though the remote's history was rewritten: everything that is here is kept, and goes there again.
    pub accept_rewrite: bool,
    /// How the remote is talked to.
    pub remote: RemoteOptions,
}

/// Syncs an opened workspace with its remote.
///
/// # Errors
/// When a person must decide, or something here failed; an undelivered sync is no error but a [`Delivery`].
pub fn sync(workspace: &mut Workspace, options: &SyncOptions) -> Result<SyncReport, SyncError> {
    sync_within(workspace, options, options.remote.timeout)
}

/// The same, with no more than that time for everything that crosses the network.
///
/// # Errors
/// As [`sync`].
pub fn sync_within(
    workspace: &mut Workspace,
    options: &SyncOptions,
    patience: Duration,
) -> Result<SyncReport, SyncError> {
    let before = workspace.side.tree;
    let has_remote = workspace.repo.remote_url("origin")?.is_some();
    let mut remote = (has_remote && !options.offline).then(|| GitRemote {
        repo: workspace.repo.clone(),
        lock: workspace.lock.clone(),
        branch: workspace.branch.clone(),
        options: options.remote,
        until: Instant::now() + patience,
    });
    let how = ExchangeOptions {
        dry_run: options.dry_run,
        accept_rewrite: options.accept_rewrite,
    };
    let done = exchange(remote.as_mut(), workspace, how)?;
    let after = workspace.side.tree;
    let mut notes = done.notes;
    let pulled = entries_between(&workspace.repo, &workspace.catalog, before, after)?;
    let conflicts = workspace.count_conflicts()?;
    notes.append(&mut workspace.sync_notes);
    notes.extend(in_clear(workspace));
    let kept = notes.iter().filter_map(|note| match note {
        SyncNote::Kept(id) => Some(*id),
        _ => None,
    });
    Ok(SyncReport {
        pulled,
        pushed: done.pushed,
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
