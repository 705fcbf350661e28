//! How entries stood before a commit: in its parents, in commits that are not sent, at the remote, or long ago.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use crate::git::{BlobId, CommitId, Repository, TreeId};
use crate::model::{EntryId, Limits, RecordPath, Visibility};

use crate::sync::error::SyncError;
use crate::sync::load::record_cache::RecordCache;
use crate::sync::secrets::file_readers::{EntryReaders, Readers, by_name, readers_in};

/// How far back an entry that was removed is looked for.
const FARTHEST: usize = 5000;

/// The state of a walk through commits, parents first.
#[derive(Default)]
pub(in crate::sync) struct WalkedCommits {
    /// The commits that the remote has.
    pub(super) seen: Vec<CommitId>,
    /// Those of them that are not in this history: it may stand in their place.
    pub(super) beside: Vec<CommitId>,
    /// Entries that commits changed or removed, as they stood before.
    pub(super) gone: EntryReaders,
    /// How wide the author made an entry. Another may bring that back after a merge that left it out.
    pub(super) by_author: BTreeMap<EntryId, Visibility>,
}

/// The entries of commits, with their readers. Each file is read once.
pub(super) struct ReadersOfCommits<'a> {
    repo: &'a Repository,
    cache: &'a RecordCache,
    files: RefCell<HashMap<(BlobId, String), Rc<EntryReaders>>>,
}

impl<'a> ReadersOfCommits<'a> {
    pub(super) fn new(repo: &'a Repository, cache: &'a RecordCache) -> Self {
        Self {
            repo,
            cache,
            files: RefCell::default(),
        }
    }

    /// How entries stood in each of the commits before; one that none of those has, as it stood in the past.
    pub(super) fn stood(
        &self,
        now: &EntryReaders,
        files: &[(String, BlobId)],
        before: &[CommitId],
        past: &WalkedCommits,
        is_anothers: impl Fn(&EntryId, &Readers) -> bool,
    ) -> Result<BTreeMap<EntryId, Vec<Readers>>, SyncError> {
        let paths: Vec<&String> = files.iter().map(|(path, _)| path).collect();
        let mut stood: BTreeMap<EntryId, Vec<Readers>> = BTreeMap::new();
        let mut unknown: BTreeSet<EntryId> = now.keys().copied().collect();
        let add = |found: EntryReaders, stood: &mut BTreeMap<EntryId, Vec<Readers>>| {
            for (entry, readers) in found {
                stood.entry(entry).or_default().push(readers);
            }
        };
        for commit in before {
            add(self.readers_at(*commit, &unknown, &paths)?, &mut stood);
        }
        unknown.retain(|entry| !stood.contains_key(entry));
        let gone = unknown
            .iter()
            .filter_map(|entry| Some((*entry, past.gone.get(entry)?.clone())));
        add(gone.collect(), &mut stood);
        unknown.retain(|entry| !stood.contains_key(entry));
        for commit in &past.beside {
            add(self.readers_at(*commit, &unknown, &paths)?, &mut stood);
        }
        unknown.retain(|entry| !stood.contains_key(entry));
        // Only one that another wrote, as it says or as this clone knows, and that everyone would read, is looked for
        // further: mine are new every day.
        unknown.retain(|entry| {
            let now = now.get(entry);
            now.is_some_and(|now| is_anothers(entry, now) && now.most_meant(by_name) == Visibility::Shared)
        });
        for commit in past.seen.iter().filter(|commit| !past.beside.contains(commit)) {
            add(self.readers_at(*commit, &unknown, &paths)?, &mut stood);
        }
        let starts = match before.first() {
            Some(first) => std::slice::from_ref(first),
            None => past.seen.as_slice(),
        };
        for commit in starts {
            unknown.retain(|entry| !stood.contains_key(entry));
            add(self.readers_long_ago(*commit, unknown.clone())?, &mut stood);
        }
        Ok(stood)
    }

    /// Those of some entries that stand in a commit, as they do there: in some files, else in any record.
    pub(super) fn readers_at(
        &self,
        commit: CommitId,
        asked: &BTreeSet<EntryId>,
        paths: &[&String],
    ) -> Result<EntryReaders, SyncError> {
        let mut found = EntryReaders::new();
        if asked.is_empty() {
            return Ok(found);
        }
        let tree = self.repo.tree_of(commit)?;
        for path in paths {
            take(&mut found, &*self.entries_at(tree, path)?, |entry| {
                asked.contains(entry)
            });
        }
        let missing: BTreeSet<EntryId> = asked
            .iter()
            .filter(|entry| !found.contains_key(entry))
            .copied()
            .collect();
        if missing.is_empty() {
            return Ok(found);
        }
        let listing = self.cache.listing(self.repo, tree)?;
        for file in self.cache.files_with(self.repo, &listing, &missing)? {
            let entries = self.entries(&file.path, file.id);
            take(&mut found, &entries, |entry| missing.contains(entry));
        }
        Ok(found)
    }

    /// Those of some entries that once stood in the history of a commit, each as it stood last.
    fn readers_long_ago(
        &self,
        tip: CommitId,
        mut asked: BTreeSet<EntryId>,
    ) -> Result<EntryReaders, SyncError> {
        let mut found = EntryReaders::new();
        // Even the first commit of a walk costs a look at all of them.
        if asked.is_empty() {
            return Ok(found);
        }
        for commit in self.repo.ancestors(tip, &[])?.take(FARTHEST) {
            if asked.is_empty() {
                break;
            }
            let info = self.repo.commit_info(commit?)?;
            let parent = self.repo.first_parent_tree(&info);
            for path in self.repo.changed_paths(parent, Some(info.tree))? {
                if RecordPath::parse(&path).is_none() {
                    continue;
                }
                for (entry, readers) in self.entries_at(info.tree, &path)?.iter() {
                    if asked.remove(entry) {
                        found.insert(*entry, readers.clone());
                    }
                }
            }
        }
        Ok(found)
    }

    pub(super) fn entries_at(&self, tree: TreeId, path: &str) -> Result<Rc<EntryReaders>, SyncError> {
        let file = self.repo.tree_entry(tree, path)?;
        Ok(file.map(|file| self.entries(path, file.id)).unwrap_or_default())
    }

    /// The entries of a file, read once. A file that is too large for a record, or is none, holds nothing.
    pub(super) fn entries(&self, path: &str, id: BlobId) -> Rc<EntryReaders> {
        let key = (id, path.to_owned());
        if let Some(known) = self.files.borrow().get(&key) {
            return known.clone();
        }
        let bytes = self.repo.blob(id, Limits::FILE);
        let entries = Rc::new(bytes.map_or_else(|_| EntryReaders::new(), |bytes| readers_in(path, &bytes)));
        self.files.borrow_mut().insert(key, entries.clone());
        entries
    }
}

/// Takes those entries over that are asked for; one that stands in several files has all of its readers.
fn take(found: &mut EntryReaders, entries: &EntryReaders, is_asked: impl Fn(&EntryId) -> bool) {
    for (entry, readers) in entries.iter().filter(|(entry, _)| is_asked(entry)) {
        found.entry(*entry).or_default().extend(readers);
    }
}
