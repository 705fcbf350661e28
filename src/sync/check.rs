//! `check`: everything wrong with the records, in the folder or in the index.

use std::collections::BTreeSet;
use std::path::Path;

use crate::git::{self, BlobId, CommitId, Repository};
use crate::model::{
    AGENDA_PATH, Command, EntryId, Fix, KnownReaders, Limits, Loaded, Meeting, PAIR_PATH, Pair, Placed,
    Problem, RecordPath, State, Visibility, assemble,
};
use crate::store::{Notes, read_records};

use crate::sync::check_base::Committed;
use crate::sync::closed_entries::ClosedEntries;
use crate::sync::environment::Environment;
use crate::sync::error::SyncError;
use crate::sync::load::last_good_pair::is_other_pair;
use crate::sync::load::read::{read_paths, record_bytes};
use crate::sync::load::record_cache::RecordCache;
use crate::sync::load::working_copy::ReadFolder;
use crate::sync::meeting_times::{at_times, ends_before_it_begins};
use crate::sync::pair_records::no_pair;
use crate::sync::problems::{
    at_opened, at_secret, at_slip, at_widened, doubled, of_commits, other_pair, put_file_back, take_file_out,
    unusable_keys,
};
use crate::sync::record_texts::RecordTexts;
use crate::sync::refused_edits::{at_newer_format, more_problems, would_take_in};
use crate::sync::secrets::arrived_wider::{Widened, known_readers, learned, widened};
use crate::sync::secrets::followed_visibility::{FollowedEntries, visibility_in};
use crate::sync::secrets::secret_scan::{ScannedFile, may_hold_entries};
use crate::sync::secrets::slips::SlipBaseline;
use crate::sync::secrets::widened::{MySeat, WalkedCommits, WideningScan};
use crate::sync::unlisted::at_unlisted;
use crate::sync::workspace::lost_in_merge::restored;

/// Every record of the folder: how many there are, and what is wrong with them, for which the next command would not take
/// it in.
///
/// # Errors
/// When the folder cannot be read, holds no pair, or would not be taken in though every record is sound.
pub fn check_folder(repo: &Repository, env: &Environment) -> Result<(usize, Vec<Problem>), SyncError> {
    let found = read_records(repo.workdir(), |_| true)?;
    let path = RecordPath::Pair.path();
    let mut problems = found.odd;
    if !found.files.contains_key(&path) && !problems.iter().any(|p| p.path == path) {
        match no_pair(repo, Vec::new())? {
            SyncError::Problems(gone) => problems.extend(gone),
            e => return Err(e),
        }
    }
    // A committed entry that stands twice heals by itself. The next command seals a text that lies here in clear.
    let committed = Committed::at(repo, repo.head()?.tip)?;
    let mut mine = BTreeSet::new();
    for (path, bytes) in &found.files {
        if !committed.has(path, Repository::blob_id(bytes)?)? {
            mine.insert(path.clone());
        }
    }
    let files: Vec<_> = found.files.into_iter().collect();
    let texts = RecordTexts::of(&files);
    problems.extend(wrong(&files, &texts, &mine, &committed.slips_of(&mine)?, None));
    let Loaded { state, broken, .. } = assemble(files.iter().map(|(path, bytes)| (path, bytes)));
    let is_broken = |path: &str| RecordPath::parse(path).is_some_and(|record| broken.contains_key(&record));
    let (by_commit, other): (Vec<Problem>, Vec<Problem>) = problems
        .into_iter()
        .partition(|problem| is_broken(&problem.path) && !mine.contains(&problem.path));
    let or_last_good = |problem: Problem| match problem.path == PAIR_PATH {
        true => problem.or_last_good(),
        false => problem,
    };
    let other = other.into_iter().map(or_last_good).collect();
    problems = [of_commits(by_commit), other].concat();
    if let Some(document) = &state.pair {
        problems.extend(unusable_keys(document, None, texts.text(PAIR_PATH)));
    }
    if let Some(Ok(pair)) = state.pair.as_ref().map(Pair::from_document) {
        if is_other_pair(&Notes::of(repo.git_dir()), &pair)? {
            // No key and no seal is of that pair.
            problems.push(other_pair(texts.text(PAIR_PATH)));
        } else {
            problems.extend(wrong_times(repo, &pair, &state, &texts)?);
            problems.extend(of_mine(repo, env, &pair, &state, &texts)?);
        }
    }
    problems.extend(at_unlisted(repo, &state, &texts)?);
    problems.extend(at_newer_format(repo)?);
    let refused = ReadFolder::of(repo).and_then(|folder| would_take_in(repo, &folder, env));
    problems.extend(more_problems(refused, &problems)?);
    problems.sort_by(|a, b| (&a.path, a.span.start).cmp(&(&b.path, b.span.start)));
    Ok((files.len(), problems))
}

/// The entries of mine that arrived for more readers than I let, and the sealed ones that my key does not open as they
/// stand.
fn of_mine(
    repo: &Repository,
    env: &Environment,
    pair: &Pair,
    state: &State,
    texts: &RecordTexts,
) -> Result<Vec<Problem>, SyncError> {
    let keys = env.keys_of(repo, pair.id)?;
    let Some(tip) = repo.head()?.tip else {
        return Ok(Vec::new());
    };
    let (me, known) = (keys.me(pair), known_readers(repo, pair, &keys)?);
    let wider = widened(repo, (pair, &keys), (tip, &known), |known| {
        Some(&known.by) == me.as_ref()
    })?;
    let look = ClosedEntries {
        repo,
        keys: &keys,
        pair,
        tip,
        known: &known,
    };
    let mut problems: Vec<Problem> = wider.into_iter().map(|one| at_arrived(one, texts)).collect();
    problems.extend(look.problems(state, texts)?);
    Ok(problems)
}

/// An entry of mine that arrived for more readers than I let.
fn at_arrived(one: Widened, texts: &RecordTexts) -> Problem {
    let (id, by, readers, shown) = (one.entry, one.by, one.readers, one.shown);
    let commit = one
        .commit
        .map(|(commit, author)| format!(", by the commit {} of {}", commit.short(), author));
    let commit = commit.unwrap_or_default();
    let what = format!("entry {id} of {by} was {readers}, and arrived as {shown}{commit}");
    let restore = Command::ours(["restore", id.as_str()]);
    let seen = Command::ours(["share", "--seen", id.as_str()]);
    let help = Fix::by("if it is yours", restore).or(Fix::by("if it was you", seen));
    texts.at_entry(texts.naming(id).unwrap_or(AGENDA_PATH), id, what, help)
}

/// The meetings that end before they begin.
fn wrong_times(
    repo: &Repository,
    pair: &Pair,
    state: &State,
    texts: &RecordTexts,
) -> Result<Vec<Problem>, SyncError> {
    let of = |(meeting, times): (Meeting, _)| {
        let text = texts.text(&meeting.key.path());
        at_times(repo, pair, &meeting, times, text)
    };
    ends_before_it_begins(state).map(of).collect()
}

/// Checks the records of the index that differ from HEAD, and from what is being merged. Returns how many there are,
/// and what is wrong with them. A private text in clear is wrong, too, and so is an entry that somebody else than its
/// author widens.
///
/// # Errors
/// When Git cannot read them.
pub fn check_staged(
    repo: &Repository,
    index: &Path,
    environment: &Environment,
) -> Result<(usize, Vec<Problem>), SyncError> {
    let tip = match repo.head() {
        Ok(head) => head.tip,
        // No branch is checked out, or a rebase is under way: plain Git commits all the same.
        Err(git::Error::Refused { .. }) => repo.reference("HEAD")?,
        Err(e) => return Err(e.into()),
    };
    // The sides of a merge have committed their records already: this commit does not.
    let merge_heads = repo.merge_heads()?;
    let parents: Vec<CommitId> = tip.into_iter().chain(merge_heads.iter().copied()).collect();
    let committed = Committed::at(repo, parents.iter().copied())?;
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    let mut changed = BTreeSet::new();
    let mut written = Vec::new();
    for (path, id) in repo.staged_in(index)?.merged {
        let is_record = RecordPath::parse(&path).is_some();
        let is_new = (is_record || may_hold_entries(&path)) && !committed.has(&path, id)?;
        if is_new {
            written.push((path.clone(), id));
        }
        if !is_record {
            continue;
        }
        if is_new {
            changed.insert(path.clone());
        }
        match record_bytes(repo, id)? {
            Ok(bytes) => files.push((path, bytes)),
            Err(what) => {
                let help = "keep the long part in a file of its own";
                problems.push(Problem::of_file(&path, what, help));
            }
        }
    }
    let staged = assemble(files.iter().map(|(path, bytes)| (path, bytes))).state;
    let entries = FollowedEntries::of(repo, committed.trees.clone());
    let followed = |id| {
        visibility_in([&staged], id)
            .into_iter()
            .chain(entries.visibility(id))
            .min()
    };
    problems.extend(wrong(
        &files,
        &RecordTexts::of(&files),
        &changed,
        &committed.slips_of(&changed)?,
        Some(&followed),
    ));
    let of_pair = in_staged_pair(repo, &committed, &files, (&changed, &problems))?;
    changed.extend(of_pair.iter().map(|problem| problem.path.clone()));
    problems.extend(of_pair);
    for problem in in_other_files(repo, &written, followed) {
        changed.insert(problem.path.clone());
        problems.push(problem);
    }
    for problem in opened_or_widened(repo, environment, &written, &parents)? {
        changed.insert(problem.path.clone());
        problems.push(problem);
    }
    problems.retain(|p| changed.contains(&p.path));
    if let (Some(tip), [other]) = (tip, merge_heads.as_slice())
        && problems.is_empty()
    {
        // Where nobody can say, the commit is the person's business.
        if let Ok(Some((_, count))) = restored(repo, [tip, *other], &staged) {
            let what = format!(
                "this merge leaves out what one side wrote, in {} place(s): git cannot merge records",
                count
            );
            let help = Fix::by("finish the merge by meaning, with both", Command::ours(["sync"]));
            problems.push(Problem::of_file("git merge", what, help));
        }
    }
    Ok((changed.len(), problems))
}

/// The problems of a staged `pair.toml`: it is gone, though it was committed, names another pair, or states a key that
/// nobody can seal for.
fn in_staged_pair(
    repo: &Repository,
    committed: &Committed<'_>,
    files: &[(String, Vec<u8>)],
    (changed, known): (&BTreeSet<String>, &[Problem]),
) -> Result<Vec<Problem>, SyncError> {
    // It may be there, and no record.
    if known.iter().any(|problem| problem.path == PAIR_PATH) {
        return Ok(Vec::new());
    }
    let Some((_, bytes)) = files.iter().find(|(path, _)| path == PAIR_PATH) else {
        let what = "this commit would remove the pair's own record";
        let lost = Problem::of_file(PAIR_PATH, what, put_file_back("put it back", PAIR_PATH));
        return Ok(committed.holds_pair()?.then_some(lost).into_iter().collect());
    };
    let loaded = assemble([(PAIR_PATH, bytes)]);
    let Some(document) = loaded.state.pair.filter(|_| changed.contains(PAIR_PATH)) else {
        return Ok(Vec::new());
    };
    let source = String::from_utf8_lossy(bytes).into_owned();
    if let Ok(pair) = Pair::from_document(&document)
        && is_other_pair(&Notes::of(repo.git_dir()), &pair)?
    {
        return Ok(vec![other_pair(source)]);
    }
    Ok(unusable_keys(&document, committed.pair()?.as_ref(), source))
}

/// The texts in clear that are to be sealed, in staged files that are no records.
fn in_other_files(
    repo: &Repository,
    files: &[(String, BlobId)],
    followed: impl Fn(EntryId) -> Option<Visibility>,
) -> Vec<Problem> {
    let others = files.iter().filter(|(path, _)| RecordPath::parse(path).is_none());
    let problem = |(path, id): &(String, BlobId)| {
        let bytes = repo.blob(*id, Limits::FILE).ok()?;
        let is_clean = ScannedFile::read(path, &bytes).is_clean(&followed);
        let what = "a text that is to be sealed stands here in clear, in a file that is no record";
        (!is_clean).then(|| Problem::of_file(path, what, take_file_out(path)))
    };
    others.filter_map(problem).collect()
}

/// The entries of another's that staged files widen, and those of mine that they hold in clear, as against each parent of
/// the commit.
fn opened_or_widened(
    repo: &Repository,
    environment: &Environment,
    files: &[(String, BlobId)],
    parents: &[CommitId],
) -> Result<Vec<Problem>, SyncError> {
    let Some(tip) = parents.first().filter(|_| !files.is_empty()) else {
        return Ok(Vec::new());
    };
    let loaded = read_paths(repo, repo.tree_of(*tip)?, [&RecordPath::Pair.path()])?;
    let pair = loaded
        .state
        .pair
        .as_ref()
        .and_then(|pair| Pair::from_document(pair).ok());
    let keys = pair.as_ref().map(|pair| environment.keys_of(repo, pair.id));
    // Without keys nothing can be mine.
    let (seat, known) = match (&pair, &keys) {
        (Some(pair), Some(Ok(keys))) => {
            let known = learned(repo, (pair, keys), *tip)?.known().clone();
            (Some(MySeat { pair, keys }), known)
        }
        _ => (None, KnownReaders::default()),
    };
    let cache = RecordCache::of(repo, &Notes::of(repo.git_dir()), environment.use_index);
    let scan = WideningScan::new(repo, &cache, seat, &known);
    let widened = scan.compare(files, parents, &WalkedCommits::default())?;
    let opened = scan.opened(files, parents, &[], &known)?;
    let paths = widened.iter().map(|one| &one.path);
    let paths: BTreeSet<&String> = paths.chain(opened.iter().map(|one| &one.path)).collect();
    let shown = files.iter().filter(|(path, _)| paths.contains(path));
    let shown: Vec<(String, Vec<u8>)> = shown
        .map(|(path, id)| (path.clone(), repo.blob(*id, Limits::FILE).unwrap_or_default()))
        .collect();
    let texts = RecordTexts::of(&shown);
    let widened = widened.iter().map(|one| at_widened(one, texts.text(&one.path)));
    let opened = opened.iter().map(|one| at_opened(one, texts.text(&one.path)));
    Ok(widened.chain(opened).collect())
}

/// The problems of records. Those that are `mine` are also asked for new slips, for ids that stand twice, and with
/// `followed` for texts that must be sealed: it tells the visibility of an entry that others follow.
fn wrong(
    files: &[(String, Vec<u8>)],
    texts: &RecordTexts,
    mine: &BTreeSet<String>,
    baseline: &SlipBaseline,
    followed: Option<&dyn Fn(EntryId) -> Option<Visibility>>,
) -> Vec<Problem> {
    let loaded = assemble(files.iter().map(|(path, bytes)| (path, bytes)));
    let slips = baseline.new_slips(&loaded.state, &loaded.loose);
    let Loaded {
        state,
        loose,
        doubled: doubles,
        broken,
    } = &loaded;
    let mut problems: Vec<Problem> = broken.values().flatten().cloned().collect();
    if let Some(Err(more)) = state.pair.as_ref().map(Pair::from_document) {
        problems.extend(more);
    }
    let source = |path: &str| texts.text(path);
    let is_mine = |placed: &Placed| mine.contains(&placed.home.path());
    for (id, copies) in doubles.iter().filter(|(_, copies)| copies.iter().any(is_mine)) {
        problems.extend(doubled(*id, copies, source));
    }
    for slip in slips.iter().filter(|slip| mine.contains(&slip.path)) {
        problems.push(at_slip(slip, loose, source(&slip.path)));
    }
    let exposed = state.entries.values().chain(loose);
    let is_exposed =
        |placed: &Placed| followed.is_some_and(|followed| placed.entry.exposes_words_after(followed));
    for placed in exposed.filter(|placed| is_mine(placed) && is_exposed(placed)) {
        problems.push(at_secret(placed, loose, source(&placed.home.path())));
    }
    problems
}
