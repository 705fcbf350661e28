//! A real sshd on loopback, of its own: its keys, its port, its configuration.

use std::cell::Cell;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::host::sh;

pub(crate) struct Server {
    child: Child,
    folder: PathBuf,
    port: u16,
    /// How many folders for connections there were.
    runtimes: Cell<usize>,
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
        // How durable a remote is stands in its own configuration.
        std::fs::write(folder.join(".gitconfig"), "[safe]\n\tdirectory = *\n").unwrap();
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
            runtimes: Cell::new(0),
        }
    }

    /// Gives a home the key.
    pub(crate) fn use_for(&self, home: &Path) {
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
    }

    /// A new folder for connections: nothing is open in it.
    pub(crate) fn new_runtime(&self) -> PathBuf {
        self.runtimes.set(self.runtimes.get() + 1);
        let path = runtime(self.runtimes.get());
        // `oneonone` puts no connection into a folder that others can enter.
        std::fs::DirBuilder::new().mode(0o700).create(&path).unwrap();
        path
    }

    /// How often somebody has connected.
    pub(crate) fn handshakes(&self) -> usize {
        let log = std::fs::read_to_string(self.folder.join("log")).unwrap();
        log.matches("Accepted publickey").count()
    }
}

/// A short path: that of a socket has its limits.
fn runtime(number: usize) -> PathBuf {
    std::env::temp_dir().join(format!("sbs-{}-{number}", std::process::id()))
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        for number in 1..=self.runtimes.get() {
            let _ = std::fs::remove_dir_all(runtime(number));
        }
    }
}
