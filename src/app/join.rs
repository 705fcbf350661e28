//! `join`: the open seat of a pair is taken.

use std::path::{Path, PathBuf};

use crate::git::{CloneOutcome, PublicAddress, Repository, clone};
use crate::model::{PAIR_PATH, Pair, Role, Slug, Value};
use crate::seal::Identities;
use crate::store::StagingFolder;
use crate::sync::{
    Delivery, PairRecords, ReadScope, SnapshotFiles, SyncNote, SyncOptions, has_pair_in_history,
    pin_at_first_sight, was_ever_taken,
};

use super::guard::{Moment, keep_guard};
use super::known_place::refuse_other_pair;
use super::new_clone::{NewClone, clone_delivery, own_identity};
use super::person_name::slug_of_person;
use super::{AppError, PairClone, Remarks, Setting, pairs::make_known, session::open_clone};

/// A pair that is to be joined.
#[derive(Debug, Clone)]
pub struct JoinRequest {
    /// Its address.
    pub url: String,
    /// My name, where it is not the one that the other member wrote.
    pub name: Option<String>,
    /// Where the clone goes.
    pub clone: NewClone,
}

/// A pair that was joined.
#[derive(Debug)]
pub struct JoinedPair {
    /// The name that it is known by.
    pub name: String,
    /// The folder of the clone.
    pub dir: PathBuf,
    /// My seat.
    pub role: Role,
    /// How many meetings are recorded.
    pub meetings: usize,
    /// How many entries there are.
    pub entries: usize,
}

/// Clones a pair, takes the open seat with my key, and pushes. With a key that sits there already the pair is only cloned.
///
/// # Errors
/// When the pair is not reached, both seats are taken or were, or the seat does not arrive at the remote. Nothing is left then but
/// my key.
pub fn join(setting: &Setting, request: &JoinRequest, remarks: &Remarks) -> Result<JoinedPair, AppError> {
    if setting.offline {
        return Err(AppError::OfflineJoin);
    }
    if let Some(name) = &request.name {
        slug_of_person(name)?;
    }
    let named = request.clone.named()?;
    let parent = named.as_ref().and_then(|dir| dir.parent());
    // Clone into another folder first, so that a clone without a seat for me leaves nothing behind.
    let staging = StagingFolder::make(parent.unwrap_or(&request.clone.folder))?;
    let path = staging.clone_path();
    clone_pair(setting, &request.url, &path)?;
    let read = |dir: &Path, wanted: bool| {
        PairRecords::open(&Repository::open(dir)?, &setting.environment, |_| wanted)
    };
    let pair = read(&path, false)?.pair;
    let identities = own_identity(setting, remarks)?;
    let (me, is_open) = seat(&Repository::open(&path)?, &pair, &identities)?;
    let dir = match named {
        Some(dir) => dir,
        None => request.clone.usual(setting, &pair.partner_of(&me).slug)?,
    };
    refuse_other_pair(&setting.registry()?, &dir, pair.id)?;
    if is_open {
        let taken = take_seat(setting, request, &path, &me, (&identities, remarks));
        taken.map_err(put_back_there)?;
    }
    keep_guard(setting, &Repository::open(&path)?, Moment::Made, remarks);
    staging.place(&dir)?;
    let mut reader = read(&dir, true)?;
    let repo = Repository::open(&dir)?;
    let tip = repo.head()?.tip;
    let mut pinned = pin_at_first_sight(&repo, tip.as_slice(), &reader.pair, &mut reader.keys)?;
    pinned.retain(|note| !matches!(note, SyncNote::Pinned(slug, _) if *slug == me));
    remarks.add_notes(&pinned);
    let name = make_known(
        setting,
        &reader.pair,
        Some(&me),
        Repository::open(&dir)?.workdir(),
    )?;
    let role = reader.pair.member(me.as_str()).map_or(Role::Report, |m| m.role);
    let state = &reader.loaded.state;
    Ok(JoinedPair {
        name,
        dir,
        role,
        meetings: state.meetings.len(),
        entries: state.entries.len(),
    })
}

/// My seat, and whether it is still to be taken. A seat without a key that somebody sat in is not open.
fn seat(repo: &Repository, pair: &Pair, identities: &Identities) -> Result<(Slug, bool), AppError> {
    if let Some(member) = pair.member_with_key(&identities.recipients()) {
        return Ok((member.slug.clone(), false));
    }
    let open = pair.members().into_iter().find(|m| m.is_open_seat());
    let taken = || AppError::SeatsTaken(pair.members().map(|m| m.name.clone()));
    let open = open.ok_or_else(taken)?;
    match was_ever_taken(repo, open)? {
        true => Err(AppError::SeatEmptied(open.name.clone())),
        false => Ok((open.slug.clone(), true)),
    }
}

/// Clones a pair; no seat is taken in it.
///
/// # Errors
/// When it is not reached, or the repository holds no pair.
pub fn clone_pair(setting: &Setting, url: &str, to: &Path) -> Result<(), AppError> {
    match clone(url, to, &setting.remote)? {
        CloneOutcome::Done if Repository::open(to).is_ok_and(|repo| has_pair_in_history(&repo)) => Ok(()),
        CloneOutcome::Done if to.join(PAIR_PATH).symlink_metadata().is_ok() => Ok(()),
        CloneOutcome::Done => Err(AppError::NoPairAt(PublicAddress::of(url))),
        outcome => Err(AppError::NotCloned {
            url: PublicAddress::of(url),
            why: clone_delivery(outcome),
        }),
    }
}

/// A `pair.toml` of another format is put back where there is a clone: none stays here.
fn put_back_there(error: AppError) -> AppError {
    match error {
        AppError::Sync(error) => error.put_back_there().into(),
        error => error,
    }
}

/// Takes the seat in the clone and pushes it. The clone moves to its place only afterwards.
fn take_seat(
    setting: &Setting,
    request: &JoinRequest,
    dir: &Path,
    me: &Slug,
    (identities, remarks): (&Identities, &Remarks),
) -> Result<(), AppError> {
    let place = PairClone {
        name: None,
        dir: dir.to_owned(),
    };
    let mut workspace = open_clone(setting, &place, SnapshotFiles::Records, ReadScope::Everything)?;
    let mut state = workspace.state().clone();
    if let Some(member) = state.pair.as_mut().and_then(|p| p.members.get_mut(me.as_str())) {
        let keys = identities.recipients().into_iter().map(Value::from);
        member.set("keys", Value::Array(keys.collect()));
        if let Some(name) = &request.name {
            member.set("name", name.trim());
        }
    }
    let _ = workspace.begin(state, Some("take a seat"))?.finish_unrecorded()?;
    let options = SyncOptions {
        remote: setting.remote.since(request.clone.began),
        ..SyncOptions::default()
    };
    let report = crate::sync::sync(&mut workspace, &options)?;
    let is_of_host = |note: &&SyncNote| matches!(note, SyncNote::HostSaid(_));
    remarks.add_notes(
        &report
            .notes
            .iter()
            .filter(is_of_host)
            .cloned()
            .collect::<Vec<_>>(),
    );
    match report.delivery {
        Delivery::Delivered => Ok(()),
        why => Err(AppError::SeatNotTaken {
            url: PublicAddress::of(&request.url),
            why,
        }),
    }
}
