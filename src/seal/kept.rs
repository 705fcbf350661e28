//! Bytes that a program keeps for itself, sealed to the keys of one person.

use std::io::{self, Read, Write};

use zeroize::Zeroizing;

use super::identity::MARK;
use super::{Identities, OpenError, SealError};

/// The most bytes that are opened.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Seals bytes for one's own keys, as an age file that is not armored. Anybody can seal for a public key: a mark that
/// only the secret key makes stands before the bytes.
///
/// # Errors
/// When sealing fails.
pub fn seal_own(bytes: &[u8], identities: &Identities) -> Result<Vec<u8>, SealError> {
    let sealed = || -> io::Result<Vec<u8>> {
        let mark = identities.marks(bytes).next().ok_or(io::ErrorKind::NotFound)?;
        let recipients: Vec<age::x25519::Recipient> = identities.recipients_of_age().collect();
        let recipients = recipients.iter().map(|key| key as &dyn age::Recipient);
        let encryptor = age::Encryptor::with_recipients(recipients).map_err(io::Error::other)?;
        let mut writer = encryptor.wrap_output(Vec::with_capacity(bytes.len() + 1024))?;
        writer.write_all(&mark)?;
        writer.write_all(bytes)?;
        writer.finish()
    };
    sealed().map_err(|_| SealError::Failed)
}

/// Opens such bytes.
///
/// # Errors
/// When they are sealed for other keys, by somebody else, or were changed.
pub fn open_own(file: &[u8], identities: &Identities) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let decryptor = age::Decryptor::new_buffered(file).map_err(|_| OpenError::Damaged)?;
    let reader = decryptor
        .decrypt(identities.as_age())
        .map_err(|_| OpenError::NotForMe)?;
    let mut reader = reader.take(LARGEST);
    let mut mark = [0; MARK];
    reader.read_exact(&mut mark).map_err(|_| OpenError::Damaged)?;
    // Reserved at once: a vector that grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(file.len()));
    reader.read_to_end(&mut bytes).map_err(|_| OpenError::Damaged)?;
    let is_own = identities.marks(&bytes).any(|own| own == mark);
    match is_own {
        true => Ok(bytes),
        false => Err(OpenError::NotOurs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_own_key_opens_and_makes_them() {
        let (me, other) = (Identities::generate(), Identities::generate());
        let sealed = seal_own(b"bonus", &me).unwrap();
        assert_eq!(**open_own(&sealed, &me).unwrap(), *b"bonus");
        assert_eq!(open_own(&sealed, &other).unwrap_err(), OpenError::NotForMe);
        assert!(!sealed.windows(5).any(|part| part == b"bonus"));

        // Somebody else seals for my public key.
        let key = me.recipients_of_age().next().unwrap();
        let encryptor = age::Encryptor::with_recipients([&key as &dyn age::Recipient].into_iter()).unwrap();
        let mut writer = encryptor.wrap_output(Vec::new()).unwrap();
        writer.write_all(&other.marks(b"bonus").next().unwrap()).unwrap();
        writer.write_all(b"bonus").unwrap();
        let forged = writer.finish().unwrap();
        assert_eq!(open_own(&forged, &me).unwrap_err(), OpenError::NotOurs);

        // A key more: what did not open before may open now.
        let more = [me.to_bytes(), other.to_bytes()].map(|keys| String::from_utf8(keys.to_vec()).unwrap());
        let more = Identities::parse(more.concat().as_bytes()).unwrap();
        assert_eq!(open_own(&sealed, &more).unwrap_err(), OpenError::NotOurs);

        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert_eq!(open_own(&changed, &me).unwrap_err(), OpenError::Damaged);
    }
}
