//! Keys, and the looks for texts in clear that are to be sealed.

pub(super) mod commit_hook;
pub(super) mod keys;
pub(super) mod readers;
pub(super) mod secret_scan;
pub(super) mod slips;
