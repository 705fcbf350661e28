//! One binary for everything that is tested from outside: laws, cases, the command line, the README.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod cases;
mod collide;
mod conflicts;
mod edits;
mod everyday;
mod keys;
mod laws;
mod layers;
mod queries;
mod schedules;
mod schema;
mod secrets;
mod world;
