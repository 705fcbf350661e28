//! A bad record, shown like a compiler shows it.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::model::{Problem, visible, with_hidden};
use crate::render::Printable;

/// The problem with its line, a caret and the fix.
pub(super) fn shown(problem: &Problem) -> Printable {
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
            .line_start(problem.first_line)
            .path(visible(&problem.path).into_owned())
            .annotation(annotation);
        Level::ERROR
            .primary_title(title)
            .element(snippet)
            .element(Level::HELP.message(help))
    };
    let report = [report];
    let [plain, coloured] =
        [Renderer::plain(), Renderer::styled()].map(|renderer| renderer.render(&report) + "\n");
    Printable::coloured(&plain, coloured)
}

/// The source with nothing in it that could drive a terminal, every byte in its place.
fn safe(source: &str) -> String {
    let mut safe = String::with_capacity(source.len());
    for (c, is_hidden) in with_hidden(source) {
        match is_hidden {
            true => safe.extend(std::iter::repeat_n('?', c.len_utf8())),
            false => safe.push(c),
        }
    }
    safe
}
