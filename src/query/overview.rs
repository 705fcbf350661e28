//! Where a pair stands, and the one thing to do next: the bare `oneonone` (docs/command-line.md#next-step).

use chrono::Days;

use crate::model::{Date, Entry, Instant, Meeting, Role, Slug};

use super::Records;
use super::actions::is_overdue;

/// Where a pair stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// The meeting to come, where there is a date to go by.
    pub next: Option<NextMeeting>,
    /// The meeting under way.
    pub under_way: Option<Meeting>,
    /// How many entries the manager has on the agenda, actions apart; those that I cannot open count too.
    pub manager_waiting: usize,
    /// How many the report has on it.
    pub report_waiting: usize,
    /// Open actions of both.
    pub open: usize,
    /// Open actions of my own.
    pub mine: usize,
    /// Overdue ones of both.
    pub overdue: usize,
    /// Overdue ones of my own.
    pub mine_overdue: usize,
    /// How many entries, heads and settings have a conflict.
    pub conflicts: usize,
    /// The next thing to do.
    pub step: NextStep,
}

/// When the next meeting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextMeeting {
    /// The day.
    pub date: Date,
    /// Days from today; negative when it has passed.
    pub days: i64,
    /// Whether the two agreed on it; else it follows from the last meeting and the cadence.
    pub agreed: bool,
}

/// The one thing to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStep {
    /// A meeting is under way: talk, then `end`.
    End,
    /// Both sides changed the same: `conflicts`.
    Resolve,
    /// The meeting is today: `start`.
    Start,
    /// Its day has passed: `start` now, or `skip` it.
    Missed(Date),
    /// I have put nothing on the agenda: `add`.
    Add,
    /// Actions of mine are overdue: `actions --mine`.
    Act,
    /// Nothing: the agenda is there to look at.
    Look,
}

impl Overview {
    /// How many entries a member has on the agenda.
    pub fn waiting(&self, role: Role) -> usize {
        match role {
            Role::Manager => self.manager_waiting,
            Role::Report => self.report_waiting,
        }
    }
}

/// The overview for the member `me` at `now`, whose local day is `today`. `conflicts` counts those of heads and settings too,
/// which are not among the records.
pub fn overview(records: &Records, me: &Slug, now: Instant, today: Date, conflicts: usize) -> Overview {
    let pair = &records.pair;
    let waits = |e: &&Entry| records.waits(e, now);
    let waiting = records.entries.iter().filter(waits).count();
    let of_manager = |e: &&Entry| e.by == pair.manager.slug;
    let manager_waiting = records.entries.iter().filter(waits).filter(of_manager).count();
    let report_waiting = waiting - manager_waiting;
    let open: Vec<&Entry> = records.open_actions().collect();
    let own = |e: &&&Entry| e.body.as_ref().is_some_and(|b| b.owner.as_ref() == Some(me));
    let late = |e: &&&Entry| is_overdue(e, today);
    let next = next_meeting(records, today);
    let under_way = records.under_way(now).cloned();
    let mine_waiting = if *me == pair.manager.slug {
        manager_waiting
    } else {
        report_waiting
    };
    let mine_overdue = open.iter().filter(own).filter(late).count();
    let step = match next {
        _ if under_way.is_some() => NextStep::End,
        _ if conflicts > 0 => NextStep::Resolve,
        Some(NextMeeting { date, days, .. }) if days < 0 => NextStep::Missed(date),
        Some(NextMeeting { days: 0, .. }) => NextStep::Start,
        _ if mine_waiting == 0 => NextStep::Add,
        _ if mine_overdue > 0 => NextStep::Act,
        None => NextStep::Start,
        Some(_) => NextStep::Look,
    };
    Overview {
        next,
        under_way,
        manager_waiting,
        report_waiting,
        open: open.len(),
        mine: open.iter().filter(own).count(),
        overdue: open.iter().filter(late).count(),
        mine_overdue,
        conflicts,
        step,
    }
}

/// The agreed date; else the cadence on from the last meeting held, past those that were skipped.
fn next_meeting(records: &Records, today: Date) -> Option<NextMeeting> {
    let latest = records.meetings.iter().map(|m| m.key.date).max();
    let agreed = records.agreed_next();
    let date = match agreed {
        Some(date) => date,
        None => {
            let held = records.last_held()?.key.date;
            let gap = u64::from(records.pair.cadence.days()).max(1);
            let past = latest.map_or(0, |latest| (latest - held).num_days().unsigned_abs());
            held.checked_add_days(Days::new((past / gap + 1) * gap))?
        }
    };
    Some(NextMeeting {
        date,
        days: (date - today).num_days(),
        agreed: agreed.is_some(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Kind, Visibility};
    use crate::query::fixture::{With, at, date, entry, held, records, skipped, slug};

    fn at_noon(records: &Records, me: &str, day: &str) -> Overview {
        in_conflict(records, me, day, 0)
    }

    fn in_conflict(records: &Records, me: &str, day: &str, conflicts: usize) -> Overview {
        let now = at(&format!("{day}T12:00:00Z"));
        overview(records, &slug(me), now, date(day), conflicts)
    }

    fn list() -> Records {
        let mut list = records(
            vec![
                entry("kk", Kind::Topic, "sam", "2026-11-20", "x"),
                entry("ll", Kind::Topic, "sam", "2026-11-20", "").unopened(Visibility::Private),
                entry("mm", Kind::Action, "ana", "2026-11-20", "do").due("2026-11-21"),
                entry("nn", Kind::Action, "sam", "2026-11-17", "do").meeting("2026-11-17"),
            ],
            vec![held("2026-11-10"), held("2026-11-17")],
        );
        list.pair.next = Some(date("2026-11-24"));
        list
    }

    #[test]
    fn counts_what_waits_and_says_what_to_do() {
        let mut list = list();
        let seen = at_noon(&list, "ana", "2026-11-22");
        assert_eq!(
            seen.next,
            Some(NextMeeting {
                date: date("2026-11-24"),
                days: 2,
                agreed: true
            })
        );
        assert_eq!((seen.waiting(Role::Manager), seen.waiting(Role::Report)), (2, 0));
        assert_eq!(
            (seen.open, seen.mine, seen.overdue, seen.mine_overdue),
            (2, 1, 1, 1)
        );
        assert_eq!(seen.step, NextStep::Add);
        assert_eq!(at_noon(&list, "sam", "2026-11-22").step, NextStep::Look);
        assert_eq!(at_noon(&list, "sam", "2026-11-24").step, NextStep::Start);
        assert_eq!(
            at_noon(&list, "sam", "2026-11-26").step,
            NextStep::Missed(date("2026-11-24"))
        );
        list.entries
            .push(entry("oo", Kind::Topic, "ana", "2026-11-20", "x"));
        assert_eq!(at_noon(&list, "ana", "2026-11-22").step, NextStep::Act);
        let seen = in_conflict(&list, "ana", "2026-11-22", 2);
        assert_eq!((seen.step, seen.conflicts), (NextStep::Resolve, 2));
        let mut now = held("2026-11-22");
        (now.started, now.ended) = (Some(at("2026-11-22T11:30:00Z")), None);
        list.meetings.push(now.clone());
        let seen = in_conflict(&list, "ana", "2026-11-22", 2);
        assert_eq!((seen.step, seen.under_way), (NextStep::End, Some(now)));
    }

    #[test]
    fn the_next_meeting_follows_the_cadence_past_skipped_ones() {
        let next = |meetings: Vec<Meeting>, agreed: Option<&str>| {
            let mut list = records(vec![], meetings);
            list.pair.next = agreed.map(date);
            at_noon(&list, "ana", "2026-11-22")
                .next
                .map(|n| (n.date.to_string(), n.agreed))
        };
        let on = |day: &str, agreed| Some((day.to_owned(), agreed));
        assert_eq!(next(vec![], None), None);
        assert_eq!(next(vec![], Some("2026-11-30")), on("2026-11-30", true));
        assert_eq!(next(vec![held("2026-11-17")], None), on("2026-11-24", false));
        assert_eq!(
            next(vec![held("2026-11-10"), skipped("2026-11-17")], None),
            on("2026-11-24", false)
        );
        assert_eq!(
            next(vec![held("2026-11-10"), skipped("2026-11-16")], None),
            on("2026-11-17", false)
        );
        // The agreed one took place.
        assert_eq!(
            next(vec![held("2026-11-17")], Some("2026-11-17")),
            on("2026-11-24", false)
        );
        // It stands, though a later day is skipped. It goes with its own.
        assert_eq!(
            next(
                vec![held("2026-11-17"), skipped("2026-12-08")],
                Some("2026-11-30")
            ),
            on("2026-11-30", true)
        );
        assert_eq!(
            next(
                vec![held("2026-11-17"), skipped("2026-11-30")],
                Some("2026-11-30")
            ),
            on("2026-12-01", false)
        );
        let none = records(vec![], vec![]);
        assert_eq!(at_noon(&none, "ana", "2026-11-22").step, NextStep::Add);
    }
}
