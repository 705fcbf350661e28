//! The interfaces themselves, called the same way over Git and over memory.

use std::cell::RefCell;
use std::collections::BTreeSet;

use oneonone::git::CommitId;
use oneonone::model::{
    Content, EntryId, Files, Home, Pair, Placed, State, Table, Visibility, instant_value, order_of_keys,
    parse_instant_text,
};
use oneonone::sync::SyncError;
use oneonone::sync::replica::{BodySeals, EntryHistory, History, MergeOver, Replica, base_of};

use super::place::{ANA, LAPTOP, SAM, Twins};
use super::syncs::kinds;
use crate::simulator::replica::MemoryReplica;
use crate::simulator::sync::Fault;

/// The id of an entry by its number.
pub(super) fn id(n: u8) -> EntryId {
    EntryId::from_bytes([1, 2, 3, 4, 5, n])
}

/// Adds an entry of ana's to the agenda.
pub(super) fn add(state: &mut State, n: u8, text: &str) {
    let mut entry = Table::default();
    entry.set("id", id(n).to_string());
    entry.set("kind", "topic");
    entry.set("by", "ana");
    let at = parse_instant_text(&format!("2026-11-24T10:{n:02}:00Z")).unwrap();
    entry.set("at", instant_value(at));
    entry.set("text", text);
    let home = Home::Agenda;
    state.entries.insert(id(n), Placed { home, entry });
}

pub(super) fn set(state: &mut State, n: u8, field: &str, value: &str) {
    state.entries.get_mut(&id(n)).unwrap().entry.set(field, value);
}

pub(super) fn remove(state: &mut State, n: u8) {
    state.entries.remove(&id(n)).unwrap();
}

/// Adds a confidential entry of ana's.
pub(super) fn sealed(state: &mut State, seals: &dyn BodySeals, pair: &Pair, n: u8, text: &str) {
    add(state, n, text);
    let entry = &mut state.entries.get_mut(&id(n)).unwrap().entry;
    let content = Content::of_entry(entry);
    lock(entry, seals, pair, n, &content);
}

/// Changes a field under the seal of an entry.
pub(super) fn edit_seal(
    state: &mut State,
    seals: &dyn BodySeals,
    pair: &Pair,
    n: u8,
    field: &str,
    value: &str,
) {
    let entry = &mut state.entries.get_mut(&id(n)).unwrap().entry;
    let by = entry.get_str("by").unwrap().parse().unwrap();
    let ciphertext = entry.get_str("sealed").unwrap().to_owned();
    let mut content = seals.unseal(pair, id(n), &by, &ciphertext).unwrap().content;
    content.table_mut().set(field, value);
    lock(entry, seals, pair, n, &content);
}

fn lock(entry: &mut Table, seals: &dyn BodySeals, pair: &Pair, n: u8, content: &Content) {
    let by = entry.get_str("by").unwrap().parse().unwrap();
    let visibility = Visibility::Confidential;
    let ciphertext = seals.lock(pair, id(n), &by, visibility, content).unwrap();
    let mut envelope = entry.envelope();
    order_of_keys(&mut envelope.fields);
    envelope.set("visibility", visibility.as_str());
    envelope.set("sealed", ciphertext);
    *entry = envelope;
}

/// Writes an entry into the agenda that was to be sealed.
pub(super) fn in_clear(files: &mut Files) {
    let text = "\n[[entry]]\nid = \"zzzzzzzzzzzz\"\nkind = \"topic\"\nby = \"ana\"\nat = 2026-11-24T12:00:00Z\n\
                visibility = \"private\"\ntext = \"hush\"\n";
    files.get_mut("agenda.toml").unwrap().extend(text.bytes());
}

/// The answers of the steps of an exchange.
#[derive(Default)]
struct Answers {
    /// Commits: the tip before and after each step, and the remote's tip as it was seen.
    commits: Vec<Option<CommitId>>,
    /// Values that must be the same in both: counts, kinds of notes, paths, whether something is so.
    plain: Vec<String>,
}

/// The steps of an exchange, one after the other.
fn steps<C: Replica>(replica: &mut C, there: CommitId) -> Result<Answers, SyncError> {
    let mut answers = Answers::default();
    let tip = replica.tip().unwrap();
    answers
        .commits
        .extend([Some(tip), replica.seen()?, replica.instead()?]);
    let is_behind = replica.history().is_ancestor(tip, there)?;
    let is_ahead = replica.history().is_ancestor(there, tip)?;
    answers
        .plain
        .push(format!("behind {is_behind}, ahead {is_ahead}"));
    let bases = replica.history().merge_bases(tip, there)?;
    answers.commits.extend(bases.into_iter().map(Some));
    let mut notes = Vec::new();
    if is_behind {
        replica.adopt(there)?;
        notes.extend(replica.found_in_tip());
        notes.extend(replica.settle(None)?);
    } else if is_ahead {
        notes.extend(replica.settle(None)?);
    } else {
        let (merged, said) = replica.merge(there, MergeOver::Bases)?;
        // Until it is settled, the merge is not prepared.
        answers.commits.push(replica.tip());
        notes.extend(said);
        notes.extend(replica.settle(Some(merged))?);
    }
    answers.plain.push(format!("{:?}", kinds(notes.iter())));
    answers.commits.push(replica.tip());
    let (unsent, all) = (replica.count_unsent(Some(there))?, replica.count_unsent(None)?);
    answers
        .plain
        .push(format!("{} unsent, {} in all", unsent.entries(), all.entries()));
    answers.plain.push(format!("{unsent:?}, {all:?}"));
    replica.refuse_to_send(Some(there))?;
    let written = replica.check_out()?;
    answers.plain.push(format!("{written:?}"));
    let tip = replica.tip().unwrap();
    let notes = replica.remember_seen(tip, false)?;
    answers.plain.push(format!("{:?}", kinds(notes.iter())));
    answers.commits.push(replica.seen()?);
    Ok(answers)
}

fn both_steps(twins: &mut Twins, who: usize) -> Vec<String> {
    twins.turn();
    twins
        .person(who)
        .git(["fetch", "-q", "--refmap=", "origin", "main:refs/fetched"])
        .ok();
    let there = twins.repo(who).reference("refs/fetched").unwrap().unwrap();
    let mut workspace = twins.open(who).unwrap();
    let git = steps(&mut workspace, there).unwrap();
    drop(workspace);
    let there = twins.memory.remote;
    let (tip, read) = twins.memory.open(who).unwrap();
    let world = RefCell::new(&mut twins.memory);
    let mut replica = MemoryReplica::new(&world, who, tip, read, Fault::None);
    let memory = steps(&mut replica, there).unwrap();
    drop(replica);
    assert_eq!(git.plain, memory.plain);
    assert_eq!(git.commits.len(), memory.commits.len());
    twins.with_eyes(who, |same, eyes| {
        for (git, memory) in git.commits.into_iter().zip(memory.commits) {
            same.maybe(eyes, git, memory);
        }
    });
    twins.compare(who);
    git.plain
}

#[test]
fn the_steps_of_an_exchange() {
    let mut twins = Twins::new();
    twins.command(ANA, |state, _| add(state, 1, "one"));
    twins.sync(ANA);
    // Behind.
    assert_eq!(both_steps(&mut twins, SAM)[0], "behind true, ahead false");
    // Ahead, with an edit by hand.
    twins.by_hand(SAM, |files| {
        files
            .get_mut("agenda.toml")
            .unwrap()
            .extend(b"\n[[entry]]\ntext = \"by hand\"\n");
    });
    let ahead = both_steps(&mut twins, SAM);
    assert_eq!(
        (ahead[0].as_str(), ahead[2].as_str()),
        ("behind false, ahead true", "1 unsent, 2 in all")
    );
    twins.force_head(SAM);
    // Both.
    twins.command(ANA, |state, _| remove(state, 1));
    twins.command(SAM, |state, _| set(state, 1, "mood", "fine"));
    twins.force_head(SAM);
    let merged = both_steps(&mut twins, ANA);
    assert_eq!(
        (merged[0].as_str(), merged[1].as_str()),
        ("behind false, ahead false", "[\"kept\"]")
    );
}

/// The answers of a history about its commits.
struct Said {
    plain: Vec<String>,
    commits: Vec<BTreeSet<usize>>,
    entries: Vec<EntryId>,
    merges: Vec<(Vec<CommitId>, State)>,
}

fn history_says<H: History>(history: &H, commits: &[CommitId]) -> Result<Said, SyncError> {
    let place = |of: &CommitId| commits.iter().position(|commit| commit == of);
    let places = |of: Vec<CommitId>| of.iter().filter_map(place).collect::<BTreeSet<usize>>();
    let mut said = Said {
        plain: Vec::new(),
        commits: Vec::new(),
        entries: Vec::new(),
        merges: Vec::new(),
    };
    // Commits before the first one are Git's alone.
    for commit in &commits[1..] {
        said.commits.push(places(history.parents(*commit)?));
        let (records, side) = (history.records(*commit)?, history.side(*commit)?);
        said.plain.push(format!(
            "{:?} at {}: {} entries, {} loose, {} doubled; healed {:?}",
            place(commit),
            history.author(*commit)?.seconds,
            side.state.entries.len(),
            records.loose.len(),
            records.doubled.len(),
            side.healed
        ));
        let before: Vec<bool> = side.doubled.values().map(Option::is_some).collect();
        said.plain.push(format!("doubled: {before:?}"));
        said.entries.extend(side.loose.iter().map(|(_, id)| *id));
        for other in commits {
            said.plain
                .push(format!("{}", history.is_ancestor(*other, *commit)?));
            let bases = history.merge_bases(*other, *commit)?;
            said.commits.push(places(bases.clone()));
            if bases.len() != 1 || bases.iter().any(|base| base == other || base == commit) {
                continue;
            }
            let base = base_of(history, *other, *commit)?.unwrap();
            let (left, right) = (history.side(*other)?, history.side(*commit)?);
            let (merge, side) =
                history.merge_commits(&base, (*other, &left), (*commit, &right), "a merge")?;
            assert_eq!(history.author(merge)?.seconds, history.author(*commit)?.seconds);
            said.merges.push((history.parents(merge)?, side.state));
        }
    }
    Ok(said)
}

#[test]
fn a_history_with_everything_in_it() {
    let mut twins = Twins::new();
    twins.command(ANA, |state, _| add(state, 1, "one"));
    twins.sync(ANA);
    twins.sync(LAPTOP);
    // Both go on, one with an entry without an id that plain Git commits.
    twins.by_hand(ANA, |files| {
        files
            .get_mut("agenda.toml")
            .unwrap()
            .extend(b"\n[[entry]]\ntext = \"by hand\"\n");
    });
    twins.plain_commit(ANA);
    twins.command(LAPTOP, |state, _| set(state, 1, "mood", "fine"));
    twins.plain_push(LAPTOP);
    twins.command(ANA, |state, _| set(state, 1, "owner", "sam"));
    twins.sync(ANA);
    twins.sync(LAPTOP);
    let (git, memory): (Vec<CommitId>, Vec<CommitId>) = twins.same.commits.all().unzip();
    assert!(git.len() >= 6, "{}", git.len());
    let there = history_says(&twins.repo(ANA), &git).unwrap();
    let here = history_says(&*twins.memory.dag, &memory).unwrap();
    assert_eq!(there.plain, here.plain);
    assert_eq!(there.commits, here.commits);
    assert_eq!(
        (there.entries.len(), there.merges.len()),
        (here.entries.len(), here.merges.len())
    );
    assert!(!there.entries.is_empty() && !there.merges.is_empty());
    twins.with_eyes(ANA, |same, eyes| {
        for (git, memory) in there.entries.into_iter().zip(here.entries) {
            same.entry(git, memory);
        }
        for ((parents, git), (parents_here, memory)) in there.merges.into_iter().zip(here.merges) {
            for (git, memory) in parents.into_iter().zip(parents_here) {
                same.commit(eyes, git, memory);
            }
            same.files(eyes, &git.files(), &std::rc::Rc::new(memory.files()), "a merge");
        }
    });
}

/// Of each two commits: which come between them, and how many entries differ. Then the sealed entries of all.
fn entry_changes<H: EntryHistory>(history: &H, commits: &[CommitId]) -> Result<Vec<String>, SyncError> {
    let mut said = Vec::new();
    for tip in commits {
        for known in commits {
            let between: BTreeSet<usize> = history
                .commits_since(*tip, Some(*known))?
                .iter()
                .filter_map(|commit| commits.iter().position(|other| other == commit))
                .collect();
            let (before, after) = history.differences(Some(*known), *tip, None)?;
            let (before, after) = (before.state.entries, after.state.entries);
            let ids: BTreeSet<&EntryId> = before.keys().chain(after.keys()).collect();
            let differing = ids.into_iter().filter(|id| before.get(id) != after.get(id));
            said.push(format!("{between:?}: {}", differing.count()));
        }
    }
    let sealed = history.sealed_entries(commits)?;
    let sealed: BTreeSet<EntryId> = sealed.into_iter().map(|(id, _)| id).collect();
    said.push(format!("sealed: {sealed:?}"));
    Ok(said)
}

#[test]
fn the_entries_of_a_history() {
    let mut twins = Twins::new();
    let pair = twins.pair.clone();
    twins.command(ANA, |state, _| add(state, 1, "one"));
    twins.command(ANA, |state, locks| sealed(state, locks, &pair, 2, "hush"));
    twins.sync(ANA);
    twins.sync(LAPTOP);
    twins.command(LAPTOP, |state, _| set(state, 1, "mood", "fine"));
    twins.command(ANA, |state, _| add(state, 3, "three"));
    twins.sync(LAPTOP);
    twins.sync(ANA);
    twins.command(ANA, |state, _| remove(state, 1));
    let (git, memory): (Vec<CommitId>, Vec<CommitId>) = twins.same.commits.all().unzip();
    // Of the commits before the first entry only Git knows.
    let there = entry_changes(&twins.repo(ANA), &git[1..]).unwrap();
    let here = entry_changes(&*twins.memory.dag, &memory[1..]).unwrap();
    assert_eq!(there, here);
    assert!(there.iter().any(|line| !line.ends_with(": 0")) && there.last().unwrap().len() > 12);
}

#[test]
fn a_secret_in_clear_is_not_pushed() {
    let mut twins = Twins::new();
    twins.command(ANA, |state, _| add(state, 1, "one"));
    twins.sync(ANA);
    twins.sync(SAM);
    twins.by_hand(SAM, in_clear);
    twins.plain_commit(SAM);
    twins.plain_push(SAM);
    // It came in after the clone was opened: the look before the push finds it.
    twins.turn();
    let repo = twins.repo(ANA);
    let (there, there_here) = (repo.head().unwrap().tip, twins.memory.clones[ANA].head);
    let mut workspace = twins.open(ANA).unwrap();
    // By its path: what the clone knows of `origin` counts as sent.
    let remote = twins.place.path("remote.git");
    twins
        .person(ANA)
        .git(["fetch", "-q", remote.to_str().unwrap(), "main:refs/fetched"])
        .ok();
    let secret = twins.repo(ANA).reference("refs/fetched").unwrap().unwrap();
    let git = refusals(&mut workspace, there.unwrap(), secret);
    let secret = twins.memory.remote;
    let (tip, read) = twins.memory.open(ANA).unwrap();
    let world = RefCell::new(&mut twins.memory);
    let mut replica = MemoryReplica::new(&world, ANA, tip, read, Fault::None);
    let memory = refusals(&mut replica, there_here, secret);
    assert_eq!((git, memory), ([false, true, false], [false, true, false]));
}

/// Whether the look before a push refuses: what is here, a commit with a secret, and one that the remote has already.
fn refusals<C: Replica>(replica: &mut C, there: CommitId, secret: CommitId) -> [bool; 3] {
    let refused = |replica: &C, there| match replica.refuse_to_send(Some(there)) {
        Ok(()) => false,
        Err(SyncError::ClearSecret { .. }) => true,
        Err(other) => panic!("{other}"),
    };
    let first = refused(replica, there);
    replica.adopt(secret).unwrap();
    [first, refused(replica, there), refused(replica, secret)]
}
