//! Findings about a dump as a whole.

use super::context::{Assumption, Context};
use super::dump::{Dump, Remark, Table};
use crate::finding::{Code, Finding};
use crate::format::Input;
use crate::policy::{Hook, Statement};
use crate::source::Span;

/// Says what was remarked while the tables were read; what is tolerated is said once for each kind.
pub(super) fn remarks(dump: &Dump<'_>, input: Input<'_>, out: &mut Vec<Finding>) {
    for (remark, line) in &dump.remarks {
        if let Some((code, message, help)) = each(*remark, line) {
            out.push(Finding::new(code, message).at(input.span(line), "").help(help));
        }
    }
    for (remark, message) in ONCE {
        let lines: Vec<&str> = dump.remarks.iter().filter(|r| r.0 == *remark).map(|r| r.1).collect();
        if let Some(first) = lines.first() {
            let finding = Finding::new(Code::Tolerated, *message).at(input.span(first), "");
            let more = lines.len() - 1;
            out.push(if more == 0 { finding } else { finding.note(format!("and {more} more")) });
        }
    }
}

/// What is tolerated, and with which meaning.
const ONCE: &[(Remark, &str)] = &[
    (Remark::Outside, "text outside the tables is passed over"),
    (Remark::NoCommit, "a table without `COMMIT` is read to its end"),
    (Remark::Replaced, "this block of a table replaces an earlier one"),
    (Remark::FamilyAssumed, "nothing says which family the rules are for; they are read as IPv4"),
];

fn each(remark: Remark, line: &str) -> Option<(Code, String, &'static str)> {
    match remark {
        Remark::Hidden => Some((
            Code::HiddenRules,
            format!("the dump hides rules: `{}`", line.trim_start_matches(['#', ' '])),
            "check `nft list ruleset` and `iptables-legacy-save` as well; until then nothing counts as permitted",
        )),
        Remark::Undeclared => Some((
            Code::UndeclaredChain,
            "a rule for a chain that is not declared".to_owned(),
            "declare the chain with a line `:NAME - [0:0]` at the head of its table",
        )),
        Remark::UnknownTable => Some((
            Code::HiddenRules,
            format!("`{line}` is a table that is not known, and its rules are passed over"),
            "until it is known what they do, nothing counts as permitted",
        )),
        Remark::NoSuchRule => Some((
            Code::UnknownLine,
            format!("`{line}` speaks of a rule that is not in the chain"),
            "flows that the chain decides about are undecided; name the rule as it was added, or by its number",
        )),
        Remark::Unknown => Some((
            Code::UnknownLine,
            format!("`{line}` is not a line of iptables-save"),
            "flows that it may touch are undecided; remove it or write it as a rule",
        )),
        _ => None,
    }
}

/// A filter table that says nothing, or only something about the firewall itself.
pub(super) fn filter_table(table: &Table<'_>, hook: Hook, input: Input<'_>, out: &mut Vec<Finding>) {
    let rules = |name: &str| table.chains.iter().filter(|c| c.name == name).map(|c| c.entries.len()).sum::<usize>();
    let policies = || table.chains.iter().filter_map(|c| c.policy);
    let at = input.span(table.line);
    if table.chains.iter().all(|c| c.entries.is_empty()) && policies().all(|p| p == "ACCEPT") {
        let message = "the filter table has no rule and accepts everything";
        let help =
            "if rules are kept in nftables tables of their own, they leave no trace here: see `nft list ruleset`";
        out.push(Finding::new(Code::EmptyRuleBase, message).at(at, "").help(help));
    } else if hook == Hook::Forward && rules("FORWARD") == 0 && rules("INPUT") + rules("OUTPUT") > 0 {
        let message = "FORWARD has no rules while other chains do; the firewall is taken to forward";
        let span = table.chains.iter().find(|c| c.name == "FORWARD").map_or(at, |c| input.span(c.declared));
        let help = "if these are the rules of the client machine itself, judge what it sends with `--hook output`";
        out.push(Finding::new(Code::HookAssumed, message).at(span, "").help(help));
    }
}

/// The assumptions that rules rest on, each with a few of its places.
pub(super) fn statements(context: &Context<'_>, hook: Hook) -> Vec<Statement> {
    let mut kinds: Vec<Assumption> = context.assumptions.iter().map(|a| a.0).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let spans = |kind| context.assumptions.iter().filter(|a| a.0 == kind).map(|a| a.1).collect::<Vec<Span>>();
    kinds.into_iter().map(|kind| Statement { text: sentence(kind, hook).to_owned(), spans: spans(kind) }).collect()
}

fn sentence(assumption: Assumption, hook: Hook) -> &'static str {
    match assumption {
        Assumption::AddressType if hook == Hook::Output => {
            "a required flow goes from an address of the machine to a unicast address that is not (`-m addrtype`)"
        }
        Assumption::AddressType => {
            "a forwarded flow goes to a unicast address that is not the firewall's own (`-m addrtype`)"
        }
        Assumption::Unicast => "the packets of a required flow reach the firewall as unicast (`-m pkttype`)",
        Assumption::Routed => "required flows are routed and not bridged (`-m physdev`)",
        Assumption::NoIpsec => "no IPsec on the path of a required flow (`-m policy`)",
        Assumption::ReversePath => "packets of required flows pass the reverse path test (`-m rpfilter`)",
    }
}
