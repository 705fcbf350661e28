//! `join`: take the open seat of a pair.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use crate::app::{self, JoinRequest, NewClone};
use crate::cli::{Context, Exit, Failure, Hint, error::with_folder};
use crate::render::text;

/// Join a pair: clone it, take the open seat with your key, and push
///
/// With a key that already sits there it is only cloned: a second machine, with your identity file.
#[derive(Args)]
pub(super) struct JoinArgs {
    /// The address that you were sent
    url: String,
    /// The folder to make; the pair's name unless given
    dir: Option<PathBuf>,
    /// Your name, if it is not what the other member wrote
    #[arg(long)]
    name: Option<String>,
}

pub(super) fn run(context: &mut Context, args: JoinArgs) -> Result<Exit, Failure> {
    let request = JoinRequest {
        url: args.url,
        name: args.name,
        clone: NewClone {
            dir: args.dir,
            folder: context.cwd.clone(),
            began: Instant::now(),
        },
    };
    let joined = context.told(|setting, remarks| {
        app::join(setting, &request, remarks).map_err(|e| with_folder(e, &["join", &request.url, "DIR"]))
    })?;
    let (name, dir, out) = (&joined.name, joined.dir.display(), &mut context.out);
    let there_is = text::records(joined.meetings, joined.entries);
    let there_is = there_is.map_or_else(String::new, |words| format!(": {words}"));
    out.say(format!(
        "joined the pair {name} in {dir} as the {}{there_is}",
        joined.role
    ));
    out.hint(Hint::ours(["agenda"]).about(name).why("see what is waiting"));
    Ok(Exit::Done)
}
