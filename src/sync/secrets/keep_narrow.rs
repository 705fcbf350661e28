//! An entry that arrived wider: the words that a clone writes into it stay for those who could read it before
//! (docs/privacy.md#entries-that-arrive-wider).

use crate::model::{Audience, Content, EntryId, Form, KnownReaders, Placed, State, Table, Visibility};
use crate::seal::OpenError;

use crate::sync::combine::body_seals::BodySeals;
use crate::sync::error::SyncError;
use crate::sync::secrets::keys::{author, with_ciphertext};
use crate::sync::secrets::readers::KeyHolder;

impl<L: BodySeals> KeyHolder<'_, L> {
    /// An entry with a content, for some readers.
    ///
    /// # Errors
    /// [`SyncError::NotTheAuthor`] where only the author could seal it; or when a key is missing or not trusted.
    pub(in crate::sync) fn with_content(
        &self,
        id: EntryId,
        envelope: &Table,
        readers: Visibility,
        content: &Content,
    ) -> Result<Table, SyncError> {
        if !readers.is_sealed() {
            return Ok(content.in_clear(envelope));
        }
        let by = author(envelope).ok_or(SyncError::NotAMember)?;
        if readers == Visibility::Private && self.me != Some(&by) {
            return Err(SyncError::NotTheAuthor { entry: id, by });
        }
        let sealed = self.keys.lock(self.pair, id, &by, readers, content)?;
        Ok(with_ciphertext(envelope, readers, &sealed))
    }
}

/// Whether a new state may write something that must stay sealed. If not, nobody has to look at what is known.
pub(in crate::sync) fn may_widen(before: &State, state: &State) -> bool {
    // A new entry that follows none has no readers from before.
    let is_free = |id: &EntryId, entry: &Table| {
        !before.entries.contains_key(id) && entry.ciphertext().is_none() && entry.get("re").is_none()
    };
    let may_be_read = |entry: &Table| Audience::of(entry, |_| None).shown > Visibility::Private;
    changed(before, state).any(|(id, placed)| !is_free(id, &placed.entry) && may_be_read(&placed.entry))
}

/// The entries whose body is not the same as before. A move to another record and back says nothing new.
fn changed<'a>(before: &'a State, state: &'a State) -> impl Iterator<Item = (&'a EntryId, &'a Placed)> {
    state.entries.iter().filter(|(id, placed)| {
        let was = before.entries.get(*id).map(|was| was.entry.shown("body"));
        was.is_none_or(|was| was != placed.entry.shown("body"))
    })
}

/// Seals what a new state writes into entries of mine that arrived wider, or that follow one of them, for those who could
/// read them before. Only the author answers an alarm: to the other member an entry is what it arrived as. A new entry of
/// mine may follow an entry of the other member, or a removed one: it is sealed by the same rule.
///
/// # Errors
/// [`SyncError::NotTheAuthor`] where only the author could seal it; or when it cannot be opened or sealed.
pub fn keep_narrow<L: BodySeals>(
    before: &State,
    state: &mut State,
    known: &KnownReaders,
    holder: &KeyHolder<'_, L>,
) -> Result<(), SyncError> {
    let mine = known.of(holder.me);
    let changed: Vec<EntryId> = changed(before, state).map(|(id, _)| *id).collect();
    for id in changed {
        let Some(placed) = state.entries.get_mut(&id) else {
            continue;
        };
        let opened = holder.content(id, &placed.entry);
        let re = opened
            .as_ref()
            .and_then(|(_, content)| content.table().get_str("re")?.parse().ok());
        let is_new_of_mine = !before.entries.contains_key(&id) && author(&placed.entry).as_ref() == holder.me;
        let followed = re
            .filter(|_| is_new_of_mine)
            .and_then(|re| known.following(re, holder.me));
        let bound = mine.bound(id, re).into_iter().chain(followed).min();
        let Some(bound) = bound.filter(|bound| *bound < holder.audience(id, &placed.entry).shown) else {
            continue;
        };
        let closed = SyncError::Open {
            entry: id,
            error: OpenError::NotForMe,
        };
        let (_, content) = opened.ok_or(closed)?;
        placed.entry = holder.with_content(id, &placed.entry, bound, &content)?;
    }
    Ok(())
}

/// Seals entries of mine that a hand brought back in clear after they were removed, for those who could read them. Returns
/// each with its readers.
///
/// # Errors
/// When a key is missing or not trusted.
pub(in crate::sync) fn keep_brought_back_narrow<L: BodySeals>(
    before: &State,
    state: &mut State,
    known: &KnownReaders,
    holder: &KeyHolder<'_, L>,
) -> Result<Vec<(EntryId, Visibility)>, SyncError> {
    let mine = known.of(holder.me);
    let mut kept = Vec::new();
    for (id, placed) in brought_back(before, state) {
        let Some(readers) = mine.get(id).map(|known| known.readers) else {
            continue;
        };
        if readers.is_sealed() {
            let content = Content::of_entry(&placed.entry);
            let sealed = holder.with_content(id, &placed.entry, readers, &content)?;
            kept.push((id, readers, sealed));
        }
    }
    let mut sealed = Vec::new();
    for (id, readers, entry) in kept {
        if let Some(placed) = state.entries.get_mut(&id) {
            placed.entry = entry;
            sealed.push((id, readers));
        }
    }
    Ok(sealed)
}

/// The entries in clear of a new state that were not there before.
pub(in crate::sync) fn brought_back<'a>(
    before: &'a State,
    state: &'a State,
) -> impl Iterator<Item = (EntryId, &'a Placed)> {
    let new = state
        .entries
        .iter()
        .filter(|(id, placed)| !before.entries.contains_key(*id) && placed.entry.form() == Form::Clear);
    new.map(|(id, placed)| (*id, placed))
}
