//! The answer of all sealed entries to the question for open actions, as bytes: what is kept under seal beside the index.

use zeroize::Zeroizing;

use crate::model::EntryId;

use super::bytes::{In, Out, length, small};
use super::entry_bytes::{pack_entries, unpack_entries};
use super::pages::Damaged;
use super::record::{ClosedActions, IndexedEntry};
use super::sealed_sum::SealedSum;
use super::values::{put_id, read_id};

/// The answer that sealed entries gave, and the opened texts that questions asked for last.
#[derive(Debug, Default)]
pub struct SealedAnswer {
    /// The sum of the ciphertexts that it was made of.
    pub sum: SealedSum,
    /// The open actions among them.
    pub open: Vec<EntryId>,
    /// How many of them in meetings are closed actions.
    pub closed: Vec<ClosedActions>,
    /// Opened entries; one without a body is for other keys.
    pub texts: Vec<IndexedEntry>,
}

impl SealedAnswer {
    /// It as bytes.
    pub fn pack(self) -> Zeroizing<Vec<u8>> {
        let mut out = Out::default();
        out.put(self.sum.0);
        out.u32(small(self.open.len()));
        for id in self.open {
            put_id(Some(id), &mut out);
        }
        out.u32(small(self.closed.len()));
        for closed in &self.closed {
            closed.put(&mut out);
        }
        let texts = pack_entries(self.texts);
        let mut bytes = Zeroizing::new(Vec::with_capacity(out.0.len() + texts.len()));
        bytes.extend_from_slice(&out.0);
        bytes.extend_from_slice(&texts);
        bytes
    }

    /// Reads such bytes. Those of other ciphertexts are of no use.
    ///
    /// # Errors
    /// When they are none.
    pub fn unpack(bytes: &[u8], sum: SealedSum) -> Result<Option<Self>, Damaged> {
        let from = &mut In(bytes);
        if SealedSum(from.take()?) != sum {
            return Ok(None);
        }
        let open = (0..length(from.u32()?)?).map(|_| read_id(from)?.ok_or(Damaged));
        let open = open.collect::<Result<_, _>>()?;
        let closed = (0..length(from.u32()?)?).map(|_| ClosedActions::read(from));
        let closed = closed.collect::<Result<_, _>>()?;
        let texts = unpack_entries(from.0)?;
        Ok(Some(Self {
            sum,
            open,
            closed,
            texts,
        }))
    }
}
