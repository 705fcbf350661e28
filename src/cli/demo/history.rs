//! A state that changes over time, and a commit for every step of it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;

use crate::git::{CommitId, Repository, TreeId, mode};
use crate::model::{
    ActionState, Content, EntryId, Home, Instant, MeetingKey, Pair, Placed, RecordPath, Slug, State, Table,
    Value, Visibility, instant_value, new_pair,
};
use crate::sync::{GIT_ATTRIBUTES, Keys, SyncError, change_words};

use super::super::error::Failure;
use super::people::{People, Person};

/// The records, and the commits that led to them.
pub(super) struct History<'a> {
    people: &'a People,
    repo: &'a Repository,
    pair: Pair,
    keys: BTreeMap<Slug, Keys>,
    pub(super) state: State,
    /// What was committed last.
    committed: State,
    /// What sealed entries say, to change it and seal it again.
    contents: BTreeMap<EntryId, (Visibility, Content)>,
    /// The records that changed since the last commit.
    dirty: BTreeSet<RecordPath>,
    tip: Option<CommitId>,
    tree: Option<TreeId>,
    last: Option<Instant>,
}

impl<'a> History<'a> {
    /// Begins the pair: the manager makes it, the report takes the open seat.
    pub(super) fn begin(
        people: &'a People,
        repo: &'a Repository,
        id: EntryId,
        made: Instant,
        joined: Instant,
    ) -> Result<Self, Failure> {
        let open = new_pair(id, &people.manager.seat(true), &people.report.seat(false));
        let taken = new_pair(id, &people.manager.seat(true), &people.report.seat(true));
        let pair = pair_of(&taken)?;
        let mut keys = BTreeMap::new();
        for person in people.both() {
            keys.insert(person.slug.clone(), person.keys(&pair)?);
        }
        let attributes = repo.write_blob(GIT_ATTRIBUTES.as_bytes())?;
        let first = [(".gitattributes".to_owned(), Some((mode::FILE, attributes)))];
        let mut history = Self {
            people,
            repo,
            pair,
            keys,
            tree: Some(repo.write_tree(None, &first)?),
            committed: State::default(),
            state: open,
            contents: BTreeMap::new(),
            dirty: BTreeSet::from([RecordPath::Pair, RecordPath::Home(Home::Agenda)]),
            tip: None,
            last: None,
        };
        history.commit(&people.manager, made, Some("begin"))?;
        history.state.pair = taken.pair;
        history.dirty.insert(RecordPath::Pair);
        history.commit(&people.report, joined, Some("take a seat"))?;
        Ok(history)
    }

    /// Adds an entry; it is sealed where it must be.
    pub(super) fn add(
        &mut self,
        id: EntryId,
        home: Home,
        clear: Table,
        visibility: Visibility,
    ) -> Result<(), Failure> {
        let entry = if visibility.is_sealed() {
            let content = Content::of_entry(&clear);
            let sealed = self.sealed(id, &clear, visibility, &content)?;
            self.contents.insert(id, (visibility, content));
            sealed
        } else {
            clear
        };
        self.state.entries.insert(id, Placed { home, entry });
        self.dirty.insert(RecordPath::Home(home));
        Ok(())
    }

    /// Closes an entry: an action that is done or dropped, another kind that was talked about.
    pub(super) fn close(&mut self, id: EntryId, state: ActionState, at: Instant) -> Result<(), Failure> {
        let Some(placed) = self.state.entries.get(&id) else {
            return Ok(());
        };
        let (home, mut entry) = (placed.home, placed.entry.clone());
        let close = |table: &mut Table| {
            table.set("state", state.as_str());
            table.set("closed", instant_value(at));
        };
        if let Some((visibility, mut content)) = self.contents.remove(&id) {
            close(content.table_mut());
            entry = self.sealed(id, &entry, visibility, &content)?;
            self.contents.insert(id, (visibility, content));
        } else {
            close(&mut entry);
        }
        self.state.entries.insert(id, Placed { home, entry });
        self.dirty.insert(RecordPath::Home(home));
        Ok(())
    }

    /// Moves an entry; what is sealed keeps its ciphertext.
    pub(super) fn place(&mut self, id: EntryId, home: Home, carried: u32) {
        if let Some(placed) = self.state.entries.get_mut(&id) {
            self.dirty.insert(RecordPath::Home(placed.home));
            self.dirty.insert(RecordPath::Home(home));
            placed.home = home;
            let carried = (carried > 0).then(|| Value::from(i64::from(carried)));
            placed.entry.put("carried", carried);
        }
    }

    /// The head of a meeting, to be changed.
    pub(super) fn head(&mut self, key: MeetingKey) -> &mut Table {
        self.dirty.insert(RecordPath::Home(Home::Meeting(key)));
        self.state.meetings.entry(key).or_default()
    }

    /// Sets the agreed next meeting.
    pub(super) fn agree(&mut self, next: Value) {
        if let Some(pair) = &mut self.state.pair {
            pair.top.set("next", next);
            self.dirty.insert(RecordPath::Pair);
        }
    }

    /// Commits what changed; nothing happens where nothing did.
    pub(super) fn commit(&mut self, by: &Person, at: Instant, message: Option<&str>) -> Result<(), Failure> {
        if self.dirty.is_empty() {
            return Ok(());
        }
        let mut changes = Vec::new();
        for record in std::mem::take(&mut self.dirty) {
            let file = match self.state.record(record) {
                Some(bytes) => Some((mode::FILE, self.repo.write_blob(&bytes)?)),
                None => None,
            };
            changes.push((record.path(), file));
        }
        let words = message.map_or_else(|| change_words(&self.committed, &self.state), str::to_owned);
        let tree = self.repo.write_tree(self.tree, &changes)?;
        // Whose clock says less than the last one's is a second behind it.
        let at = self.last.map_or(at, |last| at.max(last + Duration::seconds(1)));
        self.last = Some(at);
        let author = by.signature(at);
        let parents: Vec<CommitId> = self.tip.into_iter().collect();
        let text = format!("{words}\n");
        self.tip = Some(self.repo.write_commit(tree, &parents, &text, &author, &author)?);
        self.tree = Some(tree);
        self.committed.clone_from(&self.state);
        Ok(())
    }

    /// The last commit.
    pub(super) fn tip(&self) -> Result<CommitId, Failure> {
        Ok(self.tip.ok_or(SyncError::NoPair)?)
    }

    /// The people it is about.
    pub(super) fn people(&self) -> &'a People {
        self.people
    }

    fn sealed(
        &self,
        id: EntryId,
        envelope: &Table,
        visibility: Visibility,
        content: &Content,
    ) -> Result<Table, Failure> {
        let by = envelope.get_str("by").unwrap_or_default();
        let keys = self.keys.iter().find(|(slug, _)| slug.as_str() == by);
        let (_, keys) = keys.ok_or(SyncError::NotAMember)?;
        Ok(keys.sealed_entry(&self.pair, id, envelope, visibility, content)?)
    }
}

fn pair_of(state: &State) -> Result<Pair, Failure> {
    let document = state.pair.as_ref().ok_or(SyncError::NoPair)?;
    Ok(Pair::from_document(document).map_err(SyncError::Problems)?)
}
