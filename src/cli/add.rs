//! `add`: a new entry.

use clap::Args;

use crate::model::{EntryId, Home, Kind, MeetingKey, Placed, Table, Visibility, check_text, instant_value};
use crate::query::{Records, parse_until};

use crate::seal::recipients_for;
use crate::sync::Interest;

use super::context::{Context, Place};
use super::draft::{Draft, same_command};
use super::editor;
use super::entry_args::{self, EntryArgs, SharedThemes, Understood};
use super::error::{Exit, Failure};
use super::hint::Hint;
use super::kind_words::{kind_and_words, refuse_headed, usual};
use super::session::Desk;

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
    let asked = args.entry.visibility();
    let (kind, words) = kind_and_words(&args.words, asked)?;
    let usual = usual(kind);
    if args.entry.private && args.entry.owner.as_deref() == Some("them") {
        return Err(not_theirs());
    }
    if words.is_empty() {
        // Nobody writes a text that cannot be sealed afterwards.
        sealable(context, &place, asked.unwrap_or(usual))?;
    }
    // Text first: no lock is held while a person writes.
    let given = !words.is_empty() && words != ["-"];
    let draft = read_text(context, &words, kind)?;
    let (desk, id) = draft.into(same_command, |text| {
        let text = checked(text.to_owned())?;
        if !given {
            refuse_headed(&text, kind, asked)?;
        }
        save(context, &place, &args, (kind, text, given))
    })?;
    desk.echo(context, id);
    desk.answer(context, &[id], true)?;
    Ok(Exit::Done)
}

fn save(
    context: &mut Context,
    place: &Place,
    args: &AddArgs,
    (kind, text, given): (Kind, String, bool),
) -> Result<(Desk, EntryId), Failure> {
    let asked = args.entry.visibility();
    let mut desk = Desk::open_for(context, place, interest(context, args))?;
    let understood = args.entry.understand(context, &desk)?;
    understood.check(kind)?;
    let visibility = narrowed(context, &desk, asked.unwrap_or(usual(kind)), &understood);
    if visibility == Visibility::Private && understood.owner.as_ref().is_some_and(|owner| *owner != desk.me) {
        return Err(not_theirs());
    }
    if given && visibility.is_sealed() {
        context
            .out
            .warn("your shell's history now holds this text; the editor or `-` leave no trace");
    }
    let themes = if visibility == Visibility::Shared {
        let shared = SharedThemes {
            flags: &understood.themes,
            text: &text,
            known: &[],
            asked: asked.is_some(),
        };
        shared.checked("seal it", Hint::ours(["add", kind.as_str(), "--shared", "TEXT"]))?
    } else {
        entry_args::themes_of(&understood.themes, &text)
    };
    if !desk.knows_themes(&themes)? {
        // What a new one resembles may stand in any record, or in a seal.
        desk.read_everything(context)?;
        entry_args::say_new_themes(context, &themes, &desk.records);
    }
    let home = home(context, &desk, args)?;
    let id = desk.workspace.new_id();
    let mut entry = Table::default();
    entry.set("id", id.to_string());
    entry.set("kind", kind.as_str());
    entry.set("by", desk.me.as_str());
    entry.set("at", instant_value(context.now));
    entry.set("text", text);
    understood.apply(&mut entry);
    entry_args::add_themes(&mut entry, &themes);
    if kind == Kind::Action {
        entry_args::open_action(&mut entry, &desk.me);
    }
    let mut state = desk.workspace.state().clone();
    desk.workspace
        .add_entry(&mut state, id, Placed { home, entry }, visibility)?;
    desk.save(context, state, None)?;
    Ok((desk, id))
}

/// What an entry needs to know of the others: where it goes, unless it names one of them.
fn interest(context: &Context, args: &AddArgs) -> Interest {
    if args.entry.re.is_some() || args.meeting.is_some() {
        return Interest::Everything;
    }
    // A meeting under way began at most 12 hours ago, in some time zone.
    let day = context.today - chrono::Days::new(2);
    Interest::Since(day)
}

fn not_theirs() -> Failure {
    Failure::usage("a private action is read by you alone: the other member cannot own it")
        .hint("write it --confidential, or own it yourself")
}

/// Whether an entry of this visibility can be sealed now.
fn sealable(context: &mut Context, place: &Place, visibility: Visibility) -> Result<(), Failure> {
    if visibility.is_sealed() {
        let desk = Desk::open_for(context, place, Interest::Changes)?;
        recipients_for(
            visibility,
            &desk.me,
            &desk.records.pair,
            desk.workspace.keys().pins(),
        )?;
    }
    Ok(())
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

/// A text that may be written: not empty, no control characters.
pub(super) fn checked(text: String) -> Result<String, Failure> {
    if text.trim().is_empty() {
        return Err(Failure::usage("the text is empty").cause("nothing was added or changed"));
    }
    check_text(&text).map_err(|what| {
        Failure::usage(format!("the text holds a {what}"))
            .hint("only newlines and tabs are kept; delete the others")
    })?;
    Ok(text)
}

/// What follows from an entry is never read by more people than that entry.
fn narrowed(context: &mut Context, desk: &Desk, wanted: Visibility, understood: &Understood) -> Visibility {
    let followed = understood
        .re
        .and_then(|re| desk.records.entry(re))
        .map(|e| e.visibility);
    match followed {
        Some(followed) if followed < wanted => {
            context
                .out
                .say(format!("{followed}, like the entry it follows from"));
            followed
        }
        _ => wanted,
    }
}

fn home(context: &mut Context, desk: &Desk, args: &AddArgs) -> Result<Home, Failure> {
    if let Some(words) = &args.meeting {
        let key = meeting_of(context, &desk.records, words)?;
        return Ok(Home::Meeting(key));
    }
    match desk.records.under_way(context.now) {
        Some(meeting) if !args.next => Ok(Home::Meeting(meeting.key)),
        _ => Ok(Home::Agenda),
    }
}

/// The meeting that a person names by its day, or by its key where there were two.
pub(super) fn meeting_of(
    context: &mut Context,
    records: &Records,
    words: &str,
) -> Result<MeetingKey, Failure> {
    let key = match words.parse::<MeetingKey>() {
        Ok(key) => key,
        Err(_) => {
            let date = parse_until(words, context.today)?;
            context.out.say(format!("the meeting of {date}"));
            MeetingKey::first(date)
        }
    };
    if records.meeting(key).is_some() {
        return Ok(key);
    }
    Err(
        Failure::new(Exit::Failed, format!("there was no meeting on {key}"))
            .hint(Hint::ours(["log"]).why("see the days of meetings")),
    )
}
