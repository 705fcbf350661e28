//! The command line: one file a command, its arguments beside the function that runs them (design, section 5).
//!
//! The doc comment of an argument is its help text. Printing, the clock and the environment stay in here.

mod actions;
mod add;
mod agenda;
mod answers;
mod args;
mod ask;
mod check;
mod conflicts;
mod context;
mod demo;
mod done;
mod draft;
mod drop;
mod edit;
mod edit_record;
mod editor;
mod end;
mod entry_args;
mod error;
mod growth;
mod guard;
mod hint;
mod init;
mod interrupts;
mod join;
mod key;
mod kind_words;
mod log;
mod meetings;
mod notes;
mod output;
mod overview;
mod pairs;
mod pairs_known;
mod problem;
mod redo;
mod reopen;
mod resolve;
mod rm;
mod session;
mod share;
mod show;
mod skip;
mod start;
mod status;
mod sync;
mod sync_all;
mod undo;
mod who;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use args::Cli;
use context::Context;

pub use error::Exit;

/// Parses the arguments, runs the command, says what went wrong, and returns the exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let parsed = Cli::command()
        .try_get_matches_from(args::with_pair_first(arguments))
        .and_then(|matches| {
            let command = matches.subcommand_name().unwrap_or_default().to_owned();
            Cli::from_arg_matches(&matches).map(|cli| (cli, command))
        });
    let (cli, command) = match parsed {
        Ok(parsed) => parsed,
        Err(e) => return error::usage(&e),
    };
    let pair = cli.global.pair.clone();
    let result = Context::new(cli.global, command).and_then(|mut context| {
        let result = args::dispatch(&mut context, cli.command);
        let flushed = context.out.flush();
        result.and_then(|exit| flushed.map(|()| exit))
    });
    match result {
        Ok(exit) => exit.into(),
        Err(failure) => failure.report(pair.as_deref()),
    }
}
