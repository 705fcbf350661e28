//! The commands: one file each, its arguments beside the function that runs them. The doc comment of an argument is its
//! help text.

mod actions;
mod add;
mod agenda;
mod check;
mod conflicts;
mod done;
mod drop;
mod edit;
mod edit_record;
mod end;
mod growth;
mod init;
mod join;
mod key;
mod log;
mod overview;
mod pairs;
mod redo;
mod reopen;
mod resolve;
mod rm;
mod share;
mod show;
mod skip;
mod start;
mod status;
mod sync;
mod undo;
mod who;

use clap::{Parser, Subcommand};

use crate::cli::args::Global;
use crate::cli::context::Context;
use crate::cli::demo;
use crate::cli::error::{Exit, Failure};

/// Keep the 1:1 meetings of a manager and a report in a Git repository of their own
#[derive(Parser)]
#[command(name = "oneonone", version, max_term_width = 100)]
pub(in crate::cli) struct Cli {
    #[command(flatten)]
    pub(in crate::cli) global: Global,
    #[command(subcommand)]
    command: Option<Command>,
}

/// The commands: each is a variant of the grammar and an arm of the dispatch.
macro_rules! commands {
    ($($command:ident: $module:ident::$args:ident,)*) => {
        #[derive(Subcommand)]
        enum Command {
            $($command($module::$args),)*
        }

        /// Runs the command; without one, says where the pair stands.
        pub(in crate::cli) fn run(context: &mut Context, cli: Cli) -> Result<Exit, Failure> {
            match cli.command {
                None => overview::run(context),
                $(Some(Command::$command(args)) => $module::run(context, args),)*
            }
        }
    };
}

commands! {
    Init: init::InitArgs,
    Join: join::JoinArgs,
    Add: add::AddArgs,
    Agenda: agenda::AgendaArgs,
    Start: start::StartArgs,
    End: end::EndArgs,
    Skip: skip::SkipArgs,
    Done: done::DoneArgs,
    Drop: drop::DropArgs,
    Reopen: reopen::ReopenArgs,
    Edit: edit::EditArgs,
    Show: show::ShowArgs,
    Rm: rm::RmArgs,
    Share: share::ShareArgs,
    Undo: undo::UndoArgs,
    Redo: redo::RedoArgs,
    Sync: sync::SyncArgs,
    Demo: demo::DemoArgs,
    Actions: actions::ActionsArgs,
    Growth: growth::GrowthArgs,
    Log: log::LogArgs,
    Conflicts: conflicts::ConflictsArgs,
    Resolve: resolve::ResolveArgs,
    Status: status::StatusArgs,
    Check: check::CheckArgs,
    Pairs: pairs::PairsArgs,
    Who: who::WhoArgs,
    Key: key::KeyArgs,
}
