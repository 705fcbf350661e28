//! A job as a set of ways, and the lines that its figures are printed in.

use std::time::Duration;

use super::host::Programs;
use super::measure::{self, Measured, Way, median, of_rounds};

/// One line.
enum Figure {
    /// How long ours takes, as a part of what a peer takes.
    Ratio {
        name: String,
        ours: usize,
        peer: usize,
        goal: Option<f64>,
    },
    /// How time grows with the length of the history: n in time ~ length^n.
    Exponent {
        name: String,
        short: (usize, usize),
        long: (usize, usize),
        goal: Option<f64>,
    },
    /// The most memory that ours holds, in MiB.
    Memory { name: String, way: usize, goal: f64 },
    /// A way of ours that has no peer here.
    Alone { name: String, way: usize },
}

/// A job: its ways run in turns, and its figures are printed.
#[derive(Default)]
pub(crate) struct Job {
    ways: Vec<Way>,
    figures: Vec<Figure>,
    /// Between making ready and the start of the clock.
    pause: Duration,
    /// How many rounds there are for each that was asked for.
    many: Option<usize>,
    /// The most rounds, where a round is long.
    most: Option<usize>,
}

impl Job {
    pub(crate) fn way(&mut self, way: Way) -> usize {
        self.ways.push(way);
        self.ways.len() - 1
    }

    /// A file that was just saved is not what is measured: a person saves, then goes to the terminal.
    pub(crate) fn pause(&mut self) {
        self.pause = Duration::from_millis(100);
    }

    pub(crate) fn rounds(&mut self, many: usize, most: usize) {
        self.many = Some(many);
        self.most = Some(most);
    }

    pub(crate) fn ratio(&mut self, name: impl Into<String>, ours: usize, peer: usize, goal: Option<f64>) {
        let name = name.into();
        self.figures.push(Figure::Ratio {
            name,
            ours,
            peer,
            goal,
        });
    }

    pub(crate) fn memory(&mut self, name: impl Into<String>, way: usize, goal: f64) {
        let name = name.into();
        self.figures.push(Figure::Memory { name, way, goal });
    }

    pub(crate) fn alone(&mut self, name: impl Into<String>, way: usize) {
        let name = name.into();
        self.figures.push(Figure::Alone { name, way });
    }

    /// From ten years, or the shortest, to the longest of some ways, each with its length.
    pub(crate) fn exponent(&mut self, name: &str, ways: &[(usize, usize)], goal: Option<f64>) {
        let short = ways.iter().find(|way| way.0 == super::ground::YEARS);
        let short = short.or_else(|| ways.iter().min());
        let long = ways.iter().max();
        if let (Some(short), Some(long)) = (short, long)
            && short.0 < long.0
        {
            let is_whole = short.0 == super::ground::YEARS && long.0 == super::ground::LONGEST;
            self.figures.push(Figure::Exponent {
                name: format!("{name}: exponent, {} to {} meetings", short.0, long.0),
                short: *short,
                long: *long,
                goal: goal.filter(|_| is_whole),
            });
        }
    }

    /// Runs everything and prints the lines; how many goals there are, and how many are missed.
    pub(crate) fn run(mut self, rounds: usize, programs: &Programs) -> (usize, usize) {
        let rounds = (rounds * self.many.unwrap_or(1)).min(self.most.unwrap_or(usize::MAX));
        let measured = measure::run(&mut self.ways, rounds, self.pause, programs);
        let (mut goals, mut missed) = (0, 0);
        for figure in &self.figures {
            let (goal, is_met) = figure.print(&measured, &self.ways);
            goals += usize::from(goal);
            missed += usize::from(!is_met);
        }
        (goals, missed)
    }
}

/// The words over the columns.
pub(crate) fn print_head() {
    println!(
        "{:<70} {:>9} {:>9} {:>7}  {:<13} {:>9} {:>15} {:>9}",
        "job / peer", "ours, ms", "peer, ms", "ratio", "goal", "MiB", "system calls", "programs"
    );
}

impl Figure {
    /// Prints its line. Whether it has a goal, and whether that is reached.
    fn print(&self, measured: &[Measured], ways: &[Way]) -> (bool, bool) {
        let ms = |way: usize| format!("{:.1}", median(measured[way].ms.clone()));
        let line = |name: &str, ours: String, peer: String, ratio: String, said: &str, counts: String| {
            println!("{name:<70} {ours:>9} {peer:>9} {ratio:>7}  {said:<13} {counts}");
        };
        let none = || "-".to_owned();
        match self {
            Self::Ratio {
                name,
                ours,
                peer,
                goal,
            } => {
                let (a, b) = (&measured[*ours], &measured[*peer]);
                let ratio = of_rounds(a, b, |a, b| a / b);
                let (said, is_met) = against(ratio, *goal);
                let name = format!("{name} / {}", ways[*peer].name);
                let digits = if ratio < 0.1 { 4 } else { 2 };
                let ratio = format!("{ratio:.digits$}");
                line(&name, ms(*ours), ms(*peer), ratio, &said, counts(a, Some(b)));
                (goal.is_some(), is_met)
            }
            Self::Exponent {
                name,
                short,
                long,
                goal,
            } => {
                let by = (long.0 as f64 / short.0 as f64).ln();
                let exponent = of_rounds(&measured[short.1], &measured[long.1], |a, b| (b / a).ln() / by);
                let (said, is_met) = against(exponent, *goal);
                line(
                    name,
                    ms(short.1),
                    ms(long.1),
                    format!("{exponent:.2}"),
                    &said,
                    String::new(),
                );
                (goal.is_some(), is_met)
            }
            Self::Memory { name, way, goal } => {
                let name = format!("{name}: peak memory, MiB");
                let Some(kib) = measured[*way].counts.memory else {
                    line(&name, none(), none(), none(), "", String::new());
                    return (false, true);
                };
                let mib = kib as f64 / 1024.0;
                let (said, is_met) = against(mib, Some(*goal));
                line(&name, none(), none(), format!("{mib:.1}"), &said, String::new());
                (true, is_met)
            }
            Self::Alone { name, way } => {
                line(name, ms(*way), none(), none(), "", counts(&measured[*way], None));
                (false, true)
            }
        }
    }
}

/// The words for a goal, and whether it is reached.
fn against(value: f64, goal: Option<f64>) -> (String, bool) {
    let Some(goal) = goal else {
        return (String::new(), true);
    };
    let is_met = value <= goal;
    (format!("{goal}{}", if is_met { "" } else { "  over" }), is_met)
}

/// Memory, system calls and programs: ours, then the peer's.
fn counts(ours: &Measured, peer: Option<&Measured>) -> String {
    let pair = |of: fn(&Measured) -> Option<usize>| {
        let word = |measured| of(measured).map_or_else(|| "-".to_owned(), |number| number.to_string());
        match peer {
            Some(peer) => format!("{}/{}", word(ours), word(peer)),
            None => word(ours),
        }
    };
    let memory = pair(|m| m.counts.memory.map(|kib| kib.div_ceil(1024)));
    let calls = pair(|m| m.counts.calls);
    let programs = pair(|m| m.counts.programs);
    format!("{memory:>9} {calls:>15} {programs:>9}")
}
