//! `--all`: the outcomes of every pair known (docs/command-line.md#all-pairs).

use crate::store::KnownPair;

use super::AppError;

/// The outcomes of a question to every pair known, each in the order of the registry.
#[derive(Debug)]
pub struct PairOutcomes<'a, T, E> {
    /// The pairs that answered.
    pub answered: Vec<(&'a KnownPair, T)>,
    /// Those that could not, and are to be named.
    pub failed: Vec<(&'a KnownPair, E)>,
}

/// Sorts the outcomes of all pairs, which stand in their order. The words of a question may be a mistake in some pairs, such
/// as a theme that another pair knows: these are passed over. `is_mistake` knows such an error.
///
/// # Errors
/// When no pair is known. When the words are a mistake in every pair: the first of these errors.
pub fn sort_outcomes<T, E: From<AppError>>(
    pairs: &[KnownPair],
    outcomes: Vec<Result<T, E>>,
    is_mistake: impl Fn(&E) -> bool,
) -> Result<PairOutcomes<'_, T, E>, E> {
    if pairs.is_empty() {
        return Err(AppError::NoPairKnown.into());
    }
    let (mut answered, mut failed, mut passed) = (Vec::new(), Vec::new(), Vec::new());
    for (pair, outcome) in pairs.iter().zip(outcomes) {
        match outcome {
            Ok(answer) => answered.push((pair, answer)),
            Err(error) if is_mistake(&error) => passed.push(error),
            Err(error) => failed.push((pair, error)),
        }
    }
    match passed.into_iter().next() {
        Some(mistake) if answered.is_empty() && failed.is_empty() => Err(mistake),
        _ => Ok(PairOutcomes { answered, failed }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of the pairs that answered and of those that failed; else whether an error of the words is the answer.
    fn sorted(outcomes: &[Result<(), AppError>]) -> Result<[Vec<String>; 2], bool> {
        let pair = |number: usize| KnownPair {
            name: number.to_string(),
            id: String::new(),
            dir: "dir".into(),
            me: String::new(),
        };
        let pairs: Vec<KnownPair> = (0..outcomes.len()).map(pair).collect();
        let outcomes = outcomes.iter().map(|outcome| match outcome {
            Ok(()) => Ok(()),
            Err(AppError::EmptyText) => Err(AppError::EmptyText),
            Err(_) => Err(AppError::NotUnderWay),
        });
        let is_mistake = |error: &AppError| matches!(error, AppError::EmptyText);
        match sort_outcomes(&pairs, outcomes.collect(), is_mistake) {
            Ok(sorted) => Ok([
                sorted
                    .answered
                    .iter()
                    .map(|(pair, ())| pair.name.clone())
                    .collect(),
                sorted.failed.iter().map(|(pair, _)| pair.name.clone()).collect(),
            ]),
            Err(error) => Err(is_mistake(&error)),
        }
    }

    #[test]
    fn a_mistake_counts_where_every_pair_calls_it_one() {
        let (mistake, failure) = (|| Err(AppError::EmptyText), || Err(AppError::NotUnderWay));
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            sorted(&[mistake(), Ok(()), failure()]),
            Ok([names(&["1"]), names(&["2"])])
        );
        assert_eq!(sorted(&[mistake(), failure()]), Ok([names(&[]), names(&["1"])]));
        assert_eq!(sorted(&[failure()]), Ok([names(&[]), names(&["0"])]));
        assert_eq!(sorted(&[mistake(), mistake()]), Err(true));
        assert_eq!(sorted(&[]), Err(false), "no pair is known");
    }
}
