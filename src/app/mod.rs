//! Use cases: what a command does, without a terminal. A request goes in, an outcome comes out.
//!
//! Nothing here prints, asks, reads a clock, an environment variable or standard input. A use case that needs an answer
//! from a person returns the question; a second call brings the answer, and no lock is held in between. Sessions collect
//! [`Remark`]s: facts to be told beside the outcome.

mod add;
mod done;
mod drop;
mod edit;
mod edit_record;
mod end;
mod entry_fields;
mod error;
mod meetings;
mod remark;
mod remove;
mod reopen;
mod resolve;
mod session;
mod setting;
mod share;
mod skip;
mod start;
mod undo;

pub use add::{AddRequest, Destination, add, check_before_text};
pub use done::done;
pub use drop::drop_actions;
pub use edit::{EditRequest, NewText, edit, open_entry};
pub use edit_record::{OpenRecord, open_record};
pub use end::{Ended, GoBack, end};
pub use entry_fields::FieldsRequest;
pub use error::AppError;
pub use meetings::sync_meanwhile;
pub use remark::{Remark, Remarks};
pub use remove::remove;
pub use reopen::reopen;
pub use resolve::{Chosen, find_conflicts, resolve};
pub use session::{PairView, ReadSession, Session, WriteSession};
pub use setting::{Place, Setting};
pub use share::{preview_share, share};
pub use skip::skip;
pub use start::start;
pub use undo::{HeadChange, Undone, undo};
