//! The `oneonone` program: parse, run, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    oneonone::cli::run(std::env::args_os())
}
