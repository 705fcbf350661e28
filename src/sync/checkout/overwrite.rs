//! Which files a write-out may overwrite (docs/sync.md#five-versions-of-a-file).

/// One file as several places have it, by its blob id or its bytes; none where it is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Versions<T> {
    /// In the folder, now.
    pub lies: Option<T>,
    /// In the commit that is written out.
    pub want: Option<T>,
    /// In the tree last written out.
    pub old: Option<T>,
    /// In the folder when hand edits were taken in.
    pub taken: Option<T>,
    /// On the branch.
    pub committed: Option<T>,
}

/// The decision about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing: it lies there as the commit has it.
    Stands,
    /// Nothing: it was edited after it had been read, and stays as edited.
    Edited,
    /// It lies there and nobody committed it: it makes room, and is kept under another name.
    Aside,
    /// The file that lies there is known, and makes room.
    Write,
}

impl<T: PartialEq> Versions<T> {
    /// Decides about the file. A write-out overwrites only a version that was read or that stands in a commit. A record
    /// is never moved aside: the next command takes it in.
    pub(super) fn step(&self, is_record: bool) -> Step {
        if self.lies == self.want {
            return Step::Stands;
        }
        // A file that was edited, taken in and then put back is edited once more.
        let read = self.taken.as_ref().or(self.old.as_ref());
        let as_committed = self.lies == self.committed && self.committed != self.old;
        match () {
            () if self.lies.is_none() || self.lies.as_ref() == read || as_committed => Step::Write,
            () if is_record || self.old.is_some() || self.want.is_none() || self.taken.is_some() => {
                Step::Edited
            }
            () => Step::Aside,
        }
    }
}

/// The version to remember of a file that was left as it lies: the one that was read. `taken_in` is the file with its
/// hand edits, but without entries that have no id there yet; none where there were no edits at all. Where the branch
/// had got something else too, `taken_in` holds more than what lay there: then the version before is remembered.
pub fn as_read<T: PartialEq>(old: Option<T>, committed: Option<T>, taken_in: Option<Option<T>>) -> Option<T> {
    match taken_in {
        Some(taken_in) if committed == old => taken_in,
        _ => old,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Versions<char> = Versions {
        lies: None,
        want: None,
        old: None,
        taken: None,
        committed: None,
    };

    fn versions(lies: char, want: char, old: char) -> Versions<char> {
        Versions {
            lies: Some(lies),
            want: Some(want),
            old: Some(old),
            committed: Some(old),
            ..NONE
        }
    }

    #[test]
    fn only_what_is_known_makes_room() {
        assert_eq!(versions('w', 'w', 'o').step(false), Step::Stands);
        assert_eq!(versions('o', 'w', 'o').step(false), Step::Write);
        assert_eq!(versions('x', 'w', 'o').step(false), Step::Edited);
        let taken = Versions {
            taken: Some('t'),
            ..versions('t', 'w', 'o')
        };
        assert_eq!(taken.step(false), Step::Write);
        let put_back = Versions {
            lies: Some('o'),
            ..taken
        };
        assert_eq!(put_back.step(false), Step::Edited);
        let committed = Versions {
            committed: Some('o'),
            old: Some('n'),
            ..put_back
        };
        assert_eq!(committed.step(false), Step::Write);
        let gone = Versions {
            lies: None,
            ..versions('x', 'w', 'o')
        };
        assert_eq!(gone.step(false), Step::Write);
    }

    #[test]
    fn what_nobody_committed_makes_room_and_is_kept() {
        let beside = Versions {
            lies: Some('x'),
            want: Some('w'),
            ..NONE
        };
        assert_eq!(beside.step(false), Step::Aside);
        assert_eq!(beside.step(true), Step::Edited);
        let taken = Versions {
            taken: Some('t'),
            ..beside
        };
        assert_eq!(taken.step(false), Step::Edited);
        let goes = Versions {
            want: None,
            ..versions('x', 'w', 'o')
        };
        assert_eq!(goes.step(false), Step::Edited);
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
