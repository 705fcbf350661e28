//! The last page of the file: where everything stands.

use super::bytes::{In, Out};
use super::pages::{BODY, Damaged};
use super::record::WriterMarks;
use super::sealed_sum::SealedSum;

/// The first bytes of a footer.
const MAGIC: [u8; 8] = *b"1on1rows";
/// The layout of the file.
const VERSION: u32 = 4;
/// The most parts that one file holds beside its base.
pub(super) const MOST_DELTAS: usize = 64;

/// The first letters of the version of this program: another one may count other records as plain or settled, and makes
/// its own file.
fn made_by() -> [u8; 16] {
    let mut letters = [0; 16];
    let version = env!("CARGO_PKG_VERSION").bytes();
    letters.iter_mut().zip(version).for_each(|(to, from)| *to = from);
    letters
}

/// A run of bytes in the file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) at: u64,
    pub(super) length: u32,
}

impl Extent {
    /// The place of the byte behind it.
    pub(super) fn end(self) -> u64 {
        self.at.saturating_add(u64::from(self.length))
    }
}

/// Where everything stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Footer {
    /// The id of the pair, as letters: a seal of another pair is no good here.
    pub(super) pair: [u8; 12],
    /// The commit that HEAD named, when all files were last looked at; none for no commit.
    pub(super) head: Option<[u8; 20]>,
    /// Whether words stand in the file that went from the records: the next question writes it anew.
    pub(super) holds_gone_words: bool,
    /// The marks that writes of the pair note.
    pub(super) marks: WriterMarks,
    /// The sum of the ciphertexts in the base.
    pub(super) sealed_sum: SealedSum,
    /// The stamps of folders.
    pub(super) folders: Extent,
    /// The rows of records, in the order of their homes.
    pub(super) records: Extent,
    /// The ids of all entries, in their order.
    pub(super) ids: Extent,
    /// Once more, each record with open actions in clear and those entries alone.
    pub(super) open: Extent,
    /// Once more, each record with sealed entries and those alone.
    pub(super) sealed: Extent,
    /// The homes of records that must be read.
    pub(super) special: Extent,
    /// How many actions in clear are closed, by owner.
    pub(super) closed: Extent,
    /// How many entries in clear have each theme.
    pub(super) themes: Extent,
    /// Records that changed since, each run as they changed.
    pub(super) deltas: Vec<Extent>,
}

impl Footer {
    pub(super) fn page(&self) -> Vec<u8> {
        let mut out = Out::default();
        out.put(MAGIC);
        out.u32(VERSION);
        out.put(made_by());
        out.put(self.pair);
        out.byte(u8::from(self.head.is_some()));
        out.put(self.head.unwrap_or_default());
        out.byte(u8::from(self.holds_gone_words));
        out.put(self.marks.settled_with);
        out.put(self.marks.looked_through);
        out.put(self.marks.looked_by);
        out.put(self.sealed_sum.0);
        for extent in self.parts().into_iter().chain(&self.deltas) {
            out.u64(extent.at);
            out.u32(extent.length);
        }
        let mut body = out.0;
        body.resize(BODY, 0);
        body
    }

    pub(super) fn read(body: &[u8]) -> Result<Self, Damaged> {
        let from = &mut In(body);
        if from.take()? != MAGIC || from.u32()? != VERSION || from.take()? != made_by() {
            return Err(Damaged);
        }
        let pair = from.take()?;
        let has_head = from.byte()? == 1;
        let head = from.take()?;
        let holds_gone_words = from.byte()? == 1;
        let marks = WriterMarks {
            settled_with: from.take()?,
            looked_through: from.take()?,
            looked_by: from.take()?,
        };
        let sealed_sum = SealedSum(from.take()?);
        let mut extent = || {
            Ok(Extent {
                at: from.u64()?,
                length: from.u32()?,
            })
        };
        Ok(Self {
            pair,
            head: has_head.then_some(head),
            holds_gone_words,
            marks,
            sealed_sum,
            folders: extent()?,
            records: extent()?,
            ids: extent()?,
            open: extent()?,
            sealed: extent()?,
            special: extent()?,
            closed: extent()?,
            themes: extent()?,
            deltas: {
                let mut deltas = Vec::new();
                while deltas.len() < MOST_DELTAS {
                    match extent()? {
                        none if none.length == 0 => break,
                        delta => deltas.push(delta),
                    }
                }
                deltas
            },
        })
    }

    fn parts(&self) -> [&Extent; 8] {
        [
            &self.folders,
            &self.records,
            &self.ids,
            &self.open,
            &self.sealed,
            &self.special,
            &self.closed,
            &self.themes,
        ]
    }
}
