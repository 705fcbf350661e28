//! A bad record, shown like a compiler shows it.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::model::{Problem, visible, with_hidden};
use crate::render::Printable;

use super::hint::{Hint, Standing};

/// The problem with its line, a caret and the fix: each way to mend it is a line, at whose end the commands stand.
pub(super) fn shown(problem: &Problem, standing: &Standing) -> Printable {
    let title = visible(&problem.what).into_owned();
    let source = safe(&problem.source);
    let report = if source.is_empty() {
        Group::with_title(Level::ERROR.primary_title(format!("{}: {title}", visible(&problem.path))))
    } else {
        let annotation = AnnotationKind::Primary
            .span(problem.span.clone())
            .label(visible(&problem.label).into_owned());
        let snippet = Snippet::source(source.as_str())
            .line_start(problem.first_line)
            .path(visible(&problem.path).into_owned())
            .annotation(annotation);
        Level::ERROR.primary_title(title).element(snippet)
    };
    let ways = ways(problem, standing).into_iter();
    let report = [report.elements(ways.map(|way| Level::HELP.message(visible(&way).into_owned())))];
    let [plain, coloured] =
        [Renderer::plain(), Renderer::styled()].map(|renderer| renderer.render(&report) + "\n");
    Printable::coloured(&plain, coloured)
}

/// The fix in one line, for programs.
pub(super) fn help(problem: &Problem, standing: &Standing) -> String {
    ways(problem, standing).join("; ")
}

fn ways(problem: &Problem, standing: &Standing) -> Vec<String> {
    Hint::ways(&problem.help)
        .map(|way| way.in_line(standing))
        .collect()
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
