//! Numbers and ports, as they are written: no octal, no hexadecimal, no sign.

use super::reader::{Read, Reader};
use crate::finding::Finding;
use crate::space::IntervalSet;
use crate::yaml::{Node, Scalar};

/// A decimal number without leading zeros, at most `max`.
///
/// Leading zeros are refused because readers of YAML differ in whether they mean octal.
pub(in crate::format) fn number(text: &str, max: u32) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = digits && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|number| plain && *number <= max)
}

impl Reader<'_> {
    /// One port or range, or a list of them; `None` is any.
    pub(in crate::format) fn ports(&mut self, node: &Node, what: &str) -> Read<Option<IntervalSet>> {
        if node.as_scalar().is_some_and(|scalar| self.is_any(scalar)) {
            return Ok(None);
        }
        if node.one_or_many().is_empty() {
            return self.fail(node.expected(what, "at least one port"));
        }
        let mut ranges = Vec::new();
        for item in node.one_or_many() {
            match item.expect_scalar(what) {
                Ok(scalar) if self.lenient => ranges.extend(self.split(scalar).iter().map(range)),
                Ok(scalar) => ranges.push(range(scalar)),
                Err(finding) => ranges.push(Err(finding)),
            }
        }
        self.all(ranges).map(|ranges| Some(IntervalSet::from_ranges(ranges)))
    }
}

/// `443` or `1024-65535`.
pub(in crate::format) fn range(scalar: &Scalar) -> Result<(u128, u128), Finding> {
    let port = |text: &str| number(text.trim(), 0xffff);
    let (low, high) = scalar.text.split_once('-').unwrap_or((&scalar.text, &scalar.text));
    match (port(low), port(high)) {
        (Some(low), Some(high)) if low <= high => Ok((low.into(), high.into())),
        _ => Err(scalar.invalid("a port from 0 to 65535 or a range such as 1024-65535")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_plain_decimals() {
        assert_eq!(number("0", 9), Some(0));
        assert_eq!(number("65535", 0xffff), Some(65535));
        for text in ["", "010", "00", "+1", "-1", "0x50", "1.0", "1e3", "70000", "99999999999", "no", "٣"] {
            assert_eq!(number(text, 0xffff), None, "{text}");
        }
    }
}
