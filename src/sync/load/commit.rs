//! A commit is the parent's tree plus the named records (docs/sync.md#commits).

use std::collections::{BTreeMap, BTreeSet};

use crate::git::{CommitId, Repository, Signature, TreeChange, TreeId, author_words, mode};
use crate::model::{EntryId, Form, Instant, Kind, Pair, RecordPath, Slug, State, Table, number};

use crate::sync::error::SyncError;
use crate::sync::load::other_format::refuse_other_format;
use crate::sync::load::side::Side;
use crate::sync::load::written_record::{check_record, is_newer};
use crate::sync::problems::problem;

/// The message of a merge that this program makes: one with another message is by plain Git.
pub(in crate::sync) const MERGE: &str = "merge by meaning";

/// The message of a commit over one of plain Git that took something back unseen.
pub(in crate::sync) const BRING_BACK: &str = "bring back what came beside an edit";

/// The files to write so that the records of a side say what a state says. A record that could not be read is
/// written over only where it was `mended`.
pub(in crate::sync) fn record_changes(
    repo: &Repository,
    side: &Side,
    state: &State,
    mended: &BTreeSet<RecordPath>,
) -> Result<Vec<TreeChange>, SyncError> {
    let mut changes = Vec::new();
    for (record, bytes) in changed_records(side, state, mended)? {
        // In the place of a link the record is a file again.
        let mode = side.blobs.get(&record).map_or(mode::FILE, |file| file.mode);
        let mode = if mode == mode::EXECUTABLE {
            mode
        } else {
            mode::FILE
        };
        let file = match bytes {
            Some(bytes) => Some((mode, repo.write_blob(&bytes)?)),
            None => None,
        };
        changes.push((record.path(), file));
    }
    Ok(changes)
}

/// A record and its bytes; none where it goes.
pub(in crate::sync) type ChangedRecord = (RecordPath, Option<Vec<u8>>);

/// The records that a state says otherwise than a side: their bytes, none for one that goes. Each is checked.
///
/// # Errors
/// When one is not to be written ([`check_record`]).
pub(in crate::sync) fn changed_records(
    side: &Side,
    state: &State,
    mended: &BTreeSet<RecordPath>,
) -> Result<Vec<ChangedRecord>, SyncError> {
    let lenient = is_newer(state);
    let (old, mut new) = (side.state.files(), state.files());
    let paths: BTreeSet<String> = old.keys().chain(new.keys()).cloned().collect();
    let mut changed = Vec::new();
    for path in paths {
        let Some(record) = RecordPath::parse(&path) else {
            // Nobody would read it again: the day of a meeting is one that no record is named by.
            let help = "look at the clock of this machine, and try again";
            return Err(problem(&path, "no record has such a name", help));
        };
        if !side.is_read(record) && side.blobs.contains_key(&record) {
            // It would lose everything in it that was not read.
            return Err(SyncError::NotRead(path));
        }
        if side.broken.contains_key(&record) && !mended.contains(&record) {
            // A record that cannot be read is not written over.
            continue;
        }
        let bytes = new.remove(&path);
        let stands = side.blobs.contains_key(&record) == bytes.is_some();
        let anew = side.healed.contains(&record) || mended.contains(&record);
        if stands && old.get(&path) == bytes.as_ref() && !anew {
            continue;
        }
        if let Some(bytes) = &bytes {
            check_record(record, bytes, lenient)?;
        }
        changed.push((record, bytes));
    }
    Ok(changed)
}

/// The message for a change: counts and kinds of shared entries, never a text, never anything out of a seal.
pub fn change_words(old: &State, new: &State) -> String {
    let mut counts: BTreeMap<(&str, Kind), usize> = BTreeMap::new();
    let ids: BTreeSet<&EntryId> = old.entries.keys().chain(new.entries.keys()).collect();
    for id in ids {
        let (before, after) = (old.entries.get(id), new.entries.get(id));
        if before == after {
            continue;
        }
        let Some(kind) = shared_kind(after.or(before).map(|p| &p.entry)) else {
            continue;
        };
        let what = match (before, after) {
            (None, _) => "add",
            (_, None) => "remove",
            (Some(b), Some(a)) if b.home != a.home => "move",
            _ => "change",
        };
        *counts.entry((what, kind)).or_default() += 1;
    }
    let words: Vec<String> = counts
        .into_iter()
        .map(|((what, kind), count)| format!("{what} {}", number(count, kind.as_str(), &format!("{kind}s"))))
        .collect();
    if words.is_empty() {
        "update records".to_owned()
    } else {
        words.join(", ")
    }
}

fn shared_kind(entry: Option<&Table>) -> Option<Kind> {
    let entry = entry.filter(|e| !e.holds_ciphertext() && e.form() == Form::Clear)?;
    let kind = entry.get_str("kind").and_then(|kind| kind.parse().ok());
    Some(kind.unwrap_or_default())
}

/// Writes a commit; no reference moves. A pair of another format is never written to.
///
/// # Errors
/// When its format is newer or no format at all, or Git cannot write.
pub(in crate::sync) fn write(
    repo: &Repository,
    tree: TreeId,
    parents: &[CommitId],
    message: &str,
    author: &Signature,
) -> Result<CommitId, SyncError> {
    refuse_other_format(repo, tree, parents)?;
    Ok(repo.write_commit(tree, parents, &format!("{message}\n"), author, author)?)
}

/// The author of a commit: the member, or for somebody without a seat the name that Git is configured with.
pub(in crate::sync) fn signature(
    repo: &Repository,
    pair: &Pair,
    me: Option<&Slug>,
    now: Instant,
) -> Result<Signature, SyncError> {
    let member = me.and_then(|me| pair.member(me.as_str()));
    let name = match member {
        Some(member) => member.name.clone(),
        None => repo.user_name()?.unwrap_or_default(),
    };
    let slug = member.map_or("nobody", |member| member.slug.as_str());
    let fallback = || format!("{slug}@oneonone.invalid");
    let email = repo.user_email()?;
    let email = email.as_deref().and_then(author_words);
    let (name, email) = (
        author_words(&name).unwrap_or_else(|| "oneonone".to_owned()),
        email.unwrap_or_else(fallback),
    );
    Ok(Signature {
        name,
        email,
        seconds: now.timestamp(),
        offset_minutes: 0,
    })
}
