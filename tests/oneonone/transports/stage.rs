//! Where one cell of the table takes place: two people, a remote, and what stands between them.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::world::{Person, Run, World, copy_folder, script};

use super::cell::{Cell, Trouble, Way, Work};
use super::proxy::{Break, From, Proxy};
use super::servers::Servers;

/// Pairs made once and copied for every cell.
pub(super) struct Templates {
    /// Both have joined, and one entry is on both sides.
    pair: World,
    /// Ana's seat is open.
    open: World,
}

impl Templates {
    pub(super) fn make() -> Self {
        let pair = World::new();
        let (sam, ana) = pair.pair();
        ana.run(["add", "an entry of last week"]).ok();
        ana.run(["sync"]).ok();
        sam.run(["sync"]).ok();
        let open = World::new();
        let url = open.remote("remote.git");
        let init = [
            "init", "Ana", "clone", "--as", "manager", "--name", "Sam Lee", "--remote",
        ];
        let sam = open.person("sam");
        sam.run(init.into_iter().chain([url.to_str().unwrap()])).ok();
        open.person("ana");
        Self { pair, open }
    }
}

pub(super) struct Stage<'a> {
    servers: &'a Servers,
    cell: &'a Cell,
    name: String,
    pub(super) remote: PathBuf,
    /// Who meets the trouble.
    pub(super) me: Person,
    /// Who reaches the remote by its path, whatever happens.
    pub(super) other: Person,
    proxy: Option<Proxy>,
    /// Where I find the remote.
    pub(super) url: String,
}

impl<'a> Stage<'a> {
    pub(super) fn set(servers: &'a Servers, templates: &Templates, cell: &'a Cell, number: usize) -> Self {
        let name = format!("c{number}");
        let dir = servers.root.path().join(&name);
        let template = match cell.work {
            Work::Join => &templates.open,
            Work::Init => &World::new(),
            _ => &templates.pair,
        };
        if cell.work == Work::Init {
            template.remote("remote.git");
            for person in ["sam", "ana"] {
                template.person(person);
            }
        }
        copy_folder(&template.path(""), &dir);
        let remote = dir.join("remote.git");
        let runtime = servers.root.path().join(format!("r{number}"));
        fs::DirBuilder::new().mode(0o700).create(&runtime).unwrap();
        let person = |name: &str| Person {
            home: dir.join(name),
            cwd: dir.join(name),
            now: "2026-11-24T12:00:00Z".to_owned(),
            env: vec![("XDG_RUNTIME_DIR".to_owned(), runtime.to_str().unwrap().to_owned())],
            program: env!("CARGO_BIN_EXE_oneonone").into(),
        };
        let (sam, ana) = (person("sam"), person("ana"));
        for person in [&sam, &ana] {
            if person.home.join("clone").exists() {
                let clone = person.in_folder("clone");
                clone
                    .git(["remote", "set-url", "origin", remote.to_str().unwrap()])
                    .ok();
            }
        }
        let (me, other) = if cell.work == Work::Join {
            (ana, sam)
        } else {
            (sam, ana)
        };
        let port = match cell.way {
            Way::Path | Way::File => None,
            Way::Ssh(_) => servers.ssh.as_ref().ok().map(|ssh| ssh.port),
            Way::Http => servers.web.as_ref().ok().map(|web| web.http),
            Way::Https => servers.web.as_ref().ok().map(|web| web.https),
        };
        let proxy = port.map(|port| Proxy::start(port, remote.clone()));
        Self {
            servers,
            cell,
            name,
            remote,
            me,
            other,
            proxy,
            url: String::new(),
        }
    }

    /// Gives me the address, and what I need to get in; `right` and `known` say whether it is what the server wants.
    fn admit(&mut self, right: bool, known: bool) {
        let port = self.proxy.as_ref().map_or(0, |proxy| proxy.port);
        fs::write(self.me.home.join(".gitconfig"), "").unwrap();
        let remote = self.remote.clone();
        self.url = match (self.cell.way, &self.servers.ssh, &self.servers.web) {
            (Way::Path, ..) => remote.to_str().unwrap().to_owned(),
            (Way::File, ..) => format!("file://{}", remote.display()),
            (Way::Ssh(login), Ok(ssh), _) => {
                ssh.address(&mut self.me, login, (port, &remote), (right, known))
            }
            (Way::Http, _, Ok(web)) => web.address(&self.me, "http", (port, &self.name), (right, known)),
            (Way::Https, _, Ok(web)) => web.address(&self.me, "https", (port, &self.name), (right, known)),
            _ => panic!("this server is not running"),
        };
        if self.me.home.join("clone").exists() {
            let clone = self.me.in_folder("clone");
            clone.git(["remote", "set-url", "origin", &self.url]).ok();
        }
    }

    /// Writes what both have to say before the sync.
    pub(super) fn prepare(&mut self) {
        self.admit(true, true);
        let (mine, theirs) = (self.me.in_folder("clone"), self.other.in_folder("clone"));
        match self.cell.work {
            Work::Both => {
                theirs.run(["add", "an entry of the other"]).ok();
                theirs.run(["sync"]).ok();
            }
            Work::End => drop(mine.run(["--offline", "start"]).ok()),
            Work::Join => drop(theirs.run(["add", "an entry of the other"]).ok()),
            Work::Here | Work::Init => {}
        }
        if !matches!(self.cell.work, Work::Join | Work::Init) {
            mine.run(["add", "an entry of mine"]).ok();
        }
    }

    pub(super) fn run(&self) -> Run {
        let clone = self.me.in_folder("clone");
        match self.cell.work {
            Work::Both | Work::Here => clone.run(["sync"]),
            Work::End => clone.run(["end"]),
            Work::Join => self.me.run(["join", &self.url, "clone"]),
            Work::Init => {
                let init = [
                    "init", "Ana", "clone", "--as", "manager", "--name", "Sam Lee", "--remote",
                ];
                self.me.run(init.into_iter().chain([self.url.as_str()]))
            }
        }
    }

    fn hook(&self, name: &str, lines: &str) {
        script(&self.remote.join("hooks").join(name), lines);
    }

    /// Sets the script that runs in the place of the program that packs what is fetched.
    fn instead_of_packing(&self, lines: &str) {
        let file = self.me.home.join("pack");
        script(&file, lines);
        self.configure("uploadpack.packObjectsHook", file.to_str().unwrap());
    }

    fn configure(&self, key: &str, value: &str) {
        self.me.git(["config", "--global", key, value]).ok();
    }

    pub(super) fn trouble(&mut self) {
        match self.cell.trouble {
            Trouble::None => {}
            Trouble::Rejected => self.hook(
                "pre-receive",
                r"printf 'not on \033[31mFriday\007s\033]0;owned\033\\\n' >&2; exit 1",
            ),
            Trouble::Denied if self.cell.way.is_local() => deny(&self.remote, true),
            Trouble::Denied => self.admit(false, true),
            Trouble::Forbidden => fs::write(self.remote.with_file_name("forbidden"), "").unwrap(),
            Trouble::Unknown => self.admit(true, false),
            Trouble::FetchDies => self.instead_of_packing(r#""$@" | head -c 60; kill -9 $PPID"#),
            Trouble::PushDies => self.hook("pre-receive", "kill -9 $PPID"),
            Trouble::AnswerDies => self.hook(
                "reference-transaction",
                "[ \"$1\" != committed ] || kill -9 $PPID",
            ),
            Trouble::FetchHangs => self.instead_of_packing("sleep 1000"),
            Trouble::PushHangs => self.hook("pre-receive", "sleep 1000"),
            Trouble::Broken(fault) => {
                let pushed = self.remote.join("pushed");
                self.hook(
                    "reference-transaction",
                    &format!("[ \"$1\" != committed ] || touch '{}'", pushed.display()),
                );
                self.proxy.as_ref().unwrap().break_at(fault);
            }
        }
        if self.cell.hurried {
            // A run that is to hang in a push must come that far on a busy machine.
            let early = matches!(self.cell.trouble, Trouble::FetchHangs)
                || matches!(self.cell.trouble, Trouble::Broken(fault) if fault.from == From::Start);
            self.configure("oneonone.timeout", if early { "3" } else { "9" });
        }
    }

    /// Breaks the network whatever the cell says.
    pub(super) fn break_at(&self, fault: Break) {
        self.proxy.as_ref().unwrap().break_at(fault);
    }

    pub(super) fn mend(&mut self) {
        let broke = self.proxy.as_ref().is_some_and(Proxy::mend);
        if matches!(self.cell.trouble, Trouble::Broken(_)) {
            assert!(broke, "nothing broke: the bytes were fewer");
        }
        for hook in ["pre-receive", "reference-transaction"] {
            let _ = fs::remove_file(self.remote.join("hooks").join(hook));
        }
        let _ = fs::remove_file(self.remote.with_file_name("forbidden"));
        if self.cell.trouble == Trouble::Denied && self.cell.way.is_local() {
            deny(&self.remote, false);
        }
        self.admit(true, true);
    }
}

impl Drop for Stage<'_> {
    fn drop(&mut self) {
        // Memory is small; all of it goes with the servers otherwise.
        let _ = fs::remove_dir_all(self.remote.parent().unwrap_or(&self.remote));
    }
}

/// A repository that I may not use. Root may use any, but Git does not let it use another account's.
fn deny(remote: &Path, denied: bool) {
    if is_root() {
        let nobody = if denied { 65534 } else { 0 };
        std::os::unix::fs::chown(remote, Some(nobody), None).unwrap();
    } else {
        let mode = if denied { 0 } else { 0o755 };
        fs::set_permissions(remote, fs::Permissions::from_mode(mode)).unwrap();
    }
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|meta| meta.uid() == 0)
}
