//! `edit`: change an entry, or the record of a meeting.

use clap::Args;

use crate::app::{self, EditRequest, EditStart, FieldsRequest, NewText, PairClone};
use crate::cli::draft::{Draft, DraftFor};
use crate::cli::{Context, Exit, Failure, Hint, editor, entry_args::EntryArgs};
use crate::model::Kind;

use super::edit_record;

/// Change an entry, or the record of a meeting
///
/// With a flag or a TEXT no editor opens; `-` reads the text from standard input.
#[derive(Args)]
pub(super) struct EditArgs {
    /// An entry, or the day of a meeting
    #[arg(value_name = "ID|DATE")]
    what: String,
    /// The new text
    text: Vec<String>,
    #[command(flatten)]
    entry: EntryArgs,
    /// Make it something else
    #[arg(long, value_name = "KIND")]
    kind: Option<Kind>,
}

pub(super) fn run(context: &mut Context, args: EditArgs) -> Result<Exit, Failure> {
    let place = context.place()?;
    let fields = FieldsRequest::from(args.entry);
    let flags = fields != FieldsRequest::default() || args.kind.is_some();
    let mut request = EditRequest {
        what: args.what,
        text: None,
        fields,
        kind: args.kind,
    };
    let is_argument = !args.text.is_empty() && args.text != ["-"];
    let (draft, seen) = match args.text.as_slice() {
        [] if flags => (None, None),
        // No lock is held while a person writes.
        [] => match from_editor(context, &place, &request.what)? {
            EditorOutcome::Text(draft, seen) => (Some(draft), Some(seen)),
            EditorOutcome::Unchanged => (None, None),
            EditorOutcome::Record(exit) => return Ok(exit),
        },
        [dash] if dash == "-" => (Some(Draft::given(editor::from_stdin()?)), None),
        words => (Some(Draft::given(words.join(" "))), None),
    };
    let save = |context: &mut Context, request| context.write(&place, |session| app::edit(session, request));
    let (session, id) = match draft {
        None => save(context, request)?,
        Some(draft) => draft.into(|text| {
            let text = text.to_owned();
            request.text = Some(NewText {
                text,
                seen,
                is_argument,
            });
            save(context, request)
        })?,
    };
    let view = &session.view;
    context.written(view, &[id])?;
    if view.records.entry(id).is_some_and(|entry| entry.has_conflict()) {
        let resolve = Hint::ours(["resolve", &view.ids.short(id)]);
        context.out.hint(resolve.why("end the conflict that it has"));
    }
    Ok(Exit::Done)
}

/// The outcome of the editor.
enum EditorOutcome {
    /// A text, and the one that the person saw.
    Text(Draft, String),
    /// Nothing new.
    Unchanged,
    /// The record of a meeting, and all is done.
    Record(Exit),
}

fn from_editor(context: &mut Context, place: &PairClone, what: &str) -> Result<EditorOutcome, Failure> {
    let session = context.read(place, |_| true)?;
    let command = vec!["edit".to_owned(), what.to_owned()];
    let body = match app::begin_edit(&session, what)? {
        EditStart::Record => {
            let exit = edit_record::run(context, place, &session, what)?;
            return Ok(EditorOutcome::Record(exit));
        }
        EditStart::Closed => return Ok(EditorOutcome::Unchanged),
        EditStart::Stands(body) => Some(body),
        EditStart::LastWritten(attempt) => {
            // No lock is held while a person writes.
            let (session, body) = context.attempted(*attempt)?;
            drop(session);
            body
        }
    };
    let Some(body) = body else {
        let about =
            "No earlier text of it can be read here. Write a new one; leave it empty to change nothing.";
        let draft = editor::edit(context, DraftFor { place, command }, "", about)?;
        return Ok(match draft.text.is_empty() {
            true => EditorOutcome::Unchanged,
            false => EditorOutcome::Text(draft, String::new()),
        });
    };
    let seen = body.text.trim_end_matches('\n');
    let about = format!(
        "Change the {} above; leave it as it is to change nothing.",
        body.kind
    );
    let draft = editor::edit(context, DraftFor { place, command }, seen, &about)?;
    if draft.text == seen {
        return Ok(EditorOutcome::Unchanged);
    }
    Ok(EditorOutcome::Text(draft, body.text))
}
