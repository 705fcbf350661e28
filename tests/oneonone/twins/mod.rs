//! Git and memory side by side: memory is no toy. The simulator drives the procedure of the program over a remote, clones and
//! folders in memory; here the same short scripts run over those and over Git, and every answer is compared.

mod acts;
mod checkout;
mod exchange;
mod place;
mod questions;
mod same;
mod snapshot;
mod steps;
mod syncs;

use std::fs;
use std::path::Path;

/// Each method of the interfaces with a scenario in which its answers are compared.
const COMPARED: &[(&str, &[(&str, &str)])] = &[
    (
        "src/sync/exchange/mod.rs",
        &[
            ("Remote::fetch", "a_remote_that_is_not_reached"),
            ("Remote::push", "a_push_that_is_refused"),
            ("Remote::wait", "a_lost_race_is_run_again"),
            ("Replica::history", "the_steps_of_an_exchange"),
            ("Replica::tip", "the_steps_of_an_exchange"),
            ("Replica::seen", "a_remote_that_was_rewritten"),
            (
                "Replica::instead",
                "a_branch_that_is_not_there_beside_one_that_was_rewritten",
            ),
            ("Replica::remember_seen", "the_steps_of_an_exchange"),
            ("Replica::adopt", "a_fast_forward"),
            (
                "Replica::found_in_tip",
                "an_entry_that_a_plain_merge_doubled_is_healed",
            ),
            ("Replica::merge", "a_merge_with_a_conflict_and_a_kept_entry"),
            ("Replica::settle", "a_sealed_conflict_is_settled"),
            ("Replica::refuse_to_send", "a_secret_in_clear_is_not_pushed"),
            ("Replica::made_elsewhere", "commits_that_came_from_another_clone"),
            (
                "Replica::refuse_local_rewrite",
                "sent_commits_that_plain_git_amended",
            ),
            ("Replica::at_stake", "a_remote_that_lost_an_entry"),
            ("Replica::put_on_top", "own_commits_alone_are_put_on_top"),
            ("Replica::let_go", "a_rewritten_history_that_is_taken"),
            ("Replica::see_rewrite", "a_rewritten_history_that_is_taken"),
            ("Replica::count_unsent", "a_push"),
            ("Replica::check_out", "the_steps_of_an_exchange"),
        ],
    ),
    (
        "src/sync/load/history.rs",
        &[
            ("History::parents", "a_history_with_everything_in_it"),
            ("History::author", "a_history_with_everything_in_it"),
            ("History::records", "a_history_with_everything_in_it"),
            ("History::side", "a_history_with_everything_in_it"),
            ("History::merge_bases", "a_history_with_everything_in_it"),
            ("History::is_ancestor", "a_history_with_everything_in_it"),
            ("History::merge_commits", "a_history_with_everything_in_it"),
        ],
    ),
    (
        "src/sync/secrets/entry_history.rs",
        &[
            ("EntryHistory::commits_since", "the_entries_of_a_history"),
            ("EntryHistory::sealed_entries", "the_entries_of_a_history"),
            ("EntryHistory::differences", "the_entries_of_a_history"),
        ],
    ),
    (
        "src/sync/checkout/mod.rs",
        &[
            ("WorkingCopy::has_work", "nothing_new"),
            ("WorkingCopy::lock", "a_branch_that_plain_git_moves"),
            ("WorkingCopy::begin", "a_run_that_dies_at_each_step"),
            ("WorkingCopy::paths", "a_run_that_dies_at_each_step"),
            ("WorkingCopy::look", "a_file_that_is_edited_meanwhile"),
            (
                "WorkingCopy::move_aside",
                "a_record_in_the_way_is_not_moved_aside",
            ),
            ("WorkingCopy::write", "a_file_that_is_gone"),
            ("WorkingCopy::keep_edit", "a_file_that_is_edited_meanwhile"),
            ("WorkingCopy::move_branch", "a_branch_that_plain_git_moves"),
            ("WorkingCopy::remember", "a_file_that_is_edited_meanwhile"),
            ("WorkingCopy::refresh", "a_run_that_dies_at_each_step"),
            ("WorkingCopy::end", "a_run_that_dies_at_each_step"),
        ],
    ),
    (
        "src/sync/checkout/recover.rs",
        &[
            (
                "Recovery::history",
                "a_half_written_folder_that_plain_git_commits",
            ),
            ("Recovery::fill_in", "an_entry_by_hand_that_plain_git_commits_too"),
            ("Recovery::merge", "a_half_written_folder_that_plain_git_commits"),
        ],
    ),
    (
        "src/sync/snapshot/entry_rules.rs",
        &[
            (
                "EntryRules::in_clear",
                "an_entry_by_hand_that_was_filled_in_elsewhere",
            ),
            ("EntryRules::new_id", "an_entry_by_hand_without_an_id"),
            ("EntryRules::note_new", "an_entry_by_hand_without_an_id"),
            (
                "EntryRules::doubled",
                "an_entry_that_a_hand_copied_and_changed_is_refused",
            ),
            // In memory no history replaces another: both take every such edit in.
            ("EntryRules::taken_out", "an_edit_by_hand"),
            // In memory nobody ever sealed anything, and no entry by hand says of whom it is.
            ("EntryRules::remembered_readers", "an_entry_by_hand_without_an_id"),
            ("EntryRules::is_mine", "an_entry_by_hand_without_an_id"),
            ("EntryRules::admit", "an_entry_by_hand_without_an_id"),
            ("EntryRules::remove", "an_entry_that_a_hand_removed"),
            (
                "EntryRules::carry_back",
                "an_entry_by_hand_in_a_meeting_that_ended_meanwhile",
            ),
        ],
    ),
];

/// The methods of the interfaces that a source file declares.
fn declared(source: &str) -> Vec<String> {
    let mut methods = Vec::new();
    let mut name = None;
    for line in source.lines() {
        if let Some(rest) = line.strip_prefix("pub trait ") {
            name = rest.split([' ', ':', '<']).next();
        } else if line == "}" {
            name = None;
        }
        if let (Some(name), Some(rest)) = (name, line.strip_prefix("    fn ")) {
            methods.push(format!("{name}::{}", rest.split(['(', '<']).next().unwrap()));
        }
    }
    methods
}

#[test]
fn every_method_has_its_scenario() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &Path| fs::read_to_string(path).unwrap();
    let scripts = ["checkout", "exchange", "questions", "snapshot", "steps"];
    let scripts = scripts.map(|name| read(&root.join(format!("tests/oneonone/twins/{name}.rs"))));
    for (file, table) in COMPARED {
        let methods = declared(&read(&root.join(file)));
        assert!(!methods.is_empty(), "{file} declares no interface");
        let compared: Vec<&str> = table.iter().map(|(method, _)| *method).collect();
        assert_eq!(
            methods, compared,
            "the methods of {file}, and those that are compared"
        );
        for (method, scenario) in *table {
            let test = format!("#[test]\nfn {scenario}()");
            assert!(
                scripts.iter().any(|script| script.contains(&test)),
                "{method}: there is no scenario {scenario}"
            );
        }
    }
    let mut sources = Vec::new();
    interfaces(&root.join("src/sync"), &mut sources);
    for path in sources {
        let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        let is_known = COMPARED.iter().any(|(file, _)| *file == name);
        // The seals of bodies are compared where they are settled: under a seal nothing is the same twice.
        assert!(
            is_known || name.ends_with("body_seals.rs"),
            "{name} declares an interface"
        );
    }
}

/// The files of a folder that declare an interface.
fn interfaces(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for item in fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            interfaces(&path, found);
        } else if fs::read_to_string(&path).unwrap().contains("\npub trait ") {
            found.push(path);
        }
    }
}
