//! Real transports with real faults (docs/sync.md#running-git): a table of ways × troubles × commands, and what ssh costs.
//!
//! `ONEONONE_TRANSPORTS=all` plays every cell, else a share. Where sshd or nginx are missing, what needs them is named
//! and not run; with `ONEONONE_REQUIRE_SERVERS=1` that is a failure.

#![cfg(unix)]

mod cell;
mod judge;
mod proxy;
mod servers;
mod sharing;
mod sshd;
mod stage;
mod table;
mod web;

use crate::world::say;

/// Says that a test is not run for want of a server, or fails where the servers must be there.
fn not_run(what: &str, why: &str) {
    crate::world::not_run(what, why, Some("ONEONONE_REQUIRE_SERVERS"));
}
