//! The versions of edited records that a person may have had open when they saved (docs/sync.md#versions).

use std::collections::{BTreeMap, BTreeSet};

use crate::git::{BlobId, CommitId, PathHistory};
use crate::model::{Limits, RecordPath, State, assemble};
use crate::store::TakenVersion;

use super::context::SnapshotContext;
use super::versions::RecordVersions;
use crate::sync::error::SyncError;
use crate::sync::load::side::Side;
use crate::sync::load::working_copy::WorkTree;

/// How many versions of a record are looked at: the older ones count as left out.
const MOST_VERSIONS: usize = 2_000;

impl SnapshotContext<'_> {
    /// The known versions of edited records. Nobody saved an older version of those that lie there as they were written out.
    pub(super) fn versions_of(
        &self,
        work: &WorkTree,
        base: &Side,
        edited: &BTreeSet<RecordPath>,
    ) -> Result<BTreeMap<RecordPath, RecordVersions>, SyncError> {
        let (written, saved) = work.written_and_saved(edited);
        let mut versions = self.versions(base, &saved)?;
        versions.extend(of_base(base, &written));
        Ok(versions)
    }

    /// The known versions of edited records: those of the history, and those that were taken in of stale files.
    fn versions(
        &self,
        base: &Side,
        edited: &BTreeSet<RecordPath>,
    ) -> Result<BTreeMap<RecordPath, RecordVersions>, SyncError> {
        let paths: Vec<String> = edited.iter().map(RecordPath::path).collect();
        let replaced = self.replaced_versions(&paths);
        if self.base_is_known && replaced.is_empty() {
            return Ok(of_base(base, edited));
        }
        let mut taken = self.notes.taken();
        taken.retain(|one| paths.contains(&one.path));
        let commits = taken.iter().filter_map(|one| one.commit.parse().ok());
        let mut unreached: BTreeSet<CommitId> = commits.collect();
        let history = match self.tip {
            Some(tip) if !paths.is_empty() => {
                self.repo
                    .path_histories(tip, &paths, MOST_VERSIONS, &mut unreached)?
            }
            _ => BTreeMap::new(),
        };
        let of = |known: Option<&PathHistory>, blob| known.is_some_and(|known| known.ids.contains(&blob));
        let is_replaced = |(record, path): (&RecordPath, &String)| {
            let last = base.blob(*record);
            !of(history.get(path), last) && replaced.iter().any(|paths| of(paths.get(path), last))
        };
        if self.base_is_known && !edited.iter().zip(&paths).any(is_replaced) {
            return Ok(of_base(base, edited));
        }
        // A version counts once its commit does: the commit of a run that was killed does not.
        let counts = |one: &&TakenVersion| one.commit.parse().is_ok_and(|c| !unreached.contains(&c));
        let taken: Vec<&TakenVersion> = taken.iter().filter(counts).collect();
        let mut all = BTreeMap::new();
        for (record, path) in edited.iter().zip(&paths) {
            let mut blobs = history.get(path).cloned().unwrap_or_default();
            let of_record = taken.iter().filter(|one| one.path == *path);
            let of_record = of_record.filter_map(|one| Some((one.blob.parse().ok()?, one.as_saved)));
            let of_record: Vec<(BlobId, bool)> = of_record.collect();
            let of_history = blobs.ids.clone();
            let last = base.blob(*record);
            let as_saved = last.is_some_and(|last| of_record.contains(&(last, true)));
            for blob in of_record.iter().map(|(blob, _)| Some(*blob)).chain([last]) {
                if !blobs.ids.contains(&blob) {
                    blobs.ids.push(blob);
                }
            }
            let mut known = RecordVersions {
                is_cut: blobs.is_cut,
                ..RecordVersions::default()
            };
            let replaced = replaced.iter().filter_map(|paths| paths.get(path));
            let mut replaced: Vec<Option<BlobId>> = replaced.flat_map(|known| known.ids.clone()).collect();
            let mut before = BTreeSet::new();
            replaced.retain(|blob| !of_history.contains(blob) && before.insert(*blob));
            let versions = replaced.iter().map(|blob| self.version(*record, path, *blob));
            known.states = versions.flatten().collect();
            known.standing = known.states.len()..known.states.len();
            blobs.ids.retain(|blob| !replaced.contains(blob));
            for blob in blobs.ids {
                let Some(state) = self.version(*record, path, blob) else {
                    known.unreadable.push(known.states.len());
                    continue;
                };
                if blob == last {
                    known.written_out = Some(known.states.len());
                    known.saved_by_hand = known.written_out.filter(|_| as_saved);
                }
                known.states.push(state);
                if of_history.contains(&blob) {
                    known.standing.end = known.states.len();
                }
            }
            all.insert(*record, known);
        }
        Ok(all)
    }

    /// The versions of files in the histories that a rewritten one replaced, as far as these are still here.
    fn replaced_versions(&self, paths: &[String]) -> Vec<BTreeMap<String, PathHistory>> {
        let tips = self.notes.replaced().into_iter();
        let tips = tips.filter_map(|tip| tip.parse::<CommitId>().ok());
        let tips = tips.filter(|tip| self.repo.commit_info(*tip).is_ok() && !paths.is_empty());
        let versions = |tip| {
            self.repo
                .path_histories(tip, paths, MOST_VERSIONS, &mut BTreeSet::new())
        };
        tips.filter_map(|tip| versions(tip).ok()).collect()
    }

    /// A version of a record. None where it is gone, or does not parse.
    fn version(&self, record: RecordPath, path: &str, blob: Option<BlobId>) -> Option<State> {
        let Some(blob) = blob else {
            return Some(State::default());
        };
        let bytes = self.repo.blob(blob, Limits::FILE).ok()?;
        let loaded = assemble([(path, bytes)]);
        (!loaded.broken.contains_key(&record)).then_some(loaded.state)
    }
}

/// The one version of each record that it was edited in.
fn of_base(base: &Side, edited: &BTreeSet<RecordPath>) -> BTreeMap<RecordPath, RecordVersions> {
    let of_record = |record: &RecordPath| {
        let states = vec![base.state.of_record(*record)];
        let known = RecordVersions {
            states,
            ..RecordVersions::default()
        };
        (*record, known)
    };
    edited.iter().map(of_record).collect()
}
