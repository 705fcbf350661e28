//! Reading a pair to answer a question: the files in the folder, no lock, no history, no network.

use std::path::Path;

use crate::git::{CommitId, PlainClone, Repository};
use crate::model::{EntryId, Home, Limits, Loaded, PAIR_PATH, Pair, Problem, RecordPath, assemble};
use crate::store::{Notes, read_records, read_records_at};

use crate::sync::conflict_authors::maker_of_file;
use crate::sync::environment::Environment;
use crate::sync::error::SyncError;
use crate::sync::indexed::{AllIds, ClosedCount, QuestionedClone, Wanted, WantedEntries, answer};
use crate::sync::load::last_good_pair::{
    bound_id, last_good_pair, last_pair_of, no_good_pair, no_pair_in, typed_pair,
};
use crate::sync::load::read::record_bytes;
use crate::sync::outcome::SyncNote;
use crate::sync::problems::{other_pair, pair_is_gone, pair_was_removed};
use crate::sync::secrets::keys::Keys;
use crate::sync::view::{View, view};

/// The records of a pair, read to answer a question.
#[derive(Debug)]
pub struct PairRecords {
    /// The pair.
    pub pair: Pair,
    /// My keys; the identity is not opened before an entry must be.
    pub keys: Keys,
    /// The records.
    pub loaded: Loaded,
    /// Records that were skipped: broken ones, and links in their place.
    pub skipped: Vec<Problem>,
    /// The `pair.toml` of an older commit counts: this one cannot be read.
    pub older_pair: Option<SyncNote>,
}

/// The records of a pair, as far as a question is about them.
#[derive(Debug)]
pub struct PairAnswer {
    /// The pair, and the records that had to be read.
    pub reader: PairRecords,
    /// The entries as I see them.
    pub view: View,
    /// The ids of all entries, where they were asked for and the entries are not all.
    pub ids: AllIds,
    /// Closed actions that are not among the entries.
    pub closed: Vec<ClosedCount>,
}

impl PairAnswer {
    /// Answers a question out of the index (docs/index.md), or out of all records where there is none. The repository is
    /// opened only where it is needed.
    ///
    /// # Errors
    /// As [`PairRecords::open`].
    pub fn of(
        dir: &Path,
        env: &Environment,
        wanted: &Wanted<'_>,
    ) -> Result<(Self, Option<Repository>), SyncError> {
        let plain = env.use_index.then(|| PlainClone::of(dir)).flatten();
        if let Some(plain) = plain {
            let keys = |pair: EntryId| Keys::load(&env.identity, &env.pins_dir, pair);
            if let Some(answer) = Self::indexed(&plain, keys, wanted)? {
                return Ok((answer, None));
            }
        }
        let repo = Repository::open(dir)?;
        if env.use_index {
            let clone = PlainClone {
                workdir: repo.workdir().to_owned(),
                git_dir: repo.git_dir().to_owned(),
                head: tip(&repo)?,
            };
            if let Some(answer) = Self::indexed(&clone, |pair| env.keys_of(&repo, pair), wanted)? {
                return Ok((answer, Some(repo)));
            }
        }
        let reader = PairRecords::open(&repo, env, |home| wanted.wants_whole(home))?;
        let mut view = reader.view();
        if matches!(wanted.entries, WantedEntries::None) {
            view.entries.clear();
        }
        let answer = Self {
            reader,
            view,
            ids: AllIds::default(),
            closed: Vec::new(),
        };
        Ok((answer, Some(repo)))
    }

    fn indexed(
        clone: &PlainClone,
        keys: impl FnOnce(EntryId) -> Result<Keys, SyncError>,
        wanted: &Wanted<'_>,
    ) -> Result<Option<Self>, SyncError> {
        let found = read_records_at(&clone.workdir, [&PAIR_PATH.to_owned()])?;
        let Some(pair_file) = found.files.get(PAIR_PATH) else {
            return Ok(None);
        };
        let loaded = assemble([(PAIR_PATH, pair_file)]);
        let pair = typed_pair(&loaded.state, &loaded.broken);
        let bound = bound_id(&Notes::of(&clone.git_dir))?;
        let is_bound = |pair: &Pair| bound.is_none_or(|bound| bound == pair.id);
        let pair = pair
            .ok()
            .filter(|pair| pair.format == Pair::FORMAT && is_bound(pair));
        let (Some(pair), Some(pair_document)) = (pair, &loaded.state.pair) else {
            return Ok(None);
        };
        let keys = keys(pair.id)?;
        let asked = QuestionedClone {
            root: &clone.workdir,
            notes: &Notes::of(&clone.git_dir),
            head: clone.head.map(|tip| tip.bytes()),
            pair: &pair,
            pair_document,
            keys: &keys,
        };
        let Some(answer) = answer(&asked, wanted)? else {
            return Ok(None);
        };
        let mut skipped = answer.odd;
        let broken = answer.loaded.broken.values();
        skipped.extend(broken.filter_map(|problems| problems.first().cloned()));
        Ok(Some(Self {
            view: answer.view,
            ids: answer.ids,
            closed: answer.closed,
            reader: PairRecords {
                pair,
                keys,
                loaded: answer.loaded,
                skipped,
                older_pair: None,
            },
        }))
    }
}

impl PairRecords {
    /// Reads the records that `wanted` accepts; `pair.toml` always.
    ///
    /// # Errors
    /// When there is no pair here, nor in the history. A broken record is skipped; for `pair.toml` the last good one counts.
    pub fn open(
        repo: &Repository,
        env: &Environment,
        wanted: impl Fn(Home) -> bool,
    ) -> Result<Self, SyncError> {
        let found = read_records(repo.workdir(), |record| match record {
            RecordPath::Pair => true,
            RecordPath::Home(home) => wanted(home),
        })?;
        let (files, mut skipped) = (found.files, found.odd);
        let lies = files.contains_key(PAIR_PATH);
        let bytes = files.get(PAIR_PATH);
        let is_cut = bytes.is_some_and(|bytes| bytes.len() > Limits::FILE);
        let file = bytes.map(|bytes| Repository::blob_id(bytes)).transpose()?;
        let text = bytes.map_or_else(String::new, |bytes| String::from_utf8_lossy(bytes).into_owned());
        let mut loaded = assemble(files);
        let bound = bound_id(&Notes::of(repo.git_dir()))?;
        let typed = match lies {
            true => match typed_pair(&loaded.state, &loaded.broken) {
                Ok(pair) if bound.is_some_and(|bound| bound != pair.id) => {
                    Err(SyncError::Problems(vec![other_pair(text)]))
                }
                typed => typed,
            },
            false => Err(no_pair(repo, skipped.clone())?),
        };
        let mut older_pair = None;
        let pair = match (typed, tip(repo)?) {
            (Ok(pair), _) => pair,
            (Err(SyncError::Problems(problems)), Some(tip)) => {
                let good = match bound {
                    Some(bound) => last_pair_of(repo, tip, bound)?,
                    None => last_good_pair(repo, tip)?,
                };
                let Some(good) = good else {
                    return Err(no_good_pair(repo, SyncError::Problems(problems))?);
                };
                loaded.state.pair = Some(good.document);
                loaded.broken.remove(&RecordPath::Pair);
                skipped.retain(|problem| problem.path != PAIR_PATH);
                let committed = repo.tree_entry(repo.tree_of(tip)?, PAIR_PATH)?;
                let is_as_committed = match (file, committed) {
                    (Some(_), Some(committed)) if is_cut => record_bytes(repo, committed.id)?.is_err(),
                    (Some(file), Some(committed)) => committed.id == file,
                    // Something else than a file was committed, too.
                    (None, Some(committed)) => !committed.is_regular(),
                    (file, None) => file.is_none(),
                };
                let made_by = match is_as_committed {
                    true => maker_of_file(repo, &good.pair, tip, PAIR_PATH)?,
                    false => None,
                };
                older_pair = problems.into_iter().next().map(|problem| SyncNote::OlderPair {
                    commit: good.commit.short(),
                    problem,
                    is_here: true,
                    made_by,
                });
                good.pair
            }
            (Err(e), _) => return Err(e),
        };
        skipped.extend(loaded.broken.values().filter_map(|p| p.first().cloned()));
        let keys = env.keys_of(repo, pair.id)?;
        Ok(Self {
            pair,
            keys,
            loaded,
            skipped,
            older_pair,
        })
    }

    /// The entries as I see them.
    pub fn view(&self) -> View {
        view(&self.loaded.state, &self.pair, &self.keys, |_| true)
    }
}

/// Why a folder has no `pair.toml` that could be read; `odd` are the links and folders in the place of a record.
///
/// # Errors
/// When the commit cannot be read.
pub(in crate::sync) fn no_pair(repo: &Repository, mut odd: Vec<Problem>) -> Result<SyncError, SyncError> {
    let path = RecordPath::Pair.path();
    odd.retain(|problem| problem.path == path);
    if !odd.is_empty() {
        return Ok(SyncError::Problems(odd));
    }
    let Some(tip) = tip(repo)? else {
        return no_pair_in(repo);
    };
    let is_committed = repo.tree_entry(repo.tree_of(tip)?, &path)?.is_some();
    Ok(match (is_committed, last_good_pair(repo, tip)?) {
        (true, _) => SyncError::Problems(vec![pair_is_gone()]),
        (false, Some(_)) => SyncError::Problems(vec![pair_was_removed()]),
        (false, None) => no_pair_in(repo)?,
    })
}

/// The commit that is checked out, on a branch or on none.
fn tip(repo: &Repository) -> Result<Option<CommitId>, SyncError> {
    match repo.head() {
        Ok(head) => Ok(head.tip),
        Err(_) => Ok(repo.reference("HEAD")?),
    }
}

/// Whether a repository is, or ever was, one of a pair.
pub fn has_pair_in_history(repo: &Repository) -> bool {
    let tip = tip(repo).ok().flatten();
    tip.is_some_and(|tip| last_good_pair(repo, tip).is_ok_and(|good| good.is_some()))
}
