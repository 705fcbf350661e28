//! A pair opened for a command: to answer a question, or to write.

use crate::git::Repository;
use crate::model::{Date, EntryId, Home, MeetingKey, Pair, Slug, State};
use crate::query::{IdError, Ids, Records, parse_until};
use crate::render::{json, text};
use crate::sync::{Address, Conflict, Interest, Reader, Take, View, ViewError, Workspace, conflicts, view};

use super::context::{Context, Place};
use super::error::{Failure, problems_failure, unresolved};
use super::hint::Hint;
use super::notes;

/// A pair read to answer a question.
pub(super) struct Reading {
    pub(super) name: String,
    pub(super) repo: Repository,
    pub(super) records: Records,
    pub(super) ids: Ids,
    reader: Reader,
    me: Option<Slug>,
}

impl Reading {
    /// Reads the records of homes that `wanted` accepts, and says what was skipped.
    pub(super) fn open(
        context: &mut Context,
        place: &Place,
        wanted: impl Fn(Home) -> bool,
    ) -> Result<Self, Failure> {
        let repo = Repository::open(&place.dir)?;
        let reader = Reader::open(&repo, &context.environment(), wanted)?;
        for problem in &reader.skipped {
            context.out.warn(format!("skipped {problem}"));
        }
        if !reader.skipped.is_empty() {
            context
                .out
                .hint(Hint::ours(["check"]).why("see what is wrong, and the fix"));
        }
        let View {
            entries,
            meetings,
            closed,
            ..
        } = reader.view();
        if closed.values().any(|e| *e == ViewError::NoIdentity) {
            context
                .out
                .warn("sealed entries stay closed: there is no identity that could be read on this machine");
        }
        let records = Records {
            pair: reader.pair.clone(),
            entries,
            meetings,
        };
        let ids = Ids::new(&records, context.now);
        let known = context.registry()?.at(&place.dir).and_then(|p| p.me.parse().ok());
        let me = known.filter(|me: &Slug| reader.pair.member(me.as_str()).is_some());
        let name = name_of(place, &reader.pair, me.as_ref());
        Ok(Self {
            name,
            repo,
            records,
            ids,

            reader,
            me,
        })
    }

    /// Which member I am. Somebody with a clone and no seat reads as the report does.
    pub(super) fn me(&self) -> Slug {
        let me = self
            .me
            .clone()
            .or_else(|| self.reader.keys.me(&self.records.pair));
        me.unwrap_or_else(|| self.records.pair.report.slug.clone())
    }

    /// Which member I am, by my key; none for somebody with no seat.
    pub(super) fn seat(&self) -> Option<Slug> {
        self.reader.keys.me(&self.records.pair)
    }

    /// My keys and pins.
    pub(super) fn keys(&self) -> &crate::sync::Keys {
        &self.reader.keys
    }

    /// The records as they stand.
    pub(super) fn state(&self) -> &State {
        &self.reader.loaded.state
    }

    /// The entry that a person typed.
    pub(super) fn resolve(&self, typed: &str) -> Result<EntryId, Failure> {
        resolve(&self.ids, &self.records, typed)
    }

    /// Who wrote the values of conflicts, for those entries that have one.
    pub(super) fn notes(&self) -> Result<crate::render::Notes, Failure> {
        notes::of_conflicts(&self.repo, &self.records, self.state())
    }

    /// The same, where the answer has a place for them: JSON names the author of every value.
    pub(super) fn notes_for(&self, context: &Context) -> Result<crate::render::Notes, Failure> {
        if context.global.json {
            self.notes()
        } else {
            Ok(crate::render::Notes::new())
        }
    }

    /// The pair, for JSON.
    pub(super) fn scope<'a>(&'a self, notes: &'a crate::render::Notes) -> json::Scope<'a> {
        json::Scope {
            pair: &self.name,
            notes,
        }
    }

    /// The conflicts that stand, heads of records and the pair included.
    pub(super) fn conflicts(&self) -> Vec<Conflict> {
        conflicts(self.state(), &self.records.pair, self.keys())
    }

    /// How many entries, heads and settings have a conflict.
    pub(super) fn conflicted(&self) -> usize {
        let all: std::collections::BTreeSet<Address> = self.conflicts().iter().map(|c| c.at).collect();
        all.len()
    }
}

/// A pair opened to write in it, its lock held.
pub(super) struct Desk {
    pub(super) name: String,
    pub(super) workspace: Workspace,
    pub(super) me: Slug,
    pub(super) records: Records,
    pub(super) ids: Ids,
}

impl Desk {
    /// Opens a pair to write in it: hand edits are taken in first.
    pub(super) fn open(context: &mut Context, place: &Place) -> Result<Self, Failure> {
        Self::open_for(context, place, Interest::Everything)
    }

    /// The same, reading no more than what is of interest.
    pub(super) fn open_for(
        context: &mut Context,
        place: &Place,
        interest: Interest,
    ) -> Result<Self, Failure> {
        let workspace = Workspace::open(&place.dir, context.environment(), Take::Records, interest)?;
        let me = workspace.me()?;
        let name = name_of(place, workspace.pair(), Some(&me));
        notes::say_all(context, workspace.said());
        let records = records_of(&workspace, workspace.state());
        let ids = ids_of(&workspace, &records, context)?;
        Ok(Self {
            name,
            workspace,
            me,
            records,
            ids,
        })
    }

    /// The entry that a person typed.
    pub(super) fn resolve(&self, typed: &str) -> Result<EntryId, Failure> {
        resolve(&self.ids, &self.records, typed)
    }

    /// The entries that a person typed, each once: all are known before anything is done to one.
    pub(super) fn resolve_all(&self, typed: &[String]) -> Result<Vec<EntryId>, Failure> {
        let mut ids = Vec::new();
        for word in typed {
            let id = self.resolve(word)?;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok(ids)
    }

    /// Commits a new state as what the command did, and writes it out.
    pub(super) fn save(
        &mut self,
        context: &mut Context,
        state: State,
        message: Option<&str>,
    ) -> Result<(), Failure> {
        self.refuse_unwritable(&state)?;
        if self.workspace.commit(state, message)? {
            self.workspace.record_command(&context.command)?;
        }
        self.settle_down(context)
    }

    /// Writes out what is committed. The records are read anew.
    pub(super) fn settle_down(&mut self, context: &mut Context) -> Result<(), Failure> {
        let written = self.workspace.write_out()?;
        notes::say_written(context, &written);
        self.look_again(context)
    }

    /// Whether entries with these themes are known, those of records that were not read included.
    pub(super) fn knows_themes(&self, themes: &[Slug]) -> Result<bool, Failure> {
        let (known, unread) = (self.records.themes(), self.workspace.unread()?.themes);
        Ok(themes
            .iter()
            .all(|theme| known.contains(theme) || unread.contains(theme.as_str())))
    }

    /// Reads every record, where only some were of interest so far.
    pub(super) fn read_everything(&mut self, context: &Context) -> Result<(), Failure> {
        self.workspace.read_everything()?;
        self.look_again(context)
    }

    fn look_again(&mut self, context: &Context) -> Result<(), Failure> {
        self.records = records_of(&self.workspace, self.workspace.state());
        self.ids = ids_of(&self.workspace, &self.records, context)?;
        Ok(())
    }

    /// A record that cannot be read is not written over, so nothing may be put into it.
    fn refuse_unwritable(&self, state: &State) -> Result<(), Failure> {
        let broken: Vec<_> = self.workspace.broken().collect();
        if broken.is_empty() {
            return Ok(());
        }
        let (before, files) = (self.workspace.state().files(), state.files());
        let hit: Vec<_> = broken
            .into_iter()
            .filter(|problem| files.get(&problem.path) != before.get(&problem.path))
            .cloned()
            .collect();
        if hit.is_empty() {
            Ok(())
        } else {
            Err(problems_failure(hit))
        }
    }

    /// Who looks, for what people read.
    pub(super) fn screen<'a>(&'a self, context: &'a Context) -> text::Screen<'a> {
        screen(context, &self.records.pair, &self.me, &self.ids)
    }

    /// Says where a write went and who can read it.
    pub(super) fn echo(&self, context: &mut Context, id: EntryId) {
        if let Some(entry) = self.records.entry(id) {
            let line = text::echo(&self.screen(context), entry.home, entry.read_as());
            let short = self.ids.short(id);
            context.out.say(format!("{} {short}", line.trim_end()));
        }
    }

    /// Answers with the entries that were written: as JSON where it was asked for.
    pub(super) fn answer(&self, context: &mut Context, ids: &[EntryId], one: bool) -> Result<(), Failure> {
        if !context.global.json {
            return Ok(());
        }
        let notes = crate::render::Notes::new();
        let scope = json::Scope {
            pair: &self.name,
            notes: &notes,
        };
        let entries: Vec<_> = ids.iter().filter_map(|id| self.records.entry(*id)).collect();
        let document = match entries.as_slice() {
            [only] if one => json::Document::entry(only, &scope),
            several => json::Document::entries(several.iter().copied(), &scope),
        };
        context.out.data(&json::one(&document))
    }
}

/// Who looks, for what people read.
pub(super) fn screen<'a>(
    context: &'a Context,
    pair: &'a Pair,
    me: &'a Slug,
    ids: &'a Ids,
) -> text::Screen<'a> {
    text::Screen {
        pair,
        me,
        today: context.today,
        ids,
        width: context.width,
        named: context.out.pair(),
    }
}

/// Whether a word is meant as an id: it names an entry, or is no day either.
pub(super) fn names_entry(ids: &Ids, word: &str, today: Date) -> bool {
    match ids.resolve(word) {
        Ok(_) | Err(IdError::Ambiguous(_)) => true,
        Err(_) => word.parse::<MeetingKey>().is_err() && parse_until(word, today).is_err(),
    }
}

fn records_of(workspace: &Workspace, state: &State) -> Records {
    let View {
        entries, meetings, ..
    } = view(state, workspace.pair(), workspace.keys(), |_| true);
    Records {
        pair: workspace.pair().clone(),
        entries,
        meetings,
    }
}

/// The ids of all entries, those of records that were not read included.
fn ids_of(workspace: &Workspace, records: &Records, context: &Context) -> Result<Ids, Failure> {
    let ids = Ids::new(records, context.now);
    if workspace.has_read_everything() {
        return Ok(ids);
    }
    let unread = workspace.unread()?;
    Ok(ids.with(unread.open, unread.ids))
}

fn name_of(place: &Place, pair: &Pair, me: Option<&Slug>) -> String {
    match (&place.name, me) {
        (Some(name), _) => name.clone(),
        (None, Some(me)) => pair.partner_of(me).slug.to_string(),
        (None, None) => pair.report.slug.to_string(),
    }
}

fn resolve(ids: &Ids, records: &Records, typed: &str) -> Result<EntryId, Failure> {
    let line = |id: EntryId| {
        let body = records.entry(id).and_then(|e| e.body.as_ref());
        let text = body.map_or("(sealed)", |b| b.text.as_str());
        let first: String = text.lines().next().unwrap_or_default().chars().take(70).collect();
        format!("{}  {first}", ids.short(id))
    };
    ids.resolve(typed).map_err(|e| unresolved(typed, &e, line))
}
