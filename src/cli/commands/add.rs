//! `add`: a new entry.

use clap::Args;

use crate::app::{self, AddRequest, Destination};
use crate::cli::draft::{Draft, same_command};
use crate::cli::{Context, Exit, Failure, editor, entry_args::EntryArgs};
use crate::lint::Arguments;
use crate::model::{Kind, Visibility};
use crate::sync::ReadScope;

/// Add an entry: to the meeting under way, else to the agenda
///
/// Without TEXT the editor opens; `-` reads one entry from standard input.
#[derive(Args)]
#[command(override_usage = "oneonone add [OPTIONS] [KIND] [TEXT]...")]
pub(super) struct AddArgs {
    /// What it is (topic, update, growth, feedback, concern, challenge, win, decision, note, action), then its text
    #[arg(value_name = "TEXT")]
    words: Vec<String>,
    #[command(flatten)]
    entry: EntryArgs,
    /// Put it on the agenda, though a meeting is under way
    #[arg(long, conflicts_with = "meeting")]
    next: bool,
    /// Put it into the meeting of that day
    #[arg(long, value_name = "DATE")]
    meeting: Option<String>,
}

pub(super) fn run(context: &mut Context, args: AddArgs) -> Result<Exit, Failure> {
    let place = context.place()?;
    let arguments = Arguments::of(&args.words);
    let Arguments { kind, words } = &arguments;
    let mut request = AddRequest {
        kind: *kind,
        text: String::new(),
        is_argument: !matches!(words.as_slice(), [] | ["-"]),
        slip: arguments.slip(Visibility::Shared),
        fields: args.entry.into(),
        destination: match args.meeting {
            Some(words) => Destination::Meeting(words),
            None if args.next => Destination::Agenda,
            None => Destination::Usual,
        },
    };
    if words.is_empty() && request.visibility().is_sealed() {
        context.write_knowing(&place, ReadScope::Changes, |session| {
            app::check_before_text(session, &request)
        })?;
    }
    // Text first: no lock is held while a person writes.
    let draft = read_text(context, words, request.kind())?;
    let (session, id) = draft.into(same_command, |text| {
        request.text = text.to_owned();
        let read_scope = request.read_scope(context.setting());
        context.write_knowing(&place, read_scope, |session| app::add(session, request))
    })?;
    context.written(&session.view, &[id])
}

fn read_text(context: &Context, words: &[&str], kind: Kind) -> Result<Draft, Failure> {
    match words {
        [] => editor::edit(
            context,
            "",
            &format!("Write the {kind} above; an empty text adds nothing."),
        ),
        ["-"] => editor::from_stdin().map(Draft::given),
        words => Ok(Draft::given(words.join(" "))),
    }
}
