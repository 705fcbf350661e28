//! Words that were sealed, where nobody asked for them (docs/privacy.md#words-in-logs).

use crate::cli::output::is_watched;
use crate::model::{Body, Entry, Visibility};

/// Stands in the place of a text that was sealed.
pub(in crate::cli) const SEALED: &str = "(sealed)";

/// Whether words of this visibility may be said on standard error without being asked for: those that were sealed only
/// where a person watches.
pub(in crate::cli) fn shows(visibility: Visibility) -> bool {
    !visibility.is_sealed() || is_watched()
}

/// An entry whose words stay out of a log: those of one that is in clear stay.
pub(in crate::cli) fn for_log(entry: &Entry) -> Entry {
    let mut entry = entry.clone();
    if entry.visibility.is_sealed() {
        entry.body.iter_mut().for_each(hide);
    }
    entry
}

/// Takes out of a body what a person wrote.
pub(in crate::cli) fn hide(body: &mut Body) {
    body.text = SEALED.to_owned();
    body.themes.clear();
}
