//! Rules of iptables that a YAML text holds as items of lists.

use super::items::{item_lines, list_around, tree};
use super::yaml::end_of;
use super::{Edit, Job, Proposal, iptables, lines, pass};
use crate::policy::{Action, Answers, Chain, ChainId, Leg, Policy, RuleRef};
use crate::source::Span;
use crate::verify::Verdict;
use crate::yaml::{Node, Scalar};

pub(super) fn write(job: &Job<'_>) -> Option<Proposal> {
    let tree = tree(job.text)?;
    let text = Text { text: job.text, tree: &tree };
    let policy = job.loss.policy;
    let rule = outside_helpers(policy, job.loss.rule?, job.loss.path);
    let (table, chain) = name_of(policy.chain(rule.chain)?)?;
    if job.loss.leg != Leg::Opening {
        return text.established(policy, table, job.loss.leg);
    }
    let matches = job.passes.iter().flat_map(|pass| iptables::matches(pass, false));
    let new: Vec<String> = matches.map(|what| format!("{what} -j ACCEPT")).collect();
    let (at, side) = match policy.rule(rule) {
        Some(guilty) => (guilty.span, Side::Above),
        None => (policy.chain(rule.chain)?.rules.iter().last()?.span, Side::Below),
    };
    let answers = policy.answers != Answers::Filtered || pass::accepts_answer(policy, job.loss.witness);
    if job.loss.verdict == Verdict::Intercepted || answers {
        return text.beside(at, chain, &new, side);
    }
    if side == Side::Above && text.first_of(policy, table, Leg::Answer)?.0 == at {
        let all: Vec<String> = std::iter::once(format!(" {}", iptables::ESTABLISHED)).chain(new).collect();
        return text.beside(at, chain, &all, side);
    }
    Some(joined(text.established(policy, table, Leg::Answer)?, text.beside(at, chain, &new, side)?))
}

fn joined(mut both: Proposal, permit: Proposal) -> Proposal {
    both.text = format!("{}\n{}", both.text, permit.text);
    if both.place != permit.place {
        both.place = format!("the first line: {}; the rest: {}", both.place, permit.place);
    }
    both.edits.extend(permit.edits);
    both
}

/// The guilty rule, or the jump that leads to it where its chain permits nothing itself.
fn outside_helpers(policy: &Policy, guilty: RuleRef, path: &[Span]) -> RuleRef {
    let mut rule = guilty;
    for jump in path.iter().rev() {
        let permits = |chain: &Chain| chain.rules.iter().any(|rule| rule.action == Action::Accept);
        match caller(policy, rule.chain, *jump) {
            Some(caller) if !policy.chain(rule.chain).is_some_and(permits) => rule = caller,
            _ => break,
        }
    }
    rule
}

/// The rule at a place that leads to a chain.
fn caller(policy: &Policy, to: ChainId, at: Span) -> Option<RuleRef> {
    let leads = |action: &Action| matches!(action, Action::Jump(target) | Action::Goto(target) if *target == to);
    policy.chains.iter().enumerate().find_map(|(chain, each)| {
        let rule = each.rules.iter().position(|rule| rule.span == at && leads(&rule.action))?;
        Some(RuleRef { chain: ChainId(chain), rule })
    })
}

/// `filter` and `FORWARD`.
fn name_of(chain: &Chain) -> Option<(&str, &str)> {
    chain.name.split_once(' ')
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Above,
    Below,
}

struct Text<'t> {
    text: &'t str,
    tree: &'t Node<'t>,
}

impl Text<'_> {
    /// A rule for established connections on top of the chain that packets of the leg pass.
    fn established(&self, policy: &Policy, table: &str, leg: Leg) -> Option<Proposal> {
        let (first, chain) = self.first_of(policy, table, leg)?;
        self.beside(first, &chain, &[format!(" {}", iptables::ESTABLISHED)], Side::Above)
    }

    /// The first rule of that chain. In the raw table there is no connection yet, and nat never sees later packets.
    fn first_of(&self, policy: &Policy, table: &str, leg: Leg) -> Option<(Span, String)> {
        let wanted = iptables::chain_of_leg(policy, table, leg);
        let chain = policy.chains.iter().find(|chain| name_of(chain) == Some((table, &wanted)));
        let first = chain.filter(|_| !matches!(table, "raw" | "nat"))?.rules.iter().next()?.span;
        Some((first, wanted))
    }

    /// Commands above or below the one at a place, in its manner.
    fn beside(&self, at: Span, chain: &str, new: &[String], side: Side) -> Option<Proposal> {
        let (items, index) = list_around(self.tree, at.start as usize)?;
        let sample = items.get(index)?.as_scalar()?;
        let commands = new.iter().map(|what| command(&sample.text, chain, what)).collect::<Option<Vec<_>>>()?;
        let Some(rows) = item_lines(self.text, items) else { return self.in_brackets(sample, &commands, side) };
        let row = *rows.get(index)?;
        let blanks = " ".repeat(row.indent());
        let added = commands.iter().map(|command| format!("{blanks}- {command}")).collect();
        if side == Side::Above {
            return Some(Proposal::adding(added, row.start, format!("insert above line {}", row.number)));
        }
        let end = end_of(self.text, rows.get(..=index)?)?;
        let place = format!("append after line {}, the last rule of `{chain}`", end.number);
        Some(Proposal::adding(added, end.next, place))
    }

    /// The same in a list that is written in brackets: texts are quoted there, as commas would end them.
    fn in_brackets(&self, sample: &Scalar<'_>, commands: &[String], side: Side) -> Option<Proposal> {
        let (start, end) = (sample.span.start as usize, sample.span.end as usize);
        let before = self.text.get(..start)?.chars().next_back()?;
        let quoted = matches!(before, '\'' | '"') && self.text.get(end..)?.starts_with(before);
        let (start, end) = if quoted { (start - 1, end + 1) } else { (start, end) };
        let sign = if before == '"' { '"' } else { '\'' };
        let list = commands.iter().map(|command| format!("{sign}{command}{sign}")).collect::<Vec<_>>().join(", ");
        let line = lines::lines(self.text).find(|line| line.holds(start))?.number;
        // A sign is taken out and put back, as an edit that only adds makes lines of their own.
        let (at, kept) = match side {
            Side::Above => (start, self.text.get(start..)?.chars().next()?),
            Side::Below => self.text.get(..end)?.char_indices().next_back()?,
        };
        let (insert, place) = match side {
            Side::Above => (format!("{list}, {kept}"), format!("insert in line {line}, in front of `{}`", sample.text)),
            Side::Below => (format!("{kept}, {list}"), format!("append in line {line}, behind `{}`", sample.text)),
        };
        let edits = vec![Edit { at, remove: kept.len_utf8(), insert }];
        Some(Proposal { text: list, place, edits, asleep: Vec::new(), remark: None })
    }
}

/// A command in the manner of another: with the program and `-A CHAIN` where that has them. Nothing where it is none that
/// appends: others depend on the order in which they are made.
fn command(sample: &str, chain: &str, what: &str) -> Option<String> {
    let before = |at: usize| sample.get(..at).unwrap_or("");
    match sample.split_whitespace().find(|word| matches!(*word, "-A" | "--append" | "-I" | "--insert" | "-R")) {
        Some(word @ ("-A" | "--append")) => {
            let prefix = before(sample.find(&format!("{word} "))?);
            Some(format!("{prefix}{word} {chain}{what}"))
        }
        Some(_) => None,
        None => Some(what.trim_start().to_owned()),
    }
}
