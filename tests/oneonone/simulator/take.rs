//! A clone takes a rewritten history, in a copy of the world (docs/sync.md#rewritten): the oracle goes by one history that
//! nobody lets go of. Afterwards the copy is thrown away.

use std::collections::{BTreeMap, BTreeSet};

use oneonone::git::CommitId;
use oneonone::model::{Address, Home, State};
use oneonone::sync::replica::base_of;
use oneonone::sync::{OnRewrite, SyncNote};

use super::change::{Owner, everything, words};
use super::oracle::Oracle;
use super::sync::{Fault, Outcome};
use super::vault::Vault;
use super::world::World;

/// A history that a clone let go.
#[derive(Debug, Clone)]
pub(crate) struct LetGo {
    /// Its tip.
    mine: CommitId,
    /// The remote's tip as it was last seen, if the remote lost it.
    seen: Option<CommitId>,
    /// The rewritten tip.
    there: CommitId,
    /// The commits that were made elsewhere.
    elsewhere: BTreeSet<CommitId>,
    /// The addresses of changes that were left out.
    left_out: BTreeSet<String>,
}

/// The words of a state, with the addresses where they stand.
fn words_of(state: &State, vault: &Vault) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for ((owner, field), values) in everything(state, vault) {
        let address = match owner {
            Owner::Entry(id) => Address::Entry(id),
            Owner::Meeting(key) => Address::Home(Home::Meeting(key)),
            Owner::Agenda => Address::Home(Home::Agenda),
            Owner::Pair | Owner::Member(_) => Address::Pair,
        };
        for word in values.iter().flat_map(|value| words(&field, value)) {
            found.entry(word).or_default().insert(address.to_string());
        }
    }
    found
}

impl World {
    /// A copy whose commits nobody else comes to see.
    fn fork(&self) -> Self {
        Self {
            random: self.random.clone(),
            dag: self.dag.clone(),
            vault: self.vault.clone(),
            oracle: Oracle::default(),
            counts: Default::default(),
            clones: self.clones.clone(),
            remote: self.remote,
            stash: self.stash,
            taken_off: self.taken_off.clone(),
            calm: true,
            half_written: self.half_written.clone(),
            stopped: None,
            said: Vec::new(),
            exchanged: None,
            asked: None,
            instead: None,
            on_top: None,
            let_go: None,
            time: self.time,
            word: self.word,
            trace: self.trace.is_some().then(Vec::new),
        }
    }

    /// A clone lets its history go for one that the remote has instead.
    pub(crate) fn lets_go(&mut self, clone: usize, mine: CommitId) {
        let Some((there, left_out)) = self.on_top.take() else {
            return;
        };
        self.let_go = Some(LetGo {
            mine,
            seen: self
                .last_seen(clone)
                .filter(|seen| !self.dag.ancestor(*seen, there)),
            there,
            elsewhere: self.made_elsewhere(clone, [mine, there]),
            left_out: left_out.into_iter().collect(),
        });
    }

    /// Tries in a copy of the world whether a clone takes the rewritten history, whatever goes wrong on the way.
    pub(crate) fn try_take(&mut self, clone: usize) -> Result<(), String> {
        let fault = match self.random.below(10) {
            0 => Fault::CrashBeforeCommit,
            1 => Fault::CrashWritingEdits(self.random.below(5)),
            2 | 3 => Fault::CrashWriting(self.random.below(6)),
            4 => Fault::CrashBeforePush,
            5 => Fault::CrashAfterPush,
            6 => Fault::Refused,
            7 => Fault::LostAnswer { looks: false },
            _ => Fault::None,
        };
        let mut fork = self.fork();
        let taken = fork.takes(clone, fault);
        let lines = fork.trace();
        self.say(|_| format!("in a copy of the world:\n{lines}"));
        for (name, count) in fork.counts.all() {
            self.counts.many(name, count);
        }
        taken.map_err(|what| format!("clone {clone} takes the history ({fault:?}): {what}"))
    }

    fn takes(&mut self, clone: usize, fault: Fault) -> Result<(), String> {
        let mut let_go = None;
        for fault in [fault, Fault::None, Fault::None] {
            let outcome = self.sync(clone, fault, OnRewrite::Take)?;
            // A run that died may have let it go, and the next one finds it so.
            let_go = let_go.or(self.let_go.take());
            let notes = self.exchanged.take().map(|exchanged| exchanged.notes);
            let mut notes = notes.into_iter().flatten();
            let said = notes.find_map(|note| match note {
                SyncNote::RewriteTaken { left_out, .. } => Some(BTreeSet::from_iter(left_out)),
                _ => None,
            });
            if let (Some(said), Some(let_go)) = (said, &let_go)
                && said != let_go.left_out
            {
                return Err(format!(
                    "{said:?} is said to be left out, not {:?}",
                    let_go.left_out
                ));
            }
            match outcome {
                Outcome::LocalRewrite | Outcome::Unrelated => return Ok(()),
                Outcome::Delivered => break,
                _ => {}
            }
        }
        let Some(let_go) = let_go else {
            return Ok(());
        };
        self.counts.add("rewrites taken");
        if self.clones[clone].head != self.remote {
            return Err("the remote has something else than the clone".to_owned());
        }
        self.nothing_comes_back(self.remote, &let_go)
    }

    /// No commit of the history that was let go stands, no word that was taken out, and each word that was not sent.
    fn nothing_comes_back(&self, tip: CommitId, let_go: &LetGo) -> Result<(), String> {
        let LetGo { mine, there, .. } = let_go;
        let old = self.dag.only_in(*mine, &[*there]);
        if let Some(commit) = old.iter().find(|commit| self.dag.ancestor(**commit, tip)) {
            return Err(format!("{} came back", self.name(*commit)));
        }
        let sent = base_of(&*self.dag, let_go.seen.unwrap_or(*there), *mine).map_err(|e| e.to_string())?;
        let of = |commit| words_of(&self.dag.healed(commit).state, &self.vault);
        let sent = sent.map_or_else(BTreeMap::new, |sent| words_of(&sent.state, &self.vault));
        let (mine, there, stands) = (of(*mine), of(*there), of(tip));
        let is_unsent = |word: &&String| mine.contains_key(*word) && !sent.contains_key(*word);
        // Plain Git committed words that a sync had written out by half: nobody can tell them from its author's own.
        let half_written = self.half_written.iter().map(|(commit, ..)| *commit);
        let half_written = half_written.filter(|commit| old.contains(commit));
        let by_half: BTreeSet<String> = half_written.flat_map(|commit| of(commit).into_keys()).collect();
        // Somebody may have copied a word by hand: in another entry it is not sent.
        let holds = |words: &BTreeMap<String, BTreeSet<String>>, word: &String, at: &String| {
            words.get(word).is_some_and(|places| places.contains(at))
        };
        // If the remote lost nothing, each word of an unsent commit of mine stays, whatever a commit that is left out did to it.
        let own = old
            .iter()
            .filter(|commit| let_go.seen.is_none() && !let_go.elsewhere.contains(commit));
        let own: Vec<BTreeMap<String, BTreeSet<String>>> = own.map(|commit| of(*commit)).collect();
        let is_mine =
            |word: &String, at: &String| own.iter().chain([&mine]).any(|words| holds(words, word, at));
        let is_new = |word: &String, at: &String| is_mine(word, at) && !holds(&sent, word, at);
        let is_back = |(word, places): &(&String, &BTreeSet<String>)| {
            let comes_back = !there.contains_key(*word) && !by_half.contains(*word);
            comes_back && !places.iter().all(|at| is_new(word, at))
        };
        if let Some((word, _)) = stands.iter().find(is_back) {
            return Err(format!("{word} was taken out, and came back"));
        }
        let elsewhere: BTreeSet<String> = let_go
            .elsewhere
            .iter()
            .flat_map(|commit| of(*commit).into_keys())
            .collect();
        for word in mine
            .keys()
            .filter(is_unsent)
            .filter(|word| !elsewhere.contains(*word))
        {
            let is_said = mine[word].iter().any(|address| let_go.left_out.contains(address));
            if !stands.contains_key(word) && !is_said {
                return Err(format!(
                    "{word} was lost, at {:?}: not sent, not left out",
                    mine[word]
                ));
            }
        }
        Ok(())
    }
}
