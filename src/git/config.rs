//! Git's configuration, read as `git` reads it and written for this repository alone.

use std::env::var_os;
use std::time::Duration;

use git2::{ConfigLevel, ErrorCode};

use super::process::{self, ExitState, RunOptions};
use super::{Error, Repository, program};

impl Repository {
    /// The value of a key, as `git config --get` would answer; none when it is not set. A key without a value reads
    /// as `true`.
    ///
    /// # Errors
    /// When a configuration file cannot be read.
    pub fn config(&self, key: &str) -> Result<Option<String>, Error> {
        let doing = || format!("reading the setting {key}");
        let config = self.reader.config().map_err(Error::library(doing()))?;
        let (value, level) = match config.get_entry(key) {
            Ok(entry) => {
                let value = if entry.has_value() {
                    String::from_utf8_lossy(entry.value_bytes())
                } else {
                    "true".into()
                };
                (Some(value.into_owned()), Some(entry.level()))
            }
            Err(error) if error.code() == ErrorCode::NotFound => (None, None),
            Err(error) => return Err(Error::library(doing())(error)),
        };
        // libgit2 does not know the variables that put other files in the place of the user's and the system's.
        let moved = match level {
            Some(ConfigLevel::Local | ConfigLevel::Worktree) => false,
            _ => {
                let set = |name| var_os(name).is_some();
                let system = matches!(level, Some(ConfigLevel::System | ConfigLevel::ProgramData));
                set("GIT_CONFIG_GLOBAL") || set("GIT_CONFIG_SYSTEM") || (system && set("GIT_CONFIG_NOSYSTEM"))
            }
        };
        if moved {
            self.config_by_program(key)
        } else {
            Ok(value)
        }
    }

    fn config_by_program(&self, key: &str) -> Result<Option<String>, Error> {
        let mut command = program::plain(Some(self));
        command.args(["config", "--null", "--get", key]);
        let run = process::run(command, None, Duration::from_secs(10), RunOptions::default())?;
        match run.ended {
            ExitState::Code(0) => {
                let text = String::from_utf8_lossy(&run.stdout);
                Ok(Some(text.trim_end_matches('\0').to_owned()))
            }
            ExitState::Code(1) => Ok(None),
            _ => Err(run.failed(format!("reading the setting {key}"))),
        }
    }

    /// Sets a key in this repository's own configuration.
    ///
    /// # Errors
    /// When the key is none or the file cannot be written.
    pub fn set_local_config(&self, key: &str, value: &str) -> Result<(), Error> {
        let locks = [self.common_dir().join("config.lock")];
        self.patiently(&format!("writing the setting {key}"), &locks, || {
            self.reader
                .config()?
                .open_level(ConfigLevel::Local)?
                .set_str(key, value)
        })
    }

    /// The user's mail address, as `git config user.email` answers.
    ///
    /// # Errors
    /// As [`Repository::config`].
    pub fn user_email(&self) -> Result<Option<String>, Error> {
        Ok(self
            .config("user.email")?
            .filter(|value| !value.trim().is_empty()))
    }

    /// The user's name, as `git config user.name` answers.
    ///
    /// # Errors
    /// As [`Repository::config`].
    pub fn user_name(&self) -> Result<Option<String>, Error> {
        Ok(self.config("user.name")?.filter(|value| !value.trim().is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Fixture;

    #[test]
    fn what_git_sets_is_read_and_what_is_set_git_reads() {
        let f = Fixture::new();
        assert_eq!(f.repo.config("oneonone.identity").unwrap(), None);
        f.repo
            .set_local_config("oneonone.identity", "/a b/\"c\"")
            .unwrap();
        assert_eq!(f.git(&["config", "oneonone.identity"]), "/a b/\"c\"");
        f.git(&["config", "user.email", "x@y.z"]);
        f.git(&["config", "user.name", ""]);
        assert_eq!(f.repo.user_email().unwrap().as_deref(), Some("x@y.z"));
        assert_eq!(f.repo.user_name().unwrap(), None);
        assert_eq!(
            f.repo.config_by_program("user.email").unwrap().as_deref(),
            Some("x@y.z")
        );
        assert_eq!(f.repo.config_by_program("user.nothing").unwrap(), None);
        f.git(&["config", "extensions.worktreeConfig", "true"]);
        f.git(&["config", "--worktree", "user.email", "mine@y.z"]);
        let again = super::Repository::open(f.repo.workdir()).unwrap();
        assert_eq!(again.user_email().unwrap().as_deref(), Some("mine@y.z"));
    }
}
