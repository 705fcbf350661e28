//! The counts of what happened in a run, so that the test cannot become empty without anybody seeing it.

use std::collections::BTreeMap;
use std::fmt;

/// Everything that must happen in a sweep of some hundred seeds.
pub(crate) const NAMES: [&str; 54] = [
    "commands",
    "hand edits",
    "hand edits while a write was pending",
    "plain commits",
    "half-written folders committed by plain git",
    "brought back beside an edit",
    "branches moved during a write-out",
    "plain pulls",
    "plain pulls from another clone",
    "plain pushes",
    "plain resets",
    "plain amends",
    "entries by hand without an id",
    "entries doubled by hand",
    "entries doubled by plain merges",
    "meetings started",
    "meetings ended",
    "carried back by a merge or a command",
    "actions closed or reopened",
    "deletions",
    "kept: deleted here, edited there",
    "merges",
    "criss-cross",
    "merges with conflicts",
    "conflicts resolved",
    "sealed writes",
    "sealed conflicts",
    "settled",
    "split off",
    "rejected pushes",
    "refused pushes",
    "remote not reached",
    "lost answers",
    "pushes that did not arrive",
    "crashes before commit",
    "crashes mid-write",
    "crashes before the push",
    "crashes after the push",
    "writes resumed",
    "rollbacks",
    "remote rewritten",
    "remote replaced",
    "rewrites noticed",
    "rewrites here noticed",
    "made elsewhere",
    "rewrites accepted",
    "rewrites taken",
    "takes resumed",
    "sent from elsewhere",
    "sent commits came back",
    "replaced histories merged",
    "last words checked",
    "themes checked to stay off",
    "second syncs",
];

#[derive(Default, Clone)]
pub(crate) struct Counts(BTreeMap<&'static str, u64>);

impl Counts {
    pub(crate) fn add(&mut self, name: &'static str) {
        self.many(name, 1);
    }

    pub(crate) fn many(&mut self, name: &'static str, count: u64) {
        debug_assert!(NAMES.contains(&name), "{name}");
        *self.0.entry(name).or_default() += count;
    }

    /// Each of them, with how often it happened.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.0.iter().map(|(name, count)| (*name, *count))
    }

    pub(crate) fn take(&mut self, other: Self) {
        for (name, count) in other.0 {
            *self.0.entry(name).or_default() += count;
        }
    }

    /// The names of what never happened.
    pub(crate) fn missing(&self) -> Vec<&'static str> {
        NAMES
            .into_iter()
            .filter(|name| !self.0.contains_key(name))
            .collect()
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<String> = NAMES
            .iter()
            .map(|name| format!("{name} {}", self.0.get(name).unwrap_or(&0)))
            .collect();
        f.write_str(&words.join(", "))
    }
}
