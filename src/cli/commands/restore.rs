//! `restore`: an entry is as it was before somebody else changed it.

use clap::Args;

use crate::app::{self, PairClone};
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

/// Puts the last good version of a broken record back; of any other, takes back what somebody else did to it last.
pub(super) fn put_record_back(
    context: &mut Context,
    place: &PairClone,
    record: RecordPath,
) -> Result<(), Failure> {
    let path = record.path();
    let good =
        context.told(|setting, remarks| app::restore_broken_record(setting, place, record, remarks))?;
    if let Some(commit) = good {
        let words = format!("{path} is as in commit {commit} again; the next sync sends it");
        context.out.say(words);
        return Ok(());
    }
    let mut found = None;
    let (session, ids) = context.write(place, |session| {
        let (ids, commit) = app::restore_record(session, record)?;
        found = Some(commit);
        Ok::<_, app::AppError>(ids)
    })?;
    ids.iter().for_each(|id| context.echo(&session.view, *id));
    if let Some(commit) = found {
        let words = format!("{path} is as before commit {commit} again; the next sync sends it");
        context.out.say(words);
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
