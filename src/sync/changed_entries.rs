//! Entries that commits which came added, changed or removed, and who made those commits: the types. `exchange/` finds them.

use crate::model::{EntryId, Slug, Visibility};

/// An entry that is gone, or says something else by now: as it stood, or as it stands.
#[derive(Clone, PartialEq, Eq)]
pub struct RemovedEntry {
    /// Its id.
    pub id: EntryId,
    /// Its text, as far as my keys open it.
    pub text: Option<String>,
    /// Who could read it.
    pub visibility: Visibility,
}

impl std::fmt::Debug for RemovedEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("RemovedEntry").field(&self.id).finish()
    }
}

/// An entry of mine that a commit of somebody else, or of another machine of mine, changed or removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnChange {
    /// The kind of change.
    pub how: OwnChangeHow,
    /// The entry as it stood before.
    pub stood: RemovedEntry,
    /// The entry as it stands now; none if it is gone.
    pub stands: Option<RemovedEntry>,
    /// The commit that did it; none if no single one did, or it is not here.
    pub made_by: Option<CommitMaker>,
}

/// An entry that came in the name of a member, in a commit that names none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InAName {
    /// The entry.
    pub entry: RemovedEntry,
    /// The member whom it names as its author.
    pub by: Slug,
    /// Whether I am that member.
    pub is_mine: bool,
    /// The commit that brought it.
    pub made_by: CommitMaker,
}

/// The kind of a change to an entry of mine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OwnChangeHow {
    /// It was removed.
    Removed,
    /// Its text is another one; of a private entry anything that it says.
    Text,
    /// It holds a sealed text that my key does not open.
    Closed,
    /// It says that somebody else wrote it.
    Author,
}

/// Who made a commit, as the commit says: commits are not signed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CommitMaker {
    /// The short name of the commit.
    pub commit: String,
    /// The member whom its author's name or address names.
    pub member: Option<Slug>,
    /// The name of its author; raw.
    pub name: String,
    /// The name of its committer, if that is another one; raw.
    pub committer: Option<String>,
}

impl CommitMaker {
    /// The name of its committer, whether it is another one or not.
    pub fn committed_by(&self) -> &str {
        self.committer.as_ref().unwrap_or(&self.name)
    }

    /// Whether two commits say that the same person made them.
    pub fn is_same_person(&self, other: &Self) -> bool {
        let person = |maker: &Self| (maker.member.clone(), maker.name.clone(), maker.committer.clone());
        person(self) == person(other)
    }
}
