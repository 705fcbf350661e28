//! Two commits become one tree, and ciphertexts for the same readers become one.

pub(super) mod body_seals;
pub(super) mod carry;
mod git_history;
pub(super) mod merge_commits;
pub(super) mod oversized;
pub(super) mod rebase;
pub(super) mod record_folders;
pub(super) mod second_name;
pub(super) mod settle;
mod settled_entries;
