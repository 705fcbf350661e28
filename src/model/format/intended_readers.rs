//! The readers that an entry is meant for, its form in the record, and who reads that: one rule for all who ask.

use crate::model::fields::{Seal, seal_of};
use crate::model::id::EntryId;
use crate::model::words::{Kind, Visibility};

use super::conflict::Alternative;
use super::table::Table;

/// How a body of an entry stands in a record: the one that is shown, or a row of a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form<'a> {
    /// In clear, as it is meant to.
    Clear,
    /// As this ciphertext.
    Sealed(&'a str),
    /// In clear, though it is meant to be sealed: everyone with a copy of the record reads it.
    Exposed,
}

impl<'a> Form<'a> {
    fn of(ciphertext: Option<&'a str>, meant: Visibility) -> Self {
        match ciphertext {
            Some(ciphertext) => Self::Sealed(ciphertext),
            None if meant.is_sealed() => Self::Exposed,
            None => Self::Clear,
        }
    }

    /// Who reads a body that names `named` (docs/privacy.md#entries-that-arrive-wider): everyone, where it stands in clear.
    /// Else whomever the seal names, if `opened` can say, and whomever the word beside it names, if not. A seal is never for
    /// everyone, whatever that word says: a host may have changed it.
    pub fn readers(self, named: Visibility, opened: impl FnOnce(&str) -> Option<Visibility>) -> Visibility {
        match self {
            Self::Sealed(ciphertext) => opened(ciphertext).unwrap_or(named.min(Visibility::Confidential)),
            Self::Clear | Self::Exposed => Visibility::Shared,
        }
    }

    /// The readers of a body as far as it names them: a text in clear is meant for `named`, and a seal is never for everyone.
    fn named_readers(self, named: Visibility) -> Visibility {
        self.readers(named, |_| None).min(named)
    }
}

impl Table {
    /// The visibility that the clear part of an entry names; one that is sealed and names none is private.
    pub fn visibility(&self) -> Visibility {
        match self.get_str("visibility").map(str::parse) {
            Some(Ok(visibility)) => visibility,
            // A sealed entry that does not say for whom is never taken for a shared one.
            _ if self.ciphertext().is_some() => Visibility::Private,
            _ => Visibility::UNNAMED,
        }
    }

    /// The visibility that an entry names. Where somebody wrote it by hand and named none, the default of its kind: an
    /// entry with an id and without a visibility is shared, whatever its kind.
    pub fn intended_visibility(&self) -> Visibility {
        let kind: Option<Kind> = self.get_str("kind").and_then(|kind| kind.parse().ok());
        match kind {
            Some(kind) if !self.says_for_whom() => kind.default_visibility(),
            _ => self.visibility(),
        }
    }

    /// The same; where somebody wrote it by hand and named none, the narrower one of this and of the entry that it follows
    /// by `re` (docs/privacy.md#readers). `followed` tells the visibility of that one, if it is known.
    pub fn intended_visibility_after(
        &self,
        followed: impl FnOnce(EntryId) -> Option<Visibility>,
    ) -> Visibility {
        let intended = self.intended_visibility();
        let re = self.get_str("re").filter(|_| !self.says_for_whom());
        let followed = re.and_then(|re| re.parse().ok()).and_then(followed);
        followed.map_or(intended, |followed| followed.min(intended))
    }

    /// The same of an entry that a hand wrote with an id of its own: nobody knew it before, so the id says nothing of its
    /// readers.
    pub fn intended_visibility_of_new(
        &self,
        followed: impl FnOnce(EntryId) -> Option<Visibility>,
    ) -> Visibility {
        let mut without_id = self.clone();
        without_id.put("id", None);
        without_id.intended_visibility_after(followed)
    }

    /// The visibility that an entry hands on to those that follow it: its readers, or those it is meant for.
    pub fn inherited_visibility(&self) -> Visibility {
        self.form().named_readers(self.intended_visibility())
    }

    /// Whether the entry says itself who reads it. A command that makes an id says so.
    fn says_for_whom(&self) -> bool {
        let mut keys = ["id", "visibility", "sealed"].iter();
        keys.any(|key| self.get(key).is_some())
    }

    /// How the entry stands in its record.
    pub fn form(&self) -> Form<'_> {
        Form::of(self.ciphertext(), self.intended_visibility())
    }

    /// Whether a word of the entry stands in clear that belongs inside a seal: its content, what somebody wrote beside
    /// a ciphertext, or a body in a conflict.
    pub fn exposes_words(&self) -> bool {
        (self.form() != Form::Clear && self.holds_content())
            || self.rows_of("body").any(|row| row.alternative.exposes_words())
    }

    /// The same, where a hand may have written the entry to follow a sealed one.
    pub fn exposes_words_after(&self, followed: impl FnOnce(EntryId) -> Option<Visibility>) -> bool {
        let is_sealed = || self.intended_visibility_after(followed).is_sealed();
        self.exposes_words() || (self.form() == Form::Clear && is_sealed())
    }

    /// Whether anything stands in clear that a seal would take in.
    pub fn holds_content(&self) -> bool {
        self.fields
            .iter()
            .any(|field| seal_of(&field.key) == Seal::Inside)
            || self.rows.iter().any(|row| row.field != "body")
            || self.comments().next().is_some()
    }
}

impl Alternative {
    /// How a body stands in the row of a conflict.
    pub fn form(&self) -> Form<'_> {
        Form::of(self.ciphertext(), self.visibility())
    }

    /// The readers that a body names. A seal is never for everyone.
    pub fn named_readers(&self) -> Visibility {
        self.form().named_readers(self.visibility())
    }

    /// Whether a body holds its text in clear, and is meant to be sealed.
    pub fn exposes_words(&self) -> bool {
        self.form() != Form::Clear && self.get("text").is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Home, parse_record};

    fn entry(keys: &str) -> Table {
        let text = format!("[[entry]]\n{keys}\n");
        let document = parse_record(Home::Agenda, text.as_bytes(), true).unwrap();
        let loose = document.loose.into_iter().map(|entry| entry.table);
        let mut all = document.entries.into_iter().map(|(_, entry)| entry).chain(loose);
        all.next().unwrap()
    }

    const ID: &str = "id = \"kkkkkkkkkkkk\"\n";

    #[test]
    fn an_entry_is_meant_for_those_it_names_or_for_those_of_its_kind() {
        use Visibility::{Confidential, Private, Shared};
        for (keys, named, meant) in [
            ("text = \"x\"", Shared, Shared),
            ("kind = \"note\"\ntext = \"x\"", Shared, Shared),
            ("kind = \"concern\"\ntext = \"x\"", Shared, Confidential),
            ("kind = \"concern\"\nvisibility = \"shared\"", Shared, Shared),
            ("kind = \"concern\"\nvisibility = \"private\"", Private, Private),
            ("visibility = \"confidential\"", Confidential, Confidential),
            ("sealed = \"x\"", Private, Private),
            ("kind = \"concern\"\nsealed = \"x\"", Private, Private),
            ("visibility = \"shared\"\nsealed = \"x\"", Shared, Shared),
        ] {
            let entry = entry(keys);
            let is = (entry.visibility(), entry.intended_visibility());
            assert_eq!(is, (named, meant), "{keys}");
        }
        let shared_since = entry(&format!("{ID}kind = \"concern\"\ntext = \"x\""));
        assert_eq!(shared_since.intended_visibility(), Shared);
    }

    #[test]
    fn what_a_hand_wrote_is_for_those_who_read_what_it_follows() {
        use Visibility::{Confidential, Private, Shared};
        let re = "re = \"kkkkkkkkkkkk\"\ntext = \"x\"";
        for (keys, followed, meant) in [
            (re.to_owned(), Some(Private), Private),
            (re.to_owned(), Some(Confidential), Confidential),
            (re.to_owned(), Some(Shared), Shared),
            (re.to_owned(), None, Shared),
            ("re = \"none\"\ntext = \"x\"".to_owned(), Some(Private), Shared),
            ("text = \"x\"".to_owned(), Some(Private), Shared),
            (format!("kind = \"concern\"\n{re}"), Some(Private), Private),
            (format!("kind = \"concern\"\n{re}"), Some(Shared), Confidential),
            (format!("visibility = \"shared\"\n{re}"), Some(Private), Shared),
            (format!("{ID}{re}"), Some(Private), Shared),
        ] {
            let entry = entry(&keys);
            assert_eq!(entry.intended_visibility_after(|_| followed), meant, "{keys}");
            assert_eq!(
                entry.exposes_words_after(|_| followed),
                meant.is_sealed(),
                "{keys}"
            );
        }
        for (keys, handed_on) in [
            ("text = \"x\"", Shared),
            ("visibility = \"private\"\ntext = \"x\"", Private),
            ("visibility = \"shared\"\nsealed = \"-\"", Confidential),
            ("sealed = \"-\"", Private),
        ] {
            assert_eq!(entry(keys).inherited_visibility(), handed_on, "{keys}");
        }
    }

    #[test]
    fn an_entry_knows_its_form() {
        for (keys, form) in [
            ("text = \"x\"", Form::Clear),
            ("visibility = \"private\"\ntext = \"x\"", Form::Exposed),
            ("kind = \"concern\"\ntext = \"x\"", Form::Exposed),
            ("visibility = \"private\"\nsealed = \"-\"", Form::Sealed("-")),
            ("sealed = \"-\"\ntext = \"x\"", Form::Sealed("-")),
            ("visibility = \"shared\"\nsealed = \"-\"", Form::Sealed("-")),
            ("sealed = [1]", Form::Sealed("")),
        ] {
            let entry = entry(keys);
            assert_eq!(entry.form(), form, "{keys}");
            let ciphertext = match form {
                Form::Sealed(ciphertext) => Some(ciphertext),
                Form::Clear | Form::Exposed => None,
            };
            assert_eq!(entry.ciphertext(), ciphertext, "{keys}");
        }
    }

    #[test]
    fn a_body_is_read_by_everyone_in_clear_and_never_so_under_a_seal() {
        use Visibility::{Confidential, Private, Shared};
        let read = |form: Form<'_>, named, opened| form.readers(named, |_| opened);
        for named in [Private, Confidential, Shared] {
            for form in [Form::Clear, Form::Exposed] {
                assert_eq!(read(form, named, None), Shared);
            }
            assert_eq!(read(Form::Sealed("-"), named, Some(Private)), Private);
            assert_eq!(read(Form::Sealed("-"), named, None), named.min(Confidential));
        }
    }

    #[test]
    fn words_that_belong_inside_a_seal_are_exposed() {
        let row = "text = \"x\"\n[[entry.conflict]]\nfield = \"body\"\n";
        let sealed = "visibility = \"private\"\nsealed = \"-\"";
        let exposed = |keys: &str| entry(keys).exposes_words();
        for keys in [
            "visibility = \"private\"\ntext = \"x\"",
            "kind = \"concern\"\ntext = \"x\"",
            &format!("{sealed}\ndue = 2026-12-01"),
            &format!("{sealed} # a remark"),
            &format!("{sealed}\n[[entry.conflict]]\nfield = \"due\"\nvalue = 2026-12-01"),
            &format!("{row}visibility = \"private\"\ntext = \"y\""),
            &format!("{row}sealed = \"-\"\ntext = \"y\""),
        ] {
            assert!(exposed(keys), "{keys}");
        }
        for keys in [
            "text = \"x\" # a remark",
            &format!("{ID}{sealed}"),
            &format!("{ID}kind = \"concern\"\ntext = \"x\""),
            &format!("{row}{sealed}"),
            &format!("{row}visibility = \"shared\"\ntext = \"y\""),
        ] {
            assert!(!exposed(keys), "{keys}");
        }
        let row = entry(&format!("{row}{sealed}"));
        let body = &row.rows[0].alternative;
        assert_eq!((body.form(), body.ciphertext()), (Form::Sealed("-"), Some("-")));
    }
}
