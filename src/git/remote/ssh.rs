//! The user's own ssh, told not to wait.

use std::env::var_os;
use std::ffi::OsString;

use super::address::{may_be_ssh, ssh_host};
use super::connection::Connection;
use super::{Error, Repository};
use crate::git::config::setting;

/// The words before the exit code of the program at the other end.
const FAILED_THERE: &str = "oneonone: ssh ended with ";

/// Takes the line about the program at the other end out of the words of Git. Whether that program ran and failed.
pub(super) fn take_failed_there(stderr: &mut Vec<u8>) -> bool {
    let words = String::from_utf8_lossy(stderr).into_owned();
    let code = |line: &str| line.strip_prefix(FAILED_THERE)?.trim().parse::<u32>().ok();
    let codes: Vec<u32> = words.lines().filter_map(code).collect();
    if codes.is_empty() {
        return false;
    }
    let others: Vec<&str> = words.lines().filter(|line| code(line).is_none()).collect();
    *stderr = others.join("\n").into_bytes();
    // 126 and 127: the shell here may not have found ssh. Above 128: a signal, or ssh itself.
    codes.iter().any(|code| (1..126).contains(code) || *code == 128)
}

/// How Git is to run ssh.
#[derive(Default)]
pub(super) struct Ssh {
    /// The user's own command, or plain `ssh`; none where it is a program that does not take our options.
    command: Option<OsString>,
    /// Whether the command is ssh itself.
    is_plain: bool,
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
        let is_plain = command
            .as_ref()
            .is_none_or(|own| program_of(&own.to_string_lossy()) == "ssh");
        Ok(Ssh {
            is_plain,
            command: Some(command.unwrap_or_else(|| "ssh".into())),
            connection: ssh_host(address)
                .filter(|_| !own)
                .and_then(|host| Connection::to(&host)),
        })
    }

    /// The settings for Git. Where it is sure to be ssh itself, a line at the end of its words says with which code the
    /// program at the other end failed: ssh's own failures have the code 255.
    pub(super) fn settings(&self, interactive: bool, connect_timeout: u64) -> Vec<(&'static str, OsString)> {
        let Some(command) = self.command(interactive, connect_timeout) else {
            return Vec::new();
        };
        if !cfg!(unix) || !self.is_plain {
            return vec![("GIT_SSH_COMMAND", command)];
        }
        let mut told = OsString::from("oneonone_ssh() { ");
        told.push(command);
        told.push(format!(
            " \"$@\"; code=$?; [ $code = 0 ] || echo \"{FAILED_THERE}$code\" >&2; return $code; }}; oneonone_ssh"
        ));
        vec![("GIT_SSH_COMMAND", told), ("GIT_SSH_VARIANT", "ssh".into())]
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

/// The name of the program of a command.
fn program_of(command: &str) -> String {
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
    name.trim_end_matches(".exe").to_owned()
}

fn takes_options(command: &str) -> bool {
    !matches!(program_of(command).as_str(), "plink" | "putty" | "tortoiseplink")
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
        assert!(program_of("/x/ssh.exe -v") == "ssh" && program_of("sleep 2; ssh") == "sleep");
        for (line, failed) in [
            ("1", true),
            ("128", true),
            ("127", false),
            ("255", false),
            ("141", false),
        ] {
            let mut words = format!("ERROR: read only\n{FAILED_THERE}{line}\nfatal: no").into_bytes();
            assert_eq!(take_failed_there(&mut words), failed, "{line}");
            assert_eq!(words, b"ERROR: read only\nfatal: no");
        }
        assert!(takes_options("/usr/bin/ssh -v") && !takes_options("'/x/plink.exe' -batch"));
    }
}
