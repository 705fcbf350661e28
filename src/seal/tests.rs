//! Sealing and opening together, hostile input, and the `age` program as a witness.

use std::path::Path;
use std::process::{Command, Stdio};

use proptest::prelude::*;

use super::*;
use crate::model::{Content, EntryId, Limits, Slug, Visibility, parse_content, write_table};

const CANARY: &str = "the-canary-text";

/// Comments, an unknown key, key order, a conflict row and a text of several lines.
const FULL: &str = r####"# about it

kind = "growth"
# The entry:
text = """
the-canary-text
# The entry:
two "quoted" lines"""
zeal = { a = "x", b = [1, 2] }  # unknown
due = 2026-12-01

[[conflict]]
field = "due"
value = 2026-12-08

[[conflict]]
field = "text"
value = "the-canary-text"
"####;

fn content(text: &str) -> Content {
    Content::from_table(parse_content(text).unwrap())
}

fn topic(text: &str) -> Content {
    content(&format!("kind = \"topic\"\ntext = \"{text}\"\n"))
}

fn id(text: &str) -> EntryId {
    text.parse().unwrap()
}

fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

fn binding() -> Binding {
    Binding {
        pair: id("kqzmrtxwlpso"),
        entry: id("qlrsotuvwxyz"),
        by: slug("ana"),
    }
}

fn private(content: &Content, me: &Identities) -> Sealed {
    seal(content, Visibility::Private, &binding(), &me.recipients()).unwrap()
}

/// A seal of any plaintext, as a hostile reader could make it.
fn forged(plaintext: &str, keys: &[&Identities]) -> Sealed {
    use std::io::Write;
    let recipients: Vec<_> = keys
        .iter()
        .flat_map(|k| k.recipients())
        .map(|r| recipient::parse(&r).unwrap())
        .collect();
    let all = recipients.iter().map(|r| r as &dyn age::Recipient);
    let armor = age::armor::ArmoredWriter::wrap_output(Vec::new(), age::armor::Format::AsciiArmor).unwrap();
    let mut writer = age::Encryptor::with_recipients(all)
        .unwrap()
        .wrap_output(armor)
        .unwrap();
    writer.write_all(plaintext.as_bytes()).unwrap();
    let bytes = writer.finish().unwrap().finish().unwrap();
    Sealed::parse(std::str::from_utf8(&bytes).unwrap()).unwrap()
}

fn plaintext_of(content: &Content, me: &Identities) -> String {
    plaintext::write(
        content,
        Visibility::Private,
        &binding(),
        &me.fingerprints().collect(),
    )
    .unwrap()
}

#[test]
fn everything_survives_the_round_trip() {
    let (ana, sam) = (Identities::generate(), Identities::generate());
    let both = [ana.recipients(), sam.recipients(), ana.recipients()].concat();
    let full = content(FULL);
    let sealed = seal(&full, Visibility::Confidential, &binding(), &both).unwrap();
    assert!(!sealed.as_str().contains(CANARY));
    for reader in [&ana, &sam] {
        let opened = open(&sealed, &binding(), reader).unwrap();
        assert_eq!(write_table(opened.content.table()), FULL);
        assert_eq!(
            (opened.visibility, &opened.by),
            (Visibility::Confidential, &slug("ana"))
        );
        assert_eq!(opened.readers, Fingerprint::of_all(&both));
        assert!(!needs_resealing(&opened, &both));
        assert!(needs_resealing(&opened, &ana.recipients()));
    }
    assert_eq!(
        open(&sealed, &binding(), &Identities::generate()),
        Err(OpenError::NotForMe)
    );
}

#[test]
fn comments_anywhere_do_not_keep_an_entry_from_being_sealed() {
    let me = Identities::generate();
    let mut odd = content("# head\n\n# kind's\nkind = \"topic\"\ntext = \"x\"\n");
    odd.table_mut().remove("kind");
    let opened = open(&private(&odd, &me), &binding(), &me).unwrap();
    let comments: Vec<&String> = opened.content.table().comments().collect();
    assert_eq!(comments, ["# head", "# kind's"]);
}

#[test]
fn texts_of_one_size_class_have_one_length() {
    let me = Identities::generate();
    let length = |letters: usize| plaintext_of(&topic(&"x".repeat(letters)), &me).len();
    assert_eq!(length(1), length(150));
    assert_ne!(length(1), length(300));
    assert_eq!(length(17_000), length(17_300));
    let longest = Limits::TEXT;
    let sealed = private(&topic(&"x".repeat(longest)), &me);
    assert!(open(&sealed, &binding(), &me).is_ok());
}

#[test]
fn a_seal_opens_only_where_it_belongs() {
    let me = Identities::generate();
    let sealed = private(&topic("x"), &me);
    let pair = Binding {
        pair: id("kkkkkkkkkkkk"),
        ..binding()
    };
    let entry = Binding {
        entry: id("kkkkkkkkkkkk"),
        ..binding()
    };
    let by = Binding {
        by: slug("sam"),
        ..binding()
    };
    assert_eq!(open(&sealed, &pair, &me), Err(OpenError::MovedPair));
    assert_eq!(open(&sealed, &entry, &me), Err(OpenError::MovedEntry));
    assert_eq!(open(&sealed, &by, &me), Err(OpenError::WrongAuthor));
    assert!(open(&sealed, &binding(), &me).is_ok());
}

#[test]
fn what_cannot_be_sealed_is_refused() {
    let me = Identities::generate();
    let try_seal =
        |content: &Content, keys: &[String]| seal(content, Visibility::Private, &binding(), keys).map(|_| ());
    let keys = me.recipients();
    assert_eq!(try_seal(&topic("x"), &[]), Err(SealError::NoRecipients));
    assert_eq!(
        seal(&topic("x"), Visibility::Shared, &binding(), &keys),
        Err(SealError::Shared)
    );
    assert!(matches!(
        try_seal(&topic("x"), &["age1x".to_owned()]),
        Err(SealError::Recipient(RecipientError::NotARecipient))
    ));
    let many: Vec<String> = (0..40)
        .flat_map(|_| Identities::generate().recipients())
        .collect();
    assert_eq!(try_seal(&topic("x"), &many), Err(SealError::TooManyRecipients));
    assert_eq!(
        try_seal(&content("kind = \"topic\""), &keys),
        Err(SealError::Content)
    );
    assert_eq!(
        try_seal(&content("text = \"x\"\nid = \"kkkkkkkkkkkk\""), &keys),
        Err(SealError::Content)
    );
    let mut long = topic("x");
    long.table_mut().set("text", "x".repeat(Limits::TEXT + 1));
    assert_eq!(try_seal(&long, &keys), Err(SealError::Content));
    let mut huge = topic("x");
    for key in ["a", "b"] {
        huge.table_mut().set(key, "x".repeat(Limits::TEXT));
    }
    assert_eq!(try_seal(&huge, &keys), Err(SealError::TooLarge));
}

#[test]
fn a_hostile_reader_cannot_make_an_entry_of_anything() {
    let (me, other) = (Identities::generate(), Identities::generate());
    let text = plaintext_of(&topic("x"), &me);
    let tried = |text: &str| open(&forged(text, &[&me]), &binding(), &me).map(|_| ());
    assert_eq!(tried(&text), Ok(()));
    assert_eq!(tried("hello"), Err(OpenError::NotOurs));
    assert_eq!(tried(""), Err(OpenError::NotOurs));
    assert_eq!(
        tried(&text.replace("seal = 1", "seal = 2")),
        Err(OpenError::Newer)
    );
    assert_eq!(
        tried(&text.replace("\"private\"", "\"shared\"")),
        Err(OpenError::NotOurs)
    );
    assert_eq!(
        tried(&text.replace("kind", "by = \"sam\"\nkind")),
        Err(OpenError::Content)
    );
    assert_eq!(tried(&text.replace("text", "sealed")), Err(OpenError::Content));
    assert_eq!(
        tried(&format!("{text}[[conflict]]\nfield = \"by\"\nvalue = \"sam\"")),
        Err(OpenError::Content)
    );
    let lines = "[[conflict]]\nfield = \"due\"\nabsent = true\n\"#\" = [\"by = 'sam'\"]";
    assert_eq!(tried(&format!("{text}{lines}")), Err(OpenError::Content));
    let own = me.fingerprints().next().unwrap().to_string();
    let third = other.fingerprints().next().unwrap().to_string();
    assert_eq!(tried(&text.replace(&own, &third)), Err(OpenError::WrongReaders));
    let doubled = text.replace(&own, &format!("{own}\", \"{own}"));
    assert_eq!(tried(&doubled), Err(OpenError::WrongReaders));
    let hidden = open(&forged(&text, &[&me, &other]), &binding(), &me);
    assert_eq!(hidden, Err(OpenError::WrongReaders));
    let long = format!("{text}{}", "\n".repeat(80_000));
    assert_eq!(tried(&long), Ok(()));
}

#[test]
fn a_damaged_seal_is_refused() {
    let me = Identities::generate();
    let sealed = private(&topic("x"), &me);
    let lines: Vec<&str> = sealed.as_str().lines().collect();
    let mut short = lines.clone();
    short.remove(lines.len() / 2);
    let mut swapped = lines.clone();
    swapped.swap(lines.len() - 3, lines.len() - 4);
    for wrong in [short, swapped] {
        let wrong = Sealed::parse(&wrong.join("\n")).unwrap();
        assert_eq!(open(&wrong, &binding(), &me), Err(OpenError::Damaged));
    }
}

#[test]
fn nothing_shows_what_was_sealed() {
    let me = Identities::generate();
    let content = content(FULL);
    let sealed = private(&content, &me);
    let opened = open(&sealed, &binding(), &me).unwrap();
    let mut shown = format!(
        "{opened:?} {sealed:?} {sealed} {me:?} {content:?} {:?}",
        binding()
    );
    let text = plaintext_of(&content, &me);
    for wrong in [
        text.replace("seal = 1", "seal = the-canary-text"),
        text.replace("by = ", "by = the-canary-text"),
        text.replace("kind = ", "kind = the-canary-text"),
        text.replace("\"growth\"", "\"the-canary-text\""),
    ] {
        let error = open(&forged(&wrong, &[&me]), &binding(), &me).unwrap_err();
        shown += &format!("{error} {error:?}");
    }
    assert!(!shown.contains("canary"), "{shown}");
    assert!(!shown.contains("AGE-SECRET"), "{shown}");
}

/// The answer of the `age` program. Where it is missing, the test says so, and fails if it has to be there.
#[expect(clippy::disallowed_methods, reason = "the words are this test's own")]
fn age(arguments: &[&str], file: &Path, input: &str) -> Option<String> {
    use std::io::Write;
    let started = Command::new("age")
        .args(arguments)
        .arg(file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut child = match started {
        Ok(child) => child,
        Err(e) => {
            let words = format!("not run: what the age program reads and seals (age: {e})");
            let required = std::env::var_os("ONEONONE_REQUIRE_SERVERS").is_some_and(|value| value == "1");
            assert!(!required, "{words}");
            // The words go past the test harness, which hides those of a passing test.
            let _ = writeln!(std::io::stderr(), "{words}");
            return None;
        }
    };
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_age_program_reads_what_is_sealed_and_what_it_seals_is_no_entry() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("identity");
    let me = Identities::generate();
    std::fs::write(&file, me.to_bytes()).unwrap();
    let sealed = private(&content(FULL), &me);
    let Some(text) = age(&["-d", "-i"], &file, sealed.as_str()) else {
        return;
    };
    assert!(text.starts_with("seal = 1\npair = \"kqzmrtxwlpso\"\n"), "{text}");
    assert!(text.trim_end().ends_with(FULL.trim_end()), "{text}");
    let theirs = age(&["-e", "-a", "-i"], &file, "hello").unwrap();
    let theirs = Sealed::parse(&theirs).unwrap();
    assert_eq!(open(&theirs, &binding(), &me), Err(OpenError::NotOurs));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_change_of_a_ciphertext_opens(at in 0.0..1.0_f64, letter in "[A-Za-z0-9+/=\n ]{0,3}") {
        let me = Identities::generate();
        let sealed = private(&topic("x"), &me);
        let mut text = sealed.as_str().to_owned();
        let place = (at * (text.len() - 1) as f64) as usize;
        text.replace_range(place..=place, &letter);
        if let Ok(changed) = Sealed::parse(&text) && changed != sealed {
            prop_assert!(open(&changed, &binding(), &me).is_err());
        }
    }

    #[test]
    fn no_plaintext_panics(at in 0.0..1.0_f64, cut in 0..40_usize, put in "\\PC{0,6}|\n\\[\\[(conflict|x)\\]\\]\n|\"\"\"") {
        let mut text = plaintext_of(&content(FULL), &Identities::generate());
        let mut start = (at * (text.trim_end().len()) as f64) as usize;
        while !text.is_char_boundary(start) { start -= 1; }
        let end = (start + cut).min(text.len());
        text.replace_range(start..end, &put);
        if let Ok(opened) = plaintext::read(&text, &binding()) {
            prop_assert!(parse_content(&write_table(opened.content.table())).is_ok());
        }
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), text in "\\PC{0,200}") {
        let me = Identities::generate();
        let _ = header::readers(&bytes);
        let _ = Identities::parse(text.as_bytes());
        let _ = check_recipient(&text);
        let _ = Sealed::parse(&text);
        let head = [b"age-encryption.org/v1\n-> X25519 ".as_slice(), &bytes].concat();
        for file in [&bytes, &head] {
            use std::io::Write;
            let armor = age::armor::ArmoredWriter::wrap_output(Vec::new(), age::armor::Format::AsciiArmor);
            let mut armor = armor.unwrap();
            armor.write_all(file).unwrap();
            let armored = String::from_utf8(armor.finish().unwrap()).unwrap();
            if let Ok(sealed) = Sealed::parse(&armored) {
                prop_assert!(open(&sealed, &binding(), &me).is_err());
            }
        }
    }
}
