//! One ssh connection for every call of a minute: ssh's own multiplexing. A handshake costs more than all the rest of a
//! sync (docs/architecture.md#speed).

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::address::Host;
use crate::git::process::{self, ExitState, RunOptions};

/// How long a connection stays open after its last use, in seconds.
const PERSIST: u32 = 60;
/// How long ssh may take to say how it would connect: a `Match exec` of the user's may run.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest path of a socket that every system takes, in bytes.
const LONGEST_PATH: usize = 103;
/// The suffix that ssh puts after the name of a socket while it makes it.
const SUFFIX: usize = 17;
/// The hexadecimal digits that `%C` stands for.
const PERCENT_C: usize = 40;

/// Where the connection to a host waits for the next call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Connection {
    folder: PathBuf,
    /// Names everything that ssh would connect by: two hosts of the configuration that are one machine with two keys
    /// do not share a connection.
    name: String,
}

impl Connection {
    /// The connection to a host; none where there is no safe place for it, or where the user's own configuration
    /// shares connections already.
    pub(super) fn to(host: &Host) -> Option<Connection> {
        static KNOWN: Mutex<Option<HashMap<Host, Option<Connection>>>> = Mutex::new(None);
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        known
            .get_or_insert_default()
            .entry(host.clone())
            .or_insert_with(|| Self::find(host))
            .clone()
    }

    fn find(host: &Host) -> Option<Connection> {
        let dump = settings(host)?;
        if shares(&dump) {
            return None;
        }
        let mut hash = Sha256::new();
        hash.update(&dump);
        // A new agent is another person at the same machine.
        hash.update(
            std::env::var_os("SSH_AUTH_SOCK")
                .unwrap_or_default()
                .as_encoded_bytes(),
        );
        let digest = hash.finalize();
        Some(Connection {
            folder: folder()?,
            name: digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect(),
        })
    }

    /// The options for ssh. `%C` is ssh's own digest of the host that it does connect to.
    pub(super) fn options(&self) -> OsString {
        let path = self.folder.join(&self.name);
        let options = [
            "ControlMaster=auto".to_owned(),
            format!("ControlPersist={PERSIST}"),
            format!("ControlPath={}%C", path.display()),
            // A connection that stays open carries Git, and holds no port of the user's.
            "ClearAllForwardings=yes".to_owned(),
            // A network that is gone is noticed within a quarter of a minute.
            "ServerAliveInterval=5".to_owned(),
            "ServerAliveCountMax=2".to_owned(),
        ];
        options.map(|option| format!(" -o{option}")).concat().into()
    }

    /// No later call uses this connection; a call that does at this moment goes on.
    pub(super) fn forget(&self) {
        for socket in self.sockets() {
            let _ = fs::remove_file(socket);
        }
    }

    fn sockets(&self) -> Vec<PathBuf> {
        let items = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        items
            .filter(|item| item.file_name().to_string_lossy().starts_with(&self.name))
            .map(|item| item.path())
            .collect()
    }
}

/// The settings that ssh would connect by, as it says itself.
fn settings(host: &Host) -> Option<Vec<u8>> {
    let mut command = Command::new("ssh");
    command.arg("-G");
    if let Some(port) = &host.port {
        command.args(["-p", port]);
    }
    command.arg("--").arg(&host.name);
    let run = process::run(command, None, PATIENCE, RunOptions::default()).ok()?;
    (run.ended == ExitState::Code(0) && !run.cut).then_some(run.stdout)
}

/// Whether the user's own configuration shares connections.
fn shares(dump: &[u8]) -> bool {
    String::from_utf8_lossy(dump).lines().any(|line| {
        let (key, value) = line.split_once(' ').unwrap_or((line, ""));
        match key.to_ascii_lowercase().as_str() {
            "controlpath" => value != "none",
            "controlmaster" => !matches!(value, "false" | "no"),
            _ => false,
        }
    })
}

/// A folder that nobody else can enter: of this login, else among the temporary files.
#[cfg(unix)]
fn folder() -> Option<PathBuf> {
    let uid = rustix::process::geteuid().as_raw();
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let own = runtime
        .filter(|dir| dir.is_absolute() && private(dir, uid))
        .map(|dir| dir.join("oneonone"));
    let name = format!("oneonone-{uid}");
    let places = [
        Some(std::env::temp_dir().join(&name)),
        Some(Path::new("/tmp").join(name)),
    ];
    std::iter::once(own)
        .chain(places)
        .flatten()
        .find(|dir| fits(dir) && made(dir, uid))
}

#[cfg(not(unix))]
fn folder() -> Option<PathBuf> {
    None
}

/// Whether a socket in the folder has a name that the system takes, and that needs no quotes anywhere.
fn fits(dir: &Path) -> bool {
    let longest = dir.as_os_str().len() + 1 + 12 + PERCENT_C + SUFFIX;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
    longest <= LONGEST_PATH
        && dir
            .to_str()
            .is_some_and(|dir| dir.starts_with('/') && dir.chars().all(plain))
}

#[cfg(unix)]
fn made(dir: &Path, uid: u32) -> bool {
    use std::os::unix::fs::DirBuilderExt;
    // It may be there already, of an earlier call or of somebody else: what counts is whose it is now.
    let _ = fs::DirBuilder::new().mode(0o700).create(dir);
    private(dir, uid) && dir.ancestors().skip(1).all(|above| stays(above, uid))
}

/// Whether nobody else can put another folder in the place of one that lies in this one.
#[cfg(unix)]
fn stays(folder: &Path, uid: u32) -> bool {
    use std::os::unix::fs::MetadataExt;
    const STICKY: u32 = 0o1000;
    fs::metadata(folder).is_ok_and(|meta| {
        [0, uid].contains(&meta.uid()) && (meta.mode() & 0o022 == 0 || meta.mode() & STICKY != 0)
    })
}

/// Whether it is a folder of my own that nobody else can enter. A symbolic link is none.
#[cfg(unix)]
fn private(dir: &Path, uid: u32) -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::symlink_metadata(dir).is_ok_and(|meta| meta.is_dir() && meta.uid() == uid && meta.mode() & 0o077 == 0)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt, symlink};

    use super::*;

    #[test]
    fn the_users_own_sharing_is_left_alone() {
        assert!(!shares(b"host x\ncontrolmaster false\nport 22\n"));
        assert!(!shares(b"controlmaster no\ncontrolpath none\n"));
        assert!(shares(b"controlmaster auto\n"));
        assert!(shares(b"controlmaster false\ncontrolpath /home/ana/.ssh/%C\n"));
    }

    #[test]
    fn a_folder_is_used_only_where_nobody_else_gets_in() {
        let dir = tempfile::tempdir().unwrap();
        let uid = rustix::process::geteuid().as_raw();
        let at = |name: &str| dir.path().join(name);
        assert!(made(&at("new"), uid) && made(&at("new"), uid));
        assert!(!made(&at("new"), uid + 1), "another's");
        fs::DirBuilder::new().mode(0o755).create(at("open")).unwrap();
        fs::set_permissions(at("open"), fs::Permissions::from_mode(0o755)).unwrap();
        assert!(!made(&at("open"), uid));
        symlink(at("new"), at("link")).unwrap();
        assert!(!made(&at("link"), uid));
        assert!(!made(&at("no/such"), uid));
        fs::create_dir(at("shared")).unwrap();
        fs::set_permissions(at("shared"), fs::Permissions::from_mode(0o777)).unwrap();
        assert!(!made(&at("shared/new"), uid), "anybody can rename it");
        fs::set_permissions(at("shared"), fs::Permissions::from_mode(0o1777)).unwrap();
        assert!(made(&at("shared/new"), uid));
    }

    #[test]
    fn a_path_that_is_too_long_or_odd_is_not_used() {
        assert!(fits(Path::new("/run/user/1000/oneonone")));
        assert!(fits(Path::new("/tmp/oneonone-4294967294")));
        assert!(!fits(Path::new(
            "/var/folders/zz/zyxvpxvq6csfxvn_n0000000000000/T/oneonone-501"
        )));
        assert!(!fits(Path::new("/tmp/a b")) && !fits(Path::new("tmp")));
    }

    #[test]
    fn a_connection_is_forgotten_alone() {
        let dir = tempfile::tempdir().unwrap();
        let connection = |name: &str| Connection {
            folder: dir.path().to_owned(),
            name: name.to_owned(),
        };
        let (one, other) = (connection("0123456789ab"), connection("ba9876543210"));
        one.forget();
        fs::write(dir.path().join("0123456789ab5f5f"), "").unwrap();
        fs::write(dir.path().join("ba98765432105f5f"), "").unwrap();
        one.forget();
        assert!(one.sockets().is_empty() && other.sockets().len() == 1);
    }
}
