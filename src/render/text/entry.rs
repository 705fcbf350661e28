//! One entry, one meeting.

use crate::model::{Entry, Home, Kind, Meeting, MeetingStatus, Visibility};
use crate::query::Records;
use crate::render::{ConflictNotes, Printable, printable};

use super::conflicts::values;
use super::dates::{day, due};
use super::layout::{cut, one_line, wrap};
use super::lists::{Column, section};
use super::{Screen, readers, style};

/// Where something stands: `agenda`, or the day of its meeting.
pub(super) fn place(screen: &Screen<'_>, home: Home) -> String {
    match home {
        Home::Agenda => "agenda".to_owned(),
        Home::Meeting(key) if key.number > 1 => {
            format!("{} (meeting {})", day(key.date, screen.today), key.number)
        }
        Home::Meeting(key) => day(key.date, screen.today),
    }
}

/// The echo of every write: the pair, the place and the readers, `→ Ana · agenda · you, Ana`.
pub fn echo(screen: &Screen<'_>, home: Home, visibility: Visibility) -> Printable {
    echo_at(screen, &place(screen, home), visibility)
}

/// The same for a place that is no record's.
pub fn echo_at(screen: &Screen<'_>, place: &str, visibility: Visibility) -> Printable {
    let (partner, readers) = (screen.partner(), readers(screen, visibility));
    format!("→ {partner} · {place} · {readers}\n").into()
}

/// An entry with all its fields, its whole text and its conflicts.
pub fn entry(screen: &Screen<'_>, entry: &Entry, records: &Records, notes: &ConflictNotes) -> Printable {
    let mut out = printable![style::id(entry.id.as_str()), "\n"];
    let mut field = |name: &str, value: String| {
        let line = printable![style::dim(&format!("{name:<8}")), "  ", value];
        out.push(printable![line.trim_end(), "\n"]);
    };
    let written = day(entry.at.date_naive(), screen.today);
    field("by", format!("{}, {written}", screen.name(&entry.by)));
    field("where", place(screen, entry.home));
    if entry.carried > 0 {
        field("carried", format!("{}×", entry.carried));
    }
    let who = match (&entry.body, entry.visibility) {
        (None, Visibility::Private) if entry.by != *screen.me => format!("{} alone", screen.name(&entry.by)),
        _ => readers(screen, entry.read_as()),
    };
    let seal = if entry.in_clear {
        ", in clear: it is to be sealed"
    } else {
        ""
    };
    field("readers", format!("{who} ({}{seal})", entry.visibility));
    if let Some(body) = &entry.body {
        field("kind", body.kind.to_string());
        let mut some = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                field(name, value);
            }
        };
        some("tone", body.tone.map(|t| t.to_string()));
        let themes: Vec<String> = body.themes.iter().map(|t| format!("#{t}")).collect();
        some("themes", (!themes.is_empty()).then(|| themes.join(" ")));
        some("owner", body.owner.as_ref().map(|o| screen.name(o)));
        let when = |d| {
            if entry.is_open_action() {
                due(d, screen.today)
            } else {
                day(d, screen.today)
            }
        };
        some("due", body.due.map(when));
        let closed = body
            .closed
            .map(|c| format!(", {}", day(c.date_naive(), screen.today)));
        some(
            "state",
            body.state.map(|s| format!("{s}{}", closed.unwrap_or_default())),
        );
        let follows = body.re.map(|id| {
            let text = records
                .entry(id)
                .and_then(|e| e.body.as_ref())
                .map(|b| one_line(&b.text));
            let line = format!("{}  {}", screen.ids.short(id), text.unwrap_or_default());
            cut(line.trim_end(), screen.width.saturating_sub(10))
        });
        some("follows", follows);
        out.push("\n");
        let lines = wrap(&body.text, screen.width);
        lines.iter().for_each(|line| out.push(format!("{line}\n")));
    } else {
        let why = style::dim("sealed: your key does not open it");
        out.push(printable!["\n", why, "\n"]);
    }
    if entry.has_conflict() {
        let values = values(screen, entry, notes);
        out.push(printable!["\n", style::warn("Conflict"), "\n", values]);
    }
    out
}

/// A meeting: its head, what was talked about by author, and the actions it ended with.
pub fn meeting(screen: &Screen<'_>, meeting: &Meeting, entries: &[&Entry]) -> Printable {
    let state = match meeting.status {
        MeetingStatus::Skipped => "skipped",
        MeetingStatus::Held if meeting.is_unended() => "not ended",
        MeetingStatus::Held => "held",
    };
    let title = format!("{} · {state}", place(screen, Home::Meeting(meeting.key)));
    let mut parts = vec![printable![style::head(&title), "\n"]];
    let of = |wanted: &dyn Fn(&Entry) -> bool| -> Vec<&Entry> {
        entries.iter().copied().filter(|e| wanted(e)).collect()
    };
    let plain = |e: &Entry| !matches!(e.kind(), Some(Kind::Action | Kind::Update));
    let manager = &screen.pair.manager.slug;
    let mut part = |title: String, entries: Vec<&Entry>, column| {
        if !entries.is_empty() {
            parts.push(section(screen, &title, &entries, column, ""));
        }
    };
    part(
        format!("From {}", screen.called(&screen.pair.report)),
        of(&|e| plain(e) && e.by != *manager),
        Column::Kind,
    );
    part(
        format!("From {}", screen.called(&screen.pair.manager)),
        of(&|e| plain(e) && e.by == *manager),
        Column::Kind,
    );
    part(
        "Actions".to_owned(),
        of(&|e| e.kind() == Some(Kind::Action)),
        Column::Owner,
    );
    part(
        "Updates".to_owned(),
        of(&|e| e.kind() == Some(Kind::Update)),
        Column::Kind,
    );
    Printable::join(parts, "\n")
}
