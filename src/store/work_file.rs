//! Files of a work tree, beyond their bytes: links, modes, folders that get empty.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::error::StoreError;
#[cfg(unix)]
use super::save::{create_folder, unlink};

/// Which kind of file stands at a path, and where a link points. None where there is no file.
///
/// # Errors
/// When it cannot be read, or it is something else.
pub fn read_work_file(full: &Path) -> Result<Option<WorkFile>, StoreError> {
    let data = match fs::symlink_metadata(full) {
        Ok(data) => data,
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
        Err(e) => return Err(StoreError::io("look at", full)(e)),
    };
    if data.is_symlink() {
        let to = fs::read_link(full).map_err(StoreError::io("read the link", full))?;
        return Ok(Some(WorkFile::Link(to.to_string_lossy().into_owned())));
    }
    if data.is_file() {
        return Ok(Some(WorkFile::Regular));
    }
    let (path, why) = (full.to_owned(), "no regular file stands in its place");
    Err(StoreError::Unsafe { path, why })
}

/// A file of the work tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkFile {
    /// A regular file.
    Regular,
    /// A symbolic link, and where it points.
    Link(String),
}

/// Removes the folders of a file up to `top`, as far as they are empty.
pub fn remove_empty_folders(full: &Path, top: &Path) {
    let mut folder = full.parent();
    while let Some(dir) = folder.filter(|dir| *dir != top) {
        // The system refuses to remove a folder that holds something.
        if fs::remove_dir(dir).is_err() {
            break;
        }
        folder = dir.parent();
    }
}

/// Puts a symbolic link in the place of a file. A system without links gets a file that holds the target.
///
/// # Errors
/// When the target is no path, or the link cannot be made.
#[cfg(unix)]
pub(super) fn save_link(full: &Path, target: &[u8]) -> Result<(), StoreError> {
    let to = String::from_utf8_lossy(target);
    if to.is_empty() || to.contains('\0') {
        return Err(StoreError::io("make the link", full)(
            ErrorKind::InvalidInput.into(),
        ));
    }
    unlink(full)?;
    if let Some(folder) = full.parent() {
        create_folder(folder)?;
    }
    std::os::unix::fs::symlink(&*to, full).map_err(StoreError::io("make the link", full))
}

/// Puts a file that holds the target of a link into its place: this system has no links.
///
/// # Errors
/// When it cannot be written.
#[cfg(not(unix))]
pub(super) fn save_link(full: &Path, target: &[u8]) -> Result<(), StoreError> {
    super::save::save_file(full, target)
}

/// Lets everybody run a file who can read it, or nobody.
///
/// # Errors
/// When its mode cannot be read or set.
#[cfg(unix)]
pub fn set_executable(full: &Path, executable: bool) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt;
    let data = fs::metadata(full).map_err(StoreError::io("look at", full))?;
    let old = data.permissions().mode();
    let new = match executable {
        true => old | (old & 0o444) >> 2,
        false => old & !0o111,
    };
    if new == old {
        return Ok(());
    }
    fs::set_permissions(full, fs::Permissions::from_mode(new))
        .map_err(StoreError::io("set the mode of", full))
}

/// Does nothing: this system has no such mode.
///
/// # Errors
/// Never.
#[cfg(not(unix))]
pub fn set_executable(_: &Path, _: bool) -> Result<(), StoreError> {
    Ok(())
}
