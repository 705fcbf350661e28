//! The oracle: every value ever written, who replaced it knowingly, and what must therefore stand at the end.

use std::collections::{BTreeMap, BTreeSet};

use oneonone::model::{Alternative, EntryId, Home, State, Value};

use super::change::{Body, Change, Owner, Place, Standing, Values, everything, standing, words};
use super::counts::Counts;
use super::history::Dag;
use super::vault::Vault;

/// The values that commits left of something, in the order of the commits.
type Changes<T> = Vec<(usize, T)>;

#[derive(Default)]
pub(crate) struct Oracle {
    /// Words by where they were written; `None` for an entry that had no id yet.
    written: BTreeMap<String, Option<Place>>,
    /// Words that somebody who saw them replaced, resolved away or deleted.
    removed: BTreeSet<String>,
    /// The commits that changed a field, with the values that they left it with.
    touched: BTreeMap<Place, Changes<Values>>,
    edited: BTreeMap<EntryId, Vec<usize>>,
    deleted: BTreeMap<EntryId, Vec<usize>>,
    moved: BTreeMap<EntryId, Changes<Standing>>,
    /// Entries whose body is, or was, one value: their fields have no history of their own.
    coarse: BTreeSet<EntryId>,
    /// Entries changed by somebody who did not see what their commit descends from.
    blind: BTreeSet<Place>,
    blind_entries: BTreeSet<EntryId>,
    /// Bodies of conflicts that somebody saw or left, by the entry, and those of them that somebody dropped.
    bodies: BTreeMap<EntryId, [BTreeSet<Body>; 2]>,
    /// Entries that a merge or a command moved back to the agenda.
    carried: BTreeSet<EntryId>,
    /// Texts of entries that a dead run had given an id, saved once more without.
    twice: BTreeSet<String>,
    /// Themes that somebody took off, by the entry.
    taken_off: BTreeMap<EntryId, BTreeSet<String>>,
    /// Whose fields were part of a remote that was rewritten. The rewritten commits and those that they replace say
    /// them without a common ancestor that does: what was replaced or removed on top of the one comes back, beside it, with the
    /// other.
    rewritten: BTreeSet<Owner>,
    /// Whether another history was ever put there: merged over nothing, it brings back what the pair began with.
    was_replaced: bool,
}

impl Oracle {
    /// Entries that went back to the agenda though nobody moved them there.
    pub(crate) fn carried(&mut self, ids: impl IntoIterator<Item = EntryId>) {
        self.carried.extend(ids);
    }

    /// A person's change, and the commit that holds it.
    pub(crate) fn register(&mut self, change: Change, commit: usize) {
        for (place, word) in change.written {
            self.written.insert(word, place);
        }
        self.removed.extend(change.removed);
        for ((owner, field), (before, after)) in &change.touched {
            if let (Owner::Entry(id), "themes") = (owner, field.as_str()) {
                let of = |values: &Values| {
                    values
                        .iter()
                        .flat_map(|v| words("themes", v))
                        .collect::<BTreeSet<_>>()
                };
                let gone = of(before).difference(&of(after)).cloned().collect::<Vec<_>>();
                self.taken_off.entry(*id).or_default().extend(gone);
            }
        }
        for (place, (_, values)) in change.touched {
            self.touched.entry(place).or_default().push((commit, values));
        }
        for id in change.edited {
            self.edited.entry(id).or_default().push(commit);
        }
        for id in change.deleted {
            self.deleted.entry(id).or_default().push(commit);
        }
        for (id, (_, standing)) in change.moved {
            self.moved.entry(id).or_default().push((commit, standing));
        }
        self.coarse.extend(change.coarse);
        for (id, bodies) in change.bodies {
            let all = self.bodies.entry(id).or_default();
            for (all, more) in all.iter_mut().zip(bodies) {
                all.extend(more);
            }
        }
    }

    /// Somebody at the remote put a commit there that says all that, and does not descend from who wrote it.
    pub(crate) fn rewritten(&mut self, mut change: Change, commit: usize) {
        let entries = change
            .edited
            .iter()
            .chain(&change.deleted)
            .chain(change.moved.keys());
        self.rewritten.extend(entries.map(|id| Owner::Entry(*id)));
        self.rewritten
            .extend(change.touched.keys().map(|(owner, _)| owner.clone()));
        change.written.clear();
        change.removed.clear();
        change.deleted.clear();
        self.register(change, commit);
    }

    /// Somebody put a history there that begins the pair anew.
    pub(crate) fn replaced(&mut self) {
        self.was_replaced = true;
    }

    /// A change by somebody who did not see what its commit descends from: nothing of it is a last word.
    pub(crate) fn blind(&mut self, change: &Change) {
        self.blind.extend(change.touched.keys().cloned());
        self.blind_entries.extend(&change.deleted);
        self.blind_entries.extend(&change.edited);
        self.blind_entries.extend(change.moved.keys());
    }

    /// Entries that stood twice: healing brings them together as well as it can.
    pub(crate) fn doubled(&mut self, ids: impl IntoIterator<Item = EntryId>) {
        self.coarse.extend(ids);
    }

    /// Entries without an id that a dead run had given one, and that a person or plain Git saved once more without:
    /// they may stand twice, not never.
    pub(crate) fn may_stand_twice(&mut self, texts: impl IntoIterator<Item = String>) {
        self.twice.extend(texts);
    }

    /// Checks the end: nothing lost, nothing invented, nothing come back.
    pub(crate) fn check(
        &self,
        dag: &Dag,
        vault: &Vault,
        end: &State,
        counts: &mut Counts,
    ) -> Result<(), String> {
        let all = everything(end, vault);
        let mut stands: BTreeMap<String, Vec<&Place>> = BTreeMap::new();
        for (place, values) in &all {
            let words: BTreeSet<String> = values.iter().flat_map(|v| words(&place.1, v)).collect();
            for word in words {
                stands.entry(word).or_default().push(place);
            }
        }
        self.nothing_lost(&stands)?;
        if let Some(word) = stands.keys().find(|word| !self.written.contains_key(*word)) {
            return Err(format!("{word} was written by nobody"));
        }
        self.deletions(dag, end)?;
        self.taken_off(&stands, counts)?;
        self.last_words(dag, end, &all, counts)
    }

    fn nothing_lost(&self, stands: &BTreeMap<String, Vec<&Place>>) -> Result<(), String> {
        for (word, place) in &self.written {
            let places = stands.get(word).map(Vec::as_slice).unwrap_or_default();
            let there = match place {
                Some(place) if !matches!(&place.0, Owner::Entry(id) if self.coarse.contains(id)) => {
                    places.contains(&place)
                }
                _ => !places.is_empty(),
            };
            if !there && !self.removed.contains(word) && !self.dropped_with_every_body(place, word) {
                return Err(format!("{word} was lost, written at {place:?}"));
            }
            if place.is_none() && places.len() > 1 && !self.twice.contains(word) {
                return Err(format!(
                    "{word}, written once without an id, stands at {places:?}"
                ));
            }
        }
        Ok(())
    }

    /// Whether a word stood in several bodies of a conflict, and each of those was dropped by somebody who saw it: one
    /// ends the conflict, and the other changes the body that was kept. Neither took the word out of all.
    fn dropped_with_every_body(&self, place: &Option<Place>, word: &String) -> bool {
        let Some((Owner::Entry(id), _)) = place else {
            return false;
        };
        let Some([known, dropped]) = self.bodies.get(id) else {
            return false;
        };
        let holds = |body: &&Body| {
            let values = |(field, values): (&String, &Values)| -> Vec<String> {
                values.iter().flat_map(|value| words(field, value)).collect()
            };
            body.iter().flat_map(values).any(|held| held == *word)
        };
        let mut holding = known.iter().filter(holds).peekable();
        holding.peek().is_some() && holding.all(|body| dropped.contains(body))
    }

    /// A theme that was taken off stays off, whatever was done beside it; where the whole entry was deleted and kept,
    /// it is as whoever kept it had it.
    fn taken_off(&self, stands: &BTreeMap<String, Vec<&Place>>, counts: &mut Counts) -> Result<(), String> {
        for (id, words) in &self.taken_off {
            let apart =
                self.coarse.contains(id) || self.blind_entries.contains(id) || self.deleted.contains_key(id);
            if apart || self.rewritten.contains(&Owner::Entry(*id)) {
                continue;
            }
            counts.many("themes checked to stay off", words.len() as u64);
            if let Some(word) = words.iter().find(|word| stands.contains_key(*word)) {
                return Err(format!("theme {word} was taken off {id} and came back"));
            }
        }
        Ok(())
    }

    /// A deleted entry stays so, unless somebody edited it who did not see that.
    fn deletions(&self, dag: &Dag, end: &State) -> Result<(), String> {
        let none = Vec::new();
        for (id, deletions) in &self.deleted {
            let edits = self.edited.get(id).unwrap_or(&none);
            let apart = self.coarse.contains(id)
                || self.blind_entries.contains(id)
                || self.rewritten.contains(&Owner::Entry(*id));
            if !apart && end.entries.contains_key(id) {
                let unseen = |d: &usize| edits.iter().any(|e| !dag.reaches(*e, *d));
                if !deletions.iter().all(unseen) {
                    return Err(format!("{id} was deleted, edited by nobody else, and came back"));
                }
            }
        }
        Ok(())
    }

    /// A field whose last change saw every other one says exactly what that change left.
    fn last_words(
        &self,
        dag: &Dag,
        end: &State,
        all: &BTreeMap<Place, Values>,
        counts: &mut Counts,
    ) -> Result<(), String> {
        let none = Vec::new();
        let settled = |id: &EntryId, last: usize| {
            let deletions = self.deleted.get(id).unwrap_or(&none);
            let edits = self.edited.get(id).unwrap_or(&none);
            // An edit that a deletion did not see keeps the entry as whoever made it had it.
            let keeps = |d: usize| {
                let unseen = edits.iter().filter(move |e| !dag.reaches(**e, d));
                unseen.filter(|e| !dag.reaches(**e, last)).count() > 0
            };
            !self.blind_entries.contains(id) && deletions.iter().all(|d| dag.reaches(*d, last) && !keeps(*d))
        };
        for (place, touches) in &self.touched {
            let apart = match &place.0 {
                Owner::Entry(id) => self.coarse.contains(id),
                Owner::Meeting(_) => false,
                Owner::Agenda | Owner::Pair | Owner::Member(_) => self.was_replaced,
            };
            let Some((last, values)) = last(dag, touches).filter(|_| !apart && !self.blind.contains(place))
            else {
                continue;
            };
            if matches!(&place.0, Owner::Entry(id) if !settled(id, last)) {
                continue;
            }
            counts.add("last words checked");
            let absent = Values::from([Alternative::of(None)]);
            let stands = all.get(place).unwrap_or(&absent);
            let there = |value: &Alternative| {
                let elements = |v: &Alternative| v.value().and_then(Value::as_array).map(<[Value]>::to_vec);
                let is_part = |all: &Alternative| match (elements(value), elements(all)) {
                    (Some(part), Some(all)) => part.iter().all(|element| all.contains(element)),
                    _ => false,
                };
                stands.contains(value) || stands.iter().any(is_part)
            };
            if self.rewritten.contains(&place.0) && values.iter().all(there) {
                continue;
            }
            if stands != values && !(values.is_empty() && *stands == absent) {
                return Err(format!(
                    "{place:?} says {} where the last word was {}",
                    said(stands),
                    said(values)
                ));
            }
        }
        for (id, moves) in &self.moved {
            let Some((_, stood)) = last(dag, moves).filter(|(last, _)| settled(id, *last)) else {
                continue;
            };
            match end.entries.get(id).map(standing) {
                Some(stands)
                    if self.rewritten.contains(&Owner::Entry(*id))
                        && moves.iter().any(|(_, s)| *s == stands) => {}
                Some((Home::Agenda, _)) if self.carried.contains(id) => {}
                // Who talked about it in a meeting that is over had not heard that somebody took it to the agenda.
                Some(stands)
                    if was_talked_about(end, *id) && moves.iter().any(|(_, moved)| *moved == stands) => {}
                Some(stands) if stands != *stood && !self.coarse.contains(id) => {
                    return Err(format!(
                        "{id} stands at {stands:?}, and was last moved to {stood:?}"
                    ));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn said(values: &Values) -> String {
    let words: Vec<String> = values
        .iter()
        .map(|v| v.value().map_or("nothing".to_owned(), |v| v.canonical()))
        .collect();
    words.join(" | ")
}

/// The one change that descends from every other, if there is one.
fn last<'a, T>(dag: &Dag, changes: &'a [(usize, T)]) -> Option<(usize, &'a T)> {
    let (last, left) = changes.iter().max_by_key(|(commit, _)| *commit)?;
    let one = changes.iter().all(|(commit, _)| dag.reaches(*commit, *last));
    one.then_some((*last, left))
}

/// Whether an entry stands in a meeting that is over, and is not open any more.
fn was_talked_about(end: &State, id: EntryId) -> bool {
    let placed = end.entries.get(&id);
    let meeting = placed.and_then(|placed| end.meeting(placed.home.meeting()?));
    let state = placed.and_then(|placed| placed.entry.get_str("state"));
    meeting.is_some_and(|meeting| meeting.is_over()) && state.is_some_and(|state| state != "open")
}
