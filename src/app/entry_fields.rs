//! The fields of an entry as a person names them for `add` and `edit`.

use crate::lint::Slip;
use crate::model::{
    self, ActionState, Date, EntryId, HashWords, Instant, Kind, Slug, Table, Tone, Value, Visibility,
    date_value, instant_value,
};
use crate::query::{parse_date, similar_themes};

use super::{AppError, PairView, Remark, Remarks, question_range::theme};

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
    pub(super) fn understand(&self, view: &PairView, kind: Kind) -> Result<EntryFields, AppError> {
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
            fields.re = Some(view.resolve(re)?);
        }
        if kind != Kind::Action && (fields.owner.is_some() || fields.due.is_some()) {
            return Err(AppError::NoOwner(kind));
        }
        if kind != Kind::Feedback && fields.tone.is_some() {
            return Err(AppError::NoTone(kind));
        }
        Ok(fields)
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
        if kind == Kind::Action {
            open_action(entry, by);
        }
    }

    /// Writes the fields into an entry.
    pub(super) fn apply(&self, entry: &mut Table) {
        let fields = [
            ("owner", self.owner.as_ref().map(|owner| owner.as_str().into())),
            ("due", self.due.map(date_value)),
            ("tone", self.tone.map(|tone| tone.as_str().into())),
            ("re", self.re.map(|re| re.to_string().into())),
        ];
        for (field, value) in fields {
            if let Some(value) = value {
                entry.set(field, value);
            }
        }
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

/// Gives an action the fields that it needs from its beginning.
pub(super) fn open_action(entry: &mut Table, owner: &Slug) {
    for (field, value) in [("owner", owner.as_str()), ("state", ActionState::Open.as_str())] {
        if entry.get(field).is_none() {
            entry.set(field, value);
        }
    }
}

/// Closes an entry: an action is done or given up, anything else was talked about.
pub fn close_entry(entry: &mut Table, state: ActionState, at: Instant) {
    entry.set("state", state.as_str());
    entry.set("closed", instant_value(at));
}
