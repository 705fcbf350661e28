//! The words of Git and ssh, as they may be shown.

use super::url::{PublicAddress, remote_host, scheme_of};

/// Words of Git in which no address shows a password or a token. `known` are addresses that were used: what Git says may
/// name their logins alone.
pub(super) fn public_words(words: &str, known: &[&str]) -> String {
    let mut shown = words.to_owned();
    for url in known {
        let public = PublicAddress::of(url);
        shown = shown.replace(url, public.as_str());
        let (path, public_path) = (path_of(url), path_of(public.as_str()));
        if path != public_path && path.len() > 1 {
            shown = shown.replace(path, public_path);
            shown = shown.replace(&decoded(path), public_path);
        }
        if let Some((login, user)) = login_of(url) {
            shown = shown.replace(&format!("{login}@"), &user);
        }
    }
    let is_end = |c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '<' | '>');
    let mut safe = String::new();
    let mut rest = shown.as_str();
    while let Some(at) = rest.find("://") {
        let (before, from) = rest.split_at(at);
        let scheme = scheme_of(before);
        let words = before.strip_suffix(scheme).unwrap_or(before);
        let end = from.find(is_end).unwrap_or(from.len());
        let (address, after) = from.split_at(end);
        safe.push_str(words);
        safe.push_str(PublicAddress::of(&format!("{scheme}{address}")).as_str());
        rest = after;
    }
    safe + rest
}

/// The login of an address, and what may be shown of it.
fn login_of(url: &str) -> Option<(&str, String)> {
    let (scheme, rest) = url.split_once("://").unwrap_or(("ssh", url));
    let (login, _) = rest.split('/').next()?.rsplit_once('@')?;
    let user = login.split(':').next()?;
    let user = Some(user).filter(|_| scheme.contains("ssh"));
    Some((login, user.map_or_else(String::new, |user| format!("{user}@"))))
}

/// The path of an address as it stands there, and without its scheme and its host: Git names it alone, too.
fn path_of(url: &str) -> &str {
    let start = match (url.split_once("://"), remote_host(url)) {
        (Some((scheme, rest)), _) => scheme.len() + "://".len() + rest.find('/').unwrap_or(rest.len()),
        (None, Some(host)) => host.len() + ":".len(),
        (None, None) => 0,
    };
    url.get(start..).unwrap_or_default()
}

/// A text in which `%20` is a space, as Git reads the path of an address.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend(before.bytes());
        match after.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(b'%');
                rest = after;
            }
        }
    }
    bytes.extend(rest.bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_git_show_no_password() {
        let said = "fatal: unable to access 'https://me:token@h/p/': no\nsee http://a.b/c, and ssh://x:y@z/\nü https://";
        let shown =
            "fatal: unable to access 'https://h/p/': no\nsee http://a.b/c, and ssh://x@z/\nü https://";
        assert_eq!(public_words(said, &[]), shown);
        let ssh = "me:token@h: Permission denied (publickey).";
        assert_eq!(
            public_words(ssh, &["ssh://me:token@h/p"]),
            "me@h: Permission denied (publickey)."
        );
    }

    #[test]
    fn a_path_alone_shows_no_password() {
        for (url, said, shown) in [
            (
                "file:///x,me:token@i/q",
                "fatal: '/x,me:token@i/q' is none",
                "fatal: '/x,me@i/q' is none",
            ),
            (
                "file:///x%20me:token@i/q",
                "'/x me:token@i/q' is none",
                "'/x%…@i/q' is none",
            ),
            (
                "ssh://h/p,token@i/q",
                "'/p,token@i/q' is none",
                "'/p,…@i/q' is none",
            ),
            ("host:p/x,token@i", "'p/x,token@i' is none", "'p/x,…@i' is none"),
            ("file:///a@b", "'/a@b' is none", "'/a@b' is none"),
        ] {
            assert_eq!(public_words(said, &[url]), shown, "{url}");
        }
    }
}
