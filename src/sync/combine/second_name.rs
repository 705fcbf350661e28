//! Names for a version that is kept beside another: `slides.md`, `slides.theirs-1a2b3c4d.md`
//! (docs/merge.md#other-files).

/// The path for a second version of `path`.
pub(in crate::sync) fn second_version_path(path: &str, whose: &str, short: &str) -> String {
    let (folder, name) = match path.rsplit_once('/') {
        Some((folder, name)) => (format!("{folder}/"), name),
        None => (String::new(), path),
    };
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => format!("{folder}{stem}.{whose}-{short}.{extension}"),
        _ => format!("{folder}{name}.{whose}-{short}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_stays_recognisable() {
        assert_eq!(
            second_version_path("slides.md", "theirs", "1a2b3c4d"),
            "slides.theirs-1a2b3c4d.md"
        );
        assert_eq!(
            second_version_path("a.b/notes", "theirs", "1"),
            "a.b/notes.theirs-1"
        );
        assert_eq!(second_version_path(".hidden", "theirs", "1"), ".hidden.theirs-1");
    }
}
