//! Entry ids (docs/format.md#ids).

use std::fmt;
use std::str::FromStr;

/// The id of an entry: 12 letters out of `k`–`z`, never renumbered and never reused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId([u8; Self::LENGTH]);

impl EntryId {
    /// Letters in an id.
    pub const LENGTH: usize = 12;
    const ALPHABET: &'static [u8; 16] = b"klmnopqrstuvwxyz";

    /// The id spelled by the low and high halves of the bytes given, four bits a letter.
    ///
    /// Six random bytes make a random id; the first six bytes of a digest make a derived one.
    pub fn from_bytes(bytes: [u8; 6]) -> Self {
        let mut letters = [b'k'; Self::LENGTH];
        let nibbles = bytes.iter().flat_map(|b| [b >> 4, b & 15]);
        for (letter, nibble) in letters.iter_mut().zip(nibbles) {
            *letter = Self::ALPHABET.get(usize::from(nibble)).copied().unwrap_or(b'k');
        }
        Self(letters)
    }

    /// The letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether `text` could begin an id: only letters of the alphabet, at most 12.
    pub fn is_prefix(text: &str) -> bool {
        !text.is_empty() && text.len() <= Self::LENGTH && text.bytes().all(is_letter)
    }
}

/// Whether a byte is a letter of the alphabet.
fn is_letter(byte: u8) -> bool {
    matches!(byte, b'k'..=b'z')
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for EntryId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "is 12 letters out of k–z".to_owned();
        let letters: [u8; Self::LENGTH] = text.as_bytes().try_into().map_err(|_| wrong())?;
        if letters.into_iter().all(is_letter) {
            Ok(Self(letters))
        } else {
            Err(wrong())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_spell_twelve_letters() {
        assert_eq!(EntryId::from_bytes([0, 0, 0, 0, 0, 0]).as_str(), "kkkkkkkkkkkk");
        assert_eq!(
            EntryId::from_bytes([0x0f, 0xf0, 0x12, 0x34, 0x56, 0x78]).as_str(),
            "kzzklmnopqrs"
        );
    }

    #[test]
    fn only_twelve_letters_of_the_alphabet_are_an_id() {
        assert!("kxzqmwrtslop".parse::<EntryId>().is_ok());
        for wrong in [
            "",
            "kxzqmwrtslo",
            "kxzqmwrtslopp",
            "axzqmwrtslop",
            "KXZQMWRTSLOP",
            "kxzqmwrtsloé",
        ] {
            assert!(wrong.parse::<EntryId>().is_err(), "{wrong}");
        }
    }
}
