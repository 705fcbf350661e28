//! Slips of the pen: words by which more people would read an entry than its writer most likely meant, and keys that do
//! nothing where they stand (docs/privacy.md#slips).
//!
//! Every door asks here, so that the same text gets the same answer: arguments, standard input, the editor, records
//! edited by hand, `check`, the guard and the last look before a push. Only a door knows what is being written now: a
//! text that arrived from the other member, or that HEAD holds, is nobody's slip any more.

mod arguments;
mod entry;
mod keys;
mod text;
mod vocabulary;

pub use arguments::Arguments;
pub use entry::{keys_of_entry, slips_in_entry};
pub use keys::keys_of_head;
pub use vocabulary::{Intent, Slip};
