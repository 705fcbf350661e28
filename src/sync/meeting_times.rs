//! Meetings that end before they begin, and whose clock each time came from (docs/format.md#meetings).

use std::ops::Range;
use std::sync::Arc;

use crate::git::Repository;
use crate::model::{Address, Alternative, Home, Instant, Meeting, Pair, Problem, State, instant_value};

use crate::sync::conflict_authors::{ConflictValue, authors_of};
use crate::sync::error::SyncError;
use crate::sync::load::read::read_paths;

/// The meetings that end before they begin.
pub(in crate::sync) fn ends_before_it_begins(state: &State) -> impl Iterator<Item = (Meeting, [Instant; 2])> {
    state.typed_meetings().filter_map(|meeting| {
        let (started, ended) = (meeting.started?, meeting.ended?);
        (ended < started).then_some((meeting, [started, ended]))
    })
}

/// The problem of such a meeting, shown in the text of its record.
pub(in crate::sync) fn at_times(
    repo: &Repository,
    pair: &Pair,
    meeting: &Meeting,
    [started, ended]: [Instant; 2],
    source: impl Into<Arc<str>>,
) -> Result<Problem, SyncError> {
    let (path, source) = (meeting.key.path(), source.into());
    let said = |at: Instant| at.format("%Y-%m-%dT%H:%M:%SZ");
    let what = format!("`ended` {} is before `started` {}", said(ended), said(started));
    let at = Address::Home(Home::Meeting(meeting.key));
    let times = [("started", started), ("ended", ended)];
    let asked = times.map(|(field, time)| ConflictValue {
        at,
        field: field.to_owned(),
        value: Alternative::of(Some(instant_value(time))),
    });
    let authors = authors_of(repo, pair, &asked)?;
    let committed = match repo.head()?.tip {
        Some(tip) => read_paths(repo, repo.tree_of(tip)?, std::slice::from_ref(&path))?.state,
        None => State::default(),
    };
    let committed = committed.typed_meetings().next();
    let committed = committed.map_or([None, None], |meeting| [meeting.started, meeting.ended]);
    let clocks = times.iter().zip(authors).zip(committed);
    let clocks = clocks.map(|(((field, time), author), committed)| {
        let member = author.and_then(|slug| pair.member(slug.as_str()));
        match member {
            Some(member) => format!("`{field}` came from the clock of {}", member.name),
            None if committed == Some(*time) => format!("nobody can say whose clock `{field}` came from"),
            None => format!("`{field}` was written here by hand"),
        }
    });
    let clocks: Vec<String> = clocks.collect();
    let help = format!("correct the one that is wrong: {}", clocks.join(", "));
    let span = place_of_end(&source);
    Ok(Problem::at_or_of_file(&path, source, span, what, help))
}

/// Where `ended` stands at the head of a record.
fn place_of_end(source: &str) -> Option<Range<usize>> {
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        if line.trim_start().starts_with("[[") {
            return None;
        }
        if line.trim_start().starts_with("ended") {
            return Some(at..at + line.trim_end().len());
        }
        at += line.len();
    }
    None
}
