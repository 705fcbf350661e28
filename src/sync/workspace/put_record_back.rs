//! The last good version of a record that cannot be read, put back as a new commit (docs/sync.md#broken-records).

use crate::git::{CommitId, Repository, TreeChange, TreeId, mode};
use crate::model::{FormatVersion, PAIR_PATH, PairDocument, RecordPath, write_pair};

use crate::sync::error::SyncError;
use crate::sync::load::last_good_pair::{GoodPair, last_writable_pair};
use crate::sync::load::last_good_record::GoodRecords;
use crate::sync::load::other_format::format_of;

use super::Workspace;
use super::prepared::Prepared;

/// The message of a commit that puts the last good `pair.toml` back.
pub(in crate::sync) const PAIR_PUT_BACK: &str = "put pair.toml back";

/// A record that is prepared to be put back.
pub struct PutBack<'a> {
    /// The commit that puts it back.
    pub prepared: Prepared<'a>,
    /// The commit that its version comes from.
    pub from: CommitId,
}

/// A tree with another `pair.toml`, also in the place of a folder.
///
/// # Errors
/// When Git cannot write.
pub(in crate::sync) fn with_pair(
    repo: &Repository,
    tree: Option<TreeId>,
    document: &PairDocument,
) -> Result<TreeId, SyncError> {
    let blob = repo.write_blob(write_pair(document).as_bytes())?;
    let mut changes: Vec<TreeChange> = Vec::new();
    if let Some(tree) = tree {
        let below = format!("{PAIR_PATH}/");
        let files = repo.list_tree(tree, None)?.into_iter();
        let inside = files.filter(|file| file.path.starts_with(&below));
        changes.extend(inside.map(|file| (file.path, None)));
    }
    changes.push((PAIR_PATH.to_owned(), Some((mode::FILE, blob))));
    Ok(repo.write_tree(tree, &changes)?)
}

impl Workspace {
    /// Prepares to put the last good version of a record back that cannot be read on the branch. None if nothing is wrong
    /// with the record there, or it has no such version.
    ///
    /// # Errors
    /// When Git cannot be written.
    pub fn begin_put_back(&mut self, record: RecordPath) -> Result<Option<PutBack<'_>>, SyncError> {
        let (true, Some(tip)) = (self.side.broken.contains_key(&record), self.tip) else {
            return Ok(None);
        };
        let Some(good) = GoodRecords::of(&self.repo).last(tip, record)? else {
            return Ok(None);
        };
        let path = record.path();
        let change = (path.clone(), Some((mode::FILE, good.file.id)));
        let tree = self.repo.write_tree(self.side.tree, &[change])?;
        self.prepare(tree, vec![tip], &format!("put {path} back"))?;
        Ok(Some(self.put_back_from(good.commit)))
    }

    /// Prepares to put the last good `pair.toml` back, on the branch and in the folder, also in the place of one of another
    /// format than this program writes. Finishing renames a file in its place. None if nothing is wrong with it.
    ///
    /// # Errors
    /// When Git cannot be written.
    pub fn begin_put_pair_back(&mut self) -> Result<Option<PutBack<'_>>, SyncError> {
        let record = RecordPath::Pair;
        let is_left = self.left.contains_key(&record);
        let format = self
            .side
            .tree
            .map(|tree| format_of(&self.repo, tree))
            .transpose()?;
        let is_of_other_format = matches!(format, Some(FormatVersion::Newer(_) | FormatVersion::Broken(_)));
        let is_broken = self.side.broken.contains_key(&record) || is_of_other_format;
        let (true, Some(tip)) = (is_left || is_broken, self.tip) else {
            return Ok(None);
        };
        let Some(good) = self.last_writable_pair(tip)? else {
            return Ok(None);
        };
        self.left.remove(&record);
        if is_broken {
            let tree = with_pair(&self.repo, self.side.tree, &good.document)?;
            self.prepare(tree, vec![tip], PAIR_PUT_BACK)?;
        }
        let mut put_back = self.put_back_from(good.commit);
        if is_left {
            put_back.prepared = put_back.prepared.with_pair_aside(tip.short());
        }
        Ok(Some(put_back))
    }

    /// The version of a record that is prepared and comes from a commit.
    pub(in crate::sync) fn put_back_from(&mut self, from: CommitId) -> PutBack<'_> {
        let prepared = self.as_prepared(true);
        PutBack { prepared, from }
    }

    /// The last good pair of the branch, or of a history that is here and that a rewritten one replaced.
    fn last_writable_pair(&self, tip: CommitId) -> Result<Option<GoodPair>, SyncError> {
        for end in [tip].into_iter().chain(self.other_histories(tip)?) {
            if let Some(good) = last_writable_pair(&self.repo, end, self.pair())? {
                return Ok(Some(good));
            }
        }
        Ok(None)
    }
}
