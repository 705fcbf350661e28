//! A sync of a clone: the exchange with its remote, and the report of it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::git::{CommitId, RemoteOptions};
use crate::merge::Comparison;
use crate::model::{EntryId, Meeting, RecordPath, Visibility};

use super::broken_records::broken_records;
use super::git_remote::GitRemote;
use super::incoming::{came, next_note, removals, went_with_rewrite};
use super::incoming_commits::SyncedRange;
use super::other_addresses::would_send_to;
use super::own_entries::{SyncTips, own_changes};
use super::plan::is_rewritten;
use super::record_delivery::would_go_alone;
use super::remote_pair_repair::with_way_back;
use super::{ExchangeOptions, OnRewrite, Replica, exchange};
use crate::sync::changed_entries::OwnChange;
use crate::sync::error::SyncError;
use crate::sync::load::compare::compare;
use crate::sync::load::history::History;
use crate::sync::load::read_scope::ReadScope;
use crate::sync::outcome::{Delivery, SyncNote, SyncReport};
use crate::sync::secrets::arrived_wider::Widened;
use crate::sync::secrets::keys::author;
use crate::sync::upstream::{BranchChoice, Upstream, UpstreamError, seen_ref};
use crate::sync::workspace::Workspace;

/// How a sync is to be done.
#[derive(Debug, Clone, Default)]
pub struct SyncOptions {
    /// Nothing crosses the network.
    pub offline: bool,
    /// Which branch at the remote it goes to.
    pub branch: BranchChoice,
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
    let tip_before = workspace.tip;
    let upstream = upstream_of(workspace, options)?;
    let (seen, tracking) = seen_by_sync(workspace)?;
    let mut remote = upstream.map(|upstream| git_remote(workspace, upstream, options));
    let done = exchange(remote.as_mut(), workspace, options.exchange);
    let (there, mut remote_notes) = remote.map_or((None, Vec::new()), |remote| (remote.there, remote.notes));
    let done = done.map_err(|e| stopped(workspace, there, e))?;
    remote_notes.extend(refused_merge(workspace, there, &done.delivery)?);
    let comparison = compare(&workspace.repo, &workspace.cache, tip_before, workspace.tip)?;
    let notes = done.notes.iter().chain(workspace.sync_notes());
    let notes = notes.filter(|note| workspace.is_so(note));
    let carried = notes.filter_map(SyncNote::carried_back).collect();
    let way = SyncedRange::of(tip_before, there, done.notes.iter());
    let (came, in_a_name) = came(workspace, way, &comparison, &carried)?;
    let wider = arrived_wider(workspace)?;
    let tips = SyncTips {
        seen,
        there,
        here: tip_before,
        tracking,
    };
    let own = own_changes(workspace, &tips, &widened_ids(&wider))?;
    let conflicts = workspace.conflicts()?;
    let other_files = other_files(workspace, tip_before, there, &done.delivery)?;
    let broken = broken_records(workspace)?;
    let gone = match way.is_rewrite {
        true => went_for_good(workspace, (seen, &comparison), own, options.exchange.dry_run)?,
        false => [removals(workspace, &comparison, &came, &own), own_changed(own)].concat(),
    };
    let mut notes = [
        done.notes,
        host_said(workspace)
            .into_iter()
            .chain(next_note(&conflicts, &comparison))
            .chain(other_files)
            .collect(),
        remote_notes,
        workspace.take_sync_notes(),
    ]
    .concat();
    // Each broken record is told once, with the commit that wrote it.
    notes.retain(|note| !matches!(note, SyncNote::Broken { .. }) && workspace.is_so(note));
    notes.extend(
        [
            gone,
            in_a_name,
            workspace.older_pair()?.into_iter().collect(),
            broken,
            in_clear(workspace),
            unlisted(workspace),
            wider,
            under_way(workspace)?,
        ]
        .concat(),
    );
    notes.extend(would_send_to(workspace, options.exchange.dry_run)?);
    let alone = match options.exchange.dry_run {
        true => would_go_alone(workspace)?,
        false => went_alone(&notes),
    };
    Ok(SyncReport {
        incoming: comparison.counts(),
        outgoing: done.outgoing,
        came,
        merged: done.merged,
        conflicts: conflicts.len(),
        kept: kept(&notes),
        attempts: done.attempts,
        delivery: match options.offline && workspace.repo.has_remotes()? {
            true => Delivery::Offline,
            false => done.delivery,
        },
        alone,
        notes,
    })
}

/// The words of the host beside a push that it accepted.
fn host_said(workspace: &Workspace) -> Option<SyncNote> {
    workspace.repo.take_host_words().map(SyncNote::HostSaid)
}

/// The entries that one side deleted and the other edited.
fn kept(notes: &[SyncNote]) -> Vec<EntryId> {
    let kept = notes.iter().filter_map(|note| match note {
        SyncNote::Kept(id) => Some(*id),
        _ => None,
    });
    kept.collect()
}

fn git_remote(workspace: &Workspace, upstream: Rc<RefCell<Upstream>>, options: &SyncOptions) -> GitRemote {
    let time_limit = options.time_limit.unwrap_or(options.remote.timeout);
    GitRemote {
        repo: workspace.repo.clone(),
        lock: workspace.lock.clone(),
        upstream,
        options: options.remote,
        until: Instant::now() + time_limit,
        there: None,
        sends_anything: options.exchange.on_rewrite == OnRewrite::Accept,
        notes: Vec::new(),
    }
}

/// The files that are no records and that a sync carries: a commit may hold nothing else.
fn other_files(
    workspace: &Workspace,
    here: Option<CommitId>,
    there: Option<CommitId>,
    delivery: &Delivery,
) -> Result<Option<SyncNote>, SyncError> {
    let repo = &workspace.repo;
    let (Some(here), Some(there)) = (here, there) else {
        return Ok(None);
    };
    // A folder of records that was put back is told by itself.
    let is_told = |path: &String| {
        let mut notes = workspace.sync_notes().iter();
        notes.any(|note| matches!(note, SyncNote::FolderPutBack { path: told, .. } if told == path))
    };
    let changed = |from: CommitId, to: CommitId| -> Result<Vec<String>, SyncError> {
        let (from, to) = (repo.tree_of(from)?, repo.tree_of(to)?);
        let mut paths = repo.changed_paths(Some(from), Some(to))?;
        paths.retain(|path| RecordPath::parse(path).is_none() && !is_told(path));
        Ok(paths)
    };
    let came = match repo.merge_bases(here, there)?.as_slice() {
        [base] => changed(*base, there)?,
        _ => Vec::new(),
    };
    let is_sent = matches!(delivery, Delivery::Delivered | Delivery::Pending);
    let went = match workspace.tip.filter(|_| is_sent) {
        Some(tip) => changed(there, tip)?,
        None => Vec::new(),
    };
    Ok((!came.is_empty() || !went.is_empty()).then_some(SyncNote::OtherFiles { came, went }))
}

/// The notes on entries that went with a history that was replaced. They are remembered: those that the sync took away here,
/// and those that the remote had when it was seen last.
fn went_for_good(
    workspace: &Workspace,
    (seen, comparison): (Option<CommitId>, &Comparison),
    own: Vec<OwnChange>,
    dry_run: bool,
) -> Result<Vec<SyncNote>, SyncError> {
    if !dry_run {
        // Beyond the border of a shallow clone nobody can tell.
        let seen = seen.filter(|seen| workspace.repo.tree_of(*seen).is_ok());
        let there = compare(&workspace.repo, &workspace.cache, seen, workspace.tip)?;
        let gone = comparison.removed().chain(there.removed());
        let gone: BTreeSet<String> = gone.map(|(id, _)| id.to_string()).collect();
        workspace.notes.add_purged(&Vec::from_iter(gone))?;
    }
    Ok(went_with_rewrite(comparison, own))
}

/// Whether a host refused the branch, and may have done so because a merge is in it.
fn refused_merge(
    workspace: &Workspace,
    there: Option<CommitId>,
    delivery: &Delivery,
) -> Result<Option<SyncNote>, SyncError> {
    // The server looked at the branch, by the word of Git.
    let is_looked_at = matches!(delivery, Delivery::Denied { words } if words.contains("[remote rejected]"));
    Ok((is_looked_at && has_merge(workspace, there)?).then_some(SyncNote::MergeRefused))
}

/// The branch or the address that a sync went to, by its notes, if nobody can say that the other member reads there.
fn went_alone(notes: &[SyncNote]) -> Option<String> {
    notes.iter().find_map(|note| match note {
        SyncNote::OtherThanHead { branch, .. } | SyncNote::NewBranch { branch, .. } => Some(branch.clone()),
        SyncNote::LeftBranches { is, .. } => Some(is.clone()),
        SyncNote::NewAddress { is, .. } => Some(is.as_str().to_owned()),
        SyncNote::OtherRemote(other) => Some(other.is.as_str().to_owned()),
        _ => None,
    })
}

/// Where the sync goes; nowhere if there is no remote, or it is left alone. A question leaves what is here safe.
fn upstream_of(
    workspace: &mut Workspace,
    options: &SyncOptions,
) -> Result<Option<Rc<RefCell<Upstream>>>, SyncError> {
    if options.offline {
        return Ok(None);
    }
    if workspace.repo.has_remotes()? {
        workspace.repo.ask_for_settings()?;
    }
    let found = Upstream::of(&workspace.repo, &options.branch);
    if found.is_err() && !options.exchange.dry_run {
        let _ = workspace.check_out()?;
    }
    let has_time = options.time_limit.is_none();
    let upstream = found?.map(|upstream| Rc::new(RefCell::new(Upstream { has_time, ..upstream })));
    workspace.upstream.clone_from(&upstream);
    Ok(upstream)
}

/// Whether a merge is among the commits that the remote does not have.
fn has_merge(workspace: &Workspace, there: Option<CommitId>) -> Result<bool, SyncError> {
    let Some(tip) = workspace.tip else {
        return Ok(false);
    };
    for commit in workspace.repo.ancestors(tip, there.as_slice())? {
        if workspace.repo.commit_info(commit?)?.parents.len() > 1 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The error of an exchange, with the remote that it is about and the way back from a broken `pair.toml` there.
fn stopped(workspace: &Workspace, there: Option<CommitId>, error: SyncError) -> SyncError {
    let seen = workspace.seen().ok().flatten();
    // A record at the remote is put back by a merge, and there is none with a history that was rewritten.
    if let Some(seen) = seen
        && is_rewritten(&*workspace.repo, workspace.tip, there, seen).unwrap_or(false)
    {
        return of_place(workspace, there, error);
    }
    match with_way_back(workspace, there, of_place(workspace, there, error)) {
        Ok(error) | Err(error) => error,
    }
}

/// The error of an exchange, with the remote that it is about. `there` is where that was found.
pub(super) fn of_place(workspace: &Workspace, there: Option<CommitId>, error: SyncError) -> SyncError {
    let Some(upstream) = workspace.upstream.as_ref().map(|upstream| upstream.borrow()) else {
        return error;
    };
    let remote = upstream.remote.shown().name;
    let mut question = match error {
        SyncError::Rewritten(question) => question,
        SyncError::Unrelated => return UpstreamError::Unrelated { remote }.into(),
        error => return error,
    };
    if let BranchChoice::Named(branch) = &upstream.choice {
        question.branch = Some(branch.clone());
        let before = upstream.before.as_ref();
        let before = before.filter(|(name, tip)| name != branch && upstream.seen == Some(*tip));
        question.before = before.map(|(name, _)| name.clone());
        question.instead = upstream.instead.as_ref().map(|(name, _)| name.clone());
    }
    let Some(was) = upstream.moved_from().filter(|_| question.was.is_some()) else {
        return SyncError::Rewritten(question);
    };
    // A remote that never got the commit may not have had its history rewritten.
    let shares = |there, tip| History::merge_bases(&*workspace.repo, there, tip).is_ok_and(|b| !b.is_empty());
    if !matches!((there, workspace.tip), (Some(there), Some(tip)) if shares(there, tip)) {
        question.is = None;
    }
    UpstreamError::OtherPlace {
        remote,
        was,
        is: upstream.remote.url.clone(),
        followed: upstream.choice == BranchChoice::Follow,
        question,
    }
    .into()
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

/// The entries that are in no list.
fn unlisted(workspace: &Workspace) -> Vec<SyncNote> {
    let entries: Vec<EntryId> = workspace.side.state.unlisted().collect();
    match entries.is_empty() {
        true => Vec::new(),
        false => vec![SyncNote::Unlisted(entries)],
    }
}

/// The entries that arrived for more readers than their authors let: mine at every sync, those of the other member once.
fn arrived_wider(workspace: &Workspace) -> Result<Vec<SyncNote>, SyncError> {
    let (me, widened) = (workspace.me().ok(), workspace.widened()?);
    let (mine, theirs): (Vec<Widened>, Vec<Widened>) =
        widened.into_iter().partition(|one| me.as_ref() == Some(&one.by));
    workspace.told_of(&theirs)?;
    let sides = [(mine, true), (theirs, false)].into_iter();
    let sides = sides.filter(|(entries, _)| !entries.is_empty());
    let note = |(entries, is_mine)| SyncNote::ArrivedWider { entries, is_mine };
    Ok(sides.map(note).collect())
}

/// The remote's tip as the last sync left it, and the reference by which plain Git follows that branch.
fn seen_by_sync(workspace: &Workspace) -> Result<(Option<CommitId>, Option<String>), SyncError> {
    let Some(upstream) = workspace.upstream.as_ref().map(|upstream| upstream.borrow()) else {
        return Ok((None, None));
    };
    let by_sync = workspace.repo.reference(&seen_ref(&upstream.branch))?;
    Ok((by_sync.or(upstream.seen), upstream.tracking_ref()))
}

/// The entries of mine whose wider readers are told.
fn widened_ids(wider: &[SyncNote]) -> BTreeSet<EntryId> {
    let mine = wider.iter().filter_map(|note| match note {
        SyncNote::ArrivedWider {
            entries,
            is_mine: true,
        } => Some(entries),
        _ => None,
    });
    mine.flatten().map(|widened| widened.entry).collect()
}

fn own_changed(own: Vec<OwnChange>) -> Vec<SyncNote> {
    match own.is_empty() {
        true => Vec::new(),
        false => vec![SyncNote::OwnChanged(own)],
    }
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
