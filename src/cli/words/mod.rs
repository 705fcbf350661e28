//! Words for what use cases bring: remarks, and the values of conflicts.

pub(super) mod conflicts;
pub(super) mod left_files;
pub(super) mod remarks;
mod remote;
