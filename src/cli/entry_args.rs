//! The flags that say what an entry is, shared by `add` and `edit`.

use clap::Args;

use crate::model::{
    ActionState, Date, EntryId, Kind, Slug, Table, Tone, Value, Visibility, date_value, theme_of_words,
    themes_in_text,
};
use crate::query::{Records, check_member, parse_date, similar_themes};
use crate::render::text;

use super::context::Context;
use super::error::Failure;
use super::hint::Hint;
use super::session::Desk;

/// What an entry is.
#[derive(Args, Default)]
pub(super) struct EntryArgs {
    /// A growth theme; may be given again. `#theme` in the text does the same
    #[arg(short, long = "theme", value_name = "T")]
    pub(super) themes: Vec<String>,
    /// Sealed for you alone
    #[arg(long, conflicts_with_all = ["confidential", "shared"])]
    pub(super) private: bool,
    /// Sealed for the two of you
    #[arg(long, conflicts_with = "shared")]
    pub(super) confidential: bool,
    /// In clear, for everyone with a clone
    #[arg(long)]
    pub(super) shared: bool,
    /// Who does it: `me`, `them` or a slug
    #[arg(long, value_name = "WHO")]
    pub(super) owner: Option<String>,
    /// When it is due: `friday`, `in 2 weeks`, `2026-12-05`, `eom`
    #[arg(long, value_name = "DATE")]
    pub(super) due: Option<String>,
    /// The tone of feedback
    #[arg(long, value_name = "praise|improve")]
    pub(super) tone: Option<Tone>,
    /// The entry it follows from
    #[arg(long, value_name = "ID")]
    pub(super) re: Option<String>,
}

/// The same, understood.
#[derive(Default)]
pub(super) struct Understood {
    pub(super) themes: Vec<Slug>,
    pub(super) owner: Option<Slug>,
    pub(super) due: Option<Date>,
    pub(super) tone: Option<Tone>,
    pub(super) re: Option<EntryId>,
}

impl EntryArgs {
    /// Whether none was given.
    pub(super) fn is_empty(&self) -> bool {
        self.themes.is_empty()
            && self.visibility().is_none()
            && self.owner.is_none()
            && self.due.is_none()
            && self.tone.is_none()
            && self.re.is_none()
    }

    /// The visibility that was asked for.
    pub(super) fn visibility(&self) -> Option<Visibility> {
        if self.private {
            Some(Visibility::Private)
        } else if self.confidential {
            Some(Visibility::Confidential)
        } else {
            self.shared.then_some(Visibility::Shared)
        }
    }

    /// Understands the flags against the records; the date understood is echoed.
    pub(super) fn understand(&self, context: &mut Context, desk: &Desk) -> Result<Understood, Failure> {
        let mut understood = Understood {
            tone: self.tone,
            ..Understood::default()
        };
        for theme in &self.themes {
            let slug = theme_of_words(theme).ok_or_else(|| {
                Failure::usage(format!("{theme:?} is no theme"))
                    .hint("a theme is a word such as system-design")
            })?;
            if !understood.themes.contains(&slug) {
                understood.themes.push(slug);
            }
        }
        if let Some(owner) = &self.owner {
            understood.owner = Some(check_member(owner, &desk.me, &desk.records.pair)?);
        }
        if let Some(due) = &self.due {
            let date = parse_date(due, context.today)?;
            context.out.say(format!("due {}", text::day(date, context.today)));
            understood.due = Some(date);
        }
        if let Some(re) = &self.re {
            understood.re = Some(desk.resolve(re)?);
        }
        Ok(understood)
    }
}

impl Understood {
    /// Refuses what a kind has no use for.
    pub(super) fn check(&self, kind: Kind) -> Result<(), Failure> {
        if kind != Kind::Action && (self.owner.is_some() || self.due.is_some()) {
            return Err(
                Failure::usage(format!("a {kind} has no owner and no due date; an action has")).hint(
                    Hint::ours(["add", "action", "TEXT", "--owner", "WHO", "--due", "DATE"])
                        .why("make it an action"),
                ),
            );
        }
        if kind != Kind::Feedback && self.tone.is_some() {
            return Err(Failure::usage(format!("a {kind} has no tone; feedback has")));
        }
        Ok(())
    }

    /// Writes the flags into an entry.
    pub(super) fn apply(&self, entry: &mut Table) {
        if let Some(owner) = &self.owner {
            entry.set("owner", owner.as_str());
        }
        if let Some(due) = self.due {
            entry.set("due", date_value(due));
        }
        if let Some(tone) = self.tone {
            entry.set("tone", tone.as_str());
        }
        if let Some(re) = self.re {
            entry.set("re", re.to_string());
        }
        add_themes(entry, &self.themes);
    }
}

/// Adds themes to those that an entry has.
pub(super) fn add_themes(entry: &mut Table, themes: &[Slug]) {
    let mut all: Vec<Value> = entry
        .get("themes")
        .and_then(Value::as_array)
        .unwrap_or_default()
        .to_vec();
    for theme in themes {
        let value = Value::from(theme.as_str());
        if !all.contains(&value) {
            all.push(value);
        }
    }
    if !all.is_empty() {
        entry.set("themes", Value::Array(all));
    }
}

/// The themes that flags and a text name.
pub(super) fn themes_of(flags: &[Slug], text: &str) -> Vec<Slug> {
    let mut themes = flags.to_vec();
    for theme in themes_in_text(text) {
        if !themes.contains(&theme) {
            themes.push(theme);
        }
    }
    themes
}

/// The themes of an entry that is shared, where some name what seals an entry and are most likely no themes.
pub(super) struct SharedThemes<'a> {
    pub(super) flags: &'a [Slug],
    pub(super) text: &'a str,
    /// Those that it has or names already: nobody's slip of today.
    pub(super) known: &'a [Slug],
    /// Whether a flag says that it is shared.
    pub(super) asked: bool,
}

impl SharedThemes<'_> {
    /// The themes as they may be written. `sealed` says what the command is good for that seals, `again` is the command
    /// that says it is shared.
    pub(super) fn checked(self, sealed: &str, again: Hint) -> Result<Vec<Slug>, Failure> {
        // In any letters: a phone begins a line with a capital one.
        let named = themes_in_text(&self.text.to_lowercase());
        let mut all = self.flags.iter().chain(&named);
        let new = |theme: &&Slug| meant_by(theme).is_some() && !self.known.contains(theme);
        match all.find(new).and_then(|t| Some((t, meant_by(t)?))) {
            Some((theme, meant)) if !self.asked => Err(Failure::usage(format!(
                "#{theme} is a theme and seals nothing: everyone with a clone could read it; did you mean {meant}?"
            ))
            .hint(Hint::ours(["add", &meant, "TEXT"]).why(sealed))
            .hint(again.why("if it is meant as a theme"))),
            _ => Ok(themes_of(self.flags, self.text)),
        }
    }
}

/// What somebody means who gives an entry such a theme.
fn meant_by(theme: &Slug) -> Option<String> {
    if names_visibility(theme) {
        return Some(format!("--{theme}"));
    }
    (theme.as_str() == Kind::Concern.as_str()).then(|| theme.to_string())
}

/// Whether a theme is a word that seals.
fn names_visibility(theme: &Slug) -> bool {
    theme
        .as_str()
        .parse::<Visibility>()
        .is_ok_and(Visibility::is_sealed)
}

/// Says which themes are new, and what was perhaps meant.
pub(super) fn say_new_themes(context: &mut Context, themes: &[Slug], records: &Records) {
    let known = records.themes();
    for theme in themes.iter().filter(|t| !known.contains(t)) {
        let near = similar_themes(theme, records);
        let meant = near
            .iter()
            .map(|t| format!("#{t}"))
            .collect::<Vec<_>>()
            .join(" or ");
        if near.is_empty() {
            context.out.say(format!("new theme: #{theme}"));
        } else {
            context
                .out
                .say(format!("new theme: #{theme} (did you mean {meant}?)"));
        }
    }
}

/// What an action needs from its beginning.
pub(super) fn open_action(entry: &mut Table, owner: &Slug) {
    if entry.get("owner").is_none() {
        entry.set("owner", owner.as_str());
    }
    if entry.get("state").is_none() {
        entry.set("state", ActionState::Open.as_str());
    }
}
