//! `share`: let more people read an entry.

use clap::Args;

use crate::model::{EntryId, Visibility};
use crate::query::Ids;
use crate::query::Records;
use crate::render::text;

use super::ask;
use super::context::Context;
use super::error::{Exit, Failure};
use super::hint::Hint;
use super::session::{Desk, Reading, screen};

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
    if !args.yes && !context.interactive {
        let flag = args.confidential.then_some("--confidential");
        let share = ["share", &args.id].into_iter().chain(flag).chain(["--yes"]);
        return Err(
            Failure::usage("more people will read it, and there is no terminal to ask you at")
                .hint(Hint::ours(share).why("say beforehand that you mean it")),
        );
    }
    let place = context.place()?;
    if !args.yes {
        // No lock is held while a person thinks.
        let reading = Reading::open(context, &place, |_| true)?;
        let id = reading.resolve(&args.id)?;
        let me = reading.me();
        if check(&reading.records, &reading.ids, &me, id, to)? && !agreed(context, &reading, id, to)? {
            return Err(Failure::new(Exit::Failed, "nothing was changed"));
        }
    }
    let mut desk = Desk::open(context, &place)?;
    let id = desk.resolve(&args.id)?;
    if check(&desk.records, &desk.ids, &desk.me, id, to)? {
        let mut state = desk.workspace.state().clone();
        desk.workspace.widen_entry(&mut state, id, to)?;
        desk.save(context, state, None)?;
        if to == Visibility::Shared {
            context
                .out
                .warn("everyone with a clone reads it from now on, the host's admins too; history keeps it");
        }
    } else {
        context.out.say(format!("it is {to} already"));
    }
    desk.echo(context, id);
    desk.answer(context, &[id], true)?;
    Ok(Exit::Done)
}

/// Whether there is something to widen.
fn check(
    records: &Records,
    ids: &Ids,
    me: &crate::model::Slug,
    id: EntryId,
    to: Visibility,
) -> Result<bool, Failure> {
    let Some(entry) = records.entry(id) else {
        return Ok(false);
    };
    let short = ids.short(id);
    if entry.by != *me {
        return Err(Failure::new(
            Exit::Failed,
            format!("{short} is by {}: only its author decides who reads it", entry.by),
        )
        .hint("ask them to share it"));
    }
    if entry.visibility > to {
        return Err(narrowing(&short, entry.visibility, to));
    }
    Ok(entry.visibility < to)
}

/// Why fewer people cannot be made to read what more have read.
pub(super) fn narrowing(short: &str, from: Visibility, to: Visibility) -> Failure {
    Failure::new(
        Exit::Failed,
        format!("{short} is {from}, and cannot be made {to}"),
    )
    .cause("history keeps the text as it is: whoever could read it still can")
    .hint(Hint::anew(short, to))
}

fn agreed(context: &mut Context, reading: &Reading, id: EntryId, to: Visibility) -> Result<bool, Failure> {
    let me = reading.me();
    let shown = {
        let screen = screen(context, &reading.records.pair, &me, &reading.ids);
        let entries: Vec<_> = reading.records.entry(id).into_iter().collect();
        let list = text::list(&screen, &entries);
        format!("{list}It will be read by: {}", text::readers(&screen, to))
    };
    context.out.say(shown);
    ask::yes(context, "Share it?")
}
