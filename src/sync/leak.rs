//! The last look before a push: no commit that goes out holds a private text in clear (design, section 4, promise 3).

use std::collections::BTreeSet;

use crate::git::{ObjectId, Repository};
use crate::model::{
    Alternative, Content, Field, Kind, Limits, Loaded, Placed, RecordPath, Row, State, Table, Value,
    assemble, slip_in_entry, slip_in_head,
};

use super::error::SyncError;
use super::side::Side;

/// Refuses commits between `seen` and `tip` that hold a text in clear that was to be sealed. One that stands in clear in
/// what was seen is out already: to hold it back would stop everything, and hide nothing.
///
/// # Errors
/// [`SyncError::ClearSecret`] with the first such commit.
pub(super) fn refuse_clear_secrets(
    repo: &Repository,
    tip: ObjectId,
    seen: &[ObjectId],
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
            if RecordPath::parse(&path).is_none() {
                continue;
            }
            let Some(file) = repo.tree_entry(info.tree, &path)? else {
                continue;
            };
            let Ok(bytes) = repo.blob(file.id, Limits::FILE) else {
                continue;
            };
            let loaded = assemble([(path.as_str(), bytes.as_slice())]);
            let mut leaks = leaks_in(&loaded).peekable();
            let broken = !loaded.broken.is_empty() && may_leak(&bytes);
            if !broken && leaks.peek().is_none() {
                continue;
            }
            out.read(repo, tip, seen)?;
            if (broken && !out.files.contains(&file.id)) || leaks.any(|entry| !out.holds(entry)) {
                return Err(SyncError::ClearSecret {
                    commit: commit.short(),
                    path,
                });
            }
        }
    }
    Ok(())
}

/// The entries of a record that hold a text in clear that was to be sealed.
fn leaks_in(loaded: &Loaded) -> impl Iterator<Item = &Table> {
    let entries = loaded.state.entries.values().map(|placed| &placed.entry);
    let loose = loaded.loose.iter().map(|placed| &placed.entry);
    let of_a_hand = loose.filter(|entry| is_leak(entry) || is_loose_concern(entry));
    let leaks = entries.filter(|entry| is_leak(entry)).chain(of_a_hand);
    leaks.chain(slips_in(&loaded.state, &loaded.loose))
}

/// The entries and heads that hold a text which was most likely meant to be sealed.
fn slips_in<'a>(state: &'a State, loose: &'a [Placed]) -> impl Iterator<Item = &'a Table> {
    let entries = state.entries.values().chain(loose).map(|placed| &placed.entry);
    let heads = state.headers().map(|(_, head)| head);
    let entries = entries.filter(|entry| slip_in_entry(entry).is_some());
    entries.chain(heads.filter(|head| slip_in_head(head).is_some()))
}

/// What stands in clear, and was to be sealed, in commits that were seen at the remote.
#[derive(Default)]
struct Out {
    was_read: bool,
    values: BTreeSet<(String, Value)>,
    comments: BTreeSet<String>,
    beside: BTreeSet<Alternative>,
    files: BTreeSet<ObjectId>,
}

impl Out {
    /// Reads what was seen, and where the ways parted: a text may be sealed there by now.
    fn read(&mut self, repo: &Repository, tip: ObjectId, seen: &[ObjectId]) -> Result<(), SyncError> {
        if std::mem::replace(&mut self.was_read, true) {
            return Ok(());
        }
        let mut commits = seen.to_vec();
        for seen in seen {
            commits.extend(repo.merge_bases(tip, *seen)?);
        }
        for commit in commits {
            for file in repo.list_tree(repo.tree_of(commit)?, None)? {
                if RecordPath::parse(&file.path).is_none() || !self.files.insert(file.id) {
                    continue;
                }
                let Ok(bytes) = repo.blob(file.id, Limits::FILE) else {
                    continue;
                };
                let loaded = assemble([(file.path.as_str(), bytes.as_slice())]);
                leaks_in(&loaded).for_each(|entry| self.take(entry));
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

    fn holds(&self, entry: &Table) -> bool {
        let content = Content::of_entry(entry);
        let mut fields = content
            .table()
            .fields
            .iter()
            .filter(|field| !is_filled_in(entry, field));
        fields.all(|field| self.values.contains(&(field.key.clone(), field.value.clone())))
            && content
                .table()
                .comments()
                .all(|comment| self.comments.contains(comment))
            && beside(entry, &content).all(|value| self.beside.contains(value))
    }
}

/// What filling in adds to an entry that stands wholly in clear.
fn is_filled_in(entry: &Table, field: &Field) -> bool {
    let value = field.value.as_str();
    entry.get("sealed").is_none()
        && match field.key.as_str() {
            "kind" => value == Some(Kind::Topic.as_str()),
            "state" => value == Some("open"),
            "owner" => value == entry.get_str("by"),
            _ => false,
        }
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
pub(super) fn refuse_unsent(
    repo: &Repository,
    tip: ObjectId,
    branch: &str,
    side: &Side,
) -> Result<(), SyncError> {
    let leaks =
        side.state.entries.values().any(|p| is_leak(&p.entry)) || slips_in(&side.state, &[]).next().is_some();
    if !leaks && !side.loose.iter().any(|(p, _)| is_loose_concern(&p.entry)) {
        return Ok(());
    }
    let tracking = format!("refs/remotes/origin/{branch}");
    let mut sent = Vec::new();
    for name in [super::run::seen_at(branch), tracking] {
        sent.extend(repo.reference(&name)?);
    }
    refuse_clear_secrets(repo, tip, &sent)
}

/// Whether something stands in clear that belongs inside a seal: a content, a conflict of it, or a whole body.
pub(super) fn is_leak(entry: &Table) -> bool {
    let sealed = entry.get("sealed").is_some() || entry.visibility().is_sealed();
    let content = Content::of_entry(entry);
    let clear = !content.table().fields.is_empty() || !content.table().rows.is_empty();
    let body = |row: &Row| row.alternative.visibility().is_sealed() && row.alternative.get("text").is_some();
    (sealed && clear) || entry.rows_of("body").any(body)
}

/// A concern that a hand wrote and that names no visibility was to be confidential (design, section 5).
fn is_loose_concern(entry: &Table) -> bool {
    entry.get_str("kind") == Some("concern")
        && entry.get("visibility").is_none()
        && entry.get("sealed").is_none()
}

/// A record that cannot be read may hold such a text all the same: its words are looked at.
fn may_leak(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let marked = |line: &str| {
        line.trim_start().starts_with("visibility")
            && (line.contains("private") || line.contains("confidential"))
    };
    text.lines().any(marked)
}
