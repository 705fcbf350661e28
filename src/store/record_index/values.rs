//! Values of a row: days, times, ids and words, each in a fixed width.

use chrono::Datelike;

use crate::model::{Date, EntryId, Home, Instant, MeetingKey, Slug};

use super::bytes::{In, Out};
use super::pages::Damaged;
use super::stamp::{FileTime, Stamp};

const NO_NANOS: u32 = u32::MAX;
const NONE: u8 = u8::MAX;
/// No day.
const NO_DAY: i32 = i32::MIN;

pub(super) fn put_date(date: Option<Date>, out: &mut Out) {
    out.i32(date.map_or(NO_DAY, |date| date.num_days_from_ce()));
}

pub(super) fn read_date(from: &mut In<'_>) -> Result<Option<Date>, Damaged> {
    match from.i32()? {
        NO_DAY => Ok(None),
        day => Date::from_num_days_from_ce_opt(day).map(Some).ok_or(Damaged),
    }
}

pub(super) fn put_home(home: Home, out: &mut Out) {
    put_date(home.meeting().map(|key| key.date), out);
    out.u16(home.meeting().map_or(0, |key| key.number));
}

pub(super) fn read_home(from: &mut In<'_>) -> Result<Home, Damaged> {
    let (date, number) = (read_date(from)?, from.u16()?);
    Ok(date.map_or(Home::Agenda, |date| Home::Meeting(MeetingKey { date, number })))
}

pub(super) fn put_stamp(stamp: Stamp, out: &mut Out) {
    out.u64(stamp.size);
    put_time(stamp.modified, out);
    put_time(stamp.changed, out);
    out.u64(stamp.inode);
}

pub(super) fn read_stamp(from: &mut In<'_>) -> Result<Stamp, Damaged> {
    Ok(Stamp {
        size: from.u64()?,
        modified: read_time(from)?,
        changed: read_time(from)?,
        inode: from.u64()?,
    })
}

fn put_time(time: FileTime, out: &mut Out) {
    out.i64(time.seconds);
    out.u32(time.nanos);
}

fn read_time(from: &mut In<'_>) -> Result<FileTime, Damaged> {
    Ok(FileTime {
        seconds: from.i64()?,
        nanos: from.u32()?,
    })
}

pub(super) fn put_instant(instant: Option<Instant>, out: &mut Out) {
    out.i64(instant.map_or(0, |instant| instant.timestamp()));
    out.u32(instant.map_or(NO_NANOS, |instant| instant.timestamp_subsec_nanos()));
}

pub(super) fn read_instant(from: &mut In<'_>) -> Result<Option<Instant>, Damaged> {
    match (from.i64()?, from.u32()?) {
        (_, NO_NANOS) => Ok(None),
        (seconds, nanos) => Instant::from_timestamp(seconds, nanos).map(Some).ok_or(Damaged),
    }
}

pub(super) fn put_id(id: Option<EntryId>, out: &mut Out) {
    let letters = id.and_then(|id| id.as_str().as_bytes().try_into().ok());
    out.put::<{ EntryId::LENGTH }>(letters.unwrap_or_default());
}

pub(super) fn read_id(from: &mut In<'_>) -> Result<Option<EntryId>, Damaged> {
    let letters = from.take::<{ EntryId::LENGTH }>()?;
    if letters == [0; EntryId::LENGTH] {
        return Ok(None);
    }
    let id = std::str::from_utf8(&letters)
        .ok()
        .and_then(|letters| letters.parse().ok());
    id.map(Some).ok_or(Damaged)
}

pub(super) fn slug(text: &str) -> Result<Slug, Damaged> {
    text.parse().map_err(|_| Damaged)
}

/// The place of a word among all of its type.
pub(super) fn code<T: PartialEq>(all: &[T], value: Option<T>) -> u8 {
    let at = value.and_then(|value| all.iter().position(|word| *word == value));
    at.and_then(|at| u8::try_from(at).ok()).unwrap_or(NONE)
}

pub(super) fn word<T: Copy>(all: &[T], code: u8) -> Result<Option<T>, Damaged> {
    match code {
        NONE => Ok(None),
        at => all.get(usize::from(at)).copied().map(Some).ok_or(Damaged),
    }
}
