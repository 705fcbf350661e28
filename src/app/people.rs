//! The people of the pairs known on this machine: who is called how, so that nobody is taken for somebody else.

use std::path::Path;

use crate::model::{PAIR_PATH, Pair, Slug, parse_pair};
use crate::query::{Name, Names, Person};
use crate::store::{KnownPair, Registry, read_file};

/// A known pair, and its other member as the record in the folder says; none where it cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPartner {
    /// As it is known.
    pub known: KnownPair,
    /// The other member.
    pub partner: Option<Person>,
}

/// The partners of all pairs known. No repository is opened for it.
pub fn known_partners(registry: &Registry) -> Vec<KnownPartner> {
    let of = |known: &KnownPair| KnownPartner {
        known: known.clone(),
        partner: partner(known),
    };
    registry.pairs().iter().map(of).collect()
}

/// The pairs known on this machine and their people, as they were at the first question of a run.
#[derive(Debug)]
pub struct Acquaintances {
    /// The pairs.
    pub registry: Registry,
    /// Their other members.
    pub partners: Vec<KnownPartner>,
}

impl Acquaintances {
    /// Those in a registry.
    pub(super) fn of(registry: Registry) -> Self {
        let partners = known_partners(&registry);
        Self { registry, partners }
    }
}

/// How the partner of each pair known is called beside the others, by the name of the pair.
pub fn partner_names(known: &[KnownPartner]) -> Vec<(String, Name)> {
    let name = |pair: &KnownPartner| {
        // Another clone of this very pair has the same people.
        let others = known.iter().filter(|other| other.known.id != pair.known.id);
        let others: Vec<&Person> = others.filter_map(|other| other.partner.as_ref()).collect();
        Some((pair.known.name.clone(), pair.partner.as_ref()?.among(&others)))
    };
    known.iter().filter_map(name).collect()
}

/// How the members of a pair are called, beside the partners of the other pairs known.
pub(super) fn names(registry: &Registry, dir: &Path, pair: &Pair, me: &Slug) -> Names {
    names_beside((dir, pair, me), registry.pairs(), |known| known, partner)
}

impl Acquaintances {
    /// How the members of a pair are called, beside the partners of the other pairs.
    pub(super) fn names(&self, dir: &Path, pair: &Pair, me: &Slug) -> Names {
        let partner = |other: &KnownPartner| other.partner.clone();
        names_beside((dir, pair, me), &self.partners, |other| &other.known, partner)
    }
}

/// How the members of a pair in a folder are called, beside the partners of the other ones among some pairs. Another clone
/// of this very pair is no other one.
fn names_beside<T>(
    (dir, pair, me): (&Path, &Pair, &Slug),
    pairs: &[T],
    known: impl Fn(&T) -> &KnownPair,
    partner: impl Fn(&T) -> Option<Person>,
) -> Names {
    let id = pair.id.to_string();
    let is_other = |other: &&T| known(other).dir != dir && known(other).id != id;
    let others: Vec<Person> = pairs.iter().filter(is_other).filter_map(partner).collect();
    Names::of(pair, me, dir.display().to_string(), &others)
}

fn partner(known: &KnownPair) -> Option<Person> {
    let bytes = read_file(&known.dir, PAIR_PATH).ok()?.ok()??;
    let pair = Pair::from_document(&parse_pair(&bytes).ok()?).ok()?;
    let member = match pair.member(&known.me) {
        Some(me) => pair.partner_of(&me.slug),
        // The registry of an older version does not say who I am. The pair is named after the other member.
        None => pair.members().into_iter().find(|member| {
            let rest = known.name.strip_prefix(member.slug.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        })?,
    };
    Some(Person::partner(member, known.dir.display().to_string()))
}
