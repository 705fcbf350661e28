//! The entries that a question is about, out of the index; the records that it does not hold are read.

use crate::store::record_index::RecordIndex;

use crate::sync::error::SyncError;

use super::gather::Gathering;
use super::wanted::{IndexAnswer, QuestionedClone, Wanted, WantedEntries};
use crate::sync::load::index_refresh::{NoIndex, Refresh, Touched, first_meeting};

/// How often records that change meanwhile are looked at again.
const LOOKS: usize = 4;

/// Answers out of the index; none where there is no index that could be used.
///
/// # Errors
/// When a record is there and cannot be read.
pub(in crate::sync) fn answer(
    asked: &QuestionedClone<'_>,
    wanted: &Wanted<'_>,
) -> Result<Option<IndexAnswer>, SyncError> {
    let mut refresh = Refresh {
        root: asked.root,
        pair: asked.pair.id,
        head: asked.head,
        index: RecordIndex::open(&asked.notes.index_path(), asked.pair.id),
    };
    let touched = match wanted.entries {
        WantedEntries::Matching(_) => Touched::Homes(wanted.homes()),
        WantedEntries::Open => Touched::OpenActions,
        WantedEntries::None => Touched::Homes(first_meeting()..first_meeting()),
    };
    match answered(&mut refresh, asked, wanted, &touched) {
        Ok(answer) => Ok(Some(answer)),
        Err(NoIndex::Unusable) => {
            // The next question makes it anew. Where it cannot be removed, that costs time alone.
            let _ = refresh.index.remove();
            Ok(None)
        }
        Err(NoIndex::Unreadable(error)) => Err(error),
    }
}

fn answered(
    refresh: &mut Refresh<'_>,
    asked: &QuestionedClone<'_>,
    wanted: &Wanted<'_>,
    touched: &Touched,
) -> Result<IndexAnswer, NoIndex> {
    refresh.run(touched)?;
    for _ in 0..LOOKS {
        let answer = Gathering::run(asked, wanted, &refresh.index)?;
        // Which records a sealed action or a followed entry comes from is known by now.
        if !refresh.look_again(&answer.taken_from)? {
            return Ok(answer);
        }
    }
    Err(NoIndex::Unusable)
}
