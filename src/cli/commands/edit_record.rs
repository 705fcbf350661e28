//! `edit DATE`: the whole record of a meeting in the editor.

use crate::app::{self, OpenRecord, PairClone, ReadSession};
use crate::cli::draft::{Draft, DraftFor};
use crate::cli::words::Telling;
use crate::cli::{Context, Exit, Failure, TerminalError, ask, editor, problem};

/// Lets a person edit the record of a meeting as it is written.
pub(super) fn run(
    context: &mut Context,
    place: &PairClone,
    session: &ReadSession,
    words: &str,
) -> Result<Exit, Failure> {
    let remarks = &session.view.remarks;
    let opened = app::open_record(session, words);
    context.tell_as(remarks, Telling::with(&session.view.ids));
    let record = opened?;
    let Some(draft) = edited(context, place, &record)? else {
        context.out.say("nothing was changed");
        return Ok(Exit::Done);
    };
    draft.into(|text| {
        let saved = record.save(session, text);
        context.tell_as(remarks, Telling::with(&session.view.ids));
        Ok(saved?)
    })?;
    context.out.say(format!("saved {}", record.key.path()));
    Ok(Exit::Done)
}

/// The record as the person left it, once it can be read; none where it is as it was.
fn edited(context: &mut Context, place: &PairClone, record: &OpenRecord) -> Result<Option<Draft>, Failure> {
    let mut text = record.text.clone();
    loop {
        let command = vec!["edit".to_owned(), record.key.to_string()];
        let name = format!("{}.toml", record.key);
        let draft = editor::edit_file(context, DraftFor { place, command }, &text, &name)?;
        if draft.text == record.text {
            return Ok(None);
        }
        let Err(problems) = record.check(&draft.text) else {
            return Ok(Some(draft));
        };
        text = draft.into(|text| {
            if !context.interactive {
                return Err(TerminalError::NotSound(problems).into());
            }
            let standing = context.out.standing();
            for problem in &problems {
                context.out.say(problem::shown(problem, &standing));
            }
            match ask::yes(context, "Edit it again?")? {
                true => Ok(text.to_owned()),
                false => Err(TerminalError::Declined.into()),
            }
        })?;
    }
}
