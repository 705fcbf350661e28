//! Comment lines, out of what stands between keys.

/// The comment lines of a piece of text between keys.
pub(super) fn comments_in(decor: &str) -> Vec<String> {
    decor
        .lines()
        .map(str::trim)
        .filter(|l| l.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

/// The comments above the first entry of a file without keys: those before the last blank line are the file's.
pub(super) fn split_head(decor: &str) -> (Vec<String>, Vec<String>) {
    let lines: Vec<&str> = decor.lines().map(str::trim).collect();
    let body = lines
        .iter()
        .rposition(|l| !l.is_empty())
        .map_or(0, |last| last + 1);
    let lines = lines.get(..body).unwrap_or_default();
    let cut = lines.iter().rposition(|l| l.is_empty()).unwrap_or(0);
    let keep = |part: Option<&[&str]>| {
        part.unwrap_or_default()
            .iter()
            .filter(|l| l.starts_with('#'))
            .map(|l| (*l).to_owned())
            .collect::<Vec<_>>()
    };
    // A blank line below the last comment also parts it from the entry.
    let parted = decor.lines().next_back().is_some_and(|l| l.trim().is_empty()) && decor.ends_with('\n');
    if parted && body > 0 {
        (keep(Some(lines)), Vec::new())
    } else {
        (keep(lines.get(..cut)), keep(lines.get(cut..)))
    }
}

/// The comments behind an entry: those right under its last key, with a blank line below them, are its own. Where the
/// entry is to be sealed, all that touch it are.
pub(super) fn split_tail(decor: &str, to_be_sealed: bool) -> (Vec<String>, Vec<String>) {
    let lines: Vec<&str> = decor.lines().map(str::trim).collect();
    let until = lines.iter().position(|l| l.is_empty());
    let cut = match until {
        Some(blank) => blank,
        None if to_be_sealed => lines.len(),
        None => 0,
    };
    let (own, rest) = lines.split_at(cut);
    (comments_in(&own.join("\n")), comments_in(&rest.join("\n")))
}
