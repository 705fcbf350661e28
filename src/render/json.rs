//! JSON for programs: one document, stable, additive only (docs/command-line.md#json).

mod changes;
mod documents;
mod entry;
mod escape;
mod findings;
mod shapes;

use serde::Serialize;

use super::{Printable, printable};
pub use entry::EntryContext;
use shapes::InPair;
pub use shapes::JsonDocument;

/// A document on one line, with a newline at its end.
pub fn one(document: &JsonDocument<'_>) -> Printable {
    line(document)
}

/// A document of one of several pairs, with the pair's NAME before it; a part of [`all`].
pub fn of_pair(pair: &str, document: &JsonDocument<'_>) -> Printable {
    line(&InPair { pair, document })
}

/// The documents of several pairs: `{"pairs":[{"pair":NAME, …}]}`.
pub fn all<'a>(parts: impl Iterator<Item = &'a Printable>) -> Printable {
    let parts = parts.map(|part| part.clone().trim_end());
    printable!["{\"pairs\":[", Printable::join(parts, ","), "]}\n"]
}

fn line<T: Serialize>(value: &T) -> Printable {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, escape::Visible);
    // Writing to memory does not fail, and no key here is anything but a string.
    let written = value.serialize(&mut serializer).is_ok();
    bytes.push(b'\n');
    // Nothing hides in it any more, so that the sanitiser leaves it as it is.
    match String::from_utf8(bytes) {
        Ok(line) if written => line.into(),
        _ => Printable::default(),
    }
}

#[cfg(test)]
mod tests;
