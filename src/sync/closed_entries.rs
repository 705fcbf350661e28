//! Sealed entries of mine that my key does not open as they stand: copied, cut off, or sealed for somebody else
//! (docs/privacy.md#words-of-mine).

use std::collections::{BTreeMap, BTreeSet};

use crate::git::{CommitId, Repository};
use crate::model::{Command, EntryId, Fix, KnownReaders, Pair, Placed, Problem, State, visible};
use crate::seal::OpenError;

use crate::sync::error::SyncError;
use crate::sync::record_texts::RecordTexts;
use crate::sync::secrets::entry_history::{EntryHistory, EntryVersion, versions};
use crate::sync::secrets::keys::{Keys, ViewError, author};

/// The look for closed entries in one clone.
pub(in crate::sync) struct ClosedEntries<'a> {
    pub(in crate::sync) repo: &'a Repository,
    pub(in crate::sync) keys: &'a Keys,
    pub(in crate::sync) pair: &'a Pair,
    pub(in crate::sync) tip: CommitId,
    /// Who wrote the entries that were ever sealed.
    pub(in crate::sync) known: &'a KnownReaders,
}

impl ClosedEntries<'_> {
    /// The problems of a state. An entry that is sealed for other keys counts if my key ever opened it: my key may be newer
    /// than the entry. `texts` are those of the records.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub(in crate::sync) fn problems(
        &self,
        state: &State,
        texts: &RecordTexts,
    ) -> Result<Vec<Problem>, SyncError> {
        let Some(me) = self.keys.me(self.pair) else {
            return Ok(Vec::new());
        };
        let is_mine = |id: EntryId, placed: &Placed| {
            let first = self.known.get(id).map(|known| &known.by);
            author(&placed.entry).as_ref() == Some(&me) || first == Some(&me)
        };
        let closed = state.entries.iter().filter(|(id, placed)| is_mine(**id, placed));
        let closed = closed.filter_map(|(id, placed)| Some((*id, (placed, self.closed(*id, placed)?))));
        let closed: BTreeMap<EntryId, (&Placed, OpenError)> = closed.collect();
        let mut makers = self.closed_by(closed.keys().copied().collect())?;
        let mut problems = Vec::new();
        for (id, (placed, why)) in closed {
            let (by, help) = match makers.remove(&id) {
                Some((commit, name)) => (
                    format!(", by the commit {} of {}", commit.short(), visible(&name)),
                    Fix::run(Command::ours([
                        "restore",
                        "--before",
                        &commit.short(),
                        id.as_str(),
                    ])),
                ),
                None if why == OpenError::NotForMe => continue,
                None => (String::new(), "no version in the history can be opened".into()),
            };
            let (path, what) = (placed.home.path(), format!("entry {id} of yours: {why}{by}"));
            problems.push(texts.at_entry(&path, id, what, help));
        }
        Ok(problems)
    }

    /// Why my key does not open a body of an entry. A newer version may seal in a way of its own.
    fn closed(&self, id: EntryId, placed: &Placed) -> Option<OpenError> {
        let by = author(&placed.entry)?;
        let rows = placed.entry.rows_of("body");
        let rows = rows.filter_map(|row| row.alternative.ciphertext());
        let mut sealed = placed.entry.ciphertext().into_iter().chain(rows);
        sealed.find_map(|sealed| match self.keys.open(self.pair, id, &by, sealed) {
            Err(ViewError::Open(OpenError::Newer)) | Ok(_) => None,
            Err(ViewError::Open(why)) => Some(why),
            Err(ViewError::NoIdentity) => None,
        })
    }

    /// The commits since which my key does not open entries, and the names of their authors. Each record is read once.
    fn closed_by(
        &self,
        mut asked: BTreeSet<EntryId>,
    ) -> Result<BTreeMap<EntryId, (CommitId, String)>, SyncError> {
        let mut makers = BTreeMap::new();
        if asked.is_empty() {
            return Ok(makers);
        }
        for commit in self.repo.commits_since(self.tip, None)? {
            if asked.is_empty() {
                break;
            }
            for (id, EntryVersion { commit, before, .. }) in versions(self.repo, commit, &asked)? {
                let is_open = |placed: &Placed| self.closed(id, placed).is_none();
                // A merge took in what one of its sides had.
                let mut stood = before.iter().flatten().peekable();
                if stood.peek().is_some() && stood.all(is_open) {
                    asked.remove(&id);
                    makers.insert(id, (commit, self.repo.commit_info(commit)?.author.name));
                }
            }
        }
        Ok(makers)
    }
}
