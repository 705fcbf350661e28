//! Whatever was not talked about waits afterwards (docs/merge.md#agenda-of-a-meeting): two or three machines whose clocks
//! are up to an hour apart, meetings begun and ended offline, entries done, followed, removed, and commands taken back.
//!
//! `ONEONONE_AGENDA=20000 cargo test --release agenda` runs a long sweep, `ONEONONE_AGENDA_SEED=7` replays one schedule.

use std::collections::{BTreeMap, BTreeSet};

use oneonone::app::{begin_meeting, close_entry};
use oneonone::merge::merge;
use oneonone::model::{
    ActionState, Entry, EntryId, Home, Kind, Meeting, MeetingKey, Placed, State, Table, Visibility,
    followers, instant_value,
};
use oneonone::query::carry;
use oneonone::sync::OnRewrite;
use oneonone::sync::replica::open_again;

use super::random::Random;
use super::sync::{Fault, Outcome};
use super::world::World;

const SCHEDULES: u64 = 2000;
const STEPS: usize = 60;
/// After so many steps everybody syncs, and one of them ends what is under way.
const PHASE: usize = 20;

/// A command of one machine, to be taken back.
struct Undo {
    before: State,
    after: State,
    /// The entries that it counts as talked about.
    talked: BTreeSet<EntryId>,
}

struct Schedule {
    world: World,
    random: Random,
    /// Entries that somebody talked about, and how many commands say so.
    talked: BTreeMap<EntryId, usize>,
    undo: Vec<Option<Undo>>,
}

impl Schedule {
    fn new(seed: u64, trace: bool) -> Self {
        let mut random = Random::new(seed ^ 0xa9e7da);
        let mut world = World::new(seed, trace);
        world.clones.truncate(2 + random.below(2));
        for clone in &mut world.clones {
            clone.skew = [0, -3600, 3600, 300, -300][random.below(5)];
        }
        let undo = world.clones.iter().map(|_| None).collect();
        Self {
            world,
            random,
            talked: BTreeMap::new(),
            undo,
        }
    }

    fn run(&mut self) -> Result<(), String> {
        for step in 1..=STEPS {
            self.world.tick();
            let clone = self.random.below(self.world.clones.len());
            match self.random.below(16) {
                0..4 => self.command(clone, Self::add)?,
                4..6 => self.command(clone, Self::start)?,
                6..8 => self.command(clone, Self::end)?,
                8 => self.command(clone, Self::close)?,
                9 => self.command(clone, Self::reopen)?,
                10..12 => self.command(clone, Self::follow)?,
                12 => self.command(clone, Self::remove)?,
                13 => self.take_back(clone)?,
                _ => self.sync(clone)?,
            }
            if step % PHASE == 0 {
                self.phase(clone)?;
            }
        }
        Ok(())
    }

    /// One command; it says which entries it talked about.
    fn command(
        &mut self,
        clone: usize,
        edit: fn(&mut Self, usize, &mut State) -> BTreeSet<EntryId>,
    ) -> Result<(), String> {
        let tip = self.world.clones[clone].head;
        let before = self.world.dag.healed(tip).state.clone();
        let mut after = before.clone();
        let talked = edit(self, clone, &mut after);
        if after == before {
            return Ok(());
        }
        let wanted = after.clone();
        self.world.command_of(clone, move |_, _, state| {
            *state = wanted;
            "meets"
        })?;
        let after = self.world.dag.healed(self.world.clones[clone].head).state.clone();
        self.answered(clone, &before, &after);
        for id in &talked {
            *self.talked.entry(*id).or_default() += 1;
        }
        self.undo[clone] = Some(Undo {
            before,
            after,
            talked,
        });
        Ok(())
    }

    fn under_way(&self, clone: usize, state: &State) -> Vec<Meeting> {
        let records = self.world.records(clone, state);
        let now = self.world.now(clone);
        records.all_under_way(now).into_iter().cloned().collect()
    }

    fn add(&mut self, clone: usize, state: &mut State) -> BTreeSet<EntryId> {
        let kinds = [
            Kind::Topic,
            Kind::Growth,
            Kind::Feedback,
            Kind::Concern,
            Kind::Challenge,
            Kind::Topic,
            Kind::Update,
        ];
        let kind = kinds[self.random.below(kinds.len())];
        let visibility = [
            Visibility::Shared,
            Visibility::Shared,
            Visibility::Confidential,
            Visibility::Private,
        ][self.random.below(4)];
        let meeting = self.under_way(clone, state).pop();
        let id = self.put(clone, state, kind, None, visibility);
        // Whoever writes an entry into a meeting talks about it. A topic may be there to be talked about yet.
        let is_talk = meeting.is_some() && (kind != Kind::Topic || visibility == Visibility::Private);
        is_talk.then_some(id).into_iter().collect()
    }

    fn put(
        &mut self,
        clone: usize,
        state: &mut State,
        kind: Kind,
        re: Option<EntryId>,
        visibility: Visibility,
    ) -> EntryId {
        let meeting = self.under_way(clone, state).pop();
        let id = self.world.new_id();
        let mut entry = Table::default();
        entry.set("id", id.to_string());
        entry.set("kind", kind.as_str());
        entry.set("by", self.world.clones[clone].me.as_str());
        entry.set("at", instant_value(self.world.now(clone)));
        entry.set("text", self.world.word());
        if kind == Kind::Action {
            entry.set("owner", self.world.clones[clone].me.as_str());
            entry.set("state", "open");
        }
        if let Some(re) = re {
            entry.set("re", re.to_string());
        }
        let home = meeting.map_or(Home::Agenda, |m| Home::Meeting(m.key));
        let mut placed = Placed { home, entry };
        if visibility != Visibility::Shared {
            self.world.seal(clone, state, id, &mut placed.entry, visibility);
        }
        state.entries.insert(id, placed);
        id
    }

    fn start(&mut self, clone: usize, state: &mut State) -> BTreeSet<EntryId> {
        if !self.under_way(clone, state).is_empty() {
            return BTreeSet::new();
        }
        let mut talked = BTreeSet::new();
        let records = self.world.records(clone, state);
        for meeting in records.meetings.iter().filter(|m| m.is_unended()) {
            talked.extend(self.finish(clone, state, meeting, None));
        }
        let records = self.world.records(clone, state);
        let mut key = MeetingKey::first(self.world.now(clone).date_naive());
        while state.meetings.contains_key(&key) {
            key.number += 1;
        }
        begin_meeting(&records, state, key, self.world.now(clone));
        talked
    }

    fn end(&mut self, clone: usize, state: &mut State) -> BTreeSet<EntryId> {
        let meetings = self.under_way(clone, state);
        let named = self.random.once_in(3).then(|| self.random.below(3));
        let mut talked = BTreeSet::new();
        for meeting in &meetings {
            talked.extend(self.finish(clone, state, meeting, named));
        }
        talked
    }

    /// Ends a meeting. With a number, every third entry but that goes back by name.
    fn finish(
        &mut self,
        clone: usize,
        state: &mut State,
        meeting: &Meeting,
        named: Option<usize>,
    ) -> BTreeSet<EntryId> {
        let records = self.world.records(clone, state);
        let entries = records.of_meeting(meeting.key);
        let movable = |e: &&Entry| !matches!(e.kind(), None | Some(Kind::Action | Kind::Update));
        let carried = match named {
            None => carry(&records, meeting),
            Some(odd) => {
                let movable = entries
                    .iter()
                    .copied()
                    .filter(movable)
                    .filter(|e| e.visibility != Visibility::Private);
                movable
                    .enumerate()
                    .filter(|(n, _)| n % 3 == odd)
                    .map(|(_, e)| e.id)
                    .collect()
            }
        };
        let followed = followers(meeting, &entries);
        let stays = entries.iter().filter(|e| !carried.contains(&e.id));
        let is_talk = |e: &&&Entry| {
            let is_named = named.is_some() && e.visibility != Visibility::Private;
            is_named || e.is_settled() || followed.contains_key(&e.id)
        };
        let talked = stays.filter(is_talk).map(|e| e.id).collect();
        self.world.end_meeting(clone, state, meeting.key, &carried);
        talked
    }

    /// An entry that is no action, and that both can see.
    fn any(&mut self, clone: usize, state: &State, wanted: impl Fn(&Entry) -> bool) -> Option<EntryId> {
        let records = self.world.records(clone, state);
        let seen = |e: &&Entry| e.visibility != Visibility::Private && e.kind() != Some(Kind::Action);
        let entries = records.entries.iter().filter(seen).filter(|e| wanted(e));
        let ids: Vec<EntryId> = entries.map(|e| e.id).collect();
        self.random.pick(&ids)
    }

    fn close(&mut self, clone: usize, state: &mut State) -> BTreeSet<EntryId> {
        let Some(id) = self.any(clone, state, |e| !e.is_settled()) else {
            return BTreeSet::new();
        };
        let now = self.world.now(clone);
        let last = self.under_way(clone, state).pop().map(|m| m.key);
        let last = last.or_else(|| state.meetings.keys().next_back().copied());
        self.world.on_entry(clone, state, id, |_, table| {
            close_entry(table, ActionState::Done, now)
        });
        if let (Some(placed), Some(key)) = (state.entries.get_mut(&id), last)
            && placed.home == Home::Agenda
        {
            placed.home = Home::Meeting(key);
        }
        BTreeSet::new()
    }

    fn reopen(&mut self, clone: usize, state: &mut State) -> BTreeSet<EntryId> {
        let under_way = self.under_way(clone, state).pop().map(|m| Home::Meeting(m.key));
        if let Some(id) = self.any(clone, state, Entry::is_settled) {
            self.world.on_entry(clone, state, id, |_, table| {
                table.remove("state");
                table.remove("closed");
            });
            // The command puts it back on the agenda. By hand nobody does.
            let placed = state.entries.get_mut(&id).unwrap();
            if self.random.once_in(2) && Some(placed.home) != under_way {
                placed.home = Home::Agenda;
            }
        }
        BTreeSet::new()
    }

    /// An entry comes up that follows another one of the meeting.
    fn follow(&mut self, clone: usize, state: &mut State) -> BTreeSet<EntryId> {
        let under_way: Vec<Home> = self
            .under_way(clone, state)
            .iter()
            .map(|m| Home::Meeting(m.key))
            .collect();
        let Some(followed) = self.any(clone, state, |e| under_way.contains(&e.home)) else {
            return BTreeSet::new();
        };
        let kind = [Kind::Action, Kind::Action, Kind::Decision, Kind::Topic][self.random.below(4)];
        let id = self.put(clone, state, kind, Some(followed), Visibility::Shared);
        (kind != Kind::Topic).then_some(id).into_iter().collect()
    }

    fn remove(&mut self, clone: usize, state: &mut State) -> BTreeSet<EntryId> {
        if let Some(id) = self.any(clone, state, |_| true) {
            state.entries.remove(&id);
        }
        BTreeSet::new()
    }

    /// An entry that was followed in its meeting was talked about, though the follower, which went on to the agenda, is
    /// removed there one day.
    fn answered(&mut self, clone: usize, before: &State, after: &State) {
        let records = self.world.records(clone, before);
        for follower in records
            .entries
            .iter()
            .filter(|e| !after.entries.contains_key(&e.id))
        {
            let followed = follower.body.as_ref().and_then(|body| records.entry(body.re?));
            if let Some(followed) = followed.filter(|followed| followed.home != follower.home) {
                *self.talked.entry(followed.id).or_default() += 1;
            }
        }
    }

    /// Takes the last command of a machine back, as `undo` does.
    fn take_back(&mut self, clone: usize) -> Result<(), String> {
        let Some(undo) = self.undo[clone].take() else {
            return Ok(());
        };
        let now = self.world.dag.healed(self.world.clones[clone].head).state.clone();
        let mut before = undo.before.clone();
        // An entry that somebody removed since is not brought back by taking back an edit of it.
        before
            .entries
            .retain(|id, _| now.entries.contains_key(id) || !undo.after.entries.contains_key(id));
        let Ok(merged) = merge(&undo.after, &now, &before) else {
            return Ok(());
        };
        let mut state = merged.state;
        open_again(&undo.after, &before, &mut state);
        self.world
            .carry_back(clone, [&undo.after, &now, &before], &mut state);
        self.answered(clone, &now, &state);
        self.world.command_of(clone, move |_, _, to| {
            *to = state;
            "takes back"
        })?;
        for id in &undo.talked {
            self.talked
                .entry(*id)
                .and_modify(|times| *times = times.saturating_sub(1));
        }
        Ok(())
    }

    fn sync(&mut self, clone: usize) -> Result<(), String> {
        match self.world.sync(clone, Fault::None, OnRewrite::Ask)? {
            Outcome::Delivered => Ok(()),
            other => Err(format!("clone {clone} did not deliver: {other:?}")),
        }
    }

    fn everybody_syncs(&mut self) -> Result<(), String> {
        for _ in 0..3 {
            for clone in 0..self.world.clones.len() {
                self.sync(clone)?;
            }
        }
        let heads: BTreeSet<_> = self.world.clones.iter().map(|c| c.head).collect();
        match heads.len() {
            1 => Ok(()),
            _ => Err("somebody still writes".to_owned()),
        }
    }

    fn phase(&mut self, clone: usize) -> Result<(), String> {
        self.everybody_syncs()?;
        self.command(clone, |s, clone, state| {
            let records = s.world.records(clone, state);
            let mut talked = BTreeSet::new();
            for meeting in records.meetings.iter().filter(|m| m.is_unended()) {
                talked.extend(s.finish(clone, state, meeting, None));
            }
            talked
        })?;
        self.undo.iter_mut().for_each(|undo| *undo = None);
        self.everybody_syncs()?;
        self.look()
    }

    /// Every entry that nobody talked about, removed or answered is on the agenda.
    fn look(&mut self) -> Result<(), String> {
        let state = self.world.dag.healed(self.world.remote).state.clone();
        let all: Vec<_> = (0..self.world.clones.len())
            .map(|clone| self.world.records(clone, &state))
            .collect();
        for (id, placed) in &state.entries {
            let views = all.iter().filter_map(|records| records.entry(*id));
            let Some(entry) = views.max_by_key(|entry| entry.body.is_some()) else {
                continue;
            };
            let Some(kind) = entry.kind() else { continue };
            let Home::Meeting(key) = placed.home else {
                self.talked.remove(id);
                continue;
            };
            let waits = kind.is_talked_about();
            let is_followed = all[0]
                .entries
                .iter()
                .any(|e| e.body.as_ref().is_some_and(|b| b.re == Some(*id)));
            if !waits || entry.visibility == Visibility::Private || entry.is_settled() || is_followed {
                continue;
            }
            if self.talked.get(id).is_none_or(|times| *times == 0) {
                return Err(format!(
                    "{id} was not talked about, and is gone in the meeting of {key}"
                ));
            }
        }
        Ok(())
    }
}

#[test]
fn whatever_was_not_talked_about_waits_afterwards() {
    if let Some(seed) = super::number("ONEONONE_AGENDA_SEED") {
        let mut schedule = Schedule::new(seed, true);
        let result = schedule.run();
        super::say(&schedule.world.trace());
        result.unwrap();
        return;
    }
    let schedules = super::number("ONEONONE_AGENDA").unwrap_or(SCHEDULES);
    let mut failed = Vec::new();
    for seed in 0..schedules {
        if let Err(what) = Schedule::new(seed, false).run() {
            failed.push(format!(
                "{what}\n  replay: ONEONONE_AGENDA_SEED={seed} cargo test agenda"
            ));
        }
    }
    super::say(&format!("agenda: {schedules} schedules, {} wrong", failed.len()));
    assert!(
        failed.is_empty(),
        "{} of {schedules} schedules failed:\n{}",
        failed.len(),
        failed.iter().take(20).cloned().collect::<Vec<_>>().join("\n")
    );
}
