//! `key`: my keys, and the other's.

use clap::{Args, Subcommand};

use crate::app;
use crate::cli::{Context, Exit, Failure, Hint, TerminalError, ask};
use crate::render::json::{self, JsonDocument};
use crate::seal::Trust;

/// Show your key, trust the other's, refuse a stranger's in your seat
#[derive(Args)]
pub(super) struct KeyArgs {
    #[command(subcommand)]
    command: KeyCommand,
}

#[derive(Subcommand)]
enum KeyCommand {
    /// Print your recipient alone: what others seal for
    Show,
    /// Trust the keys that the pair states for the other member, after you compared them
    Trust(TrustArgs),
    /// Put your own keys back, where somebody changed the keys of your seat
    Refuse,
}

#[derive(Args)]
struct TrustArgs {
    /// Whose: a slug, a name or `them`
    #[arg(required_unless_present = "mine")]
    member: Option<String>,
    /// The key that they told you; it must be the one that the pair states
    #[arg(long, value_name = "age1…")]
    key: Option<String>,
    /// It is my own key: `key show` printed it on another machine of mine, and it stands in my seat
    #[arg(long, requires = "key", conflicts_with = "member")]
    mine: bool,
}

pub(super) fn run(context: &mut Context, args: KeyArgs) -> Result<Exit, Failure> {
    match args.command {
        KeyCommand::Show => show(context),
        KeyCommand::Trust(TrustArgs {
            key: Some(key),
            mine: true,
            ..
        }) => trust_mine(context, &key),
        KeyCommand::Trust(args) => trust(context, &args),
        KeyCommand::Refuse => refuse(context),
    }
}

/// Puts my pinned keys back.
fn refuse(context: &mut Context) -> Result<Exit, Failure> {
    let place = context.place()?;
    let was_changed = context.told(|setting, remarks| app::refuse_keys(setting, &place, remarks))?;
    let out = &mut context.out;
    if was_changed {
        out.say("your own keys stand in pair.toml again, and no others");
        out.hint(Hint::ours(["sync"]).why("send it"));
    } else {
        out.say("the keys of your seat are your own already");
    }
    Ok(Exit::Done)
}

/// Calls a key of my seat mine.
fn trust_mine(context: &mut Context, key: &str) -> Result<Exit, Failure> {
    let place = context.place()?;
    let session = context.read(&place, |_| false)?;
    let pinned = app::trust_mine(&session, key)?;
    let out = &mut context.out;
    out.say("your keys are now:");
    for key in &pinned {
        out.say(format!("  {key}"));
    }
    out.hint(Hint::ours(["sync"]).why("seal what you read anew for them"));
    Ok(Exit::Done)
}

/// The identity of the pair that is meant; outside of any the usual one.
fn show(context: &mut Context) -> Result<Exit, Failure> {
    let place = match context.place() {
        Err(failure) if context.global.pair.is_some() => return Err(failure),
        place => place.ok(),
    };
    let keys = app::own_recipients(context.setting(), place.as_ref())?;
    let data = if context.global.json {
        json::one(&JsonDocument::keys(&keys))
    } else {
        keys.iter().map(|key| format!("{key}\n")).collect()
    };
    if let Some(place) = &place
        && let Ok(session) = app::ReadSession::open(context.setting(), place, |_| false)
    {
        context.tell_seat(session.seat_change());
    }
    context.out.data(&data)?;
    Ok(Exit::Done)
}

fn trust(context: &mut Context, args: &TrustArgs) -> Result<Exit, Failure> {
    let place = context.place()?;
    let session = context.read(&place, |_| false)?;
    let (who, key) = (args.member.as_deref().unwrap_or_default(), args.key.as_deref());
    let shown = app::preview_trust(&session, who, key)?;
    let names = &session.view.names;
    let is_me = shown.member.slug == session.view.me;
    let name = if is_me {
        &names.me.whole
    } else {
        &names.partner.whole
    };
    if let Trust::Trusted(_) = shown.trust {
        context.out.say(format!("the keys of {name} are trusted already"));
        return Ok(Exit::Done);
    }
    compare(context, name, &shown.trust);
    if key.is_none() {
        if !context.interactive {
            return Err(TerminalError::NobodyToAskToTrust {
                slug: shown.member.slug,
                name: name.clone(),
            }
            .into());
        }
        let question = format!("Did {name} tell you this key, other than through the repository? Trust it?");
        if !ask::yes(context, &question)? {
            return Err(TerminalError::NotTrusted.into());
        }
    }
    app::trust(&session, &shown, key)?;
    let out = &mut context.out;
    out.say(format!("the keys of {name} are trusted"));
    out.hint(Hint::ours(["sync"]).why("seal what you both read anew for them"));
    Ok(Exit::Done)
}

/// Says the old keys and the new ones.
fn compare(context: &mut Context, name: &str, before: &Trust) {
    let out = &mut context.out;
    let mut list = |title: &str, keys: &[String]| {
        out.say(format!("{title}:"));
        if keys.is_empty() {
            out.say("  none");
        }
        for key in keys {
            out.say(format!("  {key}"));
        }
    };
    match before {
        Trust::Changed { pinned, stated, .. } => {
            list(&format!("the keys of {name} that you trusted"), pinned);
            list("the keys that the pair states now", stated);
        }
        Trust::Unpinned { stated } => list(&format!("the keys that the pair states for {name}"), stated),
        Trust::OpenSeat | Trust::Trusted(_) => {}
    }
}
