//! The procedure over the parts (design, section 4): hand edits are taken in, sides are loaded and healed, merged,
//! settled, committed, pushed and written out. Every writing command goes through a [`Workspace`].

mod beside;
mod blame;
mod check;
mod commit;
mod conflicts;
mod create;
mod edit;
mod error;
mod halfway;
mod hand;
mod heal;
mod join;
mod keys;
mod leak;
mod opened;
mod others;
mod outcome;
mod plan;
mod reader;
mod resume;
mod run;
mod settle;
mod side;
mod status;
mod work;
mod workspace;
mod write_out;

pub use blame::{Asked, authors_of};
pub use check::{check_folder, check_staged};
pub use commit::change_words;
pub use conflicts::{Address, Choice, Conflict, conflicts};
pub use create::{GIT_ATTRIBUTES, Seat, create, new_pair};
pub use error::SyncError;
pub use keys::{Keys, ViewError};
pub use opened::{View, view};
pub use outcome::{Delivery, SyncNote, SyncReport};
pub use plan::{Facts, Plan, plan};
pub use reader::Reader;
pub use run::{SyncOptions, sync, sync_within};
pub use side::Side;
pub use status::{Standing, standing};
pub use workspace::{Environment, Take, Workspace};
pub use write_out::Written;
