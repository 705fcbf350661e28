//! The kill sweep and the error sweep: a command is hit at one system call after the other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::checks;
use super::place::Place;
use super::scenarios::{self, Scenario};
use super::strace::{self, Point, Whose};
use super::{Share, have, permitted, say, share};
use crate::world::Run;

const ERRORS: [&str; 5] = ["ENOSPC", "EIO", "EACCES", "EROFS", "EMFILE"];
const THREADS: usize = 2;

/// One fault: a scenario, a point, and a kill or an error.
struct Fault {
    scenario: &'static Scenario,
    point: Point,
    error: Option<&'static str>,
}

impl Fault {
    fn name(&self) -> String {
        let (scenario, point) = (self.scenario.name, self.point.name());
        match self.error {
            None => format!("kill:{scenario}:{point}"),
            Some(error) => format!("error:{scenario}:{point}:{error}"),
        }
    }

    fn parse(name: &str) -> Option<Self> {
        let (kind, rest) = name.split_once(':')?;
        let (scenario, rest) = rest.split_once(':')?;
        let (point, error) = match kind {
            "kill" => (rest, None),
            "error" => {
                let (point, error) = rest.rsplit_once(':')?;
                (point, ERRORS.iter().find(|e| **e == error).copied())
            }
            _ => return None,
        };
        Some(Self {
            scenario: scenarios::named(scenario),
            point: Point::parse(point),
            error,
        })
    }

    fn inflict(&self, place: &Place) -> Result<bool, String> {
        place.restore();
        let what = self
            .error
            .map_or("signal=KILL".to_owned(), |error| format!("error={error}"));
        let run = strace::hit(&place.actor, self.scenario, &self.point, &what);
        if self.error.is_some() {
            clear_words(&run)?;
        }
        let mut expected = self.scenario.expected(run.code == 0);
        expected.untidy = self.error.is_some() && self.point.call.starts_with("unlink");
        checks::at_once(place, &expected)?;
        checks::afterwards(place, &expected)?;
        Ok(run.code != 0)
    }
}

/// An error is said in words, with a code that means it; nothing panics.
pub(super) fn clear_words(run: &Run) -> Result<(), String> {
    // No system lets the closing of a folder fail, and the standard library ends a program where one does. A run differs
    // from the one that was traced by a call or two, so it is met now and then; it then counts as killed.
    if run.code == 101 && run.err.contains("unexpected error during closedir") {
        return Ok(());
    }
    let said = run.err.contains("error:") || run.err.contains("strace:");
    match run.code {
        0 => {}
        1 | 2 | 4 | 5 if said => {}
        // Git at the remote lists no branch where it cannot read the folder of its references. Nobody can tell this from a
        // remote that was emptied: sync asks, and the next one finds it.
        3 if run.err.contains("the remote is empty") => {}
        _ => return Err(format!("left with {}: {}{}", run.code, run.out, run.err)),
    }
    if run.err.contains("panicked") {
        return Err(run.err.clone());
    }
    Ok(())
}

/// The points of every scenario, or of one.
fn all_points(one: Option<&str>) -> Vec<(&'static Scenario, Point)> {
    let mut all = Vec::new();
    let wanted = |scenario: &&Scenario| one.is_none_or(|one| one == scenario.name);
    for scenario in scenarios::ALL.iter().filter(wanted) {
        let place = Place::prepared(scenario);
        for whose in [Whose::Own, Whose::Git] {
            place.restore();
            let points = strace::points(&place.actor, scenario, &place.world.path(""), whose);
            all.extend(points.into_iter().map(|point| (scenario, point)));
        }
    }
    all
}

/// Inflicts faults on two threads; gives how many hit, and what failed.
fn inflict(faults: &[Fault]) -> (usize, Vec<String>) {
    let (next, hit) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..THREADS.min(faults.len()) {
            scope.spawn(|| {
                let mut place: Option<(&str, Place)> = None;
                while let Some(fault) = faults.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let name = fault.scenario.name;
                    let stands = match place.take() {
                        Some((at, stands)) if at == name => stands,
                        _ => Place::prepared(fault.scenario),
                    };
                    match catch_unwind(AssertUnwindSafe(|| fault.inflict(&stands))) {
                        Ok(Ok(reached)) => drop(hit.fetch_add(reached.into(), Ordering::Relaxed)),
                        Ok(Err(why)) => failed.lock().unwrap().push(report(fault, &why)),
                        Err(_) => failed.lock().unwrap().push(report(fault, "a check panicked")),
                    }
                    place = Some((name, stands));
                }
            });
        }
    });
    (hit.into_inner(), failed.into_inner().unwrap())
}

fn report(fault: &Fault, why: &str) -> String {
    let report = format!(
        "{why}\n  again: ONEONONE_FAULTS={} cargo test --locked faults::sweep -- --nocapture",
        fault.name()
    );
    say(&report);
    report
}

/// A share of the points that is spread over all of them.
pub(super) fn spread<T>(all: Vec<T>, most: usize) -> Vec<T> {
    let step = all.len().div_ceil(most).max(1);
    all.into_iter().step_by(step).collect()
}

#[test]
fn commands_are_killed_at_every_call() {
    sweep("kill sweep", "kill:", [60, 640], |scenario, point| {
        vec![Fault {
            scenario,
            point,
            error: None,
        }]
    });
}

#[test]
fn calls_fail_with_every_error() {
    sweep("error sweep", "error:", [90, 480], |scenario, point| {
        let fault = |error: &&'static str| Fault {
            scenario,
            point: point.clone(),
            error: Some(error),
        };
        ERRORS.iter().map(fault).collect()
    });
}

/// Inflicts a share of the faults: of the quick one at most so many faults, of the long one those at so many points.
fn sweep(
    what: &str,
    kind: &str,
    [quick, long]: [usize; 2],
    faults: impl Fn(&'static Scenario, Point) -> Vec<Fault>,
) {
    if !have(what, &["strace"]) {
        return;
    }
    let trial = std::process::Command::new("strace")
        .args(["-o", "/dev/null", "true"])
        .output();
    if !permitted(what, "tracing", trial.is_ok_and(|output| output.status.success())) {
        return;
    }
    let one = |name: &str| Fault::parse(name).filter(|_| name.starts_with(kind));
    let faults: Vec<Fault> = match share() {
        Share::One(name) => match name.strip_prefix(kind) {
            Some(scenario) if !scenario.contains(':') => all_points(Some(scenario))
                .into_iter()
                .flat_map(|(scenario, point)| faults(scenario, point))
                .collect(),
            _ => one(&name).into_iter().collect(),
        },
        all => {
            let (points, most) = match all {
                Share::Quick => (usize::MAX, quick),
                Share::All => (long, usize::MAX),
                _ => (usize::MAX, usize::MAX),
            };
            let all = spread(all_points(None), points)
                .into_iter()
                .flat_map(|(scenario, point)| faults(scenario, point))
                .collect();
            spread(all, most)
        }
    };
    let (hit, failed) = inflict(&faults);
    say(&format!(
        "{what}: {} points, {hit} ended the command, {} recovered",
        faults.len(),
        faults.len() - failed.len()
    ));
    assert!(
        failed.is_empty(),
        "{} of {} failed:\n{}",
        failed.len(),
        faults.len(),
        failed.join("\n")
    );
}
