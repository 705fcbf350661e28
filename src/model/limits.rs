//! Sizes that are checked before anything is parsed (docs/format.md#limits).

/// The sizes that a record may have. Commands write at most half of each, so that a merge never exceeds them.
#[derive(Debug, Clone, Copy)]
pub struct Limits;

impl Limits {
    /// Bytes in a file.
    pub const FILE: usize = 1024 * 1024;
    /// Entries in a file.
    pub const ENTRIES: usize = 10_000;
    /// Bytes in a text field.
    pub const TEXT: usize = 64 * 1024;
    /// Bytes in `sealed`.
    pub const SEALED: usize = 128 * 1024;
    /// How often an entry is carried, and every other count.
    pub const CARRIED: i64 = 1_000_000;
}
