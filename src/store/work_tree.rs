//! Reading the records of a work tree. Only regular files whose names this tool could have made are records; a
//! symbolic link is never followed (docs/format.md#paths).

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::model::{AGENDA_PATH, Command, Files, Fix, Limits, MEETINGS_PATH, PAIR_PATH, Problem, RecordPath};

use super::error::StoreError;

/// The records of a work tree, and what could not be read as one.
#[derive(Debug, Default)]
pub struct FolderRecords {
    /// The records by path, with LF line ends.
    pub files: Files,
    /// Links, folders and over-long files in the place of records.
    pub odd: Vec<Problem>,
}

/// Reads the records whose path `wanted` accepts.
///
/// # Errors
/// When a folder or a file is there and cannot be read.
pub fn read_records(root: &Path, wanted: impl Fn(RecordPath) -> bool) -> Result<FolderRecords, StoreError> {
    let mut found = FolderRecords::default();
    for path in [PAIR_PATH, AGENDA_PATH] {
        take(root, path, &wanted, &mut found)?;
    }
    let meetings = root.join(MEETINGS_PATH);
    found.odd.extend(no_folder(root, MEETINGS_PATH));
    for year in folder_names(&meetings)? {
        let folder = format!("meetings/{year}");
        found
            .odd
            .extend(no_folder(root, &folder).filter(|_| RecordPath::is_folder(&folder)));
        for name in folder_names(&meetings.join(&year))? {
            take(root, &format!("meetings/{year}/{name}"), &wanted, &mut found)?;
        }
    }
    Ok(found)
}

/// Reads the records at these paths; other paths are passed over.
///
/// # Errors
/// When a file is there and cannot be read.
pub fn read_records_at<'a>(
    root: &Path,
    paths: impl IntoIterator<Item = &'a String>,
) -> Result<FolderRecords, StoreError> {
    let mut found = FolderRecords::default();
    for path in paths {
        match first_no_folder(root, path) {
            Some(odd) if RecordPath::parse(path).is_some() && !found.odd.contains(&odd) => {
                found.odd.push(odd)
            }
            None if in_real_folders(root, path) => take(root, path, &|_| true, &mut found)?,
            _ => {}
        }
    }
    Ok(found)
}

/// Whether every folder on the way is one, and no link.
fn in_real_folders(root: &Path, path: &str) -> bool {
    let on_the_way = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
    on_the_way
        .map(|folder| fs::symlink_metadata(root.join(folder)))
        .all(|data| data.is_ok_and(|data| data.is_dir()))
}

/// The problem with the first thing on the way that is no folder; nothing where it is missing.
fn first_no_folder(root: &Path, path: &str) -> Option<Problem> {
    let mut on_the_way = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
    on_the_way.find_map(|folder| no_folder(root, folder))
}

/// The problem with a folder of records in whose place something else stands.
fn no_folder(root: &Path, folder: &str) -> Option<Problem> {
    let data = fs::symlink_metadata(root.join(folder)).ok();
    let data = data.filter(|data| !data.is_dir())?;
    let what = if data.is_symlink() {
        "a symbolic link"
    } else {
        "a file"
    };
    let help = back("put the folder back; links are never followed", folder);
    let what = format!("{what} stands in the place of a folder of records");
    Some(Problem::of_file(folder, what, help))
}

/// The names in a real folder, sorted; none where there is no folder.
fn folder_names(folder: &Path) -> Result<Vec<String>, StoreError> {
    match fs::symlink_metadata(folder) {
        Ok(data) if data.is_dir() => {}
        Ok(_) => return Ok(Vec::new()),
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(Vec::new()),
        Err(e) => return Err(StoreError::io("look at", folder)(e)),
    }
    let mut names = Vec::new();
    for item in fs::read_dir(folder).map_err(StoreError::io("list", folder))? {
        let item = item.map_err(StoreError::io("list", folder))?;
        if let Ok(name) = item.file_name().into_string() {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// The names in a folder of the work tree, sorted; none where no folder stands there, or a link to one.
///
/// # Errors
/// When it is there and cannot be listed.
pub fn names_in(root: &Path, folder: &str) -> Result<Option<Vec<String>>, StoreError> {
    let full = root.join(folder);
    let is_folder = fs::symlink_metadata(&full).is_ok_and(|data| data.is_dir());
    is_folder.then(|| folder_names(&full)).transpose()
}

fn take(
    root: &Path,
    path: &str,
    wanted: &impl Fn(RecordPath) -> bool,
    found: &mut FolderRecords,
) -> Result<(), StoreError> {
    if !RecordPath::parse(path).is_some_and(wanted) {
        return Ok(());
    }
    match read_file(root, path)? {
        Ok(Some(bytes)) => {
            found.files.insert(path.to_owned(), bytes);
        }
        Ok(None) => {}
        Err(odd) => found.odd.push(odd),
    }
    Ok(())
}

/// How long a file has to lie still before it counts as saved. Many editors empty a file first and write it then: read
/// in between, all its entries would be gone.
const STILL: Duration = Duration::from_millis(20);

/// How often a file that does not lie still is read again.
const READINGS: usize = 50;

/// Reads one file of the work tree, if it is a regular one of a bearable size; LF line ends. A file that is just being
/// written is waited for.
///
/// # Errors
/// The outer when it is there and cannot be read; the inner when something else stands in its place.
pub fn read_file(root: &Path, path: &str) -> Result<Result<Option<Vec<u8>>, Problem>, StoreError> {
    let full = root.join(path);
    let mut attempts = 0;
    loop {
        let data = match fs::symlink_metadata(&full) {
            Ok(data) => data,
            Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(Ok(None));
            }
            Err(e) => return Err(StoreError::io("look at", &full)(e)),
        };
        if !data.is_file() {
            return Ok(Err(no_record(path, &data)));
        }
        attempts += 1;
        if let Some(left) = not_still(&data)
            && attempts < READINGS
        {
            std::thread::sleep(left);
            continue;
        }
        let bytes = match read_limited(&full) {
            Err(e) if e.kind() == ErrorKind::NotFound && attempts < READINGS => continue,
            read => read.map_err(StoreError::io("read", &full))?,
        };
        let same = fs::symlink_metadata(&full)
            .is_ok_and(|now| now.len() == data.len() && now.modified().ok() == data.modified().ok());
        if same && not_still(&data).is_none() {
            return Ok(Ok(Some(without_carriage_returns(bytes))));
        }
        if attempts >= READINGS {
            return Err(StoreError::KeepsChanging { path: full });
        }
    }
}

fn read_limited(full: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(full)?
        .take(Limits::FILE as u64 + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The fix by hand, or by what the branch has.
fn back(by_hand: &str, path: &str) -> Fix {
    let checkout = Command::git_on(&["checkout", "HEAD"], path);
    Fix::from(by_hand).or(Fix::by("or put back what the branch has", checkout))
}

fn no_record(path: &str, data: &fs::Metadata) -> Problem {
    let what = if data.is_symlink() {
        "a symbolic link"
    } else {
        "no regular file"
    };
    let help = back("put a regular file there; links are never followed", path);
    Problem::of_file(path, format!("{what} stands in the place of a record"), help)
}

/// How long a file that was written a moment ago has to be waited for. None for a time that lies ahead: that clock tells
/// nothing.
fn not_still(data: &fs::Metadata) -> Option<Duration> {
    let age = SystemTime::now().duration_since(data.modified().ok()?).ok()?;
    STILL.checked_sub(age).filter(|left| !left.is_zero())
}

/// Windows line ends change nothing: LF is what is compared, kept and written.
pub fn without_carriage_returns(bytes: Vec<u8>) -> Vec<u8> {
    if !bytes.windows(2).any(|pair| pair == b"\r\n") {
        return bytes;
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter().peekable();
    while let Some(byte) = rest.next() {
        if !(*byte == b'\r' && rest.peek() == Some(&&b'\n')) {
            out.push(*byte);
        }
    }
    out
}

/// The full path of a repository path that may be written: inside the work tree, behind no symbolic link, and
/// nothing of Git's own.
///
/// # Errors
/// When it is not safe to write there.
pub fn safe_path(root: &Path, path: &str) -> Result<PathBuf, StoreError> {
    let refuse = |why| StoreError::Unsafe {
        path: root.join(path),
        why,
    };
    let parts: Vec<Component<'_>> = Path::new(path).components().collect();
    if path.is_empty()
        || path.contains('\0')
        || (cfg!(windows) && path.contains('\\'))
        || !parts.iter().all(|p| matches!(p, Component::Normal(_)))
    {
        return Err(refuse("it leads out of the repository"));
    }
    let names_git = |part: &Component<'_>| {
        let name = part.as_os_str().to_string_lossy().to_lowercase();
        name.trim_end_matches([' ', '.']) == ".git"
            || name
                .strip_prefix("git~")
                .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
    };
    if parts.iter().any(names_git) {
        return Err(refuse("it is Git's own"));
    }
    let mut full = root.to_owned();
    for (number, part) in parts.iter().enumerate() {
        full.push(part);
        let last = number + 1 == parts.len();
        match fs::symlink_metadata(&full) {
            Ok(data) if data.is_symlink() && !last => return Err(refuse("it lies behind a symbolic link")),
            Ok(data) if !data.is_dir() && !last => {
                return Err(refuse("a file stands in the place of its folder"));
            }
            Ok(data) if data.is_dir() && last => return Err(refuse("a folder stands in its place")),
            _ => {}
        }
    }
    Ok(full)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed_and_other_names_are_no_records() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("meetings/2026")).unwrap();
        for name in [
            "pair.toml",
            "Agenda.toml",
            "meetings/2026/2026-11-24.toml",
            "meetings/2026/notes.toml",
        ] {
            fs::write(root.join(name), "x = 1\r\n").unwrap();
        }
        std::os::unix::fs::symlink("pair.toml", root.join("agenda.toml")).unwrap();
        std::os::unix::fs::symlink("2026", root.join("meetings/2025")).unwrap();
        let found = read_records(root, |_| true).unwrap();
        assert_eq!(
            found.files.keys().collect::<Vec<_>>(),
            ["meetings/2026/2026-11-24.toml", "pair.toml"]
        );
        assert_eq!(found.files["pair.toml"], b"x = 1\n");
        assert!(
            found.odd[0]
                .to_string()
                .starts_with("agenda.toml: a symbolic link")
        );
        assert!(safe_path(root, "meetings/2025/2025-01-01.toml").is_err());
    }

    #[test]
    fn a_file_that_is_just_being_written_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("agenda.toml");
        // On a busy machine the writer may itself lie still for too long: then once more.
        let tried = (0..100).find_map(|_| {
            fs::write(&path, "").unwrap();
            let begun = Instant::now();
            std::thread::scope(|scope| {
                let writer = scope.spawn(|| {
                    std::thread::sleep(STILL / 4);
                    fs::write(&path, "x = 1\n").unwrap();
                    begun.elapsed() < STILL / 2
                });
                let read = read_file(folder.path(), "agenda.toml").unwrap().unwrap();
                writer.join().unwrap().then_some(read)
            })
        });
        assert_eq!(tried.unwrap().unwrap(), b"x = 1\n");
    }

    #[test]
    fn nothing_leads_out_of_the_work_tree() {
        let folder = tempfile::tempdir().unwrap();
        for path in [
            "../x",
            "/etc/x",
            ".git/config",
            "a/../../x",
            "sub/.GIT/hooks/x",
            "",
            ".git./x",
            "git~1/x",
        ] {
            assert!(safe_path(folder.path(), path).is_err(), "{path}");
        }
        assert!(safe_path(folder.path(), "a/b.md").is_ok());
    }
}
