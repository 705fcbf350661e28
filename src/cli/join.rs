//! `join`: take the open seat of a pair.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;

use crate::git::{CloneOutcome, Repository, clone};
use crate::model::{Pair, Slug, Value};
use crate::seal::Identities;
use crate::sync::{Delivery, Interest, Reader, SyncOptions, Take, Workspace, sync};

use super::context::Context;
use super::error::{Exit, Failure};
use super::guard;
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
        return Err(Failure::new(Exit::Failed, what).hint("name another folder: oneonone join URL DIR"));
    }
    let beside = wanted
        .as_ref()
        .and_then(|dir| dir.parent())
        .unwrap_or(&context.cwd)
        .to_owned();
    fs::create_dir_all(&beside).with_context(|| format!("could not make {}", beside.display()))?;
    // Cloned aside first: a clone that is no pair, or has no seat for me, leaves nothing behind.
    let aside = tempfile::Builder::new()
        .prefix(".oneonone-join-")
        .tempdir_in(&beside)
        .with_context(|| format!("could not make a folder in {}", beside.display()))?;
    let cloned = aside.path().join("clone");
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
    if dir.exists() {
        // An empty folder makes room; anything else makes this fail.
        fs::remove_dir(&dir).map_err(|e| {
            Failure::new(Exit::Failed, format!("{} is in the way: {e}", dir.display()))
                .hint("name a folder: oneonone join URL DIR")
        })?;
    }
    match &seat {
        Seating::Sits(_) => place(&cloned, &dir)?,
        Seating::Open(_) => take_seat(context, &args, &cloned, &dir, &me, &identities)?,
    }
    let repo = Repository::open(&dir)?;
    let mut keys = env.keys_of(&repo, pair.id)?;
    let read = Reader::open(&repo, &env, |_| false)?.pair;
    keys.first_sight(&read)?;
    guard::keep(context, &repo, guard::When::Made);
    let known = make_known(context, &read, Some(&me), repo.workdir())?;
    context.out.say(format!(
        "joined the pair {known} in {} as the {}",
        dir.display(),
        read.member(me.as_str()).map_or("member", |m| m.role.as_str())
    ));
    context.out.hint(format!("oneonone @{known} agenda"));
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
    let failed = |what: &str, words: String| {
        Err(Failure::new(Exit::Undelivered, format!("{url}: {what}"))
            .cause(words)
            .hint("check the address, and that git clone reaches it"))
    };
    match clone(url, to, &context.remote_options())? {
        CloneOutcome::Done => {}
        CloneOutcome::Unreachable { words } => return failed("the remote could not be reached", words),
        CloneOutcome::Denied { words } => return failed("the remote refused", words),
        CloneOutcome::TimedOut => return failed("the remote did not answer in time", String::new()),
    }
    if to.join("pair.toml").symlink_metadata().is_err() {
        return Err(Failure::new(Exit::Failed, format!("there is no pair at {url}"))
            .hint("ask for the address that oneonone init printed, or make a pair: oneonone init PARTNER --as …"));
    }
    Ok(())
}

/// Takes the seat in the clone and pushes it; only then the clone comes to its place.
fn take_seat(
    context: &mut Context,
    args: &JoinArgs,
    cloned: &Path,
    dir: &Path,
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
    workspace.commit(state, Some("take a seat"))?;
    let options = SyncOptions {
        remote: context.remote_options(),
        ..SyncOptions::default()
    };
    let report = sync(&mut workspace, &options)?;
    drop(workspace);
    if report.delivery != Delivery::Delivered {
        return Err(
            super::sync::undelivered(&report.delivery).cause("no seat was taken, and nothing was left here")
        );
    }
    place(cloned, dir)
}

fn place(cloned: &Path, dir: &Path) -> Result<(), Failure> {
    fs::rename(cloned, dir)
        .map_err(|e| Failure::new(Exit::Failed, format!("could not make {}: {e}", dir.display())))
}
