//! `growth`: the themes over time.

use crate::model::Slug;
use crate::query::{self, Growth, check_theme};

use super::{AppError, PairView, window::Window};

/// The themes over time; of one theme also the entries behind it.
///
/// # Errors
/// When no entry has the theme.
pub fn growth<'a>(view: &'a PairView, window: Window, theme: Option<&Slug>) -> Result<Growth<'a>, AppError> {
    theme.map(|theme| check_theme(theme, &view.records)).transpose()?;
    let today = view.setting.today;
    let (since, until) = (window.since.unwrap_or(today), window.until.unwrap_or(today));
    Ok(query::growth(&view.records, since, until, theme))
}
