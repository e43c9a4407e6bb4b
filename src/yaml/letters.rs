//! The letters of plain scalars that a parser gives as values.

/// The plain scalars that mean nothing.
pub(super) const NOTHING: [&str; 4] = ["~", "null", "Null", "NULL"];

/// The word of the next plain scalar, when `cursor` is the end of the scalar before it (or the beginning of the text):
/// only structure, comments and anchors stand between the two.
pub(super) fn next(text: &str, cursor: usize) -> Option<&str> {
    let start = skip_structure(text.as_bytes(), behind_quote(text, cursor))?;
    let rest = text.get(start..)?;
    let end = rest.bytes().enumerate().position(|(at, byte)| match byte {
        b':' => rest.as_bytes().get(at + 1).is_none_or(|next| is_blank(*next) || is_flow(*next)),
        byte => is_blank(byte) || is_flow(byte),
    });
    rest.get(..end.unwrap_or(rest.len()))
}

/// The place behind the next `:`, `-` or `?` on this line or, for items of lists, on a following one.
pub(super) fn behind_indicator(text: &str, cursor: usize) -> usize {
    let start = behind_quote(text, cursor);
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let blanks = rest.iter().take_while(|byte| is_blank(**byte)).count();
    match rest.get(blanks) {
        Some(b':' | b'-' | b'?') => start + blanks + 1,
        _ => start,
    }
}

/// The span of a quoted scalar ends before its quote.
fn behind_quote(text: &str, cursor: usize) -> usize {
    cursor + usize::from(matches!(text.as_bytes().get(cursor), Some(b'"' | b'\'')))
}

fn skip_structure(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let rest = bytes.get(at..)?;
        let new_line = matches!(bytes.get(..at), Some([] | [.., b'\n'] | [0xef, 0xbb, 0xbf]));
        let after_blank = new_line || bytes.get(at - 1).is_some_and(|byte| is_blank(*byte));
        match rest.first()? {
            byte if is_blank(*byte) || is_flow(*byte) || *byte == b':' => at += 1,
            b'-' | b'?' if rest.get(1).is_none_or(|next| is_blank(*next)) => at += 1,
            b'#' if after_blank => at += line_end(rest),
            b'%' if new_line => at += line_end(rest),
            b'-' if new_line && rest.starts_with(b"---") => at += 3,
            b'&' => at += rest.iter().take_while(|byte| !is_blank(**byte) && !is_flow(**byte)).count(),
            0xef if at == 0 && rest.starts_with("\u{feff}".as_bytes()) => at += 3,
            _ => return Some(at),
        }
    }
}

fn line_end(rest: &[u8]) -> usize {
    memchr::memchr(b'\n', rest).unwrap_or(rest.len())
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn is_flow(byte: u8) -> bool {
    matches!(byte, b',' | b'[' | b']' | b'{' | b'}')
}

/// The value of an integer as YAML writes them: decimal, `0x`, `0o` or `0b`, with a sign.
pub(super) fn integer(word: &str) -> Option<i128> {
    let (negative, digits) = match word.strip_prefix(['-', '+']) {
        Some(digits) => (word.starts_with('-'), digits),
        None => (false, word),
    };
    let radix = |prefix: &str, radix| digits.strip_prefix(prefix).map(|rest| (rest, radix));
    let (digits, radix) = radix("0x", 16).or(radix("0o", 8)).or(radix("0b", 2)).unwrap_or((digits, 10));
    let value = i128::from_str_radix(digits, radix).ok().filter(|_| !digits.starts_with(['-', '+']))?;
    Some(if negative { -value } else { value })
}

/// The value of a number with a point or an exponent.
pub(super) fn float(word: &str) -> Option<f64> {
    let plain = word.strip_prefix(['-', '+']).unwrap_or(word);
    let value = match plain {
        ".inf" | ".Inf" | ".INF" => f64::INFINITY,
        ".nan" | ".NaN" | ".NAN" => f64::NAN.copysign(1.0),
        _ => plain.parse().ok()?,
    };
    Some(if word.starts_with('-') { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_word_stands_behind_structure_comments_and_anchors() {
        for (text, word) in [
            ("53", "53"),
            ("\": 53,", "53"),
            (": # 54\n  - &a 0x35 # 55", "0x35"),
            ("]}, {-5: x", "-5"),
            ("---\n- - 1.5]", "1.5"),
            ("%YAML 1.1\n--- true", "true"),
            (": 1:2", "1:2"),
        ] {
            assert_eq!(next(text, 0), Some(word), "{text}");
        }
        assert_eq!(next(" # end", 0), None);
    }

    #[test]
    fn values_are_those_of_the_letters() {
        for (word, value) in
            [("0x50", 80), ("-0b11", -3), ("+7", 7), ("0o17", 15), ("99999999999999999999", 99999999999999999999)]
        {
            assert_eq!(integer(word), Some(value), "{word}");
        }
        assert!(["", "0x", "--5", "0x-5", "1_000", "1.0"].into_iter().all(|word| integer(word).is_none()));
        assert_eq!(float("-1e3"), Some(-1000.0));
        assert_eq!(float("-.inf"), Some(f64::NEG_INFINITY));
    }
}
