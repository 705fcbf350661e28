//! `init`: make a pair.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;

use crate::git::{CommitId, HeadsOutcome, PushOutcome, RemoteOptions, Repository, remote_heads};
use crate::model::{EntryId, Pair, Role, Slug, check_text, slug_of_name, visible};
use crate::seal::Identities;
use crate::store::{Aside, Notes, PrivateFileError, Turn};
use crate::sync::{Keys, Seat, SyncError, create, create_identity, load_identity, new_pair, push};

use super::context::Context;
use super::error::{Exit, Failure};
use super::guard;
use super::hint::{Hint, quoted};
use super::pairs_known::{free_name, make_known};

/// Make a pair: its repository, a seat for both members, and your key
#[derive(Args)]
pub(super) struct InitArgs {
    /// The other member's name
    partner: String,
    /// The folder to make; the pair's name unless given
    dir: Option<PathBuf>,
    /// Which seat is yours
    #[arg(long = "as", value_name = "manager|report")]
    role: Role,
    /// Your own name; what git calls you unless given
    #[arg(long)]
    name: Option<String>,
    /// The address of an empty repository to share
    #[arg(long, value_name = "URL")]
    remote: Option<String>,
}

pub(super) fn run(context: &mut Context, mut args: InitArgs) -> Result<Exit, Failure> {
    args.remote = args.remote.map(|url| context.address(&url));
    let partner = person(&args.partner)?;
    let name = match &args.name {
        Some(name) => name.clone(),
        None => own_name(&context.cwd)?,
    };
    let me = person(&name)?;
    let mut theirs = partner.clone();
    if theirs == me {
        theirs = format!("{theirs}-2")
            .parse()
            .map_err(|e| Failure::usage(format!("{e}")))?;
    }
    let dir = match &args.dir {
        Some(dir) => std::path::absolute(context.cwd.join(dir)).unwrap_or_else(|_| context.cwd.join(dir)),
        None => context.cwd.join(free_name(context, &theirs)?),
    };
    if dir.exists() && fs::read_dir(&dir).map_or(true, |mut items| items.next().is_some()) {
        return Err(Failure::new(
            Exit::Failed,
            format!("{} is there already, and is not an empty folder", dir.display()),
        )
        .hint(
            Hint::run([
                "oneonone",
                "init",
                &args.partner,
                "DIR",
                "--as",
                args.role.as_str(),
            ])
            .why("name another folder"),
        ));
    }
    let identities = identity(context)?;
    let began = Instant::now();
    let branch = match &args.remote {
        Some(url) if context.global.offline => {
            return Err(Failure::usage(format!(
                "--offline, and a remote {} to push to",
                visible(url)
            )));
        }
        Some(url) => empty_remote(context, url)?,
        None => "main".to_owned(),
    };
    // Made aside first: nothing half-made is left in its place, whatever happens.
    let aside = Aside::make(dir.parent().unwrap_or(&context.cwd))?;
    let made = aside.clone_path();
    let (commit, pair) = make(context, &args, &made, &branch, (&me, &name), &theirs, &identities)?;
    guard::keep(context, &Repository::open(&made)?, guard::When::Made);
    aside.place(&dir)?;
    let repo = Repository::open(&dir)?;
    let known = make_known(context, &pair, Some(&me), repo.workdir())?;
    let out = &mut context.out;
    out.say(format!("made the pair {known} in {}", dir.display()));
    out.say(format!(
        "you are the {}, {}'s seat is open",
        args.role,
        visible(&args.partner)
    ));
    let Some(url) = &args.remote else {
        let give = Hint::ours(["sync", "--remote", "URL"]).about(&known);
        out.hint(give.why("give it a remote that both of you reach"));
        return Ok(Exit::Done);
    };
    let options = context.remote_options().since(began);
    let turn = Turn::take(&Notes::of(repo.git_dir()), Duration::from_secs(10))?;
    let outcome = push(&repo, &turn, commit, &branch, &options);
    drop(turn);
    let outcome = outcome?;
    let doubtful = matches!(outcome, PushOutcome::Unreachable { .. } | PushOutcome::TimedOut);
    let arrived = match outcome {
        PushOutcome::Accepted => true,
        // What was lost may have been the answer.
        _ if doubtful => holds(url, &branch, commit, &context.remote_options().since(began)),
        _ => false,
    };
    if !arrived {
        let join = Hint::run(["oneonone", "join", url]).why("then send this line to them");
        return Err(super::error::not_pushed(&outcome).about(&known).hint(join));
    }
    context.out.say("send this line to them:");
    context.out.data(&format!("oneonone join {}\n", quoted(url)))?;
    Ok(Exit::Done)
}

fn make(
    context: &Context,
    args: &InitArgs,
    dir: &Path,
    branch: &str,
    (me, name): (&Slug, &str),
    theirs: &Slug,
    identities: &Identities,
) -> Result<(CommitId, Pair), Failure> {
    let repo = Repository::init(dir, branch)?;
    if let Some(url) = &args.remote {
        repo.set_remote("origin", url)?;
        repo.set_upstream(branch, "origin")?;
    }
    let env = context.environment();
    let id: EntryId = (env.new_id)();
    let mine = Seat {
        slug: me.clone(),
        name: name.trim().to_owned(),
        keys: identities.recipients(),
    };
    let open = Seat {
        slug: theirs.clone(),
        name: args.partner.trim().to_owned(),
        keys: Vec::new(),
    };
    let state = match args.role {
        Role::Manager => new_pair(id, &mine, &open),
        Role::Report => new_pair(id, &open, &mine),
    };
    let document = state.pair.as_ref().ok_or(SyncError::NoPair)?;
    let pair = Pair::from_document(document).map_err(SyncError::Problems)?;
    let commit = create(&repo, &env, &state, me)?;
    let mut keys: Keys = env.keys_of(&repo, pair.id)?;
    keys.first_sight(&pair)?;
    Ok((commit, pair))
}

/// A name that has a slug.
pub(super) fn person(name: &str) -> Result<Slug, Failure> {
    if let Err(what) = check_text(name) {
        return Err(Failure::usage(format!("a name holds a {what}")));
    }
    if name.trim().len() > 200 || name.contains(['\n', '\t']) {
        return Err(Failure::usage("a name is one line of at most 200 bytes"));
    }
    slug_of_name(name)
        .ok_or_else(|| Failure::usage(format!("{name:?} is no name: it has no letter or digit")))
}

/// What git calls me, else what the system does.
pub(super) fn own_name(cwd: &Path) -> Result<String, Failure> {
    let git = Repository::discover(cwd)
        .ok()
        .flatten()
        .and_then(|repo| repo.user_name().ok().flatten());
    let program = || {
        let output = std::process::Command::new("git")
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
        .ok_or_else(|| Failure::usage("what is your name?").hint("give it: --name \"Sam Lee\""))
}

/// My identity, made now if there is none.
pub(super) fn identity(context: &mut Context) -> Result<Identities, Failure> {
    let path = context.identity().to_owned();
    match load_identity(&path) {
        Err(SyncError::PrivateFile(PrivateFileError::Missing { .. })) => {}
        loaded => return Ok(loaded?),
    }
    match create_identity(&path) {
        // Another command made one meanwhile.
        Err(SyncError::PrivateFile(PrivateFileError::Exists { .. })) => Ok(load_identity(&path)?),
        made => {
            let made = made?;
            context.out.say(format!(
                "made your key: {} (keep a copy; nobody can restore it)",
                path.display()
            ));
            Ok(made)
        }
    }
}

/// The branch that the HEAD of an empty remote names.
fn empty_remote(context: &Context, url: &str) -> Result<String, Failure> {
    match remote_heads(url, &context.remote_options())? {
        HeadsOutcome::Heads(heads) if heads.branches.is_empty() => {
            Ok(heads.head.unwrap_or_else(|| "main".to_owned()))
        }
        HeadsOutcome::Heads(_) => Err(Failure::new(
            Exit::Decide,
            format!("the repository at {url} is not empty"),
        )
        .cause("nothing was made")
        .hint(Hint::run(["oneonone", "join", url]).why("if it is a pair's, join it"))
        .hint("else make an empty one")),
        HeadsOutcome::Unreachable { words } => Err(unlisted(url, "could not be reached", Some(words))),
        HeadsOutcome::Denied { words } => Err(unlisted(url, "refused", Some(words))),
        HeadsOutcome::TimedOut => Err(unlisted(url, "did not answer in time", None)),
    }
}

/// Whether a branch of the remote is at a commit.
fn holds(url: &str, branch: &str, commit: CommitId, options: &RemoteOptions) -> bool {
    match remote_heads(url, options) {
        Ok(HeadsOutcome::Heads(heads)) => heads.branches.contains(&(branch.to_owned(), commit)),
        _ => false,
    }
}

fn unlisted(url: &str, what: &str, words: Option<String>) -> Failure {
    Failure::new(Exit::Undelivered, format!("the remote {url} {what}"))
        .causes(words)
        .cause("nothing was made but your key")
        .hint(Hint::reach(url))
}
