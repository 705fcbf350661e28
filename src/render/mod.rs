//! Answers as strings: for people ([`text`]), for pipes ([`tsv`]) and for programs ([`json`]).
//!
//! Data in, string out. The only escaping is here: whatever a record says, no control character leaves but
//! tab, newline and the styles of this program's own (docs/privacy.md#hostile-records).

mod facts;
#[cfg(test)]
mod hostile_tests;
pub mod json;
pub mod text;
pub mod tsv;
mod values;

pub use facts::{
    CloneFacts, ConflictFacts, ConflictNote, ConflictNotes, DemoFacts, MisnamedFacts, PairFacts, StatusFacts,
    StepFacts, SyncFacts, ValueFacts, WidenedFacts,
};
pub use values::words as value_words;
