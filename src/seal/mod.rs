//! Sealing and opening entries with age: identities, recipients, padding, bindings and pins.
//!
//! The only place that names `age`. Bytes in, bytes out: nothing in here reads or writes a file, or keeps state between
//! calls. The caller keeps the identity file, and the [`Pins`] that hold the known keys of others.

mod error;
mod fingerprint;
mod header;
mod identity;
mod kept;
mod opening;
mod padding;
mod pins;
mod plaintext;
mod readers;
mod recipient;
mod sealed;
mod sealing;
#[cfg(test)]
mod tests;
mod trust;
#[cfg(test)]
mod trust_tests;

pub use error::{IdentityError, KeyProblem, OpenError, PinsError, RecipientError, SealError, SealedError};
pub use fingerprint::{Fingerprint, FingerprintError};
pub use identity::Identities;
pub use kept::{open_own, seal_own};
pub use opening::open;
pub use pins::Pins;
pub use readers::{needs_resealing, recipients_for};
pub use recipient::check_recipient;
pub use sealed::{Binding, Opened, Sealed};
pub use sealing::seal;
pub use trust::Trust;

/// The keys that one entry can be sealed for: far more than two people have, few enough to check quickly.
const MOST_READERS: usize = 32;

/// The keys that one member can have.
const MOST_KEYS: usize = MOST_READERS / 2;
