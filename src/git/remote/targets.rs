//! Where a push to a remote goes: Git may know several addresses, and other ones than it fetches from.

use super::address::resolve;
use super::{Error, Repository, public_address};

/// One push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushTarget {
    /// The name or the address that is given to `git push`.
    pub target: String,
    /// The address that it goes to, without a password.
    pub address: String,
}

/// The addresses that a push to a remote goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushTargets {
    /// One push for each address. The one that is read stands first.
    pub targets: Vec<PushTarget>,
    /// Whether the first one is the address that a fetch reads.
    pub reads_first: bool,
}

impl Repository {
    /// Where a push to a remote (its name or address) goes: `pushurl`, `insteadOf` and `pushInsteadOf` as Git reads them.
    /// `remote.pushDefault` and `branch.NAME.pushRemote` play no part: nobody reads there.
    ///
    /// # Errors
    /// When the configuration cannot be read.
    pub fn push_targets(&self, remote: &str) -> Result<PushTargets, Error> {
        let read = resolve(Some(self), remote, false);
        let own = self.addresses(remote, "pushurl")?;
        // An address of `pushurl` is no matter of `pushInsteadOf`.
        let by_push_rules = own.is_empty();
        let addresses = match by_push_rules {
            true => self.addresses(remote, "url")?,
            false => own,
        };
        if addresses.len() < 2 {
            // By its name the remote keeps its other settings.
            let address = resolve(Some(self), remote, true);
            let reads_first = address == read;
            let (target, address) = (remote.to_owned(), public_address(&address));
            let targets = vec![PushTarget { target, address }];
            return Ok(PushTargets { targets, reads_first });
        }
        let is_read = |address: &String| resolve(Some(self), address, by_push_rules) == read;
        let (mut ordered, others): (Vec<String>, Vec<String>) = addresses.into_iter().partition(is_read);
        ordered.truncate(1);
        let reads_first = !ordered.is_empty();
        for address in others {
            if !ordered.contains(&address) {
                ordered.push(address);
            }
        }
        let target = |target: String| PushTarget {
            address: public_address(&target),
            target,
        };
        let targets = ordered.into_iter().map(target).collect();
        Ok(PushTargets { targets, reads_first })
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::Fixture;

    #[test]
    fn a_push_goes_first_where_a_fetch_reads() {
        let f = Fixture::new();
        let of = |remote: &str| {
            let found = f.repo.push_targets(remote).unwrap();
            let targets: Vec<String> = found.targets.into_iter().map(|to| to.target).collect();
            (targets.join(" "), found.reads_first)
        };
        let is = |targets: &str, reads_first| (targets.to_owned(), reads_first);
        f.repo.set_remote("origin", "/srv/a.git").unwrap();
        assert_eq!(of("origin"), is("origin", true));
        assert_eq!(of("/srv/x.git"), is("/srv/x.git", true));
        f.git(&["config", "remote.origin.pushurl", "/srv/b.git"]);
        assert_eq!(of("origin"), is("origin", false));
        f.git(&["config", "--add", "remote.origin.pushurl", "/srv/a.git"]);
        assert_eq!(of("origin"), is("/srv/a.git /srv/b.git", true));
        f.git(&[
            "config",
            "--replace-all",
            "remote.origin.pushurl",
            "/srv/c.git",
            "a.git",
        ]);
        assert_eq!(of("origin"), is("/srv/b.git /srv/c.git", false));
        f.git(&["config", "--unset-all", "remote.origin.pushurl"]);
        f.git(&["config", "url.ssh://h/.pushInsteadOf", "/srv/"]);
        assert_eq!(of("origin"), is("origin", false));
        f.git(&["config", "--unset-all", "url.ssh://h/.pushInsteadOf"]);
        f.git(&["config", "--add", "remote.origin.url", "/srv/d.git"]);
        assert_eq!(of("origin"), is("/srv/a.git /srv/d.git", true));
    }
}
