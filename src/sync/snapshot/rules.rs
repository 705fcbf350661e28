//! The rules for one entry that was edited by hand: filled in, checked, and sealed where it must be.

use std::collections::BTreeMap;

use crate::model::{
    Command, Content, EntryId, FieldRule, Fix, Form, Holds, Limits, Placed, RecordPath, Row, Slug, State,
    Table, TableKind, Visibility, check_text, complete_action, instant_value,
};
use crate::seal::OpenError;
use crate::store::Notes;

use super::context::SnapshotContext;
use super::{EntryRules, TakenOut};
use crate::sync::combine::carry::carry_back;
use crate::sync::error::SyncError;
use crate::sync::load::working_copy::WorkTree;
use crate::sync::outcome::SyncNote;
use crate::sync::problems::{at_entry, at_loose, doubled, problem, put_file_back, taken_out};
use crate::sync::secrets::keys::{ViewError, author};

/// The rules for one snapshot of the folder.
pub(super) struct Rules<'a> {
    pub(super) context: &'a SnapshotContext<'a>,
    pub(super) work: &'a WorkTree,
    pub(super) notes: Vec<SyncNote>,
    /// Entries that have no id in the folder: which of those in its record each is.
    pub(super) new: BTreeMap<EntryId, usize>,
}

impl EntryRules for Rules<'_> {
    fn in_clear(&self, id: EntryId, entry: &Table) -> Option<Table> {
        if entry.ciphertext().is_none() {
            return Some(entry.clone());
        }
        let is_mine = |by: &Slug| self.is_me(by);
        author(entry).filter(is_mine)?;
        let opened = self.context.keys.open_entry(self.context.pair, id, entry)?.ok()?;
        let mut clear = entry.clone();
        clear.put("sealed", None);
        let content = opened.content.table();
        clear.fields.extend(content.fields.iter().cloned());
        clear.above.extend(content.above.iter().cloned());
        clear.rows.extend(content.rows.iter().cloned());
        Some(clear)
    }

    fn new_id(&mut self) -> EntryId {
        (self.context.new_id)()
    }

    fn note_new(&mut self, id: EntryId, nth: usize) {
        self.new.insert(id, nth);
    }

    fn doubled(&self, id: EntryId, copies: &[Placed]) -> SyncError {
        let problem = doubled(id, copies, |path| self.source(path));
        SyncError::Problems(problem.into_iter().collect())
    }

    fn taken_out(&self, edits: &[TakenOut]) -> SyncError {
        let problem = |edit: &TakenOut| {
            let TakenOut {
                record,
                entry,
                stands,
            } = *edit;
            taken_out(record, entry, stands, self.source(&record.path()))
        };
        SyncError::Problems(edits.iter().map(problem).collect())
    }

    fn is_mine(&self, entry: &Table) -> bool {
        author(entry).is_some_and(|by| self.is_me(&by))
    }

    fn remembered_readers(&self, id: EntryId) -> Option<Visibility> {
        let memory = Notes::of(self.context.repo.common_dir()).readers()?;
        memory.known.handed_on(id, self.context.me.as_ref())
    }

    fn admit(&mut self, id: EntryId, placed: &mut Placed, before: &[&Placed]) -> Result<(), SyncError> {
        self.complete(placed, before)?;
        self.check_entry(id, placed, before)?;
        self.seal(id, placed, before)
    }

    fn carry_back(&self, sides: [&State; 3], state: &mut State) -> Vec<EntryId> {
        carry_back(sides, state, self.context.pair, self.context.keys)
    }

    /// An entry that my key cannot open goes only by the hand of somebody who can read it. A record that is gone as a
    /// whole is more likely a mishap than a wish.
    fn remove(&self, id: EntryId, before: &Placed) -> Result<(), SyncError> {
        let SnapshotContext { keys, pair, .. } = self.context;
        let path = before.home.path();
        let back = put_file_back("bring it back", &path);
        let is_closed = || {
            let opened = keys.open_entry(pair, id, &before.entry);
            before.entry.ciphertext().is_some() && !matches!(opened, Some(Ok(_)))
        };
        let (what, help) = if !self.work.ids.contains_key(&path) {
            let what = "the record is gone from the folder, with its entries";
            (what.to_owned(), back)
        } else if is_closed() {
            let what = format!("entry {id} was removed by hand; only who can read it may remove it");
            (what, back)
        } else if self.work.files.get(&path).is_some_and(Vec::is_empty) {
            // A full disk leaves a file so, where an editor writes over it.
            let what = "the record is empty, and its entries are gone with it";
            let remove = Command::ours(["rm", id.as_str()]);
            (
                what.to_owned(),
                back.or(Fix::by("an entry that should go", remove)),
            )
        } else {
            return Ok(());
        };
        Err(problem(&path, &what, help))
    }
}

impl Rules<'_> {
    fn is_me(&self, by: &Slug) -> bool {
        self.context.me.as_ref() == Some(by)
    }

    /// The text of a record as it lies there, to show a problem in it.
    pub(super) fn source(&self, path: &str) -> String {
        let context = self.context;
        let as_head = || {
            let file = RecordPath::parse(path).and_then(|record| context.head_side.blobs.get(&record))?;
            context.repo.blob(file.id, Limits::FILE).ok()
        };
        let bytes = self.work.files.get(path).cloned().or_else(as_head);
        String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
    }

    /// An entry in words. An id that was made in this run stands nowhere.
    fn named(&self, id: EntryId) -> String {
        match self.new.contains_key(&id) {
            true => "an entry without an id".to_owned(),
            false => format!("entry {id}"),
        }
    }

    /// A problem of an entry, shown where it stands.
    fn problem(&self, id: EntryId, placed: &Placed, what: String, help: impl Into<Fix>) -> SyncError {
        let path = placed.home.path();
        let source = self.source(&path);
        SyncError::Problems(vec![match self.new.get(&id) {
            Some(nth) => at_loose(placed.home, *nth, source, what, help),
            None => at_entry(&path, source, id.as_str(), what, help),
        }])
    }

    /// Fills in the author and the time, and the fields that an action needs.
    fn complete(&self, placed: &mut Placed, before: &[&Placed]) -> Result<(), SyncError> {
        for key in ["by", "at"] {
            if placed.entry.get(key).is_none() {
                let old = before.iter().find_map(|b| b.entry.get(key)).cloned();
                let value = match (old, key) {
                    (Some(old), _) => old,
                    (None, "by") => match &self.context.me {
                        Some(me) => me.as_str().into(),
                        None => return Err(self.context.keys.no_seat(self.context.pair)),
                    },
                    (None, _) => instant_value(self.context.now),
                };
                placed.entry.set(key, value);
            }
        }
        complete_action(&mut placed.entry);
        Ok(())
    }

    /// Members must be known, and texts must hold no control characters.
    fn check_entry(&self, id: EntryId, placed: &Placed, before: &[&Placed]) -> Result<(), SyncError> {
        let named = self.named(id);
        let report = |what: String, help: Fix| Err(self.problem(id, placed, what, help));
        let names_member = |field: &&FieldRule| matches!(field.holds, Holds::Member);
        for FieldRule { name: key, .. } in TableKind::Entry.fields().filter(names_member) {
            let slug = placed.entry.get_str(key);
            let old = before.iter().any(|b| b.entry.get_str(key) == slug);
            if let Some(slug) = slug.filter(|slug| self.context.pair.member(slug).is_none() && !old) {
                let [one, other] = self.context.pair.members();
                let what = format!("`{key}` names {slug}, who is no member of this pair");
                let help = format!("write \"{}\" or \"{}\"", one.slug, other.slug);
                return report(what, help.into());
            }
        }
        if let Some(Err(what)) = placed.entry.get_str("text").map(check_text) {
            let what = format!("the text of {named} holds a {what}");
            return report(what, "delete it; only newlines and tabs are kept".into());
        }
        let mut bodies = placed.entry.rows_of("body");
        if bodies.any(|row| row.alternative.exposes_words()) {
            let what = format!("a conflict of {named} holds a sealed text in clear");
            let resolve = Command::ours(["resolve"]);
            return report(what, Fix::by("delete the row, or resolve it", resolve));
        }
        let versions = || before.iter().map(|before| &before.entry);
        let is_sealed = versions()
            .chain([&placed.entry])
            .any(|entry| entry.ciphertext().is_some());
        let is_old = |row: &Row| versions().any(|entry| entry.rows_of("body").any(|old| old == row));
        let mut opened = placed.entry.rows_of("body").filter(|row| !is_old(row));
        if is_sealed && opened.any(|row| row.alternative.form() == Form::Clear) {
            let what = format!("a conflict of {named} holds in clear what fewer people may read");
            return report(what, "delete the row".into());
        }
        Ok(())
    }

    /// Seals the texts that are to be sealed, before Git sees them.
    fn seal(&mut self, id: EntryId, placed: &mut Placed, before: &[&Placed]) -> Result<(), SyncError> {
        let old = before.first().map(|b| &b.entry);
        if let Some(old) = old.filter(|old| old.ciphertext().is_some()) {
            // The author and the time are bound to the seal.
            for key in ["by", "at"] {
                placed.entry.put(key, old.get(key).cloned());
            }
        }
        let by = author(&placed.entry).ok_or(SyncError::NotAMember)?;
        self.keep_readers(id, placed, &by, before);
        if placed.entry.ciphertext().is_some() {
            self.check_sealed(id, placed, &by, old)
        } else if placed.entry.visibility().is_sealed() {
            self.seal_clear(id, placed, &by, old)
        } else if old.is_some_and(|o| o.ciphertext().is_some()) && !self.is_me(&by) {
            let what = format!("entry {id} was sealed by {by}, who alone may share it");
            let path = placed.home.path();
            Err(problem(&path, &what, put_file_back("put the entry back", &path)))
        } else {
            Ok(())
        }
    }

    /// An edit never changes who reads (docs/privacy.md#widening): an entry of mine that was sealed is sealed again for the
    /// same readers, whatever somebody wrote in the place of the seal.
    fn keep_readers(&mut self, id: EntryId, placed: &mut Placed, by: &Slug, before: &[&Placed]) {
        if !self.is_me(by) || placed.entry.ciphertext().is_some() {
            return;
        }
        let sealed = before.iter().filter(|before| before.entry.ciphertext().is_some());
        let readers = sealed.map(|before| {
            let opened = self.context.keys.open_entry(self.context.pair, id, &before.entry);
            let opened = opened.and_then(Result::ok).map(|opened| opened.visibility);
            opened.unwrap_or_else(|| before.entry.inherited_visibility())
        });
        if let Some(readers) = readers
            .min()
            .filter(|readers| *readers < placed.entry.visibility())
        {
            placed.entry.set("visibility", readers.as_str());
            self.notes.push(SyncNote::ReadersKept { entry: id, readers });
        }
    }

    fn seal_clear(
        &mut self,
        id: EntryId,
        placed: &mut Placed,
        by: &Slug,
        old: Option<&Table>,
    ) -> Result<(), SyncError> {
        let entry = &placed.entry;
        let visibility = entry.visibility();
        self.context.keys.require_identity()?;
        if visibility == Visibility::Private && !self.is_me(by) {
            return Err(self.not_mine(id, placed, by, old));
        }
        if old.is_some_and(|o| o.get("text").is_some()) {
            self.notes.push(SyncNote::SealedLate(id));
        }
        placed.entry = self.sealed(id, placed, visibility, &Content::of_entry(entry))?;
        Ok(())
    }

    /// An entry with a content sealed. One that cannot be is shown where it stands.
    fn sealed(
        &self,
        id: EntryId,
        placed: &Placed,
        visibility: Visibility,
        content: &Content,
    ) -> Result<Table, SyncError> {
        let SnapshotContext { keys, pair, .. } = self.context;
        let sealed = keys.sealed_entry(pair, id, &placed.entry, visibility, content);
        sealed.map_err(|error| match error {
            SyncError::Seal { error, .. } => {
                let what = format!("{} cannot be sealed: {error}", self.named(id));
                let help = "take away from what it holds; the file stays as it lies until then";
                self.problem(id, placed, what, help)
            }
            error => error,
        })
    }

    /// The problem of a private entry whose author is somebody else. Nobody takes over what another one wrote.
    fn not_mine(&self, id: EntryId, placed: &Placed, by: &Slug, old: Option<&Table>) -> SyncError {
        let named = self.named(id);
        match old.is_some_and(|old| author(old).as_ref() == Some(by)) {
            true => {
                let what = format!("{named} is by {by}, who alone can make it private");
                // A kind seals where no visibility is written.
                let key = ["visibility", "kind"]
                    .into_iter()
                    .find(|key| placed.entry.get(key).is_some());
                let key = key.unwrap_or("visibility");
                let help = match old.and_then(|old| old.get_str(key)) {
                    Some(was) => format!("write {key} = {was:?}, as it was"),
                    None => format!("delete the line `{key}`, which was not there"),
                };
                let add = Command::ours(["add", "--private", "--re", id.as_str()]);
                let help = Fix::from(help).or(Fix::by("a private entry of your own", add));
                self.problem(id, placed, what, help)
            }
            false => {
                let what = format!("{named} is private and names {by} as its author, who is not you");
                self.problem(
                    id,
                    placed,
                    what,
                    "write your own slug as `by`, or delete the line",
                )
            }
        }
    }

    /// An entry that is sealed already. A text that was written beside its ciphertext goes inside.
    fn check_sealed(
        &mut self,
        id: EntryId,
        placed: &mut Placed,
        by: &Slug,
        old: Option<&Table>,
    ) -> Result<(), SyncError> {
        let (keys, pair) = (self.context.keys, self.context.pair);
        let entry = &placed.entry;
        let has_clear_text = entry.holds_content();
        if let Some(old) = old.filter(|o| o.ciphertext() == entry.ciphertext() && !has_clear_text) {
            if old.visibility() != entry.visibility() {
                self.notes.push(SyncNote::VisibilityRestored(id));
                placed.entry.put("visibility", old.get("visibility").cloned());
            }
            return Ok(());
        }
        let is_anothers = old.is_none() && !has_clear_text && !self.is_me(by);
        let opened = match keys.open_entry(pair, id, entry) {
            Some(Ok(opened)) => opened,
            // Another's private entry that was brought back as it was.
            Some(Err(ViewError::Open(OpenError::NotForMe))) if is_anothers => return Ok(()),
            _ => {
                let path = placed.home.path();
                let what =
                    format!("entry {id} is sealed, was changed by hand, and cannot be opened with your key");
                let help = put_file_back("put the entry back as it was", &path);
                return Err(problem(&path, &what, help));
            }
        };
        if has_clear_text {
            let added = Content::of_entry(entry);
            let (mut content, added) = (opened.content, added.table());
            let inside = content.table_mut();
            for field in &added.fields {
                inside.set(&field.key, field.value.clone());
            }
            inside.above.extend(added.comments().cloned());
            inside.rows.extend(added.rows.iter().cloned());
            inside.tidy_rows();
            placed.entry = self.sealed(id, placed, opened.visibility, &content)?;
        }
        Ok(())
    }
}
