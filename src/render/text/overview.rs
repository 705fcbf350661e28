//! Where a pair stands: the bare `oneonone`.

use crate::model::{Date, Role, number};
use crate::query::{NextMeeting, NextStep, Overview};
use crate::render::{Printable, printable};

use super::Screen;
use super::dates::{day, off};
use super::style;

/// The next meeting and what waits for it, the actions, and the one thing to do next.
pub fn overview(screen: &Screen<'_>, overview: &Overview) -> Printable {
    let manages = *screen.me == screen.pair.manager.slug;
    let (mine, theirs) = if manages {
        (Role::Manager, Role::Report)
    } else {
        (Role::Report, Role::Manager)
    };
    let partner = screen.partner();
    let when = match (&overview.under_way, overview.next) {
        (Some(_), _) => "Meeting under way".to_owned(),
        (None, Some(next)) => said(next, screen.today),
        (None, None) => "No meeting yet".to_owned(),
    };
    let (yours, others) = (overview.waiting(mine), overview.waiting(theirs));
    let mut out = printable![
        style::head(&when),
        format!(": yours {yours}, {partner}'s {others}\n"),
    ];
    if overview.open > 0 {
        let late = match overview.overdue {
            0 => Printable::default(),
            n => style::bad(&format!(", {n} overdue")),
        };
        let counts = format!("Actions: {} open, {} yours", overview.open, overview.mine);
        out.push(printable![counts, late, "\n"]);
    }
    if overview.conflicts > 0 {
        let count = number(overview.conflicts, "conflict", "conflicts");
        out.push(printable![style::warn(&count), "\n"]);
    }
    out.push(format!("Next: {}\n", step(overview.step, screen)));
    out
}

/// `Tuesday, in 2 days`; a day further off by its date.
fn said(next: NextMeeting, today: Date) -> String {
    let name = match next.days {
        0 => return "Today".to_owned(),
        1 => return "Tomorrow".to_owned(),
        2..=6 => next.date.format("%A").to_string(),
        _ => day(next.date, today),
    };
    let agreed = if next.agreed { "" } else { ", not agreed" };
    format!("{name}, {}{agreed}", off(next.date, today))
}

fn step(step: NextStep, screen: &Screen<'_>) -> String {
    let run = |words| screen.command(words);
    match step {
        NextStep::End => format!("{} when you have talked", run("end")),
        NextStep::Resolve => format!("{} shows the values of each conflict", run("conflicts")),
        NextStep::Start => format!("{} begins the meeting", run("start")),
        NextStep::Missed(date) => {
            format!(
                "{} now, or {} if {} did not happen",
                run("start"),
                run(&format!("skip {date}")),
                day(date, screen.today)
            )
        }
        NextStep::Add => format!("{} what you want to talk about", run("add")),
        NextStep::Act => format!("{} shows what is overdue", run("actions --mine")),
        NextStep::Look => format!("{} shows what waits", run("agenda")),
    }
}
