//! Notes of which there may be one for each of many entries: some are told, and of the others the number.

use std::collections::HashMap;
use std::mem::{Discriminant, discriminant};

use crate::app::Remark;
use crate::sync::SyncNote;

/// So many of one kind are told.
const NOTED: usize = 10;

/// The remarks of one answer.
pub(super) struct ManyNotes {
    /// How many there are of each kind, and how many were told.
    kinds: HashMap<Discriminant<SyncNote>, [usize; 2]>,
}

/// The thing to tell in the place of a remark.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Tell {
    /// The remark.
    Itself,
    /// How many more there are of its kind.
    HowManyMore(usize),
    /// Nothing: it is counted.
    Nothing,
}

impl ManyNotes {
    /// Of some remarks.
    pub(super) fn of(remarks: &[Remark]) -> Self {
        let mut kinds: HashMap<Discriminant<SyncNote>, [usize; 2]> = HashMap::new();
        for note in remarks.iter().filter_map(of_one) {
            let [all, _] = kinds.entry(discriminant(note)).or_default();
            *all += 1;
        }
        Self { kinds }
    }

    /// The thing to tell in the place of the next one.
    pub(super) fn next(&mut self, remark: &Remark) -> Tell {
        let kind = of_one(remark).map(discriminant);
        let Some([all, told]) = kind.and_then(|kind| self.kinds.get_mut(&kind)) else {
            return Tell::Itself;
        };
        *told += 1;
        // One more is as short as its number.
        if *told <= NOTED || *all == NOTED + 1 {
            return Tell::Itself;
        }
        match *told == NOTED + 1 {
            true => Tell::HowManyMore(*all - NOTED),
            false => Tell::Nothing,
        }
    }
}

/// The note of a remark, if there may be one for each of many entries or records.
fn of_one(remark: &Remark) -> Option<&SyncNote> {
    let Remark::Sync(note) = remark else { return None };
    let is_of_one = matches!(
        note,
        SyncNote::Kept(_)
            | SyncNote::Broken { .. }
            | SyncNote::BrokenHere(..)
            | SyncNote::CarriedBack(_)
            | SyncNote::Deduplicated(_)
            | SyncNote::InClear { .. }
            | SyncNote::ReadersKept { .. }
            | SyncNote::SealedLate(_)
            | SyncNote::SplitOff { .. }
            | SyncNote::TakenFor { .. }
            | SyncNote::VisibilityRestored(_)
    );
    is_of_one.then_some(note)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_ones_of_a_kind_are_told_and_the_others_counted() {
        let id = |n: u8| {
            let last = char::from(b'k' + n % 16);
            format!("kkkkkkkkkk{}{last}", char::from(b'k' + n / 16))
                .parse()
                .unwrap()
        };
        let notes =
            |count: u8| -> Vec<Remark> { (0..count).map(|n| Remark::Sync(SyncNote::Kept(id(n)))).collect() };
        let told = |remarks: &[Remark]| -> Vec<Tell> {
            let mut many = ManyNotes::of(remarks);
            remarks.iter().map(|remark| many.next(remark)).collect()
        };
        assert!(told(&notes(11)).iter().all(|tell| *tell == Tell::Itself));
        let mut more = notes(40);
        more.push(Remark::Sync(SyncNote::FinishedMerge));
        let told = told(&more);
        assert_eq!(told[10], Tell::HowManyMore(30));
        assert_eq!(
            told.iter().filter(|tell| **tell == Tell::Itself).count(),
            NOTED + 1
        );
        assert_eq!(told[40], Tell::Itself);
    }
}
