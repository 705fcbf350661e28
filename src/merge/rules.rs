//! The field table: what differs from the set rule, a line a field (design, section 3).

/// Which kind of table a field stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// An entry, or the content of a seal.
    Entry,
    /// The head of a meeting.
    Meeting,
    /// The head of the agenda.
    Agenda,
    /// The top of `pair.toml`.
    Pair,
    /// A member in `pair.toml`.
    Member,
}

/// What happens where both sides changed a field differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// The set rule: both values, as a conflict.
    Set,
    /// Three-way by line; overlapping or touching ranges are a conflict of the whole texts.
    Lines,
    /// A set merge of the elements.
    Elements,
    /// One value with `closed`; of the same state the earlier `closed`.
    State,
    /// The base's value; without a base the smaller.
    Fixed,
    /// The earlier.
    Earlier,
    /// The later; none where a side started after it.
    LaterUnlessStarted,
    /// Held beats skipped.
    Held,
}

const RULES: &[(Scope, &str, Rule)] = &[
    (Scope::Entry, "text", Rule::Lines),
    (Scope::Entry, "themes", Rule::Elements),
    (Scope::Entry, "state", Rule::State),
    (Scope::Entry, "id", Rule::Fixed),
    (Scope::Entry, "by", Rule::Fixed),
    (Scope::Entry, "at", Rule::Fixed),
    (Scope::Meeting, "started", Rule::Earlier),
    (Scope::Meeting, "ended", Rule::LaterUnlessStarted),
    (Scope::Meeting, "status", Rule::Held),
    (Scope::Member, "keys", Rule::Elements),
];

/// The rule of a field.
pub(crate) fn rule_of(scope: Scope, field: &str) -> Rule {
    RULES
        .iter()
        .find(|(s, name, _)| *s == scope && *name == field)
        .map_or(Rule::Set, |(_, _, rule)| *rule)
}
