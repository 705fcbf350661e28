//! `status`: unsynced work, as last seen.

use clap::Args;

use crate::app::{self, Status};
use crate::cli::{Context, Exit, Failure, Hint};
use crate::render::{StatusFacts, json::JsonDocument, text, tsv};

/// Show what is not synced yet, and conflicts; the network is left alone
#[derive(Args)]
pub(super) struct StatusArgs {
    /// Every pair known on this machine
    #[arg(long)]
    all: bool,
}

pub(super) fn run(context: &mut Context, args: StatusArgs) -> Result<Exit, Failure> {
    context.answer(args.all, |context, place| {
        let status = app::status(&context.read(place, |_| true)?)?;
        let facts = StatusFacts {
            branch: status.clone_status.branch.clone(),
            ahead: status.clone_status.ahead,
            behind: status.clone_status.behind,
            uncommitted: status.clone_status.uncommitted,
            conflicts: status.conflicts,
        };
        advise(context, status);
        Ok(context.in_form(
            || JsonDocument::status(&facts),
            |pair| tsv::status(pair, &facts),
            || text::status(&facts),
        ))
    })
}

/// Hints at the next step.
fn advise(context: &mut Context, status: Status) {
    let (out, standing) = (&mut context.out, status.clone_status);
    if standing.unfinished {
        out.warn("an earlier command was cut off; the next one that writes completes it");
    }
    if standing.merging {
        out.warn("a merge by git stopped half-way; a sync finishes it by meaning");
    }
    if let Some(failure) = status.obstacle.map(Failure::from) {
        out.warn(format!("a sync would stop: {}", failure.line()));
        failure
            .what_to_do()
            .iter()
            .for_each(|hint| out.hint(hint.clone()));
    } else if !standing.remote {
        out.hint(
            Hint::ours(["sync", "--remote", "URL"]).why("give this pair a remote, which it has not yet"),
        );
    } else if standing.unfinished
        || standing.merging
        || standing.ahead + standing.behind + standing.uncommitted > 0
    {
        out.hint(Hint::ours(["sync"]).why("carry it both ways"));
    }
    if status.conflicts > 0 {
        out.hint(Hint::ours(["conflicts"]).why("see what both of you changed"));
    }
}
