//! Use cases: what a command does, without a terminal. A request goes in, an outcome comes out.
//!
//! Nothing here prints, asks, reads a clock, an environment variable or standard input. A use case that needs an answer
//! from a person returns the question; a second call brings the answer, and no lock is held in between. Sessions collect
//! [`Remark`]s: facts to be told beside the outcome.

mod add;
mod all_pairs;
mod check;
mod close;
mod day_error;
mod edit;
mod edit_record;
mod entry_fields;
mod error;
mod guard;
mod init;
mod join;
mod keys;
mod known_place;
mod log;
mod meeting_sync;
mod meetings;
mod new_clone;
mod next;
mod pairs;
mod parallel;
mod people;
mod person_name;
mod question_range;
mod questions;
mod remark;
mod remove;
mod resolve;
mod restore;
mod restore_before;
mod restore_record;
mod session;
mod setting;
mod share;
mod sync;
mod sync_all;
mod undo;
mod who;

pub use add::{AddRequest, Destination, add, check_before_text, meeting_to_make};
pub use all_pairs::{PairOutcomes, sort_outcomes};
pub use check::{CheckedRecords, check, check_staged};
pub use close::{done, drop_actions, reopen};
pub use day_error::DayError;
pub use edit::{EditRequest, EditStart, NewText, begin_edit, edit};
pub use edit_record::{OpenRecord, open_record};
pub use entry_fields::{EntryFields, FieldsRequest, close_entry};
pub use error::AppError;
pub use guard::{Moment, keep_guard};
pub use init::{InitRequest, MadePair, init};
pub use join::{JoinRequest, JoinedPair, clone_pair, join};
pub use keys::{KeysShown, own_keys_back, own_recipients, preview_trust, refuse_keys, trust, trust_mine};
pub use log::{LogQuestion, log};
pub use meeting_sync::{
    ListsToRead, MeetingSync, MeetingToStart, StartedMeeting, sync_before_start, sync_ended,
};
pub use meetings::{
    EndedMeeting, GoBack, agree_next, begin_meeting, end, end_meeting, skip, skip_meeting, start,
};
pub use new_clone::{NewClone, push_delivery, refuse_taken};
pub use next::{NextMoved, move_next};
pub use pairs::{ListedPair, add_pair, choose_pair, forget_pair, list_pairs};
pub use parallel::side_by_side;
pub use people::{Acquaintances, KnownPartner, known_partners, partner_names};
pub use person_name::{NameError, slug_of_person};
pub use question_range::{Window, theme};
pub use questions::{
    EntryOrMeeting, NextSync, Status, WAITING, WAITING_AND_MEETINGS, actions, agenda, growth,
    how_it_arrived_wider, never_ended, overview, show, status, wanted_actions, wanted_growth,
};
pub use remark::{Remark, Remarks};
pub use remove::remove;
pub use resolve::{ChosenValue, find_conflicts, resolve};
pub use restore::{confirm_readers, restore};
pub use restore_before::restore_before;
pub use restore_record::{RestoredPath, restore_path};
pub use session::{Attempt, PairView, ReadSession, Session, WriteSession};
pub use setting::{AcquaintancesOnce, PairClone, Setting};
pub use share::{preview_share, share};
pub use sync::{SyncNames, SyncRequest, Synced, sync};
pub use sync_all::{Progress, SyncedPairs, sync_all};
pub use undo::{HeadChange, Undone, undo};
pub use who::{EntryReader, PairReader, PairReaderKind, Reach, SeatStanding, pair_readers, readers_of};
