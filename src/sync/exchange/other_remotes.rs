//! Whether another remote of this clone is the place that the other member reads, or a copy (docs/sync.md#alone).

use std::collections::BTreeSet;

use crate::git::{CommitId, PublicAddress, RemoteHeads};

use super::git_remote::tip_of;
use super::other_remote_heads::{HeadsAnswer, NoHeads, heads_of};
use super::reads_elsewhere::Search;
use crate::sync::error::SyncError;
use crate::sync::outcome::OtherPlace;
use crate::sync::upstream::{BranchChoice, NamedRemote};

/// The other remotes of a clone, as far as a sync looked at them.
#[derive(Default)]
pub(super) struct OtherRemotes {
    /// The addresses of copies: nobody is left behind there, as long as nobody writes there.
    pub(super) copies: Vec<String>,
    /// The tips at copies that are not here, and that say nothing: they were there as the copy became known as one.
    pub(super) foreign: BTreeSet<CommitId>,
    /// The first that the other member may read.
    pub(super) unsynced: Option<UnsyncedRemote>,
    /// The address of the first that does not answer, if nothing else says that the other member may read it; and whether it
    /// was not asked, as this clone refuses its protocol.
    pub(super) silent: Option<(PublicAddress, bool)>,
    /// Whether a person said that the other member reads the address that this clone syncs with.
    pub(super) agreed: bool,
}

/// Another remote that the other member may read.
pub(super) struct UnsyncedRemote {
    /// The remote.
    pub(super) remote: NamedRemote,
    /// The tip here after the first sync without them.
    pub(super) since: CommitId,
    /// How it stands to what is here.
    pub(super) how: OtherPlace,
}

/// How one of them stands to the other member.
enum RemoteStanding {
    /// Nobody is left behind there, as long as nobody writes there.
    Copy,
    /// Nobody is left behind there now. It is asked again.
    Level,
    /// It does not answer, or was not asked.
    Silent { is_refused: bool },
    /// The other member may read it.
    MayBeThere(OtherPlace),
}

impl Search<'_> {
    /// Asks the other remotes. `left` says whether the other member may still read the address of before: that one is told of
    /// apart.
    pub(super) fn other_remotes(&self, left: bool) -> Result<OtherRemotes, SyncError> {
        let upstream = self.upstream;
        let note = upstream.note.as_ref();
        let is_named = matches!(upstream.choice, BranchChoice::Named(_));
        let mut others = OtherRemotes {
            agreed: is_named || note.is_some_and(|note| note.agreed && upstream.moved_from().is_none()),
            ..OtherRemotes::default()
        };
        let before = upstream.left();
        let mut remotes: Vec<&NamedRemote> = upstream.other_remotes.iter().collect();
        // Only of the one that was told of is it known since when.
        let told = note.and_then(|note| note.beside.as_deref());
        remotes.sort_by_key(|remote| told != Some(remote.url.as_str()));
        let mut asked = Vec::new();
        for remote in remotes {
            let is_before = before.as_ref() == Some(&remote.url);
            if !(is_before && left || self.is_mirror(remote)?) {
                asked.push(remote);
            }
        }
        let answers = self.heads_of(&asked);
        for (remote, heads) in asked.into_iter().zip(answers) {
            let url = remote.url.as_str();
            // Whoever names the branch says that this is the place.
            let is_known = note.is_some_and(|note| note.has_copy(url));
            let is_copy = is_named || is_known || before.as_ref() == Some(&remote.url);
            if is_copy && !self.is_written_to(heads.as_ref().ok(), is_named, &mut others)? {
                others.copies.push(url.to_owned());
            } else if others.unsynced.is_none() {
                // One is told of at a time.
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
            .configured(&format!("remote.{}.mirror", remote.name))?;
        Ok(setting.as_deref() == Some("true"))
    }

    /// Whether somebody began to write to a copy: it has a tip that is not here, and that it did not have as a person named
    /// the branch.
    fn is_written_to(
        &self,
        heads: Option<&RemoteHeads>,
        is_named: bool,
        others: &mut OtherRemotes,
    ) -> Result<bool, SyncError> {
        let note = self.upstream.note.as_ref();
        let known = note.map(|note| note.foreign.as_slice()).unwrap_or_default();
        let Some(heads) = heads else {
            let kept = known.iter().filter_map(|tip| tip.parse::<CommitId>().ok());
            others.foreign.extend(kept);
            return Ok(false);
        };
        for tip in self.tips_of(heads) {
            if self.was_held(tip)? {
                continue;
            }
            if !is_named && !known.contains(&tip.to_string()) {
                return Ok(true);
            }
            others.foreign.insert(tip);
        }
        Ok(false)
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
        heads: HeadsAnswer,
        others: &mut OtherRemotes,
    ) -> Result<(), SyncError> {
        let note = self.upstream.note.as_ref();
        let noted = note.filter(|note| note.beside.as_deref() == Some(remote.url.as_str()));
        let noted = noted.map(|note| self.known(note.beside_at.as_deref()).unwrap_or(self.tip));
        let unsynced = |how| UnsyncedRemote {
            remote: remote.clone(),
            since: noted.unwrap_or(self.tip),
            how,
        };
        match self.standing_of(remote, heads, noted, others)? {
            RemoteStanding::Copy => others.copies.push(remote.url.as_str().to_owned()),
            RemoteStanding::Level => {}
            RemoteStanding::Silent { is_refused } => {
                let silent = others.silent.take();
                others.silent = silent.or_else(|| Some((remote.url.clone(), is_refused)));
            }
            RemoteStanding::MayBeThere(how) => others.unsynced = Some(unsynced(how)),
        }
        Ok(())
    }

    /// `since` is the tip here after the first sync that told of this remote.
    fn standing_of(
        &self,
        remote: &NamedRemote,
        heads: HeadsAnswer,
        since: Option<CommitId>,
        others: &OtherRemotes,
    ) -> Result<RemoteStanding, SyncError> {
        if !self.upstream.has_time {
            let known = since.map(|_| RemoteStanding::MayBeThere(OtherPlace::Behind));
            return Ok(known.unwrap_or(RemoteStanding::Level));
        }
        let is_first = self.upstream.note.is_none();
        let is_later = since.is_none() && !is_first;
        let heads = match heads {
            Ok(heads) => heads,
            Err(why) => {
                let is_refused = why == NoHeads::Refused;
                return Ok(match since {
                    None if self.is_single() => RemoteStanding::Level,
                    None if is_later && others.agreed => RemoteStanding::Silent { is_refused },
                    // Nobody is at a place that is gone.
                    Some(since) if self.wrote_since(&[since])? => RemoteStanding::Copy,
                    _ if is_refused => RemoteStanding::MayBeThere(OtherPlace::Refused),
                    _ => RemoteStanding::MayBeThere(OtherPlace::Silent),
                });
            }
        };
        let tips = self.tips_of(&heads);
        if tips.is_empty() {
            // The other member may be about to move there.
            return Ok(RemoteStanding::Level);
        }
        match tips.iter().all(|tip| *tip == self.tip) {
            // Whoever takes the setting back sends nothing there any more.
            true if self.is_pushed_to(remote)? => return Ok(RemoteStanding::Level),
            // It is the same place, or gets everything from there.
            true if self.upstream.has_sent && !self.upstream.had_it.contains(&remote.url) => {
                return Ok(RemoteStanding::Copy);
            }
            true if !is_first && since.is_none() => return Ok(RemoteStanding::Level),
            _ => {}
        }
        let mut is_held = true;
        for tip in &tips {
            is_held &= self.was_held(*tip)?;
        }
        let is_agreed = is_later && others.agreed;
        let hidden: Vec<CommitId> = tips.into_iter().chain(since).collect();
        Ok(if !is_held {
            RemoteStanding::MayBeThere(OtherPlace::Ahead)
        } else if self.is_single() {
            RemoteStanding::Level
        } else if self.wrote_since(&hidden)? {
            RemoteStanding::Copy
        } else if is_agreed {
            RemoteStanding::Level
        } else {
            RemoteStanding::MayBeThere(OtherPlace::Behind)
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

    /// The branches of each remote, asked by its name: Git knows the login for that one. They are asked at once: the clone stays
    /// locked meanwhile.
    fn heads_of(&self, remotes: &[&NamedRemote]) -> Vec<HeadsAnswer> {
        match self.upstream.has_time {
            true => heads_of(&self.workspace.repo, remotes),
            false => remotes.iter().map(|_| Err(NoHeads::Silent)).collect(),
        }
    }
}
