//! The command line: one file a command, its arguments beside the function that runs them
//! (docs/command-line.md#commands).
//!
//! Printing, the clock and the environment stay in here.

mod answers;
mod args;
mod ask;
mod commands;
mod context;
mod core_dumps;
mod demo;
mod draft;
mod editor;
mod entry_args;
mod error;
mod hint;
mod interrupts;
mod output;
mod panic;
mod problem;
mod session;
mod words;

use std::ffi::OsString;
use std::process::ExitCode;

use context::Context;
use error::{EditorError, Failure, SurroundingsError, TerminalError};
use hint::{Hint, Standing};

pub use error::Exit;

/// Parses the arguments, runs the command, says what went wrong, and returns the exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    core_dumps::turn_off();
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    panic::guarded(|| run_command(arguments)).unwrap_or_else(|| Exit::Failed.into())
}

fn run_command(arguments: Vec<OsString>) -> ExitCode {
    let arguments = args::with_pair_first(arguments);
    let cli = match commands::parse(arguments) {
        Ok(cli) => cli,
        Err(e) => {
            output::usage(&e);
            let exit = if e.use_stderr() { Exit::Usage } else { Exit::Done };
            return exit.into();
        }
    };
    let mut context = match Context::new(cli.global.clone()) {
        Ok(context) => context,
        Err(failure) => {
            let pair = cli.global.pair;
            return failed(&failure, &Standing { pair, clone: None });
        }
    };
    draft::name_dead_ones(&mut context);
    let result = commands::run(&mut context, cli);
    let flushed = context.out.flush();
    match result.and_then(|exit| flushed.map(|()| exit)) {
        Ok(exit) => exit.into(),
        Err(failure) => failed(&failure, &context.out.standing()),
    }
}

fn failed(failure: &Failure, standing: &Standing) -> ExitCode {
    output::report(&failure.words(standing));
    failure.exit().into()
}
