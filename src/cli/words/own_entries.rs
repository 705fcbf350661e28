//! Words for entries of mine that commits which came changed or removed, and for those that came in a member's name by
//! nobody of the pair (docs/privacy.md#words-of-mine).

use std::collections::BTreeMap;

use super::sealed::{SEALED, shows};
use super::{Telling, counted};
use crate::cli::{Hint, output::Output};
use crate::render::{InANameFacts, OwnChangeFacts, text};
use crate::sync::{CommitMaker, InAName, OwnChange, OwnChangeHow, RemovedEntry, SyncNote, SyncReport};

/// Whoever made commits, as those say: by the member, the name, and the name of who committed it for them.
type Maker<'a> = Option<(Option<&'a str>, &'a str, Option<&'a str>)>;

/// Says a note about words of mine, or about the folders that they lie in. False for any other note.
pub(super) fn say_of_own(out: &mut Output, note: &SyncNote, telling: Telling<'_>) -> bool {
    match note {
        SyncNote::OwnChanged(changes) => say_own_changes(out, changes, telling),
        SyncNote::InAName(entries) => say_in_a_name(out, entries, telling),
        SyncNote::FolderPutBack { path, made_by } => {
            let (path, who) = (path, subject(Some(maker(made_by)), telling));
            out.warn(format!(
                "{who} put something else in the place of {path}, in the commit {}: it was not taken in, and {path} is as it \
                 was before",
                made_by.commit
            ));
        }
        _ => return false,
    }
    true
}

/// Names each of them, who did it as the commit says, and the command that brings them back: however many there are.
fn say_own_changes(out: &mut Output, changes: &[OwnChange], telling: Telling<'_>) {
    let gone = changes.iter().map(|change| change.stood.id);
    let ids = telling.ids.map(|ids| ids.clone().with([], gone));
    let short = |change: &OwnChange| {
        let id = change.stood.id;
        ids.as_ref().map_or(id.to_string(), |ids| ids.short(id))
    };
    let mut makers: BTreeMap<Maker<'_>, Vec<&OwnChange>> = BTreeMap::new();
    for change in changes {
        let maker = change.made_by.as_ref().map(maker);
        makers.entry(maker).or_default().push(change);
    }
    for (maker, mut changes) in makers {
        changes.sort_by_key(|change| change.how);
        out.warn(format!(
            "{} {} {} of yours:",
            subject(maker, telling),
            done(&changes),
            counted(changes.len())
        ));
        for change in &changes {
            let words = said(change);
            let commit = change.made_by.as_ref();
            let commit = commit.map_or(String::new(), |maker| format!("  by {}", maker.commit));
            let (id, how) = (short(change), how(change.how));
            out.say(format!("    {id}  {how}: {words}{commit}"));
        }
        if !telling.dry_run {
            out.hint(way_back(&changes));
        }
    }
}

/// Names each of them, and who brought it as the commit says. Only the member whom it names can say whether it is theirs.
fn say_in_a_name(out: &mut Output, entries: &[InAName], telling: Telling<'_>) {
    let mut makers: BTreeMap<(bool, Maker<'_>), Vec<&InAName>> = BTreeMap::new();
    for told in entries {
        let key = (told.is_mine, Some(maker(&told.made_by)));
        makers.entry(key).or_default().push(told);
    }
    for ((is_mine, maker), entries) in makers {
        let partner = telling
            .names
            .map(|names| text::first_words(&names.names.partner.short));
        let name = match (is_mine, partner) {
            (true, _) => "your name".to_owned(),
            (false, Some(partner)) => format!("the name of {partner}"),
            (false, None) => "the name of the other member".to_owned(),
        };
        let (who, count) = (subject(maker, telling), counted(entries.len()));
        out.warn(format!("{who} added {count} in {name}:"));
        for told in &entries {
            let (id, words) = (told.entry.id, words(&told.entry));
            let short = telling.ids.map_or(id.to_string(), |ids| ids.short(id));
            out.say(format!("    {short}  {words}  by {}", told.made_by.commit));
        }
        if is_mine && !telling.dry_run {
            let ids = entries.iter().map(|told| told.entry.id.to_string());
            let remove = Hint::ours(["rm".to_owned()].into_iter().chain(ids));
            out.hint(remove.why("if you did not write it"));
        }
    }
}

/// The first words of an entry as it stands; those of before too, where it says something else now. Of one that is gone, or
/// that my key does not open any more, the words of before.
fn said(change: &OwnChange) -> String {
    let was = words(&change.stood);
    let readable = change
        .stands
        .as_ref()
        .filter(|_| change.how != OwnChangeHow::Closed);
    match readable.map(words) {
        Some(is) if is != was => format!("{is} (was: {was})"),
        _ => was,
    }
}

fn words(entry: &RemovedEntry) -> String {
    let text = entry.text.as_deref().filter(|_| shows(entry.visibility));
    text.map_or(SEALED.to_owned(), text::first_words)
}

/// The commands that put back what stood before.
fn way_back(changes: &[&OwnChange]) -> Hint {
    let mut commits: BTreeMap<Option<&str>, Vec<String>> = BTreeMap::new();
    for change in changes {
        let commit = change.made_by.as_ref().map(|maker| maker.commit.as_str());
        commits
            .entry(commit)
            .or_default()
            .push(change.stood.id.to_string());
    }
    let command = |(commit, ids): (Option<&str>, Vec<String>)| {
        let before = commit.map(|commit| ["--before".to_owned(), commit.to_owned()]);
        let before = before.into_iter().flatten();
        Hint::ours(["restore".to_owned()].into_iter().chain(before).chain(ids))
    };
    let commands = commits.into_iter().map(command).reduce(Hint::then);
    let commands = commands.unwrap_or_else(|| Hint::ours(["restore", "ID"]));
    commands.why("put back what stood before, as a new commit")
}

fn maker(maker: &CommitMaker) -> (Option<&str>, &str, Option<&str>) {
    let member = maker.member.as_ref().map(|member| member.as_str());
    (member, &maker.name, maker.committer.as_deref())
}

/// Who did it, as the commits say. Anybody can write a name into a commit, mine too.
fn subject(maker: Maker<'_>, telling: Telling<'_>) -> String {
    let Some((member, name, committer)) = maker else {
        return "commits that came".to_owned();
    };
    let who = match (member, telling.names) {
        (Some(by), Some(names)) if by == names.me.as_str() => "a commit in your name".to_owned(),
        (Some(_), Some(names)) => text::first_words(&names.names.partner.short),
        (Some(_), None) => text::first_words(name),
        (None, _) => format!("{:?}, who is no member,", name),
    };
    match committer {
        Some(committer) => format!("{who} (committed by {:?})", committer),
        None => who,
    }
}

fn done(changes: &[&OwnChange]) -> &'static str {
    let is_removed = |change: &&&OwnChange| change.how == OwnChangeHow::Removed;
    match changes.iter().filter(is_removed).count() {
        0 => "changed",
        all if all == changes.len() => "removed",
        _ => "changed or removed",
    }
}

fn how(how: OwnChangeHow) -> &'static str {
    match how {
        OwnChangeHow::Removed => "removed",
        OwnChangeHow::Text => "changed",
        OwnChangeHow::Closed => "sealed so that your key does not open it",
        OwnChangeHow::Author => "given to another author",
    }
}

/// The same, for programs; without any text.
pub(in crate::cli) fn own_change_facts(report: &SyncReport) -> Vec<OwnChangeFacts> {
    let facts = |change: &OwnChange| {
        let made_by = change.made_by.as_ref();
        OwnChangeFacts {
            id: change.stood.id,
            how: match change.how {
                OwnChangeHow::Removed => "removed",
                OwnChangeHow::Text => "text",
                OwnChangeHow::Closed => "closed",
                OwnChangeHow::Author => "author",
            },
            by: made_by.and_then(|maker| maker.member.clone()),
            commit: made_by.map(|maker| maker.commit.clone()),
            author: made_by.map(|maker| maker.name.clone()),
            committer: made_by.map(|maker| maker.committed_by().to_owned()),
        }
    };
    report.own_changes().map(facts).collect()
}

/// The entries that came in a member's name by nobody of the pair, for programs; without any text.
pub(in crate::cli) fn in_a_name_facts(report: &SyncReport) -> Vec<InANameFacts> {
    let facts = |told: &InAName| InANameFacts {
        id: told.entry.id,
        by: told.by.clone(),
        commit: told.made_by.commit.clone(),
        author: told.made_by.name.clone(),
        committer: told.made_by.committed_by().to_owned(),
    };
    report.in_a_name().map(facts).collect()
}
