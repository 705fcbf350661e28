//! Counting the system calls of a command, and running it with one of them hit.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::scenarios::Scenario;
use crate::world::{Person, Run, script};

/// The calls that change something, or that a process opens and closes files with.
const CALLS: &str = "openat,write,pwrite64,copy_file_range,rename,renameat,renameat2,link,linkat,unlink,unlinkat,\
                     mkdir,mkdirat,rmdir,symlink,fsync,fdatasync,ftruncate,fchmod,close,flock";

/// Whose calls are hit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Whose {
    /// Those of `oneonone` itself; what it started goes on.
    Own,
    /// Those of each `git` that it starts, and of what that starts.
    Git,
}

/// The n-th call of a process.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Point {
    pub(super) whose: Whose,
    pub(super) call: String,
    pub(super) n: usize,
}

impl Point {
    pub(super) fn name(&self) -> String {
        let whose = if self.whose == Whose::Own { "own" } else { "git" };
        format!("{whose}:{}:{}", self.call, self.n)
    }

    pub(super) fn parse(name: &str) -> Self {
        let parts: Vec<_> = name.split(':').collect();
        let [whose, call, n] = parts.as_slice() else {
            panic!("{name} is no point")
        };
        Self {
            whose: if *whose == "own" { Whose::Own } else { Whose::Git },
            call: (*call).to_owned(),
            n: n.parse().unwrap(),
        }
    }
}

/// The points of one run of a command, in order. A file that is only read counts where it lies in the world.
pub(super) fn points(actor: &Person, scenario: &Scenario, world: &Path, whose: Whose) -> Vec<Point> {
    let traces = tempfile::tempdir().unwrap();
    let out = traces.path().join("trace").to_str().unwrap().to_owned();
    let filter = format!("trace={CALLS}");
    let run = match whose {
        Whose::Own => under_strace(actor, scenario, &["-o", &out, "-e", &filter]),
        Whose::Git => with_git_under_strace(actor, scenario, &["-ff", "-o", &out, "-e", &filter]),
    };
    run.ok();
    let mut points = BTreeSet::new();
    for trace in fs::read_dir(traces.path()).unwrap() {
        let bytes = fs::read(trace.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let mut begun = false;
        let mut folders = BTreeSet::new();
        for line in text.lines() {
            let Some((call, rest)) = line.split_once('(') else {
                continue;
            };
            let n = counts.entry(call).or_default();
            *n += 1;
            // Before that the system loads the program.
            begun |= whose == Whose::Git || rest.contains(world.to_str().unwrap());
            let changes = ["O_CREAT", "O_WRONLY", "O_RDWR"].iter().any(|f| rest.contains(f));
            let here = rest.contains(world.to_str().unwrap()) || rest.starts_with("AT_FDCWD, \"\"");
            let fd = rest.split([')', ' ']).next().unwrap_or_default();
            // Closing a folder cannot fail, and the standard library panics where it does.
            let folder = call == "close" && folders.remove(fd);
            if let ("openat", Some((flags, opened))) = (call, rest.rsplit_once(" = "))
                && flags.contains("O_DIRECTORY")
            {
                folders.insert(opened.to_owned());
            }
            let counted = match call {
                "openat" => changes || (whose == Whose::Own && here),
                "close" => whose == Whose::Own && n.is_multiple_of(4) && !folder,
                _ => true,
            };
            if begun && counted && call.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
                points.insert(Point {
                    whose,
                    call: call.to_owned(),
                    n: *n,
                });
            }
        }
    }
    points.into_iter().collect()
}

/// Runs a command with one call hit: `what` is `signal=KILL` or `error=ENOSPC`.
pub(super) fn hit(actor: &Person, scenario: &Scenario, point: &Point, what: &str) -> Run {
    let filter = format!("trace={}", point.call);
    let inject = format!("inject={}:{what}:when={}", point.call, point.n);
    let arguments = ["-o", "/dev/null", "-e", &filter, "-e", &inject];
    match point.whose {
        Whose::Own => under_strace(actor, scenario, &arguments),
        Whose::Git => {
            let mut all = vec!["-f"];
            all.extend(arguments);
            with_git_under_strace(actor, scenario, &all)
        }
    }
}

fn under_strace(actor: &Person, scenario: &Scenario, arguments: &[&str]) -> Run {
    let mut all = vec!["-qq"];
    all.extend(arguments);
    all.push(env!("CARGO_BIN_EXE_oneonone"));
    all.extend(scenario.command);
    actor.start("strace", all, scenario.typed)
}

/// A `git` that comes first on the path puts the real one under strace.
fn with_git_under_strace(actor: &Person, scenario: &Scenario, arguments: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let path = std::env::var("PATH").unwrap();
    let real = path
        .split(':')
        .map(|folder| Path::new(folder).join("git"))
        .find(|git| git.is_file())
        .unwrap();
    let traced = format!(
        "exec strace -qq {} '{}' \"$@\"",
        arguments.join(" "),
        real.display()
    );
    script(&folder.path().join("git"), &traced);
    let first = format!("{}:{path}", folder.path().display());
    actor
        .with("PATH", &first)
        .type_in(scenario.typed, scenario.command)
}
