//! Git's configuration is what Git answers (docs/command-line.md#git-configuration), and whatever Git allows is allowed.

use std::fs;
use std::os::unix::fs::{chown, symlink};

use crate::world::{Person, World, not_run};

/// The address in the commit that a command makes, and the one that Git answers.
fn addresses(person: &Person) -> [String; 2] {
    person.run(["add", "word"]).ok();
    let committed = person.git(["log", "-1", "--format=%ae"]).ok().out;
    let answered = person.git(["config", "user.email"]).ok().out;
    [committed, answered].map(|address| address.trim().to_owned())
}

#[track_caller]
fn has_address(person: &Person, address: &str) {
    assert_eq!(addresses(person), [address, address]);
}

#[test]
fn the_author_is_the_address_that_git_answers() {
    let world = World::new();
    let (_, ana) = world.pair();
    let home = ana.home.display().to_string();
    let settings = ana.home.join(".gitconfig");
    let own = "[user]\n\temail = own@example.invalid\n";
    let work = ana.home.join("work.cfg");
    fs::write(&work, "[user]\n\temail = work@example.invalid\n").unwrap();
    let remote = world.path("remote.git").display().to_string();
    // The home by another name, as a person may write it.
    let other = world.path("other-name");
    symlink(&ana.home, &other).unwrap();
    for condition in [
        format!("hasconfig:remote.*.url:{remote}"),
        format!(
            "hasconfig:remote.*.url:{}/**",
            world.path("remote.git").parent().unwrap().display()
        ),
        format!("gitdir:{home}/"),
        "gitdir:~/clone/.git".to_owned(),
        "onbranch:main".to_owned(),
    ] {
        let include = format!("{own}[includeIf \"{condition}\"]\n\tpath = {}\n", work.display());
        fs::write(&settings, include).unwrap();
        assert_eq!(addresses(&ana), ["work@example.invalid"; 2], "{condition}");
    }
    let include = format!(
        "{own}[includeIf \"gitdir:{}/\"]\n\tpath = work.cfg\n",
        other.display()
    );
    fs::write(&settings, include).unwrap();
    let [committed, answered] = addresses(&ana);
    assert_eq!(committed, answered);
    let elsewhere = format!("{own}[includeIf \"hasconfig:remote.*.url:/other/**\"]\n\tpath = work.cfg\n");
    fs::write(&settings, elsewhere).unwrap();
    has_address(&ana, "own@example.invalid");
    // The clone's own settings can have a condition too, and so can an included file.
    fs::write(&settings, own).unwrap();
    let key = "includeIf.hasconfig:remote.*.url:/**.path";
    ana.git(["config", key, work.to_str().unwrap()]).ok();
    has_address(&ana, "work@example.invalid");
    ana.git(["config", "--unset", key]).ok();
    has_address(&ana, "own@example.invalid");
}

#[test]
fn settings_of_the_environment_are_meant() {
    let world = World::new();
    let (_, ana) = world.pair();
    fs::write(
        ana.home.join(".gitconfig"),
        "[user]\n\temail = own@example.invalid\n",
    )
    .unwrap();
    ana.git(["config", "user.email", "clone@example.invalid"]).ok();
    let counted = ana
        .with("GIT_CONFIG_COUNT", "1")
        .with("GIT_CONFIG_KEY_0", "user.email")
        .with("GIT_CONFIG_VALUE_0", "count@example.invalid");
    has_address(&counted, "count@example.invalid");
    has_address(
        &ana.with(
            "GIT_CONFIG_PARAMETERS",
            "'user.email'='parameter@example.invalid'",
        ),
        "parameter@example.invalid",
    );
    ana.git(["config", "--unset", "user.email"]).ok();
    fs::write(
        ana.home.join("global"),
        "[user]\n\temail = global@example.invalid\n",
    )
    .unwrap();
    let global = ana.home.join("global");
    has_address(
        &ana.with("GIT_CONFIG_GLOBAL", global.to_str().unwrap()),
        "global@example.invalid",
    );
    // They reach the `git` that does the network too: the address of the remote is only rewritten there.
    fs::rename(world.path("remote.git"), world.path("moved.git")).unwrap();
    ana.run(["sync"]).fails(5);
    let rewritten = ana
        .with("GIT_CONFIG_COUNT", "1")
        .with(
            "GIT_CONFIG_KEY_0",
            &format!("url.{}.insteadOf", world.path("moved.git").display()),
        )
        .with("GIT_CONFIG_VALUE_0", world.path("remote.git").to_str().unwrap());
    rewritten.run(["sync"]).ok();
    // A person who allows fewer protocols means it.
    rewritten
        .with("GIT_ALLOW_PROTOCOL", "https")
        .run(["add", "x"])
        .ok();
    assert_ne!(
        rewritten.with("GIT_ALLOW_PROTOCOL", "https").run(["sync"]).code,
        0
    );
}

#[test]
fn a_clone_that_git_allows_is_allowed() {
    let world = World::new();
    let (sam, ana) = world.pair();
    // Only root can give a file away.
    if chown(&ana.cwd, Some(65_534), None).is_err() {
        not_run("a_clone_that_git_allows_is_allowed", "it needs root", None);
        return;
    }
    fs::create_dir(ana.cwd.join("below")).unwrap();
    let home = ana.home.display();
    // Git knows patterns since 2.46: what it answers counts.
    for (allowed, is_taken) in [
        (format!("{home}/*"), None),
        (format!("{home}/clone/"), None),
        (format!("{home}/clone"), Some(true)),
        ("*".to_owned(), Some(true)),
        (format!("{home}/other/*"), Some(false)),
    ] {
        let settings = format!("[safe]\n\tdirectory = {allowed}\n");
        fs::write(ana.home.join(".gitconfig"), settings).unwrap();
        let by_git = ana.git(["status"]).code == 0;
        assert_eq!(is_taken.unwrap_or(by_git), by_git, "{allowed}");
        let code = if by_git { 0 } else { 1 };
        for command in [&["add", "a word"][..], &["sync"], &["status"], &["undo"]] {
            assert_eq!(ana.run(command).code, code, "{allowed} {command:?}");
        }
        assert_eq!(ana.in_folder("below").run(["agenda"]).code, code, "{allowed}");
    }
    fs::remove_file(ana.home.join(".gitconfig")).unwrap();
    let counted = ana
        .with("GIT_CONFIG_COUNT", "1")
        .with("GIT_CONFIG_KEY_0", "safe.directory")
        .with("GIT_CONFIG_VALUE_0", "*");
    counted.run(["add", "another word"]).ok();
    counted.run(["sync"]).ok();
    sam.run(["sync"]).ok();
    assert_eq!(sam.files(), ana.files());
}
