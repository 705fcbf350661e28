//! The words that people use for dates, and spans of time (docs/command-line.md#dates).
//!
//! `chrono` knows the names of days and months and reckons. This is the grammar, kept so strict that no text is read as
//! something else: `6m` is no six minutes, `12` no year, `5/12` neither of two days.

mod refusal;
#[cfg(test)]
mod tests;

use chrono::{Datelike, Days, Month, Months, Weekday};

use crate::model::{Date, parse_date_text};

pub use refusal::WhenError;
use refusal::{Direction, quoted, refusal};

/// The years that a record of a meeting may be of; anything else is a slip of the fingers.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=2199;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    Number(u32),
    Word(&'a str),
}

/// A day as people write one, looking ahead: `friday` is the next one after today, `5 dec` the next from today
/// on, `2w` in two weeks. Days behind are said as such: `yesterday`, `last friday`, `3 days ago`.
///
/// # Errors
/// When the text names no one day; times of day and bare numbers name none.
pub fn parse_date(words: &str, today: Date) -> Result<Date, WhenError> {
    parse(words, today, Direction::Ahead)
}

/// The first day of a window, looking back: `6mo`, `2w`, `90d`, `1y` count back from today in calendar months,
/// `friday` is the last one before today, `5 may` the last up to today.
///
/// # Errors
/// As [`parse_date`]; `in 2 weeks` is refused too.
pub fn parse_since(words: &str, today: Date) -> Result<Date, WhenError> {
    parse(words, today, Direction::Back)
}

/// The last day of a window, read like [`parse_since`].
///
/// # Errors
/// As [`parse_since`].
pub fn parse_until(words: &str, today: Date) -> Result<Date, WhenError> {
    parse(words, today, Direction::Back)
}

fn parse(words: &str, today: Date, side: Direction) -> Result<Date, WhenError> {
    let text = words.trim().to_lowercase();
    let date = match parse_date_text(&text) {
        Some(date) => date,
        None => {
            let tokens = tokens(&text).ok_or_else(|| refusal(words, &text, side))?;
            read(&tokens, today, side).ok_or_else(|| refusal(words, &text, side))?
        }
    };
    if YEARS.contains(&date.year()) {
        Ok(date)
    } else {
        Err(WhenError {
            what: format!("{} is out of range", quoted(words)),
            hint: format!("give a day of the years {} to {}", YEARS.start(), YEARS.end()),
        })
    }
}

/// Words and numbers; digits and the letters behind them are two tokens (`6mo`, `5th`).
fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    for part in text.split([' ', '\t', '\n', ',']).filter(|p| !p.is_empty()) {
        let letters = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        let (digits, word) = part.split_at_checked(letters)?;
        if digits.len() > 4 || !word.bytes().all(|b| b.is_ascii_lowercase()) || tokens.len() > 4 {
            return None;
        }
        if !digits.is_empty() {
            tokens.push(Token::Number(digits.parse().ok()?));
        }
        if !word.is_empty() {
            tokens.push(Token::Word(word));
        }
    }
    Some(tokens)
}

fn read(tokens: &[Token<'_>], today: Date, side: Direction) -> Option<Date> {
    use Token::{Number, Word};
    match *tokens {
        [Word("today")] => Some(today),
        [Word("tomorrow")] => today.succ_opt(),
        [Word("yesterday")] => today.pred_opt(),
        [Word("eow")] => on_or_after(today, Weekday::Fri),
        [Word("eom")] => month_end(today),
        [Word("eoy")] => Date::from_ymd_opt(today.year(), 12, 31),
        [Word("next"), Word(word)] => match weekday(word) {
            Some(day) => on_or_after(today.succ_opt()?, day),
            None => shift(today, 1, word, Direction::Ahead),
        },
        [Word("last"), Word(word)] => match weekday(word) {
            Some(day) => on_or_after(today.checked_sub_days(Days::new(7))?, day),
            None => shift(today, 1, word, Direction::Back),
        },
        [Word("this"), Word(word)] => on_or_after(today, weekday(word)?),
        [Word("in"), Number(n), Word(unit)] if side == Direction::Ahead => {
            shift(today, n, unit, Direction::Ahead)
        }
        [Word("in"), Word(n), Word(unit)] if side == Direction::Ahead => {
            shift(today, number(n)?, unit, Direction::Ahead)
        }
        [Number(n), Word(unit), Word("ago")] => shift(today, n, unit, Direction::Back),
        [Word(n), Word(unit), Word("ago")] => shift(today, number(n)?, unit, Direction::Back),
        [Number(n), Word(word)] if is_unit(word) => shift(today, n, word, side),
        [Word(name)] => {
            let from = match side {
                Direction::Ahead => today.succ_opt()?,
                Direction::Back => today.checked_sub_days(Days::new(7))?,
            };
            on_or_after(from, weekday(name)?)
        }
        [Number(day), Word(name)] | [Word(name), Number(day)] => yearly(today, month(name)?, day, side),
        [Number(day), Word("st" | "nd" | "rd" | "th"), Word(name)]
        | [Word(name), Number(day), Word("st" | "nd" | "rd" | "th")] => {
            yearly(today, month(name)?, day, side)
        }
        [Number(day), Word(name), Number(year)]
        | [Word(name), Number(day), Number(year)]
        | [
            Number(day),
            Word("st" | "nd" | "rd" | "th"),
            Word(name),
            Number(year),
        ]
        | [
            Word(name),
            Number(day),
            Word("st" | "nd" | "rd" | "th"),
            Number(year),
        ] => Date::from_ymd_opt(year.try_into().ok()?, month(name)?.number_from_month(), day),
        _ => None,
    }
}

fn weekday(word: &str) -> Option<Weekday> {
    let word = match word {
        "tues" => "tue",
        "weds" => "wed",
        "thur" | "thurs" => "thu",
        _ => word,
    };
    word.parse().ok()
}

fn month(word: &str) -> Option<Month> {
    word.parse()
        .ok()
        .or_else(|| (word == "sept").then_some(Month::September))
}

fn number(word: &str) -> Option<u32> {
    let words = ["a", "one", "two", "three", "four", "five", "six"];
    let at = words
        .iter()
        .position(|w| *w == word || (word == "an" && *w == "a"))?;
    u32::try_from(at.max(1)).ok()
}

fn on_or_after(from: Date, day: Weekday) -> Option<Date> {
    from.checked_add_days(Days::new(u64::from(day.days_since(from.weekday()))))
}

fn month_end(date: Date) -> Option<Date> {
    date.with_day(1)?.checked_add_months(Months::new(1))?.pred_opt()
}

fn is_unit(word: &str) -> bool {
    unit(word).is_some()
}

enum Unit {
    Days(u32),
    Months(u32),
}

fn unit(word: &str) -> Option<Unit> {
    match word {
        "d" | "day" | "days" => Some(Unit::Days(1)),
        "w" | "wk" | "week" | "weeks" => Some(Unit::Days(7)),
        "mo" | "month" | "months" => Some(Unit::Months(1)),
        "y" | "yr" | "year" | "years" => Some(Unit::Months(12)),
        _ => None,
    }
}

/// A span from today: calendar months, clipped to the end of a shorter one.
fn shift(today: Date, n: u32, word: &str, side: Direction) -> Option<Date> {
    match (unit(word)?, side) {
        (Unit::Days(days), Direction::Ahead) => today.checked_add_days(Days::new(u64::from(n * days))),
        (Unit::Days(days), Direction::Back) => today.checked_sub_days(Days::new(u64::from(n * days))),
        (Unit::Months(months), Direction::Ahead) => today.checked_add_months(Months::new(n * months)),
        (Unit::Months(months), Direction::Back) => today.checked_sub_months(Months::new(n * months)),
    }
}

/// The nearest such day of a year, today included; 29 February waits for a leap year.
fn yearly(today: Date, month: Month, day: u32, side: Direction) -> Option<Date> {
    (0..=8).find_map(|years| {
        let year = match side {
            Direction::Ahead => today.year() + years,
            Direction::Back => today.year() - years,
        };
        let date = Date::from_ymd_opt(year, month.number_from_month(), day)?;
        let right_side = match side {
            Direction::Ahead => date >= today,
            Direction::Back => date <= today,
        };
        right_side.then_some(date)
    })
}
