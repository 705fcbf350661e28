//! One of the looks before a push: no commit goes out in which an entry that is to be sealed stands in clear
//! (docs/privacy.md#look-before-a-push). It has no keys, and goes by the words of the entry.

use std::collections::BTreeSet;

use crate::git::{BlobId, CommitId, Repository};
use crate::model::{
    Alternative, Content, EntryId, Home, Kind, Loaded, MeantAs, Placed, RecordPath, State, Table, Value,
    Visibility, assemble, is_worded,
};

use crate::sync::error::SyncError;
use crate::sync::load::side::Side;
use crate::sync::secrets::followed_visibility::FollowedEntries;
use crate::sync::secrets::refused_commit::RefusedCommit;
use crate::sync::secrets::slips::{LocatedSlip, SlipBaseline, slips_in};
use crate::sync::upstream::tracking_refs;

/// The largest file that is looked through.
const LARGEST: usize = 64 * 1024 * 1024;

/// Refuses commits between `seen` and `tip` that hold a text in clear that was to be sealed. One that stands in clear
/// in the commits that were seen is out already: to hold it back would stop everything, and hide nothing.
///
/// # Errors
/// [`SyncError::ClearSecret`] with the first such commit.
pub(in crate::sync) fn refuse_clear_secrets(
    repo: &Repository,
    tip: CommitId,
    seen: &[CommitId],
) -> Result<(), SyncError> {
    let mut published = None;
    for commit in repo.ancestors(tip, seen)? {
        let commit = commit?;
        let info = repo.commit_info(commit)?;
        let mut paths = repo.changed_paths(repo.first_parent_tree(&info), Some(info.tree))?;
        paths.retain(|path| may_hold_entries(path));
        let entries = FollowedEntries::of_commit(repo, &info);
        let followed = |id| entries.visibility(id);
        for path in paths {
            let Some(file) = repo.tree_entry(info.tree, &path)? else {
                continue;
            };
            let scanned = scan(repo, &path, file.id);
            let Some(scanned) = scanned.filter(|scanned| !scanned.is_clean(followed)) else {
                continue;
            };
            let published = match &mut published {
                Some(published) => published,
                none => none.insert(PublishedTexts::read(repo, tip, seen)?),
            };
            if !published.cover(file.id, &scanned, followed) {
                let (commit, _) = RefusedCommit::of(repo, tip, commit, seen)?;
                return Err(SyncError::ClearSecret { commit, path });
            }
        }
    }
    Ok(())
}

/// A file of a tree, scanned; none where it holds no entries. A file may be too large for a record and hold a text all
/// the same, but not one beyond [`LARGEST`].
fn scan(repo: &Repository, path: &str, id: BlobId) -> Option<ScannedFile> {
    let bytes = may_hold_entries(path).then(|| repo.blob(id, LARGEST).ok())??;
    Some(ScannedFile::read(path, &bytes))
}

/// A file, read for texts in clear that were to be sealed.
pub(in crate::sync) struct ScannedFile {
    loaded: Loaded,
    /// Whether its path is that of a record, or of one that is misnamed.
    is_meant_as_record: bool,
    /// It cannot be read as a record, and may hold such a text all the same.
    is_doubtful: bool,
}

impl ScannedFile {
    /// Looks through a file. One that is no record is read as if it were: a copy of one, in the wrong place or under an
    /// editor's name for it, is out as well.
    pub(in crate::sync) fn read(path: &str, bytes: &[u8]) -> Self {
        let record = RecordPath::parse(path);
        let read_as = record.unwrap_or(RecordPath::Home(Home::Agenda));
        let loaded = assemble([(read_as.path(), bytes)]);
        let is_doubtful = !loaded.broken.is_empty() && may_leak(bytes, record.is_some());
        Self {
            loaded,
            is_meant_as_record: record.is_some() || MeantAs::of_path(path).is_some(),
            is_doubtful,
        }
    }

    /// Whether it holds no such text. `followed` tells the visibility of entries that others follow.
    pub(in crate::sync) fn is_clean(&self, followed: impl Fn(EntryId) -> Option<Visibility>) -> bool {
        !self.is_doubtful && self.slips().is_empty() && self.leaks(followed).next().is_none()
    }

    fn slips(&self) -> Vec<LocatedSlip<'_>> {
        let mut slips = slips_in(&self.loaded.state, &self.loaded.loose, |_| false);
        slips.retain(|_| self.is_meant_as_record);
        slips
    }

    /// The entries that hold a text in clear that was to be sealed.
    fn leaks(&self, followed: impl Fn(EntryId) -> Option<Visibility>) -> impl Iterator<Item = &Table> {
        leaks(&self.loaded.state, &self.loaded.loose, followed)
    }
}

fn leaks<'a>(
    state: &'a State,
    loose: impl IntoIterator<Item = &'a Placed>,
    followed: impl Fn(EntryId) -> Option<Visibility>,
) -> impl Iterator<Item = &'a Table> {
    let entries = state.entries.values().chain(loose).map(|placed| &placed.entry);
    entries.filter(move |entry| entry.exposes_words_after(&followed))
}

/// Takes every entry that another follows for a sealed one, where nobody looked yet.
#[expect(
    clippy::unnecessary_wraps,
    reason = "one of several ways to ask who reads an entry"
)]
fn as_if_sealed(_: EntryId) -> Option<Visibility> {
    Some(Visibility::Private)
}

/// Whether a file may hold entries: a record, or a file that is named like one.
pub(in crate::sync) fn may_hold_entries(path: &str) -> bool {
    let lower = path.to_lowercase();
    let name = lower.rsplit('/').next().unwrap_or_default();
    let named = lower.starts_with("meetings/") || name.contains("agenda") || name.contains("meeting");
    let is_meant = RecordPath::parse(path).is_some() || MeantAs::of_path(path).is_some();
    is_meant || (named && name.contains(".toml"))
}

/// A part of an entry that may hold words.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Text {
    Field(String, Value),
    Comment(String),
    Alternative(Alternative),
}

/// The parts of an entry that belong inside its seal, with the values of conflicts that stand beside it in clear.
fn texts_of(entry: &Table) -> Vec<Text> {
    let content = Content::of_entry(entry);
    let table = content.table();
    let bodies = entry
        .rows_of("body")
        .filter(|row| row.alternative.get("text").is_some());
    let fields = table.fields.iter();
    let fields = fields.map(|field| Text::Field(field.key.clone(), field.value.clone()));
    let comments = table.comments().cloned().map(Text::Comment);
    let rows = table.rows.iter().chain(bodies);
    let rows = rows.map(|row| Text::Alternative(row.alternative.clone()));
    fields.chain(comments).chain(rows).collect()
}

/// The texts in clear, and the slips, of commits that were seen at the remote.
#[derive(Default)]
struct PublishedTexts {
    texts: BTreeSet<Text>,
    baseline: SlipBaseline,
    files: BTreeSet<BlobId>,
}

impl PublishedTexts {
    /// Reads the commits that were seen, and those where the histories parted: a text may be sealed there by now.
    fn read(repo: &Repository, tip: CommitId, seen: &[CommitId]) -> Result<Self, SyncError> {
        let mut commits = seen.to_vec();
        for seen in seen {
            commits.extend(repo.merge_bases(tip, *seen)?);
        }
        let mut published = Self::default();
        for commit in commits {
            for file in repo.list_tree(repo.tree_of(commit)?, None)? {
                if published.files.contains(&file.id) {
                    continue;
                }
                if let Some(scanned) = scan(repo, &file.path, file.id) {
                    let loaded = &scanned.loaded;
                    published.files.insert(file.id);
                    let leaks = scanned.leaks(as_if_sealed);
                    published.texts.extend(leaks.flat_map(texts_of));
                    published.baseline.add(&loaded.state, &loaded.loose);
                }
            }
        }
        Ok(published)
    }

    fn cover(
        &self,
        file: BlobId,
        scanned: &ScannedFile,
        followed: impl Fn(EntryId) -> Option<Visibility>,
    ) -> bool {
        // Filling in adds some fields, and commands change them: in an entry that stands wholly in clear they are no
        // words.
        let is_worded = |entry: &Table, text: &Text| match text {
            Text::Field(key, _) => entry.ciphertext().is_some() || is_worded(key),
            _ => true,
        };
        let is_out = |entry| {
            let mut texts = texts_of(entry).into_iter().filter(|text| is_worded(entry, text));
            texts.all(|text| self.texts.contains(&text))
        };
        self.files.contains(&file)
            || (!scanned.is_doubtful
                && scanned.slips().iter().all(|slip| self.baseline.has(slip))
                && scanned.leaks(followed).all(is_out))
    }
}

/// Refuses to go on where plain Git committed a text in clear that was to be sealed, and it has not left this machine.
/// It does so before anything is filled in or written: so a person who takes the commit back has an edit that the next
/// command seals.
///
/// A text that came from the remote in clear is out already. It blocks nothing.
pub(in crate::sync) fn refuse_unsent(repo: &Repository, tip: CommitId, side: &Side) -> Result<(), SyncError> {
    let loose = side.loose.iter().map(|(placed, _)| placed);
    let has_leak = leaks(&side.state, loose.clone(), as_if_sealed).next().is_some();
    if has_leak || !slips_in(&side.state, loose, |_| false).is_empty() {
        return refuse_clear_secrets(repo, tip, &sent(repo, None)?);
    }
    Ok(())
}

/// Commits that are out: those seen at the remote, on this branch and on others, and those that plain Git pushed there.
pub(in crate::sync) fn sent(repo: &Repository, there: Option<CommitId>) -> Result<Vec<CommitId>, SyncError> {
    let mut sent: Vec<CommitId> = there.into_iter().collect();
    let by_git = tracking_refs(repo);
    for below in ["refs/oneonone/seen/*", "refs/oneonone/sent/*", &by_git] {
        sent.extend(repo.commits_at(below)?);
    }
    sent.sort();
    sent.dedup();
    Ok(sent)
}

/// A file that cannot be read as a record may hold such a text all the same: its words are looked at.
fn may_leak(bytes: &[u8], is_record: bool) -> bool {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    let marked = |line: &str| {
        Kind::sealed().any(|kind| line.contains(kind.as_str()))
            || Visibility::sealed().any(|visibility| line.contains(visibility.as_str()))
    };
    let named = |line: &str| is_record || line.contains("visibility") || line.contains("kind");
    text.lines().any(|line| marked(line) && named(line))
}
