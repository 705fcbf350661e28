//! The interfaces of an exchange, and the rules that a replica is built of (docs/sync.md#procedure).
//!
//! The simulator of the tests builds its replica in memory of them. A use case never names them: it goes through a
//! [`Workspace`](super::Workspace), whose writes have one order.

pub use super::checkout::{
    FileOutcome, FileState, Recovery, Versions, WorkingCopy, as_read, check_out, recovered_commit,
};
pub use super::combine::body_seals::BodySeals;
pub use super::combine::carry::{carry_back, open_again, opened_entries};
pub use super::combine::merge_commits::merge_sides;
pub use super::combine::rebase::PutOnTop;
pub use super::combine::settle::settle;
pub use super::exchange::{Exchanged, Fetched, MergeOver, Pushed, Remote, Replica, UnsentChanges, exchange};
pub use super::load::history::{History, base_of};
pub use super::load::repair::heal_records;
pub use super::load::side::Side;
pub use super::secrets::entry_history::EntryHistory;
pub use super::secrets::entry_walks::EntryWalks;
pub use super::secrets::keep_narrow::keep_narrow;
pub use super::secrets::readers::{KeyHolder, learn_readers};
pub use super::secrets::restored::EntrySearch;
pub use super::snapshot::{EntryRules, RecordVersions, Snapshot, SnapshotInput, TakenOut, snapshot};
