//! Growth themes over time (docs/command-line.md#growth).

use std::collections::BTreeMap;

use chrono::{Datelike, Months};

use crate::model::{ActionState, Body, Date, Entry, EntryId, Kind, MeetingStatus, Slug, Tone};

use super::Records;

/// A theme is quiet when it was last heard of more than this many days before the end of the window.
const QUIET_DAYS: i64 = 56;

/// Growth in a window of days, both ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Growth<'a> {
    /// The first day.
    pub since: Date,
    /// The last day.
    pub until: Date,
    /// Meetings held.
    pub meetings: usize,
    /// The themes, by entries falling, then name; with a theme asked for, it alone.
    pub themes: Vec<ThemeGrowth>,
    /// Growth, feedback and wins without a theme.
    pub unthemed: usize,
    /// Entries of the window that could not be opened.
    pub unreadable: usize,
    /// With a theme asked for: what was counted for it, by day, then `at`; else empty.
    pub entries: Vec<&'a Entry>,
}

/// One theme in the window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeGrowth {
    /// The theme.
    pub theme: Slug,
    /// Entries that carry it, actions apart.
    pub entries: usize,
    /// Those of them that are wins.
    pub wins: usize,
    /// Feedback that praises.
    pub praise: usize,
    /// Feedback on what to improve.
    pub improve: usize,
    /// Actions that carry it, or follow an entry that does.
    pub actions: ActionCounts,
    /// Entries of each month of the window.
    pub months: Vec<MonthCount>,
    /// The day of the first entry; of the first action where there is no entry.
    pub first: Option<Date>,
    /// The day of the last one.
    pub last: Option<Date>,
    /// Nothing for more than 56 days before the end of the window.
    pub quiet: bool,
}

/// Actions by their state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ActionCounts {
    /// To be done.
    pub open: usize,
    /// Done.
    pub done: usize,
    /// Given up.
    pub dropped: usize,
}

/// A calendar month, by its first day, and the entries in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthCount {
    /// The first day of the month.
    pub month: Date,
    /// Entries, actions apart.
    pub entries: usize,
}

#[derive(Default)]
struct ThemeRow<'a> {
    entries: Vec<&'a Entry>,
    actions: Vec<&'a Entry>,
}

/// The growth themes of a window; `theme` narrows to one and lists the entries behind it.
///
/// An action counts for a theme when it carries the theme and is itself of the window. It counts, too, when it follows
/// (`re`, one step) an entry of the window that carries the theme, whenever it was written: it is what the entry led
/// to.
pub fn growth<'a>(records: &'a Records, since: Date, until: Date, theme: Option<&Slug>) -> Growth<'a> {
    let in_window = |date: Date| since <= date && date <= until;
    let held = |m: &&crate::model::Meeting| m.status == MeetingStatus::Held && in_window(m.key.date);
    let (mut unthemed, mut unreadable) = (0, 0);
    let mut themed: BTreeMap<EntryId, &[Slug]> = BTreeMap::new();
    let mut rows: BTreeMap<&Slug, ThemeRow<'a>> = BTreeMap::new();
    for entry in records.entries.iter().filter(|e| in_window(Records::date_of(e))) {
        let Some(body) = &entry.body else {
            unreadable += 1;
            continue;
        };
        let themes = distinct(&body.themes);
        if themes.is_empty() && matches!(body.kind, Kind::Growth | Kind::Feedback | Kind::Win) {
            unthemed += 1;
        }
        if !body.themes.is_empty() {
            themed.insert(entry.id, &body.themes);
        }
        if body.kind != Kind::Action {
            for theme in themes {
                rows.entry(theme).or_default().entries.push(entry);
            }
        }
    }
    for (entry, body) in records.entries.iter().filter_map(|e| Some((e, e.body.as_ref()?))) {
        if body.kind != Kind::Action {
            continue;
        }
        let own = themed.get(&entry.id).copied().unwrap_or_default();
        let followed = body
            .re
            .and_then(|id| themed.get(&id).copied())
            .unwrap_or_default();
        for theme in distinct(own.iter().chain(followed)) {
            rows.entry(theme).or_default().actions.push(entry);
        }
    }
    let mut entries = Vec::new();
    let mut themes = Vec::new();
    for (name, row) in rows
        .into_iter()
        .filter(|(name, _)| theme.is_none_or(|t| t == *name))
    {
        themes.push(row.count(name, since, until));
        if theme.is_some() {
            entries.extend(row.entries.into_iter().chain(row.actions));
            entries.sort_by_key(|e| (Records::date_of(e), e.at, e.id));
        }
    }
    themes.sort_by(|a, b| b.entries.cmp(&a.entries).then_with(|| a.theme.cmp(&b.theme)));
    Growth {
        since,
        until,
        meetings: records.meetings.iter().filter(held).count(),
        themes,
        unthemed,
        unreadable,
        entries,
    }
}

/// A theme named twice counts once.
fn distinct<'a>(themes: impl IntoIterator<Item = &'a Slug>) -> Vec<&'a Slug> {
    let mut once: Vec<&Slug> = themes.into_iter().collect();
    once.sort();
    once.dedup();
    once
}

impl ThemeRow<'_> {
    fn count(&self, theme: &Slug, since: Date, until: Date) -> ThemeGrowth {
        let among = |is: fn(&Body) -> bool| {
            self.entries
                .iter()
                .filter_map(|e| e.body.as_ref())
                .filter(|b| is(b))
                .count()
        };
        let mut actions = ActionCounts::default();
        for state in self.actions.iter().filter_map(|e| e.body.as_ref()?.state) {
            match state {
                ActionState::Open => actions.open += 1,
                ActionState::Done => actions.done += 1,
                ActionState::Dropped => actions.dropped += 1,
            }
        }
        let heard = if self.entries.is_empty() {
            &self.actions
        } else {
            &self.entries
        };
        let dates = || heard.iter().map(|e| Records::date_of(e));
        let last = dates().max();
        ThemeGrowth {
            theme: theme.clone(),
            entries: self.entries.len(),
            wins: among(|b| b.kind == Kind::Win),
            praise: among(|b| b.kind == Kind::Feedback && b.tone == Some(Tone::Praise)),
            improve: among(|b| b.kind == Kind::Feedback && b.tone == Some(Tone::Improve)),
            actions,
            months: self.months(since, until),
            first: dates().min(),
            last,
            quiet: last.is_some_and(|last| (until - last).num_days() > QUIET_DAYS),
        }
    }

    fn months(&self, since: Date, until: Date) -> Vec<MonthCount> {
        let mut counts: BTreeMap<Date, usize> = BTreeMap::new();
        for entry in &self.entries {
            if let Some(month) = Records::date_of(entry).with_day(1) {
                *counts.entry(month).or_default() += 1;
            }
        }
        let first = since.with_day(1);
        std::iter::successors(first, |month| month.checked_add_months(Months::new(1)))
            .take_while(|month| *month <= until)
            .map(|month| MonthCount {
                month,
                entries: counts.get(&month).copied().unwrap_or(0),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Visibility;
    use crate::query::fixture::{With, date, entry, held, id, records, skipped, slug};

    fn list() -> Records {
        let said = |start: &str, kind, key: &str| entry(start, kind, "ana", "2026-05-01", "x").meeting(key);
        records(
            vec![
                said("kk", Kind::Growth, "2026-06-02").themes(&["design"]),
                said("ll", Kind::Win, "2026-08-11").themes(&["design", "writing", "design"]),
                said("mm", Kind::Feedback, "2026-11-03")
                    .themes(&["writing"])
                    .body(|b| b.tone = Some(Tone::Praise)),
                said("nn", Kind::Feedback, "2026-11-03")
                    .themes(&["writing"])
                    .body(|b| b.tone = Some(Tone::Improve)),
                said("oo", Kind::Growth, "2026-01-06").themes(&["old"]),
                said("pp", Kind::Growth, "2026-11-03"),
                said("qq", Kind::Topic, "2026-11-03"),
                said("rr", Kind::Growth, "2026-11-03").unopened(Visibility::Private),
                // Follows an entry of the window, and carries the same theme: counted once.
                said("ss", Kind::Action, "2026-06-02")
                    .re("kk")
                    .themes(&["design"]),
                said("tt", Kind::Action, "2026-11-24")
                    .re("kk")
                    .state(ActionState::Done),
                // Follows one outside the window.
                said("uu", Kind::Action, "2026-11-03").re("oo"),
                said("vv", Kind::Action, "2026-07-07")
                    .themes(&["on-call"])
                    .state(ActionState::Dropped),
                // Two steps away.
                said("ww", Kind::Action, "2026-11-03").re("tt"),
            ],
            vec![
                held("2026-06-02"),
                held("2026-11-03"),
                skipped("2026-11-10"),
                held("2026-01-06"),
            ],
        )
    }

    #[test]
    fn themes_are_counted_in_the_window() {
        let list = list();
        let growth = growth(&list, date("2026-06-01"), date("2026-11-22"), None);
        assert_eq!((growth.meetings, growth.unthemed, growth.unreadable), (2, 1, 1));
        let names: Vec<(&str, usize)> = growth
            .themes
            .iter()
            .map(|t| (t.theme.as_str(), t.entries))
            .collect();
        assert_eq!(names, [("writing", 3), ("design", 2), ("on-call", 0)]);
        let [writing, design, on_call] = &growth.themes[..] else {
            panic!("three themes")
        };
        assert_eq!(
            (writing.wins, writing.praise, writing.improve, writing.quiet),
            (1, 1, 1, false)
        );
        assert_eq!(
            writing.months.iter().map(|m| m.entries).collect::<Vec<_>>(),
            [0, 0, 1, 0, 0, 2]
        );
        assert_eq!(
            design.actions,
            ActionCounts {
                open: 1,
                done: 1,
                dropped: 0
            }
        );
        assert_eq!(
            (design.first, design.last),
            (Some(date("2026-06-02")), Some(date("2026-08-11")))
        );
        assert!(design.quiet);
        assert_eq!(on_call.actions.dropped, 1);
        assert_eq!(on_call.last, Some(date("2026-07-07")));
        assert!(growth.entries.is_empty());
    }

    #[test]
    fn one_theme_lists_what_is_behind_it() {
        let list = list();
        let growth = growth(
            &list,
            date("2026-06-01"),
            date("2026-11-22"),
            Some(&slug("design")),
        );
        assert_eq!(growth.themes.len(), 1);
        let ids: Vec<EntryId> = growth.entries.iter().map(|e| e.id).collect();
        assert_eq!(ids, [id("kk"), id("ss"), id("ll"), id("tt")]);
    }

    #[test]
    fn waiting_entries_fall_by_at_and_both_ends_are_included() {
        let list = records(
            vec![
                entry("kk", Kind::Growth, "ana", "2026-06-01", "").themes(&["a"]),
                entry("ll", Kind::Growth, "ana", "2026-06-30", "").themes(&["a"]),
                entry("mm", Kind::Growth, "ana", "2026-07-01", "").themes(&["a"]),
            ],
            vec![],
        );
        let june = growth(&list, date("2026-06-01"), date("2026-06-30"), None);
        assert_eq!(june.themes[0].entries, 2);
        assert_eq!(june.themes[0].months.len(), 1);
        let quiet = |until: &str| growth(&list, date("2026-06-01"), date(until), None).themes[0].quiet;
        assert!(!quiet("2026-08-26"));
        assert!(quiet("2026-08-27"));
    }
}
