//! Where findings, counts and the understanding of each line are collected.

use super::super::{Input, ReadLine, ReadOptions, Tally, Understanding};
use crate::finding::{Code, Finding};
use crate::policy::{Condition, Statement};
use std::collections::{BTreeMap, HashSet};
use std::net::IpAddr;

/// Everything that a reading says besides the rules.
pub struct Sink<'a> {
    /// The text.
    pub input: Input<'a>,
    /// What could not be taken as it stands.
    pub findings: Vec<Finding>,
    /// How many lines were understood in which way.
    pub tally: Tally,
    /// Each line, when `detail` asks for it.
    pub lines: Vec<ReadLine>,
    /// Facts that a verdict may rest on.
    pub statements: Vec<Statement>,
    /// Is `show` waiting for each line?
    pub detail: bool,
    /// The date by which time ranges are judged.
    pub date: &'a str,
    /// The addresses of host names.
    pub resolutions: &'a BTreeMap<String, Vec<IpAddr>>,
    said: HashSet<(Code, &'a str)>,
    /// What was said once, with the place of the finding.
    order: Vec<(usize, Code, &'a str)>,
    unknown: BTreeMap<&'a str, (usize, &'a str)>,
}

impl<'a> Sink<'a> {
    /// An empty one.
    pub fn new(input: Input<'a>, options: &'a ReadOptions) -> Sink<'a> {
        Sink {
            input,
            findings: Vec::new(),
            tally: Tally::default(),
            lines: Vec::new(),
            statements: Vec::new(),
            detail: options.detail,
            date: &options.date,
            resolutions: &options.resolutions,
            said: HashSet::new(),
            order: Vec::new(),
            unknown: BTreeMap::new(),
        }
    }

    /// An empty one for a share of the work, which [`Sink::absorb`] takes up again.
    pub fn apart(&self) -> Sink<'a> {
        Sink {
            findings: Vec::new(),
            tally: Tally::default(),
            lines: Vec::new(),
            statements: Vec::new(),
            said: HashSet::new(),
            order: Vec::new(),
            unknown: BTreeMap::new(),
            ..*self
        }
    }

    /// Adds what a share of the work said, as if it had been said here.
    pub fn absorb(&mut self, share: Sink<'a>) {
        let mut once = share.order.into_iter().peekable();
        for (at, finding) in share.findings.into_iter().enumerate() {
            if let Some((_, code, name)) = once.next_if(|(place, ..)| *place == at) {
                if !self.said.insert((code, name)) {
                    continue;
                }
                self.order.push((self.findings.len(), code, name));
            }
            self.findings.push(finding);
        }
        self.tally.add(share.tally);
        self.lines.extend(share.lines);
        self.statements.extend(share.statements);
        for (word, (count, line)) in share.unknown {
            self.unknown.entry(word).or_insert((0, line)).0 += count;
        }
    }

    /// Counts a line; `meaning` is asked for only when it will be shown.
    pub fn line(&mut self, line: &str, understanding: Understanding, meaning: impl FnOnce() -> String) {
        self.tally.count(understanding);
        if self.detail {
            self.lines.push(ReadLine { span: self.input.span(line), understanding, meaning: meaning() });
        }
    }

    /// Adds a finding.
    pub fn find(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Adds a finding about a name, once for each name.
    pub fn find_once(&mut self, code: Code, name: &'a str, message: String, label: &str) {
        if self.said.insert((code, name)) {
            let span = self.input.span(name);
            self.order.push((self.findings.len(), code, name));
            self.findings.push(Finding::new(code, message).at(span, label));
        }
    }

    /// Takes back all findings but the first `kept`: what they said may be said again.
    pub fn retract(&mut self, kept: usize) {
        self.findings.truncate(kept);
        while let Some((_, code, name)) = self.order.pop_if(|(at, ..)| *at >= kept) {
            self.said.remove(&(code, name));
        }
    }

    /// A condition at a part of the text.
    pub fn condition(&self, text: impl Into<String>, part: &str) -> Condition {
        Condition { text: text.into(), span: self.input.span(part) }
    }

    /// Notes a fact.
    pub fn state(&mut self, text: impl Into<String>, parts: &[&str]) {
        let spans = parts.iter().map(|p| self.input.span(p)).collect();
        self.statements.push(Statement { text: text.into(), spans });
    }

    /// Counts a command that is not known, by its first word.
    pub fn unknown_command(&mut self, word: &'a str, line: &'a str) {
        self.unknown.entry(word).or_insert((0, line)).0 += 1;
    }

    /// Makes one note for each unknown command word.
    pub fn finish_unknown_commands(&mut self) {
        for (word, (count, line)) in std::mem::take(&mut self.unknown) {
            let times = if count == 1 { "once".to_owned() } else { format!("{count} times") };
            let message = format!("the command `{word}` is not known; it was passed over {times}");
            let span = self.input.span(line);
            self.find(Finding::new(Code::UnknownCommand, message).at(span, "first met here"));
        }
    }
}
