//! The last look before a push: no commit that goes out holds a private text in clear (design, section 4, promise 3).

use crate::git::{ObjectId, Repository};
use crate::model::{Content, Limits, RecordPath, Row, Table, assemble};

use super::error::SyncError;
use super::side::Side;

/// Refuses commits between `seen` and `tip` that hold a text in clear that was to be sealed.
///
/// # Errors
/// [`SyncError::ClearSecret`] with the first such commit.
pub(super) fn refuse_clear_secrets(
    repo: &Repository,
    tip: ObjectId,
    seen: &[ObjectId],
) -> Result<(), SyncError> {
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
            if !loaded.broken.is_empty() && may_leak(&bytes) {
                return Err(SyncError::ClearSecret {
                    commit: commit.short(),
                    path,
                });
            }
            if loaded.loose.iter().any(|p| is_loose_concern(&p.entry)) {
                return Err(SyncError::ClearSecret {
                    commit: commit.short(),
                    path,
                });
            }
            let entries = loaded.state.entries.values().chain(&loaded.loose);
            if entries.map(|p| &p.entry).any(is_leak) {
                return Err(SyncError::ClearSecret {
                    commit: commit.short(),
                    path,
                });
            }
        }
    }
    Ok(())
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
    let leaks = side.state.entries.values().any(|p| is_leak(&p.entry));
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
