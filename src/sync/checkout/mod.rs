//! A write-out: a commit becomes the files of the folder and the tip of the branch (docs/sync.md#write-out).
//!
//! The order of its steps is one function over a narrow interface, a [`WorkingCopy`]. A run may die between any two of
//! them: the note that stands from the first file to the last step says how to go on.

mod checked_out;
mod concurrent;
mod file;
mod git_checkout;
mod git_working_copy;
mod kept_edits;
mod overwrite;
mod recover;

use super::error::SyncError;
use overwrite::Overwrite;

pub use checked_out::CheckedOut;
pub(super) use concurrent::{filled_in, half_written, steps_to};
pub(super) use git_checkout::GitCheckout;
pub(super) use kept_edits::{commit_what_came, with_what_came};
pub use overwrite::{Versions, as_read};
pub use recover::{Recovery, recovered_commit};
pub(super) use recover::{clear_up, finish_dead_run};

/// How a file of the working copy looks.
pub enum FileState<V> {
    /// Several places have it so.
    Known(Versions<V>),
    /// It is not ours to write.
    NotOurs,
    /// Nobody can say how it looks, or nothing can stand there.
    Unknown,
}

/// How the writing of a file went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileOutcome {
    /// The folder has it as the commit does.
    Written,
    /// Somebody edited it in the last moment.
    Edited,
    /// It cannot be written here.
    LeftAlone,
}

/// The folder, the branch and the notes of a clone, while one commit is written out into them.
///
/// # Errors
/// Each step fails where the disk does; more reasons stand at the step.
pub trait WorkingCopy {
    /// The bytes of a file, or the id of them.
    type Version: PartialEq;

    /// Whether a file, the branch or a note differs from what the commit says.
    fn has_work(&self) -> Result<bool, SyncError>;

    /// Keeps other programs from the index and the branch. False where one has moved the branch.
    ///
    /// # Errors
    /// When another program holds a lock, or another branch is checked out.
    fn lock(&mut self) -> Result<bool, SyncError>;

    /// Makes the commit durable, and then a note that says what is being written.
    fn begin(&mut self) -> Result<(), SyncError>;

    /// The files to look at, in the order in which they are written. Files that go come first: a folder makes room for
    /// a file of its name.
    fn paths(&self) -> Result<Vec<String>, SyncError>;

    /// Looks at a file.
    fn look(&mut self, path: &str) -> Result<FileState<Self::Version>, SyncError>;

    /// Moves a file that nobody committed out of the way: its new name, or none where no file can have one.
    fn move_aside(&mut self, path: &str) -> Result<Option<String>, SyncError>;

    /// Writes or removes a file, if the folder still has it as it was looked at (none for no file).
    fn write(&mut self, path: &str, in_folder: Option<Self::Version>) -> Result<FileOutcome, SyncError>;

    /// Notes that a file stays as somebody edited it, so that a run that completes this one knows which version was read.
    fn keep_edit(&mut self, path: &str) -> Result<(), SyncError>;

    /// Moves the branch, if it still is where it was. False where it is not.
    fn move_branch(&mut self) -> Result<bool, SyncError>;

    /// Remembers what the folder holds: the commit's files, and the files that were `left` as they were when they were
    /// read.
    fn remember(&mut self, left: &[String]) -> Result<(), SyncError>;

    /// Refreshes what is made from the commit and may be made again, such as the index. The files that it left alone.
    fn refresh(&mut self) -> Result<Vec<String>, SyncError>;

    /// Removes the note.
    fn end(&mut self) -> Result<(), SyncError>;
}

/// Writes a commit out. None where another program moved the branch: nothing is lost then, and the note stands.
///
/// # Errors
/// When a step fails. If the note stands by then, the next command completes the write-out.
pub fn check_out<W: WorkingCopy>(copy: &mut W) -> Result<Option<CheckedOut>, SyncError> {
    let mut checked_out = CheckedOut::default();
    if !copy.has_work()? {
        copy.remember(&[])?;
        return Ok(Some(checked_out));
    }
    if !copy.lock()? {
        return Ok(None);
    }
    copy.begin()?;
    for path in copy.paths()? {
        check_out_file(copy, path, &mut checked_out)?;
    }
    if !copy.move_branch()? {
        return Ok(None);
    }
    let left: Vec<String> = checked_out.not_as_committed().cloned().collect();
    copy.remember(&left)?;
    checked_out.left_alone.extend(copy.refresh()?);
    copy.end()?;
    Ok(Some(checked_out))
}

/// Brings one file to what the commit has, unless somebody edited it after it had been read.
fn check_out_file<W: WorkingCopy>(
    copy: &mut W,
    path: String,
    checked_out: &mut CheckedOut,
) -> Result<(), SyncError> {
    let is_record = crate::model::RecordPath::parse(&path).is_some();
    let outcome = match copy.look(&path)? {
        FileState::NotOurs => return Ok(()),
        FileState::Unknown => FileOutcome::LeftAlone,
        FileState::Known(versions) => match versions.overwrite(is_record) {
            Overwrite::UpToDate => return Ok(()),
            Overwrite::KeepEdit => FileOutcome::Edited,
            Overwrite::Write => copy.write(&path, versions.in_folder)?,
            Overwrite::MoveAside => match copy.move_aside(&path)? {
                None => FileOutcome::LeftAlone,
                Some(to) => {
                    checked_out.moved_aside.push((path.clone(), to));
                    copy.write(&path, None)?
                }
            },
        },
    };
    match outcome {
        FileOutcome::Written => {}
        FileOutcome::Edited => {
            copy.keep_edit(&path)?;
            checked_out.edited_after_read.push(path);
        }
        FileOutcome::LeftAlone => checked_out.left_alone.push(path),
    }
    Ok(())
}
