//! The story of the made-up pair: data, read out of `story.toml`.

use serde::Deserialize;

use crate::model::{Kind, Tone, Visibility};

use super::super::error::{Exit, Failure};

/// Everything that is told.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Story {
    pub(super) manager: String,
    pub(super) report: String,
    #[serde(rename = "week")]
    pub(super) weeks: Vec<Week>,
    /// What waits for the next meeting.
    pub(super) waiting: Vec<Line>,
    /// What each of the two has not synced yet.
    pub(super) unsynced: Vec<Line>,
}

/// One week, up to its meeting.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Week {
    /// Whether the meeting did not take place.
    #[serde(default)]
    pub(super) skipped: bool,
    pub(super) lines: Vec<Line>,
}

/// One entry, and what followed from it in the meeting.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    /// The text, if the manager wrote it; of an action, if it is the manager's to do.
    sam: Option<String>,
    /// The same for the report.
    ana: Option<String>,
    is: Option<Kind>,
    /// Growth themes.
    #[serde(default)]
    pub(super) on: Vec<String>,
    pub(super) tone: Option<Tone>,
    see: Option<Visibility>,
    /// It came up in the meeting.
    #[serde(default)]
    pub(super) now: bool,
    /// The other one wrote the action down.
    #[serde(default)]
    noted_by_other: bool,
    /// For how many meetings there was no time for it.
    #[serde(default)]
    pub(super) carried: u32,
    /// Days after the meeting.
    pub(super) due: Option<i64>,
    /// Days after the meeting; none while it is open.
    pub(super) done: Option<i64>,
    /// Days after the meeting.
    pub(super) dropped: Option<i64>,
    /// What followed from it.
    #[serde(default)]
    pub(super) then: Vec<Line>,
}

/// One of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    Manager,
    Report,
}

impl Who {
    pub(super) fn other(self) -> Self {
        match self {
            Self::Manager => Self::Report,
            Self::Report => Self::Manager,
        }
    }
}

impl Story {
    pub(super) fn load() -> Result<Self, Failure> {
        toml::from_str(include_str!("story.toml")).map_err(|e| {
            Failure::new(Exit::Failed, "the story of the demo cannot be read").cause(e.to_string())
        })
    }
}

impl Line {
    pub(super) fn text(&self) -> &str {
        self.sam.as_deref().or(self.ana.as_deref()).unwrap_or_default()
    }

    /// Whose words they are; for an action, who has to do it.
    pub(super) fn whose(&self) -> Who {
        if self.sam.is_some() {
            Who::Manager
        } else {
            Who::Report
        }
    }

    /// Who wrote it down.
    pub(super) fn author(&self) -> Who {
        if self.noted_by_other {
            self.whose().other()
        } else {
            self.whose()
        }
    }

    /// What it is: a topic unless said; an action where it follows from something.
    pub(super) fn kind(&self, follows: bool) -> Kind {
        self.is
            .unwrap_or(if follows { Kind::Action } else { Kind::Topic })
    }

    /// Who can read it.
    pub(super) fn visibility(&self, kind: Kind) -> Visibility {
        self.see.unwrap_or(if kind == Kind::Concern {
            Visibility::Confidential
        } else {
            Visibility::Shared
        })
    }

    /// Whether it was written before the meeting.
    pub(super) fn beforehand(&self) -> bool {
        !self.now && !matches!(self.is, Some(Kind::Action | Kind::Decision | Kind::Note))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &Line, follows: bool) {
        let text = line.text();
        assert!(
            !text.is_empty() && line.sam.is_none() != line.ana.is_none(),
            "{text}"
        );
        let kind = line.kind(follows);
        let action = kind == Kind::Action;
        assert!(
            action || (line.due, line.done, line.dropped) == (None, None, None),
            "{text}"
        );
        assert!(line.tone.is_none() || kind == Kind::Feedback, "{text}");
        assert!(action || !line.noted_by_other, "{text}");
        assert!(line.carried == 0 || line.beforehand(), "{text}");
        assert!(line.done.is_none() || line.dropped.is_none(), "{text}");
        line.then.iter().for_each(|line| check(line, true));
    }

    #[test]
    fn the_story_is_sound_and_says_nothing_twice() {
        let story = Story::load().unwrap();
        assert_eq!(story.weeks.len(), 26);
        assert_eq!(story.weeks.iter().filter(|w| w.skipped).count(), 2);
        assert_eq!(story.unsynced.len(), 2);
        let lines = story.weeks.iter().flat_map(|w| &w.lines);
        let mut texts = std::collections::BTreeSet::new();
        for line in lines.chain(&story.waiting).chain(&story.unsynced) {
            check(line, false);
            assert!(texts.insert(line.text()), "{}", line.text());
        }
    }
}
