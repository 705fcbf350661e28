//! The last look before a push: no commit that goes out holds a private text in clear
//! (docs/privacy.md#look-before-a-push).

use std::collections::BTreeSet;

use crate::git::{BlobId, CommitId, Repository};
use crate::model::{
    Alternative, Content, Field, Home, Kind, Loaded, RecordPath, Row, Table, Value, Visibility, assemble,
    is_worded,
};

use crate::sync::error::SyncError;
use crate::sync::load::side::Side;
use crate::sync::secrets::slips::{LocatedSlip, SlipBaseline, slips_in};

/// The largest file that is looked through.
const LARGEST: usize = 64 * 1024 * 1024;

/// Refuses commits between `seen` and `tip` that hold a text in clear that was to be sealed. One that stands in clear
/// in what was seen is out already: to hold it back would stop everything, and hide nothing.
///
/// # Errors
/// [`SyncError::ClearSecret`] with the first such commit.
pub(in crate::sync) fn refuse_clear_secrets(
    repo: &Repository,
    tip: CommitId,
    seen: &[CommitId],
) -> Result<(), SyncError> {
    let mut out = PublishedTexts::default();
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
            // A file may be too large for a record and hold a text all the same. One beyond this limit holds none.
            let Ok(bytes) = repo.blob(file.id, LARGEST) else {
                continue;
            };
            let found = ScannedFile::in_file(&path, &bytes);
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

/// A file, read for texts in clear that were to be sealed.
pub(in crate::sync) struct ScannedFile {
    loaded: Loaded,
    /// Whether its path is that of a record.
    is_record: bool,
    /// It cannot be read as a record, and may hold such a text all the same.
    is_doubtful: bool,
}

impl ScannedFile {
    /// Looks through a file. One that is no record is read as if it were: a copy of one, in the wrong place or under an
    /// editor's name for it, is out as well.
    pub(in crate::sync) fn in_file(path: &str, bytes: &[u8]) -> Self {
        let record = RecordPath::parse(path);
        let read_as = record.map_or_else(|| RecordPath::Home(Home::Agenda).path(), |record| record.path());
        let loaded = assemble([(read_as.as_str(), bytes)]);
        let is_doubtful = !loaded.broken.is_empty() && may_leak(bytes, record.is_some());
        Self {
            loaded,
            is_record: record.is_some(),
            is_doubtful,
        }
    }

    pub(in crate::sync) fn is_empty(&self) -> bool {
        !self.is_doubtful && self.slips().is_empty() && self.leaks().next().is_none()
    }

    fn slips(&self) -> Vec<LocatedSlip<'_>> {
        let mut slips = slips_in(&self.loaded.state, &self.loaded.loose, |_| false);
        slips.retain(|_| self.is_record);
        slips
    }

    /// The entries that hold a text in clear that was to be sealed.
    fn leaks(&self) -> impl Iterator<Item = &Table> {
        let entries = self.loaded.state.entries.values().chain(&self.loaded.loose);
        entries
            .map(|placed| &placed.entry)
            .filter(|entry| entry.exposes_words())
    }
}

/// Whether a file may hold entries: a record, or what is named like one.
pub(in crate::sync) fn may_hold_entries(path: &str) -> bool {
    let lower = path.to_lowercase();
    let name = lower.rsplit('/').next().unwrap_or_default();
    let named = lower.starts_with("meetings/") || name.contains("agenda") || name.contains("meeting");
    RecordPath::parse(path).is_some() || (named && name.contains(".toml"))
}

/// The texts in clear, and the slips, of commits that were seen at the remote.
#[derive(Default)]
struct PublishedTexts {
    was_read: bool,
    values: BTreeSet<(String, Value)>,
    comments: BTreeSet<String>,
    conflict_values: BTreeSet<Alternative>,
    known: SlipBaseline,
    files: BTreeSet<BlobId>,
}

impl PublishedTexts {
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
                let found = ScannedFile::in_file(&file.path, &bytes);
                found.leaks().for_each(|entry| self.take(entry));
                self.known.add(&found.loaded.state, &found.loaded.loose);
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
        self.conflict_values
            .extend(conflict_values(entry, &content).cloned());
    }

    fn covers(&self, file: BlobId, found: &ScannedFile) -> bool {
        self.files.contains(&file)
            || (!found.is_doubtful
                && found.slips().iter().all(|slip| self.known.has(slip))
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
            && conflict_values(entry, &content).all(|value| self.conflict_values.contains(value))
    }
}

/// Whether filling in adds such a field, or a command changes it, in an entry that stands wholly in clear.
fn holds_no_words(entry: &Table, field: &Field) -> bool {
    entry.ciphertext().is_none() && !is_worded(&field.key)
}

/// The values of conflicts that stand beside an entry in clear.
fn conflict_values<'a>(entry: &'a Table, content: &'a Content) -> impl Iterator<Item = &'a Alternative> {
    let in_clear = |row: &&Row| row.alternative.get("text").is_some();
    let bodies = entry.rows_of("body").filter(in_clear);
    let rows = content.table().rows.iter().chain(bodies);
    rows.map(|row| &row.alternative)
}

/// Refuses to go on where plain Git committed a text in clear that was to be sealed, and it has not left this machine:
/// before anything is filled in or written, so that taking the commit back leaves a hand edit to be sealed.
///
/// A text that came from the remote in clear is out already. It blocks nothing.
pub(in crate::sync) fn refuse_unsent(repo: &Repository, tip: CommitId, side: &Side) -> Result<(), SyncError> {
    let (entries, loose) = (side.state.entries.values(), side.loose.iter());
    let loose = loose.map(|(placed, _)| placed);
    let mut all = entries.chain(loose.clone());
    if all.any(|placed| placed.entry.exposes_words()) || !slips_in(&side.state, loose, |_| false).is_empty() {
        return refuse_clear_secrets(repo, tip, &sent(repo, None)?);
    }
    Ok(())
}

/// Commits that are out: what was seen at the remote, on this branch and on others, and what plain Git pushed there.
pub(in crate::sync) fn sent(repo: &Repository, there: Option<CommitId>) -> Result<Vec<CommitId>, SyncError> {
    let mut sent: Vec<CommitId> = there.into_iter().collect();
    for below in ["refs/oneonone/seen/*", "refs/remotes/origin/*"] {
        sent.extend(repo.commits_at(below)?);
    }
    sent.sort();
    sent.dedup();
    Ok(sent)
}

/// A file that cannot be read as a record may hold such a text all the same: its words are looked at.
fn may_leak(bytes: &[u8], is_record: bool) -> bool {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    let marked = |line: &str| {
        Kind::sealed().any(|kind| line.contains(kind.as_str()))
            || Visibility::sealed().any(|visibility| line.contains(visibility.as_str()))
    };
    let named = |line: &str| is_record || line.contains("visibility") || line.contains("kind");
    text.lines().any(|line| marked(line) && named(line))
}
