//! The entries that a question is about, out of the index; the records that it does not hold are read.

use crate::store::record_index::RecordIndex;

use crate::sync::error::SyncError;

use super::gather::Gathering;
use super::refresh::{NoIndex, Refresh, Touched, first_meeting};
use super::wanted::{Answer, Asked, Wanted, WantedEntries};

/// Answers out of the index; none where there is no index that could be used.
///
/// # Errors
/// When a record is there and cannot be read.
pub(in crate::sync) fn answer(asked: &Asked<'_>, wanted: &Wanted<'_>) -> Result<Option<Answer>, SyncError> {
    let mut refresh = Refresh {
        root: asked.root,
        pair: asked.pair.id,
        head: asked.head,
        index: RecordIndex::open(&asked.notes.index_path()),
    };
    let touched = match wanted.entries {
        WantedEntries::Matching(_) => Touched::Homes(wanted.homes()),
        WantedEntries::Open => Touched::OpenActions,
        WantedEntries::None => Touched::Homes(first_meeting()..first_meeting()),
    };
    let answered = refresh
        .run(&touched)
        .and_then(|()| Gathering::run(asked, wanted, &refresh.index));
    match answered {
        Ok(answer) => Ok(Some(answer)),
        Err(NoIndex::Unusable) => {
            // The next question makes it anew. Where it cannot be removed, that costs time alone.
            let _ = refresh.index.remove();
            Ok(None)
        }
        Err(NoIndex::Unreadable(error)) => Err(error),
    }
}
