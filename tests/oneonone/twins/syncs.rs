//! Syncs of both sides, with the same trouble on the way.

use std::fs;

use oneonone::git::CommitId;
use oneonone::sync::replica::Replica;
use oneonone::sync::{
    BranchChoice, Delivery, ExchangeOptions, OnRewrite, SyncError, SyncNote, SyncOptions, SyncReport,
    UpstreamError, sync,
};

use super::place::{ANA, LAPTOP, SAM, Twins};
use crate::simulator::sync::{Fault, Outcome};

impl Twins {
    /// A sync of both sides, with the same trouble on the way. Their answers are compared; Git's is given.
    pub(super) fn sync_with(&mut self, who: usize, fault: Fault, answer: OnRewrite) -> Option<SyncReport> {
        self.turn();
        let (git, instead, outcome) = self.both_sync(who, fault, answer);
        let outcome = outcome.unwrap();
        self.compare(who);
        let asked = self.memory.asked.take();
        match (&git, &asked) {
            (Err(SyncError::Rewritten(git)), Some(SyncError::Rewritten(memory))) => {
                self.same_question(git, memory);
                let instead_here = self.memory.instead;
                self.with_eyes(who, |same, eyes| same.maybe(eyes, instead, instead_here));
            }
            (Err(SyncError::LocalRewrite(git)), Some(SyncError::LocalRewrite(memory))) => {
                self.same_rewrite(git, memory);
            }
            (Err(SyncError::Upstream(UpstreamError::Unrelated { .. })), Some(SyncError::Unrelated)) => {}
            (Ok(report), None) => self.same_report(report, outcome),
            (git, memory) => panic!("{git:?} and {memory:?}"),
        }
        self.memory.asked = asked;
        git.ok()
    }

    /// Both sides report the same of a sync that came to its end.
    fn same_report(&mut self, report: &SyncReport, outcome: Outcome) {
        let here = self.memory.exchanged.take().unwrap();
        assert_eq!(
            outcome == Outcome::Delivered,
            here.delivery == Delivery::Delivered
        );
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
    }

    pub(super) fn sync(&mut self, who: usize) -> SyncReport {
        self.sync_with(who, Fault::None, OnRewrite::Ask).unwrap()
    }

    /// A sync that stops with an error on both sides, and changes nothing on either.
    pub(super) fn sync_fails(&mut self, who: usize, git: &str, memory: &str) {
        self.turn();
        let (there, _, here) = self.both_sync(who, Fault::None, OnRewrite::Ask);
        let (there, here) = (there.unwrap_err(), here.unwrap_err());
        let problems = match &there {
            SyncError::Problems(problems) => format!("{problems:?}"),
            other => other.to_string(),
        };
        assert!(problems.contains(git), "{problems}");
        assert!(here.contains(memory), "{here}");
    }

    /// The answers of both sides, with the branch that Git found instead of one that is not there.
    fn both_sync(
        &mut self,
        who: usize,
        fault: Fault,
        answer: OnRewrite,
    ) -> (
        Result<SyncReport, SyncError>,
        Option<CommitId>,
        Result<Outcome, String>,
    ) {
        let remote = self.place.path("remote.git");
        let aside = self.place.path("gone.git");
        if fault == Fault::NotReached {
            fs::rename(&remote, &aside).unwrap();
        }
        for (hook, script) in self.hooks(fault) {
            self.place.hook("remote.git", hook, &script);
        }
        let options = SyncOptions {
            exchange: ExchangeOptions {
                on_rewrite: answer,
                ..ExchangeOptions::default()
            },
            branch: match fault {
                Fault::NoBranch => BranchChoice::Named("other".to_owned()),
                _ => BranchChoice::Remembered,
            },
            ..SyncOptions::default()
        };
        let mut instead = None;
        let git = self.open(who).and_then(|mut workspace| {
            let done = sync(&mut workspace, &options);
            instead = workspace.instead()?;
            done
        });
        if aside.exists() {
            fs::rename(&aside, &remote).unwrap();
        }
        for hook in ["pre-receive", "reference-transaction"] {
            let _ = fs::remove_file(remote.join("hooks").join(hook));
        }
        (git, instead, self.memory.sync(who, fault, answer))
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

/// The kinds of the notes that both sides give, with what they count.
pub(super) fn kinds<'a>(notes: impl Iterator<Item = &'a SyncNote>) -> Vec<String> {
    let mut kinds: Vec<String> = notes
        .filter_map(|note| match note {
            SyncNote::Kept(_) => Some("kept".to_owned()),
            SyncNote::Deduplicated(_) => Some("undoubled".to_owned()),
            SyncNote::SplitOff { .. } => Some("split off".to_owned()),
            SyncNote::EditedAfterRead(_) => Some("edited meanwhile".to_owned()),
            SyncNote::RewrittenHere => Some("rewritten here".to_owned()),
            SyncNote::RewriteUndone(count) => Some(format!("{count} go back")),
            SyncNote::SentFromElsewhere(count) => Some(format!("{count} made elsewhere")),
            SyncNote::SentCameBack(count) => Some(format!("{count} came back")),
            _ => None,
        })
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}
