//! A new pair: its repository with the first commit (docs/format.md#files).

use crate::git::{CommitId, Repository, mode};
use crate::model::{RecordPath, Slug, State};
use crate::store::{Lock, Notes};

use crate::sync::checkout::GitCheckout;
use crate::sync::environment::Environment;
use crate::sync::error::SyncError;
use crate::sync::load::commit::{signature, write};
use crate::sync::load::last_good_pair::typed_pair;
use crate::sync::load::record_cache::RecordCache;
use crate::sync::load::written_record::check_record;

/// Rules for plain Git: the line ends of records stay, and they are never merged by line.
pub(super) const GIT_ATTRIBUTES: &str = "*.toml -text merge=binary\n";

/// Writes the first commit into a repository that has none, and its files into the folder.
///
/// # Errors
/// When something cannot be written.
pub fn create(repo: &Repository, env: &Environment, state: &State, me: &Slug) -> Result<CommitId, SyncError> {
    let notes = Notes::of(repo.git_dir());
    let _lock = Lock::take(&notes.lock_path(), std::time::Duration::from_secs(10))?;
    let mut files = state.files();
    files.insert(".gitattributes".to_owned(), GIT_ATTRIBUTES.into());
    let mut changes = Vec::new();
    for (path, bytes) in files {
        if let Some(record) = RecordPath::parse(&path) {
            check_record(record, &bytes, false)?;
        }
        changes.push((path, Some((mode::FILE, repo.write_blob(&bytes)?))));
    }
    let tree = repo.write_tree(None, &changes)?;
    let pair = typed_pair(state, &Default::default())?;
    let author = signature(repo, &pair, Some(me), env.now)?;
    let commit = write(repo, tree, &[], "begin", &author)?;
    let checkout = GitCheckout {
        repo,
        notes: &notes,
        cache: &RecordCache::without_index(),
        branch: &repo.head()?.branch,
        from: None,
        to: commit,
        old_tree: None,
        snapshot_tree: None,
        snapshot_ids: &Default::default(),
        missing: &Default::default(),
        hidden: &Default::default(),
        ends_merge: false,
        recovers: false,
    };
    checkout.write_out(&mut None)?;
    Ok(commit)
}
