//! 1:1 meeting records of a manager and a report, in a Git repository of their own: merged by meaning, private entries
//! sealed with age before Git sees them.
//!
//! # The layers
//!
//! The arrow of knowledge goes one way; a test checks it (docs/architecture.md#layers).
//!
//! | layer | what it is | knows |
//! |---|---|---|
//! | [`model`] | what a 1:1 is: ids, entries, meetings, the pair, dates, the TOML format | nothing |
//! | [`lint`] | what was probably meant: slips by which more people would read a text, misspelt keys | `model` |
//! | [`merge`] | base, left and right become one state; checks itself | `model` |
//! | [`query`] | agenda, actions, growth, log; today is a parameter | `model` |
//! | [`seal`] | the only place that names age: identities, recipients, padding, pins | `model` |
//! | [`store`] | files: atomic saves, private files, the lock, notes of a run, pairs known on this machine | `model` |
//! | [`git`] | the only place that names git2 or runs git; bytes in, bytes out | nothing of ours |
//! | [`render`] | text, TSV and JSON; the only escaping is here | `model`, `query` |
//! | [`sync`] | the procedure: hand edits, sides, plan, merge, settling, push, write-out | all but `query`, `render` |
//! | [`app`] | one file a use case, over a session that has opened the clone; no terminal | all but `render` |
//! | [`cli`] | one file a command; the clock, the terminal, the exit codes | all |
//!
//! `model`, `lint`, `merge`, `query`, `render` and `seal` are pure: no clock, no files, no terminal.

pub mod app;
pub mod cli;
pub mod git;
pub mod lint;
pub mod merge;
pub mod model;
pub mod query;
pub mod render;
pub mod seal;
pub mod store;
pub mod sync;
