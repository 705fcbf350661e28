//! Words of mine in clear that plain Git committed, where I let fewer people read the entry: its author opens one with
//! `share`, and nothing else does (docs/privacy.md#entries-of-mine-in-clear).

use std::collections::BTreeSet;

use crate::git::{BlobId, CommitId, Repository, TreeId};
use crate::model::{
    Content, EntryId, Form, Home, KnownReaders, Limits, Loaded, Placed, RecordPath, Table, Value, Visibility,
    assemble, holds_word, is_worded,
};

use super::WideningScan;
use crate::sync::error::SyncError;
use crate::sync::secrets::followed::{FollowedEntries, visibility_in};
use crate::sync::secrets::secret_scan::may_hold_entries;

/// An entry whose words stand in clear, though its author lets fewer people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sync) struct OpenedEntry {
    /// The entry, or the one that it follows.
    pub(in crate::sync) entry: EntryId,
    /// Whether it is another one, which follows that entry.
    pub(in crate::sync) follows: bool,
    /// The file where they stand.
    pub(in crate::sync) path: String,
}

/// A word of an entry that stands in clear: its key and its value.
type Word = (String, Value);

impl WideningScan<'_> {
    /// Refuses commits between `seen` and `tip` that hold new words of mine in clear, in an entry that I let fewer people
    /// read, or in one that follows an entry which arrived wider. Words that the remote has stop nobody.
    ///
    /// # Errors
    /// [`SyncError::OpenedByHand`] with the first such commit.
    pub(in crate::sync) fn refuse_opened(
        &self,
        tip: CommitId,
        seen: &[CommitId],
        known: &KnownReaders,
    ) -> Result<(), SyncError> {
        let mine = known.of(self.me.as_ref());
        if self.me.is_none() || mine.iter().next().is_none() {
            return Ok(());
        }
        let mut out = seen.to_vec();
        for seen in seen {
            out.extend(self.repo.merge_bases(tip, *seen)?);
        }
        let commits = self.repo.ancestors(tip, seen)?;
        let mut commits: Vec<CommitId> = commits.collect::<Result<_, _>>()?;
        commits.reverse();
        for commit in commits {
            let info = self.repo.commit_info(commit)?;
            let is_here = |id: &CommitId| self.repo.tree_of(*id).is_ok();
            let parents: Vec<CommitId> = info.parents.iter().copied().filter(is_here).collect();
            let mut files = Vec::new();
            for path in self.changed_in_all(info.tree, &parents)? {
                let file = self.repo.tree_entry(info.tree, &path)?;
                files.extend(file.map(|file| (path, file.id)));
            }
            if let Some(opened) = self.opened(&files, &parents, &out, &mine)?.into_iter().next() {
                let OpenedEntry { entry, follows, path } = opened;
                return Err(SyncError::OpenedByHand {
                    commit: commit.short(),
                    path,
                    entry,
                    follows,
                });
            }
        }
        Ok(())
    }

    /// The entries of `files` that hold such words. Those are no new words that stand in clear in a parent, or that are
    /// `out`.
    pub(in crate::sync) fn opened(
        &self,
        files: &[(String, BlobId)],
        parents: &[CommitId],
        out: &[CommitId],
        known: &KnownReaders,
    ) -> Result<Vec<OpenedEntry>, SyncError> {
        let mine = known.of(self.me.as_ref());
        let trees = parents.iter().map(|parent| self.repo.tree_of(*parent));
        let before = FollowedEntries::of(self.repo, trees.collect::<Result<_, _>>()?);
        let mut opened = Vec::new();
        for (path, id) in files {
            let Ok(bytes) = self.repo.blob(*id, Limits::FILE) else {
                continue;
            };
            let loaded = read_as_record(path, &bytes);
            for placed in all_entries(&loaded) {
                let Some((entry, follows)) = self.narrower(&placed.entry, &mine, (&loaded, &before)) else {
                    continue;
                };
                let asked = match follows {
                    true => placed.entry.get_str("id").and_then(|id| id.parse().ok()),
                    false => Some(entry),
                };
                let mut words = words_in_clear(&placed.entry);
                for commit in parents.iter().chain(out) {
                    if words.is_empty() {
                        break;
                    }
                    let stood = clear_words_at(self.repo, self.repo.tree_of(*commit)?, asked)?;
                    words.retain(|word| !stood.contains(word));
                }
                let path = path.clone();
                if !words.is_empty() {
                    opened.push(OpenedEntry { entry, follows, path });
                }
            }
        }
        Ok(opened)
    }

    /// The entry of mine that says how few people may read this one: itself, or the one that it follows, if that arrived
    /// wider and stands so here. Whether it is the latter.
    fn narrower(
        &self,
        entry: &Table,
        mine: &KnownReaders,
        (file, before): (&Loaded, &FollowedEntries<'_>),
    ) -> Option<(EntryId, bool)> {
        let id: Option<EntryId> = entry.get_str("id").and_then(|id| id.parse().ok());
        let is_narrow = |id: &EntryId| {
            let known = mine.get(*id);
            known.is_some_and(|known| known.readers < Visibility::Shared)
        };
        if let Some(id) = id.filter(is_narrow) {
            return Some((id, false));
        }
        let is_of_another = |by: &str| !self.is_me(by);
        if entry.form() != Form::Clear || entry.get_str("by").is_some_and(is_of_another) {
            return None;
        }
        let re: EntryId = entry.get_str("re")?.parse().ok()?;
        mine.get_wider(re)?;
        // Before it arrived so, whoever named the readers of what follows it meant that.
        let stands = visibility_in([&file.state], re).or_else(|| before.visibility(re));
        stands
            .is_none_or(|stands| !stands.is_sealed())
            .then_some((re, true))
    }
}

/// A file of any name, read as a record.
fn read_as_record(path: &str, bytes: &[u8]) -> Loaded {
    let record = RecordPath::parse(path).unwrap_or(RecordPath::Home(Home::Agenda));
    assemble([(record.path(), bytes)])
}

fn all_entries(loaded: &Loaded) -> impl Iterator<Item = &Placed> {
    let copies = loaded.doubled.values().flatten();
    loaded.state.entries.values().chain(copies).chain(&loaded.loose)
}

/// The words of an entry that everyone reads: those of each body that stands in clear.
fn words_in_clear(entry: &Table) -> BTreeSet<Word> {
    let mut words = BTreeSet::new();
    if entry.form() == Form::Clear {
        let content = Content::of_entry(entry);
        let table = content.table();
        let fields = table.fields.iter();
        words.extend(fields.map(|field| (field.key.clone(), field.value.clone())));
        let comments = table.comments();
        words.extend(comments.map(|comment| (String::new(), Value::from(comment.as_str()))));
        let rows = table.rows.iter().filter(|row| row.field != "body");
        words.extend(rows.filter_map(|row| Some((row.field.clone(), row.alternative.value()?.clone()))));
    }
    let bodies = entry.rows_of("body").map(|row| &row.alternative);
    for body in bodies.filter(|body| body.form() == Form::Clear) {
        let fields = body.clone().without_comments().into_map().into_iter();
        words.extend(fields);
    }
    words.retain(|(key, _)| is_worded(key));
    words
}

/// The words in clear of an entry of a commit, in any file; those of all entries without an id, if none is asked for.
fn clear_words_at(
    repo: &Repository,
    tree: TreeId,
    asked: Option<EntryId>,
) -> Result<BTreeSet<Word>, SyncError> {
    let mut words = BTreeSet::new();
    for file in repo.list_tree(tree, None)? {
        if !may_hold_entries(&file.path) {
            continue;
        }
        let Ok(bytes) = repo.blob(file.id, Limits::FILE) else {
            continue;
        };
        if asked.is_some_and(|id| !holds_word(&bytes, id.as_str().as_bytes())) {
            continue;
        }
        let loaded = read_as_record(&file.path, &bytes);
        let entries = all_entries(&loaded);
        let is_asked = |placed: &&Placed| {
            let id: Option<EntryId> = placed.entry.get_str("id").and_then(|id| id.parse().ok());
            id == asked
        };
        words.extend(
            entries
                .filter(is_asked)
                .flat_map(|placed| words_in_clear(&placed.entry)),
        );
    }
    Ok(words)
}
