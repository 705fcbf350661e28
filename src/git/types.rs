//! The values that cross the border of this layer.

use super::{BlobId, CommitId, Error, TreeId};

/// Who made a commit, and when by their clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The name; replacement characters where it was not UTF-8.
    pub name: String,
    /// The address; replacement characters where it was not UTF-8.
    pub email: String,
    /// Seconds since 1970 in UTC.
    pub seconds: i64,
    /// The offset of their time zone, in minutes east of UTC.
    pub offset_minutes: i32,
}

impl Signature {
    pub(super) fn of(signature: &git2::Signature<'_>) -> Signature {
        Signature {
            name: String::from_utf8_lossy(signature.name_bytes()).into_owned(),
            email: String::from_utf8_lossy(signature.email_bytes()).into_owned(),
            seconds: signature.when().seconds(),
            offset_minutes: signature.when().offset_minutes(),
        }
    }

    pub(super) fn to_git(&self) -> Result<git2::Signature<'static>, Error> {
        let time = git2::Time::new(self.seconds, self.offset_minutes);
        git2::Signature::new(&self.name, &self.email, &time).map_err(Error::library(format!(
            "naming {:?} <{:?}> as an author",
            self.name, self.email
        )))
    }
}

/// The contents of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitInfo {
    /// The commit itself.
    pub id: CommitId,
    /// Its tree.
    pub tree: TreeId,
    /// Its parents, in their order.
    pub parents: Vec<CommitId>,
    /// Who wrote it.
    pub author: Signature,
    /// Who made the commit as it is: another than the author, where somebody brought it elsewhere or amended it.
    pub committer: Signature,
    /// Its message; replacement characters where it was not UTF-8.
    pub message: String,
}

/// The signature of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitSignature {
    /// The commit's `gpgsig` header.
    pub signature: Vec<u8>,
    /// The signed text: the commit without that header.
    pub text: Vec<u8>,
}

/// A file of a tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TreeFile {
    /// The path from the root of the repository, with `/`.
    pub path: String,
    /// One of the modes in [`mode`]; never a folder.
    pub mode: u32,
    /// The blob. For [`mode::SUBMODULE`] the digits name a commit of another repository: there is no such blob here.
    pub id: BlobId,
}

/// The modes a [`TreeFile`] may have.
pub mod mode {
    /// A regular file.
    pub const FILE: u32 = 0o100_644;
    /// A regular file that can be executed.
    pub const EXECUTABLE: u32 = 0o100_755;
    /// A symbolic link; the blob is where it points.
    pub const LINK: u32 = 0o120_000;
    /// A commit of another repository.
    pub const SUBMODULE: u32 = 0o160_000;
}
