//! The scan of the guard: as much of YAML's grammar as it takes to know a bracket from a letter.

use super::anchors::Anchors;
use super::guard::{Excess, MAX_CHAIN, MAX_EXPANDED, MAX_FLOW_DEPTH, MAX_INDENT};

/// Where the scan is among documents.
#[derive(PartialEq)]
enum Document {
    None,
    Open,
    Closed,
}

pub(super) struct Scan<'a> {
    bytes: &'a [u8],
    /// The next byte to look at.
    pub at: usize,
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
    pub refers: bool,
    /// The first tag of another program.
    pub tag: Option<(usize, usize)>,
    anchors: Anchors<'a>,
}

impl<'a> Scan<'a> {
    /// At the beginning of a text.
    pub fn new(text: &'a str) -> Scan<'a> {
        let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Scan {
            bytes: text.as_bytes(),
            at,
            line: at,
            flow: 0,
            indents: Vec::new(),
            key: None,
            chain: 0,
            document: Document::None,
            refers: false,
            tag: None,
            anchors: Anchors::default(),
        }
    }

    /// Goes through the whole text; where too much was found, it stops there.
    pub fn run(&mut self) -> Result<(), Excess> {
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
            b']' | b'}' => self.step(|scan| {
                scan.anchors.separator(scan.flow);
                scan.flow = scan.flow.saturating_sub(1);
            }),
            b',' => self.step(|scan| scan.anchors.separator(scan.flow)),
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
                Some(b'#') => self.skip_line()?,
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

    fn skip_line(&mut self) -> Result<(), Excess> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let line = rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len())).unwrap_or_default();
        let odd = memchr::memchr2_iter(0xc2, 0xe2, line).find(|at| is_odd_end(line.get(*at..).unwrap_or_default()));
        self.at += odd.unwrap_or(line.len());
        if odd.is_some() { Err(Excess::LineEnd) } else { Ok(()) }
    }

    /// `---`, `...` and directives, which stand at the beginning of a line.
    fn marker(&mut self) -> Result<bool, Excess> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if rest.starts_with(b"%") {
            self.skip_line()?;
            return Ok(true);
        }
        if !is_marker(rest) {
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

    fn enter_content(&mut self) -> Result<(), Excess> {
        if self.document == Document::Closed {
            return Err(Excess::Document);
        }
        self.document = Document::Open;
        if self.flow == 0 {
            let column = self.column();
            self.anchors.line(column);
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
        self.begin_node();
        self.step(|_| ())
    }

    fn begin_node(&mut self) {
        self.anchors.nodes += 1;
        self.may_be_key();
    }

    fn may_be_key(&mut self) {
        let column = self.column();
        self.key.get_or_insert(column);
    }

    /// An anchor, an alias or a tag.
    fn word(&mut self) -> Result<(), Excess> {
        let column = self.indents.last().copied();
        self.may_be_key();
        let start = self.at;
        self.at += 1;
        while !(is_blank(self.peek(0)) || (self.flow > 0 && is_flow(self.peek(0)))) {
            self.at += 1;
        }
        let Some([sign, name @ ..]) = self.bytes.get(start..self.at) else { return Ok(()) };
        self.refers |= *sign != b'&';
        match sign {
            b'&' => self.anchors.begin(name, self.flow, column),
            b'*' => {
                self.anchors.repeat(name);
                if self.anchors.nodes > self.bytes.len() / 2 + MAX_EXPANDED {
                    self.at = start;
                    return Err(Excess::Aliases);
                }
            }
            _ if !is_defined(name) => self.tag = self.tag.or(Some((start, self.at))),
            _ => {}
        }
        Ok(())
    }

    fn quoted(&mut self, quote: u8) -> Result<(), Excess> {
        self.begin_node();
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
        self.begin_node();
        let mut first = true;
        loop {
            match self.peek(0) {
                Some(0xc2 | 0xe2) if is_odd_end(self.bytes.get(self.at..).unwrap_or_default()) => {
                    return Err(Excess::LineEnd);
                }
                Some(_) if first => self.at += 1,
                Some(b'\n') if !self.goes_on() => return Ok(()),
                Some(b'\n') => self.newline(),
                Some(b'#') if is_blank(self.bytes.get(self.at - 1).copied()) => return Ok(()),
                Some(b':') if is_blank(self.peek(1)) || (self.flow > 0 && is_flow(self.peek(1))) => return Ok(()),
                byte if self.flow > 0 && is_flow(byte) => return Ok(()),
                None => return Ok(()),
                _ => self.at += 1,
            }
            first = false;
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
        let marker = column == 0 && is_marker(self.bytes.get(next..).unwrap_or_default());
        let inside = self.flow > 0 || self.indents.last().is_none_or(|&indent| column > indent);
        inside && !marker && self.bytes.get(next) != Some(&b'#')
    }

    fn block_scalar(&mut self) -> Result<(), Excess> {
        let header = self.at;
        self.skip_line()?;
        let header = self.bytes.get(header..self.at).unwrap_or_default();
        let explicit = header.iter().skip(1).take(2).find(|byte| byte.is_ascii_digit());
        let parent = self.indents.last().copied();
        let indent = match explicit {
            Some(digit) => parent.unwrap_or(0) + usize::from(digit - b'0'),
            None => self.first_indentation().max(parent.map_or(0, |column| column + 1)),
        };
        while self.peek(0).is_some() && self.line_is_inside(indent.max(1)) {
            self.newline();
            self.skip_line()?;
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

/// Is it a line end of Unicode (U+0085, U+2028, U+2029)? For YAML 1.1 a line ends there, for YAML 1.2 it does not. In
/// quotes it is harmless.
fn is_odd_end(rest: &[u8]) -> bool {
    matches!(rest, [0xc2, 0x85, ..] | [0xe2, 0x80, 0xa8 | 0xa9, ..])
}

/// Does a document begin or end here?
fn is_marker(rest: &[u8]) -> bool {
    (rest.starts_with(b"---") || rest.starts_with(b"...")) && is_blank(rest.get(3).copied())
}

/// Is it a tag of YAML itself, by what stands behind its first `!`?
fn is_defined(name: &[u8]) -> bool {
    const TYPES: [&[u8]; 8] = [b"str", b"int", b"float", b"bool", b"null", b"seq", b"map", b"timestamp"];
    let short = name.strip_prefix(b"!");
    let long = || name.strip_prefix(b"<tag:yaml.org,2002:").and_then(|rest| rest.strip_suffix(b">"));
    name.is_empty() || short.or_else(long).is_some_and(|word| TYPES.contains(&word))
}

fn is_blank(byte: Option<u8>) -> bool {
    matches!(byte, None | Some(b' ' | b'\t' | b'\r' | b'\n'))
}

fn is_flow(byte: Option<u8>) -> bool {
    matches!(byte, Some(b',' | b'[' | b']' | b'{' | b'}'))
}
