//! `growth`: the themes over time.

use crate::model::{Date, Home, Slug};
use crate::query::{self, Growth, check_theme};

use super::error::AppError;
use super::remark::Remarks;
use super::session::PairView;
use super::window::{Window, theme};

/// The themes that a person asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrowthRequest {
    /// The first day.
    pub since: Date,
    /// The last day.
    pub until: Date,
    /// One theme, with the entries behind it.
    pub theme: Option<Slug>,
}

impl GrowthRequest {
    /// Understands the words; the last day is today unless there are words for it.
    ///
    /// # Errors
    /// As [`Window::of`]; or when the words are no theme.
    pub fn of(
        since: &str,
        until: Option<&str>,
        words: Option<&str>,
        (today, remarks): (Date, &Remarks),
    ) -> Result<Self, AppError> {
        let window = Window::of(Some(since), until, Some(today), (today, remarks))?;
        Ok(Self {
            since: window.since.unwrap_or(today),
            until: window.until.unwrap_or(today),
            theme: words.map(theme).transpose()?,
        })
    }

    /// Whether a record is to be read. All of them tell whether a theme is known, and which letters name an entry; the
    /// counts need no record before the window.
    pub fn wants(&self, home: Home) -> bool {
        self.theme.is_some() || home.meeting().is_none_or(|key| key.date >= self.since)
    }
}

/// The themes over time.
///
/// # Errors
/// When no entry has the theme.
pub fn growth<'a>(view: &'a PairView, request: &GrowthRequest) -> Result<Growth<'a>, AppError> {
    let theme = request.theme.as_ref();
    theme.map(|theme| check_theme(theme, &view.records)).transpose()?;
    Ok(query::growth(&view.records, request.since, request.until, theme))
}
