//! A state: every entry of the pair by id, with its home, the heads of meetings, and `pair.toml` (docs/merge.md).

use std::collections::{BTreeMap, BTreeSet};

use super::fields::{MergeRule, TableKind};
use super::format::{
    PairDocument, Table, Value, parse_pair, parse_record, sort_entries, write_pair, write_record,
};
use super::id::EntryId;
use super::limits::Limits;
use super::meeting::Meeting;
use super::pair::Pair;
use super::problem::Problem;
use super::record_path::{Home, MeetingKey, RecordPath};

/// Records by path, as bytes.
pub type Files = BTreeMap<String, Vec<u8>>;

/// An entry and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Placed {
    /// Where.
    pub home: Home,
    /// The entry.
    pub entry: Table,
}

/// Everything that a pair has recorded.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct State {
    /// The entries.
    pub entries: BTreeMap<EntryId, Placed>,
    /// The heads of the meetings.
    pub meetings: BTreeMap<MeetingKey, Table>,
    /// The head of the agenda: comments and unknown keys; none where there is no `agenda.toml`.
    pub agenda: Option<Table>,
    /// The pair; none where there is no `pair.toml`.
    pub pair: Option<PairDocument>,
}

/// A set of files as they were read.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// Everything that could be read. A doubled entry stands here once, as its first copy.
    pub state: State,
    /// Entries without an id, in the order of files and in them.
    pub loose: Vec<Placed>,
    /// Entries that stand in several homes: all copies, in the order of homes.
    pub doubled: BTreeMap<EntryId, Vec<Placed>>,
    /// The records that could not be read, with everything wrong in each.
    pub broken: BTreeMap<RecordPath, Vec<Problem>>,
}

impl Loaded {
    /// The ids that stand in the records, once or more often.
    pub fn named(&self) -> BTreeSet<EntryId> {
        self.state
            .entries
            .keys()
            .chain(self.doubled.keys())
            .copied()
            .collect()
    }
}

/// Reads records into a state. Paths that are no records are passed over; a broken record hides no other.
pub fn assemble<P: AsRef<str>, B: AsRef<[u8]>>(files: impl IntoIterator<Item = (P, B)>) -> Loaded {
    assemble_of(files, false)
}

/// The same for records whose pair is known: `is_newer` says that it is of a newer format, which is read leniently.
pub fn assemble_of<P: AsRef<str>, B: AsRef<[u8]>>(
    files: impl IntoIterator<Item = (P, B)>,
    is_newer: bool,
) -> Loaded {
    let mut records: Vec<(RecordPath, B)> = files
        .into_iter()
        .filter_map(|(path, bytes)| Some((RecordPath::parse(path.as_ref())?, bytes)))
        .collect();
    records.sort_by_key(|(path, _)| *path);
    let mut loaded = Loaded::default();
    let mut lenient = is_newer;
    for (path, bytes) in records {
        let bytes = bytes.as_ref();
        match path {
            RecordPath::Pair => match parse_pair(bytes) {
                Ok(pair) => {
                    lenient = pair.format() > Pair::FORMAT;
                    loaded.state.pair = Some(pair);
                }
                Err(problems) => {
                    loaded.broken.insert(path, problems);
                }
            },
            RecordPath::Home(home) => match parse_record(home, bytes, lenient) {
                Ok(document) => {
                    let mut header = document.header;
                    if home.meeting().is_some() {
                        header.unite_lists(TableKind::Meeting);
                    }
                    loaded.state.set_header(home, header);
                    for (id, entry) in document.entries {
                        loaded.take(id, Placed { home, entry });
                    }
                    loaded.loose.extend(
                        document
                            .loose
                            .into_iter()
                            .map(|l| Placed { home, entry: l.table }),
                    );
                }
                Err(problems) => {
                    loaded.broken.insert(path, problems);
                }
            },
        }
    }
    loaded
}

impl Loaded {
    fn take(&mut self, id: EntryId, placed: Placed) {
        match self.state.entries.get(&id) {
            None => {
                self.state.entries.insert(id, placed);
            }
            Some(first) => self
                .doubled
                .entry(id)
                .or_insert_with(|| vec![first.clone()])
                .push(placed),
        }
    }
}

impl Table {
    /// Ends every conflict of lists that never conflict for us: version 0.1 leaves one where both sides wrote such a list
    /// (docs/merge.md#fields).
    fn unite_lists(&mut self, kind: TableKind) {
        for field in kind.fields().filter(|field| field.merge == MergeRule::List) {
            let alternatives = self.rows_of(field.name).map(|row| row.alternative.value());
            let lists = alternatives.chain([self.get(field.name)]).flatten();
            let Some(lists) = lists.map(Value::as_array).collect::<Option<Vec<_>>>() else {
                continue;
            };
            if self.rows_of(field.name).next().is_some() {
                let union: BTreeSet<&Value> = lists.into_iter().flatten().collect();
                self.set(field.name, Value::Array(union.into_iter().cloned().collect()));
                self.rows.retain(|row| row.field != field.name);
            }
        }
    }
}

impl FromIterator<(EntryId, Placed)> for State {
    /// The entries alone.
    fn from_iter<T: IntoIterator<Item = (EntryId, Placed)>>(entries: T) -> Self {
        Self {
            entries: entries.into_iter().collect(),
            ..Self::default()
        }
    }
}

impl State {
    /// The entries that are in no list: somebody took out their author or their time.
    pub fn unlisted(&self) -> impl Iterator<Item = EntryId> {
        let unlisted = self
            .entries
            .iter()
            .filter(|(_, placed)| !placed.entry.is_listed());
        unlisted.map(|(id, _)| *id)
    }

    /// The entries of a home, in the order of the file.
    pub fn entries_of(&self, home: Home) -> Vec<(EntryId, &Table)> {
        let mut entries: Vec<(EntryId, &Table)> = self
            .entries
            .iter()
            .filter(|(_, p)| p.home == home)
            .map(|(id, p)| (*id, &p.entry))
            .collect();
        sort_entries(&mut entries);
        entries
    }

    /// Every record that the state has, as its one text.
    pub fn files(&self) -> Files {
        let mut homes: BTreeMap<Home, Vec<(EntryId, &Table)>> = BTreeMap::new();
        for (id, placed) in &self.entries {
            homes.entry(placed.home).or_default().push((*id, &placed.entry));
        }
        let empty = Table::default();
        let mut files = Files::new();
        let heads: BTreeSet<Home> = self
            .meetings
            .keys()
            .map(|key| Home::Meeting(*key))
            .chain(self.agenda.iter().map(|_| Home::Agenda))
            .chain(homes.keys().copied())
            .collect();
        for home in heads {
            let mut entries = homes.remove(&home).unwrap_or_default();
            sort_entries(&mut entries);
            let header = self.header(home).unwrap_or(&empty);
            files.insert(home.path(), write_record(header, &entries).into_bytes());
        }
        if let Some(pair) = &self.pair {
            files.insert(RecordPath::Pair.path(), write_pair(pair).into_bytes());
        }
        files
    }

    /// One record's part of the state, to tell whether a file says the same.
    pub fn record(&self, path: RecordPath) -> Option<Vec<u8>> {
        match path {
            RecordPath::Pair => self.pair.as_ref().map(|pair| write_pair(pair).into_bytes()),
            RecordPath::Home(home) => {
                let entries = self.entries_of(home);
                if entries.is_empty() && self.header(home).is_none() {
                    return None;
                }
                let empty = Table::default();
                Some(write_record(self.header(home).unwrap_or(&empty), &entries).into_bytes())
            }
        }
    }

    /// One record's part of the state, as a state.
    #[must_use]
    pub fn of_record(&self, path: RecordPath) -> State {
        let mut part = State::default();
        match path {
            RecordPath::Pair => part.pair.clone_from(&self.pair),
            RecordPath::Home(home) => {
                let entries = self.entries.iter().filter(|(_, placed)| placed.home == home);
                part.entries = entries.map(|(id, placed)| (*id, placed.clone())).collect();
                if let Some(header) = self.header(home) {
                    part.set_header(home, header.clone());
                }
            }
        }
        part
    }

    /// The meeting of a key, typed.
    pub fn meeting(&self, key: MeetingKey) -> Option<Meeting> {
        Some(Meeting::from_header(key, self.meetings.get(&key)?))
    }

    /// The meetings, typed, in order.
    pub fn typed_meetings(&self) -> impl Iterator<Item = Meeting> {
        let heads = self.meetings.iter();
        heads.map(|(key, head)| Meeting::from_header(*key, head))
    }

    /// Moves entries back to the agenda, each once more often than before.
    pub fn carry_back(&mut self, ids: &[EntryId]) {
        for id in ids {
            if let Some(placed) = self.entries.get_mut(id) {
                let carried: u32 = placed.entry.read("carried").unwrap_or(0);
                placed.home = Home::Agenda;
                placed
                    .entry
                    .set("carried", i64::from(carried + 1).min(Limits::CARRIED));
            }
        }
    }

    /// The heads of all records of entries.
    pub fn headers(&self) -> impl Iterator<Item = (Home, &Table)> {
        let meetings = self.meetings.iter();
        let meetings = meetings.map(|(key, head)| (Home::Meeting(*key), head));
        let agenda = self.agenda.iter().map(|head| (Home::Agenda, head));
        agenda.chain(meetings)
    }

    /// Puts a head in its place.
    pub fn set_header(&mut self, home: Home, header: Table) {
        match home {
            Home::Agenda => self.agenda = Some(header),
            Home::Meeting(key) => drop(self.meetings.insert(key, header)),
        }
    }

    /// Where an entry stands that is put back: where it stood, or on the agenda if there is no such meeting any more.
    pub fn home_or_agenda(&self, home: Home) -> Home {
        match home {
            Home::Meeting(key) if !self.meetings.contains_key(&key) => Home::Agenda,
            home => home,
        }
    }

    /// The head of a home's record.
    pub fn header(&self, home: Home) -> Option<&Table> {
        match home {
            Home::Agenda => self.agenda.as_ref(),
            Home::Meeting(key) => self.meetings.get(&key),
        }
    }
}
