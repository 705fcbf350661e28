//! The limits on whatever a stranger may have written (docs/format.md#limits).

/// The limits. Of a text commands write at most half, so that a merge of two still fits. Each lies far
/// beyond anything that two people write.
#[derive(Debug, Clone, Copy)]
pub struct Limits;

impl Limits {
    /// Bytes in a file.
    pub const FILE: usize = 1024 * 1024;
    /// Entries in a file.
    pub const ENTRIES: usize = 10_000;
    /// Bytes in a text field.
    pub const TEXT: usize = 64 * 1024;
    /// Bytes in the name of a member, which is one line.
    pub const NAME: usize = 200;
    /// Bytes in a key of a member.
    pub const KEY: usize = 1024;
    /// Elements of a list.
    pub const LIST: usize = 1_000;
    /// Bytes in `sealed`.
    pub const SEALED: usize = 128 * 1024;
    /// How often an entry is carried, and every other count.
    pub const CARRIED: i64 = 1_000_000;
    /// Keys in an entry or a head, and conflict rows beside it.
    pub const KEYS: usize = 1_000;
    /// Lines of a text between the first and the last that a side changed, for a merge by line.
    pub const LINES: usize = 1_000;
    /// Records of a commit.
    pub const RECORDS: usize = 12_000;
    /// Bytes in all records of a commit.
    pub const RECORD_BYTES: usize = 64 * 1024 * 1024;
    /// Lines and commas in all records of a commit. Each may be a value, which takes far more memory than its bytes.
    pub const RECORD_PARTS: usize = 1_500_000;
    /// Bytes in all records of a commit, below which their parts are not counted.
    pub const FEW_RECORD_BYTES: usize = 8 * 1024 * 1024;
    /// Files that one sync brings or changes.
    pub const CHANGED_FILES: usize = 15_000;
    /// Commits that one sync brings.
    pub const COMMITS: usize = 100_000;
    /// Common ancestors that are brought together for one merge.
    pub const BASES: usize = 32;
    /// How many levels of common ancestors are.
    pub const BASE_LEVELS: usize = 8;
    /// Bytes in a file that is no record, for a merge by line, and to be held in memory at once.
    pub const OTHER_FILE: usize = 8 * 1024 * 1024;
    /// Bytes in a file that is no record, to be written out or taken in.
    pub const LARGEST_FILE: usize = 512 * 1024 * 1024;
}
