//! The two made-up members: their names, their clones, and a key each that nothing else knows.

use std::path::{Path, PathBuf};

use crate::app::{PairClone, slug_of_person};
use crate::cli::error::Failure;
use crate::git::{Repository, Signature};
use crate::model::{EntryId, Instant, Pair, Role, Seat, new_pair};
use crate::sync::{Keys, SyncError, create_identity};

use super::story::Story;

/// The made-up pair and its places.
pub(super) struct Demo {
    pub(super) dir: PathBuf,
    pub(super) remote: PathBuf,
    pub(super) pair: Pair,
    pub(super) manager: DemoPerson,
    pub(super) report: DemoPerson,
}

/// One of the two: their seat, their clone, their identity file, and the key in it.
pub(super) struct DemoPerson {
    pub(super) seat: Seat,
    pub(super) place: PairClone,
    pub(super) identity: PathBuf,
    pub(super) keys: Keys,
}

impl Demo {
    /// Makes both, with their identity files below `dir`.
    pub(super) fn make(dir: PathBuf, story: &Story, id: EntryId) -> Result<Self, Failure> {
        let mut manager = DemoPerson::make(&dir, &story.manager, id)?;
        let mut report = DemoPerson::make(&dir, &story.report, id)?;
        let document = new_pair(id, &manager.seat, &report.seat).pair;
        let pair = Pair::from_document(&document.ok_or(SyncError::NoPair)?).map_err(SyncError::Problems)?;
        manager.keys.first_sight(&pair)?;
        report.keys.first_sight(&pair)?;
        Ok(Self {
            remote: dir.join("remote.git"),
            dir,
            pair,
            manager,
            report,
        })
    }

    pub(super) fn get(&self, role: Role) -> &DemoPerson {
        match role {
            Role::Manager => &self.manager,
            Role::Report => &self.report,
        }
    }

    /// The address of the remote.
    pub(super) fn url(&self) -> String {
        self.remote.to_string_lossy().into_owned()
    }
}

impl DemoPerson {
    fn make(dir: &Path, name: &str, pair: EntryId) -> Result<Self, Failure> {
        let slug = slug_of_person(name)?;
        let identity = dir.join("keys").join(slug.as_str()).join("identity.txt");
        create_identity(&identity)?;
        // Pins lie where [`crate::sync::Environment::keys_of`] looks for them.
        let keys = Keys::load(&identity, &identity.with_file_name("pins"), pair)?;
        Ok(Self {
            place: PairClone {
                name: None,
                dir: dir.join(slug.as_str()),
            },
            identity,
            seat: Seat {
                slug,
                name: name.to_owned(),
                keys: keys.recipients(),
            },
            keys,
        })
    }

    /// The author of a commit of theirs at a time.
    pub(super) fn signature(&self, at: Instant) -> Signature {
        Signature {
            name: self.seat.name.clone(),
            email: format!("{}@example.com", self.seat.slug),
            seconds: at.timestamp(),
            offset_minutes: 0,
        }
    }

    /// Makes a clone this person's: plain Git commits as they do, and `oneonone` uses their key.
    pub(super) fn settle_in(&self, repo: &Repository) -> Result<(), Failure> {
        let author = self.signature(Instant::default());
        repo.set_local_config("user.name", &author.name)?;
        repo.set_local_config("user.email", &author.email)?;
        // From the clone, so that the folder can be moved.
        let identity = format!("../keys/{}/identity.txt", self.seat.slug);
        Ok(repo.set_local_config("oneonone.identity", &identity)?)
    }
}
