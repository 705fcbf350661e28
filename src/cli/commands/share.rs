//! `share`: let more people read an entry.

use clap::Args;

use crate::app::{self, PairView};
use crate::cli::{Context, Exit, Failure, Hint, TerminalError, ask};
use crate::model::{EntryId, Visibility};
use crate::render::text;

/// Let more people read an entry of yours: private, then confidential, then shared
#[derive(Args)]
pub(super) struct ShareArgs {
    /// Which entry
    id: String,
    /// Share it with the other member alone
    #[arg(long)]
    confidential: bool,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

pub(super) fn run(context: &mut Context, args: ShareArgs) -> Result<Exit, Failure> {
    let to = if args.confidential {
        Visibility::Confidential
    } else {
        Visibility::Shared
    };
    if !args.yes {
        if !context.interactive {
            let flag = args.confidential.then_some("--confidential");
            let command = ["share", &args.id].into_iter().chain(flag).chain(["--yes"]);
            return Err(TerminalError::NobodyToAskToShare(Hint::ours(command)).into());
        }
        let place = context.place()?;
        let view = context.read(&place, |_| true)?.view;
        if let Some(id) = app::preview_share(&view, &args.id, to)?
            && !agreed(context, &view, id, to)?
        {
            return Err(TerminalError::Declined.into());
        }
    }
    context.change(|session| Ok(vec![app::share(session, &args.id, to)?]))
}

fn agreed(context: &mut Context, view: &PairView, id: EntryId, to: Visibility) -> Result<bool, Failure> {
    let screen = context.screen(view);
    let entries: Vec<_> = view.records.entry(id).into_iter().collect();
    let list = text::list(&screen, &entries);
    let shown = format!("{list}It will be read by: {}", text::readers(&screen, to));
    context.out.say(shown);
    ask::yes(context, "Share it?")
}
