//! The differences between two states of a pair: their counts, and each of them as far as both members may know it
//! (docs/command-line.md#what-came).

use std::ops::AddAssign;

use super::date::{Date, Instant};
use super::entry::Body;
use super::id::EntryId;
use super::record_path::{Home, MeetingKey};
use super::slug::Slug;
use super::words::Visibility;

/// How much differs between two states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChangeCounts {
    /// Entries that are new.
    pub added: usize,
    /// Entries that stand there in another form, or elsewhere.
    pub changed: usize,
    /// Entries that are gone.
    pub removed: usize,
    /// Meetings whose head differs.
    pub meetings: usize,
    /// Keys of `pair.toml` that differ, but for the agreed day.
    pub pair: usize,
    /// Whether the agreed day of the next meeting differs.
    pub next: bool,
}

impl ChangeCounts {
    /// Entries added, changed or removed.
    pub fn entries(&self) -> usize {
        self.added + self.changed + self.removed
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl AddAssign for ChangeCounts {
    fn add_assign(&mut self, other: Self) {
        self.added += other.added;
        self.changed += other.changed;
        self.removed += other.removed;
        self.meetings += other.meetings;
        self.pair += other.pair;
        self.next |= other.next;
    }
}

/// A difference, and who made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The member; none where nobody can say.
    pub by: Option<Slug>,
    /// The difference.
    pub what: Difference,
}

/// A difference between two states.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the fields say what they are")]
pub enum Difference {
    /// In an entry.
    Entry(EntryChange),
    /// In the head of a meeting.
    Meeting(MeetingKey, MeetingChange),
    /// In the agreed day of the next meeting.
    Next { was: Option<Date>, is: Option<Date> },
    /// In `pair.toml`.
    Pair(PairChange),
}

/// How an entry differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryChange {
    /// The entry.
    pub id: EntryId,
    /// How it differs: the foremost of the differences, in the order of the enum.
    pub how: EntryHow,
    /// Who wrote the entry.
    pub author: Option<Slug>,
    /// When it was written.
    pub at: Option<Instant>,
    /// Who can read it.
    pub visibility: Visibility,
    /// Where it stands; where it stood, if it is gone.
    pub home: Home,
    /// Its body, where both members may read that and my key opens it. Never of a private entry.
    pub body: Option<Body>,
    /// The keys whose values differ, of an entry that both states hold in a form that can be read; of a conflict the keys
    /// that it is about.
    pub fields: Vec<&'static str>,
    /// Whether I wrote one of the values that are in conflict.
    pub is_mine_too: bool,
}

macro_rules! hows {
    ($(#[$about:meta])* $name:ident { $(#[$doc:meta] $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $(#[$doc] $variant),+ }

        impl $name {
            /// The word that programs know it by.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    };
}

hows! {
    /// How an entry differs.
    EntryHow {
        /// An open action became mine: it is new, or had another owner.
        ActionForMe = "action_for_me",
        /// Fields of it have several values now: both sides changed them.
        Conflict = "conflict",
        /// It is new, and follows an entry of mine.
        Answered = "answered",
        /// It is new.
        Added = "added",
        /// It is gone.
        Removed = "removed",
        /// An action was given up.
        Dropped = "dropped",
        /// An action was done.
        Done = "done",
        /// Anything else was talked about.
        TalkedAbout = "talked_about",
        /// It is open again.
        Reopened = "reopened",
        /// It had several values, and has one again.
        Resolved = "resolved",
        /// More people can read it.
        Shared = "shared",
        /// It says something else.
        Edited = "edited",
        /// It was not talked about, and waits on the agenda again.
        CarriedBack = "carried_back",
        /// It stands elsewhere.
        Moved = "moved",
        /// Nothing that I could read: it was sealed anew, or my key does not open it.
        Otherwise = "otherwise",
    }
}

hows! {
    /// How the head of a meeting differs.
    MeetingChange {
        /// It began.
        Began = "began",
        /// It ended.
        Ended = "ended",
        /// It was held: its record is new, and it is over.
        Held = "held",
        /// It did not take place.
        Skipped = "skipped",
        /// It is under way again.
        Reopened = "reopened",
        /// Its record is gone.
        Removed = "removed",
        /// Anything else.
        Otherwise = "otherwise",
    }
}

/// How `pair.toml` differs: one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairChange {
    /// The slug of the member that the key belongs to; none where it stands at the top.
    pub member: Option<String>,
    /// The key; none where comments alone differ.
    pub key: Option<String>,
    /// Whether the member's seat was open, and is taken.
    pub takes_seat: bool,
}

impl PairChange {
    /// The key as a place.
    pub fn place(&self) -> Place {
        let (member, key) = (self.member.clone(), self.key.clone());
        Place::Pair { member, key }
    }

    /// Whether a conflict over the agreed day came or ended, and the day is the same.
    pub fn is_next(&self) -> bool {
        self.member.is_none() && self.key.as_deref() == Some("next")
    }
}

/// The place of a difference. Each key of `pair.toml` is one: two people may have changed two of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names of the fields say what they are")]
pub enum Place {
    /// An entry.
    Entry(EntryId),
    /// The head of a meeting.
    Meeting(MeetingKey),
    /// A key of `pair.toml`, as in [`PairChange`].
    Pair {
        member: Option<String>,
        key: Option<String>,
    },
}

impl Place {
    /// The agreed day of the next meeting.
    pub fn next() -> Self {
        Self::Pair {
            member: None,
            key: Some("next".to_owned()),
        }
    }
}

impl Difference {
    /// The place that differs.
    pub fn place(&self) -> Place {
        match self {
            Self::Entry(entry) => Place::Entry(entry.id),
            Self::Meeting(key, _) => Place::Meeting(*key),
            Self::Next { .. } => Place::next(),
            Self::Pair(change) => change.place(),
        }
    }
}
