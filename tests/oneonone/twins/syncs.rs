//! Syncs of both sides, with the same trouble on the way.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use oneonone::sync::{ExchangeOptions, SyncError, SyncNote, SyncOptions, SyncReport, UpstreamError, sync};

use super::place::{ANA, LAPTOP, SAM, Twins};
use crate::simulator::sync::{Fault, Outcome};

impl Twins {
    /// A sync of both sides, with the same trouble on the way. Their answers are compared; Git's is given.
    pub(super) fn sync_with(&mut self, who: usize, fault: Fault, accept: bool) -> Option<SyncReport> {
        self.turn();
        let (git, outcome) = self.both_sync(who, fault, accept);
        let outcome = outcome.unwrap();
        let report = match git {
            Err(SyncError::Rewritten { .. }) => {
                assert_eq!(outcome, Outcome::Rewritten);
                None
            }
            Err(SyncError::Upstream(UpstreamError::Unrelated { .. })) => {
                assert_eq!(outcome, Outcome::Unrelated);
                None
            }
            git => {
                let report = git.unwrap();
                let here = self.memory.exchanged.take().unwrap();
                let delivery = std::mem::discriminant(&here.delivery);
                assert_eq!(
                    std::mem::discriminant(&report.delivery),
                    delivery,
                    "{:?}",
                    report.delivery
                );
                assert_eq!(
                    (report.merged, report.outgoing, report.attempts),
                    (here.merged, here.outgoing, here.attempts)
                );
                let said = self.memory.said.iter().chain(&here.notes);
                assert_eq!(kinds(report.notes.iter()), kinds(said));
                Some(report)
            }
        };
        self.compare(who);
        report
    }

    pub(super) fn sync(&mut self, who: usize) -> SyncReport {
        self.sync_with(who, Fault::None, false).unwrap()
    }

    /// A sync that stops with an error on both sides, and changes nothing on either.
    pub(super) fn sync_fails(&mut self, who: usize, git: &str, memory: &str) {
        self.turn();
        let (there, here) = self.both_sync(who, Fault::None, false);
        let (there, here) = (there.unwrap_err(), here.unwrap_err());
        let problems = match &there {
            SyncError::Problems(problems) => format!("{problems:?}"),
            other => other.to_string(),
        };
        assert!(problems.contains(git), "{problems}");
        assert!(here.contains(memory), "{here}");
    }

    fn both_sync(
        &mut self,
        who: usize,
        fault: Fault,
        accept: bool,
    ) -> (Result<SyncReport, SyncError>, Result<Outcome, String>) {
        let remote = self.place.path("remote.git");
        let aside = self.place.path("gone.git");
        if fault == Fault::NotReached {
            fs::rename(&remote, &aside).unwrap();
        }
        for (hook, script) in self.hooks(fault) {
            let path = remote.join("hooks").join(hook);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let options = SyncOptions {
            exchange: ExchangeOptions {
                accept_rewrite: accept,
                ..ExchangeOptions::default()
            },
            ..SyncOptions::default()
        };
        let git = self
            .open(who)
            .and_then(|mut workspace| sync(&mut workspace, &options));
        if aside.exists() {
            fs::rename(&aside, &remote).unwrap();
        }
        for hook in ["pre-receive", "reference-transaction"] {
            let _ = fs::remove_file(remote.join("hooks").join(hook));
        }
        (git, self.memory.sync(who, fault, accept))
    }

    /// The hooks of the remote that make a trouble.
    fn hooks(&self, fault: Fault) -> Vec<(&'static str, String)> {
        let (remote, aside) = (self.place.path("remote.git"), self.place.path("gone.git"));
        let (remote, aside) = (remote.display(), aside.display());
        match fault {
            // The rival's own push must not meet the hook again.
            Fault::Race(rival) => {
                let person = self.person(rival);
                let script = format!(
                    "rm '{remote}/hooks/pre-receive'; cd '{}' && exec env -i PATH=\"$PATH\" HOME='{}' \
                     ONEONONE_NOW='{}' GIT_CONFIG_NOSYSTEM=1 '{}' sync >/dev/null 2>&1",
                    person.cwd.display(),
                    person.home.display(),
                    person.now,
                    env!("CARGO_BIN_EXE_oneonone"),
                );
                vec![("pre-receive", script)]
            }
            Fault::Refused => vec![("pre-receive", "exit 1".to_owned())],
            Fault::NotArrived => vec![("pre-receive", "kill -9 $PPID".to_owned())],
            Fault::LostAnswer { looks } => {
                let gone = if looks {
                    String::new()
                } else {
                    format!("mv '{remote}' '{aside}'; ")
                };
                let script = format!("[ \"$1\" != committed ] || {{ {gone}kill -9 $PPID; }}");
                vec![("reference-transaction", script)]
            }
            _ => Vec::new(),
        }
    }

    /// Everybody has the same in the end, on both sides, and no step is left.
    pub(super) fn rest(&mut self) {
        for who in [ANA, SAM, LAPTOP, ANA, SAM, LAPTOP] {
            self.sync(who);
        }
        let last = self.sync(ANA);
        assert_eq!(
            (last.incoming.is_empty(), last.outgoing.is_empty(), last.merged),
            (true, true, false)
        );
        for who in [ANA, SAM, LAPTOP] {
            assert!(self.note(who).is_none());
            assert_eq!(self.people[who].git(["status", "--porcelain"]).ok().out, "");
            assert_eq!(self.memory.clones[who].head, self.memory.remote);
        }
    }
}

/// The kinds of the notes that both sides give.
pub(super) fn kinds<'a>(notes: impl Iterator<Item = &'a SyncNote>) -> Vec<&'static str> {
    let mut kinds: Vec<&str> = notes
        .filter_map(|note| match note {
            SyncNote::Kept(_) => Some("kept"),
            SyncNote::Deduplicated(_) => Some("undoubled"),
            SyncNote::SplitOff { .. } => Some("split off"),
            SyncNote::EditedAfterRead(_) => Some("edited meanwhile"),
            _ => None,
        })
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}
