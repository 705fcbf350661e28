//! The bare `oneonone`: where the pair stands, and the next step.

use crate::query::{self, NextStep, Overview};

use super::Session;

/// Where the pair stands. Conflicts of heads and settings count beside those of entries.
pub fn overview(session: &impl Session) -> Overview {
    let view = session.view();
    let (now, today) = (view.setting.now(), view.setting.today);
    let mut overview = query::overview(&view.records, &view.me, now, today);
    overview.conflicts = session.conflicted();
    if overview.conflicts > 0 && overview.step != NextStep::End {
        overview.step = NextStep::Resolve;
    }
    overview
}
