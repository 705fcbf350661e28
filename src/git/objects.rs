//! Blobs and commits: read within limits, written without moving any branch.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use super::process::{self, ExitState, RunOptions};
use super::{BlobId, CommitId, CommitInfo, Error, Repository, Signature, TreeId, program};

/// How often a file is read that somebody is writing meanwhile.
const READINGS: usize = 10;
/// How long a large file may take to be written.
const COPYING: Duration = Duration::from_secs(600);

impl Repository {
    /// The bytes of a blob. Its size is checked before it is read.
    ///
    /// # Errors
    /// [`Error::TooLarge`] over `limit` bytes, [`Error::Invalid`] when `id` is no blob, or what else failed.
    pub fn blob(&self, id: BlobId, limit: usize) -> Result<Vec<u8>, Error> {
        let doing = || format!("reading the blob {id}");
        let odb = self.reader.odb().map_err(Error::library(doing()))?;
        let (size, kind) = odb.read_header(id.0).map_err(Error::library(doing()))?;
        if kind != git2::ObjectType::Blob {
            return Err(Error::invalid(id.to_string(), "not a blob"));
        }
        if size > limit {
            let id = id.short();
            return Err(Error::TooLarge { id, size, limit });
        }
        let object = odb.read(id.0).map_err(Error::library(doing()))?;
        Ok(object.data().to_vec())
    }

    /// How many bytes a blob has; it is not read.
    ///
    /// # Errors
    /// When it is not here.
    pub fn blob_size(&self, id: BlobId) -> Result<usize, Error> {
        let doing = || format!("looking at the blob {id}");
        let odb = self.reader.odb().map_err(Error::library(doing()))?;
        let (size, _) = odb.read_header(id.0).map_err(Error::library(doing()))?;
        Ok(size)
    }

    /// Writes a blob of any size into a file, piece by piece, by git itself: libgit2 would hold all of it in memory.
    ///
    /// # Errors
    /// When it is not here, or the file cannot be written.
    pub fn copy_blob(&self, id: BlobId, to: &File) -> Result<(), Error> {
        let mut command = program::settled(Some(self));
        command.args(["cat-file", "blob", &id.to_string()]);
        let to = to.try_clone().map_err(|source| Error::Io {
            doing: format!("writing the blob {id}"),
            source,
        })?;
        let done = process::run_into(command, None, to.into(), COPYING, RunOptions::default())?;
        match done.ended {
            ExitState::Code(0) => Ok(()),
            _ => Err(done.failed("writing a large file")),
        }
    }

    /// The name that a file would have as a blob, read piece by piece; nothing is written.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn file_id(path: &Path) -> Result<BlobId, Error> {
        git2::Oid::hash_file(git2::ObjectType::Blob, path)
            .map(BlobId)
            .map_err(Error::library(format!("hashing {}", path.display())))
    }

    /// Stores `bytes` as a blob; durable before a reference leads to it ([`Repository::make_durable`]).
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_blob(&self, bytes: &[u8]) -> Result<BlobId, Error> {
        let written = self.quarantine()?.blob(bytes);
        written.map(BlobId).map_err(Error::library("writing a blob"))
    }

    /// Writes a file of the work tree as a blob, as `git add` would: with the line ends that the configuration asks
    /// for, and through the filters that its attributes name. Its id. A file that changes while it is read is read again.
    ///
    /// # Errors
    /// When the file cannot be read or the blob cannot be written.
    pub fn write_work_file(&self, path: &str) -> Result<BlobId, Error> {
        if self.is_converted(path) {
            return self.write_converted(path);
        }
        // libgit2 takes a relative path for one below the current folder of the process.
        let full = self.workdir().join(path);
        let mut attempts = 1;
        loop {
            match self.writer()?.blob_path(&full) {
                Ok(id) => return Ok(BlobId(id)),
                Err(error) if error.class() == git2::ErrorClass::Os && attempts < READINGS => {
                    attempts += 1;
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(error) => return Err(Error::library(format!("storing {path}"))(error)),
            }
        }
    }

    /// The contents of a commit.
    ///
    /// # Errors
    /// When there is no such commit here.
    pub fn commit_info(&self, id: CommitId) -> Result<CommitInfo, Error> {
        let commit = self
            .reader
            .find_commit(id.0)
            .map_err(Error::library(format!("reading the commit {id}")))?;
        Ok(CommitInfo {
            id,
            tree: TreeId(commit.tree_id()),
            parents: commit.parent_ids().map(CommitId).collect(),
            author: Signature::of(&commit.author()),
            committer: Signature::of(&commit.committer()),
            message: String::from_utf8_lossy(commit.message_bytes()).into_owned(),
        })
    }

    /// The tree of a commit's first parent; none where it has none, or where the history of a shallow clone ends.
    pub fn first_parent_tree(&self, commit: &CommitInfo) -> Option<TreeId> {
        let parent = commit.parents.first()?;
        self.tree_of(*parent).ok()
    }

    /// The commit of a name, or of its first digits (four at least) where only one commit has them; none where there is no
    /// such commit.
    ///
    /// # Errors
    /// When the objects cannot be read.
    pub fn commit_named(&self, name: &str) -> Result<Option<CommitId>, Error> {
        let is_name = (4..=40).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_name {
            return Ok(None);
        }
        match self.reader.find_commit_by_prefix(name) {
            Ok(commit) => Ok(Some(CommitId(commit.id()))),
            Err(e) if matches!(e.code(), git2::ErrorCode::NotFound | git2::ErrorCode::Ambiguous) => Ok(None),
            Err(e) => Err(Error::library("looking for a commit")(e)),
        }
    }

    /// The tree of a commit.
    ///
    /// # Errors
    /// When there is no such commit here.
    pub fn tree_of(&self, commit: CommitId) -> Result<TreeId, Error> {
        let found = self
            .reader
            .find_commit(commit.0)
            .map_err(Error::library(format!("reading the commit {commit}")))?;
        Ok(TreeId(found.tree_id()))
    }

    /// Stores a commit, durable before a reference leads to it. No reference moves.
    ///
    /// # Errors
    /// When the tree or a parent is not here, a name is empty, or what failed in writing.
    pub fn write_commit(
        &self,
        tree: TreeId,
        parents: &[CommitId],
        message: &str,
        author: &Signature,
        committer: &Signature,
    ) -> Result<CommitId, Error> {
        let text = self.commit_text(tree, parents, message, author, committer)?;
        self.write_commit_text(text.as_bytes())
    }

    /// The text of a commit that is not stored: what a signature of it signs.
    ///
    /// # Errors
    /// As [`Repository::write_commit`].
    pub fn commit_text(
        &self,
        tree: TreeId,
        parents: &[CommitId],
        message: &str,
        author: &Signature,
        committer: &Signature,
    ) -> Result<String, Error> {
        let doing = "composing a commit";
        let writer = &self.reader;
        let tree = writer.find_tree(tree.0).map_err(Error::library(doing))?;
        let parents = parents
            .iter()
            .map(|id| writer.find_commit(id.0))
            .collect::<Result<Vec<_>, _>>();
        let parents = parents.map_err(Error::library(doing))?;
        let text = writer
            .commit_create_buffer(
                &author.to_git()?,
                &committer.to_git()?,
                message,
                &tree,
                &parents.iter().collect::<Vec<_>>(),
            )
            .map_err(Error::library(doing))?;
        text.as_str()
            .map(str::to_owned)
            .map_err(|_| Error::invalid(message, "not UTF-8"))
    }

    fn write_commit_text(&self, text: &[u8]) -> Result<CommitId, Error> {
        let doing = "writing a commit";
        let odb = self.quarantine()?.odb().map_err(Error::library(doing))?;
        odb.write(git2::ObjectType::Commit, text)
            .map(CommitId)
            .map_err(Error::library(doing))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Fixture, ana};
    use super::*;

    #[test]
    fn a_commit_is_what_git_takes_it_for() {
        let f = Fixture::new();
        let blob = f.repo.write_blob(b"hello\n").unwrap();
        assert_eq!(Repository::blob_id(b"hello\n").unwrap(), blob);
        let tree = f
            .repo
            .write_tree(
                None,
                &[("a/b.toml".into(), Some((super::super::mode::FILE, blob)))],
            )
            .unwrap();
        let root = f
            .repo
            .write_commit(tree, &[], "first\n", &ana(1), &ana(2))
            .unwrap();
        let second = f
            .repo
            .write_commit(tree, &[root], "second\n\nbody\n", &ana(3), &ana(3))
            .unwrap();
        f.repo.make_durable().unwrap();
        f.git(&["update-ref", "refs/heads/main", &second.to_string()]);
        f.git(&["fsck", "--strict"]);
        assert_eq!(
            f.git(&["log", "--format=%an|%ae|%at|%s"]),
            "Ana|ana@example.com|3|second\nAna|ana@example.com|1|first"
        );
        assert_eq!(f.git(&["show", "HEAD:a/b.toml"]), "hello");
        let info = f.repo.commit_info(second).unwrap();
        assert_eq!(
            (info.tree, info.parents, info.message.as_str()),
            (tree, vec![root], "second\n\nbody\n")
        );
        assert_eq!((info.author, info.committer), (ana(3), ana(3)));
        assert_eq!(f.repo.tree_of(root).unwrap(), tree);
    }

    #[test]
    fn a_file_is_stored_wherever_the_program_was_started() {
        let f = Fixture::new();
        f.write(".gitattributes", "*.txt text eol=crlf\n");
        f.write("a/b.txt", "one\r\ntwo\r\n");
        let id = f.repo.write_work_file("a/b.txt").unwrap();
        assert_eq!(f.repo.blob(id, 99).unwrap(), b"one\ntwo\n");
        assert!(f.repo.write_work_file("Cargo.toml").is_err());
    }

    #[test]
    fn the_size_of_a_blob_is_checked_first() {
        let f = Fixture::new();
        let blob = f.repo.write_blob(&[b'x'; 100]).unwrap();
        assert_eq!(f.repo.blob(blob, 100).unwrap().len(), 100);
        assert!(matches!(
            f.repo.blob(blob, 99),
            Err(Error::TooLarge {
                size: 100,
                limit: 99,
                ..
            })
        ));
        let tree = f.repo.write_tree(None, &[]).unwrap();
        let no_blob: BlobId = tree.to_string().parse().unwrap();
        assert!(matches!(f.repo.blob(no_blob, 99), Err(Error::Invalid { .. })));
        let none: BlobId = "1234567812345678123456781234567812345678".parse().unwrap();
        assert!(matches!(f.repo.blob(none, 99), Err(Error::Library { .. })));
        assert!("1234".parse::<BlobId>().is_err());
        assert_eq!(none.short(), "12345678");
    }
}
