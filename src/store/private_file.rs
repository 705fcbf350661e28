//! Files that their owner alone may read: keys, and the keys of others that were pinned.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;
use zeroize::Zeroizing;

use super::error::StoreError;
use super::file_lock::Lock;
use super::leftovers::remove_from;
use super::save::{create_private_folder, save_private_file, sync_folder, temporary_beside};

/// A small file of mode 0600 that is written whole or not at all.
#[derive(Debug, Clone)]
pub struct PrivateFile {
    path: PathBuf,
    called: &'static str,
}

/// Why a private file could not be read or written. `called` says which it is, such as `identity file`; `doing` is a
/// verb, such as `write`.
#[derive(Debug, Error)]
#[expect(
    missing_docs,
    reason = "the messages and the names of the fields say what they are"
)]
pub enum PrivateFileError {
    #[error("there is no {called}")]
    Missing { called: &'static str },
    #[error("there is an {called} already")]
    Exists { called: &'static str },
    #[error("others can read the {called} (mode {mode:04o})")]
    Exposed { called: &'static str, mode: u32 },
    #[error("the {called} is larger than 64 KiB")]
    TooLarge { called: &'static str },
    #[error("could not {doing} the {called}")]
    Io {
        called: &'static str,
        doing: &'static str,
        source: io::Error,
    },
}

impl PrivateFile {
    /// Bytes in such a file.
    pub const LARGEST: usize = 64 * 1024;

    /// The file at `path`; errors call it `called`.
    pub fn new(path: PathBuf, called: &'static str) -> Self {
        Self { path, called }
    }

    /// Reads the file. The bytes are wiped when they are dropped.
    ///
    /// # Errors
    /// When there is none, when it is no regular file, when it is too large, or as the file system says.
    pub fn read(&self) -> Result<Zeroizing<Vec<u8>>, PrivateFileError> {
        self.opened().map(|(bytes, _)| bytes)
    }

    /// Like [`PrivateFile::read`], for a file that holds a secret.
    ///
    /// # Errors
    /// When others can read it too, or as [`PrivateFile::read`].
    pub fn read_secret(&self) -> Result<Zeroizing<Vec<u8>>, PrivateFileError> {
        let (bytes, file) = self.opened()?;
        match mode_of(&file).map_err(|e| self.io("read", e))? {
            mode if mode & 0o077 == 0 => Ok(bytes),
            mode => Err(PrivateFileError::Exposed {
                called: self.called,
                mode,
            }),
        }
    }

    fn opened(&self) -> Result<(Zeroizing<Vec<u8>>, File), PrivateFileError> {
        let called = self.called;
        let read = || -> io::Result<_> {
            // Opening a pipe would wait for somebody to write.
            if !fs::metadata(&self.path)?.is_file() {
                return Err(io::Error::new(ErrorKind::InvalidInput, "not a regular file"));
            }
            let file = File::open(&self.path)?;
            // Reserved at once: a vector that grows leaves copies behind.
            let mut bytes = Zeroizing::new(Vec::with_capacity(Self::LARGEST + 32));
            (&file).take(Self::LARGEST as u64 + 1).read_to_end(&mut bytes)?;
            Ok((bytes, file))
        };
        let (bytes, file) = read().map_err(|e| match e.kind() {
            ErrorKind::NotFound => PrivateFileError::Missing { called },
            _ => self.io("read", e),
        })?;
        if bytes.len() > Self::LARGEST {
            return Err(PrivateFileError::TooLarge { called });
        }
        Ok((bytes, file))
    }

    /// Makes the file, durably. One that is there is never overwritten.
    ///
    /// # Errors
    /// [`PrivateFileError::Exists`] where there is one; or as the file system says.
    pub fn create(&self, bytes: &[u8]) -> Result<(), PrivateFileError> {
        let made = || -> Result<(), StoreError> {
            let folder = self.durable_folder()?;
            // A key that a killed run left half made is nobody's. No lock: two that make a key at once are told so.
            remove_from(folder, 0);
            let mut temporary = temporary_beside(&self.path, folder)?;
            let write = StoreError::io("write", &self.path);
            temporary.write_all(bytes).map_err(write)?;
            let durable = StoreError::io("make durable", &self.path);
            temporary.as_file().sync_all().map_err(durable)?;
            let place = StoreError::io("rename into place", &self.path);
            temporary
                .persist_noclobber(&self.path)
                .map_err(|e| place(e.error))?;
            sync_folder(folder)
        };
        made().map_err(|e| self.unwritten(e))
    }

    /// Puts the bytes in place of those that were there, durably, under the lock of the folder. The folder is the
    /// program's own: temporary files of killed runs are removed from it.
    ///
    /// # Errors
    /// As the file system says, or when another command holds the lock for long; the old bytes then stand as they were.
    pub fn replace(&self, bytes: &[u8]) -> Result<(), PrivateFileError> {
        let saved = || {
            let folder = self.durable_folder()?;
            let _lock = Lock::take(&folder.join("lock"), Duration::from_secs(10))?;
            remove_from(folder, 0);
            save_private_file(&self.path, bytes)
        };
        saved().map_err(|e| self.unwritten(e))
    }

    /// The folder of the file. One that has to be made outlives a power cut, as the file does.
    fn durable_folder(&self) -> Result<&Path, StoreError> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let is_new = !folder.is_dir();
        create_private_folder(folder)?;
        if let Some(above) = folder.parent().filter(|_| is_new) {
            sync_folder(above)?;
        }
        Ok(folder)
    }

    fn unwritten(&self, e: StoreError) -> PrivateFileError {
        match e {
            StoreError::Io { source, .. } if source.kind() == ErrorKind::AlreadyExists => {
                PrivateFileError::Exists { called: self.called }
            }
            StoreError::Io { source, .. } => self.io("write", source),
            other => self.io("write", io::Error::other(other)),
        }
    }

    fn io(&self, doing: &'static str, source: io::Error) -> PrivateFileError {
        PrivateFileError::Io {
            called: self.called,
            doing,
            source,
        }
    }
}

#[cfg(unix)]
fn mode_of(file: &File) -> io::Result<u32> {
    use std::os::unix::fs::PermissionsExt;
    Ok(file.metadata()?.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
fn mode_of(_: &File) -> io::Result<u32> {
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: PathBuf) -> PrivateFile {
        PrivateFile::new(path, "identity file")
    }

    #[test]
    fn a_new_file_is_its_owners_alone_and_overwrites_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep").join("identity");
        let identity = file(path.clone());
        assert!(matches!(
            identity.read_secret(),
            Err(PrivateFileError::Missing { .. })
        ));
        identity.create(b"one").unwrap();
        assert_eq!(identity.read_secret().unwrap().as_slice(), b"one");
        assert!(matches!(
            identity.create(b"two"),
            Err(PrivateFileError::Exists { .. })
        ));
        assert_eq!(identity.read().unwrap().as_slice(), b"one");
        fs::write(path.with_file_name(".oneonone-a1B2c3.tmp"), "of a killed run").unwrap();
        identity.replace(b"three").unwrap();
        assert_eq!(identity.read().unwrap().as_slice(), b"three");
        let items = fs::read_dir(path.parent().unwrap()).unwrap();
        let mut names: Vec<_> = items.map(|item| item.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["identity", "lock"], "no temporary file stays");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |p: &Path| fs::metadata(p).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
            let exposed = identity.read_secret().unwrap_err();
            assert!(matches!(exposed, PrivateFileError::Exposed { mode: 0o640, .. }));
            assert_eq!(
                exposed.to_string(),
                "others can read the identity file (mode 0640)"
            );
            assert!(identity.read().is_ok());
        }
    }

    #[test]
    fn a_huge_file_and_a_folder_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let identity = file(folder.path().join("identity"));
        identity.create(&[b'#'; PrivateFile::LARGEST + 1]).unwrap();
        assert!(matches!(identity.read(), Err(PrivateFileError::TooLarge { .. })));
        let of_folder = file(folder.path().to_owned()).read().unwrap_err();
        assert!(matches!(of_folder, PrivateFileError::Io { .. }));
    }
}
