//! Files that look like records and are not named so (docs/format.md#paths).

use super::date::parse_date_text;
use super::record_path::{Home, MEETINGS_PATH, MeetingKey, RecordPath};

/// The record that a misnamed file was most likely meant as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeantAs {
    /// This one: it should have that name, or it is a copy of it.
    Record(RecordPath),
    /// A meeting; nobody can say of which day.
    SomeMeeting,
}

impl MeantAs {
    /// The record that the file at a path of the repository most likely stands for; none for a record, and for a file
    /// that resembles none.
    ///
    /// Folder services put their words for a conflict before or behind the ending: `agenda (1).toml`,
    /// `pair.sync-conflict-….toml`, `2026-11-24 (conflicted copy).toml`.
    pub fn of_path(path: &str) -> Option<Self> {
        if RecordPath::parse(path).is_some() {
            return None;
        }
        let lower = path.to_lowercase();
        let (folder, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
        let (stem, rest) = name.split_once(".toml")?;
        // A backup of an editor is no copy of anybody's.
        let is_of_editor = matches!(rest, "~" | "#" | ".swp" | ".tmp" | ".bak" | ".orig");
        if is_of_editor || stem.starts_with(['.', '#', '~']) || rest.starts_with(char::is_alphanumeric) {
            return None;
        }
        let begins_with = |word: &str| {
            let rest = stem.strip_prefix(word);
            rest.is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
        };
        if let Some(date) = stem.get(..10).and_then(parse_date_text) {
            let meeting = RecordPath::Home(Home::Meeting(MeetingKey::first(date)));
            let is_number = stem.get(10..)?.starts_with(|c: char| c.is_ascii_digit());
            return (!is_number).then_some(Self::Record(meeting));
        }
        if folder.is_empty() && begins_with("agenda") {
            return Some(Self::Record(RecordPath::Home(Home::Agenda)));
        }
        if folder.is_empty() && begins_with("pair") {
            return Some(Self::Record(RecordPath::Pair));
        }
        let is_of_meetings = folder == MEETINGS_PATH || folder.starts_with("meetings/");
        is_of_meetings.then_some(Self::SomeMeeting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_meant_as_the_record_that_its_name_begins_like() {
        let meeting = |day: &str| {
            Some(MeantAs::Record(RecordPath::Home(Home::Meeting(
                day.parse().unwrap(),
            ))))
        };
        let agenda = Some(MeantAs::Record(RecordPath::Home(Home::Agenda)));
        for (path, meant) in [
            ("meetings/2026/2026-11-20-notes.toml", meeting("2026-11-20")),
            ("meetings/2026/2026-11-20 (1).toml", meeting("2026-11-20")),
            ("meetings/2026/2026-11-20-1.toml", meeting("2026-11-20")),
            ("meetings/2026/2026-11-20.TOML", meeting("2026-11-20")),
            ("meetings/2026/2026-11-20.toml.txt", meeting("2026-11-20")),
            ("meetings/2025/2026-11-20.toml", meeting("2026-11-20")),
            ("Meetings/2026/2026-11-20.toml", meeting("2026-11-20")),
            ("meetings/2026-11-19.toml", meeting("2026-11-19")),
            ("2026-11-19.toml", meeting("2026-11-19")),
            ("notes/2026-11-19.toml", meeting("2026-11-19")),
            ("agenda.sync-conflict-20261128-101010-AAAAAAA.toml", agenda),
            ("agenda (Ana's conflicted copy 2026-11-28).toml", agenda),
            ("agenda (1).toml", agenda),
            ("agenda 2.toml", agenda),
            ("Agenda.toml", agenda),
            ("agenda-LAPTOP.toml", agenda),
            ("agenda.toml.conflict", agenda),
            ("agenda.toml (1)", agenda),
            (
                "pair_conflict-20261128.toml",
                Some(MeantAs::Record(RecordPath::Pair)),
            ),
            ("meetings/2026/notes.toml", Some(MeantAs::SomeMeeting)),
            ("meetings/2026/2026-02-30.toml", Some(MeantAs::SomeMeeting)),
            ("agenda.toml", None),
            ("meetings/2026/2026-11-24-2.toml", None),
            ("agendas.toml", None),
            ("Cargo.toml", None),
            ("agenda.md", None),
            ("docs/agenda.toml", None),
            ("agenda.toml~", None),
            ("agenda.tomlx", None),
            ("20261-11-20.toml", None),
            ("agenda.toml.orig", None),
            (".agenda.toml.swp", None),
            ("meetings/2026/2026-11-24-slides.pdf", None),
        ] {
            assert_eq!(MeantAs::of_path(path), meant, "{path}");
        }
    }
}
