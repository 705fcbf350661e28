//! Errors of the layer `sync`, and of `merge`, which it calls.

use crate::merge::MergeError;
use crate::model::{EntryId, PAIR_PATH, RecordPath, Visibility};
use crate::sync::{PairPlace, RefusedCommit, SyncError};

use super::rewritten::{rewritten, rewritten_here};
use super::{Exit, Failure, problems_failure};
use crate::cli::Hint;

impl From<SyncError> for Failure {
    fn from(e: SyncError) -> Self {
        match e {
            SyncError::Git(e) => e.into(),
            SyncError::Store(e) => e.into(),
            SyncError::Upstream(e) => e.into(),
            SyncError::Key(e) => e.into(),
            SyncError::PrivateFile(e) => e.into(),
            SyncError::Identity(e) => Failure::of(Exit::Key, &e),
            SyncError::Pins(e) => Failure::of(Exit::Key, &e),
            SyncError::Problems(problems) => problems_failure(problems),
            SyncError::CheckoutBegun(e) => Failure::from(*e)
                .with_words_saved()
                .cause("what you did is saved, and not all of it written yet: the next command completes it")
                .hint(Hint::ours(["sync"]).why("complete it with a sync; do not run this command again")),
            e => own(&e),
        }
    }
}

/// Another branch was checked out while a command was at work.
fn other_branch(failed: Failure, was: &str) -> Failure {
    failed
        .cause("nothing was written here; what a sync had sent already comes back with the next one there")
        .hint(
            Hint::in_clone(["git", "switch", was])
                .why("go back to the branch, if you mean that one, and sync")
                .then(Hint::ours(["sync"])),
        )
}

/// The errors of `sync` and `merge` themselves.
fn own(e: &SyncError) -> Failure {
    let with = |exit| Failure::of(exit, e);
    match e {
        SyncError::Open { .. } => with(Exit::Key),
        SyncError::NoPair => {
            with(Exit::Failed).hint(Hint::init().why("make a pair; --as says which seat is yours"))
        }
        SyncError::NoRecordsThere => with(Exit::Decide)
            .cause("nothing was changed, here or there; everything that was here is still here")
            .hint(Hint::ours(["sync", "--accept-rewrite"]).why("send everything that is here there again")),
        SyncError::PairLost { is_shallow } => pair_lost(with(Exit::Failed), *is_shallow),
        SyncError::NewerFormat { made_by, place, .. } => {
            newer_format(with(Exit::Failed), made_by.as_ref(), *place)
        }
        SyncError::Merge(MergeError::SeatTaken { .. }) | SyncError::SeatTaken(_) => {
            with(Exit::Key).hint("ask the other member which clone is the right one")
        }
        SyncError::Merge(MergeError::Unsound { .. }) | SyncError::NotRead(_) => with(Exit::Failed)
            .hint("both sides are as they were; please report this, it is a fault of oneonone"),
        SyncError::OtherBranch { was, .. } => other_branch(with(Exit::Failed), was),
        SyncError::OwnFault => with(Exit::Failed)
            .cause("nothing is lost: the next command in that pair finishes what was begun")
            .hint("please report this, with the words that stand above"),
        SyncError::PairReplaced => pair_replaced_here(with(Exit::Decide)),
        SyncError::OtherPairThere => pair_replaced(with(Exit::Decide))
            .hint("ask the other member for the address of this pair, or whether they made a new one"),
        SyncError::PairReplacedThere { made_by } => {
            pair_replaced(came_with(with(Exit::Decide), made_by.as_ref())).hint(
                Hint::ours(["restore", "pair.toml"])
                    .why("put the last good one back, as a new commit, and sync")
                    .then(Hint::ours(["sync"])),
            )
        }
        SyncError::NotAMember => with(Exit::Key).hint(
            Hint::run(["export", "ONEONONE_IDENTITY=FILE"]).why("use the identity file you joined with"),
        ),
        SyncError::NotTheAuthor { entry, by } => with(Exit::Key)
            .cause("it stands in clear, though it was to be sealed: everyone with a clone can read it")
            .hint(format!("ask {by} to edit {entry}, which seals it")),
        SyncError::Rewritten(question) => rewritten(with(Exit::Decide), question),
        SyncError::LocalRewrite(rewrite) => rewritten_here(with(Exit::Decide), rewrite),
        SyncError::BehindTakenHistory => with(Exit::Failed).cause(
            "the values of before would stand again, and one of them may have been taken out for good",
        ),
        SyncError::TooMuch { commit, .. } => with(Exit::Decide)
            .cause("your work is saved here; nothing was sent or taken in")
            .hint(
                Hint::in_clone(["git", "ls-tree", "-r", "--long", commit])
                    .why("see what is in it; whoever added it takes it out again, then sync"),
            ),
        SyncError::Unrelated => with(Exit::Decide).cause("nothing was changed, here or there"),
        SyncError::ClearSecret { commit, path } => in_clear(with(Exit::Decide), commit, path),
        SyncError::OpenedByHand {
            commit, path, entry, ..
        } => in_clear(with(Exit::Decide), commit, path).hint(
            Hint::ours(["share", "--seen", entry.as_str()])
                .why("or let everyone read it, if you shared it on another machine"),
        ),
        SyncError::WidenedByAnother {
            commit, path, is_new, ..
        } => widened(with(Exit::Decide), commit, path, *is_new),
        SyncError::Narrowing { entry, before } => narrowing(with(Exit::Failed), *entry, before.as_deref()),
        SyncError::WouldShow(_) => {
            with(Exit::Failed).cause("history keeps the text as it was; what is in the records now stays")
        }
        SyncError::BranchKeepsMoving => with(Exit::Failed).hint("end the other program, and try again"),
        // Told by the layer that each comes from.
        SyncError::Git(_)
        | SyncError::Store(_)
        | SyncError::Upstream(_)
        | SyncError::Key(_)
        | SyncError::PrivateFile(_)
        | SyncError::Identity(_)
        | SyncError::Pins(_)
        | SyncError::Seal { .. }
        | SyncError::Problems(_)
        | SyncError::CheckoutBegun(_) => with(Exit::Failed),
    }
}

/// No commit that this clone has holds the pair's own record.
fn pair_lost(failure: Failure, is_shallow: bool) -> Failure {
    let failure = failure.cause("nothing was changed; every other clone of the pair has it");
    let failure = match is_shallow {
        true => failure.hint(
            Hint::in_clone(["git", "fetch", "--unshallow"])
                .why("fetch the commits that this shallow clone lacks: one of them may have it"),
        ),
        false => failure,
    };
    failure.hint(
        Hint::in_clone(["git", "log", "--all", "--oneline", "--", PAIR_PATH])
            .why("find a commit that has it, on another branch or in the other member's clone, and take it from there")
            .then(Hint::in_clone(["git", "checkout", "COMMIT", "--", PAIR_PATH]))
            .then(Hint::in_clone(["git", "commit", "-m", "pair.toml again"])),
    )
}

/// The branch here is another pair's, or its `pair.toml` names another one.
fn pair_replaced_here(failure: Failure) -> Failure {
    pair_replaced(failure)
        .hint(Hint::ours(["restore", "pair.toml"]).why("put the last good one back, as a new commit"))
        .hint(
            Hint::in_clone(["git", "checkout", "-"])
                .why("or, if this branch is another pair's, go back to the one where you were"),
        )
}

/// Another pair's id was met.
fn pair_replaced(failure: Failure) -> Failure {
    failure.cause("nothing was sealed, written or pinned for it")
}

/// The commit that did it, with the name that this states.
fn came_with(failure: Failure, made_by: Option<&(String, String)>) -> Failure {
    match made_by {
        Some((commit, name)) => failure.cause(format!("it came with the commit {commit} of {:?}", name)),
        None => failure,
    }
}

/// A pair of a newer format: the way on with a newer program, and the way back if the number is a mistake.
fn newer_format(failure: Failure, made_by: Option<&(String, String)>, place: PairPlace) -> Failure {
    let failure = came_with(failure, made_by)
        .hint("upgrade oneonone: the other member may use a newer oneonone; reading still works");
    let mistake = "if nobody does, and the number is a mistake";
    match place {
        PairPlace::Remote => failure.hint(
            Hint::theirs(["restore", "pair.toml"])
                .why(format!("{mistake}, ask them to put the last good one back"))
                .then(Hint::theirs(["sync"])),
        ),
        PairPlace::History => failure.hint(
            Hint::ours(["restore", "pair.toml"])
                .why(format!("{mistake}: put the last good one back, as a new commit")),
        ),
        PairPlace::Folder => failure.hint(
            Hint::in_clone(["git", "checkout", "HEAD", "--", "pair.toml"])
                .why(format!("{mistake}: put the one of the branch back")),
        ),
    }
}

/// An entry cannot be hidden from people who could read it. `before` is the commit to go back to, if nobody else has a
/// later one.
fn narrowing(failure: Failure, entry: EntryId, before: Option<&str>) -> Failure {
    let failure = failure.cause("history keeps the text as it is: whoever could read it still can");
    match before {
        Some(before) => failure
            .cause("it has not left this machine: the commit itself can be taken back")
            .hint(Hint::in_clone(["git", "reset", "--keep", before]).why("take the commit back")),
        None => failure.hint(Hint::anew(&entry.to_string(), Visibility::Private)),
    }
}

/// The hint by which a branch goes back to the commit before a refused one.
fn way_back(commit: &RefusedCommit, remark: &str) -> Hint {
    match &commit.before {
        Some(before) => Hint::in_clone(["git", "reset", "--soft", before]).why(remark),
        None => Hint::in_clone(["git", "reflog"])
            .why(format!("{remark}: find the commit that stood there before"))
            .then(Hint::in_clone(["git", "reset", "--soft", "COMMIT"])),
    }
}

/// A text in clear that is to be sealed.
fn in_clear(failure: Failure, commit: &RefusedCommit, path: &str) -> Failure {
    let failure = failure.cause("it does not stand at the remote, and was not sent");
    failure.hint(match RecordPath::parse(path) {
        Some(_) => {
            way_back(commit, "take the commit back, and let a sync seal it").then(Hint::ours(["sync"]))
        }
        // Nobody reads the file, so nobody seals it.
        None => way_back(
            commit,
            "take the commit back; the file stays in the folder, and is no part of Git",
        )
        .then(Hint::git_on(&["rm", "-q", "--cached"], path)),
    })
}

/// Somebody else than its author widened an entry: the commit is taken back, and the file with it.
fn widened(failure: Failure, commit: &RefusedCommit, path: &str, is_new: bool) -> Failure {
    let back: &[&str] = match is_new {
        true => &["rm", "-f", "-q"],
        false => &["checkout", "HEAD"],
    };
    failure
        .cause("it does not stand at the remote, and was not sent")
        .cause("everything else in that file goes back too")
        .hint(
            way_back(commit, "take the commit back, and the file as it was before")
                .then(Hint::git_on(back, path))
                .then(Hint::ours(["sync"])),
        )
        .hint(
            Hint::in_clone(["git", "show", &format!("{}:{path}", commit.tip)])
                .why("see what else was written there, even after that"),
        )
}
