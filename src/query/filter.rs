//! Finding entries: `log`.

use std::cell::RefCell;
use std::cmp::Reverse;

use crate::model::{ActionState, Body, Date, Entry, Kind, Slug, folded, theme_of_words};

use super::Records;

/// The conditions on entries; one that is not given asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// All of these stand in the text or among the themes, in any case and any Unicode form.
    pub words: Vec<String>,
    /// One of these kinds.
    pub kinds: Vec<Kind>,
    /// One of these themes.
    pub themes: Vec<Slug>,
    /// Written by this member.
    pub by: Option<Slug>,
    /// Owned by this member.
    pub owner: Option<Slug>,
    /// In this state.
    pub state: Option<ActionState>,
    /// Of this day or later.
    pub since: Option<Date>,
    /// Of this day or earlier.
    pub until: Option<Date>,
}

/// The answer of `log`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Log<'a> {
    /// The entries, the newest first: by day, and within a day by the time that they were written.
    pub entries: Vec<&'a Entry>,
    /// Entries that would have to be opened to know, and could not be.
    pub unreadable: usize,
}

/// A word that is asked for, in the forms that are compared.
struct WantedWord {
    in_text: String,
    in_theme: String,
}

impl WantedWord {
    fn new(word: &str) -> Self {
        let in_text = folded(word);
        // A theme is in ASCII, and can be asked for as it was typed.
        let slug = (word.starts_with('#') || !word.is_ascii()).then(|| theme_of_words(word));
        let in_theme = match slug.flatten() {
            Some(slug) => slug.to_string(),
            None => in_text.trim_start_matches('#').to_owned(),
        };
        Self { in_text, in_theme }
    }

    /// Whether all of them stand in the text or among the themes.
    fn all_in(wanted: &[Self], body: &Body) -> bool {
        wanted.is_empty()
            || Self::all_in_folded(wanted, &folded(&body.text), || {
                body.themes.iter().map(Slug::as_str)
            })
    }

    fn all_in_folded<'a, T: Iterator<Item = &'a str>>(
        wanted: &[Self],
        text: &str,
        themes: impl Fn() -> T,
    ) -> bool {
        wanted
            .iter()
            .all(|word| text.contains(&word.in_text) || themes().any(|t| t.contains(&word.in_theme)))
    }
}

/// The part of a filter that looks at an entry before it is brought together.
pub struct TextTest {
    wanted: Vec<WantedWord>,
    kinds: Vec<Kind>,
    lowered: RefCell<String>,
}

impl TextTest {
    /// Whether an entry may be as asked. `text` is folded, or all ASCII.
    pub fn may_match<'a, T: Iterator<Item = &'a str>>(
        &self,
        kind: Option<Kind>,
        text: &str,
        themes: impl Fn() -> T,
    ) -> bool {
        if kind.is_some_and(|kind| !self.kinds.is_empty() && !self.kinds.contains(&kind)) {
            return false;
        }
        if self.wanted.is_empty() {
            return true;
        }
        let mut lowered = self.lowered.borrow_mut();
        lowered.clear();
        lowered.push_str(text);
        lowered.make_ascii_lowercase();
        WantedWord::all_in_folded(&self.wanted, &lowered, themes)
    }
}

impl Filter {
    /// The test of words and kinds, made once for many entries.
    pub fn text_test(&self) -> TextTest {
        TextTest {
            wanted: self.wanted(),
            kinds: self.kinds.clone(),
            lowered: RefCell::default(),
        }
    }

    fn wanted(&self) -> Vec<WantedWord> {
        let words = self.words.iter().filter(|word| !word.trim().is_empty());
        words.map(|word| WantedWord::new(word)).collect()
    }

    /// Whether the day, the author and the rest of the envelope are as asked.
    fn envelope_matches(&self, entry: &Entry) -> bool {
        let date = Records::date_of(entry);
        self.by.as_ref().is_none_or(|by| *by == entry.by)
            && self.since.is_none_or(|since| date >= since)
            && self.until.is_none_or(|until| date <= until)
    }

    fn asks_for_content(&self) -> bool {
        !(self.words.is_empty() && self.kinds.is_empty() && self.themes.is_empty())
            || self.owner.is_some()
            || self.state.is_some()
    }

    /// Whether the entry is as asked; one that cannot be read is not where its content is asked for.
    fn matches(&self, wanted: &[WantedWord], entry: &Entry) -> bool {
        if !self.envelope_matches(entry) {
            return false;
        }
        let Some(body) = &entry.body else {
            return !self.asks_for_content();
        };
        WantedWord::all_in(wanted, body)
            && (self.kinds.is_empty() || self.kinds.contains(&body.kind))
            && (self.themes.is_empty() || self.themes.iter().any(|t| body.themes.contains(t)))
            && self.owner.as_ref().is_none_or(|o| body.owner.as_ref() == Some(o))
            && self.state.is_none_or(|s| body.state == Some(s))
    }
}

/// The entries that a filter finds.
pub fn log<'a>(records: &'a Records, filter: &Filter) -> Log<'a> {
    let wanted = filter.wanted();
    let matches = |e: &&Entry| filter.matches(&wanted, e);
    let mut entries: Vec<&Entry> = records.entries.iter().filter(matches).collect();
    entries.sort_by_key(|e| (Reverse((Records::date_of(e), e.at)), e.id));
    let unknown = |e: &&Entry| e.body.is_none() && filter.asks_for_content() && filter.envelope_matches(e);
    Log {
        entries,
        unreadable: records.entries.iter().filter(unknown).count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Visibility;
    use crate::query::fixture::{With, date, entry, held, id, records, slug};

    fn list() -> Records {
        records(
            vec![
                entry("kk", Kind::Topic, "ana", "2026-11-10", "ÜBER the cache redesign")
                    .meeting("2026-11-15"),
                entry("ll", Kind::Growth, "ana", "2026-11-20", "Lead the review").themes(&["cache"]),
                entry("mm", Kind::Action, "sam", "2026-11-15", "Buy a cache").meeting("2026-11-15"),
                entry("nn", Kind::Topic, "sam", "2026-11-21", "x").unopened(Visibility::Private),
            ],
            vec![held("2026-11-15")],
        )
    }

    fn found(filter: Filter) -> Vec<String> {
        let list = list();
        let log = log(&list, &filter);
        log.entries
            .iter()
            .map(|e| e.id.as_str()[..2].to_owned())
            .collect()
    }

    #[test]
    fn the_newest_comes_first_between_days_and_within_one() {
        let at = |time: &str| crate::query::fixture::at(&format!("2026-11-15T{time}:00Z"));
        let mut list = list();
        let written = |start: &str, time| Entry {
            at: at(time),
            ..entry(start, Kind::Note, "ana", "2026-11-15", "x")
        };
        // Of one day: before the meeting, in it, and on the agenda since.
        list.entries.extend([
            written("oo", "08:00").meeting("2026-11-15"),
            written("pp", "10:05").meeting("2026-11-15"),
            written("qq", "10:10").meeting("2026-11-15"),
            written("rr", "10:15").meeting("2026-11-15-2"),
            written("ss", "09:30"),
            written("tt", "10:07"),
        ]);
        let log = log(&list, &Filter::default());
        let found: Vec<&str> = log.entries.iter().map(|e| &e.id.as_str()[..2]).collect();
        // `kk` was written five days before the meeting that it is of.
        assert_eq!(
            found,
            ["nn", "ll", "rr", "qq", "tt", "pp", "ss", "mm", "oo", "kk"]
        );
    }

    #[test]
    fn all_words_in_any_case() {
        assert_eq!(found(Filter::default()), ["nn", "ll", "mm", "kk"]);
        let words = |words: &[&str]| Filter {
            words: words.iter().map(ToString::to_string).collect(),
            ..Filter::default()
        };
        assert_eq!(found(words(&["über", "Cache"])), ["kk"]);
        assert_eq!(found(words(&["CACHE"])), ["ll", "mm", "kk"]);
        assert_eq!(found(words(&["#cache"])), ["ll"]);
        assert_eq!(log(&list(), &words(&["cache"])).unreadable, 1);
        // The forms of one word, and a theme as it was typed.
        assert_eq!(found(words(&["U\u{308}ber"])), ["kk"]);
        assert_eq!(found(words(&["#Caché"])), ["ll"]);
    }

    #[test]
    fn the_rest_narrows() {
        let base = Filter::default;
        assert_eq!(
            found(Filter {
                kinds: vec![Kind::Action, Kind::Growth],
                ..base()
            }),
            ["ll", "mm"]
        );
        assert_eq!(
            found(Filter {
                by: Some(slug("sam")),
                ..base()
            }),
            ["nn", "mm"]
        );
        assert_eq!(
            found(Filter {
                owner: Some(slug("sam")),
                ..base()
            }),
            ["mm"]
        );
        assert_eq!(
            found(Filter {
                state: Some(ActionState::Open),
                ..base()
            }),
            ["mm"]
        );
        // The day of an entry is its meeting's.
        assert_eq!(
            found(Filter {
                since: Some(date("2026-11-15")),
                until: Some(date("2026-11-20")),
                ..base()
            }),
            ["ll", "mm", "kk"]
        );
        assert!(
            !Filter {
                themes: vec![slug("cache")],
                ..base()
            }
            .matches(&[], list().entry(id("kk")).unwrap())
        );
    }
}
