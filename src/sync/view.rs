//! The entries of a state as one reader sees them.

use std::collections::BTreeMap;

use crate::model::{Alternative, Entry, EntryId, Home, Meeting, Pair, Placed, Row, State, Value, Visibility};

use crate::sync::changed_entries::RemovedEntry;
use crate::sync::rewrite_question::EntryAtStake;
use crate::sync::secrets::keys::{Keys, ViewError, author};

/// The entries and meetings that a reader sees.
#[derive(Debug)]
pub struct View {
    /// The entries, in the order of homes and in them.
    pub entries: Vec<Entry>,
    /// The heads of the meetings, in order.
    pub meetings: Vec<Meeting>,
    /// Entries that show no content, and why.
    pub closed: BTreeMap<EntryId, ViewError>,
    /// Entries whose clear visibility is not the one that was sealed.
    pub mislabelled: Vec<EntryId>,
}

/// Opens the entries that my keys open. Homes that `wanted` does not accept are left out.
pub fn view(state: &State, pair: &Pair, keys: &Keys, wanted: impl Fn(Home) -> bool) -> View {
    let mut view = View::of(state);
    for (id, placed) in &state.entries {
        if wanted(placed.home) {
            view.take(*id, placed, pair, keys);
        }
    }
    view.entries.sort_by_key(|a| (a.home, a.at, a.id));
    view
}

/// An entry that is gone, as far as my keys open it.
pub(in crate::sync) fn removed_entry(keys: &Keys, pair: &Pair, id: EntryId, placed: &Placed) -> RemovedEntry {
    let (visibility, content) = match keys.content(pair, id, placed) {
        Ok((visibility, content)) => (visibility, Some(content)),
        Err(_) => (placed.entry.visibility(), None),
    };
    let text = content.and_then(|content| content.table().get_str("text").map(str::to_owned));
    RemovedEntry { id, text, visibility }
}

/// An entry that the remote does not have so. Its words are there if both members may read it.
pub(in crate::sync) fn entry_at_stake(
    keys: &Keys,
    pair: &Pair,
    id: EntryId,
    placed: &Placed,
) -> EntryAtStake {
    let entry = &placed.entry;
    let is_clear = entry.ciphertext().is_none() && !entry.exposes_words();
    let is_shared = is_clear && entry.visibility() == Visibility::Shared;
    let content = keys.content(pair, id, placed).ok().map(|(_, content)| content);
    let field = |name| Some(content.as_ref()?.table().get_str(name)?.to_owned());
    EntryAtStake {
        id,
        kind: field("kind"),
        text: field("text").filter(|_| is_shared),
    }
}

impl View {
    /// The meetings of a state, and none of its entries.
    pub(in crate::sync) fn of(state: &State) -> Self {
        Self {
            entries: Vec::new(),
            meetings: state.typed_meetings().collect(),
            closed: BTreeMap::new(),
            mislabelled: Vec::new(),
        }
    }

    /// Takes in an entry, opened where my keys do.
    pub(in crate::sync) fn take(&mut self, id: EntryId, placed: &Placed, pair: &Pair, keys: &Keys) {
        let opened = match keys.open_entry(pair, id, &placed.entry).transpose() {
            Ok(opened) => opened,
            Err(e) => {
                self.closed.insert(id, e);
                None
            }
        };
        let content = opened.as_ref().map(|opened| &opened.content);
        let Ok(mut entry) = Entry::from_table(id, placed.home, &placed.entry, content) else {
            return;
        };
        if let Some(opened) = opened.filter(|opened| opened.visibility != entry.visibility) {
            // The one that was sealed decides (docs/privacy.md#seal).
            self.mislabelled.push(id);
            entry.visibility = opened.visibility;
        }
        let by = author(&placed.entry);
        for row in &mut entry.conflicts {
            if let Some(clear) = opened_row(row, |text| keys.open(pair, id, by.as_ref()?, text).ok()) {
                *row = clear;
            }
        }
        self.entries.push(entry);
    }
}

/// A row of a body with its ciphertext opened.
fn opened_row(row: &Row, open: impl Fn(&str) -> Option<crate::seal::Opened>) -> Option<Row> {
    let ciphertext = row.alternative.ciphertext().filter(|_| row.field == "body")?;
    let opened = open(ciphertext)?;
    let mut map = opened.content.table().shown("body").into_map();
    map.insert("visibility".to_owned(), Value::from(opened.visibility.as_str()));
    Some(Row {
        field: row.field.clone(),
        alternative: Alternative::from_map(map),
    })
}
