//! Answers for people ([`text`]), for pipes ([`tsv`]) and for programs ([`json`]).
//!
//! Data in, [`Printable`] out. The only escaping is here: whatever a record says, nothing leaves that hides or drives a
//! terminal but tab, newline and the styles of this program's own (docs/privacy.md#hostile-records).

mod facts;
#[cfg(test)]
mod hostile_tests;
pub mod json;
mod printable;
pub mod text;
pub mod tsv;
mod values;

pub use facts::{
    CloneFacts, ConflictFacts, ConflictNote, ConflictNotes, DemoFacts, InANameFacts, MisnamedFacts,
    OwnChangeFacts, PairFacts, StatusFacts, StepFacts, SyncFacts, ValueFacts, WidenedFacts,
};
pub use printable::Printable;
pub(crate) use printable::printable;
pub use values::words as value_words;
