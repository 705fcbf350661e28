//! A history that somebody rewrote, with the changes of this clone on top (docs/sync.md#rewritten).

use crate::model::{Address, EntryId, Home, State, Table, TableKind};

use super::merge;
use super::states::{MergeError, Merged};
use super::taken_out::is_back;

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
    let left_out = put_back_where(is_at_odds, [seen, rewritten, mine], &mut state);
    kept.retain(|id| !left_out.contains(&Address::Entry(*id)));
    Ok(OnTop {
        state,
        left_out,
        kept,
    })
}

/// Leaves out of `state` what the rewrite took out, wherever it came from: every value that stays stands in `rewritten`, or
/// stands in `mine` and not in `seen`. The addresses of what it left out.
pub fn leave_out(seen: &State, rewritten: &State, mine: &State, state: &mut State) -> Vec<Address> {
    put_back_where(is_back, [seen, rewritten, mine], state)
}

/// Whether the rewrite took a table out that I changed, or both changed the same value in it.
fn is_at_odds(kind: TableKind, tables: [Option<&Table>; 4]) -> bool {
    let [seen, rewritten, mine, merged] = tables;
    let Some(merged) = merged.filter(|_| seen != rewritten) else {
        return false;
    };
    // A word of a body in conflict may be the one that was taken out, and mine may hold it in a field, or under a seal.
    let had_bodies = seen.is_some_and(|seen| seen.rows_of("body").next().is_some());
    if had_bodies && rewritten != Some(merged) {
        return true;
    }
    if is_back(kind, tables) {
        return true;
    }
    let Some(known) = rewritten.or_else(|| mine.filter(|_| seen.is_none())) else {
        return true;
    };
    merged.rows.iter().any(|row| !known.rows.contains(row))
}

/// Puts each entry and head, and the pair, back as the rewrite has them, if a judge says so of its tables: of `seen`, of
/// `rewritten`, of `mine` and of the state. The addresses of what was put back.
fn put_back_where(
    judge: impl Fn(TableKind, [Option<&Table>; 4]) -> bool,
    [seen, rewritten, mine]: [&State; 3],
    state: &mut State,
) -> Vec<Address> {
    let mut left_out = Vec::new();
    let ids: Vec<EntryId> = state.entries.keys().copied().collect();
    for id in ids {
        let tables = [seen, rewritten, mine, state].map(|s| s.entries.get(&id).map(|placed| &placed.entry));
        if judge(TableKind::Entry, tables) {
            put_entry_back(state, rewritten, id);
            left_out.push(Address::Entry(id));
        }
    }
    let heads: Vec<Home> = state.headers().map(|(home, _)| home).collect();
    for home in heads {
        let heads = [seen, rewritten, mine, state].map(|state| state.header(home));
        if judge(kind_of_head(home), heads) {
            put_head_back(state, [seen, rewritten], home);
            left_out.push(Address::Home(home));
        }
    }
    if let (Some(pair), Some(there)) = (&state.pair, &rewritten.pair) {
        let slugs: Vec<Option<&String>> = pair.members.keys().map(Some).chain([None]).collect();
        let goes_back = |slug: &Option<&String>| {
            let (kind, tables) = tables_of_pair([seen, rewritten, mine, state], *slug);
            judge(kind, tables)
        };
        if slugs.iter().any(goes_back) {
            state.pair = Some(there.clone());
            left_out.push(Address::Pair);
        }
    }
    left_out
}

/// Puts an entry back as the rewrite has it.
fn put_entry_back(state: &mut State, rewritten: &State, id: EntryId) {
    let Some(there) = rewritten.entries.get(&id) else {
        state.entries.remove(&id);
        return;
    };
    // I may have removed the meeting in which it stands.
    if let (None, Some(head)) = (state.header(there.home), rewritten.header(there.home)) {
        let head = head.clone();
        state.set_header(there.home, head);
    }
    state.entries.insert(id, there.clone());
}

/// Puts a head back as the rewrite has it. A meeting that it has not stays where entries stand in it.
fn put_head_back(state: &mut State, [seen, rewritten]: [&State; 2], home: Home) {
    let is_lived_in = || state.entries.values().any(|placed| placed.home == home);
    match (rewritten.header(home), home) {
        (Some(there), _) => state.set_header(home, there.clone()),
        (None, Home::Meeting(key)) if !is_lived_in() => drop(state.meetings.remove(&key)),
        (None, _) => {
            let head = |state: &State| state.header(home).cloned().unwrap_or_default();
            let (mut head, seen) = (head(state), head(seen));
            keep_new(&mut head, &seen);
            state.set_header(home, head);
        }
    }
}

fn kind_of_head(home: Home) -> TableKind {
    match home {
        Home::Agenda => TableKind::Agenda,
        Home::Meeting(_) => TableKind::Meeting,
    }
}

/// The table of a member in each state, or the top of `pair.toml`.
fn tables_of_pair<'a>(states: [&'a State; 4], slug: Option<&String>) -> (TableKind, [Option<&'a Table>; 4]) {
    let table = |state: &'a State| {
        let pair = state.pair.as_ref()?;
        slug.map_or(Some(&pair.top), |slug| pair.members.get(slug))
    };
    let kind = slug.map_or(TableKind::Pair, |_| TableKind::Member);
    (kind, states.map(table))
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
    use super::super::testing::{entry, sealed, state, state_of, with_body};
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
    fn a_comment_that_the_rewrite_took_out_does_not_come_back_from_another_place() {
        let of = |above: &str, behind: &str| state(&entry(&format!("{above}text = \"a\"{behind}")));
        let rewritten = of("", "");
        let top = on_top(&of("# secret\n", ""), &rewritten, &of("", " # secret")).unwrap();
        assert!(top.state == rewritten);
        assert_eq!(top.left_out.len(), 1);
        let top = on_top(&of("# secret\n", ""), &rewritten, &of("# secret\n", " # mine")).unwrap();
        assert!(top.state == of("", " # mine") && top.left_out.is_empty());
    }

    #[test]
    fn a_change_of_a_sealed_body_in_conflict_is_left_out() {
        let of = |ciphertext: &str| state(&entry(&sealed(ciphertext)));
        let seen = state(&entry(&with_body(&sealed("one"), &sealed("two"))));
        // Mine may hold the words of the one that the rewrite took out.
        let top = on_top(&seen, &of("two"), &of("of one")).unwrap();
        assert!(top.state == of("two"));
        assert_eq!(top.left_out.len(), 1);
    }

    #[test]
    fn nothing_stays_that_neither_the_rewrite_nor_my_last_commit_has() {
        let of = |text: &str| state(&entry(&format!("text = {text:?}")));
        let left_out = |seen: &State, rewritten: &State, mine: &State, state: &State| {
            let mut state = state.clone();
            let left_out = leave_out(seen, rewritten, mine, &mut state);
            (state, left_out.len())
        };
        // The other member removed a line that I had written and not sent: their commit is left out, and the line with it.
        let (nothing, mine) = (state(""), of("mine\nand theirs"));
        assert!(left_out(&nothing, &nothing, &mine, &of("mine\nslip")) == (nothing.clone(), 1));
        assert!(left_out(&nothing, &nothing, &mine, &of("mine")) == (of("mine"), 0));
        assert!(left_out(&nothing, &of("slip"), &mine, &of("mine\nslip")) == (of("mine\nslip"), 0));
        // A word that was sent, and that the rewrite took out.
        assert!(left_out(&of("mine"), &of("b"), &of("mine"), &of("b\nmine")) == (of("b"), 1));
    }

    #[test]
    fn an_entry_that_i_removed_and_the_rewrite_edited_is_kept() {
        let [seen, rewritten] = ["text = \"a\"", "text = \"b\""].map(|text| state(&entry(text)));
        let top = on_top(&seen, &rewritten, &state("")).unwrap();
        assert!(top.state == rewritten && top.left_out.is_empty());
        assert_eq!(top.kept.len(), 1);
    }
}
