//! Nobody but its author lets more people read an entry (docs/privacy.md#entries-that-arrive-wider). Two machines of
//! Ana and one of Sam write, share, answer and sync. Meanwhile a host, or one of them by plain Git, puts whatever it
//! likes under the ids of their entries. Learning, sealing, restoring, merging and settling are the program's own.
//!
//! `ONEONONE_READERS=20000 cargo test --release readers` runs a long sweep, `ONEONONE_READERS_SEED=7` replays one schedule.

mod baits;

use std::collections::{BTreeMap, BTreeSet};

use oneonone::git::CommitId;
use oneonone::model::{
    Alternative, Content, EntryId, Home, KnownReaders, Loaded, Placed, State, Table, Value, Visibility,
    instant_value,
};
use oneonone::store::ReadersMemory;
use oneonone::sync::replica::{
    BodySeals, EntryHistory, EntrySearch, EntryWalks, History, KeyHolder, keep_narrow, learn_readers,
};
use oneonone::sync::{OnRewrite, SyncError};

use super::clone::Stop;
use super::folder::Interrupt;
use super::history::{Dag, Tree};
use super::random::Random;
use super::sync::{Fault, Outcome};
use super::vault::Key;
use super::world::{World, pair_of};

const SCHEDULES: u64 = 2000;
const STEPS: usize = 40;
/// Clones 0 and 2 are Ana's, 1 is Sam's.
const CLONES: usize = 3;

impl EntryHistory for Dag {
    fn commits_since(&self, tip: CommitId, known: Option<CommitId>) -> Result<Vec<CommitId>, SyncError> {
        let ids = (0..=self.place(tip)).rev().map(|place| self.at(place));
        let is_new = |commit: &CommitId| {
            self.ancestor(*commit, tip) && known.is_none_or(|known| !self.ancestor(*commit, known))
        };
        Ok(ids.filter(is_new).collect())
    }

    fn sealed_entries(&self, commits: &[CommitId]) -> Result<Vec<(EntryId, Table)>, SyncError> {
        let mut sealed = Vec::new();
        for commit in commits {
            let entries = self.records(*commit)?.state.entries.into_iter();
            let is_sealed = |(_, placed): &(EntryId, Placed)| placed.entry.ciphertext().is_some();
            sealed.extend(entries.filter(is_sealed).map(|(id, placed)| (id, placed.entry)));
        }
        Ok(sealed)
    }

    fn differences(
        &self,
        before: Option<CommitId>,
        after: CommitId,
        _: Option<&BTreeSet<EntryId>>,
    ) -> Result<(Loaded, Loaded), SyncError> {
        self.compared.set(self.compared.get() + 1);
        let before = before.map(|before| self.records(before)).transpose()?;
        Ok((before.unwrap_or_default(), self.records(after)?))
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    Add,
    Edit,
    EditByHand,
    Reply,
    Done,
    Share,
    Answer,
    Remove,
    Sync,
    PlainPull,
    Rejoin,
    Lose,
    Host,
}

const PEOPLE: [Step; 16] = [
    Step::Add,
    Step::Add,
    Step::Edit,
    Step::Edit,
    Step::EditByHand,
    Step::Reply,
    Step::Done,
    Step::Share,
    Step::Share,
    Step::Answer,
    Step::Remove,
    Step::Sync,
    Step::Sync,
    Step::Sync,
    Step::Sync,
    Step::PlainPull,
];

const HOST: [Step; 7] = [Step::Host; 7];

/// The kinds of schedules.
const KINDS: [(&str, &[Step]); 4] = [
    ("nobody but the two", &[]),
    ("a host", &HOST),
    (
        "a host, and memories lost",
        &[
            Step::Host,
            Step::Host,
            Step::Host,
            Step::Host,
            Step::Host,
            Step::Lose,
        ],
    ),
    (
        "a host, and clones made anew",
        &[
            Step::Host,
            Step::Host,
            Step::Host,
            Step::Host,
            Step::Host,
            Step::Rejoin,
        ],
    ),
];

struct Schedule {
    world: World,
    random: Random,
    steps: Vec<Step>,
    memories: Vec<Option<ReadersMemory>>,
    /// Who wrote an entry in truth, and the most people that they ever let read it, on whatever machine.
    truth: BTreeMap<EntryId, (usize, Visibility)>,
    /// Where an author let people read an entry: the commit, and who.
    acts: Vec<(EntryId, CommitId, Visibility)>,
    /// The readers that a person named for an entry in a clone.
    said: BTreeMap<(usize, EntryId), Visibility>,
    /// The most people that may read a word.
    words: BTreeMap<String, Visibility>,
    /// The bodies that an entry had by its author's hand.
    own: BTreeMap<EntryId, Vec<Alternative>>,
    baits: usize,
    alarms: usize,
    answers: usize,
}

fn author_of(placed: &Placed) -> Option<String> {
    placed.entry.get_str("by").map(str::to_owned)
}

impl Schedule {
    fn new(seed: u64, steps: Vec<Step>, trace: bool) -> Self {
        let mut world = World::new(seed, trace);
        world.clones.truncate(CLONES);
        world.clones.iter_mut().for_each(|clone| clone.skew = 0);
        Self {
            world,
            random: Random::new(seed ^ 0x4ead),
            steps,
            memories: vec![None; CLONES],
            truth: BTreeMap::new(),
            acts: Vec::new(),
            said: BTreeMap::new(),
            words: BTreeMap::new(),
            own: BTreeMap::new(),
            baits: 0,
            alarms: 0,
            answers: 0,
        }
    }

    fn run(&mut self) -> Result<(), String> {
        for _ in 0..STEPS {
            self.world.tick();
            let step = self.random.pick(&self.steps.clone()).unwrap();
            let clone = self.random.below(CLONES);
            self.step(step, clone)?;
        }
        for _ in 0..6 {
            for clone in 0..CLONES {
                self.sync(clone)?;
                self.answer(clone)?;
            }
        }
        for clone in [0, 1, 2, 0, 1, 2] {
            self.sync(clone)?;
        }
        let heads: BTreeSet<CommitId> = self.world.clones.iter().map(|clone| clone.head).collect();
        if heads != BTreeSet::from([self.world.remote]) {
            return Err("the clones are apart".to_owned());
        }
        for clone in 0..CLONES {
            self.sync(clone)?;
            if let Some(id) = self.alarms(clone)?.into_iter().next() {
                return Err(format!("the alarm of {id} does not end in clone {clone}"));
            }
        }
        match heads.contains(&self.world.remote) {
            true => Ok(()),
            false => Err("a sync with nothing new made a commit".to_owned()),
        }
    }

    // The acts of the program.

    fn state(&self, commit: CommitId) -> State {
        self.world.dag.healed(commit).state.clone()
    }

    fn head(&self, clone: usize) -> CommitId {
        self.world.clones[clone].head
    }

    /// The readers that a clone knows at its commit.
    fn known(&mut self, clone: usize, tip: CommitId) -> Result<KnownReaders, String> {
        let pair = pair_of(&self.state(tip));
        let key = self.world.key(clone);
        let holder = KeyHolder {
            pair: &pair,
            keys: &key,
            me: Some(&self.world.clones[clone].me),
        };
        let learned = learn_readers(&*self.world.dag, &holder, self.memories[clone].clone(), tip);
        let learned = learned.map_err(|e| e.to_string())?;
        let known = learned.known().clone();
        self.memories[clone] = Some(learned.memory);
        Ok(known)
    }

    fn change_known(&mut self, clone: usize, change: impl FnOnce(&mut KnownReaders)) -> Result<(), String> {
        self.known(clone, self.head(clone))?;
        if let Some(memory) = &mut self.memories[clone] {
            change(&mut memory.known);
        }
        Ok(())
    }

    /// The entries of mine that arrived wider.
    fn alarms(&mut self, clone: usize) -> Result<BTreeSet<EntryId>, String> {
        let (head, me) = (self.head(clone), self.world.clones[clone].me.clone());
        let mine = self.known(clone, head)?.of(Some(&me));
        let ids: BTreeSet<EntryId> = mine.wider().map(|(id, _)| id).collect();
        Ok(ids)
    }

    /// A command that writes.
    fn write(
        &mut self,
        clone: usize,
        change: impl FnOnce(&mut Self, &mut State),
    ) -> Result<CommitId, String> {
        let wrong = |stop: Stop| format!("{stop:?}");
        let (tip, read) = self.world.open(clone).map_err(wrong)?;
        let before = self.state(tip);
        let mut state = before.clone();
        change(self, &mut state);
        let known = self.known(clone, tip)?;
        let (pair, me) = (pair_of(&before), self.world.clones[clone].me.clone());
        let key = self.world.key(clone);
        let holder = KeyHolder {
            pair: &pair,
            keys: &key,
            me: Some(&me),
        };
        // A command that cannot seal says so and changes nothing.
        if keep_narrow(&before, &mut state, &known, &holder).is_err() {
            state.clone_from(&before);
        }
        let to = match state == before {
            true => tip,
            false => self.world.dag.commit(state, &[tip], self.world.signature(clone)),
        };
        let written = self.world.write_out(clone, to, &read, Interrupt::Nothing);
        written.map_err(wrong)?;
        self.look_for_leaks(to)?;
        Ok(to)
    }

    fn sync(&mut self, clone: usize) -> Result<(), String> {
        let before = self.alarms(clone)?;
        let outcome = self.world.sync(clone, Fault::None, OnRewrite::Ask)?;
        if outcome != Outcome::Delivered {
            return Err(format!("a sync ended as {outcome:?}"));
        }
        let head = self.head(clone);
        self.look_for_leaks(head)?;
        self.look_for_splits(head);
        let after = self.alarms(clone)?;
        let state = self.state(head);
        for (id, placed) in &state.entries {
            let own = self
                .own
                .get(id)
                .is_some_and(|own| own.contains(&placed.entry.shown("body")));
            if before.contains(id) && !after.contains(id) && !own {
                return Err(format!("the alarm of {id} ended by itself in clone {clone}"));
            }
            if !self.is_mine(clone, *id) || after.contains(id) {
                continue;
            }
            if self.audience(clone, &state, *id) > self.meant(clone, *id) {
                return Err(format!("clone {clone} was not told of {id}"));
            }
            // Settling wrote it of what its author wrote.
            self.own.entry(*id).or_default().push(placed.entry.shown("body"));
        }
        Ok(())
    }

    fn is_mine(&self, clone: usize, id: EntryId) -> bool {
        let author = self
            .truth
            .get(&id)
            .map(|(author, _)| &self.world.clones[*author].me);
        author == Some(&self.world.clones[clone].me)
    }

    fn audience(&self, clone: usize, state: &State, id: EntryId) -> Visibility {
        let (pair, key) = (pair_of(state), self.world.key(clone));
        let holder = KeyHolder {
            pair: &pair,
            keys: &key,
            me: Some(&self.world.clones[clone].me),
        };
        holder.audience(id, &state.entries[&id].entry).shown
    }

    // The intents of the people.

    /// Who may read what a person writes into an entry: those whom its author let, as far as this clone has heard, and
    /// those whom the person named.
    fn meant(&self, clone: usize, id: EntryId) -> Visibility {
        let heard = |commit: CommitId| self.world.dag.ancestor(commit, self.head(clone));
        let acts: Vec<_> = self
            .acts
            .iter()
            .filter(|act| act.0 == id && heard(act.1))
            .collect();
        let widest = acts.iter().map(|act| act.2).max();
        let said = self.said.get(&(clone, id)).copied();
        widest
            .into_iter()
            .chain(said)
            .max()
            .unwrap_or(Visibility::Private)
    }

    fn lets_read(&mut self, clone: usize, id: EntryId, commit: CommitId, readers: Visibility) {
        self.acts.push((id, commit, readers));
        let truth = self.truth.entry(id).or_insert((clone, readers));
        truth.1 = truth.1.max(readers);
    }

    fn word(&mut self, readers: Visibility) -> String {
        let word = self.world.word();
        self.words.insert(word.clone(), readers);
        word
    }

    /// No word stands where more people read it than its author meant.
    fn look_for_leaks(&self, commit: CommitId) -> Result<(), String> {
        for (id, placed) in &self.state(commit).entries {
            let rows = placed.entry.rows_of("body").map(|row| row.alternative.clone());
            for body in [placed.entry.shown("body")].into_iter().chain(rows) {
                let (readers, content) = match body.ciphertext() {
                    Some(ciphertext) => (
                        self.world.vault.readers(ciphertext),
                        self.world.vault.content(ciphertext),
                    ),
                    None => {
                        let mut table = Table::default();
                        table.show("body", &body);
                        (Visibility::Shared, Content::of_entry(&table))
                    }
                };
                for word in words_of(&content) {
                    let meant = self.words.get(&word).copied().unwrap_or(Visibility::Shared);
                    if readers > meant {
                        return Err(format!("leak: {word} of {id} is {readers}, and was {meant}"));
                    }
                }
            }
        }
        Ok(())
    }

    /// An entry that settling made was let be read by nobody else than the one that it came from.
    fn look_for_splits(&mut self, head: CommitId) {
        for (id, placed) in self.state(head).entries {
            if self.truth.contains_key(&id) {
                continue;
            }
            let by = author_of(&placed);
            let author = (0..CLONES).find(|clone| Some(self.world.clones[*clone].me.to_string()) == by);
            let readers = placed.entry.visibility();
            if let Some(author) = author.filter(|_| readers.is_sealed()) {
                self.lets_read(author, id, head, readers);
                self.own.entry(id).or_default().push(placed.entry.shown("body"));
            }
        }
    }

    // The steps.

    fn step(&mut self, step: Step, clone: usize) -> Result<(), String> {
        let state = self.state(self.head(clone));
        let ids: Vec<EntryId> = state.entries.keys().copied().collect();
        let id = self.random.pick(&ids);
        self.world.say(|_| format!("{clone} {step:?} {id:?}"));
        match (step, id) {
            (Step::Sync, _) => self.sync(clone),
            (Step::PlainPull, _) => {
                let remote = self.world.remote;
                if self.world.dag.ancestor(self.head(clone), remote) {
                    self.world.clones[clone].head = remote;
                    self.world.clones[clone].work = Tree::Of(remote);
                }
                Ok(())
            }
            (Step::Add, _) => {
                let all = [
                    Visibility::Private,
                    Visibility::Private,
                    Visibility::Confidential,
                    Visibility::Shared,
                ];
                let readers = self.random.pick(&all).unwrap();
                self.add(clone, None, readers, readers)
            }
            (Step::Answer, _) => self.answer(clone),
            (Step::Host, _) => self.host(),
            (Step::Lose, _) => {
                self.memories[clone] = None;
                Ok(())
            }
            (Step::Rejoin, _) => self.rejoin(clone),
            (_, None) => Ok(()),
            (Step::Reply, Some(id)) => self.reply(clone, id),
            (Step::Share, Some(id)) => self.share(clone, id),
            (Step::Edit, Some(id)) => self.edit(clone, id, false),
            (Step::EditByHand, Some(id)) => self.edit(clone, id, true),
            (Step::Done, Some(id)) => {
                let commit = self.write(clone, |all, state| {
                    all.rewrite(clone, state, id, |table| table.set("state", "done"));
                })?;
                self.keep_own(clone, id, commit);
                Ok(())
            }
            (Step::Remove, Some(id)) => {
                let entry = &state.entries[&id].entry;
                if self.opened(clone, &state, id).is_some() && entry.rows_of("body").next().is_none() {
                    self.write(clone, |_, state| drop(state.entries.remove(&id)))?;
                }
                Ok(())
            }
        }
    }

    /// A body that an author wrote while nothing had arrived wider.
    fn keep_own(&mut self, clone: usize, id: EntryId, commit: CommitId) {
        let is_mine = self.is_mine(clone, id);
        let is_waiting = self.alarms(clone).is_ok_and(|alarms| alarms.contains(&id));
        if let Some(placed) = self
            .state(commit)
            .entries
            .get(&id)
            .filter(|_| is_mine && !is_waiting)
        {
            let body = placed.entry.shown("body");
            self.own.entry(id).or_default().push(body);
        }
    }

    fn add(
        &mut self,
        clone: usize,
        re: Option<EntryId>,
        readers: Visibility,
        meant: Visibility,
    ) -> Result<(), String> {
        let (id, word) = (self.world.new_id(), self.word(meant));
        let now = instant_value(self.world.now(clone));
        let commit = self.write(clone, |all, state| {
            let by = all.world.clones[clone].me.clone();
            let mut entry = Table::default();
            entry.set("id", id.to_string());
            entry.set("kind", "note");
            entry.set("by", by.as_str());
            entry.set("at", now);
            entry.set("text", word);
            if let Some(re) = re {
                entry.set("re", re.to_string());
            }
            let entry = all.sealed(state, id, by.as_str(), &entry, readers, readers);
            state.entries.insert(
                id,
                Placed {
                    home: Home::Agenda,
                    entry,
                },
            );
        })?;
        let state = self.state(commit);
        if state.entries.contains_key(&id) {
            let readers = self.audience(clone, &state, id);
            self.lets_read(clone, id, commit, readers);
            self.keep_own(clone, id, commit);
        }
        Ok(())
    }

    /// A reply is for those who read the entry, and nobody else may read the reply. Only the author of an entry is warned
    /// that it arrived wider: to anybody else it is what it shows.
    fn reply(&mut self, clone: usize, id: EntryId) -> Result<(), String> {
        let state = self.state(self.head(clone));
        if self.opened(clone, &state, id).is_none() {
            return Ok(());
        }
        let shown = self.audience(clone, &state, id);
        let is_mine = self.is_mine(clone, id);
        let meant = if is_mine { self.meant(clone, id) } else { shown };
        self.add(clone, Some(id), shown, meant)
    }

    fn share(&mut self, clone: usize, id: EntryId) -> Result<(), String> {
        let state = self.state(self.head(clone));
        let is_mine = self.is_mine(clone, id);
        let placed = &state.entries[&id];
        let says_so = author_of(placed).as_deref() == Some(self.world.clones[clone].me.as_str());
        let Some((readers, content)) = self.opened(clone, &state, id) else {
            return Ok(());
        };
        let conflicts = placed.entry.rows_of("body").next().is_some();
        let is_free = is_mine && says_so && !conflicts && readers.is_sealed();
        if !is_free || self.alarms(clone)?.contains(&id) {
            return Ok(());
        }
        let to = match readers == Visibility::Private && self.random.once_in(2) {
            true => Visibility::Confidential,
            false => Visibility::Shared,
        };
        for word in words_of(&content) {
            self.words.entry(word).and_modify(|meant| *meant = to.max(*meant));
        }
        let commit = self.write(clone, |all, state| {
            let by = all.world.clones[clone].me.clone();
            let entry = content.in_clear(&state.entries[&id].entry);
            let entry = all.sealed(state, id, by.as_str(), &entry, to, to);
            state.entries.get_mut(&id).unwrap().entry = entry;
        })?;
        self.lets_read(clone, id, commit, to);
        self.change_known(clone, |known| known.raise(id, to))?;
        self.keep_own(clone, id, commit);
        Ok(())
    }

    fn edit(&mut self, clone: usize, id: EntryId, by_hand: bool) -> Result<(), String> {
        let head = self.head(clone);
        let known = self.known(clone, head)?;
        if let Some(wider) = known.get_wider(id)
            && !by_hand
        {
            if wider.by != self.world.clones[clone].me {
                return Ok(());
            }
            self.restore(clone, id)?;
        }
        let meant = self.meant(clone, id);
        let is_mine = self.is_mine(clone, id);
        let state = self.state(self.head(clone));
        if self.opened(clone, &state, id).is_none() {
            return Ok(());
        }
        // By hand the other member sees who reads it.
        let meant = match is_mine || !by_hand {
            true => meant,
            false => self.audience(clone, &state, id),
        };
        let (word, keeps) = (self.word(meant), self.random.once_in(2));
        let commit = self.write(clone, |all, state| {
            all.rewrite(clone, state, id, |table| {
                let text = table.get_str("text").filter(|_| keeps).unwrap_or_default();
                let text = format!("{text} {word}");
                table.set("text", text.trim());
            });
        })?;
        self.keep_own(clone, id, commit);
        Ok(())
    }

    fn restore(&mut self, clone: usize, id: EntryId) -> Result<(), String> {
        let head = self.head(clone);
        let known = self.known(clone, head)?.get(id).cloned().ok_or("not known")?;
        let (state, pair) = (self.state(head), pair_of(&self.state(head)));
        let key = self.world.key(clone);
        let holder = KeyHolder {
            pair: &pair,
            keys: &key,
            me: Some(&self.world.clones[clone].me),
        };
        let search = EntrySearch {
            walks: &EntryWalks::new(&*self.world.dag, [id]),
            tip: head,
            holder: &holder,
            state: &state,
            others: &[],
        };
        let me = self.world.clones[clone].me.to_string();
        let is_mine = |commit| Ok(self.world.dag.author(commit)?.name == me);
        let restored = search
            .before_it_arrived(id, &known, &is_mine)
            .map_err(|e| e.to_string())?;
        let Some(restored) = restored else {
            // Somebody had sealed an entry that she let everybody read; it is as she wants it again.
            let truth = self.truth.get(&id).map(|(_, readers)| *readers);
            return match truth >= Some(known.arrived_for()) {
                true => self.confirm(clone, id, known.arrived_for()),
                false => Err(format!("{id} cannot be restored in clone {clone}")),
            };
        };
        let commit = self.write(clone, |_, state| {
            state.entries.insert(id, restored.placed);
            restored
                .split_off
                .iter()
                .for_each(|split| drop(state.entries.remove(split)));
        })?;
        self.change_known(clone, |known| known.answer(id))?;
        self.keep_own(clone, id, commit);
        match self.alarms(clone)?.contains(&id) {
            true => Err(format!("restoring {id} did not end its alarm in clone {clone}")),
            false => Ok(()),
        }
    }

    /// People answer what is true.
    fn answer(&mut self, clone: usize) -> Result<(), String> {
        let head = self.head(clone);
        let known = self.known(clone, head)?;
        for (id, wider) in known.wider() {
            self.alarms += 1;
            let is_mine = wider.by == self.world.clones[clone].me;
            let meant = self
                .truth
                .get(&id)
                .map_or(Visibility::Private, |(_, readers)| *readers);
            let shown = wider.shown.unwrap_or(wider.readers);
            if is_mine && wider.arrived_for() > meant {
                self.restore(clone, id)?;
            } else {
                self.confirm(clone, id, shown)?;
            }
            self.answers += 1;
        }
        Ok(())
    }

    /// `share --seen`.
    fn confirm(&mut self, clone: usize, id: EntryId, readers: Visibility) -> Result<(), String> {
        self.said.insert((clone, id), readers);
        self.change_known(clone, |known| known.raise(id, readers))
    }

    fn rejoin(&mut self, clone: usize) -> Result<(), String> {
        self.sync(clone)?;
        let root = self.world.dag.at(0);
        let it = &mut self.world.clones[clone];
        (it.head, it.written, it.seen) = (root, root, None);
        (it.work, it.remembered) = (Tree::Of(root), Tree::Of(root));
        it.taken.clear();
        self.memories[clone] = None;
        self.sync(clone)
    }

    fn opened(&self, clone: usize, state: &State, id: EntryId) -> Option<(Visibility, Content)> {
        let entry = &state.entries[&id].entry;
        let Some(ciphertext) = entry.ciphertext() else {
            return Some((Visibility::Shared, Content::of_entry(entry)));
        };
        let by = entry.get_str("by")?.parse().ok()?;
        let opened = self
            .world
            .key(clone)
            .unseal(&pair_of(state), id, &by, ciphertext)?;
        Some((opened.visibility, opened.content))
    }

    /// Changes the content of an entry, under seal where it is sealed. Another's private entry cannot be sealed again.
    fn rewrite(&mut self, clone: usize, state: &mut State, id: EntryId, change: impl FnOnce(&mut Table)) {
        let Some((readers, mut content)) = self.opened(clone, state, id) else {
            return;
        };
        let envelope = state.entries[&id].entry.clone();
        let by = envelope.get_str("by").unwrap_or_default().to_owned();
        if readers == Visibility::Private && by != self.world.clones[clone].me.as_str() {
            return;
        }
        change(content.table_mut());
        let clear = content.in_clear(&envelope);
        let entry = self.sealed(state, id, &by, &clear, readers, readers);
        state.entries.get_mut(&id).unwrap().entry = entry;
    }

    /// An entry in clear, sealed for some readers, with a word beside the seal.
    fn sealed(
        &self,
        state: &State,
        id: EntryId,
        by: &str,
        clear: &Table,
        readers: Visibility,
        word: Visibility,
    ) -> Table {
        if !readers.is_sealed() {
            return clear.clone();
        }
        let (pair, by) = (pair_of(state), by.parse().unwrap());
        let key = Key {
            vault: &self.world.vault,
            me: by,
        };
        let content = Content::of_entry(clear);
        let sealed = key.lock(&pair, id, &key.me.clone(), readers, &content).unwrap();
        let mut entry = clear.envelope();
        entry.set("visibility", word.as_str());
        entry.set("sealed", sealed);
        entry.rows = clear.rows_of("body").cloned().collect();
        entry.body_base = clear.body_base.clone();
        entry.tidy_rows();
        entry
    }
}

/// The words of the text, and of the texts in conflict with it.
fn words_of(content: &Content) -> Vec<String> {
    let table = content.table();
    let rows = table
        .rows_of("text")
        .filter_map(|row| row.alternative.value().cloned());
    let texts = table.get("text").cloned().into_iter().chain(rows);
    let words = |text: Value| -> Vec<String> {
        let words = text.as_str().unwrap_or_default().split_whitespace();
        words.map(str::to_owned).collect()
    };
    texts.flat_map(words).collect()
}

fn schedule(seed: u64, trace: bool) -> (Schedule, Result<(), String>) {
    let (_, beside) = KINDS[usize::try_from(seed).unwrap() % KINDS.len()];
    let steps = [PEOPLE.as_slice(), beside].concat();
    let mut schedule = Schedule::new(seed, steps, trace);
    let result = schedule.run();
    (schedule, result)
}

#[test]
fn readers_are_widened_by_nobody_but_the_author() {
    if let Some(seed) = super::number("ONEONONE_READERS_SEED") {
        let (schedule, result) = schedule(seed, true);
        super::say(&schedule.world.trace());
        result.unwrap();
        return;
    }
    let schedules = super::number("ONEONONE_READERS").unwrap_or(SCHEDULES);
    let mut wrong: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let (mut baits, mut alarms, mut answers) = (0, 0, 0);
    for seed in 0..schedules {
        let ran = std::panic::catch_unwind(|| {
            let (schedule, result) = schedule(seed, false);
            ((schedule.baits, schedule.alarms, schedule.answers), result)
        });
        let (counts, result) = ran.unwrap_or(((0, 0, 0), Err("panicked".to_owned())));
        (baits, alarms, answers) = (baits + counts.0, alarms + counts.1, answers + counts.2);
        if let Err(what) = result {
            let kind = KINDS[usize::try_from(seed).unwrap() % KINDS.len()].0;
            wrong.entry(kind).or_default().push(format!("{seed}: {what}"));
        }
    }
    let count: usize = wrong.values().map(Vec::len).sum();
    super::say(&format!(
        "readers: {schedules} schedules, {count} wrong; {baits} baits, {answers} of {alarms} alarms answered"
    ));
    let told: Vec<String> = wrong
        .iter()
        .map(|(kind, all)| format!("{kind}: {all:#?}"))
        .collect();
    let what = told.join("\n");
    assert!(
        wrong.is_empty(),
        "ONEONONE_READERS_SEED=… cargo test readers\n{what}"
    );
    assert!(baits > 0 && alarms > 0, "what never happened tests nothing");
}
