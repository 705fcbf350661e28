//! The command line: one file a command, its arguments beside the function that runs them (design, section 5).
//!
//! The doc comment of an argument is its help text. Printing, the clock and the environment stay in here.

mod answers;
mod args;
mod ask;
mod context;
mod editor;
mod entry_args;
mod error;
mod notes;
mod output;
mod pairs_known;
mod problem;
mod session;

mod actions;
mod add;
mod check;
mod conflicts;
mod growth;
mod init;
mod join;
mod key;
mod log;
mod overview;
mod pairs;
mod resolve;
mod status;
mod sync;
mod who;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use args::Cli;
use context::Context;

pub use error::Exit;

/// Parses the arguments, runs the command, says what went wrong, and returns the exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args::with_pair_first(arguments)) {
        Ok(cli) => cli,
        Err(e) => return error::usage(&e),
    };
    let result = Context::new(cli.global).and_then(|mut context| {
        let result = args::dispatch(&mut context, cli.command);
        let flushed = context.out.flush();
        result.and_then(|exit| flushed.map(|()| exit))
    });
    match result {
        Ok(exit) => exit.into(),
        Err(failure) => failure.report(),
    }
}
