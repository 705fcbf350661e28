//! Words for entries that arrived for more readers than their author let (docs/privacy.md#entries-that-arrive-wider).

use std::collections::BTreeSet;

use crate::cli::Hint;
use crate::cli::output::Output;
use crate::model::{EntryId, Visibility};
use crate::render::WidenedFacts;
use crate::sync::{SyncNote, Widened};

/// How many are told one by one.
const SHOWN: usize = 5;

/// Says which entries arrived wider, and how that ends.
pub(in crate::cli) fn say_wider(out: &mut Output, entries: &[Widened], is_mine: bool) {
    let Some(first) = entries.first() else { return };
    let (count, whose) = (entries.len(), if is_mine { "yours" } else { first.by.as_str() });
    out.warn(match count {
        1 => format!("a sealed entry of {whose} arrived for more readers than before"),
        _ => format!("{count} sealed entries of {whose} arrived for more readers than before"),
    });
    for one in entries.iter().take(SHOWN) {
        out.say(format!("  {}", line(one)));
        if let Some((commit, author)) = &one.put_there {
            let what = "before that, another text was put in the place of your last one";
            out.say(format!(
                "    {what}, by the commit {} of {author}",
                commit.short()
            ));
        }
    }
    if count > SHOWN {
        out.say(format!("  and {} more", count - SHOWN));
    }
    if !is_mine {
        out.say("  only they let more people read them; ask, if you doubt that they did");
        return;
    }
    let ids: Vec<String> = entries.iter().map(|one| one.entry.to_string()).collect();
    let restore = ["restore"].into_iter().chain(ids.iter().map(String::as_str));
    out.hint(Hint::ours(restore).why("put back the last text that you wrote, sealed"));
    let seen = ["share", "--seen"]
        .into_iter()
        .chain(ids.iter().map(String::as_str));
    out.hint(Hint::ours(seen).why("it was you, on another machine"));
}

fn line(one: &Widened) -> String {
    let by = match &one.commit {
        Some((commit, author)) => format!(", by the commit {} of {}", commit.short(), author),
        None => String::new(),
    };
    let (was, is) = (one.readers, readers(one.shown));
    match one.is_sealed_since {
        true => format!("{}: {was}, arrived {is}{by}, and was sealed since", one.entry),
        false => format!("{}: {was}, now {is}{by}", one.entry),
    }
}

fn readers(shown: Visibility) -> String {
    match shown {
        Visibility::Shared => format!("in clear for {}", shown.people()),
        sealed => sealed.to_string(),
    }
}

/// Those of them that are mine.
pub(in crate::cli) fn mine_wider(notes: &[SyncNote]) -> BTreeSet<EntryId> {
    let entries = notes.iter().filter_map(|note| match note {
        SyncNote::ArrivedWider {
            entries,
            is_mine: true,
        } => Some(entries),
        _ => None,
    });
    entries.flatten().map(|one| one.entry).collect()
}

/// The same, for programs.
pub(in crate::cli) fn widened_facts(notes: &[SyncNote]) -> Vec<WidenedFacts> {
    let entries = notes.iter().filter_map(|note| match note {
        SyncNote::ArrivedWider { entries, .. } => Some(entries),
        _ => None,
    });
    entries.flatten().map(widened_fact).collect()
}

/// One of them.
pub(in crate::cli) fn widened_fact(one: &Widened) -> WidenedFacts {
    WidenedFacts {
        id: one.entry,
        by: one.by.clone(),
        was: one.readers,
        is: one.shown,
        commit: one.commit.as_ref().map(|(commit, _)| commit.short()),
    }
}
