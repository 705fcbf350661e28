//! Opening a sealed entry. A stranger may have made it.

use std::io::Read;

use age::DecryptError;
use age::armor::ArmoredReader;

use super::{Binding, Identities, OpenError, Opened, Sealed, header, plaintext};
use crate::model::Limits;

/// Opens a sealed entry with any of the keys, and checks that it belongs where it was found.
///
/// The visibility that it was sealed with decides over the one that stands in clear: the caller compares them.
///
/// # Errors
/// When no key fits, when it was changed, or when it was sealed as another entry, in another pair, by another
/// author or for other keys (docs/privacy.md#seal).
pub fn open(sealed: &Sealed, binding: &Binding, identities: &Identities) -> Result<Opened, OpenError> {
    // No plaintext is longer than its ciphertext, and that is limited already.
    let mut file = Vec::with_capacity(sealed.as_str().len());
    ArmoredReader::new(sealed.as_str().as_bytes())
        .take(Limits::SEALED as u64)
        .read_to_end(&mut file)
        .map_err(|_| OpenError::Damaged)?;
    let stanzas = header::readers(&file)?;
    let mut reader = age::Decryptor::new_buffered(file.as_slice())
        .and_then(|decryptor| decryptor.decrypt(identities.as_age()))
        .map_err(|e| match e {
            DecryptError::NoMatchingKeys => OpenError::NotForMe,
            _ => OpenError::Damaged,
        })?
        .take(Limits::SEALED as u64);
    let mut text = String::new();
    reader.read_to_string(&mut text).map_err(|_| OpenError::Damaged)?;
    let opened = plaintext::read(&text, binding)?;
    let mine = identities.fingerprints().any(|f| opened.readers.contains(&f));
    if mine && stanzas.others == 0 && stanzas.native == opened.readers.len() {
        Ok(opened)
    } else {
        Err(OpenError::WrongReaders)
    }
}
