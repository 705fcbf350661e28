//! Which files a write-out may overwrite (docs/sync.md#five-versions-of-a-file).

/// One file as several places have it, by its blob id or its bytes; none where it is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Versions<T> {
    /// In the folder, now.
    pub in_folder: Option<T>,
    /// In the commit that is written out.
    pub wanted: Option<T>,
    /// In the tree last written out.
    pub previous: Option<T>,
    /// In the folder when hand edits were taken in.
    pub snapshot: Option<T>,
    /// On the branch.
    pub on_branch: Option<T>,
}

/// The decision about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Overwrite {
    /// The folder has the file as the commit has it.
    UpToDate,
    /// Somebody edited the file after it had been read: the edit stays.
    KeepEdit,
    /// Nobody committed the file: it is renamed, and makes room.
    MoveAside,
    /// The version in the folder is known, and makes room.
    Write,
}

impl<T: PartialEq> Versions<T> {
    /// Decides about the file. A write-out overwrites only a version that was read or that stands in a commit. A record
    /// is never moved aside: the next command takes it in.
    pub(super) fn overwrite(&self, is_record: bool) -> Overwrite {
        if self.in_folder == self.wanted {
            return Overwrite::UpToDate;
        }
        // A file that was edited, taken in and then put back is edited once more.
        let read = self.snapshot.as_ref().or(self.previous.as_ref());
        let as_committed = self.in_folder == self.on_branch && self.on_branch != self.previous;
        if self.in_folder.is_none() || self.in_folder.as_ref() == read || as_committed {
            Overwrite::Write
        } else if is_record || self.previous.is_some() || self.wanted.is_none() || self.snapshot.is_some() {
            Overwrite::KeepEdit
        } else {
            Overwrite::MoveAside
        }
    }
}

/// The version to remember of a file that was left as it is in the folder: the one that was read. `snapshot` is the file
/// with its hand edits, but without entries that have no id there yet; none where there were no edits at all. If the
/// branch got something else too, the snapshot holds more than the folder did: then the previous version is remembered.
pub fn as_read<T: PartialEq>(
    previous: Option<T>,
    on_branch: Option<T>,
    snapshot: Option<Option<T>>,
) -> Option<T> {
    match snapshot {
        Some(snapshot) if on_branch == previous => snapshot,
        _ => previous,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Versions<char> = Versions {
        in_folder: None,
        wanted: None,
        previous: None,
        snapshot: None,
        on_branch: None,
    };

    fn versions(in_folder: char, wanted: char, previous: char) -> Versions<char> {
        Versions {
            in_folder: Some(in_folder),
            wanted: Some(wanted),
            previous: Some(previous),
            on_branch: Some(previous),
            ..NONE
        }
    }

    #[test]
    fn only_what_is_known_makes_room() {
        assert_eq!(versions('w', 'w', 'o').overwrite(false), Overwrite::UpToDate);
        assert_eq!(versions('o', 'w', 'o').overwrite(false), Overwrite::Write);
        assert_eq!(versions('x', 'w', 'o').overwrite(false), Overwrite::KeepEdit);
        let taken = Versions {
            snapshot: Some('t'),
            ..versions('t', 'w', 'o')
        };
        assert_eq!(taken.overwrite(false), Overwrite::Write);
        let put_back = Versions {
            in_folder: Some('o'),
            ..taken
        };
        assert_eq!(put_back.overwrite(false), Overwrite::KeepEdit);
        let committed = Versions {
            on_branch: Some('o'),
            previous: Some('n'),
            ..put_back
        };
        assert_eq!(committed.overwrite(false), Overwrite::Write);
        let gone = Versions {
            in_folder: None,
            ..versions('x', 'w', 'o')
        };
        assert_eq!(gone.overwrite(false), Overwrite::Write);
    }

    #[test]
    fn what_nobody_committed_makes_room_and_is_kept() {
        let beside = Versions {
            in_folder: Some('x'),
            wanted: Some('w'),
            ..NONE
        };
        assert_eq!(beside.overwrite(false), Overwrite::MoveAside);
        assert_eq!(beside.overwrite(true), Overwrite::KeepEdit);
        let taken = Versions {
            snapshot: Some('t'),
            ..beside
        };
        assert_eq!(taken.overwrite(false), Overwrite::KeepEdit);
        let goes = Versions {
            wanted: None,
            ..versions('x', 'w', 'o')
        };
        assert_eq!(goes.overwrite(false), Overwrite::KeepEdit);
    }

    #[test]
    fn what_was_left_is_remembered_as_it_was_read() {
        let (old, came) = (Some('o'), Some('c'));
        assert_eq!(as_read(old, old, None), old);
        assert_eq!(as_read(old, old, Some(Some('t'))), Some('t'));
        assert_eq!(as_read(old, old, Some(None)), None);
        assert_eq!(as_read(old, came, Some(Some('t'))), old);
    }
}
