//! `rm`: entries go.

use crate::model::{Entry, EntryId, Slug, Table};
use crate::sync::ViewError;

use super::{AppError, Remark, Session, WriteSession};

/// Removes entries, and returns them as they were. History keeps what they said. Where a text was not sent yet, a
/// remark says that the next sync sends it in history.
///
/// # Errors
/// When a text names no entry. When an entry of somebody else holds a text that my keys do not open: whoever can read
/// it can remove it, and so can its author.
pub fn remove(session: &mut WriteSession, typed: &[String]) -> Result<Vec<Entry>, AppError> {
    let ids = session.view.resolve_all(typed)?;
    let mut state = session.state().clone();
    let mut removed = Vec::new();
    for id in &ids {
        refuse_closed(session, *id)?;
        state.entries.remove(id);
        removed.extend(session.view.records.entry(*id).cloned());
    }
    let unsent = session.workspace().unsent_texts(&ids)?;
    session.save("rm", None, state)?;
    let remark = unsent.map(Remark::TextUnsent);
    remark
        .into_iter()
        .for_each(|remark| session.view.remarks.add(remark));
    Ok(removed)
}

fn refuse_closed(session: &WriteSession, id: EntryId) -> Result<(), AppError> {
    let Some(placed) = session.state().entries.get(&id) else {
        return Ok(());
    };
    let entry = &placed.entry;
    let Some(by) = entry.get_str("by").and_then(|by| by.parse().ok()) else {
        return Ok(());
    };
    let (pair, keys) = (&session.view.records.pair, session.keys());
    let closed = ciphertexts(entry).find_map(|sealed| keys.open(pair, id, &by, sealed).err());
    match closed {
        None => Ok(()),
        Some(ViewError::NoIdentity) => Ok(keys.require_identity()?),
        // Somebody may have put a seal there in my name, or damaged mine.
        Some(ViewError::Open(_)) if is_mine(session, id, &by)? => Ok(()),
        Some(ViewError::Open(source)) => Err(AppError::ClosedToMe {
            short: session.view.ids.short(id),
            source,
        }),
    }
}

/// Whether I am the author of an entry, as it says and as this clone saw it first.
fn is_mine(session: &WriteSession, id: EntryId, by: &Slug) -> Result<bool, AppError> {
    let me = &session.view.me;
    let known = session.workspace().readers()?;
    Ok(by == me && known.get(id).is_none_or(|known| known.by == *me))
}

/// The ciphertext of an entry, and those of the other values where its content is in conflict.
fn ciphertexts(entry: &Table) -> impl Iterator<Item = &str> {
    let rows = entry
        .rows_of("body")
        .filter_map(|row| row.alternative.ciphertext());
    entry.ciphertext().into_iter().chain(rows)
}
