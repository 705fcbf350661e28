//! Characters that drive a terminal, and characters that show nothing: which they are, and where a script or an emoji
//! needs one (docs/format.md#characters-that-nobody-sees).

use unicode_normalization::char::is_combining_mark;

const NO_JOINER: char = '\u{200c}';
const JOINER: char = '\u{200d}';
const EMOJI_STYLE: char = '\u{fe0f}';
const KEYCAP: char = '\u{20e3}';
const BRAILLE_BLANK: char = '\u{2800}';

/// The characters of a text, each with whether it is to be spelled out. A newline and a tab are not.
///
/// A character that shows nothing belongs to its text where the script or the emoji before it needs it. Anywhere else it
/// is spelled out, and so is each one behind another.
pub fn with_hidden(text: &str) -> impl Iterator<Item = (char, bool)> {
    let mut chars = text.chars().peekable();
    let mut before = None;
    std::iter::from_fn(move || {
        let c = chars.next()?;
        let belongs = |before| belongs(before, c, chars.peek().copied());
        let is_hidden = is_command(c) || (is_unseen(c) || is_blank(c)) && !before.is_some_and(belongs);
        before = (!is_hidden).then_some(c);
        Some((c, is_hidden))
    })
}

/// Whether a terminal or an editor obeys it: C0, DEL, C1, the marks and overrides of direction, the ends of lines.
fn is_command(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether nothing is seen of it: Unicode's `Default_Ignorable_Code_Point`, with the marks of annotations.
fn is_unseen(c: char) -> bool {
    // Most texts have none of them.
    c >= '\u{ad}'
        && matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Whether it takes room, shows nothing, and is no white space: nothing trims it, and it can stand for a whole name. The
/// blank pattern of Braille, a note without a head, the filler of Khitan, the blanks of Egyptian hieroglyphs.
fn is_blank(c: char) -> bool {
    c >= BRAILLE_BLANK
        && matches!(
            c,
            BRAILLE_BLANK | '\u{16fe4}' | '\u{1d159}' | '\u{13441}' | '\u{13442}'
        )
}

/// Whether a character that shows nothing is part of the text that stands around it.
fn belongs(before: char, c: char, after: Option<char>) -> bool {
    match c {
        JOINER if is_joined(before) => true,
        JOINER => (is_emoji(before) || before == EMOJI_STYLE) && after.is_some_and(is_emoji),
        NO_JOINER => is_joined(before),
        // These scripts put no blank between words.
        '\u{200b}' => is_unspaced(before) && after.is_some_and(is_unspaced),
        '\u{fe0e}' | EMOJI_STYLE => {
            is_emoji(before) || (matches!(before, '0'..='9' | '#' | '*') && after == Some(KEYCAP))
        }
        // Which form of a character a name is written with.
        '\u{fe00}'..='\u{fe02}' | '\u{e0100}'..='\u{e01ef}' => is_ideograph(before),
        BRAILLE_BLANK => is_braille(before) && after.is_some_and(is_braille),
        '\u{180b}'..='\u{180f}' => matches!(before, '\u{1820}'..='\u{18aa}'),
        _ => false,
    }
}

/// A pattern of Braille that has a dot.
fn is_braille(c: char) -> bool {
    matches!(c, '\u{2801}'..='\u{28ff}')
}

/// A letter or a mark of a script whose letters join: Arabic and its kin, those of India, Myanmar, Khmer, Mongolian.
fn is_joined(c: char) -> bool {
    let script = matches!(c,
        '\u{600}'..='\u{77f}' | '\u{7c0}'..='\u{dff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{18af}'
        | '\u{1b00}'..='\u{1bff}' | '\u{a840}'..='\u{a8ff}' | '\u{a980}'..='\u{a9ff}' | '\u{fb50}'..='\u{fdff}'
        | '\u{fe70}'..='\u{fefc}' | '\u{10d00}'..='\u{10d3f}' | '\u{11000}'..='\u{11fff}'
        | '\u{1e900}'..='\u{1e95f}');
    script && is_letter(c)
}

/// A letter or a mark of Thai, Lao, Myanmar or Khmer.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}') && is_letter(c)
}

fn is_letter(c: char) -> bool {
    !is_unseen(c) && (c.is_alphabetic() || is_combining_mark(c))
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// The blocks that emoji stand in; other symbols there show something, too.
fn is_emoji(c: char) -> bool {
    matches!(c,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2190}'..='\u{21ff}'
        | '\u{2300}'..='\u{23ff}' | '\u{24c2}' | '\u{25a0}'..='\u{27bf}' | '\u{2934}' | '\u{2935}'
        | '\u{2b00}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthChar;

    use super::*;

    fn hidden(text: &str) -> Vec<char> {
        let hidden = with_hidden(text).filter(|(_, is_hidden)| *is_hidden);
        hidden.map(|(c, _)| c).collect()
    }

    #[test]
    fn a_script_and_an_emoji_keep_the_characters_that_they_need() {
        for text in [
            "a family 👩‍👩‍👧, a flag 🏳️‍🌈, 👩🏽‍💻 and ❤️‍🔥, a key 1️⃣ #️⃣, ☎︎",
            // Persian: a plural, and an abbreviation that ends with a joiner.
            "می\u{200c}خواهم کتاب\u{200c}ها ه\u{200d}",
            // Hindi, Bengali, Malayalam, Sinhala.
            "क्\u{200d}ष क्\u{200c}ष র\u{200d}্য അവന്\u{200d} ශ්\u{200d}රී",
            // Khmer, with its breaks of words.
            "ភាសា\u{200b}ខ្មែរ",
            // A Japanese town, written with its own form of the character.
            "葛\u{e0100}城市",
            "ᠠ\u{180b}ᠨ",
            // Two words in Braille.
            "⠓⠊\u{2800}⠁⠝⠁",
        ] {
            assert_eq!(hidden(text), [], "{text}");
        }
    }

    #[test]
    fn elsewhere_whatever_is_not_seen_is_spelled_out() {
        for (text, many) in [
            ("S\u{200b}am L\u{200d}ee\u{200c}", 3),
            ("Sam\u{feff}\u{2060}\u{ad}\u{34f}\u{3164}\u{fff9}", 6),
            ("\u{e0001}\u{e0061}Sam\u{e007f}", 3),
            // A flag of a part of a country is made of tags, and so is a text that nobody sees.
            ("🏴\u{e0067}\u{e0062}\u{e007f}", 3),
            ("Sam\u{fe0f}\u{e0100}", 2),
            // One is enough: a row of them would be a text of its own.
            ("😀\u{fe0f}\u{fe0e}\u{fe0f}", 2),
            ("می\u{200c}\u{200c}\u{200d}خ", 2),
            ("葛\u{e0100}\u{e0101}", 1),
            // The one behind a hidden one has nothing before it.
            ("a\u{fe0f}\u{200d}😀", 2),
            ("😀\u{200d}", 1),
            ("😀\u{200d} x", 1),
            // Blanks that nothing trims: a name could be made of them.
            ("\u{2800}\u{2800}", 2),
            ("Sam\u{2800}Lee ⠓\u{2800}x ⠓\u{2800}\u{2800}⠓", 4),
            ("\u{3164}\u{115f}\u{1160}\u{ffa0}\u{34f}\u{180e}", 6),
            ("\u{16fe4}\u{1d159}\u{13441}\u{13442}", 4),
            ("\u{202e}\u{200f}\u{61c}\u{2028}\u{1b}\u{9b}\u{7f}\r", 8),
        ] {
            assert_eq!(hidden(text).len(), many, "{text:?}");
        }
    }

    #[test]
    fn no_character_without_a_width_is_left_out() {
        // Marks, parts of a Korean syllable, and signs that a script draws around or before what follows.
        let is_drawn = |c: char| {
            is_letter(c)
                || matches!(c, '\u{1160}'..='\u{11ff}' | '\u{d7b0}'..='\u{d7ff}')
                || matches!(
                    c,
                    '\u{605}' | '\u{70f}' | '\u{890}' | '\u{891}' | '\u{8e2}' | '\u{a8fa}'
                )
        };
        let missed: Vec<char> = ('\0'..=char::MAX)
            .filter(|c| c.width().unwrap_or(0) == 0 && !matches!(c, '\n' | '\t'))
            .filter(|c| !is_command(*c) && !is_unseen(*c) && !is_drawn(*c))
            .collect();
        assert_eq!(
            missed,
            [],
            "{:x?}",
            missed.iter().map(|c| *c as u32).collect::<Vec<_>>()
        );
    }
}
