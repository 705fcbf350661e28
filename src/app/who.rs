//! `who`: the readers of everything, and those of one entry.

use crate::model::{Entry, Member, Visibility};
use crate::seal::{Fingerprint, Trust};

use super::{AppError, ReadSession, Remark, Session};

/// The seats of a pair, and whether anybody else can have a copy.
#[derive(Debug)]
pub struct Seats<'a> {
    /// Each member, and the trust in their keys.
    pub members: [(&'a Member, Trust); 2],
    /// Whether there is a remote.
    pub has_remote: bool,
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

/// The seats of a pair.
///
/// # Errors
/// When the configuration of the clone cannot be read.
pub fn seats(session: &ReadSession) -> Result<Seats<'_>, AppError> {
    let pins = session.keys().pins();
    Ok(Seats {
        members: session.view.records.pair.members().map(|m| (m, pins.trust_of(m))),
        has_remote: !session.repository()?.remotes()?.is_empty(),
    })
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
