//! Numbers in words: a noun or a verb is another one for one thing than for several.

/// A count with its noun: `1 entry`, `4 entries`.
pub fn number(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", one_or_many(count, one, many))
}

/// The word for one thing, or the one for none or several.
pub fn one_or_many<'a>(count: usize, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_is_one() {
        let entries = |count| number(count, "entry", "entries");
        assert_eq!([0, 1, 2].map(entries), ["0 entries", "1 entry", "2 entries"]);
    }
}
