//! Rules of iptables that a YAML text holds as items of lists.

mod empty;

use super::items::{List, Slot, list_around, tree};
use super::lines::line_holding;
use super::{Edit, Job, Proposal, iptables, pass};
use crate::policy::{Action, Answers, Chain, ChainId, Leg, Policy, RuleRef};
use crate::source::Span;
use crate::verify::Verdict;
use crate::yaml::Node;
use std::ops::Range;

pub(super) fn write(job: &Job<'_>) -> Option<Proposal> {
    let tree = tree(job.text)?;
    let policy = job.loss.policy;
    let text = Text::new(job.text, &tree, policy);
    let spot = text.outside_helpers(job.loss.rule?, job.loss.path)?;
    let established = format!(" {}", iptables::ESTABLISHED);
    let first = |leg| text.at(&text.first_of_leg(spot.table, leg)?, std::slice::from_ref(&established));
    if job.loss.leg != Leg::Opening {
        return first(job.loss.leg);
    }
    let matches = job.passes.iter().flat_map(|pass| iptables::matches(pass, false));
    let new: Vec<String> = matches.map(|what| format!("{what} -j ACCEPT")).collect();
    let answers = policy.answers != Answers::Filtered || pass::accepts_answer(policy, job.loss.witness);
    if job.loss.verdict == Verdict::Intercepted || answers {
        return text.at(&spot, &new);
    }
    if text.first_of_leg(spot.table, Leg::Answer).as_ref() == Some(&spot) {
        let all: Vec<String> = std::iter::once(established).chain(new).collect();
        return text.at(&spot, &all);
    }
    Some(joined(first(Leg::Answer)?, text.at(&spot, &new)?))
}

fn joined(mut both: Proposal, permit: Proposal) -> Proposal {
    both.text = format!("{}\n{}", both.text, permit.text);
    if both.place != permit.place {
        both.place = format!("the first line: {}; the rest: {}", both.place, permit.place);
    }
    both.edits.extend(permit.edits);
    both
}

/// A place for rules of a chain.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Spot<'p> {
    pub table: &'p str,
    pub chain: &'p str,
    at: Anchor,
}

/// What new rules stand at.
#[derive(Debug, PartialEq, Eq)]
enum Anchor {
    Above(Span),
    Below(Span),
    /// The empty brackets of a chain without rules.
    Brackets(Range<usize>),
}

/// `filter` and `FORWARD`.
pub(super) fn name_of(chain: &Chain) -> Option<(&str, &str)> {
    chain.name.split_once(' ')
}

/// A text and what it says.
pub(super) struct Text<'t> {
    text: &'t str,
    tree: &'t Node<'t>,
    policy: &'t Policy,
}

impl<'t> Text<'t> {
    pub fn new(text: &'t str, tree: &'t Node<'t>, policy: &'t Policy) -> Text<'t> {
        Text { text, tree, policy }
    }

    /// Above the guilty rule, or above the jump that leads to it where its chain permits nothing itself.
    pub fn outside_helpers(&self, guilty: RuleRef, path: &[Span]) -> Option<Spot<'t>> {
        let mut rule = guilty;
        for jump in path.iter().rev() {
            let permits = |chain: &Chain| chain.rules.iter().any(|rule| rule.action == Action::Accept);
            match self.caller(rule.chain, *jump) {
                Some(caller) if !self.policy.chain(rule.chain).is_some_and(permits) => rule = caller,
                _ => break,
            }
        }
        self.spot(rule)
    }

    /// The rule at a place that leads to a chain.
    fn caller(&self, to: ChainId, at: Span) -> Option<RuleRef> {
        let leads = |action: &Action| matches!(action, Action::Jump(target) | Action::Goto(target) if *target == to);
        self.policy.chains.iter().enumerate().find_map(|(chain, each)| {
            let rule = each.rules.iter().position(|rule| rule.span == at && leads(&rule.action))?;
            Some(RuleRef { chain: ChainId(chain), rule })
        })
    }

    /// Above a rule, or at the end of its chain.
    fn spot(&self, rule: RuleRef) -> Option<Spot<'t>> {
        let chain = self.policy.chain(rule.chain)?;
        let (table, name) = name_of(chain)?;
        let last = || chain.rules.iter().last().map(|last| last.span);
        let at = match self.policy.rule(rule) {
            Some(guilty) => Anchor::Above(guilty.span),
            None => last().map(Anchor::Below).or_else(|| self.of_no_rules(chain, table, name))?,
        };
        Some(Spot { table, chain: name, at })
    }

    /// Where the first rule of a chain could stand: in its own brackets, or below a command that names its chain.
    fn of_no_rules(&self, chain: &Chain, table: &str, name: &str) -> Option<Anchor> {
        if let Some(brackets) = empty::brackets(self.text, self.tree, chain, name) {
            return Some(Anchor::Brackets(brackets));
        }
        let of_table = self.policy.chains.iter().filter(|chain| name_of(chain).is_some_and(|named| named.0 == table));
        let rules = of_table.flat_map(|chain| chain.rules.iter().map(|rule| rule.span));
        let names_chain = |at: &Span| {
            let found =
                list_around(self.tree, at.start as usize).and_then(|(items, index)| items.get(index)?.as_scalar());
            found.is_some_and(|sample| sample.text.split_whitespace().any(|word| matches!(word, "-A" | "--append")))
        };
        rules.filter(names_chain).max().map(Anchor::Below)
    }

    /// Above the first rule of the chain that packets of a leg pass. In the raw table there is no connection yet, and nat
    /// never sees later packets.
    pub fn first_of_leg(&self, table: &str, leg: Leg) -> Option<Spot<'t>> {
        let wanted = iptables::chain_of_leg(self.policy, table, leg);
        let is_it = |chain: &&Chain| name_of(chain) == Some((table, &wanted));
        let chain = self.policy.chains.iter().find(is_it).filter(|_| !matches!(table, "raw" | "nat"))?;
        let (table, name) = name_of(chain)?;
        Some(Spot { table, chain: name, at: Anchor::Above(chain.rules.iter().next()?.span) })
    }

    /// Commands at a place, in the manner of what stands there; each says what follows the name of the chain.
    pub fn at(&self, spot: &Spot<'_>, new: &[String]) -> Option<Proposal> {
        let (Anchor::Above(beside) | Anchor::Below(beside)) = &spot.at else { return self.first_rules(spot, new) };
        let (items, index) = list_around(self.tree, beside.start as usize)?;
        let list = List::of(self.text, items)?;
        let sample = items.get(index)?.as_scalar()?;
        let quote = list.quote(index);
        let quoted = |what: &String| Some(format!("{quote}{}{quote}", command(&sample.text, spot.chain, what)?));
        let commands = new.iter().map(quoted).collect::<Option<Vec<_>>>()?;
        let slot = if matches!(spot.at, Anchor::Above(_)) { Slot::Above(index) } else { Slot::Below(index) };
        list.with(slot, &commands, &format!("the last rule of `{}`", spot.chain))
    }

    /// The first rules of a chain, each on a line of its own within the brackets.
    fn first_rules(&self, spot: &Spot<'_>, new: &[String]) -> Option<Proposal> {
        let Anchor::Brackets(brackets) = &spot.at else { return None };
        let line = line_holding(self.text, brackets.start)?;
        let blanks = " ".repeat(line.indent() + 2);
        let rules: Vec<String> = new.iter().map(|what| format!("{blanks}'{}'", what.trim_start())).collect();
        let text = rules.join(",\n");
        let edit = Edit { at: brackets.start, remove: brackets.len(), insert: format!("[\n{text}]") };
        let place = format!("put into the brackets in line {}", line.number);
        Some(Proposal { text, place, edits: vec![edit], asleep: Vec::new(), remark: None })
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
