//! Entries that wait for the next meeting, or the meeting under way (docs/command-line.md#agenda).

use chrono::Datelike;

use crate::model::{ActionState, Date, Entry, Instant, Kind, Meeting, Visibility};

use super::Records;

/// The agenda in the order in which it is gone through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agenda<'a> {
    /// The meetings under way, in the order in which they began. The entries are then theirs, and what is on the agenda.
    pub under_way: Vec<&'a Meeting>,
    /// Open actions of both members, wherever they stand, overdue ones first.
    pub actions: Vec<&'a Entry>,
    /// The report's entries, those that cannot be opened included.
    pub report: Vec<&'a Entry>,
    /// The manager's, likewise.
    pub manager: Vec<&'a Entry>,
    /// Status updates: read beforehand, so they come last.
    pub updates: Vec<&'a Entry>,
    /// A question to ask the manager, where no challenge is open.
    pub question: Option<&'static str>,
}

/// Questions about the manager's problems; a week has one, so that it does not change while it is prepared.
const QUESTIONS: &[&str] = &[
    "What is the hardest thing on your desk this week, and what part of it could I take?",
    "What are you worried about that the team does not see?",
    "Which of your goals is furthest behind, and how could I help?",
    "What would you do first if you had a day more each week?",
    "What is your own manager asking of you right now?",
    "What should I stop doing, so that something more important gets done?",
];

impl<'a> Agenda<'a> {
    /// Every entry, in the order of the sections.
    pub fn entries(&self) -> impl Iterator<Item = &'a Entry> {
        let sections = [&self.actions, &self.report, &self.manager, &self.updates];
        sections.into_iter().flatten().copied()
    }
}

/// The agenda at `now`, whose local day is `today`.
///
/// A challenge is open while it is on the agenda or in the meeting under way and not talked about, or while
/// an action that follows it is open.
pub fn agenda(records: &Records, now: Instant, today: Date) -> Agenda<'_> {
    let under_way = records.all_under_way(now);
    let mut shown: Vec<&Entry> = under_way.iter().flat_map(|m| records.of_meeting(m.key)).collect();
    // `start` leaves private entries behind: their author wants them at hand in the meeting, and nobody else does.
    let is_of_use =
        |e: &&Entry| under_way.is_empty() || e.visibility != Visibility::Private || e.body.is_some();
    shown.extend(records.on_agenda().into_iter().filter(is_of_use));

    let mut actions: Vec<&Entry> = records.open_actions().collect();
    super::actions::sort(&mut actions, today);
    let (mut report, mut manager, mut updates) = (Vec::new(), Vec::new(), Vec::new());
    for entry in &shown {
        match entry.kind() {
            Some(Kind::Action) => {}
            Some(Kind::Update) => updates.push(*entry),
            _ if entry.by == records.pair.manager.slug => manager.push(*entry),
            _ => report.push(*entry),
        }
    }
    let asked = shown.iter().any(|e| is_open_challenge(e)) || follows_challenge(records, &actions);
    Agenda {
        under_way,
        actions,
        report,
        manager,
        updates,
        question: (!asked).then(|| question(today)),
    }
}

fn is_open_challenge(entry: &Entry) -> bool {
    let open = |state: Option<ActionState>| matches!(state, None | Some(ActionState::Open));
    entry
        .body
        .as_ref()
        .is_some_and(|b| b.kind == Kind::Challenge && open(b.state))
}

fn follows_challenge(records: &Records, actions: &[&Entry]) -> bool {
    let followed = actions.iter().filter_map(|a| a.body.as_ref()?.re);
    followed
        .filter_map(|id| records.entry(id))
        .any(|e| e.kind() == Some(Kind::Challenge))
}

fn question(today: Date) -> &'static str {
    let week = today.iso_week().week() as usize;
    QUESTIONS.get(week % QUESTIONS.len()).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::fixture::{With, at, date, entry, held, records};

    fn names(entries: &[&Entry]) -> Vec<String> {
        entries.iter().map(|e| e.id.as_str()[..2].to_owned()).collect()
    }

    fn list() -> Records {
        records(
            vec![
                entry("kk", Kind::Update, "ana", "2026-11-18", "shipped"),
                entry("ll", Kind::Topic, "sam", "2026-11-19", "budget"),
                entry("mm", Kind::Growth, "ana", "2026-11-20", "lead"),
                entry("nn", Kind::Topic, "sam", "2026-11-18", "").unopened(Visibility::Private),
                entry("oo", Kind::Topic, "ana", "2026-11-21", "alone").sealed(Visibility::Private),
                entry("pp", Kind::Action, "ana", "2026-11-01", "a")
                    .meeting("2026-11-01")
                    .due("2026-12-01"),
                entry("qq", Kind::Action, "sam", "2026-11-01", "b")
                    .meeting("2026-11-01")
                    .due("2026-11-20"),
                entry("rr", Kind::Topic, "ana", "2026-11-01", "old").meeting("2026-11-01"),
            ],
            vec![held("2026-11-01")],
        )
    }

    #[test]
    fn sections_come_in_the_order_of_the_talk() {
        let list = list();
        let agenda = agenda(&list, at("2026-11-22T09:00:00Z"), date("2026-11-22"));
        assert!(agenda.under_way.is_empty());
        assert_eq!(names(&agenda.actions), ["qq", "pp"]);
        assert_eq!(names(&agenda.report), ["mm", "oo"]);
        assert_eq!(names(&agenda.manager), ["nn", "ll"]);
        assert_eq!(names(&agenda.updates), ["kk"]);
        assert_eq!(agenda.entries().count(), 7);
        assert!(agenda.question.is_some());
    }

    #[test]
    fn the_meeting_under_way_comes_before_the_agenda() {
        let mut list = list();
        let mut now = held("2026-11-22");
        now.ended = None;
        list.meetings.push(now.clone());
        list.entries
            .push(entry("ss", Kind::Topic, "ana", "2026-11-20", "moved").meeting("2026-11-22"));
        let agenda = agenda(&list, at("2026-11-22T10:10:00Z"), date("2026-11-22"));
        assert_eq!(agenda.under_way, [&now]);
        assert_eq!(
            names(&agenda.report),
            ["ss", "mm", "oo"],
            "an entry that came since is shown"
        );
        assert_eq!(
            names(&agenda.manager),
            ["ll"],
            "a private one of the other member's is not"
        );
    }

    #[test]
    fn an_open_challenge_is_question_enough() {
        let mut list = list();
        let asks = |list: &Records| {
            agenda(list, at("2026-11-22T09:00:00Z"), date("2026-11-22"))
                .question
                .is_some()
        };
        list.entries
            .push(entry("tt", Kind::Challenge, "ana", "2026-11-20", "?"));
        assert!(!asks(&list));
        let talked = list
            .entries
            .pop()
            .unwrap()
            .state(ActionState::Done)
            .meeting("2026-11-15");
        list.entries.push(talked);
        assert!(asks(&list));
        list.entries
            .push(entry("uu", Kind::Action, "ana", "2026-11-20", "help").re("tt"));
        assert!(!asks(&list));
    }
}
