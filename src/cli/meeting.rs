//! The parts that the commands about meetings share: a look at the remote meanwhile, and the answer.

use std::time::{Duration, Instant};

use crate::app::{self, PairClone, PairView, Remarks};
use crate::model::{Entry, Home, MeetingKey, Visibility};
use crate::render::json::JsonDocument;
use crate::render::{text, tsv};

use super::{Context, Failure, session::NO_NOTES};

/// How long a meeting waits for a remote (docs/sync.md#procedure).
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// Syncs as far as it goes in that time. Returns the time that is left for more, none where nothing was delivered.
pub(super) fn sync_meanwhile(
    context: &mut Context,
    place: &PairClone,
    patience: Duration,
) -> Option<Duration> {
    let (began, remarks) = (Instant::now(), Remarks::default());
    let delivered = app::sync_meanwhile(context.setting(), place, patience, &remarks);
    context.tell(&remarks);
    patience.checked_sub(began.elapsed()).filter(|_| delivered)
}

/// Says what happened to a meeting, and who can read its record.
pub(super) fn say(context: &mut Context, view: &PairView, key: MeetingKey, what: &str) {
    let echo = text::echo(&context.screen(view), Home::Meeting(key), Visibility::Shared);
    context.out.say(format!("{} · {what}", echo.trim_end()));
}

/// Answers with a meeting: as JSON, as rows, or in words.
pub(super) fn answer(
    context: &mut Context,
    view: &PairView,
    key: MeetingKey,
    rows: &[&Entry],
    words: impl Fn(&text::Screen<'_>) -> String,
) -> Result<(), Failure> {
    let Some(meeting) = view.records.meeting(key) else {
        return Ok(());
    };
    let answer = context.pair_form(
        view,
        &NO_NOTES,
        |scope| JsonDocument::meeting(meeting, view.records.of_meeting(key), scope),
        |_| tsv::entries(None, rows.iter().copied()),
        words,
    );
    context.out.data(&answer)?;
    context.out.flush()
}
