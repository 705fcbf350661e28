//! The world of one run: clones, one remote, and everything that was ever committed.

use std::rc::Rc;

use chrono::DateTime;
use oneonone::git::{CommitId, Signature};
use oneonone::model::{Date, EntryId, Instant, Pair, Slug, State, Value, date_value};
use oneonone::sync::replica::Exchanged;
use oneonone::sync::{SyncError, SyncNote};

use super::change::Change;
use super::clone::Stop;
use super::counts::Counts;
use super::history::{Dag, Tree};
use super::logs::{Logs, Move};
use super::oracle::Oracle;
use super::random::Random;
use super::take::LetGo;
use super::vault::{Key, Vault};

/// The note of a write under way.
#[derive(Clone)]
pub(crate) struct Note {
    /// Where the branch stood.
    pub(crate) from: CommitId,
    pub(crate) to: CommitId,
    /// The tree last written out.
    pub(crate) old: Tree,
    pub(crate) read: Read,
    /// The tree to remember if a file was left as somebody had edited it.
    pub(crate) left: Option<Tree>,
}

/// The folder as a command read it.
#[derive(Clone)]
pub(crate) struct Read {
    /// The files as they lay there.
    pub(crate) lies: Tree,
    /// The files with their hand edits taken in, without entries that had no id or stood twice; none where
    /// nothing was taken in.
    pub(crate) taken_in: Option<Tree>,
}

impl From<Tree> for Read {
    fn from(lies: Tree) -> Self {
        Self { lies, taken_in: None }
    }
}

#[derive(Clone)]
pub(crate) struct Clone {
    pub(crate) me: Slug,
    pub(crate) head: CommitId,
    pub(crate) work: Tree,
    pub(crate) remembered: Tree,
    /// The records as they were taken in.
    pub(crate) taken: Vec<Taken>,
    /// The commit last written out.
    pub(crate) written: CommitId,
    /// Whether the last write-out completed a dead run, or left a file as somebody had edited it.
    pub(crate) edits_wait: bool,
    /// The remote's tip at the end of the last sync.
    pub(crate) seen: Option<CommitId>,
    pub(crate) logs: Logs,
    pub(crate) note: Option<Note>,
    /// How far the clock is off, in seconds.
    pub(crate) skew: i64,
    /// The edits in the folder that are not committed yet.
    pub(crate) pending: Change,
    /// Whether something was edited by hand while a write was pending.
    pub(crate) blind: bool,
    /// Whether plain Git committed since the tool last wrote.
    pub(crate) plain: bool,
}

/// A record as it was taken in, and the commit that it was taken in with.
#[derive(Clone)]
pub(crate) struct Taken {
    pub(crate) path: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) commit: CommitId,
    /// Whether it was saved so, byte by byte.
    pub(crate) as_saved: bool,
}

pub(crate) struct World {
    pub(crate) random: Random,
    pub(crate) dag: Rc<Dag>,
    pub(crate) vault: Vault,
    pub(crate) oracle: Oracle,
    pub(crate) counts: Counts,
    pub(crate) clones: Vec<Clone>,
    pub(crate) remote: CommitId,
    /// The remote's tip before somebody put a history there that has nothing in common with it.
    pub(crate) stash: Option<CommitId>,
    /// Commits that plain Git took off a branch, as the remote had them.
    pub(crate) taken_off: Vec<CommitId>,
    /// Whether nothing goes wrong by chance.
    pub(crate) calm: bool,
    /// Commits by plain Git that say something else than they descend from, with the commit that mends it, and what they
    /// have of that one or lack.
    pub(crate) half_written: Vec<(CommitId, CommitId, Change)>,
    /// Why the run under way ended before its time.
    pub(crate) stopped: Option<Stop>,
    /// The notes that the last command gave when it opened its clone.
    pub(crate) said: Vec<SyncNote>,
    /// The outcome of the last sync that came to its end.
    pub(crate) exchanged: Option<Exchanged>,
    /// The question that the last sync asked a person, or the reason why it refused.
    pub(crate) asked: Option<SyncError>,
    /// The tip of the remote's branch, if a sync goes to another branch, which is not there, and the one of before lost what
    /// was seen.
    pub(crate) instead: Option<CommitId>,
    /// The rewritten tip on which changes were put, and the addresses of those that were left out.
    pub(crate) on_top: Option<(CommitId, Vec<String>)>,
    /// The history that the last sync let go.
    pub(crate) let_go: Option<LetGo>,
    pub(super) time: i64,
    pub(super) word: u32,
    pub(super) trace: Option<Vec<String>>,
}

/// A year, in seconds.
const YEAR: i64 = 365 * 86_400;

impl World {
    pub(crate) fn new(seed: u64, trace: bool) -> Self {
        Self::of(crate::edits::new_pair(), seed, trace)
    }

    /// A world whose pair began with some records.
    pub(crate) fn of(records: State, seed: u64, trace: bool) -> Self {
        let mut random = Random::new(seed);
        let dag = Rc::new(Dag::new(seed));
        let root = dag.commit(records, &[], signature("sam", 0));
        let count = 3 + random.below(3);
        let clones = (0..count)
            .map(|n| Clone {
                me: ["ana", "sam"][n % 2].parse().unwrap(),
                head: root,
                work: Tree::Of(root),
                remembered: Tree::Of(root),
                taken: Vec::new(),
                written: root,
                edits_wait: false,
                seen: None,
                logs: Logs::default(),
                note: None,
                skew: [0, YEAR, -YEAR, 3600, 0][n],
                pending: Change::default(),
                blind: false,
                plain: false,
            })
            .collect::<Vec<_>>();
        let mut world = Self {
            random,
            dag,
            vault: Vault::new(seed),
            oracle: Oracle::default(),
            counts: Counts::default(),
            clones,
            remote: root,
            stash: None,
            taken_off: Vec::new(),
            calm: true,
            half_written: Vec::new(),
            stopped: None,
            said: Vec::new(),
            exchanged: None,
            asked: None,
            instead: None,
            on_top: None,
            let_go: None,
            time: 0,
            word: 0,
            trace: trace.then(Vec::new),
        };
        for clone in 0..count {
            world.moved(clone, Move::Brought);
        }
        world
    }

    pub(crate) fn say(&mut self, words: impl FnOnce(&Self) -> String) {
        if self.trace.is_some() {
            let words = words(self);
            self.trace.iter_mut().for_each(|trace| trace.push(words.clone()));
        }
    }

    pub(crate) fn trace(&self) -> String {
        self.trace
            .iter()
            .flatten()
            .map(|line| format!("  {line}\n"))
            .collect()
    }

    pub(crate) fn tick(&mut self) {
        self.time += 600;
    }

    /// The time, by the clock of a clone.
    pub(crate) fn now(&self, clone: usize) -> Instant {
        DateTime::from_timestamp(1_790_000_000 + self.time + self.clones[clone].skew, 0).unwrap()
    }

    pub(crate) fn signature(&self, clone: usize) -> Signature {
        signature(self.clones[clone].me.as_str(), self.now(clone).timestamp())
    }

    /// A word that nobody wrote before.
    pub(crate) fn word(&mut self) -> String {
        self.word += 1;
        format!("v{}", self.word)
    }

    /// A date that nobody wrote before.
    pub(crate) fn date(&mut self) -> Value {
        self.word += 1;
        let first: Date = "2030-01-01".parse().unwrap();
        date_value(first + chrono::Duration::days(i64::from(self.word)))
    }

    pub(crate) fn new_id(&mut self) -> EntryId {
        EntryId::from_bytes(self.random.bytes())
    }

    pub(crate) fn key(&self, clone: usize) -> Key<'_> {
        Key {
            vault: &self.vault,
            me: self.clones[clone].me.clone(),
        }
    }

    pub(crate) fn name(&self, commit: CommitId) -> String {
        format!("#{}", self.dag.place(commit))
    }
}

pub(crate) fn pair_of(state: &State) -> Pair {
    Pair::from_document(state.pair.as_ref().unwrap()).unwrap()
}

fn signature(name: &str, seconds: i64) -> Signature {
    Signature {
        name: name.to_owned(),
        email: format!("{name}@oneonone.invalid"),
        seconds,
        offset_minutes: 0,
    }
}
