//! The parts of a 1:1: ids, entries, meetings, the pair, dates, and the TOML format they are kept in.
//!
//! Nothing here reads a file, a clock or the terminal. Raw tables ([`Table`]) keep every key, comment and key
//! order of a record; the typed view ([`Entry`]) is what queries and commands work on.

mod address;
mod carry;
mod change;
mod date;
mod entry;
#[cfg(test)]
mod field_tests;
mod fields;
mod fill_in;
mod fix;
mod folding;
mod format;
mod format_version;
mod hash_words;
mod id;
mod invisible;
mod known_readers;
mod limits;
mod meeting;
mod misnamed;
mod new_pair;
mod number;
mod pair;
mod problem;
mod record_path;
mod schema;
mod slug;
mod state;
mod text;
mod typed;
mod words;

pub use address::Address;
pub use carry::{followers, not_talked_about};
pub use change::{Change, ChangeCounts, Difference, EntryChange, EntryHow, MeetingChange, PairChange, Place};
pub use date::{
    Cadence, Date, Instant, date_value, instant_of_seconds, instant_of_value, instant_value, parse_date_text,
    parse_instant_text,
};
pub use entry::{Body, Entry, EntryError};
pub use fields::{
    BY_NAME, FIELDS, FIELDS_OF_ONE_KIND, FieldRule, Holds, MergeRule, Need, Seal, TableKind, Wording,
    is_worded, kind_of_field, merge_rule, seal_of,
};
pub use fill_in::{complete_action, id_of_ciphertext, is_action_default, loose_id, open_action};
pub use fix::{Command, Fix, Way};
pub use folding::folded;
pub use format::{
    Alternative, COMMENTS, Content, Document, Field, Form, LooseEntry, PairDocument, Row, Table, Value,
    order_of_keys, parse_content, parse_pair, parse_record, sort_entries, write_pair, write_record,
    write_table,
};
pub use format_version::FormatVersion;
pub use hash_words::HashWords;
pub use id::EntryId;
pub use invisible::with_hidden;
pub use known_readers::{Arrival, Audience, KnownEntry, KnownReaders, StandingEntry};
pub use limits::Limits;
pub use meeting::Meeting;
pub use misnamed::MeantAs;
pub use new_pair::{Seat, new_pair};
pub use number::{number, one_or_many};
pub use pair::{Member, Pair};
pub use problem::{Position, Problem};
pub use record_path::{AGENDA_PATH, Home, MEETINGS_PATH, MeetingKey, PAIR_PATH, RecordPath};
pub use schema::schemas;
pub use slug::{Slug, SlugError, slug_of_name, theme_of_words};
pub use state::{Files, Loaded, Placed, State, assemble, assemble_of};
pub use text::{check_text, holds_word, visible, visible_in_line};
pub use typed::Scalar;
pub use words::{ActionState, Kind, MeetingStatus, Role, Tone, Visibility, Words};
