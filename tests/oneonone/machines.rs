//! One person on two machines with one identity: what is sealed there and shared here.

use crate::world::{World, first_id, sync_all};

#[test]
fn what_is_shared_here_and_edited_under_seal_there_becomes_two_entries() {
    for order in [[0, 1, 2], [1, 0, 2], [1, 2, 0]] {
        let world = World::new();
        let (sam, ana) = world.pair();
        let laptop = world.second_machine(&ana);
        let id = {
            ana.type_in("as it was\n", ["add", "concern", "-", "--private"])
                .ok();
            first_id(&ana)
        };
        sync_all(&[&ana, &laptop, &sam]);
        ana.run(["share", &id, "--yes"]).ok();
        laptop.run(["edit", &id, "edited-xyzzy under seal"]).ok();
        let people = [&ana, &laptop, &sam];
        for n in order.into_iter().chain([0]) {
            people[n].run(["sync"]);
        }
        // The other machine asks once whether it was her.
        laptop
            .run(["sync"])
            .fails(3)
            .says(&format!("oneonone share --seen {id}"));
        laptop.run(["share", "--seen", &id]).ok();
        sync_all(&[&ana, &laptop, &sam, &ana, &laptop, &sam]);
        assert_eq!(ana.files(), laptop.files());
        assert_eq!(ana.files(), sam.files());
        let agenda = sam.read("agenda.toml");
        assert!(
            agenda.contains("as it was") && !agenda.contains("xyzzy"),
            "{agenda}"
        );
        assert_eq!(agenda.matches("[[entry]]").count(), 2, "{agenda}");
        assert!(!agenda.contains("conflict"), "{agenda}");
        let mine = ana.run(["--json", "agenda"]).ok().json();
        let entries = mine["entries"].as_array().unwrap();
        let split = entries
            .iter()
            .find(|e| e["text"] == "edited-xyzzy under seal")
            .unwrap();
        assert_eq!(
            (&split["re"], &split["visibility"]),
            (&id.clone().into(), &"private".into())
        );
        assert!(!sam.run(["--json", "agenda"]).ok().out.contains("xyzzy"));
        for git_dir in [world.path("remote.git"), sam.cwd.join(".git")] {
            assert!(!sam.objects(&git_dir).contains("xyzzy"));
        }
    }
}

#[test]
fn two_edits_under_one_seal_are_settled_by_line() {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.type_in("one\ntwo\nthree\nfour\n", ["add", "concern", "-"])
        .ok();
    let id = first_id(&ana);
    sync_all(&[&ana, &sam]);
    ana.run(["edit", &id, "ONE\ntwo\nthree\nfour"]).ok();
    sam.run(["edit", &id, "one\ntwo\nthree\nFOUR"]).ok();
    sync_all(&[&ana, &sam, &ana]);
    assert_eq!(ana.files(), sam.files());
    for person in [&ana, &sam] {
        let entry = person.run(["--json", "show", &id]).ok().json();
        assert_eq!(entry["entry"]["text"], "ONE\ntwo\nthree\nFOUR");
        assert_eq!(entry["entry"]["conflicts"].as_array().unwrap().len(), 0);
    }
}

#[test]
fn private_edits_on_both_machines_wait_as_data_until_their_author_syncs() {
    let world = World::new();
    let (sam, ana) = world.pair();
    let laptop = world.second_machine(&ana);
    ana.type_in("first\n", ["add", "note", "-", "--private"]).ok();
    let id = first_id(&ana);
    sync_all(&[&ana, &laptop, &sam]);
    ana.run(["edit", &id, "on the desk"]).ok();
    laptop.run(["edit", &id, "on the laptop"]).ok();
    sync_all(&[&ana, &laptop, &ana, &sam]);
    assert_eq!(ana.files(), laptop.files());
    let entry = ana.run(["--json", "show", &id]).ok().json();
    let shown = entry["entry"]["text"].as_str().unwrap().to_owned();
    let other = entry["entry"]["conflicts"][0]["value"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut both = [shown, other];
    both.sort();
    assert_eq!(both, ["on the desk", "on the laptop"], "nothing is lost");
    assert!(!sam.run(["--json", "show", &id]).ok().out.contains("on the"));
}
