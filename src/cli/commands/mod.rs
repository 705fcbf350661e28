//! The commands: the arguments of each beside the function that runs it. The doc comment of an argument is its
//! help text.

mod add;
mod check;
mod close;
mod conflicts;
mod edit;
mod edit_record;
mod init;
mod join;
mod key;
mod meetings;
mod next;
mod pairs;
mod questions;
mod resolve;
mod restore;
mod rm;
mod share;
mod sync;
mod undo;
mod who;

use clap::{Parser, Subcommand};

use crate::cli::args::GlobalArgs;
use crate::cli::context::Context;
use crate::cli::demo;
use crate::cli::error::{Exit, Failure};

/// Keep the 1:1 meetings of a manager and a report in a Git repository of their own
#[derive(Parser)]
#[command(name = "oneonone", version, max_term_width = 100)]
pub(in crate::cli) struct Cli {
    #[command(flatten)]
    pub(in crate::cli) global: GlobalArgs,
    #[command(subcommand)]
    command: Option<Command>,
}

/// The commands: each is a variant of the grammar and an arm of the dispatch.
macro_rules! commands {
    ($($command:ident: $module:ident::$run:ident($args:ident),)*) => {
        #[derive(Subcommand)]
        enum Command {
            $($command($module::$args),)*
        }

        /// Runs the command; without one, says where the pair stands.
        pub(in crate::cli) fn run(context: &mut Context, cli: Cli) -> Result<Exit, Failure> {
            match cli.command {
                None => questions::overview(context),
                $(Some(Command::$command(args)) => $module::$run(context, args),)*
            }
        }
    };
}

commands! {
    Init: init::run(InitArgs),
    Join: join::run(JoinArgs),
    Add: add::run(AddArgs),
    Agenda: questions::agenda(AgendaArgs),
    Start: meetings::start(StartArgs),
    End: meetings::end(EndArgs),
    Skip: meetings::skip(SkipArgs),
    Next: next::run(NextArgs),
    Done: close::done(DoneArgs),
    Drop: close::drop(DropArgs),
    Reopen: close::reopen(ReopenArgs),
    Edit: edit::run(EditArgs),
    Show: questions::show(ShowArgs),
    Rm: rm::run(RmArgs),
    Share: share::run(ShareArgs),
    Restore: restore::run(RestoreArgs),
    Undo: undo::undo(UndoArgs),
    Redo: undo::redo(RedoArgs),
    Sync: sync::run(SyncArgs),
    Demo: demo::run(DemoArgs),
    Actions: questions::actions(ActionsArgs),
    Growth: questions::growth(GrowthArgs),
    Log: questions::log(LogArgs),
    Conflicts: conflicts::run(ConflictsArgs),
    Resolve: resolve::run(ResolveArgs),
    Status: questions::status(StatusArgs),
    Check: check::run(CheckArgs),
    Pairs: pairs::run(PairsArgs),
    Who: who::run(WhoArgs),
    Key: key::run(KeyArgs),
}
