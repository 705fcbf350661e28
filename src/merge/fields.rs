//! Two tables become one, field by field.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    Alternative, Field, MeetingStatus, MergeRule, Row, Table, TableKind, Value, instant_of_value, merge_rule,
    order_of_keys,
};

use super::comments::merge_comments;
use super::lines::{lines_kept, merge_lines};
use super::sets::{merge_elements, merge_sets};

/// A field on one side: the value shown, and the values of its conflict.
#[derive(Clone, PartialEq, Eq)]
struct Values {
    shown: Alternative,
    rows: BTreeSet<Alternative>,
}

/// The fields and rows of a side by name: a stranger's table may have very many.
struct Named<'a> {
    fields: BTreeMap<&'a str, &'a Field>,
    rows: BTreeMap<&'a str, BTreeSet<Alternative>>,
}

impl<'a> Named<'a> {
    fn of(table: Option<&'a Table>) -> Self {
        let fields = table.into_iter().flat_map(|table| &table.fields);
        let mut rows: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for row in table.into_iter().flat_map(|table| &table.rows) {
            rows.entry(row.field.as_str())
                .or_default()
                .insert(row.alternative.clone());
        }
        Self {
            fields: fields.map(|field| (field.key.as_str(), field)).collect(),
            rows,
        }
    }

    fn value(&self, key: &str) -> Option<Value> {
        self.fields.get(key).map(|field| field.value.clone())
    }

    /// The same as [`Table::shown`], of a field that is no body.
    fn values(&self, name: &str) -> Values {
        Values {
            shown: match name {
                "state" => Alternative::of_state(self.value("state"), self.value("closed")),
                _ => Alternative::of(self.value(name)),
            },
            rows: self.rows.get(name).cloned().unwrap_or_default(),
        }
    }
}

impl Values {
    fn set(&self) -> BTreeSet<Alternative> {
        self.rows.iter().chain([&self.shown]).cloned().collect()
    }

    fn from_set(mut set: BTreeSet<Alternative>) -> Self {
        let shown = set.pop_first().unwrap_or_else(|| Alternative::of(None));
        Self { shown, rows: set }
    }

    fn one(value: Option<Value>) -> Self {
        Self {
            shown: Alternative::of(value),
            rows: BTreeSet::new(),
        }
    }

    /// The one value, where no conflict stands.
    fn single(&self) -> Option<&Alternative> {
        self.rows.is_empty().then_some(&self.shown)
    }
}

/// The names of every field that any of the tables has, a conflict's included. A field that goes with another is named
/// by that one.
fn names(tables: [Option<&Table>; 3], place: TableKind) -> BTreeSet<&str> {
    let tables = || tables.iter().flatten();
    let keys = tables().flat_map(|t| t.fields.iter().map(|f| f.key.as_str()));
    let rows = tables().flat_map(|t| t.rows.iter().map(|r| r.field.as_str()));
    keys.chain(rows)
        .map(|name| match merge_rule(place, name) {
            MergeRule::PartOf(whole) => whole,
            _ => name,
        })
        .filter(|name| *name != "body")
        .collect()
}

/// Merges two tables that both differ from the base and from each other. Rows of bodies are not its business.
pub(crate) fn merge_fields(place: TableKind, base: Option<&Table>, left: &Table, right: &Table) -> Table {
    let mut out = Table::default();
    let sides = [base, Some(left), Some(right)].map(Named::of);
    for name in names([base, Some(left), Some(right)], place) {
        let [b, l, r] = [&sides[0], &sides[1], &sides[2]].map(|side| side.values(name));
        let merged = if l == r || r == b {
            l
        } else if l == b {
            r
        } else {
            both_changed(merge_rule(place, name), &b, &l, &r)
        };
        // In the order of the names; the order of the schema follows.
        let with = (name == "state").then(|| merged.shown.get("closed")).flatten();
        let shown = [(name, merged.shown.value()), ("closed", with)];
        let shown = shown
            .into_iter()
            .filter_map(|(key, value)| Some(Field::bare(key, value?.clone())));
        out.fields.extend(shown);
        out.rows.extend(merged.rows.into_iter().map(|alternative| Row {
            field: name.to_owned(),
            alternative,
        }));
    }
    merge_all_comments(&mut out, &sides, [base, Some(left), Some(right)]);
    order_of_keys(&mut out.fields);
    out.tidy_rows();
    out
}

fn both_changed(rule: MergeRule, base: &Values, left: &Values, right: &Values) -> Values {
    let by_rule = || -> Option<Values> {
        let (b, l, r) = (base.single()?, left.single()?, right.single()?);
        match rule {
            // The home decides `carried`, the whole decides its part: neither comes here by itself.
            MergeRule::Set | MergeRule::State | MergeRule::PartOf(_) | MergeRule::WithHome => None,
            MergeRule::Lines => lines(b, l, r),
            MergeRule::Elements | MergeRule::List => elements(b, l, r).map(|set| {
                let is_written = rule == MergeRule::List || !set.is_empty();
                Values::one(is_written.then(|| Value::Array(set.into_iter().collect())))
            }),
            MergeRule::Fixed => match (b.value(), l.value(), r.value()) {
                (Some(value), _, _) => Some(value),
                (None, Some(l), Some(r)) => Some(l.min(r)),
                (None, one, None) | (None, None, one) => one,
            }
            .map(|value| Values::one(Some(value.clone()))),
            MergeRule::Earlier => pick(l, r, Value::min_instant),
            MergeRule::Later => pick(l, r, Value::max_instant),
            MergeRule::Held => {
                let held = Value::from(MeetingStatus::Held.as_str());
                let is_held = [l, r].iter().any(|side| side.value() == Some(&held));
                is_held.then(|| Values::one(Some(held)))
            }
        }
    };
    by_rule().unwrap_or_else(|| {
        let mut set = merge_sets(&base.set(), &left.set(), &right.set());
        if rule == MergeRule::State {
            set = one_of_each_state(set);
        }
        Values::from_set(set)
    })
}

impl Value {
    fn min_instant<'a>(a: &'a Self, b: &'a Self) -> &'a Self {
        a.min(b)
    }

    fn max_instant<'a>(a: &'a Self, b: &'a Self) -> &'a Self {
        a.max(b)
    }
}

/// One of two present instants, or the one that is present.
fn pick<'a>(
    l: &'a Alternative,
    r: &'a Alternative,
    choose: fn(&'a Value, &'a Value) -> &'a Value,
) -> Option<Values> {
    let value = match (l.value(), r.value()) {
        (Some(l), Some(r)) => {
            instant_of_value(l)?;
            instant_of_value(r)?;
            choose(l, r)
        }
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => return None,
    };
    Some(Values::one(Some(value.clone())))
}

fn lines(b: &Alternative, l: &Alternative, r: &Alternative) -> Option<Values> {
    let text = |side: &Alternative| side.value().and_then(Value::as_str).map(str::to_owned);
    let (b, l, r) = (text(b)?, text(l)?, text(r)?);
    let merged = merge_lines(&b, &l, &r)
        .filter(|merged| lines_kept(&b, &l, &r, merged) && !merged.trim().is_empty())?;
    Some(Values::one(Some(Value::from(merged))))
}

fn elements(b: &Alternative, l: &Alternative, r: &Alternative) -> Option<BTreeSet<Value>> {
    let set = |side: &Alternative| -> Option<BTreeSet<Value>> {
        match side.value() {
            None => Some(BTreeSet::new()),
            Some(value) => value
                .as_array()
                .map(|elements| elements.iter().cloned().collect()),
        }
    };
    Some(merge_elements(&set(b)?, &set(l)?, &set(r)?))
}

/// Of the alternatives with the same state the one with the earlier `closed` stays; one without comes last.
fn one_of_each_state(set: BTreeSet<Alternative>) -> BTreeSet<Alternative> {
    let mut kept: Vec<Alternative> = Vec::new();
    let closed = |a: &Alternative| {
        (
            a.get("closed").is_none(),
            a.get("closed").and_then(instant_of_value),
        )
    };
    for alternative in set {
        match kept.iter_mut().find(|k| k.value() == alternative.value()) {
            Some(other) => {
                if closed(&alternative) < closed(other) {
                    *other = alternative;
                }
            }
            None => kept.push(alternative),
        }
    }
    kept.into_iter().collect()
}

fn merge_all_comments(out: &mut Table, sides: &[Named<'_>; 3], tables: [Option<&Table>; 3]) {
    let of = |lines: fn(&Table) -> &Vec<String>| {
        let [b, l, r] = tables.map(|table| table.map(lines).map(Vec::as_slice).unwrap_or_default());
        merge_comments(b, l, r)
    };
    (out.above, out.below) = (of(|table| &table.above), of(|table| &table.below));
    let keys: BTreeSet<&str> = sides
        .iter()
        .flat_map(|side| side.fields.keys().copied())
        .collect();
    let places = out.fields.iter().enumerate();
    let places: BTreeMap<String, usize> = places.map(|(place, field)| (field.key.clone(), place)).collect();
    for key in keys {
        let of = |side: &Named<'_>| -> (Vec<String>, Vec<String>) {
            let field = side.fields.get(key);
            let above = field.map(|f| f.above.clone()).unwrap_or_default();
            (above, field.and_then(|f| f.beside.clone()).into_iter().collect())
        };
        let [b, l, r] = [&sides[0], &sides[1], &sides[2]].map(of);
        let mut above = merge_comments(&b.0, &l.0, &r.0);
        let mut beside = merge_comments(&b.1, &l.1, &r.1).into_iter();
        match places.get(key).and_then(|place| out.fields.get_mut(*place)) {
            Some(Field {
                above: place,
                beside: behind,
                ..
            }) => {
                *behind = beside.next();
                above.extend(beside);
                *place = above;
            }
            // The key is gone; its comments are not.
            None => {
                out.above.extend(above);
                out.above.extend(beside);
            }
        }
    }
}
