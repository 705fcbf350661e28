//! The procedure over the parts (design, section 4): hand edits are taken in, sides are loaded and healed, merged,
//! settled, committed, pushed and written out. Every writing command goes through a [`Workspace`].

mod beside;
mod blame;
mod catalog;
mod check;
mod checkout;
mod commit;
mod conflicts;
mod create;
mod dropped;
mod edit;
mod environment;
mod error;
mod exchange;
mod guard;
mod halfway;
mod heal;
mod history;
mod interest;
mod join;
mod keys;
mod leak;
mod opened;
mod others;
mod outcome;
mod prepared;
mod problems;
mod reader;
mod scope;
mod settle;
mod settling;
mod side;
mod slips;
mod snapshot;
mod status;
mod undo;
mod work;
mod workspace;

pub use blame::{Asked, authors_of};
pub use check::{check_folder, check_staged};
pub use checkout::{
    FileOutcome, Look, Recovery, Versions, WorkingCopy, Written, as_read, check_out, completed,
};
pub use commit::change_words;
pub use conflicts::{Address, Choice, Conflict, conflicts};
pub use create::{GIT_ATTRIBUTES, Seat, create, new_pair};
pub use environment::Environment;
pub use error::SyncError;
pub use exchange::{
    ExchangeOptions, Exchanged, Fetched, MergeOver, Remote, Replica, SyncOptions, exchange, push, sync,
    sync_within,
};
pub use guard::{Guard, guard};
pub use history::{History, base_of, heal_records};
pub use interest::{Interest, Unread};
pub use join::merge_sides;
pub use keys::{Keys, ViewError, create_identity, load_identity};
pub use opened::{View, view};
pub use outcome::{Delivery, SyncNote, SyncReport};
pub use prepared::Prepared;
pub use reader::Reader;
pub use settle::{Locks, Unsealed, settle};
pub use side::Side;
pub use snapshot::{EntryRules, Folder, Snapshot, snapshot};
pub use status::{Standing, standing};
pub use undo::{TakenBack, Way};
pub use workspace::{Take, Workspace};
