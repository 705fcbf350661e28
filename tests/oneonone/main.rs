//! One binary for everything that is tested from outside: laws, cases, the command line, the README.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    // A table of cases is as long as its cases.
    clippy::too_many_lines
)]

mod after_purge;
mod app;
mod broken;
mod broken_pair;
mod broken_pair_there;
mod came;
mod carried;
mod cases;
mod collide;
mod concurrency;
mod configured;
mod conflicts;
mod days;
mod demo;
mod docs;
mod doors;
mod drafts;
mod edits;
mod elsewhere;
mod elsewhere_hints;
mod entries;
mod everyday;
mod exits;
mod faults;
mod filled;
mod followed;
mod formats;
mod given_away;
mod golden;
mod guard;
mod hints;
mod hostile;
mod in_a_name;
mod indexed;
mod indexed_clone;
mod interrupted;
mod junk_seals;
mod keys;
mod known_folder;
mod laws;
mod layers;
mod leaks;
mod limits;
mod lost_pair;
mod machines;
mod meetings;
mod mentioned;
mod missing;
mod moved;
mod namesakes;
mod other_remotes;
mod overtaken;
mod own_seat;
mod own_words;
mod own_words_behind;
mod partial;
mod passwords;
mod pasted;
mod plain_git;
mod printed;
mod purged;
mod purged_by_git;
mod purged_elsewhere;
mod queries;
mod readme;
mod rebased;
mod record_folders;
mod records_back;
mod refused;
mod refused_edits;
mod renamed_seat;
mod restored_together;
mod rewritten;
mod saved_late;
mod schema;
mod secrets;
mod shapes;
mod shared_by_author;
mod short_ids;
mod simulator;
mod surroundings;
mod texts;
mod told;
mod too_much;
mod transports;
mod twins;
mod two_addresses;
mod two_branches;
mod undo;
mod unsent;
mod v0_1;
mod ways_round;
mod widened;
mod wider;
mod wider_ends;
mod world;
