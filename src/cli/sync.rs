//! `sync`: carry the records both ways.

use clap::Args;

use crate::render::{SyncFacts, json, tsv};
use crate::sync::{Delivery, Interest, SyncNote, SyncOptions, SyncReport, Take, Workspace, sync};

use super::answers::{self, Answer};
use super::context::{Context, Place};
use super::error::{Exit, Failure, undelivered};
use super::hint::Hint;
use super::{guard, sync_all};

/// Carry the records both ways: commit, fetch, merge by meaning, push
#[derive(Args)]
pub(super) struct SyncArgs {
    /// Set the remote of a pair that has none
    #[arg(long, value_name = "URL")]
    remote: Option<String>,
    /// Say what would happen; change nothing here or there
    #[arg(long)]
    dry_run: bool,
    /// Go on though the remote's history was rewritten; everything that is here is kept
    #[arg(long)]
    accept_rewrite: bool,
    /// Every pair known on this machine
    #[arg(long, conflicts_with_all = ["remote", "accept_rewrite"])]
    all: bool,
}

pub(super) fn run(context: &mut Context, args: SyncArgs) -> Result<Exit, Failure> {
    if args.all {
        let options = options(context, &args);
        let mut done = sync_all::side_by_side(context, &options)?;
        let pairs = done.len();
        let (synced, exit) = answers::all_pairs(context, |context, place| {
            let name = place.name.clone().unwrap_or_default();
            let report = done.remove(&name).ok_or_else(|| context.no_pair())??;
            told(context, &report, args.dry_run).map(Synced)
        })?;
        if context.global.json || !context.to_terminal {
            answers::give_all(context, &synced)?;
        }
        let failed = pairs - synced.len();
        if failed > 0 {
            let others = if failed < pairs {
                "; the others went through"
            } else {
                ""
            };
            context
                .out
                .say(format!("{failed} of {pairs} pairs failed{others}"));
        }
        return Ok(exit);
    }
    let place = context.place()?;
    let report = one(context, &place, &args)?;
    let synced = Synced(told(context, &report, args.dry_run)?);
    if context.global.json || !context.to_terminal {
        answers::give(context, &synced)?;
    }
    Ok(Exit::Done)
}

/// The figures of a delivered sync. People read it on standard error.
struct Synced(SyncFacts);

impl Answer for Synced {
    fn json(&self) -> json::Document<'_> {
        json::Document::sync(&self.0)
    }

    fn tsv(&self, pair: Option<&str>) -> String {
        tsv::sync(pair, &self.0)
    }

    fn text(&self, _: &Context) -> String {
        String::new()
    }
}

fn one(context: &mut Context, place: &Place, args: &SyncArgs) -> Result<SyncReport, Failure> {
    let mut workspace = Workspace::open(
        &place.dir,
        context.environment(),
        Take::Everything,
        Interest::Changes,
    )?;
    if let Some(url) = &args.remote {
        set_remote(&workspace, &context.address(url))?;
    }
    if !args.dry_run {
        guard::keep(context, workspace.repository(), guard::When::Synced);
    }
    Ok(sync(&mut workspace, &options(context, args))?)
}

fn options(context: &Context, args: &SyncArgs) -> SyncOptions {
    SyncOptions {
        offline: context.global.offline,
        dry_run: args.dry_run,
        accept_rewrite: args.accept_rewrite,
        remote: context.remote_options(),
    }
}

fn set_remote(workspace: &Workspace, url: &str) -> Result<(), Failure> {
    let repo = workspace.repository();
    match repo.remote_url("origin")? {
        Some(old) if old == url => Ok(()),
        Some(old) => Err(Failure::usage(format!("this pair has a remote already: {old}"))
            .hint(Hint::run(["git", "remote", "set-url", "origin", url]).why("change it"))),
        None => {
            repo.set_remote("origin", url)?;
            Ok(repo.set_upstream(&repo.head()?.branch, "origin")?)
        }
    }
}

/// Says in words what happened.
fn told(context: &mut Context, report: &SyncReport, dry_run: bool) -> Result<SyncFacts, Failure> {
    let facts = facts(report);
    // A dry run reads what Git left half-done, and leaves it so.
    let (later, said): (Vec<SyncNote>, Vec<SyncNote>) = report
        .notes
        .iter()
        .cloned()
        .partition(|note| dry_run && *note == SyncNote::FinishedMerge);
    context.tell_notes(&said);
    if !later.is_empty() {
        context
            .out
            .say("the merge that git left half-done would be finished");
    }
    if !matches!(report.delivery, Delivery::Delivered | Delivery::Pending) {
        return Err(undelivered(&report.delivery));
    }
    context.out.say(if dry_run {
        format!(
            "dry run, nothing was changed: {}",
            carried(&facts, "would come", "would go")
        )
    } else {
        words(&facts)
    });
    if facts.conflicts > 0 {
        context.out.warn(format!(
            "{} with a conflict: both values are kept",
            facts.conflicts
        ));
        context.out.hint(Hint::ours(["conflicts"]).why("list them"));
        context.out.hint(Hint::ours(["resolve", "ID"]).why("end one"));
    }
    Ok(facts)
}

/// The figures of a report.
pub(super) fn facts(report: &SyncReport) -> SyncFacts {
    SyncFacts {
        pulled: report.pulled,
        pushed: report.pushed,
        merged: report.merged,
        conflicts: report.conflicts,
        kept: report.kept.clone(),
        attempts: u32::try_from(report.attempts).unwrap_or(u32::MAX),
        delivered: report.delivery == Delivery::Delivered,
    }
}

/// The entries that a sync carried, in words.
pub(super) fn words(facts: &SyncFacts) -> String {
    format!("in sync: {}", carried(facts, "came", "went"))
}

fn carried(facts: &SyncFacts, came: &str, went: &str) -> String {
    let entries = |n: usize| {
        if n == 1 {
            "1 entry".to_owned()
        } else {
            format!("{n} entries")
        }
    };
    match (facts.pulled, facts.pushed) {
        (0, 0) => "nothing new on either side".to_owned(),
        (pulled, 0) => format!("{} {came}", entries(pulled)),
        (0, pushed) => format!("{} {went}", entries(pushed)),
        (pulled, pushed) => format!("{} {came}, {} {went}", entries(pulled), entries(pushed)),
    }
}
