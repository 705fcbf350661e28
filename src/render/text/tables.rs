//! Small tables: the state of a clone, the pairs, who reads what.

use crate::model::number;
use crate::render::{PairFacts, Printable, StatusFacts, printable};

use super::counts::sum;
use super::layout::{columns, cut, one_line, pad};
use super::style;

/// Someone who may read, in a row of `who`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReaderRow {
    /// Who: a name, or `the host's admins`.
    pub who: String,
    /// Whether shared entries.
    pub shared: Reads,
    /// Whether confidential ones.
    pub confidential: Reads,
    /// Whether private ones.
    pub private: Reads,
    /// A remark: `you`, `the seat is open`, `the key is not trusted`.
    pub note: String,
}

/// Whether someone can read what is of a visibility.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// All of it.
    Yes,
    /// None of it.
    No,
    /// Only their own entries.
    Own,
}

impl Reads {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Own => "their own",
        }
    }
}

/// The table of `who`.
pub fn who(readers: &[ReaderRow], width: usize) -> Printable {
    let head = ["", "shared", "confidential", "private", ""]
        .map(String::from)
        .to_vec();
    let row = |r: &ReaderRow| {
        let reads = [r.shared, r.confidential, r.private].map(|r| r.as_str().to_owned());
        let mut row = vec![one_line(&r.who)];
        row.extend(reads);
        row.push(one_line(&r.note));
        row
    };
    table(Some(head), readers.iter().map(row).collect(), width)
}

/// The pairs on this machine.
pub fn pairs(pairs: &[PairFacts], width: usize) -> Printable {
    if pairs.is_empty() {
        return "no pairs yet: `oneonone init` makes one, `oneonone join` takes part in one\n".into();
    }
    let row = |p: &PairFacts| {
        let what = match &p.problem {
            Some(problem) => one_line(problem),
            None => format!("with {}, you are the {}", one_line(&p.partner), one_line(&p.role)),
        };
        vec![one_line(&p.name), what, one_line(&p.dir)]
    };
    table(None, pairs.iter().map(row).collect(), width)
}

/// Unsynced work, as last seen.
pub fn status(facts: &StatusFacts) -> Printable {
    let mut said = Vec::new();
    if facts.uncommitted > 0 {
        said.push(number(
            facts.uncommitted,
            "record edited by hand",
            "records edited by hand",
        ));
    }
    let sum = |counts| sum(counts).map_or(String::new(), |sum| format!(" ({sum})"));
    if facts.ahead > 0 {
        let commits = number(facts.ahead, "commit", "commits");
        said.push(format!("{commits} to send{}", sum(&facts.outgoing)));
    }
    if facts.behind > 0 {
        let commits = number(facts.behind, "commit", "commits");
        said.push(format!("{commits} to take in{}", sum(&facts.incoming)));
    }
    if facts.conflicts > 0 {
        said.push(number(facts.conflicts, "conflict", "conflicts"));
    }
    let said = if said.is_empty() {
        "all is synced, as last seen".to_owned()
    } else {
        said.join(", ")
    };
    printable![style::head(&one_line(&facts.branch)), format!(": {said}\n")]
}

fn table(head: Option<Vec<String>>, rows: Vec<Vec<String>>, width: usize) -> Printable {
    let headed = head.is_some();
    let rows: Vec<Vec<String>> = head.into_iter().chain(rows).collect();
    let mut widths: Vec<usize> = Vec::new();
    for row in &rows {
        widths.resize(widths.len().max(row.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = columns(cell).max(*width);
        }
    }
    let mut out = Printable::default();
    for (number, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| pad(cell, *width))
            .collect();
        let line = cut(cells.join("  ").trim_end(), width);
        out.push(if headed && number == 0 {
            style::dim(&line)
        } else {
            line.into()
        });
        out.push("\n");
    }
    out
}
