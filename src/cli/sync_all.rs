//! `sync --all`: the pairs side by side. One that fails stops no other (docs/command-line.md#all-pairs).

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};

use crate::git::{Repository, remote_host};
use crate::store::KnownPair;
use crate::sync::{
    Delivery, Environment, Interest, SyncError, SyncOptions, SyncReport, Take, Workspace, sync,
};

use super::context::Context;
use super::error::Failure;
use super::guard;

/// The most that go at a time: a server allows ten sessions on one connection by default.
const MOST: usize = 8;

/// What came of each pair, by its name.
pub(super) type Synced = BTreeMap<String, Result<SyncReport, SyncError>>;

/// Syncs every pair known. The first of each host goes ahead of the others there: it may ask for a password, and opens
/// the connection that they share.
pub(super) fn side_by_side(context: &mut Context, options: &SyncOptions) -> Result<Synced, Failure> {
    let pairs: Vec<KnownPair> = context.registry()?.pairs().to_vec();
    let env = context.environment();
    let mut hosts = BTreeSet::new();
    let (mut first, mut rest) = (VecDeque::new(), VecDeque::new());
    for pair in &pairs {
        match host_of(pair) {
            Some(host) if hosts.insert(host.clone()) => first.push_back(pair),
            _ => rest.push_back(pair),
        }
    }
    let mut progress = Progress {
        done: 0,
        all: pairs.len(),
        context,
    };
    let asking = options.remote.interactive;
    let mut quiet = options.clone();
    quiet.remote.interactive = false;
    let mut synced = run(first, &env, options, if asking { 1 } else { MOST }, &mut progress);
    synced.extend(run(rest, &env, &quiet, threads(), &mut progress));
    if asking {
        // Who could not ask beside the others is asked alone.
        let refused = |pair: &&KnownPair| match synced.get(&pair.name) {
            Some(Ok(report)) => matches!(report.delivery, Delivery::Denied { .. }),
            _ => false,
        };
        let again: VecDeque<&KnownPair> = pairs.iter().filter(refused).collect();
        progress.done -= again.len();
        for (name, result) in run(again, &env, options, 1, &mut progress) {
            let result = match (result, synced.remove(&name)) {
                (Ok(report), Some(Ok(first))) => Ok(report.after(first)),
                (result, _) => result,
            };
            synced.insert(name, result);
        }
    }
    progress.context.out.progress("");
    Ok(synced)
}

/// More than there are processors: most of the time is waiting for a server.
fn threads() -> usize {
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    (processors * 3).min(MOST)
}

struct Progress<'a> {
    done: usize,
    all: usize,
    context: &'a mut Context,
}

impl Progress<'_> {
    fn show(&mut self) {
        let line = format!("syncing: {} of {} done", self.done, self.all);
        self.context.out.progress(&line);
    }
}

fn run(
    pairs: VecDeque<&KnownPair>,
    env: &Environment,
    options: &SyncOptions,
    threads: usize,
    progress: &mut Progress<'_>,
) -> Synced {
    let threads = threads.min(pairs.len());
    let queue = Mutex::new(pairs);
    let (sender, results) = channel();
    let mut synced = Synced::new();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (sender, queue) = (sender.clone(), &queue);
            scope.spawn(move || work(queue, env, options, &sender));
        }
        drop(sender);
        progress.show();
        for (name, result) in results {
            synced.insert(name, result);
            progress.done += 1;
            progress.show();
        }
    });
    synced
}

fn work(
    queue: &Mutex<VecDeque<&KnownPair>>,
    env: &Environment,
    options: &SyncOptions,
    sender: &Sender<(String, Result<SyncReport, SyncError>)>,
) {
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let Some(pair) = next else { return };
        // A fault of this program in one pair stops no other either; what it had begun is finished by the next command.
        let result = catch_unwind(AssertUnwindSafe(|| one(pair, env, options)));
        let result = result.unwrap_or(Err(SyncError::Broke));
        if sender.send((pair.name.clone(), result)).is_err() {
            return;
        }
    }
}

fn one(pair: &KnownPair, env: &Environment, options: &SyncOptions) -> Result<SyncReport, SyncError> {
    let mut workspace = Workspace::open(&pair.dir, env.clone(), Take::Everything, Interest::Changes)?;
    if !options.dry_run {
        // One that cannot be put there stops no sync; the sync of that pair alone says why.
        let _ = guard::put(workspace.repository());
    }
    sync(&mut workspace, options)
}

/// The host of a pair's remote; none for a path, and where nothing can be read: its sync says why.
fn host_of(pair: &KnownPair) -> Option<String> {
    let url = Repository::open(&pair.dir).ok()?.remote_url("origin").ok()??;
    remote_host(&url).map(str::to_owned)
}
