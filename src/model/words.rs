//! The fixed words of the format (docs/format.md#words).

use std::fmt;
use std::str::FromStr;

/// The fixed words that a field can hold, with what each means, for messages and for the JSON Schema.
#[derive(Debug)]
pub struct Words {
    /// The name of their type.
    pub name: &'static str,
    /// Their meaning as a whole.
    pub about: &'static str,
    /// Each word with its meaning, in the order of the format.
    pub all: &'static [(&'static str, &'static str)],
}

impl Words {
    /// All the words, for a message: `a, b or c`.
    pub fn list(&self) -> String {
        self.list_with(&[])
    }

    /// The same with other words behind them.
    pub fn list_with(&self, more: &[&str]) -> String {
        let words = self.all.iter().map(|(word, _)| *word).chain(more.iter().copied());
        one_of(&words.map(str::to_owned).collect::<Vec<_>>())
    }

    /// All the words as a record has them: `"a", "b" or "c"`.
    pub fn quoted(&self) -> String {
        let words = self.all.iter().map(|(word, _)| format!("\"{word}\""));
        one_of(&words.collect::<Vec<_>>())
    }
}

fn one_of(words: &[String]) -> String {
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

macro_rules! choices {
    ($first:literal $(, $word:literal)*) => { concat!($first $(, "|", $word)*) };
}

macro_rules! words {
    (
        #[doc = $doc:literal]
        $name:ident { $(#[doc = $vdoc:literal] $variant:ident = $word:literal),+ $(,)? }
    ) => {
        #[doc = $doc]
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        #[serde(rename_all = "lowercase")]
        pub enum $name { $(#[doc = $vdoc] $variant),+ }

        impl $name {
            /// All the words, for the help of an argument: `a|b|c`.
            pub const CHOICES: &'static str = choices!($($word),+);

            /// Every value, in the order of the format.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The words, with what they mean.
            pub const WORDS: &'static Words = &Words {
                name: stringify!($name),
                about: $doc.trim_ascii(),
                all: &[$(($word, $vdoc.trim_ascii())),+],
            };

            /// The word as it stands in a record.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// All the words, for a message: `a, b or c`.
            pub fn list() -> String {
                Self::WORDS.list()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = String;

            fn from_str(word: &str) -> Result<Self, String> {
                Self::ALL.iter().copied().find(|w| w.as_str() == word)
                    .ok_or_else(|| format!("is one of {}", Self::list()))
            }
        }
    };
}

words! {
    /// What an entry is.
    Kind {
        /// Something to talk about.
        Topic = "topic",
        /// A status update: read beforehand, never carried.
        Update = "update",
        /// An area, a goal or a project to grow by.
        Growth = "growth",
        /// Feedback, with an optional tone.
        Feedback = "feedback",
        /// What troubles me; confidential unless said otherwise.
        Concern = "concern",
        /// The manager's problem, or the question for it.
        Challenge = "challenge",
        /// Something that went well.
        Win = "win",
        /// What was decided.
        Decision = "decision",
        /// Anything worth keeping.
        Note = "note",
        /// An action item: always has an owner and a state.
        Action = "action",
    }
}

words! {
    /// Who can read an entry, narrowest first: the order is the order of widening.
    Visibility {
        /// Sealed for its author alone.
        Private = "private",
        /// Sealed for both members.
        Confidential = "confidential",
        /// In clear: everyone with a clone.
        Shared = "shared",
    }
}

words! {
    /// Which seat a member has.
    Role {
        /// The manager.
        Manager = "manager",
        /// The report.
        Report = "report",
    }
}

words! {
    /// Where an action stands.
    ActionState {
        /// To be done.
        Open = "open",
        /// Done.
        Done = "done",
        /// Given up.
        Dropped = "dropped",
    }
}

words! {
    /// The tone of feedback.
    Tone {
        /// What was good.
        Praise = "praise",
        /// What could be better.
        Improve = "improve",
    }
}

words! {
    /// Whether a meeting took place.
    MeetingStatus {
        /// From its start on.
        Held = "held",
        /// It did not take place.
        Skipped = "skipped",
    }
}

impl Default for Kind {
    /// An entry that does not say what it is.
    fn default() -> Self {
        Self::Topic
    }
}

impl Kind {
    /// Whether an entry of this kind waits until it is talked about. An action is found by query, an update is read
    /// beforehand, and a decision, a note or a win comes out of the talk.
    pub fn is_talked_about(self) -> bool {
        matches!(
            self,
            Self::Topic | Self::Growth | Self::Feedback | Self::Concern | Self::Challenge
        )
    }

    /// Who reads an entry of this kind where nobody says so (docs/privacy.md#readers).
    pub fn default_visibility(self) -> Visibility {
        match self {
            Self::Concern => Visibility::Confidential,
            _ => Visibility::Shared,
        }
    }

    /// The kinds that are sealed where nobody says who reads them.
    pub fn sealed() -> impl Iterator<Item = Self> {
        let kinds = Self::ALL.iter().copied();
        kinds.filter(|kind| kind.default_visibility().is_sealed())
    }
}

impl Visibility {
    /// Its readers, as words for a person who is one of them.
    pub fn people(self) -> &'static str {
        match self {
            Self::Private => "you alone",
            Self::Confidential => "the two of you",
            Self::Shared => "everyone with a clone",
        }
    }

    /// Who reads a body in clear that names nobody.
    pub const UNNAMED: Self = Self::Shared;

    /// Whether an entry of this visibility must be sealed.
    pub fn is_sealed(self) -> bool {
        self != Self::Shared
    }

    /// The visibilities that seal, narrowest first.
    pub fn sealed() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|it| it.is_sealed())
    }
}

impl Role {
    /// The other seat.
    pub fn other(self) -> Self {
        match self {
            Self::Manager => Self::Report,
            Self::Report => Self::Manager,
        }
    }
}
