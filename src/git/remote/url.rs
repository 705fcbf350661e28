//! Which addresses are given to `git` at all.

use super::Error;

/// Checks that an address is a path or one of ssh, https, http and file: never an option, and never a transport that
/// runs a command (`ext::`).
///
/// # Errors
/// [`Error::Invalid`] with what is wrong with it.
pub fn check_url(url: &str) -> Result<(), Error> {
    let refuse = |why| Err(Error::invalid(url, why));
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
    }
    Ok(())
}

/// An address as it may be shown and written down: without a password.
#[must_use]
pub fn public_address(url: &str) -> String {
    let hidden = || {
        let (scheme, rest) = url.split_once("://")?;
        let authority = rest.split('/').next()?;
        let (login, host) = authority.rsplit_once('@')?;
        let (user, _) = login.split_once(':')?;
        let path = rest.strip_prefix(authority)?;
        Some(format!("{scheme}://{user}@{host}{path}"))
    };
    hidden().unwrap_or_else(|| url.to_owned())
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
            ("https://me:token@h:1/p@q:r", "https://me@h:1/p@q:r"),
            ("https://me@h/p", "https://me@h/p"),
            ("https://h/p", "https://h/p"),
            ("git@h:a/b", "git@h:a/b"),
            ("/a/b", "/a/b"),
        ] {
            assert_eq!(public_address(url), shown);
        }
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
        ] {
            assert!(check_url(bad).is_err(), "{bad}");
        }
    }
}
