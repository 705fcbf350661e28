//! `actions`: the action items.

use crate::model::{ActionState, Date};
use crate::query::{self, ActionFilter, Actions};

use super::error::AppError;
use super::session::PairView;

/// Which action items a person asks for.
#[derive(Debug, Clone, Default)]
pub struct ActionsRequest {
    /// Of this member: `me`, `them`, a slug or a name.
    pub owner: Option<String>,
    /// Only those that are overdue.
    pub overdue: bool,
    /// In this state; none for all states.
    pub state: Option<ActionState>,
    /// Written on this day or later.
    pub since: Option<Date>,
}

/// The action items.
///
/// # Errors
/// When nobody is called as the owner.
pub fn actions<'a>(view: &'a PairView, request: &ActionsRequest) -> Result<Actions<'a>, AppError> {
    let filter = ActionFilter {
        owner: view.member(request.owner.as_deref())?,
        overdue: request.overdue,
        state: request.state,
        since: request.since,
    };
    Ok(query::actions(&view.records, &filter, view.setting.today))
}
