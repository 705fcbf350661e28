//! The guard of a clone: a hook by which plain Git refuses to commit a private text in clear (design, section 4,
//! promise 6).
//!
//! There is none for `git merge`: what a merge by plain Git holds, one of its sides has committed before.

use std::fs;
use std::path::{Path, PathBuf};

use crate::git::{Hooks, Repository};
use crate::store::save_program;

use super::error::SyncError;

/// The line by which a hook is known as ours; one without it is somebody's own.
const MARK: &str = "# oneonone guard 1:";
const ANY_MARK: &str = "# oneonone guard ";

/// What stands where the guard belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guard {
    /// The guard was there.
    There,
    /// It is there now.
    Put,
    /// A hook of the user's own is in this file, and was left alone.
    Theirs(PathBuf),
    /// Git takes its hooks from elsewhere; this file would be the one, and was left alone.
    Elsewhere(PathBuf),
    /// `oneonone.guard` is `false`.
    Unwanted,
}

/// Puts the guard into a clone, or a newer one in the place of an older. It calls `program`, and where that is gone
/// what is found on the `PATH`.
///
/// # Errors
/// When it cannot be written.
pub fn guard(repo: &Repository, program: &Path) -> Result<Guard, SyncError> {
    let off = |value: String| matches!(value.to_lowercase().as_str(), "false" | "no" | "off" | "0");
    if repo.config("oneonone.guard")?.is_some_and(off) {
        return Ok(Guard::Unwanted);
    }
    let (folder, own) = match repo.hooks()? {
        Hooks::Own(folder) => (folder, true),
        Hooks::Elsewhere(folder) => (folder, false),
    };
    let file = folder.join("pre-commit");
    let script = script(program);
    let calls_us = |text: &str| {
        text.lines()
            .any(|l| !l.starts_with('#') && l.contains("oneonone check --staged"))
    };
    match fs::read(&file).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()) {
        Ok(there) if there == script && is_executable(&file) => return Ok(Guard::There),
        Ok(there) if own && there.lines().any(|line| line.starts_with(ANY_MARK)) => {}
        Ok(there) if calls_us(&there) => return Ok(Guard::There),
        Ok(_) if own => return Ok(Guard::Theirs(file)),
        Err(_) if own && file.symlink_metadata().is_err() => {}
        Err(_) if own => return Ok(Guard::Theirs(file)),
        _ => return Ok(Guard::Elsewhere(file)),
    }
    save_program(&file, script.as_bytes())?;
    Ok(Guard::Put)
}

#[cfg(unix)]
fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(file).is_ok_and(|data| data.permissions().mode() & 0o100 != 0)
}

#[cfg(not(unix))]
fn is_executable(_: &Path) -> bool {
    true
}

/// The hook. Where the program is gone, it looks for the one thing that must not happen by itself, in plain words of
/// `awk`: a table that is marked as private or confidential and has a text.
fn script(program: &Path) -> String {
    let program = program.to_str().unwrap_or("oneonone").replace('\'', r"'\''");
    format!(
        r#"#!/bin/sh
{MARK} refuses a commit that holds a private text in clear, or a record that does not parse.
# oneonone put this here and keeps it up to date while the line above stands; `git config oneonone.guard false`
# keeps it away.
program='{program}'
[ -x "$program" ] || program=$(command -v oneonone)
if [ -n "$program" ]; then
    words=$("$program" check --staged 2>&1 >/dev/null) && exit 0
    printf '%s\n' "$words" 'error: nothing was committed' >&2
    exit 1
fi
git diff --cached --name-only --diff-filter=d -- pair.toml agenda.toml meetings | {{
    code=0
    while IFS= read -r file; do
        git show ":$file" | awk '
            /^[ \t]*\[/ {{ sealed = 0; text = 0 }}
            /^[ \t]*"?visibility"?[ \t]*=.*(private|confidential)/ {{ sealed = 1 }}
            /^[ \t]*"?text"?[ \t]*=/ {{ text = 1 }}
            sealed && text {{ found = 1 }}
            END {{ exit found }}' || {{
            printf '%s\n' "error: $file holds a text in clear that is to be sealed; nothing was committed" \
                'hint: oneonone is not found; where it is: oneonone sync     seals it, and commits the record' >&2
            code=1
        }}
    done
    exit $code
}}
"#
    )
}
