//! The pairs known on this machine: which one is meant, the list of them, one more, one less.

use std::path::{Path, PathBuf};

use crate::git::{self, Repository, Shape};
use crate::model::{Pair, Role, Slug, folded};
use crate::store::{KnownPair, Registry};
use crate::sync::PairRecords;

use super::{AppError, PairClone, Remark, Remarks, Setting};

/// A known pair, the partner's name and my role there; or why it cannot be read.
#[derive(Debug)]
pub struct ListedPair {
    /// As it is known.
    pub known: KnownPair,
    /// The partner's name and my role; no role where it cannot be told.
    pub seats: Result<(String, Option<Role>), AppError>,
}

/// The pair to work on: the one that was named, else the clone that `folder` lies in, else the only one known.
///
/// # Errors
/// When none is known by that name, none at all or several are known, or the clone cannot be handled.
pub fn choose_pair(registry: &Registry, named: Option<&str>, folder: &Path) -> Result<PairClone, AppError> {
    if let Some(name) = named {
        let known = registry.named(name).or_else(|| registry.named(&folded(name)));
        return known.map(PairClone::from).ok_or_else(|| unknown(name, registry));
    }
    if let Some(dir) = clone_around(folder)? {
        let name = registry.at(&dir).map(|p| p.name.clone());
        return Ok(PairClone { name, dir });
    }
    match registry.pairs() {
        [only] => Ok(only.into()),
        [] => Err(AppError::NoPairKnown),
        several => Err(AppError::WhichPair(several.to_vec())),
    }
}

/// The pairs known on this machine.
///
/// # Errors
/// When the registry cannot be read. A pair that cannot be read stands in the list, with the reason.
pub fn list_pairs(setting: &Setting) -> Result<Vec<ListedPair>, AppError> {
    let seats = |known: &KnownPair| {
        let reader = PairRecords::open(&Repository::open(&known.dir)?, &setting.environment, |_| false)?;
        let pair = &reader.pair;
        let me = pair.member(&known.me).map(|m| m.slug.clone());
        let me = me.or_else(|| reader.keys.me(pair));
        let role = me
            .as_ref()
            .and_then(|me| pair.member(me.as_str()))
            .map(|m| m.role);
        let partner = pair.partner_of(me.as_ref().unwrap_or(&pair.manager.slug));
        Ok((partner.name.clone(), role))
    };
    let listed = |known: &KnownPair| ListedPair {
        known: known.clone(),
        seats: seats(known),
    };
    Ok(setting.registry()?.pairs().iter().map(listed).collect())
}

/// Makes the clone that a folder lies in known; returns its name and its folder.
///
/// # Errors
/// When the folder lies in no repository, or in one that holds no pair.
pub fn add_pair(setting: &Setting, folder: &Path, remarks: &Remarks) -> Result<(String, PathBuf), AppError> {
    let repo = Repository::discover(folder)?.ok_or_else(|| AppError::NoRepository(folder.to_owned()))?;
    let reader = PairRecords::open(&repo, &setting.environment, |_| false)?;
    let seat = reader.keys.me(&reader.pair);
    if seat.is_none() {
        remarks.add(Remark::NoSeat);
    }
    let name = make_known(setting, &reader.pair, seat.as_ref(), repo.workdir())?;
    Ok((name, repo.workdir().to_owned()))
}

/// Forgets a pair; returns its folder, which stays.
///
/// # Errors
/// When no pair has that name.
pub fn forget_pair(setting: &Setting, name: &str) -> Result<PathBuf, AppError> {
    let registry = setting.registry()?;
    let dir = registry
        .named(name)
        .ok_or_else(|| unknown(name, &registry))?
        .dir
        .clone();
    Registry::update(&setting.state_dir, |registry| registry.forget(name))?;
    Ok(dir)
}

/// Makes a clone known by the partner's slug, or by the report's for a person without a seat. Returns the name.
pub(super) fn make_known(
    setting: &Setting,
    pair: &Pair,
    me: Option<&Slug>,
    dir: &Path,
) -> Result<String, AppError> {
    let partner = me.map_or(&pair.report, |me| pair.partner_of(me)).slug.to_string();
    let id = pair.id.to_string();
    Ok(Registry::update(&setting.state_dir, |registry| {
        registry.add(&partner, &id, dir, me.map_or("", Slug::as_str))
    })?)
}

fn unknown(name: &str, registry: &Registry) -> AppError {
    AppError::UnknownPair {
        name: name.to_owned(),
        known: registry.pairs().to_vec(),
    }
}

/// The clone of a pair that a folder lies in.
fn clone_around(folder: &Path) -> Result<Option<PathBuf>, AppError> {
    match Repository::discover(folder) {
        Ok(Some(repo)) if repo.workdir().join("pair.toml").symlink_metadata().is_ok() => {
            Ok(Some(repo.workdir().to_owned()))
        }
        Ok(_) => Ok(None),
        // A person in a bare repository, such as a remote, means that one and no other pair.
        Err(
            e @ git::Error::Refused {
                shape: Shape::Bare, ..
            },
        ) => Err(e.into()),
        // An unusable repository is an error only if it holds a pair.
        Err(e) if folder.join("pair.toml").exists() => Err(e.into()),
        Err(_) => Ok(None),
    }
}
