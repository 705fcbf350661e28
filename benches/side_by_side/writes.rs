//! `add` and `sync` against plain Git in clones that know nothing of `oneonone`, and against the least that libgit2 does.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;

use super::floor::FLOOR;
use super::ground::{Ground, LONGEST, YEARS};
use super::host::Step;
use super::measure::Way;
use super::table::Job;
use super::world::{Form, World};

/// The news that a sync has to carry.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    Nothing,
    Mine,
    /// The same, and the sync starts at once.
    JustSaved,
    Both,
}

impl News {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing to do",
            Self::Mine => "an entry of mine",
            Self::JustSaved => "an entry saved just now",
            Self::Both => "entries on both sides",
        }
    }
}

/// The other member writes, I save an entry; what that said is held until it is looked for.
pub(crate) fn with_news(way: Way, world: &Rc<World>, news: News) -> Way {
    let said = Rc::new(RefCell::new((None, None)));
    let (before, after) = (Rc::clone(world), Rc::clone(world));
    let heard = Rc::clone(&said);
    way.before(move || {
        let theirs = (news == News::Both).then(|| before.other_writes());
        let mine = (news != News::Nothing).then(|| before.i_write());
        *said.borrow_mut() = (mine, theirs);
    })
    .after(move || {
        let (mine, theirs) = &*heard.borrow();
        after.is_delivered(mine.as_deref(), theirs.as_deref());
    })
}

/// The commands that a person types who has no `oneonone`, before a sync is over.
pub(crate) fn by_hand(home: &Path, clone: &Path) -> Vec<Step> {
    let git = |args: &[&str]| Step::git(home, clone, args);
    vec![
        git(&["add", "-A"]),
        git(&["commit", "-q", "-m", "sync"]).may_say_no(),
        git(&["fetch", "-q"]),
        git(&["merge", "-q"]),
        git(&["push", "-q"]),
    ]
}

fn least(world: &World, job: &str) -> Step {
    let me = std::env::current_exe().unwrap();
    Step::new(me, &world.home, &world.clone).args(&[FLOOR, job])
}

/// A sync over a path.
pub(crate) fn sync(ground: &Ground, news: News) -> Job {
    let mut job = Job::default();
    let mut sizes = ground.sizes.clone();
    if news != News::Nothing {
        sizes = vec![ground.years()];
    }
    if matches!(news, News::Mine | News::Both) {
        job.pause();
    }
    let (mut ours, mut peers) = (Vec::new(), Vec::new());
    for meetings in sizes {
        let line = format!("sync, path: {}, {meetings} meetings", news.name());
        let worlds = ground.worlds(meetings, Form::ALL);
        let ways = Form::ALL.into_iter().zip(&worlds).map(|(form, world)| {
            let to = Rc::clone(world);
            let steps = move || match form {
                Form::Ours => vec![Step::ours(&to.home, &to.clone, &["sync"])],
                Form::Durable | Form::Defaults => by_hand(&to.home, &to.clone),
                Form::Least => {
                    let words = if news == News::Nothing {
                        &[][..]
                    } else {
                        &["entry"]
                    };
                    vec![least(&to, "sync").args(&[&to.remote]).args(words)]
                }
            };
            clear(world, form);
            job.way(with_news(Way::new(form.name(), steps), world, news))
        });
        let ways: Vec<usize> = ways.collect();
        let goal = match news {
            News::Nothing => Some(0.35),
            News::Mine => Some(0.8),
            News::JustSaved => None,
            News::Both => Some(0.9),
        };
        let goal = goal.filter(|_| meetings == YEARS);
        job.ratio(&line, ways[0], ways[1], goal);
        job.ratio(&line, ways[0], ways[2], goal);
        job.ratio(&line, ways[0], ways[3], None);
        if news == News::Nothing && meetings == LONGEST {
            job.memory(&line, ways[0], 24.0);
        }
        ours.push((meetings, ways[0]));
        peers.push((meetings, ways[2]));
    }
    job.exponent("sync, path: nothing to do", &ours, Some(0.3));
    job.exponent("sync, path: nothing to do, git", &peers, None);
    job
}

/// Nothing is left over from a job before.
fn clear(world: &World, form: Form) {
    if form == Form::Ours {
        Step::ours(&world.home, &world.clone, &["sync"]).run();
    } else {
        by_hand(&world.home, &world.clone)
            .iter()
            .for_each(|step| drop(step.run()));
    }
    world.is_delivered(None, None);
}

/// One entry, committed.
pub(crate) fn add(ground: &Ground) -> Job {
    let mut job = Job::default();
    let (mut ours, mut peers) = (Vec::new(), Vec::new());
    for meetings in &ground.sizes {
        let line = format!("add, {meetings} meetings");
        let worlds = ground.worlds(*meetings, Form::ALL);
        let ways = Form::ALL
            .into_iter()
            .zip(worlds)
            .map(|(form, world)| job.way(added(form, &world)));
        let ways: Vec<usize> = ways.collect();
        let is_ten_years = *meetings == YEARS;
        job.ratio(&line, ways[0], ways[1], is_ten_years.then_some(0.8));
        job.ratio(&line, ways[0], ways[2], is_ten_years.then_some(1.0));
        job.ratio(&line, ways[0], ways[3], None);
        ours.push((*meetings, ways[0]));
        peers.push((*meetings, ways[2]));
    }
    let at = |size: usize| ours.iter().find(|way| way.0 == size).map(|way| way.1);
    if let (Some(short), Some(long)) = (at(YEARS), at(LONGEST)) {
        job.ratio(
            format!("add, {LONGEST} meetings against {YEARS}"),
            long,
            short,
            Some(2.0),
        );
    }
    job.exponent("add", &ours, Some(0.3));
    job.exponent("add, git", &peers, None);
    job
}

/// `oneonone add TEXT` writes the record too; the others find it saved.
fn added(form: Form, world: &Rc<World>) -> Way {
    let said = Rc::new(RefCell::new(String::new()));
    let (before, to, after) = (Rc::clone(world), Rc::clone(world), Rc::clone(world));
    let (write, read, heard) = (Rc::clone(&said), Rc::clone(&said), said);
    let steps = move || {
        let git = |args: &[&str]| Step::git(&to.home, &to.clone, args);
        match form {
            Form::Ours => vec![Step::ours(&to.home, &to.clone, &["add", "topic", &read.borrow()])],
            Form::Durable | Form::Defaults => {
                vec![git(&["add", "-A"]), git(&["commit", "-q", "-m", "entry"])]
            }
            Form::Least => vec![least(&to, "add")],
        }
    };
    Way::new(form.name(), steps)
        .before(move || {
            *write.borrow_mut() = match form {
                Form::Ours => before.new_words(),
                _ => before.i_write(),
            };
        })
        .after(move || after.is_committed(&heard.borrow()))
}
