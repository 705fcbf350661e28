//! `who`: who can read what, the host's admins included.

use clap::Args;

use crate::app::{
    self, EntryReader, PairClone, PairReader, PairReaderKind, Reach, ReadSession, SeatStanding,
};
use crate::cli::{Context, Exit, Failure};
use crate::render::text::{self, ReaderRow, Reads};
use crate::render::{ConflictNotes, Printable, json::JsonDocument, tsv};
use crate::seal::KeyProblem;

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
            let readers: Vec<ReaderRow> = app::pair_readers(&session)?.iter().map(worded).collect();
            Ok(context.in_form(
                || JsonDocument::readers(&readers),
                |_| tsv::table(None, readers.iter().map(row)),
                || text::who(&told_apart(&session, &readers), context.width),
            ))
        }
    })
}

/// A reader in words.
fn worded(reader: &PairReader<'_>) -> ReaderRow {
    let (who, note) = match &reader.who {
        PairReaderKind::Member { member, is_me, seat } => {
            let said: Vec<&str> = is_me.then_some("you").into_iter().chain(of_seat(*seat)).collect();
            (member.name.clone(), said.join(", "))
        }
        PairReaderKind::Admins { has_remote } => {
            let note = match has_remote {
                true => "and everyone else with a clone; of sealed entries: that they exist, by whom, when",
                false => "once there is a remote: nothing has left this machine",
            };
            (ADMINS.to_owned(), note.to_owned())
        }
    };
    ReaderRow {
        who,
        shared: reads(reader.shared),
        confidential: reads(reader.confidential),
        private: reads(reader.private),
        note,
    }
}

/// The remark about a seat whose keys are not trusted.
fn of_seat(seat: SeatStanding) -> Option<&'static str> {
    match seat {
        SeatStanding::Trusted => None,
        SeatStanding::Open => Some("the seat is open"),
        SeatStanding::OwnChanged => Some(KeyProblem::OWN_SEAT_CHANGED),
        SeatStanding::Emptied => Some("pair.toml states no key any more"),
        SeatStanding::Changed => Some("the key changed and is not trusted"),
        SeatStanding::Unpinned => Some("the key is not trusted yet"),
    }
}

fn reads(reach: Reach) -> Reads {
    match reach {
        Reach::All => Reads::Yes,
        Reach::Own => Reads::Own,
        Reach::Nothing => Reads::No,
    }
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
