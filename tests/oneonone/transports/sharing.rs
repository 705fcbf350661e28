//! The cost of ssh: one handshake a sync, and none while the connection is open.

use std::process::Command;
use std::time::{Duration, Instant};

use super::cell::{Cell, Trouble, Way, Work};
use super::not_run;
use super::proxy::{Break, Direction, From, Then};
use super::servers::{Servers, program};
use super::sshd::Login;
use super::stage::{Stage, Templates};

fn cell(login: Login, work: Work) -> Cell {
    Cell {
        way: Way::Ssh(login),
        work,
        trouble: Trouble::None,
        hurried: false,
    }
}

#[test]
fn a_sync_over_ssh_makes_one_handshake_and_the_next_one_none() {
    let servers = Servers::start();
    let ssh = match &servers.ssh {
        Ok(ssh) => ssh,
        Err(why) => return not_run("the handshakes of a sync over ssh", why),
    };
    let templates = Templates::make();
    let costs = |login, work, number, prepare: &dyn Fn(&Stage<'_>)| {
        let cell = cell(login, work);
        let mut stage = Stage::set(&servers, &templates, &cell, number);
        stage.prepare();
        prepare(&stage);
        let mut seen = ssh.handshakes();
        let mut since = || {
            let now = ssh.handshakes();
            now - std::mem::replace(&mut seen, now)
        };
        stage.run().ok();
        let first = since();
        let clone = stage.me.in_folder("clone");
        clone.run(["add", "one more"]).ok();
        clone.run(["sync"]).ok().says("1 entry went");
        (first, since())
    };
    let nothing = |_: &Stage<'_>| {};
    assert_eq!(
        costs(Login::Identity, Work::Both, 1, &nothing),
        (1, 0),
        "fetch and push"
    );
    assert_eq!(
        costs(Login::Alias, Work::Join, 2, &nothing),
        (1, 0),
        "clone, fetch and push"
    );
    assert_eq!(
        costs(Login::Agent, Work::Init, 3, &nothing),
        (1, 0),
        "list and push"
    );
    // Whoever has set up a command of their own decides for themselves.
    assert_eq!(
        costs(Login::Command, Work::Both, 4, &nothing),
        (3, 2),
        "a command of one's own: list, fetch and push, then list and push"
    );
    let own = |stage: &Stage<'_>| {
        let file = stage.me.home.join(".ssh/config");
        let config = std::fs::read_to_string(&file).unwrap();
        let path = stage.me.home.join("own");
        let text = format!("ControlMaster no\nControlPath {}\n{config}", path.display());
        std::fs::write(&file, text).unwrap();
    };
    assert_eq!(
        costs(Login::Identity, Work::Both, 5, &own),
        (3, 2),
        "a configuration of one's own"
    );
}

/// Syncs once, lets something happen to the connection that stays open, and syncs again: how many handshakes that
/// took, and how long.
fn sync_after(happens: impl Fn(&Stage<'_>)) -> Option<(usize, Duration)> {
    let servers = Servers::start();
    let ssh = match &servers.ssh {
        Ok(ssh) => ssh,
        Err(why) => {
            not_run("what becomes of an open ssh connection", why);
            return None;
        }
    };
    let templates = Templates::make();
    let cell = cell(Login::Identity, Work::Here);
    let mut stage = Stage::set(&servers, &templates, &cell, 1);
    stage.prepare();
    stage.run().ok();
    let clone = stage.me.in_folder("clone");
    clone.run(["add", "one more"]).ok();
    happens(&stage);
    let (before, started) = (ssh.handshakes(), Instant::now());
    clone.run(["sync"]).ok().says("1 entry went");
    Some((ssh.handshakes() - before, started.elapsed()))
}

#[test]
fn a_connection_that_fell_silent_is_made_anew() {
    let silent = Break {
        from: From::Start,
        way: Direction::Down,
        bytes: 0,
        then: Then::SilenceOnce,
    };
    if let Some((handshakes, took)) = sync_after(|stage| stage.break_at(silent)) {
        assert_eq!(handshakes, 1);
        assert!(took < Duration::from_secs(40), "{took:?}");
    }
}

/// The ssh that keeps a connection open, which is gone when the test ends.
struct Master(String);

impl Master {
    fn signal(&self, signal: &str) {
        let _ = Command::new("kill").args([signal, &self.0]).status();
    }
}

impl Drop for Master {
    fn drop(&mut self) {
        self.signal("-KILL");
    }
}

fn master(stage: &Stage<'_>) -> Master {
    let runtime = stage.me.env.iter().find(|(name, _)| name == "XDG_RUNTIME_DIR");
    let folder = std::path::Path::new(&runtime.unwrap().1).join("oneonone");
    let items = std::fs::read_dir(&folder).unwrap();
    let sockets: Vec<_> = items.map(|item| item.unwrap().path()).collect();
    let [socket] = sockets.as_slice() else {
        panic!("{sockets:?}")
    };
    let path = format!("ControlPath={}", socket.display());
    let check = ["-F", "/dev/null", "-O", "check", "-o", &path, "127.0.0.1"];
    let said = Command::new(program("ssh").unwrap())
        .args(check)
        .output()
        .unwrap()
        .stderr;
    let said = String::from_utf8(said).unwrap();
    let pid = said.split("pid=").nth(1).and_then(|rest| rest.split(')').next());
    Master(pid.unwrap_or_else(|| panic!("{said}")).to_owned())
}

#[test]
fn a_socket_that_a_dead_connection_left_is_no_hindrance() {
    if let Some((handshakes, _)) = sync_after(|stage| drop(master(stage))) {
        assert_eq!(handshakes, 1);
    }
}

#[test]
fn a_connection_that_hangs_is_forgotten() {
    let stopped = std::cell::OnceCell::new();
    let hangs = |stage: &Stage<'_>| {
        stopped.get_or_init(|| master(stage)).signal("-STOP");
        let clone = stage.me.in_folder("clone");
        clone.git(["config", "oneonone.timeout", "2"]).ok();
        clone.run(["sync"]).fails(5).says("in time");
        clone.git(["config", "--unset", "oneonone.timeout"]).ok();
    };
    if let Some((handshakes, took)) = sync_after(hangs) {
        assert_eq!(handshakes, 1);
        assert!(took < Duration::from_secs(30), "{took:?}");
    }
}
