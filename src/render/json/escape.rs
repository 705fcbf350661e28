//! Strings of JSON in which nothing hides: whatever is not seen as `\uXXXX`.

use std::borrow::Cow;
use std::io;

use serde_json::ser::Formatter;

use crate::model::{visible, with_hidden};

/// Compact JSON; serde_json escapes C0, this the rest of what a terminal or an editor obeys or hides.
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
        let mut buffer = [0; 4];
        for (c, is_hidden) in with_hidden(fragment) {
            if is_hidden {
                // Characters beyond the basic plane take two.
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            } else {
                writer.write_all(c.encode_utf8(&mut buffer).as_bytes())?;
            }
        }
        Ok(())
    }
}
