//! The keys, as far as settling asks for them.

use crate::model::{Content, EntryId, Pair, Slug, Visibility};

use crate::sync::error::SyncError;
use crate::sync::secrets::keys::Keys;

/// The content of a seal that was opened.
#[derive(Debug, Clone)]
pub struct Unsealed {
    /// Who may read it. It decides over a visibility in clear.
    pub visibility: Visibility,
    /// The content.
    pub content: Content,
    /// Whether it is sealed for other keys than today's, all of which are trusted.
    pub stale: bool,
}

/// The seals of bodies, as far as settling opens and makes them.
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
