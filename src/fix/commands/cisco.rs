//! Configuration commands for an ASA or a router: entries with their place in the list, and lines of a mode below the
//! line that opens the mode.

use super::{Changed, changes};
use crate::fix::ios::List;

/// The distance of entries after their numbers were given anew.
const STEP: usize = 1000;

pub(super) fn commands(old: &[&str], new: &[&str], ios: bool) -> Vec<String> {
    let mut typing = Typing { old, new, ios, mode: None, out: Vec::new() };
    changes(old, new).iter().for_each(|change| typing.change(change));
    typing.leave();
    typing.out
}

struct Typing<'t> {
    old: &'t [&'t str],
    new: &'t [&'t str],
    ios: bool,
    /// The line that opened the mode that is typed in.
    mode: Option<String>,
    out: Vec<String>,
}

impl Typing<'_> {
    fn change(&mut self, change: &Changed<'_>) {
        match change {
            Changed::Removed { at, line } => self.line(self.old, *at, &negated(line)),
            Changed::Added { at, line } => self.line(self.new, *at, line),
            // What was `inactive` has effect again when it is entered without that word.
            Changed::Replaced { at, line, .. } if line.starts_with("access-list ") => self.line(self.new, *at, line),
            Changed::Replaced { old, at, line } if self.ios && number_of(old).is_some() => {
                if let (Some(number), Some(list)) = (number_of(old), list_at(self.new, *at)) {
                    self.enter(&list.head);
                    self.out.push(format!(" no {number}"));
                    self.out.push((*line).to_owned());
                }
            }
            Changed::Replaced { old, at, line } => {
                self.line(self.new, *at, &negated(old));
                self.line(self.new, *at, line);
            }
        }
    }

    fn line(&mut self, text: &[&str], at: usize, line: &str) {
        let list = if self.ios { list_at(text, at) } else { None };
        if let Some(list) = list {
            return self.entry(text, at, line, &list);
        }
        if line.starts_with(' ') {
            for head in heads(text, at, line) {
                self.enter(&head);
            }
            self.out.push(line.to_owned());
            return;
        }
        self.leave();
        match line.strip_prefix("access-list ").and_then(|rest| rest.split_once(' ')) {
            Some((name, rest)) if !self.ios => {
                let above = text.get(..at).unwrap_or_default();
                let of_list = above.iter().filter(|l| is_entry_of(l, name)).count();
                self.out.push(format!("access-list {name} line {} {rest}", of_list + 1));
            }
            _ => {
                self.out.push(line.to_owned());
                self.mode = opens(text, at).then(|| line.to_owned());
            }
        }
    }

    /// An entry of a list of IOS, by a number between those of its neighbours.
    fn entry(&mut self, text: &[&str], at: usize, line: &str, list: &Named) {
        let entry = line.trim_start();
        let entry = entry.strip_prefix(&format!("access-list {} ", list.name)).unwrap_or(entry);
        let shown = entry.starts_with(|c: char| c.is_ascii_digit()) || entry.contains(" sequence ");
        let mut number = None;
        if !shown {
            self.renumber(text, list);
            number = self.number(text, at, list);
        }
        self.enter(&list.head);
        self.out.push(match number {
            None => format!(" {entry}"),
            Some(number) if list.six => format!(" {entry} sequence {number}"),
            Some(number) => format!(" {number} {entry}"),
        });
    }

    /// Gives the entries of a list numbers that are known, once.
    fn renumber(&mut self, text: &[&str], list: &Named) {
        let command = format!("ip access-list resequence {} {STEP} {STEP}", list.name);
        if list.six || self.out.contains(&command) {
            return;
        }
        self.leave();
        if text.iter().enumerate().any(|(at, l)| l.contains("remark") && list_at(text, at).as_ref() == Some(list)) {
            self.out
                .push(format!("! some releases number remarks, too: compare with `show access-lists {}`", list.name));
        }
        self.out.push(command);
    }

    /// The number between the old entries above and below. An IPv6 list counts by tens, and cannot be renumbered.
    fn number(&self, text: &[&str], at: usize, list: &Named) -> Option<usize> {
        let is_old = |line: &str| self.old.contains(&line);
        let mut above = 0;
        let mut new_above = 0;
        for (index, line) in text.iter().enumerate().take(at) {
            if !is_entry(line) || list_at(text, index).as_ref() != Some(list) {
                continue;
            }
            if is_old(line) { (above, new_above) = (above + 1, 0) } else { new_above += 1 }
        }
        let step = if list.six { 10 } else { STEP };
        (new_above + 1 < step).then_some(above * step + new_above + 1)
    }

    fn enter(&mut self, head: &str) {
        if self.mode.as_deref() == Some(head) {
            return;
        }
        if !head.starts_with(' ') {
            self.leave();
        }
        self.out.push(head.to_owned());
        self.mode = Some(head.to_owned());
    }

    fn leave(&mut self) {
        if self.mode.take().is_some() {
            self.out.push("exit".to_owned());
        }
    }
}

/// A list of IOS by its name.
#[derive(PartialEq, Eq)]
struct Named {
    name: String,
    head: String,
    six: bool,
}

/// The list whose entry stands at a line.
fn list_at(text: &[&str], at: usize) -> Option<Named> {
    let line = text.get(at)?;
    let mut words = line.split_ascii_whitespace();
    if let (Some("access-list"), Some(name)) = (words.next(), words.next()) {
        return Some(Named { name: name.to_owned(), head: format!("ip access-list extended {name}"), six: false });
    }
    if !is_entry(line) && !line.contains("remark") {
        return None;
    }
    let head = text.get(..at)?.iter().rev().find(|l| !is_entry(l) && !l.contains("remark") && !l.starts_with('!'))?;
    let (name, six) = List::opened(head)?;
    Some(Named { name: name.to_owned(), head: head.trim().to_owned(), six })
}

fn is_entry(line: &str) -> bool {
    let mut words = line.split_ascii_whitespace().peekable();
    if words.next_if(|w| *w == "access-list").is_some() {
        words.next();
    }
    words.next_if(|w| *w == "sequence");
    words.next_if(|w| w.parse::<u64>().is_ok());
    words.next().is_some_and(|w| matches!(w, "permit" | "deny" | "evaluate" | "dynamic"))
}

fn is_entry_of(line: &str, name: &str) -> bool {
    line.strip_prefix("access-list ").and_then(|rest| rest.split_ascii_whitespace().next()) == Some(name)
}

/// The lines that open the modes around a line, outermost first.
fn heads(text: &[&str], at: usize, line: &str) -> Vec<String> {
    let indent = |l: &str| l.len() - l.trim_start_matches(' ').len();
    let mut wanted = indent(line);
    let mut all = Vec::new();
    for above in text.get(..at).unwrap_or_default().iter().rev().filter(|l| !l.is_empty()) {
        if indent(above) < wanted {
            wanted = indent(above);
            all.push((*above).to_owned());
        }
        if wanted == 0 {
            break;
        }
    }
    all.reverse();
    all
}

/// Does a line open a mode, so that indented lines follow?
fn opens(text: &[&str], at: usize) -> bool {
    text.get(at + 1).is_some_and(|next| next.starts_with(' '))
}

/// The number that an entry shows in front.
fn number_of(line: &str) -> Option<&str> {
    let first = line.trim_start().split(' ').next()?;
    (is_entry(line) && first.parse::<u64>().is_ok()).then_some(first)
}

fn negated(line: &str) -> String {
    let indent: String = line.chars().take_while(|c| *c == ' ').collect();
    format!("{indent}no {}", line.trim_start())
}
