//! The surroundings of a command: the clock, the places, the terminal. Nothing else reads the environment.

use std::env;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::{DateTime, FixedOffset, Local, Utc};
use etcetera::{BaseStrategy, base_strategy::Xdg};

pub(super) use crate::app::Place;
use crate::app::Setting;
use crate::git::{self, RemoteOptions, Repository};
use crate::model::{Date, EntryId, Instant};
use crate::store::{KnownPair, Registry};
use crate::sync::Environment;

use super::args::Global;
use super::error::{Exit, Failure};
use super::hint::Hint;
use super::output::Output;

/// The surroundings of a command.
pub(super) struct Context {
    /// The time.
    pub(super) now: Instant,
    /// The date where the person is.
    pub(super) today: Date,
    pub(super) global: Global,
    pub(super) state_dir: PathBuf,
    identity: PathBuf,
    /// The folder that the command was started in.
    pub(super) cwd: PathBuf,
    pub(super) out: Output,
    /// Whether a person can be asked.
    pub(super) interactive: bool,
    /// Whether the answer goes to a terminal.
    pub(super) to_terminal: bool,
    /// Columns of the terminal.
    pub(super) width: usize,
}

impl Context {
    pub(super) fn new(global: Global) -> Result<Self, Failure> {
        let now = now()?;
        let home = Xdg::new().map_err(|e| Failure::new(Exit::Failed, format!("no home folder: {e}")));
        let place = |variable: &str, usual: &dyn Fn(&Xdg) -> PathBuf| match env::var_os(variable) {
            Some(path) if !path.is_empty() => std::path::absolute(PathBuf::from(path))
                .map_err(|e| Failure::new(Exit::Failed, format!("{variable} names no folder: {e}"))),
            _ => match &home {
                Ok(xdg) => Ok(usual(xdg).join("oneonone")),
                Err(e) => Err(e.clone()),
            },
        };
        let config_dir = place("ONEONONE_CONFIG_DIR", &|xdg| xdg.config_dir())?;
        let state_dir = place("ONEONONE_STATE_DIR", &|xdg| {
            xdg.state_dir()
                .unwrap_or_else(|| xdg.home_dir().join(".local/state"))
        })?;
        let identity = match env::var_os("ONEONONE_IDENTITY").filter(|path| !path.is_empty()) {
            Some(path) => {
                std::path::absolute(PathBuf::from(path)).context("ONEONONE_IDENTITY names no file")?
            }
            None => config_dir.join("identity.txt"),
        };
        let cwd = env::current_dir().context("no current folder")?;
        let terminals = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        let to_terminal = std::io::stdout().is_terminal();
        let columns = env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
        let window = || {
            rustix::termios::tcgetwinsize(std::io::stdout())
                .ok()
                .map(|w| usize::from(w.ws_col))
        };
        let width = columns.or_else(window).filter(|width| *width > 0).unwrap_or(100);
        Ok(Self {
            now: now.with_timezone(&Utc),
            today: now.date_naive(),
            out: Output::new(global.color, global.pair.clone()),
            interactive: terminals && !global.no_input,
            to_terminal,
            width,
            global,
            state_dir,
            identity,
            cwd,
        })
    }

    /// The outside world of a procedure.
    pub(super) fn environment(&self) -> Environment {
        Environment {
            now: self.now,
            identity: self.identity.clone(),
            pins_dir: self.state_dir.join("pins"),
            new_id: random_id,
        }
    }

    /// The outside world of a use case.
    pub(super) fn setting(&self) -> Setting {
        Setting {
            environment: self.environment(),
            today: self.today,
            state_dir: self.state_dir.clone(),
            remote: self.remote_options(),
            offline: self.global.offline,
        }
    }

    /// The identity file of this person.
    pub(super) fn identity(&self) -> &Path {
        &self.identity
    }

    /// How a remote is talked to.
    pub(super) fn remote_options(&self) -> RemoteOptions {
        RemoteOptions {
            interactive: self.interactive,
            ..RemoteOptions::default()
        }
    }

    /// The pairs known on this machine.
    pub(super) fn registry(&self) -> Result<Registry, Failure> {
        Ok(Registry::load(&self.state_dir)?)
    }

    /// The pair to work on: the one that was named, else the repository I stand in, else the only one known.
    pub(super) fn place(&self) -> Result<Place, Failure> {
        let registry = self.registry()?;
        if let Some(name) = &self.global.pair {
            let known = registry
                .named(name)
                .or_else(|| registry.named(&name.to_lowercase()))
                .ok_or_else(|| unknown_pair(name, &registry))?;
            return Ok(Place {
                name: Some(known.name.clone()),
                dir: known.dir.clone(),
            });
        }
        if let Some(dir) = self.here()? {
            return Ok(Place {
                name: registry.at(&dir).map(|p| p.name.clone()),
                dir,
            });
        }
        match registry.pairs() {
            [only] => Ok(Place {
                name: Some(only.name.clone()),
                dir: only.dir.clone(),
            }),
            [] => Err(self.no_pair()),
            several @ [first, ..] => Err(Failure::new(Exit::Usage, "which pair? Several are known")
                .causes(several.iter().map(known_line))
                .hint(format!(
                    "name it as the first argument, such as @{}, or run the command in its folder",
                    first.name
                ))),
        }
    }

    /// No pair is known.
    pub(super) fn no_pair(&self) -> Failure {
        Failure::usage("there is no pair here, and none is known on this machine")
            .hint(Hint::init().why("make one; --as says which seat is yours"))
            .hint(Hint::run(["oneonone", "join", "URL"]).why("join one"))
            .hint(Hint::run(["oneonone", "demo"]).why("try everything on a made-up one"))
    }

    /// The index that Git means: while it runs a hook it may name another than the clone's own.
    pub(super) fn index_file(&self, repo: &Repository) -> PathBuf {
        match env::var_os("GIT_INDEX_FILE").filter(|path| !path.is_empty()) {
            Some(path) => self.cwd.join(path),
            None => repo.git_dir().join("index"),
        }
    }

    /// The address of a remote: a path is meant from where I stand, and is kept from there on as it is everywhere.
    pub(super) fn address(&self, url: &str) -> String {
        let path = self.cwd.join(url).canonicalize();
        let path = path.ok().filter(|_| !url.is_empty() && !url.contains("://"));
        path.and_then(|path| path.to_str().map(str::to_owned))
            .unwrap_or_else(|| url.to_owned())
    }

    /// The pair's clone that I stand in.
    fn here(&self) -> Result<Option<PathBuf>, Failure> {
        match Repository::discover(&self.cwd) {
            Ok(Some(repo)) if repo.workdir().join("pair.toml").symlink_metadata().is_ok() => {
                Ok(Some(repo.workdir().to_owned()))
            }
            Ok(_) => Ok(None),
            // Who stands in one without a folder, such as a remote, means that one, and no other pair.
            Err(
                e @ git::Error::Refused {
                    shape: git::Shape::Bare,
                    ..
                },
            ) => Err(e.into()),
            // A repository that cannot be handled matters where it is a pair's.
            Err(e) => {
                if self.cwd.join("pair.toml").exists() {
                    Err(e.into())
                } else {
                    Ok(None)
                }
            }
        }
    }
}

pub(super) fn unknown_pair(name: &str, registry: &Registry) -> Failure {
    Failure::new(Exit::Usage, format!("no pair is known by the name {name}"))
        .causes(registry.pairs().iter().map(known_line))
        .hint(Hint::run(["oneonone", "pairs"]).why("list them"))
        .hint(Hint::run(["oneonone", "pairs", "add", "DIR"]).why("make one known"))
}

fn known_line(pair: &KnownPair) -> String {
    format!("{:<12} {}", pair.name, pair.dir.display())
}

/// The time: `ONEONONE_NOW` freezes it, with its own offset as the local one.
fn now() -> Result<DateTime<FixedOffset>, Failure> {
    match env::var("ONEONONE_NOW") {
        Ok(text) if !text.is_empty() => DateTime::parse_from_rfc3339(&text).map_err(|e| {
            Failure::new(
                Exit::Usage,
                format!("ONEONONE_NOW is not an RFC 3339 date-time: {e}"),
            )
        }),
        _ => Ok(Local::now().fixed_offset()),
    }
}

/// A random id. Where the system has no randomness there is nothing sensible left to do but to take the time.
fn random_id() -> EntryId {
    let mut bytes = [0; 6];
    if getrandom::fill(&mut bytes).is_err() {
        let nanos = Utc::now().timestamp_nanos_opt().unwrap_or_default().to_be_bytes();
        bytes
            .iter_mut()
            .zip(nanos.iter().rev())
            .for_each(|(to, from)| *to = *from);
    }
    EntryId::from_bytes(bytes)
}
