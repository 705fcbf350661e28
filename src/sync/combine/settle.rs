//! Settling (docs/privacy.md#settling): after a merge, what my keys open is brought together and sealed once.
//!
//! Ciphertexts or texts for different readers are never made one.

use std::collections::BTreeSet;

use crate::merge::merge_contents;
use crate::model::{
    Alternative, Content, EntryId, Pair, Placed, Row, Slug, State, Table, Visibility, complete_action,
    id_of_ciphertext,
};

use crate::sync::combine::body_seals::BodySeals;
use crate::sync::error::SyncError;
use crate::sync::outcome::SyncNote;
use crate::sync::secrets::keys::{author, with_ciphertext};

/// One body of a conflict, as far as my keys open it.
struct Body {
    /// As it stands.
    alternative: Alternative,
    /// The visibility that decides: the sealed one.
    visibility: Visibility,
    /// What it says; none where I cannot open it.
    content: Option<Content>,
    /// Whether it is sealed for the keys of today.
    fresh: bool,
}

impl Body {
    fn ciphertext(&self) -> Option<&str> {
        self.alternative.ciphertext()
    }
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
    let mut notes = Vec::new();
    let mut resealed = 0;
    let ids: Vec<EntryId> = state
        .entries
        .iter()
        .filter(|(_, p)| p.entry.holds_ciphertext())
        .map(|(id, _)| *id)
        .collect();
    // What a conflict came to may have to be sealed for the keys of today: the next sync must find nothing to do.
    let twice = ids.into_iter().flat_map(|id| [id, id]);
    for id in twice {
        let Some(placed) = state.entries.get(&id).cloned() else {
            continue;
        };
        let Some(by) = author(&placed.entry) else { continue };
        let settler = EntrySettler {
            pair,
            keys,
            id,
            by: &by,
            mine: me == Some(&by),
            state: &*state,
        };
        let outcome = if placed.entry.rows_of("body").next().is_some() {
            settler.conflict(&placed)?
        } else {
            settler.single(&placed)?
        };
        let Some(outcome) = outcome else { continue };
        resealed += usize::from(outcome.resealed);
        notes.extend(outcome.put_back.then_some(SyncNote::VisibilityRestored(id)));
        for split in outcome.split_off {
            let to = split.0;
            notes.push(SyncNote::SplitOff { from: id, to });
            state.entries.entry(to).or_insert(split.1);
        }
        if let Some(slot) = state.entries.get_mut(&id) {
            slot.entry = outcome.entry;
        }
    }
    if resealed > 0 {
        notes.push(SyncNote::Resealed(resealed));
    }
    Ok(notes)
}

/// Whether two contents say the same, whatever the order of their keys.
fn same(a: &Content, b: &Content) -> bool {
    a.table().shown("body") == b.table().shown("body")
}

struct SettledEntry {
    entry: Table,
    split_off: Vec<(EntryId, Placed)>,
    put_back: bool,
    resealed: bool,
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
    /// An entry with one body: its visibility is put back, and it is sealed anew for the keys of today.
    fn single(&self, placed: &Placed) -> Result<Option<SettledEntry>, SyncError> {
        let entry = &placed.entry;
        let Some(ciphertext) = entry.ciphertext() else {
            return Ok(None);
        };
        let Some(opened) = self.keys.unseal(self.pair, self.id, self.by, ciphertext) else {
            return Ok(None);
        };
        let put_back = entry.visibility() != opened.visibility;
        // Another's private entry cannot be opened; what can is sealed by whoever comes first.
        if !put_back && !opened.stale {
            return Ok(None);
        }
        let mut settled = entry.clone();
        settled.set("visibility", opened.visibility.as_str());
        if opened.stale {
            match self
                .keys
                .lock(self.pair, self.id, self.by, opened.visibility, &opened.content)
            {
                Ok(sealed) => settled = with_ciphertext(entry, opened.visibility, &sealed),
                Err(SyncError::Key(_)) => {}
                Err(e) => return Err(e),
            }
        }
        let resealed = settled.ciphertext() != entry.ciphertext();
        if settled == *entry {
            return Ok(None);
        }
        Ok(Some(SettledEntry {
            entry: settled,
            split_off: Vec::new(),
            put_back,
            resealed,
        }))
    }

    fn body(&self, alternative: Alternative) -> Body {
        let Some(ciphertext) = alternative.ciphertext() else {
            let visibility = alternative.visibility();
            let mut table = Table::default();
            table.show("body", &alternative);
            return Body {
                visibility,
                content: Some(Content::of_entry(&table)),
                fresh: true,
                alternative,
            };
        };
        match self.keys.unseal(self.pair, self.id, self.by, ciphertext) {
            Some(opened) => Body {
                visibility: opened.visibility,
                fresh: !opened.stale,
                content: Some(opened.content),
                alternative,
            },
            None => Body {
                visibility: alternative.visibility(),
                content: None,
                fresh: true,
                alternative,
            },
        }
    }

    /// A conflict of bodies.
    fn conflict(&self, placed: &Placed) -> Result<Option<SettledEntry>, SyncError> {
        let entry = &placed.entry;
        let rows = entry.rows_of("body").map(|r| r.alternative.clone());
        let mut bodies: Vec<Body> = rows.chain([entry.shown("body")]).map(|a| self.body(a)).collect();
        let base = entry
            .body_base
            .as_deref()
            .and_then(|text| self.keys.unseal(self.pair, self.id, self.by, text))
            .map(|opened| opened.content);
        let before = bodies.len();
        for visibility in [Visibility::Private, Visibility::Confidential, Visibility::Shared] {
            if self
                .merge_bodies_of(visibility, &mut bodies, base.as_ref(), entry)?
                .is_none()
            {
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
        settled
            .rows
            .extend(alternatives.into_iter().map(|alternative| Row {
                field: "body".to_owned(),
                alternative,
            }));
        settled.tidy_rows();
        if settled.ciphertext().is_none() {
            complete_action(&mut settled);
        }
        Ok(Some(SettledEntry {
            entry: settled,
            split_off,
            put_back: false,
            resealed: false,
        }))
    }

    /// Makes the bodies of one visibility that I can read into one. None where a key stands in the way.
    fn merge_bodies_of(
        &self,
        visibility: Visibility,
        bodies: &mut Vec<Body>,
        base: Option<&Content>,
        entry: &Table,
    ) -> Result<Option<()>, SyncError> {
        let (mut alike, rest): (Vec<Body>, Vec<Body>) = std::mem::take(bodies)
            .into_iter()
            .partition(|b| b.visibility == visibility && b.content.is_some());
        *bodies = rest;
        if alike.len() < 2 {
            bodies.append(&mut alike);
            return Ok(Some(()));
        }
        // One sealed for the keys of today first, then the bytewise smaller: the alike on every clone.
        alike.sort_by(|a, b| (!a.fresh, &a.alternative).cmp(&(!b.fresh, &b.alternative)));
        let mut contents = alike.iter().filter_map(|b| b.content.clone());
        let Some(first) = contents.next() else {
            return Ok(Some(()));
        };
        let merged = contents.fold(first, |merged, next| merge_contents(base, &merged, &next));
        if let Some(place) = alike
            .iter()
            .position(|b| b.content.as_ref().is_some_and(|c| same(c, &merged)))
        {
            bodies.push(alike.swap_remove(place));
            return Ok(Some(()));
        }
        let alternative = if visibility.is_sealed() {
            match self.keys.lock(self.pair, self.id, self.by, visibility, &merged) {
                Ok(sealed) => with_ciphertext(entry, visibility, &sealed).shown("body"),
                Err(SyncError::Key(_)) => {
                    bodies.append(&mut alike);
                    return Ok(None);
                }
                Err(e) => return Err(e),
            }
        } else {
            merged.table().shown("body")
        };
        bodies.push(Body {
            alternative,
            visibility,
            content: Some(merged),
            fresh: true,
        });
        Ok(Some(()))
    }

    /// Where the author shared an entry on one machine and edited it under seal on another, the shared one stands;
    /// on the author's machine the sealed edit becomes an entry of its own, or goes where it says nothing new.
    fn split_off(
        &self,
        bodies: &mut Vec<Body>,
        base: Option<&Content>,
        placed: &Placed,
    ) -> Vec<(EntryId, Placed)> {
        let mut split = Vec::new();
        let widest = bodies.iter().map(|b| b.visibility).max();
        let Some(shared) = widest.filter(|v| *v == Visibility::Shared && self.mine) else {
            return split;
        };
        let shared_contents: Vec<Content> = bodies
            .iter()
            .filter(|b| b.visibility == shared)
            .filter_map(|b| b.content.clone())
            .collect();
        let mut kept = Vec::new();
        for body in std::mem::take(bodies) {
            let sealed_edit = body
                .visibility
                .is_sealed()
                .then(|| body.content.clone())
                .flatten();
            let (Some(content), Some(ciphertext)) = (sealed_edit, body.ciphertext()) else {
                kept.push(body);
                continue;
            };
            let nothing_new = shared_contents
                .iter()
                .chain(base)
                .any(|known| same(known, &content));
            if nothing_new {
                continue;
            }
            match self.entry_of_its_own(placed, body.visibility, ciphertext, content) {
                Some(own) => split.extend(own),
                // It could not be sealed: the conflict stays, with every word.
                None => kept.push(body),
            }
        }
        *bodies = kept;
        split
    }

    /// What an entry says, where I can read it.
    fn content(&self, id: EntryId, entry: &Table) -> Option<(Visibility, Content)> {
        match entry.ciphertext() {
            Some(ciphertext) => self
                .keys
                .unseal(self.pair, id, self.by, ciphertext)
                .map(|opened| (opened.visibility, opened.content)),
            None => Some((entry.visibility(), Content::of_entry(entry))),
        }
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
            if let Some(there) = self.state.entries.get(&id) {
                let is_it = author(&there.entry).as_ref() == Some(self.by)
                    && self
                        .content(id, &there.entry)
                        .is_some_and(|(v, c)| v == visibility && same(&c, &content));
                if is_it {
                    return Some(None);
                }
                continue;
            }
            let mut envelope = placed.entry.envelope();
            envelope.set("id", id.to_string());
            let sealed = self.keys.lock(self.pair, id, self.by, visibility, &content);
            return sealed.ok().map(|sealed| {
                let entry = with_ciphertext(&envelope, visibility, &sealed);
                Some((
                    id,
                    Placed {
                        home: placed.home,
                        entry,
                    },
                ))
            });
        }
        None
    }
}
