//! The two made-up members: their names, their clones, and a key each that nothing else knows.

use std::path::{Path, PathBuf};

use crate::app::slug_of_person;
use crate::git::{Repository, Signature};
use crate::model::{EntryId, Instant, Pair, Seat, Slug};
use crate::sync::{Keys, create_identity};

use super::super::error::Failure;
use super::story::{Story, Who};

/// One of the two.
pub(super) struct Person {
    pub(super) slug: Slug,
    pub(super) name: String,
    /// Their clone.
    pub(super) clone: PathBuf,
    /// Their identity file.
    pub(super) identity: PathBuf,
    pub(super) recipients: Vec<String>,
}

/// Both.
pub(super) struct People {
    pub(super) manager: Person,
    pub(super) report: Person,
}

/// The demo as it was made.
pub(super) struct Made {
    pub(super) dir: PathBuf,
    pub(super) remote: PathBuf,
    pub(super) people: People,
}

impl People {
    /// Makes both, with their identity files below `dir`.
    pub(super) fn make(dir: &Path, story: &Story) -> Result<Self, Failure> {
        Ok(Self {
            manager: Person::make(dir, &story.manager)?,
            report: Person::make(dir, &story.report)?,
        })
    }

    pub(super) fn get(&self, who: Who) -> &Person {
        match who {
            Who::Manager => &self.manager,
            Who::Report => &self.report,
        }
    }

    pub(super) fn both(&self) -> [&Person; 2] {
        [&self.manager, &self.report]
    }
}

impl Person {
    fn make(dir: &Path, name: &str) -> Result<Self, Failure> {
        let slug = slug_of_person(name)?;
        let identity = dir.join("keys").join(slug.as_str()).join("identity.txt");
        let identities = create_identity(&identity)?;
        Ok(Self {
            clone: dir.join(slug.as_str()),
            name: name.to_owned(),
            identity,
            recipients: identities.recipients(),
            slug,
        })
    }

    /// The seat, with or without the key.
    pub(super) fn seat(&self, taken: bool) -> Seat {
        Seat {
            slug: self.slug.clone(),
            name: self.name.clone(),
            keys: if taken {
                self.recipients.clone()
            } else {
                Vec::new()
            },
        }
    }

    /// The keys; pins lie beside the identity file, where [`crate::sync::Environment::keys_of`] looks for them.
    pub(super) fn keys(&self, pair: &Pair) -> Result<Keys, Failure> {
        let id: EntryId = pair.id;
        let mut keys = Keys::load(&self.identity, &self.identity.with_file_name("pins"), id)?;
        keys.first_sight(pair)?;
        Ok(keys)
    }

    fn email(&self) -> String {
        format!("{}@example.com", self.slug)
    }

    /// The author of what this person commits at a time.
    pub(super) fn signature(&self, at: Instant) -> Signature {
        Signature {
            name: self.name.clone(),
            email: self.email(),
            seconds: at.timestamp(),
            offset_minutes: 0,
        }
    }

    /// Makes a clone this person's: plain Git commits as they do, and `oneonone` uses their key.
    pub(super) fn settle_in(&self, repo: &Repository) -> Result<(), Failure> {
        repo.set_local_config("user.name", &self.name)?;
        repo.set_local_config("user.email", &self.email())?;
        // From the clone, so that the folder can be moved.
        let identity = format!("../keys/{}/identity.txt", self.slug);
        Ok(repo.set_local_config("oneonone.identity", &identity)?)
    }
}
