//! Keys, and the looks for texts that too many people would read.

pub(super) mod commit_hook;
pub(super) mod keys;
mod own_seat;
pub(super) mod readers;
pub(super) mod secret_scan;
pub(super) mod slips;
pub(super) mod standing;
pub(super) mod widened;
