//! Pushing one commit to one branch, never by force.

use super::address::resolve;
use super::targets::SpelledTarget;
use super::{
    CallFailure, Error, PublicAddress, PushTarget, RemoteCall, RemoteOptions, Repository, check_url, failure,
    remote_lines,
};
use crate::git::process::{self, ExitState, RunOptions};
use crate::git::{CommitId, program};

/// The outcome of a push. After anything but [`PushOutcome::Accepted`] only a fetch tells where the remote's branch is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum PushOutcome {
    /// The branch is at the commit.
    Accepted,
    /// The branch is, or seems to be, somewhere the commit does not descend from. Where a fetch finds that it did not
    /// move, this is a denial.
    Rejected {
        /// The words of Git and the server, raw.
        words: String,
    },
    /// The server refused: a hook, a protected branch, a missing right.
    Denied {
        /// The words of the server, raw, without Git's prefix; those of Git where it said nothing.
        words: String,
    },
    /// It was taken at another address than a fetch reads; there it is not.
    Elsewhere {
        /// The address that took it.
        to: PublicAddress,
    },
    /// Nobody answered.
    Unreachable {
        /// The words of Git, raw.
        words: String,
    },
    /// It took too long. It may have arrived.
    TimedOut,
}

/// The answer to a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushAnswer {
    /// The outcome.
    pub outcome: PushOutcome,
    /// The addresses that `git` said to have pushed to, without a login.
    pub to: Vec<String>,
}

impl From<PushOutcome> for PushAnswer {
    fn from(outcome: PushOutcome) -> Self {
        let to = Vec::new();
        PushAnswer { outcome, to }
    }
}

/// The name of a remote of the command line alone: one address of another one.
const ONE_OF: &str = "oneonone-one-address";

impl Repository {
    /// Pushes the commit `id` to `branch` of a target, as a fast-forward or as a new branch.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an address or a branch that is refused, [`Error::Program`] when Git failed at something
    /// here.
    pub fn push(
        &self,
        to: &PushTarget,
        id: CommitId,
        branch: &str,
        options: &RemoteOptions,
    ) -> Result<PushAnswer, Error> {
        let (remote, address) = match &to.to {
            SpelledTarget::Named(name) => {
                self.check_remote(name, &["url", "pushurl"])?;
                (name.as_str(), resolve(self, name, true)?)
            }
            SpelledTarget::OneOf(to) => {
                check_url(&to.configured)?;
                (ONE_OF, to.url.clone())
            }
        };
        check_url(&address)?;
        self.make_durable()?;
        let target = format!("refs/heads/{branch}");
        if !git2::Reference::is_valid_name(&target) {
            return Err(Error::invalid(branch, "not a branch"));
        }
        let session = RemoteCall::new(Some(self), &address, options)?;
        let mut command = session.command();
        if let SpelledTarget::OneOf(to) = &to.to {
            // On the command line alone `pushInsteadOf` would rewrite it.
            let key = if to.is_push_url { "pushurl" } else { "url" };
            command.args(["-c", &format!("remote.{ONE_OF}.{key}={}", to.configured)]);
        }
        command.args(["-c", "push.pushOption="]);
        let mirror = format!("remote.{remote}.mirror");
        if self.configured(&mirror).is_ok_and(|mirror| mirror.is_some()) {
            command.args(["-c", &format!("{mirror}=false")]);
        }
        command.args([
            "push",
            // Not quiet: `git` names the address that it pushed to.
            "--porcelain",
            "--no-progress",
            "--no-follow-tags",
            "--recurse-submodules=no",
            // A host takes either only if it is set up for it, and says no before it looks at a branch.
            "--no-signed",
        ]);
        if self.folder_at(&address).is_some() {
            // A remote on this machine loses its power with it: there too nothing is said to be stored before it is.
            command.arg("--receive-pack=git -c core.fsync=all receive-pack");
        }
        command.args(["--", remote, &format!("{id}:{target}")]);
        let run = session.run(command, 64 << 10)?;
        let stdout = String::from_utf8_lossy(&run.stdout);
        match status(&stdout, &target) {
            Some((' ' | '*' | '=', _)) => return Ok(self.accepted(&run.words(), &stdout)),
            Some((_, summary)) => {
                let outcome = refused(summary, &run.words());
                if matches!(outcome, PushOutcome::Denied { .. }) {
                    self.check_sendable(id, options)?;
                }
                return Ok(outcome.into());
            }
            None if run.ended == ExitState::Code(0) => return Ok(self.accepted(&run.words(), &stdout)),
            None => {}
        }
        let failed = failure(&run, "pushing")?;
        if !matches!(failed, CallFailure::TimedOut) {
            self.check_sendable(id, options)?;
        }
        let outcome = match failed {
            CallFailure::Unreachable(words) => PushOutcome::Unreachable { words },
            CallFailure::Denied(words) => {
                let said = remote_lines(&words);
                PushOutcome::Denied {
                    words: if said.is_empty() { words } else { said },
                }
            }
            CallFailure::TimedOut => PushOutcome::TimedOut,
        };
        Ok(outcome.into())
    }
}

impl Repository {
    /// Keeps what the host said beside an accepted push, for [`Repository::take_host_words`].
    fn accepted(&self, words: &str, porcelain: &str) -> PushAnswer {
        if let Some(said) = host_words(words) {
            // A remote may have several addresses.
            let before = self.host_words.take();
            let all: Vec<String> = before.into_iter().chain([said]).collect();
            *self.host_words.borrow_mut() = Some(all.join("\n"));
        }
        let to = porcelain.lines().filter_map(|line| line.strip_prefix("To "));
        PushAnswer {
            outcome: PushOutcome::Accepted,
            to: to.map(str::to_owned).collect(),
        }
    }

    /// The words that the host sent along with the last push that it accepted, raw and without Git's prefix; none where
    /// it said nothing, or where they were taken already.
    pub fn take_host_words(&self) -> Option<String> {
        self.host_words.take()
    }

    /// Reads what a push would send, as Git does: a fault of this repository is not one of the remote.
    fn check_sendable(&self, id: CommitId, options: &RemoteOptions) -> Result<(), Error> {
        let mut command = program::plain(Some(self));
        command.args(["pack-objects", "--revs", "--stdout", "--quiet"]);
        let known = self.commits_at("refs/remotes/*")?;
        let known = known.iter().map(|known| format!("^{known}\n"));
        let revisions: String = std::iter::once(format!("{id}\n")).chain(known).collect();
        let limits = RunOptions {
            stdout: 1,
            ..RunOptions::default()
        };
        let run = process::run(command, Some(revisions.into_bytes()), options.timeout, limits)?;
        match run.ended {
            ExitState::Code(0) | ExitState::TimedOut => Ok(()),
            _ => Err(run.failed("reading what is to be sent")),
        }
    }
}

/// The words of the host, without its progress; and where it sent Git on to, which Git itself says.
fn host_words(words: &str) -> Option<String> {
    let sent_on = words
        .lines()
        .filter(|line| line.starts_with("warning: redirecting to"));
    let said = remote_lines(words);
    let said = said.split(['\n', '\r']).filter(|line| !line.contains("% ("));
    let words = sent_on.chain(said).collect::<Vec<_>>().join("\n");
    (!words.trim().is_empty()).then_some(words)
}

/// The line `flag TAB from:to TAB summary` about `target`.
fn status<'a>(porcelain: &'a str, target: &str) -> Option<(char, &'a str)> {
    porcelain.lines().find_map(|line| {
        let mut parts = line.splitn(3, '\t');
        let (flag, refs, summary) = (parts.next()?, parts.next()?, parts.next()?);
        let to = refs.rsplit(':').next()?;
        (flag.chars().count() == 1 && to == target).then(|| (flag.chars().next().unwrap_or('!'), summary))
    })
}

fn refused(summary: &str, words: &str) -> PushOutcome {
    /// The words of a server when the branch moved between its first word and its last.
    const MOVED: [&str; 6] = [
        "cannot lock ref",
        "failed to lock",
        "failed to update ref",
        "incorrect old value",
        "but expected",
        "non-fast-forward",
    ];
    let said = remote_lines(words);
    let words = [said.as_str(), summary].join("\n").trim().to_owned();
    let moved = summary.starts_with("[rejected]") || MOVED.iter().any(|marker| summary.contains(marker));
    if moved {
        PushOutcome::Rejected { words }
    } else {
        PushOutcome::Denied { words }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::super::testing::{Fixture, write_executable};
    use super::*;

    fn answer(f: &Fixture, remote: &str, id: CommitId) -> PushAnswer {
        let to = f.repo.push_targets(remote).unwrap();
        let [target] = to.targets.as_slice() else { panic!() };
        let options = RemoteOptions::default();
        f.repo.push(target, id, "main", &options).unwrap()
    }

    fn push(f: &Fixture, remote: &str, id: CommitId) -> PushOutcome {
        answer(f, remote, id).outcome
    }

    #[test]
    fn a_push_is_accepted_or_rejected() {
        let f = Fixture::new();
        let bare = f.bare("remote.git");
        let first = f.commit("a", "1");
        assert_eq!(push(&f, &bare, first), PushOutcome::Accepted);
        assert_eq!(push(&f, &bare, first), PushOutcome::Accepted, "again");
        let second = f.commit("a", "2");
        f.repo.set_remote("origin", &format!("file://{bare}")).unwrap();
        assert_eq!(push(&f, "origin", second), PushOutcome::Accepted);
        assert_eq!(
            f.repo.reference("refs/remotes/origin/main").unwrap(),
            Some(second)
        );
        assert!(
            matches!(push(&f, &bare, first), PushOutcome::Rejected { .. }),
            "behind"
        );

        let other = Fixture::new();
        let unrelated = other.commit("a", "3");
        assert!(
            matches!(push(&other, &bare, unrelated), PushOutcome::Rejected { words } if words.contains("fetch first"))
        );
        let at = f.git(&["--git-dir", &bare, "rev-parse", "main"]);
        assert_eq!(at, second.to_string(), "never by force");
        let to = f.repo.push_targets(&bare).unwrap();
        let bad = f
            .repo
            .push(&to.targets[0], first, "a..b", &RemoteOptions::default());
        assert!(bad.is_err());
    }

    #[test]
    fn git_says_where_it_pushed_to() {
        let f = Fixture::new();
        let (bare, other) = (f.bare("remote.git"), f.bare("other.git"));
        let id = f.commit("a", "1");
        f.repo.set_remote("origin", &bare).unwrap();
        let read_at = |remote: &str| {
            let found = answer(&f, remote, id);
            f.repo.push_targets("origin").unwrap().is_read(&found.to)
        };
        assert!(read_at("origin") && read_at("origin"), "and where nothing is new");
        assert!(!read_at(&other));
        // Both of several, each as it is configured.
        f.git(&["config", "--add", "remote.origin.pushurl", &other]);
        f.git(&["config", "--add", "remote.origin.pushurl", &bare]);
        f.git(&["config", &format!("url.{other}.pushInsteadOf"), &bare]);
        let next = f.commit("a", "2");
        let to = f.repo.push_targets("origin").unwrap();
        assert!(to.reads_first && to.targets.len() == 2);
        for target in &to.targets {
            let found = f
                .repo
                .push(target, next, "main", &RemoteOptions::default())
                .unwrap();
            assert_eq!(found.outcome, PushOutcome::Accepted);
            assert_eq!(found.to, [target.address.as_str()]);
        }
        for there in [&bare, &other] {
            assert_eq!(
                f.git(&["--git-dir", there, "rev-parse", "main"]),
                next.to_string()
            );
        }
    }

    #[test]
    fn a_server_that_refuses_is_quoted() {
        let f = Fixture::new();
        let bare = f.bare("remote.git");
        let id = f.commit("a", "1");
        let hook = format!("{bare}/hooks/pre-receive");
        write_executable(&hook, "#!/bin/sh\necho 'no pushes on Friday' >&2\nexit 1\n");
        assert_eq!(
            push(&f, &bare, id),
            PushOutcome::Denied {
                words: "no pushes on Friday\n[remote rejected] (pre-receive hook declined)".into()
            }
        );
        std::fs::remove_file(&hook).unwrap();
        std::fs::create_dir_all(format!("{bare}/refs/heads")).unwrap();
        std::fs::write(format!("{bare}/refs/heads/main.lock"), "").unwrap();
        assert!(
            matches!(push(&f, &bare, id), PushOutcome::Rejected { .. }),
            "raced"
        );
        assert!(matches!(
            push(&f, "/no/such.git", id),
            PushOutcome::Unreachable { .. }
        ));
    }

    #[test]
    fn what_a_server_says_beside_an_accepted_push_is_kept() {
        let f = Fixture::new();
        let bare = f.bare("remote.git");
        let id = f.commit("a", "1");
        let hook = format!("{bare}/hooks/post-receive");
        write_executable(
            &hook,
            "#!/bin/sh\necho 'This repository moved:'\necho '  new/home.git'\n",
        );
        assert_eq!(push(&f, &bare, id), PushOutcome::Accepted);
        let said = f.repo.take_host_words().unwrap();
        assert_eq!(said, "This repository moved:\nnew/home.git");
        assert_eq!(f.repo.take_host_words(), None);
        std::fs::remove_file(&hook).unwrap();
        let next = f.commit("a", "2");
        assert_eq!(push(&f, &bare, next), PushOutcome::Accepted);
        assert_eq!(f.repo.take_host_words(), None);
        let words =
            "warning: redirecting to https://h/new.git/\nremote: Resolving deltas: 100% (1/1), done.\n";
        assert_eq!(
            host_words(words).as_deref(),
            Some("warning: redirecting to https://h/new.git/")
        );
    }

    #[test]
    fn a_client_hook_does_not_run_and_a_slow_server_is_given_up() {
        let f = Fixture::new();
        let bare = f.bare("remote.git");
        let id = f.commit("a", "1");
        let pre_push = f.repo.git_dir().join("hooks/pre-push");
        std::fs::create_dir_all(pre_push.parent().unwrap()).unwrap();
        write_executable(&pre_push.display().to_string(), "#!/bin/sh\nexit 1\n");
        assert_eq!(push(&f, &bare, id), PushOutcome::Accepted);
        write_executable(&format!("{bare}/hooks/pre-receive"), "#!/bin/sh\nsleep 1000\n");
        let next = f.commit("a", "2");
        let options = RemoteOptions {
            timeout: Duration::from_millis(500),
            ..RemoteOptions::default()
        };
        let to = f.repo.push_targets(&bare).unwrap();
        let late = f.repo.push(&to.targets[0], next, "main", &options).unwrap();
        assert_eq!(late.outcome, PushOutcome::TimedOut);
    }
}
