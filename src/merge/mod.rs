//! Base, left and right become one state (docs/merge.md). Pure: it needs no key and no clock.
//!
//! The table of fields in `model` names a rule for each field; every other key follows the set rule. A merge checks itself
//! before it is handed out.

mod body;
mod check;
mod comments;
mod comparison;
mod entry;
mod fields;
mod heal;
mod home;
mod left_out;
mod lines;
mod rebase;
mod sets;
mod states;
mod taken_out;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use comparison::Comparison;
pub use entry::same_but_carried;
pub use heal::{heal, with_missing_from};
pub use left_out::with_left_out;
pub use rebase::{OnTop, leave_out, on_top};
pub use states::{MergeError, Merged};

use crate::model::{Content, State, Table};

use states::merge_unchecked;

/// Merges two sides over their base, and checks the result (docs/merge.md#check).
///
/// # Errors
/// When both sides took an open seat, or when the result does not pass its check.
pub fn merge(base: &State, left: &State, right: &State) -> Result<Merged, MergeError> {
    let merged = merge_unchecked(base, left, right)?;
    if left != right && left != base && right != base {
        check::check(base, left, right, &merged)?;
    }
    Ok(merged)
}

/// Merges two contents of one entry by the rules of entries, over `base`, or over nothing.
///
/// Settling uses it on what it has opened.
pub fn merge_contents(base: Option<&Content>, left: &Content, right: &Content) -> Content {
    let over: Option<&Table> = base.map(Content::table);
    Content::from_table(entry::merge_clear(over, left.table(), right.table()))
}
