//! The slips that stand in records, and which of them are new (docs/privacy.md#slips).

use std::collections::BTreeSet;

use crate::lint::{Slip, keys_of_entry, keys_of_head, slips_in_entry};
use crate::model::{EntryId, Placed, RecordPath, State};

/// A slip and where it stands.
pub(in crate::sync) struct LocatedSlip<'a> {
    pub(in crate::sync) path: String,
    /// Its entry; none at the head of a record.
    pub(in crate::sync) entry: Option<&'a Placed>,
    pub(in crate::sync) slip: Slip,
}

impl LocatedSlip<'_> {
    /// The slip with the id and the text of its entry: an entry without an id gets one on the way, and keeps its text.
    fn names(&self) -> impl Iterator<Item = (String, Slip)> {
        let names = match self.entry {
            Some(placed) => ["id", "text"].map(|key| placed.entry.get_str(key)),
            None => [Some(""), None],
        };
        let named = |name: &str| (name.to_owned(), self.slip.clone());
        names.into_iter().flatten().map(named)
    }
}

/// The slips of a state, and of entries without an id. The text and the themes of an entry with an id are only looked at
/// where `words_of` says so: a command may have written them on purpose.
pub(in crate::sync) fn slips_in<'a>(
    state: &'a State,
    loose: impl IntoIterator<Item = &'a Placed>,
    words_of: impl Fn(&EntryId) -> bool,
) -> Vec<LocatedSlip<'a>> {
    let with_id = state.entries.iter().map(|(id, placed)| (placed, words_of(id)));
    let loose = loose.into_iter().map(|placed| (placed, true));
    let mut slips = Vec::new();
    for (placed, words) in with_id.chain(loose) {
        let find = if words { slips_in_entry } else { keys_of_entry };
        let found = find(&placed.entry, placed.entry.intended_visibility());
        slips.extend(
            found
                .into_iter()
                .map(|slip| (placed.home.path(), Some(placed), slip)),
        );
    }
    let pair = state.pair.iter();
    let pair = pair.flat_map(|pair| [&pair.top].into_iter().chain(pair.members.values()));
    let heads = state.headers().map(|(home, head)| (home.path(), head));
    for (path, head) in heads.chain(pair.map(|head| (RecordPath::Pair.path(), head))) {
        let found = keys_of_head(head).into_iter();
        slips.extend(found.map(|slip| (path.clone(), None, slip)));
    }
    let located = |(path, entry, slip)| LocatedSlip { path, entry, slip };
    slips.into_iter().map(located).collect()
}

/// The slips and ids that stood in records before: nobody writes those now.
#[derive(Default)]
pub(in crate::sync) struct SlipBaseline {
    slips: BTreeSet<(String, Slip)>,
    ids: BTreeSet<EntryId>,
}

impl SlipBaseline {
    pub(in crate::sync) fn add<'a>(&mut self, state: &'a State, loose: impl IntoIterator<Item = &'a Placed>) {
        let slips = slips_in(state, loose, |_| true);
        self.slips.extend(slips.iter().flat_map(LocatedSlip::names));
        self.ids.extend(state.entries.keys());
    }

    pub(in crate::sync) fn has(&self, slip: &LocatedSlip<'_>) -> bool {
        slip.names().any(|name| self.slips.contains(&name))
    }

    /// The slips that were written now. A command made an id that is new, and wrote the words.
    pub(in crate::sync) fn new_slips<'a>(
        &self,
        state: &'a State,
        loose: impl IntoIterator<Item = &'a Placed>,
    ) -> Vec<LocatedSlip<'a>> {
        let mut slips = slips_in(state, loose, |id| self.ids.contains(id));
        slips.retain(|slip| !self.has(slip));
        slips
    }
}
