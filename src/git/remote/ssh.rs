//! The user's own ssh, told not to wait.

use std::env::var_os;
use std::ffi::OsString;

use super::{Error, Repository};

/// What `GIT_SSH_COMMAND` should be: the user's own command with our options after it. None where it is a program
/// that does not take them.
pub(super) fn command(
    repository: Option<&Repository>,
    interactive: bool,
    connect_timeout: u64,
) -> Result<Option<OsString>, Error> {
    let config = |key: &str| match repository {
        Some(repository) => repository.config(key),
        None => Ok(git2::Config::open_default()
            .and_then(|config| config.get_string(key))
            .ok()),
    };
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
    let mut command = set
        .or_else(|| var_os("GIT_SSH").map(|program| quoted(&program)))
        .unwrap_or_else(|| "ssh".into());
    if !takes_options(&command.to_string_lossy()) {
        return Ok(None);
    }
    // The first value of an option counts for ssh, so the user's own stays.
    command.push(format!(" -oConnectTimeout={connect_timeout}"));
    if !interactive {
        command.push(" -oBatchMode=yes");
    }
    Ok(Some(command))
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
        let with = |interactive| command(Some(&f.repo), interactive, 7).unwrap().unwrap();
        if var_os("GIT_SSH_COMMAND").is_none() && var_os("GIT_SSH_VARIANT").is_none() {
            assert_eq!(with(false), "ssh -i key -oConnectTimeout=7 -oBatchMode=yes");
            assert_eq!(with(true), "ssh -i key -oConnectTimeout=7");
            f.git(&["config", "ssh.variant", "plink"]);
            assert_eq!(command(Some(&f.repo), true, 7).unwrap(), None);
        }
        assert!(takes_options("/usr/bin/ssh -v") && !takes_options("'/x/plink.exe' -batch"));
    }
}
