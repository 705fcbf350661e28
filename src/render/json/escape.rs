//! Strings of JSON in which nothing hides: C1, bidi and line separators as `\uXXXX`.

use std::borrow::Cow;
use std::io;

use serde_json::ser::Formatter;

use crate::model::visible;

/// Compact JSON; serde_json escapes C0, this the rest of what a terminal or an editor obeys.
pub(super) struct Visible;

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        if matches!(visible(fragment), Cow::Borrowed(_)) {
            return writer.write_all(fragment.as_bytes());
        }
        for c in fragment.chars() {
            let mut buffer = [0; 4];
            let text: &str = c.encode_utf8(&mut buffer);
            match visible(text) {
                Cow::Borrowed(same) => writer.write_all(same.as_bytes())?,
                // Everything that hides stands in the basic plane.
                Cow::Owned(_) => write!(writer, "\\u{:04x}", c as u32)?,
            }
        }
        Ok(())
    }
}
