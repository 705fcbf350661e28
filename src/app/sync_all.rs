//! `sync --all`: the pairs side by side. One that fails stops no other.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};

use crate::git::{Repository, remote_host};
use crate::store::KnownPair;
use crate::sync::{Delivery, SyncError, SyncReport};

use super::{
    AppError, Remarks, Setting,
    sync::{SyncRequest, sync},
};

/// The most that go at a time: a server allows ten sessions on one connection by default.
const MOST: usize = 8;

/// The outcome of each pair, by its name.
pub type Synced = BTreeMap<String, Result<SyncReport, AppError>>;

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
) -> Result<Synced, AppError> {
    let pairs: Vec<KnownPair> = setting.registry()?.pairs().to_vec();
    let mut hosts = BTreeSet::new();
    let is_first = |pair: &&KnownPair| host_of(pair).is_some_and(|host| hosts.insert(host));
    let (first, rest) = pairs.iter().partition(is_first);
    let asking = setting.remote.interactive;
    let mut quiet = setting.clone();
    quiet.remote.interactive = false;
    let all = pairs.len();
    let mut run = Run {
        request,
        progress,
        now: Progress { done: 0, all },
    };
    let mut synced = run.pairs(first, setting, if asking { 1 } else { MOST });
    synced.extend(run.pairs(rest, &quiet, threads()));
    if asking {
        // A pair that could not ask beside the others is asked alone.
        let refused = |pair: &&KnownPair| match synced.get(&pair.name) {
            Some(Ok(report)) => matches!(report.delivery, Delivery::Denied { .. }),
            _ => false,
        };
        let again: VecDeque<&KnownPair> = pairs.iter().filter(refused).collect();
        run.now.done -= again.len();
        for (name, result) in run.pairs(again, setting, 1) {
            let result = match (result, synced.remove(&name)) {
                (Ok(report), Some(Ok(first))) => Ok(report.after(first)),
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

struct Run<'a> {
    request: &'a SyncRequest,
    progress: &'a Sender<Progress>,
    now: Progress,
}

impl Run<'_> {
    fn pairs(&mut self, pairs: VecDeque<&KnownPair>, setting: &Setting, threads: usize) -> Synced {
        let threads = threads.min(pairs.len());
        let (queue, request) = (Mutex::new(pairs), self.request);
        let (sender, results) = channel();
        let mut synced = Synced::new();
        std::thread::scope(|scope| {
            for _ in 0..threads {
                let (sender, queue) = (sender.clone(), &queue);
                scope.spawn(move || work(queue, setting, request, &sender));
            }
            drop(sender);
            self.tell();
            for (name, result) in results {
                synced.insert(name, result);
                self.now.done += 1;
                self.tell();
            }
        });
        synced
    }

    /// Nobody has to listen.
    fn tell(&self) {
        let _ = self.progress.send(self.now);
    }
}

fn work(
    queue: &Mutex<VecDeque<&KnownPair>>,
    setting: &Setting,
    request: &SyncRequest,
    sender: &Sender<(String, Result<SyncReport, AppError>)>,
) {
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let Some(pair) = next else { return };
        // The sync of that pair alone says why its guard cannot be put in place.
        let one = || sync(setting, &pair.into(), request, &Remarks::default());
        // A fault of this program in one pair stops no other; the next command finishes what the sync had begun.
        let result = catch_unwind(AssertUnwindSafe(one)).unwrap_or(Err(SyncError::OwnFault.into()));
        if sender.send((pair.name.clone(), result)).is_err() {
            return;
        }
    }
}

/// The host of a pair's remote. A path has none; where nothing can be read, the sync of the pair says why.
fn host_of(pair: &KnownPair) -> Option<String> {
    let url = Repository::open(&pair.dir).ok()?.remote_url("origin").ok()??;
    remote_host(&url).map(str::to_owned)
}
