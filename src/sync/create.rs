//! A new pair: its repository with the first commit (docs/format.md#files).

use crate::git::{CommitId, Repository, mode};
use crate::model::{EntryId, Pair, PairDocument, Role, Slug, State, Table, Value, assemble};
use crate::store::{Lock, Notes};

use crate::sync::checkout::GitCheckout;
use crate::sync::environment::Environment;
use crate::sync::error::SyncError;
use crate::sync::load::commit::{signature, write};
use crate::sync::load::read_scope::typed_pair;
use crate::sync::load::record_cache::RecordCache;

/// What plain Git must know of records: their line ends stay, and it never merges them by line.
pub const GIT_ATTRIBUTES: &str = "*.toml -text merge=binary\n";

/// A member of a pair that is to be made.
#[derive(Debug, Clone)]
pub struct Seat {
    /// The slug.
    pub slug: Slug,
    /// The name as people write it.
    pub name: String,
    /// The recipients; none for an open seat.
    pub keys: Vec<String>,
}

/// The records of a new pair.
pub fn new_pair(id: EntryId, manager: &Seat, report: &Seat) -> State {
    let mut state = assemble([("agenda.toml", b"".as_slice())]).state;
    let mut pair = PairDocument::default();
    pair.top.set("format", i64::from(Pair::FORMAT));
    pair.top.set("id", id.to_string());
    pair.top.set("cadence", "1w");
    for (seat, role) in [(manager, Role::Manager), (report, Role::Report)] {
        let mut member = Table::default();
        member.set("role", role.as_str());
        member.set("name", seat.name.as_str());
        let keys = seat.keys.iter().map(|key| Value::from(key.as_str()));
        member.set("keys", Value::Array(keys.collect()));
        pair.members.insert(seat.slug.to_string(), member);
    }
    state.pair = Some(pair);
    state
}

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
        changes.push((path, Some((mode::FILE, repo.write_blob(&bytes)?))));
    }
    let tree = repo.write_tree(None, &changes)?;
    let pair = typed_pair(state, &Default::default())?;
    let author = signature(repo, &pair, Some(me), env.now)?;
    let commit = write(repo, tree, &[], "begin", &author)?;
    let checkout = GitCheckout {
        repo,
        notes: &notes,
        catalog: &RecordCache::load(&notes),
        branch: &repo.head()?.branch,
        from: None,
        to: commit,
        old_tree: None,
        snapshot_tree: None,
        snapshot_ids: &Default::default(),
        hidden: &Default::default(),
        ends_merge: false,
    };
    checkout.write_out(&mut None)?;
    Ok(commit)
}
