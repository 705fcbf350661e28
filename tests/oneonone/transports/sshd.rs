//! OpenSSH's server and agent, with keys of their own.

use std::fs;
use std::path::{Path, PathBuf};

use crate::world::{Person, script, search_path};

use super::servers::{Daemon, free_port, listens, program, set_up, wait_for};

/// The name that the server's key is known by, whatever port leads to it.
const NAME: &str = "oneonone-test";

pub(super) struct Sshd {
    pub(super) port: u16,
    dir: PathBuf,
    ssh: PathBuf,
    _daemons: Vec<Daemon>,
}

/// How a person comes to be let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Login {
    /// By a key that an agent holds.
    Agent,
    /// By a host of the configuration.
    Alias,
    /// By a command of their own.
    Command,
    /// By a key that the configuration names.
    Identity,
}

impl Sshd {
    pub(super) fn start(root: &Path) -> Result<Self, String> {
        let sshd = program("sshd")?;
        let keygen = program("ssh-keygen")?;
        let (agent, add, ssh) = (program("ssh-agent")?, program("ssh-add")?, program("ssh")?);
        let dir = root.join("ssh");
        fs::create_dir(&dir).unwrap();
        let at = |name: &str| dir.join(name).to_str().unwrap().to_owned();
        for key in ["host", "good", "wrong"] {
            set_up(
                &keygen,
                &["-q", "-t", "ed25519", "-N", "", "-C", key, "-f", &at(key)],
                &[],
            );
        }
        fs::copy(at("good.pub"), at("authorized_keys")).unwrap();
        let host = fs::read_to_string(at("host.pub")).unwrap();
        fs::write(at("known_hosts"), format!("{NAME} {host}")).unwrap();
        fs::write(at("nobody_known"), "").unwrap();
        // A session is Git and nothing of this machine; it says when a push begins.
        let serve = format!(
            "set -- \"$SSH_ORIGINAL_COMMAND\"\n\
             case \"$1\" in git-receive-pack*) repo=${{1#git-receive-pack \\'}}; touch \"${{repo%\\'}}/pushing\";; esac\n\
             exec env -i PATH='{}' HOME='{}' GIT_PROTOCOL=\"$GIT_PROTOCOL\" sh -c \"$1\"",
            search_path().to_str().unwrap(),
            dir.display()
        );
        script(&dir.join("serve"), &serve);
        let port = free_port();
        let config = [
            format!("ListenAddress 127.0.0.1:{port}"),
            format!("HostKey {}", at("host")),
            format!("AuthorizedKeysFile {}", at("authorized_keys")),
            format!("ForceCommand {}", at("serve")),
            // Else the login's shell would read its start-up files, which are of this machine and may be slow.
            format!("SetEnv HOME={}", dir.display()),
            "PidFile none\nStrictModes no\nPermitRootLogin yes\nLogLevel VERBOSE\nAcceptEnv GIT_PROTOCOL"
                .to_owned(),
            "PasswordAuthentication no\nKbdInteractiveAuthentication no\nMaxStartups 200".to_owned(),
        ];
        fs::write(at("config"), config.join("\n") + "\n").unwrap();
        // As root it wants this folder, which a machine that never started it lacks.
        let _ = fs::create_dir("/run/sshd");
        let mut daemons = vec![Daemon::start(
            &dir.join("log"),
            &sshd,
            &["-D", "-e", "-f", &at("config")],
            &[],
        )];
        for key in ["good", "wrong"] {
            let socket = at(&format!("agent-{key}"));
            daemons.push(Daemon::start(
                &dir.join("log"),
                &agent,
                &["-D", "-a", &socket],
                &[],
            ));
            wait_for("ssh-agent", || Path::new(&socket).exists())?;
            set_up(&add, &["-q", &at(key)], &[("SSH_AUTH_SOCK", &socket)]);
        }
        wait_for("sshd", || listens(port))?;
        Ok(Self {
            port,
            dir,
            ssh,
            _daemons: daemons,
        })
    }

    /// Where `person` finds a repository behind `port`, logging in with the right key or a wrong one, knowing the
    /// server's key or not.
    pub(super) fn address(
        &self,
        person: &mut Person,
        login: Login,
        (port, repository): (u16, &Path),
        (right, known): (bool, bool),
    ) -> String {
        let key = if right { "good" } else { "wrong" };
        let hosts = self.dir.join(if known { "known_hosts" } else { "nobody_known" });
        let identity = self.dir.join(key);
        let named = format!("IdentityFile {}\nIdentitiesOnly yes\n", identity.display());
        let trust = format!(
            "HostKeyAlias {NAME}\nGlobalKnownHostsFile /dev/null\nUserKnownHostsFile {}\n",
            hosts.display()
        );
        let mut address = format!("ssh://127.0.0.1:{port}{}", repository.display());
        let config = match login {
            Login::Agent => {
                let socket = self.dir.join(format!("agent-{key}"));
                set(person, "SSH_AUTH_SOCK", socket.to_str().unwrap());
                format!("IdentityFile /dev/null\n{trust}")
            }
            Login::Identity => named + &trust,
            Login::Alias => {
                address = format!("one-on-one:{}", repository.display());
                format!("Host one-on-one\nHostName 127.0.0.1\nPort {port}\n{named}{trust}")
            }
            Login::Command => {
                let options: Vec<String> = (named + &trust)
                    .lines()
                    .map(|line| format!(" -o '{line}'"))
                    .collect();
                set(person, "GIT_SSH_COMMAND", &format!("ssh{}", options.concat()));
                String::new()
            }
        };
        fs::create_dir_all(person.home.join(".ssh")).unwrap();
        fs::write(person.home.join(".ssh/config"), config).unwrap();
        // ssh looks up the home of the login, never HOME: the configuration must be named to it.
        let bin = person.home.join("bin");
        let ssh = format!("exec '{}' -F \"$HOME/.ssh/config\" \"$@\"", self.ssh.display());
        script(&bin.join("ssh"), &ssh);
        let mut path = std::ffi::OsString::from(&bin);
        path.push(":");
        path.push(search_path());
        set(person, "PATH", path.to_str().unwrap());
        address
    }

    /// How many logins the server has seen since it has been running.
    pub(super) fn handshakes(&self) -> usize {
        let log = fs::read_to_string(self.dir.join("log")).unwrap();
        log.matches("Accepted publickey").count()
    }
}

fn set(person: &mut Person, name: &str, value: &str) {
    person.env.retain(|(n, _)| n != name);
    person.env.push((name.to_owned(), value.to_owned()));
}
