//! Where a push to a remote goes: Git may know several addresses, and other ones than it fetches from.

use super::address::{PushAddress, addresses};
use super::{Error, PublicAddress, Repository};

/// One push.
#[derive(Clone, PartialEq, Eq)]
pub struct PushTarget {
    /// The address that it goes to.
    pub address: PublicAddress,
    pub(super) to: SpelledTarget,
}

/// How `git push` is told an address.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum SpelledTarget {
    /// By the name of the remote, whose only address it is: so the remote keeps its other settings.
    Named(String),
    /// One of several addresses of a remote.
    OneOf(PushAddress),
}

/// The addresses that a push to a remote goes to.
#[derive(Clone, PartialEq, Eq)]
pub struct PushTargets {
    /// One push for each address. The one that is read stands first.
    pub targets: Vec<PushTarget>,
    /// The address that a fetch reads.
    pub(super) read: String,
    /// Whether the first target is the address that a fetch reads.
    pub reads_first: bool,
}

impl PushTarget {
    /// Whether its address stands under `pushurl`, for pushes alone. A remote with one address for everything needs not say.
    #[must_use]
    pub fn is_push_url(&self) -> bool {
        matches!(&self.to, SpelledTarget::OneOf(to) if to.is_push_url)
    }
}

impl PushTargets {
    /// Whether the address that a fetch reads is the one that `git` said to have pushed to. `git` leaves the login out.
    #[must_use]
    pub fn is_read(&self, pushed_to: &[String]) -> bool {
        self.reads_first && matches!(pushed_to, [only] if *only == without_login(&self.read))
    }
}

impl Repository {
    /// Where a push to a remote (its name or address) goes: `pushurl`, `insteadOf` and `pushInsteadOf` as Git reads them.
    /// `remote.pushDefault` and `branch.NAME.pushRemote` play no part: nobody reads there.
    ///
    /// # Errors
    /// When the configuration cannot be read.
    pub fn push_targets(&self, remote: &str) -> Result<PushTargets, Error> {
        let found = addresses(self, remote)?;
        let is_read = |to: &PushAddress| to.url == found.read;
        let (mut ordered, others): (Vec<_>, Vec<_>) = found.push.into_iter().partition(is_read);
        ordered.truncate(1);
        let reads_first = !ordered.is_empty();
        for to in others {
            if !ordered.iter().any(|known| known.url == to.url) {
                ordered.push(to);
            }
        }
        let is_only = ordered.len() == 1;
        let target = |to: PushAddress| PushTarget {
            address: PublicAddress::of(&to.url),
            to: match is_only {
                true => SpelledTarget::Named(remote.to_owned()),
                false => SpelledTarget::OneOf(to),
            },
        };
        Ok(PushTargets {
            targets: ordered.into_iter().map(target).collect(),
            read: found.read,
            reads_first,
        })
    }
}

/// An address as `git` prints it after a push: without the login.
fn without_login(address: &str) -> String {
    let Some((before, after)) = address.split_once('@') else {
        return address.to_owned();
    };
    match before.split_once("://") {
        Some(("file", _)) => address.to_owned(),
        Some((scheme, login)) if !login.contains('/') => format!("{scheme}://{after}"),
        // `me@host:path`; a slash before the colon makes it a path.
        None if !before.contains(['/', ':']) && after.contains(':') => after.to_owned(),
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::Fixture;
    use super::{SpelledTarget, without_login};

    fn told(to: SpelledTarget) -> String {
        match to {
            SpelledTarget::Named(name) => name,
            SpelledTarget::OneOf(to) => to.url,
        }
    }

    #[test]
    fn the_address_that_git_names_has_no_login() {
        for (address, named) in [
            ("https://me:pw@h/p", "https://h/p"),
            ("ssh://me@h:22/p@q", "ssh://h:22/p@q"),
            ("me@h:p", "h:p"),
            ("h:p@q", "h:p@q"),
            ("/a@b:c", "/a@b:c"),
            ("https://h/p@q", "https://h/p@q"),
            ("file:///a@b", "file:///a@b"),
        ] {
            assert_eq!(without_login(address), named);
        }
    }

    #[test]
    fn a_push_goes_first_where_a_fetch_reads() {
        let f = Fixture::new();
        let of = |remote: &str| {
            let found = f.repo.push_targets(remote).unwrap();
            let targets: Vec<String> = found.targets.into_iter().map(|to| told(to.to)).collect();
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
