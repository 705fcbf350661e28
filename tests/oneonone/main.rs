//! One binary for everything that is tested from outside: laws, cases, the command line, the README.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod demo;
mod edits;
mod everyday;
mod laws;
mod world;
