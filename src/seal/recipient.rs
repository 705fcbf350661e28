//! Recipients: what `pair.toml` states as keys is a stranger's input.

use super::RecipientError;

/// The points of small order, as recipients: anybody could open what is sealed for one, and age panics on them.
const SMALL_ORDER: [&str; 14] = [
    "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z",
    "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqzqqsuwj9m",
    "age1qyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqj7vrya",
    "age1qyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqzqqk67yly",
    "age1ur4h5lpmgxu2u9jku0a0r87ydtdqnr0tnsetrlvxvgz3vh6fhqqqzyt4v9",
    "age1ur4h5lpmgxu2u9jku0a0r87ydtdqnr0tnsetrlvxvgz3vh6fhzqqxqejhu",
    "age1t7wft09r2zxzfvwsk92eeql0tvzyghxytqwgapkcyf8dm5ylz9ts6wm9s8",
    "age1t7wft09r2zxzfvwsk92eeql0tvzyghxytqwgapkcyf8dm5ylz8ts72fzt7",
    "age1anlllllllllllllllllllllllllllllllllllllllllllllllals4n2t7m",
    "age1anllllllllllllllllllllllllllllllllllllllllllllllllls3hcv9z",
    "age1ahlllllllllllllllllllllllllllllllllllllllllllllllalsn46ayy",
    "age1ahlllllllllllllllllllllllllllllllllllllllllllllllllsh3g6la",
    "age1amlllllllllllllllllllllllllllllllllllllllllllllllalselrwrv",
    "age1amlllllllllllllllllllllllllllllllllllllllllllllllllsam3fc4",
];

/// Whether a key of `pair.toml` is one that entries can be sealed for: a native age recipient (X25519), spelled in
/// its one form.
///
/// # Errors
/// When it is anything else.
pub fn check_recipient(recipient: &str) -> Result<(), RecipientError> {
    parse(recipient).map(drop)
}

pub(super) fn parse(recipient: &str) -> Result<age::x25519::Recipient, RecipientError> {
    // A native recipient has 62 letters; nothing longer needs a look.
    if recipient.len() > 62 {
        return Err(other_kind(recipient));
    }
    let parsed: age::x25519::Recipient = recipient.parse().map_err(|_| other_kind(recipient))?;
    // One key has one spelling, else it had two fingerprints.
    if parsed.to_string() != recipient {
        return Err(RecipientError::Spelling);
    }
    if SMALL_ORDER.contains(&recipient) {
        return Err(RecipientError::Weak);
    }
    Ok(parsed)
}

fn other_kind(recipient: &str) -> RecipientError {
    let known = ["ssh-", "age1pq1", "age1tag1", "age1tagpq1"];
    if known.iter().any(|kind| recipient.starts_with(kind)) {
        RecipientError::OtherKind
    } else {
        RecipientError::NotARecipient
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_native_recipients_are_keys() {
        let key = age::x25519::Identity::generate().to_public().to_string();
        assert_eq!(check_recipient(&key), Ok(()));
        assert_eq!(
            check_recipient(&key.to_uppercase()),
            Err(RecipientError::Spelling)
        );
        assert_eq!(
            check_recipient("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5"),
            Err(RecipientError::OtherKind)
        );
        for wrong in [
            "",
            "age1",
            "AGE-SECRET-KEY-1",
            " ",
            "age1\u{1b}[2J",
            &"age1q".repeat(100_000),
        ] {
            assert_eq!(check_recipient(wrong), Err(RecipientError::NotARecipient));
        }
    }

    #[test]
    fn points_of_small_order_are_refused() {
        for point in SMALL_ORDER {
            assert_eq!(check_recipient(point), Err(RecipientError::Weak), "{point}");
            // age itself panics: without the refusal a hostile pair.toml would end the program.
            let recipient: age::x25519::Recipient = point.parse().unwrap();
            assert!(std::panic::catch_unwind(|| age::encrypt(&recipient, b"x").is_ok()).is_err());
        }
    }
}
