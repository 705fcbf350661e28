//! The values that cross the border of this layer.

use std::fmt;
use std::str::FromStr;

use super::Error;

/// The name of an object: a commit, a tree or a blob.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(pub(super) git2::Oid);

impl ObjectId {
    /// The first eight hex digits, for people.
    #[must_use]
    pub fn short(&self) -> String {
        let mut hex = self.to_string();
        hex.truncate(8);
        hex
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for ObjectId {
    type Err = Error;

    /// Reads all forty hex digits.
    ///
    /// # Errors
    /// [`Error::Invalid`] for anything else: libgit2 would take a shorter text and fill in zeros.
    fn from_str(text: &str) -> Result<Self, Error> {
        if text.len() != 40 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(Error::invalid(text, "an object id has forty hex digits"));
        }
        git2::Oid::from_str(text)
            .map(ObjectId)
            .map_err(Error::library(format!("reading the object id {text}")))
    }
}

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

/// What a commit says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitInfo {
    /// The commit itself.
    pub id: ObjectId,
    /// Its tree.
    pub tree: ObjectId,
    /// Its parents, in their order.
    pub parents: Vec<ObjectId>,
    /// Who wrote it.
    pub author: Signature,
    /// Its message; replacement characters where it was not UTF-8.
    pub message: String,
}

/// The signature of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitSignature {
    /// What stands in the commit's `gpgsig` header.
    pub signature: Vec<u8>,
    /// What it signs: the commit without that header.
    pub text: Vec<u8>,
}

/// What a tree holds at a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TreeFile {
    /// The path from the root of the repository, with `/`.
    pub path: String,
    /// One of the modes in [`mode`]; never a folder.
    pub mode: u32,
    /// The blob, or the commit of a submodule.
    pub id: ObjectId,
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
