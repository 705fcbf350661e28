//! The index says the same to a write as the records say themselves, whatever they were when it was made.

use std::fs;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::git::mode;

/// The records: the agenda and meetings.
const PATHS: [&str; 5] = [
    "agenda.toml",
    "meetings/2024/2024-03-05.toml",
    "meetings/2025/2025-03-04.toml",
    "meetings/2025/2025-03-11.toml",
    "meetings/2026/2026-11-24.toml",
];
const PAIR: &str = "kqzmrtxwlpso";

/// One record: none, one that does not parse, or entries, each an id and a form.
type Record = Option<Result<Vec<(u8, u8)>, ()>>;

fn record() -> impl Strategy<Value = Record> {
    prop_oneof![
        2 => Just(None),
        1 => Just(Some(Err(()))),
        12 => prop::collection::vec((0..7_u8, 0..12_u8), 0..4).prop_map(|entries| Some(Ok(entries))),
    ]
}

fn version() -> impl Strategy<Value = Vec<Record>> {
    prop::collection::vec(record(), PATHS.len())
}

fn text(path: &str, record: &Result<Vec<(u8, u8)>, ()>) -> String {
    let Ok(entries) = record else {
        return "x = [\n".to_owned();
    };
    let mut text = String::new();
    if let Some(day) = path
        .rsplit('/')
        .next()
        .and_then(|name| name.strip_suffix(".toml"))
        && path.starts_with("meetings")
    {
        let end = if entries.len() == 3 {
            ""
        } else {
            "ended = 2026-11-24T11:00:00Z\n"
        };
        text += &format!("date = {day}\nstatus = \"held\"\nstarted = 2026-11-24T10:00:00Z\n{end}");
    }
    for (id, form) in entries {
        let id = EntryId::from_bytes([*id; 6]);
        let envelope = format!("\n[[entry]]\nid = \"{id}\"\nby = \"ana\"\nat = 2026-11-20T10:00:00Z\n");
        text += &match form {
            0 => "\n[[entry]]\ntext = \"by hand\"\n".to_owned(),
            1 => format!("\n[[entry]]\nid = \"{id}\"\ntext = \"nobody's\"\n"),
            2 => format!("{envelope}kind = \"note\"\nvisibility = \"private\"\ntext = \"in clear\"\n"),
            3 => format!(
                "{envelope}kind = \"note\"\ntext = \"a\"\n\n[[entry.conflict]]\nfield = \"text\"\nvalue = \"b\"\n"
            ),
            9 => format!("{envelope}visibility = \"private\"\nsealed = \"seal\"\ntext = \"beside it\"\n"),
            4 | 5 => format!("{envelope}visibility = \"confidential\"\nsealed = \"seal {form}\"\n"),
            6 => {
                format!("{envelope}kind = \"action\"\nowner = \"ana\"\nstate = \"open\"\ntext = \"do it\"\n")
            }
            7 => format!(
                "{envelope}kind = \"action\"\nowner = \"ana\"\nstate = \"done\"\nclosed = 2026-11-21T10:00:00Z\ntext = \"do it\"\n"
            ),
            _ => format!("{envelope}kind = \"note\"\nthemes = [\"theme-{form}\"]\ntext = \"a note\"\n"),
        };
    }
    text
}

struct Clone {
    _dir: TempDir,
    repo: Repository,
    notes: Notes,
}

impl Clone {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let repo = Repository::init(dir.path(), "main").unwrap();
        let notes = Notes::of(repo.git_dir());
        notes.bind(PAIR).unwrap();
        Self {
            _dir: dir,
            repo,
            notes,
        }
    }

    fn cache(&self) -> RecordCache {
        RecordCache::of(&self.repo, &self.notes, true)
    }

    fn keep(&self, cache: &RecordCache, version: &Listing) {
        let lies = version.values().map(|file| (file.path.clone(), file.id));
        cache.keep(&WrittenOut {
            repo: &self.repo,
            version,
            lies: &lies.collect(),
            from: None,
            to: CommitId::from_bytes([1; 20]),
        });
    }

    fn tree(&self, version: &[Record]) -> Listing {
        self.tree_with_link(version, None)
    }

    /// One of the records may be a link with the same bytes.
    fn tree_with_link(&self, version: &[Record], link: Option<usize>) -> Listing {
        let records = PATHS.iter().zip(version).enumerate();
        let change = |(number, (path, record)): (usize, (&&str, &Record))| {
            let text = text(path, record.as_ref()?);
            let blob = self.repo.write_blob(text.as_bytes()).unwrap();
            let is_link = link == Some(number);
            let mode = if is_link { mode::LINK } else { mode::FILE };
            Some(((*path).to_owned(), Some((mode, blob))))
        };
        let changes: Vec<_> = records.filter_map(change).collect();
        let tree = self.repo.write_tree(None, &changes).unwrap();
        listing(&self.repo, tree).unwrap()
    }

    fn write(&self, version: &[Record]) {
        for (path, record) in PATHS.iter().zip(version) {
            let full = self.repo.workdir().join(path);
            match record {
                Some(record) => {
                    fs::create_dir_all(full.parent().unwrap()).unwrap();
                    fs::write(full, text(path, record)).unwrap();
                }
                None => drop(fs::remove_file(full)),
            }
        }
    }
}

fn sorted<T: Ord>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut values: Vec<T> = values.into_iter().collect();
    values.sort();
    values
}

/// Holds what a cache says against what the records say that are read each time.
fn check(clone: &Clone, cache: &RecordCache, version: &Listing) -> Result<(), TestCaseError> {
    let (repo, plain) = (&clone.repo, RecordCache::without_index());
    let always = cache.always_read(repo, version).unwrap();
    let must = plain.always_read(repo, version).unwrap();
    prop_assert!(always.is_superset(&must), "{always:?} lacks some of {must:?}");
    // More than that are those alone that share an id in the folder.
    let is_read = |record: RecordPath| always.contains(&record);
    let (told, known) = (
        cache.unread(repo, version, is_read).unwrap(),
        plain.unread(repo, version, is_read).unwrap(),
    );
    prop_assert_eq!(sorted(told.ids), sorted(known.ids));
    prop_assert_eq!(sorted(told.open), sorted(known.open));
    let themes = |cache: &RecordCache| cache.unread_themes(repo, version, is_read).unwrap();
    prop_assert!(themes(cache).is_superset(&themes(&plain)));
    let unsettled = |cache: &RecordCache| cache.unsettled(repo, version).unwrap();
    prop_assert_eq!(&unsettled(cache) | &always, &unsettled(&plain) | &always);
    for id in (0..7_u8).map(|n| EntryId::from_bytes([n; 6])) {
        let files =
            |cache: &RecordCache| sorted(cache.files_with(repo, version, &BTreeSet::from([id])).unwrap());
        prop_assert_eq!(files(cache), files(&plain));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_index_says_what_the_records_say(
        folder in version(),
        versions in prop::collection::vec((version(), any::<bool>(), 0..8_usize), 1..5),
    ) {
        let clone = Clone::new();
        clone.write(&folder);
        for (version, is_written, link) in versions {
            let listing = clone.tree_with_link(&version, Some(link));
            let cache = clone.cache();
            check(&clone, &cache, &listing)?;
            if is_written {
                clone.write(&version);
                clone.keep(&cache, &listing);
                check(&clone, &cache, &listing)?;
            }
        }
    }
}

#[test]
fn settled_seals_are_remembered_with_the_same_keys_alone() {
    let clone = Clone::new();
    let version: Vec<Record> = vec![
        Some(Ok(vec![(0, 4)])),
        Some(Ok(vec![(1, 5)])),
        None,
        None,
        Some(Ok(vec![(2, 8)])),
    ];
    clone.write(&version);
    let listing = clone.tree(&version);
    let unsettled = |cache: &RecordCache| cache.unsettled(&clone.repo, &listing).unwrap().len();
    let cache = clone.cache();
    assert!(cache.settle_with("keys"));
    assert_eq!(unsettled(&cache), 2);
    listing.values().for_each(|file| cache.settled(file.id));
    assert_eq!(unsettled(&cache), 0);
    clone.keep(&cache, &listing);
    let cache = clone.cache();
    assert!(!cache.settle_with("keys"));
    assert_eq!(unsettled(&cache), 0);
    // A question that reads the files again keeps the marks; other keys, or another seal, do not.
    let mut changed = version.clone();
    changed[0] = Some(Ok(vec![(0, 5)]));
    clone.write(&changed);
    let now = clone.tree(&changed);
    clone.keep(&cache, &now);
    let cache = clone.cache();
    assert_eq!(cache.unsettled(&clone.repo, &now).unwrap().len(), 1);
    assert!(cache.settle_with("other keys"));
    assert_eq!(cache.unsettled(&clone.repo, &now).unwrap().len(), 2);
    clone.keep(&cache, &now);
    let cache = clone.cache();
    assert!(!cache.settle_with("other keys"));
    assert_eq!(cache.unsettled(&clone.repo, &now).unwrap().len(), 2);
}

#[test]
fn the_commit_that_was_looked_through_counts_for_one_member() {
    let clone = Clone::new();
    let version: Vec<Record> = vec![Some(Ok(vec![])), None, None, None, None];
    clone.write(&version);
    let listing = clone.tree(&version);
    let cache = clone.cache();
    assert_eq!(cache.looked_through("ana"), None);
    let tip = CommitId::from_bytes([7; 20]);
    cache.look_through(tip, "ana");
    cache.always_read(&clone.repo, &listing).unwrap();
    clone.keep(&cache, &listing);
    let cache = clone.cache();
    assert_eq!(cache.looked_through("ana"), Some(tip));
    assert_eq!(cache.looked_through("sam"), None);
}
