//! A pair opened for a use case: to answer a question, or to write.

mod read;
mod write;

use std::collections::BTreeSet;

use crate::git::Repository;
use crate::model::{
    Address, Entry, EntryId, KnownEntry, KnownReaders, Meeting, MeetingKey, Pair, Problem, Slug, State,
    Visibility,
};
use crate::query::{IdError, Ids, Names, Records, check_member, parse_until};
use crate::sync::{
    BranchChoice, ClosedCount, Conflict, Keys, ReadScope, SnapshotFiles, SyncError, Workspace, conflicts,
    refuse_joining_merge,
};

use super::error::AppError;
use super::known_place::{check_place, of_known_place};
use super::remark::{Remark, Remarks};
use super::setting::{PairClone, Setting};

pub use read::ReadSession;
pub use write::{Attempt, WriteSession};

/// A pair as one member sees it at one moment.
#[derive(Debug)]
pub struct PairView {
    /// The name of the pair.
    pub name: String,
    /// The member who looks.
    pub me: Slug,
    /// How both members are called.
    pub names: Names,
    /// The records, as far as my keys open them.
    pub records: Records,
    /// The ids that a person can type.
    pub ids: Ids,
    /// Closed actions that are not among the records, where only open ones were asked for.
    pub closed: Vec<ClosedCount>,
    /// Records that cannot be read, with what is wrong with each.
    pub broken: Vec<Problem>,
    /// The outside world of the use case.
    pub setting: Setting,
    /// The remarks so far.
    pub remarks: Remarks,
}

/// The parts that both kinds of session have.
pub trait Session {
    /// The pair as I see it.
    fn view(&self) -> &PairView;
    /// The records as they are written.
    fn state(&self) -> &State;
    /// My keys and pins.
    fn keys(&self) -> &Keys;
    /// The repository.
    ///
    /// # Errors
    /// When it was not needed before, and cannot be opened.
    fn repository(&self) -> Result<&Repository, AppError>;

    /// The conflicts that stand, heads of records and the pair included.
    fn conflicts(&self) -> Vec<Conflict> {
        conflicts(self.state(), &self.view().records.pair, self.keys())
    }

    /// How many entries, heads and settings have a conflict.
    fn conflicted(&self) -> usize {
        let all: BTreeSet<Address> = self.conflicts().iter().map(|c| c.at).collect();
        all.len()
    }
}

/// The error of a text that may mean each of some entries, which are told apart.
pub(super) fn ambiguous(
    typed: &str,
    ids: Vec<EntryId>,
    entry: impl Fn(EntryId) -> Option<Entry>,
) -> AppError {
    let apart = Ids::from_lists([], ids.iter().copied());
    AppError::Id {
        typed: typed.to_owned(),
        candidates: ids.iter().map(|id| (apart.short(*id), entry(*id))).collect(),
        error: IdError::Ambiguous(ids),
    }
}

impl PairView {
    /// The entry that a person typed.
    ///
    /// # Errors
    /// When the text names none, or several.
    pub fn resolve(&self, typed: &str) -> Result<EntryId, AppError> {
        self.ids.resolve(typed).map_err(|error| {
            let entry = |id: &EntryId| self.records.entry(*id).cloned();
            let candidates = match &error {
                IdError::Ambiguous(ids) => ids.iter().map(|id| (self.ids.short(*id), entry(id))).collect(),
                _ => Vec::new(),
            };
            AppError::Id {
                typed: typed.to_owned(),
                error,
                candidates,
            }
        })
    }

    /// The entry that a person typed to put words into it, or beside it. An open entry wins over others, but not over one
    /// that was ever sealed for fewer people, and that I can read: whoever made the open one chose how its id begins
    /// (docs/format.md#ids).
    ///
    /// # Errors
    /// When the text names none, or several.
    pub(super) fn resolve_for_words(&self, typed: &str, known: &KnownReaders) -> Result<EntryId, AppError> {
        let found = self.resolve(typed)?;
        let readers = known.get(found).map_or(Visibility::Shared, |known| known.readers);
        self.refuse_if_meant(typed, found, known, |other| other.readers < readers)
    }

    /// The entry that a person typed to share it. No other one of mine that was ever sealed may have been meant.
    ///
    /// # Errors
    /// As [`PairView::resolve_for_words`].
    pub(super) fn resolve_to_share(&self, typed: &str, known: &KnownReaders) -> Result<EntryId, AppError> {
        let found = self.resolve(typed)?;
        self.refuse_if_meant(typed, found, known, |other| other.by == self.me)
    }

    fn refuse_if_meant(
        &self,
        typed: &str,
        found: EntryId,
        known: &KnownReaders,
        is_meant: impl Fn(&KnownEntry) -> bool,
    ) -> Result<EntryId, AppError> {
        let prefix = typed.trim().to_ascii_lowercase();
        let opens = |known: &KnownEntry| known.readers != Visibility::Private || known.by == self.me;
        let is_other = |id: EntryId| id != found && id.as_str().starts_with(&prefix);
        let others = known
            .iter()
            .filter(|(id, known)| is_other(*id) && opens(known) && is_meant(known));
        let others: Vec<EntryId> = others.map(|(id, _)| id).collect();
        if others.is_empty() || !self.ids.shows_in(prefix.len()) {
            return Ok(found);
        }
        let meant = [vec![found], others].concat();
        Err(ambiguous(typed, meant, |id| self.records.entry(id).cloned()))
    }

    /// The entries that a person typed, each once: all are known before anything is done to one.
    ///
    /// # Errors
    /// As [`PairView::resolve`].
    pub fn resolve_all(&self, typed: &[String]) -> Result<Vec<EntryId>, AppError> {
        each_once(typed.iter().map(|word| self.resolve(word)))
    }

    /// The member that a word names, where one is given.
    pub(super) fn member(&self, word: Option<&str>) -> Result<Option<Slug>, AppError> {
        let member = word.map(|word| check_member(word, &self.me, &self.records.pair));
        Ok(member.transpose()?)
    }

    /// Whether words are meant as an id: they name an entry, or no day either.
    pub fn names_entry(&self, words: &str) -> bool {
        match self.ids.resolve(words) {
            Ok(_) | Err(IdError::Ambiguous(_)) => true,
            Err(_) => words.parse::<MeetingKey>().is_err() && parse_until(words, self.setting.today).is_err(),
        }
    }

    /// The meeting that a person names by its day, or by its key where a day had two.
    ///
    /// # Errors
    /// When the words name no day, or no meeting was on it.
    pub fn meeting_of(&self, words: &str) -> Result<MeetingKey, AppError> {
        let key = match words.parse::<MeetingKey>() {
            Ok(key) => key,
            Err(_) => {
                let date = parse_until(words, self.setting.today)?;
                self.remarks.add(Remark::MeetingOf(date));
                MeetingKey::first(date)
            }
        };
        self.known_meeting(key).map(|meeting| meeting.key)
    }

    /// The meeting of a key.
    ///
    /// # Errors
    /// When no meeting was on that day, or its record cannot be read.
    pub fn known_meeting(&self, key: MeetingKey) -> Result<&Meeting, AppError> {
        self.refuse_broken(key)?;
        let today = self.setting.today;
        self.records
            .meeting(key)
            .ok_or(AppError::NoMeeting { key, today })
    }

    /// Refuses a meeting whose record cannot be read: nobody can say that it did not take place.
    pub(super) fn refuse_broken(&self, key: MeetingKey) -> Result<(), AppError> {
        let path = key.path();
        let of_record = self.broken.iter().filter(|problem| problem.path == path);
        let problems: Vec<Problem> = of_record.cloned().collect();
        match problems.is_empty() {
            true => Ok(()),
            false => Err(SyncError::Problems(problems).into()),
        }
    }
}

/// Entries that were found one by one, each once, in the order in which they were named first; else the first error.
pub(super) fn each_once(
    found: impl IntoIterator<Item = Result<EntryId, AppError>>,
) -> Result<Vec<EntryId>, AppError> {
    let (mut ids, mut named) = (Vec::new(), BTreeSet::new());
    for id in found {
        let id = id?;
        if named.insert(id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

/// Opens a clone to write in it, its lock held; the caller needs no seat in the pair.
pub(super) fn open_clone(
    setting: &Setting,
    place: &PairClone,
    take: SnapshotFiles,
    read_scope: ReadScope,
) -> Result<Workspace, AppError> {
    check_place(&setting.registry()?, &place.dir)?;
    if take != SnapshotFiles::Nothing {
        refuse_joining_merge(&place.dir, setting.environment.clone(), &BranchChoice::Remembered)?;
    }
    open_decided(setting, place, take, read_scope)
}

/// The same, if a person said in this run what a merge that joins a rewritten history is to be, or this was asked.
pub(super) fn open_decided(
    setting: &Setting,
    place: &PairClone,
    take: SnapshotFiles,
    read_scope: ReadScope,
) -> Result<Workspace, AppError> {
    let environment = setting.environment.clone();
    let workspace = Workspace::open(&place.dir, environment, take, read_scope)
        .map_err(|error| of_known_place(setting, &place.dir, error))?;
    // Everything that opening prepared counts only once it is written out.
    workspace.refuse_widened()?;
    Ok(workspace)
}

/// The name of a pair: as it is known on this machine, else the partner's.
fn name_of(place: &PairClone, pair: &Pair, me: Option<&Slug>) -> String {
    let partner = || me.map_or(&pair.report, |me| pair.partner_of(me)).slug.to_string();
    place.name.clone().unwrap_or_else(partner)
}
