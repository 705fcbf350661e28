//! The index as a file: what was put in comes back, and nothing else ever does.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::row::RecordRow;
use super::*;
use crate::model::{
    ActionState, Body, Date, Entry, EntryId, Home, Kind, Meeting, MeetingKey, MeetingStatus, Slug, Tone,
    Visibility, folded, instant_of_seconds,
};

fn pair() -> EntryId {
    EntryId::from_bytes([7; 6])
}

fn date(days: u32) -> Date {
    Date::from_ymd_opt(2020, 1, 1).unwrap() + chrono::Days::new(u64::from(days))
}

fn home(number: u32) -> Home {
    match number {
        0 => Home::Agenda,
        days => Home::Meeting(MeetingKey {
            date: date(days * 7),
            number: 1 + (days % 3) as u16,
        }),
    }
}

fn slug() -> impl Strategy<Value = Slug> {
    "[a-z]{1,9}(-[a-z0-9]{1,9})?".prop_map(|text| text.parse().unwrap())
}

fn body() -> impl Strategy<Value = Body> {
    let words = (
        prop::sample::select(Kind::ALL),
        "\\PC{0,40}",
        prop::collection::vec(slug(), 0..4),
    );
    let rest = (
        prop::option::of(slug()),
        prop::option::of(0..20_000_u32),
        prop::option::of(prop::sample::select(ActionState::ALL)),
        prop::option::of(any::<u32>()),
        prop::option::of(any::<[u8; 6]>()),
        prop::option::of(prop::sample::select(Tone::ALL)),
    );
    (words, rest).prop_map(
        |((kind, text, themes), (owner, due, state, closed, re, tone))| Body {
            kind,
            text,
            themes,
            owner,
            due: due.map(date),
            state,
            closed: closed.map(|seconds| instant_of_seconds(seconds.into())),
            re: re.map(EntryId::from_bytes),
            tone,
        },
    )
}

fn indexed(home: Home) -> impl Strategy<Value = IndexedEntry> {
    let envelope = (any::<[u8; 6]>(), slug(), any::<u32>(), any::<u32>());
    let rest = (
        prop::sample::select(Visibility::ALL),
        prop::option::weighted(0.8, body()),
        any::<[u8; 16]>(),
    );
    (envelope, rest).prop_map(
        move |((id, by, at, carried), (visibility, body, hash))| IndexedEntry {
            ciphertext: body
                .is_none()
                .then_some(CiphertextId(hash))
                .filter(|hash| hash.0 != [0; 16]),
            folded: body
                .as_ref()
                .filter(|body| !body.text.is_ascii())
                .map(|body| folded(&body.text)),
            entry: Entry {
                id: EntryId::from_bytes(id),
                home,
                by,
                at: instant_of_seconds(at.into()),
                carried,
                visibility,
                in_clear: false,
                body,
                conflicts: Vec::new(),
                body_conflict: false,
            },
        },
    )
}

fn record(number: u32) -> impl Strategy<Value = IndexedRecord> {
    let home = home(number);
    let head = move |(started, is_skipped): (Option<u32>, bool)| {
        home.meeting().map(|key| Meeting {
            key,
            status: if is_skipped {
                MeetingStatus::Skipped
            } else {
                MeetingStatus::Held
            },
            started: started.map(|seconds| instant_of_seconds(seconds.into())),
            ended: None,
            agenda: None,
        })
    };
    let plain = (
        any::<(Option<u32>, bool)>().prop_map(head),
        prop::collection::vec(indexed(home), 0..5),
    );
    let content = prop_oneof![
        6 => plain.prop_map(|(head, entries)| RecordContent::Plain { head, entries }),
        1 => Just(RecordContent::Special),
        1 => Just(RecordContent::Gone),
    ];
    let rest = (any::<[u8; 20]>(), any::<u64>(), any::<bool>());
    (content, rest).prop_map(move |(content, (blob, inode, is_settled))| IndexedRecord {
        home,
        stamp: Stamp {
            inode,
            ..Stamp::default()
        },
        blob,
        content,
        is_settled,
    })
}

fn records() -> impl Strategy<Value = Vec<IndexedRecord>> {
    prop::collection::vec((0..12_u32).prop_flat_map(record), 0..12)
}

/// Everything that the index says, in its own words.
fn told(index: &RecordIndex) -> Result<String, Damaged> {
    let whole = None..None;
    let mut ids = index.ids()?;
    ids.sort();
    let mut special = index.special()?;
    special.sort();
    let sorted = |mut records: Vec<IndexedRecord>| {
        records.sort_by_key(|record| record.home);
        records
    };
    let mut entries = index.entries(&whole, &|_| true)?;
    entries.sort_by_key(|indexed| (indexed.entry.home, indexed.entry.at, indexed.entry.id));
    let one_by_one: Vec<_> = (0..12).map(|n| index.record(home(n))).collect::<Result<_, _>>()?;
    let holders: Vec<_> = ids
        .iter()
        .map(|id| index.home_of(*id))
        .collect::<Result<_, _>>()?;
    // A body says nothing of itself to `Debug`.
    let said = |indexed: &IndexedEntry| {
        let body = indexed.entry.body.as_ref();
        body.map(|b| {
            format!(
                "{:?}",
                (
                    b.kind, &b.text, &b.themes, &b.owner, b.due, b.state, b.closed, b.re, b.tone
                )
            )
        })
    };
    let bodies: Vec<_> = entries.iter().map(said).collect();
    Ok(format!(
        "{ids:?}\n{special:?}\n{:?}\n{:?}\n{entries:?}\n{bodies:?}\n{one_by_one:?}\n{holders:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}",
        sorted(index.open_actions()?),
        sorted(index.sealed()?),
        index.stamps(&whole)?,
        index.closed_actions()?,
        index.themes()?,
        index.sealed_sum()?,
        told_to_writers(index)?,
        index.writer_marks(),
    ))
}

/// Everything that a write of the pair sees, in order.
fn told_to_writers(index: &RecordIndex) -> Result<String, Damaged> {
    let mut marks = index.marks()?;
    marks.sort_by_key(|mark| mark.home);
    let mut homes = index.homes_of_ids()?;
    homes.sort();
    let (mut agenda, mut all) = (
        index.ids_of(|home| home == Home::Agenda)?,
        index.ids_of(|_| true)?,
    );
    agenda.sort();
    all.sort();
    Ok(format!("{marks:?}\n{homes:?}\n{agenda:?}\n{all:?}"))
}

fn build(path: &Path, records: &BTreeMap<Home, IndexedRecord>) -> RecordIndex {
    let mut builder = IndexBuilder::new(path.parent().unwrap(), pair()).unwrap();
    records.values().for_each(|record| builder.add(record).unwrap());
    builder.finish(path, None, WriterMarks::default(), &[]).unwrap();
    RecordIndex::open(path, pair())
}

fn latest(records: &[IndexedRecord]) -> BTreeMap<Home, IndexedRecord> {
    let by_home = records.iter().map(|record| (record.home, record.clone()));
    let mut latest: BTreeMap<Home, IndexedRecord> = by_home.collect();
    latest.retain(|_, record| record.content != RecordContent::Gone);
    latest
}

/// Ids are random: two entries with one id are the caller's business.
fn are_distinct(records: &[IndexedRecord]) -> bool {
    let mut ids: Vec<EntryId> = records
        .iter()
        .flat_map(IndexedRecord::entries)
        .map(|e| e.entry.id)
        .collect();
    let all = ids.len();
    ids.sort();
    ids.dedup();
    ids.len() == all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_was_appended_reads_as_what_was_built(batches in prop::collection::vec(records(), 1..5)) {
        prop_assume!(are_distinct(&batches.concat()));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("index");
        build(&path, &latest(&batches[0]));
        for batch in &batches[1..] {
            let mut index = RecordIndex::open(&path, pair());
            batch.iter().for_each(|record| index.put(record.clone()));
            let before = told(&index).unwrap();
            index.save(Some([7; 20]), &[]);
            prop_assert_eq!(told(&RecordIndex::open(&path, pair())).unwrap(), before);
        }
        let built = build(&folder.path().join("other"), &latest(&batches.concat()));
        prop_assert_eq!(told(&RecordIndex::open(&path, pair())).unwrap(), told(&built).unwrap());
        // All of it written anew says the same.
        let index = RecordIndex::open(&path, pair());
        index.rewrite(None, &[]).unwrap();
        let anew = RecordIndex::open(&path, pair());
        prop_assert!(anew.newer.is_empty());
        prop_assert_eq!(told(&anew).unwrap(), told(&built).unwrap());
    }

    #[test]
    fn entries_come_back_from_packed_bytes(entries in prop::collection::vec(indexed(Home::Agenda), 0..6)) {
        let packed = pack_entries(entries.clone());
        prop_assert_eq!(unpack_entries(&packed).unwrap(), entries);
    }

    #[test]
    fn bytes_of_a_stranger_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = unpack_entries(&bytes);
        let _ = SealedAnswer::unpack(&bytes, SealedSum(bytes.first_chunk().copied().unwrap_or_default()));
        let _ = footer::Footer::read(&bytes);
    }
}

/// Some records of all forms.
fn some_records(seed: u8) -> Vec<IndexedRecord> {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    (0..12)
        .map(|number| record(number).new_tree(&mut runner).unwrap().current())
        .collect()
}

#[test]
fn a_file_that_was_cut_or_changed_anywhere_says_what_it_said_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    build(&path, &latest(&some_records(1)));
    let older = fs::read(&path).unwrap();
    let told_of_older = told(&RecordIndex::open(&path, pair())).unwrap();
    let mut index = RecordIndex::open(&path, pair());
    some_records(2)
        .into_iter()
        .take(4)
        .for_each(|record| index.put(record));
    index.save(None, &[]);
    let whole = fs::read(&path).unwrap();
    let told_of_whole = told(&RecordIndex::open(&path, pair())).unwrap();
    let empty = told(&RecordIndex::default()).unwrap();
    assert!(whole.len() > older.len(), "it was appended to");
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        let told = told(&RecordIndex::open(&path, pair()));
        let may_be = [&empty, &told_of_older];
        assert!(
            told.is_err() || may_be.contains(&told.as_ref().unwrap()),
            "cut at {length}"
        );
    }
    // Each page has one checksum: `pages` changes it elsewhere.
    for at in (0..whole.len()).step_by(11) {
        let mut changed = whole.clone();
        changed[at] ^= 1 << (at % 8);
        fs::write(&path, &changed).unwrap();
        let told = told(&RecordIndex::open(&path, pair()));
        let may_be = [&empty, &told_of_whole];
        assert!(
            told.is_err() || may_be.contains(&told.as_ref().unwrap()),
            "changed at {at}"
        );
    }
}

#[test]
fn a_file_of_another_version_counts_as_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    let mut writer = pages::PageWriter::new(Vec::new(), 0);
    let of_pair = footer::Footer {
        pair: lists::letters(pair()),
        ..footer::Footer::default()
    };
    let mut page = of_pair.page();
    page[8] = 99;
    writer.write(&page).unwrap();
    fs::write(&path, writer.into_inner()).unwrap();
    assert!(RecordIndex::open(&path, pair()).is_empty());
}

#[test]
fn lengths_of_a_stranger_ask_for_no_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    let far = footer::Extent {
        at: u64::MAX - 5,
        length: u32::MAX,
    };
    let hostile = footer::Footer {
        pair: lists::letters(pair()),
        records: far,
        ids: far,
        open: far,
        sealed: far,
        special: far,
        closed: far,
        folders: far,
        ..footer::Footer::default()
    };
    let mut writer = pages::PageWriter::new(Vec::new(), 0);
    writer.write(&hostile.page()).unwrap();
    fs::write(&path, writer.into_inner()).unwrap();
    let index = RecordIndex::open(&path, pair());
    assert!(!index.is_empty());
    assert_eq!(told(&index).unwrap_err(), Damaged);
    assert_eq!(index.folders().unwrap_err(), Damaged);
}

#[test]
fn two_that_write_at_once_keep_the_file_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    build(&path, &latest(&some_records(1)));
    let (mut one, mut other) = (RecordIndex::open(&path, pair()), RecordIndex::open(&path, pair()));
    let [first, second, ..] = <[IndexedRecord; 12]>::try_from(some_records(3)).unwrap();
    one.put(first.clone());
    one.save(None, &[]);
    let told_of_one = told(&one).unwrap();
    other.put(second);
    other.save(None, &[]);
    assert_eq!(
        told(&RecordIndex::open(&path, pair())).unwrap(),
        told_of_one,
        "the later one is not kept"
    );
}

#[test]
fn it_is_written_anew_once_much_was_appended() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    build(&path, &latest(&some_records(1)));
    let mut most = 0;
    for round in 0..200_u8 {
        let mut index = RecordIndex::open(&path, pair());
        some_records(round)
            .into_iter()
            .take(2)
            .for_each(|record| index.put(record));
        index.save(None, &[]);
        most = most.max(fs::metadata(&path).unwrap().len());
    }
    let index = RecordIndex::open(&path, pair());
    assert!(index.footer.deltas.len() <= footer::MOST_DELTAS);
    assert!(most < 3 * 1024 * 1024, "{most}");
}

#[test]
fn many_small_writes_leave_one_file_of_a_size() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    build(&path, &latest(&some_records(1)));
    let inode = || Stamp::of(&path).unwrap().inode;
    let before = inode();
    for round in 0..3 * footer::MOST_DELTAS {
        let mut index = RecordIndex::open(&path, pair());
        let mut one = some_records(2)
            .into_iter()
            .find(|r| r.entries().len() > 1)
            .unwrap();
        one.stamp.size = round as u64;
        index.put(one);
        index.save(None, &[]);
    }
    // Each run stands for all before it, once there are many: nothing is written anew for that.
    assert_eq!(inode(), before);
    let mut index = RecordIndex::open(&path, pair());
    assert!(index.footer.deltas.len() <= footer::MOST_DELTAS);
    assert_eq!(index.newer.len(), 1);
    let told_before = told(&index).unwrap();
    index.forget_words();
    index.save(None, &[]);
    assert_ne!(inode(), before);
    assert_eq!(told(&RecordIndex::open(&path, pair())).unwrap(), told_before);
}

#[test]
fn what_is_settled_counts_with_the_same_keys_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    let mut records = some_records(1);
    records.iter_mut().for_each(|record| record.is_settled = false);
    build(&path, &latest(&records));
    let settled = |index: &RecordIndex| {
        let marks = index.marks().unwrap().into_iter();
        let settled = marks.filter(|mark| mark.is_settled).map(|mark| mark.home);
        settled.collect::<std::collections::BTreeSet<Home>>()
    };
    let marks = |key: u8| WriterMarks {
        settled_with: [key; 16],
        looked_through: [key; 20],
        looked_by: [9; 16],
    };
    let all: std::collections::BTreeSet<Home> = latest(&records).into_keys().collect();
    // One, then all: few are written behind the rest, many with the whole file.
    let first = *all.first().unwrap();
    for (key, homes) in [
        (1, vec![first]),
        (1, all.iter().copied().collect()),
        (2, vec![first]),
    ] {
        let mut index = RecordIndex::open(&path, pair());
        index.note(marks(key));
        index.settle(homes.clone());
        index.save(None, &[]);
        let index = RecordIndex::open(&path, pair());
        assert_eq!(settled(&index), homes.into_iter().collect(), "{key}");
        assert_eq!(index.writer_marks(), marks(key));
    }
    // A record that changed is to be settled again.
    let mut index = RecordIndex::open(&path, pair());
    let mut record = index.record(first).unwrap().unwrap();
    record.is_settled = false;
    index.put(record);
    index.save(None, &[]);
    assert!(settled(&RecordIndex::open(&path, pair())).is_empty());
}

#[test]
fn an_index_of_another_pair_counts_as_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    build(&path, &latest(&some_records(1)));
    assert!(!RecordIndex::open(&path, pair()).is_empty());
    assert!(RecordIndex::open(&path, EntryId::from_bytes([8; 6])).is_empty());
}

#[test]
fn rows_that_share_their_strings_are_refused() {
    let (mut row, block) = RecordRow::of(
        &some_records(1)
            .into_iter()
            .find(|r| r.entries().len() > 1)
            .unwrap(),
    );
    assert!(row.record(&block).is_ok());
    let first = block[..row::ENTRY_ROW].to_vec();
    let shared = [
        first.clone(),
        first,
        block[row.entries as usize * row::ENTRY_ROW..].to_vec(),
    ]
    .concat();
    row.entries = 2;
    assert_eq!(row.record(&shared).unwrap_err(), Damaged);
}

#[test]
fn words_that_went_are_in_no_older_part_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    let mut records = some_records(1);
    let position = records
        .iter()
        .position(|r| r.entries().iter().any(|e| e.entry.body.is_some()))
        .unwrap();
    let RecordContent::Plain { entries, .. } = &mut records[position].content else {
        unreachable!()
    };
    entries
        .iter_mut()
        .filter_map(|e| e.entry.body.as_mut())
        .for_each(|b| b.text = "canary".to_owned());
    build(&path, &latest(&records));
    let holds = || fs::read(&path).unwrap().windows(6).any(|part| part == b"canary");
    assert!(holds());
    let mut index = RecordIndex::open(&path, pair());
    records[position].content = RecordContent::Special;
    index.put(records[position].clone());
    index.forget_words();
    // A write leaves them to the next question, whatever is written in between.
    index.save_for_now(None, &[]);
    assert!(holds());
    let mut index = RecordIndex::open(&path, pair());
    assert!(index.special().unwrap().contains(&records[position].home));
    index.put(records[position].clone());
    index.save_for_now(Some([1; 20]), &[]);
    assert!(holds());
    let mut index = RecordIndex::open(&path, pair());
    index.save(Some([1; 20]), &[]);
    assert!(!holds());
    assert!(!RecordIndex::open(&path, pair()).is_empty());
}
