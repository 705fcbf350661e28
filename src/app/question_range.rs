//! The days that a question is about, and the themes, in a person's words.

use crate::model::{Date, Slug, theme_of_words};
use crate::query::{parse_since, parse_until};

use super::{AppError, Remark, Remarks, Setting};

/// The days that a question is about. An end that is not named is open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Window {
    /// The first day.
    pub since: Option<Date>,
    /// The last day.
    pub until: Option<Date>,
}

impl Window {
    /// Understands the words for both ends; the days understood are remarks. Without words for it, the end is `usual`.
    ///
    /// # Errors
    /// When words name no day, or the window ends before it begins: that is a slip.
    pub fn of(
        setting: &Setting,
        remarks: &Remarks,
        since: Option<&str>,
        until: Option<&str>,
        usual: Option<Date>,
    ) -> Result<Self, AppError> {
        let today = setting.today;
        let since = since.map(|words| parse_since(words, today)).transpose()?;
        since
            .map(Remark::Since)
            .into_iter()
            .for_each(|remark| remarks.add(remark));
        let until = until.map(|words| parse_until(words, today)).transpose()?;
        until
            .map(Remark::Until)
            .into_iter()
            .for_each(|remark| remarks.add(remark));
        let until = until.or(usual);
        match (since, until) {
            (Some(since), Some(until)) if until < since => Err(AppError::Backwards { since, until }),
            _ => Ok(Self { since, until }),
        }
    }
}

/// A theme as a person types it.
///
/// # Errors
/// When the words are no theme.
pub fn theme(words: &str) -> Result<Slug, AppError> {
    theme_of_words(words).ok_or_else(|| AppError::NoTheme(words.to_owned()))
}
