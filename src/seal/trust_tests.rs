//! Pins against what a host could write into `pair.toml`.

use super::*;
use crate::model::{Cadence, EntryId, Member, Pair, Role, Slug, Visibility};

const PAIR: &str = "kqzmrtxwlpso";

fn id() -> EntryId {
    PAIR.parse().unwrap()
}

fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

fn key() -> String {
    Identities::generate().recipients().remove(0)
}

fn pair(sam: &[&String], ana: &[&String]) -> Pair {
    let member = |name: &str, role, keys: &[&String]| Member {
        slug: slug(name),
        role,
        name: name.to_owned(),
        keys: keys.iter().map(|k| (*k).clone()).collect(),
    };
    Pair {
        format: 1,
        id: id(),
        manager: member("sam", Role::Manager, sam),
        report: member("ana", Role::Report, ana),
        cadence: Cadence::default(),
        next: None,
    }
}

fn both(pair: &Pair, pins: &Pins) -> Result<Vec<String>, KeyProblem> {
    recipients_for(Visibility::Confidential, &slug("ana"), pair, pins)
}

fn mine(pair: &Pair, pins: &Pins) -> Result<Vec<String>, KeyProblem> {
    recipients_for(Visibility::Private, &slug("ana"), pair, pins)
}

#[test]
fn the_first_key_in_an_open_seat_is_pinned_and_no_later_one() {
    let (sam, ana, host) = (key(), key(), key());
    let mut pins = Pins::new(id());
    let open = pair(&[], &[&ana]);
    assert!(matches!(both(&open, &pins), Err(KeyProblem::Unpinned { .. })));
    assert_eq!(pins.first_sight(&open), [(slug("ana"), ana.clone())]);
    assert_eq!(pins.trust_of(&open.manager, &open), Trust::OpenSeat);
    assert_eq!(
        both(&open, &pins),
        Err(KeyProblem::OpenSeat { member: slug("sam") })
    );
    let taken = pair(&[&sam], &[&ana]);
    assert_eq!(pins.first_sight(&taken), [(slug("sam"), sam.clone())]);
    assert_eq!(both(&taken, &pins).unwrap().len(), 2);
    let swapped = pair(&[&host], &[&ana]);
    assert_eq!(pins.first_sight(&swapped), []);
    assert!(matches!(
        pins.trust_of(&swapped.manager, &swapped),
        Trust::Changed { .. }
    ));
}

#[test]
fn a_host_that_swaps_adds_or_removes_a_key_gets_nothing() {
    let (sam, ana, host) = (key(), key(), key());
    let mut pins = Pins::new(id());
    pins.first_sight(&pair(&[&sam], &[&ana]));
    for stated in [vec![&host], vec![&sam, &host], vec![]] {
        let theirs = pair(&stated, &[&ana]);
        assert!(
            matches!(both(&theirs, &pins), Err(KeyProblem::Changed { member, .. }) if member == slug("sam"))
        );
        assert_eq!(mine(&theirs, &pins), Ok(vec![ana.clone()]));
        let own = pair(&[&sam], &stated);
        assert!(
            matches!(both(&own, &pins), Err(KeyProblem::Changed { member, .. }) if member == slug("ana"))
        );
        assert_eq!(mine(&own, &pins), Ok(vec![ana.clone()]));
    }
    let replaced = pair(&[&host], &[]);
    let Trust::Changed { added, removed, .. } = pins.trust_of(&replaced.manager, &replaced) else {
        panic!("changed");
    };
    assert_eq!((added, removed), (vec![host], vec![sam]));
}

#[test]
fn trust_is_given_to_what_is_stated_or_to_the_expected_key_alone() {
    let (sam, new, host, ana) = (key(), key(), key(), key());
    let mut pins = Pins::new(id());
    pins.first_sight(&pair(&[&sam], &[&ana]));
    let added = pair(&[&sam, &new, &host], &[&ana]);
    assert!(matches!(
        pins.trust(&added.manager, &added, Some(&new)),
        Err(KeyProblem::NotExpected { .. })
    ));
    let rotated = pair(&[&sam, &new], &[&ana]);
    assert!(matches!(
        pins.trust(&rotated.manager, &rotated, Some(&host)),
        Err(KeyProblem::NotExpected { .. })
    ));
    assert_eq!(pins.trust(&rotated.manager, &rotated, Some(&new)), Ok(()));
    assert_eq!(both(&rotated, &pins).unwrap().len(), 3);
    let replaced = pair(&[&host], &[&ana]);
    assert_eq!(pins.trust(&replaced.manager, &replaced, None), Ok(()));
    assert!(matches!(
        pins.trust_of(&replaced.manager, &replaced),
        Trust::Trusted(_)
    ));
    assert!(matches!(
        pins.trust(&pair(&[], &[]).manager, &pair(&[], &[]), None),
        Err(KeyProblem::Emptied { .. })
    ));
    assert!(matches!(
        Pins::new(id()).trust(&pair(&[], &[]).manager, &pair(&[], &[]), None),
        Err(KeyProblem::OpenSeat { .. })
    ));
}

#[test]
fn a_key_that_is_called_ones_own_comes_to_the_others_and_no_unnamed_one_does() {
    let (first, second, host, sam) = (key(), key(), key(), key());
    let mut pins = Pins::new(id());
    pins.first_sight(&pair(&[&sam], &[&first, &second]));
    let both = pins.of(&slug("ana")).unwrap().to_vec();
    let ana = |keys: &[&String]| pair(&[&sam], keys).report;
    for (stated, named) in [
        (vec![&first, &second, &host], &first),
        (vec![&first, &host], &second),
        (vec![&first, &second], &host),
        (vec![&first], &second),
    ] {
        let trusted = pins.trust_more(&ana(&stated), named);
        assert!(matches!(trusted, Err(KeyProblem::NotExpected { .. })));
    }
    assert_eq!(
        pins.trust_more(&ana(&[]), &first),
        Err(KeyProblem::Emptied { member: slug("ana") })
    );
    assert_eq!(pins.of(&slug("ana")).unwrap(), both);
    // One is not there any more: it goes only where one that stays is named.
    let third = key();
    assert_eq!(pins.trust_more(&ana(&[&first, &third]), &third), Ok(()));
    assert_eq!(pins.of(&slug("ana")).unwrap().len(), 3);
    assert_eq!(pins.trust_more(&ana(&[&first, &third]), &first), Ok(()));
    assert_eq!(pins.of(&slug("ana")).unwrap().len(), 2);
}

#[test]
fn keys_that_cannot_be_sealed_for_are_never_pinned() {
    let (ana, wrong) = (key(), "ssh-ed25519 AAAA".to_owned());
    let many: Vec<String> = (0..=MOST_KEYS).map(|_| key()).collect();
    for keys in [vec![&wrong], vec![&ana, &wrong], many.iter().collect()] {
        let mut pins = Pins::new(id());
        let hostile = pair(&keys, &[&ana]);
        assert_eq!(pins.first_sight(&hostile).len(), 1);
        assert!(pins.trust(&hostile.manager, &hostile, None).is_err());
        assert!(both(&hostile, &pins).is_err());
        assert!(mine(&hostile, &pins).is_ok());
    }
}

#[test]
fn nobody_else_and_nothing_shared_is_sealed() {
    let pins = Pins::new(id());
    let pair = pair(&[], &[]);
    let asked = |visibility, who| recipients_for(visibility, &slug(who), &pair, &pins);
    assert_eq!(asked(Visibility::Shared, "ana"), Err(KeyProblem::Shared));
    assert!(matches!(
        asked(Visibility::Private, "eve"),
        Err(KeyProblem::NotAMember { .. })
    ));
}

#[test]
fn pins_read_back_and_a_damaged_file_is_never_an_empty_one() {
    let mut pins = Pins::new(id());
    pins.first_sight(&pair(&[&key(), &key()], &[&key()]));
    let good = String::from_utf8(pins.to_bytes().unwrap()).unwrap();
    assert_eq!(Pins::parse(id(), good.as_bytes()).unwrap(), pins);
    for wrong in [
        String::new(),
        "\u{0}".to_owned(),
        good.replace(PAIR, "kkkkkkkkkkkk"),
        good.replace("ana", "A na"),
        good.replace("[keys]", "[keys]\neve = []"),
        "#".repeat(70_000),
    ] {
        assert!(matches!(
            Pins::parse(id(), wrong.as_bytes()),
            Err(PinsError::Invalid)
        ));
    }
    let newer = good.replace("format = 1", "format = 2");
    assert!(matches!(
        Pins::parse(id(), newer.as_bytes()),
        Err(PinsError::Newer)
    ));
}

#[test]
fn a_seat_under_another_slug_is_compared_with_what_was_pinned_for_it() {
    let (sam, host, ana) = (key(), key(), key());
    let renamed = |keys: &[&String]| {
        let mut renamed = pair(keys, &[&ana]);
        renamed.manager.slug = slug("sammy");
        renamed
    };
    let mut pins = Pins::new(id());
    pins.first_sight(&pair(&[&sam], &[&ana]));
    let swapped = renamed(&[&host]);
    let Trust::Changed { added, removed, .. } = pins.trust_of(&swapped.manager, &swapped) else {
        panic!("a swapped key");
    };
    assert_eq!((added, removed), (vec![host.clone()], vec![sam.clone()]));
    assert!(matches!(both(&swapped, &pins), Err(KeyProblem::Changed { .. })));
    // Under another slug the same keys are not trusted either, and are no swap.
    let same = renamed(&[&sam]);
    assert!(matches!(
        pins.trust_of(&same.manager, &same),
        Trust::Unpinned { .. }
    ));
    assert!(matches!(both(&same, &pins), Err(KeyProblem::Unpinned { .. })));
    let emptied = renamed(&[]);
    assert!(matches!(
        pins.clone().trust(&emptied.manager, &emptied, None),
        Err(KeyProblem::Emptied { .. })
    ));
    // An added key alone is new, and the next change is seen, too.
    let added = renamed(&[&sam, &host]);
    assert_eq!(pins.trust(&added.manager, &added, Some(&host)), Ok(()));
    let mut again = renamed(&[&host]);
    again.manager.slug = slug("zed");
    assert!(matches!(
        pins.trust_of(&again.manager, &again),
        Trust::Changed { .. }
    ));
    // With both seats under other slugs nobody can say which is which.
    again.report.slug = slug("anna");
    assert!(matches!(
        pins.trust_of(&again.manager, &again),
        Trust::Unpinned { .. }
    ));
}
