//! Settling (docs/privacy.md#settling): after a merge, what my keys open is brought together and sealed once.
//!
//! Ciphertexts or texts for different readers are never made one.

use std::collections::BTreeSet;

use crate::merge::merge_contents;
use crate::model::{
    Alternative, Content, EntryId, Pair, Placed, Row, Slug, State, Table, Visibility, complete_action,
    id_of_ciphertext,
};

use crate::sync::combine::body_seals::{BodySeals, Unsealed};
use crate::sync::combine::settled_entries::{SettledEntry, Settling};
use crate::sync::error::SyncError;
use crate::sync::outcome::SyncNote;
use crate::sync::secrets::keys::{author, with_ciphertext};

/// One body of a conflict, as far as my keys open it.
struct OpenedBody {
    /// As it stands.
    alternative: Alternative,
    /// The visibility that decides: the sealed one.
    visibility: Visibility,
    /// The content; none where I cannot open it.
    content: Option<Content>,
    /// Whether it is sealed for the keys of today.
    fresh: bool,
}

/// Settles every entry that needs it. Where a key is missing or not trusted, things stay as they are.
///
/// # Errors
/// When sealing fails for a reason that is not a key's.
pub fn settle<L: BodySeals>(
    state: &mut State,
    pair: &Pair,
    keys: &L,
    me: Option<&Slug>,
) -> Result<Vec<SyncNote>, SyncError> {
    let ids: Vec<EntryId> = state
        .entries
        .iter()
        .filter(|(_, p)| p.entry.holds_ciphertext())
        .map(|(id, _)| *id)
        .collect();
    let mut settling = Settling::of(state);
    // A settled conflict may have to be sealed for the keys of today: the next sync must find nothing to do.
    for id in ids.into_iter().flat_map(|id| [id, id]) {
        let Some(placed) = settling.state.entries.get(&id) else {
            continue;
        };
        let Some(by) = author(&placed.entry) else { continue };
        let settler = EntrySettler {
            pair,
            keys,
            id,
            by: &by,
            mine: me == Some(&by),
            state: &*settling.state,
        };
        let settled = if bodies_conflict(&placed.entry) {
            settler.conflict(placed)?
        } else {
            settler.single(placed)?
        };
        if let Some(settled) = settled {
            settling.put(id, settled);
        }
    }
    Ok(settling.finish())
}

/// Whether bodies of an entry are in conflict.
pub(in crate::sync) fn bodies_conflict(entry: &Table) -> bool {
    entry.rows_of("body").next().is_some()
}

/// Whether two contents say the same, whatever the order of their keys.
fn same(a: &Content, b: &Content) -> bool {
    a.table().shown("body") == b.table().shown("body")
}

struct EntrySettler<'a, L> {
    pair: &'a Pair,
    keys: &'a L,
    id: EntryId,
    by: &'a Slug,
    /// Whether I am the author.
    mine: bool,
    /// Every entry, to see which ids are taken.
    state: &'a State,
}

impl<L: BodySeals> EntrySettler<'_, L> {
    fn unseal(&self, ciphertext: &str) -> Option<Unsealed> {
        self.keys.unseal(self.pair, self.id, self.by, ciphertext)
    }

    /// The entry with a content sealed; none where a key stands in the way, or the content is too much for a seal.
    fn sealed(
        &self,
        entry: &Table,
        visibility: Visibility,
        content: &Content,
    ) -> Result<Option<Table>, SyncError> {
        match self.keys.lock(self.pair, self.id, self.by, visibility, content) {
            Ok(sealed) => Ok(Some(with_ciphertext(entry, visibility, &sealed))),
            // It stays as it is: a seal that does not come about must not end a sync.
            Err(SyncError::Key(_) | SyncError::Seal { .. }) => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// An entry with one body: its visibility is put back, and it is sealed anew for the keys of today.
    fn single(&self, placed: &Placed) -> Result<Option<SettledEntry>, SyncError> {
        let entry = &placed.entry;
        let Some(opened) = entry.ciphertext().and_then(|text| self.unseal(text)) else {
            return Ok(None);
        };
        let visibility_restored = entry.visibility() != opened.visibility;
        if !visibility_restored && !opened.stale {
            return Ok(None);
        }
        let mut settled = entry.clone();
        settled.set("visibility", opened.visibility.as_str());
        // Another's private entry cannot be opened; the others are sealed by whoever comes first.
        if opened.stale
            && let Some(sealed) = self.sealed(entry, opened.visibility, &opened.content)?
        {
            settled = sealed;
        }
        Ok((settled != *entry).then(|| SettledEntry {
            resealed: settled.ciphertext() != entry.ciphertext(),
            visibility_restored,
            entry: settled,
            split_off: Vec::new(),
        }))
    }

    fn body(&self, alternative: Alternative) -> OpenedBody {
        let opened = match alternative.ciphertext() {
            Some(ciphertext) => self.unseal(ciphertext),
            None => {
                let mut table = Table::default();
                table.show("body", &alternative);
                Some(Unsealed {
                    visibility: alternative.visibility(),
                    content: Content::of_entry(&table),
                    stale: false,
                })
            }
        };
        OpenedBody {
            visibility: opened
                .as_ref()
                .map_or(alternative.visibility(), |opened| opened.visibility),
            fresh: opened.as_ref().is_none_or(|opened| !opened.stale),
            content: opened.map(|opened| opened.content),
            alternative,
        }
    }

    /// A conflict of bodies.
    fn conflict(&self, placed: &Placed) -> Result<Option<SettledEntry>, SyncError> {
        let entry = &placed.entry;
        let rows = entry.rows_of("body").map(|r| r.alternative.clone());
        let mut bodies: Vec<OpenedBody> = rows.chain([entry.shown("body")]).map(|a| self.body(a)).collect();
        let base = entry.body_base.as_deref().and_then(|text| self.unseal(text));
        let base = base.map(|opened| opened.content);
        let before = bodies.len();
        for visibility in [Visibility::Private, Visibility::Confidential, Visibility::Shared] {
            if !self.merge_bodies_of(visibility, &mut bodies, base.as_ref(), entry)? {
                return Ok(None);
            }
        }
        let split_off = self.split_off(&mut bodies, base.as_ref(), placed);
        if bodies.len() == before && split_off.is_empty() {
            return Ok(None);
        }
        let mut alternatives: BTreeSet<Alternative> = bodies.into_iter().map(|b| b.alternative).collect();
        let Some(shown) = alternatives.pop_first() else {
            return Ok(None);
        };
        let mut settled = entry.clone();
        settled.show("body", &shown);
        settled.rows.retain(|row| row.field != "body");
        let field = || "body".to_owned();
        settled
            .rows
            .extend(alternatives.into_iter().map(|alternative| Row {
                field: field(),
                alternative,
            }));
        settled.tidy_rows();
        if settled.ciphertext().is_none() {
            complete_action(&mut settled);
        }
        Ok(Some(SettledEntry {
            entry: settled,
            split_off,
            visibility_restored: false,
            resealed: false,
        }))
    }

    /// Makes the bodies of one visibility that I can read into one. False where a key stands in the way.
    fn merge_bodies_of(
        &self,
        visibility: Visibility,
        bodies: &mut Vec<OpenedBody>,
        base: Option<&Content>,
        entry: &Table,
    ) -> Result<bool, SyncError> {
        let is_alike = |body: &OpenedBody| body.visibility == visibility && body.content.is_some();
        let (mut alike, rest): (Vec<OpenedBody>, Vec<OpenedBody>) =
            std::mem::take(bodies).into_iter().partition(is_alike);
        *bodies = rest;
        // One sealed for the keys of today first, then the bytewise smaller: the same on every clone.
        alike.sort_by(|a, b| (!a.fresh, &a.alternative).cmp(&(!b.fresh, &b.alternative)));
        let contents = alike.iter().filter_map(|b| b.content.clone());
        let Some(merged) = contents.reduce(|merged, next| merge_contents(base, &merged, &next)) else {
            return Ok(true);
        };
        let says_all = |body: &OpenedBody| {
            body.content
                .as_ref()
                .is_some_and(|content| same(content, &merged))
        };
        if let Some(place) = alike.iter().position(says_all) {
            bodies.push(alike.swap_remove(place));
            return Ok(true);
        }
        let alternative = if visibility.is_sealed() {
            let Some(sealed) = self.sealed(entry, visibility, &merged)? else {
                bodies.append(&mut alike);
                return Ok(false);
            };
            sealed.shown("body")
        } else {
            merged.table().shown("body")
        };
        bodies.push(OpenedBody {
            alternative,
            visibility,
            content: Some(merged),
            fresh: true,
        });
        Ok(true)
    }

    /// Where the author shared an entry on one machine and edited it under seal on another, the shared one stands. On
    /// the author's machine the sealed edit becomes an entry of its own, or goes where it says nothing new.
    fn split_off(
        &self,
        bodies: &mut Vec<OpenedBody>,
        base: Option<&Content>,
        placed: &Placed,
    ) -> Vec<(EntryId, Placed)> {
        let mut split = Vec::new();
        let is_shared = |body: &&OpenedBody| body.visibility == Visibility::Shared;
        if !self.mine || !bodies.iter().any(|body| is_shared(&body)) {
            return split;
        }
        let shared = bodies.iter().filter(is_shared);
        let shared: Vec<Content> = shared.filter_map(|body| body.content.clone()).collect();
        bodies.retain(|body| {
            let sealed = body.content.clone().filter(|_| body.visibility.is_sealed());
            let (Some(content), Some(ciphertext)) = (sealed, body.alternative.ciphertext()) else {
                return true;
            };
            if shared.iter().chain(base).any(|known| same(known, &content)) {
                return false;
            }
            match self.entry_of_its_own(placed, body.visibility, ciphertext, content) {
                Some(own) => {
                    split.extend(own);
                    false
                }
                // It could not be sealed: the conflict stays, with every word.
                None => true,
            }
        });
        split
    }

    /// The entry that a sealed edit becomes; an inner none where it is there already, an outer one where it could not
    /// be made. An id that somebody else took before is passed over.
    fn entry_of_its_own(
        &self,
        placed: &Placed,
        visibility: Visibility,
        ciphertext: &str,
        mut content: Content,
    ) -> Option<Option<(EntryId, Placed)>> {
        content.table_mut().set("re", self.id.to_string());
        for number in 0..8 {
            let id = match number {
                0 => id_of_ciphertext(ciphertext),
                n => id_of_ciphertext(&format!("{ciphertext}{n}")),
            };
            let own = Self { id, ..*self };
            let Some(there) = self.state.entries.get(&id) else {
                let mut envelope = placed.entry.envelope();
                envelope.set("id", id.to_string());
                let entry = own.sealed(&envelope, visibility, &content).ok()??;
                return Some(Some((id, Placed { entry, ..*placed })));
            };
            let known = match there.entry.ciphertext() {
                Some(text) => own.unseal(text).map(|opened| (opened.visibility, opened.content)),
                None => Some((there.entry.visibility(), Content::of_entry(&there.entry))),
            };
            let is_it = |(v, known): (Visibility, Content)| v == visibility && same(&known, &content);
            if author(&there.entry).as_ref() == Some(self.by) && known.is_some_and(is_it) {
                return Some(None);
            }
        }
        None
    }
}
