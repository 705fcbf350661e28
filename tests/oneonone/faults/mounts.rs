//! File systems of a test's own. Only root may mount them.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A mounted file system; dropping it unmounts it.
pub(super) struct Mounted(PathBuf);

impl Mounted {
    /// Mounts by `mount ARGUMENTS… FOLDER`; none where that is not permitted.
    pub(super) fn new(arguments: &[&str], folder: &Path) -> Option<Self> {
        std::fs::create_dir_all(folder).unwrap();
        let output = Command::new("mount").args(arguments).arg(folder).output().ok()?;
        output.status.success().then(|| Self(folder.to_owned()))
    }

    /// A small file system in memory.
    pub(super) fn memory(size: &str, folder: &Path) -> Option<Self> {
        Self::new(&["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"], folder)
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        for _ in 0..50 {
            let done = Command::new("umount").arg(&self.0).output();
            if done.is_ok_and(|output| output.status.success()) {
                return;
            }
            // A child of what was cut off may still stand there.
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
