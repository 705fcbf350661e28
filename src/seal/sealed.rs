//! A sealed entry and an opened one: different types, so that none is taken for the other.

use std::collections::BTreeSet;
use std::fmt;

use super::{Fingerprint, SealedError};
use crate::model::{Content, EntryId, Limits, Slug, Visibility};

const BEGIN: &str = "-----BEGIN AGE ENCRYPTED FILE-----";
const END: &str = "-----END AGE ENCRYPTED FILE-----";

/// A ciphertext: an armored age file, within the limits, with LF line ends and a newline at its end.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sealed(String);

impl Sealed {
    /// Takes a text out of a record for a ciphertext.
    ///
    /// # Errors
    /// When it is too large, or no armored age file by its looks.
    pub fn parse(text: &str) -> Result<Self, SealedError> {
        if text.len() > Limits::SEALED {
            return Err(SealedError::TooLarge);
        }
        let lines: Vec<&str> = text.trim().lines().collect();
        let armored = |line: &&str| {
            let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=');
            (1..=64).contains(&line.len()) && line.bytes().all(plain)
        };
        match lines.as_slice() {
            [BEGIN, body @ .., END] if !body.is_empty() && body.iter().all(armored) => {
                Ok(Self(lines.join("\n") + "\n"))
            }
            _ => Err(SealedError::NotArmored),
        }
    }

    /// The text, as it goes into `sealed`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, taken out.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

/// Where a seal belongs. It is sealed with the content and checked on opening (docs/privacy.md#seal).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The pair.
    pub pair: EntryId,
    /// The entry.
    pub entry: EntryId,
    /// The author of the entry, whoever seals it.
    pub by: Slug,
}

/// The inside of a seal.
#[derive(Clone, PartialEq, Eq)]
pub struct Opened {
    /// The content of the entry.
    pub content: Content,
    /// Who may read it, `private` or `confidential`. It decides over what stands in clear.
    pub visibility: Visibility,
    /// The author.
    pub by: Slug,
    /// The fingerprints of the keys that it is sealed for.
    pub readers: BTreeSet<Fingerprint>,
}

impl fmt::Debug for Opened {
    /// Nothing of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opened(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_line_ends_become_one_form() {
        let text = format!("{BEGIN}\nYWdl\n{END}\n");
        for other in [
            text.clone(),
            text.replace('\n', "\r\n"),
            text.trim().to_owned(),
            format!("\n{text}\n "),
        ] {
            assert_eq!(Sealed::parse(&other).map(Sealed::into_string), Ok(text.clone()));
        }
    }

    #[test]
    fn what_is_not_armored_is_refused() {
        for wrong in [
            String::new(),
            BEGIN.to_owned(),
            format!("{BEGIN}\n{END}"),
            format!("{BEGIN}\nYWdl"),
            format!("{BEGIN}\nYWdl\n{END}\n{END}"),
            format!("{BEGIN}\nYW\u{1b}dl\n{END}"),
            format!("{BEGIN}\n{}\n{END}", "A".repeat(65)),
            format!("text\n{BEGIN}\nYWdl\n{END}"),
        ] {
            assert_eq!(Sealed::parse(&wrong), Err(SealedError::NotArmored), "{wrong}");
        }
        let large = format!("{BEGIN}\n{}{END}", "YWdl\n".repeat(Limits::SEALED / 5));
        assert_eq!(Sealed::parse(&large), Err(SealedError::TooLarge));
    }
}
