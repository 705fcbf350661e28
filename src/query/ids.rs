//! Ids as people type them: the shortest prefix that is unique among open items (docs/format.md#ids).

use std::fmt;

use crate::model::{Entry, EntryId, Home, Instant, Pair, State};

use super::Records;

/// The ids of a pair, the open items apart: those of the agenda, of a meeting under way, and open actions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ids {
    all: Vec<EntryId>,
    open: Vec<EntryId>,
}

/// Why a text names no entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdError {
    /// It could not begin an id, or is a single letter.
    NotAnId,
    /// No entry has an id that begins so.
    Unknown,
    /// Several do.
    Ambiguous(Vec<EntryId>),
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnId => f.write_str("is no id: an id begins with at least 2 letters out of k–z"),
            Self::Unknown => f.write_str("is the id of no entry"),
            Self::Ambiguous(ids) => write!(f, "could be any of {} entries", ids.len()),
        }
    }
}

impl std::error::Error for IdError {}

impl Ids {
    /// The fewest letters that name an entry.
    pub const SHORTEST: usize = 2;

    /// The ids of the records, as they stand at `now`.
    pub fn new(records: &Records, now: Instant) -> Self {
        let under_way: Vec<Home> = records
            .all_under_way(now)
            .iter()
            .map(|m| Home::Meeting(m.key))
            .collect();
        let is_open = |e: &&crate::model::Entry| {
            e.home == Home::Agenda || under_way.contains(&e.home) || e.is_open_action()
        };
        Self::from_lists(
            records.entries.iter().filter(is_open).map(|e| e.id),
            records.entries.iter().map(|e| e.id),
        )
    }

    /// The ids of a state of which only the entries `opened` were opened. Any other sealed entry might be an open action,
    /// and counts as one: a prefix that is unique then is unique whichever they are.
    pub fn partly_opened(state: &State, pair: &Pair, opened: Vec<Entry>, now: Instant) -> Self {
        let is_opened = |id: &EntryId| opened.iter().any(|entry| entry.id == *id);
        let closed = state.entries.iter().filter(|(id, _)| !is_opened(id));
        let closed =
            closed.filter_map(|(id, placed)| Entry::from_table(*id, placed.home, &placed.entry, None).ok());
        let entries: Vec<Entry> = closed.chain(opened.iter().cloned()).collect();
        let is_sealed = |entry: &&Entry| entry.body.is_none() && !is_opened(&entry.id);
        let sealed: Vec<EntryId> = entries.iter().filter(is_sealed).map(|entry| entry.id).collect();
        let records = Records {
            pair: pair.clone(),
            entries,
            meetings: state.typed_meetings().collect(),
        };
        Self::new(&records, now).with(sealed, [])
    }

    /// The same with the ids of records that were not read.
    #[must_use]
    pub fn with(
        self,
        open: impl IntoIterator<Item = EntryId>,
        all: impl IntoIterator<Item = EntryId>,
    ) -> Self {
        Self::from_lists(self.open.into_iter().chain(open), self.all.into_iter().chain(all))
    }

    /// From the ids of open items and those of all entries.
    pub fn from_lists(
        open: impl IntoIterator<Item = EntryId>,
        all: impl IntoIterator<Item = EntryId>,
    ) -> Self {
        let sorted = |ids: &mut Vec<EntryId>| {
            ids.sort();
            ids.dedup();
        };
        let mut open: Vec<EntryId> = open.into_iter().collect();
        sorted(&mut open);
        let mut all: Vec<EntryId> = all.into_iter().chain(open.iter().copied()).collect();
        sorted(&mut all);
        Self { all, open }
    }

    /// The entry that a typed text names: the open one that begins so, else any that does.
    ///
    /// # Errors
    /// When it names none or several.
    pub fn resolve(&self, typed: &str) -> Result<EntryId, IdError> {
        let prefix = typed.trim().to_ascii_lowercase();
        if prefix.len() < Self::SHORTEST || !EntryId::is_prefix(&prefix) {
            return Err(IdError::NotAnId);
        }
        let mut found = beginning(&self.open, &prefix);
        if found.is_empty() {
            found = beginning(&self.all, &prefix);
        }
        match found {
            [] => Err(IdError::Unknown),
            [id] => Ok(*id),
            several => Err(IdError::Ambiguous(several.to_vec())),
        }
    }

    /// Whether so many letters may be the short id of a closed entry: fewer are shown for open ones alone.
    pub fn shows_in(&self, letters: usize) -> bool {
        // An id has 16 letters to choose from.
        let told_apart = u32::try_from(letters).map_or(usize::MAX, |letters| {
            16_usize.saturating_pow(letters.saturating_add(1))
        });
        letters >= Self::SHORTEST && self.all.len() < told_apart
    }

    /// The shortest prefix that resolves to the id; the whole of one that is not among them.
    pub fn short(&self, id: EntryId) -> String {
        let among = if self.open.binary_search(&id).is_ok() {
            &self.open
        } else {
            &self.all
        };
        let length = match among.binary_search(&id) {
            Ok(at) => {
                let before = at.checked_sub(1).and_then(|i| among.get(i));
                let shared = [before, among.get(at + 1)]
                    .into_iter()
                    .flatten()
                    .map(|n| common(*n, id))
                    .max();
                (shared.unwrap_or(0) + 1).max(Self::SHORTEST)
            }
            Err(_) => EntryId::LENGTH,
        };
        id.as_str().chars().take(length).collect()
    }
}

/// The sorted ids that begin with the prefix.
fn beginning<'a>(ids: &'a [EntryId], prefix: &str) -> &'a [EntryId] {
    let from = ids.partition_point(|id| id.as_str() < prefix);
    let rest = ids.get(from..).unwrap_or_default();
    let many = rest.partition_point(|id| id.as_str().starts_with(prefix));
    rest.get(..many).unwrap_or_default()
}

fn common(one: EntryId, other: EntryId) -> usize {
    let letters = one.as_str().bytes().zip(other.as_str().bytes());
    letters.take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{ActionState, Kind, assemble};
    use crate::query::fixture::{With, at, entry, held, id, pair, records};

    #[test]
    fn open_items_win_and_closed_ones_resolve_when_no_open_one_matches() {
        let ids = Ids::from_lists([id("kx"), id("mno")], [id("kxz"), id("mnp"), id("qq"), id("qqr")]);
        assert_eq!(ids.resolve("kx"), Ok(id("kx")));
        assert_eq!(ids.resolve("KXZ"), Ok(id("kxz")));
        assert_eq!(ids.resolve("mn"), Ok(id("mno")));
        assert_eq!(ids.resolve("mnp"), Ok(id("mnp")));
        assert_eq!(ids.resolve(id("qqr").as_str()), Ok(id("qqr")));
        assert_eq!(
            ids.resolve("qq"),
            Err(IdError::Ambiguous(vec![id("qq"), id("qqr")]))
        );
        assert_eq!(ids.resolve("zz"), Err(IdError::Unknown));
        for wrong in ["", "k", "ab", "kx!", "kxkxkxkxkxkxk", "kü"] {
            assert_eq!(ids.resolve(wrong), Err(IdError::NotAnId), "{wrong}");
        }
        assert_eq!(ids.short(id("kx")), "kx");
        assert_eq!(ids.short(id("mno")), "mn");
        assert_eq!(ids.short(id("mnp")), "mnp");
        assert_eq!(ids.short(id("kxz")), "kxz");
    }

    #[test]
    fn open_means_waiting_in_the_meeting_under_way_or_an_open_action() {
        let mut now = held("2026-11-22");
        now.ended = None;
        let list = records(
            vec![
                entry("mm", Kind::Topic, "ana", "2026-11-20", "waiting"),
                entry("mn", Kind::Topic, "ana", "2026-11-20", "old").meeting("2026-11-15"),
                entry("nn", Kind::Action, "ana", "2026-11-15", "open").meeting("2026-11-15"),
                entry("nno", Kind::Action, "ana", "2026-11-15", "")
                    .meeting("2026-11-15")
                    .state(ActionState::Done),
                entry("oo", Kind::Topic, "sam", "2026-11-22", "now").meeting("2026-11-22"),
            ],
            vec![held("2026-11-15"), now],
        );
        let ids = Ids::new(&list, at("2026-11-22T10:10:00Z"));
        assert_eq!(ids.open, vec![id("mm"), id("nn"), id("oo")]);
        let later = Ids::new(&list, at("2026-11-24T10:10:00Z"));
        assert_eq!(later.open, vec![id("mm"), id("nn")]);
    }

    #[test]
    fn a_sealed_entry_that_was_not_opened_counts_as_open() {
        let record = |id: &str, lines: &str| {
            format!("[[entry]]\nid = \"{id:k<12}\"\nby = \"ana\"\nat = 2026-11-15T09:00:00Z\n{lines}\n")
        };
        let seal = "visibility = \"confidential\"\nsealed = '''age'''";
        let text = [
            "date = 2026-11-15\nended = 2026-11-15T10:00:00Z\n",
            &record("mm", "text = \"closed\""),
            &record("mn", seal),
            &record("mo", seal),
            &record("mp", "kind = \"action\"\ntext = \"open\""),
        ];
        let text = text.concat();
        let state = assemble([("meetings/2026/2026-11-15.toml", text.as_bytes())]).state;
        let opened = entry("mo", Kind::Topic, "ana", "2026-11-15", "talked about").meeting("2026-11-15");
        let ids = Ids::partly_opened(&state, &pair(), vec![opened], at("2026-11-20T10:00:00Z"));
        assert_eq!(ids.open, vec![id("mn"), id("mp")]);
        assert_eq!(ids.all, vec![id("mm"), id("mn"), id("mo"), id("mp")]);
    }

    fn some_id() -> impl Strategy<Value = EntryId> {
        // Few letters, so that prefixes are shared.
        "[klm]{12}".prop_map(|text| text.parse().unwrap())
    }

    proptest! {
        #[test]
        fn the_prefix_shown_resolves_to_its_entry_and_any_longer_one_too(
            open in prop::collection::vec(some_id(), 0..8),
            all in prop::collection::vec(some_id(), 0..20),
        ) {
            let ids = Ids::from_lists(open, all);
            for id in &ids.all {
                let short = ids.short(*id);
                for length in short.len()..=EntryId::LENGTH {
                    prop_assert_eq!(ids.resolve(&id.as_str()[..length]), Ok(*id));
                }
                prop_assert!(short.len() == Ids::SHORTEST || ids.resolve(&short[..short.len() - 1]) != Ok(*id));
            }
        }
    }
}
