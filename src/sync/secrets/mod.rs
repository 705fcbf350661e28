//! Keys, and the looks for texts that too many people would read.

pub(super) mod arrived_wider;
pub(super) mod commit_hook;
pub(super) mod entry_history;
pub(super) mod entry_walks;
pub(super) mod followed;
pub(super) mod keys;
pub(super) mod narrow;
mod own_seat;
pub(super) mod put_there;
pub(super) mod readers;
pub(super) mod refused_commit;
pub(super) mod restored;
pub(super) mod secret_scan;
pub(super) mod slips;
pub(super) mod standing;
pub(super) mod widened;
