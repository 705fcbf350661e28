//! What a sync has to do, as one pure function (docs/sync.md#plan).

use crate::git::CommitId;

use crate::sync::error::SyncError;
use crate::sync::load::history::History;

/// What is known of the two tips after a fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Facts {
    /// There is a commit here.
    pub here: bool,
    /// The remote has the branch.
    pub there: bool,
    /// Both tips are the same commit.
    pub same: bool,
    /// The local tip is an ancestor of the remote's.
    pub behind: bool,
    /// The remote's tip is an ancestor of the local one.
    pub ahead: bool,
    /// The two have an ancestor in common.
    pub related: bool,
    /// A tip of the remote was seen before.
    pub seen: bool,
    /// The tip that was seen before is an ancestor of what the remote has now, or that itself.
    pub follows: bool,
}

impl Facts {
    /// The facts about the tips here and there; `seen` is the remote's tip of before, where it is to count.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub(super) fn of(
        history: &impl History,
        here: Option<CommitId>,
        there: Option<CommitId>,
        seen: Option<CommitId>,
    ) -> Result<Self, SyncError> {
        let mut facts = Self {
            here: here.is_some(),
            there: there.is_some(),
            same: here == there,
            seen: seen.is_some(),
            ..Self::default()
        };
        if let (Some(seen), Some(there)) = (seen, there) {
            facts.follows = history.is_ancestor(seen, there)?;
        }
        if let (Some(here), Some(there)) = (here, there) {
            facts.behind = history.is_ancestor(here, there)?;
            facts.ahead = history.is_ancestor(there, here)?;
            facts.related = facts.behind || facts.ahead || !history.merge_bases(here, there)?.is_empty();
        }
        Ok(facts)
    }
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plan {
    /// Both have the same.
    Nothing,
    /// Take what the remote has.
    FastForward,
    /// Give what is here.
    Push,
    /// Both have something new.
    Merge,
    /// The remote's history does not follow from what was there: a person must decide.
    Rewritten,
    /// The histories have nothing in common: a person must decide.
    Unrelated,
}

/// The plan for a pair of tips.
pub(super) fn plan(facts: Facts) -> Plan {
    if facts.seen && !facts.follows {
        Plan::Rewritten
    } else if !facts.there {
        if facts.here { Plan::Push } else { Plan::Nothing }
    } else if facts.same {
        Plan::Nothing
    } else if !facts.here || facts.behind {
        Plan::FastForward
    } else if facts.ahead {
        Plan::Push
    } else if facts.related {
        Plan::Merge
    } else {
        Plan::Unrelated
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_plan_has_its_facts() {
        let both = Facts {
            here: true,
            there: true,
            related: true,
            ..Facts::default()
        };
        for (facts, expected) in [
            (Facts { same: true, ..both }, Plan::Nothing),
            (Facts { behind: true, ..both }, Plan::FastForward),
            (
                Facts {
                    ahead: true,
                    seen: true,
                    follows: true,
                    ..both
                },
                Plan::Push,
            ),
            (both, Plan::Merge),
            (
                Facts {
                    related: false,
                    ..both
                },
                Plan::Unrelated,
            ),
            (
                Facts {
                    here: true,
                    ..Facts::default()
                },
                Plan::Push,
            ),
            (
                Facts {
                    there: true,
                    ..Facts::default()
                },
                Plan::FastForward,
            ),
            (Facts { seen: true, ..both }, Plan::Rewritten),
            (
                Facts {
                    here: true,
                    seen: true,
                    ..Facts::default()
                },
                Plan::Rewritten,
            ),
            (
                Facts {
                    ahead: true,
                    seen: true,
                    ..both
                },
                Plan::Rewritten,
            ),
            (Facts::default(), Plan::Nothing),
        ] {
            assert_eq!(plan(facts), expected, "{facts:?}");
        }
    }
}
