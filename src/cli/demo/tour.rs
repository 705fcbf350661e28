//! The end of the demo: it shows where things are, runs some commands, and names others to try.

use std::path::{Path, PathBuf};

use crate::app::{self, Remarks, SyncRequest};
use crate::cli::context::Context;
use crate::cli::error::{Failure, undelivered};
use crate::cli::hint::quoted;
use crate::cli::words::remarks::carried;
use crate::query::{ActionFilter, actions, growth, parse_since};
use crate::render::{CloneFacts, DemoFacts, Printable, json, printable, text};
use crate::sync::Delivery;

use super::people::{Demo, DemoPerson};

/// How far back growth is shown.
const SINCE: &str = "6mo";

/// Syncs both clones, and shows what people look for.
pub(super) fn run(context: &mut Context, demo: &Demo) -> Result<(), Failure> {
    let (sam, ana) = (&demo.manager, &demo.report);
    let mut synced = String::new();
    // The first sync brings the one's news, the second merges, the third fetches the merge.
    for person in [sam, ana, sam] {
        let first = person.seat.name.split(' ').next().unwrap_or_default();
        let words = sync_of(context, person)?;
        synced.push_str(&format!("  {:<9} in sync: {words}\n", format!("{first}:")));
    }
    if context.global.json {
        return json_answer(context, demo);
    }
    let view = context.read(&ana.place, |_| true)?.view;
    let screen = context.screen(&view);
    let open = actions(&view.records, &ActionFilter::default(), context.today);
    let since = parse_since(SINCE, context.today)?;
    let grown = growth(&view.records, since, context.today, None);
    let sections = [
        ("Where things are".to_owned(), places(demo).into()),
        ("oneonone sync, on both sides".to_owned(), synced.into()),
        ("oneonone actions".to_owned(), text::actions(&screen, &open)),
        (
            format!("oneonone growth --since {SINCE}"),
            text::growth(&screen, &grown),
        ),
        ("Try".to_owned(), commands(demo).into()),
    ];
    let section = |(title, body): (String, Printable)| printable![text::heading(&title), body];
    let page = sections.into_iter().map(section);
    context.out.data(&Printable::join(page, "\n"))
}

fn sync_of(context: &Context, person: &DemoPerson) -> Result<String, Failure> {
    let (request, remarks) = (SyncRequest::default(), Remarks::default());
    let report = app::sync(context.setting(), &person.place, &request, &remarks)?.report;
    match report.delivery {
        Delivery::Delivered => Ok(carried(&report, "came", "went")),
        other => Err(undelivered(&other)),
    }
}

fn places(demo: &Demo) -> String {
    let (sam, ana) = (&demo.manager, &demo.report);
    let rows = [
        ("everything, to be removed when done".to_owned(), &demo.dir),
        (format!("{}, the manager", sam.seat.name), &sam.place.dir),
        (format!("{}, the report", ana.seat.name), &ana.place.dir),
        ("the bare remote of both".to_owned(), &demo.remote),
        ("a key each, and pins".to_owned(), &demo.dir.join("keys")),
    ];
    let row = |(what, path): (String, &PathBuf)| format!("  {what:<36}  {}\n", path.to_string_lossy());
    rows.into_iter().map(row).collect()
}

fn commands(demo: &Demo) -> String {
    let (sam, ana, program) = (
        shell(&demo.manager.place.dir),
        shell(&demo.report.place.dir),
        program(),
    );
    let lines = [
        (&ana, "agenda"),
        (&sam, "actions --overdue"),
        (&ana, "growth --theme system-design"),
        (&sam, "who"),
        (&ana, "log cache"),
    ];
    let line = |(dir, command)| format!("  cd {dir} && {program} {command}\n");
    lines.into_iter().map(line).collect()
}

/// How this program is called: by its name where it is installed, else by where it lies.
fn program() -> String {
    let name = "oneonone";
    let path = std::env::var_os("PATH").unwrap_or_default();
    let installed = std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
    match std::env::current_exe() {
        Ok(own) if !installed => shell(&own),
        _ => name.to_owned(),
    }
}

fn json_answer(context: &mut Context, demo: &Demo) -> Result<(), Failure> {
    let clone = |person: &DemoPerson| CloneFacts {
        member: person.seat.slug.to_string(),
        clone: person.place.dir.display().to_string(),
        identity: person.identity.display().to_string(),
    };
    let facts = DemoFacts {
        dir: demo.dir.display().to_string(),
        remote: demo.remote.display().to_string(),
        manager: clone(&demo.manager),
        report: clone(&demo.report),
    };
    context.out.data(&json::one(&json::JsonDocument::demo(&facts)))
}

/// A path as a shell takes it.
fn shell(path: &Path) -> String {
    quoted(&path.display().to_string())
}
