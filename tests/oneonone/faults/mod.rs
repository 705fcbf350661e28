//! A kill, a full disk, an error or a power cut loses nothing: the next `sync` completes (docs/sync.md#recovery).
//!
//! A quick share of every sweep runs in `cargo test`. The whole, with its figures on standard error:
//!
//! ```text
//! ONEONONE_FAULTS=all cargo test --locked faults -- --nocapture
//! ```
//!
//! The command takes a dense share of the calls of each command; `every` in place of `all` takes each call, for some hours.
//! (`faults::sweep`, `faults::full_disk` or `faults::power_cut` in place of `faults` for a part of it.)
//!
//! Every point of one command: `ONEONONE_FAULTS=kill:sync-stale cargo test …`, or `error:` in place of `kill:`.
//!
//! One point again, as a failure prints it: `ONEONONE_FAULTS=kill:sync-merge:own:rename:3 cargo test …`.

mod checks;
mod durable_names;
mod full_disk;
mod mounts;
mod place;
mod power_cut;
mod scenarios;
mod strace;
mod sweep;

use std::path::PathBuf;

use crate::world::not_run;
pub(crate) use crate::world::say;

/// How much of a sweep is to be done.
pub(crate) enum Share {
    Quick,
    /// As much as a person waits for: some minutes a part.
    All,
    /// Every point there is: hours.
    Every,
    /// One point, by its name.
    One(String),
}

pub(crate) fn share() -> Share {
    match std::env::var("ONEONONE_FAULTS") {
        Ok(all) if all == "all" => Share::All,
        Ok(every) if every == "every" => Share::Every,
        Ok(point) if !point.is_empty() => Share::One(point),
        _ => Share::Quick,
    }
}

/// Where a program lies; those for root alone are not on everybody's path.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let for_root = ["/usr/sbin", "/sbin"].map(PathBuf::from);
    std::env::split_paths(&path)
        .chain(for_root)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// Whether programs are here. Where one is not, it says so, and fails where every one is required to be here.
pub(crate) fn have(what: &str, programs: &[&str]) -> bool {
    let Some(missing) = programs.iter().find(|name| program(name).is_none()) else {
        return true;
    };
    let why = format!("there is no {missing} here");
    not_run(what, &why, Some("ONEONONE_REQUIRE_SERVERS"));
    false
}

/// Whether the system permits something, as a trial told. Where it does not, it says so.
pub(crate) fn permitted(what: &str, trial: &str, works: bool) -> bool {
    if !works {
        not_run(what, &format!("{trial} is not permitted here"), None);
    }
    works
}
