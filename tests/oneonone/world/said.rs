//! Words of a test itself, and a test that cannot run.

use std::io::Write;

/// Says something past the test harness, which hides the output of a test that passes.
#[expect(clippy::disallowed_methods, reason = "the words are this test's own")]
pub(crate) fn say(words: &str) {
    let _ = writeln!(std::io::stderr(), "{words}");
}

/// Says that a test was not run, and why; fails where the variable that requires it is set to `1`.
pub(crate) fn not_run(what: &str, why: &str, required_by: Option<&str>) {
    let required = required_by.is_some_and(|name| std::env::var_os(name).is_some_and(|value| value == "1"));
    let words = format!("not run: {what} ({why})");
    assert!(!required, "{words}");
    say(&words);
}
