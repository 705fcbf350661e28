//! `sync`: carry the records both ways.

use std::sync::mpsc::channel;

use clap::Args;

use crate::app::{self, AppError, PairClone, Remark, SyncRequest, Synced, SyncedPairs};
use crate::cli::words::{
    Telling,
    own_entries::{in_a_name_facts, own_change_facts},
    remarks::carried,
    widened::widened_facts,
};
use crate::cli::{Context, Exit, Failure, Hint, TerminalError, ask, error::undelivered};
use crate::git::check_branch;
use crate::model::RecordPath;
use crate::render::{Printable, SyncFacts, json::JsonDocument, tsv};
use crate::sync::{BranchChoice, Delivery, OnRewrite, SyncError};

use super::restore::put_record_back;

/// Carry the records both ways: commit, fetch, merge by meaning, push
#[derive(Args)]
pub(super) struct SyncArgs {
    /// Set the remote of a pair that has none
    #[arg(long, value_name = "URL")]
    remote: Option<String>,
    /// Say what would happen; change nothing here or there
    #[arg(long)]
    dry_run: bool,
    /// Keep everything that is here though the remote's history was rewritten; what it took out goes there again
    #[arg(long)]
    accept_rewrite: bool,
    /// Take the remote's history if it was rewritten, and put only what you have not sent on top
    #[arg(long, conflicts_with_all = ["accept_rewrite", "remote"])]
    take_rewrite: bool,
    /// Go over to the branch that the remote's HEAD names, if it holds what was seen before
    #[arg(long)]
    follow: bool,
    /// Go to this branch of the remote from now on; one that is not there is made
    #[arg(long, value_name = "NAME", conflicts_with = "follow")]
    branch: Option<String>,
    /// Every pair known on this machine
    #[arg(long, conflicts_with_all = ["remote", "accept_rewrite", "take_rewrite", "follow", "branch"])]
    all: bool,
}

pub(super) fn run(context: &mut Context, args: SyncArgs) -> Result<Exit, Failure> {
    let request = SyncRequest {
        remote: args.remote.map(|url| context.address(&url)),
        dry_run: args.dry_run,
        on_rewrite: match (args.accept_rewrite, args.take_rewrite) {
            (true, _) => OnRewrite::Accept,
            (_, true) => OnRewrite::Take,
            _ => OnRewrite::Ask,
        },
        branch: match args.branch {
            Some(name) if check_branch(&name).is_err() => {
                return Err(TerminalError::NoBranchName(name).into());
            }
            Some(name) => BranchChoice::Named(name),
            None if args.follow => BranchChoice::Follow,
            None => BranchChoice::Remembered,
        },
    };
    if args.all {
        return all(context, &request);
    }
    let place = context.place()?;
    let synced = context.told(|setting, remarks| app::sync(setting, &place, &request, remarks))?;
    let with = context.namesake(&place)?;
    let with = with.map_or_else(String::new, |name| format!(" with {name}"));
    let exit = exit_of(&synced);
    let older = synced.report.older_pair().map(str::to_owned);
    let answer = told(context, synced, request.dry_run, &with)?;
    context.out.data(&answer)?;
    match older {
        Some(commit) if context.interactive && !request.dry_run => offer_pair(context, &place, &commit)?,
        _ => {}
    }
    Ok(exit)
}

/// Offers to put the last good `pair.toml` back. Without a terminal the hint names the command.
fn offer_pair(context: &mut Context, place: &PairClone, commit: &str) -> Result<(), Failure> {
    let question = format!("Put pair.toml back as commit {commit} has it?");
    match ask::yes(context, &question)? {
        true => put_record_back(context, place, RecordPath::Pair),
        false => Ok(()),
    }
}

/// The exit code of a sync that delivered (docs/command-line.md#exit-codes).
fn exit_of(synced: &Synced) -> Exit {
    match (synced.report.has_arrived_wider(), synced.report.left_a_record()) {
        (true, _) => Exit::Decide,
        (false, true) => Exit::Failed,
        (false, false) => Exit::Done,
    }
}

fn all(context: &mut Context, request: &SyncRequest) -> Result<Exit, Failure> {
    let mut done = side_by_side(context, request)?;
    let pairs = done.len();
    let mut worst = Exit::Done;
    let (answers, exit) = context.ask_all(|context, place| {
        let synced = place.name.as_ref().and_then(|name| done.remove(name));
        let synced = synced.ok_or(AppError::NoPairKnown)??;
        worst = worst.max(exit_of(&synced));
        // The name of the pair stands before every line.
        told(context, synced, request.dry_run, "")
    })?;
    let exit = exit.max(worst);
    if context.global.json || !context.to_terminal {
        context.give_all(&answers)?;
    }
    let failed = pairs - answers.len();
    if failed > 0 {
        let others = if failed < pairs {
            "; the others went through"
        } else {
            ""
        };
        let words = format!("{failed} of {pairs} pairs failed{others}");
        context.out.say(words);
    }
    Ok(exit)
}

/// Syncs every pair known, and shows how far that is.
fn side_by_side(context: &mut Context, request: &SyncRequest) -> Result<SyncedPairs, Failure> {
    let (sender, progress) = channel();
    let setting = context.setting().clone();
    let synced = std::thread::scope(|scope| {
        let synced = scope.spawn(move || app::sync_all(&setting, request, &sender));
        for now in progress {
            let line = format!("syncing: {} of {} done", now.done, now.all);
            context.out.progress(line);
        }
        synced.join()
    });
    context.out.progress("");
    Ok(synced.unwrap_or(Err(SyncError::OwnFault.into()))?)
}

/// Says in words what happened; `with` names the other member where that is needed. The answer holds the figures, for
/// programs.
fn told(context: &mut Context, synced: Synced, dry_run: bool, with: &str) -> Result<Printable, Failure> {
    let Synced { report, named } = synced;
    context.tell_notes(&report.notes, Telling::of_sync(named.as_ref(), dry_run));
    if let Some(names) = &named {
        context.say_came(names, &report);
    }
    if !matches!(report.delivery, Delivery::Delivered | Delivery::Pending) {
        return Err(undelivered(&report.delivery));
    }
    // Nobody can say that the other member reads there.
    let alone = report.alone.as_ref();
    let alone = alone.map_or_else(String::new, |place| format!(" at {place} alone"));
    context.out.say(match (dry_run, report.alone.is_some()) {
        (true, _) => format!(
            "dry run{with}{alone}, nothing was changed: {}",
            carried(&report, "would come", "would go")
        ),
        (false, false) if report.left_a_record() => format!(
            "synced{with}, but for a record that was left as it lies: {}",
            carried(&report, "came", "went")
        ),
        (false, false) => format!("in sync{with}: {}", carried(&report, "came", "went")),
        (false, true) => format!("synced{with}{alone}: {}", carried(&report, "came", "went")),
    });
    if report.conflicts > 0 {
        context.say_remark(Remark::Conflicts(report.conflicts));
        context.out.hint(Hint::ours(["conflicts"]).why("list them"));
        let names = named.as_ref().filter(|_| !dry_run);
        let named = context.hint_conflicts(names, &report);
        if named < report.conflicts {
            context.out.hint(Hint::ours(["resolve", "ID"]).why("end one"));
        }
    }
    let (own_changed, in_a_name) = (own_change_facts(&report), in_a_name_facts(&report));
    let facts = SyncFacts {
        incoming: report.incoming,
        outgoing: report.outgoing,
        merged: report.merged,
        conflicts: report.conflicts,
        kept: report.kept,
        attempts: u32::try_from(report.attempts).unwrap_or(u32::MAX),
        delivered: report.delivery == Delivery::Delivered,
        widened: widened_facts(&report.notes),
        own_changed,
        in_a_name,
        alone: report.alone,
        came: report.came,
    };
    Ok(context.in_form(
        || JsonDocument::sync(&facts),
        |pair| tsv::sync(pair, &facts),
        Printable::default,
    ))
}
