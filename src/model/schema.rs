//! The shapes of the three kinds of record, from which the JSON Schemas are generated. Nothing reads records
//! through them: raw tables keep what these do not know.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::meeting::MeetingStatus;
use super::words::{ActionState, Kind, Role, Tone, Visibility};

/// The agenda: what waits for the next meeting.
#[derive(JsonSchema)]
#[schemars(rename = "agenda.toml")]
pub struct AgendaRecord {
    /// The waiting entries, in the order of `at`, then id.
    #[schemars(default)]
    pub entry: Vec<EntryRecord>,
    /// Values of conflicts in unknown keys of the head.
    #[schemars(default)]
    pub conflict: Vec<ConflictRecord>,
}

/// The record of one meeting.
#[derive(JsonSchema)]
#[schemars(rename = "meeting.toml")]
pub struct MeetingRecord {
    /// The local date, as in the file's name.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub date: Option<String>,
    /// Whether it took place.
    pub status: Option<MeetingStatus>,
    /// When it began, in UTC.
    #[schemars(extend("format" = "date-time"))]
    pub started: Option<String>,
    /// When it ended, in UTC.
    #[schemars(extend("format" = "date-time"))]
    pub ended: Option<String>,
    /// The entries, in the order of `at`, then id.
    #[schemars(default)]
    pub entry: Vec<EntryRecord>,
    /// Values of conflicts in the head.
    #[schemars(default)]
    pub conflict: Vec<ConflictRecord>,
}

/// The pair: format version, id, members with their public keys, settings.
#[derive(JsonSchema)]
#[schemars(rename = "pair.toml")]
pub struct PairRecord {
    /// The version of the format.
    pub format: u32,
    /// The pair's id.
    #[schemars(regex(pattern = "^[k-z]{12}$"))]
    pub id: String,
    /// How often they mean to meet: weeks or days.
    #[schemars(regex(pattern = "^[0-9]+[wd]$"))]
    pub cadence: Option<String>,
    /// The agreed next meeting.
    #[schemars(extend("format" = "date"))]
    pub next: Option<String>,
    /// The two members, by slug.
    pub member: BTreeMap<String, MemberRecord>,
    /// Values of conflicts.
    #[schemars(default)]
    pub conflict: Vec<ConflictRecord>,
}

/// One of the two members.
#[derive(JsonSchema)]
pub struct MemberRecord {
    /// Which seat.
    pub role: Role,
    /// The name as people write it.
    pub name: String,
    /// The recipients of their keys; none is an open seat.
    #[schemars(default)]
    pub keys: Vec<String>,
}

/// One entry. A hand-written one needs only `text`.
#[derive(JsonSchema)]
#[schemars(extend("anyOf" = [{"required": ["text"]}, {"required": ["sealed"]}]))]
pub struct EntryRecord {
    /// 12 letters out of k–z.
    #[schemars(regex(pattern = "^[k-z]{12}$"))]
    pub id: Option<String>,
    /// What it is; a topic where it does not say.
    pub kind: Option<Kind>,
    /// Who wrote it: a member's slug.
    #[schemars(regex(pattern = "^[a-z0-9-]{1,40}$"))]
    pub by: Option<String>,
    /// When it was written, in UTC.
    #[schemars(extend("format" = "date-time"))]
    pub at: Option<String>,
    /// How often it was carried to a next meeting.
    pub carried: Option<u32>,
    /// Who can read it; shared where it does not say.
    pub visibility: Option<Visibility>,
    /// The text.
    #[schemars(length(min = 1, max = 65536))]
    pub text: Option<String>,
    /// Growth themes.
    #[schemars(default, inner(regex(pattern = "^[a-z0-9-]{1,40}$")))]
    pub themes: Vec<String>,
    /// The tone of feedback.
    pub tone: Option<Tone>,
    /// Who does it, for an action.
    #[schemars(regex(pattern = "^[a-z0-9-]{1,40}$"))]
    pub owner: Option<String>,
    /// When it is due.
    #[schemars(extend("format" = "date"))]
    pub due: Option<String>,
    /// Where an action stands; `done` once another kind was talked about.
    pub state: Option<ActionState>,
    /// When it was closed, in UTC.
    #[schemars(extend("format" = "date-time"))]
    pub closed: Option<String>,
    /// The entry it follows from.
    #[schemars(regex(pattern = "^[k-z]{12}$"))]
    pub re: Option<String>,
    /// An armored age file that holds everything else.
    #[schemars(length(max = 131072))]
    pub sealed: Option<String>,
    /// Values that stand against the shown ones.
    #[schemars(default)]
    pub conflict: Vec<ConflictRecord>,
}

/// A value that stands against the one shown.
#[derive(JsonSchema)]
pub struct ConflictRecord {
    /// The field, `state`, or `body`.
    pub field: String,
    /// The value.
    pub value: Option<serde_json::Value>,
    /// That the field is absent.
    pub absent: Option<bool>,
    /// When the state was closed.
    #[schemars(extend("format" = "date-time"))]
    pub closed: Option<String>,
    /// The visibility of a body.
    pub visibility: Option<Visibility>,
    /// The ciphertext of a body.
    pub sealed: Option<String>,
    /// The ciphertext that the conflict arose from.
    pub base: Option<String>,
}
