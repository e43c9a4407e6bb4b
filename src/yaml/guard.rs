//! A scan of the bytes, before parsing, for what would cost the parser far more than the text is long.
//!
//! The parser's time grows with the square of the depth of flow collections: 200 KB of `[` take it 20 seconds. So
//! the depth is bounded here, in one linear pass. To know a bracket from a letter the scan follows the grammar as
//! far as it must: quotes, comments, block scalars, and plain scalars that go on over several lines.

use crate::finding::{Code, Finding};
use crate::source::{SourceId, Span};

/// The longest text that is read.
pub const MAX_BYTES: usize = 64 << 20;
/// How deep `[` and `{` may be nested.
pub const MAX_FLOW_DEPTH: usize = 64;
/// How many lists or keys may begin on one line (`- - - x`).
pub const MAX_CHAIN: usize = 32;
/// The deepest indentation, in bytes.
pub const MAX_INDENT: usize = 512;
/// How many nodes aliases may add to those that are written.
pub const MAX_EXPANDED: usize = 2_000_000;

/// Checks a text against the limits, in time linear in its length.
///
/// A text that passes may still be invalid; whatever is invalid may pass. The answer is whether the text has aliases or
/// tags.
///
/// # Errors
/// A limit is exceeded, or a second document begins: one finding at that place.
pub fn guard(source: SourceId, text: &str) -> Result<bool, Finding> {
    if text.len() > MAX_BYTES {
        let start = Span { source, start: 0, end: 0 };
        let message = format!("the YAML text is longer than {} MiB", MAX_BYTES >> 20);
        return Err(Finding::new(Code::TooLarge, message).at(start, ""));
    }
    let mut scan = Scan::new(text);
    scan.run().map_err(|excess| excess.finding(Span { source, start: scan.at as u32, end: scan.at as u32 + 1 }))?;
    Ok(scan.refers)
}

/// What was found to be too much.
enum Excess {
    Flow,
    Chain,
    Indent,
    Document,
}

impl Excess {
    fn finding(self, at: Span) -> Finding {
        let (code, message) = match self {
            Excess::Flow => (Code::TooLarge, format!("brackets are nested more than {MAX_FLOW_DEPTH} deep")),
            Excess::Chain => (Code::TooLarge, format!("more than {MAX_CHAIN} lists begin on one line")),
            Excess::Indent => (Code::TooLarge, format!("the indentation is deeper than {MAX_INDENT}")),
            Excess::Document => (Code::InvalidYaml, "a second document begins; only one is read".to_owned()),
        };
        let finding = Finding::new(code, message).at(at, "here");
        if matches!(code, Code::InvalidYaml) {
            finding.help("put each document into a file of its own")
        } else {
            finding
        }
    }
}

/// Where the scan is among documents.
#[derive(PartialEq)]
enum Document {
    None,
    Open,
    Closed,
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    line: usize,
    flow: usize,
    /// The columns of the open block collections.
    indents: Vec<usize>,
    /// The column of what may turn out to be a key on this line.
    key: Option<usize>,
    /// How many collections began on this line.
    chain: usize,
    document: Document,
    /// Were aliases or tags met?
    refers: bool,
}

impl<'a> Scan<'a> {
    fn new(text: &'a str) -> Scan<'a> {
        let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let (indents, document) = (Vec::new(), Document::None);
        Scan { bytes: text.as_bytes(), at, line: at, flow: 0, indents, key: None, chain: 0, document, refers: false }
    }

    fn run(&mut self) -> Result<(), Excess> {
        loop {
            self.skip_blanks()?;
            let Some(byte) = self.peek(0) else { return Ok(()) };
            if self.column() == 0 && self.marker()? {
                continue;
            }
            self.enter_content()?;
            self.token(byte)?;
        }
    }

    fn token(&mut self, byte: u8) -> Result<(), Excess> {
        let ends_word = is_blank(self.peek(1));
        match byte {
            b'-' if ends_word => self.open_block(),
            b'?' if ends_word || self.flow > 0 => self.open_block(),
            b':' if ends_word || self.flow > 0 => self.value(),
            b'[' | b'{' => self.open_flow(),
            b']' | b'}' => self.step(|scan| scan.flow = scan.flow.saturating_sub(1)),
            b',' => self.step(|_| ()),
            b'&' | b'*' | b'!' => self.word(),
            b'|' | b'>' if self.flow == 0 => self.block_scalar(),
            b'\'' | b'"' => self.quoted(byte),
            _ => self.plain(),
        }
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn column(&self) -> usize {
        self.at - self.line
    }

    fn step(&mut self, change: impl FnOnce(&mut Self)) -> Result<(), Excess> {
        change(self);
        self.at += 1;
        Ok(())
    }

    fn newline(&mut self) {
        self.at += 1;
        (self.line, self.key, self.chain) = (self.at, None, 0);
    }

    fn skip_blanks(&mut self) -> Result<(), Excess> {
        loop {
            match self.peek(0) {
                Some(b' ') if self.at >= self.line + MAX_INDENT && self.is_indentation() => return Err(Excess::Indent),
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'\n') => self.newline(),
                Some(b'#') => self.skip_line(),
                _ => return Ok(()),
            }
        }
    }

    /// Whether only spaces stand before this place on the line, and something else behind them.
    fn is_indentation(&self) -> bool {
        let before = self.bytes.get(self.line..self.at).unwrap_or_default();
        let mut behind = self.bytes.get(self.at..).unwrap_or_default().iter();
        self.at == self.line + MAX_INDENT
            && before.iter().all(|&byte| byte == b' ')
            && !matches!(behind.find(|&&byte| byte != b' '), None | Some(b'\r' | b'\n'))
    }

    fn skip_line(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    }

    /// `---`, `...` and directives, which stand at the beginning of a line.
    fn marker(&mut self) -> Result<bool, Excess> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if rest.starts_with(b"%") {
            self.skip_line();
            return Ok(true);
        }
        if !self.at_marker() {
            return Ok(false);
        }
        if rest.starts_with(b"...") {
            if self.document == Document::Open {
                self.document = Document::Closed;
            }
        } else if self.document == Document::None {
            self.document = Document::Open;
        } else {
            return Err(Excess::Document);
        }
        self.indents.clear();
        self.flow = 0;
        self.at += 3;
        Ok(true)
    }

    fn at_marker(&self) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        (rest.starts_with(b"---") || rest.starts_with(b"...")) && is_blank(rest.get(3).copied())
    }

    fn enter_content(&mut self) -> Result<(), Excess> {
        if self.document == Document::Closed {
            return Err(Excess::Document);
        }
        self.document = Document::Open;
        if self.flow == 0 {
            let column = self.column();
            while self.indents.last().is_some_and(|&indent| indent > column) {
                self.indents.pop();
            }
        }
        Ok(())
    }

    fn indent_to(&mut self, column: usize) {
        if self.flow == 0 && self.indents.last().is_none_or(|&indent| indent < column) {
            self.indents.push(column);
        }
    }

    fn open_block(&mut self) -> Result<(), Excess> {
        self.chain += 1;
        if self.chain > MAX_CHAIN && self.flow == 0 {
            return Err(Excess::Chain);
        }
        let column = self.column();
        self.indent_to(column);
        self.key = None;
        self.step(|_| ())
    }

    fn value(&mut self) -> Result<(), Excess> {
        let column = self.key.take().unwrap_or(self.column());
        self.indent_to(column);
        self.step(|_| ())
    }

    fn open_flow(&mut self) -> Result<(), Excess> {
        self.flow += 1;
        if self.flow > MAX_FLOW_DEPTH {
            return Err(Excess::Flow);
        }
        self.may_be_key();
        self.step(|_| ())
    }

    fn may_be_key(&mut self) {
        let column = self.column();
        self.key.get_or_insert(column);
    }

    /// An anchor, an alias or a tag.
    fn word(&mut self) -> Result<(), Excess> {
        self.may_be_key();
        self.refers |= self.peek(0) != Some(b'&');
        self.at += 1;
        while !(is_blank(self.peek(0)) || (self.flow > 0 && is_flow(self.peek(0)))) {
            self.at += 1;
        }
        Ok(())
    }

    fn quoted(&mut self, quote: u8) -> Result<(), Excess> {
        self.may_be_key();
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\\' if quote == b'"' && self.peek(1) != Some(b'\n') => self.at += 2,
                b'\n' => self.newline(),
                _ if byte != quote => self.at += 1,
                b'\'' if self.peek(1) == Some(b'\'') => self.at += 2,
                _ => return self.step(|_| ()),
            }
        }
        Ok(())
    }

    fn plain(&mut self) -> Result<(), Excess> {
        self.may_be_key();
        self.at += 1;
        loop {
            match self.peek(0) {
                Some(b'\n') if !self.goes_on() => return Ok(()),
                Some(b'\n') => self.newline(),
                Some(b'#') if is_blank(self.bytes.get(self.at - 1).copied()) => return Ok(()),
                Some(b':') if is_blank(self.peek(1)) || (self.flow > 0 && is_flow(self.peek(1))) => return Ok(()),
                byte if self.flow > 0 && is_flow(byte) => return Ok(()),
                None => return Ok(()),
                _ => self.at += 1,
            }
        }
    }

    /// Whether a plain scalar goes on behind the end of this line: moves to the end of the line before the next
    /// content, and looks how far that is indented.
    fn goes_on(&mut self) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some(ahead) = rest.iter().position(|byte| !b" \t\r\n".contains(byte)) else { return false };
        let next = self.at + ahead;
        let line = self.bytes.get(..next).and_then(|before| memchr::memrchr(b'\n', before)).unwrap_or(self.at);
        self.at = line;
        let column = next - line - 1;
        let marker =
            column == 0 && Scan { at: next, indents: Vec::new(), document: Document::None, ..*self }.at_marker();
        let inside = self.flow > 0 || self.indents.last().is_none_or(|&indent| column > indent);
        inside && !marker && self.bytes.get(next) != Some(&b'#')
    }

    fn block_scalar(&mut self) -> Result<(), Excess> {
        let header = self.at;
        self.skip_line();
        let header = self.bytes.get(header..self.at).unwrap_or_default();
        let explicit = header.iter().skip(1).take(2).find(|byte| byte.is_ascii_digit());
        let parent = self.indents.last().copied();
        let indent = match explicit {
            Some(digit) => parent.unwrap_or(0) + usize::from(digit - b'0'),
            None => self.first_indentation().max(parent.map_or(0, |column| column + 1)),
        };
        while self.peek(0).is_some() && self.line_is_inside(indent.max(1)) {
            self.newline();
            self.skip_line();
        }
        Ok(())
    }

    /// How far the first line that is not blank is indented, of those behind this one.
    fn first_indentation(&self) -> usize {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some(content) = rest.iter().position(|byte| !b" \r\n".contains(byte)) else { return 0 };
        let before = rest.get(..content).unwrap_or_default();
        before.iter().rev().take_while(|&&byte| byte == b' ').count()
    }

    /// Whether the next line belongs to a block scalar with that indentation.
    fn line_is_inside(&self, indent: usize) -> bool {
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        let spaces = rest.iter().take(indent).take_while(|&&byte| byte == b' ').count();
        spaces == indent || matches!(rest.get(spaces), Some(b'\r' | b'\n') | None)
    }
}

fn is_blank(byte: Option<u8>) -> bool {
    matches!(byte, None | Some(b' ' | b'\t' | b'\r' | b'\n'))
}

fn is_flow(byte: Option<u8>) -> bool {
    matches!(byte, Some(b',' | b'[' | b']' | b'{' | b'}'))
}
