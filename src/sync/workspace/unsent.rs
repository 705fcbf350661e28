//! Entries that never left this machine: the commits in which they stand (docs/privacy.md#readers).

use std::collections::BTreeSet;

use crate::git::CommitId;
use crate::model::{EntryId, Instant, Placed, Table};

use crate::sync::error::SyncError;
use crate::sync::load::side::Side;
use crate::sync::secrets::entry_history::versions;
use crate::sync::secrets::secret_scan::sent;
use crate::sync::workspace::Workspace;

/// So many commits that were not sent are looked at.
const MOST_UNSENT: usize = 20;
/// So many seconds may the clock of whoever wrote an entry go before that of whoever committed it.
const SKEW: i64 = 24 * 60 * 60;

/// Commits that were not sent, and in which texts stand in clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnsentTexts {
    /// How many there are.
    pub commits: usize,
    /// Whether more were not looked at.
    pub has_more: bool,
    /// The commit before them, if whatever was committed since is unsent too, and no merge is among that.
    pub before: Option<CommitId>,
}

impl Workspace {
    /// The commit before an entry stood here, if it and whatever was committed since is of this machine alone, and no merge is
    /// among that. None without a remote: nothing is ever sent.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn unsent_since(&self, id: EntryId) -> Result<Option<CommitId>, SyncError> {
        if self.tip != self.head || !self.repo.has_remotes()? {
            return Ok(None);
        }
        self.before(&BTreeSet::from([id]), &sent(&self.repo, None)?)
    }

    /// The commits that were not sent and in which the text of one of these entries stands in clear, the prepared one too. None
    /// where there is none; the text of an entry that was ever sent does not count.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn unsent_texts(&self, ids: &[EntryId]) -> Result<Option<UnsentTexts>, SyncError> {
        let (Some(tip), true) = (self.tip, self.repo.has_remotes()?) else {
            return Ok(None);
        };
        let sent = sent(&self.repo, None)?;
        let mut unsent = BTreeSet::new();
        for id in ids {
            if !self.was_sent(*id, &sent)? {
                unsent.insert(*id);
            }
        }
        if unsent.is_empty() {
            return Ok(None);
        }
        let (mut commits, mut looked_at, mut has_more) = (0, 0, false);
        for commit in self.repo.ancestors(tip, &sent)? {
            if looked_at == MOST_UNSENT {
                has_more = true;
                break;
            }
            looked_at += 1;
            let stands = Side::of_commit(&self.repo, commit?)?.state.entries;
            let shows = |id: &EntryId| stands.get(id).is_some_and(|placed| is_in_clear(&placed.entry));
            commits += usize::from(unsent.iter().any(shows));
        }
        if commits == 0 {
            return Ok(None);
        }
        Ok(Some(UnsentTexts {
            commits,
            has_more,
            before: self.before(&unsent, &sent)?,
        }))
    }

    /// The newest commit without any of these entries, if all after it are unsent and none is a merge.
    fn before(&self, ids: &BTreeSet<EntryId>, sent: &[CommitId]) -> Result<Option<CommitId>, SyncError> {
        let mut next = self.tip;
        for _ in 0..MOST_UNSENT {
            let Some(commit) = next else { return Ok(None) };
            for tip in sent {
                if self.repo.is_ancestor(commit, *tip)? {
                    return Ok(None);
                }
            }
            let parents = self.repo.commit_info(commit)?.parents;
            let [parent] = parents.as_slice() else {
                return Ok(None);
            };
            let stands = Side::of_commit(&self.repo, *parent)?.state.entries;
            if !ids.iter().any(|id| stands.contains_key(id)) {
                return Ok(Some(*parent));
            }
            next = Some(*parent);
        }
        Ok(None)
    }

    /// Whether a commit that was sent ever held an entry. No commit from before it was written did.
    fn was_sent(&self, id: EntryId, sent: &[CommitId]) -> Result<bool, SyncError> {
        let placed = self.side.state.entries.get(&id);
        let at: Option<Instant> = placed.and_then(|placed: &Placed| placed.entry.read("at"));
        let first = at.map_or(i64::MIN, |at| at.timestamp() - SKEW);
        let asked = BTreeSet::from([id]);
        let mut known: Vec<CommitId> = Vec::new();
        for tip in sent {
            for commit in self.repo.ancestors(*tip, &known)? {
                let commit = commit?;
                if self.repo.commit_info(commit)?.committer.seconds < first {
                    break;
                }
                let held = versions(&*self.repo, commit, &asked)?;
                if held.contains_key(&id) {
                    return Ok(true);
                }
            }
            known.push(*tip);
        }
        Ok(false)
    }
}

/// Whether an entry shows words that no seal keeps, in a conflict too.
fn is_in_clear(entry: &Table) -> bool {
    let mut rows = entry.rows_of("body");
    entry.ciphertext().is_none() || rows.any(|row| row.alternative.ciphertext().is_none())
}
