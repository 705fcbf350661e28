//! Questions to the records: pure functions of them and of a given day (docs/command-line.md#queries).
//!
//! Nothing here knows a clock, a file or a terminal. Entries that my key does not open are counted, never guessed.

mod actions;
mod agenda;
mod carry;
mod filter;
#[cfg(test)]
pub(crate) mod fixture;
mod growth;
mod ids;
mod names;
mod overview;
mod records;
mod suggest;
mod when;

pub use actions::{ActionFilter, Actions, actions, is_overdue, to_do};
pub use agenda::{Agenda, agenda};
pub use carry::{CarryError, carry, carry_named, never_ended};
pub use filter::{Filter, Log, TextTest, log};
pub use growth::{ActionCounts, Growth, MonthCount, ThemeGrowth, growth};
pub use ids::{IdError, Ids};
pub use names::{Name, Names, Person};
pub use overview::{NextMeeting, NextStep, Overview, overview};
pub use records::Records;
pub use suggest::{UnknownName, check_member, check_theme, similar_themes};
pub use when::{WhenError, parse_date, parse_since, parse_until};
