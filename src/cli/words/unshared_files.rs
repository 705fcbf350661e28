//! Files that are left alone, in words.

use crate::cli::{Context, Hint, output::Output};
use crate::model::{RecordPath, visible_in_line};
use crate::render::MisnamedFacts;
use crate::sync::Misnamed;

/// So many files are named one by one.
const NAMED: usize = 5;

impl Context {
    /// Says which files look like records and are none, and how to mend it.
    pub(in crate::cli) fn tell_misnamed(&mut self, files: &[Misnamed]) {
        for file in files.iter().take(NAMED) {
            say(&mut self.out, file);
        }
        if let Some(more) = files.len().checked_sub(NAMED).filter(|more| *more > 0) {
            let words = format!("{more} more files look like records and are not named so");
            self.out.warn(words);
        }
    }
}

/// A file that looks like a record, for programs.
pub(in crate::cli) fn misnamed_facts(file: &Misnamed) -> MisnamedFacts {
    MisnamedFacts {
        path: file.path.clone(),
        record: file.record.map(|record| record.path()),
    }
}

fn say(out: &mut Output, file: &Misnamed) {
    let path = file.path.as_str();
    let shown = visible_in_line(path);
    let left = match file.is_tracked {
        true => "nobody reads it",
        false => "it is not tracked by git and was left alone",
    };
    out.warn(format!("{shown} looks like a record and is not named so: {left}"));
    out.hint(match file.record {
        None => "the record of a meeting is meetings/YEAR/YEAR-MONTH-DAY.toml".into(),
        Some(record) if file.is_copy => {
            let record = record.path();
            let diff = Hint::in_clone(["git", "diff", "--no-index", "--", record.as_str(), path]);
            let remove = match file.is_tracked {
                true => Hint::git_on(&["rm"], path),
                false => Hint::in_clone(["rm", "--", path]),
            };
            diff.why(format!(
                "see where it differs from {record}, take over what is missing, and remove it"
            ))
            .then(remove)
        }
        Some(record) => rename(path, record, file.is_tracked),
    });
}

fn rename(path: &str, record: RecordPath, is_tracked: bool) -> Hint {
    let to = record.path();
    let rename = match is_tracked {
        true => Hint::in_clone(["git", "mv", "--", path, to.as_str()]),
        false => Hint::in_clone(["mv", "-n", "--", path, to.as_str()]),
    };
    let folder = to.rsplit_once('/').map(|(folder, _)| folder);
    let hint = match folder {
        Some(folder) => Hint::in_clone(["mkdir", "-p", folder]).then(rename),
        None => rename,
    };
    hint.why("give it the name of a record")
}
