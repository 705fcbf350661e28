//! A disk that is really full: the clone's, or the remote's.

use std::fs;
use std::io::Write;
use std::path::Path;

use super::checks;
use super::mounts::Mounted;
use super::place::{Place, quick_folder};
use super::scenarios;
use super::sweep::{clear_words, spread};
use super::{Share, have, permitted, say, share};
use crate::world::World;

/// The space that is left free, in KiB: from nothing to more than a command needs.
const FREE: [u64; 12] = [0, 4, 8, 12, 16, 20, 28, 36, 48, 64, 96, 128];
const COMMANDS: [&str; 5] = ["add", "add-private", "sync-merge", "sync-hand", "start"];

/// The words of the system, and those that git makes of them, naming the file.
const SAID: [&str; 3] = ["No space left on device", "Out of diskspace", "couldn't write '"];

/// One disk that fills up, under one command.
struct Full {
    /// The folder that the disk is mounted at.
    disk: &'static str,
    command: &'static str,
    free: u64,
}

impl Full {
    fn name(&self) -> String {
        format!("full:{}:{}:{}", self.disk, self.command, self.free)
    }

    /// Whether the command failed for it.
    fn run(&self) -> Result<bool, String> {
        let scenario = scenarios::named(self.command);
        let world = World::new_in(&quick_folder());
        let disk = world.path(self.disk);
        let mounted = Mounted::memory("4m", &disk).ok_or("it was mounted a moment ago")?;
        let place = Place::on(world, scenario.prepare);
        let filler = disk.join("filler");
        fill(&filler, self.free);
        let run = place.actor.type_in(scenario.typed, scenario.command);
        clear_words(&run)?;
        if run.code != 0 && !SAID.iter().any(|words| run.err.contains(words)) {
            return Err(format!("it does not say why: {}", run.err));
        }
        let expected = scenario.expected(run.code == 0);
        checks::at_once(&place, &expected)?;
        fs::remove_file(&filler).map_err(|e| e.to_string())?;
        checks::afterwards(&place, &expected)?;
        drop(mounted);
        Ok(run.code != 0)
    }
}

/// Fills a file system but for some KiB.
fn fill(filler: &Path, free: u64) {
    let mut file = fs::File::create(filler).unwrap();
    while file.write_all(&[b'x'; 4096]).is_ok() {}
    let size = file.metadata().unwrap().len();
    file.set_len(size.saturating_sub(free * 1024)).unwrap();
}

#[test]
fn a_full_disk_is_named_and_the_next_sync_completes() {
    let what = "full disk";
    let trial = tempfile::tempdir().unwrap();
    if !have(what, &["mount"]) {
        return;
    }
    let works = Mounted::memory("1m", trial.path()).is_some();
    if !permitted(what, "mounting a tmpfs", works) {
        return;
    }
    let mut all = Vec::new();
    for disk in ["sam", "remote.git"] {
        for command in COMMANDS {
            all.extend(FREE.map(|free| Full { disk, command, free }));
        }
    }
    let all = match share() {
        Share::All | Share::Every => all,
        Share::One(name) => all.into_iter().filter(|full| full.name() == name).collect(),
        Share::Quick => spread(all, 17),
    };
    let (mut failed, mut refused) = (Vec::new(), 0);
    for full in &all {
        match full.run() {
            Ok(hit) => refused += usize::from(hit),
            Err(why) => failed.push(format!(
                "{why}\n  again: ONEONONE_FAULTS={} cargo test --locked faults::full_disk -- --nocapture",
                full.name()
            )),
        }
    }
    say(&format!(
        "full disk: {} runs, {refused} failed for want of space, {} recovered",
        all.len(),
        all.len() - failed.len()
    ));
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
