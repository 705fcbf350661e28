//! A pair opened to answer a question: no lock, no history, no network.

use std::cell::OnceCell;

use crate::git::Repository;
use crate::model::{Home, Member, Slug, State};
use crate::query::{Ids, Records};
use crate::sync::{
    AllIds, Keys, PairAnswer, PairRecords, SeatChange, ViewError, Wanted, may_lack_records, missing_records,
};

use super::{PairView, Session, name_of};
use crate::app::known_place::check_place;
use crate::app::{AppError, PairClone, Remark, Remarks, Setting};

/// A pair opened to answer a question.
pub struct ReadSession {
    /// The pair as I see it.
    pub view: PairView,
    pub(in crate::app) place: PairClone,
    /// My seat, as it is known on this machine.
    known: Option<Slug>,
    repo: OnceCell<Repository>,
    reader: PairRecords,
}

impl ReadSession {
    /// Reads the records of homes that `wanted` accepts. A record that cannot be read is skipped, with a remark.
    ///
    /// # Errors
    /// When there is no pair, or its own record cannot be read.
    pub fn open(
        setting: &Setting,
        place: &PairClone,
        wanted: impl Fn(Home) -> bool,
    ) -> Result<Self, AppError> {
        check_place(&setting.acquaintances()?.registry, &place.dir)?;
        let repo = Repository::open(&place.dir)?;
        let reader = PairRecords::open(&repo, &setting.environment, wanted)?;
        let answer = PairAnswer {
            view: reader.view(),
            reader,
            ids: AllIds::default(),
            closed: Vec::new(),
        };
        Self::of(setting, place, Some(repo), answer)
    }

    /// Reads as much as a question needs, out of the index where there is one. The view then holds no entries beside.
    ///
    /// # Errors
    /// As [`ReadSession::open`].
    pub fn ask(setting: &Setting, place: &PairClone, wanted: &Wanted<'_>) -> Result<Self, AppError> {
        check_place(&setting.acquaintances()?.registry, &place.dir)?;
        let (answer, repo) = PairAnswer::of(&place.dir, &setting.environment, wanted)?;
        Self::of(setting, place, repo, answer)
    }

    fn of(
        setting: &Setting,
        place: &PairClone,
        repo: Option<Repository>,
        answer: PairAnswer,
    ) -> Result<Self, AppError> {
        let (reader, seen) = (answer.reader, answer.view);
        let remarks = Remarks::default();
        remarks.add_notes(reader.older_pair.as_slice());
        if !reader.skipped.is_empty() {
            remarks.add(Remark::Skipped(reader.skipped.clone()));
        }
        if seen.closed.values().any(|e| *e == ViewError::NoIdentity) {
            remarks.add(Remark::NoIdentity);
        }
        let pair = reader.pair.clone();
        let acquaintances = setting.acquaintances()?;
        let known = acquaintances
            .registry
            .at(&place.dir)
            .and_then(|p| p.me.parse().ok());
        let known = known.filter(|me: &Slug| pair.member(me.as_str()).is_some());
        let name = name_of(place, &pair, known.as_ref());
        let seat = known.clone().or_else(|| reader.keys.me(&pair));
        // A reader without a seat sees the pair as the report does.
        let me = seat.unwrap_or_else(|| pair.report.slug.clone());
        let names = acquaintances.names(&place.dir, &pair, &me);
        let records = Records {
            pair,
            entries: seen.entries,
            meetings: seen.meetings,
        };
        let ids = Ids::new(&records, setting.now()).with(answer.ids.open, answer.ids.all);
        let view = PairView {
            name,
            me,
            names,
            records,
            ids,
            closed: answer.closed,
            broken: reader.skipped.clone(),
            setting: setting.clone(),
            remarks,
        };
        let session = Self {
            view,
            place: place.clone(),
            known,
            repo: repo.map_or_else(OnceCell::new, OnceCell::from),
            reader,
        };
        session.remark_missing();
        Ok(session)
    }

    /// Says which records the folder lacks, where a look at it tells that there may be some: lists would be as of an empty
    /// pair. The answer stands without a history, too.
    fn remark_missing(&self) {
        if may_lack_records(&self.place.dir)
            && let Ok(repo) = self.repository()
            && let Ok(Some(missing)) = missing_records(repo)
        {
            self.view.remarks.add(Remark::Missing(missing));
        }
    }

    /// Whether a seat is mine: as it is known on this machine, or by a key.
    pub(in crate::app) fn is_own_seat(&self, member: &Member) -> bool {
        self.known.as_ref() == Some(&member.slug) || self.reader.keys.is_mine(member)
    }

    /// Somebody's change in my seat, if the pair states it otherwise than I pinned it.
    pub fn seat_change(&self) -> Option<SeatChange> {
        self.reader.keys.seat_change(&self.reader.pair)
    }

    /// The seat that my key sits in; none for a reader without a seat.
    pub fn seat(&self) -> Option<Slug> {
        self.reader.keys.me(&self.view.records.pair)
    }
}

impl Session for ReadSession {
    fn view(&self) -> &PairView {
        &self.view
    }

    fn state(&self) -> &State {
        &self.reader.loaded.state
    }

    fn keys(&self) -> &Keys {
        &self.reader.keys
    }

    fn repository(&self) -> Result<&Repository, AppError> {
        if self.repo.get().is_none() {
            let _ = self.repo.set(Repository::open(&self.place.dir)?);
        }
        self.repo.get().ok_or(AppError::NoPairKnown)
    }
}
