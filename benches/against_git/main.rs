//! `oneonone` against the plain Git commands for the same job: both in one run, in turns, on twin repositories with the
//! same durability (`core.fsync=all`), reported as ratios of medians (docs/architecture.md#speed).
//!
//! `cargo bench --bench against_git`, with words after `--` that choose scenarios by their names. `ROUNDS` sets how
//! often each job is done (21), `MEETINGS` how long the history is (520, ten years), `PAIRS` how many pairs `sync
//! --all` has (50).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

mod host;
mod jobs;
mod measure;
mod records;
mod ssh;
mod twins;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let rounds = number("ROUNDS", 21);
    println!(
        "{rounds} rounds, {} meetings, {}",
        number("MEETINGS", 520),
        host::versions()
    );
    println!(
        "{:<48} {:>9} {:>9} {:>6} {:>7}",
        "job", "oneonone", "git", "ratio", "budget"
    );
    let mut missed = 0;
    for job in jobs::all() {
        if !wanted.is_empty() && !wanted.iter().any(|word| job.name.contains(word.as_str())) {
            continue;
        }
        missed += usize::from(!measure::run(&job, rounds).line());
    }
    println!("{missed} over budget");
}

/// A number out of the environment.
fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(otherwise)
}
