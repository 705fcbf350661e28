//! Whatever is filled in, no record that does not parse is ever committed (docs/sync.md#commits): every place that fills
//! something in, with every extreme of what it fills in from.

use std::fmt::Write as _;
use std::path::Path;

use git2::{ObjectType, Oid, Repository, ResetType};
use oneonone::model::{EntryId, Instant, Pair, assemble, instant_of_seconds, parse_pair, write_pair};
use oneonone::sync::{Environment, ReadScope, SnapshotFiles, SyncError, Workspace};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};

use crate::world::{Person, World};

/// The seconds of commits and of clocks: the first and the last of the years -1, 0, 1, 9999, 10000 and 36812, and the limits.
const SECONDS: [i64; 14] = [
    i64::MIN,
    i64::MIN + 1,
    -62_198_755_200,
    -62_167_219_201,
    -62_167_219_200,
    -62_135_596_800,
    -1,
    0,
    1_795_521_600,
    253_402_300_799,
    253_402_300_800,
    1_099_511_627_776,
    i64::MAX - 1,
    i64::MAX,
];

const ZONES: [&str; 10] = [
    "+0000", "-0000", "+2400", "-2400", "+1440", "-1440", "+9999", "+0061", "+1", "zone",
];

/// Names, addresses and texts.
fn odd_words() -> Vec<String> {
    let mut words: Vec<String> = [
        "",
        " ",
        "Ana",
        "ana",
        "Sam Lee",
        "sam@x",
        "a\tb",
        "\u{1}\u{1b}[31m\u{7f}",
        "\u{202e}abc\u{200b}",
        "\r",
        "\u{85}\u{2028}",
        "\"",
        "'",
        "\"\"\"",
        "'''",
        "\\",
        "\\u0000",
        "]]",
        "[[entry]]",
        "id = \"kkkkkkkkkkkk\"",
        "# no = \"comment\"",
        "= {}",
        "2026-11-24T12:00:00Z",
        "<<<<<<< HEAD",
        "é\u{301}",
        ".,:;",
        "..",
        "#private",
    ]
    .map(str::to_owned)
    .to_vec();
    words.push("x".repeat(65_536));
    words.push("\"".repeat(32_768));
    words.push("x".repeat(65_537));
    words
}

/// The lines of an entry that a hand wrote, without an id.
fn entries() -> Vec<&'static str> {
    vec![
        "",
        "kind = \"action\"\n",
        "kind = \"action\"\nowner = \"sam\"\nstate = \"done\"\n",
        "kind = \"win\"\nthemes = [\"a\"]\ncarried = 1000000\n",
        "by = \"sam\"\n",
        "at = 9999-12-31T23:59:59-23:59\n",
        "at = 0000-01-01T00:00:00+23:59\n",
        "kind = \"action\"\nat = 2026-11-24T12:00:00.999999999Z\n",
        "unknown = [{ a = 1979-05-27 }, \"\\u0001\"]\n",
    ]
}

fn entry(lines: &str, text: &str) -> String {
    let text = toml::Value::String(text.to_owned());
    format!("[[entry]]\n{lines}text = {text}\n")
}

fn new_id() -> EntryId {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let bytes = NEXT.fetch_add(0x0123_4567_89ab, Ordering::SeqCst).to_be_bytes();
    EntryId::from_bytes(bytes[2..].try_into().unwrap())
}

/// Ana's clone, which each case finds as it was.
struct Clone {
    _world: World,
    ana: Person,
    repo: Repository,
    first: Oid,
}

impl Clone {
    fn new() -> Self {
        let world = World::new();
        let (_, ana) = world.pair();
        ana.run(["add", "a topic"]).ok();
        let repo = Repository::open(&ana.cwd).unwrap();
        let first = repo.head().unwrap().target().unwrap();
        Self {
            _world: world,
            ana,
            repo,
            first,
        }
    }

    fn go_to(&self, commit: Oid) {
        let object = self.repo.find_object(commit, None).unwrap();
        self.repo.reset(&object, ResetType::Hard, None).unwrap();
    }

    fn set(&self, key: &str, value: &str) {
        let mut config = self.repo.config().unwrap();
        let mut config = config
            .open_level(git2::ConfigLevel::Local)
            .unwrap_or_else(|_| config.snapshot().unwrap());
        // A null byte is no value of a setting.
        let _ = config.set_str(key, value);
    }

    /// A commit of other records over the first one, whose author line is given byte for byte.
    fn commit(&self, changes: &[(&str, &str)], author: &str) -> Oid {
        let tree = self.repo.find_commit(self.first).unwrap().tree().unwrap();
        let mut builder = self.repo.treebuilder(Some(&tree)).unwrap();
        for (path, text) in changes {
            let blob = self.repo.blob(text.as_bytes()).unwrap();
            builder.insert(path, blob, 0o100_644).unwrap();
        }
        let tree = builder.write().unwrap();
        let first = self.first;
        let text = format!("tree {tree}\nparent {first}\nauthor {author}\ncommitter {author}\n\nby hand\n");
        let odb = self.repo.odb().unwrap();
        odb.write(ObjectType::Commit, text.as_bytes()).unwrap()
    }

    /// Opens the clone as a command does and writes out what it made of it.
    fn take_in(&self, now: Instant) -> Result<(), SyncError> {
        let environment = Environment {
            use_index: true,
            now,
            identity: self.ana.home.join(".config/oneonone/identity.txt"),
            pins_dir: self.ana.home.join(".local/state/oneonone/pins"),
            new_id,
        };
        let dir: &Path = &self.ana.cwd;
        let mut workspace =
            Workspace::open(dir, environment, SnapshotFiles::AllTracked, ReadScope::Everything)?;
        workspace.begin_hand_edits().finish_unrecorded().map(drop)
    }

    /// Every commit since `from` holds records that parse, and that say the same when they are written anew.
    fn holds_sound_records(&self, from: Oid) -> Result<(), TestCaseError> {
        let mut walk = self.repo.revwalk().unwrap();
        walk.push_head().unwrap();
        walk.hide(from).unwrap();
        for commit in walk {
            let tree = self.repo.find_commit(commit.unwrap()).unwrap().tree().unwrap();
            let mut files = Vec::new();
            for path in ["pair.toml", "agenda.toml"] {
                let blob = tree.get_name(path).unwrap().to_object(&self.repo).unwrap();
                files.push((path, blob.as_blob().unwrap().content().to_vec()));
            }
            let loaded = assemble(files.iter().map(|(path, bytes)| (path, bytes)));
            prop_assert!(loaded.broken.is_empty(), "{:?}", loaded.broken);
            prop_assert!(loaded.loose.is_empty());
            let pair = Pair::from_document(loaded.state.pair.as_ref().unwrap()).unwrap();
            for placed in loaded.state.entries.values() {
                let of = |key: &str| placed.entry.get(key).is_some();
                prop_assert!(of("id") && of("at"));
                let by = placed.entry.get_str("by").unwrap();
                prop_assert!(pair.member(by).is_some(), "{by}");
            }
            let files_anew = loaded.state.files();
            prop_assert_eq!(files_anew.get("agenda.toml"), Some(&files[1].1));
        }
        Ok(())
    }

    fn tip(&self) -> Oid {
        self.repo.head().unwrap().target().unwrap()
    }
}

fn run<S: Strategy>(strategy: &S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config = Config {
        failure_persistence: None,
        max_shrink_iters: 64,
        ..Config::with_cases(std::env::var("PROPTEST_CASES").map_or(96, |cases| cases.parse().unwrap()))
    };
    TestRunner::new(config).run(strategy, test).unwrap();
}

/// An entry without an id, committed by hand: its author, time and id come out of the commit.
#[test]
fn what_a_commit_by_hand_says_is_filled_in_as_a_record_holds_it() {
    let clone = Clone::new();
    let agenda = clone.ana.read("agenda.toml");
    let raw = |words: Vec<String>| select(words);
    let strategy = (
        (
            raw(odd_words()),
            raw(odd_words()),
            select(SECONDS.to_vec()),
            select(ZONES.to_vec()),
        ),
        (select(entries()), raw(odd_words())),
    );
    run(&strategy, |((name, email, seconds, zone), (lines, text))| {
        clone.go_to(clone.first);
        let slips = text == "#private";
        let in_line = |words: &str| words.replace(['\n', '\r'], " ");
        let author = format!("{} <{}> {seconds} {zone}", in_line(&name), in_line(&email));
        let text = format!("{agenda}\n{}", entry(lines, &text));
        let planted = clone.commit(&[("agenda.toml", &text)], &author);
        if clone.repo.find_commit(planted).is_err() {
            // No Git reads it.
            return Ok(());
        }
        clone.go_to(planted);
        let is_sound = assemble([("agenda.toml", text.as_bytes())]).broken.is_empty();
        match clone.take_in(instant_of_seconds(1_795_521_600)) {
            Ok(()) if is_sound => {
                prop_assert_ne!(clone.tip(), planted);
                clone.holds_sound_records(planted)
            }
            // A broken record that plain Git committed blocks nothing, and nothing is written over it.
            Ok(()) => {
                prop_assert_eq!(clone.tip(), planted);
                Ok(())
            }
            // A slip in the text, which is asked about before anything is committed.
            Err(SyncError::ClearSecret { .. }) if slips => {
                prop_assert_eq!(clone.tip(), planted);
                Ok(())
            }
            Err(e) => Err(TestCaseError::fail(format!("{author:.200}: {e}"))),
        }
    });
}

/// An entry without an id in the folder: its author is me, its time the clock's; the commit is by Git's configuration.
#[test]
fn what_this_machine_says_is_filled_in_as_a_record_holds_it() {
    let clone = Clone::new();
    let agenda = clone.ana.read("agenda.toml");
    let mut clocks: Vec<Instant> = SECONDS
        .iter()
        .map(|seconds| instant_of_seconds(*seconds))
        .collect();
    clocks.extend([Instant::MIN_UTC, Instant::MAX_UTC]);
    clocks.extend(
        SECONDS
            .iter()
            .filter_map(|seconds| Instant::from_timestamp(*seconds, 999_999_999)),
    );
    let strategy = (
        (select(odd_words()), select(odd_words()), select(clocks)),
        (select(entries()), select(odd_words())),
    );
    run(&strategy, |((name, email, now), (lines, text))| {
        clone.go_to(clone.first);
        clone.set("user.name", &name);
        clone.set("user.email", &email);
        clone
            .ana
            .write("agenda.toml", &format!("{agenda}\n{}", entry(lines, &text)));
        let lies = clone.ana.read("agenda.toml");
        let is_broken = !assemble([("agenda.toml", lies.as_bytes())]).broken.is_empty();
        match clone.take_in(now) {
            // It is left as it lies.
            Ok(()) if is_broken => {
                prop_assert_eq!(clone.tip(), clone.first);
                prop_assert_eq!(clone.ana.read("agenda.toml"), lies);
                Ok(())
            }
            Ok(()) => {
                prop_assert_ne!(clone.tip(), clone.first);
                let made = clone.repo.find_commit(clone.tip()).unwrap();
                prop_assert!(made.time().seconds() >= 0, "a fetch refuses such a commit");
                let header = made.raw_header().unwrap_or_default();
                prop_assert_eq!(
                    header.lines().count(),
                    4,
                    "{:?}",
                    header.chars().take(400).collect::<String>()
                );
                clone.holds_sound_records(clone.first)
            }
            Err(SyncError::Problems(_)) => {
                prop_assert_eq!(clone.tip(), clone.first);
                Ok(())
            }
            Err(e) => Err(TestCaseError::fail(format!("{now}: {e}"))),
        }
    });
}

/// A name in `pair.toml` by hand: the author of the commit.
#[test]
fn names_in_the_pair_are_written_as_git_and_the_record_hold_them() {
    let clone = Clone::new();
    for name in odd_words() {
        clone.go_to(clone.first);
        let mut pair = parse_pair(clone.ana.read("pair.toml").as_bytes()).unwrap();
        pair.members.get_mut("ana").unwrap().set("name", name.as_str());
        clone.ana.write("pair.toml", &write_pair(&pair));
        match clone.take_in(instant_of_seconds(1_795_521_600)) {
            Ok(()) => clone.holds_sound_records(clone.first).unwrap(),
            Err(SyncError::Problems(_)) => assert_eq!(clone.tip(), clone.first),
            Err(e) => panic!("{name:.100}: {e}"),
        }
    }
}

/// The attack: a commit by hand of the year 36812. Nothing is hidden, and the other member reads it.
#[test]
fn a_commit_of_a_far_year_hides_nothing() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.add(["a topic of before"]);
    let mut text = ana.read("agenda.toml");
    write!(text, "\n[[entry]]\ntext = \"by hand\"\n").unwrap();
    ana.write("agenda.toml", &text);
    let dated = ana.with("GIT_AUTHOR_DATE", "@1099511627776 +0000");
    dated.git(["commit", "-qam", "far"]).ok();
    ana.run(["sync"]).ok();
    assert!(ana.read("agenda.toml").contains("at = 9999-12-31T23:59:59Z"));
    sam.run(["sync"]).ok();
    for person in [&sam, &ana] {
        let agenda = person.run(["agenda"]).ok().out;
        assert!(
            agenda.contains("a topic of before") && agenda.contains("by hand"),
            "{agenda}"
        );
        person.add(["one more"]);
    }
}
