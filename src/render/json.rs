//! JSON for programs: one document, stable, additive only (docs/command-line.md#json).

mod documents;
mod entry;
mod escape;
mod findings;
mod shapes;

use serde::Serialize;

pub use entry::Scope;
pub use shapes::Document;
use shapes::InPair;

/// A document on one line, with a newline at its end.
pub fn one(document: &Document<'_>) -> String {
    line(document)
}

/// The documents of several pairs by their NAMEs: `{"pairs":[{"pair":NAME, …}]}`.
pub fn all(documents: &[(&str, Document<'_>)]) -> String {
    #[derive(Serialize)]
    struct All<'a> {
        pairs: Vec<InPair<'a>>,
    }
    let pairs = documents
        .iter()
        .map(|(pair, document)| InPair { pair, document })
        .collect();
    line(&All { pairs })
}

fn line<T: Serialize>(value: &T) -> String {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, escape::Visible);
    // Writing to memory does not fail, and no key here is anything but a string.
    let written = value.serialize(&mut serializer).is_ok();
    bytes.push(b'\n');
    if written {
        String::from_utf8(bytes).unwrap_or_default()
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests;
