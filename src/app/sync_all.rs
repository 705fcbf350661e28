//! `sync --all`: the pairs side by side. One that fails stops no other.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Sender;

use crate::git::{Repository, remote_host};
use crate::store::KnownPair;
use crate::sync::{Delivery, SyncError, upstream_url};

use super::parallel::side_by_side;
use super::sync::{SyncRequest, Synced, sync};
use super::{AppError, Remarks, Setting};

/// The most that go at a time: a server allows ten sessions on one connection by default.
const MOST: usize = 8;

/// The outcome of each pair, by its name.
pub type SyncedPairs = BTreeMap<String, Result<Synced, AppError>>;

/// How far a sync of all pairs is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Pairs that are done.
    pub done: usize,
    /// Pairs in all.
    pub all: usize,
}

/// Syncs every pair known; sends how far it is. The first of each host goes ahead of the others there: it may ask for a
/// password, and it opens the connection that they share.
///
/// # Errors
/// When the registry cannot be read.
pub fn sync_all(
    setting: &Setting,
    request: &SyncRequest,
    progress: &Sender<Progress>,
) -> Result<SyncedPairs, AppError> {
    let registry = setting.registry()?;
    let pairs = registry.pairs();
    let mut hosts = BTreeSet::new();
    let is_first = |pair: &&KnownPair| host_of(pair).is_some_and(|host| hosts.insert(host));
    let (first, rest): (Vec<_>, Vec<_>) = pairs.iter().partition(is_first);
    let done = Cell::new(0);
    let tell = |now| {
        done.set(now);
        // Nobody has to listen.
        let _ = progress.send(Progress {
            done: now,
            all: pairs.len(),
        });
    };
    let run = |pairs: &[&KnownPair], setting: &Setting, threads| {
        sync_each(pairs, setting, request, threads, || tell(done.get() + 1))
    };
    let asking = setting.remote.interactive;
    let mut quiet = setting.clone();
    quiet.remote.interactive = false;
    tell(0);
    let mut synced = run(&first, setting, if asking { 1 } else { MOST });
    synced.extend(run(&rest, &quiet, threads()));
    if asking {
        // A pair that could not ask beside the others is asked alone.
        let refused = |pair: &&KnownPair| match synced.get(&pair.name) {
            Some(Ok(synced)) => matches!(synced.report.delivery, Delivery::Denied { .. }),
            _ => false,
        };
        let again: Vec<&KnownPair> = pairs.iter().filter(refused).collect();
        tell(done.get() - again.len());
        for (name, result) in run(&again, setting, 1) {
            let result = match (result, synced.remove(&name)) {
                (Ok(synced), Some(Ok(first))) => Ok(synced.after(first)),
                (result, _) => result,
            };
            synced.insert(name, result);
        }
    }
    Ok(synced)
}

/// More than there are processors: a sync mostly waits for a server.
fn threads() -> usize {
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    (processors * 3).min(MOST)
}

/// Syncs pairs on so many threads; calls `done` after each.
fn sync_each(
    pairs: &[&KnownPair],
    setting: &Setting,
    request: &SyncRequest,
    threads: usize,
    done: impl Fn(),
) -> SyncedPairs {
    let one = |pair: &KnownPair| {
        // The sync of that pair alone says why its guard cannot be put in place.
        let one = || sync(setting, &pair.into(), request, &Remarks::default());
        // A fault of this program in one pair stops no other; the next command finishes what the sync had begun.
        let result = catch_unwind(AssertUnwindSafe(one)).unwrap_or(Err(SyncError::OwnFault.into()));
        (pair.name.clone(), result)
    };
    side_by_side(pairs.to_vec(), threads, one, done)
        .into_iter()
        .collect()
}

/// The host of a pair's remote. A path has none; where nothing can be read, the sync of the pair says why.
fn host_of(pair: &KnownPair) -> Option<String> {
    let url = upstream_url(&Repository::open(&pair.dir).ok()?)?;
    remote_host(url.as_str()).map(str::to_owned)
}
