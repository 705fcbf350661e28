//! How the `git` program is called in a repository: with settings that do not depend on who calls us.

use std::ffi::OsString;
use std::process::Command;

use super::Repository;
use super::program_environment::cleaned;

/// Settings for every run that does something (docs/sync.md#running-git). No `gc` either: it would run on
/// after the fetch that it was started by.
const SETTINGS: [&str; 8] = [
    "core.fsync=all",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "submodule.recurse=false",
    "fetch.fsckObjects=true",
    "maintenance.auto=false",
    "gc.auto=0",
    // A larger file goes through piece by piece: as a whole it would lie in memory twice.
    "core.bigFileThreshold=8m",
];

/// `git` with a cleaned environment, in `repository` if there is one.
pub(super) fn plain(repository: Option<&Repository>) -> Command {
    let mut command = cleaned();
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
