//! The facts by which Git knows that a file has not changed, and where they are looked for.

use std::fs::Metadata;

use git2::{IndexEntry, IndexTime};

use super::{Error, Repository};

/// The facts about one file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Stat {
    pub(super) mtime: (i32, u32),
    ctime: (i32, u32),
    ids: (u32, u32, u32, u32),
    size: u32,
}

// Git keeps the lower 32 bits of all of these, too.
#[cfg(unix)]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(super) fn of(meta: &Metadata) -> Stat {
    use std::os::unix::fs::MetadataExt;
    Stat {
        mtime: (meta.mtime() as i32, meta.mtime_nsec() as u32),
        ctime: (meta.ctime() as i32, meta.ctime_nsec() as u32),
        ids: (meta.dev() as u32, meta.ino() as u32, meta.uid(), meta.gid()),
        size: meta.len() as u32,
    }
}

#[cfg(not(unix))]
pub(super) fn of(_meta: &Metadata) -> Stat {
    Stat {
        mtime: (0, 0),
        ctime: (0, 0),
        ids: (0, 0, 0, 0),
        size: 0,
    }
}

impl Stat {
    pub(super) fn put(self, entry: &mut IndexEntry) {
        entry.mtime = IndexTime::new(self.mtime.0, self.mtime.1);
        entry.ctime = IndexTime::new(self.ctime.0, self.ctime.1);
        (entry.dev, entry.ino, entry.uid, entry.gid) = self.ids;
        entry.file_size = self.size;
    }

    /// Whether `entry` was made from a file with this very stat. Devices are left out, as Git does: their numbers
    /// change between mounts.
    pub(super) fn matches(self, entry: &IndexEntry) -> bool {
        self.mtime != (0, 0)
            && self.mtime == (entry.mtime.seconds(), entry.mtime.nanoseconds())
            && self.ctime == (entry.ctime.seconds(), entry.ctime.nanoseconds())
            && self.ids.1 == entry.ino
            && self.size == entry.file_size
    }
}

impl Repository {
    /// The file at `path`, a regular one that no link leads to.
    pub(super) fn lstat(&self, path: &str) -> Option<Metadata> {
        let full = self.workdir().join(path);
        let parents = path
            .match_indices('/')
            .map(|(at, _)| path.get(..at).unwrap_or_default());
        for parent in parents {
            std::fs::symlink_metadata(self.workdir().join(parent))
                .ok()
                .filter(Metadata::is_dir)?;
        }
        std::fs::symlink_metadata(full).ok().filter(Metadata::is_file)
    }

    /// Whether files may be hidden by a sparse checkout.
    ///
    /// # Errors
    /// As [`Repository::configured`].
    pub fn is_sparse(&self) -> Result<bool, Error> {
        let value = self.configured("core.sparseCheckout")?;
        Ok(value.is_some_and(|value| git2::Config::parse_bool(value).unwrap_or(false)))
    }
}
