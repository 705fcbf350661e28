//! Git's configuration, as `git` itself answers it, and written for this repository alone.
//!
//! libgit2 reads the files quickly, and does not know everything that Git knows. Where the two could differ, `git` is asked,
//! once, for all settings (docs/command-line.md#git-configuration).

use std::env::var_os;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use git2::{Config, ConfigLevel, ErrorCode};

use super::process::{self, ExitState, RunOptions};
use super::settings::Settings;
use super::{Error, Repository, program};

/// How long `git` may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How much of its answer is read, in bytes.
const LONGEST_ANSWER: usize = 4 << 20;

impl Repository {
    /// The value of a key, as `git config --get` would answer; none when it is not set. A key without a value reads
    /// as `true`.
    ///
    /// # Errors
    /// When a configuration file cannot be read.
    pub fn configured(&self, key: &str) -> Result<Option<String>, Error> {
        if self.settings.borrow().is_none() {
            let config = self.reader.config().map_err(Error::library(reading(key)))?;
            let (value, is_certain) = by_library(&config, key)?;
            if is_certain {
                return Ok(value);
            }
            self.ask_for_settings()?;
        }
        let settings = self.settings.borrow();
        Ok(settings.as_ref().and_then(|known| known.last(&canonical(key))))
    }

    /// Asks `git` for all settings, unless it was asked. They answer every question from now on. Where a push goes is no question for libgit2:
    /// it does not know where this `git` keeps the settings of the system.
    ///
    /// # Errors
    /// When `git` cannot be run, or does not answer.
    pub fn ask_for_settings(&self) -> Result<(), Error> {
        if self.settings.borrow().is_some() {
            return Ok(());
        }
        let asked = self.asked.borrow_mut().take().and_then(|asked| asked.join().ok());
        let settings = asked.unwrap_or_else(|| by_program(Some(self)))?;
        *self.settings.borrow_mut() = Some(settings);
        Ok(())
    }

    /// Begins to ask `git` for all settings, for a command that will need them: it answers while others are at work.
    pub fn begin_to_ask_for_settings(&self) {
        let command = settings_command(Some(self));
        *self.asked.borrow_mut() = Some(std::thread::spawn(|| settings_of(command)));
    }

    /// The settings of a section such as `remote`, in Git's order.
    pub(super) fn section(&self, section: &str) -> Result<Settings, Error> {
        if self.settings.borrow().is_none() {
            let doing = || Error::library(format!("reading the settings of {section}"));
            let config = self.reader.config().map_err(doing())?;
            let (found, is_certain) = section_by_library(&config, section)?;
            if is_certain {
                return Ok(found);
            }
            self.ask_for_settings()?;
        }
        let settings = self.settings.borrow();
        let prefix = format!("{section}.");
        let all = settings.iter().flat_map(|known| &known.0);
        let found = all.filter(|(key, _)| key.starts_with(&prefix)).cloned();
        Ok(Settings(found.collect()))
    }

    /// Sets a key in this repository's own configuration.
    ///
    /// # Errors
    /// When the key is none or the file cannot be written.
    pub fn set_local_config(&self, key: &str, value: &str) -> Result<(), Error> {
        *self.settings.borrow_mut() = None;
        *self.asked.borrow_mut() = None;
        let locks = [self.common_dir().join("config.lock")];
        self.patiently(&format!("writing the setting {key}"), &locks, || {
            self.reader
                .config()?
                .open_level(ConfigLevel::Local)?
                .set_str(key, value)
        })
    }

    /// When the settings of this repository were written last, in seconds since 1970; none if nobody can say.
    pub fn settings_written(&self) -> Option<i64> {
        let written = std::fs::metadata(self.common_dir().join("config"))
            .ok()?
            .modified()
            .ok()?;
        let since = written.duration_since(std::time::UNIX_EPOCH).ok()?;
        i64::try_from(since.as_secs()).ok()
    }

    /// The user's mail address, as `git config user.email` answers.
    ///
    /// # Errors
    /// As [`Repository::configured`].
    pub fn user_email(&self) -> Result<Option<String>, Error> {
        Ok(self
            .configured("user.email")?
            .filter(|value| !value.trim().is_empty()))
    }

    /// The user's name, as `git config user.name` answers.
    ///
    /// # Errors
    /// As [`Repository::configured`].
    pub fn user_name(&self) -> Result<Option<String>, Error> {
        Ok(self
            .configured("user.name")?
            .filter(|value| !value.trim().is_empty()))
    }
}

/// A setting, of a repository or, where there is none yet, of the user.
pub(super) fn setting(repository: Option<&Repository>, key: &str) -> Result<Option<String>, Error> {
    match repository {
        Some(repository) => repository.configured(key),
        None => of_user(key),
    }
}

fn of_user(key: &str) -> Result<Option<String>, Error> {
    let Ok(config) = Config::open_default() else {
        return Ok(None);
    };
    match by_library(&config, key)? {
        (value, true) => Ok(value),
        (_, false) => Ok(by_program(None)?.last(&canonical(key))),
    }
}

fn reading(key: &str) -> String {
    format!("reading the setting {key}")
}

/// The value as libgit2 finds it, and whether Git would certainly find the same.
fn by_library(config: &Config, key: &str) -> Result<(Option<String>, bool), Error> {
    let (value, level) = match config.get_entry(key) {
        Ok(entry) => {
            let value = match entry.has_value() {
                true => String::from_utf8_lossy(entry.value_bytes()).into_owned(),
                false => "true".to_owned(),
            };
            (Some(value), Some(entry.level()))
        }
        Err(error) if error.code() == ErrorCode::NotFound => (None, None),
        Err(error) => return Err(Error::library(reading(key))(error)),
    };
    // libgit2 does not know the variables that put other files in the place of the user's and the system's.
    let is_moved = match level {
        Some(ConfigLevel::Local | ConfigLevel::Worktree) => false,
        _ => has_other_files(level.is_some_and(is_of_system)),
    };
    Ok((value, !has_own_settings() && !is_moved && !includes_more(config)?))
}

/// The settings of a section as libgit2 finds them, and whether Git would certainly find the same.
fn section_by_library(config: &Config, section: &str) -> Result<(Settings, bool), Error> {
    let failed = || Error::library(format!("reading the settings of {section}"));
    let mut found = Vec::new();
    let entries = config
        .entries(Some(&format!(r"^{section}\.")))
        .map_err(failed())?;
    entries
        .for_each(|entry| {
            let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
            let value = match entry.has_value() {
                true => text(entry.value_bytes()),
                false => "true".to_owned(),
            };
            found.push((entry.level(), (text(entry.name_bytes()), value)));
        })
        .map_err(failed())?;
    // Git reads the system's file first and this repository's last. Within a file the order stays.
    found.sort_by_key(|(level, _)| *level as i32);
    let has_system = found.iter().any(|(level, _)| is_of_system(*level));
    let is_certain = !has_own_settings() && !has_other_files(has_system) && !includes_more(config)?;
    Ok((
        Settings(found.into_iter().map(|(_, setting)| setting).collect()),
        is_certain,
    ))
}

/// Whether the environment has settings: they are above every file.
fn has_own_settings() -> bool {
    let set = |name| var_os(name).is_some_and(|value| !value.is_empty());
    set("GIT_CONFIG_COUNT") || set("GIT_CONFIG_PARAMETERS")
}

/// Whether variables put other files in the place of the user's and the system's.
fn has_other_files(has_system: bool) -> bool {
    let moves = |name| var_os(name).is_some();
    moves("GIT_CONFIG_GLOBAL") || moves("GIT_CONFIG_SYSTEM") || (has_system && moves("GIT_CONFIG_NOSYSTEM"))
}

fn is_of_system(level: ConfigLevel) -> bool {
    matches!(level, ConfigLevel::System | ConfigLevel::ProgramData)
}

/// Whether files are included in a way that libgit2 does not know, or decides otherwise.
fn includes_more(config: &Config) -> Result<bool, Error> {
    let failed = || Error::library("reading the settings that include files");
    // Conditions: Git has more of them than libgit2, and compares paths in its own way.
    let conditional = config.entries(Some(r"^includeif\.")).map_err(failed())?;
    let mut is_there = false;
    conditional.for_each(|_| is_there = true).map_err(failed())?;
    let paths = config.entries(Some(r"^include\.path$")).map_err(failed())?;
    paths
        .for_each(|entry| {
            let path = String::from_utf8_lossy(entry.value_bytes());
            is_there |= path.starts_with("%(") || (path.starts_with('~') && !path.starts_with("~/"));
        })
        .map_err(failed())?;
    Ok(is_there)
}

/// Every setting, as `git` answers it.
fn by_program(repository: Option<&Repository>) -> Result<Settings, Error> {
    settings_of(settings_command(repository))
}

fn settings_command(repository: Option<&Repository>) -> Command {
    let mut command = program::plain(repository);
    if repository.is_none() {
        // A repository that happens to lie around the current folder has no say.
        command.current_dir(Path::new("/"));
    }
    command.args(["config", "--null", "--list"]);
    command
}

fn settings_of(command: Command) -> Result<Settings, Error> {
    let limits = RunOptions {
        stdout: LONGEST_ANSWER,
        ..RunOptions::default()
    };
    let run = process::run(command, None, PATIENCE, limits)?;
    if run.ended != ExitState::Code(0) || run.cut {
        return Err(run.failed("reading the settings"));
    }
    let text = String::from_utf8_lossy(&run.stdout);
    let settings = text.split('\0').filter(|setting| !setting.is_empty());
    let setting = |text: &str| match text.split_once('\n') {
        Some((key, value)) => (key.to_owned(), value.to_owned()),
        None => (text.to_owned(), "true".to_owned()),
    };
    Ok(Settings(settings.map(setting).collect()))
}

/// A key as `git config --list` writes it: only what stands between the first and the last point keeps its case.
fn canonical(key: &str) -> String {
    let lower = str::to_ascii_lowercase;
    match (key.split_once('.'), key.rsplit_once('.')) {
        (Some((section, _)), Some((rest, name))) if rest.len() > section.len() => {
            let subsection = rest.get(section.len() + 1..).unwrap_or_default();
            format!("{}.{subsection}.{}", lower(section), lower(name))
        }
        _ => lower(key),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Fixture;
    use super::{by_program, canonical};

    #[test]
    fn what_git_sets_is_read_and_what_is_set_git_reads() {
        let f = Fixture::new();
        assert_eq!(f.repo.configured("oneonone.identity").unwrap(), None);
        f.repo
            .set_local_config("oneonone.identity", "/a b/\"c\"")
            .unwrap();
        assert_eq!(f.git(&["config", "oneonone.identity"]), "/a b/\"c\"");
        f.git(&["config", "user.email", "x@y.z"]);
        f.git(&["config", "user.name", ""]);
        assert_eq!(f.repo.user_email().unwrap().as_deref(), Some("x@y.z"));
        assert_eq!(f.repo.user_name().unwrap(), None);
        let settings = by_program(Some(&f.repo)).unwrap();
        assert_eq!(settings.last("user.email").as_deref(), Some("x@y.z"));
        assert_eq!(settings.last("oneonone.identity").as_deref(), Some("/a b/\"c\""));
        assert_eq!(settings.last("user.nothing"), None);
        f.git(&["config", "extensions.worktreeConfig", "true"]);
        f.git(&["config", "--worktree", "user.email", "mine@y.z"]);
        let again = super::Repository::open(f.repo.workdir()).unwrap();
        assert_eq!(again.user_email().unwrap().as_deref(), Some("mine@y.z"));
    }

    #[test]
    fn a_condition_that_only_git_knows_counts() {
        let f = Fixture::new();
        let included = f.repo.git_dir().join("work");
        std::fs::write(&included, "[user]\n\temail = work@y.z\n[a \"B.c\"]\n\tKey\n").unwrap();
        f.git(&["config", "user.email", "x@y.z"]);
        f.git(&["config", "remote.origin.url", "/srv/work.git"]);
        let key = "includeIf.hasconfig:remote.*.url:/srv/**.path";
        f.git(&["config", key, included.to_str().unwrap()]);
        let again = super::Repository::open(f.repo.workdir()).unwrap();
        assert_eq!(again.user_email().unwrap().as_deref(), Some("work@y.z"));
        assert_eq!(again.configured("A.B.c.key").unwrap().as_deref(), Some("true"));
        // A setting that is written afterwards is read.
        again.set_local_config("user.email", "new@y.z").unwrap();
        let asked = f.git(&["config", "user.email"]);
        assert_eq!(again.user_email().unwrap(), Some(asked));
    }

    #[test]
    fn a_section_is_read_in_gits_order_either_way() {
        let f = Fixture::new();
        let included = f.repo.git_dir().join("more");
        std::fs::write(&included, "[remote \"A.b\"]\n\tpushURL = /2\n").unwrap();
        f.git(&["config", "remote.A.b.pushurl", "/1"]);
        f.git(&["config", "include.path", included.to_str().unwrap()]);
        f.git(&["config", "--add", "remote.other.pushurl", "/3"]);
        f.git(&["config", "extensions.worktreeConfig", "true"]);
        f.git(&["config", "--worktree", "remote.A.b.pushurl", "/4"]);
        let repo = super::Repository::open(f.repo.workdir()).unwrap();
        let read = || {
            let settings = repo.section("remote").unwrap();
            let named = settings.named("pushurl");
            let named: Vec<String> = named.map(|(name, value)| format!("{name} {value}")).collect();
            let all: Vec<&str> = settings.all("remote.A.b.pushurl").collect();
            assert_eq!(all, ["/1", "/2", "/4"]);
            named
        };
        assert_eq!(read(), ["A.b /1", "A.b /2", "other /3", "A.b /4"]);
        repo.ask_for_settings().unwrap();
        assert_eq!(read(), ["A.b /1", "A.b /2", "other /3", "A.b /4"]);
    }

    #[test]
    fn a_key_is_written_as_git_lists_it() {
        for (key, listed) in [
            ("User.Email", "user.email"),
            ("remote.My.Fork.pushURL", "remote.My.Fork.pushurl"),
            ("Core.hooksPath", "core.hookspath"),
        ] {
            assert_eq!(canonical(key), listed);
        }
    }
}
