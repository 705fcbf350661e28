//! Writing small private files so that neither a crash nor another process sees half of one.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use age::secrecy::{ExposeSecret, SecretBox};

/// Reads a regular file of at most `most` bytes; the bytes are wiped when dropped. The `File` is given for its mode.
///
/// # Errors
/// As the file system says; [`io::ErrorKind::FileTooLarge`] for more bytes.
pub(super) fn read(path: &Path, most: usize) -> io::Result<(SecretBox<Vec<u8>>, File)> {
    // Opening a pipe would wait for somebody to write.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    let file = File::open(path)?;
    let mut read = Ok(0);
    let bytes = SecretBox::<Vec<u8>>::init_with_mut(|bytes| {
        // Reserved at once: a vector that grows leaves copies behind.
        bytes.reserve_exact(most + 32);
        read = (&file).take(most as u64 + 1).read_to_end(bytes);
    });
    read?;
    if bytes.expose_secret().len() > most {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok((bytes, file))
}

/// Makes a new file of mode 0600, whole and durable or not at all.
///
/// # Errors
/// As the file system says; [`io::ErrorKind::AlreadyExists`] where there is one.
pub(super) fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = folder_of(path)?;
    let temporary = temporary(folder, bytes)?;
    temporary.persist_noclobber(path).map_err(|e| e.error)?;
    sync_folder(folder)
}

/// Puts a file of mode 0600 in place of what was there, whole and durable or not at all.
///
/// # Errors
/// As the file system says.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = folder_of(path)?;
    let temporary = temporary(folder, bytes)?;
    temporary.persist(path).map_err(|e| e.error)?;
    sync_folder(folder)
}

fn temporary(folder: &Path, bytes: &[u8]) -> io::Result<tempfile::NamedTempFile> {
    // Mode 0600, and removed again where anything fails.
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    temporary.write_all(bytes)?;
    temporary.as_file().sync_all()?;
    Ok(temporary)
}

/// The folder of a file, made with mode 0700 where it is missing.
fn folder_of(path: &Path) -> io::Result<&Path> {
    let folder = match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
        None => return Err(io::ErrorKind::InvalidInput.into()),
    };
    if !folder.is_dir() {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
        if let Some(above) = folder.parent().filter(|p| !p.as_os_str().is_empty()) {
            sync_folder(above)?;
        }
    }
    Ok(folder)
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}
