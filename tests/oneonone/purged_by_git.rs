//! A text was taken out of the whole history, and plain Git is at work beside it: nothing offers to bring the text back, and
//! nothing joins both histories unasked (docs/sync.md#rewritten).

use crate::purged::{VALUE, holding, leaked};
use crate::world::{Person, World};

/// Takes every entry with the value out of every commit of the branch.
fn take_entry_out(ana: &Person) {
    let awk = format!("awk -v RS= -v ORS='\\n\\n' '!/{VALUE}/' agenda.toml > a.new && mv a.new agenda.toml");
    let edit = format!("test ! -f agenda.toml || {{ {awk}; }}; rm -f notes.md");
    let ana = ana.with("FILTER_BRANCH_SQUELCH_WARNING", "1");
    ana.git(["filter-branch", "-f", "--tree-filter", &edit]).ok();
}

fn purge(ana: &Person) {
    take_entry_out(ana);
    ana.git(["push", "-q", "--force", "origin", "main"]).ok();
}

#[test]
fn whoever_took_a_text_out_is_not_told_to_bring_it_back() {
    for adds in [false, true] {
        let (world, _sam, ana, _) = leaked();
        if adds {
            ana.run(["add", "unsent, and stays"]).ok();
        }
        take_entry_out(&ana);
        let before = ana.run(["add", "between purge and push"]).ok().err;
        ana.git(["push", "-q", "--force", "origin", "main"]).ok();
        let synced = ana.run(["sync"]).ok();
        let synced = synced.says("this branch holds nothing of what was removed");
        for said in [&before, &synced.err] {
            assert!(!said.contains("in this history no more"), "{said}");
            assert!(!said.contains("git merge"), "{said}");
        }
        assert_eq!(holding(&world, &ana), 0);
    }
}

#[test]
fn an_unsent_entry_that_went_with_a_purge_is_said_without_a_way_to_the_text() {
    let (_world, _sam, ana, _) = leaked();
    ana.run(["add", &format!("{VALUE}, unsent")]).ok();
    purge(&ana);
    let said = ana
        .run(["sync"])
        .ok()
        .says("1 entry of the last command's commit")
        .err
        .clone();
    assert!(!said.contains("git merge"), "{said}");
}
