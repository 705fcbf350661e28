//! Fetching: into references that the caller names.

use super::address::resolve;
use super::clone::{LISTING, list, list_command, listed};
use super::nearby::heads_nearby;
use super::{
    CallFailure, Error, HeadsOutcome, RemoteCall, RemoteHeads, RemoteOptions, Repository, check_url, failure,
};
use crate::git::process::ExitState;

/// The outcome of a fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum FetchOutcome {
    /// The references are what the remote has.
    Done,
    /// The remote has no such branch; this is what it has. Nothing at all: it is empty.
    NoBranch(RemoteHeads),
    /// Nobody answered.
    Unreachable {
        /// The words of Git, raw.
        words: String,
    },
    /// Somebody answered, and refused.
    Denied {
        /// The words of Git and the server, raw.
        words: String,
    },
    /// It took too long.
    TimedOut,
}

impl Repository {
    /// Fetches `refspecs`, such as `+refs/heads/main:refs/oneonone/fetched`, from a remote's name or address. Nothing else
    /// moves: not what plain Git keeps track of the remote's branches by.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an address that is refused, [`Error::Program`] when Git failed at something here: a full
    /// disk, a locked reference; [`Error::UnsoundObject`] when the other side has an object that is not sound.
    pub fn fetch(
        &self,
        remote: &str,
        refspecs: &[&str],
        options: &RemoteOptions,
    ) -> Result<FetchOutcome, Error> {
        self.check_remote(remote, &["url"])?;
        let session = RemoteCall::new(Some(self), &resolve(self, remote, false)?, options)?;
        let mut command = session.command();
        command.args([
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-prune",
            // A child of a killed run may still be moving the tracking references: they are none of a fetch's business.
            "--refmap=",
            "--no-recurse-submodules",
        ]);
        command
            .args(["--no-write-fetch-head", "--no-show-forced-updates", "--", remote])
            .args(refspecs);
        let run = session.run(command, 64 << 10)?;
        if run.ended == ExitState::Code(0) {
            return Ok(FetchOutcome::Done);
        }
        // It answered and has no such branch. Only now is it asked what it has instead.
        if run.ended != ExitState::TimedOut && run.words().contains("couldn't find remote ref") {
            return Ok(match list(&session, remote)? {
                HeadsOutcome::Heads(heads) => FetchOutcome::NoBranch(heads),
                HeadsOutcome::Unreachable { words } => FetchOutcome::Unreachable { words },
                HeadsOutcome::Denied { words } => FetchOutcome::Denied { words },
                HeadsOutcome::TimedOut => FetchOutcome::TimedOut,
            });
        }
        if let Some(error) = unsound_object(&run.words()) {
            return Err(error);
        }
        Ok(match failure(&run, "fetching")? {
            CallFailure::Unreachable(words) => FetchOutcome::Unreachable { words },
            CallFailure::Denied(words) => FetchOutcome::Denied { words },
            CallFailure::TimedOut => FetchOutcome::TimedOut,
        })
    }

    /// Asks a remote, by its name or address, for its branches.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an address that is refused, or what failed here.
    pub fn list_remote(&self, remote: &str, options: &RemoteOptions) -> Result<HeadsOutcome, Error> {
        self.check_remote(remote, &["url"])?;
        let address = resolve(self, remote, false)?;
        if let Some(heads) = heads_nearby(self, remote, &address, options.timeout)? {
            return Ok(HeadsOutcome::Heads(heads));
        }
        let session = RemoteCall::new(Some(self), &address, options)?;
        list(&session, remote)
    }

    /// Asks several remotes for their branches at the same time: one that says nothing holds up no other. The answers stand in
    /// the order of the remotes.
    ///
    /// # Errors
    /// As [`Repository::list_remote`], for each.
    pub fn list_remotes(
        &self,
        remotes: &[&str],
        options: &RemoteOptions,
    ) -> Vec<Result<HeadsOutcome, Error>> {
        let prepared = remotes.iter().map(|remote| {
            self.check_remote(remote, &["url"])?;
            let session = RemoteCall::new(Some(self), &resolve(self, remote, false)?, options)?;
            Ok((list_command(&session, remote), session.line))
        });
        let prepared: Vec<Result<_, Error>> = prepared.collect();
        std::thread::scope(|scope| {
            let asked: Vec<_> = prepared
                .into_iter()
                .map(|prepared| {
                    scope.spawn(|| {
                        let (command, line) = prepared?;
                        listed(&line.run(command, LISTING)?)
                    })
                })
                .collect();
            let answers = asked.into_iter().map(std::thread::ScopedJoinHandle::join);
            answers
                .map(|answer| answer.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        })
    }

    /// Checks a remote's name or address before Git sees it.
    pub(super) fn check_remote(&self, remote: &str, keys: &[&str]) -> Result<(), Error> {
        check_url(remote)?;
        for key in keys {
            for url in self.configured_addresses(remote, key)? {
                check_url(&url)?;
            }
        }
        Ok(())
    }
}

/// The object that a fetch refused, out of Git's words: `error: object ID: FAULT: WORDS`.
fn unsound_object(words: &str) -> Option<Error> {
    if !words.contains("fsck error") {
        return None;
    }
    words.lines().find_map(|line| {
        let (object, rest) = line.strip_prefix("error: object ")?.split_once(": ")?;
        let (fault, words) = rest.split_once(": ")?;
        Some(Error::UnsoundObject {
            object: object.to_owned(),
            fault: fault.to_owned(),
            words: words.to_owned(),
        })
    })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::super::super::testing::Fixture;
    use super::*;

    const SPEC: &[&str] = &["+refs/heads/main:refs/oneonone/fetched"];

    fn fetch(f: &Fixture, remote: &str) -> FetchOutcome {
        f.repo.fetch(remote, SPEC, &RemoteOptions::default()).unwrap()
    }

    #[test]
    fn a_branch_is_fetched_from_a_path_or_a_name() {
        let f = Fixture::new();
        let bare = f.bare("remote.git");
        let tip = f.commit("a", "1");
        f.git(&["push", "-q", &bare, "main"]);
        f.git(&["tag", "v1"]);
        f.git(&["push", "-q", &bare, "v1"]);
        let other = Fixture::new();
        assert_eq!(fetch(&other, &bare), FetchOutcome::Done);
        assert_eq!(other.repo.reference("refs/oneonone/fetched").unwrap(), Some(tip));
        assert_eq!(other.git(&["tag"]), "");
        assert!(!other.repo.git_dir().join("FETCH_HEAD").exists());
        assert_eq!(fetch(&other, &format!("file://{bare}")), FetchOutcome::Done);
        other.repo.set_remote("origin", &bare).unwrap();
        assert_eq!(fetch(&other, "origin"), FetchOutcome::Done);
        assert_eq!(other.repo.reference("refs/remotes/origin/main").unwrap(), None);
    }

    #[test]
    fn a_missing_branch_is_told_from_a_missing_remote() {
        let f = Fixture::new();
        let bare = f.bare("remote.git");
        assert_eq!(fetch(&f, &bare), FetchOutcome::NoBranch(RemoteHeads::default()));
        let tip = f.commit("a", "1");
        f.git(&["push", "-q", &bare, "main:trunk"]);
        let FetchOutcome::NoBranch(heads) = fetch(&f, &bare) else {
            panic!()
        };
        assert_eq!(heads.branches, [("trunk".to_owned(), tip)]);
        assert!(
            matches!(fetch(&f, "/no/such/remote.git"), FetchOutcome::Unreachable { words } if words.contains("no/such"))
        );
        assert!(matches!(fetch(&f, "origin"), FetchOutcome::Unreachable { .. }));
        for bad in ["--upload-pack=touch x", "ext::sh -c x", "git://localhost/x"] {
            assert!(
                matches!(
                    f.repo.fetch(bad, SPEC, &RemoteOptions::default()),
                    Err(Error::Invalid { .. })
                ),
                "{bad}"
            );
        }
        f.git(&["config", "remote.evil.url", "ext::sh -c 'touch /tmp/x'"]);
        assert!(matches!(
            f.repo.fetch("evil", SPEC, &RemoteOptions::default()),
            Err(Error::Invalid { .. })
        ));
    }

    #[test]
    fn a_remote_that_hangs_is_given_up() {
        let f = Fixture::new();
        f.git(&["config", "core.sshCommand", "sh -c 'sleep 1000' --"]);
        f.git(&["config", "ssh.variant", "ssh"]);
        let started = Instant::now();
        let options = RemoteOptions {
            timeout: Duration::from_millis(500),
            ..RemoteOptions::default()
        };
        assert_eq!(
            f.repo.fetch("ssh://localhost/x", SPEC, &options).unwrap(),
            FetchOutcome::TimedOut
        );
        assert!(started.elapsed() < Duration::from_secs(4));
        let started = Instant::now();
        f.git(&["config", "oneonone.timeout", "1"]);
        assert_eq!(fetch(&f, "ssh://localhost/x"), FetchOutcome::TimedOut);
        let took = started.elapsed().as_secs();
        assert!((1..5).contains(&took), "{took} s");
        for setting in ["0", "56", "soon", ""] {
            f.git(&["config", "oneonone.timeout", setting]);
            let refused = f.repo.fetch("ssh://localhost/x", SPEC, &RemoteOptions::default());
            let words = refused.unwrap_err().to_string();
            assert!(words.contains("from 1 to 55"), "{words}");
        }
        f.git(&["config", "--unset", "oneonone.timeout"]);
        f.git(&[
            "config",
            "core.sshCommand",
            "sh -c 'echo \"me@x: Permission denied (publickey).\" >&2; exit 255' --",
        ]);
        assert!(matches!(
            fetch(&f, "ssh://localhost/x"),
            FetchOutcome::Denied { .. }
        ));
        f.git(&[
            "config",
            "core.sshCommand",
            "sh -c 'echo \"ssh: connect to host x: Connection refused\" >&2; exit 255' --",
        ]);
        assert!(matches!(
            fetch(&f, "ssh://localhost/x"),
            FetchOutcome::Unreachable { .. }
        ));
    }

    #[test]
    fn unsound_objects_stay_out() {
        let f = Fixture::new();
        let bare = f.bare("remote.git");
        let tree = f.git(&["mktree", "--missing"]);
        let text = format!("tree {tree}\nauthor A <a> 1 +0000\ncommitter A <a> x +0000\n\nbad\n");
        let bad = f.git_stdin(
            &["hash-object", "-t", "commit", "--literally", "-w", "--stdin"],
            &text,
        );
        f.git(&["update-ref", "refs/heads/main", &bad]);
        f.git(&["push", "-q", &bare, "main"]);
        let other = Fixture::new();
        match other.repo.fetch(&bare, SPEC, &RemoteOptions::default()) {
            Err(Error::UnsoundObject { object, fault, .. }) => {
                assert_eq!((object, fault.as_str()), (bad, "badDate"));
            }
            outcome => panic!("{outcome:?}"),
        }
        assert_eq!(other.repo.reference("refs/oneonone/fetched").unwrap(), None);
    }
}
