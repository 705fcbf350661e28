//! The facts at the remote by which a sync decides on its branch there (docs/sync.md#which-branch).

use crate::git::{CommitId, RemoteHeads, check_branch};

use super::git_remote::{Answer, GitRemote, tip_of};
use crate::sync::error::SyncError;
use crate::sync::load::history::History;
use crate::sync::upstream::branch::{Decision, Facts, decide};
use crate::sync::upstream::{BranchChoice, BranchQuestion, HeadBranch, Relation, UpstreamError};

/// So many other branches at most are looked at for the tip of one that is gone.
const OTHERS: usize = 16;

impl GitRemote {
    /// Which branch the exchange goes to, by what the remote has. Notes it in the upstream, and whether the one of before
    /// is still there.
    pub(super) fn decide(&self, heads: &RemoteHeads) -> Answer<Decision> {
        let decided = self.decide_by(heads)?;
        let mut upstream = self.upstream.borrow_mut();
        let left = upstream.left_branches().into_iter();
        upstream.old_branches = left
            .filter_map(|was| tip_of(heads, &was).map(|tip| (was, tip)))
            .collect();
        Ok(decided)
    }

    fn decide_by(&self, heads: &RemoteHeads) -> Answer<Decision> {
        let (branch, tip) = {
            let upstream = self.upstream.borrow();
            (upstream.branch.clone(), upstream.tip)
        };
        let head = match self.other_head(heads, &branch, tip)? {
            Ok(head) => head,
            Err(delivery) => return Ok(Err(delivery)),
        };
        let decision = {
            let upstream = self.upstream.borrow();
            let note = upstream.note.as_ref();
            decide(Facts {
                is_named: matches!(upstream.choice, BranchChoice::Named(_)),
                follow: upstream.choice == BranchChoice::Follow,
                stands: tip_of(heads, &branch).is_some(),
                is_known: tip.is_some() || note.is_some(),
                is_empty: heads.branches.is_empty(),
                head: head.as_ref().map(|(head, _)| head),
                // Nobody was asked about one of another history.
                answered: note
                    .filter(|note| note.related)
                    .and_then(|note| note.head.as_deref()),
                tracked: upstream.tracked.as_deref(),
            })
        };
        if decision == Decision::Ask {
            return match self.question(heads, head.map(|(head, _)| head))? {
                Ok(question) => Err(UpstreamError::Branch(Box::new(question)).into()),
                Err(delivery) => Ok(Err(delivery)),
            };
        }
        {
            let upstream = self.upstream.borrow();
            let is_chosen = matches!(upstream.choice, BranchChoice::Named(_));
            match (decision, &head) {
                _ if is_chosen => check_branch(&branch)?,
                (Decision::Follow, Some((head, _))) => check_branch(&head.name)?,
                _ => {}
            }
        }
        let lost = match self.lost_before(heads)? {
            Ok(lost) => lost,
            Err(delivery) => return Ok(Err(delivery)),
        };
        let instead = match (decision, lost) {
            (Decision::Make, Some(tip)) => self.instead(heads, tip)?,
            _ => None,
        };
        let mut upstream = self.upstream.borrow_mut();
        match (decision, lost) {
            (Decision::Follow, _) => {
                if let Some((head, _)) = head {
                    upstream.branch = head.name;
                }
                upstream.head = None;
                return Ok(Ok(decision));
            }
            // It is asked for by name, or nothing was there before.
            (Decision::Make, _) if instead.is_none() => upstream.seen = None,
            (_, Some(tip)) => upstream.seen = Some(tip),
            _ => {}
        }
        upstream.instead = instead;
        upstream.head = head;
        Ok(Ok(decision))
    }

    /// The tip of the branch that this clone went to before, if a person named a branch, and the remote does not have that
    /// tip on the one of before any more.
    fn lost_before(&self, heads: &RemoteHeads) -> Answer<Option<CommitId>> {
        let before = self.upstream.borrow().before.clone();
        let Some((name, tip)) = before else {
            return Ok(Ok(None));
        };
        let Some(id) = tip_of(heads, &name) else {
            return Ok(Ok(Some(tip)));
        };
        let found = match self.bring(&[(&name, id)]) {
            Ok(Ok(found)) => found.first().copied().unwrap_or(id),
            Ok(Err(delivery)) => return Ok(Err(delivery)),
            // Nobody can say that an unsound one holds it, and it is no hindrance to the other.
            Err(_) => return Ok(Ok(Some(tip))),
        };
        let is_held = self.repo.is_ancestor(tip, found)?;
        Ok(Ok((!is_held).then_some(tip)))
    }

    /// Another branch there, the one that HEAD names first, that has a part of the history of a tip and lacks the rest. None
    /// if one of them holds the tip.
    fn instead(&self, heads: &RemoteHeads, tip: CommitId) -> Result<Option<(String, CommitId)>, SyncError> {
        let mut instead = None;
        for (name, id) in self.other_branches(heads) {
            match self.relation(tip, id)? {
                Relation::Holds => return Ok(None),
                Relation::Shares => instead = instead.or(Some((name, id))),
                Relation::Unrelated => {}
            }
        }
        Ok(instead)
    }

    /// The branches there, the one that HEAD names first, and where they stand. If one of the others is unsound, that one
    /// alone is looked at.
    fn other_branches(&self, heads: &RemoteHeads) -> Vec<(String, CommitId)> {
        let branches = heads.branches.iter();
        let mut others: Vec<(&str, CommitId)> = branches.map(|(name, id)| (name.as_str(), *id)).collect();
        others.sort_by_key(|(name, _)| heads.head.as_deref() != Some(*name));
        for most in [OTHERS, 1] {
            others.truncate(most);
            if let Ok(Ok(found)) = self.bring(&others) {
                let names = others.into_iter().map(|(name, _)| name.to_owned());
                return names.zip(found).collect();
            }
        }
        Vec::new()
    }

    /// The branch that the remote's HEAD names, if it is there and another one than the pair's.
    fn other_head(
        &self,
        heads: &RemoteHeads,
        branch: &str,
        tip: Option<CommitId>,
    ) -> Answer<Option<(HeadBranch, Option<CommitId>)>> {
        let Some(name) = heads.head.as_deref().filter(|head| *head != branch) else {
            return Ok(Ok(None));
        };
        let Some(id) = tip_of(heads, name) else {
            return Ok(Ok(None));
        };
        let found = |relation, at| {
            let name = name.to_owned();
            Some((HeadBranch { name, relation }, at))
        };
        let upstream = self.upstream.borrow().clone();
        let is_wanted =
            upstream.choice != BranchChoice::Remembered || upstream.tracked.as_deref() == Some(name);
        let noted = upstream.note.filter(|note| note.head.as_deref() == Some(name));
        let known = match &noted {
            Some(note) if note.related => Relation::Shares,
            _ => Relation::Unrelated,
        };
        let is_looked_at = noted.is_some_and(|note| note.head_at == Some(id.to_string()));
        let stands = tip_of(heads, branch).is_some();
        if is_looked_at && stands && !is_wanted {
            return Ok(Ok(found(known, Some(id))));
        }
        let brought = match self.bring(&[(name, id)]) {
            Ok(Ok(brought)) => brought.first().copied().unwrap_or(id),
            // A branch of others that cannot be brought is no hindrance to our own: what was known of it holds. If the
            // network failed, the next sync looks again.
            failed if stands => return Ok(Ok(found(known, failed.is_err().then_some(id)))),
            Ok(Err(delivery)) => return Ok(Err(delivery)),
            Err(e) => return Err(e),
        };
        let tip = match tip {
            Some(tip) => Some(tip),
            None => self.repo.head()?.tip,
        };
        let relation = match tip {
            Some(tip) => self.relation(tip, brought)?,
            None => Relation::Unrelated,
        };
        Ok(Ok(found(relation, Some(id))))
    }

    fn relation(&self, tip: CommitId, other: CommitId) -> Result<Relation, SyncError> {
        Ok(if self.repo.is_ancestor(tip, other)? {
            Relation::Holds
        } else if History::merge_bases(&*self.repo, tip, other)?.is_empty() {
            Relation::Unrelated
        } else {
            Relation::Shares
        })
    }

    /// The question that a person has to answer.
    fn question(&self, heads: &RemoteHeads, head: Option<HeadBranch>) -> Answer<BranchQuestion> {
        let upstream = self.upstream.borrow().clone();
        let stands = tip_of(heads, &upstream.branch).is_some();
        let relation = head.as_ref().map(|head| head.relation);
        let (mut holders, mut sharers) = (Vec::new(), Vec::new());
        if let (Some(tip), false, false) = (upstream.tip, stands, relation == Some(Relation::Holds)) {
            for (name, id) in self.other_branches(heads) {
                match self.relation(tip, id)? {
                    Relation::Holds => holders.push(name),
                    Relation::Shares => sharers.push(name),
                    Relation::Unrelated => {}
                }
            }
        }
        let is_head = |name: &String| head.as_ref().is_some_and(|head| head.name == *name);
        sharers.retain(|name| holders.is_empty() && !is_head(name));
        Ok(Ok(BranchQuestion {
            stands,
            seen: upstream.tip.map(|tip| tip.short()),
            head,
            holders,
            sharers,
            is_empty: heads.branches.is_empty(),
            moved_from: upstream.moved_from(),
            branch: upstream.branch,
        }))
    }
}
