//! `who`: who can read what, the host's admins included.

use clap::Args;

use crate::model::{Entry, EntryId, Member, Visibility};
use crate::render::text::{self, Reader, Reads};
use crate::render::{Notes, json, tsv};
use crate::seal::{Fingerprint, Trust};

use super::context::Context;
use super::error::{Exit, Failure};
use super::reading::Reading;

/// Show who can read what, the host's admins included
#[derive(Args)]
pub(super) struct WhoArgs {
    /// One entry: who can read it, a sealed one as it is sealed
    id: Option<String>,
}

pub(super) fn run(context: &mut Context, args: WhoArgs) -> Result<Exit, Failure> {
    let place = context.place()?;
    let wanted = args.id.is_some();
    let reading = Reading::open(context, &place, |_| wanted)?;
    match &args.id {
        Some(typed) => {
            let id = reading.resolve(typed)?;
            of_entry(context, &reading, id)
        }
        None => table(context, &reading),
    }
}

fn table(context: &mut Context, reading: &Reading) -> Result<Exit, Failure> {
    let pair = &reading.records.pair;
    let me = reading.seat();
    let mut readers: Vec<Reader> = Vec::new();
    for member in pair.members() {
        let seated = !member.keys.is_empty();
        let mut said = Vec::new();
        said.extend((me.as_ref() == Some(&member.slug)).then_some("you"));
        said.extend(match reading.keys().pins().trust_of(member) {
            Trust::OpenSeat => Some("the seat is open"),
            Trust::Changed { .. } => Some("the key changed and is not trusted"),
            Trust::Unpinned { .. } => Some("the key is not trusted yet"),
            Trust::Trusted(_) => None,
        });
        readers.push(Reader {
            who: member.name.clone(),
            shared: if seated { Reads::Yes } else { Reads::No },
            confidential: if seated { Reads::Yes } else { Reads::No },
            private: if seated { Reads::Own } else { Reads::No },
            note: said.join(", "),
        });
    }
    let remote = reading.repo.remote_url("origin")?.is_some();
    readers.push(Reader {
        who: "the host's admins".to_owned(),
        shared: Reads::Yes,
        confidential: Reads::No,
        private: Reads::No,
        note: if remote {
            "and everyone else with a clone; of sealed entries: that they exist, by whom, when".to_owned()
        } else {
            "once there is a remote: nothing has left this machine".to_owned()
        },
    });
    let data = if context.global.json {
        json::one(&json::Document::readers(&readers))
    } else if context.to_terminal {
        text::who(&readers, context.width)
    } else {
        let row = |r: &Reader| {
            let reads = [r.shared, r.confidential, r.private].map(|r| r.as_str().to_owned());
            let [shared, confidential, private] = reads;
            vec![r.who.clone(), shared, confidential, private, r.note.clone()]
        };
        tsv::table(None, readers.iter().map(row))
    };
    context.out.data(&data)?;
    Ok(Exit::Done)
}

fn of_entry(context: &mut Context, reading: &Reading, id: EntryId) -> Result<Exit, Failure> {
    let Some(entry) = reading.records.entry(id) else {
        return Err(Failure::new(Exit::Failed, format!("there is no entry {id}")));
    };
    let readers = readers(context, reading, entry);
    let data = if context.global.json {
        let notes = Notes::new();
        json::one(&json::Document::readers_of(
            entry,
            &readers,
            &reading.scope(&notes),
        ))
    } else if context.to_terminal {
        format!("{}: {}\n", entry.visibility, readers.join(", "))
    } else {
        tsv::table(None, readers.into_iter().map(|reader| vec![reader]))
    };
    context.out.data(&crate::model::visible(&data))?;
    Ok(Exit::Done)
}

/// The readers of one entry: of a sealed one those whose keys it is sealed for, where I can open it.
fn readers(context: &mut Context, reading: &Reading, entry: &Entry) -> Vec<String> {
    let pair = &reading.records.pair;
    let name = |member: &Member| member.name.clone();
    if entry.in_clear {
        context.out.warn(
            "it stands in clear, and is to be sealed: until then whoever has a copy of the record reads it",
        );
    }
    if entry.read_as() == Visibility::Shared {
        let mut readers: Vec<String> = pair.members().map(name).into();
        readers.push("the host's admins".to_owned());
        return readers;
    }
    let placed = reading.state().entries.get(&entry.id);
    let ciphertext = placed.and_then(|p| p.entry.get_str("sealed"));
    let Some(ciphertext) = ciphertext else {
        return by_visibility(reading, entry);
    };
    let Ok(opened) = reading.keys().open(pair, entry.id, &entry.by, ciphertext) else {
        context
            .out
            .warn("your key does not open it: these are the readers that the record names");
        return by_visibility(reading, entry);
    };
    let mut left = opened.readers.clone();
    let mut readers = Vec::new();
    for member in pair.members() {
        let keys = Fingerprint::of_all(&member.keys);
        if keys.iter().any(|key| opened.readers.contains(key)) {
            readers.push(member.name.clone());
        }
        left.retain(|key| !keys.contains(key));
    }
    readers.extend(
        left.iter()
            .map(|key| format!("a key that no member states any more ({key})")),
    );
    readers
}

fn by_visibility(reading: &Reading, entry: &Entry) -> Vec<String> {
    let pair = &reading.records.pair;
    let reads = |m: &&Member| entry.visibility == Visibility::Confidential || m.slug == entry.by;
    pair.members()
        .into_iter()
        .filter(reads)
        .map(|m| m.name.clone())
        .collect()
}
