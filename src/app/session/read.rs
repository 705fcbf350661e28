//! A pair opened to answer a question: no lock, no history, no network.

use crate::git::Repository;
use crate::model::{Home, Member, Slug, State};
use crate::query::{Ids, Records};
use crate::sync::{Keys, PairRecords, SeatChange, ViewError};

use super::{PairView, Session, name_of};
use crate::app::people::names;
use crate::app::{AppError, PairClone, Remark, Remarks, Setting};

/// A pair opened to answer a question.
pub struct ReadSession {
    /// The pair as I see it.
    pub view: PairView,
    pub(in crate::app) place: PairClone,
    /// My seat, as it is known on this machine.
    known: Option<Slug>,
    repo: Repository,
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
        let repo = Repository::open(&place.dir)?;
        let reader = PairRecords::open(&repo, &setting.environment, wanted)?;
        let remarks = Remarks::default();
        remarks.add_notes(reader.older_pair.as_slice());
        if !reader.skipped.is_empty() {
            remarks.add(Remark::Skipped(reader.skipped.clone()));
        }
        let seen = reader.view();
        if seen.closed.values().any(|e| *e == ViewError::NoIdentity) {
            remarks.add(Remark::NoIdentity);
        }
        let pair = reader.pair.clone();
        let registry = setting.registry()?;
        let known = registry.at(&place.dir).and_then(|p| p.me.parse().ok());
        let known = known.filter(|me: &Slug| pair.member(me.as_str()).is_some());
        let name = name_of(place, &pair, known.as_ref());
        let seat = known.clone().or_else(|| reader.keys.me(&pair));
        // A reader without a seat sees the pair as the report does.
        let me = seat.unwrap_or_else(|| pair.report.slug.clone());
        let names = names(&registry, &place.dir, &pair, &me);
        let records = Records {
            pair,
            entries: seen.entries,
            meetings: seen.meetings,
        };
        let ids = Ids::new(&records, setting.now());
        let view = PairView {
            name,
            me,
            names,
            records,
            ids,
            broken: reader.skipped.clone(),
            setting: setting.clone(),
            remarks,
        };
        Ok(Self {
            view,
            place: place.clone(),
            known,
            repo,
            reader,
        })
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

    fn repository(&self) -> &Repository {
        &self.repo
    }
}
