//! `fwproof trace`: one conversation rule by rule, or many of them as JSON lines.

use super::inputs::{Firewall, Inputs, Loaded, Wanted, anything_not_understood, load};
use super::plan::place;
use super::{Done, FirewallArguments, SiteArguments, exit, flow_text, packets};
use crate::format::RuleBase;
use crate::policy::{Conversation, IfaceId, Outcome};
use crate::report::{Traced, render_findings, trace as rendered};
use crate::space::{Field, IntervalSet};
use crate::verify::Site;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct TraceArguments {
    /// The rule set: a file, or `-` for standard input, or the files of one firewall
    #[arg(required_unless_present = "firewalls", value_name = "RULESET")]
    rule_sets: Vec<PathBuf>,
    #[command(flatten)]
    grouping: FirewallArguments,
    /// The conversation, as "udp 10.20.3.4:50000 > 208.67.222.222:443"
    #[arg(long, value_name = "FLOW", required_unless_present = "packets", conflicts_with = "packets")]
    flow: Option<String>,
    /// A file of conversations, one JSON object a line: id, src, dst, proto, and optionally sport, dport, flags, type,
    /// code, in, out; answered by one JSON line each
    #[arg(long, value_name = "FILE.jsonl")]
    packets: Option<PathBuf>,
    #[command(flatten)]
    site: SiteArguments,
}

pub(super) fn run(arguments: &TraceArguments) -> Result<Done, String> {
    let wanted = Wanted { paths: &arguments.rule_sets, firewalls: &arguments.grouping.firewalls, partition: None };
    let inputs = load(&wanted, &arguments.site.reading, &arguments.site.options()?);
    let strict = arguments.site.reading.strict && anything_not_understood(&inputs);
    if inputs.failed || strict {
        return Ok(Done { output: render_findings(&inputs.sources, &inputs.findings, false), code: exit::ERROR });
    }
    let firewall = only(&inputs)?;
    let bases = placed_bases(arguments, firewall, &inputs.sources)?;
    if let Some(path) = &arguments.packets {
        let output = packets::answers(&super::read_text(path)?, &bases, &inputs.sources)?;
        return Ok(Done { output, code: exit::PERMITTED });
    }
    let flow = flow_text::resolved(arguments.flow.as_deref().unwrap_or_default(), &arguments.site.reading.resolve)?;
    let conversation = flow_text::parse(&flow)?;
    let Some(base) = bases.iter().find(|b| b.base.policy.family == conversation.family) else {
        return Err(format!("`{}` holds no {} rule base", firewall.name, conversation.family));
    };
    let on_pairs = base.on_pairs(&conversation);
    let outcome = common_outcome(&on_pairs);
    let traced: Vec<Traced> = shown(&on_pairs, outcome)
        .into_iter()
        .map(|(conversation, outcome)| Traced {
            packets: base.base.policy.trace(&conversation),
            decision: base.base.policy.decide(&conversation),
            conversation,
            outcome,
        })
        .collect();
    let output = rendered::human(&inputs.sources, &base.base.policy, &traced, outcome);
    Ok(Done { output, code: code_of(outcome) })
}

/// The one firewall of a trace.
fn only(inputs: &Inputs) -> Result<&Firewall, String> {
    if let [firewall] = inputs.firewalls.as_slice() {
        return Ok(firewall);
    }
    let names: Vec<String> = inputs.firewalls.iter().take(3).map(|f| format!("`{}`", f.name)).collect();
    let more = if inputs.firewalls.len() > names.len() { " and more" } else { "" };
    let names = names.join(", ");
    Err(format!("{names}{more} are several firewalls, and a trace is of one; `--firewall NAME=FILE,FILE` joins files"))
}

fn placed_bases<'a>(
    arguments: &TraceArguments,
    firewall: &'a Firewall,
    sources: &crate::source::Sources,
) -> Result<Vec<PlacedBase<'a>>, String> {
    let placed = |(file, base): (&Loaded, &'a RuleBase)| {
        let placed = place(&arguments.site, file, base, &[]);
        let placed = placed.map_err(|f| render_findings(sources, &[f], false))?;
        Ok(PlacedBase { base, site: placed.site })
    };
    firewall.bases().map(placed).collect()
}

fn code_of(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Permitted => exit::PERMITTED,
        Outcome::Denied(_) | Outcome::Intercepted => exit::DENIED,
        Outcome::Undecided => exit::UNDECIDED,
    }
}

/// A rule base with the interfaces that the flags name.
pub(super) struct PlacedBase<'a> {
    pub base: &'a RuleBase,
    pub site: Site,
}

impl PlacedBase<'_> {
    /// The conversation by each pair of interfaces that flags and topology leave open, with its outcome.
    pub fn on_pairs(&self, conversation: &Conversation) -> Vec<(Conversation, Outcome)> {
        let policy = &self.base.policy;
        let one = |value: u128| IntervalSet::single(value);
        let flow = crate::space::PacketSet::full(policy.family)
            .with(Field::Src, &one(conversation.src))
            .with(Field::Dst, &one(conversation.dst));
        let pairs = crate::verify::pairs(&flow, &self.base.topology, &self.site);
        let by_pair = |(in_iface, out_iface): (IfaceId, IfaceId)| {
            let c = Conversation { in_iface, out_iface, ..conversation.clone() };
            let outcome = policy.decide(&c).outcome();
            (c, outcome)
        };
        pairs.into_iter().map(by_pair).collect()
    }
}

/// The outcome on all pairs; undecided where they differ.
pub(super) fn common_outcome(on_pairs: &[(Conversation, Outcome)]) -> Outcome {
    let kind = |o: &Outcome| std::mem::discriminant(o);
    match on_pairs.split_first() {
        Some(((_, first), rest)) if rest.iter().all(|(_, o)| kind(o) == kind(first)) => *first,
        _ => Outcome::Undecided,
    }
}

/// One pair where all agree, else one for each outcome.
fn shown(on_pairs: &[(Conversation, Outcome)], outcome: Outcome) -> Vec<(Conversation, Outcome)> {
    let mut shown: Vec<(Conversation, Outcome)> = Vec::new();
    for pair in on_pairs {
        if !shown.iter().any(|(_, o)| *o == pair.1 || outcome != Outcome::Undecided) {
            shown.push(pair.clone());
        }
    }
    shown
}
