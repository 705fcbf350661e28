//! `edit`: change an entry, or the record of a meeting.

use clap::Args;

use crate::model::{ActionState, Alternative, Entry, EntryId, Kind, Row, Slug, Table, Value, Visibility};
use crate::sync::SyncError;

use super::add::checked;
use super::context::{Context, Place};
use super::draft::{Draft, same_command};
use super::edit_record;
use super::editor;
use super::entry_args::{self, EntryArgs, SharedThemes, Understood};
use super::error::{Exit, Failure};
use super::hint::Hint;
use super::session::{Desk, Reading, names_entry};
use super::share::narrowing;

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

/// What an entry is to say from now on.
struct Change {
    id: EntryId,
    text: Option<NewText>,
    kind: Kind,
    flags: Understood,
    themes: Vec<Slug>,
}

/// A text, and the one that the person saw while writing it.
struct NewText {
    text: String,
    seen: Option<String>,
}

pub(super) fn run(context: &mut Context, args: EditArgs) -> Result<Exit, Failure> {
    let place = context.place()?;
    let flags = !args.entry.is_empty() || args.kind.is_some();
    let (draft, seen) = match args.text.as_slice() {
        [] if flags => (None, None),
        // No lock is held while a person writes.
        [] => match written(context, &place, &args.what)? {
            Written::Text(Some((draft, seen))) => (Some(draft), Some(seen)),
            Written::Text(None) => (None, None),
            Written::Record(exit) => return Ok(exit),
        },
        [dash] if dash == "-" => (Some(Draft::given(editor::from_stdin()?)), None),
        words => (Some(Draft::given(words.join(" "))), None),
    };
    let (desk, id) = match draft {
        None => save(context, &place, &args, None)?,
        Some(draft) => draft.into(same_command, |text| {
            let text = checked(text.to_owned())?;
            save(context, &place, &args, Some(NewText { text, seen }))
        })?,
    };
    desk.echo(context, id);
    if desk.records.entry(id).is_some_and(|entry| entry.has_conflict()) {
        let short = desk.ids.short(id);
        context
            .out
            .hint(Hint::ours(["resolve", &short]).why("end the conflict that it has"));
    }
    desk.answer(context, &[id], true)?;
    Ok(Exit::Done)
}

fn save(
    context: &mut Context,
    place: &Place,
    args: &EditArgs,
    text: Option<NewText>,
) -> Result<(Desk, EntryId), Failure> {
    let mut desk = Desk::open(context, place)?;
    let id = desk.resolve(&args.what)?;
    let state = desk.workspace.state().clone();
    if let Some(placed) = state.entries.get(&id) {
        // Where it cannot be opened, that is the answer.
        desk.workspace.opened(id, placed)?;
    }
    let typed = !args.text.is_empty() && args.text != ["-"];
    if let Some(change) = understood(context, &desk, args, id, text, typed)? {
        apply(context, &mut desk, state, change)?;
    }
    Ok((desk, id))
}

/// What came out of the editor.
enum Written {
    /// A text, and the one that the person saw; none where it is as it was.
    Text(Option<(Draft, String)>),
    /// It was a meeting's record, and all is done.
    Record(Exit),
}

fn written(context: &mut Context, place: &Place, what: &str) -> Result<Written, Failure> {
    let reading = Reading::open(context, place, |_| true)?;
    if !names_entry(&reading.ids, what, context.today) {
        return Ok(Written::Record(edit_record::run(context, place, &reading, what)?));
    }
    let id = reading.resolve(what)?;
    let Some((entry, body)) = reading
        .records
        .entry(id)
        .and_then(|e| Some((e, e.body.as_ref()?)))
    else {
        // Opening it for good says why it cannot be.
        return Ok(Written::Text(None));
    };
    if entry.visibility == Visibility::Private && entry.by != reading.me() {
        // Nobody writes a text that cannot be sealed afterwards.
        let by = entry.by.clone();
        return Err(SyncError::NotTheAuthor { entry: id, by }.into());
    }
    let seen = body.text.trim_end_matches('\n').to_owned();
    let about = format!(
        "Change the {} above; leave it as it is to change nothing.",
        body.kind
    );
    let draft = editor::edit(context, &seen, &about)?;
    if draft.text == seen {
        return Ok(Written::Text(None));
    }
    Ok(Written::Text(Some((draft, body.text.clone()))))
}

/// Checks what is asked for against the entry; none where nothing is.
fn understood(
    context: &mut Context,
    desk: &Desk,
    args: &EditArgs,
    id: EntryId,
    text: Option<NewText>,
    typed: bool,
) -> Result<Option<Change>, Failure> {
    let Some((entry, body)) = desk.records.entry(id).and_then(|e| Some((e, e.body.as_ref()?))) else {
        return Ok(None);
    };
    if let Some(asked) = args.entry.visibility() {
        refuse_visibility(desk, entry, asked)?;
    }
    let flags = args.entry.understand(context, desk)?;
    let kind = args.kind.unwrap_or(body.kind);
    flags.check(kind)?;
    if flags.re == Some(id) {
        return Err(Failure::usage("an entry does not follow from itself"));
    }
    let alone = entry.visibility == Visibility::Private;
    if alone && flags.owner.as_ref().is_some_and(|owner| *owner != entry.by) {
        return Err(Failure::usage(
            "a private action is read by its author alone: the other member cannot own it",
        )
        .hint(Hint::ours(["share", &desk.ids.short(id), "--confidential"]).why("let them read it first")));
    }
    if typed && entry.visibility.is_sealed() {
        context
            .out
            .warn("your shell's history now holds this text; the editor or `-` leave no trace");
    }
    if kind == Kind::Concern && body.kind != kind && entry.visibility == Visibility::Shared {
        context
            .out
            .warn("it stays shared: history keeps the text as it is");
    }
    let words = text.as_ref().map_or("", |new| new.text.as_str());
    let themes = if entry.visibility == Visibility::Shared {
        let shared = SharedThemes {
            flags: &flags.themes,
            text: words,
            known: &entry_args::themes_of(&body.themes, &body.text.to_lowercase()),
            asked: args.entry.visibility().is_some(),
        };
        let sealed = "make a new entry that is sealed; history keeps this one as it is";
        shared.checked(
            sealed,
            Hint::ours(["edit", &desk.ids.short(id), "--shared", "TEXT"]),
        )?
    } else {
        entry_args::themes_of(&flags.themes, words)
    };
    entry_args::say_new_themes(context, &themes, &desk.records);
    Ok(Some(Change {
        id,
        text,
        kind,
        flags,
        themes,
    }))
}

/// Who can read it is no matter of editing.
fn refuse_visibility(desk: &Desk, entry: &Entry, asked: Visibility) -> Result<(), Failure> {
    let short = desk.ids.short(entry.id);
    match asked.cmp(&entry.visibility) {
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Less => Err(narrowing(&short, entry.visibility, asked)),
        std::cmp::Ordering::Greater => {
            let flag = (asked == Visibility::Confidential).then_some("--confidential");
            let share = ["share", &short].into_iter().chain(flag);
            Err(Failure::new(
                Exit::Failed,
                "more people are to read it, which is for its author to say",
            )
            .hint(Hint::ours(share).why("share it, if it is yours")))
        }
    }
}

fn apply(
    context: &mut Context,
    desk: &mut Desk,
    mut state: crate::model::State,
    change: Change,
) -> Result<(), Failure> {
    let me = desk.me.clone();
    let mut met = false;
    let changed = desk.workspace.edit_entry(&mut state, change.id, |table| {
        if let Some(new) = &change.text {
            met = set_text(table, new);
        }
        set_kind(table, change.kind, &me);
        change.flags.apply(table);
        entry_args::add_themes(table, &change.themes);
    })?;
    if !changed {
        context.out.say("nothing was changed");
        return Ok(());
    }
    desk.save(context, state, None)?;
    if met {
        context
            .out
            .warn("it was changed while you wrote: both texts are kept");
        let short = desk.ids.short(change.id);
        context
            .out
            .hint(Hint::ours(["resolve", &short]).why("end the conflict"));
    }
    Ok(())
}

/// Sets the text. One that was changed meanwhile stays beside it; whether that was so is the answer.
fn set_text(table: &mut Table, new: &NewText) -> bool {
    let stands = table.get("text").cloned();
    let stood = stands.as_ref().and_then(Value::as_str);
    let met = new
        .seen
        .as_deref()
        .is_some_and(|seen| Some(seen) != stood && Some(new.text.as_str()) != stood);
    table.set("text", new.text.as_str());
    if met {
        table.rows.push(Row {
            field: "text".to_owned(),
            alternative: Alternative::of(stands),
        });
    }
    met
}

/// Makes an entry something else: what only the old kind has goes, what the new one needs comes.
fn set_kind(table: &mut Table, kind: Kind, me: &Slug) {
    let old: Option<Kind> = table.get_str("kind").and_then(|k| k.parse().ok());
    if old == Some(kind) {
        return;
    }
    table.set("kind", kind.as_str());
    if kind == Kind::Action {
        entry_args::open_action(table, me);
    } else {
        table.remove("owner");
        table.remove("due");
        let done = table.get_str("state") == Some(ActionState::Done.as_str());
        if !done {
            table.remove("state");
            table.remove("closed");
        }
    }
    if kind != Kind::Feedback {
        table.remove("tone");
    }
}
