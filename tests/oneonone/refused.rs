//! Why nothing was delivered, by what was observed: refused, not reached, or a fault of this machine (docs/sync.md#push).

use std::fs;

use crate::world::{Person, World, script, search_path, sync_all};

/// Ana reaches the remote over an ssh that runs the command here; some commands fail with words and a code.
fn over_ssh(world: &World, ana: &Person, fails: &str, words: &str, code: u8) {
    let ssh = world.path("ssh");
    let fail = format!("echo \"{words}\" >&2; exit {code}");
    script(
        &ssh,
        &format!("for last; do :; done\ncase \"$last\" in {fails}) {fail};; esac\nexec sh -c \"$last\""),
    );
    ana.git(["config", "core.sshCommand", ssh.to_str().unwrap()]).ok();
    let url = format!("git@host.invalid:{}", world.path("remote.git").display());
    ana.git(["remote", "set-url", "origin", &url]).ok();
}

#[test]
fn a_host_that_answered_and_then_refused_is_said_to_refuse() {
    let world = World::new();
    let (sam, ana) = world.pair();
    for words in [
        "ERROR: This key is marked as read only.",
        "FATAL: W any records ana DENIED",
        "nobody knows what this host says",
    ] {
        over_ssh(&world, &ana, "*receive-pack*", words, 1);
        sam.run(["add", &format!("{words} sam")]).ok();
        sam.run(["sync"]).ok();
        ana.run(["add", &format!("{words} ana")]).ok();
        let run = ana.run(["sync"]).fails(5).says("the remote refused").says(words);
        assert!(
            !run.err.contains("not reached") && !run.err.contains("oneonone: ssh"),
            "{}",
            run.err
        );
        assert!(!run.err.contains("a merge is among"), "{}", run.err);
        assert!(ana.read("agenda.toml").contains(&format!("{words} sam")));
    }
    // From the first word on.
    over_ssh(&world, &ana, "*", "no such thing for you", 1);
    ana.run(["sync"])
        .fails(5)
        .says("the remote refused")
        .says("no such thing for you");
    // Nobody is there: ssh has a code of its own for that.
    over_ssh(&world, &ana, "*", "ssh: Could not resolve hostname", 255);
    ana.run(["sync"])
        .fails(5)
        .says("not reached")
        .says("Could not resolve");
    over_ssh(&world, &ana, "nothing", "", 1);
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    assert_eq!(sam.files(), ana.files());
}

#[test]
fn settings_of_the_users_git_stop_no_push() {
    let world = World::new();
    let (sam, ana) = world.pair();
    for (key, value) in [
        ("push.gpgSign", "true"),
        ("push.pushOption", "ci.skip"),
        ("remote.origin.mirror", "true"),
        ("push.followTags", "true"),
        ("push.default", "nothing"),
        ("remote.pushDefault", "nowhere"),
        ("branch.main.pushRemote", "nowhere"),
        ("remote.origin.push", "refs/heads/*:refs/heads/elsewhere/*"),
        ("remote.origin.prune", "true"),
        ("fetch.prune", "true"),
    ] {
        ana.git(["config", "--global", key, value]).ok();
        ana.run(["add", &format!("with {key}")]).ok();
        ana.run(["sync"]).ok().says("in sync: 1 entry went");
    }
    sync_all(&[&sam, &ana]);
    assert_eq!(sam.files(), ana.files());
}

#[test]
fn a_git_that_is_too_old_is_named() {
    let world = World::new();
    let (_, ana) = world.pair();
    let old = world.path("old");
    fs::create_dir(&old).unwrap();
    let path = search_path();
    let path = path.to_str().unwrap();
    let fake = format!(
        "case \" $* \" in *\" version \"*|*\" --version \"*) echo 'git version 2.17.1'; exit;; esac\nPATH='{path}' exec git \"$@\""
    );
    script(&old.join("git"), &fake);
    ana.run(["add", "x"]).ok();
    let with_old = ana.with("PATH", &format!("{}:{path}", old.display()));
    let run = with_old
        .run(["sync"])
        .fails(1)
        .says("git 2.17.1 is too old")
        .says("2.39");
    assert!(!run.err.contains("remote"), "{}", run.err);
    with_old.run(["add", "a command goes on"]).ok();
    ana.run(["sync"]).ok();
}

#[test]
fn a_fault_of_this_clone_is_not_one_of_the_remote() {
    let world = World::new();
    let (_, ana) = world.pair();
    ana.run(["add", "one"]).ok();
    ana.run(["sync"]).ok();
    // An object of a commit that was not sent is gone.
    for text in ["of mine\n", "of mine, and better\n"] {
        ana.write("slides.md", text);
        ana.git(["add", "slides.md"]).ok();
        ana.git(["commit", "-qm", "slides"]).ok();
    }
    let blob = ana.rev("HEAD~1:slides.md");
    let object = ana.cwd.join(".git/objects").join(&blob[..2]).join(&blob[2..]);
    fs::remove_file(&object).unwrap();
    let run = ana.run(["sync"]).fails(1);
    assert!(!run.err.contains("the remote"), "{}", run.err);
    ana.start("git", ["hash-object", "-w", "--stdin"], "of mine\n")
        .ok();
    ana.run(["sync"]).ok();
}

#[test]
fn a_host_that_forbids_merges_is_named_where_a_merge_was_refused() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let linear = "while read old new ref; do\n\
         [ -z \"$(git rev-list --merges $old..$new)\" ] || { echo 'linear history only' >&2; exit 1; }\ndone";
    let hook = world.hook("remote.git", "pre-receive", linear);
    ana.run(["add", "one"]).ok();
    ana.run(["sync"]).ok();
    sam.run(["add", "two"]).ok();
    let run = sam
        .run(["sync"])
        .fails(5)
        .says("the remote refused")
        .says("linear history only");
    assert!(run.err.contains("forbids merge commits"), "{}", run.err);
    // A refusal of anything else is no matter of merges.
    script(&hook, "exit 1");
    ana.run(["add", "three"]).ok();
    let run = ana.run(["sync"]).fails(5);
    assert!(!run.err.contains("merge"), "{}", run.err);
    fs::remove_file(&hook).unwrap();
    sync_all(&[&sam, &ana, &sam]);
    assert_eq!(sam.files(), ana.files());
}

#[test]
fn a_network_that_is_lost_between_two_questions_is_no_refusal() {
    let world = World::new();
    let (sam, ana) = world.pair();
    sam.run(["add", "to be fetched"]).ok();
    sam.run(["sync"]).ok();
    over_ssh(&world, &ana, "nothing", "", 1);
    let once = world.path("asked");
    let ssh = world.path("ssh");
    let gone = format!(
        "for last; do :; done\nif [ -e {0} ]; then echo 'ssh: Could not resolve hostname' >&2; exit 255; fi\n\
         : > {0}\nexec sh -c \"$last\"",
        once.display()
    );
    script(&ssh, &gone);
    let run = ana.run(["sync"]).fails(5).says("Could not resolve");
    assert!(!run.err.contains("refused"), "{}", run.err);
}

#[test]
fn a_default_branch_that_could_not_be_looked_at_is_looked_at_again() {
    let world = World::new();
    let (sam, ana) = world.pair();
    // It holds all of the pair's branch.
    sam.run(["add", "on the new default"]).ok();
    let remote = world.path("remote.git");
    let remote = remote.to_str().unwrap();
    sam.git(["push", "-q", remote, "HEAD:trunk"]).ok();
    ana.git(["-C", remote, "symbolic-ref", "HEAD", "refs/heads/trunk"])
        .ok();
    over_ssh(&world, &ana, "nothing", "", 1);
    // The second call is the one that would bring it. Whoever chose to stay alone is not told that all is well.
    let calls = world.path("calls");
    let gone = format!(
        "for last; do :; done\necho x >> {0}\nif [ $(wc -l < {0}) = 2 ]; then echo 'ssh: Could not resolve hostname' >&2; \
         exit 255; fi\nexec sh -c \"$last\"",
        calls.display()
    );
    script(&world.path("ssh"), &gone);
    ana.run(["add", "x"]).ok();
    ana.run(["sync"]).ok();
    ana.run(["sync"]).fails(3).says("names the branch trunk now");
    ana.run(["sync", "--branch", "main"])
        .ok()
        .says("HEAD names trunk");
    sam.run(["add", "more of it"]).ok();
    sam.git(["push", "-q", remote, "HEAD:trunk"]).ok();
    fs::remove_file(&calls).unwrap();
    ana.run(["sync"]).ok().says("HEAD names trunk");
    ana.run(["sync"]).ok().says("HEAD names trunk");
}

#[test]
fn a_remote_with_too_many_branches_is_named() {
    let world = World::new();
    let (_, ana) = world.pair();
    let tip = ana.head();
    let name = "a-branch-of-many".repeat(8);
    let mut packed = String::from("# pack-refs with: peeled fully-peeled sorted \n");
    for n in 0..80_000 {
        packed.push_str(&format!("{tip} refs/heads/{name}-{n:05}\n"));
    }
    fs::write(world.path("remote.git/packed-refs"), packed).unwrap();
    ana.run(["add", "x"]).ok();
    ana.run(["sync"]).fails(1).says("too many branches");
}

#[test]
fn a_protocol_that_this_clone_refuses_is_said_as_that() {
    let world = World::new();
    let (_, ana) = world.pair();
    let own = world.path("remote.git");
    let refused = "was not asked: this clone refuses its protocol";
    let set = |args: &[&str]| drop(ana.git(args.iter().copied()).ok());
    // Another remote of the clone.
    set(&["remote", "add", "other", "ext::sh -c true"]);
    ana.run(["sync"]).ok().says(refused);
    set(&["remote", "set-url", "other", "http://127.0.0.1:1/x"]);
    ana.run(["sync"]).ok().says("does not answer");
    set(&["config", "protocol.http.allow", "never"]);
    let narrowed = ana.with("GIT_ALLOW_PROTOCOL", "file");
    for person in [&ana, &narrowed] {
        person.run(["sync"]).ok().says(refused);
    }
    set(&["config", "--unset", "protocol.http.allow"]);
    set(&["config", "protocol.allow", "never"]);
    set(&["config", "protocol.file.allow", "always"]);
    ana.run(["sync"]).ok().says(refused);
    // One that was added after a person named the branch.
    set(&["remote", "remove", "other"]);
    ana.run(["sync", "--branch", "main"]).ok();
    set(&["remote", "add", "later", "https://127.0.0.1:1/x"]);
    narrowed
        .run(["sync"])
        .ok()
        .says("was not asked, as this clone refuses its protocol: nobody can say");
    // The remote itself, and one to join.
    set(&["remote", "set-url", "origin", "https://127.0.0.1:1/x"]);
    narrowed
        .run(["sync"])
        .fails(5)
        .says("not delivered: this clone refuses the protocol of the remote, https\n")
        .says("GIT_ALLOW_PROTOCOL");
    let joins = world.person("joins").with("GIT_ALLOW_PROTOCOL", "https");
    joins
        .run(["join", own.to_str().unwrap(), "clone"])
        .fails(5)
        .says("git may not use the protocol file here");
}
