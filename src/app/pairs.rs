//! The pairs known on this machine: which one is meant, the list of them, one more, one less.

use std::path::{Path, PathBuf};

use crate::git::{self, Repository, Shape};
use crate::model::{AGENDA_PATH, MEETINGS_PATH, PAIR_PATH, Pair, Role, Slug, folded};
use crate::store::{KnownPair, Notes, Registry};
use crate::sync::{PairRecords, has_pair_in_history};

use super::known_place::{check_place, of_known_place};
use super::people::{KnownPartner, known_partners};
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
/// When none is known by that name, several are or none at all is, the folder holds records that are no pair, or the
/// clone cannot be handled.
pub fn choose_pair(registry: &Registry, named: Option<&str>, folder: &Path) -> Result<PairClone, AppError> {
    if let Some(name) = named {
        return named_pair(registry, name);
    }
    if let Some(repo) = clone_around(registry, folder)? {
        let dir = repo.workdir().to_owned();
        let name = registry.at(&dir).map(|p| p.name.clone());
        return Ok(PairClone { name, dir });
    }
    match registry.pairs() {
        [only] => Ok(only.into()),
        [] => Err(AppError::NoPairKnown),
        _ => Err(AppError::WhichPair {
            typed: None,
            pairs: known_partners(registry),
        }),
    }
}

/// The pair of a name; else the only one whose partner is called so, by the whole name or its first word.
fn named_pair(registry: &Registry, name: &str) -> Result<PairClone, AppError> {
    if let Some(known) = registry.named(name) {
        return Ok(known.into());
    }
    let typed = folded(name);
    let is_meant = |pair: &KnownPartner| {
        folded(&pair.known.name) == typed || pair.partner.as_ref().is_some_and(|p| p.is_called(name))
    };
    let mut pairs = known_partners(registry);
    pairs.retain(is_meant);
    match pairs.as_slice() {
        [only] => Ok((&only.known).into()),
        [] => Err(unknown(name, registry)),
        _ => Err(AppError::WhichPair {
            typed: Some(name.to_owned()),
            pairs,
        }),
    }
}

/// The pairs known on this machine.
///
/// # Errors
/// When the registry cannot be read. A pair that cannot be read stands in the list, with the reason.
pub fn list_pairs(setting: &Setting) -> Result<Vec<ListedPair>, AppError> {
    let registry = setting.registry()?;
    let seats = |known: &KnownPair| {
        check_place(&registry, &known.dir)?;
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
    Ok(registry.pairs().iter().map(listed).collect())
}

/// Makes the clone that a folder lies in known; returns its name and its folder.
///
/// # Errors
/// When the folder lies in no repository, or in one that holds no pair.
pub fn add_pair(setting: &Setting, folder: &Path, remarks: &Remarks) -> Result<(String, PathBuf), AppError> {
    let found = clone_around(&setting.registry()?, folder)?;
    let repo = match found.or(Repository::discover(folder)?) {
        Some(repo) => repo,
        None => return Err(AppError::NoRepository(folder.to_owned())),
    };
    let reader = PairRecords::open(&repo, &setting.environment, |_| false)
        .map_err(|error| of_known_place(setting, repo.workdir(), error))?;
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
        known: known_partners(registry),
    }
}

/// The clone of a pair that a folder lies in; none where there are no records on the way up.
///
/// The nearest `pair.toml` says which pair a person stands in. Where it is no repository's own, the records are refused:
/// nothing is written to another pair in their place.
fn clone_around(registry: &Registry, folder: &Path) -> Result<Option<Repository>, AppError> {
    let holds_pair = |dir: &&Path| dir.join(PAIR_PATH).symlink_metadata().is_ok();
    let records = folder.ancestors().find(holds_pair);
    let around = match Repository::discover(folder) {
        // A person in a bare repository, such as a remote, means that one and no other pair.
        Err(
            e @ git::Error::Refused {
                shape: Shape::Bare, ..
            },
        ) => return Err(e.into()),
        // An unusable repository is an error only if it holds a pair.
        Err(e) if records.is_some() => return Err(e.into()),
        found => found.ok().flatten(),
    };
    let Some(records) = records else {
        // The folder of Git may lie elsewhere, and somebody may have removed the record.
        let is_pair = |repo: &Repository| {
            holds_pair(&repo.workdir())
                || registry.at(repo.workdir()).is_some()
                || Notes::of(repo.git_dir()).bound().is_ok_and(|pair| pair.is_some())
                || holds_records(repo.workdir())
                || has_pair_in_history(repo)
        };
        return Ok(around.filter(is_pair));
    };
    let repository = match around {
        Some(repo) if is_same(repo.workdir(), records) => return Ok(Some(repo)),
        around => around.map(|repo| repo.workdir().to_owned()),
    };
    let records = records.to_owned();
    match Repository::open(&records) {
        Ok(repo) => Ok(Some(repo)),
        Err(git::Error::Missing { .. }) => Err(AppError::NotTopOfRepository { records, repository }),
        Err(e) => Err(e.into()),
    }
}

/// Whether records lie at the top of a repository: what a person writes there is for nobody else's pair, though its own
/// `pair.toml` is gone.
fn holds_records(top: &Path) -> bool {
    let years = top.join(MEETINGS_PATH).read_dir().into_iter().flatten().flatten();
    let is_year = |name: &str| name.len() == 4 && name.bytes().all(|letter| letter.is_ascii_digit());
    let mut names = years.filter_map(|folder| folder.file_name().into_string().ok());
    top.join(AGENDA_PATH).is_file() || names.any(|name| is_year(&name))
}

fn is_same(one: &Path, other: &Path) -> bool {
    one == other || matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}
