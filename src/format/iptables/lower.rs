//! From the tables of one family to its policy.

use super::context::{Bad, Context};
use super::dump::{Base, Entry, POLICY_NOT_SAID, RawChain, Table, built_in_of};
use super::spec::Spec;
use super::survey::survey;
use super::target::{Lookup, Outcome, action, canonical};
use super::token::Token;
use super::usual::{self, Seen, Shapes, Usual};
use super::{circles, ends, notes, reader, set_target, stages, topology};
use crate::finding::{Code, Finding};
use crate::format::{Input, MOST_KEPT, ReadLine, ReadOptions, Reading, RuleBase, Understanding, Wanted};
use crate::policy::{Action, Answers, Chain, ChainEnd, ChainId, Condition, Denial, Hook, Match, Policy, Rule, states};
use crate::space::{Field, IntervalSet, PacketSet};
use std::collections::HashSet;
use std::rc::Rc;

/// Adds the rule base of one family to a reading; without a filter table there is none.
pub(super) fn base<'a>(
    mut base: Base<'a>,
    hidden: &[&'a str],
    changed_sets: &Rc<HashSet<String>>,
    input: Input<'a>,
    options: &ReadOptions,
    reading: &mut Reading,
) {
    let Some(filter) = base.tables.iter().find(|t| t.name == "filter") else {
        return unused(&base, input, options, reading);
    };
    notes::filter_table(filter, options.hook, input, &mut reading.findings);
    for table in &mut base.tables {
        table.complete();
    }
    let survey = survey(&base, &options.sets);
    let translated = ends::translates_destinations(&base);
    let rules: usize = base.tables.iter().flat_map(|t| &t.chains).map(|c| c.entries.len()).sum();
    // What is asked about is known by its addresses, which a translation changes.
    let sets_aside = rules > MOST_KEPT && !translated;
    let mut lowering = Lowering {
        context: Context::new(input, base.family, survey.interfaces, options.detail)
            .with_sets(&options.sets, changed_sets),
        own: survey.own,
        words: Vec::new(),
        ways_out: Vec::new(),
        unread: HashSet::new(),
        hook: options.hook,
        reading,
    };
    let wanted = options.wanted.as_deref().filter(|_| sets_aside);
    let mut chains = Vec::new();
    for table in &base.tables {
        let named = table.chains.iter().enumerate();
        lowering.context.chains = named.map(|(at, c)| (c.name, ChainId(chains.len() + at))).collect();
        lowering.context.table = table.name;
        let reached = ends::Reached::of(table, &base);
        let mut usual = lowering.usual(table, wanted).into_iter();
        let lower = |chain: &RawChain<'a>| {
            lowering.context.own_ends = reached.own_ends(lowering.hook, chain.name, translated);
            lowering.context.chain = chain.name;
            lowering.chain(table, chain, usual.next().unwrap_or_default())
        };
        let lowered: Vec<Chain> = table.chains.iter().map(lower).collect();
        chains.extend(lowered);
    }
    lowering.finish(&base, chains, hidden);
}

/// The rules of a family without a filter table, which decide nothing.
fn unused(base: &Base<'_>, input: Input<'_>, options: &ReadOptions, reading: &mut Reading) {
    for entry in base.tables.iter().flat_map(|t| &t.chains).flat_map(|c| &c.entries) {
        reading.tally.count(Understanding::Neutral);
        if options.detail {
            let meaning = format!("{} has no filter table, so this decides nothing", base.family);
            let (span, understanding) = (input.span(entry.line), Understanding::Neutral);
            reading.lines.push(ReadLine { span, understanding, meaning });
        }
    }
}

struct Lowering<'a, 'r> {
    context: Context<'a>,
    /// Addresses of the firewall itself.
    own: IntervalSet,
    words: Vec<Token<'a>>,
    /// Interfaces that source translations name as the way out, with the rule.
    ways_out: Vec<(&'a str, &'a str)>,
    /// Places of lines that are no rule, each of which stands in every chain that it may have meant.
    unread: HashSet<u32>,
    hook: Hook,
    reading: &'r mut Reading,
}

impl<'a> Lowering<'a, '_> {
    fn chain(&mut self, table: &Table<'a>, raw: &RawChain<'a>, plain: Usual) -> Chain {
        let rules = self.rules(table, raw, plain);
        let end = match raw.policy {
            None => ChainEnd::Return,
            Some("ACCEPT") => ChainEnd::Accept,
            Some("DROP") => ChainEnd::Deny(Denial::Silent),
            Some(POLICY_NOT_SAID) => ChainEnd::Unknown(format!("the policy of `{}` is not in the text", raw.name)),
            Some(other) => ChainEnd::Unknown(format!("the policy `{other}` is not known")),
        };
        Chain {
            name: format!("{} {}", table.name, raw.name),
            rules: rules.into(),
            end,
            span: self.context.input.span(raw.declared),
        }
    }

    /// The usual rules of each chain. How a line was understood is told in detail by the full reader only.
    fn usual(&self, table: &Table<'a>, wanted: Option<&Wanted>) -> Vec<Usual> {
        let Context { input, family, interfaces, chains, detail, .. } = &self.context;
        let shapes = Shapes { input: *input, family: *family, table: table.name, chains, interfaces, wanted };
        if *detail { Vec::new() } else { usual::of(table, &shapes) }
    }

    /// The rules of a chain without those that are set aside.
    fn rules(&mut self, table: &Table<'a>, raw: &RawChain<'a>, plain: Usual) -> Vec<Rule> {
        let mut usual = plain.rules.into_iter();
        let mut rules = Vec::with_capacity(usual.len());
        let mut seen = plain.seen.into_iter();
        for entry in &raw.entries {
            let (rule, how) = match seen.next() {
                Some(Seen::Rule) => (usual.next(), Understanding::Exact),
                Some(Seen::Open) => (usual.next(), Understanding::Opaque),
                Some(Seen::Aside) => {
                    self.reading.set_aside += 1;
                    (None, Understanding::Exact)
                }
                _ => {
                    rules.push(match self.rule(table, raw, entry) {
                        Ok(rule) => rule,
                        Err(bad) => self.rejected(entry, &bad),
                    });
                    continue;
                }
            };
            self.reading.tally.count(how);
            rules.extend(rule);
        }
        rules
    }

    fn rule(&mut self, table: &Table<'a>, chain: &RawChain<'a>, entry: &Entry<'a>) -> Result<Rule, Bad<'a>> {
        let text = entry.spec.ok_or_else(|| Bad::new(entry.line, "not a rule"))?;
        let mut spec = reader::parse(text, &mut self.context, &mut self.words)?;
        let action = self.action(&mut spec, chain.name);
        if matches!(action, Action::Mark(change) if change.asks_connection()) {
            // A packet without a connection goes on as it is.
            spec.restrict(Field::State, &states::tracked());
        }
        if let (Action::Translate(_), "nat", "POSTROUTING", Some(iface), false) =
            (&action, table.name, chain.name, spec.out_iface, spec.out_negated)
        {
            self.ways_out.push((iface, entry.line));
        }
        self.report(entry, chain, &spec, &action);
        let matches = Match { packets: spec.packets(), marks: spec.marks, opaque: spec.opaque };
        Ok(Rule { matches, action, span: self.context.input.span(entry.line) })
    }

    /// What the rule does. Of a rule that iptables refuses nobody knows, whatever the refused part is.
    fn action(&mut self, spec: &mut Spec<'a>, chain: &str) -> Action {
        let lookup = Lookup { chain: &|name| self.context.chains.get(name).copied(), own: &self.own };
        let outcome = set_target::check(spec, &self.context)
            .and_then(|()| check_interfaces(spec, chain))
            .and_then(|()| check_jump(spec, self.context.table))
            .and_then(|()| action(spec, &lookup));
        match outcome {
            Ok(Outcome::Undeclared(name)) => self.undeclared(name),
            Ok(Outcome::Action(action)) => match spec.faults.first() {
                Some(fault) => Action::Unknown(fault.why.clone()),
                None => action,
            },
            Err(bad) => {
                let why = bad.why.clone();
                spec.faults.push(bad);
                Action::Unknown(why)
            }
        }
    }

    fn report(&mut self, entry: &Entry<'a>, chain: &RawChain<'a>, spec: &Spec<'a>, action: &Action) {
        for fault in &spec.faults {
            let finding = Finding::new(fault.code, fault.why.clone());
            self.reading.findings.push(finding.at(self.context.input.span(fault.part), ""));
        }
        if let Some(fault) = spec.faults.first() {
            return self.say(entry.line, Understanding::Rejected, || fault.why.clone());
        }
        let exact = spec.opaque.is_empty() && !matches!(action, Action::Unknown(_));
        let how = if exact { Understanding::Exact } else { Understanding::Opaque };
        self.say(entry.line, how, || {
            let body = spec.canonical.as_ref().map(|c| c.text()).unwrap_or_default();
            let gloss = spec.canonical.as_ref().map_or("", |c| &c.gloss);
            format!("-A {}{body}{}{gloss}", chain.name, canonical(spec))
        });
    }

    fn undeclared(&mut self, name: &'a str) -> Action {
        let message = format!("`{name}` is neither a chain of this table nor a known target");
        let finding = Finding::new(Code::UndeclaredChain, message).at(self.context.input.span(name), "");
        let help = format!("declare it with `:{name} - [0:0]` at the head of the table, or remove the rule");
        self.reading.findings.push(finding.help(help));
        Action::Unknown(format!("`{name}` is not declared"))
    }

    /// A rule that may be for any packet and do anything.
    fn rejected(&mut self, entry: &Entry<'a>, bad: &Bad<'a>) -> Rule {
        let input = self.context.input;
        if entry.spec.is_some() {
            self.reading.findings.push(Finding::new(bad.code, bad.why.clone()).at(input.span(bad.part), ""));
        }
        let span = input.span(entry.line);
        if entry.spec.is_some() || self.unread.insert(span.start) {
            self.say(entry.line, Understanding::Rejected, || bad.why.clone());
        }
        let condition = Condition { text: entry.line.to_owned(), span };
        let packets = PacketSet::full(self.context.family);
        let matches = Match { packets, marks: Vec::new(), opaque: vec![condition] };
        Rule { matches, action: Action::Unknown(bad.why.clone()), span }
    }

    fn say(&mut self, line: &str, how: Understanding, meaning: impl FnOnce() -> String) {
        self.reading.tally.count(how);
        if self.context.detail {
            let span = self.context.input.span(line);
            self.reading.lines.push(ReadLine { span, understanding: how, meaning: meaning() });
        }
    }

    fn finish(self, base: &Base<'a>, mut chains: Vec<Chain>, hidden: &[&'a str]) {
        let input = self.context.input;
        circles::cut(&mut chains, &mut self.reading.findings);
        let hidden: Vec<Condition> =
            hidden.iter().map(|l| Condition { text: (*l).to_owned(), span: input.span(l) }).collect();
        let stages = stages::of(&base.tables, base.family, &hidden, &mut chains);
        if let Some(span) = self.context.old_negation {
            let message = "`!` behind an option is read as if it stood before it";
            self.reading.findings.push(Finding::new(Code::Tolerated, message).at(span, ""));
        }
        if let Some(span) = self.context.backward {
            let message =
                "a range that ends before it begins matches nothing, and newer versions of iptables refuse it";
            self.reading.findings.push(Finding::new(Code::Tolerated, message).at(span, ""));
        }
        let mut topology = topology::of(&self.context.interfaces, self.hook, &self.ways_out, input);
        topology.statements.extend(notes::statements(&self.context, self.hook));
        let policy = Policy {
            family: base.family,
            interfaces: self.context.interfaces,
            chains,
            forward: stages.forward,
            input: stages.input,
            output: stages.output,
            hook: self.hook,
            answers: Answers::Filtered,
        };
        self.reading.bases.push(RuleBase { policy, topology });
    }
}

/// Packets come to built-in chains by themselves only.
fn check_jump<'a>(spec: &Spec<'a>, table: &str) -> Result<(), Bad<'a>> {
    let Some(target) = spec.target.as_ref().filter(|t| built_in_of(table).contains(&t.name.text)) else {
        return Ok(());
    };
    Err(Bad::new(target.name.raw, format!("`{}` is a built-in chain, to which no rule can lead", target.name.text)))
}

/// Built-in chains see one interface only, and iptables refuses to ask for the other.
fn check_interfaces<'a>(spec: &Spec<'a>, chain: &str) -> Result<(), Bad<'a>> {
    let (wrong, option) = match chain {
        "OUTPUT" | "POSTROUTING" => (spec.in_iface, "-i"),
        "INPUT" | "PREROUTING" => (spec.out_iface, "-o"),
        _ => return Ok(()),
    };
    wrong.map_or(Ok(()), |part| Err(Bad::new(part, format!("`{option}` cannot be used in {chain}"))))
}
