//! `pairs`: the pairs on this machine.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::app::{self, ListedPair};
use crate::cli::{Context, Exit, Failure};
use crate::render::{PairFacts, json::JsonDocument, text, tsv};

/// List the pairs known on this machine
#[derive(Args)]
pub(super) struct PairsArgs {
    #[command(subcommand)]
    command: Option<PairsCommand>,
}

#[derive(Subcommand)]
enum PairsCommand {
    /// Make a clone known, so that its name finds it from everywhere
    Add {
        /// The folder of the clone
        dir: PathBuf,
    },
    /// Forget a pair; its folder stays
    Forget {
        /// Its name
        name: String,
    },
}

pub(super) fn run(context: &mut Context, args: PairsArgs) -> Result<Exit, Failure> {
    match args.command {
        None => {
            let pairs = app::list_pairs(context.setting())?;
            let facts: Vec<PairFacts> = pairs.into_iter().map(facts).collect();
            let answer = context.in_form(
                || JsonDocument::pairs(&facts),
                |_| tsv::pairs(&facts),
                || text::pairs(&facts, context.width),
            );
            context.out.data(&answer)?;
        }
        Some(PairsCommand::Add { dir }) => {
            let dir = context.cwd.join(dir);
            let (name, dir) = context.told(|setting, remarks| app::add_pair(setting, &dir, remarks))?;
            context.out.say(format!("{name} is {}", dir.display()));
        }
        Some(PairsCommand::Forget { name }) => {
            let dir = app::forget_pair(context.setting(), &name)?;
            let stays = format!("{name} is forgotten; its folder stays: {}", dir.display());
            context.out.say(stays);
        }
    }
    Ok(Exit::Done)
}

fn facts(listed: ListedPair) -> PairFacts {
    let mut facts = PairFacts {
        name: listed.known.name,
        dir: listed.known.dir.display().to_string(),
        ..PairFacts::default()
    };
    match listed.seats {
        Ok((partner, role)) => {
            facts.partner = partner;
            facts.role = role.map(|role| role.to_string()).unwrap_or_default();
        }
        Err(e) => facts.problem = Some(Failure::from(e).line()),
    }
    facts
}
