//! `init`: a pair is made.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::git::{CommitId, HeadsOutcome, PublicAddress, RemoteOptions, Repository, remote_heads};
use crate::model::{EntryId, Pair, Role, Seat, Slug, new_pair};
use crate::store::{CloneLock, Notes, StagingFolder};
use crate::sync::{Delivery, SyncError, SyncNote, create, push};

use super::guard::{Moment, keep_guard};
use super::new_clone::{NewClone, heads_delivery, own_identity, push_delivery};
use super::person_name::{NameError, slug_of_person};
use super::{AppError, Remarks, Setting, pairs::make_known};

/// A pair that is to be made.
#[derive(Debug, Clone)]
pub struct InitRequest {
    /// The other member's name.
    pub partner: String,
    /// My own name.
    pub name: String,
    /// My seat.
    pub role: Role,
    /// The address of an empty repository to share.
    pub remote: Option<String>,
    /// Where the clone goes.
    pub clone: NewClone,
}

/// A pair that was made.
pub struct MadePair {
    /// The name that it is known by.
    pub name: String,
    /// The folder of the clone.
    pub dir: PathBuf,
    repo: Repository,
    commit: CommitId,
    branch: String,
}

/// Makes a pair, with a seat for both members and my key in mine. Nothing is sent yet: see [`MadePair::offer`].
///
/// # Errors
/// When a name has no letter, the folder holds something, or the remote is not reached or not empty. Nothing is left then
/// but my key.
pub fn init(setting: &Setting, request: &InitRequest, remarks: &Remarks) -> Result<MadePair, AppError> {
    let (mut theirs, me) = (slug_of_person(&request.partner)?, slug_of_person(&request.name)?);
    if theirs == me {
        let numbered = format!("{theirs}-2").parse();
        theirs = numbered.map_err(|_| NameError::TooLong(request.partner.clone()))?;
    }
    let dir = match request.clone.named()? {
        Some(dir) => dir,
        None => request.clone.free(&request.clone.usual(setting, &theirs)?)?,
    };
    let seat = |slug: Slug, name: &str, keys| Seat {
        slug,
        name: name.trim().to_owned(),
        keys,
    };
    let mine = seat(me, &request.name, own_identity(setting, remarks)?.recipients());
    let open = seat(theirs, &request.partner, Vec::new());
    let branch = match &request.remote {
        Some(url) if setting.offline => return Err(AppError::OfflineRemote(PublicAddress::of(url))),
        Some(url) => empty_remote(url, &setting.remote)?,
        None => "main".to_owned(),
    };
    // Make it in another folder first, so that a failure leaves nothing half-made.
    let staging = StagingFolder::make(dir.parent().unwrap_or(&request.clone.folder))?;
    let path = staging.clone_path();
    let (commit, pair) = make(setting, request, &path, &branch, (&mine, &open))?;
    keep_guard(setting, &Repository::open(&path)?, Moment::Made, remarks);
    staging.place(&dir)?;
    let repo = Repository::open(&dir)?;
    let name = make_known(setting, &pair, Some(&mine.slug), repo.workdir())?;
    Ok(MadePair {
        name,
        dir,
        repo,
        commit,
        branch,
    })
}

fn make(
    setting: &Setting,
    request: &InitRequest,
    dir: &Path,
    branch: &str,
    (mine, open): (&Seat, &Seat),
) -> Result<(CommitId, Pair), AppError> {
    let repo = Repository::init(dir, branch)?;
    if let Some(url) = &request.remote {
        repo.set_remote("origin", url)?;
        repo.set_upstream(branch, "origin", branch)?;
    }
    let environment = &setting.environment;
    let id: EntryId = (environment.new_id)();
    let state = match request.role {
        Role::Manager => new_pair(id, mine, open),
        Role::Report => new_pair(id, open, mine),
    };
    let document = state.pair.as_ref().ok_or(SyncError::NoPair)?;
    let pair = Pair::from_document(document).map_err(SyncError::Problems)?;
    let commit = create(&repo, environment, &state, &mine.slug)?;
    environment.keys_of(&repo, pair.id)?.first_sight(&pair)?;
    Ok((commit, pair))
}

/// The branch that the HEAD of an empty remote names.
fn empty_remote(url: &str, options: &RemoteOptions) -> Result<String, AppError> {
    match remote_heads(url, options)? {
        HeadsOutcome::Heads(heads) if heads.branches.is_empty() => {
            Ok(heads.head.unwrap_or_else(|| "main".to_owned()))
        }
        HeadsOutcome::Heads(_) => Err(AppError::RemoteNotEmpty(PublicAddress::of(url))),
        outcome => Err(AppError::NotListed {
            url: PublicAddress::of(url),
            why: heads_delivery(outcome),
        }),
    }
}

impl MadePair {
    /// Sends the pair to its remote, for the other member to join. `began` is when the person began to wait.
    ///
    /// # Errors
    /// When it did not arrive.
    pub fn offer(
        &self,
        setting: &Setting,
        url: &str,
        began: Instant,
        remarks: &Remarks,
    ) -> Result<(), AppError> {
        let lock = CloneLock::take(&Notes::of(self.repo.git_dir()), Duration::from_secs(10))?;
        let options = setting.remote.since(began);
        let to = (self.commit, self.branch.as_str());
        let pushed = push(&self.repo, &lock, "origin", to, None, &options);
        drop(lock);
        if let Some(words) = self.repo.take_host_words() {
            remarks.add_notes(&[SyncNote::HostSaid(words)]);
        }
        let why = push_delivery(pushed?.outcome);
        let arrived = match &why {
            Delivery::Delivered => true,
            // Perhaps only the answer was lost.
            Delivery::Unreachable { .. } | Delivery::TimedOut => {
                self.stands_at(url, &setting.remote.since(began))
            }
            _ => false,
        };
        if arrived {
            return Ok(());
        }
        let (name, url) = (self.name.clone(), PublicAddress::of(url));
        Err(AppError::NotOffered { name, url, why })
    }

    fn stands_at(&self, url: &str, options: &RemoteOptions) -> bool {
        match remote_heads(url, options) {
            Ok(HeadsOutcome::Heads(heads)) => heads.branches.contains(&(self.branch.clone(), self.commit)),
            _ => false,
        }
    }
}
