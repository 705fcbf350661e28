//! `demo`: a made-up pair with half a year of meetings, to try everything on.

mod calendar;
mod past;
mod people;
mod story;
mod tour;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;

use crate::app::{self, AddRequest, Destination, FieldsRequest, Moment, Setting, WriteSession};
use crate::git::{PushOutcome, Repository, init_bare};
use crate::store::StagingFolder;
use crate::sync::{ReadScope, SyncError};

use super::context::Context;
use super::error::{Exit, Failure, undelivered, with_folder};
use past::DemoHistory;
use people::{Demo, DemoPerson};
use story::{Story, StoryLine};

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
    let demo = make(context, &dir).inspect_err(|_| sweep(&dir, fresh))?;
    tour::run(context, &demo)?;
    Ok(Exit::Done)
}

/// Nothing half-made stays behind; a folder that was there before does.
fn sweep(dir: &Path, fresh: bool) {
    for item in fs::read_dir(dir).into_iter().flatten().flatten() {
        let _ = fs::remove_dir_all(item.path());
    }
    if fresh {
        let _ = fs::remove_dir(dir);
    }
}

fn make(context: &mut Context, dir: &Path) -> Result<Demo, Failure> {
    let made = fs::create_dir_all(dir).and_then(|()| fs::canonicalize(dir));
    let dir = made.with_context(|| format!("could not make {}", dir.display()))?;
    let story = Story::load()?;
    let demo = Demo::make(dir, &story, (context.setting().environment.new_id)())?;
    init_bare(&demo.remote, BRANCH)?;
    write_past(context.setting(), &demo, &story)?;
    for person in [&demo.manager, &demo.report] {
        context.told(|setting, remarks| {
            app::clone_pair(setting, &demo.url(), &person.place.dir)?;
            let repo = Repository::open(&person.place.dir)?;
            app::keep_guard(setting, &repo, Moment::Made, remarks);
            person.settle_in(&repo)
        })?;
    }
    for line in story.unsynced {
        leave_unsynced(context.setting(), demo.get(line.who()), &line)?;
    }
    Ok(demo)
}

/// Writes the past in a repository of its own, so that both clones come out of the remote.
fn write_past(setting: &Setting, demo: &Demo, story: &Story) -> Result<(), Failure> {
    let aside = StagingFolder::make(&demo.dir).map_err(SyncError::from)?;
    let repo = Repository::init(&aside.clone_path(), BRANCH)?.passing();
    repo.set_remote("origin", &demo.url())?;
    demo.manager.settle_in(&repo)?;
    let tip = DemoHistory::begin(demo, &repo, setting, story.weeks.len())?.tell(story)?;
    for to in &repo.push_targets("origin")?.targets {
        match repo.push(to, tip, BRANCH, &setting.remote)?.outcome {
            PushOutcome::Accepted => {}
            outcome => return Err(undelivered(&app::push_delivery(outcome))),
        }
    }
    Ok(())
}

/// An entry that its author has not synced yet.
fn leave_unsynced(setting: &Setting, person: &DemoPerson, line: &StoryLine) -> Result<(), Failure> {
    let kind = line.kind(false);
    let request = AddRequest {
        kind: Some(kind),
        text: line.text().to_owned(),
        is_argument: false,
        slip: None,
        fields: FieldsRequest {
            visibility: Some(line.visibility(false)),
            ..FieldsRequest::default()
        },
        destination: Destination::Agenda,
    };
    let mut session = WriteSession::open(setting, &person.place, ReadScope::Everything)?;
    app::add(&mut session, request)?;
    Ok(())
}
