//! Real transports with real faults (docs/sync.md#running-git): a table of ways × troubles × commands, and what ssh
//! costs.
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

use std::io::Write;

/// Says something that shows for a test that passes, too.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// What is not run for want of a server: said, or a failure where the servers must be there.
fn not_run(what: &str, why: &str) {
    let required = std::env::var_os("ONEONONE_REQUIRE_SERVERS").is_some_and(|value| value == "1");
    assert!(!required, "not run: {what} ({why})");
    say(&format!("not run: {what} ({why})"));
}
