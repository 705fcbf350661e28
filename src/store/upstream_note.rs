//! The note of a repository on where its pair is synced (docs/sync.md#branch-and-remote).

use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::notes::Notes;
use super::save::save_private_file;

/// The name of the note.
const NAME: &str = "upstream";

/// Where the last delivered sync went. The tip that it left there stands in a reference.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpstreamNote {
    /// The address of the remote after Git's rules, without a password.
    pub url: String,
    /// The branch at the remote.
    pub branch: String,
    /// The tip that it left there: whoever rewrites all references leaves this alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
    /// Another branch that the remote's HEAD names, and that nobody needs to be asked about any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
    /// The commit that it was at when it was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_at: Option<String>,
    /// Whether that one has a history in common with the pair's branch.
    #[serde(default)]
    pub related: bool,
    /// The address of before, until something of the other member came from this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<String>,
    /// The tip at this address after the first sync there, as long as `left` stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_at: Option<String>,
    /// Another remote of this clone that the other member may read, until something of theirs came from this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beside: Option<String>,
    /// The tip after the first sync, as long as `beside` stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beside_at: Option<String>,
    /// The addresses of other remotes of this clone that are copies; none before a sync looked for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies: Option<Vec<String>>,
    /// The tips at copies that were not here as a person said that nobody reads them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign: Vec<String>,
    /// Whether a person said that the other member syncs with this address.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub agreed: bool,
    /// The branches of before, as long as they are there and nothing of the other member came on this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_branches: Vec<String>,
    /// The tip on this branch after the first sync there, as long as one of `left_branches` stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_branch_at: Option<String>,
    /// Whether the pair was synced at another address before: what was seen then says nothing of this one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub moved: bool,
    /// Whether plain Git is yet to track the branch.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub untracked: bool,
}

impl UpstreamNote {
    /// Whether another remote is known as a copy, by its address.
    pub fn has_copy(&self, url: &str) -> bool {
        let mut copies = self.copies.iter().flatten();
        copies.any(|copy| copy == url)
    }
}

impl Notes {
    /// Where the last delivered sync went; none before the first one.
    ///
    /// # Errors
    /// When the note is there and cannot be read.
    pub fn upstream(&self) -> Result<Option<UpstreamNote>, StoreError> {
        let Some(text) = self.read(NAME)? else {
            return Ok(None);
        };
        let damaged = |e: toml::de::Error| StoreError::Damaged {
            path: self.folder().join(NAME),
            what: e.message().to_owned(),
        };
        toml::from_str(&text).map(Some).map_err(damaged)
    }

    /// Remembers where a sync went.
    ///
    /// # Errors
    /// When the note cannot be written.
    pub fn remember_upstream(&self, note: &UpstreamNote) -> Result<(), StoreError> {
        let path = self.folder().join(NAME);
        let text = toml::to_string(note).map_err(|e| StoreError::Damaged {
            path: path.clone(),
            what: e.to_string(),
        })?;
        if self.read(NAME)?.as_deref() == Some(text.as_str()) {
            return Ok(());
        }
        save_private_file(&path, text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_read_as_it_was_written() {
        let dir = tempfile::tempdir().unwrap();
        let notes = Notes::of(dir.path());
        assert_eq!(notes.upstream().unwrap(), None);
        let mut note = UpstreamNote {
            url: "/srv/a.git".to_owned(),
            branch: "team/ana".to_owned(),
            ..UpstreamNote::default()
        };
        notes.remember_upstream(&note).unwrap();
        assert_eq!(notes.upstream().unwrap().as_ref(), Some(&note));
        note.head = Some("trunk".to_owned());
        (note.left_branches, note.left_branch_at) = (vec!["main".to_owned()], Some("3c4d".to_owned()));
        (note.left_at, note.moved) = (Some("1a2b".to_owned()), true);
        (note.copies, note.agreed) = (Some(vec!["/srv/backup.git".to_owned()]), true);
        note.seen = Some("9c0d".to_owned());
        note.foreign = vec!["7a8b".to_owned()];
        notes.remember_upstream(&note).unwrap();
        assert_eq!(notes.upstream().unwrap().as_ref(), Some(&note));
        // A later version may know more.
        let path = dir.path().join("oneonone/upstream");
        let text = std::fs::read_to_string(&path).unwrap() + "more = 1\n";
        std::fs::write(&path, text).unwrap();
        assert_eq!(notes.upstream().unwrap().as_ref(), Some(&note));
        std::fs::write(&path, "branch = 1\n").unwrap();
        assert!(notes.upstream().is_err());
    }
}
