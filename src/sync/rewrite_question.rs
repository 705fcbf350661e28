//! The question whether commits that the remote does not have may go to it (docs/sync.md#rewritten).

use std::fmt;

use crate::model::EntryId;

/// The question, with what a person needs to decide. A commit is its short name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RewriteQuestion {
    /// The tip at which the remote was seen last; none if it lost nothing that was seen, and commits here were made
    /// elsewhere.
    pub was: Option<String>,
    /// The remote's tip; none if its branch is gone.
    pub is: Option<String>,
    /// So many commits go to the remote if everything is kept; of those made elsewhere, only these count.
    pub goes_back: usize,
    /// So many entries differ by commits that are neither lost nor made elsewhere.
    pub unsent: usize,
    /// The entries of the commits in question that stand here, and not so at the remote.
    pub at_stake: Vec<EntryAtStake>,
    /// The branch at the remote, if a person named it in this run.
    pub branch: Option<String>,
    /// The branch on which that tip was seen, if it is another one.
    pub before: Option<String>,
    /// The branch at the remote that has a part of the history of that tip, if the one that a person named is not there.
    pub instead: Option<String>,
}

/// An entry that the remote does not have as it stands here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryAtStake {
    /// Its id.
    pub id: EntryId,
    /// Its kind, if it stands in clear.
    pub kind: Option<String>,
    /// Its text, if both members may read it.
    pub text: Option<String>,
}

/// Plain Git rewrote commits here that were sent before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalRewrite {
    /// So many commits came to the remote since the last sync: a forced push would remove them.
    pub came: usize,
    /// The remote's tip, by its whole name.
    pub there: String,
    /// The remote: its name, or its address where it has none.
    pub remote: String,
    /// The branch there.
    pub branch: String,
}

impl fmt::Display for RewriteQuestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let on = |before: &Option<String>| {
            before
                .as_ref()
                .map_or(String::new(), |name| format!(" on {name}"))
        };
        if let (Some(was), None, Some(instead)) = (&self.was, &self.is, &self.instead) {
            let seen = on(&self.before);
            return write!(
                f,
                "the remote has no such branch, and {instead} lacks what was last seen{seen} ({was})"
            );
        }
        match (&self.was, &self.is) {
            (Some(was), Some(is)) if self.before.is_some() => write!(
                f,
                "the branch there is at {is}, and lacks what was last seen{} ({was})",
                on(&self.before)
            ),
            (Some(was), Some(is)) => write!(
                f,
                "the remote's history was rewritten: it was at {was} and is at {is}, which does not follow from it"
            ),
            (Some(was), None) => write!(f, "the branch is gone from the remote: it was at {was}"),
            (None, _) if self.goes_back == 1 => {
                f.write_str("1 commit here was made elsewhere, and the remote does not have it")
            }
            (None, _) => write!(
                f,
                "{} commits here were made elsewhere, and the remote does not have them",
                self.goes_back
            ),
        }
    }
}
