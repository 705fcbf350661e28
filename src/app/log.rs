//! `log`: the entries that hold some words.

use crate::query::{self, Filter, Log, check_theme};
use crate::store::record_index::EntryRow;
use crate::sync::{Wanted, WantedEntries};

use super::{AppError, PairView};

/// A search for entries, asked of the index of one pair.
pub struct LogQuestion<'a> {
    filter: &'a Filter,
    by_letters: bool,
    may_match: Box<dyn Fn(&EntryRow<'_>) -> bool>,
}

impl<'a> LogQuestion<'a> {
    /// Of a filter; `by_letters` where a person reads the letters that name an entry.
    pub fn of(filter: &'a Filter, by_letters: bool) -> Self {
        let test = filter.text_test();
        let may_match = move |row: &EntryRow<'_>| {
            row.is_sealed() || test.may_match(row.kind, row.text(), || row.themes())
        };
        Self {
            filter,
            by_letters,
            may_match: Box::new(may_match),
        }
    }

    /// The entries that it needs.
    pub fn wanted(&self) -> Wanted<'_> {
        // All records tell whether a theme is known.
        if !self.filter.themes.is_empty() {
            return Wanted::everything();
        }
        Wanted {
            since: self.filter.since,
            until: self.filter.until,
            entries: WantedEntries::Matching(&*self.may_match),
            ids: self.by_letters,
            meetings: true,
        }
    }
}

/// The entries that are as asked; `by` is a word for their author: `me`, `them`, a slug or a name.
///
/// # Errors
/// When no entry has a theme, or nobody is called as the author.
pub fn log<'a>(view: &'a PairView, mut filter: Filter, by: Option<&str>) -> Result<Log<'a>, AppError> {
    for theme in &filter.themes {
        check_theme(theme, &view.records)?;
    }
    filter.by = view.member(by)?;
    Ok(query::log(&view.records, &filter))
}
