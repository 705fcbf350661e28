//! A power cut: the image of a disk, copied while commands write to it, and mounted again.
//!
//! The copy holds what the file system had handed to its disk, and nothing of what lay in memory: what no fsync asked
//! for is gone, as it is when the power goes. A copy counts only when a second one, made right after it, is the same:
//! then the disk stood still, and the copy is of one moment.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::checks::{self, Expected};
use super::mounts::Mounted;
use super::place::{Place, quick_folder};
use super::scenarios::{self, SECRET};
use super::{Share, have, permitted, program, say, share};
use crate::world::{World, copy_folder};

/// The folder that lies on the disk, and how the disk is mounted.
const VARIANTS: [(&str, &str); 4] = [
    ("", "loop"),
    ("sam", "loop"),
    ("", "loop,data=writeback,commit=1"),
    ("sam", "loop,data=writeback,commit=1"),
];
const SIZE: u64 = 24 << 20;

/// The disk as it was at one moment, and what had been acknowledged before.
struct Snapshot {
    image: PathBuf,
    acknowledged: Vec<String>,
}

/// Works until there are enough snapshots, and checks each. Gives how many there were.
fn cut(disk: &str, options: &str, snapshots: usize) -> Result<usize, String> {
    let folder = tempfile::tempdir_in(quick_folder()).unwrap();
    let image = folder.path().join("disk.img");
    make_disk(&image);
    let world = World::new_in(&quick_folder());
    let at = world.path(disk);
    let mount = |image: &Path| Mounted::new(&["-o", options, image.to_str().unwrap()], &at);
    let mounted = mount(&image).ok_or("it was mounted a moment ago")?;
    let place = Place::on(world, scenarios::pair);
    Command::new("sync").arg("-f").arg(&at).status().unwrap();
    let taken = work(&place, disk.is_empty(), &image, folder.path(), snapshots);
    drop(mounted);
    // A file that does not lie on the disk is as it was at the end: a remote goes on when the power goes here.
    let outside = folder.path().join("outside");
    if !disk.is_empty() {
        copy_folder(&place.world.path(""), &outside);
    }
    for snapshot in &taken {
        if !disk.is_empty() {
            for item in fs::read_dir(&outside).unwrap() {
                let name = item.unwrap().file_name();
                let there = place.world.path(name.to_str().unwrap());
                if name != *disk {
                    fs::remove_dir_all(&there).unwrap();
                    copy_folder(&outside.join(&name), &there);
                }
            }
        }
        let mounted = mount(&snapshot.image).ok_or("the copy could not be mounted")?;
        let checked = check(&place, &snapshot.acknowledged);
        drop(mounted);
        checked.map_err(|why| format!("{}: {why}", snapshot.image.display()))?;
        fs::remove_file(&snapshot.image).unwrap();
    }
    Ok(taken.len())
}

fn make_disk(image: &Path) {
    fs::File::create(image).unwrap().set_len(SIZE).unwrap();
    let made = Command::new(program("mkfs.ext4").unwrap())
        .arg("-q")
        .arg(image)
        .status();
    assert!(made.unwrap().success());
}

/// Adds and syncs, while the disk (of one, or of both) is copied again and again.
fn work(place: &Place, both: bool, image: &Path, folder: &Path, snapshots: usize) -> Vec<Snapshot> {
    let acknowledged = Mutex::new(vec!["stands since long".to_owned()]);
    let enough = AtomicBool::new(false);
    let mut taken = Vec::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..400 {
                if enough.load(Ordering::SeqCst) {
                    break;
                }
                let (sam, ana) = (&place.actor, &place.partner);
                let secret = format!("{SECRET} {n}");
                let (text, run) = match n % 3 {
                    0 => (format!("shared {n}"), sam.run(["add", &format!("shared {n}")])),
                    1 => (
                        secret.clone(),
                        sam.type_in(&secret, ["add", "note", "-", "--private"]),
                    ),
                    _ => {
                        let text = format!("theirs {n}");
                        // Where the power goes for both, what her dead run left is hers to clear.
                        let author = if both { sam } else { ana };
                        author.run(["add", &text]).ok();
                        author.run(["sync"]).ok();
                        (text, sam.run(["sync"]))
                    }
                };
                if run.code == 0 {
                    acknowledged.lock().unwrap().push(text);
                }
            }
        });
        let mut random: u64 = 0x9e37_79b9_7f4a_7c15;
        while taken.len() < snapshots {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            std::thread::sleep(Duration::from_micros(random >> 48));
            let before = acknowledged.lock().unwrap().clone();
            let copy = folder.join(format!("{}.img", taken.len()));
            if copied_at_one_moment(image, &copy) {
                taken.push(Snapshot {
                    image: copy,
                    acknowledged: before,
                });
            }
        }
        enough.store(true, Ordering::SeqCst);
    });
    taken
}

fn copied_at_one_moment(image: &Path, copy: &Path) -> bool {
    let copied = Command::new("cp")
        .arg("--sparse=always")
        .arg(image)
        .arg(copy)
        .status();
    assert!(copied.unwrap().success());
    let same = Command::new("cmp").arg("-s").arg(image).arg(copy).status();
    same.unwrap().success()
}

fn check(place: &Place, acknowledged: &[String]) -> Result<(), String> {
    let expected = Expected {
        gone: Vec::new(),
        must: acknowledged.to_vec(),
        may: Vec::new(),
        partner_writes: true,
        by_hand: false,
        untidy: false,
        recover: scenarios::sync,
    };
    checks::at_once(place, &expected)?;
    checks::afterwards(place, &expected)
}

#[test]
fn an_acknowledged_word_outlives_a_power_cut() {
    let what = "power cut";
    let trial = tempfile::tempdir().unwrap();
    if !have(what, &["mkfs.ext4", "mount"]) {
        return;
    }
    let image = trial.path().join("trial.img");
    make_disk(&image);
    let at = trial.path().join("at");
    let works = Mounted::new(&["-o", "loop", image.to_str().unwrap()], &at).is_some();
    if !permitted(what, "mounting a loop device", works) {
        return;
    }
    let each = match share() {
        Share::All | Share::Every => 25,
        Share::Quick => 2,
        Share::One(name) if name == "power" => 25,
        Share::One(_) => 0,
    };
    let mut snapshots = 0;
    for (disk, options) in VARIANTS {
        match cut(disk, options, each) {
            Ok(taken) => snapshots += taken,
            Err(why) => panic!(
                "{why}\n  again: ONEONONE_FAULTS=power cargo test --locked faults::power_cut -- --nocapture"
            ),
        }
    }
    say(&format!(
        "power cut: {snapshots} snapshots, {snapshots} recovered"
    ));
}
