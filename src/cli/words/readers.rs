//! Words for who reads an entry.

use crate::app::Remark;
use crate::cli::output::Output;

/// Says a remark about the readers of an entry that a command writes. False for any other.
pub(super) fn say_of_readers(out: &mut Output, remark: &Remark) -> bool {
    match remark {
        Remark::AsFollowed(readers) => out.say(format!("{readers}, like the entry it follows from")),
        Remark::AsFollowedBefore(readers) => out.say(format!(
            "{readers}: fewer people could read the entry that it follows"
        )),
        Remark::InShellHistory => {
            out.warn("your shell's history now holds this text; the editor or `-` leave no trace")
        }
        Remark::StaysShared => out.warn("it stays shared: history keeps the text as it is"),
        Remark::SharedAlready(to) => out.say(format!("it is {to} already")),
        _ => return false,
    }
    true
}
