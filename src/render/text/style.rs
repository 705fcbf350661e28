//! The few styles there are; each only repeats what the words say.

use anstyle::{AnsiColor, Style};

const HEAD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const ID: Style = AnsiColor::Cyan.on_default();
const WARN: Style = AnsiColor::Yellow.on_default();
const BAD: Style = AnsiColor::Red.on_default();

fn paint(style: Style, text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("{style}{text}{style:#}")
    }
}

pub(super) fn head(text: &str) -> String {
    paint(HEAD, text)
}

pub(super) fn dim(text: &str) -> String {
    paint(DIM, text)
}

pub(super) fn id(text: &str) -> String {
    paint(ID, text)
}

pub(super) fn warn(text: &str) -> String {
    paint(WARN, text)
}

pub(super) fn bad(text: &str) -> String {
    paint(BAD, text)
}
