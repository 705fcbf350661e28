//! Action items (docs/command-line.md#actions).

use crate::model::{ActionState, Date, Entry, Kind, Member, Slug};

use super::Records;

/// Which action items to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionFilter {
    /// Of this member alone.
    pub owner: Option<Slug>,
    /// Only those that are overdue.
    pub overdue: bool,
    /// In this state; none for all states.
    pub state: Option<ActionState>,
    /// Written on this day (UTC) or later.
    pub since: Option<Date>,
}

impl Default for ActionFilter {
    /// The open ones of both members.
    fn default() -> Self {
        Self {
            owner: None,
            overdue: false,
            state: Some(ActionState::Open),
            since: None,
        }
    }
}

/// A list of action items, with counts that ignore which states are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actions<'a> {
    /// The day that overdue is reckoned from.
    pub as_of: Date,
    /// Those listed: overdue ones by due date, then by due date, then those without one, then by `at`.
    pub entries: Vec<&'a Entry>,
    /// Open ones, overdue ones included.
    pub open: usize,
    /// Open ones whose due date has passed.
    pub overdue: usize,
    /// Done.
    pub done: usize,
    /// Given up.
    pub dropped: usize,
}

/// Whether an entry is an open action that was due before today.
pub fn is_overdue(entry: &Entry, today: Date) -> bool {
    entry.is_open_action()
        && entry
            .body
            .as_ref()
            .and_then(|b| b.due)
            .is_some_and(|due| due < today)
}

/// The action items of a pair. The counts heed the owner and `since`, not the state nor `overdue`.
pub fn actions<'a>(records: &'a Records, filter: &ActionFilter, today: Date) -> Actions<'a> {
    let mut out = Actions {
        as_of: today,
        entries: Vec::new(),
        open: 0,
        overdue: 0,
        done: 0,
        dropped: 0,
    };
    for entry in &records.entries {
        let Some(body) = entry.body.as_ref().filter(|b| b.kind == Kind::Action) else {
            continue;
        };
        let asked = filter
            .owner
            .as_ref()
            .is_none_or(|o| body.owner.as_ref() == Some(o))
            && filter.since.is_none_or(|since| entry.at.date_naive() >= since);
        if !asked {
            continue;
        }
        let state = body.state.unwrap_or(ActionState::Open);
        let overdue = is_overdue(entry, today);
        match state {
            ActionState::Open => out.open += 1,
            ActionState::Done => out.done += 1,
            ActionState::Dropped => out.dropped += 1,
        }
        out.overdue += usize::from(overdue);
        if filter.state.is_none_or(|s| s == state) && (overdue || !filter.overdue) {
            out.entries.push(entry);
        }
    }
    sort(&mut out.entries, today);
    out
}

/// Overdue first, then by due date, those without one last; then by `at`.
pub(crate) fn sort(entries: &mut [&Entry], today: Date) {
    entries.sort_by_key(|e| {
        let due = e.body.as_ref().and_then(|b| b.due);
        (!is_overdue(e, today), due.is_none(), due, e.at, e.id)
    });
}

/// The open actions of each member, the manager first: the lists that are read aloud at the end of a meeting.
pub fn to_do(records: &Records, today: Date) -> [(&Member, Vec<&Entry>); 2] {
    records.pair.members().map(|member| {
        let filter = ActionFilter {
            owner: Some(member.slug.clone()),
            ..ActionFilter::default()
        };
        (member, actions(records, &filter, today).entries)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::fixture::{With, date, entry, id, records, slug};

    fn list() -> Records {
        let action = |start: &str, by: &str, day: &str| entry(start, Kind::Action, by, day, "do");
        records(
            vec![
                action("kk", "ana", "2026-11-01"),
                action("ll", "ana", "2026-11-02").due("2026-12-01"),
                action("mm", "sam", "2026-11-03").due("2026-11-21"),
                action("nn", "sam", "2026-11-04").due("2026-11-22"),
                action("oo", "sam", "2026-11-05")
                    .due("2026-11-01")
                    .state(ActionState::Done),
                action("pp", "ana", "2026-01-05").state(ActionState::Dropped),
                entry("qq", Kind::Topic, "ana", "2026-11-05", "no action").due("2026-11-01"),
            ],
            vec![],
        )
    }

    fn ids(actions: &Actions<'_>) -> Vec<String> {
        actions
            .entries
            .iter()
            .map(|e| e.id.as_str()[..2].to_owned())
            .collect()
    }

    #[test]
    fn open_ones_come_overdue_first_then_by_due_date() {
        let list = list();
        let open = actions(&list, &ActionFilter::default(), date("2026-11-22"));
        assert_eq!(ids(&open), ["mm", "nn", "ll", "kk"]);
        assert_eq!((open.open, open.overdue, open.done, open.dropped), (4, 1, 1, 1));
        assert_eq!(open.as_of, date("2026-11-22"));
    }

    #[test]
    fn filters_narrow_the_list_and_state_leaves_the_counts() {
        let list = list();
        let today = date("2026-11-22");
        let all = |f: ActionFilter| actions(&list, &f, today);
        let base = ActionFilter::default;
        let done = all(ActionFilter {
            state: Some(ActionState::Done),
            ..base()
        });
        assert_eq!((ids(&done), done.open, done.done), (vec!["oo".to_owned()], 4, 1));
        let overdue = all(ActionFilter {
            overdue: true,
            ..base()
        });
        assert_eq!((ids(&overdue), overdue.open), (vec!["mm".to_owned()], 4));
        let mine = all(ActionFilter {
            owner: Some(slug("ana")),
            state: None,
            ..base()
        });
        assert_eq!(ids(&mine), ["ll", "pp", "kk"]);
        assert_eq!((mine.open, mine.overdue, mine.done, mine.dropped), (2, 0, 0, 1));
        let since = all(ActionFilter {
            since: Some(date("2026-11-03")),
            ..base()
        });
        assert_eq!(
            (ids(&since), since.dropped),
            (vec!["mm".to_owned(), "nn".to_owned()], 0)
        );
    }

    #[test]
    fn each_member_hears_their_own() {
        let list = list();
        let [(sam, sams), (ana, anas)] = to_do(&list, date("2026-11-22"));
        assert_eq!((sam.slug.as_str(), ana.slug.as_str()), ("sam", "ana"));
        assert_eq!(
            sams.iter().map(|e| e.id).collect::<Vec<_>>(),
            [id("mm"), id("nn")]
        );
        assert_eq!(anas.len(), 2);
    }
}
