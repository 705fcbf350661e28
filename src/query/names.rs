//! How people are called, so that nobody is taken for somebody else of the same name
//! (docs/command-line.md#names-of-people).

use crate::model::{Member, Pair, Role, Slug, folded};

/// Somebody whom a person meets on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The whole name.
    pub name: String,
    /// Who they are to the person at this machine: `your report`, `your manager`, `you`.
    pub relation: &'static str,
    /// The folder of the clone that they share with that person.
    pub folder: String,
}

/// The names of one person, each longer than the one before only where somebody else has the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// For a column of a list, where the pair is known: the first word, else the whole name.
    pub short: String,
    /// For an echo and a heading: `Ana`, `Ana Berg`, `Ana Berg (your report)`, `Ana Berg (your report, /home/sam/ana-2)`.
    pub called: String,
    /// The whole name, with the same words behind it.
    pub whole: String,
}

/// The names of both members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// Mine.
    pub me: Name,
    /// The other member's.
    pub partner: Name,
}

impl Person {
    /// A member in the other seat than mine.
    pub fn partner(member: &Member, folder: impl Into<String>) -> Self {
        Self {
            name: member.name.clone(),
            relation: match member.role {
                Role::Report => "your report",
                Role::Manager => "your manager",
            },
            folder: folder.into(),
        }
    }

    fn you(member: &Member) -> Self {
        Self {
            name: member.name.clone(),
            relation: "you",
            folder: String::new(),
        }
    }

    /// Whether a word that somebody typed is this person's whole name, or its first word.
    pub fn is_called(&self, word: &str) -> bool {
        let word = spaced(word);
        same(&word, &self.whole()) || same(&word, self.first())
    }

    fn whole(&self) -> String {
        spaced(&self.name)
    }

    fn first(&self) -> &str {
        self.name.split_whitespace().next().unwrap_or(&self.name)
    }

    /// The name among others.
    pub fn among(&self, others: &[&Person]) -> Name {
        let (first, whole) = (self.first().to_owned(), self.whole());
        let namesakes: Vec<_> = others.iter().filter(|o| same(o.first(), &first)).collect();
        let doubles: Vec<_> = namesakes.iter().filter(|o| same(&o.whole(), &whole)).collect();
        let plain = |short: &str| Name {
            short: short.to_owned(),
            called: short.to_owned(),
            whole: whole.clone(),
        };
        if namesakes.is_empty() {
            return plain(&first);
        }
        // `Ana` beside `Ana Berg` could be either.
        if doubles.is_empty() && first != whole {
            return plain(&whole);
        }
        let told = match doubles.iter().any(|o| o.relation == self.relation) {
            true => format!("{whole} ({}, {})", self.relation, self.folder),
            false => format!("{whole} ({})", self.relation),
        };
        let is_within_pair = |o: &&&&Person| o.relation == "you" || self.relation == "you";
        Name {
            short: match doubles.iter().any(is_within_pair) {
                true => format!("{whole} ({})", self.relation),
                false => whole,
            },
            called: told.clone(),
            whole: told,
        }
    }
}

impl Names {
    /// The names of both members; `folder` is that of their clone, `others` are the partners of the other pairs known.
    pub fn of(pair: &Pair, me: &Slug, folder: impl Into<String>, others: &[Person]) -> Self {
        let partner = Person::partner(pair.partner_of(me), folder);
        let mine = Person::you(pair.member(me.as_str()).unwrap_or(&pair.report));
        let others: Vec<&Person> = others.iter().chain([&mine]).collect();
        Self {
            partner: partner.among(&others),
            me: mine.among(&[&partner]),
        }
    }
}

fn spaced(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn same(one: &str, other: &str) -> bool {
    folded(one) == folded(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::fixture::{records, slug};

    fn person(name: &str, relation: &'static str, folder: &str) -> Person {
        Person {
            name: name.to_owned(),
            relation,
            folder: folder.to_owned(),
        }
    }

    fn called(people: &[Person]) -> Vec<String> {
        let others = |person: &Person| people.iter().filter(|other| *other != person).collect::<Vec<_>>();
        people
            .iter()
            .map(|person| person.among(&others(person)).called)
            .collect()
    }

    #[test]
    fn a_name_is_as_long_as_it_must_be() {
        let report = |name| person(name, "your report", "/r");
        let manager = |name| person(name, "your manager", "/m");
        assert_eq!(called(&[report("Ana Berg"), report("Bo Cruz")]), ["Ana", "Bo"]);
        assert_eq!(
            called(&[report("Ana Berg"), report("ANA  Cruz"), manager("Ana Zorn")]),
            ["Ana Berg", "ANA Cruz", "Ana Zorn"]
        );
        assert_eq!(
            called(&[report("Ana"), report("Ana Cruz"), manager("Ana")]),
            ["Ana (your report)", "Ana Cruz", "Ana (your manager)"]
        );
        assert_eq!(
            called(&[
                person("Ana Berg", "your report", "/a"),
                person("ana berg", "your report", "/b"),
                manager("Ana Berg"),
            ]),
            [
                "Ana Berg (your report, /a)",
                "ana berg (your report, /b)",
                "Ana Berg (your manager)"
            ]
        );
        // A name in one Unicode form is the name in the other.
        assert_eq!(called(&[report("Zo\u{eb} A"), report("Zoe\u{308} B")]).len(), 2);
        assert_ne!(
            called(&[report("Zo\u{eb} A"), report("Zoe\u{308} B")])[0],
            "Zo\u{eb}"
        );
    }

    #[test]
    fn two_members_of_one_name_are_told_apart_in_every_column() {
        let mut pair = records(vec![], vec![]).pair;
        let me = slug("sam");
        let names = |pair: &Pair, others: &[Person]| Names::of(pair, &me, "/here", others);
        let usual = names(&pair, &[]);
        assert_eq!(
            (usual.me.short.as_str(), usual.partner.called.as_str()),
            ("Sam", "Ana")
        );
        let seen = names(&pair, &[person("Ana", "your report", "/there")]).partner;
        assert_eq!(
            [seen.short, seen.called],
            ["Ana", "Ana (your report, /here)"].map(str::to_owned)
        );
        pair.manager.name = "Ana".to_owned();
        let seen = names(&pair, &[]);
        assert_eq!(
            [seen.me.short, seen.partner.short, seen.partner.called],
            ["Ana (you)", "Ana (your report)", "Ana (your report)"].map(str::to_owned)
        );
    }

    #[test]
    fn a_typed_word_is_the_whole_name_or_its_first_word() {
        let ana = person("Ana  Berg", "your report", "/a");
        for (word, is) in [("ana berg", true), ("Ana", true), ("An", false), ("Berg", false)] {
            assert_eq!(ana.is_called(word), is, "{word}");
        }
    }
}
