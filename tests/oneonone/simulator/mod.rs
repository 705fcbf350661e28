//! The simulator (docs/merge.md#laws): a few clones under random edits, deletions, meetings, hand edits, plain Git,
//! races, crashes, lost answers, skewed clocks and rewritten remotes. The procedure is the program's own, over a remote,
//! clones and folders in memory. An oracle knows every value ever written.
//!
//! `ONEONONE_SIMULATOR=100000 cargo test --release simulator` runs the long sweep, from the seed `ONEONONE_FIRST_SEED` on;
//! `ONEONONE_SEED=7 cargo test simulator` replays one seed and tells its steps.

mod agenda;
mod change;
pub(crate) mod clone;
mod commands;
mod counts;
pub(crate) mod folder;
pub(crate) mod history;
pub(crate) mod logs;
mod oracle;
mod plain;
pub(crate) mod random;
mod readers;
pub(crate) mod replica;
mod run;
mod stale;
pub(crate) mod sync;
mod take;
pub(crate) mod vault;
pub(crate) mod world;

use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use counts::Counts;

/// The seeds of a plain `cargo test`.
const SEEDS: u64 = 2000;
/// The threads that share them.
const THREADS: usize = 2;

/// Says something past the test harness, which keeps what passes to itself.
#[expect(clippy::disallowed_methods, reason = "the words are this test's own")]
fn say(words: &str) {
    let _ = writeln!(std::io::stdout(), "{words}");
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|n| n.parse().ok())
}

#[test]
fn simulator_loses_nothing_and_converges() {
    if let Some(seed) = number("ONEONONE_SEED") {
        let (trace, result) = run::run(seed, true);
        say(&trace);
        result.unwrap();
        return;
    }
    let seeds = number("ONEONONE_SIMULATOR").unwrap_or(SEEDS);
    let first = number("ONEONONE_FIRST_SEED").unwrap_or(0);
    let next = AtomicU64::new(first);
    let all = Mutex::new((Counts::default(), Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + seeds {
                        break;
                    }
                    // A check inside that panics fails its seed, not the sweep.
                    let ran = std::panic::catch_unwind(|| run::run(seed, false));
                    let result = ran.map_or_else(|_| Err("panicked".to_owned()), |(_, result)| result);
                    let mut all = all.lock().unwrap();
                    match result {
                        Ok(counts) => all.0.take(counts),
                        Err(what) => all.1.push((seed, what)),
                    }
                }
            });
        }
    });
    let (counts, mut failed) = all.into_inner().unwrap();
    failed.sort();
    let lost = failed.iter().filter(|(_, what)| what.contains("lost")).count();
    let otherwise = failed.len() - lost;
    say(&format!(
        "simulator: {seeds} seeds, {lost} values lost, {otherwise} diverged or otherwise wrong; {counts}"
    ));
    if let Some((seed, _)) = failed.first() {
        let trace = std::panic::catch_unwind(|| run::run(*seed, true).0);
        say(&trace.unwrap_or_default());
    }
    let told: Vec<String> = failed
        .iter()
        .take(99)
        .map(|(seed, what)| format!("{what}\n  replay: ONEONONE_SEED={seed} cargo test simulator"))
        .collect();
    assert!(
        failed.is_empty(),
        "{} of {seeds} seeds failed; the steps of the first stand above:\n{}",
        failed.len(),
        told.join("\n")
    );
    if seeds >= SEEDS {
        let missing = counts.missing();
        assert!(
            missing.is_empty(),
            "what never happened tests nothing: {missing:?}"
        );
    }
}
