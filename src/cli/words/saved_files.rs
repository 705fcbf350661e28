//! The entries that a file removed when a person saved it, and those that it did not remove (docs/sync.md#versions), in
//! words.

use super::sealed::{SEALED, shows};
use super::{Telling, counted};
use crate::app::Remark;
use crate::cli::{Context, Hint, output::Output};
use crate::model::{EntryId, Fix, RecordPath, Slug, one_or_many};
use crate::render::text;
use crate::sync::{CommitMaker, OlderFile, RemovedEntry, SyncNote};

/// So many entries are named one by one.
const NAMED: usize = 5;

/// Says which entries somebody removed: a member whose commits came, or this person by hand.
pub(super) fn say_removed(
    out: &mut Output,
    by: Option<&Slug>,
    entries: &[RemovedEntry],
    telling: Telling<'_>,
) {
    let (who, how) = match (by, telling.names) {
        (None, _) => ("you".to_owned(), " by hand"),
        (Some(by), Some(names)) if *by == names.me => ("you, on another machine,".to_owned(), ""),
        (Some(by), Some(names)) if *by == names.pair.partner_of(&names.me).slug => {
            (text::first_words(&names.names.partner.short), "")
        }
        (Some(by), _) => (by.to_string(), ""),
    };
    out.say(format!("{who} removed {}{how}:", counted(entries.len())));
    // They are no entries of the pair any more, and are told apart from those that are.
    let gone = entries.iter().map(|entry| entry.id);
    let ids = telling.ids.map(|ids| ids.clone().with([], gone));
    let short = |id: EntryId| ids.as_ref().map_or(id.to_string(), |ids| ids.short(id));
    for entry in entries.iter().take(NAMED) {
        let id = short(entry.id);
        let is_open = shows(entry.visibility);
        let words = entry.text.as_deref().filter(|_| is_open);
        let words = words.map_or(SEALED.to_owned(), text::first_words);
        out.say(format!("    {id}  {words}"));
    }
    if entries.len() > NAMED {
        out.say(format!("    and {} more", entries.len() - NAMED));
    }
    if telling.dry_run {
        return;
    }
    match (by, entries) {
        (None, _) => out.hint(Hint::ours(["undo"]).why("bring back what you removed")),
        // Other entries that are gone may begin with the letters that tell this one apart here.
        (Some(_), [one]) => out.hint(Hint::ours(["restore", one.id.as_str()]).why("bring it back")),
        (Some(_), _) => out.hint(Hint::ours(["restore", "ID"]).why("bring one of them back")),
    }
}

impl Context {
    /// Whether a remark names a broken record that was named before. One that was not is from now on.
    pub(super) fn names_again(&mut self, remark: &Remark) -> bool {
        if let Remark::Skipped(problems) = remark {
            return problems.iter().all(|problem| self.named_broken.contains(problem));
        }
        let (Remark::Sync(SyncNote::BrokenHere(_, problem))
        | Remark::Sync(SyncNote::OlderPair { problem, .. })) = remark
        else {
            return false;
        };
        let known = self.named_broken.contains(problem);
        if !known {
            self.named_broken.push(problem.clone());
        }
        known
    }
}

/// Says that a record cannot be read, and which version of it counts.
pub(super) fn say_broken(out: &mut Output, note: &SyncNote) {
    match note {
        SyncNote::BrokenHere(_, problem) => {
            out.warn(format!("left as it lies, and not saved: {problem}"));
            say_fix(out, &problem.help);
        }
        SyncNote::Broken {
            record,
            problem,
            made_by,
            has_good,
        } => {
            let by = came_with(made_by.as_ref());
            out.warn(format!(
                "a record from the other side is broken and was left as it is: {problem}{by}"
            ));
            out.hint("everything else was synced; they see what is wrong when they check their records");
            if *has_good {
                let back = Hint::ours(["restore".to_owned(), record.path()]);
                out.hint(back.why("put its last version back that could be read, as a new commit"));
            }
        }
        SyncNote::OlderPair {
            commit,
            problem,
            made_by,
            is_here,
        } => {
            let by = came_with(made_by.as_ref());
            out.warn(format!(
                "{problem}{by}; the pair is read as commit {commit} has it"
            ));
            if !problem.source.is_empty() {
                say_fix(out, &problem.help.without("restore"));
            }
            let why = match (is_here, made_by) {
                (true, None) => "put that one back; what lies there is kept beside it",
                _ => "put that one back, as a new commit",
            };
            out.hint(Hint::ours(["restore", "pair.toml"]).why(why));
        }
        _ => {}
    }
}

/// Says how a problem is mended.
fn say_fix(out: &mut Output, fix: &Fix) {
    for way in Hint::ways(fix) {
        out.hint(way);
    }
}

/// With which commit a broken record came, and who made that, as it says.
pub(in crate::cli) fn came_with(made_by: Option<&CommitMaker>) -> String {
    let Some(maker) = made_by else {
        return String::new();
    };
    let by = format!("; it came with the commit {} of {:?}", maker.commit, maker.name);
    match &maker.committer {
        Some(committer) => format!("{by}, committed by {committer:?}"),
        None => by,
    }
}

/// Says that a file was saved as an older version had it: it took nothing out, and how that is done.
pub(super) fn say_older_file(out: &mut Output, file: &OlderFile) {
    let path = file.record.path();
    let stays = |ids: &[EntryId]| one_or_many(ids.len(), "stays", "stay");
    if !file.stay.is_empty() {
        let (count, these) = (counted(file.stay.len()), named(&file.stay));
        out.warn(match file.is_empty {
            true => format!(
                "{path} was gone or empty; its {count} {}: {these}",
                stays(&file.stay)
            ),
            false => format!(
                "{path} was saved as an older version had it, without {count}, which {}: {these}",
                stays(&file.stay)
            ),
        });
        match file.stay.as_slice() {
            [one] => out.hint(Hint::remove(*one)),
            _ => out.hint(Hint::ours(["rm", "ID"]).why("remove one that should go")),
        }
    }
    if !file.reworded.is_empty() {
        out.warn(format!(
            "{path} has {} as in an older version, which {} as now: {}",
            counted(file.reworded.len()),
            stays(&file.reworded),
            named(&file.reworded)
        ));
        let [edit, resolve] = [["edit", "ID"], ["resolve", "ID"]].map(Hint::ours);
        out.hint(edit.why("go back to what was, or end a conflict").then(resolve));
    }
    if file.head {
        let what = match file.record {
            RecordPath::Pair => "the agreed day, a name, keys, or another value",
            RecordPath::Home(_) => "the keys at its top",
        };
        out.warn(format!(
            "{path} has {what} as in an older version; that stays as now"
        ));
        out.hint("to go back to it, edit the file again and commit it with git");
    }
    if !file.gone.is_empty() {
        let were = one_or_many(file.gone.len(), "was", "were");
        out.warn(format!(
            "{path} still had {} that {were} removed since: {}",
            counted(file.gone.len()),
            named(&file.gone)
        ));
        out.hint("an entry without its `id` line is a new one, if you want it again");
    }
}

pub(super) fn named(ids: &[EntryId]) -> String {
    let shown: Vec<String> = ids.iter().take(NAMED).map(ToString::to_string).collect();
    match ids.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
