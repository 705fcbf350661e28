//! The keys, as far as settling asks for them.

use crate::model::{Content, EntryId, Pair, Slug, Visibility};

use crate::sync::error::SyncError;
use crate::sync::secrets::keys::Keys;

/// What stood under a seal that was opened.
#[derive(Debug, Clone)]
pub struct Unsealed {
    /// Who may read it: it decides over what stands in clear.
    pub visibility: Visibility,
    /// What it says.
    pub content: Content,
    /// Whether it is sealed for other keys than today's, all of which are trusted.
    pub stale: bool,
}

/// What settling asks of keys.
pub trait BodySeals {
    /// Opens a ciphertext that stands at an entry; none where it cannot be opened here.
    fn unseal(&self, pair: &Pair, id: EntryId, by: &Slug, ciphertext: &str) -> Option<Unsealed>;

    /// Seals a content for the readers that its visibility names.
    ///
    /// # Errors
    /// When a key is missing or not trusted, or sealing fails.
    fn lock(
        &self,
        pair: &Pair,
        id: EntryId,
        by: &Slug,
        visibility: Visibility,
        content: &Content,
    ) -> Result<String, SyncError>;
}

impl BodySeals for Keys {
    fn unseal(&self, pair: &Pair, id: EntryId, by: &Slug, ciphertext: &str) -> Option<Unsealed> {
        let opened = self.open(pair, id, by, ciphertext).ok()?;
        Some(Unsealed {
            visibility: opened.visibility,
            stale: self.is_stale(pair, by, &opened),
            content: opened.content,
        })
    }

    fn lock(
        &self,
        pair: &Pair,
        id: EntryId,
        by: &Slug,
        visibility: Visibility,
        content: &Content,
    ) -> Result<String, SyncError> {
        Ok(self.seal(pair, id, by, visibility, content)?.as_str().to_owned())
    }
}
