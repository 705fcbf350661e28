//! A cheap stand-in for age: a ciphertext is a number, and the vault knows what stands behind it and for whom.

use std::cell::RefCell;
use std::collections::BTreeSet;

use oneonone::model::{Content, EntryId, Pair, Slug, Visibility};
use oneonone::sync::replica::BodySeals;
use oneonone::sync::{SyncError, Unsealed};

use super::random::Random;

#[derive(Clone)]
struct Item {
    entry: EntryId,
    by: Slug,
    visibility: Visibility,
    content: Content,
    keys: BTreeSet<String>,
}

#[derive(Clone)]
pub(crate) struct Vault {
    items: RefCell<Vec<Item>>,
    random: RefCell<Random>,
}

fn wanted(pair: &Pair, by: &Slug, visibility: Visibility) -> BTreeSet<String> {
    let reads = |member: &Slug| visibility == Visibility::Confidential || member == by;
    let members = pair.members();
    let readers = members.into_iter().filter(|m| reads(&m.slug));
    readers.flat_map(|m| m.keys.iter().cloned()).collect()
}

fn number(ciphertext: &str) -> usize {
    ciphertext.split(' ').nth(1).unwrap().parse().unwrap()
}

impl Vault {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            items: RefCell::default(),
            random: RefCell::new(Random::new(seed ^ 0xa6e)),
        }
    }

    /// Who reads what stands behind a ciphertext.
    pub(crate) fn readers(&self, ciphertext: &str) -> Visibility {
        self.items.borrow()[number(ciphertext)].visibility
    }

    /// The content behind a ciphertext, whoever asks.
    pub(crate) fn content(&self, ciphertext: &str) -> Content {
        self.items.borrow()[number(ciphertext)].content.clone()
    }
}

/// The vault as one member can open it.
pub(crate) struct Key<'a> {
    pub(crate) vault: &'a Vault,
    pub(crate) me: Slug,
}

impl BodySeals for Key<'_> {
    fn unseal(&self, pair: &Pair, id: EntryId, by: &Slug, ciphertext: &str) -> Option<Unsealed> {
        let items = self.vault.items.borrow();
        let item = &items[number(ciphertext)];
        let mine = item.visibility == Visibility::Confidential || item.by == self.me;
        (mine && item.entry == id && item.by == *by).then(|| Unsealed {
            visibility: item.visibility,
            content: item.content.clone(),
            stale: item.keys != wanted(pair, by, item.visibility),
        })
    }

    fn lock(
        &self,
        pair: &Pair,
        id: EntryId,
        by: &Slug,
        visibility: Visibility,
        content: &Content,
    ) -> Result<String, SyncError> {
        let mut items = self.vault.items.borrow_mut();
        items.push(Item {
            entry: id,
            by: by.clone(),
            visibility,
            content: content.clone(),
            keys: wanted(pair, by, visibility),
        });
        let random = self.vault.random.borrow_mut().next() >> 40;
        Ok(format!("{random:06x} {}", items.len() - 1))
    }
}
