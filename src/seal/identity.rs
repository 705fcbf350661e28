//! The keys of one person.

use std::fmt;
use std::io;
use std::path::Path;

use age::secrecy::{ExposeSecret, SecretBox, SecretString};

use super::{Fingerprint, IdentityError, MOST_READERS, files};

/// Bytes in an identity file.
const LARGEST: usize = 64 * 1024;

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
    /// When there is none, when others could read it, or when it holds anything but native age keys.
    pub fn load(path: &Path) -> Result<Self, IdentityError> {
        let (bytes, file) = files::read(path, LARGEST).map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => IdentityError::Missing,
            io::ErrorKind::FileTooLarge => IdentityError::TooLarge,
            _ => IdentityError::Io("read", e),
        })?;
        check_mode(&file)?;
        let text = std::str::from_utf8(bytes.expose_secret()).map_err(|_| IdentityError::NotText)?;
        Self::parse(text)
    }

    /// Reads the text of an identity file.
    ///
    /// # Errors
    /// When it holds anything but native age keys, or none.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
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

    /// Makes a new key in a new file that its owner alone can read. The key is durable when this returns.
    ///
    /// # Errors
    /// [`IdentityError::Exists`] where there is a file: a key is never overwritten. Else as the file system says.
    pub fn create(path: &Path) -> Result<Self, IdentityError> {
        let new = Self::generate();
        let text = new.text();
        files::create(path, text.expose_secret()).map_err(|e| match e.kind() {
            io::ErrorKind::AlreadyExists => IdentityError::Exists,
            _ => IdentityError::Io("write", e),
        })?;
        Ok(new)
    }

    /// The text of the identity file, wiped when dropped.
    fn text(&self) -> SecretBox<Vec<u8>> {
        let secrets: Vec<(&str, SecretString)> = self
            .keys
            .iter()
            .map(|key| (key.recipient.as_str(), key.identity.to_string()))
            .collect();
        SecretBox::init_with_mut(|text: &mut Vec<u8>| {
            text.reserve_exact(256 * secrets.len());
            for (recipient, secret) in &secrets {
                for part in ["# public key: ", recipient, "\n", secret.expose_secret(), "\n"] {
                    text.extend_from_slice(part.as_bytes());
                }
            }
        })
    }

    /// The recipients of the keys, in the order of the file.
    pub fn recipients(&self) -> Vec<String> {
        self.keys.iter().map(|k| k.recipient.clone()).collect()
    }

    /// The fingerprints of the recipients.
    pub fn fingerprints(&self) -> impl Iterator<Item = Fingerprint> + '_ {
        self.keys.iter().map(|k| k.fingerprint)
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

#[cfg(unix)]
fn check_mode(file: &std::fs::File) -> Result<(), IdentityError> {
    use std::os::unix::fs::PermissionsExt;

    let metadata = file.metadata().map_err(|e| IdentityError::Io("read", e))?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        Ok(())
    } else {
        Err(IdentityError::Exposed { mode })
    }
}

#[cfg(not(unix))]
fn check_mode(_file: &std::fs::File) -> Result<(), IdentityError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANARY: &str = "AGE-SECRET-KEY-1CANARYCANARYCANARY";

    fn refused(text: &str) -> IdentityError {
        let error = Identities::parse(text).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("CANARY"));
        error
    }

    #[test]
    fn a_file_may_hold_several_keys_comments_and_any_line_ends() {
        let (a, b) = (Identities::generate(), Identities::generate());
        let line = |i: &Identities| i.keys[0].identity.to_string().expose_secret().to_owned();
        let text = format!("# mine\r\n{}\r\n\n{}\n{}", line(&a), line(&b), line(&a));
        let both = Identities::parse(&text).unwrap();
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
    fn a_new_key_is_private_and_never_overwrites() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep").join("identity");
        assert!(matches!(Identities::load(&path), Err(IdentityError::Missing)));
        let made = Identities::create(&path).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with(&format!(
            "# public key: {}\nAGE-SECRET-KEY-1",
            made.recipients()[0]
        )));
        assert_eq!(Identities::load(&path).unwrap().recipients(), made.recipients());
        assert!(matches!(Identities::create(&path), Err(IdentityError::Exists)));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        let names = std::fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(names, 1, "no temporary file stays");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |p: &Path| std::fs::metadata(p).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
            let exposed = Identities::load(&path);
            assert!(matches!(exposed, Err(IdentityError::Exposed { mode: 0o640 })));
        }
    }

    #[test]
    fn a_huge_file_a_folder_and_bytes_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let write = |bytes: &[u8]| {
            let path = folder.path().join("identity");
            files::replace(&path, bytes).unwrap();
            Identities::load(&path).unwrap_err()
        };
        assert!(matches!(write(&[b'#'; LARGEST + 1]), IdentityError::TooLarge));
        assert!(matches!(write(&[0xff]), IdentityError::NotText));
        assert!(matches!(
            Identities::load(folder.path()),
            Err(IdentityError::Io(..))
        ));
    }
}
