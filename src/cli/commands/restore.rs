//! `restore`: an entry is as it was before somebody else changed it.

use clap::Args;

use crate::app::{self, PairClone, RestoredPath};
use crate::cli::{Context, Exit, Failure};
use crate::model::RecordPath;

/// Put an entry back as it was before somebody else changed, removed or opened it
#[derive(Args)]
pub(super) struct RestoreArgs {
    /// Which entries; the whole id of one that is gone. The path of a record takes back what somebody else did to it last
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// As it was before this commit; changes since then stay
    #[arg(long, value_name = "COMMIT")]
    before: Option<String>,
}

/// Puts a record back, and says as in which commit it is.
pub(super) fn put_record_back(
    context: &mut Context,
    place: &PairClone,
    record: RecordPath,
) -> Result<(), Failure> {
    let path = record.path();
    match context.told(|setting, remarks| app::restore_path(setting, place, record, remarks))? {
        RestoredPath::LastGood(commit) => {
            let words = format!("{path} is as in commit {commit} again; the next sync sends it");
            context.out.say(words);
        }
        RestoredPath::Before(attempt) => {
            let (session, (ids, commit)) = context.attempted(*attempt)?;
            ids.iter().for_each(|id| context.echo(&session.view, *id));
            let words = format!("{path} is as before commit {commit} again; the next sync sends it");
            context.out.say(words);
        }
    }
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
