//! `join`: take the open seat of a pair.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;

use crate::git::{CloneOutcome, RemoteOptions, Repository, clone};
use crate::model::{Pair, Slug, Value};
use crate::seal::Identities;
use crate::store::Aside;
use crate::sync::{Delivery, Interest, Reader, SyncOptions, Take, Workspace, sync};

use super::context::Context;
use super::error::{Exit, Failure};
use super::guard;
use super::hint::Hint;
use super::init::{identity, person};
use super::pairs_known::{free_name, make_known};

/// Join a pair: clone it, take the open seat with your key, and push
///
/// With a key that already sits there it is only cloned: a second machine, with your identity file.
#[derive(Args)]
pub(super) struct JoinArgs {
    /// The address that you were sent
    url: String,
    /// The folder to make; the pair's name unless given
    dir: Option<PathBuf>,
    /// Your name, if it is not what the other member wrote
    #[arg(long)]
    name: Option<String>,
}

pub(super) fn run(context: &mut Context, args: JoinArgs) -> Result<Exit, Failure> {
    if context.global.offline {
        return Err(Failure::usage("join needs the remote, and --offline was given"));
    }
    if let Some(name) = &args.name {
        person(name)?;
    }
    let wanted = args.dir.as_ref().map(|dir| context.cwd.join(dir));
    let taken =
        |dir: &&PathBuf| dir.exists() && fs::read_dir(dir).map_or(true, |mut items| items.next().is_some());
    if let Some(dir) = wanted.as_ref().filter(taken) {
        let what = format!("{} is there already, and is not an empty folder", dir.display());
        return Err(Failure::new(Exit::Failed, what)
            .hint(Hint::run(["oneonone", "join", &args.url, "DIR"]).why("name another folder")));
    }
    let beside = wanted
        .as_ref()
        .and_then(|dir| dir.parent())
        .unwrap_or(&context.cwd)
        .to_owned();
    // Cloned aside first: a clone that is no pair, or has no seat for me, leaves nothing behind.
    let aside = Aside::make(&beside)?;
    let cloned = aside.clone_path();
    let began = Instant::now();
    fetch(context, &args.url, &cloned)?;
    let repo = Repository::open(&cloned)?;
    let env = context.environment();
    let pair = Reader::open(&repo, &env, |_| false)?.pair;
    drop(repo);
    let identities = identity(context)?;
    let seat = seat(&pair, &identities)?;
    let me = seat.slug().clone();
    let dir = match wanted {
        Some(dir) => std::path::absolute(&dir).unwrap_or(dir),
        None => context.cwd.join(free_name(context, &pair.partner_of(&me).slug)?),
    };
    if let Seating::Open(_) = &seat {
        let remote = context.remote_options().since(began);
        take_seat(context, (&args, remote), &cloned, &me, &identities)?;
    }
    guard::keep(context, &Repository::open(&cloned)?, guard::When::Made);
    aside.place(&dir)?;
    let repo = Repository::open(&dir)?;
    let mut keys = env.keys_of(&repo, pair.id)?;
    let read = Reader::open(&repo, &env, |_| false)?.pair;
    keys.first_sight(&read)?;
    let known = make_known(context, &read, Some(&me), repo.workdir())?;
    context.out.say(format!(
        "joined the pair {known} in {} as the {}",
        dir.display(),
        read.member(me.as_str()).map_or("member", |m| m.role.as_str())
    ));
    context
        .out
        .hint(Hint::ours(["agenda"]).about(&known).why("see what is waiting"));
    Ok(Exit::Done)
}

enum Seating {
    /// My key sits there already.
    Sits(Slug),
    /// A seat is open.
    Open(Slug),
}

impl Seating {
    fn slug(&self) -> &Slug {
        match self {
            Self::Sits(slug) | Self::Open(slug) => slug,
        }
    }
}

fn seat(pair: &Pair, identities: &Identities) -> Result<Seating, Failure> {
    if let Some(member) = pair.member_with_key(&identities.recipients()) {
        return Ok(Seating::Sits(member.slug.clone()));
    }
    if let Some(member) = pair.members().into_iter().find(|m| m.keys.is_empty()) {
        return Ok(Seating::Open(member.slug.clone()));
    }
    let [manager, report] = pair.members();
    Err(Failure::new(Exit::Key, "both seats of this pair are taken")
        .cause(format!(
            "{} and {} sit there, and none of your keys is theirs",
            manager.name, report.name
        ))
        .hint("if one of them is you: copy the identity file of your other machine here, and join again"))
}

fn fetch(context: &Context, url: &str, to: &Path) -> Result<(), Failure> {
    let failed = |what: &str, words: Option<String>| {
        Err(Failure::new(Exit::Undelivered, format!("{url}: {what}"))
            .causes(words)
            .cause("nothing was left here")
            .hint(Hint::reach(url)))
    };
    match clone(url, to, &context.remote_options())? {
        CloneOutcome::Done => {}
        CloneOutcome::Unreachable { words } => return failed("the remote could not be reached", Some(words)),
        CloneOutcome::Denied { words } => return failed("the remote refused", Some(words)),
        CloneOutcome::TimedOut => return failed("the remote did not answer in time", None),
    }
    if to.join("pair.toml").symlink_metadata().is_err() {
        return Err(Failure::new(Exit::Failed, format!("there is no pair at {url}"))
            .hint("ask for the address that was printed when the pair was made")
            .hint(Hint::init().why("or make a pair")));
    }
    Ok(())
}

/// Takes the seat in the clone and pushes it; only then the clone comes to its place.
fn take_seat(
    context: &mut Context,
    (args, remote): (&JoinArgs, RemoteOptions),
    cloned: &Path,
    me: &Slug,
    identities: &Identities,
) -> Result<(), Failure> {
    let mut workspace = Workspace::open(cloned, context.environment(), Take::Records, Interest::Everything)?;
    let mut state = workspace.state().clone();
    if let Some(member) = state.pair.as_mut().and_then(|p| p.members.get_mut(me.as_str())) {
        member.set(
            "keys",
            Value::Array(identities.recipients().into_iter().map(Value::from).collect()),
        );
        if let Some(name) = &args.name {
            member.set("name", name.trim());
        }
    }
    let _ = workspace.begin(state, Some("take a seat"))?.finish_unrecorded()?;
    let options = SyncOptions {
        remote,
        ..SyncOptions::default()
    };
    let report = sync(&mut workspace, &options)?;
    drop(workspace);
    if report.delivery != Delivery::Delivered {
        return Err(
            super::error::undelivered(&report.delivery).cause("no seat was taken, and nothing was left here")
        );
    }
    Ok(())
}
