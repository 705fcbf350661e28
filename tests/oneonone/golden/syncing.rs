//! Syncs that deliver nothing, or stop for a person to decide; and what they tell of the other side.

use std::fs;

use super::entries::pair_with_entries;
use super::told::{Told, copied, copied_with_remote};
use crate::world::World;

#[test]
fn syncs_that_deliver_nothing() {
    let world = World::new();
    let (_, ana) = pair_with_entries(&world);
    let mut told = Told::new("sync", &world);
    let solo = world.person("solo");
    solo.run(["init", "Kim", "clone", "--as", "report", "--name", "Lou"])
        .ok();
    let solo = solo.in_folder("clone");
    told.run("no remote", &solo, &["sync"]);
    told.run("no remote", &solo, &["status"]);
    told.run("no remote", &solo, &["who"]);
    told.run("offline", &ana, &["sync", "--offline"]);
    told.run("nothing new", &ana, &["sync"]);
    told.run("nothing new", &ana, &["sync", "--dry-run"]);
    told.run("another remote", &ana, &["sync", "--remote", "/srv/other.git"]);
    ana.run(["done", "--offline", "ll"]).ok();
    told.run("something waits", &ana, &["status"]);
    told.run("something would go", &ana, &["sync", "--dry-run"]);

    let (gone, remote) = copied_with_remote(&world, &ana, "gone");
    fs::remove_dir_all(remote).unwrap();
    told.run("the remote is not there", &gone, &["sync"]);
    let (refused, _) = copied_with_remote(&world, &ana, "refused");
    world.hook("refused.git", "pre-receive", "echo not today >&2; exit 1");
    told.run("the remote refuses", &refused, &["sync"]);
    let (raced, _) = copied_with_remote(&world, &ana, "raced");
    let race = "unset GIT_QUARANTINE_PATH\n\
         next=$(git commit-tree -m race -p refs/heads/main 'refs/heads/main^{tree}')\n\
         git update-ref refs/heads/main $next\n";
    world.hook("raced.git", "pre-receive", race);
    told.run("others are always first", &raced, &["sync"]);
    let slow = copied(&ana, "slow");
    slow.git(["remote", "set-url", "origin", "ssh://host.invalid/remote.git"])
        .ok();
    slow.git(["config", "core.sshCommand", "sleep 20; true"]).ok();
    slow.git(["config", "oneonone.timeout", "1"]).ok();
    told.run("the remote does not answer", &slow, &["sync"]);
    told.shell(
        "nowhere to write the answer",
        &ana,
        "oneonone --json log > /dev/full",
    );
    told.compare();
}

#[test]
fn syncs_that_need_a_person() {
    let world = World::new();
    let (sam, ana) = pair_with_entries(&world);
    let mut told = Told::new("decide", &world);
    ana.run(["edit", "kk", "another text"]).ok();
    ana.run(["sync"]).ok();

    let (rolled, _) = copied_with_remote(&world, &ana, "rolled");
    sam.git([
        "push",
        "-q",
        "-f",
        world.path("rolled.git").to_str().unwrap(),
        "HEAD:main",
    ])
    .ok();
    told.run("the remote went back", &rolled, &["sync"]);
    told.run("it is accepted", &rolled, &["sync", "--accept-rewrite"]);
    let (deleted, remote) = copied_with_remote(&world, &ana, "deleted");
    deleted
        .git(["-C", &remote, "update-ref", "-d", "refs/heads/main"])
        .ok();
    told.run("the branch is gone", &deleted, &["sync"]);
    let stranger = world.person("stranger");
    stranger
        .run(["init", "Kim", "clone", "--as", "manager", "--name", "Mallory"])
        .ok();
    let stranger = stranger.in_folder("clone");
    let (replaced, remote) = copied_with_remote(&world, &ana, "replaced");
    stranger.git(["push", "-q", "-f", &remote, "main"]).ok();
    told.run("another pair", &replaced, &["sync", "--accept-rewrite"]);
    for name in ["refs/oneonone/seen/main", "refs/remotes/origin/main"] {
        replaced.git(["update-ref", "-d", name]).ok();
    }
    told.run("another history", &replaced, &["sync"]);

    let leaked = copied(&ana, "leaked");
    let secret = "\n[[entry]]\ntext = \"a secret\"\nvisibility = \"private\"\n";
    leaked.append("agenda.toml", secret);
    leaked.git(["commit", "-qnam", "oops"]).ok();
    told.run("a secret in a commit", &leaked, &["sync"]);
    told.run("a secret in a commit", &leaked, &["sync", "--dry-run"]);

    // The other side's record is broken, and ours goes all the same.
    let (mine, remote) = copied_with_remote(&world, &ana, "mine");
    let plain = world.person("plain").cloned(&remote, "clone");
    let push = |path: &str, text: &str| {
        plain.git(["pull", "-q", "--no-rebase"]).ok();
        plain.write(path, text);
        plain.git(["add", "-A"]).ok();
        plain.git(["commit", "-qm", "by hand"]).ok();
        plain.git(["push", "-q"]).ok();
    };
    push("meetings/2026/2026-11-20.toml", "bad bad\n");
    told.run("a broken record comes", &mine, &["sync"]);
    told.run("and is read", &mine, &["log"]);
    push(
        "meetings/2026/2026-11-20.toml",
        "date = 2026-11-20\nstatus = \"held\"\n",
    );
    let id = "[[entry]]\nid = \"pppppppppppp\"\nby = \"sam\"\nat = 2026-11-20T09:12:00Z\n";
    let agenda = plain.read("agenda.toml");
    push(
        "agenda.toml",
        &format!("{agenda}\n{id}text = \"out\"\nvisibility = \"private\"\n"),
    );
    told.run("a secret of the other's comes in clear", &mine, &["sync"]);
    told.run("and is not mine to seal", &mine, &["edit", "pp", "x"]);
    told.run("read by everyone", &mine, &["who", "pp"]);
    mine.run(["rm", "pp"]).ok();
    told.run("removed, and not brought back in clear", &mine, &["undo"]);
    let agenda = plain.read("agenda.toml");
    push(
        "agenda.toml",
        &format!(
            "{agenda}\n{}text = \"out\"\nvisibility = \"confidential\"\n",
            id.replace('p', "q")
        ),
    );
    told.run("a secret of both comes in clear", &mine, &["sync"]);
    told.run("an edit seals it", &copied(&mine, "late"), &["edit", "qq", "x"]);
    mine.run(["done", "kk", "--offline"]).ok();
    told.run(
        "a branch that is new there",
        &mine,
        &["sync", "--branch", "aside"],
    );
    told.compare();
}

#[test]
fn what_happens_meanwhile() {
    let world = World::new();
    let (sam, ana) = pair_with_entries(&world);
    let mut told = Told::new("meanwhile", &world);
    let laptop = world.second_machine(&ana);
    sam.run(["edit", "kk", "sam's topic"]).ok();
    sam.run(["sync"]).ok();
    ana.run(["done", "--offline", "ll"]).ok();
    // While the server takes the push, something happens in the clone.
    let (edited, _) = copied_with_remote(&world, &ana, "edited");
    // An id of its own: a random one might begin like another.
    let entry = "\\n[[entry]]\\nid = \"zyzyzyzyzyzy\"\\ntext = \"saved late\"\\n";
    let late = format!("printf '{entry}' >> {}/agenda.toml", edited.cwd.display());
    world.hook("edited.git", "pre-receive", &late);
    told.run("a record is edited", &edited, &["sync"]);
    let (switched, _) = copied_with_remote(&world, &ana, "switched");
    let aside = format!(
        "unset GIT_DIR GIT_QUARANTINE_PATH\ncd {} && git branch aside && git symbolic-ref HEAD refs/heads/aside",
        switched.cwd.display()
    );
    world.hook("switched.git", "pre-receive", &aside);
    told.run("another branch is checked out", &switched, &["sync"]);
    // On one machine it is shared, on the other it is edited under its seal.
    ana.run(["sync"]).ok();
    ana.run(["share", "oo", "--yes"]).ok();
    laptop.run(["edit", "oo", "edited under seal"]).ok();
    ana.run(["sync"]).ok();
    told.run("what is shared there was edited here", &laptop, &["sync"]);
    told.compare();
}
