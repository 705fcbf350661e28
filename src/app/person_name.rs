//! The names of people as they are typed, and the slugs that are made of them.

use crate::model::{Limits, Slug, check_text, slug_of_name};

/// Why a text is no name of a person.
#[derive(Debug, thiserror::Error)]
pub enum NameError {
    /// Which control character, and where.
    #[error("a name holds a {0}")]
    ControlCharacter(String),
    /// It has several lines, or too many bytes.
    #[error("a name is one line of at most {} bytes", Limits::NAME)]
    NoShortLine,
    /// No slug can be made of it.
    #[error("{0:?} is no name: it has no letter or digit")]
    NoLetter(String),
    /// Both members are called so, and a number behind its slug does not fit.
    #[error("{0:?} is too long")]
    TooLong(String),
}

/// The slug of a person's name.
///
/// # Errors
/// When the name is not one short line with a letter or a digit.
pub fn slug_of_person(name: &str) -> Result<Slug, NameError> {
    check_text(name).map_err(NameError::ControlCharacter)?;
    if name.trim().len() > Limits::NAME || name.contains(['\n', '\t']) {
        return Err(NameError::NoShortLine);
    }
    slug_of_name(name).ok_or_else(|| NameError::NoLetter(name.to_owned()))
}
