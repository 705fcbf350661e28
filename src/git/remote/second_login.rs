//! A login that stands behind an address, where somebody typed two of them in one.

/// Whether a character may stand between two addresses: no host and hardly a path has it.
pub(super) fn is_separator(c: char) -> bool {
    !c.is_alphanumeric() && !matches!(c, '.' | '_' | '~' | '/' | '@' | ':' | '-')
}

/// The part of an address behind its host, with `…` for a login in it: a password holds any characters, so all goes up
/// to the last `@` that a login may end with. `is_file` is for a path, in which nothing is a login without a colon.
pub(super) fn without_second_login(tail: &str, is_file: bool) -> String {
    let (drive, tail) = tail.split_at(if is_file { drive_of(tail) } else { 0 });
    let separator = tail.char_indices().find(|(_, c)| is_separator(*c));
    let last = tail.rfind('@').unwrap_or_default();
    let colon = tail.find(':').filter(|colon| *colon < last);
    let start = match (separator, colon) {
        (Some((at, c)), colon) if colon.is_none_or(|colon| at < colon) => at + c.len_utf8(),
        // The name stands before the colon.
        (_, Some(colon)) => tail
            .get(..colon)
            .and_then(|name| name.rfind('/'))
            .map_or(0, |at| at + 1),
        (_, None) => return format!("{drive}{tail}"),
    };
    let (before, behind) = tail.split_at(start);
    let shown = match behind.rfind('@') {
        Some(end) if !is_file || colon.is_some() => {
            let (login, host) = behind.split_at(end);
            let hidden = if login.is_empty() { "" } else { "…" };
            let mut ends = host.char_indices().filter(|(_, c)| is_separator(*c));
            let end = ends.next().map(|(at, c)| at + c.len_utf8());
            let (host, words) = host.split_at(end.unwrap_or(host.len()));
            format!("{hidden}{host}{}", without_password(words))
        }
        _ => without_password(behind),
    };
    format!("{drive}{before}{shown}")
}

/// Words behind a separator, all of them `…` where one has a colon that is neither of a scheme nor of a port.
fn without_password(words: &str) -> String {
    let is_login = words.match_indices(':').any(|(at, _)| {
        let (before, behind) = words.split_at(at);
        let behind = behind.trim_start_matches(':');
        !behind.is_empty() && !behind.starts_with("//") && !is_port(before, behind)
    });
    match is_login {
        true => "…".to_owned(),
        false => words.to_owned(),
    }
}

/// Whether a colon between two texts is that of a port: behind a scheme and a host, before digits alone.
fn is_port(before: &str, behind: &str) -> bool {
    let is_host = |host: &str| !host.contains(|c: char| c == '/' || c == ':' || is_separator(c));
    let end = behind.find(|c: char| c == '/' || is_separator(c));
    let port = behind.get(..end.unwrap_or(behind.len())).unwrap_or_default();
    before.rsplit_once("://").is_some_and(|(_, host)| is_host(host))
        && port.bytes().all(|letter| letter.is_ascii_digit())
}

/// How long a drive is that a path begins with (`/C:`).
fn drive_of(path: &str) -> usize {
    match path.as_bytes() {
        [b'/', letter, b':', ..] if letter.is_ascii_alphabetic() => "/C:".len(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use crate::git::PublicAddress;

    #[test]
    fn a_second_login_is_not_shown() {
        for (url, shown) in [
            ("https://h/p,https://me:a,token@i/q", "https://h/p,…@i/q"),
            ("https://h/p https://me:a token@i/q", "https://h/p …@i/q"),
            ("https://h/p,me:token/w@i/q", "https://h/p,…@i/q"),
            ("https://h/p,https://me:a/b,token@i/q", "https://h/p,…@i/q"),
            ("https://h/p,token@i/q", "https://h/p,…@i/q"),
            ("https://h/p token@i/q", "https://h/p …@i/q"),
            ("https://h token/x@i/q", "https://h …"),
            ("https://h/p&https:/me:token@i", "https://h/p&…@i"),
            ("https://h/p,//me:token@i", "https://h/p,…@i"),
            ("https://h/p /me:token@i", "https://h/p …@i"),
            ("https://h/p,user:token", "https://h/p,…"),
            ("https://h/p,me:token@i/q,user:token", "https://h/p,…@i/q,…"),
            ("https://h/p:me:token@i/q", "https://h/…@i/q"),
            ("https://h/p/me:token@i/q", "https://h/p/…@i/q"),
            ("git@h:p/x me:token@i:q", "git@h:p/x …@i:q"),
            ("host:p/x,token@i:q", "host:p/x,…@i:q"),
            ("me:token@h/p,token@i/q", "me@h/p,…@i/q"),
            ("https:/h/p,token@i/q", "https:/h/p,…@i/q"),
            ("file:///x&me:token@i/q", "file:///x&…@i/q"),
            ("file:///C:/x y/me:token@i/q", "file:///C:/x …@i/q"),
        ] {
            assert_eq!(PublicAddress::of(url).as_str(), shown, "{url}");
            assert_eq!(PublicAddress::of(shown).as_str(), shown);
        }
        for between in [
            "&", "(", "[", "{", "+", "=", "!", "*", ":", "/", "\\", "`", "%20", "–", "、", "·", "|", ";",
        ] {
            for login in [
                "me:token",
                "https://me:token",
                "https://token",
                "me:to,ken",
                "me:a to/ken",
            ] {
                let shown = PublicAddress::of(&format!("https://h/p{between}{login}@i/q"));
                assert!(!shown.as_str().contains("ken"), "{between}{login}: {shown}");
            }
        }
    }

    #[test]
    fn an_ordinary_address_stays_as_it_is() {
        for url in [
            "https://h/a%20b/c",
            "https://h/~me/p.git",
            "https://h:1/p@q",
            "https://h/p,https://i:1/q",
            "https://h/a+b/(c)",
            "ssh://git@h:22/p",
            "git@h:a/b@c",
            "file:///C:/me@h/p",
            "file:///x y/me@h",
            "/x y/me:a@h",
            "./x,me@h:y",
            "/x, y:z",
        ] {
            assert_eq!(PublicAddress::of(url).as_str(), url);
        }
    }
}
