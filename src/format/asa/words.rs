//! The words of a line. Each word is a slice of the text, so its place is known without being kept.

/// What is left of a line. Copying it is a bookmark.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    rest: &'a str,
    /// Where the next word ends: most words are looked at before they are taken.
    end: usize,
}

impl<'a> Words<'a> {
    /// All words of a line.
    pub fn new(line: &'a str) -> Words<'a> {
        Words::at(trimmed(line))
    }

    /// Of a text that begins with a word.
    fn at(rest: &'a str) -> Words<'a> {
        Words { rest, end: end_of_word(rest) }
    }

    /// The next word, which stays where it is.
    pub fn peek(&self) -> Option<&'a str> {
        self.rest.get(..self.end).filter(|word| !word.is_empty())
    }

    /// Takes the next word if it is this one.
    pub fn take_if(&mut self, word: &str) -> bool {
        let taken = self.peek() == Some(word);
        if taken {
            self.next();
        }
        taken
    }

    /// Takes the next word if it passes the test.
    pub fn take_when(&mut self, test: impl Fn(&str) -> bool) -> Option<&'a str> {
        if self.peek().is_some_and(test) { self.next() } else { None }
    }

    /// Everything that is left.
    pub fn rest(&self) -> &'a str {
        self.rest
    }

    /// Is nothing left?
    pub fn is_done(&self) -> bool {
        self.rest.is_empty()
    }
}

/// Without the white space at both ends.
pub fn trimmed(text: &str) -> &str {
    let bare = text.trim_ascii();
    match bare.as_bytes() {
        // Nearly all texts.
        [] | [b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~'] => bare,
        _ => bare.trim(),
    }
}

/// Where the first white space stands. Nearly all texts are ASCII, whose bytes tell it soonest.
fn end_of_word(text: &str) -> usize {
    let graphic = graphic_bytes(text.as_bytes());
    for (at, byte) in text.bytes().enumerate().skip(graphic) {
        if byte > b' ' && byte.is_ascii() {
            continue;
        }
        if is_space(byte) {
            return at;
        }
        if !byte.is_ascii() {
            return text.find(char::is_whitespace).unwrap_or(text.len());
        }
    }
    text.len()
}

/// How many bytes at the beginning are surely ASCII and no space. Eight are looked at in one step, because a loop over so
/// few as a word has is mostly waiting for its end. The last few of a text are not looked at.
fn graphic_bytes(bytes: &[u8]) -> usize {
    const EACH: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = EACH << 7;
    let (eights, _) = bytes.as_chunks::<8>();
    for (index, eight) in eights.iter().enumerate() {
        let eight = u64::from_le_bytes(*eight);
        // The subtraction borrows where a byte is not above the space, so the lowest bit that is set is that of the first.
        let others = (eight.wrapping_sub(EACH * 0x21) & !eight | eight) & HIGH;
        if others != 0 {
            return index * 8 + others.trailing_zeros() as usize / 8;
        }
    }
    eights.len() * 8
}

fn after_space(text: &str) -> &str {
    let rest = text.bytes().position(|b| !is_space(b)).and_then(|at| text.get(at..)).unwrap_or("");
    if rest.bytes().next().is_some_and(|b| !b.is_ascii()) { rest.trim_start() } else { rest }
}

/// White space of ASCII, as `char::is_whitespace` has it.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let (word, rest) = self.rest.split_at_checked(self.end)?;
        *self = Words::at(after_space(rest));
        if word.is_empty() { None } else { Some(word) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn long_words_end_where_short_ones_would(text in "[ a-zA-Z0-9./\\-\u{1}\u{1f}\t\r\u{7f}\u{80}\u{85}\u{a0}\u{f6}\u{2003}!~]{0,40}") {
            prop_assert!(Words::new(&text).eq(text.split_whitespace()));
            prop_assert_eq!(trimmed(&text), text.trim());
        }

        #[test]
        fn words_of_ascii_are_found_eight_bytes_at_once(text in "[a-z.0-9]{1,30}( {1,2}[a-z.0-9]{1,30}){0,4}") {
            prop_assert!(Words::new(&text).eq(text.split_whitespace()));
        }
    }

    #[test]
    fn words_are_what_white_space_of_any_kind_parts() {
        for text in ["", " a  b\tc\r", "a\u{a0}b \u{2003}c", "zw\u{f6}lf \u{e4}", "\u{a0}", "a \u{85}"] {
            assert!(Words::new(text).eq(text.split_whitespace()), "{text:?}");
            assert_eq!(trimmed(text), text.trim());
        }
    }
}
