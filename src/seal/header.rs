//! A look at the header of an age file before age reads it: age parses a header anew for every line of it, so a
//! hostile one with thousands of lines would take minutes.

use super::{MOST_READERS, OpenError};

/// Bytes in a header: what the keys need, and the random stanza that age adds.
const LARGEST: usize = 8 * 1024;

/// Whom an age file says that it is for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct StanzaCounts {
    /// Stanzas for native recipients.
    pub(super) native: usize,
    /// Stanzas for others; the random ones that readers must ignore do not count.
    pub(super) others: usize,
}

/// Counts the stanzas of an age file.
///
/// # Errors
/// When it does not begin with a header of the known version, or with one larger than any entry needs.
pub(super) fn readers(file: &[u8]) -> Result<StanzaCounts, OpenError> {
    let head = file.get(..LARGEST).unwrap_or(file);
    let mut lines = head.split(|b| *b == b'\n');
    if lines.next() != Some(b"age-encryption.org/v1") {
        return Err(OpenError::Damaged);
    }
    let mut found = StanzaCounts { native: 0, others: 0 };
    let mut all = 0;
    for line in lines {
        if line.starts_with(b"---") {
            return Ok(found);
        }
        let Some(stanza) = line.strip_prefix(b"-> ") else {
            continue;
        };
        match stanza.split(|b| *b == b' ').next() {
            Some(b"X25519") => found.native += 1,
            Some(kind) if kind.ends_with(b"-grease") => {}
            _ => found.others += 1,
        }
        all += 1;
        if all > MOST_READERS + 4 {
            return Err(OpenError::TooLarge);
        }
    }
    if file.len() > LARGEST {
        Err(OpenError::TooLarge)
    } else {
        Err(OpenError::Damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stanzas_are_counted_and_bounded() {
        let file = b"age-encryption.org/v1\n-> X25519 a\nb\n-> x-grease -> X25519\n\n-> ssh-rsa a\nb\n--- mac\n-> X25519";
        assert_eq!(readers(file), Ok(StanzaCounts { native: 1, others: 1 }));
        assert_eq!(readers(b""), Err(OpenError::Damaged));
        assert_eq!(
            readers(b"age-encryption.org/v1\n-> X25519"),
            Err(OpenError::Damaged)
        );
        let many = [b"age-encryption.org/v1\n".to_vec(), b"-> a\n\n".repeat(10_000)].concat();
        assert_eq!(readers(&many), Err(OpenError::TooLarge));
        let long = [b"age-encryption.org/v1\n".to_vec(), b"AAAA\n".repeat(10_000)].concat();
        assert_eq!(readers(&long), Err(OpenError::TooLarge));
    }
}
