//! Reading a commit or the folder: the records as states, repaired the same way on every clone, and as little of them as
//! a question needs.

pub(super) mod changed_records;
pub(super) mod commit;
pub(super) mod commit_authors;
pub(super) mod compare;
pub(super) mod file_blame;
pub(super) mod history;
pub(super) mod index_refresh;
pub(super) mod indexed_record;
pub(super) mod known_records;
pub(super) mod last_good_pair;
pub(super) mod last_good_record;
pub(super) mod listing;
pub(super) mod other_format;
pub(super) mod read;
pub(super) mod read_scope;
pub(super) mod record_cache;
pub(super) mod record_summary;
pub(super) mod repair;
pub(super) mod side;
pub(super) mod working_copy;
pub(super) mod written_record;
