//! `log`: entries are found.

use crate::query::{self, Filter, Log, check_theme};

use super::{AppError, PairView};

/// The entries that are as asked; `by` is a word for their author: `me`, `them`, a slug or a name.
///
/// # Errors
/// When no entry has a theme, or nobody is called as the author.
pub fn log<'a>(view: &'a PairView, filter: &Filter, by: Option<&str>) -> Result<Log<'a>, AppError> {
    for theme in &filter.themes {
        check_theme(theme, &view.records)?;
    }
    let filter = Filter {
        by: view.member(by)?,
        ..filter.clone()
    };
    Ok(query::log(&view.records, &filter))
}
