//! Whether Git and memory have the same: ids and commits are told apart by the order in which they were made.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::rc::Rc;

use oneonone::git::{CommitId, Repository, TreeId};
use oneonone::model::{EntryId, Files, Pair, RecordPath, Value, assemble};
use oneonone::sync::Keys;
use oneonone::sync::replica::{BodySeals, History};

use crate::simulator::history::Dag;
use crate::simulator::vault::Key;
use crate::world::ids_in;

/// Things of Git, each with the one of memory that is the same.
pub(super) struct Known<T>(Vec<(T, T)>);

impl<T: PartialEq + Copy + Debug> Known<T> {
    /// Whether the two were met as the same before.
    ///
    /// Panics where one of them was met as another one.
    #[track_caller]
    fn knows(&self, git: T, memory: T) -> bool {
        let Some(met) = self.0.iter().find(|(g, m)| *g == git || *m == memory) else {
            return false;
        };
        assert_eq!(*met, (git, memory), "they were met otherwise");
        true
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (T, T)> + '_ {
        self.0.iter().copied()
    }
}

/// Who looks, with the keys that they have there and here.
#[derive(Clone, Copy)]
pub(super) struct Eyes<'a> {
    pub(super) repo: &'a Repository,
    pub(super) keys: &'a Keys,
    pub(super) dag: &'a Dag,
    pub(super) key: &'a Key<'a>,
    pub(super) pair: &'a Pair,
}

/// The commits and entries that were met as the same so far.
pub(super) struct Same {
    pub(super) commits: Known<CommitId>,
    entries: Known<EntryId>,
}

/// The records of a tree.
pub(super) fn records_of(repo: &Repository, tree: TreeId) -> Files {
    let files = repo.list_tree(tree, None).unwrap().into_iter();
    let records = files.filter(|file| RecordPath::parse(&file.path).is_some());
    records
        .map(|file| (file.path, repo.blob(file.id, 1 << 20).unwrap()))
        .collect()
}

impl Same {
    /// Both began with a commit.
    pub(super) fn new(git: CommitId, memory: CommitId) -> Self {
        Self {
            commits: Known(vec![(git, memory)]),
            entries: Known(Vec::new()),
        }
    }

    /// Two commits must have the same parents, author's time and records.
    #[track_caller]
    pub(super) fn commit(&mut self, eyes: Eyes<'_>, git: CommitId, memory: CommitId) {
        if self.commits.knows(git, memory) {
            return;
        }
        let name = format!("{} and #{}", git.short(), eyes.dag.place(memory));
        let (there, here) = (eyes.repo.parents(git).unwrap(), eyes.dag.parents(memory).unwrap());
        assert_eq!(there.len(), here.len(), "the parents of {name}");
        for (git, memory) in there.into_iter().zip(here) {
            self.commit(eyes, git, memory);
        }
        let made = (eyes.repo.author(git).unwrap(), eyes.dag.author(memory).unwrap());
        assert_eq!(made.0.seconds, made.1.seconds, "the time of {name}");
        let tree = eyes.repo.tree_of(git).unwrap();
        self.files(eyes, &records_of(eyes.repo, tree), &eyes.dag.files(memory), &name);
        self.commits.0.push((git, memory));
    }

    #[track_caller]
    pub(super) fn maybe(&mut self, eyes: Eyes<'_>, git: Option<CommitId>, memory: Option<CommitId>) {
        assert_eq!(git.is_some(), memory.is_some(), "{git:?} and {memory:?}");
        if let (Some(git), Some(memory)) = (git, memory) {
            self.commit(eyes, git, memory);
        }
    }

    #[track_caller]
    pub(super) fn entry(&mut self, git: EntryId, memory: EntryId) {
        if !self.entries.knows(git, memory) {
            self.entries.0.push((git, memory));
        }
    }

    /// Files must hold the same, whatever ids and ciphertexts were made for it.
    #[track_caller]
    pub(super) fn files(&mut self, eyes: Eyes<'_>, git: &Files, memory: &Rc<Files>, of: &str) {
        let paths = |files: &Files| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(paths(git), paths(memory), "the files of {of}");
        for (path, bytes) in git {
            let (there, here) = (text(bytes), text(&memory[path]));
            let (ids_there, ids_here) = (entries_in(&there), entries_in(&here));
            if ids_there.len() == ids_here.len() {
                for (git, memory) in ids_there.into_iter().zip(ids_here) {
                    self.entry(git, memory);
                }
            }
        }
        let there = opened(git, &|id, by, ciphertext| {
            let found = eyes.keys.unseal(eyes.pair, id, &by, ciphertext);
            found.map(|found| (found.visibility, found.content))
        });
        let here = opened(memory, &|id, by, ciphertext| {
            let found = eyes.key.unseal(eyes.pair, id, &by, ciphertext);
            found.map(|found| (found.visibility, found.content))
        });
        for (path, there) in there {
            let mut there = there;
            for (git, memory) in self.entries.all() {
                there = there.replace(git.as_str(), memory.as_str());
            }
            assert_eq!(there, here[&path], "{path} of {of}");
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The ids in a record, in the order in which they stand there.
fn entries_in(record: &str) -> Vec<EntryId> {
    let ids = ids_in(record).into_iter();
    ids.filter_map(|id| id.parse().ok()).collect()
}

type Opens<'a> = dyn Fn(
        EntryId,
        oneonone::model::Slug,
        &str,
    ) -> Option<(oneonone::model::Visibility, oneonone::model::Content)>
    + 'a;

/// Files with what stands under each seal in its place, as far as the key opens it.
fn opened(files: &Files, opens: &Opens<'_>) -> BTreeMap<String, String> {
    let contents = files
        .iter()
        .map(|(path, bytes)| (path.as_str(), bytes.as_slice()));
    let loaded = assemble(contents);
    let mut texts: BTreeMap<String, String> = files
        .iter()
        .map(|(path, bytes)| (path.clone(), text(bytes)))
        .collect();
    for (id, placed) in &loaded.state.entries {
        let entry = &placed.entry;
        let rows = entry.rows_of("body").map(|row| row.alternative.clone());
        for body in rows.chain([entry.shown("body")]) {
            let Some(ciphertext) = body.get("sealed").and_then(Value::as_str) else {
                continue;
            };
            let by = entry.get_str("by").unwrap().parse().unwrap();
            let says = match opens(*id, by, ciphertext) {
                Some((visibility, content)) => format!("{visibility:?} {}", said(&content)),
                None => "closed".to_owned(),
            };
            let text = texts.get_mut(&placed.home.path()).unwrap();
            assert!(text.contains(ciphertext), "{text}");
            // A long one stands on lines of its own.
            let lines = format!("\"\"\"\n{says}\"\"\"");
            *text = text
                .replace(ciphertext, &says)
                .replace(&lines, &format!("\"{says}\""));
        }
    }
    texts
}

/// A content in words.
fn said(content: &oneonone::model::Content) -> String {
    let table = content.table();
    let fields = table
        .fields
        .iter()
        .map(|field| format!("{}: {:?}", field.key, field.value));
    let rows = table
        .rows
        .iter()
        .map(|row| format!("{}: {:?}", row.field, row.alternative));
    fields.chain(rows).collect::<Vec<_>>().join(", ")
}
