//! Who an entry is sealed for (docs/privacy.md#readers).

use super::{Fingerprint, KeyProblem, Opened, Pins, Trust, check_recipient};
use crate::model::{Member, Pair, Slug, Visibility};

/// The recipients of an entry: its author for a private one, both members for a confidential one.
///
/// Only pinned keys ever become readers. A private entry goes to the author's pinned keys, whatever the pair
/// states; a confidential one needs every key that the pair states to be a pinned one, and the other way round.
///
/// # Errors
/// When a member has no key that can be trusted.
pub fn recipients_for(
    visibility: Visibility,
    author: &Slug,
    pair: &Pair,
    pins: &Pins,
) -> Result<Vec<String>, KeyProblem> {
    let author = pair
        .member(author.as_str())
        .ok_or_else(|| KeyProblem::NotAMember {
            member: author.clone(),
        })?;
    let keys = match visibility {
        Visibility::Shared => return Err(KeyProblem::Shared),
        Visibility::Private => match pins.of(&author.slug) {
            Some(pinned) => usable(author, pinned.to_vec())?,
            None => trusted(author, pair, pins)?,
        },
        Visibility::Confidential => {
            let mut keys = trusted(author, pair, pins)?;
            keys.extend(trusted(pair.partner_of(&author.slug), pair, pins)?);
            keys
        }
    };
    Ok(super::pins::sorted(&keys))
}

fn trusted(member: &Member, pair: &Pair, pins: &Pins) -> Result<Vec<String>, KeyProblem> {
    let slug = member.slug.clone();
    match pins.trust_of(member, pair) {
        Trust::Trusted(keys) => usable(member, keys),
        Trust::OpenSeat => Err(KeyProblem::OpenSeat { member: slug }),
        Trust::Unpinned { stated } => Err(KeyProblem::Unpinned { member: slug, stated }),
        Trust::Changed { pinned, stated, .. } => Err(KeyProblem::Changed {
            member: slug,
            pinned,
            stated,
        }),
    }
}

fn usable(member: &Member, keys: Vec<String>) -> Result<Vec<String>, KeyProblem> {
    match keys.iter().find_map(|key| check_recipient(key).err()) {
        Some(why) => Err(KeyProblem::Unusable {
            member: member.slug.clone(),
            why,
        }),
        None => Ok(keys),
    }
}

/// Whether an opened entry is sealed for other keys than those wanted.
pub fn needs_resealing(opened: &Opened, wanted: &[String]) -> bool {
    opened.readers != Fingerprint::of_all(wanted)
}
