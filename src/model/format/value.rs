//! Values of records, with the one canonical form that equality, order and writing go by.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use toml_edit::Datetime;

/// A TOML value. Equal when the canonical forms are (docs/merge.md#values); date-times are kept in UTC.
#[derive(Clone)]
pub enum Value {
    /// Text.
    String(String),
    /// A whole number.
    Integer(i64),
    /// A binary64 number.
    Float(f64),
    /// True or false.
    Boolean(bool),
    /// Any of TOML's four date and time types.
    Datetime(Datetime),
    /// A list.
    Array(Vec<Value>),
    /// A nested table, by key.
    Table(BTreeMap<String, Value>),
}

impl Value {
    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value as a ciphertext. A newer format may hold something else there: that is no text for everyone either.
    pub(crate) fn as_ciphertext(&self) -> &str {
        self.as_str().unwrap_or_default()
    }

    /// The number, if it is a whole one.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// The elements, if it is a list.
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Self::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// The nested table, if it is one.
    pub fn as_table(&self) -> Option<&BTreeMap<String, Value>> {
        match self {
            Self::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The TOML type, as a message names it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::String(_) => "a string",
            Self::Integer(_) => "an integer",
            Self::Float(_) => "a float",
            Self::Boolean(_) => "a boolean",
            Self::Datetime(d) if d.offset.is_some() => "an offset date-time",
            Self::Datetime(d) if d.time.is_none() => "a local date",
            Self::Datetime(d) if d.date.is_none() => "a local time",
            Self::Datetime(_) => "a local date-time",
            Self::Array(_) => "an array",
            Self::Table(_) => "a table",
        }
    }

    /// The canonical TOML of the value, on one line.
    pub fn canonical(&self) -> String {
        let mut out = String::new();
        self.write_canonical(&mut out);
        out
    }

    pub(crate) fn write_canonical(&self, out: &mut String) {
        match self {
            Self::String(text) => write_basic(text, out),
            Self::Integer(number) => out.push_str(&number.to_string()),
            Self::Float(number) => out.push_str(&float(*number)),
            Self::Boolean(yes) => out.push_str(if *yes { "true" } else { "false" }),
            Self::Datetime(datetime) => out.push_str(&datetime.to_string()),
            Self::Array(elements) => {
                out.push('[');
                for (i, element) in elements.iter().enumerate() {
                    if i > 0 {
                        out.push_str(", ");
                    }
                    element.write_canonical(out);
                }
                out.push(']');
            }
            Self::Table(table) => {
                out.push_str(if table.is_empty() { "{" } else { "{ " });
                for (i, (key, value)) in table.iter().enumerate() {
                    if i > 0 {
                        out.push_str(", ");
                    }
                    write_key(key, out);
                    out.push_str(" = ");
                    value.write_canonical(out);
                }
                out.push_str(if table.is_empty() { "}" } else { " }" });
            }
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::String(_) => 0,
            Self::Integer(_) => 1,
            Self::Float(_) => 2,
            Self::Boolean(_) => 3,
            Self::Datetime(_) => 4,
            Self::Array(_) => 5,
            Self::Table(_) => 6,
        }
    }
}

fn float(number: f64) -> String {
    if number.is_nan() {
        "nan".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 {
            "inf".to_owned()
        } else {
            "-inf".to_owned()
        }
    } else {
        format!("{number:?}")
    }
}

/// A key, bare where TOML allows it.
pub(crate) fn write_key(key: &str, out: &mut String) {
    let bare = !key.is_empty()
        && key
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if bare {
        out.push_str(key)
    } else {
        write_basic(key, out)
    }
}

/// A basic string. Written here, not by a library, so that every version writes the same bytes.
fn write_basic(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// A multi-line basic string, for texts of several lines.
pub(crate) fn write_multi_line(text: &str, out: &mut String) {
    out.push_str("\"\"\"\n");
    let mut quotes = 0;
    for c in text.chars() {
        quotes = if c == '"' { quotes + 1 } else { 0 };
        match c {
            '"' if quotes == 3 => {
                out.push_str("\\\"");
                quotes = 0;
            }
            '\\' => out.push_str("\\\\"),
            '\n' | '\t' => out.push(c),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", c as u32)),
            c => out.push(c),
        }
    }
    if quotes > 0 {
        // A quote before the closing three would read as four.
        out.truncate(out.len() - 1);
        out.push_str("\\\"");
    }
    out.push_str("\"\"\"");
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Self {
        Self::Boolean(yes)
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Value {}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Value {
    /// The bytes of the canonical value, strings decoded (docs/merge.md#values); then the type.
    fn cmp(&self, other: &Self) -> Ordering {
        let bytes = match (self, other) {
            (Self::String(a), Self::String(b)) => a.as_bytes().cmp(b.as_bytes()),
            (Self::String(a), b) => a.as_bytes().cmp(b.canonical().as_bytes()),
            (a, Self::String(b)) => a.canonical().as_bytes().cmp(b.as_bytes()),
            (a, b) => a.canonical().as_bytes().cmp(b.canonical().as_bytes()),
        };
        bytes.then_with(|| self.rank().cmp(&other.rank()))
    }
}

impl fmt::Debug for Value {
    /// The type alone: the value may have come out of a seal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.type_name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_back(written: &str) -> String {
        let document = toml_edit::Document::parse(format!("x = {written}\n")).unwrap();
        document.as_table().get("x").unwrap().as_str().unwrap().to_owned()
    }

    #[test]
    fn every_text_reads_back_as_written() {
        for text in [
            "plain",
            "",
            "\"",
            "\"\"",
            "\"\"\"",
            "a\"\"\"\"\"b\"",
            "line\nline\"\n",
            "\\",
            "\\\n",
            "\ttab\r\n",
            "\u{7f}\u{9b}\u{0}",
            "ends\"\"",
            "é 🙂",
            "\n\nx",
            "trailing \nspace ",
        ] {
            let mut out = String::new();
            write_multi_line(text, &mut out);
            assert_eq!(read_back(&out), text, "{out}");
            assert_eq!(read_back(&Value::from(text).canonical()), text);
        }
    }

    #[test]
    fn order_is_of_bytes_and_then_of_types() {
        assert!(Value::from("1") < Value::from(1));
        assert!(Value::from("1") != Value::from(1));
        assert!(Value::from("a") < Value::from("b"));
        assert_eq!(Value::Float(f64::NAN), Value::Float(f64::NAN));
    }
}
