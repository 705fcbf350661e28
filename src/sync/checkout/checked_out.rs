//! What a write-out came upon.

use crate::model::RecordPath;

use crate::sync::outcome::SyncNote;

/// What a write-out came upon.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckedOut {
    /// Files that were edited after they had been read: they stay as edited.
    pub edited_after_read: Vec<String>,
    /// Files that were edited after they had been read, and were taken in then: a commit of their own holds them.
    pub committed_later: Vec<String>,
    /// Files that were not written, because something else stands in their place or a filter of Git's failed.
    pub left_alone: Vec<String>,
    /// Files that Git does not track and that stood in the way: where, and where they stand now.
    pub moved_aside: Vec<(String, String)>,
}

impl CheckedOut {
    /// Notes for a person.
    pub fn notes(&self) -> Vec<SyncNote> {
        let edited = self
            .edited_after_read
            .iter()
            .cloned()
            .map(SyncNote::EditedAfterRead);
        let left = self.left_alone.iter().cloned().map(SyncNote::LeftAlone);
        let aside = self.moved_aside.iter().cloned();
        let aside = aside.map(|(path, to)| SyncNote::MovedAside { path, to });
        edited.chain(left).chain(aside).collect()
    }

    /// Adds a later write-out, after the records that were edited meanwhile were taken in.
    pub(in crate::sync) fn followed_by(&mut self, later: Self) {
        let (late, left): (Vec<String>, Vec<String>) = std::mem::take(&mut self.edited_after_read)
            .into_iter()
            .partition(|path| RecordPath::parse(path).is_some());
        let late = late
            .into_iter()
            .filter(|path| !later.edited_after_read.contains(path));
        self.committed_later.extend(late);
        self.edited_after_read = left.into_iter().chain(later.edited_after_read).collect();
        self.left_alone.extend(later.left_alone);
        self.moved_aside.extend(later.moved_aside);
    }

    /// The files that do not lie there as the commit has them.
    pub(in crate::sync) fn not_as_committed(&self) -> impl Iterator<Item = &String> {
        self.edited_after_read.iter().chain(&self.left_alone)
    }
}
