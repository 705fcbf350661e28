//! `share`: more people may read an entry.

use crate::model::{EntryId, Visibility};

use super::restore::wider;
use super::{AppError, PairView, Remark, Session, WriteSession};

/// The question before an entry is shared: the entry that more people would read; none where they read it already.
///
/// # Errors
/// When the text names no entry or one of somebody else, or fewer people would read it.
pub fn preview_share(view: &PairView, typed: &str, to: Visibility) -> Result<Option<EntryId>, AppError> {
    let id = view.resolve(typed)?;
    let Some(entry) = view.records.entry(id) else {
        return Ok(None);
    };
    if entry.by != view.me {
        let (short, by) = (view.ids.short(id), entry.by.clone());
        return Err(AppError::NotItsAuthor { short, by });
    }
    if entry.visibility > to {
        return Err(AppError::Narrowing {
            short: view.ids.short(id),
            from: entry.visibility,
            to,
            before: None,
        });
    }
    Ok((entry.visibility < to).then_some(id))
}

/// Lets more people read an entry; returns it.
///
/// # Errors
/// As [`preview_share`]; or when it cannot be sealed again.
pub fn share(session: &mut WriteSession, typed: &str, to: Visibility) -> Result<EntryId, AppError> {
    let known = session.workspace().readers()?;
    let id = session.view.resolve_to_share(typed, &known)?;
    let to_share = preview_share(&session.view, typed, to)?;
    if let Some(known) = known.get_wider(id).cloned() {
        return Err(wider(session, id, known));
    }
    match to_share {
        Some(id) => {
            let mut state = session.state().clone();
            session.workspace().widen_entry(&mut state, id, to)?;
            session.save("share", None, state)?;
            session.workspace().let_read(&[(id, to)])?;
            if to == Visibility::Shared {
                session.view.remarks.add(Remark::SharedWithEveryone);
            }
            Ok(id)
        }
        None => {
            session.view.remarks.add(Remark::SharedAlready(to));
            session.view.resolve(typed)
        }
    }
}
