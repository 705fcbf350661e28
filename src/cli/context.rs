//! The surroundings of a command: the clock, the places, the terminal, and the variables of this program. `editor.rs` reads
//! those of the editor, `output.rs` those about colour, `commands/init.rs` reads `USER`, and `demo/tour.rs` reads `PATH`.
//! `git/` reads those of Git and ssh.

use std::env;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::{DateTime, FixedOffset, Local, Utc};
use etcetera::{BaseStrategy, base_strategy::Xdg};

use crate::app::{self, PairClone, Setting};
use crate::git::RemoteOptions;
use crate::model::{Date, EntryId, Problem};
use crate::sync::Environment;

use super::{Failure, SurroundingsError, args::GlobalArgs, output, output::Output};

/// The surroundings of a command.
pub(super) struct Context {
    /// The date where the person is.
    pub(super) today: Date,
    pub(super) global: GlobalArgs,
    pub(super) setting: Setting,
    /// The folder that the command was started in.
    pub(super) cwd: PathBuf,
    pub(super) out: Output,
    /// Whether a person can be asked.
    pub(super) interactive: bool,
    /// Whether the answer goes to a terminal.
    pub(super) to_terminal: bool,
    /// Columns of the terminal.
    pub(super) width: usize,
    /// The broken records that were named: a command that also syncs names each once.
    pub(super) named_broken: Vec<Problem>,
}

impl Context {
    pub(super) fn new(global: GlobalArgs) -> Result<Self, Failure> {
        let now = now()?;
        let home = Xdg::new().map_err(|e| Failure::from(SurroundingsError::NoHome(e)));
        let folder = |variable: &'static str, usual: fn(&Xdg) -> PathBuf| match path_in(variable) {
            Some(path) => {
                std::path::absolute(path).map_err(|e| SurroundingsError::NoFolder(variable, e).into())
            }
            None => home.clone().map(|xdg| usual(&xdg).join("oneonone")),
        };
        let config_dir = folder("ONEONONE_CONFIG_DIR", Xdg::config_dir)?;
        let state_dir = folder("ONEONONE_STATE_DIR", |xdg| {
            let usual = || xdg.home_dir().join(".local/state");
            xdg.state_dir().unwrap_or_else(usual)
        })?;
        let identity = match path_in("ONEONONE_IDENTITY") {
            Some(path) => std::path::absolute(path).context("ONEONONE_IDENTITY names no file")?,
            None => config_dir.join("identity.txt"),
        };
        let terminals = std::io::stdin().is_terminal() && output::is_watched();
        let to_terminal = output::is_answer_watched();
        let columns = env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
        let width = columns.or_else(output::columns);
        let interactive = terminals && !global.no_input;
        let setting = Setting {
            environment: Environment {
                use_index: env::var_os("ONEONONE_INDEX").is_none_or(|set| set != "off"),
                now: now.with_timezone(&Utc),
                identity,
                pins_dir: state_dir.join("pins"),
                new_id: random_id,
            },
            today: now.date_naive(),
            state_dir,
            remote: RemoteOptions {
                interactive,
                ..RemoteOptions::default()
            },
            offline: global.offline,
            acquaintances: app::AcquaintancesOnce::default(),
            program: env::current_exe().unwrap_or_else(|_| "oneonone".into()),
        };
        Ok(Self {
            today: setting.today,
            cwd: env::current_dir().context("no current folder")?,
            out: Output::new(global.color, global.pair.clone()),
            interactive,
            to_terminal,
            width: width.filter(|width| *width > 0).unwrap_or(100),
            global,
            setting,
            named_broken: Vec::new(),
        })
    }

    /// The surroundings of a question that is asked while others are: its lines are kept, to be said in turn.
    pub(super) fn with_kept_lines(&self) -> Self {
        Self {
            global: self.global.clone(),
            setting: self.setting.clone(),
            cwd: self.cwd.clone(),
            out: self.out.with_kept_lines(),
            named_broken: self.named_broken.clone(),
            ..*self
        }
    }

    /// The outside world of a use case.
    pub(super) fn setting(&self) -> &Setting {
        &self.setting
    }

    /// The pair to work on: the one that was named, else the repository I stand in, else the only one known.
    pub(super) fn place(&mut self) -> Result<PairClone, Failure> {
        let named = self.global.pair.as_deref();
        let place = app::choose_pair(&self.setting.registry()?, named, &self.cwd)?;
        self.goes_to(&place.dir);
        Ok(place)
    }

    /// The command is about the clone in a folder: commands in hints name it where the person stands elsewhere. Git runs a
    /// hook at the top of the folder, and says where it was run itself.
    pub(super) fn goes_to(&mut self, dir: &Path) {
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let stands = path_in("GIT_PREFIX").map_or_else(|| self.cwd.clone(), |below| self.cwd.join(below));
        let is_here = real(dir) == real(&stands);
        let shown = dir.components().collect::<PathBuf>().display().to_string();
        self.out.clone = (!is_here).then_some(shown);
    }

    /// The index that Git means, where it runs a hook.
    pub(super) fn index_file(&self) -> Option<PathBuf> {
        path_in("GIT_INDEX_FILE").map(|path| self.cwd.join(path))
    }

    /// The address of a remote. A relative path begins at the current folder, and becomes an absolute one.
    pub(super) fn address(&self, url: &str) -> String {
        let path = self.cwd.join(url).canonicalize().ok();
        let path = path.filter(|_| !url.is_empty() && !url.contains("://"));
        let path = path.as_ref().and_then(|path| path.to_str());
        path.unwrap_or(url).to_owned()
    }
}

/// The path in an environment variable that is set.
fn path_in(variable: &str) -> Option<PathBuf> {
    let path = env::var_os(variable).filter(|path| !path.is_empty());
    path.map(PathBuf::from)
}

/// The time: `ONEONONE_NOW` freezes it, with its own offset as the local one.
fn now() -> Result<DateTime<FixedOffset>, SurroundingsError> {
    match env::var("ONEONONE_NOW") {
        Ok(text) if !text.is_empty() => {
            DateTime::parse_from_rfc3339(&text).map_err(SurroundingsError::NoTime)
        }
        _ => Ok(Local::now().fixed_offset()),
    }
}

/// A random id. If the system has no randomness, the time must do.
fn random_id() -> EntryId {
    let mut bytes = [0; 6];
    if getrandom::fill(&mut bytes).is_err() {
        let nanos = Utc::now().timestamp_nanos_opt().unwrap_or_default().to_le_bytes();
        bytes.copy_from_slice(&nanos[..6]);
    }
    EntryId::from_bytes(bytes)
}
