//! `key`: my key, and the other's.

use std::time::Duration;

use clap::{Args, Subcommand};

use crate::git::Repository;
use crate::model::Member;
use crate::query::check_member;
use crate::render::json;
use crate::seal::Trust;
use crate::store::{Lock, Notes};
use crate::sync::load_identity;

use super::ask;
use super::context::{Context, Place};
use super::error::{Exit, Failure};
use super::hint::Hint;
use super::reading::Reading;

/// Show your key, trust the other's
#[derive(Args)]
pub(super) struct KeyArgs {
    #[command(subcommand)]
    command: KeyCommand,
}

#[derive(Subcommand)]
enum KeyCommand {
    /// Print your recipient alone: what others seal for
    Show,
    /// Trust the keys that the pair states for a member, after you compared them
    Trust(TrustArgs),
}

#[derive(Args)]
struct TrustArgs {
    /// Whose: a slug, a name, `me` or `them`
    member: String,
    /// The key that they told you; it must be the one that the pair states
    #[arg(long, value_name = "age1…")]
    key: Option<String>,
}

pub(super) fn run(context: &mut Context, args: KeyArgs) -> Result<Exit, Failure> {
    match args.command {
        KeyCommand::Show => show(context),
        KeyCommand::Trust(args) => trust(context, &args),
    }
}

/// The identity of the pair that is meant; outside of any the usual one.
fn show(context: &mut Context) -> Result<Exit, Failure> {
    let mut path = context.identity().to_owned();
    let place = match context.place() {
        Ok(place) => Some(place),
        Err(failure) if context.global.pair.is_some() => return Err(failure),
        Err(_) => None,
    };
    if let Some(Place { dir, .. }) = place
        && let Ok(repo) = Repository::open(&dir)
        && let Some(own) = repo.config("oneonone.identity")?
    {
        path = repo.workdir().join(own);
    }
    let keys = load_identity(&path)?.recipients();
    let data = if context.global.json {
        json::one(&json::Document::keys(&keys))
    } else {
        keys.iter().map(|key| format!("{key}\n")).collect()
    };
    context.out.data(&data)?;
    Ok(Exit::Done)
}

/// Under the clone's lock, but without taking in hand edits: one of them may wait to be sealed for this very key.
fn trust(context: &mut Context, args: &TrustArgs) -> Result<Exit, Failure> {
    let place = context.place()?;
    let reading = Reading::open(context, &place, |_| false)?;
    let pair = reading.records.pair.clone();
    let slug = check_member(&args.member, &reading.me(), &pair)?;
    let member = pair
        .member(slug.as_str())
        .ok_or_else(|| Failure::usage(format!("{slug} is no member of the pair")))?;
    let lock = Notes::of(reading.repo.git_dir()).lock_path();
    let lock = Lock::take(&lock, Duration::from_secs(10))?;
    let mut keys = context.environment().keys_of(&reading.repo, pair.id)?;
    let before = keys.pins().trust_of(member);
    let mut next = keys.pins().clone();
    next.trust(member, args.key.as_deref())?;
    if let Trust::Trusted(_) = before {
        context
            .out
            .say(format!("the keys of {} are trusted already", member.name));
        return Ok(Exit::Done);
    }
    compare(context, member, &before);
    if args.key.is_none() {
        if !context.interactive {
            return Err(Failure::usage(format!("is that the key of {}?", member.name))
                .cause("without a terminal nobody can be asked, and nothing was changed")
                .hint(
                    Hint::ours(["key", "trust", slug.as_str(), "--key", "KEY"])
                        .why("ask them for the key that their `oneonone key show` prints, then trust it"),
                ));
        }
        let question = format!(
            "Did {} tell you this key, other than through the repository? Trust it?",
            member.name
        );
        if !ask::yes(context, &question)? {
            return Err(Failure::new(Exit::Key, "not trusted; nothing was changed"));
        }
    }
    *keys.pins_mut() = next;
    keys.save_pins()?;
    drop(lock);
    context
        .out
        .say(format!("the keys of {} are trusted", member.name));
    context
        .out
        .hint(Hint::ours(["sync"]).why("seal what you both read anew for them"));
    Ok(Exit::Done)
}

/// Says the old keys and the new ones.
fn compare(context: &mut Context, member: &Member, before: &Trust) {
    let out = &mut context.out;
    let mut list = |title: &str, keys: &[String]| {
        out.say(format!("{title}:"));
        if keys.is_empty() {
            out.say("  none");
        }
        for key in keys {
            out.say(format!("  {}", crate::model::visible(key)));
        }
    };
    let name = crate::model::visible(&member.name);
    match before {
        Trust::Changed { pinned, stated, .. } => {
            list(&format!("the keys of {name} that you trusted"), pinned);
            list("the keys that the pair states now", stated);
        }
        Trust::Unpinned { stated } => list(&format!("the keys that the pair states for {name}"), stated),
        Trust::OpenSeat | Trust::Trusted(_) => {}
    }
}
