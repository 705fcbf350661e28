//! The look for widened entries, commit by commit.

use tempfile::TempDir;

use super::*;
use crate::git::{Signature, mode};

const SEALED: &str = "visibility = \"confidential\"\nsealed = \"-\"\n";
const CLEAR: &str = "text = \"x\"\n";
const OTHER: &str = "[[entry]]\nid = \"llllllllllll\"\nby = \"sam\"\ntext = \"other\"\n";

/// A repository where nobody has a seat: every entry is another's.
struct Fixture {
    _dir: TempDir,
    repo: Repository,
    cache: RecordCache,
}

impl Fixture {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let repo = Repository::init(dir.path(), "main").unwrap();
        let cache = RecordCache::without_index();
        Self {
            _dir: dir,
            repo,
            cache,
        }
    }

    /// A commit whose agenda holds an entry of Ana's, and whatever else; an empty one holds nothing.
    fn commit(&self, parents: &[CommitId], entry: &str, more: &str) -> CommitId {
        let entry = match entry {
            "" => String::new(),
            keys => format!("[[entry]]\nid = \"kkkkkkkkkkkk\"\nby = \"ana\"\n{keys}\n"),
        };
        let blob = self.repo.write_blob(format!("{entry}{more}").as_bytes()).unwrap();
        let file = ("agenda.toml".to_owned(), Some((mode::FILE, blob)));
        let tree = self.repo.write_tree(None, &[file]).unwrap();
        let author = Signature {
            name: "Sam".to_owned(),
            email: "sam@example.invalid".to_owned(),
            seconds: i64::try_from(parents.len()).unwrap(),
            offset_minutes: 0,
        };
        self.repo
            .write_commit(tree, parents, "x\n", &author, &author)
            .unwrap()
    }

    /// The commit that is refused.
    fn refused(&self, tip: CommitId, seen: &[CommitId], looked: Option<CommitId>) -> Option<String> {
        let scan = WideningScan::new(&self.repo, &self.cache, None, &KnownReaders::default());
        match scan.refuse(tip, seen, looked) {
            Ok(()) => None,
            Err(SyncError::WidenedByAnother { commit, by, .. }) => {
                assert_eq!(by, "ana");
                Some(commit.name)
            }
            Err(e) => panic!("{e}"),
        }
    }
}

#[test]
fn a_commit_is_held_against_its_parent_and_later_ones_do_not_hide_it() {
    let f = Fixture::new();
    let root = f.commit(&[], SEALED, "");
    let other = f.commit(&[root], SEALED, OTHER);
    assert_eq!(f.refused(other, &[], None), None);
    let wide = f.commit(&[other], CLEAR, OTHER);
    let narrow = f.commit(&[wide], SEALED, OTHER);
    for tip in [wide, narrow] {
        assert_eq!(f.refused(tip, &[root], None), Some(wide.short()));
        assert_eq!(f.refused(tip, &[], Some(other)), Some(wide.short()));
    }
    // It is out, or was looked through.
    assert_eq!(f.refused(narrow, &[wide], None), None);
    assert_eq!(f.refused(narrow, &[], Some(wide)), None);
}

#[test]
fn a_merge_is_refused_only_where_it_is_wider_than_each_parent() {
    let f = Fixture::new();
    let root = f.commit(&[], SEALED, "");
    let (left, right) = (
        f.commit(&[root], SEALED, OTHER),
        f.commit(&[root], SEALED, "# x\n"),
    );
    let shared = f.commit(&[root], CLEAR, "# y\n");
    let gone = f.commit(&[root], "", "# z\n");
    let more = format!("# x\n{OTHER}");
    for (parents, wide) in [
        ([left, right], true),
        ([left, gone], true),
        ([left, shared], false),
        ([shared, gone], false),
    ] {
        let merge = f.repo.commit_info(f.commit(&parents, CLEAR, &more)).unwrap();
        let scan = WideningScan::new(&f.repo, &f.cache, None, &KnownReaders::default());
        let widened = scan.widened_by(&merge, &mut WalkedCommits::default()).unwrap();
        assert_eq!(widened.len(), usize::from(wide), "{parents:?}");
    }
}

#[test]
fn an_entry_that_was_removed_is_held_against_its_last_form() {
    let f = Fixture::new();
    let root = f.commit(&[], SEALED, "");
    let gone = f.commit(&[root], "", OTHER);
    let later = f.commit(&[gone], "", "# later\n");
    for (entry, wide) in [(SEALED, false), (CLEAR, true)] {
        let back = f.commit(&[later], entry, OTHER);
        let expected = wide.then(|| back.short());
        for seen in [vec![], vec![root], vec![later]] {
            assert_eq!(f.refused(back, &seen, None), expected, "{seen:?}");
        }
    }
    // One that was in clear before may come back so, and one that never was may come.
    let root = f.commit(&[], CLEAR, "");
    let gone = f.commit(&[root], "", OTHER);
    assert_eq!(f.refused(f.commit(&[gone], CLEAR, ""), &[], None), None);
    let root = f.commit(&[], "", OTHER);
    assert_eq!(f.refused(f.commit(&[root], CLEAR, ""), &[], None), None);
}
