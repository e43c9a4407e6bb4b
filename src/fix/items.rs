//! Lists of a YAML text, found in its tree, and new items in the manner of those that are there.

mod closing;

pub(super) use closing::closing;

use super::lines::{Line, line_holding, lines};
use super::yaml::end_of;
use super::{Edit, Proposal};
use crate::policy::RuleRef;
use crate::source::{Sources, Span};
use crate::yaml::{Node, read_beside_tags};
use std::ops::Range;

/// The tree of a text, by whose spans places are found.
pub(super) fn tree(text: &str) -> Option<Node<'_>> {
    read_beside_tags(Sources::new().add("", ""), text).ok()
}

/// The list with an item that holds this byte, and which of its items that is.
pub(super) fn list_around<'n, 't>(node: &'n Node<'t>, at: usize) -> Option<(&'n [Node<'t>], usize)> {
    match node {
        Node::Null(_) | Node::Scalar(_) => None,
        Node::Mapping(map) => map.entries.iter().find_map(|(_, value)| list_around(value, at)),
        Node::Sequence(items, _) => {
            let holds = |item: &Node<'_>| (item.span().start as usize..item.span().end as usize).contains(&at);
            let index = items.iter().position(holds)?;
            list_around(items.get(index)?, at).or(Some((items, index)))
        }
    }
}

/// Where new items go: by the number of an item that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Above(usize),
    Below(usize),
}

/// How the mappings of a list are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Each key on a line of its own.
    Block,
    /// In braces.
    Braces,
    /// In braces, with quoted keys.
    Json,
}

/// What of a manner new mappings follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// All of it.
    AsThere,
    /// Each mapping is one line, so that a line is a rule, and a change can be told line by line.
    OneLine,
}

/// A list of a text.
pub(super) struct List<'l> {
    text: &'l str,
    items: &'l [Node<'l>],
    /// The first lines of the items, where each stands behind its `- ` on a line of its own.
    rows: Option<Vec<Line<'l>>>,
}

impl<'l> List<'l> {
    /// The list of these items, which are some of the text; nothing where there is none, so that nothing shows how one
    /// is written.
    pub fn of(text: &'l str, items: &'l [Node<'l>]) -> Option<List<'l>> {
        (!items.is_empty()).then(|| List { text, items, rows: rows(text, items) })
    }

    /// The number of the last item.
    pub fn last(&self) -> usize {
        self.items.len() - 1
    }

    /// How a mapping beside one of the items is written.
    pub fn style(&self, like: usize, shape: Shape) -> Style {
        let head = self.items.get(like).map_or(0, |item| item.head().start as usize);
        let before = self.text.get(..head).unwrap_or("");
        match (before.ends_with('"'), shape) {
            (true, _) => Style::Json,
            (false, Shape::OneLine) => Style::Braces,
            (false, Shape::AsThere) if before.trim_end().ends_with('{') => Style::Braces,
            (false, Shape::AsThere) => Style::Block,
        }
    }

    /// The quotes of a text among the items: both signs, or none. In brackets there are some, as commas would end a
    /// text without.
    pub fn quote(&self, like: usize) -> &'static str {
        let own = self.items.get(like).and_then(|item| quotes(self.text, item));
        own.unwrap_or(if self.rows.is_some() { "" } else { "'" })
    }

    /// New items at a slot; `end` says what ends there if it is below the last item.
    pub fn with(&self, slot: Slot, new: &[String], end: &str) -> Option<Proposal> {
        match &self.rows {
            Some(rows) => self.in_rows(rows, slot, new, end),
            None => self.in_brackets(slot, new),
        }
    }

    fn in_rows(&self, rows: &[Line<'l>], slot: Slot, new: &[String], end: &str) -> Option<Proposal> {
        let blanks = " ".repeat(rows.first()?.indent());
        let row = |item: &String| format!("{blanks}- {}", item.replace('\n', &format!("\n{blanks}  ")));
        let new = new.iter().map(row).collect();
        Some(match slot {
            Slot::Above(index) => {
                let row = rows.get(index)?;
                Proposal::adding(new, row.start, format!("insert above line {}", row.number))
            }
            Slot::Below(index) => {
                let last = end_of(self.text, rows.get(..=index)?)?;
                Proposal::adding(new, last.next, format!("append after line {}, {end}", last.number))
            }
        })
    }

    /// Behind or before an item, on a line of its own where that begins one. A sign is taken out and put back, as an edit
    /// that only adds makes whole lines.
    fn in_brackets(&self, slot: Slot, new: &[String]) -> Option<Proposal> {
        let (Slot::Above(index) | Slot::Below(index)) = slot;
        let item = extent(self.text, self.items.get(index)?)?;
        let line = line_holding(self.text, item.start)?;
        let before = self.text.get(line.start..item.start)?;
        let glue = if before.trim().is_empty() { format!(",\n{before}") } else { ", ".to_owned() };
        let list = new.join(&glue);
        let (at, kept) = match slot {
            Slot::Above(_) => (item.start, self.text.get(item.start..)?.chars().next()?),
            Slot::Below(_) => {
                let (at, sign) = self.text.get(item.clone())?.char_indices().next_back()?;
                (item.start + at, sign)
            }
        };
        let insert = match slot {
            Slot::Above(_) => format!("{list}{glue}{kept}"),
            Slot::Below(_) => format!("{kept}{glue}{list}"),
        };
        let named = self.text.get(item.clone())?.trim_matches(['"', '\'']);
        let place = match (slot, before.trim().is_empty()) {
            (Slot::Above(_), true) => format!("insert above line {}", line.number),
            (Slot::Below(_), true) => format!("append after line {}", line.number + named.matches('\n').count()),
            (Slot::Above(_), false) => format!("insert in line {}, in front of `{named}`", line.number),
            (Slot::Below(_), false) => format!("append in line {}, behind `{named}`", line.number),
        };
        let edits = vec![Edit { at, remove: kept.len_utf8(), insert }];
        Some(Proposal { text: list, place, edits, asleep: Vec::new(), remark: None })
    }
}

/// The first lines of the items; nothing where they are not written line by line, each behind its `- `.
fn rows<'t>(text: &'t str, items: &[Node<'_>]) -> Option<Vec<Line<'t>>> {
    let all: Vec<Line<'t>> = lines(text).collect();
    let line = |item: &Node<'_>| {
        let head = item.head().start as usize;
        let line = all.get(all.partition_point(|line| line.next <= head)).copied()?;
        let between = text.get(line.start + line.indent()..head)?.strip_prefix('-')?.trim();
        let opens = matches!(between, "" | "'" | "\"" | "{" | "[" | "{\"" | "{'");
        (opens || between.starts_with('&')).then_some(line)
    };
    let found = items.iter().map(line).collect::<Option<Vec<_>>>()?;
    let indent = found.first()?.indent();
    found.iter().all(|line| line.indent() == indent).then_some(found)
}

/// The quotes around a text; nothing for what is no text.
fn quotes(text: &str, item: &Node<'_>) -> Option<&'static str> {
    let span = item.as_scalar()?.span;
    let before = text.get(..span.start as usize)?;
    let behind = text.get(span.end as usize..)?;
    ["'", "\""].into_iter().find(|sign| before.ends_with(sign) && behind.starts_with(sign))
}

/// All bytes of an item in brackets, with its own quotes or braces.
fn extent(text: &str, item: &Node<'_>) -> Option<Range<usize>> {
    let span = item.span();
    match item {
        Node::Scalar(_) => {
            let sign = quotes(text, item).map_or(0, str::len);
            Some(span.start as usize - sign..span.end as usize + sign)
        }
        Node::Mapping(map) => {
            let before = text.get(..map.head().start as usize)?.trim_end_matches(['"', '\'']).trim_end();
            let start = before.strip_suffix('{')?.len();
            Some(start..closing(text, start)? + 1)
        }
        Node::Null(_) | Node::Sequence(..) => None,
    }
}

/// A value of a new mapping.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// A word, or several with blanks between them.
    Word(String),
    /// A text that is quoted, so that it is no number.
    Text(String),
    /// Several words.
    List(Vec<String>),
    /// A mapping.
    Keys(Keys),
}

/// The keys of a new mapping with their values.
pub(super) type Keys = Vec<(&'static str, Value)>;

/// New mappings above the guilty item, or below the last where the end decides: each on one line, in a list that is not
/// written in rows.
pub(super) fn beside(
    text: &str,
    items: &[Node<'_>],
    (at, rule): (Span, Option<RuleRef>),
    new: &[Keys],
) -> Option<Proposal> {
    let list = List::of(text, items)?;
    let slot = match rule.is_none_or(RuleRef::is_end) {
        true => Slot::Below(list.last()),
        false => Slot::Above(items.iter().rposition(|item| item.head().start <= at.start)?),
    };
    let (Slot::Above(like) | Slot::Below(like)) = slot;
    let style = list.style(like, Shape::OneLine);
    let new: Vec<String> = new.iter().map(|keys| written(keys, style)).collect();
    list.with(slot, &new, "at the end of the rules")
}

/// A mapping in braces with blanks inside, as an item of a list in rows.
pub(super) fn row(indent: usize, keys: &Keys) -> String {
    format!("{}- {{ {} }}", " ".repeat(indent), entries(keys, Style::Braces).join(", "))
}

/// A mapping in a style; the first line is what stands behind `- `.
pub(super) fn written(keys: &Keys, style: Style) -> String {
    let entries = entries(keys, style);
    match style {
        Style::Block => entries.join("\n"),
        Style::Braces | Style::Json => format!("{{{}}}", entries.join(", ")),
    }
}

fn entries(keys: &Keys, style: Style) -> Vec<String> {
    let entry = |(key, value): &(&str, Value)| match style {
        Style::Json => format!("\"{key}\": {}", inline(value, style)),
        _ => format!("{key}: {}", inline(value, style)),
    };
    keys.iter().map(entry).collect()
}

fn inline(value: &Value, style: Style) -> String {
    let bare = |word: &str| match style {
        Style::Json => word.parse::<u32>().is_ok() || matches!(word, "true" | "false"),
        // A colon begins a value in braces, for some readers anywhere.
        Style::Braces => !word.contains([':', ',', '{', '}', '[', ']']),
        Style::Block => !word.starts_with(':'),
    };
    match value {
        Value::Word(word) if bare(word) => word.clone(),
        Value::Word(text) | Value::Text(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
        Value::List(words) => {
            let style = if style == Style::Block { Style::Braces } else { style };
            let words: Vec<String> = words.iter().map(|word| inline(&Value::Word(word.clone()), style)).collect();
            format!("[{}]", words.join(", "))
        }
        Value::Keys(keys) => written(keys, if style == Style::Block { Style::Braces } else { style }),
    }
}
