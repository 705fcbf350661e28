//! A real sshd on loopback, of its own: its keys, its port, its configuration.

use std::cell::Cell;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::host::{oneonone, sh};
use super::twins::World;

pub(crate) struct Server {
    child: Child,
    folder: PathBuf,
    port: u16,
    runtime: Cell<usize>,
}

impl Server {
    /// Starts it below a folder.
    pub(crate) fn start(root: &Path) -> Self {
        let folder = root.join("sshd");
        std::fs::create_dir_all(&folder).unwrap();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        for key in ["host", "user"] {
            sh(
                &folder,
                &folder,
                &format!("ssh-keygen -q -t ed25519 -N '' -f {key}"),
            );
        }
        sh(
            &folder,
            &folder,
            "cp user.pub authorized; mkdir -p /run/sshd 2>/dev/null || true",
        );
        let config = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {0}/host\nAuthorizedKeysFile {0}/authorized\nPidFile none\n\
             StrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\nMaxStartups 100\nMaxSessions 100\n\
             SetEnv HOME={0}\n",
            folder.display()
        );
        std::fs::write(folder.join("config"), config).unwrap();
        std::fs::write(
            folder.join(".gitconfig"),
            "[core]\n\tfsync = all\n[safe]\n\tdirectory = *\n",
        )
        .unwrap();
        let child = Command::new("/usr/sbin/sshd")
            .args(["-D", "-e", "-f"])
            .arg(folder.join("config"))
            .stderr(std::fs::File::create(folder.join("log")).unwrap())
            .stdin(Stdio::null())
            .spawn()
            .expect("sshd, of Debian's openssh-server");
        let until = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < until, "sshd does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self {
            child,
            folder,
            port,
            runtime: Cell::new(0),
        }
    }

    /// Gives a home the key, and a clone the address.
    pub(crate) fn use_for(&self, home: &Path, clone: &Path, remote: &Path) {
        std::fs::create_dir_all(home.join("bin")).unwrap();
        let config = format!(
            "Host *\n  Port {}\n  IdentityFile {}/user\n  IdentitiesOnly yes\n  StrictHostKeyChecking no\n  \
             UserKnownHostsFile {}/known_hosts\n  LogLevel ERROR\n",
            self.port,
            self.folder.display(),
            home.display()
        );
        std::fs::write(home.join("ssh_config"), config).unwrap();
        // ssh looks for its configuration in the account's home, not in $HOME.
        let wrapper = home.join("bin/ssh");
        std::fs::write(
            &wrapper,
            format!(
                "#!/bin/sh\nexec /usr/bin/ssh -F {}/ssh_config \"$@\"\n",
                home.display()
            ),
        )
        .unwrap();
        sh(home, home, "chmod +x bin/ssh");
        let url = format!("ssh://127.0.0.1{}", remote.display());
        sh(home, clone, &format!("git remote set-url origin {url}"));
    }

    /// From now on no connection is open: the next sync finds an empty folder for them.
    pub(crate) fn close_connections(&self) {
        self.runtime.set(self.runtime.get() + 1);
    }

    /// The folder that connections lie in.
    pub(crate) fn runtime(&self) -> PathBuf {
        let path = std::env::temp_dir().join(format!("oob-{}-{}", std::process::id(), self.runtime.get()));
        std::fs::create_dir_all(&path).unwrap();
        path
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        for number in 0..=self.runtime.get() {
            let path = std::env::temp_dir().join(format!("oob-{}-{number}", std::process::id()));
            let _ = std::fs::remove_dir_all(path);
        }
    }
}

/// Copies of a clone and its remote, under numbers, known to `oneonone`.
pub(crate) fn many(server: &Server, world: &World, pairs: usize) {
    for number in 1..=pairs {
        let (clone, remote) = (
            world.home.join(format!("pair-{number}")),
            world.home.join(format!("remote-{number}.git")),
        );
        let line = format!(
            "cp -a clone pair-{number}; cp -a '{}' remote-{number}.git",
            world.remote.display()
        );
        sh(&world.home, &world.home, &line);
        server.use_for(&world.home, &clone, &remote);
        sh(&world.home, &clone, "git status -s");
        oneonone(
            &world.home,
            &world.home,
            &["pairs", "add", clone.to_str().unwrap()],
        );
    }
    oneonone(&world.home, &world.home, &["pairs", "forget", "sam"]);
}
