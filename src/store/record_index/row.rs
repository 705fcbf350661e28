//! Rows of a fixed width: one for each record, one for each entry, with their strings beside them.

use crate::model::{
    ActionState, Body, Date, Entry, EntryId, Home, Instant, Kind, Meeting, MeetingStatus, Slug, Tone,
    Visibility,
};

use super::bytes::{In, Out, length, small};
use super::pages::Damaged;
use super::record::{CiphertextId, IndexedEntry, IndexedRecord, RecordContent, RecordMark, is_done};
use super::stamp::Stamp;
use super::values::{
    code, put_date, put_home, put_id, put_instant, put_stamp, read_date, read_home, read_id, read_instant,
    read_stamp, slug, word,
};

/// Bytes of the row of a record.
pub(super) const RECORD_ROW: usize = 109;
/// Bytes of the row of an entry.
pub(super) const ENTRY_ROW: usize = 96;
/// Bytes of a row in the list of ids: the id, the number of its record, and whether it may be an open action.
pub(super) const ID_ROW: usize = EntryId::LENGTH + 5;

/// A record as its row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RecordRow {
    pub(super) home: Home,
    pub(super) form: RecordForm,
    pub(super) is_sealed: bool,
    pub(super) is_settled: bool,
    pub(super) head: Option<Meeting>,
    pub(super) blob: [u8; 20],
    pub(super) stamp: Stamp,
    /// The place of its entries' rows; their strings stand behind them.
    pub(super) at: u64,
    pub(super) entries: u32,
    pub(super) strings: u32,
}

/// How much of a record the index holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordForm {
    Gone,
    Special,
    Plain,
}

impl RecordRow {
    /// The row and the block of a record that has no place yet.
    pub(super) fn of(record: &IndexedRecord) -> (Self, Vec<u8>) {
        let form = match &record.content {
            RecordContent::Gone => RecordForm::Gone,
            RecordContent::Special => RecordForm::Special,
            RecordContent::Plain { .. } => RecordForm::Plain,
        };
        let entries = record.entries();
        let (mut rows, mut strings) = (Out::default(), Vec::new());
        entries
            .iter()
            .for_each(|entry| put_entry(entry, &mut rows, &mut strings));
        let row = Self {
            home: record.home,
            form,
            is_sealed: record.is_sealed(),
            is_settled: record.is_settled,
            head: record.head().cloned(),
            blob: record.blob,
            stamp: record.stamp,
            at: 0,
            entries: small(entries.len()),
            strings: small(strings.len()),
        };
        let mut block = rows.0;
        block.append(&mut strings);
        (row, block)
    }

    /// Bytes of its block.
    pub(super) fn block(&self) -> Result<usize, Damaged> {
        let rows = length(self.entries)?.checked_mul(ENTRY_ROW);
        rows.and_then(|rows| rows.checked_add(length(self.strings).ok()?))
            .ok_or(Damaged)
    }

    pub(super) fn put(&self, out: &mut Out) {
        put_home(self.home, out);
        out.byte(match self.form {
            RecordForm::Gone => 0,
            RecordForm::Special => 1,
            RecordForm::Plain => 2,
        });
        out.byte(u8::from(self.is_sealed) + 2 * u8::from(self.is_settled));
        let status = self.head.as_ref().map(|head| head.status);
        out.byte(code(MeetingStatus::ALL, status));
        out.put(self.blob);
        put_stamp(self.stamp, out);
        put_instant(self.head.as_ref().and_then(|head| head.started), out);
        put_instant(self.head.as_ref().and_then(|head| head.ended), out);
        out.u64(self.at);
        out.u32(self.entries);
        out.u32(self.strings);
    }

    pub(super) fn read(from: &mut In<'_>) -> Result<Self, Damaged> {
        let home = read_home(from)?;
        let form = match from.byte()? {
            0 => RecordForm::Gone,
            1 => RecordForm::Special,
            2 => RecordForm::Plain,
            _ => return Err(Damaged),
        };
        let flags = from.byte()?;
        if flags > 3 {
            return Err(Damaged);
        }
        let status = word(MeetingStatus::ALL, from.byte()?)?;
        let blob = from.take()?;
        let stamp = read_stamp(from)?;
        let (started, ended) = (read_instant(from)?, read_instant(from)?);
        let head = status.zip(home.meeting()).map(|(status, key)| Meeting {
            key,
            status,
            started,
            ended,
            agenda: None,
        });
        Ok(Self {
            home,
            form,
            is_sealed: flags & 1 != 0,
            is_settled: flags & 2 != 0,
            head,
            blob,
            stamp,
            at: from.u64()?,
            entries: from.u32()?,
            strings: from.u32()?,
        })
    }

    /// The record, with the entries of its block.
    pub(super) fn record(&self, block: &[u8]) -> Result<IndexedRecord, Damaged> {
        let content = match self.form {
            RecordForm::Gone => RecordContent::Gone,
            RecordForm::Special => RecordContent::Special,
            RecordForm::Plain => RecordContent::Plain {
                head: self.head.clone(),
                entries: self
                    .rows(block)?
                    .map(|row| row?.entry())
                    .collect::<Result<_, _>>()?,
            },
        };
        Ok(IndexedRecord {
            home: self.home,
            stamp: self.stamp,
            blob: self.blob,
            content,
            is_settled: self.is_settled,
        })
    }

    /// The mark of it that a write of the pair sees.
    pub(super) fn mark(&self) -> RecordMark {
        RecordMark {
            home: self.home,
            blob: self.blob,
            is_special: self.form == RecordForm::Special,
            is_sealed: self.is_sealed,
            is_settled: self.is_settled,
        }
    }

    /// The rows of its entries.
    pub(super) fn rows<'a>(
        &self,
        block: &'a [u8],
    ) -> Result<impl Iterator<Item = Result<EntryRow<'a>, Damaged>>, Damaged> {
        let rows = length(self.entries)?.checked_mul(ENTRY_ROW).ok_or(Damaged)?;
        let (rows, strings) = block.split_at_checked(rows).ok_or(Damaged)?;
        let home = self.home;
        let mut behind = 0;
        let rows = rows.chunks_exact(ENTRY_ROW).map(move |row| {
            let (entry, read) = EntryRow::read(home, row, strings, behind)?;
            behind = read;
            Ok(entry)
        });
        Ok(rows)
    }
}

/// An entry as its row says; its strings are not copied.
#[derive(Debug, Clone)]
pub struct EntryRow<'a> {
    /// Where it stands.
    pub home: Home,
    /// Its id.
    pub id: EntryId,
    /// When it was written.
    pub at: Instant,
    /// Its kind; none where its body is sealed.
    pub kind: Option<Kind>,
    /// Where an action stands.
    pub state: Option<ActionState>,
    /// The entry it follows from.
    pub re: Option<EntryId>,
    carried: u32,
    visibility: Visibility,
    tone: Option<Tone>,
    due: Option<Date>,
    closed: Option<Instant>,
    ciphertext: CiphertextId,
    by: &'a str,
    owner: &'a str,
    themes: &'a str,
    text: &'a str,
    folded: &'a str,
}

impl<'a> EntryRow<'a> {
    /// Whether its body is sealed.
    pub fn is_sealed(&self) -> bool {
        self.kind.is_none()
    }

    /// Whether it is an action item that is open, in clear.
    pub fn is_open_action(&self) -> bool {
        self.kind == Some(Kind::Action) && self.state == Some(ActionState::Open)
    }

    /// Its text in the form that is compared; letters of ASCII stand as they were written, where there are no others.
    pub fn text(&self) -> &'a str {
        if self.folded.is_empty() {
            self.text
        } else {
            self.folded
        }
    }

    /// Its themes.
    pub fn themes(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.themes.split_terminator('\n')
    }

    /// Whether it is an open action, or may be one once it is opened.
    pub(super) fn may_be_open(&self) -> bool {
        self.is_sealed() || self.is_open_action()
    }

    /// Whose closed action it is, and whether it is done, where that stands in clear.
    pub(super) fn closed_action(&self) -> Option<(String, bool)> {
        Some((self.owner.to_owned(), is_done(self.kind?, self.state)?))
    }

    /// The entry, as somebody wrote it into the index.
    pub(super) fn entry(&self) -> Result<IndexedEntry, Damaged> {
        let themes: Result<_, _> = self.themes().map(slug).collect();
        let owner = (!self.owner.is_empty()).then(|| slug(self.owner)).transpose()?;
        let (themes, text) = (themes?, self.text.to_owned());
        let body = self.kind.map(|kind| Body {
            kind,
            text,
            themes,
            owner,
            due: self.due,
            state: self.state,
            closed: self.closed,
            re: self.re,
            tone: self.tone,
        });
        Ok(IndexedEntry {
            ciphertext: (self.ciphertext != CiphertextId([0; 16])).then_some(self.ciphertext),
            folded: (!self.folded.is_empty()).then(|| self.folded.to_owned()),
            entry: Entry {
                id: self.id,
                home: self.home,
                by: slug(self.by)?,
                at: self.at,
                carried: self.carried,
                visibility: self.visibility,
                in_clear: false,
                body,
                conflicts: Vec::new(),
                body_conflict: false,
            },
        })
    }

    /// Strings of rows stand one behind the other: no two rows share one, so a small file holds no large list. Also gives the
    /// place behind its own.
    fn read(home: Home, row: &[u8], strings: &'a [u8], behind: usize) -> Result<(Self, usize), Damaged> {
        let from = &mut In(row);
        let id = read_id(from)?.ok_or(Damaged)?;
        let at = read_instant(from)?.ok_or(Damaged)?;
        let carried = from.u32()?;
        let visibility = word(Visibility::ALL, from.byte()?)?.ok_or(Damaged)?;
        let kind = word(Kind::ALL, from.byte()?)?;
        let state = word(ActionState::ALL, from.byte()?)?;
        let tone = word(Tone::ALL, from.byte()?)?;
        let (due, closed, re) = (read_date(from)?, read_instant(from)?, read_id(from)?);
        let ciphertext = CiphertextId(from.take()?);
        let begins = length(from.u32()?)?;
        if begins != behind {
            return Err(Damaged);
        }
        let mut beside = In(strings.get(begins..).ok_or(Damaged)?);
        let (by, owner) = (usize::from(from.u16()?), usize::from(from.u16()?));
        let (themes, text, folded) = (length(from.u32()?)?, length(from.u32()?)?, length(from.u32()?)?);
        let row = Self {
            home,
            id,
            at,
            kind,
            state,
            re,
            carried,
            visibility,
            tone,
            due,
            closed,
            ciphertext,
            by: beside.text(by)?,
            owner: beside.text(owner)?,
            themes: beside.text(themes)?,
            text: beside.text(text)?,
            folded: beside.text(folded)?,
        };
        Ok((row, strings.len() - beside.0.len()))
    }
}

fn put_entry(indexed: &IndexedEntry, out: &mut Out, strings: &mut Vec<u8>) {
    let (entry, body) = (&indexed.entry, indexed.entry.body.as_ref());
    put_id(Some(entry.id), out);
    put_instant(Some(entry.at), out);
    out.u32(entry.carried);
    out.byte(code(Visibility::ALL, Some(entry.visibility)));
    out.byte(code(Kind::ALL, body.map(|body| body.kind)));
    out.byte(code(ActionState::ALL, body.and_then(|body| body.state)));
    out.byte(code(Tone::ALL, body.and_then(|body| body.tone)));
    put_date(body.and_then(|body| body.due), out);
    put_instant(body.and_then(|body| body.closed), out);
    put_id(body.and_then(|body| body.re), out);
    out.put(indexed.ciphertext.map_or([0; 16], |id| id.0));
    out.u32(small(strings.len()));
    let mut string = |text: &str| {
        strings.extend_from_slice(text.as_bytes());
        text.len()
    };
    let short = |length: usize| u16::try_from(length).unwrap_or(u16::MAX);
    out.u16(short(string(entry.by.as_str())));
    out.u16(short(string(
        body.and_then(|body| body.owner.as_ref()).map_or("", Slug::as_str),
    )));
    let themes = body.map(|body| body.themes.as_slice()).unwrap_or_default();
    out.u32(
        themes
            .iter()
            .map(|theme| small(string(theme.as_str()) + string("\n")))
            .sum(),
    );
    out.u32(small(string(body.map_or("", |body| body.text.as_str()))));
    out.u32(small(string(indexed.folded.as_deref().unwrap_or_default())));
}
