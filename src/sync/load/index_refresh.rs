//! The index brought in step with the folder, as far as a question touches it (docs/index.md#checks).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use crate::model::{Date, EntryId, Home, MEETINGS_PATH, MeetingKey, RecordPath};
use crate::store::record_index::{
    Damaged, FolderStamp, HomeRange, IndexBuilder, IndexedEntry, IndexedRecord, RecordContent, RecordIndex,
    Stamp,
};
use crate::store::{StoreError, names_in};

use crate::sync::error::SyncError;

use crate::sync::load::indexed_record::{ReadRecord, read_record};

/// So many changed records are not taken in one by one: the index is written anew.
const MANY: usize = 256;

/// How often all records are read again where files change meanwhile, so that others share an id.
const REBUILDS: usize = 4;

/// People write by hand into the last records more often than into older ones.
const NEWEST: u32 = 16;

/// Why the index answers nothing.
#[derive(Debug)]
pub(in crate::sync) enum NoIndex {
    /// It is damaged, the disk refuses it, or something else than a folder stands where records lie.
    Unusable,
    /// A record cannot be read.
    Unreadable(SyncError),
}

impl NoIndex {
    /// The error of a command that does without the index.
    pub(in crate::sync) fn into_error(self) -> SyncError {
        match self {
            Self::Unreadable(error) => error,
            Self::Unusable => SyncError::OwnFault,
        }
    }
}

impl From<Damaged> for NoIndex {
    fn from(_: Damaged) -> Self {
        Self::Unusable
    }
}

impl From<StoreError> for NoIndex {
    fn from(error: StoreError) -> Self {
        Self::Unreadable(error.into())
    }
}

impl From<SyncError> for NoIndex {
    fn from(error: SyncError) -> Self {
        Self::Unreadable(error)
    }
}

/// A clone whose index is brought in step.
pub(in crate::sync) struct Refresh<'a> {
    pub(in crate::sync) root: &'a Path,
    pub(in crate::sync) pair: EntryId,
    pub(in crate::sync) head: Option<[u8; 20]>,
    pub(in crate::sync) index: RecordIndex,
}

/// The records that a question looks at, whatever folders say.
#[derive(Debug, Clone)]
pub(in crate::sync) enum Touched {
    /// Those with open actions.
    OpenActions,
    /// Those of a time.
    Homes(HomeRange),
}

/// A folder of meetings.
struct Year {
    path: String,
    homes: HomeRange,
    /// Its records, where they had to be listed.
    listed: Option<BTreeSet<Home>>,
}

impl Refresh<'_> {
    /// Looks at the folders, at the records that the question touches, and at all of them where HEAD moved.
    pub(in crate::sync) fn run(&mut self, touched: &Touched) -> Result<(), NoIndex> {
        let (stamps, years) = self.folders()?;
        if self.index.is_empty() {
            return self.rebuild(&stamps, &years);
        }
        let mut changed = self.changed_names(&years)?;
        let whole = None..None;
        let homes = match touched {
            _ if self.index.head() != self.head => self.stamps(&whole)?,
            Touched::Homes(homes) => self.stamps(homes)?,
            Touched::OpenActions => {
                let open = self.index.open_actions()?.into_iter();
                let newest = self.index.newest(NEWEST)?.into_iter();
                open.map(|record| (record.home, record.stamp))
                    .chain(newest.map(|record| (record.home, record.stamp)))
                    .collect()
            }
        };
        let agenda = self.stamps(&(None..first_meeting()))?;
        // An entry may stand in two records by now, one of which is read at each question.
        let mut special = BTreeMap::new();
        for home in self.index.special()? {
            let record = self.index.record(home)?;
            special.extend(record.map(|record| (home, record.stamp)));
        }
        let known = homes.into_iter().chain(agenda).chain(special);
        changed.extend(
            known
                .filter(|(home, stamp)| !self.is_as(*home, stamp))
                .map(|(home, _)| home),
        );
        if self.index.record(Home::Agenda)?.is_none()
            && Stamp::of(&self.root.join(Home::Agenda.path())).is_some()
        {
            changed.insert(Home::Agenda);
        }
        if changed.len() > MANY {
            return self.rebuild(&stamps, &years);
        }
        self.take_in(&changed)?;
        self.index.save(self.head, &stamps);
        Ok(())
    }

    /// Makes the index, where there is none.
    pub(in crate::sync) fn build(&mut self) -> Result<(), NoIndex> {
        let (stamps, years) = self.folders()?;
        self.rebuild(&stamps, &years)
    }

    fn stamps(&self, homes: &HomeRange) -> Result<BTreeMap<Home, Stamp>, NoIndex> {
        let stamps = self.index.stamps(homes)?;
        Ok(stamps
            .into_iter()
            .map(|record| (record.home, record.stamp))
            .collect())
    }

    fn is_as(&self, home: Home, known: &Stamp) -> bool {
        Stamp::of(&self.root.join(home.path())).as_ref() == Some(known)
    }

    /// The folders of records as they are. The names in one that did not change since are not listed.
    fn folders(&self) -> Result<(Vec<FolderStamp>, Vec<Year>), NoIndex> {
        let known = self.index.folders()?;
        let known_stamp = |path: &str| known.iter().find(|folder| folder.path == path)?.stamp;
        let meetings = self.stamp_of_folder(MEETINGS_PATH)?;
        let Some(meetings) = meetings else {
            return Ok((Vec::new(), Vec::new()));
        };
        let names: Vec<String> = match meetings.stamp {
            Some(stamp) if known_stamp(MEETINGS_PATH) == Some(stamp) => {
                let years = known
                    .iter()
                    .filter_map(|folder| folder.path.strip_prefix("meetings/"));
                years.map(str::to_owned).collect()
            }
            _ => names_in(self.root, MEETINGS_PATH)?.unwrap_or_default(),
        };
        let (mut stamps, mut years) = (vec![meetings], Vec::new());
        for name in names {
            let path = format!("{MEETINGS_PATH}/{name}");
            let Some(homes) = RecordPath::is_folder(&path).then(|| year(&name)).flatten() else {
                continue;
            };
            let Some(folder) = self.stamp_of_folder(&path)? else {
                continue;
            };
            let is_as_known = folder.stamp.is_some() && folder.stamp == known_stamp(&path);
            let listed = match is_as_known {
                true => None,
                false => Some(self.listed(&path)?),
            };
            stamps.push(folder);
            years.push(Year { path, homes, listed });
        }
        Ok((stamps, years))
    }

    /// The stamp of a folder, taken before its names are listed; none where nothing stands there.
    fn stamp_of_folder(&self, path: &str) -> Result<Option<FolderStamp>, NoIndex> {
        match self.root.join(path).symlink_metadata() {
            Ok(data) if data.is_dir() => {
                let stamp = Stamp::of_metadata(&data);
                Ok(Some(FolderStamp {
                    path: path.to_owned(),
                    stamp: stamp.tells_changes().then_some(stamp),
                }))
            }
            Ok(_) => Err(NoIndex::Unusable),
            Err(_) => Ok(None),
        }
    }

    fn listed(&self, folder: &str) -> Result<BTreeSet<Home>, NoIndex> {
        let names = names_in(self.root, folder)?.unwrap_or_default();
        let home = |name: &String| match RecordPath::parse(&format!("{folder}/{name}")) {
            Some(RecordPath::Home(home)) => Some(home),
            _ => None,
        };
        Ok(names.iter().filter_map(home).collect())
    }

    /// The records of listed folders that came, went or changed, and all of folders that went.
    fn changed_names(&self, years: &[Year]) -> Result<BTreeSet<Home>, NoIndex> {
        let mut changed = BTreeSet::new();
        for year in years {
            let Some(listed) = &year.listed else {
                continue;
            };
            let known = self.stamps(&year.homes)?;
            changed.extend(known.keys().filter(|home| !listed.contains(home)));
            let is_new = |home: &&Home| known.get(home).is_none_or(|stamp| !self.is_as(**home, stamp));
            changed.extend(listed.iter().filter(is_new));
        }
        for folder in self.index.folders()? {
            let name = folder.path.strip_prefix("meetings/");
            if let Some(name) = name.filter(|_| !years.iter().any(|year| year.path == folder.path))
                && let Some(homes) = year(name)
            {
                changed.extend(self.stamps(&homes)?.into_keys());
            }
        }
        Ok(changed)
    }

    /// Takes in records as they lie in the folder.
    fn take_in(&mut self, changed: &BTreeSet<Home>) -> Result<(), NoIndex> {
        let (root, pair) = (self.root, self.pair);
        self.take_in_as(changed, |home| Ok(read_record(root, home, pair)?))
    }

    /// Takes in records as `read` gives them.
    pub(in crate::sync) fn take_in_as(
        &mut self,
        changed: &BTreeSet<Home>,
        read: impl Fn(Home) -> Result<ReadRecord, NoIndex>,
    ) -> Result<(), NoIndex> {
        if changed.is_empty() {
            return Ok(());
        }
        let mut holders: HashMap<EntryId, Home> = HashMap::new();
        // The ids of a record that each question reads are not in the index.
        for home in self
            .index
            .special()?
            .into_iter()
            .filter(|home| !changed.contains(home))
        {
            let ids = read_record(self.root, home, self.pair)?.ids;
            holders.extend(ids.into_iter().map(|id| (id, home)));
        }
        let (mut records, mut doubled) = (Vec::new(), BTreeSet::new());
        for home in changed {
            let ReadRecord { record, ids } = read(*home)?;
            for id in ids {
                // The index still holds the changed records as they were.
                let elsewhere = match holders.insert(id, *home) {
                    Some(other) => Some(other),
                    None => self.index.home_of(id)?.filter(|other| !changed.contains(other)),
                };
                doubled.extend(elsewhere.into_iter().flat_map(|other| [other, *home]));
            }
            records.push(record);
        }
        let words = |indexed: &IndexedEntry| {
            let body = indexed.entry.body.as_ref()?;
            Some((indexed.entry.id, (body.text.clone(), body.themes.clone())))
        };
        let entries = records.iter().flat_map(IndexedRecord::entries);
        let here: HashMap<EntryId, _> = entries.filter_map(words).collect();
        for mut record in records {
            let before = self.index.record(record.home)?;
            record.is_settled = before
                .as_ref()
                .is_some_and(|before| before.is_settled && before.blob == record.blob);
            // A file whose time tells nothing is read each time.
            let is_gone = before.is_none() && record.content == RecordContent::Gone;
            if is_gone || before.as_ref() == Some(&record) {
                continue;
            }
            // Words that stand in no changed record any more were sealed, removed or reworded.
            let mut words = before.iter().flat_map(IndexedRecord::entries).filter_map(words);
            if words.any(|(id, said)| here.get(&id) != Some(&said)) {
                self.index.forget_words();
            }
            self.index.put(record);
        }
        self.read_always(doubled)
    }

    /// Takes in the records of these homes whose files changed since. Says whether there were any.
    pub(in crate::sync) fn look_again(&mut self, homes: &BTreeSet<Home>) -> Result<bool, NoIndex> {
        let mut changed = BTreeSet::new();
        for home in homes {
            let record = self.index.record(*home)?;
            if record.is_some_and(|record| !self.is_as(*home, &record.stamp)) {
                changed.insert(*home);
            }
        }
        if changed.is_empty() {
            return Ok(false);
        }
        self.take_in(&changed)?;
        let folders = self.index.folders()?;
        self.index.save(self.head, &folders);
        Ok(true)
    }

    /// Records with an entry that stands in another one, too, are read by each question.
    fn read_always(&mut self, homes: BTreeSet<Home>) -> Result<(), NoIndex> {
        for home in homes {
            if let Some(mut record) = self.index.record(home)? {
                // Its words stand in the file, and no later look would miss them.
                if !record.entries().is_empty() {
                    self.index.forget_words();
                }
                record.content = RecordContent::Special;
                self.index.put(record);
            }
        }
        Ok(())
    }

    /// Reads every record.
    fn rebuild(&mut self, stamps: &[FolderStamp], years: &[Year]) -> Result<(), NoIndex> {
        let mut homes = BTreeSet::from([Home::Agenda]);
        for year in years {
            match &year.listed {
                Some(listed) => homes.extend(listed),
                None => homes.extend(self.listed(&year.path)?),
            }
        }
        let mut doubled = BTreeSet::new();
        for _ in 0..REBUILDS {
            let found = self.rebuild_with(&homes, stamps, &doubled)?;
            if found.is_subset(&doubled) {
                return Ok(());
            }
            doubled.extend(found);
        }
        Err(NoIndex::Unusable)
    }

    /// Reads every record; those of `doubled` are to be read by each question. Gives those that share an id with another. If
    /// there are more of them, nothing is written: no index ever says of such a record that it need not be read.
    fn rebuild_with(
        &mut self,
        homes: &BTreeSet<Home>,
        stamps: &[FolderStamp],
        doubled: &BTreeSet<Home>,
    ) -> Result<BTreeSet<Home>, NoIndex> {
        let path = self.index.path().to_owned();
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut builder = IndexBuilder::new(folder, self.pair).map_err(|_| NoIndex::Unusable)?;
        let mut holders: HashMap<EntryId, Home> = HashMap::new();
        let mut found = BTreeSet::new();
        for home in homes.iter().copied() {
            let ReadRecord { mut record, ids } = read_record(self.root, home, self.pair)?;
            for id in ids {
                let other = holders.insert(id, home);
                found.extend(other.into_iter().flat_map(|other| [other, home]));
            }
            if doubled.contains(&home) && record.content != RecordContent::Gone {
                record.content = RecordContent::Special;
            }
            builder.add(&record).map_err(|_| NoIndex::Unusable)?;
        }
        if found.is_subset(doubled) {
            let finished = builder.finish(&path, self.head, self.index.writer_marks(), stamps);
            finished.map_err(|_| NoIndex::Unusable)?;
            self.index = RecordIndex::open(&path, self.pair);
            if self.index.is_empty() {
                return Err(NoIndex::Unusable);
            }
        }
        Ok(found)
    }
}

/// The home of the first meeting that there can be.
pub(in crate::sync) fn first_meeting() -> Option<Home> {
    Some(Home::Meeting(MeetingKey::first(Date::MIN)))
}

/// The homes of the meetings of a year.
fn year(name: &str) -> Option<HomeRange> {
    let number: i32 = name.parse().ok()?;
    let first = |year: i32| Some(Home::Meeting(MeetingKey::first(Date::from_ymd_opt(year, 1, 1)?)));
    Some(first(number)..first(number.checked_add(1)?))
}
