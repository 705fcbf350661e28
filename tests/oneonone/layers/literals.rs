//! The texts in a code: its string literals, as the program has them.

/// The string literals of a code, in their order.
pub(crate) fn literals(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = code;
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        let in_word = before.is_alphanumeric() || before == '_';
        let raw = raw_begin(rest).filter(|_| !in_word);
        let length = if let Some((begin, end)) = raw {
            let length = rest[begin..].find(&end).unwrap_or(rest.len() - begin);
            found.push(rest[begin..begin + length].to_owned());
            begin + length + end.len()
        } else if first == '"' {
            let (text, length) = quoted(rest);
            found.push(text);
            length
        } else if first == '\'' {
            character(rest)
        } else if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        before = first;
        rest = rest.get(length..).unwrap_or_default();
    }
    found
}

/// Where the text of a raw string begins, and how it ends.
fn raw_begin(rest: &str) -> Option<(usize, String)> {
    let after = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'))?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].strip_prefix('"')?;
    let begin = rest.len() - after.len() + hashes + 1;
    Some((begin, format!("\"{}", "#".repeat(hashes))))
}

/// A string in quotes without its escapes, and its length in the code.
fn quoted(rest: &str) -> (String, usize) {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (text, at + 1),
            '\\' => match chars.next() {
                Some((_, '\n')) => while chars.next_if(|(_, c)| c.is_whitespace()).is_some() {},
                Some((_, 'n')) => text.push('\n'),
                Some((_, 't')) => text.push('\t'),
                Some((_, c)) => text.push(c),
                None => {}
            },
            c => text.push(c),
        }
    }
    (text, rest.len())
}

/// The length of a character in quotes, or of the mark of a lifetime.
fn character(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => {
            let escaped = chars.next().map_or(0, |(at, c)| at + c.len_utf8());
            rest[escaped..]
                .find('\'')
                .map_or(rest.len(), |end| escaped + end + 1)
        }
        _ => match chars.next() {
            Some((at, '\'')) => at + 1,
            _ => 1,
        },
    }
}

#[test]
fn the_texts_of_a_code_are_found() {
    let code = "f('\"', \"a \\\"b\\\" {x}\"); // no \"text\"\nfn g<'a>(x: &'a str) { r#\"raw \"one\"\"#; '\\''; \"two \\\n     lines\\n\" }";
    assert_eq!(literals(code), ["a \"b\" {x}", "raw \"one\"", "two lines\n"]);
}
