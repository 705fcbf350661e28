//! My own seat in a pair, held against the pins: nobody but me says which keys are mine (docs/privacy.md#own-seat).

#[cfg(test)]
mod tests;

use crate::model::{Member, Pair, PairDocument, Slug, Value};
use crate::seal::{KeyProblem, Trust};

use crate::sync::error::SyncError;
use crate::sync::outcome::SyncNote;
use crate::sync::secrets::keys::Keys;

impl Keys {
    /// How the keys stated for a member stand to those pinned. Where my own seat has another slug, nobody's keys are compared
    /// with mine.
    pub fn trust_of(&self, pair: &Pair, member: &Member) -> Trust {
        let is_gone = || {
            self.pinned_seat()
                .is_some_and(|me| pair.member(me.as_str()).is_none())
        };
        match self.pins().trust_of(member, pair) {
            Trust::Changed { stated, .. } if self.pins().of(&member.slug).is_none() && is_gone() => {
                match stated.is_empty() {
                    true => Trust::OpenSeat,
                    false => Trust::Unpinned { stated },
                }
            }
            trust => trust,
        }
    }

    /// The notes for a person about seats whose keys are not the pinned ones.
    pub(in crate::sync) fn seat_notes(&self, pair: &Pair) -> Vec<SyncNote> {
        let (me, mine) = (self.me(pair), self.seat_change(pair));
        let others = pair.members().into_iter();
        let others = others.filter(|member| me.as_ref() != Some(&member.slug));
        let of_other = |member: &Member| match self.trust_of(pair, member) {
            Trust::Changed { stated, .. } if stated.is_empty() => {
                Some(SyncNote::SeatEmptied(member.slug.clone()))
            }
            Trust::Changed { .. } => Some(SyncNote::KeyChanged(member.slug.clone())),
            _ => None,
        };
        let others = others.filter_map(of_other);
        mine.map(SyncNote::OwnSeatChanged)
            .into_iter()
            .chain(others)
            .collect()
    }

    /// Puts my pinned keys back into `pair.toml`, and my slug where somebody gave my seat another one. False where my
    /// seat cannot be found in it.
    pub fn put_own_seat_back(&self, pair: &mut PairDocument) -> bool {
        let Some(me) = self.pinned_seat() else {
            return false;
        };
        if !pair.members.contains_key(me.as_str()) {
            let Some(renamed) = self.renamed_seat(pair) else {
                return false;
            };
            if let Some(member) = pair.members.remove(&renamed) {
                pair.members.insert(me.to_string(), member);
            }
        }
        let Some(member) = pair.members.get_mut(me.as_str()) else {
            return false;
        };
        let pinned = self.pins().of(me).unwrap_or_default();
        let stated = member.list("keys");
        let is_stated = |key: &String| stated.iter().any(|value| value.as_str() == Some(key));
        if stated.len() != pinned.len() || !pinned.iter().all(is_stated) {
            let keys = pinned.iter().map(|key| Value::from(key.as_str()));
            member.set("keys", Value::Array(keys.collect()));
        }
        member.rows.retain(|row| row.field != "keys");
        true
    }

    /// The slug that my seat has by now: the only one that nobody is pinned under, else the one that states a key of mine.
    fn renamed_seat(&self, pair: &PairDocument) -> Option<String> {
        let is_pinned = |slug: &str| {
            let slug: Option<Slug> = slug.parse().ok();
            slug.is_some_and(|slug| self.pins().of(&slug).is_some())
        };
        let mut unpinned: Vec<&String> = pair.members.keys().filter(|slug| !is_pinned(slug)).collect();
        if unpinned.len() > 1 {
            let mine = self.recipients();
            let states_mine = |slug: &&String| {
                let keys = pair.members.get(*slug).map(|member| member.list("keys"));
                let mut keys = keys.into_iter().flatten().filter_map(Value::as_str);
                keys.any(|key| mine.iter().any(|own| own == key))
            };
            unpinned.retain(states_mine);
        }
        match unpinned.as_slice() {
            [slug] => Some((*slug).clone()),
            _ => None,
        }
    }

    /// Calls a key mine that the pair states for my seat, and that is the only new one there: it comes to those pinned. A
    /// key that was mine before says that the keys stated now are all of mine. Returns my seat.
    ///
    /// # Errors
    /// When I have no seat, the pair states another new key, or no key of this identity would be left.
    pub fn trust_mine(&mut self, pair: &Pair, key: &str) -> Result<Slug, SyncError> {
        let member = self.own_member(pair)?;
        let mut pins = self.pins().clone();
        pins.trust_more(member, key).map_err(|problem| match problem {
            KeyProblem::NotExpected { .. } => KeyProblem::NotOnlyNew,
            problem => problem,
        })?;
        let (mine, left) = (self.recipients(), pins.of(&member.slug).unwrap_or_default());
        if !left.iter().any(|key| mine.contains(key)) {
            return Err(KeyProblem::NoneOfThisMachine.into());
        }
        *self.pins_mut() = pins;
        Ok(member.slug.clone())
    }

    /// My seat in the pair: the pinned one, else the only one that states a key of mine.
    fn own_member<'a>(&self, pair: &'a Pair) -> Result<&'a Member, SyncError> {
        if let Some(me) = self.pinned_seat() {
            let member = pair.member(me.as_str());
            return member.ok_or(KeyProblem::OwnSeatChanged.into());
        }
        let mut mine = pair.members().into_iter().filter(|member| self.is_mine(member));
        match (mine.next(), mine.next()) {
            (Some(member), None) => Ok(member),
            _ => Err(SyncError::NotAMember),
        }
    }
}
