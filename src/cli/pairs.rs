//! `pairs`: the pairs on this machine.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::git::Repository;
use crate::render::{PairFacts, json, text, tsv};
use crate::store::{KnownPair, Registry};
use crate::sync::Reader;

use super::context::{Context, unknown_pair};
use super::error::{Exit, Failure};
use super::hint::Hint;
use super::pairs_known::make_known;

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
        None => list(context),
        Some(PairsCommand::Add { dir }) => add(context, &dir),
        Some(PairsCommand::Forget { name }) => forget(context, &name),
    }
}

fn list(context: &mut Context) -> Result<Exit, Failure> {
    let registry = context.registry()?;
    let facts: Vec<PairFacts> = registry
        .pairs()
        .iter()
        .map(|known| facts(context, known))
        .collect();
    let data = if context.global.json {
        json::one(&json::Document::pairs(&facts))
    } else if context.to_terminal {
        text::pairs(&facts, context.width)
    } else {
        tsv::pairs(&facts)
    };
    context.out.data(&data)?;
    Ok(Exit::Done)
}

fn facts(context: &Context, known: &KnownPair) -> PairFacts {
    let mut facts = PairFacts {
        name: known.name.clone(),
        dir: known.dir.display().to_string(),
        ..PairFacts::default()
    };
    let read = Repository::open(&known.dir)
        .map_err(Failure::from)
        .and_then(|repo| Ok(Reader::open(&repo, &context.environment(), |_| false)?));
    match read {
        Ok(reader) => {
            let pair = &reader.pair;
            let me = pair.member(&known.me).map(|m| m.slug.clone());
            let me = me.or_else(|| reader.keys.me(pair));
            if let Some(me) = &me {
                facts.role = pair
                    .member(me.as_str())
                    .map_or_else(String::new, |m| m.role.to_string());
            }
            let me = me.unwrap_or_else(|| pair.manager.slug.clone());
            facts.partner = pair.partner_of(&me).name.clone();
        }
        Err(failure) => facts.problem = Some(failure.line()),
    }
    facts
}

fn add(context: &mut Context, dir: &Path) -> Result<Exit, Failure> {
    let dir = context.cwd.join(dir);
    let repo = Repository::discover(&dir)?.ok_or_else(|| {
        Failure::new(Exit::Failed, format!("{} is in no Git repository", dir.display()))
            .hint(Hint::run(["oneonone", "join", "URL"]).why("clone a pair, which makes it known"))
    })?;
    let reader = Reader::open(&repo, &context.environment(), |_| false)?;
    let seat = reader.keys.me(&reader.pair);
    if seat.is_none() {
        context.out.warn(
            "none of your keys sits in a seat of this pair: you can read what is shared, and write nothing",
        );
        context
            .out
            .hint("on a second machine of yours, bring your identity file along");
        context
            .out
            .hint(Hint::run(["oneonone", "join", "URL"]).why("to take an open seat"));
    }
    let known = make_known(context, &reader.pair, seat.as_ref(), repo.workdir())?;
    context
        .out
        .say(format!("{known} is {}", repo.workdir().display()));
    Ok(Exit::Done)
}

fn forget(context: &mut Context, name: &str) -> Result<Exit, Failure> {
    let registry = context.registry()?;
    let known = registry
        .named(name)
        .ok_or_else(|| unknown_pair(name, &registry))?;
    let dir = known.dir.clone();
    Registry::update(&context.state_dir, |registry| registry.forget(name))?;
    context.out.say(format!(
        "{name} is forgotten; its folder stays: {}",
        dir.display()
    ));
    Ok(Exit::Done)
}
