//! Each error's words, hint and exit code: one file for each layer that it comes from (design, section 5).

mod exit;
mod failure;
mod git;
mod query;
mod seal;
mod store;
mod sync;

pub use exit::Exit;
pub(super) use failure::{Failure, problems_failure, usage};
pub(super) use query::unresolved;
