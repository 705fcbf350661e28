//! My keys, and the other's keys that I trust: sealing and opening entries of one pair.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::model::{Content, EntryId, Member, Pair, Placed, Slug, Table, Visibility, order_of_keys};
use crate::seal::{
    Binding, Identities, KeyProblem, OpenError, Opened, Pins, Sealed, Trust, needs_resealing, open, open_own,
    recipients_for, seal, seal_own,
};
use crate::store::{PrivateFile, PrivateFileError};

use crate::sync::error::SyncError;

/// How the pair states my seat, where it is not as I pinned it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatChange {
    /// My seat, by the slug that I pinned.
    pub member: Slug,
    /// Keys that the pair states and that I never called mine.
    pub added: Vec<String>,
    /// Keys of mine that the pair states no more.
    pub removed: Vec<String>,
    /// Whether the pair has no member of that slug any more.
    pub is_gone: bool,
}

/// Why an entry shows no content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewError {
    /// There is no identity on this machine that could be read.
    NoIdentity,
    /// Opening it failed.
    Open(OpenError),
}

/// My identities, read when they are first needed, and the pins of one pair.
#[derive(Debug)]
pub struct Keys {
    identity: PathBuf,
    identities: OnceCell<Result<Identities, SyncError>>,
    pins: Pins,
    pins_file: PrivateFile,
}

fn identity_file(path: &Path) -> PrivateFile {
    PrivateFile::new(path.to_owned(), "identity file")
}

/// The keys of a person, out of their identity file.
///
/// # Errors
/// When there is none, when others can read it, or when it holds no keys.
pub fn load_identity(path: &Path) -> Result<Identities, SyncError> {
    Ok(Identities::parse(&identity_file(path).read_secret()?)?)
}

/// Makes a new key in a new identity file.
///
/// # Errors
/// [`PrivateFileError::Exists`] where there is one: a key is never overwritten. Or when it cannot be written.
pub fn create_identity(path: &Path) -> Result<Identities, SyncError> {
    let new = Identities::generate();
    identity_file(path).create(&new.to_bytes())?;
    Ok(new)
}

impl Keys {
    /// The keys for one pair: the identity file is not opened before something must be opened or sealed.
    ///
    /// # Errors
    /// When the pins are there and cannot be read.
    pub fn load(identity: &Path, pins_dir: &Path, pair: EntryId) -> Result<Self, SyncError> {
        let path = pins_dir.join(format!("{pair}.toml"));
        let pins_file = PrivateFile::new(path, "file of pinned keys");
        let pins = match pins_file.read() {
            Ok(bytes) => Pins::parse(pair, &bytes)?,
            Err(PrivateFileError::Missing { .. }) => Pins::new(pair),
            Err(e) => return Err(e.into()),
        };
        Ok(Self {
            identity: identity.to_owned(),
            identities: OnceCell::new(),
            pins,
            pins_file,
        })
    }

    fn identities(&self) -> Result<&Identities, &SyncError> {
        self.identities
            .get_or_init(|| load_identity(&self.identity))
            .as_ref()
    }

    /// Makes sure that there is an identity that can be used.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn require_identity(&self) -> Result<(), SyncError> {
        let again = |_: &SyncError| load_identity(&self.identity).map(drop);
        self.identities().map(drop).or_else(again)
    }

    /// The pins.
    pub fn pins(&self) -> &Pins {
        &self.pins
    }

    /// The pins, to be changed; [`Keys::save_pins`] makes it last.
    pub fn pins_mut(&mut self) -> &mut Pins {
        &mut self.pins
    }

    /// Makes the pins durable.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn save_pins(&self) -> Result<(), SyncError> {
        Ok(self.pins_file.replace(&self.pins.to_bytes()?)?)
    }

    /// Pins the keys of members that are seen for the first time (docs/privacy.md#pins). In my own seat only my own
    /// recipients are pinned. Nobody new is pinned where both members are, where I have no seat, or where somebody renamed
    /// it: a key that a host puts there reads nothing.
    ///
    /// # Errors
    /// When the pins cannot be written.
    pub fn first_sight(&mut self, pair: &Pair) -> Result<Vec<(Slug, String)>, SyncError> {
        let new = self.see(pair);
        if !new.is_empty() {
            self.save_pins()?;
        }
        Ok(new)
    }

    /// The same for as long as these keys are in memory.
    pub(in crate::sync) fn see(&mut self, pair: &Pair) -> Vec<(Slug, String)> {
        let me = self.pinned_seat().cloned();
        let is_renamed = me.as_ref().is_some_and(|me| pair.member(me.as_str()).is_none());
        if self.has_pinned_both(pair) || is_renamed {
            return Vec::new();
        }
        let mine = self.recipients();
        // Without a seat of mine nobody can say which one is mine: keys that are not may stand in it.
        if me.is_none() && pair.member_with_key(&mine).is_none() {
            return Vec::new();
        }
        let mut seen = pair.clone();
        for member in [&mut seen.manager, &mut seen.report] {
            if member.keys.iter().any(|key| mine.contains(key)) {
                // A key of mine in another seat than mine is somebody's doing.
                let is_me = me.as_ref().is_none_or(|me| *me == member.slug);
                member.keys.retain(|key| is_me && mine.contains(key));
            }
        }
        self.pins.first_sight(&seen)
    }

    /// Whether both members have pinned keys: then nobody new is pinned.
    pub(in crate::sync) fn has_pinned_both(&self, pair: &Pair) -> bool {
        self.pins.count() >= pair.members().len()
    }

    /// My recipients.
    pub fn recipients(&self) -> Vec<String> {
        self.identities().map(Identities::recipients).unwrap_or_default()
    }

    /// The seat whose pinned keys hold a recipient of mine; none where that is not one seat alone.
    pub(super) fn pinned_seat(&self) -> Option<&Slug> {
        let mine = self.recipients();
        let mut seats = self.pins.holders_of(&mine);
        let seat = seats.next();
        seat.filter(|_| seats.next().is_none())
    }

    /// Whether a member of the pair is me: a recipient of mine is pinned for them, or stated.
    pub fn is_mine(&self, member: &Member) -> bool {
        let mine = self.recipients();
        let pinned = self.pins.of(&member.slug).unwrap_or_default();
        member.keys.iter().chain(pinned).any(|key| mine.contains(key))
    }

    /// The keys that settling goes by: my recipients, the keys of the members, and how they stand to those pinned.
    pub(in crate::sync) fn settle_with(&self, pair: &Pair) -> String {
        let of_member = |member: &Member| {
            let (slug, keys) = (&member.slug, member.keys.join(" "));
            format!("; {slug}: {keys}, {:?}", self.pins.trust_of(member, pair))
        };
        let members: String = pair.members().into_iter().map(of_member).collect();
        self.recipients().join(" ") + &members
    }

    /// Which member I am: the one whose pinned keys hold a recipient of mine, whatever the pair states since; before
    /// anything is pinned, the one seat that it stands in. None where that is not one seat alone.
    pub fn me(&self, pair: &Pair) -> Option<Slug> {
        let mine = self.recipients();
        let holds = |keys: &[String]| keys.iter().any(|key| mine.contains(key));
        let (pinned, open): (Vec<_>, Vec<_>) = pair
            .members()
            .into_iter()
            .partition(|member| self.pins.of(&member.slug).is_some());
        let is_pinned = |member: &&Member| self.pins.of(&member.slug).is_some_and(holds);
        let mut seats: Vec<&Member> = pinned.into_iter().filter(is_pinned).collect();
        if seats.is_empty() && self.pinned_seat().is_none() {
            seats.extend(open.into_iter().filter(|member| holds(&member.keys)));
        }
        match seats.as_slice() {
            [me] => Some(me.slug.clone()),
            _ => None,
        }
    }

    /// Which member I am, or why I am none: a seat that somebody renamed is no identity of somebody else.
    pub(in crate::sync) fn require_me(&self, pair: &Pair) -> Result<Slug, SyncError> {
        self.me(pair).ok_or_else(|| self.no_seat(pair))
    }

    /// Why none of my keys sits in a seat.
    pub(in crate::sync) fn no_seat(&self, pair: &Pair) -> SyncError {
        match self.seat_change(pair).is_some() {
            true => KeyProblem::OwnSeatChanged.into(),
            false => SyncError::NotAMember,
        }
    }

    /// Opens a ciphertext that stands at an entry.
    ///
    /// # Errors
    /// When it is not for me, or is not what it claims to be.
    pub fn open(&self, pair: &Pair, id: EntryId, by: &Slug, ciphertext: &str) -> Result<Opened, ViewError> {
        let identities = self.identities().map_err(|_| ViewError::NoIdentity)?;
        let sealed = Sealed::parse(ciphertext).map_err(|_| ViewError::Open(OpenError::Damaged))?;
        open(&sealed, &binding(pair, id, by), identities).map_err(ViewError::Open)
    }

    /// Seals what this program keeps for itself, for my keys.
    pub(in crate::sync) fn seal_own(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        seal_own(bytes, self.identities().ok()?).ok()
    }

    /// Opens what it kept; none where somebody else sealed it, or it was changed.
    pub(in crate::sync) fn open_own(&self, file: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        open_own(file, self.identities().ok()?).ok()
    }

    /// Opens the seal of an entry; none where it has no seal, or no author that the seal could be bound to.
    pub(in crate::sync) fn open_entry(
        &self,
        pair: &Pair,
        id: EntryId,
        entry: &Table,
    ) -> Option<Result<Opened, ViewError>> {
        let (ciphertext, by) = (entry.ciphertext()?, author(entry)?);
        Some(self.open(pair, id, &by, ciphertext))
    }

    /// The content of an entry, whether it stands in clear or under seal.
    ///
    /// # Errors
    /// When its seal cannot be opened.
    pub fn content(
        &self,
        pair: &Pair,
        id: EntryId,
        placed: &Placed,
    ) -> Result<(Visibility, Content), ViewError> {
        match self.open_entry(pair, id, &placed.entry) {
            Some(opened) => opened.map(|opened| (opened.visibility, opened.content)),
            None => Ok((placed.entry.visibility(), Content::of_entry(&placed.entry))),
        }
    }

    /// The change that somebody made to my seat; none where it is as I pinned it, or where I have none.
    pub fn seat_change(&self, pair: &Pair) -> Option<SeatChange> {
        let me = self.pinned_seat()?;
        let change = |added, removed, is_gone| SeatChange {
            member: me.clone(),
            added,
            removed,
            is_gone,
        };
        let Some(member) = pair.member(me.as_str()) else {
            let pinned = self.pins().of(me).unwrap_or_default();
            return Some(change(Vec::new(), pinned.to_vec(), true));
        };
        match self.pins().trust_of(member, pair) {
            Trust::Changed { added, removed, .. } => Some(change(added, removed, false)),
            _ => None,
        }
    }

    /// A problem with the keys of a member, told apart where the member is me, or where no key is stated any more.
    fn told_apart(&self, pair: &Pair, problem: KeyProblem) -> KeyProblem {
        match (problem, self.seat_change(pair)) {
            (KeyProblem::Changed { member, .. }, Some(change)) if change.member == member => {
                KeyProblem::OwnSeatChanged
            }
            (KeyProblem::NotAMember { .. } | KeyProblem::Unpinned { .. }, Some(change)) if change.is_gone => {
                KeyProblem::OwnSeatChanged
            }
            (KeyProblem::Changed { member, .. }, Some(change))
                if change.is_gone && self.pins.of(&member).is_none() =>
            {
                KeyProblem::OwnSeatChanged
            }
            (KeyProblem::Changed { member, stated, .. }, _) if stated.is_empty() => {
                KeyProblem::Emptied { member }
            }
            (problem, _) => problem,
        }
    }

    /// The recipients of an entry.
    ///
    /// # Errors
    /// When a member has no key that can be trusted.
    pub fn recipients_for(
        &self,
        visibility: Visibility,
        by: &Slug,
        pair: &Pair,
    ) -> Result<Vec<String>, KeyProblem> {
        let recipients = recipients_for(visibility, by, pair, &self.pins);
        recipients.map_err(|problem| self.told_apart(pair, problem))
    }

    /// Seals a content for the readers that its visibility names.
    ///
    /// # Errors
    /// When a key is missing or not trusted, or sealing fails.
    pub fn seal(
        &self,
        pair: &Pair,
        id: EntryId,
        by: &Slug,
        visibility: Visibility,
        content: &Content,
    ) -> Result<Sealed, SyncError> {
        let recipients = self.recipients_for(visibility, by, pair)?;
        let mine = self.recipients();
        if !recipients.iter().any(|key| mine.contains(key)) {
            // Never sealed for others alone: I can read all that I write.
            return Err(self.no_seat(pair));
        }
        seal(content, visibility, &binding(pair, id, by), &recipients)
            .map_err(|error| SyncError::Seal { entry: id, error })
    }

    /// Whether an opened entry is sealed for other keys than today's, all of which are trusted.
    pub fn is_stale(&self, pair: &Pair, by: &Slug, opened: &Opened) -> bool {
        let is_trusted = |member: &Member| matches!(self.pins.trust_of(member, pair), Trust::Trusted(_));
        let author = pair.member(by.as_str());
        author.is_some_and(is_trusted)
            && recipients_for(opened.visibility, by, pair, &self.pins)
                .is_ok_and(|wanted| needs_resealing(opened, &wanted))
    }

    /// The sealed form of an entry: its envelope, visibility and ciphertext, and nothing else in clear.
    ///
    /// # Errors
    /// When it cannot be sealed.
    pub fn sealed_entry(
        &self,
        pair: &Pair,
        id: EntryId,
        entry: &Table,
        visibility: Visibility,
        content: &Content,
    ) -> Result<Table, SyncError> {
        let by = author(entry).ok_or(SyncError::NotAMember)?;
        let sealed = self.seal(pair, id, &by, visibility, content)?;
        Ok(with_ciphertext(entry, visibility, sealed.as_str()))
    }
}

fn binding(pair: &Pair, entry: EntryId, by: &Slug) -> Binding {
    let (pair, by) = (pair.id, by.clone());
    Binding { pair, entry, by }
}

/// Who wrote an entry, as its envelope says.
pub(in crate::sync) fn author(entry: &Table) -> Option<Slug> {
    entry.get_str("by").and_then(|by| by.parse().ok())
}

/// The envelope of an entry with a visibility and a ciphertext; conflicts of bodies stay.
pub(in crate::sync) fn with_ciphertext(entry: &Table, visibility: Visibility, ciphertext: &str) -> Table {
    let mut sealed = entry.envelope();
    order_of_keys(&mut sealed.fields);
    sealed.set("visibility", visibility.as_str());
    sealed.set("sealed", ciphertext);
    sealed.rows = entry.rows_of("body").cloned().collect();
    sealed.body_base = entry.body_base.clone();
    sealed.tidy_rows();
    sealed
}
