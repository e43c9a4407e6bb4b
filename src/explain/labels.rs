//! The places that a finding shows.

use super::cause::Cause;
use super::shadow::Shadowed;
use super::words::some;
use crate::finding::{Code, Label};
use crate::fix::Proposal;
use crate::policy::{Action, Chain, ChainEnd, Denial, Leg, RuleRef, Translation};
use crate::report::RuleSet;
use crate::source::{Sources, Span};
use crate::space::{Family, prefixes};
use crate::verify::Verdict;

/// Jumps and conditions that are shown; more are no help.
const MOST: usize = 3;

/// The guilty line first, then the jumps that led to it, the remark above it, open conditions and a permit that
/// comes too late.
pub(super) fn labels(
    rule_set: &RuleSet<'_>,
    sources: &Sources,
    cause: &Cause<'_>,
    fix: Option<&Proposal>,
    shadowed: Option<&Shadowed>,
) -> Vec<Label> {
    let Some(at) = cause.at else { return Vec::new() };
    let format = rule_set.file(at.source).map_or("", |file| file.format);
    let mut all = vec![Label { span: at, text: guilty(format, cause) }];
    all.extend(cause.besides.iter().filter_map(|c| Some(Label { span: c.at?, text: guilty(format, c) })));
    let Some(hit) = cause.first() else { return all };
    let mut add = |span: Span, text: &str| {
        if !all.iter().any(|label| label.span == span) {
            all.push(Label { span, text: text.to_owned() });
        }
    };
    fix.iter().flat_map(|fix| &fix.asleep).for_each(|permit| add(*permit, "this permit is switched off"));
    hit.block.because.iter().take(MOST).for_each(|condition| add(condition.span, "it hangs on this"));
    hit.block.path.iter().take(MOST).for_each(|jump| add(*jump, "it comes this way"));
    if let Some(remark) = remark_above(sources, at) {
        add(remark, "the remark on that line");
    }
    shadowed.into_iter().for_each(|permit| add(permit.span, "this permit never gets these packets"));
    all
}

/// The remark that stands directly above an access-list entry.
fn remark_above(sources: &Sources, at: Span) -> Option<Span> {
    let line = sources.line_of(at);
    let before = Span { start: line.start.checked_sub(1)?, end: line.start, ..line };
    let above = sources.line_of(before);
    let mut words = sources.slice(above).split_ascii_whitespace().peekable();
    if words.next_if_eq(&"access-list").is_some() {
        words.next();
    } else {
        // Below the head of a list of IOS, with or without a number.
        words.next_if(|word| word.parse::<u32>().is_ok());
    }
    (words.next() == Some("remark")).then_some(above)
}

fn guilty(format: &str, cause: &Cause<'_>) -> String {
    let leg = match cause.leg {
        Leg::Opening => "",
        Leg::Answer => "the answer is ",
        Leg::Later => "a later packet is ",
    };
    match cause.verdict {
        Verdict::Intercepted => redirection(cause),
        Verdict::Undecided if cause.code == Code::LimitInFront => "a limit decides here".to_owned(),
        Verdict::Undecided => "not decided here".to_owned(),
        _ => match ended_chain(cause) {
            Some(chain) => chain_end(format, chain, cause.denial, leg),
            None => format!("{leg}{}", denied(format, cause.denial)),
        },
    }
}

fn ended_chain<'a>(cause: &Cause<'a>) -> Option<&'a Chain> {
    let hit = cause.first()?;
    hit.policy.chain(hit.block.rule.filter(|at| RuleRef::is_end(*at))?.chain)
}

fn denied(format: &str, denial: Option<Denial>) -> String {
    match denial.and_then(Denial::reject_name) {
        Some(name) => format!("rejected here with {name}"),
        None if is_iptables(format) => "denied here, silently (DROP)".to_owned(),
        None => "denied here, silently".to_owned(),
    }
}

fn chain_end(format: &str, chain: &Chain, denial: Option<Denial>, leg: &str) -> String {
    let name = &chain.name;
    let what = if leg.is_empty() { "no rule permits it" } else { "no rule lets the rest of the conversation pass" };
    if is_iptables(format) {
        let policy = if chain.end == ChainEnd::Accept { "ACCEPT" } else { "DROP" };
        let name = name.rsplit(' ').next().unwrap_or(name);
        return format!("{what} before the policy {policy} of {name}");
    }
    let visible = denial.and_then(Denial::reject_name).map_or_else(String::new, |name| format!(", with {name}"));
    match format {
        "asa" | "ios" => format!("{what} before the implicit deny of `{name}`"),
        _ => format!("{what} before the default denies it{visible}"),
    }
}

fn is_iptables(format: &str) -> bool {
    matches!(format, "iptables" | "ip6tables")
}

/// Where a translation sends the packets.
fn redirection(cause: &Cause<'_>) -> String {
    let action = cause.first().and_then(|hit| Some((hit.policy.family, &hit.policy.rule(hit.block.rule?)?.action)));
    match action {
        Some((family, Action::Translate(translation))) => translated(family, translation),
        Some((_, Action::Divert)) => "handed to a local proxy here".to_owned(),
        _ => "sent elsewhere here".to_owned(),
    }
}

fn translated(family: Family, translation: &Translation) -> String {
    match translation {
        Translation::Destination { addresses: Some(new), .. } => {
            let names: Vec<String> = prefixes(family, new).iter().map(super::words::prefix).collect();
            format!("sent to {} here", some(&names, MOST))
        }
        Translation::Redirect { .. } => "sent to the firewall itself here".to_owned(),
        _ => "sent elsewhere here".to_owned(),
    }
}
