//! Finds words of mine that plain Git committed in clear although I had let fewer people read the entry. Only a `share` by
//! its author opens one (docs/privacy.md#entries-of-mine-in-clear).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use crate::git::{BlobId, CommitId, TreeFile, TreeId};
use crate::model::{
    Content, EntryId, Form, Home, KnownReaders, Limits, Loaded, Placed, RecordPath, Table, Value, Visibility,
    assemble, is_worded,
};

use super::WideningScan;
use crate::sync::error::SyncError;
use crate::sync::load::last_good_record::GoodRecords;
use crate::sync::secrets::followed_visibility::{FollowedEntries, visibility_in};
use crate::sync::secrets::refused_commit::RefusedCommit;
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
type ClearWord = (String, Value);

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
        let mut stood = ClearWords::of(self);
        for commit in commits {
            let info = self.repo.commit_info(commit)?;
            let is_here = |id: &CommitId| self.repo.tree_of(*id).is_ok();
            let parents: Vec<CommitId> = info.parents.iter().copied().filter(is_here).collect();
            let mut files = Vec::new();
            for path in self.changed_in_all(info.tree, &parents)? {
                let file = self.repo.tree_entry(info.tree, &path)?;
                files.extend(file.map(|file| (path, file.id)));
            }
            let opened = self.opened_before(&files, (&parents, &out), &mine, &mut stood)?;
            if let Some(opened) = opened.into_iter().next() {
                let OpenedEntry { entry, follows, path } = opened;
                let (commit, _) = RefusedCommit::of(self.repo, tip, commit, seen)?;
                return Err(SyncError::OpenedByHand {
                    commit,
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
        self.opened_before(files, (parents, out), known, &mut ClearWords::of(self))
    }

    fn opened_before(
        &self,
        files: &[(String, BlobId)],
        (parents, out): (&[CommitId], &[CommitId]),
        known: &KnownReaders,
        stood: &mut ClearWords<'_>,
    ) -> Result<Vec<OpenedEntry>, SyncError> {
        let good_records = GoodRecords::of(self.repo);
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
                    stood.take_out(&mut words, self.repo.tree_of(*commit)?, asked)?;
                }
                // Where a record was broken, its last good version counts: it may be put back.
                if let Some(record) = RecordPath::parse(path).filter(|_| !words.is_empty()) {
                    for commit in parents {
                        if let Some(good) = good_records.last(*commit, record)? {
                            let stood = stood.words_of(&good.file);
                            words.retain(|word| stood.get(&asked).is_none_or(|stood| !stood.contains(word)));
                        }
                    }
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
fn words_in_clear(entry: &Table) -> BTreeSet<ClearWord> {
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

/// The words in clear of the entries of a file, by their ids.
type WordsById = BTreeMap<Option<EntryId>, BTreeSet<ClearWord>>;

/// The words in clear that stand in trees. Each file is read once: a commit may hold thousands of entries that are asked
/// for.
struct ClearWords<'a> {
    scan: &'a WideningScan<'a>,
    trees: HashMap<TreeId, Rc<Vec<TreeFile>>>,
    files: HashMap<(BlobId, String), Rc<WordsById>>,
}

impl<'a> ClearWords<'a> {
    fn of(scan: &'a WideningScan<'a>) -> Self {
        Self {
            scan,
            trees: HashMap::new(),
            files: HashMap::new(),
        }
    }

    /// Takes the words out that an entry has in clear in any file of a tree; all entries without an id, if none is asked
    /// for.
    fn take_out(
        &mut self,
        words: &mut BTreeSet<ClearWord>,
        tree: TreeId,
        asked: Option<EntryId>,
    ) -> Result<(), SyncError> {
        for file in self.files_of(tree)?.iter() {
            if self.may_hold(file, asked)?
                && let Some(stood) = self.words_of(file).get(&asked)
            {
                words.retain(|word| !stood.contains(word));
            }
        }
        Ok(())
    }

    fn files_of(&mut self, tree: TreeId) -> Result<Rc<Vec<TreeFile>>, SyncError> {
        if let Some(files) = self.trees.get(&tree) {
            return Ok(files.clone());
        }
        let mut files = self.scan.repo.list_tree(tree, None)?;
        files.retain(|file| may_hold_entries(&file.path));
        let files = Rc::new(files);
        self.trees.insert(tree, files.clone());
        Ok(files)
    }

    /// Whether a file may hold an entry, by its summary if it is a sound record.
    fn may_hold(&self, file: &TreeFile, asked: Option<EntryId>) -> Result<bool, SyncError> {
        let (Some(id), Some(_)) = (asked, RecordPath::parse(&file.path)) else {
            return Ok(true);
        };
        let summary = self.scan.cache.summary(self.scan.repo, file)?;
        Ok(summary.special || summary.ids.contains(&id))
    }

    fn words_of(&mut self, file: &TreeFile) -> Rc<WordsById> {
        let repo = self.scan.repo;
        let key = (file.id, file.path.clone());
        let words = self.files.entry(key).or_insert_with(|| {
            let mut words = WordsById::new();
            if let Ok(bytes) = repo.blob(file.id, Limits::FILE) {
                for placed in all_entries(&read_as_record(&file.path, &bytes)) {
                    let id = placed.entry.get_str("id").and_then(|id| id.parse().ok());
                    words.entry(id).or_default().extend(words_in_clear(&placed.entry));
                }
            }
            Rc::new(words)
        });
        words.clone()
    }
}
