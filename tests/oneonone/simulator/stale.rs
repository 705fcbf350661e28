//! Files that are saved too late take out nothing (docs/sync.md#versions). Editors hold old buffers, people put back
//! old versions and folders, runs are killed, and people move entries by hand. Meanwhile commands run, and the other
//! member writes.
//!
//! `ONEONONE_STALE=20000 cargo test --release stale` runs a long sweep, `ONEONONE_STALE_SEED=7` replays one schedule.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use oneonone::git::CommitId;
use oneonone::model::{
    Alternative, EntryId, Files, Home, MeetingKey, Placed, RecordPath, Row, State, Table, Value, assemble,
    date_value, instant_value,
};

use super::clone::Stop;
use super::folder::Interrupt;
use super::history::Tree;
use super::random::Random;
use super::world::{Read, World};

const SCHEDULES: u64 = 2000;
const STEPS: usize = 40;
/// The one clone: the work of the other member comes as commands, too.
const HERE: usize = 0;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    Add,
    Change,
    Remove,
    Start,
    End,
    Open,
    Save,
    Type,
    EditByHand,
    RemoveByHand,
    Sync,
    Checkout,
    Restore,
    Crash,
    Conflict,
    Resolve,
    MoveByHand,
}

const EDITORS: [Step; 18] = [
    Step::Add,
    Step::Add,
    Step::Change,
    Step::Change,
    Step::Remove,
    Step::Start,
    Step::End,
    Step::Open,
    Step::Open,
    Step::Save,
    Step::Save,
    Step::Type,
    Step::Type,
    Step::EditByHand,
    Step::EditByHand,
    Step::RemoveByHand,
    Step::Sync,
    Step::Sync,
];

/// The kinds of schedules: beside what editors do.
const KINDS: [(&str, &[Step]); 7] = [
    ("editors", &[]),
    ("old versions put back", &[Step::Checkout, Step::Checkout]),
    ("old folders put back", &[Step::Restore, Step::Restore]),
    ("runs killed", &[Step::Crash, Step::Crash]),
    ("conflicts", &[Step::Conflict, Step::Conflict, Step::Resolve]),
    (
        "moves by hand",
        &[Step::MoveByHand, Step::MoveByHand, Step::Start],
    ),
    (
        "everything",
        &[
            Step::Checkout,
            Step::Checkout,
            Step::Restore,
            Step::MoveByHand,
            Step::Crash,
            Step::Conflict,
            Step::Resolve,
        ],
    ),
];

/// The intent of a person for a file since they opened it.
#[derive(Clone, Default)]
struct Intent {
    removed: BTreeSet<EntryId>,
    edited: BTreeSet<EntryId>,
    cut: BTreeSet<EntryId>,
    replaced: BTreeSet<String>,
}

/// A record in an editor, with the texts of entries that have no id yet.
#[derive(Clone, Default)]
struct Buffer {
    state: State,
    loose: Vec<String>,
    intent: Intent,
}

impl Buffer {
    fn bytes(&self, record: RecordPath) -> Option<Vec<u8>> {
        let mut bytes = self.state.record(record)?;
        for text in &self.loose {
            bytes.extend(format!("\n[[entry]]\ntext = \"{text}\"\n").bytes());
        }
        Some(bytes)
    }
}

struct Schedule {
    world: World,
    random: Random,
    steps: Vec<Step>,
    buffers: BTreeMap<(RecordPath, usize), Buffer>,
    intents: BTreeMap<RecordPath, Intent>,
    versions: BTreeMap<RecordPath, Vec<Vec<u8>>>,
    folders: Vec<Rc<Files>>,
    under_way: Option<MeetingKey>,
    meetings: u32,
    /// Every word that a commit ever held.
    ever: BTreeSet<String>,
    dead: BTreeSet<EntryId>,
    /// Words of entries that were removed: an edit of one and a line without its id may both bring it back.
    removed: BTreeSet<String>,
    meant: usize,
    done: usize,
}

fn words_of(table: &Table) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let mut take = |value: &Value| {
        let text = value.as_str().map_or_else(|| value.canonical(), str::to_owned);
        words.extend(text.split_whitespace().map(str::to_owned));
    };
    for key in ["text", "due"] {
        table.get(key).into_iter().for_each(&mut take);
        let rows = table.rows_of(key).map(|row| row.alternative.clone());
        rows.filter_map(|row| row.value().cloned())
            .for_each(|value| take(&value));
    }
    words
}

fn all_words(state: &State) -> BTreeSet<String> {
    state
        .entries
        .values()
        .flat_map(|placed| words_of(&placed.entry))
        .collect()
}

impl Schedule {
    fn new(seed: u64, steps: Vec<Step>, trace: bool) -> Self {
        let mut world = World::new(seed, trace);
        world.clones.truncate(1);
        world.clones[HERE].skew = 0;
        let mut schedule = Self {
            world,
            random: Random::new(seed ^ 0x57a1e),
            steps,
            buffers: BTreeMap::new(),
            intents: BTreeMap::new(),
            versions: BTreeMap::new(),
            folders: Vec::new(),
            under_way: None,
            meetings: 0,
            ever: BTreeSet::new(),
            dead: BTreeSet::new(),
            removed: BTreeSet::new(),
            meant: 0,
            done: 0,
        };
        schedule.written_out();
        schedule
    }

    fn run(&mut self) -> Result<(), String> {
        for _ in 0..STEPS {
            self.world.tick();
            let step = self.random.pick(&self.steps.clone()).unwrap();
            self.step(step)?;
        }
        self.step(Step::Sync)
    }

    fn folder(&self) -> Rc<Files> {
        self.world.dag.tree(&self.world.clones[HERE].work)
    }

    fn put(&mut self, record: RecordPath, bytes: Option<Vec<u8>>) {
        let mut folder = self.folder();
        let files = Rc::make_mut(&mut folder);
        match bytes {
            Some(bytes) => drop(files.insert(record.path(), bytes)),
            None => drop(files.remove(&record.path())),
        }
        self.world.clones[HERE].work = Tree::Files(folder);
    }

    fn lying(&self, record: RecordPath) -> Buffer {
        let bytes = self.folder().get(&record.path()).cloned();
        let loaded = assemble(bytes.map(|bytes| (record.path(), bytes)));
        let text = |placed: &Placed| placed.entry.get_str("text").unwrap().to_owned();
        Buffer {
            loose: loaded.loose.iter().map(text).collect(),
            state: loaded.state,
            intent: self.intents.get(&record).cloned().unwrap_or_default(),
        }
    }

    fn save(&mut self, record: RecordPath, buffer: Buffer) {
        self.put(record, buffer.bytes(record));
        self.intents.insert(record, buffer.intent);
    }

    fn is_edited(&self, record: RecordPath) -> bool {
        let lies = self.folder().get(&record.path()).cloned();
        let last = self.world.dag.tree(&self.world.clones[HERE].remembered);
        lies != last.get(&record.path()).cloned()
    }

    /// Takes in what lies in the folder, and checks that.
    fn open(&mut self) -> Result<(CommitId, Read), Stop> {
        let clone = &self.world.clones[HERE];
        let head = clone.note.as_ref().map_or(clone.head, |note| note.to);
        let before = self.world.dag.healed(head).state.clone();
        let folder = assemble(
            self.folder()
                .iter()
                .map(|(path, bytes)| (path.clone(), bytes.clone())),
        );
        let intents = std::mem::take(&mut self.intents);
        let opened = self.world.open(HERE)?;
        let after = self.world.dag.healed(opened.0).state.clone();
        let all: Vec<&Intent> = intents.values().collect();
        self.check(&before, &after, &folder, &all).map_err(Stop::Wrong)?;
        self.intents = intents;
        Ok(opened)
    }

    fn check(
        &mut self,
        before: &State,
        after: &State,
        folder: &oneonone::model::Loaded,
        intents: &[&Intent],
    ) -> Result<(), String> {
        let now = all_words(after);
        let lies = |id: &EntryId| folder.state.entries.contains_key(id);
        for (id, placed) in &before.entries {
            let meant = intents.iter().any(|intent| intent.removed.contains(id));
            let was_cut = intents.iter().any(|intent| intent.cut.contains(id)) && !lies(id);
            self.meant += usize::from(meant);
            if !after.entries.contains_key(id) {
                self.done += usize::from(meant);
                if !meant && !was_cut {
                    return Err(format!("entry {id} was lost"));
                }
                self.dead.insert(*id);
                self.removed.extend(words_of(&placed.entry));
                continue;
            }
            let is_replaced = |word: &String| intents.iter().any(|intent| intent.replaced.contains(word));
            let gone = words_of(&placed.entry)
                .into_iter()
                .find(|w| !now.contains(w) && !is_replaced(w));
            if let Some(word) = gone {
                return Err(format!("{word} of {id} was lost"));
            }
        }
        let entries = folder
            .state
            .entries
            .values()
            .chain(folder.doubled.values().flatten());
        let by_hand = entries
            .chain(&folder.loose)
            .flat_map(|placed| words_of(&placed.entry));
        for word in by_hand.filter(|word| word.starts_with(['y', 'z'])) {
            if !self.ever.contains(&word) && !now.contains(&word) {
                return Err(format!("{word}, typed by hand, was lost"));
            }
        }
        for id in after
            .entries
            .keys()
            .filter(|id| !before.entries.contains_key(*id))
        {
            if self.dead.remove(id) && !intents.iter().any(|intent| intent.edited.contains(id)) {
                return Err(format!("entry {id} came back"));
            }
        }
        let mut typed = BTreeMap::<String, usize>::new();
        for placed in after.entries.values() {
            let words = words_of(&placed.entry);
            words
                .into_iter()
                .filter(|w| w.starts_with('z'))
                .for_each(|w| *typed.entry(w).or_default() += 1);
        }
        if let Some((word, _)) = typed
            .iter()
            .find(|(w, count)| **count > 1 && !self.removed.contains(*w))
        {
            return Err(format!("{word}, typed by hand, was doubled"));
        }
        self.ever.extend(now);
        Ok(())
    }

    fn written_out(&mut self) {
        let folder = self.folder();
        for (path, bytes) in folder.iter() {
            let record = RecordPath::parse(path).unwrap();
            let versions = self.versions.entry(record).or_default();
            if versions.last() != Some(bytes) {
                versions.push(bytes.clone());
            }
        }
        self.intents.clear();
        self.folders.push(folder);
    }

    fn command(&mut self, step: Step, interrupt: Interrupt) -> Result<(), String> {
        let done = (|| {
            let (tip, read) = self.open()?;
            let mut state = self.world.dag.healed(tip).state.clone();
            let before = state.clone();
            self.change(step, &mut state);
            self.ever.extend(all_words(&state));
            let to = match state == before {
                true => tip,
                false => {
                    let author = self.world.signature(HERE);
                    self.world.dag.commit(state, &[tip], author)
                }
            };
            self.world.write_out(HERE, to, &read, interrupt)
        })();
        match done {
            Ok(_) => self.written_out(),
            // Files that the dead run wrote hold nothing by hand any more.
            Err(Stop::Crashed) => {
                let to = self.world.clones[HERE].note.as_ref().map(|note| note.to);
                let wanted = to.map(|to| self.world.dag.files(to)).unwrap_or_default();
                let folder = self.folder();
                self.intents
                    .retain(|record, _| folder.get(&record.path()) != wanted.get(&record.path()));
            }
            Err(Stop::Wrong(what)) => return Err(what),
        }
        Ok(())
    }

    /// A command, or the work of the other that a sync brings.
    fn change(&mut self, step: Step, state: &mut State) {
        let ids: Vec<EntryId> = state.entries.keys().copied().collect();
        let picked = self.random.pick(&ids);
        match (step, picked) {
            (Step::Add, _) => {
                let home = match self.under_way.filter(|_| self.random.once_in(3)) {
                    Some(key) => Home::Meeting(key),
                    None => Home::Agenda,
                };
                let id = self.world.new_id();
                let mut entry = Table::default();
                entry.set("id", id.to_string());
                entry.set("kind", "topic");
                entry.set("by", "sam");
                entry.set("at", instant_value(self.world.now(HERE)));
                entry.set("text", format!("{} {}", self.world.word(), self.world.word()));
                state.entries.insert(id, Placed { home, entry });
            }
            (Step::Change, Some(id)) => {
                let (word, date) = (self.world.word(), self.world.date());
                let entry = &mut state.entries.get_mut(&id).unwrap().entry;
                change(&mut self.random, entry, &word, date);
            }
            (Step::Conflict, Some(id)) => {
                let word = self.world.word();
                let entry = &mut state.entries.get_mut(&id).unwrap().entry;
                entry.rows.push(Row {
                    field: "text".to_owned(),
                    alternative: Alternative::of(Some(Value::from(word))),
                });
                entry.tidy_rows();
            }
            (Step::Resolve, Some(id)) => state.entries.get_mut(&id).unwrap().entry.rows.clear(),
            (Step::Remove, Some(id)) => {
                let placed = state.entries.remove(&id).unwrap();
                self.removed.extend(words_of(&placed.entry));
                self.dead.insert(id);
            }
            (Step::Start, _) => {
                self.meetings += 1;
                let day = date_value(
                    "2026-01-01".parse::<oneonone::model::Date>().unwrap()
                        + chrono::Duration::days(i64::from(self.meetings)),
                );
                let key: MeetingKey = day.canonical().parse().unwrap();
                let mut head = Table::default();
                head.set("date", day);
                head.set("status", "held");
                head.set("started", instant_value(self.world.now(HERE)));
                state.meetings.insert(key, head);
                for placed in state
                    .entries
                    .values_mut()
                    .filter(|placed| placed.home == Home::Agenda)
                {
                    if !self.random.once_in(7) {
                        placed.home = Home::Meeting(key);
                    }
                }
                self.under_way = Some(key);
            }
            (Step::End, _) => {
                let Some(key) = self.under_way.take() else { return };
                let here: Vec<EntryId> = state
                    .entries
                    .iter()
                    .filter(|(_, placed)| placed.home == Home::Meeting(key) && self.random.once_in(3))
                    .map(|(id, _)| *id)
                    .collect();
                state.carry_back(&here);
            }
            _ => {}
        }
    }

    fn step(&mut self, step: Step) -> Result<(), String> {
        self.world.say(|_| format!("{step:?}"));
        let records: Vec<RecordPath> = match self.under_way.filter(|_| self.random.once_in(3)) {
            Some(key) => vec![RecordPath::Home(Home::Meeting(key))],
            None => vec![RecordPath::Home(Home::Agenda)],
        };
        let record = self.random.pick(&records).unwrap();
        let slot = (record, self.random.below(2));
        match step {
            Step::Crash => {
                let kinds = [Step::Add, Step::Start, Step::End, Step::Change];
                let kind = self.random.pick(&kinds).unwrap();
                let death = Interrupt::Death(self.random.below(7));
                self.command(kind, death)
            }
            Step::Open => {
                if !self.is_edited(record) {
                    self.buffers.insert(slot, self.lying(record));
                }
                Ok(())
            }
            Step::Save => {
                if let Some(buffer) = self.buffers.get(&slot).cloned() {
                    self.save(record, buffer);
                }
                Ok(())
            }
            Step::Type | Step::EditByHand | Step::RemoveByHand => {
                self.by_hand(step, slot);
                Ok(())
            }
            Step::Checkout => {
                let versions = self.versions.get(&record).map_or(0, Vec::len);
                if versions > 0 {
                    let bytes = self.versions[&record][self.random.below(versions)].clone();
                    self.put(record, Some(bytes));
                    self.intents.remove(&record);
                    if self.random.once_in(2) {
                        let mut buffer = self.lying(record);
                        buffer.loose.push(format!("z{}", self.world.word()));
                        self.save(record, buffer);
                    }
                }
                Ok(())
            }
            Step::Restore => {
                let folder = self.folders[self.random.below(self.folders.len())].clone();
                self.world.clones[HERE].work = Tree::Files(folder);
                self.intents.clear();
                Ok(())
            }
            Step::MoveByHand => {
                self.move_by_hand();
                Ok(())
            }
            command => self.command(command, Interrupt::Nothing),
        }
    }

    fn by_hand(&mut self, step: Step, slot: (RecordPath, usize)) {
        let Some(mut buffer) = self.buffers.get(&slot).cloned() else {
            return;
        };
        let ids: Vec<EntryId> = buffer.state.entries.keys().copied().collect();
        let picked = self.random.pick(&ids);
        match (step, picked) {
            (Step::Type, _) => buffer.loose.push(format!("z{}", self.world.word())),
            (Step::EditByHand, Some(id)) => {
                let (word, date) = (format!("y{}", self.world.word()), self.world.date());
                let entry = &mut buffer.state.entries.get_mut(&id).unwrap().entry;
                let before = words_of(entry);
                change(&mut self.random, entry, &word, date);
                let after = words_of(entry);
                buffer.intent.replaced.extend(before.difference(&after).cloned());
                buffer.intent.edited.insert(id);
            }
            (Step::RemoveByHand, Some(id)) => {
                let placed = buffer.state.entries.remove(&id).unwrap();
                buffer.intent.replaced.extend(words_of(&placed.entry));
                buffer.intent.removed.insert(id);
            }
            _ => {}
        }
        self.buffers.insert(slot, buffer.clone());
        if self.random.once_in(2) {
            self.save(slot.0, buffer);
        }
    }

    /// Cuts an entry out of one file and pastes it into another.
    fn move_by_hand(&mut self) {
        let Some(key) = self.under_way else { return };
        let mut homes = [Home::Agenda, Home::Meeting(key)];
        if self.random.once_in(2) {
            homes.reverse();
        }
        let [source, target] = homes.map(RecordPath::Home);
        let (mut from, mut to) = (self.lying(source), self.lying(target));
        let ids: Vec<EntryId> = from.state.entries.keys().copied().collect();
        let Some(id) = self.random.pick(&ids) else { return };
        if to.state.entries.contains_key(&id) {
            return;
        }
        let mut placed = from.state.entries.remove(&id).unwrap();
        placed.home = homes[1];
        to.state.entries.insert(id, placed);
        from.intent.cut.insert(id);
        if homes[1] == Home::Agenda && to.state.agenda.is_none() {
            to.state.agenda = Some(Table::default());
        }
        self.save(source, from);
        self.save(target, to);
    }
}

/// Changes one thing of an entry: a date, or a word that is added, replaced or taken out.
fn change(random: &mut Random, entry: &mut Table, word: &str, date: Value) {
    let text = entry.get_str("text").unwrap_or_default().to_owned();
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let at = random.below(words.len());
    match random.below(4) {
        0 => return entry.set("due", date),
        1 => words.push(word),
        2 if !words.is_empty() => words[at] = word,
        _ if words.len() > 1 => drop(words.remove(at)),
        _ => {}
    }
    entry.set("text", words.join(" "));
}

fn schedule(seed: u64, trace: bool) -> (Schedule, Result<(), String>) {
    let (_, beside) = KINDS[usize::try_from(seed).unwrap() % KINDS.len()];
    let steps = [EDITORS.as_slice(), beside].concat();
    let mut schedule = Schedule::new(seed, steps, trace);
    let result = schedule.run();
    (schedule, result)
}

#[test]
fn stale_files_take_out_nothing() {
    if let Some(seed) = super::number("ONEONONE_STALE_SEED") {
        let (schedule, result) = schedule(seed, true);
        super::say(&schedule.world.trace());
        result.unwrap();
        return;
    }
    let schedules = super::number("ONEONONE_STALE").unwrap_or(SCHEDULES);
    let mut wrong: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let (mut meant, mut done) = (0, 0);
    for seed in 0..schedules {
        let ran = std::panic::catch_unwind(|| {
            let (schedule, result) = schedule(seed, false);
            (schedule.meant, schedule.done, result)
        });
        let (m, d, result) = ran.unwrap_or((0, 0, Err("panicked".to_owned())));
        (meant, done) = (meant + m, done + d);
        if let Err(what) = result {
            let kind = KINDS[usize::try_from(seed).unwrap() % KINDS.len()].0;
            wrong.entry(kind).or_default().push(format!("{seed}: {what}"));
        }
    }
    let count: usize = wrong.values().map(Vec::len).sum();
    super::say(&format!(
        "stale files: {schedules} schedules, {count} wrong; {done} of {meant} removals by hand done"
    ));
    // An entry that is cut out of one file, and an old buffer over the other: nobody can tell the two apart.
    let moved: usize = ["moves by hand", "everything"]
        .iter()
        .filter_map(|kind| wrong.remove(kind))
        .map(|all| all.len())
        .sum();
    super::say(&format!("stale files: {moved} of them with moves by hand"));
    let told: Vec<String> = wrong
        .iter()
        .map(|(kind, all)| format!("{kind}: {all:#?}"))
        .collect();
    let what = told.join("\n");
    assert!(wrong.is_empty(), "ONEONONE_STALE_SEED=… cargo test stale\n{what}");
    assert!(
        moved as u64 <= schedules / 200,
        "{moved} schedules with moves by hand"
    );
}
