//! Undelivered work, by the reason.

use crate::sync::Delivery;

use super::{Exit, Failure};
use crate::cli::Hint;

/// Why nobody was asked.
pub(super) fn protocol_refused(protocol: &str) -> String {
    format!(
        "git may not use the protocol {protocol} here (GIT_ALLOW_PROTOCOL, protocol.allow, protocol.{protocol}.allow)"
    )
}

/// Why work is not on the remote; it is saved here.
pub(in crate::cli) fn undelivered(delivery: &Delivery) -> Failure {
    let saved = "your work is saved here, and goes with the next sync";
    let again = |why: &str| Hint::ours(["sync"]).why(why);
    let failure = |what: &str| Failure::new(Exit::Undelivered, format!("not delivered: {what}"));
    match delivery {
        Delivery::Delivered | Delivery::Pending => failure("nothing was wrong"),
        Delivery::NoRemote => failure("this pair has no remote")
            .cause(saved)
            .hint(Hint::ours(["sync", "--remote", "URL"]).why("give it one")),
        Delivery::Offline => failure("--offline was given").cause(saved),
        Delivery::Unreachable { words } => failure("the remote was not reached")
            .cause(words.clone())
            .cause(saved)
            .hint(Hint::in_clone(["git", "remote", "-v"]).why("see its address"))
            .hint(again("sync again, when it can be reached")),
        Delivery::ProtocolRefused { protocol } => {
            failure(&format!("this clone refuses the protocol of the remote, {protocol}"))
                .cause(protocol_refused(protocol))
                .cause(saved)
                .hint(
                    Hint::in_clone(["git", "config", "--show-origin", "--get-regexp", "protocol"])
                        .why("see which setting says so, if it is none of the environment"),
                )
                .hint(Hint::in_clone(["git", "remote", "-v"]).why("see the address"))
        }
        Delivery::Denied { words } => failure("the remote refused")
            .cause(words.clone())
            .cause(saved)
            .hint(again("sync again, when that is mended")),
        Delivery::CutOff { words } => failure("the connection broke off")
            .cause(words.clone())
            .cause(saved)
            .hint(again("sync again")),
        Delivery::Elsewhere { to } => failure(&format!("it went to {to}, and what is fetched does not have it"))
            .cause("plain git pushes there (pushurl or pushInsteadOf); the other member reads what this clone fetches")
            .cause(saved)
            .hint(
                Hint::in_clone(["git", "config", "--show-origin", "--get-regexp", "pushurl|pushinsteadof"])
                    .why("see which setting sends it there, and remove it"),
            )
            .hint(Hint::in_clone(["git", "remote", "-v"]).why("see the addresses"))
            .hint(again("or bring it over there by other means, and sync again")),
        Delivery::TimedOut => failure("the remote did not answer in time")
            .cause(saved)
            .hint(again("sync again, later")),
        Delivery::Outraced => failure("others pushed first, every time")
            .cause(saved)
            .hint(again("sync again")),
    }
}
