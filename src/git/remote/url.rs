//! Which addresses are given to `git` at all.

use std::fmt;

use super::Error;
use super::second_login::{is_separator, without_second_login};

/// Checks that an address is a path or one of ssh, https, http and file: never an option, and never a transport that
/// runs a command (`ext::`).
///
/// # Errors
/// [`Error::Invalid`] with what is wrong with it.
pub fn check_url(url: &str) -> Result<(), Error> {
    let refuse = |why| Err(Error::invalid(PublicAddress::of(url).as_str(), why));
    if url.is_empty() {
        return refuse("the address is empty");
    }
    if url.starts_with('-') {
        return refuse("an address does not begin with `-`");
    }
    if url.chars().any(char::is_control) {
        return refuse("an address has no control characters");
    }
    let scheme = url.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    if scheme.starts_with("::") {
        return refuse("a transport that is not ssh, https, http or file");
    }
    if scheme.starts_with("://") {
        let name = url.split("://").next().unwrap_or_default();
        if !matches!(name, "ssh" | "git+ssh" | "ssh+git" | "https" | "http" | "file") {
            return refuse("a transport that is not ssh, https, http or file");
        }
        if name != "file"
            && url
                .split("://")
                .nth(1)
                .is_none_or(|rest| rest.starts_with('/') || rest.is_empty())
        {
            return refuse("an address without a host: two slashes stand before it");
        }
    } else if url.contains("://") {
        // Git would name everything before it as the protocol, a password too.
        return refuse("an address begins with its protocol, such as https://");
    }
    Ok(())
}

/// An address as it may be shown and written down: without a password or a token. Whatever prints an address takes one of
/// these.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicAddress(String);

impl PublicAddress {
    /// The address without what only its owner may know. For ssh the password goes; for everything else with a scheme
    /// the whole login goes, since a token may stand in the place of the name. A query goes, too. A part that was most
    /// likely meant as a login goes too, where Git reads it otherwise, and so does a second login behind the first address.
    #[must_use]
    pub fn of(url: &str) -> Self {
        // Whoever typed several addresses in one meant each.
        let mut shown = Self::of_one(url);
        let first = shown.find("://").map_or(0, |at| at + "://".len());
        let path = shown
            .get(first..)
            .and_then(|rest| rest.find('/'))
            .map_or(shown.len(), |at| first + at);
        let tail = shown.split_off(path);
        let mut shown = shown + &without_logins(&tail);
        // A path holds any characters, and no login.
        if url.contains("://") || mistyped_scheme(url).is_some() || remote_host(url).is_some() {
            let tail = shown.split_off(end_of_host(&shown));
            let is_file = url
                .split_once("://")
                .is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case("file"));
            let public = without_second_login(&tail, is_file);
            match tail.chars().next().filter(|c| public != tail && is_separator(*c)) {
                // The second host would look like the first one, with a login.
                Some(separator) => shown.extend([separator, '…']),
                None => shown.push_str(&public),
            }
        }
        PublicAddress(shown)
    }

    /// The same of the first address in a text.
    fn of_one(url: &str) -> String {
        match url.split_once("://") {
            // Something stands before the scheme.
            Some((before, _)) if scheme_of(before) != before => {
                let (words, address) = url.split_at(before.len() - scheme_of(before).len());
                Self::of(words).0 + &Self::of(address).0
            }
            Some((scheme, rest)) => {
                let scheme_name = scheme.to_ascii_lowercase();
                let is_ssh = scheme_name.contains("ssh");
                // curl passes over more slashes, and finds the login behind them.
                let host = match scheme_name == "file" {
                    true => rest,
                    false => rest.trim_start_matches('/'),
                };
                let slashes = rest.strip_suffix(host).unwrap_or_default();
                format!("{scheme}://{slashes}{}", public_rest(host, is_ssh))
            }
            None if let Some(end) = mistyped_scheme(url) => {
                let (scheme, rest) = url.split_at(end);
                format!(
                    "{scheme}{}",
                    public_rest(rest, scheme.to_ascii_lowercase().contains("ssh"))
                )
            }
            None => {
                let host = url.split('/').next().unwrap_or_default();
                match (host.split_once(':'), host.rsplit_once('@')) {
                    (Some((user, after)), Some((_, host))) if after.contains('@') => {
                        let path = url
                            .split_once('/')
                            .map_or(String::new(), |(_, path)| format!("/{path}"));
                        format!("{user}@{host}{path}")
                    }
                    _ => url.to_owned(),
                }
            }
        }
    }

    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether another address may be this one in another spelling: the same host and path by another transport, login or
    /// port, or with another ending.
    #[must_use]
    pub fn is_spelled_like(&self, other: &Self) -> bool {
        self.host_and_path() == other.host_and_path()
    }

    fn host_and_path(&self) -> (String, &str) {
        let (host, path) = match (self.0.split_once("://"), remote_host(&self.0)) {
            (Some(("file", path)), _) => ("", path),
            (Some((_, rest)), _) => rest.split_once('/').unwrap_or((rest, "")),
            (None, Some(host)) => (host, self.0.get(host.len() + 1..).unwrap_or_default()),
            (None, None) => ("", self.0.as_str()),
        };
        let host = host.rsplit('@').next().unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default();
        let path = path.trim_matches('/');
        (
            host.to_ascii_lowercase(),
            path.strip_suffix(".git").unwrap_or(path),
        )
    }
}

impl fmt::Display for PublicAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where the path begins in an address of a host, or what somebody wrote behind the host.
fn end_of_host(url: &str) -> usize {
    let is_end = |c: char| c == '/' || (is_separator(c) && !matches!(c, '[' | ']' | '%'));
    let scheme = url.find("://").map(|at| at + "://".len());
    let (start, host) = match (scheme.or_else(|| mistyped_scheme(url)), remote_host(url)) {
        (None, Some(host)) => return host.len() + ":".len(),
        (start, _) => (
            start.unwrap_or_default(),
            url.get(start.unwrap_or_default()..).unwrap_or_default(),
        ),
    };
    start + host.find(is_end).unwrap_or(host.len())
}

/// The scheme that a text ends with, which `://` follows.
pub(super) fn scheme_of(before: &str) -> &str {
    let words = before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || "+-.".contains(c));
    before.get(words.len()..).unwrap_or_default()
}

/// The path of an address without the logins of more addresses that stand in it.
fn without_logins(path: &str) -> String {
    let is_end = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '\'' | '"' | '<' | '>' | '|');
    let mut shown = String::new();
    for part in path.split_inclusive(is_end) {
        match (
            part.find("://"),
            part.split_once(':').map(|(_, after)| after.contains('@')),
        ) {
            (Some(at), _) => {
                let scheme = part.get(..at).map_or(0, |before| scheme_of(before).len());
                let (words, address) = part.split_at(at - scheme);
                shown.push_str(&without_logins(words));
                shown.push_str(&PublicAddress::of(address).0);
            }
            (None, Some(true)) if !part.starts_with('/') => shown.push_str(&PublicAddress::of(part).0),
            _ => shown.push_str(part),
        }
    }
    shown
}

/// The part of an address behind the scheme, as it may be shown. The login goes first: a query may hold an `@`, and a
/// password a `?` or a `#`.
fn public_rest(rest: &str, is_ssh: bool) -> String {
    let authority = rest.split('/').next().unwrap_or_default();
    let is_port = |port: &str| !port.is_empty() && port.chars().all(|c| c.is_ascii_digit());
    let end = match (authority.rfind('@'), authority.split_once(':')) {
        (Some(end), _) => Some(end),
        // A password with a slash in it: no host has such a port.
        (None, Some((_, port))) if !is_port(port.split(['?', '#']).next().unwrap_or_default()) => {
            rest.rfind('@')
        }
        _ => None,
    };
    let (login, host) = rest.split_at(end.unwrap_or_default());
    let host = host.split(['?', '#']).next().unwrap_or_default();
    let user = login.split(':').next().unwrap_or_default();
    match is_ssh {
        true => format!("{user}{host}"),
        false => host.trim_start_matches('@').to_owned(),
    }
}

/// Where a scheme ends that somebody mistyped (`https:/me:token@h`, `https//h`, `//me:token@h`).
fn mistyped_scheme(url: &str) -> Option<usize> {
    let name = url.split([':', '/', '\\']).next().unwrap_or_default();
    let known = [
        "", "http", "https", "ssh", "git+ssh", "ssh+git", "git", "ftp", "ftps",
    ];
    let rest = url.get(name.len()..)?.trim_start_matches([':', '/', '\\']);
    let end = url.len() - rest.len();
    let is_path = name.is_empty() && !url.starts_with("//");
    (end > name.len() && !is_path && known.contains(&name.to_ascii_lowercase().as_str())).then_some(end)
}

/// The host that an address names, with the user and the port where they are given; none for a path.
#[must_use]
pub fn remote_host(url: &str) -> Option<&str> {
    if let Some((scheme, rest)) = url.split_once("://") {
        let host = rest.split('/').next().filter(|host| !host.is_empty());
        return host.filter(|_| scheme != "file");
    }
    // `host:path`, unless a slash comes first; a single letter is a drive.
    let (host, _) = url.split_once(':')?;
    (host.len() > 1 && !host.contains('/')).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_told_from_a_path() {
        for (url, host) in [
            ("ssh://me@h:22/p", Some("me@h:22")),
            ("https://h/p", Some("h")),
            ("me@h:a/b", Some("me@h")),
            ("file:///a", None),
            ("/a/b:c", None),
            ("./h:p", None),
            ("C:/x", None),
            ("x", None),
        ] {
            assert_eq!(remote_host(url), host, "{url}");
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        for (url, shown) in [
            ("https://me:token@h:1/p@q:r", "https://h:1/p@q:r"),
            ("https://token@h/p", "https://h/p"),
            ("https://h/p", "https://h/p"),
            ("https://h:1/p@q", "https://h:1/p@q"),
            ("https://me:to/ken@h/p", "https://h/p"),
            ("https://me:to@ken@h/p", "https://h/p"),
            ("https://me:/token@h/p", "https://h/p"),
            ("https://h:/p", "https://h:/p"),
            ("https://me:to?ken@h/p", "https://h/p"),
            ("https://h/p?private_token=x", "https://h/p"),
            ("HTTPS://me:token@h/p", "HTTPS://h/p"),
            ("ssh://git:token@h:22/p", "ssh://git@h:22/p"),
            ("ssh://git@h/p", "ssh://git@h/p"),
            ("me:token@h/p/q", "me@h/p/q"),
            ("git@h:a/b", "git@h:a/b"),
            ("file:///a@b", "file:///a@b"),
            ("https:///me:token@h/p", "https:///h/p"),
            ("http:////me:token@h/p", "http:////h/p"),
            ("ssh:///me:token@h/p", "ssh:///me@h/p"),
            ("https://h/p?private_token=a@b", "https://h/p"),
            ("https://h/p#token", "https://h/p"),
            ("https://me:to#ken@h/p", "https://h/p"),
            ("https://me:to/k@en@h/p", "https://h/p"),
            ("https:/me:token@h/p", "https:/h/p"),
            ("https:me:token@h/p", "https:h/p"),
            ("https//me:token@h/p", "https//h/p"),
            ("HTTPS:\\\\me:token@h/p", "HTTPS:\\\\h/p"),
            ("//me:token@h/p", "//h/p"),
            ("ssh:/me:token@h/p", "ssh:/me@h/p"),
            ("git:team/pair.git", "git:team/pair.git"),
            ("/a/b", "/a/b"),
            ("/a@b:c/d?e#f", "/a@b:c/d?e#f"),
            ("//a/b", "//a/b"),
            ("C:/x", "C:/x"),
            (
                "https://me:token@h/p,https://you:token@i/q",
                "https://h/p,https://i/q",
            ),
            (
                "https://me:token@h/p https://token@i:1/q/r",
                "https://h/p https://i:1/q/r",
            ),
            ("https://h/p,me:token@i/q", "https://h/p,…@i/q"),
            ("https://h/phttps://me:token@i/q", "https://h/phttps://i/q"),
            ("me:token@h/p https://you:token@i/q", "me@h/p https://i/q"),
            ("me:token@h/p;you:token@i/q/r", "me@h/p;…@i/q/r"),
            ("me:token@://h/p", "me@://h/p"),
            ("ssh://a:token@h/p|ssh://b:token@i/q", "ssh://a@h/p|…@i/q"),
            ("/a b/c:d/e", "/a b/c:d/e"),
        ] {
            assert_eq!(PublicAddress::of(url).as_str(), shown, "{url}");
            assert_eq!(PublicAddress::of(shown).as_str(), shown);
        }
    }

    #[test]
    fn one_place_has_several_spellings() {
        let alike =
            |one: &str, other: &str| PublicAddress::of(one).is_spelled_like(&PublicAddress::of(other));
        for other in [
            "git@h.example:team/pair.git",
            "ssh://git@H.example:22/team/pair.git/",
            "https://h.example/team/pair",
        ] {
            assert!(alike("https://h.example/team/pair.git", other), "{other}");
        }
        assert!(alike("/srv/a.git", "file:///srv/a"));
        assert!(!alike("https://h/a", "https://h/b") && !alike("https://h/a", "https://i/a"));
        assert!(!alike("/srv/a", "h:srv/a"));
    }

    #[test]
    fn only_known_transports_pass() {
        for good in [
            "/a/b.git",
            "../b.git",
            "C:/x",
            "host:path",
            "me@host:a/b",
            "[::1]:a",
            "ssh://h/p",
            "https://h/p",
            "file:///a",
        ] {
            assert!(check_url(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "-oProxyCommand=x",
            "--upload-pack=x",
            "ext::sh -c x",
            "fd::3",
            "git://h/p",
            "ftp://h/p",
            "a\nb",
            "x::ssh://h",
            "me:token@h:p https://h/p",
            "/a https://h/p",
        ] {
            assert!(check_url(bad).is_err(), "{bad}");
        }
    }
}
