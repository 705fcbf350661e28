//! Who could read each sealed entry, as one clone saw it: an entry that arrives wider is noticed
//! (docs/privacy.md#entries-that-arrive-wider).

use std::collections::BTreeMap;

use super::format::Table;
use super::id::EntryId;
use super::slug::Slug;
use super::words::Visibility;

/// Who reads an entry as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience {
    /// Its author, as it says; none if it names none.
    pub by: Option<Slug>,
    /// The readers of the body that is shown.
    pub shown: Visibility,
    /// The readers of the body that most people read, where bodies are in conflict.
    pub most: Visibility,
}

impl Audience {
    /// Of an entry, by [`super::Form::readers`] of each of its bodies.
    pub fn of(entry: &Table, opened: impl Fn(&str) -> Option<Visibility>) -> Self {
        let shown = entry.form().readers(entry.visibility(), &opened);
        let rows = entry.rows_of("body").map(|row| &row.alternative);
        let rows = rows.map(|body| body.form().readers(body.visibility(), &opened));
        Self {
            by: entry.get_str("by").and_then(|by| by.parse().ok()),
            shown,
            most: rows.fold(shown, Visibility::max),
        }
    }
}

/// How an entry arrived for more readers than its author let.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Who read it then.
    pub shown: Visibility,
    /// The id of the commit that did it; none if it is not known.
    pub commit: Option<String>,
    /// The id of the last commit that this clone knew before the entry arrived so; none if it knew none.
    pub until: Option<String>,
}

/// One entry that was seen sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownEntry {
    /// Its author, as it was seen first, whatever its `by` says later.
    pub by: Slug,
    /// The fewest readers that it had. Only its author raises them, in this clone.
    pub readers: Visibility,
    /// Who reads it now; none if it is gone.
    pub shown: Option<Visibility>,
    /// How it arrived wider, if nobody has answered that yet: whoever seals it meanwhile seals somebody else's words.
    pub arrived: Option<Arrival>,
    /// Whether the person was told of an entry that is not theirs.
    pub is_told: bool,
}

impl KnownEntry {
    /// Whether it stands and arrived wider, and its author has not answered yet.
    pub fn is_wider(&self) -> bool {
        self.is_shown_to_more() || self.shown.is_some() && self.arrived.is_some()
    }

    fn is_shown_to_more(&self) -> bool {
        self.shown.is_some_and(|shown| shown > self.readers)
    }

    /// Who could read it when it arrived wider.
    pub fn arrived_for(&self) -> Visibility {
        let arrived = self.arrived.as_ref().map(|arrived| arrived.shown);
        arrived.or(self.shown).unwrap_or(self.readers)
    }

    fn see(&mut self, shown: Option<Visibility>) {
        if shown != self.shown {
            self.is_told = false;
        }
        self.shown = shown;
        match (shown, &mut self.arrived) {
            (Some(shown), None) if shown > self.readers => {
                self.arrived = Some(Arrival {
                    shown,
                    commit: None,
                    until: None,
                });
            }
            (Some(shown), Some(arrived)) => arrived.shown = arrived.shown.max(shown),
            _ => {}
        }
    }

    fn end_if_narrow(&mut self) {
        if !self.is_shown_to_more() {
            self.arrived = None;
        }
    }
}

/// An entry as it stands now, for [`KnownReaders::learn`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingEntry {
    /// The entry.
    pub id: EntryId,
    /// Who reads it; none if it is gone.
    pub audience: Option<Audience>,
    /// Whether this is news: an older commit may be looked at, which holds what its author has opened since.
    pub is_new: bool,
}

/// The entries that a clone ever saw sealed, removed ones too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownReaders {
    entries: BTreeMap<EntryId, KnownEntry>,
}

impl FromIterator<(EntryId, KnownEntry)> for KnownReaders {
    fn from_iter<T: IntoIterator<Item = (EntryId, KnownEntry)>>(entries: T) -> Self {
        let entries = entries.into_iter().collect();
        Self { entries }
    }
}

impl KnownReaders {
    /// The entries.
    pub fn iter(&self) -> impl Iterator<Item = (EntryId, &KnownEntry)> {
        self.entries.iter().map(|(id, known)| (*id, known))
    }

    /// One entry.
    pub fn get(&self, id: EntryId) -> Option<&KnownEntry> {
        self.entries.get(&id)
    }

    /// One entry, if it arrived wider and its author has not answered.
    pub fn get_wider(&self, id: EntryId) -> Option<&KnownEntry> {
        self.get(id).filter(|known| known.is_wider())
    }

    /// Learns from what arrived. `passed` are entries as they stood in any commit that is new here, the oldest first; `now`
    /// are the entries that may have changed.
    ///
    /// An entry that was not known gets the fewest readers that it had on the way. One that was known only loses
    /// readers by how it stands now: a commit that came late holds what its author has opened since. Where bodies are
    /// in conflict, the widest one counts for that: an edit under seal takes no `share` back.
    pub fn learn(
        &mut self,
        passed: impl IntoIterator<Item = (EntryId, Audience)>,
        now: impl IntoIterator<Item = StandingEntry>,
    ) {
        let now: Vec<StandingEntry> = now.into_iter().collect();
        let standing = now.iter().filter_map(|now| Some((now.id, now.audience.clone()?)));
        let mut new: BTreeMap<EntryId, KnownEntry> = BTreeMap::new();
        for (id, audience) in passed.into_iter().chain(standing) {
            let readers = audience.shown;
            let Some(by) = audience
                .by
                .filter(|_| readers.is_sealed() && self.get(id).is_none())
            else {
                continue;
            };
            let first = KnownEntry {
                by,
                readers,
                shown: None,
                arrived: None,
                is_told: false,
            };
            let seen = new.entry(id).or_insert(first);
            seen.readers = seen.readers.min(readers);
        }
        self.entries.append(&mut new);
        for StandingEntry { id, audience, is_new } in now {
            let Some(known) = self.entries.get_mut(&id) else {
                continue;
            };
            let most = audience.as_ref().map(|audience| audience.most);
            if is_new {
                known.readers = known.readers.min(most.unwrap_or(known.readers));
            }
            known.see(audience.map(|audience| audience.shown));
            // Whatever arrives wider after this is to be told anew.
            if most.is_none_or(|most| most <= known.readers) {
                known.is_told = false;
            }
        }
    }

    /// The person lets more people read an entry, or says that they did.
    pub fn raise(&mut self, id: EntryId, to: Visibility) {
        if let Some(known) = self.entries.get_mut(&id) {
            known.readers = known.readers.max(to);
            known.end_if_narrow();
        }
    }

    /// The author has answered for an entry that had arrived wider: it is as they want it.
    pub fn answer(&mut self, id: EntryId) {
        if let Some(known) = self.entries.get_mut(&id) {
            known.end_if_narrow();
        }
    }

    /// Nobody here has to answer for an entry of somebody else: what its author made narrow is narrow.
    pub fn answer_for_others(&mut self, me: Option<&Slug>) {
        let others = self.entries.values_mut();
        let others = others.filter(|known| me != Some(&known.by));
        others.for_each(KnownEntry::end_if_narrow);
    }

    /// Remembers which commit let more people read an entry, and the last one that was known before.
    pub fn set_commit(&mut self, id: EntryId, commit: String, until: Option<String>) {
        if let Some(arrived) = self.entries.get_mut(&id).and_then(|known| known.arrived.as_mut()) {
            (arrived.commit, arrived.until) = (Some(commit), until);
        }
    }

    /// Remembers that the person was told of an entry.
    pub fn told(&mut self, id: EntryId) {
        if let Some(known) = self.entries.get_mut(&id) {
            known.is_told = true;
        }
    }

    /// The entries that arrived wider, where their author has not answered.
    pub fn wider(&self) -> impl Iterator<Item = (EntryId, &KnownEntry)> {
        self.iter().filter(|(_, known)| known.is_wider())
    }

    /// Those of one author.
    #[must_use]
    pub fn of(&self, author: Option<&Slug>) -> Self {
        let theirs = self.iter().filter(|(_, known)| Some(&known.by) == author);
        theirs.map(|(id, known)| (id, known.clone())).collect()
    }

    /// Who may read what `me` writes to follow an entry that was ever sealed. Of an entry of the other member these are both
    /// of them at least.
    pub fn handed_on(&self, re: EntryId, me: Option<&Slug>) -> Option<Visibility> {
        let known = self.get(re)?;
        Some(match me == Some(&known.by) {
            true => known.readers,
            false => known.readers.max(Visibility::Confidential),
        })
    }

    /// Who may read at most what `me` writes now to follow an entry: those who could read it, if it arrived wider or is
    /// gone. Of an entry of the other member these are both of them at least. None if there is nothing to say.
    pub fn following(&self, re: EntryId, me: Option<&Slug>) -> Option<Visibility> {
        let known = self.get(re)?;
        let readers = self.handed_on(re, me)?;
        (known.is_wider() || known.shown.is_none()).then_some(readers)
    }

    /// Who may read an entry at most that this clone writes: an entry that arrived wider, or one that follows it by `re`,
    /// is written for those who could read it before. None if there is nothing to say.
    pub fn bound(&self, id: EntryId, re: Option<EntryId>) -> Option<Visibility> {
        let bounds = [Some(id), re].into_iter().flatten();
        let bounds = bounds.filter_map(|id| self.get_wider(id));
        bounds.map(|known| known.readers).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Visibility::{Confidential, Private, Shared};

    fn id(n: u8) -> EntryId {
        "kkkkkkkkkkkk"
            .replace('k', &char::from(b'k' + n).to_string())
            .parse()
            .unwrap()
    }

    fn read_by(by: &str, shown: Visibility, most: Visibility) -> Audience {
        let by = by.parse().ok();
        Audience { by, shown, most }
    }

    fn entry(by: &str, readers: Visibility) -> Audience {
        read_by(by, readers, readers)
    }

    fn now(n: u8, audience: Option<&Audience>) -> StandingEntry {
        let audience = audience.cloned();
        StandingEntry {
            id: id(n),
            audience,
            is_new: true,
        }
    }

    fn wider(known: &KnownReaders) -> Vec<EntryId> {
        known.wider().map(|(id, _)| id).collect()
    }

    #[test]
    fn an_entry_that_arrives_wider_is_noticed_whatever_its_by_says() {
        let mut known = KnownReaders::default();
        let (mine, bait) = (entry("ana", Private), entry("sam", Shared));
        known.learn([], [now(0, Some(&mine)), now(1, Some(&entry("ana", Shared)))]);
        assert_eq!(known.iter().count(), 1, "what was never sealed is not kept");
        assert!(wider(&known).is_empty());
        known.learn([], [now(0, Some(&bait))]);
        assert_eq!(wider(&known), [id(0)]);
        assert_eq!(known.get(id(0)).unwrap().by.as_str(), "ana");
        assert_eq!(known.bound(id(0), None), Some(Private));
        assert_eq!(known.bound(id(1), Some(id(0))), Some(Private));
        assert_eq!(known.bound(id(1), None), None);
        known.raise(id(0), Shared);
        assert!(wider(&known).is_empty());
        // An author takes a share back.
        known.learn([], [now(0, Some(&mine))]);
        known.learn([], [now(0, Some(&bait))]);
        assert_eq!(wider(&known), [id(0)]);
    }

    #[test]
    fn a_bait_that_is_sealed_since_still_asks_its_author() {
        let mut known = KnownReaders::default();
        let (mine, bait) = (entry("ana", Private), entry("ana", Shared));
        known.learn([], [now(0, Some(&mine))]);
        known.learn([], [now(0, Some(&bait))]);
        known.set_commit(id(0), "c".to_owned(), None);
        known.learn([], [now(0, Some(&mine))]);
        assert_eq!(wider(&known), [id(0)]);
        known.learn([], [now(0, None)]);
        assert!(wider(&known).is_empty(), "one that is gone is silent");
        known.learn([], [now(0, Some(&mine))]);
        let arrived = known.get_wider(id(0)).unwrap().arrived.clone().unwrap();
        assert_eq!(
            (arrived.shown, arrived.commit.as_deref()),
            (Shared, Some("c")),
            "it came back as it was"
        );
        let sam = "sam".parse().unwrap();
        let mut sams = known.clone();
        sams.answer_for_others(Some(&sam));
        assert!(wider(&sams).is_empty(), "nobody else has to answer");
        known.answer(id(0));
        assert!(wider(&known).is_empty());
        known.learn([], [now(0, Some(&bait))]);
        known.answer(id(0));
        assert_eq!(wider(&known), [id(0)], "an answer says that it is narrow again");
    }

    #[test]
    fn an_edit_under_seal_takes_no_share_back() {
        let mut known = KnownReaders::default();
        known.learn([], [now(0, Some(&entry("ana", Confidential)))]);
        known.raise(id(0), Shared);
        known.learn([], [now(0, Some(&read_by("ana", Confidential, Shared)))]);
        known.learn([], [now(0, Some(&entry("ana", Shared)))]);
        assert!(wider(&known).is_empty());
        // An older commit is no news.
        let older = StandingEntry {
            is_new: false,
            ..now(0, Some(&entry("ana", Private)))
        };
        known.learn([], [older]);
        known.learn([], [now(0, Some(&entry("ana", Shared)))]);
        assert!(wider(&known).is_empty());
    }

    #[test]
    fn whoever_was_told_is_told_again_after_it_was_narrow() {
        let mut known = KnownReaders::default();
        let (narrow, hidden) = (entry("ana", Private), read_by("ana", Private, Shared));
        known.learn([], [now(0, Some(&narrow))]);
        known.learn([], [now(0, Some(&hidden))]);
        known.told(id(0));
        known.learn([], [now(0, Some(&hidden))]);
        assert!(known.get(id(0)).unwrap().is_told);
        known.learn([], [now(0, Some(&narrow))]);
        assert!(!known.get(id(0)).unwrap().is_told);
    }

    #[test]
    fn an_entry_that_came_and_went_on_the_way_is_known() {
        let (sealed, bait) = (entry("ana", Confidential), entry("ana", Shared));
        let mut known = KnownReaders::default();
        known.learn(
            [(id(0), sealed.clone()), (id(1), sealed.clone())],
            [now(0, Some(&bait)), now(1, None)],
        );
        assert_eq!(wider(&known), [id(0)]);
        known.learn([], [now(1, Some(&bait))]);
        assert_eq!(wider(&known), [id(0), id(1)]);
        known.learn([], [now(0, None)]);
        assert_eq!(wider(&known), [id(1)], "one that is gone shows nothing");
    }

    #[test]
    fn an_old_commit_that_comes_late_takes_no_readers_back() {
        let (sealed, shared) = (entry("ana", Private), entry("ana", Shared));
        let mut known = KnownReaders::default();
        known.learn([], [now(0, Some(&sealed))]);
        known.raise(id(0), Shared);
        known.learn([(id(0), sealed)], [now(0, Some(&shared))]);
        assert!(wider(&known).is_empty());
    }

    #[test]
    fn a_seal_that_opens_decides_and_not_the_word_beside_it() {
        let mut entry = Table::default();
        entry.set("by", "ana");
        entry.set("visibility", "private");
        entry.set("sealed", "-");
        assert_eq!(Audience::of(&entry, |_| None).shown, Private);
        let inner = Audience::of(&entry, |_| Some(Confidential));
        assert_eq!((inner.shown, inner.most), (Confidential, Confidential));
        entry.remove("sealed");
        entry.set("text", "x");
        assert_eq!(Audience::of(&entry, |_| None).shown, Shared, "in clear");
    }
}
