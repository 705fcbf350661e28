//! Errors of the layer `app` about the place of a pair: its folder, its remote, its seats.

use crate::app::{AppError, KnownPartner};
use crate::git::PublicAddress;
use crate::sync::Delivery;

use super::delivery::protocol_refused;
use super::seal::own_seat;
use super::{Exit, Failure, undelivered};
use crate::cli::Hint;

/// The errors about places.
pub(super) fn of_place(e: &AppError, failed: Failure, usage: Failure) -> Failure {
    let join = |url: &str| Hint::run(["oneonone", "join", url]);
    match e {
        AppError::Backwards { .. } => usage.hint("give an earlier --since, or a later --until"),
        AppError::UnknownPair { known, .. } => usage
            .causes(lines(known))
            .hint(Hint::run(["oneonone", "pairs"]).why("list them"))
            .hint(Hint::run(["oneonone", "pairs", "add", "DIR"]).why("make one known")),
        AppError::NoPairKnown => usage
            .hint(Hint::init().why("make one; --as says which seat is yours"))
            .hint(join("URL").why("join one"))
            .hint(Hint::run(["oneonone", "demo"]).why("try everything on a made-up one")),
        AppError::WhichPair { pairs, .. } => {
            let first = pairs.first().map_or("NAME", |pair| &pair.known.name);
            usage.causes(lines(pairs)).hint(format!(
                "name it as the first argument, such as @{first}, or run the command in its folder"
            ))
        }
        AppError::NotTopOfRepository { repository, .. } => {
            let why = match repository {
                Some(top) => format!(
                    "a pair is a repository of its own, and these lie in another one: {}",
                    top.display()
                ),
                None => "a pair is a repository of its own, and these lie in none".to_owned(),
            };
            Failure::of(Exit::Usage, e)
                .cause(why)
                .cause("nothing was written, here or to another pair")
                .hint(join("URL").why("clone the pair into a folder of its own"))
                .hint(
                    Hint::ours(["agenda"])
                        .about("NAME")
                        .why("or name the pair that you mean"),
                )
        }
        AppError::OtherPairAt { name, dir } => Failure::of(Exit::Decide, e)
            .cause("nothing was sealed, written or pinned for it; its keys need not be those of the other member")
            .hint("ask the other member whether they made a new pair")
            .hint(
                Hint::run(["oneonone", "pairs", "forget", name])
                    .why("if they did, take the new one in the place of the old one")
                    .then(Hint::run(["oneonone", "pairs", "add", &dir.display().to_string()])),
            ),
        AppError::KnownForAnother { name, .. } => known_for_another(Failure::of(Exit::Decide, e), name),
        AppError::NoRepository(_) => failed.hint(join("URL").why("clone a pair, which makes it known")),
        AppError::NoIndex => failed
            .cause("a folder that only GIT_DIR or --git-dir makes one is not handled")
            .hint(
                Hint::ours(["check", "--staged"])
                    .about("NAME")
                    .why("check a pair by its name"),
            )
            .hint(Hint::run(["oneonone", "pairs"]).why("list the pairs")),
        AppError::BadName(_) | AppError::OfflineRemote(_) | AppError::OfflineJoin => usage,
        AppError::RemoteNotEmpty(url) => Failure::of(Exit::Decide, e)
            .cause("nothing was made")
            .hint(join(url.as_str()).why("if it is a pair's, join it"))
            .hint("else make an empty one"),
        AppError::NotListed { url, why } => unreached(e, why, "nothing was made but your key", url),
        AppError::NotCloned { url, why } => unreached(e, why, "nothing was left here", url),
        AppError::NotOffered { name, url, why } => undelivered(why)
            .about(name)
            .hint(join(url.as_str()).why("then send this line to them")),
        AppError::NoPairAt(_) => failed
            .hint("ask for the address that was printed when the pair was made")
            .hint(Hint::init().why("or make a pair")),
        // There is no clone in which a sync could go on.
        AppError::SeatNotTaken { url, why } => Failure::of(Exit::Undelivered, e)
            .causes(words_of(why))
            .cause("no seat was taken, and nothing was left here")
            .hint(join(url.as_str()).why("join again, when that is mended")),
        AppError::HasRemote { name, new, .. } => {
            usage.hint(Hint::in_clone(["git", "remote", "set-url", name, new.as_str()]).why("change it"))
        }
        e => of_seat(e, failed),
    }
}

/// The errors about seats and their keys.
fn of_seat(e: &AppError, failed: Failure) -> Failure {
    let of_key = Failure::of(Exit::Key, e);
    match e {
        AppError::SeatsTaken([manager, report]) => of_key
            .cause(format!(
                "{manager} and {report} sit there, and none of your keys is theirs"
            ))
            .hint("if one of them is you: copy the identity file of your other machine here, and join again"),
        AppError::SeatEmptied(name) => of_key
            .cause(format!("{name} sat there before: somebody removed the keys"))
            .hint(Hint::ask_to_refuse(name))
            .hint("or put back the pair.toml of an earlier commit, in a clone of the pair"),
        AppError::OwnSeat { change } => {
            let failure = of_key.cause("key trust is for the other member's keys alone");
            match change {
                Some(_) => own_seat(failure),
                None => failure.hint(Hint::ask_to_refuse("the other member")),
            }
        }
        AppError::SeatNotFound => of_key.hint(
            Hint::in_clone(["git", "log", "-p", "pair.toml"])
                .why("put back the pair.toml of an earlier commit"),
        ),
        AppError::KeysChanged => of_key,
        _ => failed,
    }
}

/// The failure of an error. If the folder is taken, `command` names another one.
pub(in crate::cli) fn with_folder(e: AppError, command: &[&str]) -> Failure {
    let is_taken = matches!(e, AppError::FolderTaken(_));
    let failure = Failure::from(e);
    if is_taken {
        let command = ["oneonone"].into_iter().chain(command.iter().copied());
        failure.hint(Hint::run(command).why("name another folder"))
    } else {
        failure
    }
}

/// A pair a line: its name, the other member, the folder.
fn lines(pairs: &[KnownPartner]) -> Vec<String> {
    let who = |pair: &KnownPartner| match &pair.partner {
        Some(partner) => format!("{}, {}", partner.name, partner.relation),
        None => String::new(),
    };
    let width = pairs.iter().map(|pair| who(pair).chars().count()).max();
    let line = |pair: &KnownPartner| {
        let (name, who, dir) = (&pair.known.name, who(pair), pair.known.dir.display());
        format!("{name:<12} {who:<0$}  {dir}", width.unwrap_or(0))
    };
    pairs.iter().map(line).collect()
}

/// A remote that did not answer, or refused.
fn unreached(e: &AppError, why: &Delivery, left: &str, url: &PublicAddress) -> Failure {
    let failure = Failure::of(Exit::Undelivered, e).causes(words_of(why));
    failure.cause(left).hint(Hint::reach(url.as_str()))
}

/// The words of Git or of the server.
fn words_of(why: &Delivery) -> Option<String> {
    match why {
        Delivery::Unreachable { words } | Delivery::Denied { words } | Delivery::CutOff { words } => {
            Some(words.clone())
        }
        Delivery::ProtocolRefused { protocol } => Some(protocol_refused(protocol)),
        _ => None,
    }
}

/// Another pair was to be put into a known folder.
fn known_for_another(failure: Failure, name: &str) -> Failure {
    failure
        .cause("nothing was made, sealed or pinned; its keys need not be those of the other member")
        .hint("ask the other member whether they made a new pair")
        .hint(
            Hint::run(["oneonone", "pairs", "forget", name])
                .why("if they did, let the old one go, and join again"),
        )
}
