//! `key`: my key, and the other's.

use clap::{Args, Subcommand};

use crate::app;
use crate::cli::{Context, Exit, Failure, Hint, TerminalError, ask};
use crate::model::visible;
use crate::render::json::{self, JsonDocument};
use crate::seal::Trust;

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
    context.out.data(&data)?;
    Ok(Exit::Done)
}

fn trust(context: &mut Context, args: &TrustArgs) -> Result<Exit, Failure> {
    let place = context.place()?;
    let session = context.read(&place, |_| false)?;
    let key = args.key.as_deref();
    let shown = app::preview_trust(&session, &args.member, key)?;
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
            out.say(format!("  {}", visible(key)));
        }
    };
    let name = visible(name);
    match before {
        Trust::Changed { pinned, stated, .. } => {
            list(&format!("the keys of {name} that you trusted"), pinned);
            list("the keys that the pair states now", stated);
        }
        Trust::Unpinned { stated } => list(&format!("the keys that the pair states for {name}"), stated),
        Trust::OpenSeat | Trust::Trusted(_) => {}
    }
}
