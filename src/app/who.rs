//! `who`: the readers of everything, and those of one entry.

use crate::model::{Entry, Member, Visibility};
use crate::seal::{Fingerprint, Trust};

use super::{AppError, ReadSession, Remark, Session};

/// Somebody who can read the records of a pair, or some of them.
#[derive(Debug)]
pub struct PairReader<'a> {
    /// Who it is.
    pub who: PairReaderKind<'a>,
    /// How much of the shared entries.
    pub shared: Reach,
    /// How much of the confidential ones.
    pub confidential: Reach,
    /// How much of the private ones.
    pub private: Reach,
}

/// Where a reader stands to the pair.
#[derive(Debug)]
pub enum PairReaderKind<'a> {
    /// A member.
    Member {
        /// The member.
        member: &'a Member,
        /// Whether my key sits in that seat.
        is_me: bool,
        /// How far the keys there are trusted.
        seat: SeatStanding,
    },
    /// The admins of the host.
    Admins {
        /// Whether there is a remote: else nothing has left this machine.
        has_remote: bool,
    },
}

/// How much of the entries of a visibility somebody can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// All of them.
    All,
    /// Only their own ones.
    Own,
    /// None of them.
    Nothing,
}

/// How far the keys of a seat are trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeatStanding {
    /// They are trusted.
    Trusted,
    /// Nobody sits there yet.
    Open,
    /// It is my seat, and somebody changed its keys.
    OwnChanged,
    /// The pair states no key there any more.
    Emptied,
    /// The key changed, and is not trusted.
    Changed,
    /// The key is not trusted yet.
    Unpinned,
}

/// Somebody who can read an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryReader {
    /// The member of that name.
    Member(String),
    /// Everyone with a clone.
    Everyone,
    /// Whoever has a key that no member states any more.
    Key(Fingerprint),
}

/// The readers of a pair: the members, and the admins of its host.
///
/// # Errors
/// When the configuration of the clone cannot be read.
pub fn pair_readers<'a>(session: &'a ReadSession) -> Result<Vec<PairReader<'a>>, AppError> {
    let (keys, pair) = (session.keys(), &session.view.records.pair);
    let (me, mine) = (session.seat(), keys.recipients());
    let of_member = |member: &'a Member| {
        // Somebody may have renamed my seat: my key sits there all the same.
        let is_me = match &me {
            Some(me) => *me == member.slug,
            None => member.keys.iter().any(|key| mine.contains(key)),
        };
        let seat = standing(&keys.trust_of(pair, member), is_me);
        // Whoever emptied my seat took nothing from me that I can read.
        let (all, own) = match member.is_open_seat() && !is_me {
            true => (Reach::Nothing, Reach::Nothing),
            false => (Reach::All, Reach::Own),
        };
        PairReader {
            who: PairReaderKind::Member { member, is_me, seat },
            shared: all,
            confidential: all,
            private: own,
        }
    };
    let mut readers: Vec<PairReader<'_>> = pair.members().map(of_member).into();
    let has_remote = !session.repository()?.remotes()?.is_empty();
    readers.push(PairReader {
        who: PairReaderKind::Admins { has_remote },
        shared: Reach::All,
        confidential: Reach::Nothing,
        private: Reach::Nothing,
    });
    Ok(readers)
}

fn standing(trust: &Trust, is_me: bool) -> SeatStanding {
    match trust {
        Trust::OpenSeat => SeatStanding::Open,
        Trust::Changed { .. } | Trust::Unpinned { .. } if is_me => SeatStanding::OwnChanged,
        Trust::Changed { stated, .. } if stated.is_empty() => SeatStanding::Emptied,
        Trust::Changed { .. } => SeatStanding::Changed,
        Trust::Unpinned { .. } => SeatStanding::Unpinned,
        Trust::Trusted(_) => SeatStanding::Trusted,
    }
}

/// An entry and its readers: of a sealed one those whose keys it is sealed for, where my keys open it.
///
/// # Errors
/// When the text names no entry.
pub fn readers_of<'a>(
    session: &'a ReadSession,
    typed: &str,
) -> Result<(&'a Entry, Vec<EntryReader>), AppError> {
    let view = &session.view;
    let id = view.resolve(typed)?;
    let entry = view.records.entry(id).ok_or(AppError::NoEntry(id))?;
    if entry.in_clear {
        view.remarks.add(Remark::StandsInClear);
    }
    let members = view.records.pair.members();
    let named = |wanted: &dyn Fn(&Member) -> bool| -> Vec<EntryReader> {
        let found = members.iter().filter(|m| wanted(m));
        found.map(|m| EntryReader::Member(m.name.clone())).collect()
    };
    if entry.read_as() == Visibility::Shared {
        let mut readers = named(&|_| true);
        readers.push(EntryReader::Everyone);
        return Ok((entry, readers));
    }
    let of_record = |m: &Member| entry.visibility == Visibility::Confidential || m.slug == entry.by;
    let placed = session.state().entries.get(&id);
    let Some(ciphertext) = placed.and_then(|p| p.entry.ciphertext()) else {
        return Ok((entry, named(&of_record)));
    };
    let Ok(opened) = session.keys().open(&view.records.pair, id, &entry.by, ciphertext) else {
        view.remarks.add(Remark::ReadersOfRecord);
        return Ok((entry, named(&of_record)));
    };
    let keys_of = |m: &Member| Fingerprint::of_all(&m.keys);
    let mut readers = named(&|m| keys_of(m).iter().any(|key| opened.readers.contains(key)));
    let stated: Vec<Fingerprint> = members.iter().flat_map(|m| keys_of(m)).collect();
    let unknown = opened.readers.iter().filter(|key| !stated.contains(key));
    readers.extend(unknown.map(|key| EntryReader::Key(*key)));
    Ok((entry, readers))
}
