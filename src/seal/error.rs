//! The errors of this layer. Facts only, advice is the caller's; none quotes anything out of a seal or an identity.

use std::fmt;

use crate::model::{Limits, Slug};

/// Why a file is no identity file.
#[derive(Debug)]
#[non_exhaustive]
pub enum IdentityError {
    /// It is no UTF-8 text.
    NotText,
    /// It holds no key.
    Empty,
    /// It holds more keys than one person has.
    TooMany,
    /// It is encrypted, with a passphrase for example.
    Encrypted,
    /// It is an SSH key.
    Ssh,
    /// A line is the identity of a plugin.
    Plugin {
        /// Which, from 1.
        line: usize,
    },
    /// A line is a post-quantum key.
    PostQuantum {
        /// Which, from 1.
        line: usize,
    },
    /// A line is no key at all.
    NotAKey {
        /// Which, from 1.
        line: usize,
    },
}

impl fmt::Display for IdentityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotText => f.write_str("the identity file is not text"),
            Self::Empty => f.write_str("the identity file holds no key"),
            Self::TooMany => f.write_str("the identity file holds too many keys"),
            Self::Encrypted => f.write_str("the identity file is encrypted, which is not supported yet"),
            Self::Ssh => f.write_str("the identity file is an SSH key, which is not supported yet"),
            Self::Plugin { line } => {
                write!(
                    f,
                    "line {line} of the identity file is for an age plugin, which is not supported"
                )
            }
            Self::PostQuantum { line } => {
                write!(
                    f,
                    "line {line} of the identity file is a post-quantum key, which is not supported yet"
                )
            }
            Self::NotAKey { line } => write!(f, "line {line} of the identity file is no age key"),
        }
    }
}

impl std::error::Error for IdentityError {}

/// Why a key of `pair.toml` is none that entries can be sealed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecipientError {
    /// No age recipient.
    NotARecipient,
    /// A kind of recipient that is not supported: SSH, post-quantum, hardware.
    OtherKind,
    /// A recipient, but not in its one spelling.
    Spelling,
    /// A point of small order: everybody could open what is sealed for it.
    Weak,
}

impl fmt::Display for RecipientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotARecipient => "is no age recipient (age1…)",
            Self::OtherKind => "is a kind of recipient that is not supported yet",
            Self::Spelling => "is an age recipient in capitals; it is written in lower case",
            Self::Weak => "is a key that protects nothing",
        })
    }
}

impl std::error::Error for RecipientError {}

/// Why a text is no sealed one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SealedError {
    /// It is larger than the format allows.
    TooLarge,
    /// It is no armored age file.
    NotArmored,
}

impl fmt::Display for SealedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "the sealed text is larger than the format allows",
            Self::NotArmored => "the sealed text is no armored age file",
        })
    }
}

impl std::error::Error for SealedError {}

/// Why an entry could not be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SealError {
    /// The visibility is `shared`: nothing to seal.
    Shared,
    /// Nobody to seal it for.
    NoRecipients,
    /// More keys than one entry can be sealed for.
    TooManyRecipients,
    /// One of the keys cannot be sealed for.
    Recipient(RecipientError),
    /// The content has no text, or holds what stands in clear or could not be read back.
    Content,
    /// Sealed, it would be larger than the format allows.
    TooLarge,
    /// age failed.
    Failed,
}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shared => f.write_str("a shared entry is not sealed"),
            Self::NoRecipients => f.write_str("there is no key to seal it for"),
            Self::TooManyRecipients => f.write_str("there are too many keys to seal it for"),
            Self::Recipient(e) => write!(f, "a key to seal it for {e}"),
            Self::Content => f.write_str("it could not be read back once it is sealed"),
            Self::TooLarge => write!(
                f,
                "it would hold more than {} KiB once it is sealed",
                Limits::SEALED >> 10
            ),
            Self::Failed => f.write_str("age failed"),
        }
    }
}

impl std::error::Error for SealError {}

/// Why a sealed entry could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenError {
    /// It is sealed for other keys.
    NotForMe,
    /// The ciphertext was changed or cut off.
    Damaged,
    /// It holds more than the format allows.
    TooLarge,
    /// It opens, but was not sealed as an entry of a pair.
    NotOurs,
    /// It was sealed by a newer version.
    Newer,
    /// It was sealed in another pair.
    MovedPair,
    /// It was sealed as another entry.
    MovedEntry,
    /// It was sealed as an entry of another author.
    WrongAuthor,
    /// It is sealed for other keys than it says.
    WrongReaders,
    /// Its content is no entry.
    Content,
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotForMe => "it is sealed for other keys",
            Self::Damaged => "the sealed text is damaged",
            Self::TooLarge => "the sealed text holds more than the format allows",
            Self::NotOurs => "it was not sealed as an entry",
            Self::Newer => "it was sealed by a newer version",
            Self::MovedPair => "it was sealed in another pair and copied here",
            Self::MovedEntry => "it was sealed as another entry and copied here",
            Self::WrongAuthor => "it was sealed as an entry of another author",
            Self::WrongReaders => "it is sealed for other keys than it says",
            Self::Content => "what is sealed is no entry",
        })
    }
}

impl std::error::Error for OpenError {}

/// Why a file holds no pinned keys.
#[derive(Debug)]
#[non_exhaustive]
pub enum PinsError {
    /// It holds no pins of this pair.
    Invalid,
    /// It was written by a newer version.
    Newer,
}

impl fmt::Display for PinsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid => f.write_str("the file of pinned keys is damaged"),
            Self::Newer => f.write_str("the file of pinned keys was written by a newer version"),
        }
    }
}

impl std::error::Error for PinsError {}

/// Why nothing can be sealed for a member. The keys it holds are public; they are shown for comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyProblem {
    /// A shared entry is sealed for nobody.
    Shared,
    /// No member of the pair.
    NotAMember {
        /// The slug.
        member: Slug,
    },
    /// The member has not joined yet.
    OpenSeat {
        /// Whose seat it is.
        member: Slug,
    },
    /// The pair states no key any more for a member whose keys are pinned.
    Emptied {
        /// Whose seat it is.
        member: Slug,
    },
    /// The pair states my own seat otherwise than I pinned it.
    OwnSeatChanged,
    /// The key that was called mine is not the only new one in my seat.
    NotOnlyNew,
    /// No key of this machine's identity would be left in my seat.
    NoneOfThisMachine,
    /// The member's keys have not been pinned yet.
    Unpinned {
        /// Whose keys.
        member: Slug,
        /// The keys that the pair states.
        stated: Vec<String>,
    },
    /// The pair states other keys than those pinned.
    Changed {
        /// Whose keys.
        member: Slug,
        /// The keys that were pinned.
        pinned: Vec<String>,
        /// The keys that the pair states.
        stated: Vec<String>,
    },
    /// A key of the member is none that can be sealed for.
    Unusable {
        /// Whose key.
        member: Slug,
        /// The fault in it.
        why: RecipientError,
    },
    /// The pair states more keys than a member can have.
    TooManyKeys {
        /// Whose keys.
        member: Slug,
    },
    /// The key expected is not what the pair states.
    NotExpected {
        /// Whose keys.
        member: Slug,
        /// The keys that the pair states.
        stated: Vec<String>,
    },
}

impl KeyProblem {
    /// The words for [`KeyProblem::OwnSeatChanged`], for whoever says it beside other words.
    pub const OWN_SEAT_CHANGED: &'static str = "somebody changed the keys of your seat";
}

impl fmt::Display for KeyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shared => f.write_str("a shared entry is sealed for nobody"),
            Self::NotAMember { member } => write!(f, "{member} is no member of the pair"),
            Self::OpenSeat { member } => write!(f, "{member} has not joined yet and has no key"),
            Self::Emptied { member } => write!(f, "pair.toml states no key for {member} any more"),
            Self::OwnSeatChanged => f.write_str(Self::OWN_SEAT_CHANGED),
            Self::NotOnlyNew => {
                f.write_str("the key given is not the only new one that pair.toml states for your seat")
            }
            Self::NoneOfThisMachine => {
                f.write_str("no key of this machine would be left among the keys of your seat")
            }
            Self::Unpinned { member, .. } => write!(f, "the key of {member} is not trusted yet"),
            Self::Changed { member, .. } => write!(f, "the keys of {member} have changed"),
            Self::Unusable { member, why } => write!(f, "a key of {member} {why}"),
            Self::TooManyKeys { member } => write!(f, "{member} has too many keys"),
            Self::NotExpected { member, .. } => write!(f, "the key given is not the key of {member}"),
        }
    }
}

impl std::error::Error for KeyProblem {}
