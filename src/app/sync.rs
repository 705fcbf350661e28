//! `sync`: the records are carried both ways.

use crate::git::PublicAddress;
use crate::model::{Pair, Slug};
use crate::query::{Ids, Names};
use crate::sync::{
    BranchChoice, ExchangeOptions, ReadScope, SnapshotFiles, SyncOptions, SyncReport, Workspace, left_files,
};

use super::guard::{Moment, keep_guard};
use super::people::names;
use super::session::{ids_of, open_clone, records_of};
use super::{AppError, PairClone, Remarks, Setting};

/// How to sync.
#[derive(Debug, Clone, Default)]
pub struct SyncRequest {
    /// The remote to give to a pair that has none.
    pub remote: Option<String>,
    /// Only say what would happen.
    pub dry_run: bool,
    /// Go on though the remote's history was rewritten.
    pub accept_rewrite: bool,
    /// Take the remote's history if it was rewritten.
    pub take_rewrite: bool,
    /// Which branch at the remote it goes to.
    pub branch: BranchChoice,
}

/// The outcome of a sync.
#[derive(Debug)]
pub struct Synced {
    /// What it did.
    pub report: SyncReport,
    /// How its words name people and entries; none where nothing came, or I have no seat in the pair.
    pub named: Option<SyncNames>,
}

/// The names of the people and of the entries of a pair.
#[derive(Debug)]
pub struct SyncNames {
    /// The pair.
    pub pair: Pair,
    /// The member who looks.
    pub me: Slug,
    /// How both members are called.
    pub names: Names,
    /// The ids that a person can type.
    pub ids: Ids,
}

impl Synced {
    /// This sync and the one right before it, as one.
    #[must_use]
    pub fn after(self, first: Self) -> Self {
        Self {
            report: self.report.after(first.report),
            named: self.named.or(first.named),
        }
    }
}

/// Syncs a pair. Work that was not delivered is no error: see [`SyncReport::delivery`].
///
/// # Errors
/// When the pair has another remote, a person must decide, or something failed here.
pub fn sync(
    setting: &Setting,
    place: &PairClone,
    request: &SyncRequest,
    remarks: &Remarks,
) -> Result<Synced, AppError> {
    let mut workspace = open_clone(setting, place, SnapshotFiles::AllTracked, ReadScope::Changes)?;
    if let Some(url) = &request.remote {
        set_remote(&workspace, url)?;
    }
    if !request.dry_run {
        keep_guard(setting, workspace.repository(), Moment::Synced, remarks);
    }
    let options = SyncOptions {
        offline: setting.offline,
        exchange: ExchangeOptions {
            dry_run: request.dry_run,
            accept_rewrite: request.accept_rewrite,
        },
        take_rewrite: request.take_rewrite,
        branch: request.branch.clone(),
        remote: setting.remote,
        time_limit: None,
    };
    let mut report = crate::sync::sync(&mut workspace, &options)?;
    report.notes.extend(left_files(workspace.repository())?.notes());
    let named = match workspace.me() {
        Ok(me) if !report.came.is_empty() => Some(sync_names(&workspace, setting, place, me)?),
        _ => None,
    };
    Ok(Synced { report, named })
}

fn sync_names(
    workspace: &Workspace,
    setting: &Setting,
    place: &PairClone,
    me: Slug,
) -> Result<SyncNames, AppError> {
    let pair = workspace.pair().clone();
    Ok(SyncNames {
        names: names(&setting.registry()?, &place.dir, &pair, &me),
        ids: ids_of(workspace, &records_of(workspace), setting)?,
        pair,
        me,
    })
}

fn set_remote(workspace: &Workspace, url: &str) -> Result<(), AppError> {
    let repo = workspace.repository();
    let mut remotes = repo.remotes()?;
    for name in &remotes {
        if repo.remote_url(name)?.as_deref() == Some(url) {
            return Ok(());
        }
    }
    if let Some(name) = remotes.pop() {
        let old = PublicAddress::of(&repo.remote_url(&name)?.unwrap_or_default());
        let new = PublicAddress::of(url);
        return Err(AppError::HasRemote { name, old, new });
    }
    repo.set_remote("origin", url)?;
    let branch = repo.head()?.branch;
    Ok(repo.set_upstream(&branch, "origin", &branch)?)
}
