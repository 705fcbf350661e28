//! `check`: whether the records are sound.

use clap::Args;

use crate::git::Repository;
use crate::model::Problem;
use crate::render::{json, tsv};
use crate::sync::{check_folder, check_staged};

use super::context::Context;
use super::error::{Exit, Failure};
use super::hint::Hint;
use super::problem;

/// Check the records; exit 3 when one is broken
#[derive(Args)]
pub(super) struct CheckArgs {
    /// What is about to be committed by plain Git: broken records, and texts in clear that are to be sealed
    #[arg(long)]
    staged: bool,
}

pub(super) fn run(context: &mut Context, args: CheckArgs) -> Result<Exit, Failure> {
    // A hook runs where Git commits, whatever lies there.
    let repo = if args.staged && context.global.pair.is_none() {
        // It is never another pair that is checked: what Git is about to commit would go unseen.
        Repository::discover(&context.cwd)?.ok_or_else(no_repository)?
    } else {
        Repository::open(&context.place()?.dir)?
    };
    let (count, problems) = if args.staged {
        check_staged(&repo, &context.index_file(&repo))?
    } else {
        check_folder(&repo)?
    };
    for problem in &problems {
        context.out.say(problem::shown(problem));
    }
    if context.global.json {
        let document = json::Document::problems(&problems);
        context.out.data(&json::one(&document))?;
    } else if !context.to_terminal {
        context.out.data(&tsv::table(None, problems.iter().map(row)))?;
    }
    let records = match count {
        1 => "1 record".to_owned(),
        n => format!("{n} records"),
    };
    if problems.is_empty() {
        context.out.say(format!("{records} checked, nothing is wrong"));
        return Ok(Exit::Done);
    }
    context
        .out
        .say(format!("{records} checked, {} wrong", problems.len()));
    Ok(Exit::Decide)
}

fn no_repository() -> Failure {
    Failure::new(
        Exit::Failed,
        "there is no Git repository here whose index could be checked",
    )
    .cause("a folder that only GIT_DIR or git --git-dir makes one is not handled")
    .hint(
        Hint::ours(["check", "--staged"])
            .about("NAME")
            .why("check a pair by its name"),
    )
    .hint(Hint::run(["oneonone", "pairs"]).why("list the pairs"))
}

/// Columns: path, line, column, what, the fix.
fn row(problem: &Problem) -> Vec<String> {
    let at = (!problem.source.is_empty()).then(|| problem.position());
    vec![
        problem.path.clone(),
        at.map(|at| at.line.to_string()).unwrap_or_default(),
        at.map(|at| at.column.to_string()).unwrap_or_default(),
        problem.what.clone(),
        problem.help.clone(),
    ]
}
