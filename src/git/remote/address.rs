//! Which host an address means, as Git reads it.

use super::{Repository, remote_host};

/// A host as ssh is told it: with the user before it, if the address names one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Host {
    pub(super) name: String,
    pub(super) port: Option<String>,
}

/// The address that Git would use for a remote's name or address: `insteadOf` is followed.
pub(super) fn resolve(repository: Option<&Repository>, remote: &str, pushing: bool) -> String {
    let keys: &[&str] = if pushing { &["pushurl", "url"] } else { &["url"] };
    let named = repository.and_then(|repository| {
        keys.iter()
            .find_map(|key| repository.addresses(remote, key).ok()?.into_iter().next())
    });
    let address = named.unwrap_or_else(|| remote.to_owned());
    let rewritten = repository.and_then(|repository| {
        let remote = repository.reader.remote_anonymous(&address).ok()?;
        let pushed = remote.pushurl().ok().flatten().filter(|_| pushing);
        pushed.or(remote.url().ok()).map(str::to_owned)
    });
    rewritten.unwrap_or(address)
}

/// Whether Git could run ssh for an address.
pub(super) fn may_be_ssh(address: &str) -> bool {
    match address.split_once("://") {
        Some((scheme, _)) => scheme.contains("ssh"),
        None => address
            .split_once(':')
            .is_some_and(|(host, _)| !host.contains('/')),
    }
}

/// The host of an ssh address; none of any other, and none where it is not certain what Git would make of it.
pub(super) fn ssh_host(address: &str) -> Option<Host> {
    let authority = remote_host(address)?;
    let (name, port) = match address.split_once("://") {
        Some(("ssh" | "git+ssh" | "ssh+git", _)) => split_port(authority),
        Some(_) => return None,
        None => (authority, None),
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '@' | ':');
    let bare = name.rsplit('@').next().unwrap_or_default();
    let certain =
        !bare.is_empty() && !name.starts_with('-') && !bare.starts_with('-') && name.chars().all(plain);
    let digits = port.is_none_or(|port| port.chars().all(|c| c.is_ascii_digit()));
    (certain && digits).then(|| Host {
        name: name.to_owned(),
        port: port.filter(|port| !port.is_empty()).map(str::to_owned),
    })
}

/// `user@host:port`. An IPv6 address stands in brackets; those are left to Git.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((name, port)) if !authority.contains(['[', ']']) => (name, Some(port)),
        _ => (authority, None),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::Fixture;
    use super::*;

    #[test]
    fn the_host_is_the_one_that_git_connects_to() {
        let host = |address| ssh_host(address).map(|host| (host.name, host.port.unwrap_or_default()));
        assert!(may_be_ssh("me@h:a/b") && may_be_ssh("[::1]:a") && may_be_ssh("git+ssh://h/p"));
        assert!(
            !may_be_ssh("/a:b")
                && !may_be_ssh("https://h:1/p")
                && !may_be_ssh("file:///a")
                && !may_be_ssh("a")
        );
        let some = |name: &str, port: &str| Some((name.to_owned(), port.to_owned()));
        assert_eq!(host("ssh://h/p"), some("h", ""));
        assert_eq!(host("ssh://me@h.example:2222/p:q"), some("me@h.example", "2222"));
        assert_eq!(host("git+ssh://h:/p"), some("h", ""));
        assert_eq!(host("me@h:a/b"), some("me@h", ""));
        assert_eq!(host("work:a"), some("work", ""));
        for none in [
            "/a/b.git",
            "./a:b",
            "https://h/p",
            "file:///a",
            "[::1]:a",
            "ssh://[::1]:22/a",
            "ssh://-x/a",
            "me@-x:a",
            "ssh://a%20b/c",
            "ssh:///a",
            "plain",
        ] {
            assert_eq!(host(none), None, "{none}");
        }
    }

    #[test]
    fn a_remote_is_followed_to_its_address() {
        let f = Fixture::new();
        f.repo.set_remote("origin", "gh:a/b").unwrap();
        f.git(&["config", "url.ssh://git@example.com/.insteadOf", "gh:"]);
        let of = |remote, pushing| resolve(Some(&f.repo), remote, pushing);
        assert_eq!(of("origin", true), "ssh://git@example.com/a/b");
        f.git(&["config", "remote.origin.pushurl", "ssh://other/a"]);
        assert_eq!(of("origin", true), "ssh://other/a");
        assert_eq!(of("origin", false), "ssh://git@example.com/a/b");
        assert_eq!(of("/a/b", false), "/a/b");
        f.git(&["config", "url.ssh://push.example/.pushInsteadOf", "/srv/"]);
        assert_eq!(of("/srv/b", true), "ssh://push.example/b");
        assert_eq!(of("/srv/b", false), "/srv/b");
        assert_eq!(resolve(None, "h:p", true), "h:p");
    }
}
