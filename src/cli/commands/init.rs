//! `init`: make a pair.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use clap::Args;

use crate::app::{self, InitRequest, NewClone};
use crate::cli::{Context, Exit, Failure, Hint, TerminalError, error::with_folder, hint::quoted};
use crate::git::{PublicAddress, Repository};
use crate::model::Role;

/// Make a pair: its repository, a seat for both members, and your key
#[derive(Args)]
pub(super) struct InitArgs {
    /// The other member's name
    partner: String,
    /// The folder to make; the pair's name unless given
    dir: Option<PathBuf>,
    /// Which seat is yours
    #[arg(long = "as", value_name = Role::CHOICES)]
    role: Role,
    /// Your own name; what git calls you unless given
    #[arg(long)]
    name: Option<String>,
    /// The address of an empty repository to share
    #[arg(long, value_name = "URL")]
    remote: Option<String>,
}

pub(super) fn run(context: &mut Context, args: InitArgs) -> Result<Exit, Failure> {
    app::slug_of_person(&args.partner)?;
    let request = InitRequest {
        name: match args.name {
            Some(name) => name,
            None => own_name(&context.cwd)?,
        },
        partner: args.partner,
        role: args.role,
        remote: args.remote.map(|url| context.address(&url)),
        clone: NewClone {
            dir: args.dir,
            folder: context.cwd.clone(),
            began: Instant::now(),
        },
    };
    let elsewhere = ["init", &request.partner, "DIR", "--as", request.role.as_str()];
    let made = context.told(|setting, remarks| {
        app::init(setting, &request, remarks).map_err(|e| with_folder(e, &elsewhere))
    })?;
    context.goes_to(&made.dir);
    let out = &mut context.out;
    out.say(format!("made the pair {} in {}", made.name, made.dir.display()));
    let (role, partner) = (request.role, &request.partner);
    out.say(format!("you are the {role}, {partner}'s seat is open"));
    let Some(url) = &request.remote else {
        let give = Hint::ours(["sync", "--remote", "URL"]).about(&made.name);
        out.hint(give.why("give it a remote that both of you reach"));
        return Ok(Exit::Done);
    };
    context.told(|setting, remarks| made.offer(setting, url, request.clone.began, remarks))?;
    let shown = PublicAddress::of(url);
    context.out.say("send this line to them:");
    if shown.as_str() != url {
        let why = "the address stands there without your login: send it so, they reach it with a login of their own";
        context.out.say(why);
    }
    context
        .out
        .data(&format!("oneonone join {}\n", quoted(shown.as_str())).into())?;
    Ok(Exit::Done)
}

/// The name that git has for me, else the system's.
fn own_name(cwd: &Path) -> Result<String, TerminalError> {
    let git = Repository::discover(cwd)
        .ok()
        .flatten()
        .and_then(|repo| repo.user_name().ok().flatten());
    let program = || {
        let output = Command::new("git")
            .args(["config", "user.name"])
            .current_dir(cwd)
            .output()
            .ok()?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let user = || std::env::var("USER").ok();
    git.or_else(program)
        .filter(|name| !name.is_empty())
        .or_else(user)
        .filter(|name| !name.is_empty())
        .ok_or(TerminalError::NoOwnName)
}
