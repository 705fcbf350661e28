//! The sum of all ciphertexts that the index holds: whether one came, went or moved is told without reading them.

use chrono::Datelike;

use crate::model::Home;

use super::record::CiphertextId;

/// A sum of the ids of ciphertexts, in any order. The same sum means the same ciphertexts, unless somebody made them for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SealedSum(pub [u8; 16]);

impl SealedSum {
    pub(super) fn add(&mut self, home: Home, id: CiphertextId) {
        self.0 = u128::from_le_bytes(self.0)
            .wrapping_add(term(home, id))
            .to_le_bytes();
    }

    pub(super) fn take(&mut self, home: Home, id: CiphertextId) {
        self.0 = u128::from_le_bytes(self.0)
            .wrapping_sub(term(home, id))
            .to_le_bytes();
    }
}

/// The share of a ciphertext in the sum, another one in each home.
fn term(home: Home, id: CiphertextId) -> u128 {
    let place = home.meeting().map_or(0, |key| {
        let day = u128::from(key.date.num_days_from_ce().unsigned_abs());
        (day << 16) + u128::from(key.number)
    });
    // An odd factor loses nothing of the id.
    u128::from_le_bytes(id.0).wrapping_mul(2 * place + 1)
}
