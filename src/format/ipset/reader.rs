//! Lines of `ipset save` and scripts of `ipset restore`, in order; a listing inside is handed to `listing`.

use super::element;
use super::kind::{self, Kind, Part};
use super::listing::{Listing, is_opened_by};
use super::options::{self, Options};
use super::store::{Change, Effect, Set, Sets};
use crate::finding::{Code, Finding};
use crate::format::iptables::context::Bad;
use crate::format::iptables::token::{Token, tokenise};
use crate::format::{Input, MAX_RULES};
use crate::source::Span;

/// The longest name of a set (`IPSET_MAXNAMELEN` less one).
const MAX_NAME: usize = 31;
/// Findings about lines of one file; more are counted.
const MAX_FINDINGS: usize = 50;

/// What a line of a script does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Command {
    Create,
    Add,
    Delete,
    Flush,
    Destroy,
    Rename,
    Swap,
    /// Changes no set.
    Other,
}

/// The command of a word, in all the spellings that ipset takes.
pub(super) fn command(word: &str) -> Option<Command> {
    Some(match word {
        "create" | "n" | "-N" | "--create" => Command::Create,
        "add" | "a" | "-A" | "--add" => Command::Add,
        "del" | "d" | "-D" | "--del" => Command::Delete,
        "flush" | "f" | "-F" | "--flush" => Command::Flush,
        "destroy" | "x" | "-X" | "--destroy" => Command::Destroy,
        "rename" | "e" | "-E" | "--rename" => Command::Rename,
        "swap" | "w" | "-W" | "--swap" => Command::Swap,
        "COMMIT" | "quit" | "test" | "-T" | "--test" | "list" | "-L" | "--list" | "save" | "-S" | "--save" => {
            Command::Other
        }
        _ => return None,
    })
}

/// Options that stand anywhere and concern the program, not the set.
pub(super) fn is_global(word: &str) -> bool {
    matches!(word, "-exist" | "--exist" | "-!" | "-q" | "-quiet" | "--quiet")
}

/// Reads a whole text.
pub(super) fn read<'a>(input: Input<'a>, findings: &mut Vec<Finding>) -> Sets {
    let mut reader = Reader::new(input);
    let mut words = Vec::new();
    for line in input.text.lines() {
        reader.line(line.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\u{feff}'), &mut words);
    }
    reader.finish(findings)
}

pub(super) struct Reader<'a> {
    pub input: Input<'a>,
    pub sets: Sets,
    /// The set of a listing whose lines are being read.
    pub listing: Option<Listing<'a>>,
    findings: Vec<Finding>,
    unsaid: usize,
    entries: usize,
    /// Lines that are none of ipset's.
    passed_over: Vec<&'a str>,
    /// The first entry that ends by itself.
    timed: Option<Span>,
    /// Why no set of the file is known: a line that may have been for any of them.
    doubt: Option<&'static str>,
}

impl<'a> Reader<'a> {
    fn new(input: Input<'a>) -> Reader<'a> {
        Reader {
            input,
            sets: Sets::default(),
            listing: None,
            findings: Vec::new(),
            unsaid: 0,
            entries: 0,
            passed_over: Vec::new(),
            timed: None,
            doubt: None,
        }
    }

    fn line(&mut self, line: &'a str, words: &mut Vec<Token<'a>>) {
        if self.listing.is_some() || is_opened_by(line) {
            return self.listed(line, words);
        }
        if line.is_empty() || line.starts_with('#') {
            return;
        }
        let whole = tokenise(line, words);
        let exist = words.iter().any(|w| is_global(w.raw) && w.raw != "-q");
        words.retain(|w| !is_global(w.raw));
        if is_rule(words) {
            return self.passed_over.push(line);
        }
        let command = words.first().and_then(|w| command(w.raw));
        let Some(command) = command else { return self.stray(line, words) };
        let name = words.get(1).copied();
        let done = match whole {
            Err(part) => Err(Bad::new(part, "a quote is not closed")),
            Ok(()) => self.command(command, words.get(1..).unwrap_or(&[]), exist, line),
        };
        if let Err(bad) = done {
            self.bad(name.map(|n| n.text), &bad);
        }
    }

    /// A line that is no command. It says something of a set only if it names one.
    fn stray(&mut self, line: &'a str, words: &[Token<'a>]) {
        match words.iter().find(|w| self.sets.holds(w.text)) {
            Some(name) => {
                let why = format!("`{}` is not a command of ipset", words.first().map_or("", |w| w.text));
                self.bad(Some(name.text), &Bad::new(line, why));
            }
            None => self.passed_over.push(line),
        }
    }

    fn command(&mut self, command: Command, words: &[Token<'a>], exist: bool, line: &'a str) -> Result<(), Bad<'a>> {
        let (name, rest) = match words.split_first() {
            Some((name, rest)) => (Some(name), rest),
            None => (None, words),
        };
        match (command, name) {
            (Command::Other, _) => Ok(()),
            (Command::Flush, None) => {
                self.sets.all.values_mut().for_each(empty);
                Ok(())
            }
            (Command::Destroy, None) => {
                self.sets.all.clear();
                Ok(())
            }
            (_, None) => Err(Bad::new(line, "the name of a set is missing")),
            (Command::Create, Some(name)) => self.create(name, rest, exist, line),
            (Command::Add, Some(name)) => self.entry(name, rest, Effect::Add, exist),
            (Command::Delete, Some(name)) => self.entry(name, rest, Effect::Delete, exist),
            (Command::Flush, Some(name)) => self.known(name).map(empty),
            (Command::Destroy, Some(name)) => self.destroy(name),
            (Command::Rename, Some(name)) => self.rename(name, second(name, rest)?),
            (Command::Swap, Some(name)) => self.swap(name, second(name, rest)?),
        }
    }

    fn create(&mut self, name: &Token<'a>, words: &[Token<'a>], exist: bool, line: &'a str) -> Result<(), Bad<'a>> {
        if name.text.len() > MAX_NAME {
            return Err(Bad::new(name.raw, format!("the name of a set has at most {MAX_NAME} bytes")));
        }
        let Some((kind, words)) = words.split_first() else {
            return Err(Bad::new(name.raw, "the type of the set is missing"));
        };
        let (set, done) = match self.defined(kind, words) {
            Ok((kind, options)) => (Set::new(kind, options, self.input.span(line)), Ok(())),
            Err(bad) => (Set::unread(self.input.span(line), &bad.why), Err(bad)),
        };
        match self.sets.all.get_mut(name.text) {
            // The set stays as it is when it is created once more with `-exist`.
            Some(old) if exist && old.kind == set.kind => {}
            Some(old) => {
                old.forget("it is created twice");
                return done.and(Err(Bad::new(name.raw, format!("the set `{}` exists already", name.text))));
            }
            None => {
                self.sets.all.insert(name.text.to_owned(), set);
            }
        }
        done
    }

    pub(super) fn defined(&self, name: &Token<'a>, words: &[Token<'a>]) -> Result<(&'static Kind, Options), Bad<'a>> {
        let unknown = || Bad::new(name.raw, format!("`{}` is not a type of set that is known", name.text));
        let kind = kind::find(name.text).ok_or_else(unknown)?;
        let options = options::create(kind, words)?;
        let needs_range = kind.is_bitmap() && options.range.is_none();
        if needs_range { Err(Bad::new(name.raw, format!("{} needs a range", kind.name))) } else { Ok((kind, options)) }
    }

    fn known(&mut self, name: &Token<'a>) -> Result<&mut Set, Bad<'a>> {
        let missing = || Bad::new(name.raw, format!("there is no set `{}` at this line", name.text));
        self.sets.all.get_mut(name.text).ok_or_else(missing)
    }

    pub(super) fn entry(
        &mut self,
        name: &Token<'a>,
        words: &[Token<'a>],
        effect: Effect,
        exist: bool,
    ) -> Result<(), Bad<'a>> {
        let Some((word, words)) = words.split_first() else {
            return Err(Bad::new(name.raw, "an entry is missing"));
        };
        let extras = options::entry(words)?;
        self.entries += 1;
        if self.entries > MAX_RULES {
            return Err(Bad::new(word.raw, format!("the file has more than {MAX_RULES} entries")));
        }
        if self.known(name)?.is_list() {
            return self.member(name, word, extras.neighbour, effect);
        }
        let set = self.known(name)?;
        if set.unknown.is_some() {
            return Ok(());
        }
        let mut elements = element::parse(set.kind, &set.options, word.text)?;
        let effect = if effect == Effect::Add && extras.nomatch { Effect::Nomatch } else { effect };
        if effect == Effect::Nomatch && !set.kind.has(Part::Net) {
            return Err(Bad::new(word.raw, format!("{} has no `nomatch`", set.kind.name)));
        }
        if extras.wildcard {
            elements.iter_mut().filter_map(|e| e.iface.as_mut()).for_each(|i| i.wildcard = true);
        }
        let timed = effect != Effect::Delete && extras.timeout.unwrap_or(set.options.timeout);
        set.changes.extend(elements.into_iter().map(|element| Change { element, effect, exist }));
        if timed {
            let span = self.input.span(word.raw);
            self.timed.get_or_insert(span);
        }
        Ok(())
    }

    /// A list holds sets that exist, and no lists; so there are no circles.
    fn member(
        &mut self,
        list: &Token<'a>,
        member: &Token<'a>,
        neighbour: Option<&'a str>,
        effect: Effect,
    ) -> Result<(), Bad<'a>> {
        // A listing prints its sets in any order: whether members exist is asked at the end.
        let listed = self.listing.is_some();
        if !listed && self.known(member)?.is_list() {
            return Err(Bad::new(member.raw, "a list cannot be in a list"));
        }
        let members = &mut self.known(list)?.members;
        let there = members.iter().position(|m| m == member.text);
        if neighbour.is_some_and(|n| !members.iter().any(|m| m == n)) {
            return Err(Bad::new(member.raw, "the set that it stands beside is not in the list"));
        }
        match (effect, there) {
            (Effect::Delete, Some(at)) => _ = members.remove(at),
            (Effect::Delete, None) => return Err(Bad::new(member.raw, "it is not in the list")),
            (_, Some(_)) => {}
            (_, None) => members.push(member.text.to_owned()),
        }
        Ok(())
    }

    fn destroy(&mut self, name: &Token<'a>) -> Result<(), Bad<'a>> {
        self.known(name)?;
        self.not_a_member(name)?;
        self.sets.all.remove(name.text);
        Ok(())
    }

    fn not_a_member(&self, name: &Token<'a>) -> Result<(), Bad<'a>> {
        let used = self.sets.all.values().any(|s| s.members.iter().any(|m| m == name.text));
        if used { Err(Bad::new(name.raw, format!("the set `{}` is in a list", name.text))) } else { Ok(()) }
    }

    fn rename(&mut self, from: &Token<'a>, to: &Token<'a>) -> Result<(), Bad<'a>> {
        self.known(from)?;
        self.not_a_member(from)?;
        if self.sets.holds(to.text) || to.text.len() > MAX_NAME {
            return Err(Bad::new(to.raw, format!("the name `{}` cannot be taken", to.text)));
        }
        if let Some(set) = self.sets.all.remove(from.text) {
            self.sets.all.insert(to.text.to_owned(), set);
        }
        Ok(())
    }

    /// The contents change places; lists hold names and so get the other contents (kernel-checked).
    fn swap(&mut self, from: &Token<'a>, to: &Token<'a>) -> Result<(), Bad<'a>> {
        let kind = |set: &mut Set| (set.kind, set.family());
        let (a, b) = (self.known(from).map(kind)?, self.known(to).map(kind)?);
        if a != b {
            return Err(Bad::new(to.raw, "only sets of one type and family can be swapped"));
        }
        if let (Some(a), Some(b)) = (self.sets.all.remove(from.text), self.sets.all.remove(to.text)) {
            self.sets.all.insert(from.text.to_owned(), b);
            self.sets.all.insert(to.text.to_owned(), a);
        }
        Ok(())
    }

    /// A line that is not understood: what its set holds is not known, nor what any set holds if it names none.
    pub(super) fn bad(&mut self, name: Option<&str>, bad: &Bad<'a>) {
        let span = self.input.span(bad.part);
        match name.and_then(|n| self.sets.all.get_mut(n)) {
            Some(set) => set.forget("a line about it was not understood"),
            None => match name {
                Some(name) if self.looks_like_a_name(name) => {
                    self.sets.all.insert(name.to_owned(), Set::unread(span, "a line about it was not understood"));
                }
                _ => self.doubt = Some("a line that may be about it was not understood"),
            },
        }
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(Finding::new(Code::UnknownLine, bad.why.clone()).at(span, ""));
        } else {
            self.unsaid += 1;
        }
    }

    /// An entry where the name should be is no name.
    fn looks_like_a_name(&self, word: &str) -> bool {
        word.len() <= MAX_NAME && word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && !word.contains(':')
    }

    fn finish(mut self, findings: &mut Vec<Finding>) -> Sets {
        self.close_listing();
        self.check_members();
        if let Some(why) = self.doubt {
            self.sets.all.values_mut().for_each(|set| set.forget(why));
        }
        if self.unsaid > 0
            && let Some(last) = self.findings.last_mut()
        {
            last.notes.push(format!("and {} more lines of the file", self.unsaid));
        }
        findings.append(&mut self.findings);
        if let Some(first) = self.passed_over.first() {
            let finding = Finding::new(Code::Tolerated, "text that is none of ipset's is passed over");
            let more = self.passed_over.len() - 1;
            let finding = finding.at(self.input.span(first), "");
            findings.push(if more == 0 { finding } else { finding.note(format!("and {more} more")) });
        }
        if let Some(span) = self.timed {
            let message = "entries that end by themselves count as they were when the sets were written";
            findings.push(Finding::new(Code::Tolerated, message).at(span, "the first of them"));
        }
        self.sets
    }

    /// Members that the text does not define, or that are lists themselves.
    fn check_members(&mut self) {
        let fit = |name: &String| self.sets.all.get(name).is_some_and(|m| !m.is_list());
        let wrong = |set: &Set| !set.members.iter().all(fit);
        let mut wrong: Vec<String> =
            self.sets.all.iter().filter(|(_, set)| wrong(set)).map(|(name, _)| name.clone()).collect();
        wrong.sort();
        for name in wrong {
            let Some(list) = self.sets.all.get_mut(&name) else { continue };
            list.forget("one of its members is not in the file");
            let message = format!("a member of the list `{name}` is not in the file");
            self.findings.push(Finding::new(Code::UndefinedName, message).at(list.span, ""));
        }
    }
}

/// Some generators write rules of iptables below their sets, with commands of the same letters.
fn is_rule(words: &[Token<'_>]) -> bool {
    let begins = words.first().is_some_and(|w| w.raw.starts_with('-'));
    begins && words.iter().any(|w| matches!(w.raw, "-j" | "-g" | "-m" | "-p" | "--match-set"))
}

fn second<'t, 'a>(name: &Token<'a>, rest: &'t [Token<'a>]) -> Result<&'t Token<'a>, Bad<'a>> {
    rest.first().ok_or_else(|| Bad::new(name.raw, "the name of the other set is missing"))
}

fn empty(set: &mut Set) {
    set.changes.clear();
    set.members.clear();
    // What was not understood is gone too, unless not even the type is known.
    if set.kind != kind::UNKNOWN {
        set.unknown = None;
    }
}
