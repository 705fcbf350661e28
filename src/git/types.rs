//! The values that cross the border of this layer.

use std::collections::BTreeMap;

use super::{BlobId, CommitId, Error, TreeId};

/// Who made a commit, and when by their clock.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
    /// The day in their time zone; none for a time that no calendar has.
    pub fn local_date(&self) -> Option<chrono::NaiveDate> {
        let local = self.seconds.checked_add(i64::from(self.offset_minutes) * 60)?;
        Some(chrono::DateTime::from_timestamp(local, 0)?.date_naive())
    }

    pub(super) fn of(signature: &git2::Signature<'_>) -> Signature {
        Signature {
            name: String::from_utf8_lossy(signature.name_bytes()).into_owned(),
            email: String::from_utf8_lossy(signature.email_bytes()).into_owned(),
            seconds: signature.when().seconds(),
            offset_minutes: signature.when().offset_minutes(),
        }
    }

    /// The same as Git writes it. A name or an address out of a setting or a foreign commit may be one that Git cannot
    /// write, and a fetch refuses a commit from before 1970.
    pub(super) fn to_git(&self) -> Result<git2::Signature<'static>, Error> {
        let time = git2::Time::new(self.seconds.max(0), self.offset_minutes);
        let name = author_words(&self.name).unwrap_or_else(|| "nobody".to_owned());
        let email = author_words(&self.email).unwrap_or_else(|| "nobody@oneonone.invalid".to_owned());
        git2::Signature::new(&name, &email, &time).map_err(Error::library(format!(
            "naming {name:?} <{email:?}> as an author"
        )))
    }
}

/// A name or an address without the characters that Git has no place for; none where nothing is left.
pub fn author_words(words: &str) -> Option<String> {
    let one_line = words.replace(|c: char| matches!(c, '<' | '>') || c.is_control(), " ");
    // The library cuts these off both ends, and refuses an empty rest.
    let is_cut = |c: char| c <= ' ' || ".,:;<>\"\\'".contains(c);
    let rest = one_line.trim().trim_matches(is_cut);
    (!rest.is_empty()).then(|| one_line.trim().to_owned())
}

/// Where the caller believes a reference to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Anywhere, or nowhere.
    Any,
    /// There is no such reference.
    Absent,
    /// At this commit.
    Is(CommitId),
}

/// The outcome of moving a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum RefUpdate {
    /// It is where the caller wants it.
    Done,
    /// It was not where the caller believed it to be, and stays there.
    Changed,
}

/// One move of a reference, as Git's log of it has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// The commit that it moved to.
    pub commit: CommitId,
    /// The words for why.
    pub why: String,
    /// When, in seconds since 1970.
    pub seconds: i64,
}

/// Something that a folder of a tree holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TreeItem {
    pub(super) is_folder: bool,
    pub(super) mode: i32,
    pub(super) id: git2::Oid,
}

impl TreeItem {
    pub(super) fn of(entry: &git2::TreeEntry<'_>) -> Self {
        Self {
            is_folder: entry.kind() == Some(git2::ObjectType::Tree),
            mode: entry.filemode(),
            id: entry.id(),
        }
    }

    pub(super) fn file(self, path: String) -> TreeFile {
        TreeFile {
            path,
            mode: self.mode.unsigned_abs(),
            id: BlobId(self.id),
        }
    }
}

/// The items of a folder of a tree, by name.
pub(super) type TreeItems = BTreeMap<Vec<u8>, TreeItem>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_author_can_be_written() {
        let long = "x".repeat(65_536);
        let odd = [
            "",
            " ",
            "\n",
            "\0",
            ".,:;",
            "<>",
            "\"'\\",
            "a<b>c",
            "a\nparent 0\n",
            "\u{1b}[31m",
            "é",
            &long,
        ];
        for (name, email) in odd
            .iter()
            .flat_map(|name| odd.iter().map(move |email| (name, email)))
        {
            for seconds in [i64::MIN, -1, 0, i64::MAX] {
                let signature = Signature {
                    name: (*name).to_owned(),
                    email: (*email).to_owned(),
                    seconds,
                    offset_minutes: 1440,
                };
                let written = signature.to_git().unwrap();
                let bytes = [written.name_bytes(), written.email_bytes()].concat();
                assert!(
                    !bytes.iter().any(|b| matches!(b, b'\n' | b'\0' | b'<' | b'>')),
                    "{name:?} {email:?}"
                );
                assert!(written.when().seconds() >= 0);
            }
        }
        assert_eq!(author_words(" Ana Lee. ").as_deref(), Some("Ana Lee."));
    }

    #[test]
    fn the_day_of_a_signature_is_the_one_in_its_time_zone() {
        let day = |seconds, offset_minutes| {
            let (name, email) = (String::new(), String::new());
            let signature = Signature {
                name,
                email,
                seconds,
                offset_minutes,
            };
            signature.local_date().map(|day| day.to_string())
        };
        assert_eq!(day(86_399, 0).as_deref(), Some("1970-01-01"));
        assert_eq!(day(86_399, 1).as_deref(), Some("1970-01-02"));
        assert_eq!(day(0, -60).as_deref(), Some("1969-12-31"));
        assert_eq!(day(i64::MAX, 1), None);
        assert_eq!(day(i64::MAX, 0), None);
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

impl TreeFile {
    /// Whether it is a regular file; a link or a submodule is none.
    #[must_use]
    pub fn is_regular(&self) -> bool {
        matches!(self.mode, mode::FILE | mode::EXECUTABLE)
    }
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
