//! One pair's files, and what this machine keeps about pairs.
//!
//! Every write of a record or a note goes to a temporary file that is made durable and renamed: nothing is ever
//! half-written.

mod clone_lock;
mod drafts;
mod error;
mod file_batch;
mod file_lock;
mod leftovers;
mod notes;
mod other_files;
mod private_file;
mod readers;
pub mod record_index;
mod registry;
mod rewritten_tips;
mod save;
mod staging_folder;
mod taken_versions;
mod undo_log;
mod upstream_note;
mod work_file;
mod work_tree;

pub use clone_lock::CloneLock;
pub use drafts::{DraftFile, DraftNote, dead_drafts};
pub use error::StoreError;
pub use file_batch::FileBatch;
pub use file_lock::Lock;
pub use leftovers::remove_leftovers;
pub use notes::{Notes, Writing};
pub use other_files::other_files;
pub use private_file::{PrivateFile, PrivateFileError};
pub use readers::ReadersMemory;
pub use registry::{KnownPair, Registry};
pub use save::{
    create_private_folder, remove_file, replace_passing_file, save_file, save_private_file, save_program,
};
pub use staging_folder::StagingFolder;
pub use taken_versions::TakenVersion;
pub use undo_log::{HAND_REMOVAL, LogLine, LoggedCommand, UndoLog};
pub use upstream_note::UpstreamNote;
pub use work_file::{WorkFile, read_work_file, remove_empty_folders, set_executable};
pub use work_tree::{
    FolderRecords, names_in, read_file, read_records, read_records_at, safe_path, without_carriage_returns,
};
