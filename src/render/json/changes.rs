//! The changes that came with a sync, as JSON.

use crate::model::{Change, ChangeCounts, Difference, EntryChange};

use super::entry::day;
use super::shapes::{ChangeCountsJson, ChangeJson, ChangeKeys};

pub(super) fn counts(counts: ChangeCounts) -> ChangeCountsJson {
    ChangeCountsJson {
        added: counts.added,
        changed: counts.changed,
        removed: counts.removed,
        meetings: counts.meetings,
        next: counts.next,
        pair: counts.pair,
    }
}

pub(super) fn change(change: &Change) -> ChangeJson<'_> {
    let (what, more) = match &change.what {
        Difference::Entry(change) => ("entry", entry(change)),
        Difference::Meeting(key, how) => (
            "meeting",
            ChangeKeys::Meeting {
                how: how.as_str(),
                meeting: key.to_string(),
            },
        ),
        Difference::Next { was, is } => (
            "next",
            ChangeKeys::Next {
                was: was.map(day),
                is: is.map(day),
            },
        ),
        Difference::Pair(change) => (
            "pair",
            ChangeKeys::Pair {
                member: change.member.as_deref(),
                key: change.key.as_deref(),
            },
        ),
    };
    ChangeJson {
        by: change.by.as_ref().map(|by| by.as_str()),
        what,
        more,
    }
}

fn entry(change: &EntryChange) -> ChangeKeys<'_> {
    // A document of a sync ends up in logs: words that were sealed stay out of it.
    let body = change.body.as_ref().filter(|_| !change.visibility.is_sealed());
    ChangeKeys::Entry {
        how: change.how.as_str(),
        id: change.id.to_string(),
        kind: body.map(|body| body.kind.as_str()),
        visibility: change.visibility.as_str(),
        text: body.map(|body| body.text.as_str()),
        owner: body
            .and_then(|body| body.owner.as_ref())
            .map(|owner| owner.as_str()),
        due: body.and_then(|body| body.due).map(day),
        re: body.and_then(|body| body.re).map(|id| id.to_string()),
        meeting: change.home.meeting().map(|key| key.to_string()),
        fields: &change.fields,
    }
}
