//! The documents, one for each kind of answer.

use crate::model::{Date, Entry, Meeting, Role};
use crate::query;
use crate::render::{
    CloneFacts, DemoFacts, InANameFacts, MisnamedFacts, OwnChangeFacts, PairFacts, StatusFacts, SyncFacts,
    WidenedFacts,
};

use super::changes::{change, counts};
use super::entry::{EntryContext, EntryJson, day, entries, instant};
use super::shapes::*;

impl<'a> JsonDocument<'a> {
    /// `{"entry":{…}}`: what `add`, `edit`, `show ID`, `share` and `done ID` answer.
    pub fn entry(entry: &'a Entry, scope: &EntryContext<'a>) -> Self {
        Self(JsonShape::Entry {
            entry: Box::new(EntryJson::new(entry, scope)),
        })
    }

    /// `{"entries":[…]}`: what `agenda`, `log` and `conflicts` answer, and `done` with several ids.
    pub fn entries(list: impl IntoIterator<Item = &'a Entry>, scope: &EntryContext<'a>) -> Self {
        Self(JsonShape::Entries {
            entries: entries(list, scope),
        })
    }

    /// `{"meeting":{…},"entries":[…]}`: what `start`, `end`, `skip` and `show DATE` answer.
    pub fn meeting(
        meeting: &Meeting,
        list: impl IntoIterator<Item = &'a Entry>,
        scope: &EntryContext<'a>,
    ) -> Self {
        let meeting = MeetingJson {
            date: meeting.key.to_string(),
            status: meeting.status.as_str(),
            started: meeting.started.map(instant),
            ended: meeting.ended.map(instant),
        };
        Self(JsonShape::Meeting {
            meeting,
            entries: entries(list, scope),
        })
    }

    /// `{"next","was"}`: what `next` answers.
    pub fn next(next: Option<Date>, was: Option<Date>) -> Self {
        Self(JsonShape::Next(NextJson {
            next: next.map(day),
            was: was.map(day),
        }))
    }

    /// The answer of `actions`.
    pub fn actions(actions: &query::Actions<'a>, scope: &EntryContext<'a>) -> Self {
        Self(JsonShape::Actions(ActionsJson {
            as_of: day(actions.as_of),
            entries: entries(actions.entries.iter().copied(), scope),
            open: actions.open,
            overdue: actions.overdue,
            done: actions.done,
            dropped: actions.dropped,
        }))
    }

    /// The answer of `growth`; `behind` adds the entries behind the one theme asked for.
    pub fn growth(growth: &query::Growth<'a>, behind: bool, scope: &EntryContext<'a>) -> Self {
        Self(JsonShape::Growth(GrowthJson {
            since: day(growth.since),
            until: day(growth.until),
            meetings: growth.meetings,
            themes: growth.themes.iter().map(theme).collect(),
            unthemed: growth.unthemed,
            unreadable: growth.unreadable,
            entries: behind.then(|| entries(growth.entries.iter().copied(), scope)),
        }))
    }

    /// The answer of `sync`.
    pub fn sync(facts: &'a SyncFacts) -> Self {
        Self(JsonShape::Sync(SyncJson {
            pulled: facts.incoming.entries(),
            pushed: facts.outgoing.entries(),
            merged: facts.merged,
            conflicts: facts.conflicts,
            kept: facts.kept.iter().map(ToString::to_string).collect(),
            attempts: facts.attempts,
            delivered: facts.delivered,
            next_pulled: facts.incoming.next,
            next_pushed: facts.outgoing.next,
            incoming: counts(facts.incoming),
            outgoing: counts(facts.outgoing),
            came: facts.came.iter().map(change).collect(),
            alone: facts.alone.as_deref(),
            widened: facts.widened.iter().map(widened).collect(),
            own_changed: facts.own_changed.iter().map(own_change).collect(),
            in_a_name: facts.in_a_name.iter().map(in_a_name).collect(),
        }))
    }

    /// The answer of `status`.
    pub fn status(facts: &'a StatusFacts) -> Self {
        Self(JsonShape::Status(StatusJson {
            branch: &facts.branch,
            ahead: facts.ahead,
            behind: facts.behind,
            uncommitted: facts.uncommitted,
            conflicts: facts.conflicts,
            untracked: facts.untracked,
            misnamed: misnamed(&facts.misnamed),
            incoming: counts(facts.incoming),
            outgoing: counts(facts.outgoing),
            widened: facts.widened.iter().map(widened).collect(),
            seat_changed: facts.seat_changed,
        }))
    }

    /// The answer of `pairs`: `{"pairs":[{"pair","dir","partner","role","problem"}]}`.
    pub fn pairs(pairs: &'a [PairFacts]) -> Self {
        fn some(text: &str) -> Option<&str> {
            Some(text).filter(|t| !t.is_empty())
        }
        let pairs = pairs.iter().map(|p| PairJson {
            pair: &p.name,
            dir: &p.dir,
            partner: some(&p.partner),
            role: some(&p.role),
            problem: p.problem.as_deref(),
        });
        Self(JsonShape::Pairs {
            pairs: pairs.collect(),
        })
    }

    /// The answer of `demo`: `{"dir","remote","manager":{"member","clone","identity"},"report":{…}}`.
    pub fn demo(facts: &'a DemoFacts) -> Self {
        fn clone(facts: &CloneFacts) -> CloneJson<'_> {
            CloneJson {
                member: &facts.member,
                clone: &facts.clone,
                identity: &facts.identity,
            }
        }
        Self(JsonShape::Demo(DemoJson {
            dir: &facts.dir,
            remote: &facts.remote,
            manager: clone(&facts.manager),
            report: clone(&facts.report),
        }))
    }

    /// The answer of the bare `oneonone`.
    pub fn overview(overview: &query::Overview) -> Self {
        Self(JsonShape::Overview(OverviewJson {
            next: overview.next.map(|n| day(n.date)),
            days: overview.next.map(|n| n.days),
            agreed: overview.next.is_some_and(|n| n.agreed),
            under_way: overview.under_way.as_ref().map(|m| m.key.to_string()),
            waiting: WaitingJson {
                manager: overview.waiting(Role::Manager),
                report: overview.waiting(Role::Report),
            },
            open: overview.open,
            overdue: overview.overdue,
            conflicts: overview.conflicts,
        }))
    }
}

/// Files that look like records.
pub(super) fn misnamed(files: &[MisnamedFacts]) -> Vec<MisnamedJson<'_>> {
    let file = files.iter().map(|file| MisnamedJson {
        path: &file.path,
        record: file.record.as_deref(),
    });
    file.collect()
}

fn theme(growth: &query::ThemeGrowth) -> ThemeJson {
    let months = growth.months.iter().map(|m| MonthJson {
        month: m.month.format("%Y-%m").to_string(),
        entries: m.entries,
    });
    ThemeJson {
        theme: growth.theme.to_string(),
        entries: growth.entries,
        wins: growth.wins,
        praise: growth.praise,
        improve: growth.improve,
        actions: CountsJson {
            open: growth.actions.open,
            done: growth.actions.done,
            dropped: growth.actions.dropped,
        },
        months: months.collect(),
        first: growth.first.map(day),
        last: growth.last.map(day),
        quiet: growth.quiet,
    }
}

fn widened(facts: &WidenedFacts) -> WidenedJson<'_> {
    WidenedJson {
        id: facts.id.to_string(),
        by: facts.by.as_str(),
        was: facts.was.as_str(),
        is: facts.is.as_str(),
        commit: facts.commit.as_deref(),
    }
}

fn in_a_name(facts: &InANameFacts) -> InANameJson<'_> {
    InANameJson {
        id: facts.id.to_string(),
        by: facts.by.as_str(),
        commit: &facts.commit,
        author: &facts.author,
        committer: &facts.committer,
    }
}

fn own_change(facts: &OwnChangeFacts) -> OwnChangeJson<'_> {
    OwnChangeJson {
        id: facts.id.to_string(),
        how: facts.how,
        by: facts.by.as_ref().map(|by| by.as_str()),
        commit: facts.commit.as_deref(),
        author: facts.author.as_deref(),
        committer: facts.committer.as_deref(),
    }
}
