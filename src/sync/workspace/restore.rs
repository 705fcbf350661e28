//! An entry as it was before somebody else changed or removed it, out of the history (docs/command-line.md#restore).

use crate::model::{EntryId, Home, Placed, Slug, Visibility, shown_to};

use crate::sync::error::SyncError;
use crate::sync::load::commit_authors::CommitAuthors;
use crate::sync::secrets::keys::author;
use crate::sync::secrets::readers::versions;
use crate::sync::workspace::Workspace;

impl Workspace {
    /// An entry as its history last had it before this:
    ///
    /// - if it arrived wider than its author let: the last one that was as narrow, and that my key opens;
    /// - if it is gone: the last one that there was;
    /// - else the one before the last commit of somebody else that changed it.
    ///
    /// It stands where it stood, or on the agenda if there is no such meeting any more. None if there is no such version.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn version_before(&self, id: EntryId, me: &Slug) -> Result<Option<Placed>, SyncError> {
        let Some(tip) = self.tip else { return Ok(None) };
        let (now, wider) = (self.side.state.entries.get(&id), self.arrived_wider(id)?);
        // The seal decides who reads it, and not the word beside it.
        let opens = |placed: &Placed, most: Visibility| {
            let opened = self.opened(id, placed);
            opened.is_ok_and(|(readers, _)| readers <= most)
        };
        let authors = CommitAuthors::of(self.pair()).seen_by(Some(me.clone()), self.repo.user_email()?);
        for version in versions(&self.repo, tip, id)? {
            let (commit, after, before) = version?;
            let found = match (&wider, now) {
                (Some(known), _) => [after].into_iter().chain(before).flatten().find(|placed| {
                    shown_to(&placed.entry) <= known.readers
                        && author(&placed.entry).as_ref() == Some(&known.by)
                        && opens(placed, known.readers)
                }),
                (None, None) => [after].into_iter().chain(before).flatten().next(),
                (None, Some(_)) if authors.is_mine(&self.repo.commit_info(commit)?.author) => None,
                (None, Some(now)) => before
                    .into_iter()
                    .flatten()
                    .find(|placed| placed.entry != now.entry),
            };
            if let Some(found) = found {
                return Ok(Some(self.where_it_stood(found)));
            }
        }
        Ok(None)
    }

    fn where_it_stood(&self, placed: Placed) -> Placed {
        let home = match placed.home {
            Home::Meeting(key) if !self.side.state.meetings.contains_key(&key) => Home::Agenda,
            home => home,
        };
        Placed { home, ..placed }
    }
}
