//! `oneonone` beside its peers: plain Git in a clone that knows nothing of it, ripgrep over the same files, `age`, a
//! program that says hello, and the least that libgit2 can do. All ways of a job run in one shuffled run, and what is
//! printed is the median of the ratios of each round (docs/testing.md#speed).
//!
//! `cargo bench --bench side_by_side`, with words after `--` that choose jobs by their names. `ROUNDS` sets how often
//! each job is done (15), `MEETINGS` how long the history of one pair is (52,520,2600,10000), `PAIRS` how many pairs
//! `--all` has (50).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

mod cold;
mod count;
mod data;
mod floor;
mod ground;
mod host;
mod measure;
mod queries;
mod records;
mod remotes;
mod ssh;
mod start;
mod table;
mod texts;
mod world;
mod writes;

use ground::Ground;
use host::Programs;
use table::Job;
use writes::News;

/// A job by its name; none where a program for it is missing.
type Named = (&'static str, fn(&Ground) -> Option<Job>);

const JOBS: &[Named] = &[
    ("--version", start::version),
    ("actions", |ground| Some(queries::one_pair(ground, "actions"))),
    ("agenda", |ground| Some(queries::one_pair(ground, "agenda"))),
    ("bare", |ground| Some(queries::one_pair(ground, "bare"))),
    ("status", |ground| Some(queries::one_pair(ground, "status"))),
    ("growth", |ground| Some(queries::one_pair(ground, "growth"))),
    ("log", |ground| Some(queries::one_pair(ground, "log"))),
    ("log, every entry sealed", |ground| Some(queries::sealed(ground))),
    ("actions --all", |ground| queries::many_pairs(ground, "actions")),
    ("agenda --all", |ground| queries::many_pairs(ground, "agenda")),
    ("bare --all", |ground| queries::many_pairs(ground, "bare")),
    ("status --all", |ground| queries::many_pairs(ground, "status")),
    ("growth --all", |ground| queries::many_pairs(ground, "growth")),
    ("growth --all, files not in memory", |ground| {
        queries::many_pairs_after(ground, true)
    }),
    ("log --all", |ground| queries::many_pairs(ground, "log")),
    ("actions --all, first run without an index", |ground| {
        queries::many_pairs_after(ground, false)
    }),
    ("add", |ground| Some(writes::add(ground))),
    ("sync, path: nothing to do", |ground| {
        Some(writes::sync(ground, News::Nothing))
    }),
    ("sync, path: an entry of mine", |ground| {
        Some(writes::sync(ground, News::Mine))
    }),
    ("sync, path: an entry saved just now", |ground| {
        Some(writes::sync(ground, News::JustSaved))
    }),
    ("sync, path: entries on both sides", |ground| {
        Some(writes::sync(ground, News::Both))
    }),
    ("sync, ssh: nothing to do", |ground| {
        remotes::one_pair(ground, News::Nothing)
    }),
    ("sync, ssh: an entry of mine", |ground| {
        remotes::one_pair(ground, News::Mine)
    }),
    ("sync, ssh: entries on both sides", |ground| {
        remotes::one_pair(ground, News::Both)
    }),
    ("sync --all, ssh", remotes::many_pairs),
];

fn main() {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    if words.first().is_some_and(|word| word == floor::FLOOR) {
        return floor::run(words.drain(1..));
    }
    // Cargo says `--bench` to every benchmark.
    words.retain(|word| word != "--bench");
    let rounds = number("ROUNDS", 15);
    let ground = Ground::new(Programs::find(), sizes(), number("PAIRS", 50));
    println!("{rounds} rounds, {}", host::versions());
    table::print_head();
    let (mut goals, mut missed) = (0, 0);
    for (name, job) in JOBS {
        if !words.is_empty() && !words.iter().any(|word| name.contains(word.as_str())) {
            continue;
        }
        if let Some(job) = job(&ground) {
            let (had, not_reached) = job.run(rounds, &ground.programs);
            goals += had;
            missed += not_reached;
        }
    }
    println!("{missed} of {goals} goals missed");
}

/// A number out of the environment.
fn number(name: &str, otherwise: usize) -> usize {
    let number = std::env::var(name).ok().map(|text| text.parse());
    match number {
        None => otherwise,
        Some(Ok(number)) if number > 0 => number,
        Some(_) => panic!("{name} is no number above 0"),
    }
}

/// How long the histories of one pair are.
fn sizes() -> Vec<usize> {
    let text = std::env::var("MEETINGS").unwrap_or_else(|_| "52,520,2600,10000".to_owned());
    let sizes = text.split(',').map(|size| size.trim().parse());
    let mut sizes: Vec<usize> = sizes
        .collect::<Result<_, _>>()
        .expect("MEETINGS is a list of numbers");
    assert!(sizes.iter().all(|size| *size > 0), "a pair has meetings");
    sizes.sort_unstable();
    sizes.dedup();
    sizes
}
