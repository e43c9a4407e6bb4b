//! The shape of the JSON report, published as `docs/schemas/check.schema.json`.

use crate::finding::Severity;
use crate::policy::{Hook, Leg};
use crate::report::Summary;
use crate::report::basis::Basis;
use crate::verify::Verdict;
use schemars::JsonSchema;
use serde::Serialize;

/// What `fwproof check --output json` prints. Keys may be added; none changes its meaning within `fwproof/check/1`.
#[derive(Serialize, JsonSchema)]
pub struct Check {
    /// Always `fwproof/check/1`.
    pub schema: &'static str,
    /// The project file, where one was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// The product whose flows are required: `umbrella` or `secure-access`; both with a comma where sites differ.
    pub product: String,
    /// Where the clients are: `forward`, behind the firewall, or `output`, on the machine that has the rules. A site
    /// may say otherwise.
    pub hook: Hook,
    /// The rule sets in the order given.
    pub rule_sets: Vec<RuleSetOut>,
    /// Their files, in the same order.
    pub inputs: Vec<Input>,
    /// One for each rule set and requirement.
    pub results: Vec<FlowOut>,
    /// What is wrong, and how to mend it.
    pub findings: Vec<FindingOut>,
    /// What the client will show.
    pub client: Vec<ClientOut>,
    /// What the verdicts rest on that the text does not prove.
    pub assumptions: Vec<Assumption>,
    /// Flows that were not judged.
    pub not_judged: Vec<NotJudgedOut>,
    /// The statements about addresses that the verdicts rest on, with age and grade.
    pub data: Vec<Basis>,
    /// How many flows have which verdict.
    pub summary: Summary,
    /// Which part of the rule sets it is about, where it is about a part (`--partition`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition: Option<PartitionOut>,
    /// What the program exits with.
    pub exit_code: u8,
}

/// A part of the rule sets.
#[derive(Serialize, JsonSchema)]
pub struct PartitionOut {
    /// Which part, from 1.
    pub part: usize,
    /// Of how many.
    pub of: usize,
}

/// A rule set: one file, or the files of one firewall.
#[derive(Serialize, JsonSchema)]
pub struct RuleSetOut {
    /// The name by which results speak of it: that of its file, or of the firewall.
    pub name: String,
    /// The names of its files, as in `inputs`.
    pub files: Vec<String>,
    /// The site of the project that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteOut>,
}

/// A site of a project.
#[derive(Serialize, JsonSchema)]
pub struct SiteOut {
    /// Its name.
    pub name: String,
    /// The product that its clients use.
    pub product: &'static str,
    /// Where its clients are.
    pub hook: Hook,
}

/// A file and how it was read.
#[derive(Serialize, JsonSchema)]
pub struct Input {
    /// The name as given.
    pub file: String,
    /// The format's name.
    pub format: &'static str,
    /// How many rules were read.
    pub rules: usize,
    /// Lines that are exactly modelled.
    pub exact: usize,
    /// Lines with a condition that the text does not decide.
    pub opaque: usize,
    /// Lines that were not understood.
    pub rejected: usize,
    /// Lines without effect on transit.
    pub neutral: usize,
}

/// A requirement against a rule set.
#[derive(Serialize, JsonSchema)]
pub struct FlowOut {
    /// The name of the rule set.
    pub ruleset: String,
    /// The id of the requirement: `dns-udp-443`, `swg-https@london`.
    pub requirement: String,
    /// The id of the service.
    pub service: String,
    /// The id of the region, for services that have regions.
    pub region: Option<String>,
    /// `required`, `recommended`, `optional`, `test-vector` for addresses that are too unsure to be required, or
    /// `alternative` where another flow of its any-of group passes whole.
    pub level: &'static str,
    /// What holds of the whole flow.
    pub verdict: Verdict,
    /// The exception that covers all of it that is not permitted; it does not count for the exit code then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waived: Option<WaivedOut>,
    /// True when it was lost in the same way before the change that is judged; it does not count for the exit code then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was_so_before: Option<bool>,
    /// The legs of the conversations that come about, each as far as the ones before it pass.
    pub legs: Vec<LegOut>,
    /// A partition of the flow into products of sets.
    pub blocks: Vec<BlockOut>,
}

/// A leg of the conversations of a flow.
#[derive(Serialize, JsonSchema)]
pub struct LegOut {
    /// Which leg.
    pub leg: Leg,
    /// What holds of it.
    pub verdict: Verdict,
    /// The line that decides; null where no single line does.
    pub at: Option<Place>,
    /// The jumps or groups that lead there.
    pub path: Vec<Place>,
}

/// A part of a flow: all packets with a source of `src`, a destination of `dst`, and so on.
#[derive(Serialize, JsonSchema)]
pub struct BlockOut {
    /// What holds of it; never `partly-denied`.
    pub verdict: Verdict,
    /// The leg that decides.
    pub leg: Leg,
    /// Sources as prefixes.
    pub src: Vec<String>,
    /// Destinations as prefixes.
    pub dst: Vec<String>,
    /// Protocols.
    pub proto: Vec<Proto>,
    /// Ranges of source ports; empty for protocols without ports.
    pub sport: Vec<[u16; 2]>,
    /// Ranges of destination ports; empty for protocols without ports.
    pub dport: Vec<[u16; 2]>,
    /// ICMP types, `8`, or types with codes, `3/0-4`; only where not all of them are meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icmp: Option<Vec<String>>,
    /// The interface by which it enters, only where interfaces matter.
    #[serde(rename = "in", skip_serializing_if = "Option::is_none")]
    pub entering: Option<String>,
    /// The interface by which it leaves, only where interfaces matter.
    #[serde(rename = "out", skip_serializing_if = "Option::is_none")]
    pub leaving: Option<String>,
    /// The line that permits or denies.
    pub at: Option<Place>,
    /// The jumps or groups that lead there.
    pub path: Vec<Place>,
    /// What an undecided verdict hangs on.
    pub conditions: Vec<String>,
    /// What the sender sees of a denial: `drop`, `tcp-reset`, or the name of an ICMP error.
    pub denial: Option<&'static str>,
    /// One conversation of the block.
    pub witness: Witness,
    /// Is this part accepted under an exception? A finding says which. Only there when it is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub waived: bool,
}

/// A protocol: its name where it is `tcp`, `udp`, `icmp` or `icmpv6`, else its number.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Proto {
    /// By name.
    Name(&'static str),
    /// By number.
    Number(u8),
}

/// The first packet of a conversation.
#[derive(Serialize, JsonSchema)]
pub struct Witness {
    /// Source address.
    pub src: String,
    /// Destination address.
    pub dst: String,
    /// Protocol.
    pub proto: Proto,
    /// Source port; null for protocols without ports.
    pub sport: Option<u16>,
    /// Destination port; null for protocols without ports.
    pub dport: Option<u16>,
    /// The interface by which it enters; null when interfaces play no part.
    #[serde(rename = "in")]
    pub entering: Option<String>,
    /// The interface by which it leaves; null when interfaces play no part.
    #[serde(rename = "out")]
    pub leaving: Option<String>,
}

/// A place in a text. Lines and columns count from 1, columns in characters.
#[derive(Serialize, JsonSchema)]
pub struct Place {
    /// The name of the file.
    pub file: String,
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// A finding.
#[derive(Serialize, JsonSchema)]
pub struct FindingOut {
    /// The stable name of the kind of finding; `fwproof explain CODE` tells more.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// The rule set whose flows it is about; null for findings about lines and files.
    pub rule_set: Option<String>,
    /// The ids of the requirements that it is about.
    pub requirements: Vec<String>,
    /// Where it stands, if it stands anywhere.
    pub at: Option<Place>,
    /// All its places; the first one is `at`.
    pub labels: Vec<LabelOut>,
    /// How to mend it.
    pub help: Option<String>,
    /// Further facts.
    pub notes: Vec<String>,
    /// The exception under which it is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waived: Option<WaivedOut>,
}

/// An exception that somebody answers for.
#[derive(Serialize, JsonSchema)]
pub struct WaivedOut {
    /// Why.
    pub reason: String,
    /// Who.
    pub owner: String,
    /// The last day on which it holds, `YYYY-MM-DD` in UTC; not there for what a baseline accepts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
}

/// A place that a finding speaks of.
#[derive(Serialize, JsonSchema)]
pub struct LabelOut {
    /// Where.
    pub at: Place,
    /// What is to be seen there; may be empty.
    pub text: String,
}

/// What the client will show on a part of the client networks.
#[derive(Serialize, JsonSchema)]
pub struct ClientOut {
    /// The name of the rule set.
    pub ruleset: String,
    /// The family.
    pub family: FamilyOut,
    /// `dns` or `swg`.
    pub service: String,
    /// The regions that it speaks of; empty for DNS.
    pub regions: Vec<String>,
    /// The clients that it speaks of, as prefixes.
    pub from: Vec<String>,
    /// As the client words it.
    pub state: &'static str,
    /// False when it cannot be told.
    pub certain: bool,
    /// The line that decides; null where all is well, or no line decides.
    pub at: Option<Place>,
    /// A sentence that an admin can forward to the help desk.
    pub help_desk: String,
    /// What a capture at the client shows, by port.
    pub capture: Vec<EvidenceOut>,
    /// A display filter for Wireshark that shows the packets that tell; null where no server is known.
    pub filter: Option<String>,
}

/// What a capture shows of packets that fare alike.
#[derive(Serialize, JsonSchema)]
pub struct EvidenceOut {
    /// The protocol.
    pub proto: Proto,
    /// The destination port.
    pub port: u16,
    /// The destinations, as prefixes.
    pub to: Vec<String>,
    /// What is seen of them, in words.
    pub shows: String,
}

/// IPv4 or IPv6.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FamilyOut {
    /// IPv4.
    Ipv4,
    /// IPv6.
    Ipv6,
}

/// What verdicts rest on that the text does not prove.
#[derive(Serialize, JsonSchema)]
pub struct Assumption {
    /// One sentence.
    pub text: String,
    /// The lines that it rests on.
    pub at: Vec<Place>,
}

/// A flow that was not judged.
#[derive(Serialize, JsonSchema)]
pub struct NotJudgedOut {
    /// The name of the rule set, when it is about one.
    pub ruleset: Option<String>,
    /// The id of the requirement.
    pub requirement: String,
    /// The family, when it is about one.
    pub family: Option<FamilyOut>,
    /// Why.
    pub reason: String,
}
