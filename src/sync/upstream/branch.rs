//! Which branch at the remote a sync goes to (docs/sync.md#which-branch). Pure.

use crate::git::PublicAddress;

/// How another branch at the remote stands to the pair's branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// It holds the tip that this clone has seen last.
    Holds,
    /// It has a history in common with that tip, and does not hold it.
    Shares,
    /// It has nothing in common with it.
    Unrelated,
}

/// Another branch at the remote, which its HEAD names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadBranch {
    /// Its name.
    pub name: String,
    /// How it stands to the pair's branch.
    pub relation: Relation,
}

/// A question about the branch, for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BranchQuestion {
    /// The pair's branch at the remote.
    pub branch: String,
    /// Whether it is there.
    pub stands: bool,
    /// Where it was seen last, in short; none where it never was.
    pub seen: Option<String>,
    /// The other branch that the remote's HEAD names.
    pub head: Option<HeadBranch>,
    /// Other branches that hold the tip, if the branch is gone and HEAD names none that does.
    pub holders: Vec<String>,
    /// Other branches that have a part of the history of the tip, if the branch is gone and none holds it.
    pub sharers: Vec<String>,
    /// Whether the remote has no branch at all.
    pub is_empty: bool,
    /// The address of before, if the remote has another one now.
    pub moved_from: Option<PublicAddress>,
}

/// The facts that a branch is decided by.
#[derive(Debug, Clone, Copy)]
pub(in crate::sync) struct Facts<'a> {
    /// A person named the branch in this run.
    pub(in crate::sync) is_named: bool,
    /// A person asked to follow the remote in this run.
    pub(in crate::sync) follow: bool,
    /// The branch is there.
    pub(in crate::sync) stands: bool,
    /// This clone has seen it there.
    pub(in crate::sync) is_known: bool,
    /// The remote has no branch at all.
    pub(in crate::sync) is_empty: bool,
    /// The other branch that the remote's HEAD names, if it names another.
    pub(in crate::sync) head: Option<&'a HeadBranch>,
    /// The other branch that nobody needs to be asked about.
    pub(in crate::sync) answered: Option<&'a str>,
    /// The branch that plain Git tracks.
    pub(in crate::sync) tracked: Option<&'a str>,
}

/// The decision of a sync about the branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sync) enum Decision {
    /// It goes to the branch.
    Use,
    /// It makes the branch.
    Make,
    /// It goes over to the branch that the remote's HEAD names.
    Follow,
    /// It stops, and asks.
    Ask,
}

/// Decides. The first row of docs/sync.md#which-branch that fits counts.
pub(in crate::sync) fn decide(facts: Facts<'_>) -> Decision {
    let Facts { head, stands, .. } = facts;
    if facts.is_named {
        return if stands { Decision::Use } else { Decision::Make };
    }
    // Whoever had plain Git track the branch that HEAD names has answered.
    let wants = |head: &HeadBranch| facts.follow || facts.tracked == Some(head.name.as_str());
    match head {
        Some(head) if head.relation == Relation::Holds && wants(head) => return Decision::Follow,
        _ => {}
    }
    if !stands {
        let is_first = !facts.is_known && facts.is_empty;
        return if is_first { Decision::Make } else { Decision::Ask };
    }
    match head {
        None => Decision::Use,
        Some(head) if head.relation == Relation::Unrelated => Decision::Use,
        Some(head) if facts.answered == Some(head.name.as_str()) && !facts.follow => Decision::Use,
        Some(_) => Decision::Ask,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Facts<'static> = Facts {
        is_named: false,
        follow: false,
        stands: true,
        is_known: true,
        is_empty: false,
        head: None,
        answered: None,
        tracked: Some("main"),
    };

    #[test]
    fn every_row() {
        let trunk = |relation| HeadBranch {
            name: "trunk".to_owned(),
            relation,
        };
        let (holds, shares) = (trunk(Relation::Holds), trunk(Relation::Shares));
        let unrelated = trunk(Relation::Unrelated);
        let gone = Facts {
            stands: false,
            ..PLAIN
        };
        let with = |facts: Facts<'static>, head| {
            decide(Facts {
                head: Some(head),
                ..facts
            })
        };
        assert_eq!(decide(PLAIN), Decision::Use);
        // The branch stands, and HEAD names another.
        assert_eq!(with(PLAIN, &holds), Decision::Ask);
        assert_eq!(with(PLAIN, &shares), Decision::Ask);
        assert_eq!(with(PLAIN, &unrelated), Decision::Use);
        let answered = Facts {
            answered: Some("trunk"),
            ..PLAIN
        };
        assert_eq!(with(answered, &shares), Decision::Use);
        assert_eq!(with(answered, &holds), Decision::Use);
        // It is gone.
        assert_eq!(decide(gone), Decision::Ask);
        assert_eq!(with(gone, &holds), Decision::Ask);
        let emptied = Facts {
            is_empty: true,
            ..gone
        };
        assert_eq!(decide(emptied), Decision::Ask);
        // Never seen there: only an empty remote gets it unasked.
        let new = |is_empty| Facts {
            is_known: false,
            is_empty,
            ..gone
        };
        assert_eq!(decide(new(true)), Decision::Make);
        assert_eq!(decide(new(false)), Decision::Ask);
        assert_eq!(with(new(false), &unrelated), Decision::Ask);
        // Follow, by word or because plain Git tracks it, and only where it holds the tip.
        for facts in [PLAIN, gone, answered] {
            let follow = Facts {
                follow: true,
                ..facts
            };
            let tracked = Facts {
                tracked: Some("trunk"),
                ..facts
            };
            assert_eq!(with(follow, &holds), Decision::Follow);
            assert_eq!(with(tracked, &holds), Decision::Follow);
            assert_eq!(with(follow, &shares), Decision::Ask);
        }
        assert_eq!(
            decide(Facts {
                follow: true,
                ..PLAIN
            }),
            Decision::Use
        );
        // By name.
        assert_eq!(
            decide(Facts {
                is_named: true,
                ..gone
            }),
            Decision::Make
        );
        assert_eq!(
            with(
                Facts {
                    is_named: true,
                    ..PLAIN
                },
                &holds
            ),
            Decision::Use
        );
    }
}
