//! `log`: entries are found.

use crate::model::{Kind, Slug};
use crate::query::{self, Filter, Log, check_theme};

use super::error::AppError;
use super::session::PairView;
use super::window::Window;

/// The entries that a person looks for.
#[derive(Debug, Clone, Default)]
pub struct LogRequest {
    /// Words that all stand in the text or among the themes.
    pub words: Vec<String>,
    /// One of these kinds.
    pub kinds: Vec<Kind>,
    /// One of these themes.
    pub themes: Vec<Slug>,
    /// Written by this member: `me`, `them`, a slug or a name.
    pub by: Option<String>,
    /// Of these days.
    pub window: Window,
}

/// The entries that are as asked.
///
/// # Errors
/// When no entry has a theme, or nobody is called as the author.
pub fn log<'a>(view: &'a PairView, request: &LogRequest) -> Result<Log<'a>, AppError> {
    for theme in &request.themes {
        check_theme(theme, &view.records)?;
    }
    let words = request.words.iter().flat_map(|words| words.split_whitespace());
    let filter = Filter {
        words: words.map(str::to_owned).collect(),
        kinds: request.kinds.clone(),
        themes: request.themes.clone(),
        by: view.member(request.by.as_deref())?,
        since: request.window.since,
        until: request.window.until,
        ..Filter::default()
    };
    Ok(query::log(&view.records, &filter))
}
