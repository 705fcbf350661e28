//! One record by its bytes: the facts about it that a write needs where it does not read it.

use std::collections::BTreeSet;

use crate::git::{Repository, TreeFile};
use crate::model::{EntryId, Form, Home, Loaded, RecordPath, Table, assemble};

use crate::sync::error::SyncError;
use crate::sync::load::indexed_record::must_be_read;
use crate::sync::load::read::record_bytes;

/// Facts known of records that were not read for a command.
#[derive(Debug, Clone, Default)]
pub struct UnreadRecords {
    /// The ids of their entries.
    pub ids: Vec<EntryId>,
    /// Those of open actions, and of sealed entries, which might be some.
    pub open: Vec<EntryId>,
}

/// One record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::sync) struct Summary {
    /// Where it lies: the same bytes may be sound in one place and broken in another.
    pub(in crate::sync) path: String,
    pub(in crate::sync) ids: Vec<EntryId>,
    /// Open actions, and sealed entries, which might be some.
    pub(in crate::sync) open: Vec<EntryId>,
    /// The themes of entries in clear; nothing out of a seal.
    pub(in crate::sync) themes: BTreeSet<String>,
    /// Whether it must be looked at always.
    pub(in crate::sync) special: bool,
    /// Whether it holds a ciphertext.
    pub(in crate::sync) sealed: bool,
}

impl Summary {
    /// The summary of a regular file of a tree.
    pub(in crate::sync) fn of_file(repo: &Repository, file: &TreeFile) -> Result<Self, SyncError> {
        Ok(match record_bytes(repo, file.id)? {
            Ok(bytes) => Self::of(&file.path, &bytes),
            Err(_) => Self::unreadable(&file.path),
        })
    }

    /// The summary of whatever cannot be read as a record.
    pub(in crate::sync) fn unreadable(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            special: true,
            ..Self::default()
        }
    }

    /// The summary of a record with these bytes.
    pub(in crate::sync) fn of(path: &str, bytes: &[u8]) -> Self {
        let loaded: Loaded = assemble([(path, bytes)]);
        let home = match RecordPath::parse(path) {
            Some(RecordPath::Home(home)) => home,
            Some(RecordPath::Pair) | None => Home::Agenda,
        };
        let mut summary = Self {
            path: path.to_owned(),
            special: must_be_read(home, &loaded),
            ..Self::default()
        };
        for (id, placed) in &loaded.state.entries {
            let entry = &placed.entry;
            let sealed = entry.holds_ciphertext();
            summary.ids.push(*id);
            summary.sealed |= sealed;
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
