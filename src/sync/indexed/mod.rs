//! Questions answered out of the index of the records (docs/index.md), as the folder stands.

mod answer;
mod gather;
mod kept_answer;
mod kept_texts;
mod sealed_texts;
mod wanted;

pub(in crate::sync) use answer::answer;
pub(in crate::sync) use wanted::QuestionedClone;
pub use wanted::{AllIds, ClosedCount, Wanted, WantedEntries};
