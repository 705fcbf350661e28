//! Questions to a person at a terminal. Every one has a flag that answers it beforehand
//! (docs/command-line.md#global-flags).

use std::io::BufRead;

use anyhow::Context as _;

use crate::render::Printable;

use super::{Context, Failure, output};

/// The line that a person types; `None` where the input ended. Only for a terminal.
fn answer(context: &Context, question: impl Into<Printable>) -> Result<Option<String>, Failure> {
    debug_assert!(context.interactive);
    output::ask(question);
    let mut line = String::new();
    let read = std::io::stdin()
        .lock()
        .read_line(&mut line)
        .context("the answer could not be read")?;
    Ok((read > 0).then(|| line.trim().to_owned()))
}

/// Yes or no; anything but a yes is a no.
pub(super) fn yes(context: &Context, question: &str) -> Result<bool, Failure> {
    let answer = answer(context, format!("{question} [y/N]"))?;
    Ok(answer.is_some_and(|a| matches!(a.to_lowercase().as_str(), "y" | "yes")))
}

/// One of several, by its number from 1; `None` where the person wants none.
pub(super) fn number(context: &mut Context, question: &str, most: usize) -> Result<Option<usize>, Failure> {
    loop {
        let Some(answer) = answer(context, format!("{question} [1-{most}, nothing to leave it]"))? else {
            return Ok(None);
        };
        if answer.is_empty() {
            return Ok(None);
        }
        match answer.parse::<usize>() {
            Ok(number) if (1..=most).contains(&number) => return Ok(Some(number)),
            _ => context.out.say(format!("type a number from 1 to {most}")),
        }
    }
}
