//! Two ways of doing one job, in turns.

use std::time::{Duration, Instant};

/// One job, done both ways.
pub(crate) struct Job {
    pub(crate) name: &'static str,
    /// The largest ratio that the design allows; none where the plain commands cannot do the job.
    pub(crate) budget: Option<f64>,
    /// Makes what both ways run on.
    pub(crate) prepare: fn() -> Box<dyn Ways>,
}

/// The two ways. What must be true before a turn is brought about outside the clock.
pub(crate) trait Ways {
    fn before(&mut self, round: usize);
    fn ours(&mut self);
    fn plain(&mut self);
    /// After a turn, outside the clock: what was done is checked.
    fn after(&mut self, round: usize);
}

pub(crate) struct Measured {
    name: &'static str,
    budget: Option<f64>,
    ours: Duration,
    plain: Duration,
}

/// Runs a job both ways in turns; the first turn warms the caches and does not count.
pub(crate) fn run(job: &Job, rounds: usize) -> Measured {
    let mut ways = (job.prepare)();
    let (mut ours, mut plain) = (Vec::new(), Vec::new());
    for round in 0..=rounds {
        ways.before(round);
        // As when a person saves, then syncs: a sync waits for a file that was written within the last instants.
        std::thread::sleep(Duration::from_millis(100));
        // Who goes first changes, so that neither has always the other's leavings in the caches.
        let (a, b) = if round % 2 == 0 {
            let a = timed(|| ways.ours());
            (a, timed(|| ways.plain()))
        } else {
            let b = timed(|| ways.plain());
            (timed(|| ways.ours()), b)
        };
        ways.after(round);
        if round > 0 {
            ours.push(a);
            plain.push(b);
        }
    }
    Measured {
        name: job.name,
        budget: job.budget,
        ours: median(ours),
        plain: median(plain),
    }
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

impl Measured {
    /// Prints its line; whether it is within its budget.
    pub(crate) fn line(&self) -> bool {
        let ms = |time: Duration| format!("{:.1} ms", time.as_secs_f64() * 1e3);
        let ratio = self.ours.as_secs_f64() / self.plain.as_secs_f64();
        let Some(budget) = self.budget else {
            println!("{:<48} {:>9} {:>9}", self.name, ms(self.ours), "conflict");
            return true;
        };
        let within = ratio <= budget;
        println!(
            "{:<48} {:>9} {:>9} {ratio:>6.2} {budget:>7.2}{}",
            self.name,
            ms(self.ours),
            ms(self.plain),
            if within { "" } else { "  over" }
        );
        within
    }
}
