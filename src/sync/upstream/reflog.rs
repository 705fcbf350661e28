//! Git's log of a reference (`git reflog`): whether a move made a commit here, or brought commits that were made elsewhere.

use std::collections::BTreeSet;

use crate::git::{CommitId, LogEntry, Repository};

/// How a reference came to a commit, by the words in its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sync) enum Moved {
    /// Plain Git committed or merged here. Other parents of a merge were brought.
    Committed,
    /// This program moved it.
    Ours,
    /// Plain Git made the commit here as a copy of another (`rebase`, `cherry-pick`, `am`), whose author may be
    /// somebody else.
    Copied,
    /// Plain Git moved it to a commit that was there before.
    Brought,
    /// Another program moved it, or it says nothing.
    Unknown,
}

impl Moved {
    /// By the words that Git writes.
    pub(in crate::sync) fn of(why: &str) -> Self {
        const BROUGHT: [&str; 9] = [
            "pull", "merge", "reset", "checkout", "rebase", "clone", "fetch", "branch", "initial",
        ];
        const COPIED: [&str; 3] = ["cherry-pick", "am", "commit (amend)"];
        const STEPS: [&str; 7] = [
            "(pick)",
            "(reword)",
            "(edit)",
            "(squash)",
            "(fixup)",
            "(continue)",
            "(merge)",
        ];
        let (command, rest) = why.split_once(": ").unwrap_or((why, ""));
        let first = command.split(' ').next().unwrap_or_default().to_lowercase();
        if first == "oneonone" || why.starts_with("oneonone") {
            Self::Ours
        } else if COPIED.iter().any(|words| command.starts_with(words)) {
            Self::Copied
        } else if ["commit", "revert"].contains(&first.as_str()) {
            Self::Committed
        } else if BROUGHT.contains(&first.as_str()) {
            let is_step = STEPS.iter().any(|step| command.ends_with(step));
            match is_step {
                _ if rest.starts_with("Merge made by") => Self::Committed,
                true => Self::Copied,
                false => Self::Brought,
            }
        } else {
            Self::Unknown
        }
    }

    /// Whether the commit that it moved to was made here.
    fn makes(self) -> bool {
        matches!(self, Self::Committed | Self::Ours)
    }
}

/// The commits that were made here, as new ones or as copies, by the log of HEAD.
pub(in crate::sync) fn made_here(repo: &Repository) -> BTreeSet<CommitId> {
    let log = repo.reference_log("HEAD").into_iter();
    let made = log.filter(|entry| {
        let moved = Moved::of(&entry.why);
        moved.makes() || moved == Moved::Copied
    });
    made.map(|entry| entry.commit).collect()
}

/// Whether a commit was made here, by the log of HEAD.
pub(in crate::sync) fn was_made_here(repo: &Repository, commit: CommitId) -> bool {
    let makes = |entry: &LogEntry| entry.commit == commit && Moved::of(&entry.why).makes();
    repo.reference_log("HEAD").iter().any(makes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_git_say_who_made_a_commit() {
        for (why, moved) in [
            ("commit: words", Moved::Committed),
            ("commit (initial): words", Moved::Committed),
            ("commit (merge): Merge branch 'x'", Moved::Committed),
            ("commit: (pick) and pull: it", Moved::Committed),
            ("commit (amend): words", Moved::Copied),
            ("revert: Revert \"x\"", Moved::Committed),
            ("oneonone", Moved::Ours),
            ("oneonone: seen at the remote", Moved::Ours),
            ("cherry-pick: words", Moved::Copied),
            ("am: words", Moved::Copied),
            ("pull -q --rebase (pick): words", Moved::Copied),
            ("rebase (continue): words", Moved::Copied),
            (
                "pull --no-rebase: Merge made by the 'ort' strategy.",
                Moved::Committed,
            ),
            (
                "merge leaked: Merge made by the 'ort' strategy.",
                Moved::Committed,
            ),
            ("pull -q --rebase: Fast-forward", Moved::Brought),
            ("pull --rebase (start): checkout 1234", Moved::Brought),
            ("rebase (finish): returning to refs/heads/main", Moved::Brought),
            ("merge leaked: Fast-forward", Moved::Brought),
            ("reset: moving to FETCH_HEAD", Moved::Brought),
            ("checkout: moving from main to x", Moved::Brought),
            ("branch: Created from origin/x", Moved::Brought),
            ("Branch: renamed refs/heads/a to refs/heads/b", Moved::Brought),
            ("clone: from /there", Moved::Brought),
            ("fetch origin main:x: fast-forward", Moved::Brought),
            ("", Moved::Unknown),
            ("export from jj", Moved::Unknown),
        ] {
            assert_eq!(Moved::of(why), moved, "{why}");
        }
    }
}
