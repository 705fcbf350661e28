//! Which host an address means, as Git reads it.

use super::{Error, Repository, remote_host};
use crate::git::settings::Settings;

/// A host as ssh is told it: with the user before it, if the address names one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Host {
    pub(super) name: String,
    pub(super) port: Option<String>,
}

/// The rules by which Git rewrites addresses: `url.….insteadOf` and `url.….pushInsteadOf`. Each is what an address begins
/// with, and what is put in the place of that.
struct RewriteRules(Vec<(String, String)>);

impl RewriteRules {
    fn of(urls: &Settings, name: &str) -> RewriteRules {
        let rules = urls.named(name);
        RewriteRules(
            rules
                .map(|(base, prefix)| (prefix.to_owned(), base.to_owned()))
                .collect(),
        )
    }

    /// The address as Git rewrites it; none where no rule fits. The longest rule counts, of several the first.
    fn rewrite(&self, address: &str) -> Option<String> {
        let mut longest: Option<(&str, &str)> = None;
        for (prefix, base) in &self.0 {
            if let Some(rest) = address.strip_prefix(prefix.as_str())
                && longest.is_none_or(|(known, _)| rest.len() < known.len())
            {
                longest = Some((rest, base));
            }
        }
        longest.map(|(rest, base)| format!("{base}{rest}"))
    }
}

/// The addresses of a remote, as Git uses them.
pub(super) struct Addresses {
    /// Where it is fetched from.
    pub(super) read: String,
    /// Where it is pushed to.
    pub(super) push: Vec<PushAddress>,
}

/// An address that is pushed to.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct PushAddress {
    /// As Git uses it.
    pub(super) url: String,
    /// As it is configured, or given.
    pub(super) configured: String,
    /// Whether it stands under `pushurl`: then `pushInsteadOf` is none of its business.
    pub(super) is_push_url: bool,
}

impl Repository {
    /// Every address of a remote under `url` or `pushurl`, in Git's order.
    ///
    /// # Errors
    /// When the configuration cannot be read.
    pub(in crate::git) fn configured_addresses(&self, name: &str, key: &str) -> Result<Vec<String>, Error> {
        let settings = self.section("remote")?;
        let mut found = Vec::new();
        for value in settings.all(&format!("remote.{name}.{key}")) {
            match value {
                // An empty one takes back those before it.
                "" => found.clear(),
                value => found.push(value.to_owned()),
            }
        }
        Ok(found)
    }
}

/// The addresses of a remote's name or address: `pushurl`, `insteadOf` and `pushInsteadOf` are followed as Git does.
pub(super) fn addresses(repository: &Repository, remote: &str) -> Result<Addresses, Error> {
    let urls = repository.section("url")?;
    let (instead, push_instead) = (
        RewriteRules::of(&urls, "insteadof"),
        RewriteRules::of(&urls, "pushinsteadof"),
    );
    let mut configured = repository.configured_addresses(remote, "url")?;
    if configured.is_empty() {
        configured.push(remote.to_owned());
    }
    let used = |address: &String| instead.rewrite(address).unwrap_or_else(|| address.clone());
    let read = configured.first().map(used).unwrap_or_default();
    let target = |url: String, configured: &String, is_push_url| PushAddress {
        url,
        configured: configured.clone(),
        is_push_url,
    };
    let own = repository.configured_addresses(remote, "pushurl")?;
    let mut push: Vec<PushAddress> = own.iter().map(|own| target(used(own), own, true)).collect();
    if own.is_empty() {
        // Once a rule for pushes fits one address, Git pushes to no other. A rule may put an address in its own place: it
        // exempts pushes from `insteadOf`.
        let elsewhere = configured
            .iter()
            .filter_map(|address| Some(target(push_instead.rewrite(address)?, address, false)));
        push = elsewhere.collect();
    }
    if push.is_empty() {
        let same = configured
            .iter()
            .map(|address| target(used(address), address, false));
        push = same.collect();
    }
    Ok(Addresses { read, push })
}

/// The address that Git would connect to for a remote's name or address.
pub(in crate::git) fn resolve(repository: &Repository, remote: &str, pushing: bool) -> Result<String, Error> {
    let found = addresses(repository, remote)?;
    Ok(match found.push.into_iter().next() {
        Some(first) if pushing => first.url,
        _ => found.read,
    })
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
        let of = |remote, pushing| resolve(&f.repo, remote, pushing).unwrap();
        assert_eq!(of("origin", true), "ssh://git@example.com/a/b");
        f.git(&["config", "remote.origin.pushurl", "ssh://other/a"]);
        assert_eq!(of("origin", true), "ssh://other/a");
        assert_eq!(of("origin", false), "ssh://git@example.com/a/b");
        assert_eq!(of("/a/b", false), "/a/b");
        f.git(&["config", "url.ssh://push.example/.pushInsteadOf", "/srv/"]);
        assert_eq!(of("/srv/b", true), "ssh://push.example/b");
        assert_eq!(of("/srv/b", false), "/srv/b");
    }

    #[test]
    fn of_several_rules_the_longest_counts_and_of_equals_the_first() {
        let f = Fixture::new();
        for (rule, prefix) in [
            ("a:", "/srv/"),
            ("b:", "/srv/x/"),
            ("c:", "/srv/x/"),
            ("/same/", "/same/"),
        ] {
            f.git(&["config", "--add", &format!("url.{rule}.insteadOf"), prefix]);
        }
        f.git(&["config", "url./same/.pushInsteadOf", "/same/"]);
        let both = |remote: &str| {
            let named = f.git(&["ls-remote", "--get-url", remote]);
            let found = addresses(&f.repo, remote).unwrap();
            assert_eq!(found.read, named, "{remote}");
            found.read
        };
        assert_eq!(both("/srv/y"), "a:y");
        assert_eq!(both("/srv/x/y"), "b:y");
        assert_eq!(both("/same/y"), "/same/y");
        assert_eq!(both("/other"), "/other");
    }

    /// Where plain Git says that it would push.
    #[test]
    fn a_push_goes_where_plain_git_pushes() {
        let f = Fixture::new();
        let set = |key: &str, value: &str| f.git(&["config", "--add", key, value]);
        set("remote.one.url", "/srv/a");
        set("remote.two.url", "/srv/a");
        set("remote.two.url", "/own/b");
        set("remote.three.url", "/srv/a");
        set("remote.three.pushurl", "/srv/a");
        set("remote.three.pushurl", "/own/b");
        set("url.host:.pushInsteadOf", "/srv/");
        set("url.other:.insteadOf", "/own/");
        set("remote.four.url", "/same/a");
        set("url.mirror:.insteadOf", "/same/");
        set("url./same/.pushInsteadOf", "/same/");
        for (name, expected) in [
            ("one", "host:a"),
            ("two", "host:a"),
            ("three", "/srv/a other:b"),
            ("four", "/same/a"),
            ("/srv/c", "host:c"),
            ("/own/c", "other:c"),
            ("/c", "/c"),
        ] {
            let push = addresses(&f.repo, name).unwrap().push;
            let push: Vec<String> = push.into_iter().map(|to| to.url).collect();
            assert_eq!(push.join(" "), expected, "{name}");
            if !name.starts_with('/') {
                let by_git = f.git(&["remote", "get-url", "--push", "--all", name]);
                assert_eq!(push.join("\n"), by_git, "{name}");
            }
        }
    }
}
