//! Which remote is the remote (docs/sync.md#branch-and-remote). Pure.

use crate::git::PublicAddress;

/// A remote by its name and its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedRemote {
    /// Its name; its address, as it may be shown, where it has no name. Git is told it: a name may be an address that holds a
    /// password, and words take it from [`NamedRemote::shown`].
    pub name: String,
    /// The address that it is fetched from.
    pub url: PublicAddress,
}

impl NamedRemote {
    /// The same with a name that may be shown.
    #[must_use]
    pub fn shown(&self) -> Self {
        Self {
            name: shown_name(&self.name),
            url: self.url.clone(),
        }
    }
}

/// The name of a remote as it may be shown and written down: it may be an address that holds a password.
pub fn shown_name(name: &str) -> String {
    PublicAddress::of(name).as_str().to_owned()
}

/// The answer to which remote is the remote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Chosen {
    /// There is none.
    None,
    /// This one.
    Remote(NamedRemote),
    /// There are several, and nothing says which.
    Several,
    /// The branch tracks one now, and the pair was synced with another that is still known.
    Other {
        tracked: NamedRemote,
        synced: NamedRemote,
    },
}

/// Chooses the remote: the one that the branch tracks, else the one that was synced before, else the only one. `tracked`
/// is the name of a remote, or an address; `synced` is the address of the last sync.
pub(super) fn choose(
    remotes: &[NamedRemote],
    tracked: Option<NamedRemote>,
    synced: Option<&PublicAddress>,
) -> Chosen {
    let before = synced.and_then(|url| remotes.iter().find(|remote| remote.url == *url));
    match (tracked, before, remotes) {
        (Some(tracked), Some(before), _) if tracked.url != before.url => Chosen::Other {
            tracked,
            synced: before.clone(),
        },
        (Some(tracked), ..) => Chosen::Remote(tracked),
        (None, Some(before), _) => Chosen::Remote(before.clone()),
        (None, None, []) => Chosen::None,
        (None, None, [only]) => Chosen::Remote(only.clone()),
        (None, None, _) => Chosen::Several,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remote(name: &str, url: &str) -> NamedRemote {
        NamedRemote {
            name: name.to_owned(),
            url: PublicAddress::of(url),
        }
    }

    #[test]
    fn the_tracked_one_then_the_one_of_before_then_the_only_one() {
        let (own, theirs) = (remote("origin", "/fork"), remote("upstream", "/a"));
        let both = [own.clone(), theirs.clone()];
        let at = |url: &str| Some(PublicAddress::of(url));
        let choose = |remotes: &[NamedRemote], tracked, synced: Option<PublicAddress>| {
            choose(remotes, tracked, synced.as_ref())
        };
        let is = |chosen: &NamedRemote| Chosen::Remote(chosen.clone());
        assert_eq!(choose(&both, Some(theirs.clone()), None), is(&theirs));
        assert_eq!(choose(&both, Some(theirs.clone()), at("/a")), is(&theirs));
        assert_eq!(choose(&both, None, at("/a")), is(&theirs));
        assert_eq!(choose(&both, None, None), Chosen::Several);
        assert_eq!(choose(&both, None, at("/moved")), Chosen::Several);
        assert_eq!(choose(&both[..1], None, at("/moved")), is(&own));
        assert_eq!(choose(&[], None, at("/a")), Chosen::None);
        // The address of the tracked remote was changed: there is nothing to choose.
        assert_eq!(choose(&both, Some(theirs.clone()), at("/moved")), is(&theirs));
        let address = remote("/b", "/b");
        assert_eq!(choose(&[], Some(address.clone()), None), is(&address));
        let other = Chosen::Other {
            tracked: own.clone(),
            synced: theirs,
        };
        assert_eq!(choose(&both, Some(own), at("/a")), other);
    }
}
