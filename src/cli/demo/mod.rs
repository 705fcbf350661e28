//! `demo`: a made-up pair with half a year of meetings, to try everything on.

mod calendar;
mod history;
mod past;
mod people;
mod story;
mod tour;

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::app::{self, Moment};
use crate::git::{CloneOutcome, Expect, PushOutcome, RefUpdate, Repository, clone, init_bare};
use crate::model::{EntryId, Home, Kind, Placed, Table, instant_value};
use crate::sync::{Environment, ReadScope, SnapshotFiles, Workspace};

use super::context::Context;
use super::error::{Exit, Failure, undelivered, with_folder};
use calendar::{Calendar, working_days_after};
use history::History;
use past::Past;
use people::{Made, People, Person};
use story::{Line, Story};

const BRANCH: &str = "main";

/// Make a made-up pair with 26 weeks of meetings, two clones and a bare remote, to try everything on
///
/// Nothing outside its folder is touched; to be rid of it, remove the folder.
#[derive(Args)]
pub(super) struct DemoArgs {
    /// The folder to make
    #[arg(default_value = "oneonone-demo")]
    dir: PathBuf,
}

pub(super) fn run(context: &mut Context, args: DemoArgs) -> Result<Exit, Failure> {
    let dir = context.cwd.join(&args.dir);
    let dir = std::path::absolute(&dir).unwrap_or(dir);
    let fresh = !dir.exists();
    app::refuse_taken(&dir).map_err(|e| with_folder(e, &["demo", "DIR"]))?;
    let made = make(context, &dir).inspect_err(|_| sweep(&dir, fresh))?;
    tour::run(context, &made)?;
    Ok(Exit::Done)
}

/// Nothing half-made stays behind.
fn sweep(dir: &Path, fresh: bool) {
    if fresh {
        let _ = fs::remove_dir_all(dir);
        return;
    }
    for item in fs::read_dir(dir).into_iter().flatten().flatten() {
        let _ = fs::remove_dir_all(item.path());
    }
}

fn make(context: &mut Context, dir: &Path) -> Result<Made, Failure> {
    fs::create_dir_all(dir).map_err(|e| io("could not make", dir, &e))?;
    let dir = fs::canonicalize(dir).map_err(|e| io("could not find", dir, &e))?;
    let story = Story::load()?;
    let people = People::make(&dir, &story)?;
    let remote = dir.join("remote.git");
    init_bare(&remote, BRANCH)?;
    // The past is written in a repository of its own; what both then have comes out of the remote.
    let past = dir.join(".past");
    write_past(context, &people, &story, &past, &remote)?;
    fs::remove_dir_all(&past).map_err(|e| io("could not remove", &past, &e))?;
    for person in people.both() {
        clone_for(context, person, &remote)?;
    }
    let env = &context.setting().environment;
    for line in &story.unsynced {
        leave_unsynced(env, people.get(line.author()), line)?;
    }
    Ok(Made { dir, remote, people })
}

fn write_past(
    context: &Context,
    people: &People,
    story: &Story,
    dir: &Path,
    remote: &Path,
) -> Result<(), Failure> {
    let repo = Repository::init(dir, BRANCH)?.passing();
    repo.set_remote("origin", &address(remote))?;
    let env = &context.setting().environment;
    let calendar = Calendar::new(context.today, context.now);
    let first = calendar.weeks_ago(story.weeks.len());
    let made = calendar.moment(working_days_after(first, -5), 3);
    let joined = calendar.moment(working_days_after(first, -4), 0);
    let history = History::begin(people, &repo, (env.new_id)(), made, joined)?;
    let history = Past::new(history, calendar, context.now, env.new_id).tell(story)?;
    let tip = history.tip()?;
    if repo.move_branch(BRANCH, Expect::Absent, tip, "oneonone: demo")? == RefUpdate::Changed {
        return Err(Failure::new(Exit::Failed, "another program writes in the folder"));
    }
    match repo.push("origin", tip, BRANCH, &context.setting().remote)? {
        PushOutcome::Accepted => Ok(()),
        outcome => Err(undelivered(&app::push_delivery(outcome))),
    }
}

fn clone_for(context: &mut Context, person: &Person, remote: &Path) -> Result<(), Failure> {
    match clone(&address(remote), &person.clone, &context.setting().remote)? {
        CloneOutcome::Done => {}
        CloneOutcome::Unreachable { words } | CloneOutcome::Denied { words } => {
            return Err(Failure::new(Exit::Failed, "the remote could not be cloned").cause(words));
        }
        CloneOutcome::TimedOut => return Err(Failure::new(Exit::Failed, "cloning took too long")),
    }
    let repo = Repository::open(&person.clone)?;
    context.told(|setting, remarks| {
        app::keep_guard(setting, &repo, Moment::Made, remarks);
        Ok::<_, Failure>(())
    })?;
    person.settle_in(&repo)
}

/// An entry that its author has not synced yet.
fn leave_unsynced(env: &Environment, person: &Person, line: &Line) -> Result<(), Failure> {
    let mut workspace = Workspace::open(
        &person.clone,
        env.clone(),
        SnapshotFiles::Records,
        ReadScope::Everything,
    )?;
    let id: EntryId = workspace.new_id();
    let kind: Kind = line.kind(false);
    let mut entry = Table::default();
    entry.set("id", id.to_string());
    entry.set("kind", kind.as_str());
    entry.set("by", person.slug.as_str());
    entry.set("at", instant_value(env.now));
    entry.set("text", line.text());
    let home = Home::Agenda;
    let mut state = workspace.state().clone();
    workspace.add_entry(&mut state, id, Placed { home, entry }, line.visibility(kind))?;
    let _ = workspace.begin(state, None)?.finish_unrecorded()?;
    Ok(())
}

fn address(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn io(what: &str, path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(Exit::Failed, format!("{what} {}: {error}", path.display()))
}
