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

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{Args, FromArgMatches, Parser, Subcommand};

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
    command: Option<Subcommands>,
}

/// Parses arguments.
///
/// # Errors
/// The words for a person, if they asked for help or for the version, or the arguments make no sense.
pub(in crate::cli) fn parse(arguments: Vec<OsString>) -> Result<Cli, clap::Error> {
    let matches = slim_grammar().try_get_matches_from(&arguments);
    match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Err(e) if e.kind() != ErrorKind::DisplayVersion => Cli::try_parse_from(arguments),
        parsed => parsed,
    }
}

/// The grammar without words for help: only the command that is asked for is built. Half of the time of a start goes into
/// the other ones.
fn slim_grammar() -> clap::Command {
    let program = clap::Command::new("oneonone").version(env!("CARGO_PKG_VERSION"));
    let commands = GRAMMARS.iter();
    let commands = commands.map(|(name, augment)| clap::Command::new(*name).defer(*augment));
    GlobalArgs::augment_args(program).subcommands(commands)
}

/// The commands: each is a name, a variant of the grammar and an arm of the dispatch.
macro_rules! commands {
    ($($name:literal $command:ident: $module:ident::$run:ident($args:ident),)*) => {
        #[derive(Subcommand)]
        enum Subcommands {
            $(#[command(name = $name)] $command($module::$args),)*
        }

        /// Each command by its name, with the function that adds its arguments.
        const GRAMMARS: &[(&str, fn(clap::Command) -> clap::Command)] = &[
            $(($name, $module::$args::augment_args),)*
        ];

        /// Runs the command; without one, says where the pair stands.
        pub(in crate::cli) fn run(context: &mut Context, cli: Cli) -> Result<Exit, Failure> {
            match cli.command {
                None => questions::overview(context),
                $(Some(Subcommands::$command(args)) => $module::$run(context, args),)*
            }
        }
    };
}

commands! {
    "init" Init: init::run(InitArgs),
    "join" Join: join::run(JoinArgs),
    "add" Add: add::run(AddArgs),
    "agenda" Agenda: questions::agenda(AgendaArgs),
    "start" Start: meetings::start(StartArgs),
    "end" End: meetings::end(EndArgs),
    "skip" Skip: meetings::skip(SkipArgs),
    "next" Next: next::run(NextArgs),
    "done" Done: close::done(DoneArgs),
    "drop" Drop: close::drop(DropArgs),
    "reopen" Reopen: close::reopen(ReopenArgs),
    "edit" Edit: edit::run(EditArgs),
    "show" Show: questions::show(ShowArgs),
    "rm" Rm: rm::run(RmArgs),
    "share" Share: share::run(ShareArgs),
    "restore" Restore: restore::run(RestoreArgs),
    "undo" Undo: undo::undo(UndoArgs),
    "redo" Redo: undo::redo(RedoArgs),
    "sync" Sync: sync::run(SyncArgs),
    "demo" Demo: demo::run(DemoArgs),
    "actions" Actions: questions::actions(ActionsArgs),
    "growth" Growth: questions::growth(GrowthArgs),
    "log" Log: questions::log(LogArgs),
    "conflicts" Conflicts: conflicts::run(ConflictsArgs),
    "resolve" Resolve: resolve::run(ResolveArgs),
    "status" Status: questions::status(StatusArgs),
    "check" Check: check::run(CheckArgs),
    "pairs" Pairs: pairs::run(PairsArgs),
    "who" Who: who::run(WhoArgs),
    "key" Key: key::run(KeyArgs),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_slim_grammar_knows_every_command_and_argument() {
        let (mut whole, mut slim) = (Cli::command(), slim_grammar());
        whole.build();
        slim.build();
        let arguments = |command: &clap::Command| -> Vec<String> {
            let mut ids: Vec<String> = command.get_arguments().map(|arg| format!("{arg:?}")).collect();
            ids.sort();
            ids
        };
        assert_eq!(arguments(&whole), arguments(&slim));
        let names = |command: &clap::Command| -> Vec<String> {
            command
                .get_subcommands()
                .map(|sub| sub.get_name().to_owned())
                .collect()
        };
        assert_eq!(names(&whole), names(&slim));
        for (whole, slim) in whole.get_subcommands().zip(slim.get_subcommands()) {
            assert_eq!(arguments(whole), arguments(slim), "{}", whole.get_name());
        }
    }
}
