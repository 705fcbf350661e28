//! The baits that a host, or one of the two by plain Git, puts under the ids of entries.

use std::collections::BTreeSet;

use oneonone::git::Signature;
use oneonone::model::{EntryId, Home, Placed, Row, State, Table, Visibility, instant_value};
use oneonone::sync::replica::EntryHistory;

use super::Schedule;

/// A bait that a host puts there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Bait {
    Clear,
    OtherAuthor,
    NoAuthor,
    Confidential,
    /// The word beside the seal says less than the seal.
    Forged,
    Unopenable,
    Row,
    Older,
    Removed,
    RemovedAndBack,
}

const BAITS: [Bait; 10] = [
    Bait::Clear,
    Bait::OtherAuthor,
    Bait::NoAuthor,
    Bait::Confidential,
    Bait::Forged,
    Bait::Unopenable,
    Bait::Row,
    Bait::Older,
    Bait::Removed,
    Bait::RemovedAndBack,
];

impl Schedule {
    /// The entries that the remote had once.
    fn gone_there(&self, state: &State) -> Vec<EntryId> {
        let commits = self.world.dag.commits_since(self.world.remote, None).unwrap();
        let had = commits
            .into_iter()
            .flat_map(|commit| self.state(commit).entries.into_keys());
        let had: BTreeSet<EntryId> = had.collect();
        had.into_iter()
            .filter(|id| !state.entries.contains_key(id))
            .collect()
    }

    /// The host, or somebody by plain Git, writes whatever it likes.
    pub(super) fn host(&mut self) -> Result<(), String> {
        let bait = self.random.pick(&BAITS).unwrap();
        let mut state = self.state(self.world.remote);
        let standing: Vec<EntryId> = state.entries.keys().copied().collect();
        let gone = self.gone_there(&state);
        let of = if bait == Bait::RemovedAndBack {
            &gone
        } else {
            &standing
        };
        let Some(id) = self.random.pick(of) else {
            return Ok(());
        };
        let by = self.truth.get(&id).map_or(0, |(author, _)| *author);
        let (me, other) = match by == 1 {
            true => ("sam", "ana"),
            false => ("ana", "sam"),
        };
        let mut clear = Table::default();
        clear.set("id", id.to_string());
        clear.set("kind", "note");
        clear.set("by", me);
        clear.set("at", instant_value(self.world.now(0)));
        clear.set("text", "bait");
        let (private, confidential) = (Visibility::Private, Visibility::Confidential);
        let entry = match bait {
            Bait::Clear | Bait::RemovedAndBack => Some(clear),
            Bait::OtherAuthor => {
                clear.set("by", other);
                Some(clear)
            }
            Bait::NoAuthor => {
                clear.remove("by");
                Some(clear)
            }
            Bait::Confidential => Some(self.sealed(&state, id, me, &clear, confidential, confidential)),
            Bait::Forged => Some(self.sealed(&state, id, me, &clear, confidential, private)),
            Bait::Unopenable => {
                let another = self.world.new_id();
                Some(self.sealed(&state, another, me, &clear, confidential, confidential))
            }
            Bait::Row => {
                let mut entry = state.entries[&id].entry.clone();
                entry.rows.push(Row {
                    field: "body".to_owned(),
                    alternative: clear.shown("body"),
                });
                entry.tidy_rows();
                Some(entry)
            }
            Bait::Older => {
                let commits = self.world.dag.commits_since(self.world.remote, None).unwrap();
                let commit = self.random.pick(&commits).unwrap();
                self.state(commit)
                    .entries
                    .get(&id)
                    .map(|placed| placed.entry.clone())
            }
            Bait::Removed => None,
        };
        let home = Home::Agenda;
        match entry {
            Some(entry) => drop(state.entries.insert(id, Placed { home, entry })),
            None if bait == Bait::Removed => drop(state.entries.remove(&id)),
            None => return Ok(()),
        }
        self.world.say(|_| format!("host: {bait:?} {id}"));
        self.baits += 1;
        let host = Signature {
            name: "host".to_owned(),
            email: "host@oneonone.invalid".to_owned(),
            seconds: 0,
            offset_minutes: 0,
        };
        self.world.remote = self.world.dag.commit(state, &[self.world.remote], host);
        Ok(())
    }
}
