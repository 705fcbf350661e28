//! What is wrong with a record, shown at the line that it stands in.

use std::ops::Range;

use crate::model::{Problem, Slip};

use super::error::SyncError;

/// What is wrong with a file as a whole, as an error.
pub(super) fn problem(path: &str, what: &str, help: &str) -> SyncError {
    SyncError::Problems(vec![Problem::of_file(path, what, help)])
}

/// A problem shown at the line that names an entry.
pub(super) fn at_entry(path: &str, source: String, named: &str, what: String, help: &str) -> Problem {
    let name = format!("\"{named}\"");
    match source.find(&name) {
        Some(start) => Problem {
            span: start..start + name.len(),
            source,
            path: path.to_owned(),
            what,
            label: String::new(),
            help: help.to_owned(),
        },
        None => Problem::of_file(path, what, help),
    }
}

/// A slip of the pen, shown at the line that it stands in.
pub(super) fn at_slip(path: &str, source: String, slip: Slip) -> Problem {
    let mut start = 0;
    for line in source.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches([' ', '\t', '[', '"', '\'']).len();
        if line[indent..].starts_with(&slip.key) {
            start += indent;
            // What the key holds was meant to be sealed.
            let place = start..start + slip.key.len();
            return at_secret(path, source, place, slip.what, &slip.help);
        }
        start += line.len();
    }
    Problem::of_file(path, slip.what, slip.help)
}

/// A problem with a text that is to be sealed, at a place beside it: nothing else of the record is shown.
pub(super) fn at_secret(
    path: &str,
    source: String,
    place: Range<usize>,
    what: String,
    help: &str,
) -> Problem {
    let problem = Problem {
        source,
        span: place,
        path: path.to_owned(),
        what,
        label: String::new(),
        help: help.to_owned(),
    };
    problem.by_its_place_alone()
}
