//! The grammar: global flags, and the list of commands.

use std::ffi::OsString;

use clap::{Args, Parser, Subcommand};

use super::context::Context;
use super::error::{Exit, Failure};

/// Keep the 1:1 meetings of a manager and a report in a Git repository of their own
#[derive(Parser)]
#[command(name = "oneonone", version, max_term_width = 100)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

/// Flags that every command takes.
#[derive(Args, Clone, Default)]
pub(super) struct Global {
    /// The pair, by name; `@NAME` as the first argument does the same
    #[arg(short, long, global = true, value_name = "NAME")]
    pub(super) pair: Option<String>,
    /// Answer with one JSON document
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(super) color: clap::ColorChoice,
    /// Ask nothing; fail where an answer would be needed
    #[arg(long, global = true)]
    pub(super) no_input: bool,
    /// Contact no remote
    #[arg(long, global = true)]
    pub(super) offline: bool,
}

#[derive(Subcommand)]
pub(super) enum Command {
    Init(super::init::InitArgs),
    Join(super::join::JoinArgs),
    Add(super::add::AddArgs),
    Agenda(super::agenda::AgendaArgs),
    Start(super::start::StartArgs),
    End(super::end::EndArgs),
    Skip(super::skip::SkipArgs),
    Done(super::done::DoneArgs),
    Drop(super::drop::DropArgs),
    Reopen(super::reopen::ReopenArgs),
    Edit(super::edit::EditArgs),
    Show(super::show::ShowArgs),
    Rm(super::rm::RmArgs),
    Share(super::share::ShareArgs),
    Undo(super::undo::UndoArgs),
    Redo(super::redo::RedoArgs),
    Sync(super::sync::SyncArgs),
    Demo(super::demo::DemoArgs),
    Actions(super::actions::ActionsArgs),
    Growth(super::growth::GrowthArgs),
    Log(super::log::LogArgs),
    Conflicts(super::conflicts::ConflictsArgs),
    Resolve(super::resolve::ResolveArgs),
    Status(super::status::StatusArgs),
    Check(super::check::CheckArgs),
    Pairs(super::pairs::PairsArgs),
    Who(super::who::WhoArgs),
    Key(super::key::KeyArgs),
}

/// Runs the command; without one, says where the pair stands.
pub(super) fn dispatch(context: &mut Context, command: Option<Command>) -> Result<Exit, Failure> {
    match command {
        None => super::overview::run(context),
        Some(Command::Init(args)) => super::init::run(context, args),
        Some(Command::Join(args)) => super::join::run(context, args),
        Some(Command::Add(args)) => super::add::run(context, args),
        Some(Command::Agenda(args)) => super::agenda::run(context, args),
        Some(Command::Start(args)) => super::start::run(context, args),
        Some(Command::End(args)) => super::end::run(context, args),
        Some(Command::Skip(args)) => super::skip::run(context, args),
        Some(Command::Done(args)) => super::done::run(context, args),
        Some(Command::Drop(args)) => super::drop::run(context, args),
        Some(Command::Reopen(args)) => super::reopen::run(context, args),
        Some(Command::Edit(args)) => super::edit::run(context, args),
        Some(Command::Show(args)) => super::show::run(context, args),
        Some(Command::Rm(args)) => super::rm::run(context, args),
        Some(Command::Share(args)) => super::share::run(context, args),
        Some(Command::Undo(args)) => super::undo::run(context, args),
        Some(Command::Redo(args)) => super::redo::run(context, args),
        Some(Command::Sync(args)) => super::sync::run(context, args),
        Some(Command::Demo(args)) => super::demo::run(context, args),
        Some(Command::Actions(args)) => super::actions::run(context, args),
        Some(Command::Growth(args)) => super::growth::run(context, args),
        Some(Command::Log(args)) => super::log::run(context, args),
        Some(Command::Conflicts(args)) => super::conflicts::run(context, args),
        Some(Command::Resolve(args)) => super::resolve::run(context, args),
        Some(Command::Status(args)) => super::status::run(context, args),
        Some(Command::Check(args)) => super::check::run(context, args),
        Some(Command::Pairs(args)) => super::pairs::run(context, args),
        Some(Command::Who(args)) => super::who::run(context, args),
        Some(Command::Key(args)) => super::key::run(context, args),
    }
}

/// `@NAME` as the first argument names the pair.
pub(super) fn with_pair_first(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    let name = arguments
        .get(1)
        .and_then(|a| a.to_str())
        .and_then(|a| a.strip_prefix('@'))
        .map(OsString::from);
    if let Some(name) = name {
        arguments.splice(1..2, [OsString::from("--pair"), name]);
    }
    arguments
}
