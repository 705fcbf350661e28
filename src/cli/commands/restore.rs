//! `restore`: an entry is as it was before somebody else changed it.

use clap::Args;

use crate::app::{self, PairClone};
use crate::cli::{Context, Exit, Failure};
use crate::model::RecordPath;

/// Put an entry back as it was before somebody else changed, removed or opened it
#[derive(Args)]
pub(super) struct RestoreArgs {
    /// Which entries; the whole id of one that is gone. The path of a broken record puts its last good version back
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// As it was before this commit; changes since then stay
    #[arg(long, value_name = "COMMIT")]
    before: Option<String>,
}

/// Puts the last good version of a record back.
pub(super) fn put_record_back(
    context: &mut Context,
    place: &PairClone,
    record: RecordPath,
) -> Result<(), Failure> {
    let commit = context.told(|setting, remarks| app::restore_record(setting, place, record, remarks))?;
    let path = record.path();
    let words = format!("{path} is as in commit {commit} again; the next sync sends it");
    context.out.say(words);
    Ok(())
}

pub(super) fn run(context: &mut Context, args: RestoreArgs) -> Result<Exit, Failure> {
    if let ([typed], None) = (args.ids.as_slice(), &args.before)
        && let Some(record) = RecordPath::parse(typed)
    {
        let place = context.place()?;
        put_record_back(context, &place, record)?;
        return Ok(Exit::Done);
    }
    context.change(|session| match &args.before {
        Some(commit) => app::restore_before(session, &args.ids, commit),
        None => app::restore(session, &args.ids),
    })
}
