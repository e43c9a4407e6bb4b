//! Findings as plain data: what is wrong, where, how bad, and how to mend it.
//!
//! Sentences about verdicts are made in `explain`; readers make their own short ones about lines they could not
//! take as they stand. Reports only render.

use crate::source::Span;
use serde::{Deserialize, Serialize};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Said for completeness.
    Note,
    /// Worth a look; never decides the exit code by itself.
    Warning,
    /// Something is broken or could not be read.
    Error,
}

impl Severity {
    /// The name in files and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A part of a text that a finding speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is to be seen there; may be empty.
    pub text: String,
}

/// A change of a text: what the span holds goes, and the text takes its place. An empty span only adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What is taken out.
    pub span: Span,
    /// What comes in, with its line ends.
    pub text: String,
}

/// An exception that somebody answers for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waived {
    /// Why.
    pub reason: String,
    /// Who.
    pub owner: String,
    /// The last day on which it holds, as `YYYY-MM-DD` in UTC; nothing for what a baseline accepts.
    pub expires: Option<String>,
}

impl Waived {
    /// `until 2026-06-30 by the network team: the branch closes`.
    pub fn terms(&self) -> String {
        let until = self.expires.as_ref().map_or_else(String::new, |day| format!("until {day} "));
        format!("{until}by {}: {}", self.owner, self.reason)
    }
}

/// What a finding says about flows of a rule set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AboutFlows {
    /// The name of the rule set.
    pub rule_set: String,
    /// The ids of the requirements.
    pub requirements: Vec<String>,
    /// The jumps or groups that lead to the first place, outermost first.
    pub path: Vec<Span>,
    /// Changes that were proved to mend it; `help` says the same in words.
    pub changes: Vec<Change>,
    /// The exception under which it is accepted.
    pub waived: Option<Waived>,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What kind of finding; `fwproof explain CODE` tells more.
    pub code: Code,
    /// How bad.
    pub severity: Severity,
    /// What is wrong: lowercase, no final period, the user's text in backticks.
    pub message: String,
    /// The places; the first one is where the finding stands.
    pub labels: Vec<Label>,
    /// How to mend it.
    pub help: Option<String>,
    /// Further facts, one sentence each.
    pub notes: Vec<String>,
    /// What it says about flows, where it is about some.
    pub flows: Option<Box<AboutFlows>>,
}

/// So many places with the same code are told one by one.
pub const MOST_TOLD: usize = 100;
/// So many places of the others are named.
const MOST_NAMED: usize = 3;

impl Finding {
    /// One finding for `more` places of a code that are only counted, since nobody reads them all.
    pub fn counted(code: Code, more: usize, places: impl IntoIterator<Item = Span>) -> Finding {
        let message = format!("{more} more places like the {MOST_TOLD} told above are only counted");
        let finding = Finding::new(code, message);
        places.into_iter().take(MOST_NAMED).fold(finding, |finding, at| finding.at(at, "one of them"))
    }

    /// A finding with the severity that its code has by default.
    pub fn new(code: Code, message: impl Into<String>) -> Finding {
        Finding {
            code,
            severity: code.severity(),
            message: message.into(),
            labels: Vec::new(),
            help: None,
            notes: Vec::new(),
            flows: None,
        }
    }

    /// Adds a place.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Finding {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Says how to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Finding {
        self.help = Some(help.into());
        self
    }

    /// Adds a further fact.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Finding {
        self.notes.push(note.into());
        self
    }

    /// The rule set whose flows it is about, if it is about flows.
    pub fn rule_set(&self) -> Option<&str> {
        self.flows.as_deref().map(|flows| flows.rule_set.as_str())
    }

    /// The ids of the requirements that it is about.
    pub fn requirements(&self) -> &[String] {
        self.flows.as_deref().map_or(&[], |flows| &flows.requirements)
    }

    /// The jumps or groups that lead to where it stands.
    pub fn path(&self) -> &[Span] {
        self.flows.as_deref().map_or(&[], |flows| &flows.path)
    }

    /// The changes that were proved to mend it.
    pub fn changes(&self) -> &[Change] {
        self.flows.as_deref().map_or(&[], |flows| &flows.changes)
    }

    /// The exception under which it is accepted.
    pub fn waived(&self) -> Option<&Waived> {
        self.flows.as_deref().and_then(|flows| flows.waived.as_ref())
    }

    /// Where the finding stands, if it stands anywhere.
    pub fn span(&self) -> Option<Span> {
        self.labels.first().map(|l| l.span)
    }
}

/// Declares the codes once: variant, name, default severity, and the page that `explain` prints.
macro_rules! codes {
    ($($variant:ident $name:literal $severity:ident $about:literal;)*) => {
        /// What kind of finding it is. Names are stable: waivers and CI configurations refer to them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $(#[doc = $about] $variant,)* }

        impl Code {
            /// Every code, in the order of the documentation.
            pub const ALL: &[Code] = &[$(Code::$variant,)*];

            /// The stable name.
            pub const fn name(self) -> &'static str { match self { $(Code::$variant => $name,)* } }

            /// The severity unless the user sets another.
            pub const fn severity(self) -> Severity { match self { $(Code::$variant => Severity::$severity,)* } }

            /// One line about the code.
            pub const fn about(self) -> &'static str { match self { $(Code::$variant => $about,)* } }

            /// The page of `docs/findings/` about the code, in Markdown.
            pub const fn page(self) -> &'static str {
                match self { $(Code::$variant => include_str!(concat!("../docs/findings/", $name, ".md")),)* }
            }
        }
    };
}

codes! {
    // What breaks a required flow.
    NoPermit "no-permit" Error "a required flow is denied because no rule permits it";
    DeniedByRule "denied-by-rule" Error "a required flow is denied by an explicit rule";
    Dns443Missing "dns-443-missing" Error "DNS is permitted on port 53 but not on port 443";
    OneProtocol "one-protocol" Error "only one of UDP and TCP is permitted to the resolvers";
    OneResolver "one-resolver" Error "only some of the resolvers are permitted";
    DnsIntercepted "dns-intercepted" Error "DNS to the resolvers is redirected to another server";
    Intercepted "intercepted" Error "a required flow is redirected to another destination";
    QuicBlock "quic-block" Error "a block of QUIC (UDP 443) also blocks encrypted DNS";
    DnsInspection "dns-inspection" Warning "DNS inspection drops encrypted DNS that the rules permit";
    DnsInspectionExemption "dns-inspection-exemption" Warning "the exemption from DNS inspection is incomplete";
    V6Closed "v6-closed" Error "a flow is permitted over IPv4 but denied over IPv6";
    SecureAccessNotCovered "secure-access-not-covered" Warning "the rules cover Umbrella addresses but not those of Secure Access";
    OneRegion "one-region" Error "web traffic is permitted to some regions only";
    OneWebPort "one-web-port" Error "only one of the web ports 80 and 443 is permitted";
    AnswerDropped "answer-dropped" Error "the request gets out, but the answer is dropped";
    PermitIneffective "permit-ineffective" Warning "a permit for a required flow exists but has no effect";
    NearMiss "near-miss" Warning "a permit would match a denied flow but for one field";
    UnreachableChain "unreachable-chain" Warning "a chain that permits a denied flow is called from nowhere";
    LimitInFront "limit-in-front" Warning "a required flow passes only as long as a rate limit lets it";
    NeighbourDiscoveryBlocked "neighbour-discovery-blocked" Warning "IPv6 neighbour discovery does not pass the firewall's own chains";
    UdpTimeout "udp-timeout" Note "the UDP timeout is far above what DNS needs";
    Undecided "undecided" Warning "the text does not decide whether a required flow passes";
    // What the reader could not take as it stands.
    UnknownLine "unknown-line" Warning "a line was not understood; flows that it may touch are undecided";
    UnknownCommand "unknown-command" Note "commands that are not known were passed over";
    UnreadableRegion "unreadable-region" Error "a part of the text is not readable; what follows it is undecided";
    Tolerated "tolerated" Note "something unusual was read, with the meaning that it says";
    UndefinedName "undefined-name" Error "a name is used but not defined";
    DuplicateSet "duplicate-set" Error "a set is defined in two files";
    EmptyGroup "empty-group" Error "a group has no members";
    ChainLoop "chain-loop" Error "chains or groups refer to each other in a circle";
    UndeclaredChain "undeclared-chain" Error "a rule jumps to a chain that is not declared";
    WildcardAsNetmask "wildcard-as-netmask" Warning "a wildcard mask stands where a netmask belongs";
    NetmaskAsWildcard "netmask-as-wildcard" Warning "a netmask stands where a wildcard mask belongs";
    HiddenRules "hidden-rules" Warning "the dump says that rules exist that it does not show";
    EmptyRuleBase "empty-rule-base" Warning "the rule base has no rules at all";
    HookAssumed "hook-assumed" Note "the forwarding chain is empty while others are not";
    PathMtu "path-mtu" Note "ICMP errors that path MTU discovery needs are dropped";
    UntranslatedClients "untranslated-clients" Note "clients leave with private addresses";
    MayDivert "may-divert" Warning "a command beside the access lists may stop or divert flows";
    UnboundAcl "unbound-acl" Warning "an access list is bound to no interface";
    // What the input is.
    UnknownFormat "unknown-format" Error "the input is not a rule set in a known format";
    UnsupportedFormat "unsupported-format" Error "the input is recognised but cannot be read";
    NoRuleBase "no-rule-base" Error "the input holds no rule base";
    TooLarge "too-large" Error "the input is over a limit";
    InvalidYaml "invalid-yaml" Error "the YAML text is not valid";
    UnknownKey "unknown-key" Error "a key is not known";
    InvalidValue "invalid-value" Error "a value is not valid";
    Skipped "skipped" Note "a file of a directory was not recognised";
    DataStale "data-stale" Note "addresses that required flows rest on are too old";
    DataSuspect "data-suspect" Warning "an entry of a catalogue is probably a mistake";
    NotJudged "not-judged" Note "flows were not judged";
    // What is accepted.
    WaiverExpired "waiver-expired" Error "a waiver is over; the flow counts again";
    WaiverUnused "waiver-unused" Warning "a waiver covers nothing";
    BaselineUnused "baseline-unused" Note "entries of the baseline match nothing any more";
    InternalDisagreement "internal-disagreement" Error "the two evaluators disagree; the flow is left undecided";
}

impl Code {
    /// May a project leave findings of the code out? Not those that are about verdicts, nor those that tell why an
    /// input could not be used: what decides the exit code stays visible.
    pub fn may_be_off(self) -> bool {
        const ABOUT_VERDICTS: [Code; 3] = [Code::Undecided, Code::PermitIneffective, Code::SecureAccessNotCovered];
        self.severity() != Severity::Error && !ABOUT_VERDICTS.contains(&self)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Code {
    type Err = UnknownCode;

    fn from_str(name: &str) -> Result<Code, UnknownCode> {
        Code::ALL.iter().copied().find(|c| c.name() == name).ok_or(UnknownCode)
    }
}

/// No code has that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownCode;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_unique_and_parse_back() {
        let names: HashSet<_> = Code::ALL.iter().map(|c| c.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            assert_eq!(code.name().parse(), Ok(*code));
        }
    }

    #[test]
    fn every_code_has_a_page_that_begins_with_its_name() {
        for code in Code::ALL {
            assert!(code.page().starts_with(&format!("# {}\n", code.name())), "{code}");
            assert!(code.page().len() > 200, "the page of {code} says too little");
        }
    }
}
