//! A record as the index holds it.

use std::ops::Range;

use crate::model::{ActionState, Entry, Home, Kind, Meeting};

use super::stamp::Stamp;

/// The hash of a ciphertext and of where it stands: by it an opened text is found again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CiphertextId(pub [u8; 16]);

/// One record of the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexedRecord {
    /// Which one.
    pub home: Home,
    /// Its file, when it was read.
    pub stamp: Stamp,
    /// The blob id of its bytes.
    pub blob: [u8; 20],
    /// Its content.
    pub content: RecordContent,
    /// Whether settling found nothing to do in it, with the keys that the index names.
    pub is_settled: bool,
}

/// A record as a write of the pair sees it: what is known of these very bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordMark {
    /// Which one.
    pub home: Home,
    /// The blob id of its bytes.
    pub blob: [u8; 20],
    /// Whether it must be read whatever is done.
    pub is_special: bool,
    /// Whether it holds a ciphertext; unknown of a special one.
    pub is_sealed: bool,
    /// Whether settling found nothing to do in it.
    pub is_settled: bool,
}

/// The marks that a write of the pair notes next to the records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WriterMarks {
    /// The hash of the keys that records were settled with; zeros where none was.
    pub settled_with: [u8; 16],
    /// The commit up to which nobody widened an entry of another's; zeros for none.
    pub looked_through: [u8; 20],
    /// The hash of the member in whose eyes that holds.
    pub looked_by: [u8; 16],
}

/// The content of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordContent {
    /// There is no such file any more.
    Gone,
    /// It must be read at each question: it does not parse, holds a conflict, lacks ids or fields, or is of a meeting
    /// under way.
    Special,
    /// The head, of a meeting, and all entries.
    Plain {
        /// The head; without the list that `start` wrote.
        head: Option<Meeting>,
        /// The entries, in the order of their time and id.
        entries: Vec<IndexedEntry>,
    },
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexedEntry {
    /// The entry; without a body where it is sealed, whoever could open it.
    pub entry: Entry,
    /// Its ciphertext, where it is sealed.
    pub ciphertext: Option<CiphertextId>,
    /// The text as it is compared, where that is more than letters of ASCII in lower case.
    pub folded: Option<String>,
}

impl IndexedEntry {
    /// Whether it is an open action, or may be one once it is opened.
    pub fn may_be_open(&self) -> bool {
        self.ciphertext.is_some() || self.entry.is_open_action()
    }
}

/// Whose closed action an entry is, and whether it is done, where that can be read.
pub fn closed_action(entry: &Entry) -> Option<(String, bool)> {
    let body = entry.body.as_ref()?;
    let is_done = is_done(body.kind, body.state)?;
    let owner = body.owner.as_ref().map(ToString::to_string);
    Some((owner.unwrap_or_default(), is_done))
}

/// Whether a closed action is done, or dropped; none for anything else.
pub(super) fn is_done(kind: Kind, state: Option<ActionState>) -> Option<bool> {
    match (kind, state) {
        (Kind::Action, Some(ActionState::Done)) => Some(true),
        (Kind::Action, Some(ActionState::Dropped)) => Some(false),
        _ => None,
    }
}

impl IndexedRecord {
    /// Whether it holds a ciphertext; unknown of a special one.
    pub fn is_sealed(&self) -> bool {
        self.entries().iter().any(|indexed| indexed.ciphertext.is_some())
    }

    /// The mark of it that a write of the pair sees.
    pub(super) fn mark(&self) -> RecordMark {
        RecordMark {
            home: self.home,
            blob: self.blob,
            is_special: self.content == RecordContent::Special,
            is_sealed: self.is_sealed(),
            is_settled: self.is_settled,
        }
    }

    /// The themes of its entries in clear.
    pub(super) fn themes(&self) -> impl Iterator<Item = String> + '_ {
        let bodies = self
            .entries()
            .iter()
            .filter_map(|indexed| indexed.entry.body.as_ref());
        bodies.flat_map(|body| body.themes.iter().map(ToString::to_string))
    }

    /// The entries; none where the record must be read.
    pub fn entries(&self) -> &[IndexedEntry] {
        match &self.content {
            RecordContent::Plain { entries, .. } => entries,
            RecordContent::Gone | RecordContent::Special => &[],
        }
    }

    /// The head of a meeting that need not be read.
    pub fn head(&self) -> Option<&Meeting> {
        match &self.content {
            RecordContent::Plain { head, .. } => head.as_ref(),
            RecordContent::Gone | RecordContent::Special => None,
        }
    }

    /// The entries themselves.
    pub fn into_entries(self) -> Vec<IndexedEntry> {
        match self.content {
            RecordContent::Plain { entries, .. } => entries,
            RecordContent::Gone | RecordContent::Special => Vec::new(),
        }
    }
}

/// A folder of records and its stamp; none where a change might not show in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderStamp {
    /// Its path.
    pub path: String,
    /// When its names were listed.
    pub stamp: Option<Stamp>,
}

/// A record, without its entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordStamp {
    /// Which one.
    pub home: Home,
    /// Its file.
    pub stamp: Stamp,
    /// The blob id of its bytes.
    pub blob: [u8; 20],
    /// Whether it must be read.
    pub is_special: bool,
    /// Its head, of a meeting that need not be read.
    pub head: Option<Meeting>,
}

/// How many actions of a member are closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedActions {
    /// The member who did them.
    pub owner: String,
    /// Whether they are done, or dropped.
    pub is_done: bool,
    /// How many.
    pub count: u32,
}

impl From<((String, bool), u32)> for ClosedActions {
    fn from(((owner, is_done), count): ((String, bool), u32)) -> Self {
        Self {
            owner,
            is_done,
            count,
        }
    }
}

/// Homes from one on, up to another that is outside; none at an end that is open.
pub type HomeRange = Range<Option<Home>>;
