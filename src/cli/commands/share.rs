//! `share`: let more people read an entry.

use clap::Args;

use crate::app::{self, PairView};
use crate::cli::{Context, Exit, Failure, Hint, TerminalError, ask};
use crate::model::{EntryId, Visibility};
use crate::render::{printable, text};

/// Let more people read an entry of yours: private, then confidential, then shared
#[derive(Args)]
pub(super) struct ShareArgs {
    /// Which entry; several with `--seen`
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// Share it with the other member alone
    #[arg(long)]
    confidential: bool,
    /// You let more people read them on another machine: end the warning, and change nothing
    #[arg(long, conflicts_with_all = ["confidential", "yes"])]
    seen: bool,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

pub(super) fn run(context: &mut Context, args: ShareArgs) -> Result<Exit, Failure> {
    if args.seen {
        return context.change(|session| app::confirm_readers(session, &args.ids));
    }
    let [id] = args.ids.as_slice() else {
        return Err(TerminalError::NotOneToShare.into());
    };
    let to = if args.confidential {
        Visibility::Confidential
    } else {
        Visibility::Shared
    };
    if !args.yes {
        if !context.interactive {
            let flag = args.confidential.then_some("--confidential");
            let command = ["share", id].into_iter().chain(flag).chain(["--yes"]);
            return Err(TerminalError::NobodyToAskToShare(Hint::ours(command)).into());
        }
        let place = context.place()?;
        let view = context.read(&place, |_| true)?.view;
        if let Some(id) = app::preview_share(&view, id, to)?
            && !agreed(context, &view, id, to)?
        {
            return Err(TerminalError::Declined.into());
        }
    }
    context.change(|session| Ok(vec![app::share(session, id, to)?]))
}

fn agreed(context: &mut Context, view: &PairView, id: EntryId, to: Visibility) -> Result<bool, Failure> {
    let screen = context.screen(view);
    let entries: Vec<_> = view.records.entry(id).into_iter().collect();
    let list = text::list(&screen, &entries);
    let shown = printable![list, "It will be read by: ", text::readers(&screen, to)];
    context.out.say(shown);
    ask::yes(context, "Share it?")
}
