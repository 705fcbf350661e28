//! Whether the user's `git` is new enough.

use std::sync::OnceLock;
use std::time::Duration;

use super::process::{self, ExitState, RunOptions};
use super::{Error, program};

/// The oldest version that knows every option that is used here.
const OLDEST: (u32, u32) = (2, 39);

/// The version that was found, if it is too old. Asked once in a run of this program.
static TOO_OLD: OnceLock<Option<String>> = OnceLock::new();

/// Does some work, and asks `git` for its version meanwhile.
///
/// # Errors
/// [`Error::TooOld`], whatever came of the work.
pub(super) fn with_version_checked<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    if TOO_OLD.get().is_none() {
        let done = std::thread::scope(|scope| {
            let asked = scope.spawn(|| TOO_OLD.get_or_init(too_old).clone());
            let done = work();
            let _ = asked.join();
            done
        });
        return refuse_old().and(done);
    }
    refuse_old()?;
    work()
}

fn refuse_old() -> Result<(), Error> {
    match TOO_OLD.get() {
        Some(Some(found)) => Err(Error::TooOld {
            found: found.clone(),
            needed: format!("{}.{}", OLDEST.0, OLDEST.1),
        }),
        _ => Ok(()),
    }
}

fn too_old() -> Option<String> {
    let mut command = program::plain(None);
    command.arg("version");
    // A program that cannot be run is told by the work.
    let run = process::run(command, None, Duration::from_secs(5), RunOptions::default()).ok()?;
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    (run.ended == ExitState::Code(0)).then(|| older(&said)).flatten()
}

/// The version in `git version 2.17.1 (…)`, if it is too old. Where nobody can say, it is not.
fn older(said: &str) -> Option<String> {
    let version = said.trim().strip_prefix("git version ")?.split(' ').next()?;
    let mut numbers = version.split('.').map_while(|number| number.parse().ok());
    let found: (u32, u32) = (numbers.next()?, numbers.next()?);
    (found < OLDEST).then(|| version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        for old in ["2.17.1", "1.9.5", "2.38.0.windows.1"] {
            assert_eq!(older(&format!("git version {old}\n")).as_deref(), Some(old));
        }
        for new in ["2.39.0", "2.39.5 (Apple Git-154)", "2.47.GIT", "3.0.0", "unknown"] {
            assert_eq!(older(&format!("git version {new}\n")), None);
        }
        assert_eq!(older("something else"), None);
    }
}
