//! The fields of an entry as a person names them for `add` and `edit`.

use crate::lint::Slip;
use crate::model::{
    self, ActionState, Date, EntryId, HashWords, Instant, Kind, Slug, Table, Tone, Value, Visibility,
    complete_action, date_value, instant_value, kind_of_field,
};
use crate::query::{parse_date, similar_themes};

use super::{AppError, PairView, Remark, Remarks, WriteSession, question_range::theme};

/// The fields as they were typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FieldsRequest {
    /// Growth themes.
    pub themes: Vec<String>,
    /// Who may read it.
    pub visibility: Option<Visibility>,
    /// Who does it: `me`, `them`, a slug or a name.
    pub owner: Option<String>,
    /// Words for the day when it is due.
    pub due: Option<String>,
    /// The tone of feedback.
    pub tone: Option<Tone>,
    /// The entry that it follows from.
    pub re: Option<String>,
}

/// The fields after they were checked against the records.
#[derive(Default)]
pub struct EntryFields {
    /// Growth themes.
    pub themes: Vec<Slug>,
    /// Who does it.
    pub owner: Option<Slug>,
    /// The day when it is due.
    pub due: Option<Date>,
    /// The tone of feedback.
    pub tone: Option<Tone>,
    /// The entry that it follows from.
    pub re: Option<EntryId>,
}

impl FieldsRequest {
    /// Understands the fields against the records, for an entry of that kind; the day understood is a remark.
    pub(super) fn understand(&self, session: &WriteSession, kind: Kind) -> Result<EntryFields, AppError> {
        let view = &session.view;
        let mut fields = EntryFields {
            tone: self.tone,
            ..EntryFields::default()
        };
        for words in &self.themes {
            let theme = theme(words)?;
            if !fields.themes.contains(&theme) {
                fields.themes.push(theme);
            }
        }
        fields.owner = view.member(self.owner.as_deref())?;
        if let Some(due) = &self.due {
            let date = parse_date(due, view.setting.today)?;
            view.remarks.add(Remark::Due(date));
            fields.due = Some(date);
        }
        if let Some(re) = &self.re {
            let known = session.workspace().readers()?;
            fields.re = Some(view.resolve_for_words(re, &known)?);
        }
        let given = fields.values().into_iter().filter(|(_, value)| value.is_some());
        let mut misplaced = given.filter_map(|(field, _)| kind_of_field(field).filter(|of| *of != kind));
        match misplaced.next() {
            Some(Kind::Action) => Err(AppError::NoOwner(kind)),
            Some(_) => Err(AppError::NoTone(kind)),
            None => Ok(fields),
        }
    }
}

impl EntryFields {
    /// Completes a new entry that has its text, and perhaps themes out of it. An action is open. It is its author's, unless it is
    /// given to the other member.
    pub fn complete(&self, entry: &mut Table, kind: Kind, by: &Slug, at: Instant) {
        entry.set("kind", kind.as_str());
        entry.set("by", by.as_str());
        entry.set("at", instant_value(at));
        add_themes(entry, &self.themes);
        self.apply(entry);
        complete_action(entry);
    }

    /// Writes the fields into an entry.
    pub(super) fn apply(&self, entry: &mut Table) {
        for (field, value) in self.values() {
            if let Some(value) = value {
                entry.set(field, value);
            }
        }
    }

    /// The fields but for the themes, each with its value, where it has one.
    fn values(&self) -> [(&'static str, Option<Value>); 4] {
        [
            ("owner", self.owner.as_ref().map(|owner| owner.as_str().into())),
            ("due", self.due.map(date_value)),
            ("tone", self.tone.map(|tone| tone.as_str().into())),
            ("re", self.re.map(|re| re.to_string().into())),
        ]
    }

    /// The themes that the fields and a text name. A word that looks like a theme and is none is a remark.
    pub(super) fn themes_with(&self, text: &str, remarks: &Remarks) -> Vec<Slug> {
        let mut themes = self.themes.clone();
        let words = HashWords::of(text);
        for word in words.unfit {
            remarks.add(Remark::NoTheme(word));
        }
        for theme in words.themes {
            if !themes.contains(&theme) {
                themes.push(theme);
            }
        }
        themes
    }
}

/// Refuses a text that is empty or holds a control character.
pub(super) fn check_text(text: &str) -> Result<(), AppError> {
    if text.trim().is_empty() {
        return Err(AppError::EmptyText);
    }
    model::check_text(text).map_err(AppError::ControlCharacter)
}

/// Refuses a slip in an entry that `readers` read: in a new one of that kind, or in an edited one.
pub(super) fn refuse_slip(
    slip: Option<Slip>,
    readers: Visibility,
    kind: Option<Kind>,
    edited: Option<String>,
) -> Result<(), AppError> {
    let Some(slip) = slip else { return Ok(()) };
    Err(AppError::Slip {
        slip,
        readers,
        kind,
        edited,
    })
}

/// Adds themes to those that an entry has.
pub(super) fn add_themes(entry: &mut Table, themes: &[Slug]) {
    let known = entry.list("themes");
    let new = themes.iter().map(|theme| Value::from(theme.as_str()));
    let mut all = known.to_vec();
    all.extend(new.filter(|theme| !known.contains(theme)));
    if !all.is_empty() {
        entry.set("themes", Value::Array(all));
    }
}

/// Remarks which themes are new, and which known ones were perhaps meant.
pub(super) fn remark_new_themes(view: &PairView, themes: &[Slug]) {
    let known = view.records.themes();
    for theme in themes.iter().filter(|t| !known.contains(t)) {
        view.remarks.add(Remark::NewTheme {
            theme: theme.clone(),
            similar: similar_themes(theme, &view.records),
        });
    }
}

/// Closes an entry: an action is done or given up, anything else was talked about.
pub fn close_entry(entry: &mut Table, state: ActionState, at: Instant) {
    entry.set("state", state.as_str());
    entry.set("closed", instant_value(at));
}
