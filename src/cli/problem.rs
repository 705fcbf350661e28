//! A bad record, shown like a compiler shows it.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::model::{Problem, visible};

/// The problem with its line, a caret and the fix.
pub(super) fn shown(problem: &Problem) -> String {
    let title = visible(&problem.what).into_owned();
    let help = visible(&problem.help).into_owned();
    let renderer = Renderer::styled();
    if problem.source.is_empty() {
        let title = format!("{}: {title}", visible(&problem.path));
        let report = &[Level::ERROR
            .primary_title(title)
            .element(Level::HELP.message(help))];
        return ended(renderer.render(report));
    }
    let source = safe(&problem.source);
    let annotation = AnnotationKind::Primary
        .span(problem.span.clone())
        .label(visible(&problem.label).into_owned());
    let snippet = Snippet::source(source.as_str())
        .path(problem.path.as_str())
        .annotation(annotation);
    let report = &[Level::ERROR
        .primary_title(title)
        .element(snippet)
        .element(Level::HELP.message(help))];
    ended(renderer.render(report))
}

fn ended(mut text: String) -> String {
    text.push('\n');
    text
}

/// The source with nothing in it that could drive a terminal, every byte in its place.
fn safe(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    for c in source.chars() {
        let mut buffer = [0; 4];
        let text: &str = c.encode_utf8(&mut buffer);
        if visible(text) == text {
            out.push(c)
        } else {
            (0..text.len()).for_each(|_| out.push('?'))
        }
    }
    out
}
