//! The surroundings of a clone change nothing: variables of Git, line ends, clocks, time zones, languages, odd names.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;

use crate::world::{Person, World, sync_all};

#[test]
fn without_a_name_for_git_the_member_is_the_author() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    ana.run(["add", "word"]).ok();
    let author = ana.git(["log", "-1", "--format=%an <%ae> %cn <%ce>"]).ok().out;
    assert_eq!(
        author.trim(),
        "Ana <ana@oneonone.invalid> Ana <ana@oneonone.invalid>"
    );
    ana.git(["config", "user.email", "ana@work.example"]).ok();
    ana.run(["add", "word"]).ok();
    let author = ana.git(["log", "-1", "--format=%an <%ae>"]).ok().out;
    assert_eq!(author.trim(), "Ana <ana@work.example>");
}

#[test]
fn variables_that_point_git_elsewhere_point_nothing_elsewhere() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let elsewhere = world.person("elsewhere");
    elsewhere.git(["init", "-q"]).ok();
    elsewhere.write("a", "a\n");
    elsewhere.git(["add", "a"]).ok();
    elsewhere.git(["commit", "-qm", "a"]).ok();
    let git_dir = elsewhere.cwd.join(".git");
    let before = (
        elsewhere.objects(&git_dir),
        fs::read(git_dir.join("index")).unwrap(),
    );
    let mut lost = ana.clone();
    for (name, path) in [
        ("GIT_DIR", git_dir.clone()),
        ("GIT_COMMON_DIR", git_dir.clone()),
        ("GIT_WORK_TREE", elsewhere.cwd.clone()),
        ("GIT_INDEX_FILE", git_dir.join("index")),
        ("GIT_OBJECT_DIRECTORY", git_dir.join("objects")),
        ("GIT_NAMESPACE", "elsewhere".into()),
        ("GIT_CONFIG_PARAMETERS", "'core.bare'='true'".into()),
        ("GIT_CEILING_DIRECTORIES", ana.home.clone()),
    ] {
        lost = lost.with(name, path.to_str().unwrap());
    }
    lost.run(["add", "word"]).ok();
    lost.type_in("hush\n", ["add", "concern", "-"]).ok();
    lost.run(["sync"]).ok();
    lost.run(["status"]).ok();
    sam.run(["sync"]).ok();
    assert_eq!(sam.files(), ana.files());
    assert!(sam.read("agenda.toml").contains("word"));
    assert_eq!(ana.git(["status", "--porcelain"]).ok().out, "");
    assert_eq!(
        (
            elsewhere.objects(&git_dir),
            fs::read(git_dir.join("index")).unwrap()
        ),
        before
    );
    // A pair is made and joined there too.
    let url = world.remote("second.git");
    let new = Person {
        cwd: ana.home.clone(),
        ..lost
    };
    new.run([
        "init",
        "Kim",
        "kim",
        "--as",
        "manager",
        "--remote",
        url.to_str().unwrap(),
        "--name",
        "Ana",
    ])
    .ok();
    new.run(["join", url.to_str().unwrap(), "again"]).ok();
}

#[test]
fn carriage_returns_are_no_edit_and_are_never_written() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["add", "one"]).ok();
    sync_all(&[&ana, &sam]);
    for setting in [
        ["core.autocrlf", "true"],
        ["core.eol", "crlf"],
        ["core.safecrlf", "true"],
    ] {
        ana.git(["config", setting[0], setting[1]]).ok();
    }
    let crlf = |person: &Person| {
        let text = person.read("agenda.toml").replace('\n', "\r\n");
        person.write("agenda.toml", &text);
    };
    crlf(&ana);
    let head = ana.head();
    ana.run(["sync"]).ok();
    assert_eq!(ana.head(), head, "no edit");
    // An editor that writes them saves an entry: what is committed has none.
    crlf(&ana);
    ana.write(
        "agenda.toml",
        &format!(
            "{}[[entry]]\r\ntext = \"\"\"two\r\nlines\"\"\"\r\n",
            ana.read("agenda.toml")
        ),
    );
    sam.run(["add", "sam's"]).ok();
    sync_all(&[&sam, &ana, &sam]);
    for person in [&sam, &ana] {
        assert!(!person.read("agenda.toml").contains('\r'));
        assert!(!person.git(["show", "HEAD:agenda.toml"]).ok().out.contains('\r'));
        assert!(person.read("agenda.toml").contains("two\nlines"));
    }
    assert_eq!(sam.files(), ana.files());
    assert_eq!(ana.git(["status", "--porcelain"]).ok().out, "");
    // Files beside that Git turns around are no edit of each sync either.
    ana.git(["config", "--unset", "core.safecrlf"]).ok();
    ana.write("slides.md", "one\r\ntwo\r\n");
    ana.git(["add", "slides.md"]).ok();
    ana.git(["commit", "-qm", "slides"]).ok();
    sync_all(&[&ana, &sam]);
    let head = ana.head();
    sync_all(&[&ana, &sam, &ana]);
    assert_eq!(ana.head(), head);
    assert_eq!(sam.read("slides.md"), "one\ntwo\n");
}

#[test]
fn clocks_that_differ_by_a_year_lose_nothing_and_agree() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let (past, future) = (
        sam.at("2025-11-24T12:00:00Z"),
        ana.at("2027-11-24T12:00:00+14:00"),
    );
    let id = future.add(["action", "from the future", "--due", "tomorrow"]);
    sync_all(&[&future, &past]);
    past.run(["edit", &id, "from the past"]).ok();
    future.run(["edit", &id, "from the future, again"]).ok();
    past.run(["add", "old"]).ok();
    future.run(["done", &id]).ok();
    sync_all(&[&past, &future, &past]);
    let agenda = past.read("agenda.toml");
    for word in [
        "\"from the past\"",
        "\"from the future, again\"",
        "\"old\"",
        "state = \"done\"",
    ] {
        assert!(agenda.contains(word), "{word}\n{agenda}");
    }
    assert_eq!(sam.files(), ana.files());
    // The clock going back does not stop a command or a sync.
    ana.at("2001-01-01T00:00:00Z").run(["add", "long ago"]).ok();
    sync_all(&[&ana.at("2001-01-01T00:00:00Z"), &sam]);
    assert_eq!(sam.files(), ana.files());
}

#[test]
fn languages_and_time_zones_change_no_byte() {
    let mut told = Vec::new();
    for (lc, tz) in [
        ("C", "UTC"),
        ("tr_TR.UTF-8", "Pacific/Kiritimati"),
        ("de_DE.ISO-8859-1", "America/St_Johns"),
        ("xx_XX", "Nowhere/At_All"),
    ] {
        let world = World::new();
        let (sam, ana) = world.pair();
        let ana = ana.with("LC_ALL", lc).with("LANGUAGE", lc).with("TZ", tz);
        let id = ana.add(["growth", "INFRA ideas, größer", "--theme", "INFRA"]);
        ana.run(["edit", &id, "--theme", "Title-I"]).ok();
        let action = ana.add(["action", "act", "--due", "friday"]);
        ana.run(["done", &action]).ok();
        sync_all(&[&ana, &sam]);
        // A push that is refused is told apart by what is there, not by words in some language.
        sam.run(["add", "sam's"]).ok();
        sam.run(["sync"]).ok();
        ana.run(["add", "mine"]).ok();
        sync_all(&[&ana, &sam]);
        assert_eq!(sam.files(), ana.files());
        let mut lines: Vec<String> = ana
            .read("agenda.toml")
            .lines()
            .filter(|line| !line.starts_with("id = "))
            .map(str::to_owned)
            .collect();
        // Of one second, the order is that of the ids.
        lines.sort();
        told.push(lines);
    }
    assert!(told.iter().all(|lines| *lines == told[0]), "{told:#?}");
}

#[test]
fn names_beside_that_are_no_utf8_go_along_and_stop_nothing() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let odd = OsStr::from_bytes(b"caf\xe9.md");
    fs::write(ana.cwd.join(odd), "one\n").unwrap();
    fs::create_dir_all(ana.cwd.join("meetings").join(odd)).unwrap();
    fs::write(ana.cwd.join("meetings").join(odd).join(odd), "not a record\n").unwrap();
    ana.run(["add", "before"]).ok();
    ana.run(["sync"]).ok();
    ana.git([OsStr::new("add"), odd]).ok();
    ana.git(["commit", "-qm", "an odd name"]).ok();
    ana.run(["add", "word"]).ok();
    sync_all(&[&ana, &sam]);
    assert!(sam.read("agenda.toml").contains("word"));
    assert!(
        sam.git(["ls-tree", "--name-only", "HEAD"])
            .ok()
            .out
            .contains("caf\\351.md")
    );
    assert_eq!(fs::read(sam.cwd.join(odd)).unwrap(), b"one\n");
    assert_eq!(sam.git(["status", "--porcelain"]).ok().out, "");
    sam.write("a\\b.md", "a backslash\n");
    sam.git(["add", "."]).ok();
    sam.git(["commit", "-qm", "and another odd name"]).ok();
    sam.run(["add", "sam's"]).ok();
    ana.run(["add", "ana's"]).ok();
    sync_all(&[&sam, &ana, &sam]);
    assert_eq!(ana.read("a\\b.md"), "a backslash\n");
    // Changed, and removed, there; changed here.
    fs::write(ana.cwd.join(odd), "two\n").unwrap();
    ana.git(["commit", "-qam", "changed"]).ok();
    sync_all(&[&ana, &sam]);
    assert_eq!(fs::read(sam.cwd.join(odd)).unwrap(), b"two\n");
    fs::write(sam.cwd.join(odd), "sam's\n").unwrap();
    ana.git(["rm", "-q", "--", "a\\b.md"]).ok();
    fs::write(ana.cwd.join(odd), "three\n").unwrap();
    ana.git(["commit", "-qam", "changed and removed"]).ok();
    ana.run(["sync"]).ok();
    sam.run(["sync"]).ok().says("was not written");
    assert_eq!(fs::read(sam.cwd.join(odd)).unwrap(), b"sam's\n");
    assert!(!sam.cwd.join("a\\b.md").exists());
    sam.git([OsStr::new("checkout"), OsStr::new("--"), odd]).ok();
    assert_eq!(fs::read(sam.cwd.join(odd)).unwrap(), b"three\n");
    fs::write(ana.cwd.join(odd), "one\n").unwrap();
    ana.git(["commit", "-qam", "as before"]).ok();
    sync_all(&[&ana, &sam]);
    assert_eq!(sam.read("agenda.toml"), ana.read("agenda.toml"));
    assert!(
        ana.git(["ls-tree", "--name-only", "HEAD"])
            .ok()
            .out
            .contains("caf\\351.md"),
        "not deleted"
    );
    assert_eq!(fs::read(ana.cwd.join(odd)).unwrap(), b"one\n");
    assert_eq!(fs::read(sam.cwd.join(odd)).unwrap(), b"one\n");
}

#[test]
fn a_filter_of_the_users_hides_what_it_hides() {
    let world = World::new();
    let (sam, ana) = world.pair();
    for person in [&sam, &ana] {
        person.git(["config", "filter.crypt.clean", "tr a-y b-z"]).ok();
        person.git(["config", "filter.crypt.smudge", "tr b-z a-y"]).ok();
        person.git(["config", "filter.crypt.required", "true"]).ok();
    }
    let attributes = sam.read(".gitattributes") + "diary.md filter=crypt\n";
    sam.write(".gitattributes", &attributes);
    sam.write("diary.md", "leaked abc\n");
    sam.git(["add", "."]).ok();
    sam.git(["commit", "-qm", "a diary"]).ok();
    sync_all(&[&sam, &ana]);
    assert_eq!(ana.read("diary.md"), "leaked abc\n");
    ana.write("diary.md", "leaked abc\n");
    ana.run(["add", "word"]).ok();
    ana.run(["sync"]).ok();
    ana.write("diary.md", "leaked abc and more\n");
    sync_all(&[&ana, &sam]);
    assert_eq!(sam.read("diary.md"), "leaked abc and more\n");
    for person in [&sam, &ana] {
        assert_eq!(person.git(["status", "--porcelain"]).ok().out, "");
        assert!(!sam.objects(&person.cwd.join(".git")).contains("leaked"));
    }
    assert!(!sam.objects(&world.path("remote.git")).contains("leaked"));
    ana.git(["config", "filter.crypt.clean", "false"]).ok();
    ana.write("diary.md", "leaked abc and much more\n");
    ana.run(["sync"]).ok().says("was left alone");
    assert!(!sam.objects(&ana.cwd.join(".git")).contains("leaked"));
    assert_eq!(ana.read("diary.md"), "leaked abc and much more\n");
}
