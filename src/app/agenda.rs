//! `agenda`: the entries that wait, or those of the meeting under way.

use crate::query::{self, Agenda};

use super::PairView;

/// The agenda of now.
pub fn agenda(view: &PairView) -> Agenda<'_> {
    query::agenda(&view.records, view.setting.now(), view.setting.today)
}
