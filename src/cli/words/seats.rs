//! The keys in the seats of a pair, in words.

use crate::seal::KeyProblem;
use crate::sync::{SeatChange, SyncNote};

use crate::cli::{Hint, output::Output};

/// Says a note about the keys of a seat; false where it is about something else.
pub(super) fn say_of_seats(out: &mut Output, note: &SyncNote) -> bool {
    match note {
        SyncNote::Pinned(slug, key) => out.say(format!("first sight of the key of {slug}: {key}")),
        SyncNote::KeyChanged(slug) => {
            out.warn(format!(
                "the keys of {slug} changed; nothing is sealed for them until you trust the new ones"
            ));
            out.hint(Hint::ours(["key", "trust", slug.as_str()]).why("ask them, then trust the keys"));
        }
        SyncNote::SeatEmptied(slug) => {
            out.warn(format!(
                "pair.toml states no key for {slug} any more; nothing is sealed for them until it does"
            ));
            out.hint(Hint::ask_to_refuse(slug.as_str()));
        }
        SyncNote::OwnSeatChanged(change) => own_seat_changed(out, change),
        _ => return false,
    }
    true
}

fn own_seat_changed(out: &mut Output, change: &SeatChange) {
    let SeatChange {
        member,
        added,
        removed,
        is_gone,
    } = change;
    let then = match is_gone {
        true => "nothing that you write is saved until your seat is there again",
        false => "your private texts are sealed for your own keys alone",
    };
    out.warn(format!("{}; {then}", KeyProblem::OWN_SEAT_CHANGED));
    if *is_gone {
        out.say(format!("  pair.toml names no {member} any more"));
    } else {
        let lines = [("not yours", added), ("no longer there", removed)];
        for (what, keys) in lines {
            for key in keys {
                out.say(format!("  {what}: {key}"));
            }
        }
    }
    for hint in Hint::own_seat() {
        out.hint(hint);
    }
}
