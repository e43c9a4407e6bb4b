//! A mended text as the bytes of its file: encoding, byte order mark and line ends stay as they were.

use crate::cli::inputs::decoded;
use similar::{Algorithm, DiffOp, capture_diff_slices};

const UTF_8_ONLY: &str = "a line that changes holds bytes that are not UTF-8";
const CHANGED: &str = "it has changed since it was read";

/// The new content of a file that held these bytes, whose text was `old`.
///
/// # Errors
///
/// Why the new text cannot be written: the file is another one by now, or a changed line is no text.
pub(super) fn encoded(bytes: &[u8], old: &str, new: &str) -> Result<Vec<u8>, &'static str> {
    if bytes == old.as_bytes() {
        return Ok(new.as_bytes().to_vec());
    }
    if decoded(bytes.to_vec()).0 != old {
        return Err(CHANGED);
    }
    match bytes {
        [0xff, 0xfe, ..] => Ok(utf16(&[0xff, 0xfe], new, u16::to_le_bytes)),
        [0xfe, 0xff, ..] => Ok(utf16(&[0xfe, 0xff], new, u16::to_be_bytes)),
        _ => spliced(bytes, old, new),
    }
}

fn utf16(mark: &[u8], text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    mark.iter().copied().chain(text.encode_utf16().flat_map(bytes)).collect()
}

/// Lines that stay keep their bytes, of whatever encoding they are.
fn spliced(bytes: &[u8], old: &str, new: &str) -> Result<Vec<u8>, &'static str> {
    let raw: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').collect();
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let mut out = Vec::with_capacity(bytes.len() + 256);
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        if let DiffOp::Equal { .. } = op {
            raw.get(op.old_range()).unwrap_or_default().iter().for_each(|line| out.extend_from_slice(line));
            continue;
        }
        let lines = new.get(op.new_range()).unwrap_or_default();
        if lines.iter().any(|line| line.contains('\u{fffd}')) {
            return Err(UTF_8_ONLY);
        }
        lines.iter().for_each(|line| out.extend_from_slice(line.as_bytes()));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_encoding() {
        assert_eq!(encoded(b"a\r\nb", "a\r\nb", "a\r\nx\r\nb").unwrap(), b"a\r\nx\r\nb");
        assert_eq!(encoded(b"\xef\xbb\xbfa\n", "\u{feff}a\n", "\u{feff}a\nb\n").unwrap(), b"\xef\xbb\xbfa\nb\n");
        assert_eq!(encoded(b"\xff\xfea\0\n\0", "a\n", "a\nb").unwrap(), b"\xff\xfea\0\n\0b\0");
        assert_eq!(encoded(b"\xfe\xff\0a", "a", "b").unwrap(), b"\xfe\xff\0b");
    }

    #[test]
    fn bytes_that_are_no_text_stay_where_their_lines_stay() {
        let (bytes, old) = (b"! B\xfcro\na\nb\n", "! B\u{fffd}ro\na\nb\n");
        assert_eq!(encoded(bytes, old, "! B\u{fffd}ro\na\nx\nb\n").unwrap(), b"! B\xfcro\na\nx\nb\n");
        assert_eq!(encoded(bytes, old, "! no B\u{fffd}ro\na\nb\n"), Err(UTF_8_ONLY));
        assert_eq!(encoded(b"other", old, old), Err(CHANGED));
    }
}
