//! The slips of an entry: its keys, its text, its themes.

use crate::model::{Form, Table, Visibility};

use super::keys::in_entry;
use super::text::{in_text, in_themes};
use super::vocabulary::Slip;

/// Every slip of an entry that `readers` read. Filling in may have narrowed them since it was written.
pub fn slips_in_entry(entry: &Table, readers: Visibility) -> Vec<Slip> {
    let text = entry.get_str("text").unwrap_or_default();
    let first = in_text(text, entry.get("kind").is_some());
    let words = first.into_iter().chain(in_themes(entry));
    let mut slips = keys_of_entry(entry, readers);
    slips.extend(words.filter(|slip| counts(slip, entry, readers)));
    slips
}

/// The slips in its keys alone. A command may have written a text or a theme on purpose; it writes no such key.
pub fn keys_of_entry(entry: &Table, readers: Visibility) -> Vec<Slip> {
    // Each body in a conflict has a visibility of its own.
    let rows = entry.rows_of("body").map(|row| &row.alternative);
    let bodies = rows.filter(|body| body.form() == Form::Clear);
    let in_rows = bodies
        .flat_map(|body| body.map())
        .filter_map(|(key, value)| in_entry(key, value));
    let shown = entry
        .fields
        .iter()
        .filter_map(|field| in_entry(&field.key, &field.value));
    in_rows
        .chain(shown.filter(|slip| counts(slip, entry, readers)))
        .collect()
}

/// Whether more people read the entry than were meant to. An entry under a seal has no slip, and whoever names the
/// readers means it.
fn counts(slip: &Slip, entry: &Table, readers: Visibility) -> bool {
    let meant = slip.intent.visibility();
    let is_wider = match meant {
        Some(meant) if !slip.is_theme() => meant < readers,
        // A theme files what is sealed like anything else.
        _ => !readers.is_sealed(),
    };
    let is_said = meant.is_some() && entry.get("visibility").is_some();
    is_wider && !is_said && entry.ciphertext().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::assemble;

    fn entry(lines: &str) -> Table {
        let record = format!("[[entry]]\n{lines}\n");
        let mut loaded = assemble([("agenda.toml", record.as_bytes())]);
        assert!(loaded.broken.is_empty(), "{lines}: {:?}", loaded.broken);
        loaded.loose.remove(0).entry
    }

    fn keys(slips: impl IntoIterator<Item = Slip>) -> Vec<String> {
        slips.into_iter().map(|slip| slip.key).collect()
    }

    const ALL: &str = "text = \"private: x\"\nthemes = [\"hiring\", \"private\"]\nprivate = true\nDue = 1";

    #[test]
    fn an_entry_is_asked_about_its_keys_and_its_words() {
        let slips = |lines: &str| {
            let entry = entry(lines);
            keys(slips_in_entry(&entry, entry.intended_visibility()))
        };
        assert_eq!(slips(ALL), ["private", "Due", "text", "themes"]);
        assert_eq!(
            keys(keys_of_entry(&entry(ALL), Visibility::Shared)),
            ["private", "Due"]
        );
        assert_eq!(slips("text = \"private x\""), ["text"]);
        assert_eq!(slips("kind = \"note\"\ntext = \"private x\""), [""; 0]);
        assert_eq!(slips(&format!("visibility = \"shared\"\n{ALL}")), ["Due"]);
        for line in [
            "visibility = \"private\"",
            "sealed = \"-\"",
            "visibility = \"shared\"\nsealed = \"-\"",
        ] {
            assert_eq!(slips(&format!("{line}\n{ALL}")), [""; 0], "{line}");
        }
    }

    #[test]
    fn a_slip_is_one_where_more_people_would_read_the_entry() {
        use Visibility::{Confidential, Private, Shared};
        for (lines, [by_me, by_both, by_all]) in [
            ("text = \"private: x\"", [false, true, true]),
            ("text = \"confidential: x\"", [false, false, true]),
            ("text = \"concern: x\"", [false, false, true]),
            ("text = \"x #private\"", [false, false, true]),
            ("text = \"x\"\nprivate = true", [false, true, true]),
            ("text = \"x\"\nText = \"y\"", [false, false, true]),
            ("text = \"x\"", [false, false, false]),
        ] {
            let is = |readers| !slips_in_entry(&entry(lines), readers).is_empty();
            assert_eq!(
                (is(Private), is(Confidential), is(Shared)),
                (by_me, by_both, by_all),
                "{lines}"
            );
        }
    }

    #[test]
    fn the_bodies_in_a_conflict_are_looked_at_by_themselves() {
        let row = |shown: &str, keys_of_row: &str| {
            let conflict = "[[entry.conflict]]\nfield = \"body\"";
            let entry = entry(&format!("text = \"y\"\n{shown}\n{conflict}\n{keys_of_row}"));
            keys(keys_of_entry(&entry, entry.intended_visibility()))
        };
        let shown = "visibility = \"private\"\nprivate = true";
        assert_eq!(
            row(shown, "Visibility = \"private\"\ntext = \"x\""),
            ["Visibility"]
        );
        assert_eq!(
            row(shown, "visibility = \"private\"\nprivate = true\ntext = \"x\""),
            [""; 0]
        );
        assert_eq!(row("secret = 1", "sealed = \"-\"\nprivate = true"), ["secret"]);
    }
}
