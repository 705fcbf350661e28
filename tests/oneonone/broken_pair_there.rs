//! A `pair.toml` that somebody broke at the remote while both members had something unsent
//! (docs/sync.md#a-broken-pairtoml).

use crate::broken_pair::{FORMS, Form, PAIR};
use crate::world::{Person, World, first_id_in};

/// Ways to break it that are sound in themselves.
const SOUND: &[Form] = &[
    ("another pair", |host, text| {
        host.write(PAIR, &text.replace(&first_id_in(text), "kkkkkkkkkkkk"));
    }),
    ("format 99", |host, text| {
        host.write(PAIR, &text.replace("format = 1", "format = 99"))
    }),
    ("format true", |host, text| {
        host.write(PAIR, &text.replace("format = 1", "format = true"))
    }),
];

fn break_there(host: &Person, form: fn(&Person, &str)) {
    host.git(["pull", "-q"]).ok();
    form(host, &host.read(PAIR));
    host.commit_unguarded("broken");
    host.git(["push", "-q"]).ok();
}

/// Syncs; if that fails, by the way back that it names.
fn through(person: &Person, name: &str) -> Vec<String> {
    let first = person.run(["sync"]);
    if first.code == 0 {
        return Vec::new();
    }
    let mut faults = Vec::new();
    if !first.err.contains("oneonone restore pair.toml") {
        faults.push(format!("{name}: no way back is named: {}", first.err));
    }
    for command in [&["restore", PAIR][..], &["sync"]] {
        let run = person.run(command);
        if run.code != 0 {
            faults.push(format!("{name}: {command:?}: {}\n(first {})", run.err, first.err));
        }
    }
    faults
}

#[test]
fn nobody_is_locked_out_by_a_pair_that_was_broken_at_the_remote() {
    let mut faults = Vec::new();
    for (number, (name, form)) in FORMS.iter().chain(SOUND).enumerate() {
        // A record that is broken in itself alone stops nobody who has nothing unsent.
        for unsent in [true, false]
            .into_iter()
            .take(1 + usize::from(number >= FORMS.len()))
        {
            let world = World::new();
            let (sam, ana) = world.pair();
            let good = ana.read(PAIR);
            break_there(&world.host(), *form);
            for (person, words) in [(&ana, "of ana"), (&sam, "of sam")] {
                if unsent {
                    person.add([words]);
                }
            }
            let name = format!("{name}, unsent {unsent}");
            for person in [&ana, &sam, &ana] {
                faults.extend(through(person, &name));
            }
            ana.run(["restore", PAIR]);
            for person in [&ana, &sam, &ana] {
                faults.extend(through(person, &name));
            }
            for person in [&ana, &sam] {
                let agenda = person.read("agenda.toml");
                if person.files().get(PAIR) != Some(&good) {
                    faults.push(format!("{name}: not put back: {:?}", person.files().get(PAIR)));
                }
                if unsent && !(agenda.contains("of ana") && agenda.contains("of sam")) {
                    faults.push(format!("{name}: words are lost: {agenda}"));
                }
                for command in [&["add", "goes on"][..], &["sync"]] {
                    let run = person.run(command);
                    if run.code != 0 {
                        faults.push(format!("{name}: {command:?}: {}", run.err));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
