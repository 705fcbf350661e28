//! `add`: a new entry.

use clap::Args;

use crate::app::{self, AddRequest, Destination, PairClone};
use crate::cli::draft::{Draft, DraftFor, THEME};
use crate::cli::{Context, Exit, Failure, TerminalError, ask, editor, entry_args::EntryArgs};
use crate::lint::Arguments;
use crate::model::{Kind, Visibility};
use crate::render::text;
use crate::sync::ReadScope;

/// Add an entry: to the meeting under way, else to the agenda
///
/// Without TEXT the editor opens; `-` reads one entry from standard input.
#[derive(Args)]
#[command(override_usage = "oneonone add [OPTIONS] [KIND] [TEXT]...")]
pub(super) struct AddArgs {
    #[arg(value_name = "TEXT", help = format!("What it is ({}), then its text", kinds()))]
    words: Vec<String>,
    #[command(flatten)]
    entry: EntryArgs,
    /// Put it on the agenda, though a meeting is under way
    #[arg(long, conflicts_with = "meeting")]
    next: bool,
    /// Put it into the meeting of that day; one that has no record yet is made if you say so
    #[arg(long, value_name = "DATE")]
    meeting: Option<String>,
    /// Make the record of that meeting, and do not ask
    #[arg(short, long, requires = "meeting")]
    yes: bool,
}

/// The kinds, for the help.
fn kinds() -> String {
    let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
    kinds.join(", ")
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
            Some(day) => Destination::Meeting {
                is_new: args.yes || agreed_to_make(context, &place, &day)?,
                day,
            },
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
    let draft_for = DraftFor {
        place: &place,
        command: command_of(&request),
    };
    let draft = read_text(context, draft_for, words, request.kind())?;
    let (session, id) = draft.into(|text| {
        request.text = text.to_owned();
        let read_scope = request.read_scope(context.setting());
        context.write_knowing(&place, read_scope, |session| app::add(session, request))
    })?;
    context.written(&session.view, &[id])
}

/// Whether a person wants the record of a meeting that has none yet. Nobody is asked without a terminal.
fn agreed_to_make(context: &mut Context, place: &PairClone, day: &str) -> Result<bool, Failure> {
    if !context.interactive {
        return Ok(false);
    }
    let view = context.read(place, |_| true)?.view;
    let Some(key) = app::meeting_to_make(&view, day) else {
        return Ok(false);
    };
    let day = text::day(key.date, context.today);
    let question = format!("There is no record of a meeting on {day}. Make one?");
    match ask::yes(context, &question)? {
        true => Ok(true),
        false => Err(TerminalError::Declined.into()),
    }
}

/// The command for a text that a killed run leaves: it shows the text to nobody else. Themes may be private, and do not
/// stand in it.
fn command_of(request: &AddRequest) -> Vec<String> {
    let mut command = vec!["add".to_owned(), request.kind().to_string()];
    let fields = &request.fields;
    command.extend(fields.visibility.map(|who| format!("--{who}")));
    let day = match &request.destination {
        Destination::Usual => None,
        Destination::Agenda => {
            command.push("--next".to_owned());
            None
        }
        Destination::Meeting { day, is_new } => {
            command.extend(is_new.then(|| "--yes".to_owned()));
            Some(day)
        }
    };
    let tone = fields.tone.map(|tone| tone.to_string());
    let flags = [
        ("--meeting", day),
        ("--owner", fields.owner.as_ref()),
        ("--due", fields.due.as_ref()),
        ("--tone", tone.as_ref()),
        ("--re", fields.re.as_ref()),
    ];
    let flags = flags.into_iter().filter_map(|(flag, value)| Some((flag, value?)));
    let themes = fields.themes.iter().map(|theme| (THEME, theme));
    for (flag, value) in flags.chain(themes) {
        command.extend([flag.to_owned(), value.clone()]);
    }
    command
}

fn read_text(
    context: &Context,
    draft_for: DraftFor<'_>,
    words: &[&str],
    kind: Kind,
) -> Result<Draft, Failure> {
    match words {
        [] => editor::edit(
            context,
            draft_for,
            "",
            &format!("Write the {kind} above; an empty text adds nothing."),
        ),
        ["-"] => Ok(Draft::given(editor::from_stdin()?)),
        words => Ok(Draft::given(words.join(" "))),
    }
}
