//! The flags that every command takes.

use std::ffi::OsString;

use clap::Args;

/// Flags that every command takes.
#[derive(Args, Clone, Default)]
pub(super) struct GlobalArgs {
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
