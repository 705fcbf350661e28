//! The changes of one person, as the difference of two sets of records, told apart from how the program made them.

use std::collections::{BTreeMap, BTreeSet};

use oneonone::model::{Alternative, EntryId, Home, Loaded, MeetingKey, Placed, State, Table, Value};

use super::vault::Vault;

/// Whose field it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Owner {
    Entry(EntryId),
    Meeting(MeetingKey),
    Agenda,
    Pair,
    Member(String),
}

/// A field of something.
pub(crate) type Place = (Owner, String);

/// The values of a field: the one shown, and those of its conflict.
pub(crate) type Values = BTreeSet<Alternative>;

/// Where an entry stands, and how often it was carried.
pub(crate) type Standing = (Home, i64);

/// The name under which comments are looked at.
const COMMENTS: &str = "#";

/// The records that a person saw, or left.
#[derive(Clone, Copy)]
pub(crate) struct Records<'a> {
    state: &'a State,
    loaded: Option<&'a Loaded>,
}

impl<'a> From<&'a State> for Records<'a> {
    fn from(state: &'a State) -> Self {
        Self { state, loaded: None }
    }
}

impl<'a> From<&'a Loaded> for Records<'a> {
    fn from(loaded: &'a Loaded) -> Self {
        Self {
            state: &loaded.state,
            loaded: Some(loaded),
        }
    }
}

impl<'a> Records<'a> {
    fn copies(&self, id: EntryId) -> Vec<&'a Placed> {
        match self.loaded.and_then(|loaded| loaded.doubled.get(&id)) {
            Some(copies) => copies.iter().collect(),
            None => self.state.entries.get(&id).into_iter().collect(),
        }
    }

    fn loose(&self) -> &'a [Placed] {
        self.loaded
            .map(|loaded| loaded.loose.as_slice())
            .unwrap_or_default()
    }
}

/// The words and entries that a person wrote, replaced, deleted and moved.
#[derive(Default, Clone)]
pub(crate) struct Change {
    /// New words, and where; nowhere in particular where the entry had no id yet.
    pub(crate) written: Vec<(Option<Place>, String)>,
    pub(crate) removed: BTreeSet<String>,
    /// Fields with the values that they had, and were left with.
    pub(crate) touched: BTreeMap<Place, (Values, Values)>,
    pub(crate) edited: BTreeSet<EntryId>,
    pub(crate) deleted: BTreeSet<EntryId>,
    /// Where entries stood, and stand.
    pub(crate) moved: BTreeMap<EntryId, (Option<Standing>, Standing)>,
    /// Entries of which more than one body, or a sealed one, was seen.
    pub(crate) coarse: BTreeSet<EntryId>,
    /// Bodies of conflicts that a person saw or left, by the entry, and those of them that the person dropped.
    pub(crate) bodies: BTreeMap<EntryId, [BTreeSet<Body>; 2]>,
}

/// The fields of one body of an entry.
pub(crate) type Body = BTreeMap<String, Values>;

impl Change {
    pub(crate) fn is_empty(&self) -> bool {
        self.written.is_empty()
            && self.removed.is_empty()
            && self.touched.is_empty()
            && self.deleted.is_empty()
            && self.moved.is_empty()
            && self.coarse.is_empty()
    }

    /// Takes out the parts that did not come to count: a file that may have been saved too late puts nothing back and
    /// removes nothing (docs/sync.md#versions).
    pub(crate) fn not_taken_as_meant(&mut self, state: &State, vault: &Vault) -> Self {
        let now = everything(state, vault);
        let mut out = Self::default();
        let stays = |id: &EntryId| state.entries.contains_key(id);
        out.deleted = self.deleted.iter().copied().filter(stays).collect();
        self.deleted.retain(|id| !stays(id));
        let absent = Values::from([Alternative::of(None)]);
        for (place, values) in std::mem::take(&mut self.touched) {
            let as_meant = *now.get(&place).unwrap_or(&absent) == values.1 || values.1.is_empty();
            let touched = if as_meant {
                &mut self.touched
            } else {
                &mut out.touched
            };
            touched.insert(place, values);
        }
        for (id, standings) in std::mem::take(&mut self.moved) {
            let as_meant = state
                .entries
                .get(&id)
                .is_none_or(|placed| standing(placed) == standings.1);
            let moved = if as_meant { &mut self.moved } else { &mut out.moved };
            moved.insert(id, standings);
        }
        out
    }

    /// Goes on with a later change of the same person.
    pub(crate) fn then(&mut self, later: Self) {
        self.written.extend(later.written);
        self.removed.extend(later.removed);
        for (place, (before, after)) in later.touched {
            let first = self.touched.remove(&place).map_or(before, |(first, _)| first);
            if first != after {
                self.touched.insert(place, (first, after));
            }
        }
        for (id, (before, after)) in later.moved {
            let first = self.moved.remove(&id).map_or(before, |(first, _)| first);
            if first != Some(after) {
                self.moved.insert(id, (first, after));
            }
        }
        let gone = &later.deleted;
        self.touched
            .retain(|(owner, _), _| !matches!(owner, Owner::Entry(id) if gone.contains(id)));
        self.moved.retain(|id, _| !gone.contains(id));
        self.edited.retain(|id| !gone.contains(id));
        self.edited.extend(later.edited);
        self.deleted.extend(later.deleted);
        self.coarse.extend(later.coarse);
        for (id, bodies) in later.bodies {
            let all = self.bodies.entry(id).or_default();
            for (all, more) in all.iter_mut().zip(bodies) {
                all.extend(more);
            }
        }
    }

    /// The change that a person made to what was there.
    pub(crate) fn between<'a>(
        before: impl Into<Records<'a>>,
        after: impl Into<Records<'a>>,
        vault: &Vault,
    ) -> Self {
        let (before, after) = (before.into(), after.into());
        let mut change = Self::default();
        let ids: BTreeSet<EntryId> = before
            .state
            .entries
            .keys()
            .chain(after.state.entries.keys())
            .copied()
            .collect();
        for id in ids {
            let (b, a) = (before.copies(id), after.copies(id));
            if b != a {
                change.entry(id, &b, &a, vault);
            }
        }
        for placed in after
            .loose()
            .iter()
            .filter(|placed| !before.loose().contains(placed))
        {
            for (field, values) in fields_of(&placed.entry) {
                let words = values.iter().flat_map(|v| words(&field, v));
                change.written.extend(words.map(|word| (None, word)));
            }
        }
        let heads = (heads(before.state), heads(after.state));
        let owners: BTreeSet<&Owner> = heads.0.keys().chain(heads.1.keys()).collect();
        for owner in owners {
            let of =
                |heads: &BTreeMap<Owner, &Table>| heads.get(owner).map(|t| fields_of(t)).unwrap_or_default();
            change.fields(owner, &of(&heads.0), &of(&heads.1));
        }
        change
    }

    fn entry(&mut self, id: EntryId, before: &[&Placed], after: &[&Placed], vault: &Vault) {
        let owner = Owner::Entry(id);
        let look = |copies: &[&Placed]| {
            let mut fields = BTreeMap::new();
            for placed in copies {
                for (field, values) in view(&placed.entry, vault) {
                    fields.entry(field).or_insert_with(Values::new).extend(values);
                }
            }
            fields
        };
        if before.iter().chain(after).any(|p| is_coarse(&p.entry)) || after.len() > 1 {
            self.coarse.insert(id);
        }
        let (b, a) = (look(before), look(after));
        if let [seen] = before
            && seen.entry.rows_of("body").next().is_some()
        {
            let of = |copies: &[&Placed]| copies.iter().flat_map(|p| bodies(&p.entry, vault)).collect();
            let (seen, left): (BTreeSet<Body>, BTreeSet<Body>) = (of(before), of(after));
            let dropped = seen.difference(&left).cloned().collect();
            self.bodies
                .insert(id, [seen.union(&left).cloned().collect(), dropped]);
        }
        if after.is_empty() {
            self.deleted.insert(id);
            let gone = b
                .iter()
                .flat_map(|(field, values)| values.iter().flat_map(|v| words(field, v)));
            self.removed.extend(gone);
            return;
        }
        if self.fields(&owner, &b, &a) || before.is_empty() {
            self.edited.insert(id);
        }
        let stands = |copies: &[&Placed]| copies.first().map(|p| standing(p));
        let stands_before = stands(before);
        if let Some(stands) = stands(after).filter(|stands| stands_before != Some(*stands)) {
            self.moved.insert(id, (stands_before, stands));
        }
    }

    /// Whether any field was changed.
    fn fields(
        &mut self,
        owner: &Owner,
        before: &BTreeMap<String, Values>,
        after: &BTreeMap<String, Values>,
    ) -> bool {
        let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let mut any = false;
        for name in names {
            let none = absent();
            let (b, a) = (
                before.get(name).unwrap_or(&none),
                after.get(name).unwrap_or(&none),
            );
            if a == b {
                continue;
            }
            any = true;
            let of = |values: &mut dyn Iterator<Item = &Alternative>| -> BTreeSet<String> {
                values.flat_map(|v| words(name, v)).collect()
            };
            let (gone, new) = (of(&mut b.difference(a)), of(&mut a.difference(b)));
            let (old, place) = (of(&mut b.iter()), (owner.clone(), name.clone()));
            self.removed.extend(gone.difference(&new).cloned());
            let written = new
                .difference(&old)
                .map(|word| (Some(place.clone()), word.clone()));
            self.written.extend(written);
            self.touched.insert(place, (b.clone(), a.clone()));
        }
        any
    }
}

fn absent() -> Values {
    Values::from([Alternative::of(None)])
}

/// Where an entry stands, and how often it was carried.
pub(crate) fn standing(placed: &Placed) -> Standing {
    let carried = placed.entry.get("carried").and_then(Value::as_integer);
    (placed.home, carried.unwrap_or(0))
}

/// Whether an entry is sealed or has several bodies: its body is one value then.
pub(crate) fn is_coarse(entry: &Table) -> bool {
    entry.holds_ciphertext() || entry.visibility().is_sealed() || entry.rows_of("body").next().is_some()
}

/// Every field of an entry, whatever is sealed opened.
pub(crate) fn view(entry: &Table, vault: &Vault) -> BTreeMap<String, Values> {
    if !is_coarse(entry) {
        return fields_of(entry);
    }
    let mut fields = Body::new();
    for (field, values) in bodies(entry, vault).into_iter().flatten() {
        fields.entry(field).or_default().extend(values);
    }
    fields
}

/// Each body of an entry whose body is one value.
fn bodies(entry: &Table, vault: &Vault) -> Vec<Body> {
    let rows = entry.rows_of("body").map(|r| r.alternative.clone());
    let fields = |body: Alternative| match body.get("sealed").and_then(Value::as_str) {
        Some(ciphertext) => fields_of(vault.content(ciphertext).table()),
        None => {
            let mut table = Table::default();
            table.show("body", &body);
            fields_of(&table)
        }
    };
    rows.chain([entry.shown("body")]).map(fields).collect()
}

fn fields_of(table: &Table) -> BTreeMap<String, Values> {
    let keys = table.fields.iter().map(|f| f.key.as_str());
    let names: BTreeSet<&str> = keys.chain(table.rows.iter().map(|r| r.field.as_str())).collect();
    let mut fields = BTreeMap::new();
    for name in names {
        if matches!(
            name,
            "id" | "by" | "at" | "carried" | "closed" | "body" | "visibility" | "sealed"
        ) {
            continue;
        }
        let rows = table.rows_of(name).map(|r| r.alternative.clone());
        fields.insert(name.to_owned(), rows.chain([table.shown(name)]).collect());
    }
    let comments: Values = table
        .comments()
        .map(|c| Alternative::of(Some(Value::from(c.as_str()))))
        .collect();
    if !comments.is_empty() {
        fields.insert(COMMENTS.to_owned(), comments);
    }
    fields
}

/// The heads of records, and what `pair.toml` says.
fn heads(state: &State) -> BTreeMap<Owner, &Table> {
    let meetings = state
        .meetings
        .iter()
        .map(|(key, head)| (Owner::Meeting(*key), head));
    let mut heads: BTreeMap<Owner, &Table> = meetings.collect();
    heads.extend(state.agenda.iter().map(|head| (Owner::Agenda, head)));
    if let Some(pair) = &state.pair {
        heads.insert(Owner::Pair, &pair.top);
        let members = pair
            .members
            .iter()
            .map(|(slug, member)| (Owner::Member(slug.clone()), member));
        heads.extend(members);
    }
    heads
}

/// Every field of every record.
pub(crate) fn everything(state: &State, vault: &Vault) -> BTreeMap<Place, Values> {
    let mut all = BTreeMap::new();
    let mut take = |owner: Owner, fields: BTreeMap<String, Values>| {
        all.extend(
            fields
                .into_iter()
                .map(|(name, values)| ((owner.clone(), name), values)),
        );
    };
    for (id, placed) in &state.entries {
        take(Owner::Entry(*id), view(&placed.entry, vault));
    }
    for (owner, head) in heads(state) {
        take(owner, fields_of(head));
    }
    all
}

/// The words of a value that nobody else ever writes: lines, elements, dates, comments.
pub(crate) fn words(field: &str, value: &Alternative) -> Vec<String> {
    let Some(value) = value.value() else {
        return Vec::new();
    };
    if matches!(field, "due" | "next") {
        return vec![value.canonical()];
    }
    let texts: Vec<&str> = match (value.as_str(), value.as_array()) {
        (Some(text), _) => text.split('\n').collect(),
        (_, Some(elements)) => elements.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let unique = |text: &&str| {
        ["v", "# v", "age1v"]
            .iter()
            .any(|start| text.strip_prefix(start).is_some_and(is_number))
    };
    texts.into_iter().filter(unique).map(str::to_owned).collect()
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}
