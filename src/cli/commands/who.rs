//! `who`: who can read what, the host's admins included.

use clap::Args;

use crate::app::{self, EntryReader, PairClone, ReadSession, Seats};
use crate::cli::{Context, Exit, Failure};
use crate::render::text::{self, ReaderRow, Reads};
use crate::render::{ConflictNotes, Printable, json::JsonDocument, tsv};
use crate::seal::Trust;

const ADMINS: &str = "the host's admins";

/// Show who can read what, the host's admins included
#[derive(Args)]
pub(super) struct WhoArgs {
    /// One entry: who can read it, a sealed one as it is sealed
    id: Option<String>,
}

pub(super) fn run(context: &mut Context, args: WhoArgs) -> Result<Exit, Failure> {
    context.answer_for_one(|context, place| match &args.id {
        Some(typed) => of_entry(context, place, typed),
        None => {
            let session = context.read(place, |_| false)?;
            context.tell_seat(session.seat_change());
            let readers = readers(&session, app::seats(&session)?);
            Ok(context.in_form(
                || JsonDocument::readers(&readers),
                |_| tsv::table(None, readers.iter().map(row)),
                || text::who(&told_apart(&session, &readers), context.width),
            ))
        }
    })
}

fn readers(session: &ReadSession, seats: Seats<'_>) -> Vec<ReaderRow> {
    let me = session.seat();
    let mut readers: Vec<ReaderRow> = Vec::new();
    for (member, trust) in seats.members {
        let (all, own) = match member.keys.is_empty() {
            true => (Reads::No, Reads::No),
            false => (Reads::Yes, Reads::Own),
        };
        let you = (me.as_ref() == Some(&member.slug)).then_some("you");
        let seat = match trust {
            Trust::OpenSeat => Some("the seat is open"),
            Trust::Changed { .. } if you.is_some() => Some("somebody changed the keys of your seat"),
            Trust::Changed { stated, .. } if stated.is_empty() => Some("pair.toml states no key any more"),
            Trust::Changed { .. } => Some("the key changed and is not trusted"),
            Trust::Unpinned { .. } => Some("the key is not trusted yet"),
            Trust::Trusted(_) => None,
        };
        let said: Vec<&str> = you.into_iter().chain(seat).collect();
        readers.push(ReaderRow {
            who: member.name.clone(),
            shared: all,
            confidential: all,
            private: own,
            note: said.join(", "),
        });
    }
    let note = if seats.has_remote {
        "and everyone else with a clone; of sealed entries: that they exist, by whom, when"
    } else {
        "once there is a remote: nothing has left this machine"
    };
    readers.push(ReaderRow {
        who: ADMINS.to_owned(),
        shared: Reads::Yes,
        confidential: Reads::No,
        private: Reads::No,
        note: note.to_owned(),
    });
    readers
}

/// The same for a person, who may know somebody else of the same name.
fn told_apart(session: &ReadSession, readers: &[ReaderRow]) -> Vec<ReaderRow> {
    let (view, mut readers) = (&session.view, readers.to_vec());
    let members = view.records.pair.members();
    for (reader, member) in readers.iter_mut().zip(members) {
        let is_me = member.slug == view.me;
        let name = if is_me {
            &view.names.me
        } else {
            &view.names.partner
        };
        reader.who.clone_from(&name.whole);
    }
    readers
}

fn row(reader: &ReaderRow) -> Vec<String> {
    let reads = [reader.shared, reader.confidential, reader.private].map(Reads::as_str);
    let [shared, confidential, private] = reads;
    [&reader.who, shared, confidential, private, &reader.note]
        .map(str::to_owned)
        .to_vec()
}

fn of_entry(context: &mut Context, place: &PairClone, typed: &str) -> Result<Printable, Failure> {
    let session = context.read(place, |_| true)?;
    let (entry, readers) = app::readers_of(&session, typed)?;
    context.tell(&session.view.remarks);
    let words = |reader: EntryReader| match reader {
        EntryReader::Member(name) => name,
        EntryReader::Everyone => ADMINS.to_owned(),
        EntryReader::Key(key) => format!("a key that no member states any more ({key})"),
    };
    let readers: Vec<String> = readers.into_iter().map(words).collect();
    Ok(context.pair_form(
        &session.view,
        &ConflictNotes::new(),
        |scope| JsonDocument::readers_of(entry, &readers, scope),
        |_| tsv::table(None, readers.iter().map(|reader| vec![reader.clone()])),
        |_| format!("{}: {}\n", entry.visibility, readers.join(", ")).into(),
    ))
}
