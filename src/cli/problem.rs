//! A bad record, shown like a compiler shows it.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::model::{Problem, visible};

/// The problem with its line, a caret and the fix.
pub(super) fn shown(problem: &Problem) -> String {
    let title = visible(&problem.what).into_owned();
    let help = visible(&problem.help).into_owned();
    let source = safe(&problem.source);
    let report = if source.is_empty() {
        Level::ERROR
            .primary_title(format!("{}: {title}", visible(&problem.path)))
            .element(Level::HELP.message(help))
    } else {
        let annotation = AnnotationKind::Primary
            .span(problem.span.clone())
            .label(visible(&problem.label).into_owned());
        let snippet = Snippet::source(source.as_str())
            .path(problem.path.as_str())
            .annotation(annotation);
        Level::ERROR
            .primary_title(title)
            .element(snippet)
            .element(Level::HELP.message(help))
    };
    format!("{}\n", Renderer::styled().render(&[report]))
}

/// The source with nothing in it that could drive a terminal, every byte in its place.
fn safe(source: &str) -> String {
    let safe = |c: char| match c.to_string() {
        text if visible(&text) == text => text,
        hidden => "?".repeat(hidden.len()),
    };
    source.chars().map(safe).collect()
}
