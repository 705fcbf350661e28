//! Text for people at a terminal: aligned, as wide as the terminal, understandable without colour.
//!
//! Whole answers are [`Printable`], with styles as ANSI codes; the caller strips them where there is no terminal that shows
//! them. Parts of a sentence are strings without styles.

mod agenda;
mod conflicts;
mod counts;
mod dates;
mod entry;
mod growth;
mod incoming;
mod layout;
mod lists;
mod overview;
mod style;
mod tables;

use crate::model::{Date, Member, Pair, Slug, Visibility, visible};
use crate::query::{Ids, Names};
use crate::render::{Printable, printable};

pub use agenda::agenda;
pub use conflicts::{conflicts, numbered};
pub use counts::{records, way};
pub use dates::{day, due};
pub use entry::{echo, echo_at, entry, meeting};
pub use growth::growth;
pub use incoming::came;
pub use layout::first_words;
pub use lists::{actions, list, log, nothing_found, to_do};
pub use overview::overview;
pub use tables::{ReaderRow, Reads, pairs, status, who};

/// Who looks at what, when, and how wide the terminal is.
#[derive(Clone, Copy)]
pub struct Screen<'a> {
    /// The pair.
    pub pair: &'a Pair,
    /// The member who looks.
    pub me: &'a Slug,
    /// How both members are called.
    pub names: &'a Names,
    /// The local day.
    pub today: Date,
    /// The ids, for the shortest prefix of each.
    pub ids: &'a Ids,
    /// Columns to write in.
    pub width: usize,
    /// The name of the pair, where the person gave it: commands give it too.
    pub named: Option<&'a str>,
}

impl Screen<'_> {
    /// A command of this program about the pair.
    fn command(&self, words: &str) -> String {
        match self.named {
            Some(name) => format!("`oneonone @{} {words}`", visible(name)),
            None => format!("`oneonone {words}`"),
        }
    }

    /// A member as a column names them; a slug that is no member's as it stands.
    fn name(&self, slug: &Slug) -> String {
        match self.pair.member(slug.as_str()) {
            Some(member) if member.slug == *self.me => layout::one_line(&self.names.me.short),
            Some(_) => layout::one_line(&self.names.partner.short),
            None => slug.to_string(),
        }
    }

    /// A member as a heading names them.
    fn called(&self, member: &Member) -> String {
        match member.slug == *self.me {
            true => layout::one_line(&self.names.me.called),
            false => self.partner(),
        }
    }

    /// The partner.
    fn partner(&self) -> String {
        layout::one_line(&self.names.partner.called)
    }
}

/// A pair as its heading says where several are listed.
pub fn heading(pair: &str) -> Printable {
    printable![style::head(&layout::one_line(pair)), "\n"]
}

/// Who can read what is of this visibility: `you, Ana, the host's admins`, `you, Ana` or `you alone`.
pub fn readers(screen: &Screen<'_>, visibility: Visibility) -> String {
    match visibility {
        Visibility::Private => visibility.people().to_owned(),
        Visibility::Confidential => format!("you, {}", screen.partner()),
        Visibility::Shared => format!("you, {}, the host's admins", screen.partner()),
    }
}

#[cfg(test)]
mod tests;
