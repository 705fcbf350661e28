//! `check`: whether records are sound.

use std::path::{Path, PathBuf};

use crate::git::Repository;
use crate::model::{Problem, RecordPath};
use crate::seal::KeyProblem;
use crate::sync::{self, Misnamed, MissingRecords, PairRecords};

use super::known_place::{check_place, of_known_place};
use super::{AppError, PairClone, Setting, keys::own_keys_back};

/// Records that were checked.
#[derive(Debug, Default)]
pub struct CheckedRecords {
    /// How many.
    pub count: usize,
    /// Each place where one is not sound.
    pub problems: Vec<Problem>,
    /// Files that look like records, and that nobody reads.
    pub misnamed: Vec<Misnamed>,
    /// Records that the folder lacks.
    pub missing: Option<MissingRecords>,
    /// The folder that they lie in.
    pub folder: PathBuf,
}

/// Checks the records in the folder of a clone, and my own seat against the pins.
///
/// # Errors
/// When there is no pair, the folder cannot be read, or a command would not take it in though every record is sound.
pub fn check(setting: &Setting, place: &PairClone) -> Result<CheckedRecords, AppError> {
    check_place(&setting.registry()?, &place.dir)?;
    let repo = Repository::open(&place.dir)?;
    let (count, mut problems) = sync::check_folder(&repo, &setting.environment)
        .map_err(|error| of_known_place(setting, &place.dir, error))?;
    // A pair.toml that does not parse is a problem of its own.
    if let Ok(reader) = PairRecords::open(&repo, &setting.environment, |_| false)
        && reader.keys.seat_change(&reader.pair).is_some()
    {
        let what = KeyProblem::OWN_SEAT_CHANGED;
        problems.push(Problem::of_file(&RecordPath::Pair.path(), what, own_keys_back()));
    }
    Ok(CheckedRecords {
        count,
        problems,
        misnamed: sync::left_files(&repo)?.misnamed,
        missing: sync::missing_records(&repo)?,
        folder: place.dir.clone(),
    })
}

/// Checks the records that plain Git is about to commit, in the clone that was named, else where `folder` lies. It
/// refuses texts in clear that are to be sealed, and entries that somebody else than their author widens. `index` is
/// the index that Git means, where it is not the clone's own.
///
/// # Errors
/// When there is no repository. Another pair is never checked instead: nobody would see what is committed.
pub fn check_staged(
    setting: &Setting,
    named: Option<&PairClone>,
    folder: &Path,
    index: Option<PathBuf>,
) -> Result<CheckedRecords, AppError> {
    let repo = match named {
        Some(place) => Repository::open(&place.dir)?,
        None => Repository::discover(folder)?.ok_or(AppError::NoIndex)?,
    };
    let index = index.unwrap_or_else(|| repo.git_dir().join("index"));
    let (count, problems) = sync::check_staged(&repo, &index, &setting.environment)?;
    Ok(CheckedRecords {
        count,
        problems,
        folder: repo.workdir().to_owned(),
        ..CheckedRecords::default()
    })
}
