//! Starting and ending.

use std::process::Command;

use super::ground::Ground;
use super::host::Step;
use super::measure::Way;
use super::table::Job;

/// `oneonone --version` against the smallest program of the same language.
pub(crate) fn version(ground: &Ground) -> Option<Job> {
    if !ground.programs.rustc {
        return None;
    }
    let root = ground.root();
    std::fs::write(root.join("hello.rs"), "fn main() { println!(\"hello\"); }\n").unwrap();
    let mut rustc = Command::new("rustc");
    rustc.args(["-O", "-o", "hello", "hello.rs"]).current_dir(root);
    if !rustc.output().unwrap().status.success() {
        println!("--version: rustc cannot build a program here");
        return None;
    }
    let mut job = Job::default();
    job.rounds(20, 300);
    let ours = Step::ours(root, root, &["--version"]);
    let peer = Step::new(root.join("hello"), root, root);
    let ours = job.way(Way::new("oneonone", move || vec![ours.clone()]));
    let peer = job.way(Way::new("hello, world in Rust", move || vec![peer.clone()]));
    job.ratio("--version", ours, peer, Some(1.35));
    Some(job)
}
