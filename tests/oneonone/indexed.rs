//! Questions are answered the same with the index and without, whatever happened to the folder or to the index.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use oneonone::app::{self, LogQuestion, PairClone, ReadSession, Remark, Session, Setting};
use oneonone::git::{RemoteOptions, Repository};
use oneonone::model::{Content, Date, EntryId, Instant, Kind, Slug, Visibility, parse_content};
use oneonone::query::{ActionFilter, Filter};
use oneonone::render::json::{EntryContext, JsonDocument, one};
use oneonone::render::{ConflictNotes, Printable};
use oneonone::seal::{Binding, Identities, seal};
use oneonone::sync::{Environment, Wanted};

use crate::simulator::random::Random;

const PAIR: &str = "kqzmrtxwlpso";
const NOW: &str = "2026-11-20T12:00:00Z";
/// The days of meetings: of this year and others, two on one day, one under way. There are more than those that each
/// question looks at.
const DAYS: [&str; 22] = [
    "2022-01-04",
    "2022-02-01",
    "2022-03-01",
    "2023-01-03",
    "2023-02-07",
    "2023-03-07",
    "2023-04-04",
    "2023-05-02",
    "2023-06-06",
    "2023-07-04",
    "2023-08-01",
    "2023-09-05",
    "2023-10-03",
    "2023-11-07",
    "2023-12-05",
    "2024-01-09",
    "2025-06-02",
    "2025-06-02-2",
    "2026-03-02",
    "2026-11-12",
    "2026-11-20",
    "2027-01-04",
];
const EDITS: usize = 60;

fn all_ids() -> Vec<EntryId> {
    (0..24_u64)
        .map(|n| {
            let bytes = (n * 0x0f1e_2d3c_4b5a).to_be_bytes();
            EntryId::from_bytes(bytes[2..].try_into().unwrap())
        })
        .collect()
}

/// The keys of both members and of a stranger; sealing is slow, so all seals are made once.
struct Seals {
    me: Identities,
    other: Identities,
    made: Vec<String>,
}

static SEALS: LazyLock<Seals> = LazyLock::new(|| {
    let (me, other) = (Identities::generate(), Identities::generate());
    let mut made = Vec::new();
    for (n, id) in all_ids().into_iter().enumerate() {
        let state = ["open", "done", "dropped"][n % 3];
        let content = match n % 4 {
            0 => format!(
                "kind = \"action\"\ntext = \"sealed promise {n}\"\nowner = \"sam\"\nstate = \"{state}\"\n"
            ),
            1 => format!("kind = \"growth\"\ntext = \"sealed straße {n}\"\nthemes = [\"mentoring\"]\n"),
            2 => format!(
                "kind = \"topic\"\ntext = \"sealed {n}\"\n\n[[conflict]]\nfield = \"text\"\nvalue = \"other {n}\"\n"
            ),
            _ => format!("kind = \"concern\"\ntext = \"sealed worry {n}\"\n"),
        };
        let readers = match n % 5 {
            4 => other.recipients(),
            _ => me.recipients(),
        };
        let binding = Binding {
            pair: PAIR.parse().unwrap(),
            entry: id,
            by: "ana".parse().unwrap(),
        };
        let content = Content::from_table(parse_content(&content).unwrap());
        let visibility = if n.is_multiple_of(2) {
            Visibility::Private
        } else {
            Visibility::Confidential
        };
        made.push(
            seal(&content, visibility, &binding, &readers)
                .unwrap()
                .into_string(),
        );
    }
    Seals { me, other, made }
});

/// A clone that somebody edits.
struct Scene {
    folder: tempfile::TempDir,
    random: Random,
    /// Files as they were once: for what is put back.
    older: Vec<(PathBuf, Vec<u8>, SystemTime)>,
    setting: Setting,
    told: Vec<String>,
}

fn no_id() -> EntryId {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    EntryId::from_bytes(
        NEXT.fetch_add(1, Ordering::SeqCst).to_be_bytes()[2..]
            .try_into()
            .unwrap(),
    )
}

impl Scene {
    fn new(seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("pair");
        Repository::init(&root, "main").unwrap();
        let home = folder.path().join("home");
        fs::create_dir(&home).unwrap();
        let identity = home.join("identity.txt");
        write_private(&identity, &SEALS.me.to_bytes());
        let now: Instant = NOW.parse().unwrap();
        let mut scene = Self {
            setting: Setting {
                environment: Environment {
                    now,
                    identity,
                    pins_dir: home.join("pins"),
                    use_index: true,
                    new_id: no_id,
                },
                today: now.date_naive(),
                state_dir: home.clone(),
                remote: RemoteOptions::default(),
                offline: true,
                acquaintances: Default::default(),
                program: "oneonone".into(),
            },
            folder,
            random: Random::new(seed),
            older: Vec::new(),
            told: Vec::new(),
        };
        scene.write_pair(1);
        for _ in 0..24 {
            scene.write_record();
        }
        scene
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("pair")
    }

    fn place(&self) -> PairClone {
        PairClone {
            name: Some("sam".to_owned()),
            dir: self.root(),
        }
    }

    fn write_pair(&mut self, format: i64) {
        let key = |keys: &Identities| keys.recipients().join("");
        let text = format!(
            "format = {format}\nid = \"{PAIR}\"\ncadence = \"1w\"\n\n[member.sam]\nrole = \"manager\"\nname = \"Sam\"\n\
             keys = [\"{}\"]\n\n[member.ana]\nrole = \"report\"\nname = \"Ana\"\nkeys = [\"{}\"]\n",
            key(&SEALS.other),
            key(&SEALS.me),
        );
        self.save("pair.toml", text.as_bytes());
    }

    /// A path of a record, the agenda more often than others.
    fn path(&mut self) -> String {
        match self.random.once_in(3) {
            true => "agenda.toml".to_owned(),
            false => {
                let day = self.random.pick(&DAYS).unwrap();
                format!("meetings/{}/{day}.toml", &day[..4])
            }
        }
    }

    fn write_record(&mut self) {
        let path = self.path();
        let text = self.record(&path);
        self.save(&path, text.as_bytes());
    }

    fn record(&mut self, path: &str) -> String {
        let mut text = String::new();
        if let Some((_, name)) = path.rsplit_once('/') {
            let day = &name[..10];
            let status = if self.random.once_in(6) { "skipped" } else { "held" };
            text += &format!("date = {day}\nstatus = \"{status}\"\nstarted = {day}T09:00:00Z\n");
            if !self.random.once_in(8) {
                text += &format!("ended = {day}T10:00:00Z\n");
            }
            text += "agenda = []\n";
        }
        // Ids of one record are mostly its own, so that few stand in two.
        let share = path.len() + path.bytes().map(usize::from).sum::<usize>();
        for _ in 0..self.random.below(4) {
            let n = match self.random.once_in(12) {
                true => self.random.below(24),
                false => (share * 3 + self.random.below(3)) % 24,
            };
            let id = all_ids()[n];
            if !text.contains(id.as_str()) {
                let entry = self.entry(n);
                text += &format!("\n[[entry]]\nid = \"{id}\"\n{entry}");
            }
        }
        if self.random.once_in(15) {
            text += [
                "\n[[entry]]\ntext = \"no id\"\n",
                "\nthis is broken",
                "\n[[entry]]\n",
            ][self.random.below(3)];
        }
        text
    }

    fn entry(&mut self, n: usize) -> String {
        let hour = self.random.below(9);
        let at = format!("at = 2026-11-1{}T0{hour}:00:00Z\n", self.random.below(10));
        if self.random.once_in(3) {
            let visibility = if self.random.once_in(9) || n.is_multiple_of(2) {
                "private"
            } else {
                "confidential"
            };
            let other = if self.random.once_in(9) { (n + 4) % 24 } else { n };
            let by = if self.random.once_in(12) { "sam" } else { "ana" };
            let sealed = &SEALS.made[other];
            return format!("by = \"{by}\"\n{at}visibility = \"{visibility}\"\nsealed = '''\n{sealed}'''\n");
        }
        let kind = self.random.pick(Kind::ALL).unwrap();
        let by = ["ana", "sam"][self.random.below(2)];
        let text = ["the search", "Straße", "caf\u{e9} café", "reorg", "legal team"][self.random.below(5)];
        let mut entry = format!("kind = \"{kind}\"\nby = \"{by}\"\n{at}text = \"{text} {n}\"\n");
        if kind == Kind::Concern && self.random.once_in(2) {
            entry += "visibility = \"shared\"\n";
        }
        if kind == Kind::Action && !self.random.once_in(9) {
            let state = ["open", "done", "dropped"][self.random.below(3)];
            let owner = ["ana", "sam"][self.random.below(2)];
            entry += &format!(
                "owner = \"{owner}\"\nstate = \"{state}\"\ndue = 2026-1{}-05\n",
                self.random.below(3)
            );
        }
        if self.random.once_in(3) {
            entry += [
                "themes = [\"mentoring\"]\n",
                "themes = [\"hiring\", \"mentoring\"]\n",
            ][self.random.below(2)];
        }
        if self.random.once_in(3) {
            entry += &format!("re = \"{}\"\n", all_ids()[self.random.below(24)]);
        }
        if self.random.once_in(20) {
            entry += "\n[[entry.conflict]]\nfield = \"text\"\nvalue = \"another\"\n";
        }
        entry
    }

    /// Saves a file as this program and most editors do: another one takes its place.
    fn save(&mut self, path: &str, bytes: &[u8]) {
        self.remember(path);
        let path = self.root().join(path);
        let _ = fs::create_dir_all(path.parent().unwrap());
        let beside = path.with_extension("new");
        let _ = fs::write(&beside, bytes);
        let _ = fs::rename(&beside, &path);
    }

    fn remember(&mut self, path: &str) {
        let path = self.root().join(path);
        if let (Ok(bytes), Ok(data)) = (fs::read(&path), fs::symlink_metadata(&path)) {
            self.older.push((path, bytes, data.modified().unwrap()));
        }
    }

    /// Changes something. Says whether a file was written in its place, which a question need not see at once.
    fn edit(&mut self) -> bool {
        let path = self.path();
        let full = self.root().join(&path);
        let what = self.random.below(20);
        self.told.push(format!("{what} {path}"));
        match what {
            0..8 => self.write_record(),
            8 => {
                self.remember(&path);
                let _ = fs::remove_file(&full);
            }
            9 | 10 => {
                // In place, and with the old time.
                let old = fs::symlink_metadata(&full).and_then(|data| data.modified());
                let text = self.record(&path);
                self.remember(&path);
                let _ = fs::write(&full, text);
                if let (Ok(old), Ok(file)) = (old, File::options().write(true).open(&full)) {
                    let _ = file.set_modified(old);
                }
                return true;
            }
            11 | 12 => {
                // An older file comes back with its old time, as from a backup or by `git checkout`.
                let older = self
                    .older
                    .len()
                    .checked_sub(1)
                    .map(|last| self.random.below(last + 1));
                if let Some((path, bytes, time)) = older.map(|at| self.older[at].clone()) {
                    let relative = path
                        .strip_prefix(self.root())
                        .unwrap()
                        .to_str()
                        .unwrap()
                        .to_owned();
                    self.save(&relative, &bytes);
                    if let Ok(file) = File::options().write(true).open(&path) {
                        let _ = file.set_modified(time);
                    }
                }
            }
            13 => {
                let times = [Duration::from_secs(86_400), Duration::ZERO];
                let ago = self.random.pick(&times).unwrap();
                if let Ok(file) = File::options().write(true).open(&full) {
                    let _ = file.set_modified(SystemTime::now() - ago);
                }
            }
            14 => self.turn_year_over(),
            15 => self.damage_index(),
            16 => {
                let head = self.root().join(".git/refs/heads/main");
                let digit = char::from_digit(self.random.below(16) as u32, 16).unwrap();
                let _ = fs::write(head, format!("{}\n", digit.to_string().repeat(40)));
            }
            17 => {
                let format = if self.random.once_in(3) { 2 } else { 1 };
                self.write_pair(format);
            }
            18 => {
                let keys = if self.random.once_in(4) {
                    &SEALS.other
                } else {
                    &SEALS.me
                };
                write_private(&self.setting.environment.identity.clone(), &keys.to_bytes());
            }
            _ => {
                let file = ["opened-0.age", "answer.age"][self.random.below(2)];
                let kept = self.root().join(".git/oneonone/opened").join(file);
                match self.random.below(3) {
                    0 => drop(fs::remove_file(kept)),
                    1 => drop(fs::write(kept, b"age-encryption.org/v1\nrubbish")),
                    _ => drop(fs::remove_file(self.setting.environment.identity.clone())),
                }
            }
        }
        false
    }

    /// A folder of a year goes, comes back, or a link stands in its place.
    fn turn_year_over(&mut self) {
        let year = ["2023", "2025", "2026"][self.random.below(3)];
        let (folder, away) = (
            self.root().join("meetings").join(year),
            self.folder.path().join(year),
        );
        if folder.is_symlink() {
            fs::remove_file(&folder).unwrap();
        } else if folder.is_dir() && !away.exists() {
            fs::rename(&folder, &away).unwrap();
            if self.random.once_in(3) {
                std::os::unix::fs::symlink(&away, &folder).unwrap();
            }
            return;
        }
        if away.exists() && !folder.exists() {
            fs::rename(&away, &folder).unwrap();
        }
    }

    fn damage_index(&mut self) {
        let path = self.root().join(".git/oneonone/index");
        let Ok(mut bytes) = fs::read(&path) else {
            return;
        };
        let length = bytes.len().max(1);
        match self.random.below(4) {
            0 => drop(fs::remove_file(&path)),
            1 => drop(fs::write(&path, &bytes[..self.random.below(length)])),
            2 => {
                bytes[self.random.below(length)] ^= 0x20;
                drop(fs::write(&path, &bytes));
            }
            _ => drop(fs::write(&path, b"{}")),
        }
    }

    /// The answers to all questions. The first one looks at every file: from then on the index knows what was written in
    /// place.
    fn answers(&self, use_index: bool, of_all_first: bool, some: u64) -> Vec<String> {
        let mut setting = self.setting.clone();
        setting.environment.use_index = use_index;
        let place = self.place();
        let mut said = Vec::new();
        let mut number = 0;
        let mut ask = |name: &str, wanted: &Wanted<'_>, answer: &dyn Fn(&ReadSession) -> String| {
            // Some questions each time: what one of them keeps is met by the others.
            number += 1;
            if some >> number & 1 == 0 && !(of_all_first && number == 1) {
                return;
            }
            let answer = match ReadSession::ask(&setting, &place, wanted) {
                Ok(session) => {
                    let remarks: Vec<Remark> = session.view.remarks.take();
                    let conflicts = session.conflicts();
                    format!("{}\n{conflicts:?}\n{remarks:?}", answer(&session))
                }
                Err(error) => format!("{error:?}"),
            };
            said.push(format!("{name}: {answer}"));
        };
        let actions = |filter: ActionFilter| {
            move |session: &ReadSession| {
                let actions = app::actions(&session.view, filter.clone(), None).unwrap();
                let short: Vec<String> = actions
                    .entries
                    .iter()
                    .map(|e| session.view.ids.short(e.id))
                    .collect();
                format!(
                    "{} {short:?}",
                    json(|scope| JsonDocument::actions(&actions, scope))
                )
            }
        };
        let log = |filter: Filter| {
            move |session: &ReadSession| match app::log(&session.view, filter.clone(), None) {
                Ok(log) => {
                    let short: Vec<String> =
                        log.entries.iter().map(|e| session.view.ids.short(e.id)).collect();
                    let entries = json(|scope| JsonDocument::entries(log.entries.iter().copied(), scope));
                    format!("{entries} {short:?} {}", log.unreadable)
                }
                Err(error) => format!("{error:?}"),
            }
        };
        let all = ActionFilter {
            state: None,
            ..ActionFilter::default()
        };
        if of_all_first {
            ask("log", &Wanted::everything(), &log(Filter::default()));
        }
        ask(
            "actions",
            &app::wanted_actions(&ActionFilter::default()),
            &actions(ActionFilter::default()),
        );
        ask("agenda", &app::WAITING, &|session| {
            let agenda = app::agenda(&session.view);
            let short: Vec<String> = agenda.entries().map(|e| session.view.ids.short(e.id)).collect();
            let entries = json(|scope| JsonDocument::entries(agenda.entries(), scope));
            format!(
                "{entries} {:?} {:?} {short:?}",
                agenda.question,
                app::never_ended(&session.view)
            )
        });
        ask("overview", &app::WAITING_AND_MEETINGS, &|session| {
            format!("{:?}", app::overview(session))
        });
        ask("status", &Wanted::conflicts(), &|_| String::new());
        ask("all actions", &app::wanted_actions(&all), &actions(all.clone()));
        let window = app::Window {
            since: Some("2026-05-20".parse::<Date>().unwrap()),
            until: None,
        };
        for theme in [None, Some("mentoring".parse::<Slug>().unwrap())] {
            ask(
                "growth",
                &app::wanted_growth(window, theme.as_ref()),
                &|session| match app::growth(&session.view, window, theme.as_ref()) {
                    Ok(growth) => json(|scope| JsonDocument::growth(&growth, theme.is_some(), scope)),
                    Err(error) => format!("{error:?}"),
                },
            );
        }
        for (words, since, letters) in [
            ("strasse", None, true),
            ("SEARCH", None, false),
            ("", window.since, true),
        ] {
            let filter = Filter {
                words: words.split_whitespace().map(str::to_owned).collect(),
                since,
                ..Filter::default()
            };
            let question = LogQuestion::of(&filter, letters);
            ask("log", &question.wanted(), &log(filter.clone()));
        }
        said
    }

    fn run(&mut self, seed: u64) {
        let mut in_place = false;
        for edit in 0..EDITS {
            in_place |= self.edit();
            if !self.random.once_in(4) {
                continue;
            }
            let some = self.random.next() & self.random.next();
            let (with, without) = (
                self.answers(true, in_place, some),
                self.answers(false, in_place, some),
            );
            in_place = false;
            for (with, without) in with.iter().zip(&without) {
                assert_eq!(with, without, "seed {seed}, edit {edit}: {:?}", self.told);
            }
        }
    }
}

fn json<'a>(document: impl FnOnce(&EntryContext<'a>) -> JsonDocument<'a>) -> String {
    static NOTES: LazyLock<ConflictNotes> = LazyLock::new(ConflictNotes::new);
    let printed: Printable = one(&document(&EntryContext {
        pair: "sam",
        notes: &NOTES,
    }));
    printed.as_str().to_owned()
}

fn write_private(path: &Path, bytes: &[u8]) {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, bytes).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

/// `ONEONONE_INDEXED=50000` for more; `ONEONONE_SEED=7` for one. A run waits for its files to lie still, so many run at once.
#[test]
fn every_question_is_answered_as_without_an_index() {
    let count = |name: &str| std::env::var(name).ok().and_then(|n| n.parse::<u64>().ok());
    let seeds = match count("ONEONONE_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..count("ONEONONE_INDEXED").unwrap_or(300),
    };
    let next = AtomicU64::new(seeds.start);
    std::thread::scope(|scope| {
        for _ in 0..32 {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= seeds.end {
                        break;
                    }
                    Scene::new(seed).run(seed);
                }
            });
        }
    });
}
