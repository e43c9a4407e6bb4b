//! What commands do to chains: rules are added, replaced and deleted, and chains made and removed.

use super::{Entry, POLICY_NOT_SAID, RawChain, Table, built_in_of, first_word};
use crate::format::iptables::token::{Token, tokenise};

impl<'a> Table<'a> {
    /// The chain of a name, which is made if there is none.
    pub(super) fn chain(&mut self, name: &'a str, line: &'a str) -> Option<&mut RawChain<'a>> {
        let next = self.chains.len();
        let at = *self.index.entry(name).or_insert(next);
        if at == next {
            // Only of filter chains the policy matters enough to leave it open: elsewhere ACCEPT is as good as sure.
            let unsaid = if matches!(self.name, "filter") { POLICY_NOT_SAID } else { "ACCEPT" };
            let policy = built_in_of(self.name).contains(&name).then_some(unsaid);
            self.chains.push(RawChain { name, policy, declared: line, entries: Vec::new() });
        }
        self.chains.get_mut(at)
    }

    /// Appends the rule of a line as iptables-save writes it, where its chain is that of the rule before: so it is with
    /// nearly all lines of a dump.
    pub(super) fn append(&mut self, line: &'a str) -> bool {
        let parts = line.strip_prefix("-A ").and_then(|rest| rest.split_once(' '));
        let Some((name, spec)) = parts.filter(|(_, spec)| !spec.starts_with(|c: char| c.is_ascii_whitespace())) else {
            return false;
        };
        match self.latest.and_then(|at| self.chains.get_mut(at)).filter(|chain| chain.name == name) {
            Some(chain) => {
                chain.entries.push(Entry { line, spec: Some(spec) });
                true
            }
            None => {
                self.latest = self.index.get(name).copied();
                false
            }
        }
    }

    /// Adds the built-in chains that the text does not mention.
    pub(in crate::format::iptables) fn complete(&mut self) {
        let line = self.line;
        built_in_of(self.name).iter().for_each(|name| _ = self.chain(name, line));
    }

    /// Takes away a chain of the user's, or all of them; gives the lines of their rules.
    pub(super) fn forget(&mut self, name: &str) -> Vec<&'a str> {
        let goes = |c: &RawChain<'_>| c.policy.is_none() && (name.is_empty() || c.name == name);
        let (gone, kept) = std::mem::take(&mut self.chains).into_iter().partition(goes);
        self.chains = kept;
        self.index = self.chains.iter().enumerate().map(|(at, c)| (c.name, at)).collect();
        let gone: Vec<RawChain<'_>> = gone;
        gone.iter().flat_map(|c| &c.entries).map(|e| e.line).collect()
    }
}

impl<'a> RawChain<'a> {
    /// Appends, inserts or replaces; gives the line that goes away. Fails where the chain has no such place.
    pub(super) fn put(&mut self, command: &str, line: &'a str, spec: &'a str) -> Result<Option<&'a str>, ()> {
        if matches!(command, "-A" | "--append") {
            self.entries.push(Entry { line, spec: Some(spec) });
            return Ok(None);
        }
        let (word, rest) = first_word(spec);
        let (number, spec) = word.parse::<usize>().map_or((1, spec), |n| (n, rest));
        let at = number.checked_sub(1).ok_or(())?;
        let entry = Entry { line, spec: Some(spec) };
        if matches!(command, "-R" | "--replace") {
            let slot = self.entries.get_mut(at).ok_or(())?;
            return Ok(Some(std::mem::replace(slot, entry).line));
        }
        if at > self.entries.len() {
            return Err(());
        }
        self.entries.insert(at, entry);
        Ok(None)
    }

    /// Deletes by number or by the same words; gives the line that goes away.
    pub(super) fn delete(&mut self, spec: &'a str, words: &mut Vec<Token<'a>>) -> Option<&'a str> {
        let by_number = || spec.trim().parse::<usize>().ok().and_then(|n| n.checked_sub(1));
        let at = by_number().filter(|at| *at < self.entries.len()).or_else(|| {
            let _ = tokenise(spec, words);
            let wanted: Vec<&str> = words.iter().map(|w| w.text).collect();
            self.entries.iter().position(|e| {
                let _ = tokenise(e.spec.unwrap_or(""), words);
                words.iter().map(|w| w.text).eq(wanted.iter().copied())
            })
        })?;
        Some(self.entries.remove(at).line)
    }
}
