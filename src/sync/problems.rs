//! Problems of a record, shown at the line that they stand in.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use crate::lint::{Intent, Slip};
use crate::model::{
    Command, EntryId, Fix, Home, PAIR_PATH, PairDocument, Placed, Problem, RecordPath, Slug, Value,
    parse_record,
};
use crate::seal::check_recipient;

use crate::sync::error::SyncError;
use crate::sync::secrets::file_readers::WidenedEntry;
use crate::sync::secrets::slips::LocatedSlip;
use crate::sync::secrets::widened::OpenedEntry;

/// The way out of a broken `pair.toml`.
pub(super) fn put_pair_back() -> Fix {
    Fix::by(
        "put the last good one back",
        Command::ours(["restore", PAIR_PATH]),
    )
}

/// The way to put a file back as the branch has it.
pub(super) fn put_file_back(words: &str, path: &str) -> Fix {
    Fix::by(words, Command::git_on(&["checkout", "HEAD"], path))
}

/// The way to take a file out of the index that is no record.
pub(super) fn take_file_out(path: &str) -> Fix {
    Fix::by("take it out again", Command::git_on(&["rm", "--cached"], path))
}

/// A problem of a file as a whole, as an error.
pub(super) fn problem(path: &str, what: &str, help: impl Into<Fix>) -> SyncError {
    SyncError::Problems(vec![Problem::of_file(path, what, help)])
}

/// The folder lacks `pair.toml`, which was committed.
pub(super) fn pair_is_gone() -> Problem {
    let what = "the pair's own record is gone from the folder";
    Problem::of_file(&RecordPath::Pair.path(), what, put_pair_back())
}

/// A commit removed `pair.toml`.
pub(super) fn pair_was_removed() -> Problem {
    let what = "a commit removed the pair's own record";
    Problem::of_file(&RecordPath::Pair.path(), what, put_pair_back())
}

/// A hand edit renames a seat: every entry names its author by that slug.
pub(super) fn seat_renamed(slug: &str, seats: [&Slug; 2], source: impl Into<Arc<str>>) -> Problem {
    let source = source.into();
    let [one, other] = seats;
    let what = format!("the seats of this pair are {one} and {other}, and {slug} is none of them");
    let help = Fix::from("keep the slug, and change `name` instead").or(put_pair_back());
    in_pair(source, &format!("[member.{slug}]"), what, help)
}

/// A problem of `pair.toml`, shown at some words of it; as one of the file where they are not in it.
fn in_pair(source: Arc<str>, words: &str, what: String, help: Fix) -> Problem {
    let start = source.find(words).filter(|_| !words.is_empty());
    let span = start.map(|start| start..start + words.len());
    Problem::at_or_of_file(PAIR_PATH, source, span, what, help)
}

/// The id of the pair is another one: every seal and every pin is of the one before.
pub(super) fn other_pair(source: impl Into<Arc<str>>) -> Problem {
    let source: Arc<str> = source.into();
    let what = "pair.toml names another pair than the one that this clone belongs to";
    let mut top = source.lines().take_while(|line| !line.starts_with('['));
    let id = top.find(|line| line.starts_with("id")).unwrap_or_default();
    in_pair(source.clone(), id.trim_end(), what.to_owned(), put_pair_back())
}

/// The keys of a `pair.toml` that nobody can seal for, but for those that `stood` there.
pub(super) fn unusable_keys(
    document: &PairDocument,
    stood: Option<&PairDocument>,
    source: impl Into<Arc<str>>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let source: Arc<str> = source.into();
    for (slug, member) in &document.members {
        let stood = stood.and_then(|stood| stood.members.get(slug));
        let old = stood.map_or(&[][..], |stood| stood.list("keys"));
        let keys = member.list("keys").iter().filter(|key| !old.contains(key));
        for key in keys.filter_map(Value::as_str) {
            let Err(error) = check_recipient(key) else {
                continue;
            };
            let what = format!("a key of {slug} {error}");
            let refuse = Command::any(["oneonone", "key", "refuse"]);
            let help = Fix::by("the member whose key it is puts their own back", refuse);
            // A secret key that was pasted there is not shown.
            let is_secret = key.to_ascii_uppercase().contains("SECRET");
            let shown = if is_secret { "" } else { key };
            problems.push(in_pair(source.clone(), shown, what, help));
        }
    }
    problems
}

/// A problem shown at the line that names an entry.
pub(super) fn at_entry(
    path: &str,
    source: impl Into<Arc<str>>,
    named: &str,
    what: String,
    help: impl Into<Fix>,
) -> Problem {
    let source = source.into();
    let span = place_of_id(named, &source);
    Problem::at_or_of_file(path, source, span, what, help)
}

/// A problem shown at the header of an entry that has no id, the `nth` of its record from 0.
pub(super) fn at_loose(
    home: Home,
    nth: usize,
    source: impl Into<Arc<str>>,
    what: String,
    help: impl Into<Fix>,
) -> Problem {
    let source = source.into();
    let span = place_of_loose(home, nth, &source);
    Problem::at_or_of_file(&home.path(), source, span, what, help)
}

/// An id that stands in several homes, shown in the second; `source` gives the text of a record.
pub(super) fn doubled<T: Into<Arc<str>>>(
    id: EntryId,
    copies: &[Placed],
    source: impl Fn(&str) -> T,
) -> Option<Problem> {
    let homes: Vec<String> = copies.iter().map(|copy| copy.home.path()).collect();
    let path = homes.get(1)?;
    let what = format!("the id {id} stands in {}", homes.join(" and in "));
    let help = "delete one of the two, or the id of the copy to make it an entry of its own";
    Some(at_entry(path, source(path), id.as_str(), what, help))
}

/// An edit that holds what a rewritten history took out: of an entry, or of the keys at the top. `stands` says whether the
/// history of the branch has the entry otherwise.
pub(super) fn taken_out(
    record: RecordPath,
    entry: Option<EntryId>,
    stands: bool,
    source: impl Into<Arc<str>>,
) -> Problem {
    let source = source.into();
    let path = record.path();
    let back = put_file_back("take it out again, or put the file back", &path);
    match entry {
        Some(id) if stands => at_entry(
            &path,
            source,
            id.as_str(),
            format!("entry {id} goes on from words that the rewritten history took out"),
            back.or(Fix::by(
                "to write them all the same",
                Command::ours(["edit", id.as_str()]),
            )),
        ),
        Some(id) => at_entry(
            &path,
            source,
            id.as_str(),
            format!("entry {id} went with the history that was rewritten, and was changed here"),
            back.or("without its `id` line it is a new entry"),
        ),
        None => Problem::of_file(
            &path,
            "the keys at the top, or of a member, go on from words that the rewritten history took out",
            back,
        ),
    }
}

/// A slip, shown at its key, else at its entry; `loose` are the entries without an id that were read with it.
pub(super) fn at_slip(standing: &LocatedSlip<'_>, loose: &[Placed], source: impl Into<Arc<str>>) -> Problem {
    let source = source.into();
    let LocatedSlip { path, entry, slip } = standing;
    let (what, help) = words_of(slip);
    let entry = entry.and_then(|placed| place_of(placed, loose, &source));
    // An id may stand below the key: the entry begins at its header.
    let until = entry.as_ref().and_then(|place| source.get(..place.end));
    let mut at = until.and_then(|text| text.rfind("[[entry")).unwrap_or(0);
    let mut place = None;
    for line in source.get(at..).unwrap_or_default().split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches([' ', '\t', '[', '"', '\'']).len();
        if line[indent..].starts_with(&slip.key) {
            place = Some(at + indent..at + indent + slip.key.len());
            break;
        }
        at += line.len();
    }
    // Nothing beside the key is shown: it was meant to be sealed.
    Problem::at_or_of_file(path, source, place.or(entry), what, help).by_its_place_alone()
}

/// The words for a slip in a record: the mistake, and how to put it right.
fn words_of(slip: &Slip) -> (String, String) {
    let (key, written) = (&slip.key, &slip.written);
    let at_key = |what: &str| format!("`{key}` {what}");
    match slip.intent {
        Intent::SmallLetters => (
            at_key("is written in small letters"),
            format!("write {}, or give the key another name", key.to_lowercase()),
        ),
        Intent::Entries => (
            at_key("is no entry: what it holds would go out in clear"),
            "entries are written as [[entry]] tables".to_owned(),
        ),
        Intent::BelowEntry => (
            at_key("stands above the first entry of the record, and belongs to none there"),
            "put it below an [[entry]] line".to_owned(),
        ),
        Intent::Kind(_) | Intent::Visibility(_) => (
            match key.as_str() {
                _ if slip.is_theme() => format!("{written} is taken as a theme, and seals nothing"),
                "text" => format!("{written:?} is taken as a word of the text, and seals nothing"),
                _ => at_key("seals nothing: the entry would go out in clear"),
            },
            "write visibility = \"private\" or \"confidential\"; or visibility = \"shared\"".to_owned(),
        ),
    }
}

/// A text in clear that is to be sealed, shown by the id of its entry: nothing else of the record is.
pub(super) fn at_secret(placed: &Placed, loose: &[Placed], source: impl Into<Arc<str>>) -> Problem {
    let source = source.into();
    let place = place_of(placed, loose, &source).unwrap_or_default();
    let what = "a text that is to be sealed stands here in clear";
    let help = Fix::by("seal it, and commit the record", Command::ours(["sync"]));
    Problem::at(&placed.home.path(), source, place, what, help).by_its_place_alone()
}

/// An entry that somebody else than its author widens, shown by its id: nothing else of the file is.
pub(super) fn at_widened(widened: &WidenedEntry, source: impl Into<Arc<str>>) -> Problem {
    let source = source.into();
    let WidenedEntry { entry, by, path, .. } = widened;
    let what = format!("more people would read entry {entry}: {by} wrote it, who alone may share it");
    let help = match RecordPath::parse(path) {
        Some(_) => put_file_back("put the entry back", path),
        None => take_file_out(path),
    };
    at_entry(path, source, entry.as_str(), what, help).by_its_place_alone()
}

/// Words of mine in clear, in an entry that I let fewer people read, shown by the id of that entry.
pub(super) fn at_opened(opened: &OpenedEntry, source: impl Into<Arc<str>>) -> Problem {
    let source = source.into();
    let OpenedEntry { entry, follows, path } = opened;
    let what = match follows {
        true => {
            format!("new words stand here in clear, which follow entry {entry}: fewer people may read that")
        }
        false => format!("new words stand here in clear, in entry {entry}: you let fewer people read it"),
    };
    let help = match RecordPath::parse(path) {
        Some(_) => Fix::by("seal them", Command::ours(["sync"])).or(Fix::by(
            "to let more people read it after that",
            Command::ours(["share", entry.as_str()]),
        )),
        None => take_file_out(path),
    };
    at_entry(path, source, entry.as_str(), what, help).by_its_place_alone()
}

/// Where an entry stands in its record: its id, or the header of one that has none.
fn place_of(placed: &Placed, loose: &[Placed], source: &str) -> Option<Range<usize>> {
    if let Some(id) = placed.entry.get_str("id") {
        return place_of_id(id, source);
    }
    let mut of_record = loose.iter().filter(|other| other.home == placed.home);
    let nth = of_record.position(|other| std::ptr::eq(other, placed))?;
    place_of_loose(placed.home, nth, source)
}

fn place_of_loose(home: Home, nth: usize, source: &str) -> Option<Range<usize>> {
    let document = parse_record(home, source.as_bytes(), true).ok()?;
    document.loose.get(nth).map(|entry| entry.span.clone())
}

fn place_of_id(id: &str, source: &str) -> Option<Range<usize>> {
    let name = format!("\"{id}\"");
    let start = source.find(&name)?;
    Some(start..start + name.len())
}

/// The same problems, of records that commits broke: of each the first one says how its last good version is put back.
pub(in crate::sync) fn of_commits(problems: Vec<Problem>) -> Vec<Problem> {
    let mut told = BTreeSet::new();
    let told = |problem: Problem| match told.insert(problem.path.clone()) {
        // Of `pair.toml` it is said already.
        true if !problem.help.calls("restore") => problem.of_a_commit(),
        _ => problem,
    };
    problems.into_iter().map(told).collect()
}
