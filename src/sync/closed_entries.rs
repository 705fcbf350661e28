//! Sealed entries of mine that my key does not open as they stand: copied, cut off, or sealed for somebody else
//! (docs/privacy.md#words-of-mine).

use crate::git::{CommitId, Repository};
use crate::model::{EntryId, Pair, Placed, Problem, State, visible};
use crate::seal::OpenError;

use crate::sync::error::SyncError;
use crate::sync::problems::at_entry;
use crate::sync::secrets::entry_history::{EntryHistory, EntryVersion, versions_in};
use crate::sync::secrets::keys::{Keys, ViewError, author};

/// The look for closed entries in one clone.
pub(in crate::sync) struct ClosedEntries<'a> {
    pub(in crate::sync) repo: &'a Repository,
    pub(in crate::sync) keys: &'a Keys,
    pub(in crate::sync) pair: &'a Pair,
    pub(in crate::sync) tip: CommitId,
}

impl ClosedEntries<'_> {
    /// The problems of a state. An entry that is sealed for other keys counts if my key ever opened it: my key may be newer
    /// than the entry. `source` is the text of a record.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub(in crate::sync) fn problems(
        &self,
        state: &State,
        source: impl Fn(&str) -> String,
    ) -> Result<Vec<Problem>, SyncError> {
        let Some(me) = self.keys.me(self.pair) else {
            return Ok(Vec::new());
        };
        let mut problems = Vec::new();
        for (id, placed) in &state.entries {
            let Some(why) = self
                .closed(*id, placed)
                .filter(|_| author(&placed.entry).as_ref() == Some(&me))
            else {
                continue;
            };
            let maker = self.closed_by(*id)?;
            let (by, help) = match &maker {
                Some((commit, name)) => (
                    format!(", by the commit {} of {}", commit.short(), visible(name)),
                    format!("oneonone restore --before {} {id}", commit.short()),
                ),
                None if why == OpenError::NotForMe => continue,
                None => (
                    String::new(),
                    "no version in the history can be opened".to_owned(),
                ),
            };
            let (path, what) = (placed.home.path(), format!("entry {id} of yours: {why}{by}"));
            problems.push(at_entry(&path, source(&path), id.as_str(), what, &help));
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

    /// The commit since which my key does not open an entry, and the name of its author.
    fn closed_by(&self, id: EntryId) -> Result<Option<(CommitId, String)>, SyncError> {
        let commits = self.repo.commits_since(self.tip, None)?;
        for version in versions_in(self.repo, commits, id) {
            let EntryVersion { commit, before, .. } = version?;
            let is_open = |placed: &Placed| self.closed(id, placed).is_none();
            if before.iter().flatten().any(is_open) {
                return Ok(Some((commit, self.repo.commit_info(commit)?.author.name)));
            }
        }
        Ok(None)
    }
}
