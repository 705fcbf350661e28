//! The two worlds side by side: each step is done in a clone of Git and in one in memory, and compared.

use std::cell::RefCell;

use oneonone::git::{CommitId, Repository, TreeId};
use oneonone::model::{EntryId, Files, Pair, RecordPath};
use oneonone::store::Notes;
use oneonone::sync::replica::Side;
use oneonone::sync::{Environment, Keys, ReadScope, SnapshotFiles, SyncError, Workspace};

use super::same::{Eyes, Same, records_of};
use crate::simulator::random::Random;
use crate::simulator::world::World as Memory;
use crate::world::{Person, World};

/// The report, the manager, and the report's second machine.
pub(super) const ANA: usize = 0;
pub(super) const SAM: usize = 1;
pub(super) const LAPTOP: usize = 2;

thread_local! {
    /// Where the ids of Git's side come from: memory draws the same.
    static IDS: RefCell<Random> = RefCell::new(Random::new(0));
}

pub(super) struct Twins {
    pub(super) place: World,
    pub(super) people: [Person; 3],
    pub(super) memory: Memory,
    pub(super) same: Same,
    pub(super) pair: Pair,
    turn: u64,
}

impl Twins {
    pub(super) fn new() -> Self {
        let place = World::new();
        let (sam, ana) = place.pair();
        let laptop = place.second_machine(&ana);
        let people = [ana, sam, laptop];
        for person in &people {
            person.run(["sync"]).ok();
        }
        let heads = people.each_ref().map(|person| {
            let repo = Repository::open(&person.cwd).unwrap();
            let head = repo.head().unwrap().tip.unwrap();
            (head, Side::of_commit(&repo, head).unwrap().state)
        });
        let (head, records) = heads[0].clone();
        assert!(heads.iter().all(|(other, _)| *other == head));
        let pair = Pair::from_document(records.pair.as_ref().unwrap()).unwrap();
        let mut memory = Memory::of(records, 1, false);
        let root = memory.remote;
        memory.clones.truncate(3);
        for (clone, me) in memory
            .clones
            .iter_mut()
            .zip([&pair.report, &pair.manager, &pair.report])
        {
            (clone.me, clone.seen, clone.skew) = (me.slug.clone(), Some(root), 0);
            clone.logs.tracked.push(root);
        }
        Self {
            place,
            people,
            memory,
            same: Same::new(head, root),
            pair,
            turn: 0,
        }
    }

    /// The next step: time goes on, and both sides draw the same ids.
    pub(super) fn turn(&mut self) {
        self.turn += 1;
        self.memory.tick();
        self.memory.random = Random::new(self.turn);
        IDS.set(Random::new(self.turn));
    }

    /// A person as they are now, for programs.
    pub(super) fn person(&self, who: usize) -> Person {
        let (now, name) = (
            self.memory.now(who).to_rfc3339(),
            self.memory.clones[who].me.to_string(),
        );
        let mut person = self.people[who].at(&now);
        for by in ["AUTHOR", "COMMITTER"] {
            person = person
                .with(&format!("GIT_{by}_DATE"), &now)
                .with(&format!("GIT_{by}_NAME"), &name);
        }
        person
    }

    pub(super) fn repo(&self, who: usize) -> Repository {
        Repository::open(&self.people[who].cwd).unwrap()
    }

    fn environment(&self, who: usize) -> Environment {
        let home = &self.people[who].home;
        Environment {
            use_index: true,
            now: self.memory.now(who),
            identity: home.join(".config/oneonone/identity.txt"),
            pins_dir: home.join(".local/state/oneonone/pins"),
            new_id: || IDS.with_borrow_mut(|ids| EntryId::from_bytes(ids.bytes())),
        }
    }

    pub(super) fn open(&self, who: usize) -> Result<Workspace, SyncError> {
        let folder = &self.people[who].cwd;
        Workspace::open(
            folder,
            self.environment(who),
            SnapshotFiles::AllTracked,
            ReadScope::Everything,
        )
    }

    /// The records that lie in a folder of Git.
    pub(super) fn lying(&self, who: usize) -> Files {
        let files = self.people[who].files().into_iter();
        let records = files.filter(|(path, _)| RecordPath::parse(path).is_some());
        records.map(|(path, text)| (path, text.into_bytes())).collect()
    }

    /// The note of a write-out that stands in a clone of Git.
    pub(super) fn note(&self, who: usize) -> Option<oneonone::store::Writing> {
        Notes::of(self.repo(who).git_dir()).writing().unwrap()
    }

    /// Somebody puts a commit of theirs onto the remote's branch, by force.
    pub(super) fn force(&mut self, who: usize, git: CommitId, memory: CommitId) {
        let remote = self.place.path("remote.git");
        let person = self.person(who);
        person
            .git([
                "push",
                "-q",
                "--force",
                remote.to_str().unwrap(),
                &format!("{git}:refs/heads/main"),
            ])
            .ok();
        self.memory.remote = memory;
        self.with_eyes(who, |same, eyes| same.commit(eyes, git, memory));
    }

    /// A clone's head becomes the remote's branch, with nothing said to the clone.
    pub(super) fn force_head(&mut self, who: usize) {
        let git = self.repo(who).head().unwrap().tip.unwrap();
        let remote = self.place.path("remote.git");
        let to = format!("{git}:refs/heads/main");
        self.person(who)
            .git(["push", "-q", remote.to_str().unwrap(), &to])
            .ok();
        self.memory.remote = self.memory.clones[who].head;
    }

    /// The remote's tip, on Git's side.
    pub(super) fn remote(&self) -> CommitId {
        let remote = self.place.path("remote.git");
        self.people[ANA].tip_of(remote).parse().unwrap()
    }

    /// The remote's tip as a clone of Git saw it last.
    pub(super) fn seen(&self, who: usize) -> Option<CommitId> {
        self.repo(who).reference("refs/oneonone/seen/main").unwrap()
    }

    /// A clone that never saw this remote, on both sides.
    pub(super) fn forget_seen(&mut self, who: usize) {
        // If no sync saw it, plain Git may have.
        for name in ["refs/oneonone/seen/main", "refs/remotes/origin/main"] {
            self.person(who).git(["update-ref", "-d", name]).ok();
        }
        let clone = &mut self.memory.clones[who];
        clone.seen = None;
        clone.logs.tracked.clear();
    }

    /// Lets somebody look at what both sides have.
    #[track_caller]
    pub(super) fn with_eyes<T>(&mut self, who: usize, look: impl FnOnce(&mut Same, Eyes<'_>) -> T) -> T {
        let repo = self.repo(who);
        let environment = self.environment(who);
        let keys = Keys::load(&environment.identity, &environment.pins_dir, self.pair.id).unwrap();
        let key = self.memory.key(who);
        let eyes = Eyes {
            repo: &repo,
            keys: &keys,
            dag: &self.memory.dag,
            key: &key,
            pair: &self.pair,
        };
        look(&mut self.same, eyes)
    }

    /// The two clones and the two remotes must have the same.
    #[track_caller]
    pub(super) fn compare(&mut self, who: usize) {
        let (repo, lying) = (self.repo(who), self.lying(who));
        let notes = Notes::of(repo.git_dir());
        let head = repo.head().unwrap().tip.unwrap();
        let (seen, remote) = (self.seen(who), self.remote());
        let tree: TreeId = notes.remembered().unwrap().unwrap().0.parse().unwrap();
        let to = notes
            .writing()
            .unwrap()
            .map(|writing| writing.to.parse::<CommitId>().unwrap());
        let clone = &self.memory.clones[who];
        let (head_here, seen_here, remote_here) = (clone.head, clone.seen, self.memory.remote);
        let to_here = clone.note.as_ref().map(|note| note.to);
        let (work, remembered) = (
            self.memory.dag.tree(&clone.work),
            self.memory.dag.tree(&clone.remembered),
        );
        self.with_eyes(who, |same, eyes| {
            same.commit(eyes, head, head_here);
            same.maybe(eyes, seen, seen_here);
            same.maybe(eyes, to, to_here);
            same.files(eyes, &lying, &work, "the folder");
            same.files(
                eyes,
                &records_of(eyes.repo, tree),
                &remembered,
                "what is remembered",
            );
            // A clone that did not fetch lacks the remote's commits.
            if eyes.repo.commit_info(remote).is_ok() {
                same.commit(eyes, remote, remote_here);
            }
        });
    }
}
