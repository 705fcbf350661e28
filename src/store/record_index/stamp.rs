//! The stamp of a file or folder: as long as it stays, so do the bytes.

use std::fs::Metadata;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A point in time as the file system tells it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FileTime {
    /// Seconds since 1970.
    pub seconds: i64,
    /// Nanoseconds beside them.
    pub nanos: u32,
}

/// The facts that the file system tells of a file without reading it. A time that a person puts back leaves `changed`
/// behind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// When its bytes were written last.
    pub modified: FileTime,
    /// When anything of it was changed last; nothing where the system keeps no such time.
    pub changed: FileTime,
    /// Which file it is; 0 where the system has no such number.
    pub inode: u64,
}

/// A file whose time is at least this old cannot be written again within the same tick of its file system's clock.
const TICK: Duration = Duration::from_millis(20);
/// The same for a file system that keeps whole seconds alone, or pairs of them.
const COARSE_TICK: Duration = Duration::from_secs(3);

impl Stamp {
    /// The stamp of a path, whatever stands there; none where nothing does.
    pub fn of(path: &Path) -> Option<Self> {
        path.symlink_metadata().ok().map(|data| Self::of_metadata(&data))
    }

    /// The stamp in metadata.
    #[cfg(unix)]
    pub fn of_metadata(data: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        let time = |seconds, nanos: i64| FileTime {
            seconds,
            nanos: u32::try_from(nanos).unwrap_or_default(),
        };
        Self {
            size: data.len(),
            modified: time(data.mtime(), data.mtime_nsec()),
            changed: time(data.ctime(), data.ctime_nsec()),
            inode: data.ino(),
        }
    }

    /// The stamp in metadata.
    #[cfg(not(unix))]
    pub fn of_metadata(data: &Metadata) -> Self {
        let since = data
            .modified()
            .ok()
            .and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let since = since.unwrap_or_default();
        Self {
            size: data.len(),
            modified: FileTime {
                seconds: i64::try_from(since.as_secs()).unwrap_or_default(),
                nanos: since.subsec_nanos(),
            },
            ..Self::default()
        }
    }

    /// Whether a later change must show in it: it is older than a tick of the clock. A time that lies ahead tells nothing.
    pub fn tells_changes(&self) -> bool {
        self.tells_changes_after(SystemTime::now())
    }

    fn tells_changes_after(&self, now: SystemTime) -> bool {
        let Ok(now) = now.duration_since(UNIX_EPOCH) else {
            return false;
        };
        [self.modified, self.changed].into_iter().all(|time| {
            let tick = if time.nanos == 0 { COARSE_TICK } else { TICK };
            let then = u64::try_from(time.seconds).map(|seconds| Duration::new(seconds, time.nanos));
            then.is_ok_and(|then| then + tick < now)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_this_moment_or_ahead_tells_nothing() {
        let now = UNIX_EPOCH + Duration::new(1_000_000, 500_000_000);
        let stamp = |seconds, nanos| {
            let time = FileTime { seconds, nanos };
            Stamp {
                modified: time,
                changed: time,
                ..Stamp::default()
            }
        };
        assert!(stamp(999_999, 1).tells_changes_after(now));
        assert!(stamp(1_000_000, 470_000_000).tells_changes_after(now));
        assert!(!stamp(1_000_000, 490_000_000).tells_changes_after(now));
        assert!(!stamp(1_000_100, 1).tells_changes_after(now));
        assert!(!stamp(-5, 1).tells_changes_after(now));
        assert!(!stamp(999_999, 0).tells_changes_after(now), "whole seconds");
        assert!(stamp(999_990, 0).tells_changes_after(now));
    }
}
