//! Keys, and the looks for texts that too many people would read.

pub(super) mod arrived_wider;
pub(super) mod commit_hook;
pub(super) mod entry_history;
pub(super) mod entry_walks;
pub(super) mod file_readers;
pub(super) mod followed_visibility;
pub(super) mod keep_narrow;
pub(super) mod keys;
mod own_seat;
pub(super) mod readers;
pub(super) mod refused_commit;
pub(super) mod replaced_seals;
pub(super) mod restored;
pub(super) mod secret_scan;
pub(super) mod slips;
pub(super) mod widened;
