//! Themes and members that are misspelled: what was meant.

use std::fmt;

use crate::model::{Pair, Slug, folded, visible};

use super::Records;

/// A theme or a member that the pair does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownName {
    /// The word given.
    pub word: String,
    /// The names that were perhaps meant, the nearest first.
    pub suggestions: Vec<String>,
    /// Whether both members are called so.
    pub is_of_both: bool,
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = visible(&self.word);
        match self.is_of_both {
            true => write!(f, "both of you are called `{word}`"),
            false => write!(f, "nothing here is called `{word}`"),
        }
    }
}

impl std::error::Error for UnknownName {}

/// Checks that a theme asked for is in use.
///
/// # Errors
/// When no entry that can be read carries it, with the themes that it resembles.
pub fn check_theme(theme: &Slug, records: &Records) -> Result<(), UnknownName> {
    if records.themes().contains(theme) {
        return Ok(());
    }
    Err(UnknownName {
        word: theme.to_string(),
        suggestions: similar_themes(theme, records)
            .iter()
            .map(ToString::to_string)
            .collect(),
        is_of_both: false,
    })
}

/// The themes in use that a new one resembles, the nearest first: perhaps one of them was meant.
pub fn similar_themes(theme: &Slug, records: &Records) -> Vec<Slug> {
    let known = records.themes().into_iter().filter(|t| *t != theme).cloned();
    near(theme.as_str(), known.collect(), Slug::as_str)
}

/// The member that a word names: `me`, `mine`, `them`, `theirs`, a slug or a name.
///
/// # Errors
/// When neither member is called so, or both are, with the slugs of both.
pub fn check_member(word: &str, me: &Slug, pair: &Pair) -> Result<Slug, UnknownName> {
    let word = word.trim();
    let wanted = folded(word);
    match wanted.as_str() {
        "me" | "mine" => return Ok(me.clone()),
        "them" | "theirs" => return Ok(pair.partner_of(me).slug.clone()),
        _ => {}
    }
    if let Some(member) = pair.member(word) {
        return Ok(member.slug.clone());
    }
    let same = |name: &str| folded(name.trim()) == wanted;
    let members = pair.members();
    let named = members.iter().filter(|m| same(m.slug.as_str()) || same(&m.name));
    match named.collect::<Vec<_>>().as_slice() {
        [member] => Ok(member.slug.clone()),
        named => Err(UnknownName {
            word: word.to_owned(),
            suggestions: members.iter().map(|m| m.slug.to_string()).collect(),
            is_of_both: !named.is_empty(),
        }),
    }
}

/// The words within a few slips of the one given, at most three.
fn near<T>(word: &str, known: Vec<T>, name: fn(&T) -> &str) -> Vec<T> {
    let slips = (word.len() / 3).clamp(1, 3);
    let mut found: Vec<(usize, T)> = known
        .into_iter()
        .filter_map(|t| {
            let other = name(&t);
            let distance = strsim::damerau_levenshtein(word, other);
            let begins =
                word.len() >= 3 && (other.starts_with(word) || word.starts_with(other) && other.len() >= 3);
            (distance <= slips || begins).then_some((distance, t))
        })
        .collect();
    found.sort_by_key(|(distance, _)| *distance);
    found.into_iter().map(|(_, t)| t).take(3).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Kind;
    use crate::query::fixture::{With, entry, pair, records, slug};

    #[test]
    fn a_misspelled_theme_is_met_with_what_it_resembles() {
        let list = records(
            vec![
                entry("kk", Kind::Growth, "ana", "2026-11-20", "").themes(&["system-design", "writing"]),
                entry("kl", Kind::Growth, "ana", "2026-11-20", "").themes(&["writer"]),
            ],
            vec![],
        );
        assert_eq!(check_theme(&slug("writing"), &list), Ok(()));
        let suggestions = |theme: &str| check_theme(&slug(theme), &list).unwrap_err().suggestions;
        assert_eq!(suggestions("sytem-desing"), ["system-design"]);
        assert_eq!(suggestions("system"), ["system-design"]);
        assert_eq!(suggestions("writng"), ["writing", "writer"]);
        assert_eq!(suggestions("on-call"), [""; 0]);
        assert_eq!(similar_themes(&slug("writings"), &list), [slug("writing")]);
    }

    #[test]
    fn a_member_is_named_by_seat_slug_or_name() {
        let me = slug("ana");
        for (word, member) in [
            ("me", "ana"),
            ("Theirs", "sam"),
            ("sam", "sam"),
            ("Sam Lee", "sam"),
            ("ANA", "ana"),
        ] {
            assert_eq!(check_member(word, &me, &pair()), Ok(slug(member)), "{word}");
        }
        assert_eq!(
            check_member("joe", &me, &pair()).unwrap_err().suggestions,
            ["sam", "ana"]
        );
    }
}
