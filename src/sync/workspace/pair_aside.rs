//! A file in the place of `pair.toml` makes room (docs/sync.md#a-broken-pairtoml).

use std::fs;

use crate::model::PAIR_PATH;
use crate::store::StoreError;

use super::Workspace;
use crate::sync::combine::second_name::second_version_path;
use crate::sync::error::SyncError;
use crate::sync::outcome::SyncNote;

impl Workspace {
    /// Renames whatever lies in the place of `pair.toml`: it may hold words of somebody.
    pub(super) fn move_pair_aside(&mut self, name: &str) -> Result<(), SyncError> {
        let root = self.repo.workdir().to_owned();
        let full = root.join(PAIR_PATH);
        if full.symlink_metadata().is_err() {
            return Ok(());
        }
        let names = (1..).map(|number| match number {
            1 => second_version_path(PAIR_PATH, "mine", name),
            _ => second_version_path(PAIR_PATH, "mine", &format!("{name}-{number}")),
        });
        for to in names {
            let place = root.join(&to);
            if place.symlink_metadata().is_err() {
                fs::rename(&full, &place).map_err(StoreError::io("move aside", &full))?;
                self.sync_notes.push(SyncNote::MovedAside {
                    path: PAIR_PATH.to_owned(),
                    to,
                });
                break;
            }
        }
        Ok(())
    }
}
