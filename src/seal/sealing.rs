//! Sealing an entry.

use std::collections::BTreeMap;
use std::io::{self, Write};

use age::armor::{ArmoredWriter, Format};

use super::{Binding, Fingerprint, MOST_READERS, SealError, Sealed, SealedError, plaintext, recipient};
use crate::model::{Content, Visibility};

/// Seals what an entry says for the recipients given, each counted once.
///
/// [`recipients_for`](super::recipients_for) decides who the recipients are. The author stays
/// `binding.by`, whoever seals.
///
/// # Errors
/// When there is nothing to seal or nobody to seal for, or when the result could not be opened again.
pub fn seal(
    content: &Content,
    visibility: Visibility,
    binding: &Binding,
    recipients: &[String],
) -> Result<Sealed, SealError> {
    if !visibility.is_sealed() {
        return Err(SealError::Shared);
    }
    let mut keys = BTreeMap::new();
    for recipient in recipients {
        let key = recipient::parse(recipient).map_err(SealError::Recipient)?;
        keys.insert(Fingerprint::of(recipient), key);
        if keys.len() > MOST_READERS {
            return Err(SealError::TooManyRecipients);
        }
    }
    if keys.is_empty() {
        return Err(SealError::NoRecipients);
    }
    let readers = keys.keys().copied().collect();
    let text = plaintext::write(content, visibility, binding, &readers).ok_or(SealError::Content)?;
    let keys = keys.values().map(|key| key as &dyn age::Recipient);
    let encryptor = age::Encryptor::with_recipients(keys).map_err(|_| SealError::Failed)?;
    let armored = encrypt(encryptor, &text).map_err(|_| SealError::Failed)?;
    let armored = String::from_utf8(armored).map_err(|_| SealError::Failed)?;
    Sealed::parse(&armored).map_err(|e| match e {
        SealedError::TooLarge => SealError::TooLarge,
        SealedError::NotArmored => SealError::Failed,
    })
}

fn encrypt(encryptor: age::Encryptor, text: &str) -> io::Result<Vec<u8>> {
    let armor = ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor)?;
    let mut writer = encryptor.wrap_output(armor)?;
    writer.write_all(text.as_bytes())?;
    writer.finish()?.finish()
}
