use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::model::{Cadence, Content, Role, State, Visibility, assemble, parse_content};
use crate::seal::{Identities, Sealed};
use crate::sync::secrets::keys::SeatChange;

const ENTRY: &str = "qlrsotuvwxyz";

fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

fn member(name: &str, role: Role, keys: &[&String]) -> Member {
    Member {
        slug: slug(name),
        role,
        name: name.to_owned(),
        keys: keys.iter().map(|key| (*key).clone()).collect(),
    }
}

fn pair(sam: Member, ana: Member) -> Pair {
    Pair {
        format: 1,
        id: "kqzmrtxwlpso".parse().unwrap(),
        manager: sam,
        report: ana,
        cadence: Cadence::default(),
        next: None,
    }
}

/// Ana's keys, her own recipient, and those of Sam and of the host; both members are pinned.
struct Fixture {
    keys: Keys,
    own: String,
    sam: String,
    host: String,
    _folder: tempfile::TempDir,
}

impl Fixture {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let path = folder.path().join("identity.txt");
        let own = crate::sync::create_identity(&path)
            .unwrap()
            .recipients()
            .remove(0);
        let [sam, host] = [(); 2].map(|()| Identities::generate().recipients().remove(0));
        let mut keys = Keys::load(
            &path,
            &folder.path().join("pins"),
            "kqzmrtxwlpso".parse().unwrap(),
        )
        .unwrap();
        let seen = pair(
            member("sam", Role::Manager, &[&sam]),
            member("ana", Role::Report, &[&own]),
        );
        assert_eq!(keys.first_sight(&seen).unwrap().len(), 2);
        Self {
            keys,
            own,
            sam,
            host,
            _folder: folder,
        }
    }

    fn pair(&self, name: &str, keys: &[&String]) -> Pair {
        let sam = member("sam", Role::Manager, &[&self.sam]);
        pair(sam, member(name, Role::Report, keys))
    }

    fn seal(&self, pair: &Pair, by: &str) -> Result<Sealed, SyncError> {
        let content = Content::from_table(parse_content("kind = \"topic\"\ntext = \"x\"\n").unwrap());
        let id = ENTRY.parse().unwrap();
        self.keys.seal(pair, id, &slug(by), Visibility::Private, &content)
    }
}

fn state(name: &str, keys: &str) -> State {
    let text = format!(
        "format = 1\nid = \"kqzmrtxwlpso\"\n\n[member.{name}]\nrole = \"report\"\nname = \"Ana\"\nkeys = [{keys}]\n\n\
         [member.sam]\nrole = \"manager\"\nname = \"Sam\"\nkeys = [\"age1s\"]\n"
    );
    assemble([("pair.toml", text.as_bytes())]).state
}

#[test]
fn a_private_text_is_sealed_for_the_pinned_keys_whatever_the_pair_states() {
    let f = Fixture::new();
    let sound = f.pair("ana", &[&f.own]);
    assert_eq!(f.keys.seat_change(&sound), None);
    let readers_of = |sealed: Sealed, pair: &Pair| {
        let opened = f
            .keys
            .open(pair, ENTRY.parse().unwrap(), &slug("ana"), sealed.as_str());
        opened.unwrap().readers
    };
    let wanted = readers_of(f.seal(&sound, "ana").unwrap(), &sound);
    assert_eq!(wanted.len(), 1);
    for stated in [vec![&f.own, &f.host], vec![&f.host], vec![], vec![&f.sam, &f.own]] {
        let changed = f.pair("ana", &stated);
        assert_eq!(f.keys.me(&changed), Some(slug("ana")));
        assert!(f.keys.seat_change(&changed).is_some());
        assert_eq!(readers_of(f.seal(&changed, "ana").unwrap(), &changed), wanted);
    }
}

#[test]
fn a_seat_that_somebody_renamed_seals_nothing_and_pins_nothing() {
    let mut f = Fixture::new();
    for stated in [vec![&f.own, &f.host], vec![&f.own], vec![&f.host], vec![]] {
        let renamed = f.pair("anna", &stated);
        assert_eq!(f.keys.me(&renamed), None, "{stated:?}");
        assert!(f.keys.seat_change(&renamed).unwrap().is_gone);
        for by in ["ana", "anna"] {
            assert!(matches!(f.seal(&renamed, by), Err(SyncError::Key(_))), "{by}");
        }
    }
    // Before anybody else is pinned, too.
    let alone = f.pair("ana", &[&f.own]);
    let alone = Pair {
        manager: member("sam", Role::Manager, &[]),
        ..alone
    };
    let path = f._folder.path().join("others");
    f.keys = Keys::load(&f._folder.path().join("identity.txt"), &path, alone.id).unwrap();
    assert_eq!(
        f.keys.first_sight(&alone).unwrap(),
        [(slug("ana"), f.own.clone())]
    );
    for stated in [vec![&f.own, &f.host], vec![&f.host]] {
        let renamed = Pair {
            report: member("anna", Role::Report, &stated),
            ..alone.clone()
        };
        assert_eq!(f.keys.first_sight(&renamed).unwrap(), []);
        assert_eq!(f.keys.me(&renamed), None);
    }
    // Whoever has no identity, or no seat, cannot say which seat is theirs.
    for identity in ["none.txt", "another.txt"] {
        let path = f._folder.path().join(identity);
        if identity == "another.txt" {
            crate::sync::create_identity(&path).unwrap();
        }
        let pins = f._folder.path().join("nobody");
        let mut nobody = Keys::load(&path, &pins, alone.id).unwrap();
        let both = f.pair("ana", &[&f.own, &f.host]);
        assert_eq!(nobody.first_sight(&both).unwrap(), []);
    }
    // My key in the other seat makes it no seat of mine.
    let both = Pair {
        manager: member("sam", Role::Manager, &[&f.own, &f.sam]),
        ..alone
    };
    assert_eq!(f.keys.first_sight(&both).unwrap(), []);
    assert_eq!(f.keys.me(&both), Some(slug("ana")));
}

#[test]
fn my_seat_is_put_back_under_its_name() {
    let f = Fixture::new();
    let own = format!("\"{}\"", f.own);
    let wanted = state("ana", &own);
    for (name, keys) in [
        ("ana", format!("{own}, \"{}\"", f.host)),
        ("ana", String::new()),
        ("anna", format!("\"{}\"", f.host)),
        ("anna", String::new()),
        ("ana", own.clone()),
    ] {
        let mut changed = state(name, &keys);
        assert!(f.keys.put_own_seat_back(changed.pair.as_mut().unwrap()));
        assert!(changed == wanted, "{name} {keys}");
    }
}

#[test]
fn a_key_is_called_mine_only_where_one_of_this_machine_stays() {
    let mut f = Fixture::new();
    let (own, host) = (f.own.clone(), f.host.clone());
    let added = f.pair("ana", &[&own, &host]);
    f.keys.trust_mine(&added, &host).unwrap();
    assert_eq!(f.keys.seat_change(&added), None);
    let replaced = f.pair("ana", &[&host]);
    let refused = f.keys.trust_mine(&replaced, &host);
    assert!(matches!(
        refused,
        Err(SyncError::Key(KeyProblem::NoneOfThisMachine))
    ));
    assert_eq!(f.keys.pins().of(&slug("ana")).unwrap().len(), 2);
    let renamed = f.pair("anna", &[&own, &host]);
    assert!(f.keys.trust_mine(&renamed, &host).is_err());
}

#[test]
fn each_seat_that_changed_is_noted_for_what_it_is() {
    let f = Fixture::new();
    let sound = f.pair("ana", &[&f.own]);
    assert_eq!(f.keys.seat_notes(&sound), []);
    let with_sam = |keys: &[&String]| Pair {
        manager: member("sam", Role::Manager, keys),
        ..sound.clone()
    };
    let sam = || slug("sam");
    for (keys, note) in [
        (vec![&f.host], SyncNote::KeyChanged(sam())),
        (vec![&f.sam, &f.own], SyncNote::KeyChanged(sam())),
        (vec![], SyncNote::SeatEmptied(sam())),
    ] {
        assert_eq!(f.keys.seat_notes(&with_sam(&keys)), [note]);
    }
    let notes = f.keys.seat_notes(&f.pair("ana", &[&f.own, &f.host]));
    let wanted = SeatChange {
        member: slug("ana"),
        added: vec![f.host.clone()],
        removed: Vec::new(),
        is_gone: false,
    };
    assert_eq!(notes, [SyncNote::OwnSeatChanged(wanted)]);
}
