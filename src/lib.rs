//! 1:1 meeting records of a manager and a report, in a Git repository of their own.

pub mod cli;
pub mod git;
pub mod merge;
pub mod model;
pub mod query;
pub mod render;
pub mod seal;
pub mod store;
pub mod sync;
