//! The procedure over the parts (docs/sync.md#procedure): hand edits are taken in, sides are loaded and healed, merged,
//! settled, committed, pushed and written out. Every writing command goes through a [`Workspace`].

mod changed_entries;
mod check;
mod check_base;
mod checkout;
mod closed_entries;
mod combine;
mod conflict_authors;
mod conflicts;
mod create;
mod environment;
mod error;
mod exchange;
mod indexed;
mod known_folder;
mod load;
mod meeting_times;
mod missing_records;
mod outcome;
mod pair_records;
mod problems;
mod record_texts;
mod records_to_restore;
mod refused_edits;
pub mod replica;
mod rewrite_question;
mod seat_history;
mod secrets;
mod snapshot;
mod status;
mod unlisted;
mod unshared_files;
mod upstream;
mod view;
mod workspace;

pub use changed_entries::{CommitMaker, InAName, OwnChange, OwnChangeHow, RemovedEntry};
pub use check::{check_folder, check_staged};
pub use checkout::CheckedOut;
pub use combine::body_seals::Unsealed;
pub use conflict_authors::{ConflictValue, authors_of};
pub use conflicts::{Choice, Conflict, conflicts, next_days};
pub use create::create;
pub use environment::Environment;
pub use error::{PairPlace, SyncError};
pub use exchange::{
    ExchangeOptions, OnRewrite, SyncOptions, begin_put_pair_back_there, push, refuse_joining_merge, sync,
};
pub use indexed::{AllIds, ClosedCount, Wanted, WantedEntries};
pub use known_folder::holds_pair;
pub use load::commit::change_words;
pub use load::read_scope::ReadScope;
pub use load::record_summary::UnreadRecords;
pub use load::working_copy::ReadFolder;
pub use missing_records::{MissingRecords, may_lack_records, missing_records};
pub use outcome::{Delivery, Misnamed, OtherPlace, OtherRemote, SyncNote, SyncReport};
pub use pair_records::{PairAnswer, PairRecords, has_pair_in_history};
pub use refused_edits::{refuse_branch, would_take_in};
pub use rewrite_question::{EntryAtStake, LocalRewrite, RewriteQuestion};
pub use seat_history::{pin_at_first_sight, was_ever_taken};
pub use secrets::arrived_wider::{Widened, arrived_wider, known_readers};
pub use secrets::commit_hook::{Guard, guard};
pub use secrets::keys::{Keys, SeatChange, ViewError, create_identity, load_identity};
pub use secrets::readers::LearnedReaders;
pub use secrets::refused_commit::RefusedCommit;
pub use secrets::replaced_seals::IsMine;
pub use secrets::restored::RestoredEntry;
pub use snapshot::OlderFile;
pub use status::{CloneStatus, clone_status};
pub use unlisted::unlisted;
pub use unshared_files::{LeftFiles, left_files};
pub use upstream::{
    BranchChoice, BranchQuestion, HeadBranch, NamedRemote, OutElsewhere, Relation, UpstreamError, shown_name,
    upstream_url,
};
pub use view::{View, view};
pub use workspace::prepared::Prepared;
pub use workspace::put_record_back::PutBack;
pub use workspace::undo::{Reverted, UndoDirection};
pub use workspace::unsent::UnsentTexts;
pub use workspace::{SnapshotFiles, Workspace};
