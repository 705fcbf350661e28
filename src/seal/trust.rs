//! The answer of the pins about the keys that the pair states.

use super::pins::{Pins, sorted};
use super::{KeyProblem, MOST_KEYS, check_recipient};
use crate::model::{Member, Pair, Slug};

/// How the keys that the pair states for a member stand to those pinned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trust {
    /// Nobody has taken the seat yet.
    OpenSeat,
    /// There are keys, and none has been pinned yet.
    Unpinned {
        /// The keys that the pair states.
        stated: Vec<String>,
    },
    /// The pair states exactly the pinned keys.
    Trusted(Vec<String>),
    /// It states others: nothing is sealed for them until they are trusted.
    Changed {
        /// The keys that were pinned.
        pinned: Vec<String>,
        /// The keys that the pair states.
        stated: Vec<String>,
        /// Stated and not pinned.
        added: Vec<String>,
        /// Pinned and no longer stated.
        removed: Vec<String>,
    },
}

impl Pins {
    /// Pins the keys of members that have none pinned yet: the first key in an open seat. Says which were.
    ///
    /// Keys that cannot be sealed for are not pinned.
    pub fn first_sight(&mut self, pair: &Pair) -> Vec<(Slug, String)> {
        let mut new = Vec::new();
        for member in pair.members() {
            if self.of(&member.slug).is_none()
                && let Ok(keys) = usable(member)
            {
                new.extend(keys.iter().map(|key| (member.slug.clone(), key.clone())));
                self.set(member.slug.clone(), keys);
            }
        }
        new
    }

    /// The pinned seat that a member of the pair without pins sits in by now: the only one that is no member's any more, where
    /// nobody else lacks pins. Somebody gave it another slug.
    fn renamed_from(&self, member: &Slug, pair: &Pair) -> Option<&Slug> {
        let mut unpinned = pair.members().into_iter().filter(|m| self.of(&m.slug).is_none());
        let mut gone = self.seats().filter(|seat| pair.member(seat.as_str()).is_none());
        match (unpinned.next(), unpinned.next(), gone.next(), gone.next()) {
            (Some(only), None, Some(seat), None) if only.slug == *member => Some(seat),
            _ => None,
        }
    }

    /// The keys that those of a member are compared with: the pinned ones, under the slug that the seat had.
    fn pinned_for(&self, member: &Slug, pair: &Pair) -> Option<&[String]> {
        let before = || self.of(self.renamed_from(member, pair)?);
        self.of(member).or_else(before)
    }

    /// How the keys stated for a member of a pair stand to those pinned. The order of keys does not matter. A seat that has
    /// only another slug is not trusted under it yet.
    pub fn trust_of(&self, member: &Member, pair: &Pair) -> Trust {
        let stated = sorted(&member.keys);
        let is_renamed = self.of(&member.slug).is_none();
        match self.pinned_for(&member.slug, pair) {
            Some(pinned) if is_renamed && stated == pinned => Trust::Unpinned { stated },
            None if stated.is_empty() => Trust::OpenSeat,
            None => Trust::Unpinned { stated },
            Some(pinned) if stated == pinned => Trust::Trusted(stated),
            Some(pinned) => Trust::Changed {
                added: without(&stated, pinned),
                removed: without(pinned, &stated),
                pinned: pinned.to_vec(),
                stated,
            },
        }
    }

    /// Trusts what the pair states for a member, where it is the key expected, if one is. The pins of a seat that the member sits
    /// in under another slug go.
    ///
    /// `expected` is one key that a person compared: the pair may then state no other new one.
    ///
    /// # Errors
    /// When the seat is open, a key cannot be sealed for, or another than the expected one is stated.
    pub fn trust(&mut self, member: &Member, pair: &Pair, expected: Option<&str>) -> Result<(), KeyProblem> {
        let pinned = self.pinned_for(&member.slug, pair).unwrap_or_default();
        let stated = usable(member).map_err(|problem| told_by(pinned, problem))?;
        if let Some(expected) = expected {
            require(member, (pinned, &stated), expected)?;
        }
        if let Some(before) = self.renamed_from(&member.slug, pair).cloned() {
            self.remove(&before);
        }
        self.set(member.slug.clone(), stated);
        Ok(())
    }

    /// Trusts a key that the pair states for a member, and that is the only new one there: the keys pinned before stay. A
    /// key that was pinned before stands for the keys that are stated now: the others go.
    ///
    /// # Errors
    /// When the seat is open, a key cannot be sealed for, or another new one is stated.
    pub fn trust_more(&mut self, member: &Member, key: &str) -> Result<(), KeyProblem> {
        let pinned = self.of(&member.slug).unwrap_or_default();
        let stated = usable(member).map_err(|problem| told_by(pinned, problem))?;
        require(member, (pinned, &stated), key)?;
        let keys = match pinned.iter().any(|known| known == key) {
            true => stated,
            false => sorted(&[pinned, &[key.to_owned()]].concat()),
        };
        if keys.len() > MOST_KEYS {
            let member = member.slug.clone();
            return Err(KeyProblem::TooManyKeys { member });
        }
        self.set(member.slug.clone(), keys);
        Ok(())
    }
}

/// Makes sure that a key is among those stated, and that no other one there is new.
fn require(
    member: &Member,
    (pinned, stated): (&[String], &[String]),
    expected: &str,
) -> Result<(), KeyProblem> {
    let unknown = without(stated, pinned);
    if !stated.iter().any(|key| key == expected) || unknown.iter().any(|key| key != expected) {
        return Err(KeyProblem::NotExpected {
            member: member.slug.clone(),
            stated: stated.to_vec(),
        });
    }
    Ok(())
}

/// A problem with the keys of a member: a seat with pinned keys is not open.
fn told_by(pinned: &[String], problem: KeyProblem) -> KeyProblem {
    match problem {
        KeyProblem::OpenSeat { member } if !pinned.is_empty() => KeyProblem::Emptied { member },
        problem => problem,
    }
}

/// The keys of a member, where all of them can be sealed for.
fn usable(member: &Member) -> Result<Vec<String>, KeyProblem> {
    let slug = || member.slug.clone();
    let keys = sorted(&member.keys);
    if keys.is_empty() {
        return Err(KeyProblem::OpenSeat { member: slug() });
    }
    if keys.len() > MOST_KEYS {
        return Err(KeyProblem::TooManyKeys { member: slug() });
    }
    match keys.iter().find_map(|key| check_recipient(key).err()) {
        Some(why) => Err(KeyProblem::Unusable { member: slug(), why }),
        None => Ok(keys),
    }
}

fn without(keys: &[String], others: &[String]) -> Vec<String> {
    keys.iter().filter(|key| !others.contains(key)).cloned().collect()
}
