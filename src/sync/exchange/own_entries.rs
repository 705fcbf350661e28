//! Words of mine that commits which came changed or removed, and which commits did it (docs/privacy.md#words-of-mine).

use std::collections::{BTreeMap, BTreeSet};

use crate::git::CommitId;
use crate::merge::Comparison;
use crate::model::{EntryId, Placed, Slug, Table, Value, Visibility};

use super::incoming_names::NamesThatCame;
use crate::sync::changed_entries::{CommitMaker, OwnChange, OwnChangeHow};
use crate::sync::error::SyncError;
use crate::sync::load::compare::compare;
use crate::sync::secrets::entry_history::versions;
use crate::sync::secrets::keys::author;
use crate::sync::upstream::seen::pushed_by_git;
use crate::sync::view::removed_entry;
use crate::sync::workspace::Workspace;

/// So many commits are looked at for the one that changed an entry. An entry is named whether it is found or not.
const MOST: usize = 5000;

/// The tips of a sync, between which commits came.
pub(super) struct SyncTips {
    /// The remote's tip as this clone saw it before.
    pub(super) seen: Option<CommitId>,
    /// The remote's tip.
    pub(super) there: Option<CommitId>,
    /// The prepared commit before the exchange.
    pub(super) here: Option<CommitId>,
    /// The reference by which plain Git follows the branch there.
    pub(super) tracking: Option<String>,
}

/// The entries of mine that the commits which came changed in their text, made unreadable, gave to somebody else or removed.
/// Whether plain Git had fetched or merged them before plays no part. Those of `told` are told elsewhere.
///
/// # Errors
/// When the repository cannot be read.
pub(super) fn own_changes(
    workspace: &Workspace,
    tips: &SyncTips,
    told: &BTreeSet<EntryId>,
) -> Result<Vec<OwnChange>, SyncError> {
    let (Some(seen), Some(there), Ok(me)) = (tips.seen.or(tips.here), tips.there, workspace.me()) else {
        return Ok(Vec::new());
    };
    if seen == there || workspace.repo.commit_info(seen).is_err() {
        return Ok(Vec::new());
    }
    let look = Look { workspace, me };
    let came = look.compare(seen, Some(there))?;
    let now = look.compare(seen, workspace.tip)?;
    // A branch that plain Git brought here already says nothing of what I did.
    let here = tips
        .here
        .filter(|here| !workspace.repo.is_ancestor(there, *here).unwrap_or(true));
    let here = match here {
        Some(here) => look.compare(seen, Some(here))?,
        None => Comparison::default(),
    };
    let after = |comparison: &Comparison| -> BTreeMap<EntryId, Option<Placed>> {
        let stood = comparison.stood_otherwise();
        stood.map(|(id, _, new)| (id, new.cloned())).collect()
    };
    let (came, mine) = (after(&came), after(&here));
    let (mut changes, mut kept) = (Vec::new(), BTreeSet::new());
    for (id, was, is) in now.stood_otherwise() {
        let is_mine = author(&was.entry).as_ref() == Some(&look.me);
        if !is_mine || !came.contains_key(&id) || told.contains(&id) {
            continue;
        }
        if let Some((how, is_kept)) = look.how(id, was, is, [came.get(&id), mine.get(&id)]) {
            kept.extend(is_kept.then_some(id));
            changes.push(OwnChange {
                how,
                stood: removed_entry(&workspace.keys, workspace.pair(), id, was),
                stands: is.map(|is| removed_entry(&workspace.keys, workspace.pair(), id, is)),
                made_by: None,
            });
        }
    }
    let pushed = match &tips.tracking {
        Some(tracking) if !changes.is_empty() => pushed_by_git(&workspace.repo, tracking)?,
        _ => BTreeSet::new(),
    };
    look.drop_given_back(&mut changes, there)?;
    let from_here = look.find_makers(&mut changes, [seen, there], &pushed)?;
    changes.retain(|change| {
        let maker = change.made_by.as_ref().and_then(|by| by.member.as_ref());
        let is_between_mine = kept.contains(&change.stood.id) && maker == Some(&look.me);
        !is_between_mine && !from_here.contains(&change.stood.id)
    });
    Ok(changes)
}

/// The words of an entry, in each body that my key opens.
#[derive(PartialEq, Eq)]
struct EntryWords {
    visibility: Visibility,
    text: Option<String>,
    /// The texts that stand against it in a conflict.
    others: Vec<String>,
    /// Everything that it says; only of a private entry, which nobody else can edit.
    content: Option<Table>,
}

impl EntryWords {
    fn texts(&self) -> impl Iterator<Item = &String> {
        self.text.iter().chain(&self.others)
    }

    fn holds(&self, text: &String) -> bool {
        self.texts().any(|held| held == text)
    }
}

struct Look<'a> {
    workspace: &'a Workspace,
    me: Slug,
}

impl Look<'_> {
    fn compare(&self, old: CommitId, new: Option<CommitId>) -> Result<Comparison, SyncError> {
        compare(&self.workspace.repo, &self.workspace.cache, Some(old), new)
    }

    /// How an entry of mine differs from what it was, if that is to be told, and whether my words stand there all the same.
    /// `came` is how it came, `mine` how I had it where I had changed it meanwhile.
    fn how(
        &self,
        id: EntryId,
        was: &Placed,
        is: Option<&Placed>,
        [came, mine]: [Option<&Option<Placed>>; 2],
    ) -> Option<(OwnChangeHow, bool)> {
        let Some(is) = is else {
            // I had removed it, too.
            return (mine != Some(&None)).then_some((OwnChangeHow::Removed, false));
        };
        if came == Some(&None) {
            return None;
        }
        let how = self.differs(id, was, is)?;
        let words = self.words(id, is);
        let (before, meanwhile) = (
            self.words(id, was),
            mine.and_then(|mine| self.words(id, mine.as_ref()?)),
        );
        // It is as I edited it, or my words stand in a conflict beside the others.
        let is_kept = |own: &Option<EntryWords>| match (own, &words) {
            (Some(own), Some(now)) => own == now || own.text.iter().any(|text| now.others.contains(text)),
            _ => false,
        };
        // A merge of plain Git may have made the conflict before this.
        let came = came.and_then(|came| self.words(id, came.as_ref()?));
        let is_beside = match (&came, &words) {
            (Some(came), Some(now)) => !now.others.is_empty() && now.texts().any(|text| !came.holds(text)),
            _ => false,
        };
        let is_kept = how == OwnChangeHow::Text && (is_kept(&meanwhile) || is_kept(&before) || is_beside);
        // Nobody but me can edit a private one: whoever put another text there may have put back an older one.
        let is_told = !is_kept || came.is_some_and(|came| came.content.is_some() && Some(came) != before);
        is_told.then_some((how, is_kept))
    }

    /// How an entry that still stands differs in what it says.
    fn differs(&self, id: EntryId, was: &Placed, is: &Placed) -> Option<OwnChangeHow> {
        if author(&is.entry).as_ref() != Some(&self.me) {
            return Some(OwnChangeHow::Author);
        }
        match (self.words(id, was), self.words(id, is)) {
            (Some(was), Some(is)) => {
                let is_same = was.text == is.text && (was.content.is_none() || was.content == is.content);
                (!is_same).then_some(OwnChangeHow::Text)
            }
            (Some(_), None) => Some(OwnChangeHow::Closed),
            (None, Some(_)) => Some(OwnChangeHow::Text),
            (None, None) => (was.entry.ciphertext() != is.entry.ciphertext()).then_some(OwnChangeHow::Closed),
        }
    }

    /// The words of an entry; none if my key does not open it.
    fn words(&self, id: EntryId, placed: &Placed) -> Option<EntryWords> {
        let (keys, pair) = (&self.workspace.keys, self.workspace.pair());
        let (visibility, content) = keys.content(pair, id, placed).ok()?;
        let table = content.table();
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let mut others: Vec<String> = table
            .rows_of("text")
            .filter_map(|row| text(row.alternative.value()))
            .collect();
        for row in placed.entry.rows_of("body") {
            let opened = row.alternative.ciphertext();
            let opened = opened.and_then(|sealed| keys.open(pair, id, &self.me, sealed).ok());
            others.extend(match opened {
                Some(opened) => opened.content.table().get_str("text").map(str::to_owned),
                None => text(row.alternative.get("text")),
            });
        }
        Some(EntryWords {
            visibility,
            text: table.get_str("text").map(str::to_owned),
            others,
            content: (visibility == Visibility::Private).then(|| table.clone()),
        })
    }

    /// Finds who made each change: the person who changed the entry last. Several commits in a row may be theirs: the first of
    /// these is named. An earlier change by another person, after my last one, is a change of its own: the way back of the last
    /// change brings those words, too. Returns the entries whose last change is a commit that plain Git `pushed` from here.
    fn find_makers(
        &self,
        changes: &mut Vec<OwnChange>,
        [seen, there]: [CommitId; 2],
        pushed: &BTreeSet<CommitId>,
    ) -> Result<BTreeSet<EntryId>, SyncError> {
        let repo = &self.workspace.repo;
        let (mut from_here, mut found) = (BTreeSet::new(), BTreeSet::new());
        let mut earlier: BTreeMap<EntryId, Vec<CommitMaker>> = BTreeMap::new();
        // My words stood where a command of this clone had written them.
        let own = self.workspace.commits_of_commands()?;
        let names = NamesThatCame::of(repo, Some(seen), there, self.workspace.pair())?;
        for commit in repo.ancestors(there, &[seen])?.take(MOST) {
            if found.len() == changes.len() {
                break;
            }
            let info = repo.commit_info(commit?)?;
            let mut differs = Vec::new();
            for parent in &info.parents {
                // Beyond the border of a shallow clone nobody can tell.
                if repo.tree_of(*parent).is_ok() {
                    differs.push(self.compare(*parent, Some(info.id))?);
                }
            }
            let maker = names.maker(self.workspace.pair(), &info);
            for change in changes.iter_mut() {
                let (id, how) = (change.stood.id, change.how);
                let did = |comparison: &Comparison| match how {
                    OwnChangeHow::Author => self.gave_away(comparison, id),
                    _ => self.did(comparison, id),
                };
                if found.contains(&id) || differs.is_empty() || !differs.iter().all(did) {
                    continue;
                }
                let is_mine = pushed.contains(&info.id) || own.contains(&info.id);
                let others = earlier.entry(id).or_default();
                match (&change.made_by, others.last_mut()) {
                    (None, _) if is_mine => {
                        from_here.insert(id);
                        found.insert(id);
                    }
                    (None, _) => change.made_by = Some(maker.clone()),
                    (Some(_), _) if is_mine => drop(found.insert(id)),
                    (Some(last), None) if last.is_same_person(&maker) => change.made_by = Some(maker.clone()),
                    (Some(_), Some(before)) if before.is_same_person(&maker) => *before = maker.clone(),
                    _ => others.push(maker.clone()),
                }
            }
        }
        let of_others = changes.iter().flat_map(|change| {
            let others = earlier.remove(&change.stood.id).unwrap_or_default().into_iter();
            others.map(|maker| OwnChange {
                how: match change.how {
                    OwnChangeHow::Removed => OwnChangeHow::Text,
                    how => how,
                },
                made_by: Some(maker),
                ..change.clone()
            })
        });
        let of_others: Vec<OwnChange> = of_others.collect();
        changes.extend(of_others);
        Ok(from_here)
    }

    /// Drops the entries that their first author took back: somebody had written my name into them.
    fn drop_given_back(&self, changes: &mut Vec<OwnChange>, there: CommitId) -> Result<(), SyncError> {
        let given = changes.iter().filter(|change| change.how == OwnChangeHow::Author);
        let given: BTreeSet<EntryId> = given.map(|change| change.stood.id).collect();
        if given.is_empty() {
            return Ok(());
        }
        let mut first: BTreeMap<EntryId, Slug> = BTreeMap::new();
        let repo = &*self.workspace.repo;
        for commit in repo.ancestors(there, &[])?.take(MOST) {
            for (id, version) in versions(repo, commit?, &given)? {
                let by = version.after.as_ref().and_then(|after| author(&after.entry));
                first.extend(by.map(|by| (id, by)));
            }
        }
        changes.retain(|change| {
            let is_given = given.contains(&change.stood.id);
            !is_given || first.get(&change.stood.id).is_none_or(|by| *by == self.me)
        });
        Ok(())
    }

    /// Whether an entry was mine, and says from one commit to the next that somebody else wrote it. Whoever touches it later
    /// did not do that.
    fn gave_away(&self, comparison: &Comparison, id: EntryId) -> bool {
        let is_mine = |placed: &Placed| author(&placed.entry).as_ref() == Some(&self.me);
        matches!(comparison.versions(id), [Some(was), Some(is)] if is_mine(was) && !is_mine(is))
    }

    /// Whether an entry says something else from one commit to the next.
    fn did(&self, comparison: &Comparison, id: EntryId) -> bool {
        match comparison.versions(id) {
            [None, None] => false,
            [Some(was), Some(is)] => self.differs(id, was, is).is_some(),
            [_, _] => true,
        }
    }
}
