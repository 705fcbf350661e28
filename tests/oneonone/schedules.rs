//! Law 6: three clones under random edits, syncs, races and lost answers end equal, and no value is lost that nobody
//! knowingly replaced. The real merge, over a history kept in memory.
//!
//! `ONEONONE_SCHEDULES=100000 cargo test --release schedules` runs the long sweep.

use std::collections::{BTreeMap, BTreeSet};

use oneonone::merge::merge;
use oneonone::model::{Alternative, EntryId, Home, Placed, State, Table, Value};

use crate::edits::new_pair;

/// A small generator whose whole state is its seed, so that a failing schedule is named by one number.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (x ^ (x >> 31)) as usize % n
    }
}

/// A history in memory: commits with their parents.
#[derive(Default)]
struct History {
    states: Vec<State>,
    parents: Vec<Vec<usize>>,
}

impl History {
    fn commit(&mut self, state: State, parents: &[usize]) -> usize {
        self.states.push(state);
        self.parents.push(parents.to_vec());
        self.states.len() - 1
    }

    fn ancestors(&self, commit: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut open = vec![commit];
        while let Some(next) = open.pop() {
            if found.insert(next) {
                open.extend(&self.parents[next]);
            }
        }
        found
    }

    fn bases(&self, a: usize, b: usize) -> Vec<usize> {
        let common: BTreeSet<usize> = self
            .ancestors(a)
            .intersection(&self.ancestors(b))
            .copied()
            .collect();
        let best = |c: &usize| !common.iter().any(|d| d != c && self.ancestors(*d).contains(c));
        common.iter().copied().filter(best).collect()
    }

    /// Several merge bases are folded into one virtual commit, in their order.
    fn base(&mut self, a: usize, b: usize) -> State {
        let bases = self.bases(a, b);
        let mut folded = bases[0];
        for next in &bases[1..] {
            let over = self.base(folded, *next);
            let state = merge(&over, &self.states[folded], &self.states[*next])
                .unwrap()
                .state;
            folded = self.commit(state, &[folded, *next]);
        }
        self.states[folded].clone()
    }

    fn merge(&mut self, a: usize, b: usize) -> usize {
        if self.ancestors(a).contains(&b) {
            return a;
        }
        if self.ancestors(b).contains(&a) {
            return b;
        }
        let base = self.base(a, b);
        let merged = merge(&base, &self.states[a], &self.states[b]).unwrap().state;
        self.commit(merged, &[a, b])
    }
}

/// Every value ever written, and whether somebody who saw it replaced it.
#[derive(Default)]
struct Oracle {
    written: BTreeMap<String, (EntryId, &'static str)>,
    replaced: BTreeSet<String>,
}

fn text(alternative: &Alternative) -> Option<String> {
    alternative.value().and_then(Value::as_str).map(str::to_owned)
}

fn values(entry: &Table, field: &str) -> Vec<String> {
    let rows = entry.rows_of(field).map(|r| r.alternative.clone());
    rows.chain([entry.shown(field)])
        .filter_map(|a| text(&a))
        .collect()
}

const FIELDS: [&str; 3] = ["text", "mood", "tone-of-voice"];

fn step(random: &mut Random, state: &mut State, oracle: &mut Oracle, clone: usize, number: usize) {
    let ids: Vec<EntryId> = state.entries.keys().copied().collect();
    let value = format!("v{clone}-{number}");
    if ids.is_empty() || random.below(4) == 0 {
        let id = EntryId::from_bytes([0, 0, 0, clone as u8, (number >> 8) as u8, number as u8]);
        let mut entry = Table::default();
        entry.set("id", id.to_string());
        entry.set("text", value.clone());
        oracle.written.insert(value, (id, "text"));
        state.entries.insert(
            id,
            Placed {
                home: Home::Agenda,
                entry,
            },
        );
        return;
    }
    let id = ids[random.below(ids.len())];
    let placed = state.entries.get_mut(&id).unwrap();
    match random.below(10) {
        0 => {
            for field in FIELDS {
                oracle.replaced.extend(values(&placed.entry, field));
            }
            state.entries.remove(&id);
        }
        1 => {
            // Resolving: the value shown stays, the others go.
            for row in std::mem::take(&mut placed.entry.rows) {
                oracle.replaced.extend(text(&row.alternative));
            }
        }
        2 => {
            let key = ["2026-11-10", "2026-11-17"][random.below(2)].parse().unwrap();
            placed.home = Home::Meeting(key);
            state
                .meetings
                .entry(key)
                .or_default()
                .set("date", oneonone::model::date_value(key.date));
        }
        n => {
            let field = FIELDS[n % 3];
            oracle.replaced.extend(text(&placed.entry.shown(field)));
            placed.entry.set(field, value.clone());
            placed.entry.tidy_rows();
            oracle.written.insert(value, (id, field));
        }
    }
}

fn run(seed: u64) -> Result<(), String> {
    let mut random = Random(seed);
    let mut history = History::default();
    let mut oracle = Oracle::default();
    let root = history.commit(new_pair(), &[]);
    let mut remote = root;
    let mut clones = [root; 3];
    for number in 0..60 {
        let clone = random.below(3);
        match random.below(5) {
            0..3 => {
                let mut state = history.states[clones[clone]].clone();
                step(&mut random, &mut state, &mut oracle, clone, number);
                clones[clone] = history.commit(state, &[clones[clone]]);
            }
            3 => {
                let merged = history.merge(clones[clone], remote);
                remote = merged;
                // A lost answer: it arrived, and the clone does not know.
                if random.below(5) > 0 {
                    clones[clone] = merged;
                }
            }
            _ => {
                // A lost race, or a push that could not be delivered: the merge stays here.
                clones[clone] = history.merge(clones[clone], remote);
            }
        }
    }
    for clone in [0, 1, 2, 0, 1] {
        remote = history.merge(clones[clone], remote);
        clones[clone] = remote;
    }
    if clones.iter().any(|c| *c != remote) {
        return Err(format!("seed {seed}: the clones did not end at one commit"));
    }
    let end = &history.states[remote];
    for (value, (id, field)) in &oracle.written {
        let stands = end
            .entries
            .get(id)
            .is_some_and(|p| values(&p.entry, field).contains(value));
        if !stands && !oracle.replaced.contains(value) {
            return Err(format!("seed {seed}: {value} of {field} of {id} was lost"));
        }
    }
    Ok(())
}

#[test]
fn clones_converge_and_nothing_is_lost() {
    let count = std::env::var("ONEONONE_SCHEDULES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(300);
    if let Some(seed) = std::env::var("ONEONONE_SEED").ok().and_then(|n| n.parse().ok()) {
        run(seed).unwrap();
        return;
    }
    let failed: Vec<String> = (0..count).filter_map(|seed| run(seed).err()).collect();
    assert!(
        failed.is_empty(),
        "{} of {count}: {:?}",
        failed.len(),
        failed.iter().take(5).collect::<Vec<_>>()
    );
}
