//! The environment that the `git` program is called with: it does not depend on who calls us.

use std::env::var;
use std::process::Command;

use super::Error;

/// The variables that `git rev-parse --local-env-vars` lists, with two older ones: they would make `git` work on another
/// repository than the one named. Settings are left out of it: whoever gives `git` some by `GIT_CONFIG_COUNT`, or by
/// `git -c` around this program, means them here too.
const LOCAL: [&str; 15] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CONFIG",
    "GIT_OBJECT_DIRECTORY",
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_GRAFT_FILE",
    "GIT_INDEX_FILE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_REPLACE_REF_BASE",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_COMMON_DIR",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NAMESPACE",
];

/// Settings that would give a clone a format that is refused later, or words in another language.
const OTHER: [&str; 3] = ["GIT_DEFAULT_REF_FORMAT", "GIT_DEFAULT_HASH", "LANGUAGE"];

/// `git` with a cleaned environment.
pub(super) fn cleaned() -> Command {
    let mut command = Command::new("git");
    for name in LOCAL.iter().chain(&OTHER) {
        command.env_remove(name);
    }
    // `LC_ALL` would beat `LC_MESSAGES`; what else it says is kept.
    if let Some(all) = std::env::var_os("LC_ALL") {
        command.env_remove("LC_ALL").env("LC_CTYPE", all);
    }
    command
        .env("LC_MESSAGES", "C")
        .env("GIT_ALLOW_PROTOCOL", protocols(var("GIT_ALLOW_PROTOCOL").ok()));
    #[cfg(test)]
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null");
    command
}

/// The protocols of the addresses that a pair may have.
const OURS: [&str; 4] = ["ssh", "https", "http", "file"];

/// The protocols that the settings allow (`protocol.allow`, `protocol.NAME.allow`); none where a variable says so, which Git
/// takes in their place.
pub(super) fn allowed_by_settings(
    setting: impl Fn(&str) -> Result<Option<String>, Error>,
) -> Result<Option<String>, Error> {
    if var("GIT_ALLOW_PROTOCOL").is_ok() {
        return Ok(None);
    }
    let usual = setting("protocol.allow")?;
    let mut allowed = Vec::new();
    for protocol in OURS {
        let own = setting(&format!("protocol.{protocol}.allow"))?;
        let is_refused = own
            .as_ref()
            .or(usual.as_ref())
            .is_some_and(|value| value.eq_ignore_ascii_case("never"));
        if !is_refused {
            allowed.push(protocol);
        }
    }
    Ok(Some(allowed.join(":")))
}

/// The protocols that addresses may use: those of a pair, as far as the user allows them.
fn protocols(allowed: Option<String>) -> String {
    let is_allowed = |protocol: &&str| match &allowed {
        Some(list) => list.split(':').any(|one| one == *protocol),
        None => true,
    };
    OURS.into_iter().filter(is_allowed).collect::<Vec<_>>().join(":")
}

#[cfg(test)]
mod tests {
    use super::protocols;

    #[test]
    fn the_user_narrows_the_protocols_and_does_not_widen_them() {
        let of = |allowed: &str| protocols(Some(allowed.to_owned()));
        assert_eq!(protocols(None), "ssh:https:http:file");
        assert_eq!(of("https:ext:file"), "https:file");
        assert_eq!(of(""), "");
    }
}
