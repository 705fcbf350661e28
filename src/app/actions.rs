//! `actions`: the action items.

use crate::query::{self, ActionFilter, Actions};

use super::{AppError, PairView};

/// The action items; `owner` is a word for a member: `me`, `them`, a slug or a name.
///
/// # Errors
/// When nobody is called as the owner.
pub fn actions<'a>(
    view: &'a PairView,
    filter: &ActionFilter,
    owner: Option<&str>,
) -> Result<Actions<'a>, AppError> {
    let filter = ActionFilter {
        owner: view.member(owner)?,
        ..filter.clone()
    };
    Ok(query::actions(&view.records, &filter, view.setting.today))
}
