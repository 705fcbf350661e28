//! The records that a command does not read: their ids and themes, as far as they are known.

use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;

use crate::git::{BlobId, Repository};
use crate::model::{Home, RecordPath};

use crate::sync::error::SyncError;
use crate::sync::load::known_records::Known;
use crate::sync::load::listing::Listing;
use crate::sync::load::record_cache::RecordCache;
use crate::sync::load::record_summary::{Summary, UnreadRecords};

impl RecordCache {
    /// The ids in the records of a version that were not read. A command asks before and after what it writes, and mostly for
    /// the same records.
    pub(in crate::sync) fn unread(
        &self,
        repo: &Repository,
        version: &Listing,
        is_read: impl Fn(RecordPath) -> bool,
    ) -> Result<UnreadRecords, SyncError> {
        let files = version.iter().filter(|(record, _)| !is_read(**record));
        let files: Vec<(RecordPath, BlobId)> = files.map(|(record, file)| (*record, file.id)).collect();
        if self.unread.borrow().0 != files {
            let found = self.unread_now(repo, version, is_read)?;
            self.unread.replace((files, found));
        }
        Ok(self.unread.borrow().1.clone())
    }

    fn unread_now(
        &self,
        repo: &Repository,
        version: &Listing,
        is_read: impl Fn(RecordPath) -> bool,
    ) -> Result<UnreadRecords, SyncError> {
        self.ask(|known| {
            let (plain, others) = self.apart(known, repo, version, &is_read)?;
            let mut unread = UnreadRecords::default();
            for summary in others {
                unread.ids.extend(&summary.ids);
                unread.open.extend(&summary.open);
            }
            if let Some(known) = known.filter(|_| !plain.is_empty()) {
                for (id, may_be_open) in known.index.ids_of(|home| plain.contains(&home))? {
                    unread.ids.push(id);
                    if may_be_open {
                        unread.open.push(id);
                    }
                }
            }
            Ok(unread)
        })
    }

    /// The themes of entries in clear, in the records of a version that were not read.
    pub(in crate::sync) fn unread_themes(
        &self,
        repo: &Repository,
        version: &Listing,
        is_read: impl Fn(RecordPath) -> bool,
    ) -> Result<BTreeSet<String>, SyncError> {
        self.ask(|known| {
            let (plain, others) = self.apart(known, repo, version, &is_read)?;
            let mut themes: BTreeSet<String> = BTreeSet::new();
            themes.extend(others.iter().flat_map(|summary| summary.themes.iter().cloned()));
            if let Some(known) = known.filter(|_| !plain.is_empty()) {
                themes.extend(known.index.themes()?);
            }
            Ok(themes)
        })
    }

    /// The records of a version that were not read: those that the index knows, and the summaries of the others.
    fn apart(
        &self,
        known: Option<&Known>,
        repo: &Repository,
        version: &Listing,
        is_read: &impl Fn(RecordPath) -> bool,
    ) -> Result<(HashSet<Home>, Vec<Rc<Summary>>), SyncError> {
        let unread = version.iter().filter(|(record, _)| !is_read(**record));
        let plain = unread.filter_map(|(record, file)| known?.plain(*record, file));
        let others = self.unknown(known, repo, version, |record| !is_read(record))?;
        Ok((
            plain.map(|mark| mark.home).collect(),
            others.into_iter().map(|(_, summary)| summary).collect(),
        ))
    }
}
