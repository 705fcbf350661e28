//! Only the author of an entry widens it (docs/privacy.md#widening): the look for commits by others that let more people
//! read one, before they leave this machine (docs/privacy.md#look-before-a-push).

mod before;
mod clear_words;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::git::{BlobId, CommitId, CommitInfo, Repository, TreeId};
use crate::model::{EntryId, KnownReaders, Pair, Slug, Visibility};

use crate::sync::error::SyncError;
use crate::sync::load::commit_authors::CommitAuthors;
use crate::sync::load::record_cache::RecordCache;
use crate::sync::secrets::file_readers::{EntryReaders, Readers, WidenedEntry, by_name};
use crate::sync::secrets::keys::Keys;
use crate::sync::secrets::refused_commit::RefusedCommit;
use crate::sync::secrets::secret_scan::may_hold_entries;

use before::ReadersOfCommits;
pub(in crate::sync) use before::WalkedCommits;
pub(in crate::sync) use clear_words::OpenedEntry;

/// My seat in the pair.
pub(in crate::sync) struct MySeat<'a> {
    pub(in crate::sync) pair: &'a Pair,
    pub(in crate::sync) keys: &'a Keys,
}

/// The look for widened entries in one clone.
pub(in crate::sync) struct WideningScan<'a> {
    repo: &'a Repository,
    cache: &'a RecordCache,
    /// Without one, every entry counts as another's.
    seat: Option<MySeat<'a>>,
    me: Option<Slug>,
    /// The entries of the other member that this clone ever saw sealed: their author, whatever `by` says since, and the
    /// fewest readers.
    others: BTreeMap<EntryId, (Slug, Visibility)>,
    commits: ReadersOfCommits<'a>,
}

impl<'a> WideningScan<'a> {
    pub(in crate::sync) fn new(
        repo: &'a Repository,
        cache: &'a RecordCache,
        seat: Option<MySeat<'a>>,
        known: &KnownReaders,
    ) -> Self {
        let me = seat.as_ref().and_then(|seat| seat.keys.me(seat.pair));
        let others = known.iter().filter(|(_, known)| Some(&known.by) != me.as_ref());
        Self {
            repo,
            cache,
            seat,
            others: others
                .map(|(id, known)| (id, (known.by.clone(), known.readers)))
                .collect(),
            me,
            commits: ReadersOfCommits::new(repo, cache),
        }
    }

    /// Refuses commits between `seen` and `tip` by which somebody else than its author widens an entry. One that the remote
    /// has stops nobody. Commits up to `looked_through` were found sound before.
    ///
    /// # Errors
    /// [`SyncError::WidenedByAnother`] with the first such commit.
    pub(in crate::sync) fn refuse(
        &self,
        tip: CommitId,
        seen: &[CommitId],
        looked_through: Option<CommitId>,
    ) -> Result<(), SyncError> {
        let refused = self.look(tip, seen, looked_through.as_slice());
        match refused {
            // Commits that were looked through may say that the author did it: they are read again.
            Err(SyncError::WidenedByAnother { .. }) if looked_through.is_some() => self.look(tip, seen, &[]),
            _ => refused,
        }
    }

    fn look(&self, tip: CommitId, seen: &[CommitId], looked_through: &[CommitId]) -> Result<(), SyncError> {
        let hidden = [seen, looked_through].concat();
        let commits = self.repo.ancestors(tip, &hidden)?;
        let mut commits: Vec<CommitId> = commits.collect::<Result<_, _>>()?;
        // Parents first: an entry may be removed by one commit and put back by a later one.
        commits.reverse();
        let mut past = WalkedCommits {
            seen: seen.to_vec(),
            ..WalkedCommits::default()
        };
        for commit in seen {
            if !self.repo.is_ancestor(*commit, tip)? {
                past.beside.push(*commit);
            }
        }
        for commit in commits {
            let info = self.repo.commit_info(commit)?;
            for widened in self.widened_by(&info, &mut past)? {
                if !self.is_out(&widened, tip, seen)? {
                    return Err(self.refused(tip, (commit, widened), seen)?);
                }
            }
        }
        Ok(())
    }

    fn refused(
        &self,
        tip: CommitId,
        (commit, widened): (CommitId, WidenedEntry),
        seen: &[CommitId],
    ) -> Result<SyncError, SyncError> {
        let WidenedEntry { entry, by, path, .. } = widened;
        let (commit, before) = RefusedCommit::of(self.repo, tip, commit, seen)?;
        let before = before.map(|before| self.repo.tree_of(before)).transpose()?;
        let stood = before.map(|tree| self.repo.tree_entry(tree, &path)).transpose()?;
        Ok(SyncError::WidenedByAnother {
            commit,
            is_new: stood.flatten().is_none(),
            path,
            entry,
            by,
        })
    }

    /// The entries that a commit widens, and that their author had not.
    fn widened_by(
        &self,
        info: &CommitInfo,
        past: &mut WalkedCommits,
    ) -> Result<Vec<WidenedEntry>, SyncError> {
        // A shallow clone lacks the parents of its oldest commits: nobody can compare those.
        let is_here = |id: &CommitId| self.repo.tree_of(*id).is_ok();
        let parents: Vec<CommitId> = info.parents.iter().copied().filter(is_here).collect();
        let paths = match info.parents.is_empty() {
            // A history of its own, such as an orphan branch.
            true => {
                let all = self.repo.changed_paths(None, Some(info.tree))?.into_iter();
                all.filter(|path| may_hold_entries(path)).collect()
            }
            false => self.changed_in_all(info.tree, &parents)?,
        };
        let mut files = Vec::new();
        for path in &paths {
            let file = self.repo.tree_entry(info.tree, path)?;
            files.extend(file.map(|file| (path.clone(), file.id)));
        }
        let mut widened = self.compare(&files, &parents, past)?;
        let authors = self
            .seat
            .as_ref()
            .map(|seat| CommitAuthors::of(seat.pair).seen_by(self.me.clone(), None));
        // Somebody brought it from another machine of its author.
        widened.retain(|widened| {
            let by_author = past.by_author.entry(widened.entry).or_insert(Visibility::Private);
            if authors
                .as_ref()
                .is_some_and(|authors| authors.is_unaltered_by(info, &widened.by))
            {
                *by_author = widened.most.max(*by_author);
            }
            *by_author < widened.most
        });
        if let [parent] = parents.as_slice() {
            let tree = self.repo.tree_of(*parent)?;
            for path in &paths {
                for (entry, readers) in self.commits.entries_at(tree, path)?.iter() {
                    let slot = past.gone.entry(*entry).or_default();
                    // Who wrote it stays known, whoever it names since.
                    let by = std::mem::take(&mut slot.by);
                    *slot = readers.clone();
                    slot.by.extend(by);
                }
            }
        }
        Ok(widened)
    }

    /// The files that may hold entries, and that differ from every parent; none where there is no parent.
    fn changed_in_all(&self, tree: TreeId, parents: &[CommitId]) -> Result<BTreeSet<String>, SyncError> {
        let mut common: Option<BTreeSet<String>> = None;
        for parent in parents {
            let parent = self.repo.tree_of(*parent)?;
            let mut changed = self.repo.changed_paths(Some(parent), Some(tree))?;
            changed.retain(|path| {
                may_hold_entries(path) && common.as_ref().is_none_or(|common| common.contains(path))
            });
            common = Some(changed.into_iter().collect());
        }
        Ok(common.unwrap_or_default())
    }

    /// The entries of `files` that are another's, and wider than in each of the commits before that has them. `files` are
    /// those that differ from every commit before. An entry that none of those has is held against the past: another commit
    /// may have removed it, or stand in the place of the one that brought it.
    pub(in crate::sync) fn compare(
        &self,
        files: &[(String, BlobId)],
        before: &[CommitId],
        past: &WalkedCommits,
    ) -> Result<Vec<WidenedEntry>, SyncError> {
        let mut now = EntryReaders::new();
        // The first file in which most people read an entry.
        let mut widest: BTreeMap<EntryId, (Visibility, &String)> = BTreeMap::new();
        for (path, id) in files {
            for (entry, readers) in self.commits.entries(path, *id).iter() {
                now.entry(*entry).or_default().extend(readers);
                let most = readers.most_meant(by_name);
                let known = widest.entry(*entry).or_insert((most, path));
                if known.0 < most {
                    *known = (most, path);
                }
            }
        }
        let is_anothers = |entry: &EntryId, now: &Readers| {
            self.others.contains_key(entry) || now.by.iter().any(|by| !self.is_me(by))
        };
        let mut stood = self.commits.stood(&now, files, before, past, is_anothers)?;
        let mut widened = Vec::new();
        for (entry, readers) in now {
            // It may have been given another author since.
            let earlier = past.gone.get(&entry);
            let stood = stood.remove(&entry).unwrap_or_default();
            let mut authors = stood.iter().chain(earlier).flat_map(|readers| &readers.by);
            let another = authors.find(|by| !self.is_me(by)).cloned();
            let known = self.others.get(&entry);
            let another = another.or_else(|| known.map(|(by, _)| by.to_string()));
            let is_wider = match known.filter(|_| stood.is_empty()) {
                // It stands in no commit before this one.
                Some((_, fewest)) => readers.most_meant(by_name) > *fewest,
                None => self.is_wider(entry, &readers, &stood),
            };
            if let Some(by) = another
                && is_wider
            {
                let path = widest.get(&entry).map(|(_, path)| path.to_string());
                widened.push(WidenedEntry {
                    entry,
                    by,
                    path: path.unwrap_or_default(),
                    most: readers.most_meant(by_name),
                });
            }
        }
        Ok(widened)
    }

    /// Whether more people are to read an entry now than where it stood before, in each place. Seals are opened only where
    /// the words beside them say so.
    fn is_wider(&self, entry: EntryId, now: &Readers, before: &[Readers]) -> bool {
        let most = now.most_meant(by_name);
        if before.iter().any(|before| before.most(by_name) >= most) {
            return false;
        }
        let opened = |readers: &Readers, ciphertext: &str| self.sealed_for(entry, &readers.by, ciphertext);
        let most = now.most_meant(|ciphertext| opened(now, ciphertext));
        let reaches = |before: &Readers| before.most(|ciphertext| opened(before, ciphertext)) >= most;
        !before.iter().any(reaches)
    }

    /// The visibility in a seal that my keys open.
    fn sealed_for(&self, entry: EntryId, by: &BTreeSet<String>, ciphertext: &str) -> Option<Visibility> {
        let MySeat { pair, keys } = self.seat.as_ref()?;
        let authors = by.iter().filter_map(|by| by.parse::<Slug>().ok());
        let mut opened = authors.filter_map(|by| keys.open(pair, entry, &by, ciphertext).ok());
        opened.next().map(|opened| opened.visibility)
    }

    fn is_me(&self, by: &str) -> bool {
        self.me.as_ref().is_some_and(|me| me.as_str() == by)
    }

    /// Whether as many read the entry in a commit that the remote has, or where the histories parted.
    fn is_out(&self, widened: &WidenedEntry, tip: CommitId, seen: &[CommitId]) -> Result<bool, SyncError> {
        let mut commits = seen.to_vec();
        for seen in seen {
            commits.extend(self.repo.merge_bases(tip, *seen)?);
        }
        for commit in commits {
            let asked = BTreeSet::from([widened.entry]);
            let there = self.commits.readers_at(commit, &asked, &[&widened.path])?;
            if there
                .values()
                .any(|readers| readers.most(by_name) >= widened.most)
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
