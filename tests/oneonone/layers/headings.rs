//! A heading that the code or a page names stands in `docs/`.

use std::fs;

use crate::docs::{anchors, of_anchor, pages, root, run_of, texts};

#[test]
fn every_heading_that_is_named_exists() {
    let mut named = 0;
    for (path, text) in texts(&["src", "tests", "benches"]).into_iter().chain(pages()) {
        for (at, _) in text.match_indices("docs/") {
            let rest = &text[at + "docs/".len()..];
            let name = run_of(rest, of_anchor);
            let Some(anchor) = rest[name.len()..].strip_prefix(".md#") else {
                continue;
            };
            let anchor = run_of(anchor, of_anchor).trim_end_matches('-');
            let file = root().join("docs").join(format!("{name}.md"));
            let page = fs::read_to_string(file).unwrap_or_default();
            let exists = anchors(&page).contains(anchor);
            assert!(exists, "{} names docs/{name}.md#{anchor}", path.display());
            named += 1;
        }
    }
    assert!(named > 0, "none was found");
}
