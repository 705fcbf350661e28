//! Errors of the layer `app`.

use crate::app::{AppError, DayError, NameError};
use crate::lint::{Intent, Slip};
use crate::model::{Date, Entry, EntryId, Kind, MeetingKey, RecordPath, Visibility};
use crate::query::{IdError, WhenError};
use crate::render::text;
use crate::sync::UndoDirection;

use super::place::of_place;
use super::{Exit, Failure};
use crate::cli::Hint;
use crate::cli::words::sealed::{SEALED, shows};

impl From<AppError> for Failure {
    fn from(e: AppError) -> Self {
        match e {
            AppError::Sync(e) => e.into(),
            e => of_entry(&e),
        }
    }
}

impl From<NameError> for Failure {
    fn from(e: NameError) -> Self {
        AppError::from(e).into()
    }
}

impl From<WhenError> for Failure {
    fn from(e: WhenError) -> Self {
        AppError::from(e).into()
    }
}

/// Nothing of somebody else's stands in an entry, or in the head of a record. `before` is the last commit that changed it.
fn nothing_to_restore(failed: Failure, what: &str, before: Option<&(String, EntryId)>) -> Failure {
    match before {
        Some((commit, id)) => {
            let before = ["restore", "--before", commit, id.as_str()];
            failed.hint(
                Hint::ours(before).why("take back what its last commit did, in whatever name it was made"),
            )
        }
        None if RecordPath::parse(what).is_some() => failed.hint(
            Hint::ours(["restore", "ID"]).why("an entry in it is put back by its id, which `log` shows"),
        ),
        None => failed,
    }
}

/// The errors about one entry and its text.
fn of_entry(e: &AppError) -> Failure {
    let (failed, usage) = (Failure::of(Exit::Failed, e), Failure::of(Exit::Usage, e));
    match e {
        AppError::Id {
            error, candidates, ..
        } => unresolved(failed, error, candidates),
        AppError::MayBeGone(typed) => unresolved(failed, &IdError::Unknown, &[])
            .hint(Hint::ours(["restore", typed]).why("put it back, if it was removed")),
        AppError::Slip {
            slip,
            readers,
            kind,
            edited,
        } => slipped(slip, *readers, *kind, edited.as_deref()),
        AppError::When(e) => usage.hint(e.hint.as_str()),
        AppError::Unknown(unknown) if !unknown.suggestions.is_empty() => {
            usage.hint(format!("did you mean {}?", unknown.suggestions.join(" or ")))
        }
        AppError::Unknown(_) => usage,
        AppError::NoTheme(_) => usage.hint("a theme is a word such as system-design"),
        AppError::EmptyText => usage.cause("nothing was added or changed"),
        AppError::ControlCharacter(_) => usage.hint("only newlines and tabs are kept; delete the others"),
        AppError::NoOwner(_) => usage.hint(
            Hint::ours(["add", "action", "TEXT", "--owner", "WHO", "--due", "DATE"]).why("make it an action"),
        ),
        AppError::PrivateForOther => usage.hint("write it --confidential, or own it yourself"),
        AppError::PrivateToAuthor { short } => {
            usage.hint(Hint::ours(["share", short, "--confidential"]).why("let them read it first"))
        }
        AppError::NoTone(_) | AppError::FollowsItself => usage,
        AppError::Narrowing {
            short, to, before, ..
        } => narrowing(failed, short, *to, before.as_deref()),
        AppError::NarrowsAnothers { short, to, .. } => failed.hint(
            Hint::ours([
                "add".to_owned(),
                format!("--{to}"),
                "--re".to_owned(),
                short.clone(),
            ])
            .why("write an entry of your own about it"),
        ),
        AppError::WidensByEdit { short, to } => {
            let flag = (*to == Visibility::Confidential).then_some("--confidential");
            let share = ["share", short].into_iter().chain(flag);
            failed.hint(Hint::ours(share).why("share it, if it is yours"))
        }
        AppError::NotItsAuthor { .. } => failed.hint("ask them to share it"),
        AppError::NothingToRestore(what, before) => nothing_to_restore(failed, what, before.as_ref()),
        AppError::NoNarrowVersion {
            short,
            readers,
            is_open,
        } => no_narrow_version(failed, short, *readers, *is_open),
        AppError::RestoresAnothers { .. } => failed.hint("ask them to restore it"),
        AppError::ArrivedWider {
            short, is_mine: true, ..
        } => Failure::of(Exit::Decide, e)
            .cause("only you may let more people read it, and not by this clone: nothing was changed")
            .hint(Hint::ours(["restore", short]).why("put back the last text that you wrote, sealed"))
            .hint(Hint::ours(["share", "--seen", short]).why("it was you, on another machine")),
        AppError::ArrivedWider { short, by, shown, .. } => Failure::of(Exit::Decide, e)
            .cause(format!(
                "only {by} may let more people read it: ask them whether they did"
            ))
            .hint(
                Hint::ours(["edit", short, &format!("--{}", shown.as_str())])
                    .why("they did, and your words may be read by the same people"),
            ),
        AppError::NotAnAction { short, .. } => failed
            .cause("nothing was changed")
            .hint(Hint::ours(["done", short]).why("say that it was talked about"))
            .hint(Hint::ours(["rm", short]).why("remove it")),
        AppError::ClosedToMe { .. } => Failure::of(Exit::Key, e)
            .cause("nothing was removed")
            .hint("who can read it can remove it"),
        e => of_meeting(e, failed, usage),
    }
}

/// No version of an entry of mine is as narrow as I let it: the ways on. One that is closed to me cannot be removed.
fn no_narrow_version(failure: Failure, short: &str, readers: Visibility, is_open: bool) -> Failure {
    let anew = format!("write it anew, read by {}", readers.people());
    let failure = failure
        .cause("the history was rewritten since, or another key sealed it: nothing was changed")
        .hint(Hint::ours(["edit", short]).why(anew))
        .hint(Hint::ours(["share", "--seen", short]).why("leave it as it arrived"));
    match is_open {
        true => failure.hint(Hint::ours(["rm", short]).why("remove it")),
        false => failure,
    }
}

/// The errors about meetings, conflicts and the steps of `undo`.
fn of_meeting(e: &AppError, failed: Failure, usage: Failure) -> Failure {
    match e {
        AppError::NoMeeting { key, today } => no_meeting(failed, *key, *today),
        AppError::Day { error, today } => wrong_day(error, *today),
        AppError::NotUnderWay => failed.hint(Hint::ours(["start"]).why("begin one")),
        AppError::Carry(_) => failed.cause("nothing was changed"),
        AppError::NoConflict(_) => failed.hint(Hint::ours(["conflicts"]).why("list them")),
        AppError::FieldWithoutConflict { others, .. } => {
            usage.hint(format!("in conflict: {}", others.join(", ")))
        }
        AppError::ConflictChanged => failed.hint(Hint::ours(["conflicts"]).why("see them as they are now")),
        AppError::PrivateValue(by) | AppError::WiderValue(by) => {
            let theirs = Hint::theirs(["conflicts"]).why(format!("ask {by} to run this, and to choose"));
            Failure::of(Exit::Key, e).hint(theirs)
        }
        AppError::NothingTo(UndoDirection::Undo) => failed
            .cause("undo takes back what commands wrote here: add, edit, done, rm, start, end and the like")
            .cause("init, join, sync and what was edited by hand are not undone"),
        AppError::NothingTo(UndoDirection::Redo) => {
            failed.cause("redo takes back an undo, until the next command writes")
        }
        e => of_place(e, failed, usage),
    }
}

/// A meeting cannot be on a day, or the next one not be agreed for it: the ways on.
fn wrong_day(error: &DayError, today: Date) -> Failure {
    let words = error.words(|date| text::day(date, today));
    let with = |exit| Failure::new(exit, words);
    match error {
        DayError::NextPassed(date) => with(Exit::Usage)
            .cause("nothing was changed")
            .hint(Hint::ours(["start", "--on", &date.to_string()]).why("write down a meeting of that day"))
            .hint(Hint::ours(["skip", &date.to_string()]).why("or record that there was none")),
        DayError::NextHeld { .. } => with(Exit::Usage)
            .cause("nothing was changed")
            .hint(Hint::ours(["next", "DATE"]).why("give a later day: friday, \"in 2 weeks\"")),
        DayError::MeetingAhead(date) => with(Exit::Usage)
            .cause("nothing was changed")
            .hint(Hint::ours(["next", &date.to_string()]).why("agree on that day")),
        DayError::MeetingHeld(date) => with(Exit::Failed)
            .cause("nothing was changed")
            .hint(Hint::ours(["add", "TEXT", "--meeting", &date.to_string()]).why("write more into it"))
            .hint(Hint::ours(["show", &date.to_string()]).why("see it")),
        DayError::UnderWay(_) => with(Exit::Failed)
            .hint(Hint::ours(["end"]).why("end it"))
            .hint(Hint::ours(["agenda"]).why("see what it is about")),
        DayError::NextTooEarly(_) => {
            with(Exit::Usage).hint("give the day of the next one: --next friday, --next \"in 2 weeks\"")
        }
        DayError::MeetingKnown { .. } => {
            with(Exit::Failed).hint(Hint::ours(["skip", "DATE"]).why("name another day"))
        }
    }
}

/// An entry cannot be hidden from people who could read it. `before` is the commit to go back to, if nothing since has left
/// this machine.
fn narrowing(failed: Failure, short: &str, to: Visibility, before: Option<&str>) -> Failure {
    match before {
        Some(before) => failed
            .cause("it has not left this machine: the next sync would send it, and history would keep it")
            .hint(Hint::anew_unsent(short, to, before)),
        None => failed
            .cause("history keeps the text as it is: whoever could read it still can")
            .hint(Hint::anew(short, to)),
    }
}

/// No meeting was on a day. One that took place then can be written down.
fn no_meeting(failed: Failure, key: MeetingKey, today: Date) -> Failure {
    let day = key.date.to_string();
    let days = Hint::ours(["log"]).why("see the days of meetings");
    if key.date > today {
        return failed
            .hint(days)
            .hint(Hint::ours(["next", &day]).why("agree on that day for the next one"));
    }
    failed
        .hint(days)
        .hint(Hint::ours(["start", "--on", &day]).why("write down a meeting of that day, with what waited"))
        .hint(Hint::ours(["add", "TEXT", "--meeting", &day, "--yes"]).why("or an entry of it alone"))
}

/// A word was most likely meant to seal the entry: the hints name both ways on.
fn slipped(slip: &Slip, readers: Visibility, kind: Option<Kind>, edited: Option<&str>) -> Failure {
    let (taken, is_meant) = match slip.is_theme() {
        true => ("theme", "if it is meant as a theme"),
        false => ("word of the text", "if it belongs to the text"),
    };
    let (meant, flags) = match slip.intent {
        Intent::Kind(kind) => (kind.to_string(), vec![kind.to_string()]),
        Intent::Visibility(visibility) => {
            let flag = format!("--{visibility}");
            let kind = kind.map(|kind| kind.to_string());
            (flag.clone(), kind.into_iter().chain([flag]).collect())
        }
        Intent::SmallLetters | Intent::Entries | Intent::BelowEntry => (slip.key.clone(), Vec::new()),
    };
    let sealed = match edited {
        Some(_) => "make a new entry that is sealed; history keeps this one as it is".to_owned(),
        None => format!(
            "seal it for {}",
            slip.intent.visibility().unwrap_or(readers).people()
        ),
    };
    let kind = kind.unwrap_or_default();
    let again = match edited {
        Some(short) => ["edit", short],
        None => ["add", kind.as_str()],
    };
    let readers_flag = format!("--{readers}");
    let add = ["add".to_owned()]
        .into_iter()
        .chain(flags)
        .chain(["TEXT".to_owned()]);
    Failure::usage(format!(
        "{:?} is taken as a {taken}, which {} could read; did you mean {meant}?",
        slip.written,
        readers.people()
    ))
    .hint(Hint::ours(add).why(sealed))
    .hint(Hint::ours(again.into_iter().chain([readers_flag.as_str(), "TEXT"])).why(is_meant))
}

/// A text that names no entry.
fn unresolved(failure: Failure, error: &IdError, candidates: &[(String, Option<Entry>)]) -> Failure {
    let line = |(short, entry): &(String, Option<Entry>)| {
        let shown = entry.as_ref().filter(|entry| shows(entry.visibility));
        let body = shown.and_then(|entry| entry.body.as_ref());
        let unread = if entry.is_some() {
            SEALED
        } else {
            "(not shown here)"
        };
        let text = body.map_or(unread, |body| body.text.as_str());
        let first: String = text.lines().next().unwrap_or_default().chars().take(70).collect();
        format!("{short}  {first}")
    };
    match error {
        IdError::Ambiguous(_) => failure
            .causes(candidates.iter().map(line))
            .hint("type more letters of the one you mean"),
        IdError::NotAnId => failure.hint(
            Hint::ours(["agenda"])
                .why("the lists show the letters to type")
                .then(Hint::ours(["actions"])),
        ),
        IdError::Unknown => failure
            .hint(Hint::ours(["log", "WORDS"]).why("find an entry"))
            .hint(Hint::ours(["sync"]).why("bring what the other wrote")),
    }
}
