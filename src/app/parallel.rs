//! Several things at a time, on threads.

use std::panic::resume_unwind;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Runs something for each of several things, on so many threads; the outcomes in the order of the things. Calls `done` after
/// each, on this thread. A panic goes on here.
pub fn side_by_side<T: Send, R: Send>(
    things: Vec<T>,
    threads: usize,
    run: impl Fn(T) -> R + Sync,
    done: impl Fn(),
) -> Vec<R> {
    let threads = threads.min(things.len());
    let queue = Mutex::new(things.into_iter().enumerate());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let (sender, results) = channel();
    let work = |sender: Sender<(usize, R)>| {
        while let Some((place, thing)) = next() {
            let _ = sender.send((place, run(thing)));
        }
    };
    let work = &work;
    let mut outcomes = thread::scope(|scope| {
        let started: Vec<_> = (0..threads)
            .map(|_| {
                let sender = sender.clone();
                scope.spawn(move || work(sender))
            })
            .collect();
        drop(sender);
        let mut outcomes = Vec::new();
        for outcome in results {
            outcomes.push(outcome);
            done();
        }
        for thread in started {
            if let Err(panic) = thread.join() {
                resume_unwind(panic);
            }
        }
        outcomes
    });
    outcomes.sort_by_key(|(place, _)| *place);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_stand_in_the_order_of_the_things() {
        for count in [0, 1, 2, 50] {
            let run = |thing: u64| {
                // The first ones take the longest.
                thread::sleep(std::time::Duration::from_micros((count - thing) * 20));
                thing * 2
            };
            let expected: Vec<u64> = (0..count).map(|thing| thing * 2).collect();
            let done = std::cell::Cell::new(0);
            let outcomes = side_by_side((0..count).collect(), 3, run, || done.set(done.get() + 1));
            assert_eq!((outcomes, done.get()), (expected, count));
        }
    }
}
