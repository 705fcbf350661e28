//! The guard of a clone: a hook by which plain Git refuses to commit a private text in clear (docs/privacy.md#guard).
//!
//! There is none for `git merge`: every text in a merge by plain Git was committed by one of its sides before.

use std::fs;
use std::path::{Path, PathBuf};

use crate::git::{Hooks, Repository};
use crate::model::{Kind, Visibility};
use crate::store::save_program;

use crate::sync::error::SyncError;

/// The hook; [`script`] fills in the words that seal. Its number is one higher with every version that guards better.
const SCRIPT: &str = include_str!("pre-commit.sh");

/// The line by which a hook is known as ours begins so, and goes on with a number; one without it is somebody's own.
const MARK: &str = "# oneonone guard ";

/// The state of the place where the guard belongs.
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

/// Puts the guard into a clone, or a newer one in the place of an older, never the other way round. It calls `program`,
/// or, where that is gone, the one on the `PATH`.
///
/// # Errors
/// When it cannot be written.
pub fn guard(repo: &Repository, program: &Path) -> Result<Guard, SyncError> {
    let off = |value: String| matches!(value.to_lowercase().as_str(), "false" | "no" | "off" | "0");
    if repo.configured("oneonone.guard")?.is_some_and(off) {
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
        Ok(there) if own && number(&there) > number(SCRIPT) && is_executable(&file) => {
            return Ok(Guard::There);
        }
        Ok(there) if own && there.lines().any(|line| line.starts_with(MARK)) => {}
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

/// The number of a guard; a newer version has a higher one.
fn number(hook: &str) -> Option<u32> {
    let mut marked = hook.lines().filter_map(|line| line.strip_prefix(MARK));
    marked.find_map(|rest| rest.split(':').next()?.parse().ok())
}

/// The hook as it stands in a clone.
fn script(program: &Path) -> String {
    let program = program.to_str().unwrap_or("oneonone").replace('\'', r"'\''");
    let any_of = |words: Vec<&str>| match words.as_slice() {
        [only] => (*only).to_owned(),
        _ => format!("({})", words.join("|")),
    };
    SCRIPT
        .replace("@PROGRAM@", &program)
        .replace(
            "@VISIBILITIES@",
            &any_of(Visibility::sealed().map(Visibility::as_str).collect()),
        )
        .replace("@KINDS@", &any_of(Kind::sealed().map(Kind::as_str).collect()))
}
