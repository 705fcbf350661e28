//! The costs of a run apart from time: memory, system calls, programs. Each is counted in a run of its own.

use std::ffi::OsString;
use std::path::PathBuf;

use super::host::Step;

#[derive(Default, Clone, Copy)]
pub(crate) struct Counts {
    /// The most memory that one of its processes held, in KiB.
    pub(crate) memory: Option<usize>,
    pub(crate) calls: Option<usize>,
    /// Programs started, the first one among them.
    pub(crate) programs: Option<usize>,
}

fn note() -> PathBuf {
    std::env::temp_dir().join(format!("side-by-side-{}", std::process::id()))
}

/// Runs a step behind a program that writes down what it saw; that note.
fn behind(step: &Step, words: &[&str]) -> String {
    let note = note();
    let mut before: Vec<OsString> = words.iter().map(OsString::from).collect();
    before.extend(["-o".into(), note.clone().into()]);
    step.run_behind(&before);
    let text = std::fs::read_to_string(&note).unwrap();
    let _ = std::fs::remove_file(&note);
    text
}

/// The peak of resident memory of the largest process.
pub(crate) fn memory(step: &Step) -> Option<usize> {
    // Where the command says no, a line about that stands first.
    let text = behind(step, &["/usr/bin/time", "-f", "%M"]);
    text.lines().last()?.trim().parse().ok()
}

/// System calls, and programs that were started, the first one among them.
pub(crate) fn calls(step: &Step) -> (usize, usize) {
    let text = behind(step, &["strace", "-f", "-c"]);
    let (mut all, mut programs) = (0, 0);
    for line in text.lines() {
        // % time, seconds, usecs/call, calls, errors (or nothing), name
        let words: Vec<&str> = line.split_whitespace().collect();
        let number = |place: usize| words.get(place).and_then(|word| word.parse::<usize>().ok());
        let Some(calls) = number(3) else { continue };
        match words.last() {
            Some(&"total") => all = calls,
            Some(&"execve") => programs = calls - number(4).unwrap_or(0),
            _ => {}
        }
    }
    (all, programs)
}
