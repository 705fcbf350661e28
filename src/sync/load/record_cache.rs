//! Summaries of records by the id of their blob: a record that no side changed is not parsed for a sync
//! (docs/sync.md#partial-reading). The file is a cache of the clone. It is right whenever it is there, and may go at any
//! time.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::git::{BlobId, CommitId, Repository, TreeFile, TreeId, mode};
use crate::model::{EntryId, Form, Loaded, Table, assemble};
use crate::store::Notes;

use crate::sync::error::SyncError;
use crate::sync::load::listing::{Listing, listing};
use crate::sync::load::read::record_bytes;

/// The name of its file among the clone's notes.
const FILE: &str = "records";
/// The code that made the file: another version makes its own.
const MADE_BY: &str = concat!(env!("CARGO_PKG_VERSION"), " 6");

/// One record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::sync) struct Summary {
    /// Where it lies: the same bytes may be sound in one place and broken in another.
    path: String,
    #[serde(with = "letters")]
    pub(in crate::sync) ids: Vec<EntryId>,
    /// Open actions, and sealed entries, which might be some.
    #[serde(with = "letters")]
    pub(in crate::sync) open: Vec<EntryId>,
    /// The themes of entries in clear; nothing out of a seal.
    pub(in crate::sync) themes: BTreeSet<String>,
    /// Whether it must be looked at always: it does not parse, lacks ids or fields, holds a conflict, or a text in
    /// clear that belongs inside a seal; or it is of a meeting that nobody ended.
    pub(in crate::sync) special: bool,
    /// Whether it holds a ciphertext.
    pub(in crate::sync) sealed: bool,
    /// Whether settling found nothing to do in it.
    #[serde(default)]
    pub(in crate::sync) settled: bool,
}

/// The file.
#[derive(Default, Serialize, Deserialize)]
struct CacheFile {
    made_by: String,
    /// The keys that records were settled with.
    settled_with: String,
    /// The commit up to which no entry was widened by another than its author, and for whom that holds.
    looked_through: Option<(String, String)>,
    records: BTreeMap<String, Summary>,
}

/// The records that this clone has seen.
pub(in crate::sync) struct RecordCache {
    notes: Notes,
    settled_with: RefCell<String>,
    looked_through: RefCell<Option<(String, String)>>,
    records: RefCell<HashMap<BlobId, Rc<Summary>>>,
    listings: RefCell<HashMap<TreeId, Rc<Listing>>>,
    changed: Cell<bool>,
}

impl RecordCache {
    /// Reads the file. A file that is gone, damaged or of another version counts as empty.
    pub(in crate::sync) fn load(notes: &Notes) -> Self {
        let kept: Option<CacheFile> = notes
            .cached(FILE)
            .and_then(|text| serde_json::from_str(&text).ok());
        let kept = kept.filter(|kept| kept.made_by == MADE_BY).unwrap_or_default();
        let record = |(id, summary): (String, Summary)| Some((id.parse().ok()?, Rc::new(summary)));
        Self {
            notes: notes.clone(),
            settled_with: RefCell::new(kept.settled_with),
            looked_through: RefCell::new(kept.looked_through),
            records: RefCell::new(kept.records.into_iter().filter_map(record).collect()),
            listings: RefCell::default(),
            changed: Cell::new(false),
        }
    }

    /// The records of a tree, not read; each tree is walked once.
    pub(in crate::sync) fn listing(&self, repo: &Repository, tree: TreeId) -> Result<Rc<Listing>, SyncError> {
        if let Some(known) = self.listings.borrow().get(&tree) {
            return Ok(known.clone());
        }
        let listing = Rc::new(listing(repo, tree)?);
        self.listings.borrow_mut().insert(tree, listing.clone());
        Ok(listing)
    }

    /// A record of a tree. It is read where it is not known; one that does not parse is special.
    pub(in crate::sync) fn summary(
        &self,
        repo: &Repository,
        file: &TreeFile,
    ) -> Result<Rc<Summary>, SyncError> {
        if !matches!(file.mode, mode::FILE | mode::EXECUTABLE) {
            return Ok(Rc::new(Summary::unreadable()));
        }
        if let Some(known) = self.known(file.id, &file.path) {
            return Ok(known);
        }
        let summary = match record_bytes(repo, file.id)? {
            Ok(bytes) => Summary::of(&file.path, &bytes),
            Err(_) => Summary::unreadable(),
        };
        Ok(self.learn(file.id, summary))
    }

    /// A record that lies in the folder and in no tree yet.
    pub(in crate::sync) fn summary_of(&self, id: BlobId, path: &str, bytes: &[u8]) -> Rc<Summary> {
        let known = self.known(id, path);
        known.unwrap_or_else(|| self.learn(id, Summary::of(path, bytes)))
    }

    fn known(&self, id: BlobId, path: &str) -> Option<Rc<Summary>> {
        let records = self.records.borrow();
        records.get(&id).filter(|known| known.path == path).cloned()
    }

    fn learn(&self, id: BlobId, summary: Summary) -> Rc<Summary> {
        let summary = Rc::new(summary);
        self.records.borrow_mut().insert(id, summary.clone());
        self.changed.set(true);
        summary
    }

    /// Notes the keys that settling goes by, as one text. With other keys than before, which the answer tells, every
    /// record with a seal is to be settled again.
    pub(in crate::sync) fn settle_with(&self, keys: String) -> bool {
        if *self.settled_with.borrow() == keys {
            return false;
        }
        *self.settled_with.borrow_mut() = keys;
        for summary in self.records.borrow_mut().values_mut().filter(|s| s.settled) {
            Rc::make_mut(summary).settled = false;
        }
        self.changed.set(true);
        true
    }

    /// Settling found nothing to do in a record.
    pub(in crate::sync) fn settled(&self, id: BlobId) {
        let mut records = self.records.borrow_mut();
        if let Some(summary) = records.get_mut(&id).filter(|s| s.sealed && !s.settled) {
            Rc::make_mut(summary).settled = true;
            self.changed.set(true);
        }
    }

    /// The commit up to which nobody widened an entry of another's, in the eyes of `me`. It may be gone by now.
    pub(in crate::sync) fn looked_through(&self, me: &str) -> Option<CommitId> {
        let noted = self.looked_through.borrow();
        let (commit, by) = noted.as_ref()?;
        (by == me).then(|| commit.parse().ok())?
    }

    /// Notes that nobody did up to `tip`.
    pub(in crate::sync) fn look_through(&self, tip: CommitId, me: &str) {
        *self.looked_through.borrow_mut() = Some((tip.to_string(), me.to_owned()));
        self.changed.set(true);
    }

    /// Whether an entry of any known record has this id.
    pub(in crate::sync) fn knows(&self, id: EntryId) -> bool {
        self.records.borrow().values().any(|s| s.ids.contains(&id))
    }

    /// Keeps the summaries of these records for the next command. A failure to write them is no error.
    pub(in crate::sync) fn keep(&self, records: impl Iterator<Item = BlobId>) {
        if !self.changed.replace(false) {
            return;
        }
        let known = self.records.borrow();
        let record = |id: BlobId| Some((id.to_string(), known.get(&id)?.as_ref().clone()));
        let kept = CacheFile {
            made_by: MADE_BY.to_owned(),
            settled_with: self.settled_with.borrow().clone(),
            looked_through: self.looked_through.borrow().clone(),
            records: records.filter_map(record).collect(),
        };
        if let Ok(text) = serde_json::to_string(&kept) {
            self.notes.cache(FILE, &text);
        }
    }
}

impl Summary {
    fn unreadable() -> Self {
        Self {
            special: true,
            ..Self::default()
        }
    }

    fn of(path: &str, bytes: &[u8]) -> Self {
        let Loaded {
            mut state,
            loose,
            doubled,
            broken,
        } = assemble([(path, bytes)]);
        let heads = state.meetings.values().chain(&state.agenda);
        let head_conflict = heads.into_iter().any(|head| !head.rows.is_empty());
        // It may be under way, whatever its day: a past one is written down later.
        let is_unended = state.typed_meetings().any(|meeting| meeting.is_unended());
        let mut summary = Self {
            path: path.to_owned(),
            special: head_conflict
                || is_unended
                || !loose.is_empty()
                || !doubled.is_empty()
                || !broken.is_empty(),
            ..Self::default()
        };
        for (id, placed) in &mut state.entries {
            let entry = &mut placed.entry;
            let sealed = entry.holds_ciphertext();
            summary.ids.push(*id);
            summary.sealed |= sealed;
            summary.special |= !entry.rows.is_empty()
                || entry.exposes_words()
                || !entry.is_listed()
                || crate::model::complete_action(entry);
            let open = entry.get_str("kind") == Some("action") && entry.get_str("state") == Some("open");
            if open || sealed {
                summary.open.push(*id);
            }
            if !sealed && entry.form() == Form::Clear {
                summary.themes.extend(themes(entry));
            }
        }
        summary
    }
}

fn themes(entry: &Table) -> impl Iterator<Item = String> + '_ {
    let listed = entry.get("themes").and_then(|value| value.as_array());
    listed
        .into_iter()
        .flatten()
        .filter_map(|theme| theme.as_str().map(str::to_owned))
}

/// Ids as one run of letters.
mod letters {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::model::EntryId;

    /// How many letters an id has.
    const LENGTH: usize = 12;

    pub(in crate::sync) fn serialize<S: Serializer>(ids: &[EntryId], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&ids.iter().map(EntryId::as_str).collect::<String>())
    }

    pub(in crate::sync) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<EntryId>, D::Error> {
        let text = String::deserialize(from)?;
        let id = |letters: &[u8]| std::str::from_utf8(letters).ok().and_then(|id| id.parse().ok());
        let ids = text
            .as_bytes()
            .chunks(LENGTH)
            .map(id)
            .collect::<Option<Vec<EntryId>>>();
        ids.ok_or_else(|| D::Error::custom("no ids"))
    }
}
