//! Many entries that one `restore` puts back (docs/command-line.md#restore).

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use oneonone::git::Signature;
use oneonone::model::{EntryId, Home, Pair, Placed, Slug, State, Table};
use oneonone::sync::replica::{EntrySearch, EntryWalks, KeyHolder};

use crate::own_words::{named, pair_and_host, pull, push};
use crate::simulator::history::Dag;
use crate::simulator::vault::{Key, Vault};
use crate::wider::BAIT;
use crate::world::{Person, without};

/// The ids of entries in a record that hold some words.
fn ids_with(record: &str, words: &str) -> Vec<String> {
    let entries = record.split("[[entry]]\n").filter(|entry| entry.contains(words));
    let id = |entry: &str| {
        Some(
            entry
                .lines()
                .find_map(|line| line.strip_prefix("id = \""))?
                .get(..12)?
                .to_owned(),
        )
    };
    entries.filter_map(id).collect()
}

/// The entries as a person sees them, by their ids.
fn entries(person: &Person) -> BTreeMap<String, serde_json::Value> {
    let log = person.run(["--json", "log"]).ok().json();
    let entries = log["entries"].as_array().unwrap().iter();
    let entries = entries.map(|entry| {
        let mut entry = entry.clone();
        // A copy of a clone is called otherwise.
        entry["pair"].take();
        (entry["id"].as_str().unwrap().to_owned(), entry)
    });
    entries.collect()
}

fn commits(person: &Person) -> usize {
    let count = person.git(["rev-list", "--count", "HEAD"]).ok().out;
    count.trim().parse().unwrap()
}

/// A hundred entries of Ana's: removed, reworded and opened by others; their ids, each kind in a list.
fn spoilt(ana: &Person, host: &Person) -> Vec<Vec<String>> {
    let kinds = ["shared", "private", "confidential"];
    let written = (0..100).map(|n| {
        let (visibility, mark) = (kinds[n % 3], if n % 2 == 0 { "even" } else { "odd" });
        format!("\n[[entry]]\nkind = \"note\"\nvisibility = \"{visibility}\"\ntext = \"{mark} note {n}\"\n")
    });
    let written: String = written.collect();
    ana.append("agenda.toml", &written);
    ana.run(["sync"]).ok();
    pull(host);
    let mut record = host.read("agenda.toml");
    let private = ids_with(&record, "visibility = \"private\"");
    let (baited, hidden) = private.split_at(private.len() / 2);
    let lists = vec![
        ids_with(&record, "text = \"even note"),
        ids_with(&record, "text = \"odd note"),
        ids_with(&record, "visibility = \"confidential\""),
        baited.to_vec(),
        hidden.to_vec(),
    ];
    for id in [&lists[0], &lists[2], &lists[3], &lists[4]].into_iter().flatten() {
        record = without(&record, id).0;
    }
    for id in &lists[3] {
        record += &format!("\n[[entry]]\nid = \"{id}\"\nat = 2026-11-20T10:00:00Z\n{BAIT}\n");
    }
    host.write("agenda.toml", &record.replace("odd note", "somebody's note"));
    push(&named(host, "Sam Lee"));
    ana.run(["sync"]).fails(3);
    // Her later edit stays.
    ana.run(["edit", &lists[1][0], "-t", "planning"]).ok();
    lists
}

#[test]
fn a_hundred_entries_come_back_in_one_commit_as_they_do_one_by_one() {
    let (_world, _, ana, host) = pair_and_host();
    let lists = spoilt(&ana, &host);
    let all: Vec<&String> = lists.iter().flatten().collect();
    assert_eq!(all.len(), 100);
    let copied = Command::new("cp")
        .arg("-r")
        .arg(&ana.cwd)
        .arg(ana.home.join("twin"))
        .status();
    assert!(copied.unwrap().success());
    let twin = Person {
        cwd: ana.home.join("twin"),
        ..ana.clone()
    };

    // One that nobody else touched hinders all: nothing is half done.
    let untouched = ana.add(["nobody else touched it"]);
    let before = (commits(&ana), ana.files());
    let with_it = all.iter().map(|id| id.as_str()).chain([untouched.as_str()]);
    ana.run(["restore"].into_iter().chain(with_it))
        .fails(1)
        .says("nothing to restore");
    assert_eq!((commits(&ana), ana.files()), before);

    let twice = all.iter().chain(&all[..3]).map(|id| id.as_str());
    ana.run(["restore"].into_iter().chain(twice)).ok();
    assert_eq!(commits(&ana), before.0 + 1);
    ana.run(["check"]).ok();
    let together = entries(&ana);
    assert!(all.iter().all(|id| together.contains_key(*id)));
    for id in lists.iter().flat_map(|list| &list[..3]) {
        twin.run(["restore", id]).ok();
        assert_eq!(entries(&twin)[id], together[id]);
    }
    assert_eq!(together[&lists[1][0]]["themes"], serde_json::json!(["planning"]));
    assert!(together[&lists[3][0]]["text"].as_str().unwrap().contains("note"));
}

#[test]
fn what_one_commit_did_to_a_hundred_entries_is_taken_back_in_one_commit() {
    let (_world, _, ana, host) = pair_and_host();
    let lists = spoilt(&ana, &host);
    let commit = ana.rev("origin/main");
    let all: Vec<&str> = lists.iter().flatten().map(String::as_str).collect();
    let before = (commits(&ana), ana.files());
    let untouched = ana.add(["nobody else touched it"]);
    ana.run(
        ["restore", "--before", &commit, &untouched]
            .into_iter()
            .chain(all.clone()),
    )
    .fails(1)
    .says("did not change");
    ana.run(["restore", "--before", &commit].into_iter().chain(all.clone()))
        .ok();
    assert_eq!(commits(&ana), before.0 + 2);
    let together = entries(&ana);
    assert!(all.iter().all(|id| {
        let text = together[*id]["text"].as_str();
        text.is_some_and(|text| text.starts_with("even note") || text.starts_with("odd note"))
    }));
}

#[test]
fn the_history_is_walked_once_for_all_entries() {
    let (dag, vault) = (Dag::new(1), Vault::new(1));
    let by = |name: &str| Signature {
        name: name.to_owned(),
        email: format!("{name}@oneonone.invalid"),
        seconds: 0,
        offset_minutes: 0,
    };
    let pair = crate::edits::new_pair();
    let pair = Pair::from_document(pair.pair.as_ref().unwrap()).unwrap();
    let me: Slug = "ana".parse().unwrap();
    let ids: Vec<EntryId> = (0..100)
        .map(|n| EntryId::from_bytes([0, 0, 0, 0, 1, n]))
        .collect();
    let mut state = State::default();
    for id in &ids {
        let mut entry = Table::default();
        entry.set("id", id.to_string());
        entry.set("by", "ana");
        let home = Home::Agenda;
        state.entries.insert(*id, Placed { home, entry });
    }
    let mut tip = dag.commit(state.clone(), &[], by("ana"));
    for _ in 0..50 {
        tip = dag.commit(state.clone(), &[tip], by("ana"));
    }
    let state = State::default();
    let tip = dag.commit(state.clone(), &[tip], by("sam"));
    let holder = KeyHolder {
        pair: &pair,
        keys: &Key {
            vault: &vault,
            me: me.clone(),
        },
        me: Some(&me),
    };
    let walks = EntryWalks::new(&dag, ids.iter().copied());
    let search = EntrySearch {
        walks: &walks,
        tip,
        holder: &holder,
        state: &state,
        others: &[],
    };
    let restored = ids
        .iter()
        .map(|id| search.before_it_went(*id, None, |_| Ok(false)));
    let restored: BTreeSet<bool> = restored.map(|one| one.unwrap().is_some()).collect();
    assert_eq!(restored, BTreeSet::from([true]));
    assert_eq!(dag.compared.get(), 1, "only the newest commit was looked at");
    // One that never was takes the rest of the walk, and no commit is looked at twice.
    let none = EntryId::from_bytes([1; 6]);
    let walks = EntryWalks::new(&dag, ids.iter().copied().chain([none]));
    let search = EntrySearch {
        walks: &walks,
        ..search
    };
    dag.compared.set(0);
    for id in ids.iter().chain([&none]) {
        drop(search.before_it_went(*id, None, |_| Ok(false)).unwrap());
    }
    assert_eq!(dag.compared.get(), 52);
}
