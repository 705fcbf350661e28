//! The pair, typed: its two members, their seats and keys.

use super::date::{Cadence, Date};
use super::format::{PairDocument, Table};
use super::id::EntryId;
use super::problem::Problem;
use super::record_path::PAIR_PATH;
use super::slug::Slug;
use super::typed::Typed;
use super::words::Role;

/// One of the two members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// How the records name them.
    pub slug: Slug,
    /// Which seat.
    pub role: Role,
    /// The name as people write it.
    pub name: String,
    /// The recipients of their keys; none in an open seat.
    pub keys: Vec<String>,
}

impl Member {
    /// Whether nobody sits there: the seat has no key.
    pub fn is_open_seat(&self) -> bool {
        self.keys.is_empty()
    }
}

impl Table {
    /// Whether nobody sits in the seat of a member: it has no key.
    pub fn is_open_seat(&self) -> bool {
        self.list("keys").is_empty()
    }
}

/// The pair, as `pair.toml` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The format's version.
    pub format: i64,
    /// The pair's id.
    pub id: EntryId,
    /// The manager.
    pub manager: Member,
    /// The report.
    pub report: Member,
    /// How often they mean to meet.
    pub cadence: Cadence,
    /// The agreed next meeting.
    pub next: Option<Date>,
}

impl Pair {
    /// The version that this program writes.
    pub const FORMAT: i64 = 1;

    /// The pair that a document describes.
    ///
    /// # Errors
    /// When it has not exactly one manager and one report.
    pub fn from_document(document: &PairDocument) -> Result<Self, Vec<Problem>> {
        let wrong = |what: &str| {
            vec![Problem::of_file(
                PAIR_PATH,
                what,
                "write both members again as they were",
            )]
        };
        let top = &document.top;
        let members: Vec<Member> = document
            .members
            .iter()
            .filter_map(|(slug, table)| member(slug, table))
            .collect();
        let seat = |role: Role| {
            let mut seated = members.iter().filter(|m| m.role == role);
            match (seated.next(), seated.next()) {
                (Some(member), None) => Ok(member.clone()),
                (None, _) => Err(wrong(&format!("the pair has no {role}"))),
                (Some(_), Some(_)) => Err(wrong(&format!(
                    "the pair has two members in the seat of the {role}"
                ))),
            }
        };
        Ok(Self {
            format: document.format(),
            id: top.read("id").ok_or_else(|| wrong("the pair has no id"))?,
            manager: seat(Role::Manager)?,
            report: seat(Role::Report)?,
            cadence: top.read("cadence").unwrap_or_default(),
            next: top.read("next"),
        })
    }

    /// Both members, the manager first.
    pub fn members(&self) -> [&Member; 2] {
        [&self.manager, &self.report]
    }

    /// The member of a slug.
    pub fn member(&self, slug: &str) -> Option<&Member> {
        self.members().into_iter().find(|m| m.slug.as_str() == slug)
    }

    /// The member in a seat.
    pub fn seat(&self, role: Role) -> &Member {
        match role {
            Role::Manager => &self.manager,
            Role::Report => &self.report,
        }
    }

    /// The other member.
    pub fn partner_of(&self, slug: &Slug) -> &Member {
        if self.manager.slug == *slug {
            &self.report
        } else {
            &self.manager
        }
    }

    /// The member one of whose keys is among `recipients`.
    pub fn member_with_key(&self, recipients: &[String]) -> Option<&Member> {
        self.members()
            .into_iter()
            .find(|m| m.keys.iter().any(|k| recipients.contains(k)))
    }
}

fn member(slug: &str, table: &Table) -> Option<Member> {
    Some(Member {
        slug: slug.parse().ok()?,
        role: table.read("role")?,
        name: table.read("name")?,
        keys: Typed::read(table.get("keys")),
    })
}
