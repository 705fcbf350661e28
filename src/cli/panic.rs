//! A fault of the program itself: the place in the code is told, never its message, which may quote a text of the pair
//! (docs/privacy.md#words-in-logs).

use std::panic::{AssertUnwindSafe, Location, catch_unwind, set_hook};

use super::{Failure, SurroundingsError, hint::Standing, output};

/// Runs something; a panic in it is told at once, in place of its own message. None after a panic.
pub(super) fn guarded<T>(run: impl FnOnce() -> T) -> Option<T> {
    set_hook(Box::new(|panic| {
        output::report(&failure(panic.location()).words(&Standing::default()));
    }));
    catch_unwind(AssertUnwindSafe(run)).ok()
}

fn failure(place: Option<&Location<'_>>) -> Failure {
    let place = place.map_or_else(|| "an unknown place".to_owned(), Location::to_string);
    SurroundingsError::Fault(place).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_names_its_place_and_not_its_message() {
        let place = Location::caller();
        let words = failure(Some(place))
            .words(&Standing::default())
            .as_str()
            .to_owned();
        assert!(words.contains(&place.to_string()), "{words}");
        assert!(
            words.starts_with("\u{1b}") || words.starts_with("error: "),
            "{words}"
        );
    }
}
