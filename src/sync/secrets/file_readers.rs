//! Who reads the entries of a file, as it stands: every copy of an entry, and every body of a conflict
//! (docs/privacy.md#widening).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::model::{EntryId, Form, Home, RecordPath, Table, Visibility, assemble};

/// The entries of some files, by id.
pub(in crate::sync) type EntryReaders = BTreeMap<EntryId, Readers>;

/// Who reads one entry.
#[derive(Clone, Default, PartialEq, Eq)]
pub(in crate::sync) struct Readers {
    /// Who its copies say wrote it.
    pub(in crate::sync) by: BTreeSet<String>,
    bodies: BTreeSet<StandingBody>,
}

/// An entry that more people can read than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sync) struct WidenedEntry {
    pub(in crate::sync) entry: EntryId,
    /// Who wrote it, as it said before.
    pub(in crate::sync) by: String,
    /// The file where they can read it.
    pub(in crate::sync) path: String,
    /// Who is meant to read it there.
    pub(in crate::sync) most: Visibility,
}

/// One body: the visibility that it names, and its ciphertext if it is sealed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct StandingBody {
    names: Visibility,
    ciphertext: Option<String>,
}

impl StandingBody {
    fn of(form: Form<'_>, names: Visibility) -> Self {
        let ciphertext = match form {
            Form::Sealed(ciphertext) => Some(ciphertext.to_owned()),
            Form::Clear | Form::Exposed => None,
        };
        Self { names, ciphertext }
    }

    /// Who reads it where it is sealed; none where it stands in clear.
    fn sealed_for(&self, opened: &impl Fn(&str) -> Option<Visibility>) -> Option<Visibility> {
        let ciphertext = self.ciphertext.as_deref()?;
        Some(Form::Sealed(ciphertext).readers(self.names, opened))
    }
}

/// Opens nothing: a seal is for whom the word beside it says.
pub(in crate::sync) fn by_name(_: &str) -> Option<Visibility> {
    None
}

impl Readers {
    /// The most that read it: a text in clear is everyone's, whatever the entry says. `opened` says whom a ciphertext is
    /// sealed for.
    pub(in crate::sync) fn most(&self, opened: impl Fn(&str) -> Option<Visibility>) -> Visibility {
        self.widest(|body| body.sealed_for(&opened).unwrap_or(Visibility::Shared))
    }

    /// The most that are meant to read it. A text in clear that is to be sealed is another fault than this.
    pub(in crate::sync) fn most_meant(&self, opened: impl Fn(&str) -> Option<Visibility>) -> Visibility {
        self.widest(|body| body.sealed_for(&opened).unwrap_or(body.names))
    }

    fn widest(&self, of: impl Fn(&StandingBody) -> Visibility) -> Visibility {
        let bodies = self.bodies.iter().map(of);
        bodies.max().unwrap_or(Visibility::Private)
    }

    /// Adds another copy.
    pub(in crate::sync) fn extend(&mut self, other: &Self) {
        self.by.extend(other.by.iter().cloned());
        self.bodies.extend(other.bodies.iter().cloned());
    }

    fn add(&mut self, entry: &Table) {
        self.by.extend(entry.get_str("by").map(str::to_owned));
        self.bodies
            .insert(StandingBody::of(entry.form(), entry.intended_visibility()));
        let rows = entry.rows_of("body").map(|row| &row.alternative);
        self.bodies
            .extend(rows.map(|body| StandingBody::of(body.form(), body.visibility())));
    }
}

impl fmt::Debug for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Readers({:?}, {})", self.by, self.most(by_name))
    }
}

/// The entries of a file. One that is no record is read as if it were: a copy of one is read by the same people.
pub(in crate::sync) fn readers_in(path: &str, bytes: &[u8]) -> EntryReaders {
    let record = RecordPath::parse(path).unwrap_or(RecordPath::Home(Home::Agenda));
    let loaded = assemble([(record.path(), bytes)]);
    let mut entries = EntryReaders::new();
    for (id, placed) in &loaded.state.entries {
        entries.entry(*id).or_default().add(&placed.entry);
    }
    for (id, copies) in &loaded.doubled {
        let readers = entries.entry(*id).or_default();
        copies.iter().for_each(|copy| readers.add(&copy.entry));
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readers(keys: &str) -> Readers {
        let text = format!("[[entry]]\nid = \"kkkkkkkkkkkk\"\nby = \"ana\"\n{keys}\n");
        let mut entries = readers_in("agenda.toml", text.as_bytes());
        entries.pop_first().unwrap().1
    }

    #[test]
    fn readers_are_those_of_the_widest_body() {
        use Visibility::{Confidential, Private, Shared};
        let row = "[[entry.conflict]]\nfield = \"body\"\n";
        for (keys, most, meant) in [
            ("text = \"x\"", Shared, Shared),
            ("visibility = \"private\"\ntext = \"x\"", Shared, Private),
            ("visibility = \"private\"\nsealed = \"-\"", Private, Private),
            ("sealed = \"-\"", Private, Private),
            (
                "visibility = \"shared\"\nsealed = \"-\"",
                Confidential,
                Confidential,
            ),
            (
                &format!(
                    "visibility = \"private\"\nsealed = \"-\"\n{row}visibility = \"confidential\"\nsealed = \"+\""
                ),
                Confidential,
                Confidential,
            ),
            (
                &format!("visibility = \"private\"\nsealed = \"-\"\n{row}text = \"y\""),
                Shared,
                Shared,
            ),
        ] {
            let readers = readers(keys);
            let are = (readers.most(by_name), readers.most_meant(by_name));
            assert_eq!(are, (most, meant), "{keys}");
        }
    }

    #[test]
    fn a_seal_that_opens_decides_and_not_the_word_beside_it() {
        let confidential = |_: &str| Some(Visibility::Confidential);
        for word in ["private", "confidential", "shared"] {
            let sealed = readers(&format!("visibility = \"{word}\"\nsealed = \"-\""));
            assert_eq!(sealed.most(confidential), Visibility::Confidential, "{word}");
        }
    }

    #[test]
    fn a_file_of_any_name_is_read_and_nothing_of_it_is_shown() {
        let text = "[[entry]]\nid = \"kkkkkkkkkkkk\"\nby = \"ana\"\ntext = \"xyzzy\"\n";
        for path in ["agenda.toml~", "meetings/x.toml", "meetings/2026/2026-11-24.toml"] {
            let entries = readers_in(path, text.as_bytes());
            assert_eq!(entries.len(), 1, "{path}");
            assert!(!format!("{entries:?}").contains("xyzzy"));
        }
    }
}
