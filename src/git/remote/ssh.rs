//! The user's own ssh, told not to wait.

use std::env::var_os;
use std::ffi::OsString;

use super::address::{may_be_ssh, ssh_host};
use super::connection::Connection;
use super::{Error, Repository};
use crate::git::config::setting;

/// How Git is to run ssh.
#[derive(Default)]
pub(super) struct Ssh {
    /// The user's own command, or plain `ssh`; none where it is a program that does not take our options.
    command: Option<OsString>,
    /// The connection that calls share; never where the user named a command.
    pub(super) connection: Option<Connection>,
}

impl Ssh {
    /// The ssh that the user has set up, for an address that Git would connect to.
    pub(super) fn of(repository: Option<&Repository>, address: &str) -> Result<Ssh, Error> {
        if !may_be_ssh(address) {
            return Ok(Ssh::default());
        }
        let Some(command) = users_command(repository)? else {
            return Ok(Ssh::default());
        };
        let own = command.is_some();
        Ok(Ssh {
            command: Some(command.unwrap_or_else(|| "ssh".into())),
            connection: ssh_host(address)
                .filter(|_| !own)
                .and_then(|host| Connection::to(&host)),
        })
    }

    /// The value for `GIT_SSH_COMMAND`, with our options at the end. The first value of an option counts for ssh, so
    /// the user's own stays.
    pub(super) fn command(&self, interactive: bool, connect_timeout: u64) -> Option<OsString> {
        let mut command = self.command.clone()?;
        command.push(format!(" -oConnectTimeout={connect_timeout}"));
        if !interactive {
            command.push(" -oBatchMode=yes");
        }
        if let Some(connection) = &self.connection {
            command.push(connection.options());
        }
        Some(command)
    }
}

/// The command that the user named, if any. None at all where ssh is something that does not take ssh's options.
fn users_command(repository: Option<&Repository>) -> Result<Option<Option<OsString>>, Error> {
    let config = |key: &str| setting(repository, key);
    let variant = match var_os("GIT_SSH_VARIANT") {
        Some(variant) => Some(variant),
        None => config("ssh.variant")?.map(OsString::from),
    };
    if variant.is_some_and(|variant| variant != "ssh" && variant != "auto") {
        return Ok(None);
    }
    let set = match var_os("GIT_SSH_COMMAND") {
        Some(command) => Some(command),
        None => config("core.sshCommand")?.map(OsString::from),
    };
    let command = set.or_else(|| var_os("GIT_SSH").map(|program| quoted(&program)));
    let fits = command
        .as_ref()
        .is_none_or(|command| takes_options(&command.to_string_lossy()));
    Ok(fits.then_some(command))
}

fn quoted(program: &OsString) -> OsString {
    let mut quoted = OsString::from("'");
    quoted.push(program.to_string_lossy().replace('\'', r"'\''"));
    quoted.push("'");
    quoted
}

fn takes_options(command: &str) -> bool {
    let program = command
        .trim_start_matches(['\'', '"', ' '])
        .split(['\'', '"', ' '])
        .next()
        .unwrap_or_default();
    let name = program
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    !matches!(name.trim_end_matches(".exe"), "plink" | "putty" | "tortoiseplink")
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::Fixture;
    use super::*;

    #[test]
    fn options_follow_the_users_command() {
        let f = Fixture::new();
        f.git(&["config", "core.sshCommand", "ssh -i key"]);
        let ssh = || Ssh::of(Some(&f.repo), "ssh://localhost/x").unwrap();
        let with = |interactive| ssh().command(interactive, 7).unwrap();
        if var_os("GIT_SSH_COMMAND").is_none() && var_os("GIT_SSH_VARIANT").is_none() {
            assert_eq!(with(false), "ssh -i key -oConnectTimeout=7 -oBatchMode=yes");
            assert_eq!(with(true), "ssh -i key -oConnectTimeout=7");
            f.git(&["config", "ssh.variant", "plink"]);
            assert_eq!(ssh().command(true, 7), None);
        }
        assert!(takes_options("/usr/bin/ssh -v") && !takes_options("'/x/plink.exe' -batch"));
    }
}
