//! One line as words: quotes, escapes and `--option=value`.

use nom::branch::alt;
use nom::bytes::complete::{take, take_while1};
use nom::character::complete::char;
use nom::combinator::recognize;
use nom::multi::{many0_count, many1_count};
use nom::sequence::{delimited, preceded};
use nom::{IResult, Parser};

/// A word of a line, borrowed from the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::format) struct Token<'a> {
    /// As it is written, with its quotes.
    pub raw: &'a str,
    /// Without the quotes around it, and an option in full; escapes stay as they are, since no value that counts needs
    /// them.
    pub text: &'a str,
}

impl Token<'_> {
    /// Is it written in quotes? Such a word is never an option.
    pub(in crate::format) fn quoted(&self) -> bool {
        self.raw.starts_with('"')
    }

    /// Is it this word, outside quotes?
    pub(in crate::format) fn is(&self, word: &str) -> bool {
        self.text == word && !self.quoted()
    }
}

/// Splits a line into `out`, which is emptied first. The error is the part that has no closing quote.
pub(in crate::format) fn tokenise<'a>(line: &'a str, out: &mut Vec<Token<'a>>) -> Result<(), &'a str> {
    out.clear();
    if memchr::memchr(b'"', line.as_bytes()).is_none() {
        // Most lines have no quotes, and splitting them is most of the work of reading a large dump.
        line.split_ascii_whitespace().for_each(|raw| push(raw, out));
        return Ok(());
    }
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let (after, raw) = word(rest).map_err(|_| rest)?;
        push(raw, out);
        rest = after.trim_start();
    }
    Ok(())
}

fn push<'a>(raw: &'a str, out: &mut Vec<Token<'a>>) {
    let inner = raw.strip_prefix('"').and_then(|r| r.strip_suffix('"'));
    if let Some(text) = inner {
        out.push(Token { raw, text });
        return;
    }
    let long_option = raw.as_bytes().starts_with(b"--");
    match if long_option { raw.split_once('=') } else { None } {
        Some((option, value)) => {
            out.push(Token { raw: option, text: option });
            push(value, out);
        }
        None => out.push(Token { raw, text: raw }),
    }
}

fn word(input: &str) -> IResult<&str, &str> {
    recognize(many1_count(alt((plain, quoted)))).parse(input).and_then(|(rest, word)| {
        // A quote that does not close ends the word early; it is not the beginning of the next one.
        if rest.starts_with('"') { quoted(rest) } else { Ok((rest, word)) }
    })
}

fn plain(input: &str) -> IResult<&str, &str> {
    take_while1(|c: char| !c.is_ascii_whitespace() && c != '"').parse(input)
}

fn quoted(input: &str) -> IResult<&str, &str> {
    let escaped = preceded(char('\\'), take(1usize));
    let text = take_while1(|c: char| c != '"' && c != '\\');
    recognize(delimited(char('"'), many0_count(alt((text, escaped))), char('"'))).parse(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<&str> {
        let mut out = Vec::new();
        tokenise(line, &mut out).unwrap();
        out.iter().map(|t| t.text).collect()
    }

    #[test]
    fn quotes_hold_words_together_and_escapes_do_not_end_them() {
        assert_eq!(
            words("-A X\t--comment \"a \\\" -j DROP\" -j Y"),
            ["-A", "X", "--comment", "a \\\" -j DROP", "-j", "Y"]
        );
        assert_eq!(words("--comment \"\" --dport=53 --x=\"a b\""), ["--comment", "", "--dport", "53", "--x", "a b"]);
    }

    #[test]
    fn a_quote_that_does_not_close_is_an_error() {
        let mut out = Vec::new();
        assert_eq!(tokenise("-j LOG --log-prefix \"a b", &mut out), Err("\"a b"));
        assert_eq!(tokenise("a\"b", &mut out), Err("a\"b"));
    }
}
