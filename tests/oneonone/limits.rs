//! Whatever a host serves, a command ends, and says which limit it is beyond (docs/format.md#limits).

use std::fs;

use crate::faults::have;
use crate::world::{Person, World, sync_all};

pub(crate) const ENTRY: &str =
    "[[entry]]\nid = \"kxzqmrtlwvpn\"\nby = \"sam\"\nat = 2026-11-20T09:00:00Z\ntext = \"x\"\n";

/// The host commits files on top of what the remote has.
pub(crate) fn host_commits(world: &World, files: impl IntoIterator<Item = (String, String)>) {
    let mut stream = "commit refs/heads/main\ncommitter Host <h@example.invalid> 1795000000 +0000\n\
                      data 4\nhost\nfrom refs/heads/main^0\n"
        .to_owned();
    for (path, text) in files {
        stream.push_str(&format!("M 100644 inline {path}\ndata {}\n{text}\n", text.len()));
    }
    let mut nobody = world.person("nobody");
    nobody.cwd = world.path("remote.git");
    nobody.start("git", ["fast-import", "--quiet"], &stream).ok();
}

fn commit_tree(host: &Person, listing: &str) {
    let tree = host.start("git", ["mktree"], listing).ok().out;
    let commit = host
        .git(["commit-tree", tree.trim(), "-p", "main", "-m", "host"])
        .ok()
        .out;
    host.git(["update-ref", "refs/heads/main", commit.trim()]).ok();
}

#[test]
fn a_table_with_too_many_keys_is_broken_and_hides_nothing_else() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["start"]).ok();
    ana.add(["in the meeting"]);
    sync_all(&[&ana, &sam]);
    let keys = |count: usize| (0..count).map(|n| format!("k{n} = 1\n")).collect::<String>();
    let rows = |count: usize| "\n[[entry.conflict]]\nfield = \"x\"\nvalue = 1\n".repeat(count);
    for (agenda, what) in [
        (
            format!("{ENTRY}{}", keys(90_000)),
            "90004 keys in one table; at most 1000",
        ),
        (
            format!("{}{ENTRY}", keys(1_000)),
            "1001 keys in one table; at most 1000",
        ),
        (
            format!("{ENTRY}{}", rows(1_001)),
            "1001 conflict rows in one table; at most 1000",
        ),
    ] {
        host_commits(&world, [("agenda.toml".to_owned(), agenda)]);
        ana.run(["sync"]).ok().says("agenda.toml").says(what);
        let log = ana.run(["log"]).ok().says(what);
        assert!(log.out.contains("in the meeting"), "{}", log.out);
        ana.run(["check"]).fails(3).says(what);
        ana.run(["add", "--next", "mine"]).fails(1).says(what);
    }
    // People write far less, and that stays.
    host_commits(
        &world,
        [("agenda.toml".to_owned(), format!("{ENTRY}{}", keys(900)))],
    );
    sync_all(&[&ana, &sam]);
    ana.run(["edit", "kx", "mine"]).ok();
    sam.run(["edit", "kx", "--due", "2026-12-24", "--kind", "action"])
        .ok();
    sync_all(&[&ana, &sam, &ana]);
    for person in [&ana, &sam] {
        let agenda = person.read("agenda.toml");
        assert!(
            agenda.contains("\"mine\"") && agenda.contains("due = 2026-12-24"),
            "{agenda}"
        );
        assert!(agenda.contains("k899 = 1"));
    }
}

#[test]
fn a_commit_with_too_much_in_it_is_not_taken_in() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let days = (1900..).flat_map(|year| (1..=12).map(move |month| (year, month)));
    let days = days.flat_map(|(year, month)| (1..=28).map(move |day| (year, month, day)));
    let records: Vec<String> = days
        .take(12_001)
        .map(|(year, month, day)| format!("meetings/{year}/{year}-{month:02}-{day:02}.toml"))
        .collect();
    let mut host_of = world.person("nobody");
    host_of.cwd = world.path("remote.git");
    let before = host_of.rev("main");
    for (files, what) in [
        (
            records.iter().map(|path| (path.clone(), String::new())).collect(),
            "it has 12003 records; at most 12000",
        ),
        (
            (0..15_001)
                .map(|n| (format!("meetings/2026/n{n}.toml"), String::new()))
                .collect::<Vec<_>>(),
            "it changes 15001 files; at most 15000",
        ),
        (
            records
                .iter()
                .take(70)
                .map(|path| (path.clone(), "#".repeat(1 << 20)))
                .collect(),
            "it has records of 70 MiB; at most 64 MiB",
        ),
        (
            records
                .iter()
                .take(9)
                .map(|path| (path.clone(), "#\n".repeat(1 << 19)))
                .collect(),
            "lines and commas; at most 1500000 are allowed",
        ),
    ] {
        host_commits(&world, files);
        // As often as it is tried.
        for _ in 0..2 {
            ana.run(["sync"])
                .fails(3)
                .says(what)
                .says("your work is saved here");
        }
        assert!(!ana.cwd.join("meetings").exists());
        ana.run(["agenda"]).ok();
        // It ends once it is taken out again.
        host_of.git(["update-ref", "refs/heads/main", &before]).ok();
        sync_all(&[&ana]);
    }
    ana.run(["add", "mine"]).ok();
    sync_all(&[&ana, &sam]);
}

#[test]
fn a_tree_that_names_more_files_than_there_is_memory_is_refused() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    let mut host = world.person("nobody");
    host.cwd = world.path("remote.git");
    let blob = host.rev("main:agenda.toml");
    let mut entry = format!("100644 blob {blob}");
    for _ in 0..20 {
        let listing: String = (0..10).map(|n| format!("{entry}\tn{n}\n")).collect();
        entry = format!(
            "040000 tree {}",
            host.start("git", ["mktree"], &listing).ok().out.trim()
        );
    }
    let tree = host.git(["ls-tree", "main"]).ok().out;
    commit_tree(&host, &format!("{tree}{entry}\tmeetings\n"));
    for _ in 0..2 {
        ana.run(["sync"])
            .fails(3)
            .says("more than 100000 files and folders");
    }
    ana.run(["add", "mine"]).ok();
    ana.run(["status"]).ok();
}

#[test]
fn an_object_that_git_refuses_is_named_in_plain_words() {
    let world = World::new();
    let (_sam, ana) = world.pair();
    let mut host = world.person("nobody");
    host.cwd = world.path("remote.git");
    let tree = host.git(["ls-tree", "main"]).ok().out;
    let inner = host.start("git", ["mktree"], &tree).ok().out;
    commit_tree(&host, &format!("{tree}040000 tree {}\t.git\n", inner.trim()));
    ana.run(["sync"])
        .fails(1)
        .says("the other side holds an object that git does not take in")
        .says("hasDotgit")
        .says("a file or folder called .git")
        .says("your work is saved here");
}

#[test]
fn a_large_file_goes_through_piece_by_piece_and_both_versions_are_kept() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let film = |word: &str| format!("{word}\n{}", "a line of a large file\n".repeat(450_000));
    sam.write("film.txt", &film("one"));
    sam.git(["add", "film.txt"]).ok();
    sam.git(["commit", "-qm", "film"]).ok();
    sync_all(&[&sam, &ana]);
    assert_eq!(ana.read("film.txt"), film("one"));
    let clean = ana.git(["status", "--porcelain"]).ok();
    assert_eq!(clean.out, "");
    sam.write("film.txt", &film("sam"));
    ana.write("film.txt", &film("ana"));
    sync_all(&[&sam]);
    ana.run(["sync"]).ok().says("film.txt was changed on both sides");
    sync_all(&[&sam]);
    for person in [&sam, &ana] {
        let of = |name: &str| fs::read_to_string(person.cwd.join(name)).unwrap();
        let names = fs::read_dir(&person.cwd)
            .unwrap()
            .map(|item| item.unwrap().file_name());
        let mut films: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
        films.retain(|name| name.starts_with("film"));
        let mut words: Vec<String> = films.iter().map(|name| of(name)[..3].to_owned()).collect();
        words.sort();
        assert_eq!(words, ["ana", "sam"], "{films:?}");
    }
}

/// The largest memory of a command in KiB, its children included.
fn peak(person: &Person, args: &str) -> u64 {
    let script = format!(
        "python3 -c 'import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=-3, stderr=-3); \
         print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' {} {args}",
        person.program.display()
    );
    let run = person.start("sh", ["-c", &script], "").ok();
    run.out.trim().parse().unwrap()
}

#[test]
fn a_foreign_file_does_not_lie_in_memory() {
    if !have("the memory of a foreign file", &["python3"]) {
        return;
    }
    let world = World::new();
    let (_sam, ana) = world.pair();
    host_commits(&world, [("film.bin".to_owned(), "x".repeat(60 << 20))]);
    // The host's own git runs on this machine, too.
    let remote = world.path("remote.git");
    let settings = [
        "-C",
        remote.to_str().unwrap(),
        "config",
        "core.bigFileThreshold",
        "8m",
    ];
    ana.git(settings).ok();
    let used = peak(&ana, "sync");
    assert_eq!(fs::metadata(ana.cwd.join("film.bin")).unwrap().len(), 60 << 20);
    assert!(used < 60 << 10, "{used} KiB for a file of 61,440 KiB");
}
