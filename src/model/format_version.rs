//! The version of the format that a pair is of, and whether this program may write to it (docs/format.md#versions).

use super::pair::Pair;
use super::problem::Problem;
use super::record_path::PAIR_PATH;

/// The version that a `pair.toml` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormatVersion {
    /// The one that this program writes.
    Known,
    /// A later one: this program is too old to write it.
    Newer(i64),
    /// The key is missing, or holds no version: nobody can tell what a writer would spoil.
    Broken(Problem),
    /// The text is no TOML, so that nobody can tell.
    Unreadable,
}

impl FormatVersion {
    /// The version that the text of a `pair.toml` names, whatever else is wrong with it.
    pub fn of_pair(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let Ok(text) = std::str::from_utf8(bytes) else {
            return Self::Unreadable;
        };
        let Ok(parsed) = toml_edit::Document::parse(text.to_owned()) else {
            return Self::Unreadable;
        };
        let known = Pair::FORMAT;
        let (span, what) = match parsed.as_table().get_key_value("format") {
            Some((_, item)) => match item.as_integer() {
                Some(version) if version == known => return Self::Known,
                Some(version) if version > known => return Self::Newer(version),
                Some(version) => (item.span(), format!("there is no format {version}")),
                None => {
                    let what = format!("`format` is {}, and no whole number", item.type_name());
                    (item.span(), what)
                }
            },
            // An empty file says nothing of the pair.
            None if parsed.as_table().is_empty() => return Self::Unreadable,
            None => (None, "the pair has no format".to_owned()),
        };
        let help = format!("write format = {known}");
        Self::Broken(Problem::at_or_of_file(
            PAIR_PATH,
            text.to_owned(),
            span,
            what,
            help,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_known_version_is_written() {
        let of = |line: &str| FormatVersion::of_pair(format!("{line}\nid = \"kkkkkkkkkkkk\"\n").as_bytes());
        for known in ["format = 1", "\u{feff}format = 1", "format = +1", "format = 0x1"] {
            assert_eq!(of(known), FormatVersion::Known, "{known}");
        }
        for (line, version) in [
            ("format = 2", 2),
            ("format = 99999999999", 99_999_999_999),
            ("format = 9223372036854775807", i64::MAX),
        ] {
            assert_eq!(of(line), FormatVersion::Newer(version));
        }
        for (line, what) in [
            ("format = 0", "there is no format 0"),
            ("format = -1", "there is no format -1"),
            ("format = 1.5", "`format` is float, and no whole number"),
            ("format = \"1\"", "`format` is string, and no whole number"),
            ("format = true", "`format` is boolean, and no whole number"),
            ("format = [1]", "`format` is array, and no whole number"),
            ("format = 2026-01-01", "`format` is datetime, and no whole number"),
            ("", "the pair has no format"),
            ("# format = 1", "the pair has no format"),
        ] {
            match of(line) {
                FormatVersion::Broken(problem) => assert_eq!(problem.what, what),
                other => panic!("{line}: {other:?}"),
            }
        }
        for empty in ["", "\n", "# a comment\n"] {
            let version = FormatVersion::of_pair(empty.as_bytes());
            assert_eq!(version, FormatVersion::Unreadable, "{empty:?}");
        }
        for line in [
            "format",
            "format = 1\nformat = 1",
            "format = 99999999999999999999",
        ] {
            assert_eq!(of(line), FormatVersion::Unreadable, "{line}");
        }
    }
}
