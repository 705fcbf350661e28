//! Whether another remote of this clone is the place that the other member reads, or a copy (docs/sync.md#alone).

use crate::git::{CommitId, HeadsOutcome, PublicAddress, RemoteHeads, RemoteOptions};

use super::alone::Search;
use super::remote::{LOOK, tip_of};
use crate::sync::error::SyncError;
use crate::sync::load::last_good_pair::last_good_pair;
use crate::sync::outcome::OtherPlace;
use crate::sync::upstream::reflog::made_here;
use crate::sync::upstream::{BranchChoice, NamedRemote};

/// The message of the commit by which a member takes a seat, in every version of this program.
const SEAT_TAKEN: &str = "take a seat";

/// The other remotes of a clone, as far as a sync looked at them.
#[derive(Default)]
pub(super) struct Others {
    /// The addresses of copies: nobody is left behind there, and they are not asked any more.
    pub(super) copies: Vec<String>,
    /// The first that the other member may read.
    pub(super) beside: Option<Beside>,
    /// The address of the first that does not answer, if nothing else says that the other member may read it.
    pub(super) silent: Option<PublicAddress>,
    /// Whether a person said that the other member reads the address that this clone syncs with.
    pub(super) agreed: bool,
    /// The commit of this clone that made the pair or took an open seat, if it went to that address.
    pub(super) began: Option<CommitId>,
}

/// Another remote that the other member may read.
pub(super) struct Beside {
    /// The remote.
    pub(super) remote: NamedRemote,
    /// The tip here after the first sync without them.
    pub(super) since: CommitId,
    /// How it stands to what is here.
    pub(super) how: OtherPlace,
}

/// The answer for one remote.
enum Found {
    /// Nobody is left behind there, now and later.
    Copy,
    /// Nobody is left behind there now. It is asked again.
    Level,
    /// It does not answer.
    Silent,
    /// The other member may read it.
    MayBeThere(OtherPlace),
}

impl Search<'_> {
    /// Looks at the other remotes, and asks those that are no copies. `left` says whether the other member may still read the
    /// address of before: that one is told of apart.
    pub(super) fn others(&self, left: bool) -> Result<Others, SyncError> {
        let upstream = self.upstream;
        let note = upstream.note.as_ref();
        let is_named = matches!(upstream.choice, BranchChoice::Named(_));
        let mut others = Others {
            agreed: is_named || note.is_some_and(|note| note.agreed && upstream.moved_from().is_none()),
            began: self.began()?,
            ..Others::default()
        };
        let known = note.and_then(|note| note.copies.as_deref()).unwrap_or_default();
        let before = upstream.left();
        let mut remotes: Vec<&NamedRemote> = upstream.others.iter().collect();
        // Only of the one that was told of is it known since when.
        let told = note.and_then(|note| note.beside.as_deref());
        remotes.sort_by_key(|remote| told != Some(remote.url.as_str()));
        let mut asked = Vec::new();
        for remote in remotes {
            let url = remote.url.as_str();
            if self.is_mirror(remote)? {
                continue;
            }
            // Whoever names the branch says that this is the place.
            let is_copy = is_named || known.iter().any(|known| known == url);
            let is_before = before.as_ref() == Some(&remote.url);
            match is_copy || is_before {
                true if is_before && left => {}
                true => others.copies.push(url.to_owned()),
                false => asked.push(remote),
            }
        }
        let answers = self.heads_of(&asked);
        for (remote, heads) in asked.into_iter().zip(answers) {
            // One is told of at a time.
            if others.beside.is_none() {
                self.look_at(remote, heads, &mut others)?;
            }
        }
        Ok(others)
    }

    /// Whether plain Git overwrites all that is there with each push: nobody else can write there.
    fn is_mirror(&self, remote: &NamedRemote) -> Result<bool, SyncError> {
        let setting = self
            .workspace
            .repo
            .config(&format!("remote.{}.mirror", remote.name))?;
        Ok(setting.as_deref() == Some("true"))
    }

    /// Whether each push of this clone goes there, too (`pushurl`, or several addresses of one remote).
    pub(super) fn is_pushed_to(&self, remote: &NamedRemote) -> Result<bool, SyncError> {
        let pushed = self.workspace.repo.push_targets(&self.upstream.target)?;
        let mut targets = pushed.targets.iter();
        Ok(targets.any(|target| target.address == remote.url))
    }

    fn look_at(
        &self,
        remote: &NamedRemote,
        heads: Option<RemoteHeads>,
        others: &mut Others,
    ) -> Result<(), SyncError> {
        let note = self.upstream.note.as_ref();
        let noted = note.filter(|note| note.beside.as_deref() == Some(remote.url.as_str()));
        let noted = noted.map(|note| self.known(note.beside_at.as_deref()).unwrap_or(self.tip));
        let beside = |how| Beside {
            remote: remote.clone(),
            since: noted.unwrap_or(self.tip),
            how,
        };
        match self.found_at(remote, heads, noted, others)? {
            Found::Copy => others.copies.push(remote.url.as_str().to_owned()),
            Found::Level => {}
            Found::Silent => others.silent = others.silent.take().or_else(|| Some(remote.url.clone())),
            Found::MayBeThere(how) => others.beside = Some(beside(how)),
        }
        Ok(())
    }

    /// `since` is the tip here after the first sync that told of this remote.
    fn found_at(
        &self,
        remote: &NamedRemote,
        heads: Option<RemoteHeads>,
        since: Option<CommitId>,
        others: &Others,
    ) -> Result<Found, SyncError> {
        if !self.upstream.has_time {
            let known = since.map(|_| Found::MayBeThere(OtherPlace::Behind));
            return Ok(known.unwrap_or(Found::Level));
        }
        let is_first = self.upstream.note.is_none();
        let is_later = since.is_none() && !is_first;
        let Some(heads) = heads else {
            return Ok(match since {
                None if self.is_single() => Found::Level,
                None if is_later && (others.agreed || self.was_read(others.began)?) => Found::Silent,
                _ => Found::MayBeThere(OtherPlace::Silent),
            });
        };
        let tips = self.tips_of(&heads);
        if tips.is_empty() {
            // The other member may be about to move there.
            return Ok(Found::Level);
        }
        match tips.iter().all(|tip| *tip == self.tip) {
            // Whoever takes the setting back sends nothing there any more.
            true if self.is_pushed_to(remote)? => return Ok(Found::Level),
            // It is the same place, or gets everything from there.
            true if self.upstream.has_sent => return Ok(Found::Copy),
            true if !is_first && since.is_none() => return Ok(Found::Level),
            _ => {}
        }
        let mut is_held = true;
        for tip in &tips {
            is_held &= self.was_held(*tip)?;
        }
        let is_agreed = is_later && (others.agreed || self.is_in(others.began, &tips));
        let hidden: Vec<CommitId> = tips.into_iter().chain(since).collect();
        Ok(if !is_held {
            Found::MayBeThere(OtherPlace::Ahead)
        } else if self.is_single() {
            Found::Level
        } else if self.wrote_since(&hidden)? {
            Found::Copy
        } else if is_agreed {
            Found::Level
        } else {
            Found::MayBeThere(OtherPlace::Behind)
        })
    }

    /// The tips there that count: of the branch, and of the one that HEAD names; of every branch if neither is there.
    fn tips_of(&self, heads: &RemoteHeads) -> Vec<CommitId> {
        let names = [Some(self.upstream.branch.as_str()), heads.head.as_deref()];
        let named = names.into_iter().flatten();
        let tips: Vec<CommitId> = named.filter_map(|name| tip_of(heads, name)).collect();
        match tips.is_empty() {
            true => heads.branches.iter().map(|(_, tip)| *tip).collect(),
            false => tips,
        }
    }

    /// Whether the tip here, or a history that was replaced here, holds a commit. One that plain Git fetched and that nobody
    /// merged is held by none.
    fn was_held(&self, commit: CommitId) -> Result<bool, SyncError> {
        if !self.is_here(commit) {
            return Ok(false);
        }
        let repo = &self.workspace.repo;
        for tip in std::iter::once(self.tip).chain(repo.commits_at("refs/oneonone/kept/*")?) {
            if repo.is_ancestor(commit, tip)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The branches of each remote, asked by its name: Git knows the login for that one. None where there is no answer, or no
    /// time to ask. They are asked at once: the clone stays locked meanwhile.
    fn heads_of(&self, remotes: &[&NamedRemote]) -> Vec<Option<RemoteHeads>> {
        if !self.upstream.has_time {
            return remotes.iter().map(|_| None).collect();
        }
        let options = RemoteOptions {
            timeout: LOOK,
            interactive: false,
        };
        let names: Vec<&str> = remotes.iter().map(|remote| remote.name.as_str()).collect();
        let answers = self.workspace.repo.list_remotes(&names, &options);
        let heads = |answer| match answer {
            Ok(HeadsOutcome::Heads(heads)) => Some(heads),
            _ => None,
        };
        answers.into_iter().map(heads).collect()
    }

    /// The commit that made the pair in this clone, or took an open seat in it, by the log of HEAD. A clone of version 0.1 has
    /// that log, too. After a move it says nothing of the new address.
    fn began(&self) -> Result<Option<CommitId>, SyncError> {
        if self.upstream.moved_from().is_some() {
            return Ok(None);
        }
        match self.upstream.note.as_ref() {
            Some(note) if note.copies.is_some() || note.moved => return Ok(self.known(note.began.as_deref())),
            _ => {}
        }
        let repo = &self.workspace.repo;
        for commit in made_here(repo) {
            let Ok(info) = repo.commit_info(commit) else {
                continue;
            };
            // The log says the same of a commit that came with a sync.
            let is_mine = match info.parents.first() {
                None => !self.authors()?.is_of_other(&info.author),
                Some(parent) => info.message.trim_end() == SEAT_TAKEN && self.was_open(*parent)?,
            };
            if is_mine {
                return Ok(Some(commit));
            }
        }
        Ok(None)
    }

    /// Whether my seat was open at a commit.
    fn was_open(&self, commit: CommitId) -> Result<bool, SyncError> {
        let me = self.workspace.me().ok();
        let Some(me) = me.and_then(|me| self.workspace.pair().member(me.as_str())) else {
            return Ok(false);
        };
        let before = last_good_pair(&self.workspace.repo, commit)?;
        Ok(before.is_some_and(|before| before.pair.seat(me.role).keys.is_empty()))
    }

    /// Whether the tips hold the commit by which this clone began: whoever has it got it from here, or from the address that
    /// this clone syncs with. A place that is older than this clone lacks it.
    fn is_in(&self, began: Option<CommitId>, tips: &[CommitId]) -> bool {
        let repo = &self.workspace.repo;
        let holds = |began: CommitId| {
            let mut tips = tips.iter();
            tips.all(|tip| repo.is_ancestor(began, *tip).unwrap_or(false))
        };
        began.is_some_and(holds)
    }

    /// Whether the other member went on from the commit by which this clone began: they got it from the address that this clone
    /// syncs with.
    fn was_read(&self, began: Option<CommitId>) -> Result<bool, SyncError> {
        match began {
            Some(began) => self.wrote(&[began], began.into()),
            None => Ok(false),
        }
    }
}
