//! A history that somebody rewrote, with the changes of this clone on top (docs/sync.md#rewritten).

use std::collections::BTreeSet;

use crate::model::{Address, EntryId, Home, Row, State, Table};

use super::merge;
use super::states::{MergeError, Merged};

/// The outcome of putting changes on top of a rewritten state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnTop {
    /// The rewritten state with the changes.
    pub state: State,
    /// Changes that were left out, because the rewrite had changed or removed the same: it may have been to take out a
    /// word that they still hold.
    pub left_out: Vec<Address>,
    /// Entries that I removed and the rewrite has edited: they stay as edited.
    pub kept: Vec<EntryId>,
}

/// Puts what changed from `seen` to `mine` on top of `rewritten`. A value that the rewrite took out comes back in no way:
/// every value in the outcome stands in `rewritten`, or stands in `mine` and not in `seen`.
///
/// # Errors
/// Those of [`merge`].
pub fn on_top(seen: &State, rewritten: &State, mine: &State) -> Result<OnTop, MergeError> {
    let Merged { mut state, mut kept } = merge(seen, rewritten, mine)?;
    let mut left_out = Vec::new();
    let ids: Vec<_> = state.entries.keys().copied().collect();
    for id in ids {
        let there = rewritten.entries.get(&id);
        let table = |state: &'_ State| state.entries.get(&id).map(|placed| placed.entry.clone());
        if is_at_odds([seen, rewritten, mine, &state].map(table)) {
            match there {
                Some(there) => {
                    // I may have removed the meeting in which it stands.
                    if let (None, Some(head)) = (state.header(there.home), rewritten.header(there.home)) {
                        let head = head.clone();
                        state.set_header(there.home, head);
                    }
                    drop(state.entries.insert(id, there.clone()));
                }
                None => drop(state.entries.remove(&id)),
            }
            left_out.push(Address::Entry(id));
        }
    }
    let lived_in: BTreeSet<Home> = state.entries.values().map(|placed| placed.home).collect();
    let heads: Vec<Home> = state.headers().map(|(home, _)| home).collect();
    for home in heads {
        let head = |state: &'_ State| state.header(home).cloned();
        if !is_at_odds([seen, rewritten, mine, &state].map(head)) {
            continue;
        }
        match (rewritten.header(home), home) {
            (Some(there), _) => state.set_header(home, there.clone()),
            (None, Home::Meeting(key)) if !lived_in.contains(&home) => drop(state.meetings.remove(&key)),
            (None, _) => {
                let (mut head, seen) = (head(&state).unwrap_or_default(), head(seen).unwrap_or_default());
                keep_new(&mut head, &seen);
                state.set_header(home, head);
            }
        }
        left_out.push(Address::Home(home));
    }
    if let (Some(pair), Some(there)) = (&state.pair, &rewritten.pair) {
        let slugs: Vec<Option<&String>> = pair.members.keys().map(Some).chain([None]).collect();
        let table = |state: &'_ State, slug: Option<&String>| {
            let pair = state.pair.as_ref()?;
            slug.map_or(Some(&pair.top), |slug| pair.members.get(slug))
                .cloned()
        };
        let at_odds = |slug: &Option<&String>| {
            is_at_odds([seen, rewritten, mine, &state].map(|state| table(state, *slug)))
        };
        if slugs.iter().any(at_odds) {
            state.pair = Some(there.clone());
            left_out.push(Address::Pair);
        }
    }
    kept.retain(|id| !left_out.contains(&Address::Entry(*id)));
    Ok(OnTop {
        state,
        left_out,
        kept,
    })
}

/// Whether the rewrite took a table out that I changed, or both changed the same value in it.
fn is_at_odds([seen, rewritten, mine, merged]: [Option<Table>; 4]) -> bool {
    let Some(merged) = merged.filter(|_| seen != rewritten) else {
        return false;
    };
    // A word of a body in conflict may be the one that was taken out, and mine may hold it in a field.
    let in_clear = |row: &Row| row.field == "body" && row.alternative.ciphertext().is_none();
    let had_bodies = seen.as_ref().is_some_and(|seen| seen.rows.iter().any(in_clear));
    if had_bodies && rewritten.as_ref() != Some(&merged) {
        return true;
    }
    if brings_line_back(seen.as_ref(), rewritten.as_ref(), &merged) {
        return true;
    }
    let Some(known) = rewritten.or_else(|| mine.filter(|_| seen.is_none())) else {
        return true;
    };
    merged.rows.iter().any(|row| !known.rows.contains(row))
}

/// Whether a line that the rewrite took out of a text stands in it again: I may have written the same one in another place. One
/// without a letter or a digit says nothing.
fn brings_line_back(seen: Option<&Table>, rewritten: Option<&Table>, merged: &Table) -> bool {
    let lines = |table: Option<&'_ Table>| -> BTreeSet<String> {
        let text = table.and_then(|table| table.get_str("text"));
        let lines = text.into_iter().flat_map(|text| text.split('\n'));
        let lines = lines.filter(|line| line.chars().any(char::is_alphanumeric));
        lines.map(str::to_owned).collect()
    };
    let (seen, rewritten) = (lines(seen), lines(rewritten));
    let mut merged = lines(Some(merged)).into_iter();
    merged.any(|line| seen.contains(&line) && !rewritten.contains(&line))
}

/// Takes out of the head of a meeting all that was seen in it before, but for its day and how far it is: entries of mine
/// stand in it.
fn keep_new(head: &mut Table, seen: &Table) {
    const NEEDED: [&str; 4] = ["date", "status", "started", "ended"];
    head.fields
        .retain(|field| NEEDED.contains(&field.key.as_str()) || seen.get(&field.key) != Some(&field.value));
    head.rows.clear();
}

#[cfg(test)]
mod tests {
    use super::super::testing::{entry, state, state_of, with_body};
    use super::*;

    const MEETING: &str = "meetings/2026/2026-11-24.toml";

    /// The meeting of a day with a head of these lines, and an entry of mine or none.
    fn meeting(lines: &str, has_entry: bool) -> State {
        let entry = if has_entry { entry("") } else { String::new() };
        let text = format!("date = 2026-11-24\nstatus = \"held\"\n{lines}\n\n{entry}");
        state_of(&[(MEETING, &text)])
    }

    fn home() -> Home {
        Home::Meeting("2026-11-24".parse().unwrap())
    }

    #[test]
    fn a_meeting_that_the_rewrite_took_out_goes_where_no_entry_of_mine_needs_it() {
        let seen = meeting("x-note = \"taken out\"", false);
        let rewritten = state("");
        let mine = meeting("x-note = \"taken out\"\nx-new = 1", false);
        let top = on_top(&seen, &rewritten, &mine).unwrap();
        assert!(top.state.meetings.is_empty());
        assert_eq!(top.left_out, [Address::Home(home())]);
        // With an entry of mine in it, the day stays, and nothing that was seen before.
        let mine = meeting("x-note = \"taken out\"\nx-new = 1", true);
        let top = on_top(&seen, &rewritten, &mine).unwrap();
        let head = top.state.header(home()).unwrap();
        let keys: Vec<&str> = head.fields.iter().map(|field| field.key.as_str()).collect();
        assert_eq!(keys, ["date", "status", "x-new"]);
        assert_eq!(top.left_out, [Address::Home(home())]);
    }

    #[test]
    fn a_line_that_the_rewrite_took_out_does_not_come_back_from_another_place() {
        let of = |text: &str| state(&entry(&format!("text = {text:?}")));
        let (seen, mine) = (of("a\nb\nc\nsecret"), of("secret\nb\nc\nsecret"));
        let rewritten = of("a\nb\nc");
        let top = on_top(&seen, &rewritten, &mine).unwrap();
        assert!(top.state == rewritten);
        assert_eq!(top.left_out.len(), 1);
        // A line that the rewrite left may be repeated.
        let top = on_top(&seen, &rewritten, &of("c\nb\nc\nsecret")).unwrap();
        assert!(top.state == of("c\nb\nc") && top.left_out.is_empty());
        let top = on_top(&of("a\n\nsecret"), &of("a"), &of("mine\n\na\n\nsecret")).unwrap();
        assert!(top.state == of("mine\n\na") && top.left_out.is_empty());
    }

    #[test]
    fn a_conflict_over_a_field_is_none_over_the_body() {
        let due = "[[entry.conflict]]\nfield = \"due\"\nvalue = 2026-12-01\n";
        let of = |fields: &str| state(&entry(&format!("{fields}\n{due}")));
        let seen = of("tone = \"praise\"");
        let (rewritten, mine) = (of("tone = \"improve\""), of("tone = \"praise\"\nx-new = 1"));
        let top = on_top(&seen, &rewritten, &mine).unwrap();
        assert!(top.left_out.is_empty());
        assert!(top.state == of("tone = \"improve\"\nx-new = 1"));
    }

    #[test]
    fn a_change_beside_a_body_in_conflict_is_left_out() {
        let other = "visibility = \"shared\"\ntext = \"other\"";
        let of = |fields: &str| state(&entry(&with_body(fields, other)));
        let (rewritten, mine) = (of("text = \"b\""), of("text = \"a\"\nx-new = 1"));
        let top = on_top(&of("text = \"a\""), &rewritten, &mine).unwrap();
        assert!(top.state == rewritten);
        assert_eq!(top.left_out.len(), 1);
        // If the rewrite left the entry as it was, mine goes on.
        let top = on_top(&of("text = \"a\""), &of("text = \"a\""), &mine).unwrap();
        assert!(top.state == mine && top.left_out.is_empty());
    }

    #[test]
    fn an_entry_that_i_removed_and_the_rewrite_edited_is_kept() {
        let [seen, rewritten] = ["text = \"a\"", "text = \"b\""].map(|text| state(&entry(text)));
        let top = on_top(&seen, &rewritten, &state("")).unwrap();
        assert!(top.state == rewritten && top.left_out.is_empty());
        assert_eq!(top.kept.len(), 1);
    }
}
