//! The commands of a person to the tool: each makes one change of the records, committed and written out.

use std::convert::Infallible;

use oneonone::app::{begin_meeting, end_meeting};
use oneonone::git::CommitId;
use oneonone::model::{
    Alternative, Content, EntryId, Home, Kind, Meeting, MeetingKey, Placed, Slug, State, Table, Value,
    Visibility, instant_value,
};
use oneonone::query::{Records, carry};
use oneonone::sync::CheckedOut;
use oneonone::sync::replica::{BodySeals, opened_entries};

use super::change::Change;
use super::clone::Stop;
use super::folder::Interrupt;
use super::world::{World, pair_of};

impl World {
    /// One command, whose write-out may be interrupted; with `before` it dies before anything is written.
    pub(crate) fn command(&mut self, clone: usize, interrupt: Interrupt, before: bool) -> Result<(), String> {
        match self.try_command(clone, interrupt, before) {
            Ok(()) | Err(Stop::Crashed) => Ok(()),
            Err(Stop::Wrong(what)) => Err(what),
        }
    }

    fn try_command(&mut self, clone: usize, interrupt: Interrupt, before: bool) -> Result<(), Stop> {
        self.counts.add("commands");
        let (tip, read) = self.open(clone)?;
        if before {
            self.counts.add("crashes before commit");
            return Err(Stop::Crashed);
        }
        self.committed(clone, tip);
        let to = self.edited(clone, tip);
        if let Interrupt::Death(_) = interrupt {
            self.counts.add("crashes mid-write");
        }
        self.write_out(clone, to, &read, interrupt)?;
        Ok(())
    }

    fn edited(&mut self, clone: usize, tip: CommitId) -> CommitId {
        self.edited_by(clone, tip, Self::edit)
    }

    fn edited_by(
        &mut self,
        clone: usize,
        tip: CommitId,
        edit: impl FnOnce(&mut Self, usize, &mut State) -> &'static str,
    ) -> CommitId {
        let side = self.dag.healed(tip);
        let mut state = side.state.clone();
        let what = edit(self, clone, &mut state);
        self.carry_back(clone, [&side.state; 3], &mut state);
        if state == side.state {
            return tip;
        }
        let to = self.dag.commit(state.clone(), &[tip], self.signature(clone));
        let change = Change::between(&side.state, &state, &self.vault);
        self.say(|w| format!("{clone} {what}: {} ({})", w.name(to), said(&change)));
        self.oracle.register(change, self.dag.place(to));
        to
    }

    fn edit(&mut self, clone: usize, state: &mut State) -> &'static str {
        let ids: Vec<EntryId> = state.entries.keys().copied().collect();
        let conflicts = state.entries.values().any(|p| !p.entry.rows.is_empty());
        if conflicts && self.random.once_in(4) {
            self.resolve(clone, state, None);
            return "resolves";
        }
        // Some entries are talked about by everybody.
        let hot = ids.get(..3).filter(|_| self.random.once_in(2)).unwrap_or(&ids);
        let Some(id) = self.random.pick(hot).filter(|_| !self.random.once_in(5)) else {
            self.add(clone, state);
            return "adds";
        };
        match self.random.below(100) {
            0..20 => {
                self.on_entry(clone, state, id, |w, t| w.edit_text(t));
                "edits a text"
            }
            20..42 => {
                self.on_entry(clone, state, id, |w, t| w.set_field(t));
                "sets a field"
            }
            42..48 => {
                let field = ["mood", "due"][self.random.below(2)];
                self.on_entry(clone, state, id, |_, t| drop(t.remove(field)));
                "unsets a field"
            }
            48..56 => {
                self.on_entry(clone, state, id, |w, t| w.edit_themes(t));
                "edits themes"
            }
            56..63 => {
                if self.may_end(clone, state, id) {
                    self.counts.add("deletions");
                    state.entries.remove(&id);
                }
                "deletes"
            }
            63..73 => {
                let now = instant_value(self.now(clone));
                self.on_entry(clone, state, id, |w, t| w.close(t, now));
                "closes or reopens"
            }
            73..80 => {
                self.meet(clone, state);
                "starts or ends a meeting"
            }
            80..90 => {
                self.resolve(clone, state, None);
                "resolves"
            }
            90..94 => {
                self.share(clone, state, id);
                "shares"
            }
            _ => {
                self.edit_head(state);
                "edits a head"
            }
        }
    }

    /// One command whose change is given.
    pub(crate) fn command_of(
        &mut self,
        clone: usize,
        edit: impl FnOnce(&mut Self, usize, &mut State) -> &'static str,
    ) -> Result<(), String> {
        match self.interrupted(clone, edit, Interrupt::Nothing) {
            Ok(_) | Err(Stop::Crashed) => Ok(()),
            Err(Stop::Wrong(what)) => Err(what),
        }
    }

    /// The same, its write-out interrupted.
    pub(crate) fn interrupted(
        &mut self,
        clone: usize,
        edit: impl FnOnce(&mut Self, usize, &mut State) -> &'static str,
        interrupt: Interrupt,
    ) -> Result<CheckedOut, Stop> {
        let (tip, read) = self.open(clone)?;
        self.committed(clone, tip);
        let to = self.edited_by(clone, tip, edit);
        self.write_out(clone, to, &read, interrupt)
    }

    fn add(&mut self, clone: usize, state: &mut State) {
        let id = self.new_id();
        let mut entry = Table::default();
        entry.set("id", id.to_string());
        entry.set(
            "kind",
            ["topic", "topic", "growth", "action"][self.random.below(4)],
        );
        entry.set("by", self.clones[clone].me.as_str());
        entry.set("at", instant_value(self.now(clone)));
        let lines: Vec<String> = (0..1 + self.random.below(5)).map(|_| self.word()).collect();
        entry.set("text", lines.join("\n"));
        if entry.get_str("kind") == Some("action") {
            entry.set("owner", self.clones[clone].me.as_str());
            entry.set("state", "open");
        }
        let mut placed = Placed {
            home: Home::Agenda,
            entry,
        };
        let visibility = match self.random.below(10) {
            0 => Visibility::Private,
            1 => Visibility::Confidential,
            _ => Visibility::Shared,
        };
        if visibility != Visibility::Shared {
            self.seal(clone, state, id, &mut placed.entry, visibility);
        }
        state.entries.insert(id, placed);
    }

    pub(super) fn seal(
        &mut self,
        clone: usize,
        state: &State,
        id: EntryId,
        entry: &mut Table,
        visibility: Visibility,
    ) {
        let content = Content::of_entry(entry);
        self.lock_into(clone, state, id, entry, visibility, &content);
    }

    fn lock_into(
        &mut self,
        clone: usize,
        state: &State,
        id: EntryId,
        entry: &mut Table,
        visibility: Visibility,
        content: &Content,
    ) {
        self.counts.add("sealed writes");
        let by = author(entry);
        let sealed = self
            .key(clone)
            .lock(&pair_of(state), id, &by, visibility, content)
            .unwrap();
        let mut out = Table::default();
        for key in ["id", "by", "at", "carried"] {
            out.put(key, entry.get(key).cloned());
        }
        out.set("visibility", visibility.as_str());
        out.set("sealed", sealed);
        out.rows = entry.rows_of("body").cloned().collect();
        out.body_base.clone_from(&entry.body_base);
        out.tidy_rows();
        *entry = out;
    }

    /// Changes what an entry says, under its seal where it has one that this member can open.
    pub(super) fn on_entry(
        &mut self,
        clone: usize,
        state: &mut State,
        id: EntryId,
        change: impl FnOnce(&mut Self, &mut Table),
    ) {
        let Some(mut placed) = state.entries.remove(&id) else {
            return;
        };
        match placed.entry.get_str("sealed").map(str::to_owned) {
            None => {
                change(self, &mut placed.entry);
                placed.entry.tidy_rows();
            }
            Some(text) => {
                let by = author(&placed.entry);
                if let Some(opened) = self.key(clone).unseal(&pair_of(state), id, &by, &text) {
                    let mut content = opened.content.clone();
                    change(self, content.table_mut());
                    content.table_mut().tidy_rows();
                    if content != opened.content {
                        self.lock_into(clone, state, id, &mut placed.entry, opened.visibility, &content);
                    }
                }
            }
        }
        state.entries.insert(id, placed);
    }

    pub(super) fn edit_text(&mut self, table: &mut Table) {
        let text = table.get_str("text").unwrap_or_default();
        let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
        let at = self.random.below(lines.len());
        match self.random.below(5) {
            0 if lines.len() > 1 => drop(lines.remove(at)),
            1 => lines.insert(at, self.word()),
            2 => lines.push(self.word()),
            _ => lines[at] = self.word(),
        }
        table.set("text", lines.join("\n"));
    }

    pub(super) fn set_field(&mut self, table: &mut Table) {
        match self.random.below(4) {
            0 => table.set("due", self.date()),
            1 => table.set("owner", ["ana", "sam"][self.random.below(2)]),
            _ => table.set("mood", self.word()),
        }
    }

    fn edit_themes(&mut self, table: &mut Table) {
        let themes = table.get("themes").and_then(Value::as_array).unwrap_or_default();
        let mut themes = themes.to_vec();
        if !themes.is_empty() && self.random.once_in(2) {
            themes.remove(self.random.below(themes.len()));
        } else {
            themes.push(Value::from(self.word()));
        }
        table.put("themes", (!themes.is_empty()).then_some(Value::Array(themes)));
    }

    fn close(&mut self, table: &mut Table, now: Value) {
        if table.get_str("kind") != Some("action") {
            return;
        }
        self.counts.add("actions closed or reopened");
        let state = ["open", "done", "dropped"][self.random.below(3)];
        table.set("state", state);
        table.put("closed", (state != "open").then_some(now));
    }

    /// Whether this member may end an entry, or a conflict of its bodies: nothing that they cannot open goes by them.
    fn may_end(&self, clone: usize, state: &State, id: EntryId) -> bool {
        let entry = &state.entries[&id].entry;
        let by = author(entry);
        let rows = entry.rows_of("body").map(|r| r.alternative.clone());
        let pair = pair_of(state);
        let opens = |text: &str| self.key(clone).unseal(&pair, id, &by, text).is_some();
        rows.chain([entry.shown("body")])
            .all(|body| body.get("sealed").and_then(Value::as_str).is_none_or(opens))
    }

    /// Ends a conflict of an entry, or of any.
    pub(super) fn resolve(&mut self, clone: usize, state: &mut State, of: Option<EntryId>) {
        let in_conflict = |p: &Placed| !p.entry.rows.is_empty() || p.entry.get("sealed").is_some();
        let ids: Vec<EntryId> = state
            .entries
            .iter()
            .filter(|(_, p)| in_conflict(p))
            .map(|(id, _)| *id)
            .collect();
        let Some(id) = of
            .filter(|id| ids.contains(id))
            .or_else(|| self.random.pick(&ids))
        else {
            return;
        };
        let bodies = state.entries[&id].entry.rows_of("body").next().is_some();
        if !bodies {
            self.on_entry(clone, state, id, |w, t| {
                let fields: Vec<String> = t.conflicted().into_iter().map(str::to_owned).collect();
                if !fields.is_empty() {
                    let field = fields[w.random.below(fields.len())].clone();
                    w.end_conflict(t, &field);
                }
            });
        } else if self.may_end(clone, state, id) {
            let mut placed = state.entries.remove(&id).unwrap();
            self.end_conflict(&mut placed.entry, "body");
            state.entries.insert(id, placed);
        }
    }

    fn end_conflict(&mut self, table: &mut Table, field: &str) {
        self.counts.add("conflicts resolved");
        let rows = table.rows_of(field).map(|r| r.alternative.clone());
        let choices: Vec<Alternative> = rows.chain([table.shown(field)]).collect();
        let chosen = choices[self.random.below(choices.len())].clone();
        table.rows.retain(|row| row.field != field);
        table.show(field, &chosen);
        table.tidy_rows();
    }

    /// The author lets more people read an entry.
    pub(super) fn share(&mut self, clone: usize, state: &mut State, id: EntryId) {
        let mut placed = state.entries[&id].clone();
        let by = author(&placed.entry);
        let text = placed.entry.get_str("sealed").map(str::to_owned);
        let opened = text.and_then(|text| self.key(clone).unseal(&pair_of(state), id, &by, &text));
        let Some(opened) = opened.filter(|_| by == self.clones[clone].me) else {
            return;
        };
        if opened.visibility == Visibility::Private && self.random.once_in(2) {
            let content = opened.content;
            self.lock_into(
                clone,
                state,
                id,
                &mut placed.entry,
                Visibility::Confidential,
                &content,
            );
        } else {
            placed.entry = opened.content.in_clear(&placed.entry);
        }
        state.entries.insert(id, placed);
    }

    pub(super) fn meet(&mut self, clone: usize, state: &mut State) {
        let now = self.now(clone);
        let records = self.records(clone, state);
        let open: Vec<&Meeting> = records.meetings.iter().filter(|m| m.is_unended()).collect();
        if let Some(meeting) = open.last() {
            self.counts.add("meetings ended");
            let carried = match self.random.once_in(2) {
                true => carry(&records, meeting),
                false => {
                    let topics = records.of_meeting(meeting.key).into_iter();
                    let topics = topics.filter(|e| e.kind() == Some(Kind::Topic));
                    topics.filter(|_| self.random.once_in(2)).map(|e| e.id).collect()
                }
            };
            self.end_meeting(clone, state, meeting.key, &carried);
            return;
        }
        self.counts.add("meetings started");
        let first: MeetingKey = ["2026-11-10", "2026-11-17"][self.random.below(2)]
            .parse()
            .unwrap();
        let number = (1..).find(|n| !state.meetings.contains_key(&MeetingKey { number: *n, ..first }));
        let key = MeetingKey {
            number: number.unwrap(),
            ..first
        };
        begin_meeting(&records, state, key, now);
    }

    /// Ends a meeting as `end` does: these of its entries go back to the agenda.
    pub(super) fn end_meeting(
        &mut self,
        clone: usize,
        state: &mut State,
        key: MeetingKey,
        carried: &[EntryId],
    ) {
        let (records, now) = (self.records(clone, state), self.now(clone));
        let Ok(()) = end_meeting(&records, state, key, now, carried, |state, id, change| {
            self.on_entry(clone, state, id, |_, table| change(table));
            Ok::<(), Infallible>(())
        });
    }

    /// The records as a member sees them.
    pub(super) fn records(&self, clone: usize, state: &State) -> Records {
        let pair = pair_of(state);
        let entries = state.entries.iter().map(|(id, placed)| (*id, placed));
        Records {
            entries: opened_entries(entries, &pair, &self.key(clone)),
            meetings: state.typed_meetings().collect(),
            pair,
        }
    }

    fn edit_head(&mut self, state: &mut State) {
        let keys: Vec<MeetingKey> = state.meetings.keys().copied().collect();
        let pair = state.pair.as_mut().unwrap();
        match (self.random.below(4), self.random.pick(&keys)) {
            (0, _) => pair.top.set("next", self.date()),
            (1, _) => {
                let member = pair
                    .members
                    .get_mut(["ana", "sam"][self.random.below(2)])
                    .unwrap();
                let mut keys = member
                    .get("keys")
                    .and_then(Value::as_array)
                    .unwrap_or_default()
                    .to_vec();
                keys.push(Value::from(format!("age1{}", self.word())));
                member.set("keys", Value::Array(keys));
            }
            (2, Some(key)) => state.meetings.get_mut(&key).unwrap().set("room", self.word()),
            _ => state.agenda.get_or_insert_default().set("colour", self.word()),
        }
    }
}

fn author(entry: &Table) -> Slug {
    entry.get_str("by").unwrap().parse().unwrap()
}

pub(super) fn said(change: &Change) -> String {
    let new: Vec<&str> = change.written.iter().map(|(_, word)| word.as_str()).collect();
    let gone: Vec<&str> = change.removed.iter().map(String::as_str).collect();
    let touched: Vec<String> = change
        .touched
        .keys()
        .map(|(owner, field)| format!("{owner:?} {field}"))
        .collect();
    format!("+{} -{} at {}", new.join(" "), gone.join(" "), touched.join(", "))
}
