//! The story of the made-up pair: data, read out of `story.toml`, which says what its keys mean.

use anyhow::Context as _;
use serde::Deserialize;

use crate::cli::error::Failure;
use crate::model::{ActionState, Kind, Role, Tone, Visibility};

/// Everything that is told.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Story {
    pub(super) manager: String,
    pub(super) report: String,
    #[serde(rename = "week")]
    pub(super) weeks: Vec<Week>,
    /// Entries that wait for the next meeting.
    pub(super) waiting: Vec<StoryLine>,
    /// Entries that one of the two has not synced yet.
    pub(super) unsynced: Vec<StoryLine>,
}

/// One week, up to its meeting.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Week {
    pub(super) skipped: bool,
    pub(super) lines: Vec<StoryLine>,
}

/// One entry, and the entries that followed from it in the meeting.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub(super) struct StoryLine {
    sam: Option<String>,
    ana: Option<String>,
    is: Option<Kind>,
    pub(super) on: Vec<String>,
    pub(super) tone: Option<Tone>,
    see: Option<Visibility>,
    now: bool,
    pub(super) carried: u32,
    pub(super) due: Option<i64>,
    done: Option<i64>,
    dropped: Option<i64>,
    pub(super) then: Vec<StoryLine>,
}

impl Story {
    pub(super) fn load() -> Result<Self, Failure> {
        let story = toml::from_str(include_str!("story.toml"));
        Ok(story.context("the story of the demo cannot be read")?)
    }
}

impl StoryLine {
    pub(super) fn text(&self) -> &str {
        self.sam.as_deref().or(self.ana.as_deref()).unwrap_or_default()
    }

    /// Who wrote it, and has to do it.
    pub(super) fn who(&self) -> Role {
        match self.sam {
            Some(_) => Role::Manager,
            None => Role::Report,
        }
    }

    /// The kind that it has where it follows from another line, or from none.
    pub(super) fn kind(&self, follows: bool) -> Kind {
        let usual = if follows { Kind::Action } else { Kind::Topic };
        self.is.unwrap_or(usual)
    }

    pub(super) fn visibility(&self, follows: bool) -> Visibility {
        self.see.unwrap_or(self.kind(follows).default_visibility())
    }

    /// Whether it was written before the meeting.
    pub(super) fn is_prepared(&self) -> bool {
        !self.now && !matches!(self.is, Some(Kind::Action | Kind::Decision | Kind::Note))
    }

    /// How an action ended, and how many days after the meeting.
    pub(super) fn closed(&self) -> Option<(ActionState, i64)> {
        let dropped = self.dropped.map(|days| (ActionState::Dropped, days));
        self.done.map(|days| (ActionState::Done, days)).or(dropped)
    }

    /// Whether it is done when the two have talked about it: a concern always, else if nothing follows from it.
    pub(super) fn is_done_when_talked_about(&self, follows: bool) -> bool {
        match self.kind(follows) {
            Kind::Concern => true,
            Kind::Topic | Kind::Growth | Kind::Feedback | Kind::Challenge => self.then.is_empty(),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &StoryLine, follows: bool) {
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
        assert!(line.carried == 0 || line.is_prepared(), "{text}");
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
