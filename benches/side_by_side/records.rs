//! The records of a pair: years of weekly meetings in the format of `oneonone`, private entries sealed with age.

use std::fmt::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{Days, NaiveDate};
use oneonone::model::{Content, Visibility, parse_content};
use oneonone::seal::{Binding, Identities, seal};

use super::texts::{self, Dice, THEMES, WORD};

/// The day of the newest meeting: a week before the frozen clock.
const LAST: &str = "2026-11-17";
/// Entries of a meeting.
const ENTRIES: usize = 12;
/// The slug of whoever is measured, who is the manager in every pair.
pub(crate) const ME: &str = "robin";

/// One pair: which names, ids and texts it has follows from its numbers.
pub(crate) struct Shape {
    /// Its number; no two pairs of a home share one.
    pub(crate) number: usize,
    pub(crate) meetings: usize,
    /// Whether every entry is private and mine, instead of 8 in 100 of either member.
    pub(crate) all_sealed: bool,
}

/// The keys of both members.
pub(crate) struct Keys {
    pub(crate) mine: Identities,
    pub(crate) theirs: Identities,
}

/// The numbers of entries that questions about a pair have to find.
#[derive(Default, Clone, Copy)]
pub(crate) struct Expected {
    /// Open actions that I can read.
    pub(crate) open: usize,
    /// Entries with the word that I can read.
    pub(crate) word: usize,
}

struct Draft {
    id: String,
    by: String,
    at: String,
    is_private: bool,
    is_open: bool,
    has_word: bool,
    /// Everything else of it, as it stands in a record or inside a seal.
    body: String,
}

impl Shape {
    pub(crate) fn theirs(&self) -> String {
        texts::name(self.number)
    }

    /// The slug of the other member.
    pub(crate) fn slug(&self) -> String {
        let name = self.theirs().to_lowercase();
        name.split(' ').next().unwrap_or_default().to_owned()
    }

    fn id(&self) -> String {
        Dice::of(
            "pair",
            &[self.number, self.meetings, usize::from(self.all_sealed)],
        )
        .id()
    }

    fn day(&self, meeting: usize) -> NaiveDate {
        let last: NaiveDate = LAST.parse().unwrap();
        last - Days::new(7 * (self.meetings - 1 - meeting) as u64)
    }

    /// The record of the pair itself.
    pub(crate) fn pair_record(&self, keys: &Keys) -> String {
        let mut members = [
            (ME.to_owned(), "Robin Quist".to_owned(), "manager", &keys.mine),
            (self.slug(), self.theirs(), "report", &keys.theirs),
        ];
        members.sort_by(|a, b| a.0.cmp(&b.0));
        let mut text = format!("format = 1\nid = \"{}\"\ncadence = \"1w\"\n", self.id());
        for (slug, name, role, keys) in members {
            let key = keys.recipients().remove(0);
            let _ = write!(
                text,
                "\n[member.{slug}]\nrole = \"{role}\"\nname = \"{name}\"\nkeys = [\"{key}\"]\n"
            );
        }
        text
    }

    /// A meeting, oldest first: its day, its path and its text.
    pub(crate) fn meeting(&self, number: usize, keys: &Keys) -> (NaiveDate, String, String) {
        let day = self.day(number);
        let minutes = Dice::of("minutes", &[self.number, number]).below(4) * 5 + 25;
        let mut text = format!(
            "date = {day}\nstatus = \"held\"\nstarted = {day}T10:00:00Z\nended = {day}T10:{minutes}:00Z\n"
        );
        for draft in self.drafts(number) {
            let Draft { id, by, at, body, .. } = &draft;
            let _ = if draft.is_private {
                let sealed = self.sealed(&draft, keys);
                write!(
                    text,
                    "\n[[entry]]\nid = \"{id}\"\nby = \"{by}\"\nat = {at}\nvisibility = \"private\"\nsealed = \"\"\"\n{sealed}\"\"\"\n"
                )
            } else {
                let (kind, rest) = body.split_once('\n').unwrap();
                write!(
                    text,
                    "\n[[entry]]\nid = \"{id}\"\n{kind}\nby = \"{by}\"\nat = {at}\n{rest}"
                )
            };
        }
        (day, format!("meetings/{}/{day}.toml", day.format("%Y")), text)
    }

    fn sealed(&self, draft: &Draft, keys: &Keys) -> String {
        let binding = Binding {
            pair: self.id().parse().unwrap(),
            entry: draft.id.parse().unwrap(),
            by: draft.by.parse().unwrap(),
        };
        let content = Content::from_table(parse_content(&draft.body).unwrap());
        let author = if draft.by == ME { &keys.mine } else { &keys.theirs };
        let sealed = seal(&content, Visibility::Private, &binding, &author.recipients()).unwrap();
        sealed.into_string()
    }

    fn drafts(&self, meeting: usize) -> Vec<Draft> {
        let mut dice = Dice::of(
            "meeting",
            &[self.number, self.meetings, meeting, usize::from(self.all_sealed)],
        );
        (0..ENTRIES)
            .map(|place| self.draft(&mut dice, meeting, place))
            .collect()
    }

    fn draft(&self, dice: &mut Dice, meeting: usize, place: usize) -> Draft {
        let kinds = [
            "topic", "action", "action", "note", "growth", "feedback", "decision",
        ];
        let day = self.day(meeting);
        let kind = dice.pick(&kinds);
        let author = |dice: &mut Dice| {
            if dice.chance(50) {
                ME.to_owned()
            } else {
                self.slug()
            }
        };
        let by = if self.all_sealed {
            ME.to_owned()
        } else {
            author(dice)
        };
        let text = texts::text(dice, kind == "action");
        let mut body = format!("kind = \"{kind}\"\ntext = \"{text}\"\n");
        let at_most = usize::from(dice.chance(45)) + usize::from(kind == "growth");
        let mut themes: Vec<String> = (0..at_most)
            .map(|_| format!("\"{}\"", dice.pick(THEMES)))
            .collect();
        themes.sort();
        themes.dedup();
        if !themes.is_empty() {
            let _ = writeln!(body, "themes = [{}]", themes.join(", "));
        }
        let mut is_open = false;
        if kind == "action" {
            let due = day + Days::new(7 * (1 + dice.below(4)) as u64);
            let owner = author(dice);
            // Most of the old ones are done; of the last quarter of a year most are open.
            let is_recent = self.meetings - meeting <= 17;
            is_open = dice.chance(if is_recent { 55 } else { 3 });
            let state = if is_open { "open" } else { "done" };
            let _ = write!(body, "owner = \"{owner}\"\ndue = {due}\nstate = \"{state}\"\n");
            if !is_open {
                let _ = writeln!(body, "closed = {due}T09:00:00Z");
            }
        }
        Draft {
            id: dice.id(),
            by,
            at: format!("{day}T10:{:02}:{:02}Z", place * 2, dice.below(60)),
            is_private: self.all_sealed || dice.chance(8),
            is_open,
            has_word: text.contains(WORD),
            body,
        }
    }

    /// The numbers of entries that questions have to find in it.
    pub(crate) fn expected(&self) -> Expected {
        let mut expected = Expected::default();
        for draft in (0..self.meetings).flat_map(|meeting| self.drafts(meeting)) {
            if !draft.is_private || draft.by == ME {
                expected.open += usize::from(draft.is_open);
                expected.word += usize::from(draft.has_word);
            }
        }
        expected
    }
}

/// An entry as somebody types it at the end of a record, and the words in it; another one at every call.
pub(crate) fn typed(by: &str) -> (String, String) {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let number = CALLS.fetch_add(1, Ordering::Relaxed);
    let words = format!("Point {number} of {by}, about what came up this week");
    let (minute, second) = (number / 60 % 60, number % 60);
    let text = format!(
        "\n[[entry]]\nid = \"{}\"\nkind = \"topic\"\nby = \"{by}\"\nat = 2026-11-{}T10:{minute:02}:{second:02}Z\ntext = \"{words}\"\n",
        Dice::of("typed", &[number]).id(),
        18 + number / 3600
    );
    (text, words)
}

/// The record that the other member writes into: the newest meeting.
pub(crate) fn newest() -> String {
    format!("meetings/2026/{LAST}.toml")
}
