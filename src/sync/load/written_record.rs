//! A record that is to be written can be read again (docs/sync.md#commits).

use crate::model::{Limits, Pair, Problem, RecordPath, State, parse_pair, parse_record};

use crate::sync::error::SyncError;

/// Whether a state is of a pair whose known keys may hold values that this version does not know.
pub(in crate::sync) fn is_newer(state: &State) -> bool {
    state
        .pair
        .as_ref()
        .is_some_and(|pair| pair.format() > Pair::FORMAT)
}

/// Refuses to write a record that nobody could read again (docs/sync.md#commits): every record of a commit comes by here
/// before its tree is made.
///
/// # Errors
/// [`SyncError::Problems`] with everything that is wrong with it.
pub(in crate::sync) fn check_record(
    record: RecordPath,
    bytes: &[u8],
    lenient: bool,
) -> Result<(), SyncError> {
    match why_not_to_write(record, bytes, lenient) {
        problems if problems.is_empty() => Ok(()),
        problems => Err(SyncError::Problems(problems)),
    }
}

/// Everything for which nobody could read a record again.
pub(in crate::sync) fn why_not_to_write(record: RecordPath, bytes: &[u8], lenient: bool) -> Vec<Problem> {
    if bytes.len() > Limits::FILE {
        let (size, limit) = (bytes.len(), Limits::FILE);
        let what = format!("the record would hold {size} bytes; at most {limit} are allowed");
        let help = "remove entries from it: the longest make the most room";
        return vec![Problem::of_file(&record.path(), what, help)];
    }
    let read = match record {
        RecordPath::Pair if lenient => parse_pair(bytes).map(drop),
        RecordPath::Pair => parse_pair(bytes).and_then(|pair| Pair::from_document(&pair).map(drop)),
        RecordPath::Home(home) => parse_record(home, bytes, lenient).map(drop),
    };
    let problems = read.err().unwrap_or_default();
    problems.into_iter().map(by_its_entry).collect()
}

/// A problem of a record that stands nowhere: nothing of its text is shown, and the entry is named in the place of a line.
fn by_its_entry(problem: Problem) -> Problem {
    let Problem {
        path,
        source,
        span,
        what,
        help,
        ..
    } = problem;
    let header = "[[entry]]\n";
    let until = source.get(..span.end).unwrap_or_default();
    let entry = until.rfind(header).and_then(|at| source.get(at + header.len()..));
    let entry = entry.and_then(|rest| rest.split(header).next());
    let id = entry.and_then(|entry| {
        entry
            .lines()
            .find_map(|line| line.strip_prefix("id = \"")?.strip_suffix('"'))
    });
    let what = match id {
        Some(id) => format!("entry {id}: {what}"),
        None => what,
    };
    Problem::of_file(&path, what, help)
}
