//! A world that is prepared once and put back before every fault.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::scenarios::Scenario;
use crate::world::{Person, World, copy_folder};

/// A prepared world with its saved copy. Both lie in memory where there is a place for it.
pub(super) struct Place {
    pub(super) world: World,
    saved: TempDir,
    /// Whose command is hit.
    pub(super) actor: Person,
    /// The other member.
    pub(super) partner: Person,
}

impl Place {
    pub(super) fn prepared(scenario: &Scenario) -> Self {
        let world = World::new_in(&quick_folder());
        let (actor, partner) = (scenario.prepare)(&world);
        let saved = tempfile::tempdir_in(quick_folder()).unwrap();
        copy_folder(&world.path(""), saved.path());
        Self {
            world,
            saved,
            actor,
            partner,
        }
    }

    /// A world on file systems of its own, with no saved copy.
    pub(super) fn on(world: World, prepare: fn(&World) -> (Person, Person)) -> Self {
        let (actor, partner) = prepare(&world);
        Self {
            world,
            saved: tempfile::tempdir().unwrap(),
            actor,
            partner,
        }
    }

    /// Everything is as it was when it was prepared.
    pub(super) fn restore(&self) {
        for item in fs::read_dir(self.world.path("")).unwrap() {
            fs::remove_dir_all(item.unwrap().path()).unwrap();
        }
        copy_folder(self.saved.path(), &self.world.path(""));
    }
}

pub(super) fn quick_folder() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if tempfile::tempdir_in(memory).is_ok() {
        memory.to_owned()
    } else {
        std::env::temp_dir()
    }
}
