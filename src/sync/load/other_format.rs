//! A pair of another format is never written to (docs/format.md#versions).

use crate::git::{CommitId, Repository, TreeId};
use crate::model::{Command, Fix, FormatVersion, PAIR_PATH, Problem};

use crate::sync::error::{PairPlace, SyncError};
use crate::sync::load::file_blame::wrote_it;
use crate::sync::load::read::record_bytes;
use crate::sync::problems::put_pair_back;

/// The way back where this clone cannot do it. The other member may call the pair something else.
fn put_back_there() -> Fix {
    let restore = Command::any(["oneonone", "restore", PAIR_PATH]);
    Fix::by(
        "the other member puts the last good one back in their clone, and syncs",
        restore,
    )
    .then(Command::any(["oneonone", "sync"]))
}

/// Refuses a tree whose `pair.toml` names another format than the one that this program writes.
///
/// # Errors
/// As [`refuse_version`].
pub(in crate::sync) fn refuse_other_format(
    repo: &Repository,
    tree: TreeId,
    parents: &[CommitId],
) -> Result<(), SyncError> {
    refuse_version(repo, format_of(repo, tree)?, parents)
}

/// Refuses a version that is not the one that this program writes. A `pair.toml` that is no TOML names none, and blocks
/// nothing (docs/sync.md#promises).
///
/// # Errors
/// [`SyncError::NewerFormat`]; [`SyncError::Problems`] with the way to put the key back, where it is broken.
pub(in crate::sync) fn refuse_version(
    repo: &Repository,
    version: FormatVersion,
    parents: &[CommitId],
) -> Result<(), SyncError> {
    let (version, problem) = match version {
        FormatVersion::Known | FormatVersion::Unreadable => return Ok(()),
        FormatVersion::Newer(version) => (version, None),
        FormatVersion::Broken(problem) => (0, Some(problem)),
    };
    let mut is_known = Vec::new();
    for parent in parents {
        is_known.push(format_of(repo, repo.tree_of(*parent)?)? == FormatVersion::Known);
    }
    let at = is_known.iter().position(|is_known| !is_known);
    let wrote = at.and_then(|at| parents.get(at));
    let wrote = wrote
        .map(|parent| wrote_it(repo, *parent, PAIR_PATH))
        .transpose()?;
    let made_by = wrote.flatten().map(|info| (info.id.short(), info.author.name));
    let Some(problem) = problem else {
        return Err(SyncError::NewerFormat {
            version,
            made_by,
            place: at.map_or(PairPlace::Folder, |_| PairPlace::History),
        });
    };
    let by = made_by.map_or(String::new(), |(commit, name)| {
        format!("; it came with the commit {commit} of {:?}", name)
    });
    let help = match at {
        None => problem.help,
        Some(_) => problem.help.or(put_pair_back()),
    };
    let what = format!("{}{by}", problem.what);
    Err(SyncError::Problems(vec![Problem {
        what,
        help,
        ..problem
    }]))
}

/// Refuses to merge what came with what stands here, if its `pair.toml` is of another format: its other version would win.
///
/// # Errors
/// As [`refuse_version`].
pub(in crate::sync) fn refuse_to_merge(
    repo: &Repository,
    mine: CommitId,
    there: CommitId,
) -> Result<(), SyncError> {
    refuse_version(repo, format_of(repo, repo.tree_of(there)?)?, &[mine, there])
}

impl SyncError {
    /// The same error where a pair of another format can only be put back in another clone.
    #[must_use]
    pub fn put_back_there(self) -> Self {
        match self {
            Self::NewerFormat { version, made_by, .. } => Self::NewerFormat {
                version,
                made_by,
                place: PairPlace::Remote,
            },
            Self::Problems(mut problems) => {
                let of_pair = problems.iter_mut().filter(|problem| problem.path == PAIR_PATH);
                of_pair.for_each(|problem| problem.help = put_back_there());
                Self::Problems(problems)
            }
            error => error,
        }
    }
}

/// The version that the `pair.toml` of a tree names.
pub(in crate::sync) fn format_of(repo: &Repository, tree: TreeId) -> Result<FormatVersion, SyncError> {
    let file = repo.tree_entry(tree, PAIR_PATH)?;
    let file = file.filter(|file| file.is_regular());
    Ok(match file.map(|file| record_bytes(repo, file.id)).transpose()? {
        Some(Ok(bytes)) => FormatVersion::of_pair(&bytes),
        _ => FormatVersion::Unreadable,
    })
}
