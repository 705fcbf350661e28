//! Questions, against ripgrep over the same files.

use std::path::{Path, PathBuf};

use super::cold::{drop_pages, forget};
use super::ground::{Ground, LONGEST, YEARS};
use super::host::Step;
use super::measure::Way;
use super::table::Job;
use super::texts::WORD;
use super::world::Form;

/// A question: how it is asked, what ripgrep looks for instead, and how much of that time it may take.
pub(crate) struct Question {
    args: &'static [&'static str],
    pattern: &'static [&'static str],
    at_ten_years: f64,
    at_the_longest: Option<f64>,
    of_many: f64,
    /// The goal for how its time grows.
    exponent: Option<f64>,
}

/// The goal for the peak memory of a question, in MiB.
const MEMORY: f64 = 16.0;
const OPEN: &[&str] = &["-c", "^state = \"open\"$"];

/// A question by its name.
fn question(name: &str) -> Question {
    let question = |args, pattern, goals: (f64, Option<f64>, f64), exponent| Question {
        args,
        pattern,
        at_ten_years: goals.0,
        at_the_longest: goals.1,
        of_many: goals.2,
        exponent,
    };
    match name {
        "actions" => question(&["actions"], OPEN, (0.5, Some(0.3), 0.3), Some(0.3)),
        "agenda" => question(&["agenda"], OPEN, (0.5, Some(0.3), 0.3), Some(0.3)),
        "bare" => question(&[], OPEN, (0.5, Some(0.3), 0.3), None),
        "status" => question(&["status"], OPEN, (0.8, Some(0.8), 0.8), None),
        "growth" => {
            let themes = &["-c", "^themes = "];
            question(
                &["growth", "--since", "6mo"],
                themes,
                (0.5, Some(0.5), 0.25),
                None,
            )
        }
        "log" => question(&["log", WORD], &["-i", WORD], (1.5, Some(1.5), 1.5), None),
        _ => unreachable!("{name}"),
    }
}

fn rg(home: &Path, folder: &Path, pattern: &[&str]) -> Step {
    Step::new("rg", home, folder)
        .args(pattern)
        .args(&["."])
        .may_say_no()
}

/// A question to one pair, at each length of its history.
pub(crate) fn one_pair(ground: &Ground, name: &'static str) -> Job {
    let asked = question(name);
    let mut job = Job::default();
    let (mut ours, mut peers) = (Vec::new(), Vec::new());
    for meetings in &ground.sizes {
        let [world] = ground.worlds(*meetings, [Form::Ours]);
        let step = Step::ours(&world.home, &world.clone, asked.args);
        let way = job.way(Way::new("oneonone", move || vec![step.clone()]));
        ours.push((*meetings, way));
        let line = format!("{name}, {meetings} meetings");
        let goal = match *meetings {
            YEARS => Some(asked.at_ten_years),
            LONGEST => asked.at_the_longest,
            _ => None,
        };
        if ground.programs.rg {
            let step = rg(&world.home, &world.clone, asked.pattern);
            let peer = job.way(Way::new("rg", move || vec![step.clone()]));
            peers.push((*meetings, peer));
            job.ratio(&line, way, peer, goal);
        } else {
            job.alone(&line, way);
        }
        if *meetings == LONGEST {
            job.memory(line, way, MEMORY);
        }
    }
    job.exponent(name, &ours, asked.exponent);
    job.exponent(&format!("{name}, rg"), &peers, None);
    job
}

/// A question to many pairs; none where it has no `--all`, unless that is to be asked of each pair by itself.
pub(crate) fn many_pairs(ground: &Ground, name: &'static str) -> Option<Job> {
    let asked = question(name);
    let many = ground.many(Form::Ours, false);
    let mut args = asked.args.to_vec();
    args.push("--all");
    let at_once = Step::ours(&many.home, &many.home, &args);
    let mut line = format!("{name} --all, {} pairs", ground.pairs);
    let is_at_once = at_once.works();
    let steps = if is_at_once {
        vec![at_once]
    } else if asked.args.is_empty() {
        println!("{line}: the bare command has no --all");
        return None;
    } else {
        line += ", a process each";
        let ask = |clone: &PathBuf| Step::ours(&many.home, clone, asked.args);
        many.worlds.iter().map(|world| ask(&world.clone)).collect()
    };
    let mut job = Job::default();
    let way = job.way(Way::new("oneonone", move || steps.clone()));
    if ground.programs.rg {
        let step = rg(&many.home, &many.home, asked.pattern);
        let peer = job.way(Way::new("rg", move || vec![step.clone()]));
        job.ratio(&line, way, peer, Some(asked.of_many));
    } else {
        job.alone(&line, way);
    }
    job.memory(line, way, MEMORY);
    Some(job)
}

/// Questions to many pairs as after a pause: the files out of memory, or no index made yet.
pub(crate) fn many_pairs_after(ground: &Ground, is_cold: bool) -> Option<Job> {
    let many = ground.many(Form::Ours, false);
    if !ground.programs.rg {
        return None;
    }
    let (name, goal) = if is_cold {
        ("growth", 0.05)
    } else {
        ("actions", 6.0)
    };
    let asked = question(name);
    let (home, pairs) = (many.home.clone(), ground.pairs);
    let mut args = asked.args.to_vec();
    args.push("--all");
    let step = Step::ours(&home, &home, &args);
    let ours = Way::new("oneonone", move || vec![step.clone()]);
    let step = rg(&home, &home, asked.pattern);
    let peer = Way::new("rg", move || vec![step.clone()]);
    let mut job = Job::default();
    let pages = |home: &Path| {
        let home = home.to_owned();
        move || drop_pages(&home)
    };
    if is_cold {
        let (ours, peer) = (
            job.way(ours.before(pages(&home))),
            job.way(peer.before(pages(&home))),
        );
        job.ratio(
            format!("{name} --all, {pairs} pairs, files not in memory"),
            ours,
            peer,
            Some(goal),
        );
    } else {
        let forgotten = move || {
            many.worlds
                .iter()
                .for_each(|world| forget(&world.home, &world.clone))
        };
        let (ours, peer) = (job.way(ours.before(forgotten)), job.way(peer));
        job.ratio(
            format!("{name} --all, {pairs} pairs, first run without an index"),
            ours,
            peer,
            Some(goal),
        );
    }
    Some(job)
}

/// `log WORD` where every entry is sealed, against `age` for each of them.
pub(crate) fn sealed(ground: &Ground) -> Job {
    let world = ground.sealed();
    let step = Step::ours(&world.home, &world.clone, &["log", WORD]);
    let mut job = Job::default();
    job.rounds(1, 5);
    let again = step.clone();
    let first = {
        let world = world.clone();
        let forgotten = move || forget(&world.home, &world.clone);
        job.way(Way::new("oneonone", move || vec![step.clone()]).before(forgotten))
    };
    let ready = again.clone();
    let second = job.way(Way::new("oneonone", move || vec![again.clone()]).before(move || drop(ready.run())));
    let lines = ["first time", "second time"].map(|time| format!("log, every entry sealed, {time}"));
    if ground.programs.age {
        let steps = age_loop(ground.root(), &world.home, &world.clone);
        let peer = Way::new(format!("age -d, {} times", steps.len()), move || steps.clone());
        let peer = job.way(peer);
        job.ratio(&lines[0], first, peer, Some(0.02));
        job.ratio(&lines[1], second, peer, Some(0.005));
    } else {
        job.alone(&lines[0], first);
        job.alone(&lines[1], second);
    }
    job.memory(&lines[1], second, MEMORY);
    job
}

/// `age -d` for every sealed entry of a clone, each in a file of its own.
fn age_loop(root: &Path, home: &Path, clone: &Path) -> Vec<Step> {
    let folder = root.join("ciphertexts");
    std::fs::create_dir_all(&folder).unwrap();
    let key = home.join(".config/oneonone/identity.txt");
    let mut steps = Vec::new();
    for year in std::fs::read_dir(clone.join("meetings")).unwrap().flatten() {
        for record in std::fs::read_dir(year.path()).unwrap().flatten() {
            let text = std::fs::read_to_string(record.path()).unwrap();
            for sealed in text.split("sealed = \"\"\"\n").skip(1) {
                let file = folder.join(format!("{}.age", steps.len()));
                std::fs::write(&file, sealed.split("\"\"\"").next().unwrap()).unwrap();
                let args: [&Path; 4] = [Path::new("-d"), Path::new("-i"), &key, &file];
                steps.push(Step::new("age", home, clone).args(&args));
            }
        }
    }
    steps
}
