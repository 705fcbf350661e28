//! How the `git` program is called: with an environment and settings that do not depend on who calls us.

use std::ffi::OsString;
use std::process::Command;

use super::{Error, Repository};

/// The variables that `git rev-parse --local-env-vars` lists, with two older ones: they would make `git` work on another
/// repository than the one named.
const LOCAL: [&str; 17] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CONFIG",
    "GIT_CONFIG_PARAMETERS",
    "GIT_CONFIG_COUNT",
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

/// Settings for every run that does something (docs/sync.md#running-git). No `gc` either: it would run on
/// after the fetch that it was started by.
const SETTINGS: [&str; 7] = [
    "core.fsync=all",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "submodule.recurse=false",
    "fetch.fsckObjects=true",
    "maintenance.auto=false",
    "gc.auto=0",
];

/// `git` with a cleaned environment, in `repository` if there is one.
pub(super) fn plain(repository: Option<&Repository>) -> Command {
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
        .env("GIT_ALLOW_PROTOCOL", "ssh:https:http:file");
    #[cfg(test)]
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null");
    if let Some(repository) = repository {
        let mut flag = OsString::from("--git-dir=");
        flag.push(repository.git_dir());
        // The work tree is where we stand, so that relative addresses mean the same as for plain Git.
        command.arg(flag).current_dir(repository.workdir());
    }
    command
}

/// [`plain`], with the settings that every run which does something has.
pub(super) fn settled(repository: Option<&Repository>) -> Command {
    let mut command = plain(repository);
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    command
}

/// A setting, of a repository or, where there is none yet, of the user.
pub(super) fn setting(repository: Option<&Repository>, key: &str) -> Result<Option<String>, Error> {
    match repository {
        Some(repository) => repository.config(key),
        None => Ok(git2::Config::open_default()
            .and_then(|config| config.get_string(key))
            .ok()),
    }
}
