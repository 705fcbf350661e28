//! Several ways of doing one job, in turns.

use std::cell::Cell;
use std::ops::RangeInclusive;
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::count::{self, Counts};
use super::host::{Programs, Step};
use super::texts::Dice;

/// A job of more parts is not counted: it would take minutes.
const MOST_STEPS: usize = 100;

type Work = Box<dyn FnMut()>;

/// One way of doing a job.
pub(crate) struct Way {
    pub(crate) name: String,
    steps: Box<dyn Fn() -> Vec<Step>>,
    before: Work,
    after: Work,
    /// Whether its calls can be counted: not where it leaves a process behind.
    is_counted: bool,
}

impl Way {
    pub(crate) fn new(name: impl Into<String>, steps: impl Fn() -> Vec<Step> + 'static) -> Self {
        Self {
            name: name.into(),
            steps: Box::new(steps),
            before: Box::new(|| ()),
            after: Box::new(|| ()),
            is_counted: true,
        }
    }

    /// Sets the work that makes ready for a turn, outside the clock.
    pub(crate) fn before(mut self, work: impl FnMut() + 'static) -> Self {
        self.before = Box::new(work);
        self
    }

    /// The same ahead of other such work.
    pub(crate) fn first(mut self, mut work: impl FnMut() + 'static) -> Self {
        let mut then = self.before;
        self.before = Box::new(move || {
            work();
            then();
        });
        self
    }

    /// The number that `read` gives must grow by so much in each turn.
    pub(crate) fn grows(
        mut self,
        read: impl Fn() -> usize + Clone + 'static,
        by: RangeInclusive<usize>,
    ) -> Self {
        let start = Rc::new(Cell::new(0));
        let (mut before, mut after) = (self.before, self.after);
        let (set, get, read_after) = (Rc::clone(&start), start, read.clone());
        self.before = Box::new(move || {
            before();
            set.set(read());
        });
        let name = self.name.clone();
        self.after = Box::new(move || {
            let grown = read_after() - get.get();
            assert!(by.contains(&grown), "{name}: {grown} is not within {by:?}");
            after();
        });
        self
    }

    /// After a turn, outside the clock: whether it was really done.
    pub(crate) fn after(mut self, work: impl FnMut() + 'static) -> Self {
        self.after = Box::new(work);
        self
    }

    pub(crate) fn uncounted(mut self) -> Self {
        self.is_counted = false;
        self
    }

    fn turn(&mut self, pause: Duration) -> Duration {
        (self.before)();
        std::thread::sleep(pause);
        let steps = (self.steps)();
        let start = Instant::now();
        for step in &steps {
            step.run();
        }
        let taken = start.elapsed();
        (self.after)();
        taken
    }

    /// Two more turns, untimed: its memory, and its calls.
    fn counts(&mut self, programs: &Programs, pause: Duration) -> Counts {
        let mut counts = Counts::default();
        if programs.time {
            (self.before)();
            std::thread::sleep(pause);
            let steps = (self.steps)();
            let is_few = steps.len() <= MOST_STEPS;
            counts.memory = steps.iter().filter(|_| is_few).map(count::memory).max().flatten();
            (self.after)();
        }
        if programs.strace && self.is_counted && (self.steps)().len() <= MOST_STEPS {
            (self.before)();
            std::thread::sleep(pause);
            let all: Vec<_> = (self.steps)().iter().map(count::calls).collect();
            counts.calls = Some(all.iter().map(|(calls, _)| calls).sum());
            counts.programs = Some(all.iter().map(|(_, programs)| programs).sum());
            (self.after)();
        }
        counts
    }
}

/// The measurements of one way: its time in each round.
pub(crate) struct Measured {
    pub(crate) ms: Vec<f64>,
    pub(crate) counts: Counts,
}

/// Runs the ways round by round, each round in another order. The first round warms everything and does not count.
pub(crate) fn run(ways: &mut [Way], rounds: usize, pause: Duration, programs: &Programs) -> Vec<Measured> {
    let mut all: Vec<Measured> = ways
        .iter()
        .map(|_| Measured {
            ms: Vec::new(),
            counts: Counts::default(),
        })
        .collect();
    for round in 0..=rounds {
        for place in shuffled(ways.len(), round) {
            let taken = ways[place].turn(pause);
            if round > 0 {
                all[place].ms.push(taken.as_secs_f64() * 1e3);
            }
        }
    }
    for (way, measured) in ways.iter_mut().zip(&mut all) {
        measured.counts = way.counts(programs, pause);
    }
    all
}

fn shuffled(count: usize, round: usize) -> Vec<usize> {
    let mut dice = Dice::of("order", &[round]);
    let mut order: Vec<usize> = (0..count).collect();
    for end in (1..count).rev() {
        order.swap(end, dice.below(end + 1));
    }
    order
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len().is_multiple_of(2) {
        (values[middle - 1] + values[middle]) / 2.0
    } else {
        values[middle]
    }
}

/// The median of what two ways have to do with each other in each round.
pub(crate) fn of_rounds(a: &Measured, b: &Measured, relation: impl Fn(f64, f64) -> f64) -> f64 {
    median(a.ms.iter().zip(&b.ms).map(|(a, b)| relation(*a, *b)).collect())
}
