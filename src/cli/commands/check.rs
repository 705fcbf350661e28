//! `check`: whether the records are sound.

use clap::Args;

use crate::app::{self, CheckedRecords, Remark};
use crate::cli::words::unshared_files::misnamed_facts;
use crate::cli::{Context, Exit, Failure, problem};
use crate::model::{Position, Problem, number};
use crate::render::{MisnamedFacts, Printable, json::JsonDocument, tsv};

/// Check the records; exit 3 when one is broken
#[derive(Args)]
pub(super) struct CheckArgs {
    /// What is about to be committed by plain Git: broken records, texts in clear that are to be sealed, and entries of the
    /// other member that more people would read
    #[arg(long)]
    staged: bool,
}

/// So many are shown with the lines that they stand in.
const SHOWN: usize = 50;

pub(super) fn run(context: &mut Context, args: CheckArgs) -> Result<Exit, Failure> {
    let checked = if args.staged {
        let is_named = context.global.pair.is_some();
        let named = is_named.then(|| context.place()).transpose()?;
        app::check_staged(
            context.setting(),
            named.as_ref(),
            &context.cwd,
            context.index_file(),
        )?
    } else {
        let place = context.place()?;
        app::check(context.setting(), &place)?
    };
    let CheckedRecords {
        count,
        problems,
        misnamed,
        missing,
        folder,
    } = checked;
    context.goes_to(&folder);
    let standing = context.out.standing();
    for problem in problems.iter().take(SHOWN) {
        context.out.say(problem::shown(problem, &standing));
    }
    if let Some(more) = problems.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        context
            .out
            .say(format!("and {more} more; with --json each is in the document"));
    }
    context.tell_misnamed(&misnamed);
    if let Some(missing) = missing {
        context.say_remark(Remark::Missing(missing));
    }
    let misnamed: Vec<MisnamedFacts> = misnamed.iter().map(misnamed_facts).collect();
    let help = |problem: &Problem| problem::help(problem, &standing);
    let helps: Vec<String> = problems.iter().map(help).collect();
    let answer = context.in_form(
        || JsonDocument::problems(&problems, &helps, &misnamed),
        |_| {
            let positions = Problem::positions(&problems);
            tsv::table(None, problems.iter().zip(&helps).zip(positions).map(row))
        },
        Printable::default,
    );
    context.out.data(&answer)?;
    let records = number(count, "record", "records");
    let (wrong, exit) = match problems.len() {
        0 => ("nothing is".to_owned(), Exit::Done),
        several => (several.to_string(), Exit::Decide),
    };
    context.out.say(format!("{records} checked, {wrong} wrong"));
    Ok(exit)
}

/// Columns: path, line, column, what, the fix.
fn row(((problem, help), at): ((&Problem, &String), Position)) -> Vec<String> {
    let (line, column) = match problem.source.is_empty() {
        true => (String::new(), String::new()),
        false => (at.line.to_string(), at.column.to_string()),
    };
    [&problem.path, &line, &column, &problem.what, help]
        .map(String::clone)
        .to_vec()
}
