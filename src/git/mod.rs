//! One pair's repository: the only place that names `git2` or runs `git`.
//!
//! Bytes in, bytes out: this layer knows nothing of records, entries or members. libgit2 reads and writes
//! the repository (objects, history, refs, configuration, the index). The user's own `git` does whatever may cross a
//! network, so that ssh, credential helpers, proxies and server hooks work as they do by hand
//! (docs/sync.md#running-git).
//!
//! - A call that could not be made at all is an [`Error`]. An outcome that the caller must act upon, such as a push that was
//!   rejected or a branch that moved meanwhile, is a value: [`PushOutcome`], [`RefUpdate`], …
//! - Words that came from a server are handed on raw. Making them safe to print is the business of the exit.

mod check_shape;
mod config;
mod durable;
mod error;
mod filters;
mod head;
mod history;
mod hooks;
mod ids;
mod index;
mod index_program;
mod merge;
mod move_ref;
mod non_utf8_names;
mod objects;
mod ownership;
mod path_history;
mod plain_clone;
mod process;
mod program;
mod program_environment;
mod quarantine;
mod ref_file;
mod refs;
mod remote;
mod remotes;
mod repository;
mod settings;
mod shape;
mod staged_files;
mod stale;
mod stat;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod tree;
mod tree_write;
mod types;
mod version;
mod worktree;

pub use error::Error;
pub use hooks::Hooks;
pub use ids::{BlobId, CommitId, TreeId};
pub use index::IndexLock;
pub use merge::{TreeConflict, TreeMerge};
pub use path_history::PathHistory;
pub use plain_clone::PlainClone;
pub use ref_file::RefLock;
pub use remote::{
    CloneOutcome, FetchOutcome, HeadsOutcome, PublicAddress, PushAnswer, PushOutcome, PushTarget,
    PushTargets, RemoteHeads, RemoteOptions, check_url, clone, refused_protocol, remote_heads, remote_host,
};
pub use remotes::{Tracked, check_branch};
pub use repository::{Head, Repository, init_bare};
pub use shape::Shape;
pub use staged_files::Staged;
pub use tree_write::TreeChange;
pub use types::{CommitInfo, Expect, LogEntry, RefUpdate, Signature, TreeFile, author_words, mode};
pub use worktree::WorkTreeStatus;
