//! The end of the demo: it shows where things are, runs some commands, and names others to try.

use std::path::Path;

use crate::app::{self, PairClone, Remarks, SyncRequest};
use crate::cli::context::Context;
use crate::cli::error::{Failure, undelivered};
use crate::cli::hint::quoted;
use crate::cli::words::remarks::carried;
use crate::model::visible;
use crate::query::{ActionFilter, actions, growth, parse_since};
use crate::render::{CloneFacts, DemoFacts, json, text};
use crate::sync::Delivery;

use super::people::{Made, Person};

/// How far back growth is shown.
const SINCE: &str = "6mo";

/// Syncs both clones, and shows what people look for.
pub(super) fn run(context: &mut Context, made: &Made) -> Result<(), Failure> {
    let (sam, ana) = (&made.people.manager, &made.people.report);
    let mut synced = String::new();
    // The first sync brings the one's news, the second merges, the third fetches the merge.
    for person in [sam, ana, sam] {
        let words = sync_of(context, person)?;
        synced.push_str(&format!(
            "  {:<9} {words}\n",
            format!("{}:", first_word(&person.name))
        ));
    }
    if context.global.json {
        return json_answer(context, made);
    }
    let mut page = places(made);
    page.push_str(&heading("oneonone sync, on both sides"));
    page.push_str(&synced);
    let view = context.read(&place(ana), |_| true)?.view;
    let screen = context.screen(&view);
    let open = actions(&view.records, &ActionFilter::default(), context.today);
    page.push_str(&heading("oneonone actions"));
    page.push_str(&text::actions(&screen, &open));
    let since = parse_since(SINCE, context.today)?;
    let grown = growth(&view.records, since, context.today, None);
    page.push_str(&heading(&format!("oneonone growth --since {SINCE}")));
    page.push_str(&text::growth(&screen, &grown));
    page.push_str(&heading("Try"));
    page.push_str(&commands(made));
    context.out.data(&page)
}

fn sync_of(context: &Context, person: &Person) -> Result<String, Failure> {
    let (request, remarks) = (SyncRequest::default(), Remarks::default());
    let report = app::sync(context.setting(), &place(person), &request, &remarks)?;
    if report.delivery != Delivery::Delivered {
        return Err(undelivered(&report.delivery));
    }
    Ok(format!("in sync: {}", carried(&report, "came", "went")))
}

fn place(person: &Person) -> PairClone {
    PairClone {
        name: None,
        dir: person.clone.clone(),
    }
}

fn places(made: &Made) -> String {
    let (sam, ana) = (&made.people.manager, &made.people.report);
    let rows = [
        ("everything, to be removed when done".to_owned(), &made.dir),
        (format!("{}, the manager", sam.name), &sam.clone),
        (format!("{}, the report", ana.name), &ana.clone),
        ("the bare remote of both".to_owned(), &made.remote),
        ("a key each, and pins".to_owned(), &made.dir.join("keys")),
    ];
    let mut out = text::heading("Where things are");
    for (what, path) in rows {
        out.push_str(&format!("  {what:<36}  {}\n", visible(&path.to_string_lossy())));
    }
    out
}

fn commands(made: &Made) -> String {
    let (sam, ana) = (&made.people.manager, &made.people.report);
    let lines = [
        (ana, "agenda"),
        (sam, "actions --overdue"),
        (ana, "growth --theme system-design"),
        (sam, "who"),
        (ana, "log cache"),
    ];
    let program = program();
    lines
        .iter()
        .map(|(person, command)| format!("  cd {} && {program} {command}\n", shell(&person.clone)))
        .collect()
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

fn json_answer(context: &mut Context, made: &Made) -> Result<(), Failure> {
    let clone = |person: &Person| CloneFacts {
        member: person.slug.to_string(),
        clone: person.clone.display().to_string(),
        identity: person.identity.display().to_string(),
    };
    let facts = DemoFacts {
        dir: made.dir.display().to_string(),
        remote: made.remote.display().to_string(),
        manager: clone(&made.people.manager),
        report: clone(&made.people.report),
    };
    context.out.data(&json::one(&json::JsonDocument::demo(&facts)))
}

fn heading(words: &str) -> String {
    format!("\n{}", text::heading(words))
}

fn first_word(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}

/// A path as a shell takes it.
fn shell(path: &Path) -> String {
    quoted(&path.display().to_string())
}
