//! The end of what braces hold.

/// The byte of the brace or bracket that closes the one at a byte of a YAML text.
pub(in crate::fix) fn closing(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0usize;
    let mut rest = text.get(open..)?.char_indices().peekable();
    // Quotes begin a text, and `#` a comment, only where a word could begin.
    let mut between_words = true;
    while let Some((at, sign)) = rest.next() {
        match sign {
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.checked_sub(1)?,
            '"' | '\'' if between_words => {
                while let Some((_, inside)) = rest.next_if(|(_, inside)| *inside != sign) {
                    if inside == '\\' && sign == '"' {
                        rest.next();
                    }
                }
                rest.next();
            }
            '#' if between_words => while rest.next_if(|(_, inside)| *inside != '\n').is_some() {},
            _ => {}
        }
        if depth == 0 {
            return Some(open + at);
        }
        between_words = sign.is_whitespace() || matches!(sign, '{' | '[' | ',' | ':' | '\'');
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_comments_hide_braces() {
        for text in ["{}", "{a: [b, {c: d}]}", "{a: '}', \"b\\\"}\": c}", "{a: it's, # }\n b: 'it''s }'}"] {
            assert_eq!(closing(text, 0), Some(text.len() - 1), "{text}");
            assert_eq!(closing(&format!("[{text}]"), 1), Some(text.len()), "{text}");
        }
        for text in ["{a: b", "{a: '}", "a", "{a: # }"] {
            assert!(!text.starts_with('{') || closing(text, 0).is_none(), "{text}");
        }
    }
}
