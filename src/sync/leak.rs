//! The last look before a push: no commit that goes out holds a private text in clear (design, section 4, promise 3).

use std::collections::BTreeSet;

use crate::git::{BlobId, CommitId, Repository};
use crate::model::{
    Alternative, Content, Field, Home, Loaded, Placed, RecordPath, Row, Slip, State, Table, Value, assemble,
    is_worded, slips_in_entry, slips_in_head,
};

use super::error::SyncError;
use super::side::Side;

/// The largest file that is looked through.
const LARGEST: usize = 64 * 1024 * 1024;

/// Refuses commits between `seen` and `tip` that hold a text in clear that was to be sealed. One that stands in clear in
/// what was seen is out already: to hold it back would stop everything, and hide nothing.
///
/// # Errors
/// [`SyncError::ClearSecret`] with the first such commit.
pub(super) fn refuse_clear_secrets(
    repo: &Repository,
    tip: CommitId,
    seen: &[CommitId],
) -> Result<(), SyncError> {
    let mut out = Out::default();
    for commit in repo.ancestors(tip, seen)? {
        let commit = commit?;
        let info = repo.commit_info(commit)?;
        let parent = match info.parents.first() {
            Some(parent) => repo.tree_of(*parent).ok(),
            None => None,
        };
        for path in repo.changed_paths(parent, Some(info.tree))? {
            if !may_hold_entries(&path) {
                continue;
            }
            let Some(file) = repo.tree_entry(info.tree, &path)? else {
                continue;
            };
            // What is too large for a record is looked at all the same; what is too large for that is no text.
            let Ok(bytes) = repo.blob(file.id, LARGEST) else {
                continue;
            };
            let found = Found::in_file(&path, &bytes);
            if found.is_empty() {
                continue;
            }
            out.read(repo, tip, seen)?;
            if !out.covers(file.id, &found) {
                return Err(SyncError::ClearSecret {
                    commit: commit.short(),
                    path,
                });
            }
        }
    }
    Ok(())
}

/// What a file holds in clear that was to be sealed.
pub(super) struct Found {
    loaded: Loaded,
    /// Each by all its names: an entry without an id gets one on the way, and keeps its text.
    slips: Vec<Vec<KnownSlip>>,
    /// It cannot be read as a record, and may hold such a text all the same.
    is_doubtful: bool,
}

/// A slip of the pen: the id or the text of its entry, its key, its value.
type KnownSlip = (String, String, Option<Value>);

impl Found {
    /// Looks through a file. One that is no record is read as if it were: a copy of one, in the wrong place or under an
    /// editor's name for it, is out as well.
    pub(super) fn in_file(path: &str, bytes: &[u8]) -> Self {
        let record = RecordPath::parse(path);
        let read_as = record.map_or_else(|| RecordPath::Home(Home::Agenda).path(), |record| record.path());
        let loaded = assemble([(read_as.as_str(), bytes)]);
        let slips = match record {
            Some(_) => slips_in(&loaded),
            None => Vec::new(),
        };
        let is_doubtful = !loaded.broken.is_empty() && may_leak(bytes, record.is_some());
        Self {
            loaded,
            slips,
            is_doubtful,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.is_doubtful && self.slips.is_empty() && self.leaks().next().is_none()
    }

    /// The entries that hold a text in clear that was to be sealed.
    fn leaks(&self) -> impl Iterator<Item = &Table> {
        let entries = self.loaded.state.entries.values().map(|placed| &placed.entry);
        let loose = self.loaded.loose.iter().map(|placed| &placed.entry);
        let of_a_hand = loose.filter(|entry| is_leak(entry) || is_loose_concern(entry));
        entries.filter(|entry| is_leak(entry)).chain(of_a_hand)
    }
}

/// Whether a file may hold entries: a record, or what is named like one.
pub(super) fn may_hold_entries(path: &str) -> bool {
    let lower = path.to_lowercase();
    let name = lower.rsplit('/').next().unwrap_or_default();
    let named = lower.starts_with("meetings/") || name.contains("agenda") || name.contains("meeting");
    RecordPath::parse(path).is_some() || (named && name.contains(".toml"))
}

fn slips_in(loaded: &Loaded) -> Vec<Vec<KnownSlip>> {
    let mut slips = Vec::new();
    for Placed { entry, .. } in loaded.state.entries.values().chain(&loaded.loose) {
        let names: Vec<&str> = ["id", "text"]
            .into_iter()
            .filter_map(|key| entry.get_str(key))
            .collect();
        for Slip { key, .. } in slips_in_entry(entry) {
            let mut rows = entry.rows_of("body").map(|row| &row.alternative);
            let value = entry.get(&key).or_else(|| rows.find_map(|body| body.get(&key)));
            let named = |name: &&str| ((*name).to_owned(), key.clone(), value.cloned());
            slips.push(names.iter().map(named).collect());
        }
    }
    for (_, _, head) in heads(&loaded.state) {
        let found = slips_in_head(head).into_iter();
        slips.extend(found.map(|slip| vec![(String::new(), slip.key.clone(), head.get(&slip.key).cloned())]));
    }
    slips
}

/// The heads of every record: its path, the member in `pair.toml`, the head.
pub(super) fn heads(state: &State) -> Vec<(String, String, &Table)> {
    let records = state.headers();
    let mut heads: Vec<_> = records
        .map(|(home, head)| (home.path(), String::new(), head))
        .collect();
    if let Some(pair) = &state.pair {
        let path = RecordPath::Pair.path();
        heads.push((path.clone(), String::new(), &pair.top));
        let members = pair.members.iter();
        heads.extend(members.map(|(slug, member)| (path.clone(), slug.clone(), member)));
    }
    heads
}

/// What stands in clear, and was to be sealed, in commits that were seen at the remote.
#[derive(Default)]
struct Out {
    was_read: bool,
    values: BTreeSet<(String, Value)>,
    comments: BTreeSet<String>,
    beside: BTreeSet<Alternative>,
    slips: BTreeSet<KnownSlip>,
    files: BTreeSet<BlobId>,
}

impl Out {
    /// Reads what was seen, and where the ways parted: a text may be sealed there by now.
    fn read(&mut self, repo: &Repository, tip: CommitId, seen: &[CommitId]) -> Result<(), SyncError> {
        if std::mem::replace(&mut self.was_read, true) {
            return Ok(());
        }
        let mut commits = seen.to_vec();
        for seen in seen {
            commits.extend(repo.merge_bases(tip, *seen)?);
        }
        for commit in commits {
            for file in repo.list_tree(repo.tree_of(commit)?, None)? {
                if !may_hold_entries(&file.path) || !self.files.insert(file.id) {
                    continue;
                }
                let Ok(bytes) = repo.blob(file.id, LARGEST) else {
                    continue;
                };
                let found = Found::in_file(&file.path, &bytes);
                found.leaks().for_each(|entry| self.take(entry));
                self.slips.extend(found.slips.into_iter().flatten());
            }
        }
        Ok(())
    }

    fn take(&mut self, entry: &Table) {
        let content = Content::of_entry(entry);
        let fields = content.table().fields.iter();
        self.values
            .extend(fields.map(|field| (field.key.clone(), field.value.clone())));
        self.comments.extend(content.table().comments().cloned());
        self.beside.extend(beside(entry, &content).cloned());
    }

    fn covers(&self, file: BlobId, found: &Found) -> bool {
        self.files.contains(&file)
            || (!found.is_doubtful
                && found
                    .slips
                    .iter()
                    .all(|names| names.iter().any(|name| self.slips.contains(name)))
                && found.leaks().all(|entry| self.holds(entry)))
    }

    fn holds(&self, entry: &Table) -> bool {
        let content = Content::of_entry(entry);
        let mut fields = content
            .table()
            .fields
            .iter()
            .filter(|field| !holds_no_words(entry, field));
        fields.all(|field| self.values.contains(&(field.key.clone(), field.value.clone())))
            && content
                .table()
                .comments()
                .all(|comment| self.comments.contains(comment))
            && beside(entry, &content).all(|value| self.beside.contains(value))
    }
}

/// What filling in adds, and what a command changes, of an entry that stands wholly in clear.
fn holds_no_words(entry: &Table, field: &Field) -> bool {
    entry.get("sealed").is_none() && !is_worded(&field.key)
}

/// The values of conflicts that stand beside an entry in clear.
fn beside<'a>(entry: &'a Table, content: &'a Content) -> impl Iterator<Item = &'a Alternative> {
    let in_clear = |row: &&Row| row.alternative.get("text").is_some();
    let bodies = entry.rows_of("body").filter(in_clear);
    let rows = content.table().rows.iter().chain(bodies);
    rows.map(|row| &row.alternative)
}

/// Refuses to go on where plain Git committed a text in clear that was to be sealed, and it has not left this machine:
/// before anything is filled in or written, so that taking the commit back leaves a hand edit to be sealed.
///
/// What came from the remote in clear is out already, and blocks nothing.
pub(super) fn refuse_unsent(repo: &Repository, tip: CommitId, side: &Side) -> Result<(), SyncError> {
    let leaks = side.state.entries.values().any(|p| is_leak(&p.entry));
    let slips = side
        .state
        .entries
        .values()
        .any(|p| !slips_in_entry(&p.entry).is_empty())
        || heads(&side.state)
            .iter()
            .any(|(_, _, head)| !slips_in_head(head).is_empty());
    if !leaks && !slips && !side.loose.iter().any(|(p, _)| is_loose_concern(&p.entry)) {
        return Ok(());
    }
    refuse_clear_secrets(repo, tip, &sent(repo, None)?)
}

/// Commits that are out: what was seen at the remote, on this branch and on others, and what plain Git pushed there.
pub(super) fn sent(repo: &Repository, there: Option<CommitId>) -> Result<Vec<CommitId>, SyncError> {
    let mut sent: Vec<CommitId> = there.into_iter().collect();
    for below in ["refs/oneonone/seen/*", "refs/remotes/origin/*"] {
        sent.extend(repo.commits_at(below)?);
    }
    sent.sort();
    sent.dedup();
    Ok(sent)
}

/// Whether something stands in clear that belongs inside a seal: a content, a conflict of it, or a whole body.
pub(super) fn is_leak(entry: &Table) -> bool {
    let sealed = entry.get("sealed").is_some() || entry.visibility().is_sealed();
    let content = Content::of_entry(entry);
    let table = content.table();
    let clear = !table.fields.is_empty() || !table.rows.is_empty() || table.comments().next().is_some();
    let body = |row: &Row| row.alternative.visibility().is_sealed() && row.alternative.get("text").is_some();
    (sealed && clear) || entry.rows_of("body").any(body)
}

/// A concern that a hand wrote and that names no visibility was to be confidential (design, section 5).
fn is_loose_concern(entry: &Table) -> bool {
    entry.get_str("kind") == Some("concern")
        && entry.get("visibility").is_none()
        && entry.get("sealed").is_none()
}

/// A file that cannot be read as a record may hold such a text all the same: its words are looked at.
fn may_leak(bytes: &[u8], is_record: bool) -> bool {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    let words = ["private", "confidential", "concern"];
    let marked = |line: &str| words.iter().any(|word| line.contains(word));
    let named = |line: &str| is_record || line.contains("visibility") || line.contains("kind");
    text.lines().any(|line| marked(line) && named(line))
}
