//! The agenda.

use crate::query::Agenda;
use crate::render::{Printable, printable};

use super::Screen;
use super::dates::day;
use super::layout::wrap;
use super::lists::{Column, section};
use super::style;

/// The entries that wait, or the meeting under way, section by section.
pub fn agenda(screen: &Screen<'_>, agenda: &Agenda<'_>) -> Printable {
    let pair = screen.pair;
    let mut out = Printable::default();
    let days: Vec<String> = agenda
        .under_way
        .iter()
        .map(|m| day(m.key.date, screen.today))
        .collect();
    let title = match days.as_slice() {
        [] => None,
        [day] => Some(format!("Meeting under way: {day}")),
        days => Some(format!(
            "Two meetings under way, and one `end` ends both: {}",
            days.join(", ")
        )),
    };
    if let Some(title) = title {
        out.push(printable![style::head(&title), "\n\n"]);
    }
    let mut sections = Vec::new();
    if !agenda.actions.is_empty() {
        sections.push(section(
            screen,
            "Open actions",
            &agenda.actions,
            Column::Owner,
            "",
        ));
    }
    for (member, entries) in [(&pair.report, &agenda.report), (&pair.manager, &agenda.manager)] {
        let title = format!("From {}", screen.called(member));
        sections.push(section(screen, &title, entries, Column::Kind, "nothing yet"));
    }
    if !agenda.updates.is_empty() {
        let title = "Updates, read beforehand";
        sections.push(section(screen, title, &agenda.updates, Column::Kind, ""));
    }
    if let Some(question) = agenda.question {
        let whom = if *screen.me == pair.manager.slug {
            "A question to expect"
        } else {
            "A question to ask"
        };
        let words = format!("{whom}: {question}");
        sections.push(
            wrap(&words, screen.width)
                .iter()
                .map(|l| format!("{l}\n"))
                .collect::<Printable>(),
        );
    }
    out.push(Printable::join(sections, "\n"));
    out
}
