//! `status`: unsynced work, as last seen.

use clap::Args;

use crate::render::{StatusFacts, json, text, tsv};
use crate::sync::{self, Standing};

use super::answers::{self, Answer};
use super::context::{Context, Place};
use super::error::{Exit, Failure};
use super::hint::Hint;
use super::reading::Reading;

/// Show what is not synced yet, and conflicts; the network is left alone
#[derive(Args)]
pub(super) struct StatusArgs {
    /// Every pair known on this machine
    #[arg(long)]
    all: bool,
}

pub(super) fn run(context: &mut Context, args: StatusArgs) -> Result<Exit, Failure> {
    answers::answer(context, args.all, Found::new)
}

struct Found(StatusFacts);

impl Found {
    fn new(context: &mut Context, place: &Place) -> Result<Self, Failure> {
        let reading = Reading::open(context, place, |_| true)?;
        let standing = sync::standing(&reading.repo)?;
        let conflicts = reading.conflicted();
        let facts = StatusFacts {
            branch: standing.branch.clone(),
            ahead: standing.ahead,
            behind: standing.behind,
            uncommitted: standing.uncommitted,
            conflicts,
        };
        let in_the_way = reading.repo.check_shape().err().map(Failure::from);
        advise(context, &standing, in_the_way, conflicts);
        Ok(Self(facts))
    }
}

/// What to do next.
fn advise(context: &mut Context, standing: &Standing, in_the_way: Option<Failure>, conflicts: usize) {
    let out = &mut context.out;
    if standing.unfinished {
        out.warn("an earlier command was cut off; the next one that writes completes it");
    }
    if standing.merging {
        out.warn("a merge by git stopped half-way; a sync finishes it by meaning");
    }
    if let Some(failure) = &in_the_way {
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
    if conflicts > 0 {
        out.hint(Hint::ours(["conflicts"]).why("see what both of you changed"));
    }
}

impl Answer for Found {
    fn json(&self) -> json::Document<'_> {
        json::Document::status(&self.0)
    }

    fn tsv(&self, pair: Option<&str>) -> String {
        tsv::status(pair, &self.0)
    }

    fn text(&self, _: &Context) -> String {
        text::status(&self.0)
    }
}
