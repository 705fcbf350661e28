//! Plain Git and plain editors beside the tool: files edited by hand, commits, pulls and pushes that it did not make.

use std::collections::BTreeSet;
use std::rc::Rc;

use oneonone::git::CommitId;
use oneonone::model::{EntryId, Files, Home, Loaded, Placed, RecordPath, State};
use oneonone::sync::replica::{History, merge_sides};

use super::change::{Change, is_coarse};
use super::commands::said;
use super::history::{Tree, read};
use super::logs::Move;
use super::world::World;

impl World {
    /// Somebody edits a record in an editor and saves it.
    pub(crate) fn hand_edit(&mut self, clone: usize) {
        self.hand_edit_of(clone, false);
    }

    /// The same; with `loose`, an entry without an id is added.
    pub(crate) fn hand_edit_of(&mut self, clone: usize, loose: bool) {
        let files = self.dag.tree(&self.clones[clone].work);
        let before = read(&files);
        let edited = self.by_hand(clone, &files, &before, loose);
        let Some(edited) = edited else { return };
        let change = Change::between(&before, &read(&edited), &self.vault);
        self.counts.add("hand edits");
        if self.clones[clone].note.is_some() {
            self.counts.add("hand edits while a write was pending");
            self.clones[clone].blind = true;
            // A dead run gave them ids, and they are saved once more without.
            self.oracle.may_stand_twice(texts(&before.loose));
        }
        self.say(|_| format!("{clone} edits by hand ({})", said(&change)));
        let clone = &mut self.clones[clone];
        clone.pending.then(change);
        clone.work = Tree::Files(Rc::new(edited));
    }

    fn by_hand(&mut self, clone: usize, files: &Files, before: &Loaded, loose: bool) -> Option<Files> {
        let mut files = files.clone();
        let homes: Vec<Home> = files
            .keys()
            .filter_map(|p| match RecordPath::parse(p) {
                Some(RecordPath::Home(home)) => Some(home),
                _ => None,
            })
            .collect();
        let home = self.random.pick(&homes)?;
        if loose || self.random.once_in(4) {
            // An entry needs only a text.
            self.counts.add("entries by hand without an id");
            let word = self.word();
            let text = format!("\n[[entry]]\ntext = \"{word}\"\n");
            files.get_mut(&home.path())?.extend(text.into_bytes());
            return Some(files);
        }
        // After a commit by plain Git the tool cannot tell on which of the two a person goes on: both values would stay.
        if self.clones[clone].plain || !before.loose.is_empty() || !before.doubled.is_empty() {
            return None;
        }
        let mut state = before.state.clone();
        let clear = |state: &State, id: &EntryId| !is_coarse(&state.entries[id].entry);
        let ids: Vec<EntryId> = state
            .entries
            .keys()
            .copied()
            .filter(|id| clear(&state, id))
            .collect();
        let id = self.random.pick(&ids)?;
        let was = state.entries[&id].home;
        let word = self.word();
        let placed = state.entries.get_mut(&id)?;
        match self.random.below(8) {
            0 => drop(state.entries.remove(&id)),
            1 => placed.home = home,
            2 => placed.entry.above.push(format!("# {word}")),
            3 | 4 => self.edit_text(&mut placed.entry),
            _ => self.set_field(&mut placed.entry),
        }
        if let Some(placed) = state.entries.get_mut(&id) {
            placed.entry.tidy_rows();
        }
        for home in [was, home] {
            files.insert(home.path(), state.record(RecordPath::Home(home))?);
        }
        Some(files)
    }

    /// `git commit -a`, after an edit by hand or as it lies there.
    pub(crate) fn plain_commit(&mut self, clone: usize) {
        let half_written = self.clones[clone].note.is_some();
        if self.random.once_in(2) {
            self.hand_edit(clone);
        }
        let mut files = self.dag.tree(&self.clones[clone].work);
        if !half_written
            && self.random.once_in(2)
            && let Some(doubled) = self.doubled(&files)
        {
            self.counts.add("entries doubled by hand");
            let change = Change::between(&read(&files), &read(&doubled), &self.vault);
            self.say(|_| format!("{clone} doubles an entry ({})", said(&change)));
            self.clones[clone].pending.then(change);
            files = Rc::new(doubled);
        }
        let head = self.clones[clone].head;
        if files == self.dag.files(head) {
            return;
        }
        self.counts.add("plain commits");
        let commit = self.dag.commit_files(&files, &[head], self.signature(clone));
        self.say(|w| format!("{clone} commits with plain git: {}", w.name(commit)));
        self.committed(clone, commit);
        if half_written {
            let side = self.dag.healed(commit);
            self.oracle.doubled(side.doubled.keys().copied());
            // An entry that stands in no file for a while comes back, though somebody else deletes it meanwhile.
            let before = self.dag.healed(head);
            let ids = before.state.entries.keys().copied();
            let missing = ids.filter(|id| !side.state.entries.contains_key(id));
            self.oracle.doubled(missing);
            let texts = side
                .loose
                .iter()
                .filter_map(|(placed, _)| placed.entry.get_str("text"));
            self.oracle.may_stand_twice(texts.map(str::to_owned));
            self.has_half_of_it(clone, [head, commit]);
        }
        let (number, clone) = (clone, &mut self.clones[clone]);
        (clone.head, clone.work, clone.plain) = (commit, Tree::Of(commit), true);
        self.moved(number, Move::Committed);
    }

    /// Keeps in mind what a commit of a half-written folder has of the commit that was being written.
    fn has_half_of_it(&mut self, clone: usize, [head, commit]: [CommitId; 2]) {
        let Some(to) = self.clones[clone].note.as_ref().map(|note| note.to) else {
            return;
        };
        let [before, half, whole] = [head, commit, to].map(|commit| self.dag.healed(commit));
        let mut written = before.state.clone();
        let ids: BTreeSet<EntryId> = before
            .state
            .entries
            .keys()
            .chain(whole.state.entries.keys())
            .copied()
            .collect();
        for id in ids {
            let placed = whole.state.entries.get(&id);
            match placed {
                _ if half.state.entries.get(&id) != placed => {}
                Some(placed) => drop(written.entries.insert(id, placed.clone())),
                None => drop(written.entries.remove(&id)),
            }
        }
        for (key, table) in &whole.state.meetings {
            if half.state.meetings.get(key) == Some(table) {
                written.meetings.insert(*key, table.clone());
            }
        }
        if half.state.agenda == whole.state.agenda {
            written.agenda.clone_from(&whole.state.agenda);
        }
        if half.state.pair == whole.state.pair {
            written.pair.clone_from(&whole.state.pair);
        }
        let change = Change::between(&before.state, &written, &self.vault);
        self.half_written.push((commit, to, change));
    }

    /// Keeps in mind what a commit by plain Git took back unseen: a later one brings it back.
    pub(crate) fn lacks(&mut self, [commit, later]: [CommitId; 2], came: &State) {
        let change = Change::between(&self.dag.healed(commit).state, came, &self.vault);
        // A run that died may have made one that nobody has.
        let dag = Rc::clone(&self.dag);
        self.half_written
            .retain(|(half, to, _)| *half != commit || dag.ancestor(*to, later));
        self.half_written.push((commit, later, change));
        self.remote_is_half_written();
    }

    /// The remote has a commit of a half-written folder, and not the commit that was being written: it says what that
    /// one says, and does not descend from who wrote it. Or it has one that took something back unseen, and not the one
    /// that brings it back: it does not say what it descends from. Nobody who fetches it can know more.
    pub(crate) fn remote_is_half_written(&mut self) {
        let (dag, remote) = (Rc::clone(&self.dag), self.remote);
        let is_shown = |half: CommitId, to: CommitId| dag.ancestor(half, remote) && !dag.ancestor(to, remote);
        let all = std::mem::take(&mut self.half_written);
        for (half, to, change) in all {
            match is_shown(half, to) {
                true => self.oracle.rewritten(change, dag.place(half)),
                false => self.half_written.push((half, to, change)),
            }
        }
    }

    /// An entry copied into another record, and perhaps changed there.
    fn doubled(&mut self, files: &Files) -> Option<Files> {
        let loaded = read(files);
        if !loaded.loose.is_empty() || !loaded.doubled.is_empty() {
            return None;
        }
        let mut state = loaded.state;
        let ids: Vec<EntryId> = state.entries.keys().copied().collect();
        let id = self.random.pick(&ids)?;
        let was = state.entries[&id].home;
        let mut homes = vec![Home::Agenda];
        homes.extend(state.meetings.keys().map(|key| Home::Meeting(*key)));
        homes.retain(|home| *home != was);
        let home = self.random.pick(&homes)?;
        let placed = state.entries.get_mut(&id)?;
        placed.home = home;
        if !is_coarse(&placed.entry) && self.random.once_in(2) {
            self.set_field(&mut placed.entry);
            placed.entry.tidy_rows();
        }
        let mut files = files.clone();
        files.insert(home.path(), state.record(RecordPath::Home(home))?);
        Some(files)
    }

    /// `git pull`, where Git's own merge by file goes through; where it does not, the person gives it up.
    pub(crate) fn plain_pull(&mut self, clone: usize) -> Result<(), String> {
        let there = self.remote;
        if self.pull(clone, there)? {
            self.clones[clone].logs.tracked.push(there);
        }
        Ok(())
    }

    /// `git pull ../OTHER`: what another clone has, whether the remote has it or not.
    pub(crate) fn plain_pull_of(&mut self, clone: usize, other: usize) -> Result<(), String> {
        let there = self.clones[other].head;
        let dag = Rc::clone(&self.dag);
        // It may have a commit of a half-written folder: nobody who pulls it can know more.
        let mut half_written = self.half_written.iter();
        let is_half =
            half_written.any(|(half, to, _)| dag.ancestor(*half, there) && !dag.ancestor(*to, there));
        if self.clones[other].note.is_none() && !is_half && self.pull(clone, there)? {
            self.counts.add("plain pulls from another clone");
        }
        Ok(())
    }

    /// Whether something came.
    fn pull(&mut self, clone: usize, there: CommitId) -> Result<bool, String> {
        let head = self.clones[clone].head;
        let work = self.dag.tree(&self.clones[clone].work);
        if self.clones[clone].note.is_some() || work != self.dag.files(head) || self.dag.ancestor(there, head)
        {
            return Ok(false);
        }
        let mut to = there;
        if !self.dag.ancestor(head, there) {
            let bases = self.dag.merge_bases(head, there).map_err(|e| e.to_string())?;
            let [base] = bases.as_slice() else {
                return Ok(false);
            };
            let files = [*base, head, there].map(|commit| self.dag.files(commit));
            let Some(merged) = by_file(&files) else {
                return Ok(false);
            };
            let merged = Rc::new(merged);
            to = self
                .dag
                .commit_files(&merged, &[head, there], self.signature(clone));
            let sides = [*base, head, there].map(|commit| self.dag.healed(commit));
            let meant = merge_sides(&sides[0], &sides[1], &sides[2])
                .map_err(|e| e.to_string())?
                .state;
            let is = self.dag.healed(to);
            let ids: BTreeSet<EntryId> = meant
                .entries
                .keys()
                .chain(is.state.entries.keys())
                .copied()
                .collect();
            let other = ids
                .into_iter()
                .filter(|id| meant.entries.get(id) != is.state.entries.get(id));
            self.oracle.doubled(other.chain(is.doubled.keys().copied()));
            let doubled = is.doubled.len() as u64;
            if doubled > 0 {
                self.counts.many("entries doubled by plain merges", doubled);
            }
        }
        self.counts.add("plain pulls");
        self.say(|w| format!("{clone} pulls with plain git: {}", w.name(to)));
        let how = if to == there {
            Move::Brought
        } else {
            Move::Committed
        };
        let stands = &mut self.clones[clone];
        (stands.head, stands.work, stands.plain) = (to, Tree::Of(to), true);
        self.moved(clone, how);
        Ok(true)
    }

    /// `git push`.
    pub(crate) fn plain_push(&mut self, clone: usize) {
        let head = self.clones[clone].head;
        if head != self.remote && self.dag.ancestor(self.remote, head) {
            self.counts.add("plain pushes");
            self.remote = head;
            self.clones[clone].logs.tracked.push(head);
            self.say(|w| format!("{clone} pushes with plain git: {}", w.name(head)));
            self.remote_is_half_written();
        }
    }
}

impl World {
    /// Plain Git changes what the branch of a clone has: it takes a commit off that was sent, puts a changed copy in its
    /// place, or brings what another clone has.
    pub(crate) fn plain_history(&mut self, clone: usize) -> Result<(), String> {
        let other = (clone + 1 + self.random.below(self.clones.len() - 1)) % self.clones.len();
        match self.random.below(4) {
            0 => self.plain_reset(clone),
            1 => self.plain_amend(clone),
            _ => return self.plain_pull_of(clone, other),
        }
        Ok(())
    }

    /// `git reset --hard HEAD~`, of a commit that the remote has.
    pub(crate) fn plain_reset(&mut self, clone: usize) {
        let Some([head, parent]) = self.sent_head(clone) else {
            return;
        };
        // A remote of another history goes again, and the commit with it.
        if self.stash.is_some() {
            return;
        }
        self.counts.add("plain resets");
        self.taken_off.push(head);
        self.say(|w| format!("{clone} takes {} off with plain git", w.name(head)));
        let stands = &mut self.clones[clone];
        (stands.head, stands.work, stands.plain) = (parent, Tree::Of(parent), true);
        self.moved(clone, Move::Brought);
    }

    /// `git commit --amend`, of a commit that the remote has.
    pub(crate) fn plain_amend(&mut self, clone: usize) {
        let Some([head, parent]) = self.sent_head(clone) else {
            return;
        };
        let side = self.dag.healed(head);
        let clear = |(_, placed): &(&EntryId, &Placed)| !is_coarse(&placed.entry);
        let ids: Vec<EntryId> = side
            .state
            .entries
            .iter()
            .filter(clear)
            .map(|(id, _)| *id)
            .collect();
        let Some(id) = self.random.pick(&ids) else { return };
        // An entry without an id has one by the commit that it came with: that one must not go.
        if !side.healed.is_empty() || !self.dag.healed(parent).healed.is_empty() {
            return;
        }
        let mut state = side.state.clone();
        let word = self.word();
        state.entries.get_mut(&id).unwrap().entry.set("mood", word);
        self.amend(clone, &Rc::new(state.files()));
    }

    /// Puts a commit of other files in the place of a clone's head.
    pub(crate) fn amend(&mut self, clone: usize, files: &Rc<Files>) {
        let head = self.clones[clone].head;
        let (parents, author) = (self.dag.parents_of(head), self.dag.get(head).author.clone());
        let copy = self.dag.commit_files(files, &parents, author);
        self.counts.add("plain amends");
        self.say(|w| format!("{clone} amends {} with plain git: {}", w.name(head), w.name(copy)));
        let [before, was, is] = [parents[0], head, copy].map(|commit| self.dag.healed(commit));
        // The copy says all that the commit said, and does not descend from it.
        let place = self.dag.place(copy);
        let said = Change::between(&before.state, &was.state, &self.vault);
        self.oracle.rewritten(said, place);
        let change = Change::between(&was.state, &is.state, &self.vault);
        self.oracle.register(change, place);
        let stands = &mut self.clones[clone];
        stands.logs.amended(head, copy);
        (stands.head, stands.work, stands.plain) = (copy, Tree::Of(copy), true);
        self.moved(clone, Move::Copied);
    }

    /// Whether a remote that goes back loses a commit that plain Git took off a branch, and that no other clone has.
    pub(crate) fn would_lose(&self, to: CommitId) -> bool {
        let has = |tip: CommitId, commit: CommitId| self.dag.ancestor(commit, tip);
        self.taken_off.iter().any(|commit| {
            let is_kept = has(to, *commit) || self.clones.iter().any(|clone| has(clone.head, *commit));
            has(self.remote, *commit) && !is_kept
        })
    }

    /// The head of a clone and its parent, if the remote has it, it is no merge, and nothing is edited or being written.
    fn sent_head(&self, clone: usize) -> Option<[CommitId; 2]> {
        let stands = &self.clones[clone];
        let head = stands.head;
        let is_still = stands.note.is_none() && self.dag.tree(&stands.work) == self.dag.files(head);
        match *self.dag.parents_of(head) {
            [parent] if is_still && self.dag.ancestor(head, self.remote) => Some([head, parent]),
            _ => None,
        }
    }
}

fn texts<'a>(loose: impl IntoIterator<Item = &'a Placed>) -> Vec<String> {
    let texts = loose
        .into_iter()
        .filter_map(|placed| placed.entry.get_str("text"));
    texts.map(str::to_owned).collect()
}

/// Three sets of files merged as Git does with `merge=binary`; none where both sides changed a file.
fn by_file([base, left, right]: &[Rc<Files>; 3]) -> Option<Files> {
    let paths: BTreeSet<&String> = base.keys().chain(left.keys()).chain(right.keys()).collect();
    let mut merged = Files::new();
    for path in paths {
        let (b, l, r) = (base.get(path), left.get(path), right.get(path));
        let taken = match () {
            () if l == r || r == b => l,
            () if l == b => r,
            () => return None,
        };
        if let Some(bytes) = taken {
            merged.insert(path.clone(), bytes.clone());
        }
    }
    Some(merged)
}
