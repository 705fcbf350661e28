//! Where things stand: homes of entries and the paths of records (docs/format.md#paths).

use std::fmt;
use std::str::FromStr;

use chrono::Datelike;

use super::date::{Date, parse_date_text};

/// The path of the pair's own record.
pub const PAIR_PATH: &str = "pair.toml";
/// The path of the agenda.
pub const AGENDA_PATH: &str = "agenda.toml";
/// The path of the folder of all meetings.
pub const MEETINGS_PATH: &str = "meetings";

/// Which meeting: its date, and its number on that day (1 for the first).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MeetingKey {
    /// The day.
    pub date: Date,
    /// 1 for the first meeting of the day, 2 for the second.
    pub number: u16,
}

impl MeetingKey {
    /// The first meeting of a day.
    pub fn first(date: Date) -> Self {
        Self { date, number: 1 }
    }

    /// The record's path: `meetings/2026/2026-11-24.toml`, a second one `…/2026-11-24-2.toml`.
    pub fn path(&self) -> String {
        format!("meetings/{:04}/{self}.toml", self.date.year())
    }
}

impl fmt::Display for MeetingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = (self.date.year(), self.date.month(), self.date.day());
        write!(f, "{year:04}-{month:02}-{day:02}")?;
        if self.number > 1 {
            write!(f, "-{}", self.number)
        } else {
            Ok(())
        }
    }
}

impl FromStr for MeetingKey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "a meeting is named by its date, 2026-11-24 or 2026-11-24-2".to_owned();
        let date = text.get(..10).and_then(parse_date_text).ok_or_else(wrong)?;
        let number = match text.get(10..) {
            Some("") => 1,
            Some(rest) => {
                let digits = rest.strip_prefix('-').ok_or_else(wrong)?;
                let number: u16 = digits.parse().map_err(|_| wrong())?;
                if number < 2 || number.to_string() != digits {
                    return Err(wrong());
                }
                number
            }
            None => return Err(wrong()),
        };
        Ok(Self { date, number })
    }
}

/// Where an entry stands. The agenda comes before every meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Home {
    /// Waiting for the next meeting.
    Agenda,
    /// In one meeting.
    Meeting(MeetingKey),
}

impl Home {
    /// The path of the record that holds it.
    pub fn path(&self) -> String {
        match self {
            Self::Agenda => AGENDA_PATH.to_owned(),
            Self::Meeting(key) => key.path(),
        }
    }

    /// The meeting, if it is one.
    pub fn meeting(&self) -> Option<MeetingKey> {
        match self {
            Self::Agenda => None,
            Self::Meeting(key) => Some(*key),
        }
    }
}

impl fmt::Display for Home {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agenda => f.write_str("agenda"),
            Self::Meeting(key) => key.fmt(f),
        }
    }
}

/// A path that this tool could have made; everything else in the repository is no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordPath {
    /// `pair.toml`.
    Pair,
    /// The agenda or a meeting.
    Home(Home),
}

impl RecordPath {
    /// The record that a repository path names, if it names one exactly.
    pub fn parse(path: &str) -> Option<Self> {
        match path {
            PAIR_PATH => Some(Self::Pair),
            AGENDA_PATH => Some(Self::Home(Home::Agenda)),
            _ => {
                let (year, name) = path.strip_prefix("meetings/")?.split_at_checked(4)?;
                let name = name.strip_prefix('/')?.strip_suffix(".toml")?;
                let key: MeetingKey = name.parse().ok()?;
                name.starts_with(year).then_some(Self::Home(Home::Meeting(key)))
            }
        }
    }

    /// Whether a repository path is that of a folder of records: `meetings`, or a year in it.
    pub fn is_folder(path: &str) -> bool {
        let is_year = |name: &str| name.len() == 4 && name.bytes().all(|byte| byte.is_ascii_digit());
        path == MEETINGS_PATH || path.strip_prefix("meetings/").is_some_and(is_year)
    }

    /// The path.
    pub fn path(&self) -> String {
        match self {
            Self::Pair => PAIR_PATH.to_owned(),
            Self::Home(home) => home.path(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folders_of_records_are_those_of_meetings_and_of_a_year() {
        for path in ["meetings", "meetings/2026", "meetings/0000"] {
            assert!(RecordPath::is_folder(path), "{path}");
        }
        for path in [
            "",
            "meetings/",
            "meetings/202",
            "meetings/20é",
            "meetings/2026/",
            "2026",
            "meetings/2026/x",
        ] {
            assert!(!RecordPath::is_folder(path), "{path}");
        }
    }

    #[test]
    fn only_names_that_the_tool_makes_are_records() {
        for path in [
            "pair.toml",
            "agenda.toml",
            "meetings/2026/2026-11-24.toml",
            "meetings/2026/2026-11-24-2.toml",
        ] {
            assert_eq!(RecordPath::parse(path).map(|p| p.path()).as_deref(), Some(path));
        }
        for path in [
            "Pair.toml",
            "notes.toml",
            "meetings/2026/2026-11-24-1.toml",
            "meetings/2026/2026-11-24-02.toml",
            "meetings/2025/2026-11-24.toml",
            "meetings/2026/2026-02-30.toml",
            "meetings/2026/2026-11-24.TOML",
            "meetings/2026/x/2026-11-24.toml",
            "meetings/2026-11-24.toml",
            "meetings/2026/2026-11-2é.toml",
            "x/agenda.toml",
        ] {
            assert_eq!(RecordPath::parse(path), None, "{path}");
        }
    }

    #[test]
    fn the_agenda_comes_before_meetings_and_those_by_date_then_number() {
        let meeting = |text: &str| Home::Meeting(text.parse().unwrap());
        assert!(Home::Agenda < meeting("2026-01-01"));
        assert!(meeting("2026-11-24") < meeting("2026-11-24-2"));
        assert!(meeting("2026-11-24-10") < meeting("2026-11-25"));
    }
}
