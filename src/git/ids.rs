//! The names of objects, a type for each kind: nobody takes a tree for the commit that holds it.
//!
//! Only the repository turns one kind into another, as [`super::Repository::tree_of`] does.

use std::fmt;
use std::str::FromStr;

use super::Error;

macro_rules! object_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(super) git2::Oid);

        impl $name {
            /// The id as it stands in objects.
            #[must_use]
            pub fn bytes(&self) -> [u8; 20] {
                self.0.as_bytes().try_into().unwrap_or_default()
            }

            /// The id of these bytes; whether there is such an object is not asked.
            #[must_use]
            pub fn from_bytes(bytes: [u8; 20]) -> Self {
                Self(git2::Oid::from_bytes(&bytes).unwrap_or(git2::Oid::ZERO_SHA1))
            }

            /// The first eight hex digits, for people.
            #[must_use]
            pub fn short(&self) -> String {
                let mut hex = self.to_string();
                hex.truncate(8);
                hex
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = Error;

            /// Reads all forty hex digits; whether there is such an object is not asked.
            ///
            /// # Errors
            /// [`Error::Invalid`] for anything else.
            fn from_str(text: &str) -> Result<Self, Error> {
                parse(text).map($name)
            }
        }
    };
}

object_id! {
    /// The name of a commit.
    CommitId
}
object_id! {
    /// The name of a tree: the files of a commit, or of one of its folders.
    TreeId
}
object_id! {
    /// The name of a blob: the bytes of a file, or the target of a link.
    BlobId
}

fn parse(text: &str) -> Result<git2::Oid, Error> {
    // libgit2 would take a shorter text and fill in zeros.
    if text.len() != 40 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(Error::invalid(text, "an object id has forty hex digits"));
    }
    git2::Oid::from_str(text).map_err(Error::library(format!("reading the object id {text}")))
}
