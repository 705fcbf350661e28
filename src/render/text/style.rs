//! The few styles there are; each only repeats what the words say.

use anstyle::{AnsiColor, Style};

use crate::render::Printable;

const HEAD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const ID: Style = AnsiColor::Cyan.on_default();
const WARN: Style = AnsiColor::Yellow.on_default();
const BAD: Style = AnsiColor::Red.on_default();

pub(super) fn head(text: &str) -> Printable {
    Printable::styled(HEAD, text)
}

pub(super) fn dim(text: &str) -> Printable {
    Printable::styled(DIM, text)
}

pub(super) fn id(text: &str) -> Printable {
    Printable::styled(ID, text)
}

pub(super) fn warn(text: &str) -> Printable {
    Printable::styled(WARN, text)
}

pub(super) fn bad(text: &str) -> Printable {
    Printable::styled(BAD, text)
}
