//! The keys of one person.

use std::fmt;

use age::secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{Fingerprint, IdentityError, MOST_READERS};

/// Bytes of a mark.
pub(super) const MARK: usize = 32;

/// The keys of one person: what opens the entries that are sealed for them.
///
/// `Debug` shows nothing of them, and the memory they stand in is wiped when they are dropped.
pub struct Identities {
    keys: Vec<Key>,
}

struct Key {
    identity: age::x25519::Identity,
    recipient: String,
    fingerprint: Fingerprint,
}

impl Key {
    fn new(identity: age::x25519::Identity) -> Self {
        let recipient = identity.to_public().to_string();
        Self {
            identity,
            fingerprint: Fingerprint::of(&recipient),
            recipient,
        }
    }
}

impl Identities {
    /// Reads an identity file of age: lines with keys, comments, empty lines.
    ///
    /// # Errors
    /// When it is no text, or holds anything but native age keys, or none.
    pub fn parse(bytes: &[u8]) -> Result<Self, IdentityError> {
        let text = std::str::from_utf8(bytes).map_err(|_| IdentityError::NotText)?;
        let mut keys: Vec<Key> = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let key = Key::new(line.parse().map_err(|_| not_a_key(line, number + 1))?);
            if !keys.iter().any(|k| k.recipient == key.recipient) {
                keys.push(key);
            }
            if keys.len() > MOST_READERS {
                return Err(IdentityError::TooMany);
            }
        }
        if keys.is_empty() {
            return Err(IdentityError::Empty);
        }
        Ok(Self { keys })
    }

    /// A new key that no file holds yet, for what does not outlive the program.
    pub fn generate() -> Self {
        Self {
            keys: vec![Key::new(age::x25519::Identity::generate())],
        }
    }

    /// The identity file of these keys; wiped when it is dropped.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        // Reserved at once: a vector that grows leaves copies behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(256 * self.keys.len()));
        for key in &self.keys {
            let secret = key.identity.to_string();
            for part in [
                "# public key: ",
                &key.recipient,
                "\n",
                secret.expose_secret(),
                "\n",
            ] {
                bytes.extend_from_slice(part.as_bytes());
            }
        }
        bytes
    }

    /// The recipients of the keys, in the order of the file.
    pub fn recipients(&self) -> Vec<String> {
        self.keys.iter().map(|k| k.recipient.clone()).collect()
    }

    /// The fingerprints of the recipients.
    pub fn fingerprints(&self) -> impl Iterator<Item = Fingerprint> + '_ {
        self.keys.iter().map(|k| k.fingerprint)
    }

    /// For each key a mark on bytes that nobody makes without it. With a key more or less, all marks are others.
    pub(super) fn marks(&self, bytes: &[u8]) -> impl Iterator<Item = [u8; MARK]> {
        let hash = Sha256::digest(bytes);
        let all = self.recipients().join(" ");
        self.keys.iter().map(move |key| {
            let mut mark = Sha256::new();
            mark.update(b"kept by oneonone");
            mark.update(key.identity.to_string().expose_secret().as_bytes());
            mark.update(all.as_bytes());
            mark.update(hash);
            mark.finalize().into()
        })
    }

    pub(super) fn recipients_of_age(&self) -> impl Iterator<Item = age::x25519::Recipient> {
        self.keys.iter().map(|key| key.identity.to_public())
    }

    pub(super) fn as_age(&self) -> impl Iterator<Item = &dyn age::Identity> {
        self.keys.iter().map(|k| &k.identity as &dyn age::Identity)
    }
}

impl fmt::Debug for Identities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identities({} keys)", self.keys.len())
    }
}

/// Why a line is no key, without any of the line.
fn not_a_key(line: &str, number: usize) -> IdentityError {
    let begins = |with: &str| line.starts_with(with);
    if begins("age-encryption.org/") || begins("-----BEGIN AGE ENCRYPTED FILE-----") {
        IdentityError::Encrypted
    } else if begins("-----BEGIN ") {
        IdentityError::Ssh
    } else if begins("AGE-PLUGIN-") {
        IdentityError::Plugin { line: number }
    } else if begins("AGE-SECRET-KEY-PQ-1") {
        IdentityError::PostQuantum { line: number }
    } else {
        IdentityError::NotAKey { line: number }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANARY: &str = "AGE-SECRET-KEY-1CANARYCANARYCANARY";

    fn refused(text: &str) -> IdentityError {
        let error = Identities::parse(text.as_bytes()).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("CANARY"));
        error
    }

    #[test]
    fn a_file_may_hold_several_keys_comments_and_any_line_ends() {
        let (a, b) = (Identities::generate(), Identities::generate());
        let line = |i: &Identities| i.keys[0].identity.to_string().expose_secret().to_owned();
        let text = format!("# mine\r\n{}\r\n\n{}\n{}", line(&a), line(&b), line(&a));
        let both = Identities::parse(text.as_bytes()).unwrap();
        assert_eq!(both.recipients(), [a.recipients(), b.recipients()].concat());
        assert_eq!(format!("{both:?}"), "Identities(2 keys)");
    }

    #[test]
    fn what_is_no_native_key_is_named_and_not_quoted() {
        assert!(matches!(refused("# x\n\n"), IdentityError::Empty));
        assert!(matches!(
            refused(&format!("# x\n{CANARY}")),
            IdentityError::NotAKey { line: 2 }
        ));
        assert!(matches!(
            refused("AGE-PLUGIN-YUBIKEY-1CANARY"),
            IdentityError::Plugin { line: 1 }
        ));
        assert!(matches!(
            refused("AGE-SECRET-KEY-PQ-1CANARY"),
            IdentityError::PostQuantum { line: 1 }
        ));
        assert!(matches!(
            refused("age-encryption.org/v1\n-> scrypt CANARY"),
            IdentityError::Encrypted
        ));
        assert!(matches!(
            refused("-----BEGIN OPENSSH PRIVATE KEY-----\nCANARY"),
            IdentityError::Ssh
        ));
    }

    #[test]
    fn a_new_key_reads_back() {
        let made = Identities::generate();
        let bytes = made.to_bytes();
        let text = std::str::from_utf8(&bytes).unwrap();
        let begin = format!("# public key: {}\nAGE-SECRET-KEY-1", made.recipients()[0]);
        assert!(text.starts_with(&begin));
        assert_eq!(Identities::parse(&bytes).unwrap().recipients(), made.recipients());
        assert!(matches!(Identities::parse(&[0xff]), Err(IdentityError::NotText)));
    }
}
