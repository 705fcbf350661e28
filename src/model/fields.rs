//! The table of fields: validation, the order of keys, the JSON Schemas, the merge, the seal and the look for secrets
//! go by it (docs/format.md#entries).
//!
//! A new field is a line here and a line in its type ([`Body`](super::Body) for an entry).
//!
//! Ranks: the keys of version 0.1 have numbers, and keep them for good. Version 0.1 puts the keys that it does not know
//! behind all others, by their names. Every later key is [`BY_NAME`], so that both versions write the same bytes.

use super::words::{ActionState, Kind, MeetingStatus, Role, Tone, Visibility, Words};

/// Which kind of table a field stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    /// An `[[entry]]`.
    Entry,
    /// The content of a seal; it has the fields of an entry.
    Content,
    /// The head of a meeting.
    Meeting,
    /// The head of the agenda; it has no field of its own.
    Agenda,
    /// The top of `pair.toml`.
    Pair,
    /// A `[member.…]` in `pair.toml`.
    Member,
    /// A row of a conflict.
    Row,
}

/// The type of the value of a field.
#[derive(Debug, Clone, Copy)]
pub enum Holds {
    /// The id of an entry or of the pair.
    Id,
    /// One of a few fixed words.
    Word(&'static Words),
    /// The slug of a member.
    Member,
    /// A list of slugs.
    Slugs,
    /// A list of ids of entries. A reader passes over whatever else stands there: version 0.1 gave the key no meaning.
    Ids,
    /// A UTC date-time.
    Instant,
    /// A local date.
    Date,
    /// A text that is not empty.
    Text,
    /// A line that is not empty.
    Line,
    /// An armored age file.
    Ciphertext,
    /// A list of recipients.
    Keys,
    /// A whole number that is not negative.
    Count,
    /// A number of weeks or days.
    Cadence,
    /// Any string.
    String,
    /// True or false.
    Flag,
    /// Any value.
    Anything,
}

/// Whether a table needs the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The record is broken without it.
    Required,
    /// It may be absent.
    Optional,
}

/// Where a field stands when its entry is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seal {
    /// In clear, and no part of the entry's body: its envelope. Everything outside of entries is in clear as well.
    Clear,
    /// In clear beside the seal: it says how the body is sealed.
    Beside,
    /// Inside the seal.
    Inside,
}

/// Whether a field holds what a person worded: the look for secrets compares such fields, and no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wording {
    /// It does. A key that nobody knows counts as one that does.
    Worded,
    /// Its values are few, or made by the program.
    Plain,
}

/// The rule where both sides changed a field differently (docs/merge.md#fields).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeRule {
    /// The set rule: both values stay, as a conflict. Unknown keys have it too.
    Set,
    /// Three-way by line; overlapping or touching ranges are a conflict of the whole texts.
    Lines,
    /// A set merge of the elements; an empty list is absent.
    Elements,
    /// A set merge of the elements; an empty list is written. A conflict reads as the union of its lists.
    List,
    /// One value with the `closed` that goes with it; of the same state the earlier `closed`.
    State,
    /// One value together with the field named, which decides.
    PartOf(&'static str),
    /// It goes with the entry's home.
    WithHome,
    /// The base's value; without a base the smaller.
    Fixed,
    /// The earlier.
    Earlier,
    /// The later.
    Later,
    /// Held beats skipped.
    Held,
}

/// One line of the table.
#[derive(Debug)]
pub struct FieldRule {
    /// In which kind of table it stands.
    pub place: TableKind,
    /// Its place in the order of keys.
    pub rank: u8,
    /// The key.
    pub name: &'static str,
    /// The type that its value must have.
    pub holds: Holds,
    /// Whether it may be absent.
    pub need: Need,
    /// Where it stands when the entry is sealed.
    pub seal: Seal,
    /// Whether a person worded it.
    pub wording: Wording,
    /// How it merges.
    pub merge: MergeRule,
    /// Its description, for the JSON Schema.
    pub about: &'static str,
}

/// The rank of a key that came after version 0.1, and of one that nobody knows.
pub const BY_NAME: u8 = u8::MAX;

macro_rules! table {
    (@rank _) => { BY_NAME };
    (@rank $rank:literal) => { $rank };
    ($($place:ident $rank:tt $name:literal $holds:expr, $need:ident $seal:ident $wording:ident $merge:expr, $about:literal;)+) => {
        &[$(FieldRule {
            place: TableKind::$place,
            rank: table!(@rank $rank),
            name: $name,
            holds: $holds,
            need: Need::$need,
            seal: Seal::$seal,
            wording: Wording::$wording,
            merge: $merge,
            about: $about,
        }),+]
    };
}

/// Every field that the format gives a meaning.
pub static FIELDS: &[FieldRule] = {
    use Holds::*;
    use MergeRule::*;
    table! {
        Pair     1 "format"     Count,                    Required Clear  Plain  Set,     "The version of the format.";
        Pair     2 "id"         Id,                       Required Clear  Plain  Set,     "The pair's id.";
        Entry    2 "id"         Id,                       Optional Clear  Plain  Fixed,   "12 letters out of k–z.";
        Entry    3 "kind"       Word(Kind::WORDS),        Optional Inside Plain  Set,     "What it is; a topic where it does not say.";
        Entry    4 "by"         Member,                   Optional Clear  Plain  Fixed,   "Who wrote it: a member's slug.";
        Entry    5 "at"         Instant,                  Optional Clear  Plain  Fixed,   "When it was written, in UTC.";
        Entry    6 "carried"    Count,                    Optional Clear  Plain  WithHome, "How often it was carried to a next meeting.";
        Entry    7 "visibility" Word(Visibility::WORDS),  Optional Beside Plain  Set,     "Who can read it; shared where it does not say.";
        Entry    8 "text"       Text,                     Optional Inside Worded Lines,   "The text.";
        Entry    9 "themes"     Slugs,                    Optional Inside Worded Elements, "Growth themes.";
        Entry   10 "tone"       Word(Tone::WORDS),        Optional Inside Plain  Set,     "The tone of feedback.";
        Entry   11 "owner"      Member,                   Optional Inside Plain  Set,     "Who does it, for an action.";
        Entry   12 "due"        Date,                     Optional Inside Plain  Set,     "When it is due.";
        Entry   13 "state"      Word(ActionState::WORDS), Optional Inside Plain  State,   "Where an action stands; `done` once another kind was talked about.";
        Entry   14 "closed"     Instant,                  Optional Inside Plain  PartOf("state"), "When it was closed, in UTC.";
        Entry   15 "re"         Id,                       Optional Inside Plain  Set,     "The entry it follows from.";
        Entry   16 "sealed"     Ciphertext,               Optional Beside Plain  Set,     "An armored age file that holds everything else.";
        Pair    17 "cadence"    Cadence,                  Optional Clear  Plain  Set,     "How often they mean to meet: weeks or days.";
        Pair    18 "next"       Date,                     Optional Clear  Plain  Set,     "The agreed next meeting.";
        Meeting 19 "date"       Date,                     Optional Clear  Plain  Set,     "The local date, as in the file's name.";
        Meeting 20 "status"     Word(MeetingStatus::WORDS), Optional Clear Plain Held,    "Whether it took place.";
        Meeting 21 "started"    Instant,                  Optional Clear  Plain  Earlier, "When it began, in UTC.";
        Meeting 22 "ended"      Instant,                  Optional Clear  Plain  Later,   "When it ended, in UTC.";
        Meeting  _ "agenda"     Ids,                      Optional Clear  Plain  List,    "The entries that waited when it began: their ids.";
        Member  23 "role"       Word(Role::WORDS),        Required Clear  Plain  Set,     "Which seat.";
        Member  24 "name"       Line,                     Required Clear  Worded Set,     "The name as people write it.";
        Member  25 "keys"       Keys,                     Optional Clear  Plain  Elements, "The recipients of their keys; none is an open seat.";
        Row      _ "field"      String,                   Required Clear  Plain  Set,     "The field, `state`, or `body`.";
        Row      _ "value"      Anything,                 Optional Clear  Worded Set,     "The value.";
        Row      _ "absent"     Flag,                     Optional Clear  Plain  Set,     "That the field is absent.";
        Row     14 "closed"     Instant,                  Optional Clear  Plain  Set,     "When the state was closed.";
        Row      7 "visibility" Word(Visibility::WORDS),  Optional Clear  Plain  Set,     "The visibility of a body.";
        Row     16 "sealed"     String,                   Optional Clear  Plain  Set,     "The ciphertext of a body.";
        Row      _ "base"       String,                   Optional Clear  Plain  Set,     "The ciphertext that the conflict arose from.";
    }
};

/// The fields of an entry that go with one kind alone.
pub const FIELDS_OF_ONE_KIND: &[(&str, Kind)] = &[
    ("owner", Kind::Action),
    ("due", Kind::Action),
    ("tone", Kind::Feedback),
];

/// The kind that a field of an entry goes with; none where every kind may have it.
pub fn kind_of_field(field: &str) -> Option<Kind> {
    let mut fields = FIELDS_OF_ONE_KIND.iter();
    fields.find(|(name, _)| *name == field).map(|(_, kind)| *kind)
}

impl TableKind {
    /// Whether it is the head of a document, where comments above a blank line are the document's own.
    pub(crate) fn is_head(self) -> bool {
        !matches!(self, Self::Entry | Self::Member)
    }

    /// The fields that the format knows there.
    pub fn fields(self) -> impl Iterator<Item = &'static FieldRule> {
        let place = if self == Self::Content { Self::Entry } else { self };
        FIELDS.iter().filter(move |field| field.place == place)
    }

    /// The field of a key, if the format gives it a meaning there.
    pub fn field(self, key: &str) -> Option<&'static FieldRule> {
        self.fields().find(|field| field.name == key)
    }

    /// The keys that the format requires there.
    pub(crate) fn required(self) -> impl Iterator<Item = &'static str> {
        let required = self.fields().filter(|field| field.need == Need::Required);
        required.map(|field| field.name)
    }
}

/// Where a key stands in the order of keys, in whatever table it stands.
pub(crate) fn rank_of(key: &str) -> u8 {
    let named = FIELDS.iter().filter(|field| field.name == key);
    named.map(|field| field.rank).min().unwrap_or(BY_NAME)
}

/// The rule where both sides changed a field differently.
pub fn merge_rule(place: TableKind, key: &str) -> MergeRule {
    place.field(key).map_or(MergeRule::Set, |field| field.merge)
}

/// Where a key of an entry stands when the entry is sealed; an unknown one stands inside.
pub fn seal_of(key: &str) -> Seal {
    TableKind::Entry
        .field(key)
        .map_or(Seal::Inside, |field| field.seal)
}

/// Whether a key of an entry may hold what a person worded; an unknown one may.
pub fn is_worded(key: &str) -> bool {
    let field = TableKind::Entry.field(key);
    field.is_none_or(|field| field.wording == Wording::Worded)
}
