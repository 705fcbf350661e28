//! The rules for one entry that was edited by hand: filled in, checked, and sealed where it must be.

use crate::model::{
    Content, EntryId, FieldRule, Holds, Placed, Slug, State, Table, TableKind, Visibility, check_text,
    complete_action, instant_value,
};
use crate::seal::OpenError;

use super::EntryRules;
use super::hand::SnapshotContext;
use crate::sync::error::SyncError;
use crate::sync::load::side::Side;
use crate::sync::load::working_copy::WorkTree;
use crate::sync::outcome::SyncNote;
use crate::sync::problems::{at_entry, problem};
use crate::sync::secrets::keys::{ViewError, author};

impl SnapshotContext<'_> {
    /// What my key cannot open goes only by the hand of somebody who can read it; and a record that is gone as a whole
    /// is more likely a mishap than a wish.
    fn refuse_removal(&self, state: &State, remembered: &Side, work: &WorkTree) -> Result<(), SyncError> {
        for (id, old) in &remembered.state.entries {
            if state.entries.contains_key(id) || !self.head_side.state.entries.contains_key(id) {
                continue;
            }
            let path = old.home.path();
            let gone = !work.ids.contains_key(&path);
            // A disk that is full leaves a file so, where an editor writes over it.
            let emptied = work.files.get(&path).is_some_and(Vec::is_empty);
            let closed = old.entry.ciphertext().is_some_and(|text| {
                author(&old.entry).is_none_or(|by| self.keys.open(self.pair, *id, &by, text).is_err())
            });
            let back = format!("bring it back: git checkout HEAD -- {path}");
            let (what, help) = match () {
                () if gone => (
                    "the record is gone from the folder, with its entries".to_owned(),
                    back,
                ),
                () if closed => (
                    format!("entry {id} was removed by hand; only who can read it may remove it"),
                    back,
                ),
                () if emptied => (
                    "the record is empty, and its entries are gone with it".to_owned(),
                    format!("{back}; an entry that should go: oneonone rm {id}"),
                ),
                () => continue,
            };
            return Err(problem(&path, &what, &help));
        }
        Ok(())
    }

    /// An entry as it would stand in clear; none where it is sealed and not mine, or cannot be opened.
    fn clear(&self, id: EntryId, entry: &Table) -> Option<Table> {
        let Some(ciphertext) = entry.ciphertext() else {
            return Some(entry.clone());
        };
        let by = author(entry).filter(|by| self.me.as_ref() == Some(by))?;
        let opened = self.keys.open(self.pair, id, &by, ciphertext).ok()?;
        let mut clear = entry.clone();
        clear.put("sealed", None);
        clear.fields.extend(opened.content.table().fields.iter().cloned());
        Some(clear)
    }

    /// Fills in the author and the time, and what an action needs.
    fn complete(&self, placed: &mut Placed, before: &[&Placed]) -> Result<(), SyncError> {
        for key in ["by", "at"] {
            if placed.entry.get(key).is_none() {
                let old = before.iter().find_map(|b| b.entry.get(key)).cloned();
                let value = match (old, key) {
                    (Some(old), _) => old,
                    (None, "by") => self.me.as_ref().ok_or(SyncError::NotAMember)?.as_str().into(),
                    (None, _) => instant_value(self.now),
                };
                placed.entry.set(key, value);
            }
        }
        complete_action(&mut placed.entry);
        Ok(())
    }

    /// Members must be known, and texts must hold no control characters.
    fn check(
        &self,
        id: EntryId,
        placed: &Placed,
        before: &[&Placed],
        work: &WorkTree,
    ) -> Result<(), SyncError> {
        let path = placed.home.path();
        let report = |what: String, help: &str| {
            let source = self.source(work, &path);
            Err(SyncError::Problems(vec![at_entry(
                &path,
                source,
                id.as_str(),
                what,
                help,
            )]))
        };
        let names_member = |field: &&FieldRule| matches!(field.holds, Holds::Member);
        for FieldRule { name: key, .. } in TableKind::Entry.fields().filter(names_member) {
            let slug = placed.entry.get_str(key);
            let old = before.iter().any(|b| b.entry.get_str(key) == slug);
            if let Some(slug) = slug.filter(|slug| self.pair.member(slug).is_none() && !old) {
                let [manager, report_] = self.pair.members();
                let help = format!("write \"{}\" or \"{}\"", manager.slug, report_.slug);
                return report(
                    format!("`{key}` names {slug}, who is no member of this pair"),
                    &help,
                );
            }
        }
        if let Some(text) = placed.entry.get_str("text")
            && let Err(what) = check_text(text)
        {
            return report(
                format!("the text of {id} holds a {what}"),
                "delete it; only newlines and tabs are kept",
            );
        }
        for row in placed.entry.rows_of("body") {
            if row.alternative.exposes_words() {
                return report(
                    format!("a conflict of {id} holds a sealed text in clear"),
                    "delete the row, or resolve it: oneonone resolve",
                );
            }
        }
        Ok(())
    }

    /// Seals what is to be sealed, before Git sees it.
    fn seal(
        &self,
        id: EntryId,
        placed: &mut Placed,
        before: &[&Placed],
        notes: &mut Vec<SyncNote>,
    ) -> Result<(), SyncError> {
        if let Some(old) = before.first().filter(|o| o.entry.ciphertext().is_some()) {
            // Who wrote it and when is bound to the seal.
            for key in ["by", "at"] {
                placed.entry.put(key, old.entry.get(key).cloned());
            }
        }
        let entry = &placed.entry;
        let by = author(entry).ok_or(SyncError::NotAMember)?;
        let old = before.first().map(|b| &b.entry);
        let Some(ciphertext) = entry.ciphertext().map(str::to_owned) else {
            let visibility = entry.visibility();
            if !visibility.is_sealed() {
                let was_sealed = old.is_some_and(|o| o.ciphertext().is_some());
                if was_sealed && self.me.as_ref() != Some(&by) {
                    let what = format!("entry {id} was sealed by {by}, who alone may share it");
                    return Err(problem(
                        &placed.home.path(),
                        &what,
                        &format!("put the entry back: git checkout HEAD -- {}", placed.home.path()),
                    ));
                }
                return Ok(());
            }
            self.may_write(id, &by, visibility, placed)?;
            if old.is_some_and(|o| o.get("text").is_some()) {
                notes.push(SyncNote::SealedLate(id));
            }
            let content = Content::of_entry(entry);
            placed.entry = self
                .keys
                .sealed_entry(self.pair, id, entry, visibility, &content)?;
            return Ok(());
        };
        let untouched = old.is_some_and(|o| o.ciphertext() == Some(ciphertext.as_str()));
        let clear = entry.holds_content();
        if untouched && !clear {
            if let Some(old) = old.filter(|o| o.visibility() != entry.visibility()) {
                notes.push(SyncNote::VisibilityRestored(id));
                placed.entry.put("visibility", old.get("visibility").cloned());
            }
            return Ok(());
        }
        let opened = match self.keys.open(self.pair, id, &by, &ciphertext) {
            Ok(opened) => opened,
            // Another's private entry that was brought back as it was.
            Err(ViewError::Open(OpenError::NotForMe))
                if old.is_none() && !clear && self.me.as_ref() != Some(&by) =>
            {
                return Ok(());
            }
            Err(_) => {
                return Err(problem(
                    &placed.home.path(),
                    &format!("entry {id} is sealed, was changed by hand, and cannot be opened with your key"),
                    &format!(
                        "put the entry back as it was: git checkout HEAD -- {}",
                        placed.home.path()
                    ),
                ));
            }
        };
        if clear {
            // What was written beside the ciphertext goes inside.
            let added = Content::of_entry(entry);
            let mut content = opened.content;
            for field in &added.table().fields {
                content.table_mut().set(&field.key, field.value.clone());
            }
            let comments: Vec<String> = added.table().comments().cloned().collect();
            content.table_mut().above.extend(comments);
            content
                .table_mut()
                .rows
                .extend(added.table().rows.iter().cloned());
            content.table_mut().tidy_rows();
            placed.entry = self
                .keys
                .sealed_entry(self.pair, id, entry, opened.visibility, &content)?;
        }
        Ok(())
    }

    /// Only its author writes a private entry.
    fn may_write(
        &self,
        id: EntryId,
        by: &Slug,
        visibility: Visibility,
        placed: &Placed,
    ) -> Result<(), SyncError> {
        self.keys.require_identity()?;
        if visibility == Visibility::Private && self.me.as_ref() != Some(by) {
            let what = format!("entry {id} is private and names {by} as its author, who is not you");
            return Err(problem(
                &placed.home.path(),
                &what,
                "write your own slug as `by`, or delete the line",
            ));
        }
        Ok(())
    }
}

/// The rules for one snapshot of the folder.
pub(super) struct Rules<'a> {
    pub(super) hand: &'a SnapshotContext<'a>,
    pub(super) base: &'a Side,
    pub(super) work: &'a WorkTree,
    pub(super) notes: Vec<SyncNote>,
}

impl EntryRules for Rules<'_> {
    fn in_clear(&self, id: EntryId, entry: &Table) -> Option<Table> {
        self.hand.clear(id, entry)
    }

    fn new_id(&mut self) -> EntryId {
        (self.hand.new_id)()
    }

    fn doubled(&self, id: EntryId, copies: &[Placed]) -> SyncError {
        let homes: Vec<String> = copies.iter().map(|copy| copy.home.path()).collect();
        let what = format!("the id {id} stands in {}", homes.join(" and in "));
        let help = "delete one of the two, or the id of the copy to make it an entry of its own";
        let path = homes.get(1).cloned().unwrap_or_default();
        let source = self.hand.source(self.work, &path);
        SyncError::Problems(vec![at_entry(&path, source, id.as_str(), what, help)])
    }

    fn admit(&mut self, id: EntryId, placed: &mut Placed, before: &[&Placed]) -> Result<(), SyncError> {
        self.hand.complete(placed, before)?;
        self.hand.check(id, placed, before, self.work)?;
        self.hand.seal(id, placed, before, &mut self.notes)
    }

    fn check(&self, state: &State) -> Result<(), SyncError> {
        self.hand.refuse_removal(state, self.base, self.work)
    }
}
