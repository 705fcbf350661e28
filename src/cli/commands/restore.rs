//! `restore`: an entry is as it was before somebody else changed it.

use clap::Args;

use crate::app::{self, PairClone};
use crate::cli::{Context, Exit, Failure};
use crate::model::PAIR_PATH;

/// Put an entry back as it was before somebody else changed, removed or opened it
#[derive(Args)]
pub(super) struct RestoreArgs {
    /// Which entries; the whole id of one that is gone. `pair.toml` puts back the last good one
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// As it was before this commit; changes since then stay
    #[arg(long, value_name = "COMMIT")]
    before: Option<String>,
}

/// Puts the last good `pair.toml` back.
pub(super) fn put_pair_back(context: &mut Context, place: &PairClone) -> Result<(), Failure> {
    let commit = context.told(|setting, remarks| app::restore_pair(setting, place, remarks))?;
    let words = format!("pair.toml is as in commit {commit} again; the next sync sends it");
    context.out.say(words);
    Ok(())
}

pub(super) fn run(context: &mut Context, args: RestoreArgs) -> Result<Exit, Failure> {
    if args.ids == [PAIR_PATH] && args.before.is_none() {
        let place = context.place()?;
        put_pair_back(context, &place)?;
        return Ok(Exit::Done);
    }
    context.change(|session| {
        let restored = args.ids.iter().map(|id| match &args.before {
            Some(commit) => app::restore_before(session, id, commit),
            None => app::restore(session, id),
        });
        restored.collect()
    })
}
