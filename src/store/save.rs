//! Atomic, durable writes.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;

use super::error::StoreError;
use super::leftovers::{PREFIX, SUFFIX};

/// Writes a file whole: a temporary one beside it, made durable, renamed, and the folder made durable.
///
/// Folders on the way are made. Permissions of a file that is replaced are kept.
///
/// # Errors
/// When any step fails; the old content then stands as it was.
pub fn save_file(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    save(path, |file| write_all(file, path, bytes), false, || Ok(true))?;
    sync_folder_of(path)
}

pub(super) fn write_all(file: &mut File, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    file.write_all(bytes).map_err(StoreError::io("write", path))
}

/// Like [`save_file`], readable by its owner alone.
///
/// # Errors
/// When any step fails; the old content then stands as it was.
pub fn save_private_file(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    save(path, |file| write_all(file, path, bytes), true, || Ok(true))?;
    sync_folder_of(path)
}

/// Replaces a file as a whole, readable by its owner alone, and does not wait for the disk: what it held can be made
/// again.
///
/// # Errors
/// When any step fails; the old content then stands as it was.
pub fn replace_passing_file(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    replace(path, bytes, false)
}

/// Replaces a file that may fall back to its old content when the power goes, but never to a part of either.
///
/// # Errors
/// When any step fails; the old content then stands as it was.
pub(super) fn replace_whole_file(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    replace(path, bytes, true)
}

fn replace(path: &Path, bytes: &[u8], whole: bool) -> Result<(), StoreError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    create_private_folder(folder)?;
    let mut temporary = temporary_beside(path, folder)?;
    temporary
        .write_all(bytes)
        .map_err(StoreError::io("write", path))?;
    if whole {
        let file = temporary.as_file();
        file.sync_all().map_err(StoreError::io("make durable", path))?;
    }
    temporary
        .persist(path)
        .map(drop)
        .map_err(|e| StoreError::io("rename into place", path)(e.error))
}

pub(super) fn temporary_beside(path: &Path, folder: &Path) -> Result<tempfile::NamedTempFile, StoreError> {
    tempfile::Builder::new()
        .prefix(PREFIX)
        .suffix(SUFFIX)
        .tempfile_in(folder)
        .map_err(StoreError::io("write beside", path))
}

/// Like [`save_file`], executable.
///
/// # Errors
/// When any step fails; the old content then stands as it was, or the new one is not executable yet.
pub fn save_program(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    save_file(path, bytes)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755))
            .map_err(StoreError::io("set the mode of", path))?;
    }
    Ok(())
}

/// Writes a temporary file, makes it durable and renames it, if `still` says so in the last moment. Says whether it did.
/// The new name is not durable yet.
pub(super) fn save<E: From<StoreError>>(
    path: &Path,
    write: impl FnOnce(&mut File) -> Result<(), E>,
    private: bool,
    still: impl FnOnce() -> Result<bool, E>,
) -> Result<bool, E> {
    let folder = path.parent().unwrap_or(Path::new("."));
    if private {
        create_private_folder(folder)?
    } else {
        create_folder(folder)?
    }
    let mut temporary = temporary_beside(path, folder)?;
    write(temporary.as_file_mut())?;
    if !private {
        keep_mode(&temporary, path)?;
    }
    temporary
        .as_file()
        .sync_all()
        .map_err(StoreError::io("make durable", path))?;
    if !still()? {
        return Ok(false);
    }
    temporary
        .persist(path)
        .map_err(|e| StoreError::io("rename into place", path)(e.error))?;
    Ok(true)
}

fn sync_folder_of(path: &Path) -> Result<(), StoreError> {
    sync_folder(path.parent().unwrap_or(Path::new(".")))
}

/// The mode of the file that is replaced, or what the umask gives a new one; a temporary file is 0600.
#[cfg(unix)]
fn keep_mode(temporary: &tempfile::NamedTempFile, path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = match fs::symlink_metadata(path) {
        Ok(old) if old.is_file() => old.permissions().mode() & 0o777,
        // Asking for the umask changes it for the whole process.
        _ => 0o644,
    };
    let permissions = fs::Permissions::from_mode(mode);
    temporary
        .as_file()
        .set_permissions(permissions)
        .map_err(StoreError::io("set the mode of", path))
}

#[cfg(not(unix))]
fn keep_mode(_: &tempfile::NamedTempFile, _: &Path) -> Result<(), StoreError> {
    Ok(())
}

/// Removes a file, durably. One that is not there is no error.
///
/// # Errors
/// When the file cannot be removed.
pub fn remove_file(path: &Path) -> Result<(), StoreError> {
    match unlink(path)? {
        true => sync_folder_of(path),
        false => Ok(()),
    }
}

/// Removes a file, and says whether there was one. A power cut may still bring it back.
pub(super) fn unlink(path: &Path) -> Result<bool, StoreError> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(false),
        Err(e) => Err(StoreError::io("remove", path)(e)),
    }
}

/// Makes a folder with everything above it, each of them durably.
pub(super) fn create_folder(folder: &Path) -> Result<(), StoreError> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    let missing = folder
        .ancestors()
        .take_while(|folder| !folder.as_os_str().is_empty() && !folder.is_dir());
    let missing: Vec<&Path> = missing.collect();
    fs::create_dir_all(folder).map_err(StoreError::io("make the folder", folder))?;
    missing.into_iter().try_for_each(sync_folder_of)
}

/// Makes a folder that only its owner can enter, with everything above it; one that is there stays as it is.
///
/// # Errors
/// When it cannot be made.
pub fn create_private_folder(folder: &Path) -> Result<(), StoreError> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(StoreError::io("make the folder", folder))
}

#[cfg(unix)]
pub(super) fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let opened = File::open(folder).map_err(StoreError::io("open the folder", folder))?;
    match opened.sync_all() {
        // Some file systems cannot make a folder durable; they say so with this.
        Err(e) if e.kind() == ErrorKind::InvalidInput => Ok(()),
        result => result.map_err(StoreError::io("make durable", folder)),
    }
}

#[cfg(not(unix))]
pub(super) fn sync_folder(_: &Path) -> Result<(), StoreError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/agenda.toml");
        save_file(&path, b"one").unwrap();
        save_file(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        remove_file(&path).unwrap();
        remove_file(&path).unwrap();
        assert!(!path.exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_private_file_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/pins.toml");
        save_private_file(&path, b"x").unwrap();
        let mode = |p: &Path| fs::metadata(p).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        let shared = folder.path().join("agenda.toml");
        fs::write(&shared, "x").unwrap();
        fs::set_permissions(&shared, fs::Permissions::from_mode(0o664)).unwrap();
        save_file(&shared, b"y").unwrap();
        assert_eq!(mode(&shared), 0o664);
    }
}
