//! `sync`: the records are carried both ways.

use std::collections::BTreeSet;

use crate::git::PublicAddress;
use crate::model::{Change, Difference, EntryId, Pair, Slug, State};
use crate::query::{Ids, Names};
use crate::sync::{
    BranchChoice, ExchangeOptions, OnRewrite, ReadScope, SnapshotFiles, SyncNote, SyncOptions, SyncReport,
    Workspace, left_files, refuse_branch, refuse_joining_merge, shown_name, view,
};

use super::guard::{Moment, keep_guard};
use super::known_place::check_place;
use super::people::names;
use super::session::open_decided;
use super::{AppError, PairClone, Remark, Remarks, Setting};

/// How to sync.
#[derive(Debug, Clone, Default)]
pub struct SyncRequest {
    /// The remote to give to a pair that has none.
    pub remote: Option<String>,
    /// Only say what would happen.
    pub dry_run: bool,
    /// The answer to the question about a history that was rewritten.
    pub on_rewrite: OnRewrite,
    /// Which branch at the remote it goes to.
    pub branch: BranchChoice,
}

/// The outcome of a sync.
#[derive(Debug)]
pub struct Synced {
    /// The report of what it did.
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
    /// A report, with the names for its words.
    pub(super) fn of(
        report: SyncReport,
        workspace: &Workspace,
        setting: &Setting,
        place: &PairClone,
    ) -> Result<Self, AppError> {
        let names_one = |note: &SyncNote| {
            matches!(
                note,
                SyncNote::EntriesRemoved { .. }
                    | SyncNote::OwnChanged(_)
                    | SyncNote::InAName(_)
                    | SyncNote::FolderPutBack { .. }
            )
        };
        let names_any = !report.came.is_empty() || report.notes.iter().any(names_one);
        let named = match workspace.me() {
            Ok(me) if names_any => {
                let pair = workspace.pair().clone();
                Some(SyncNames {
                    names: names(&setting.registry()?, &place.dir, &pair, &me),
                    ids: ids_without_opening(workspace, &said(&report.came), setting)?,
                    pair,
                    me,
                })
            }
            _ => None,
        };
        Ok(Self { report, named })
    }

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
    check_place(&setting.registry()?, &place.dir)?;
    if request.on_rewrite == OnRewrite::Ask {
        refuse_joining_merge(&place.dir, setting.environment.clone(), &request.branch)?;
    }
    let mut workspace = open_decided(setting, place, SnapshotFiles::AllTracked, ReadScope::Changes)?;
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
            on_rewrite: request.on_rewrite,
        },
        branch: request.branch.clone(),
        remote: setting.remote,
        time_limit: None,
    };
    let mut report = crate::sync::sync(&mut workspace, &options)?;
    report.notes.extend(left_files(workspace.repository())?.notes());
    if let Err(error) = refuse_branch(workspace.repository()) {
        remarks.add(Remark::ReadOnly(error.into()));
    }
    if request.dry_run {
        report = report.of_dry_run();
    }
    Synced::of(report, &workspace, setting, place)
}

/// The entries whose ids the words about a sync say: those that came, as far as they can be read, and those that these
/// follow.
fn said(came: &[Change]) -> BTreeSet<EntryId> {
    let changes = came.iter().filter_map(|change| match &change.what {
        Difference::Entry(entry) => Some((entry.id, entry.body.as_ref()?)),
        _ => None,
    });
    changes
        .flat_map(|(id, body)| [Some(id), body.re])
        .flatten()
        .collect()
}

/// The ids that a person can type. Of what is sealed, only the entries `said` are opened.
fn ids_without_opening(
    workspace: &Workspace,
    said: &BTreeSet<EntryId>,
    setting: &Setting,
) -> Result<Ids, AppError> {
    let (state, pair) = (workspace.state(), workspace.pair());
    let entries = state.entries.iter().filter(|(id, _)| said.contains(id));
    let these = State {
        entries: entries.map(|(id, placed)| (*id, placed.clone())).collect(),
        ..State::default()
    };
    let opened = view(&these, pair, &workspace.keys, |_| true).entries;
    let ids = Ids::partly_opened(state, pair, opened, setting.now());
    let unread = workspace.unread()?;
    Ok(ids.with(unread.open, unread.ids))
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
        let (name, new) = (shown_name(&name), PublicAddress::of(url));
        return Err(AppError::HasRemote { name, old, new });
    }
    repo.set_remote("origin", url)?;
    let branch = repo.head()?.branch;
    Ok(repo.set_upstream(&branch, "origin", &branch)?)
}
