//! Words for what use cases bring: remarks, and the values of conflicts.

mod came;
pub(super) mod conflicts;
pub(super) mod left_files;
pub(super) mod remarks;
mod remote;
pub(super) mod rewritten;
mod saved_files;
mod widened;

/// So many entries, in words.
fn counted(count: usize) -> String {
    match count {
        1 => "1 entry".to_owned(),
        count => format!("{count} entries"),
    }
}
