//! Tab-separated values for pipes: no header, RFC 3339, nothing cut (docs/command-line.md#tsv).
//!
//! A field that is absent is empty. Inside a field a backslash, a tab and a newline are `\\`, `\t` and `\n`, and
//! any other character that could drive a terminal or that nobody sees is spelled `\u{1b}`. With `--all` the first column is the pair.

use chrono::SecondsFormat;

use crate::model::{Entry, Instant, with_hidden};
use crate::query;

use super::{ConflictFacts, PairFacts, Printable, StatusFacts, SyncFacts, ValueFacts};

/// Entries, as `agenda`, `log`, `actions`, `show` and `growth --theme` list them. Columns: id, kind, visibility,
/// by, at, meeting, state, owner, due, carried, themes (separated by commas), re, text.
///
/// The kind is empty where the entry cannot be opened, the meeting where it waits on the agenda.
pub fn entries<'a>(pair: Option<&str>, entries: impl IntoIterator<Item = &'a Entry>) -> Printable {
    rows(pair, entries.into_iter().map(entry))
}

/// The rows of `growth`. Columns: theme, entries, wins, praise, improve, actions open, actions done, actions dropped,
/// first, last, quiet (`true` or `false`), months (`2026-06=3`, separated by commas).
pub fn growth(pair: Option<&str>, growth: &query::Growth<'_>) -> Printable {
    rows(pair, growth.themes.iter().map(theme))
}

/// Conflicts, a row for every value that is not shown. Columns: where (an id, the date of a meeting, `agenda` or
/// `pair`), field, the shown value, the other value, who wrote that, the number that takes it.
///
/// A value is empty where it is absent or cannot be opened.
pub fn conflicts(pair: Option<&str>, conflicts: &[ConflictFacts<'_>]) -> Printable {
    let of_field = |conflict: &ConflictFacts<'_>| {
        let shown = conflict
            .values
            .first()
            .and_then(|v| v.value.clone())
            .unwrap_or_default();
        let others = conflict.values.iter().enumerate().skip(1);
        let row = |(at, other): (usize, &ValueFacts)| {
            vec![
                conflict.address.clone(),
                conflict.field.clone(),
                shown.clone(),
                other.value.clone().unwrap_or_default(),
                text(other.by.as_ref()),
                (at + 1).to_string(),
            ]
        };
        others.map(row).collect::<Vec<_>>()
    };
    rows(pair, conflicts.iter().flat_map(of_field))
}

/// The outcome of `sync`. Columns: pulled, pushed, merged, conflicts, kept (ids separated by commas), attempts, delivered.
pub fn sync(pair: Option<&str>, facts: &SyncFacts) -> Printable {
    let kept: Vec<String> = facts.kept.iter().map(ToString::to_string).collect();
    let row = vec![
        facts.incoming.entries().to_string(),
        facts.outgoing.entries().to_string(),
        facts.merged.to_string(),
        facts.conflicts.to_string(),
        kept.join(","),
        facts.attempts.to_string(),
        facts.delivered.to_string(),
    ];
    rows(pair, [row])
}

/// `status`. Columns: branch, ahead, behind, uncommitted, conflicts.
pub fn status(pair: Option<&str>, facts: &StatusFacts) -> Printable {
    let row = vec![
        facts.branch.clone(),
        facts.ahead.to_string(),
        facts.behind.to_string(),
        facts.uncommitted.to_string(),
        facts.conflicts.to_string(),
    ];
    rows(pair, [row])
}

/// `pairs`. Columns: name, folder, partner, my seat (`manager` or `report`), why it cannot be read.
pub fn pairs(pairs: &[PairFacts]) -> Printable {
    let row = |p: &PairFacts| {
        let problem = p.problem.clone().unwrap_or_default();
        vec![
            p.name.clone(),
            p.dir.clone(),
            p.partner.clone(),
            p.role.clone(),
            problem,
        ]
    };
    rows(None, pairs.iter().map(row))
}

/// The bare `oneonone`. Columns: next meeting, days to it, the manager's entries waiting, the report's, open actions,
/// overdue ones, conflicts.
pub fn overview(pair: Option<&str>, overview: &query::Overview) -> Printable {
    let row = vec![
        text(overview.next.map(|n| n.date)),
        text(overview.next.map(|n| n.days)),
        overview.manager_waiting.to_string(),
        overview.report_waiting.to_string(),
        overview.open.to_string(),
        overview.overdue.to_string(),
        overview.conflicts.to_string(),
    ];
    rows(pair, [row])
}

/// Rows of a kind that one command alone has, such as `who` and `check`.
pub fn table(pair: Option<&str>, table: impl IntoIterator<Item = Vec<String>>) -> Printable {
    rows(pair, table)
}

fn entry(entry: &Entry) -> Vec<String> {
    let body = entry.body.as_ref();
    let themes: Vec<&str> = body.iter().flat_map(|b| &b.themes).map(|t| t.as_str()).collect();
    vec![
        entry.id.to_string(),
        text(body.map(|b| b.kind)),
        entry.visibility.to_string(),
        entry.by.to_string(),
        instant(entry.at),
        text(entry.home.meeting()),
        text(body.and_then(|b| b.state)),
        text(body.and_then(|b| b.owner.as_ref())),
        text(body.and_then(|b| b.due)),
        entry.carried.to_string(),
        themes.join(","),
        text(body.and_then(|b| b.re)),
        text(body.map(|b| &b.text)),
    ]
}

fn theme(theme: &query::ThemeGrowth) -> Vec<String> {
    let months = theme
        .months
        .iter()
        .map(|m| format!("{}={}", m.month.format("%Y-%m"), m.entries));
    vec![
        theme.theme.to_string(),
        theme.entries.to_string(),
        theme.wins.to_string(),
        theme.praise.to_string(),
        theme.improve.to_string(),
        theme.actions.open.to_string(),
        theme.actions.done.to_string(),
        theme.actions.dropped.to_string(),
        text(theme.first),
        text(theme.last),
        theme.quiet.to_string(),
        months.collect::<Vec<_>>().join(","),
    ]
}

fn instant(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

fn text<T: ToString>(value: Option<T>) -> String {
    value.map(|v| v.to_string()).unwrap_or_default()
}

fn rows(pair: Option<&str>, rows: impl IntoIterator<Item = Vec<String>>) -> Printable {
    let mut out = String::new();
    for row in rows {
        let fields: Vec<String> = pair
            .into_iter()
            .chain(row.iter().map(String::as_str))
            .map(escape)
            .collect();
        out.push_str(&fields.join("\t"));
        out.push('\n');
    }
    out.into()
}

fn escape(field: &str) -> String {
    let mut out = String::with_capacity(field.len());
    for (c, is_hidden) in with_hidden(field) {
        match c {
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            c if is_hidden => out.push_str(&format!("\\u{{{:x}}}", c as u32)),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{Kind, Visibility, visible};
    use crate::query::fixture::{With, date, entry as made, records};

    #[test]
    fn an_entry_is_a_row() {
        let action = made("kk", Kind::Action, "sam", "2026-11-20", "a\tb\nc\\d\u{1b}")
            .meeting("2026-11-24")
            .themes(&["x", "y"])
            .due("2026-12-01")
            .re("mm");
        let sealed = made("ll", Kind::Topic, "ana", "2026-11-20", "").unopened(Visibility::Private);
        assert_eq!(
            entries(None, [&action, &sealed]),
            concat!(
                "kkkkkkkkkkkk\taction\tshared\tsam\t2026-11-20T09:00:00Z\t2026-11-24\topen\tsam\t2026-12-01\t0\tx,y\t",
                "mmkkkkkkkkkk\ta\\tb\\nc\\\\d\\u{1b}\n",
                "llkkkkkkkkkk\t\tprivate\tana\t2026-11-20T09:00:00Z\t\t\t\t\t0\t\t\t\n",
            )
        );
        assert!(entries(Some("ana"), [&sealed]).as_str().starts_with("ana\tllkk"));
    }

    #[test]
    fn growth_is_a_row_a_theme() {
        let list = records(
            vec![made("kk", Kind::Win, "ana", "2026-10-10", "x").themes(&["a"])],
            vec![],
        );
        let seen = query::growth(&list, date("2026-10-01"), date("2026-11-22"), None);
        assert_eq!(
            growth(None, &seen),
            "a\t1\t1\t0\t0\t0\t0\t0\t2026-10-10\t2026-10-10\tfalse\t2026-10=1,2026-11=0\n"
        );
    }

    fn unescape(field: &str) -> String {
        let mut out = String::new();
        let mut chars = field.chars();
        while let Some(c) = chars.next() {
            if c != '\\' {
                out.push(c);
                continue;
            }
            match chars.next().unwrap() {
                't' => out.push('\t'),
                'n' => out.push('\n'),
                '\\' => out.push('\\'),
                'u' => {
                    let code: String = chars.by_ref().skip(1).take_while(|c| *c != '}').collect();
                    out.push(char::from_u32(u32::from_str_radix(&code, 16).unwrap()).unwrap());
                }
                other => panic!("\\{other}"),
            }
        }
        out
    }

    proptest! {
        #[test]
        fn a_field_unescapes_to_what_it_was(
            field in prop::collection::vec(prop_oneof![Just('\\'), Just('\t'), Just('\n'), Just('u'), Just('{'), any::<char>()], 0..40)
        ) {
            let field: String = field.into_iter().collect();
            let escaped = escape(&field);
            prop_assert!(matches!(visible(&escaped), std::borrow::Cow::Borrowed(_)) && !escaped.contains(['\t', '\n']));
            prop_assert_eq!(unescape(&escaped), field);
        }
    }
}
