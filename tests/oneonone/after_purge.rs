//! After a rewritten history was taken: no word of what was taken out is said again, no hint brings it back
//! (docs/sync.md#rewritten), and no file that was saved before brings it back (docs/sync.md#versions).

use crate::purged::{VALUE, holding, purge};
use crate::world::{Person, World, sync_all};

/// Somebody wrote the value, and both have it; the id of its entry.
fn synced(by_sam: bool) -> (World, Person, Person, String) {
    let world = World::new();
    let (sam, ana) = world.pair();
    ana.run(["add", "first"]).ok();
    sync_all(&[&ana, &sam]);
    let writes = if by_sam { &sam } else { &ana };
    let id = writes.add([&format!("the token is {VALUE}")]);
    sync_all(&[writes, &sam, &ana, &sam]);
    (world, sam, ana, id)
}

/// Takes the whole entry out of the history.
fn purge_entry(ana: &Person, id: &str) {
    let script = format!(
        "[ ! -f agenda.toml ] || awk 'BEGIN {{ RS = \"[[][[]entry]]\"; ORS = \"\" }} NR == 1 {{ print; next }} \
         !/{id}/ {{ print \"[[entry]]\" $0 }}' agenda.toml > agenda.new && mv agenda.new agenda.toml"
    );
    let ana = ana.with("FILTER_BRANCH_SQUELCH_WARNING", "1");
    ana.git([
        "filter-branch",
        "-f",
        "--tree-filter",
        &script,
        "--",
        "--branches",
    ])
    .ok();
    ana.git(["push", "-q", "--force", "origin", "main"]).ok();
}

fn take_out(ana: &Person, id: &str, whole: bool) {
    match whole {
        true => purge_entry(ana, id),
        false => purge(ana),
    }
}

#[test]
fn no_word_of_it_is_said_and_no_hint_brings_it_back() {
    for (by_sam, whole) in [(true, true), (true, false), (false, true), (false, false)] {
        for way in ["take", "dry", "reset"] {
            let (world, sam, ana, id) = synced(by_sam);
            take_out(&ana, &id, whole);
            let taken = match way {
                "take" => sam.run(["sync", "--take-rewrite"]),
                "dry" => sam.run(["sync", "--take-rewrite", "--dry-run"]),
                _ => {
                    sam.git(["fetch", "-q"]).ok();
                    sam.git(["reset", "-q", "--hard", "origin/main"]).ok();
                    sam.run(["sync"])
                }
            };
            let taken = taken.ok();
            let case = format!("{by_sam} {whole} {way}: {}", taken.err);
            assert!(
                !taken.err.contains(VALUE) && !taken.err.contains("restore"),
                "{case}"
            );
            assert!(!taken.out.contains(VALUE), "{case}");
            let says = |words: &str| assert!(taken.err.contains(words), "{words}: {case}");
            if way != "reset" || by_sam {
                match (whole, by_sam) {
                    (true, _) => says(&format!("1 entry is not in the rewritten history: {id}")),
                    (false, true) => says(&format!(
                        "1 entry of yours is otherwise in the rewritten history: {id}"
                    )),
                    (false, false) => says("the token is gone"),
                }
            }
            assert_eq!(holding(&world, &ana), 0, "{case}");
        }
    }
}
