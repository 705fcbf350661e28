//! The TOML format: raw tables with their conflicts and comments, read, checked and written (docs/format.md).
//!
//! A table keeps every key, comment and key order of a record, known or not.

mod body;
mod canonical;
mod conflict;
mod document;
mod intended_readers;
mod parse;
mod table;
#[cfg(test)]
mod tests;
mod validate;
mod value;
mod write;

pub use body::Content;
pub use canonical::{order_of_keys, sort_entries};
pub use conflict::{Alternative, COMMENTS, Row};
pub use document::{Document, LooseEntry, PairDocument};
pub use intended_readers::Form;
pub use parse::{parse_content, parse_pair, parse_record};
pub use table::{Field, Table};
#[cfg(test)]
pub(crate) use validate::check_value;
pub use value::Value;
pub use write::{write_pair, write_record, write_table};
