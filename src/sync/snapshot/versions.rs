//! Which versions of a record a saved file may have been made from (docs/sync.md#versions). Pure.

#[cfg(test)]
mod tests;

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{Hash, Hasher};
use std::ops::Range;

use crate::model::{EntryId, RecordPath, State, Table, Value, is_worded};

/// The versions of one record that this clone knows.
#[derive(Default)]
pub struct RecordVersions {
    /// Each once, the oldest first. Where the record was not there, the state is empty.
    pub states: Vec<State>,
    /// Which of them the history of the branch has. Those before stand in a history alone that a rewritten one replaced.
    pub standing: Range<usize>,
    /// Whether older versions were left out.
    pub is_cut: bool,
    /// Versions that cannot be read: each lies before the state of this index.
    pub unreadable: Vec<usize>,
    /// The newest version, where it lies in the folder as somebody saved it there.
    pub saved_by_hand: Option<usize>,
    /// The version that this clone last wrote out, or read and left as somebody had edited it.
    pub written_out: Option<usize>,
}

/// A part of a record that is edited, kept or removed as one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// The keys at the top.
    Head,
    /// A member in `pair.toml`.
    Member(String),
    /// An entry.
    Entry(EntryId),
}

/// The parts of one version of a record.
pub(super) type Parts<'a> = BTreeMap<Part, &'a Table>;

/// The parts of a record in a state.
pub(super) fn parts(state: &State, record: RecordPath) -> Parts<'_> {
    match record {
        RecordPath::Pair => {
            let pair = state.pair.iter();
            pair.flat_map(|pair| {
                let members = pair.members.iter();
                let members = members.map(|(slug, member)| (Part::Member(slug.clone()), member));
                members.chain([(Part::Head, &pair.top)])
            })
            .collect()
        }
        RecordPath::Home(home) => {
            let entries = state.entries.iter().filter(|(_, placed)| placed.home == home);
            let entries = entries.map(|(id, placed)| (Part::Entry(*id), &placed.entry));
            let head = state.header(home).map(|head| (Part::Head, head));
            entries.chain(head).collect()
        }
    }
}

/// A saved file, held against the versions of its record.
pub(super) struct Reading<'a> {
    /// The file.
    pub(super) file: Parts<'a>,
    versions: Vec<Parts<'a>>,
    /// The versions that the file may have been made from.
    possible: Vec<usize>,
    standing: Range<usize>,
    known: BTreeSet<Part>,
    is_cut: bool,
    unreadable: &'a [usize],
    saved_by_hand: Option<usize>,
    written_out: Option<usize>,
    /// Whether an edit goes on from the newest of versions that are as near: of keys and names none must come back.
    prefers_newest: bool,
}

/// How a part of a saved file came to be as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin<'a> {
    /// It is as in a possible version: nobody edited it.
    AsBefore,
    /// It was edited, in this version of it.
    EditOf(&'a Table),
    /// It stands in no possible version: it is new here.
    New,
    /// It was edited, and holds what only a history has that a rewritten one replaced. Of an entry that may be the id.
    TakenOut {
        /// Whether the branch, or its history, has it otherwise.
        stands: bool,
    },
}

impl<'a> Reading<'a> {
    /// Finds the possible versions: those that hold every known part of the file, and every known word that the file
    /// holds. A part that `is_no_evidence` does not count: a hand may have put it into the
    /// file.
    pub(super) fn of(
        record: RecordPath,
        file: Parts<'a>,
        versions: &'a RecordVersions,
        is_no_evidence: impl Fn(&Part) -> bool,
    ) -> Self {
        let of_state = versions.states.iter().map(|state| parts(state, record));
        let states: Vec<Parts<'a>> = of_state.collect();
        let known: BTreeSet<Part> = states.iter().flat_map(|state| state.keys().cloned()).collect();
        let evidence: Vec<&Part> = file
            .keys()
            .filter(|part| known.contains(part) && !is_no_evidence(part))
            .collect();
        // Anybody can write the head of a record that is not there yet.
        let is_head = |part: &Part| *part == Part::Head;
        let holds_parts = |state: &Parts<'_>| {
            evidence
                .iter()
                .all(|part| is_head(part) || state.contains_key(*part))
        };
        let mut possible: Vec<usize> = (0..states.len())
            .filter(|index| states.get(*index).is_some_and(holds_parts))
            .collect();
        if possible.is_empty() {
            possible = (0..states.len()).collect();
        }
        let by_parts = possible.clone();
        for part in &evidence {
            let Some(table) = file.get(*part) else { continue };
            let distinct = Distinct::of(states.iter().map(|state| state.get(*part).copied()));
            let all: Vec<BTreeSet<Word>> = distinct.tables.iter().map(|table| words(table)).collect();
            let known: BTreeSet<&Word> = all.iter().flatten().collect();
            let held: BTreeSet<Word> = words(table).into_iter().filter(|w| known.contains(w)).collect();
            let holding: Vec<bool> = all.iter().map(|words| held.is_subset(words)).collect();
            let holds_words = |index: &usize| {
                let of_version = distinct.of_version.get(*index).copied().flatten();
                of_version.map_or(is_head(part), |which| holding.get(which) == Some(&true))
            };
            let narrowed: Vec<usize> = possible.iter().copied().filter(holds_words).collect();
            // A file that mixes versions explains itself by none: the parts alone decide then.
            if narrowed.is_empty() {
                possible = by_parts;
                break;
            }
            possible = narrowed;
        }
        // Only what stands in no version of the branch was made from a history that was replaced.
        let is_replaced = |index: &usize| *index < versions.standing.start;
        if !possible.iter().all(is_replaced) {
            possible.retain(|index| !is_replaced(index));
        }
        Self {
            file,
            versions: states,
            possible,
            standing: versions.standing.clone(),
            known,
            is_cut: versions.is_cut,
            unreadable: &versions.unreadable,
            saved_by_hand: versions.saved_by_hand,
            written_out: versions.written_out,
            prefers_newest: record == RecordPath::Pair,
        }
    }

    fn possible(&self) -> impl Iterator<Item = (usize, &Parts<'a>)> {
        let indexes = self.possible.iter();
        indexes.filter_map(|index| Some((*index, self.versions.get(*index)?)))
    }

    /// The known parts that the file lacks.
    pub(super) fn missing(&self) -> impl Iterator<Item = &Part> {
        self.known.iter().filter(|part| !self.file.contains_key(part))
    }

    /// The part as it was when somebody took it out of the file: every possible version has it. None where the file may be
    /// older than everything that is known. A possible version that `head`, the part as the branch has it, differs from
    /// counts first: whoever took it out may not have seen what changed in it.
    pub(super) fn removed(&self, part: &Part, head: Option<&Table>) -> Option<&'a Table> {
        if self.is_cut && self.possible.first() <= Some(&self.standing.start) {
            return None;
        }
        // The file may have been made from a version that nobody can read by now.
        let first = self.possible.first().copied().unwrap_or_default();
        if self.unreadable.iter().any(|index| *index >= first) {
            return None;
        }
        let goes_on = self.goes_on(part);
        let seen: Option<Vec<(usize, &Table)>> = self
            .possible()
            .map(|(index, version)| Some((index, *version.get(part)?)))
            .collect();
        let rank = |(index, table): &(usize, &Table)| (goes_on != Some(*index), head == Some(*table), *index);
        seen?.into_iter().min_by_key(rank).map(|(_, table)| table)
    }

    /// The newest version, where somebody changed this part in it, in this very file: they go on from there. A version
    /// that came back says nothing about the one before it.
    fn goes_on(&self, part: &Part) -> Option<usize> {
        let last = self.versions.len().checked_sub(1);
        let newest = self.saved_by_hand.filter(|newest| Some(*newest) == last)?;
        let of_version = |index: usize| self.versions.get(index).and_then(|v| v.get(part));
        let changed = newest.checked_sub(1).and_then(of_version) != of_version(newest);
        changed.then_some(newest)
    }

    /// How a part of the file came to be as it is. `head` is the part as the branch has it.
    pub(super) fn origin(&self, part: &Part, head: Option<&Table>) -> Origin<'a> {
        let Some(table) = self.file.get(part).copied() else {
            return Origin::AsBefore;
        };
        let versions = self.possible().filter_map(|(i, v)| Some((i, *v.get(part)?)));
        let versions: Vec<(usize, &Table)> = versions.collect();
        // Another part may read as in a version that came since, and that never lay in the folder.
        let written_out = self
            .written_out
            .and_then(|index| self.versions.get(index)?.get(part));
        if written_out == Some(&table) || versions.iter().any(|(_, version)| *version == table) {
            return Origin::AsBefore;
        }
        if let Some(origin) = self.taken_out(part, table, head) {
            return origin;
        }
        let goes_on = self.goes_on(part);
        let edited = EditedPart::of(table, head);
        let nearest = versions.into_iter().min_by_key(|(index, version)| {
            let is_newest = goes_on == Some(*index);
            // Of heads, names and keys the last one counts: an older one must not come back.
            let newer = if self.prefers_newest || *part == Part::Head {
                self.versions.len() - index
            } else {
                0
            };
            let (fields, taken, words) = edited.distance(version);
            (fields, newer, !is_newest, taken, words, *index)
        });
        nearest.map_or(Origin::New, |(_, version)| Origin::EditOf(version))
    }

    /// How a part came to be as it is, if that is known from a history alone that a rewritten one replaced. Such a part
    /// is as in an older file, and an edit of it may still hold what was taken out.
    fn taken_out(&self, part: &Part, table: &Table, head: Option<&Table>) -> Option<Origin<'a>> {
        let of = |range: Range<usize>| {
            let versions = self.versions.get(range).unwrap_or_default();
            versions.iter().filter_map(|version| version.get(part).copied())
        };
        let replaced: Vec<&Table> = of(0..self.standing.start).collect();
        let standing: Vec<&Table> = of(self.standing.clone()).chain(head).collect();
        if replaced.iter().all(|version| standing.contains(version)) || standing.contains(&table) {
            return None;
        }
        if replaced.contains(&table) {
            return Some(Origin::AsBefore);
        }
        let is_of_replaced = self.possible.iter().all(|index| *index < self.standing.start);
        let stand = worded(&standing);
        let gone: BTreeSet<Word> = worded(&replaced).difference(&stand).cloned().collect();
        let holds = !worded(&[table]).is_disjoint(&gone);
        let stands = !standing.is_empty();
        (holds || is_of_replaced || !stands).then_some(Origin::TakenOut { stands })
    }

    /// Every version of a part.
    pub(super) fn versions_of(&self, part: &Part) -> impl Iterator<Item = &'a Table> {
        self.versions
            .iter()
            .filter_map(|version| version.get(part).copied())
    }
}

/// An edited part, with its words and those that the branch has of it.
pub(super) struct EditedPart<'a> {
    table: &'a Table,
    words: BTreeSet<Word>,
    on_branch: BTreeSet<Word>,
}

impl<'a> EditedPart<'a> {
    pub(super) fn of(table: &'a Table, head: Option<&Table>) -> Self {
        Self {
            table,
            words: words(table),
            on_branch: head.map(words).unwrap_or_default(),
        }
    }

    /// How far it is from a version: by differing fields, by words that it takes from the branch, by differing words.
    pub(super) fn distance(&self, version: &Table) -> (usize, usize, usize) {
        let before = words(version);
        let gone = before.difference(&self.words);
        let taken = gone.filter(|word| self.on_branch.contains(*word)).count();
        let differing = before.symmetric_difference(&self.words).count();
        (differing_fields(version, self.table), taken, differing)
    }
}

/// How many fields two versions of a part differ in.
fn differing_fields(a: &Table, b: &Table) -> usize {
    let of = |table: &'_ Table| -> BTreeSet<String> {
        let keys = table.fields.iter().map(|field| field.key.clone());
        keys.chain(table.rows.iter().map(|row| row.field.clone()))
            .collect()
    };
    let fields = of(a).into_iter().chain(of(b)).collect::<BTreeSet<_>>();
    let differs = |field: &&String| a.get(field) != b.get(field) || !a.rows_of(field).eq(b.rows_of(field));
    fields.iter().filter(differs).count()
}

/// The different tables among those of many versions. A long history has each many times, and is looked at once.
#[derive(Default)]
struct Distinct<'a> {
    tables: Vec<&'a Table>,
    /// Which of them each version has.
    of_version: Vec<Option<usize>>,
}

impl<'a> Distinct<'a> {
    fn of(versions: impl Iterator<Item = Option<&'a Table>>) -> Self {
        let mut distinct = Self::default();
        let mut alike: HashMap<u64, Vec<usize>> = HashMap::new();
        for table in versions {
            let last = distinct.of_version.last().copied().flatten();
            let which = match table {
                None => None,
                Some(table) if last.is_some_and(|last| distinct.tables.get(last) == Some(&table)) => last,
                Some(table) => {
                    let alike = alike.entry(fingerprint(table)).or_default();
                    let mut same = alike.iter().copied();
                    let same = same.find(|which| distinct.tables.get(*which) == Some(&table));
                    Some(same.unwrap_or_else(|| {
                        alike.push(distinct.tables.len());
                        distinct.tables.push(table);
                        distinct.tables.len() - 1
                    }))
                }
            };
            distinct.of_version.push(which);
        }
        distinct
    }
}

/// The same number for equal tables, and most likely another one for others.
fn fingerprint(table: &Table) -> u64 {
    let mut hasher = DefaultHasher::new();
    for field in &table.fields {
        (&field.key, field.value.canonical()).hash(&mut hasher);
    }
    table.rows.len().hash(&mut hasher);
    hasher.finish()
}

/// A word, with the key that it stands under.
type Word = (String, String);

/// The words of a part: of its values, its conflicts and its comments.
fn words(table: &Table) -> BTreeSet<Word> {
    let mut words = BTreeSet::new();
    for field in &table.fields {
        add_words(&field.key, &field.value, &mut words);
    }
    for row in &table.rows {
        for value in row.alternative.map().values() {
            add_words(&row.field, value, &mut words);
        }
    }
    let comments = table.comments().map(|comment| ("#".to_owned(), comment.clone()));
    words.extend(comments);
    words
}

/// The words that a person wrote, without what stands between letters and digits.
fn worded(tables: &[&Table]) -> BTreeSet<Word> {
    let all = tables.iter().flat_map(|table| words(table));
    let all = all.filter(|(key, _)| is_worded(key));
    let split = |(key, word): Word| {
        let each = word.split(|letter: char| !letter.is_alphanumeric());
        let each: Vec<Word> = each.map(|part| (key.clone(), part.to_owned())).collect();
        each
    };
    all.flat_map(split).filter(|(_, part)| !part.is_empty()).collect()
}

fn add_words(key: &str, value: &Value, words: &mut BTreeSet<Word>) {
    match value {
        Value::String(text) => {
            let each = text.split_whitespace();
            words.extend(each.map(|word| (key.to_owned(), word.to_owned())));
        }
        Value::Array(elements) => elements.iter().for_each(|element| add_words(key, element, words)),
        Value::Table(table) => table.values().for_each(|value| add_words(key, value, words)),
        other => {
            words.insert((key.to_owned(), other.canonical()));
        }
    }
}
