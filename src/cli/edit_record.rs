//! `edit DATE`: the whole record of a meeting in the editor.

use std::path::Path;

use crate::model::{Home, MeetingKey, Problem, parse_record};
use crate::store::read_file;
use crate::sync::{Interest, Take, Workspace};

use super::add::meeting_of;
use super::ask;
use super::context::{Context, Place};
use super::draft::Draft;
use super::editor;
use super::error::{Exit, Failure, problems_failure};
use super::hint::Hint;
use super::notes;
use super::problem;
use super::session::Reading;

/// Lets a person edit the record of a meeting as it is written. What is sealed stays sealed in it.
pub(super) fn run(
    context: &mut Context,
    place: &Place,
    reading: &Reading,
    words: &str,
) -> Result<Exit, Failure> {
    let key = meeting_of(context, &reading.records, words)?;
    // What was edited by hand comes first: it is filled in and sealed before anybody looks at it again.
    let mut workspace = Workspace::open(
        &place.dir,
        context.environment(),
        Take::Records,
        Interest::Everything,
    )?;
    let written = workspace.write_out()?;
    notes::say_all(context, workspace.said());
    notes::say_written(context, &written);
    drop(workspace);
    let path = key.path();
    let seen = read_file(reading.repo.workdir(), &path)?
        .map_err(|odd| problems_failure(vec![odd]))?
        .unwrap_or_default();
    let before =
        String::from_utf8(seen).map_err(|_| Failure::new(Exit::Failed, format!("{path} is no text")))?;
    let Some(draft) = edited(context, key, &before)? else {
        context.out.say("nothing was changed");
        return Ok(Exit::Done);
    };
    draft.into(again, |after| {
        let mut workspace = Workspace::open(
            &place.dir,
            context.environment(),
            Take::Records,
            Interest::Everything,
        )?;
        if workspace.take_in_record(Home::Meeting(key), before.as_bytes(), after.as_bytes())? {
            workspace.record_command(&context.command)?;
        }
        let written = workspace.write_out()?;
        notes::say_all(context, workspace.said());
        notes::say_written(context, &written);
        Ok(())
    })?;
    context.out.say(format!("saved {path}"));
    Ok(Exit::Done)
}

/// The record as the person left it, once it can be read; none where it is as it was.
fn edited(context: &mut Context, key: MeetingKey, before: &str) -> Result<Option<Draft>, Failure> {
    let mut text = before.to_owned();
    loop {
        let draft = editor::edit_file(context, &text, &format!("{key}.toml"))?;
        if draft.text == before {
            return Ok(None);
        }
        let problems = match parse_record(Home::Meeting(key), draft.text.as_bytes(), false) {
            Ok(_) => return Ok(Some(draft)),
            Err(problems) => problems,
        };
        text = draft.into(again, |text| {
            if !context.interactive {
                return Err(problems_failure(problems).cause("nothing was changed"));
            }
            say(context, &problems);
            if ask::yes(context, "Edit it again?")? {
                Ok(text.to_owned())
            } else {
                Err(Failure::new(Exit::Failed, "nothing was changed"))
            }
        })?;
    }
}

/// How to go on with a record that could not be saved.
fn again(_: &Path) -> Hint {
    "the same command again, and take it over from that file".into()
}

fn say(context: &mut Context, problems: &[Problem]) {
    for broken in problems {
        context.out.say(problem::shown(broken));
    }
}
