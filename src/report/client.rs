//! What the client will show, in words that every output uses: the state, a sentence for the help desk, what a capture
//! shows, and the display filter with which to look.

use super::{Report, RuleSet, clean, wire, words};
use crate::client::{
    CANNOT_TELL, ENCRYPTED, Evidence, NOT_ENCRYPTED, Prediction, UNAVAILABLE, UNAVAILABLE_THERE, UNPROTECTED,
};
use crate::policy::TCP;
use crate::space::{Family, Field, widened};
use ipnet::IpNet;

/// Prefixes of clients, regions and servers that a sentence names.
pub const MOST: usize = 4;
/// Networks that a display filter names; of more of them, it takes the blocks that they lie in.
const MOST_IN_FILTER: usize = 12;

/// A prediction in words, clean for every output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// `DNS protection over IPv4 from 10.20.0.0/16: "Unprotected"`.
    pub state: String,
    /// A sentence that an admin can forward.
    pub help_desk: String,
    /// What a capture at the client shows; nothing where no packet is known.
    pub capture: Option<String>,
    /// Shows the packets that tell, in Wireshark; nothing where no server is known.
    pub filter: Option<String>,
}

impl Told {
    /// Each with what it is, one line for each.
    pub fn lines(&self) -> Vec<String> {
        let labelled = |label: &str, text: &String| format!("{label}: {text}");
        let rest = [("in a capture at the client", &self.capture), ("display filter", &self.filter)];
        let rest = rest.into_iter().filter_map(|(label, text)| Some(labelled(label, text.as_ref()?)));
        [self.state.clone(), labelled("for the help desk", &self.help_desk)].into_iter().chain(rest).collect()
    }
}

/// A prediction in words; lists are cut after so many items.
pub fn told(prediction: &Prediction, most: usize) -> Told {
    let cleaned = |text: String| clean::line(&text).into_owned();
    Told {
        state: cleaned(state(prediction, most)),
        help_desk: cleaned(help_desk(prediction, most)),
        capture: capture(prediction, most).map(cleaned),
        filter: filter(prediction),
    }
}

/// The predictions about a rule set of a report.
pub fn of_rule_set<'r>(report: &'r Report<'_>, set: &'r RuleSet<'_>) -> impl Iterator<Item = &'r Prediction> {
    report.client.iter().filter(move |prediction| prediction.rule_set == set.name)
}

fn protection(prediction: &Prediction) -> &'static str {
    if prediction.service == "dns" { "DNS protection" } else { "web protection" }
}

fn from(prediction: &Prediction, most: usize) -> String {
    words::some_of(&words::cidrs(prediction.family, &prediction.from.values(Field::Src)), most)
}

fn state(prediction: &Prediction, most: usize) -> String {
    let state = match prediction.state {
        CANNOT_TELL if prediction.evidence.is_empty() => {
            "cannot tell, no address of the gateway is known well enough".to_owned()
        }
        CANNOT_TELL => "cannot tell, the verdicts differ or are undecided".to_owned(),
        state => format!("\"{state}\""),
    };
    let regions = match prediction.regions.len() {
        0 => String::new(),
        _ => format!(" ({})", regions(prediction, most)),
    };
    format!("{} over {} from {}: {state}{regions}", protection(prediction), prediction.family, from(prediction, most))
}

fn regions(prediction: &Prediction, most: usize) -> String {
    let number = words::counted(prediction.regions.len(), "region");
    format!("{number}: {}", words::some_of(&prediction.regions, most))
}

fn help_desk(prediction: &Prediction, most: usize) -> String {
    let (from, family, firewall) = (from(prediction, most), prediction.family, &prediction.rule_set);
    let sees = |state: &str, when: &str| {
        format!(
            "users on {from} see \"{state}\"{when} ({}, {family}): the firewall `{firewall}`",
            protection(prediction)
        )
    };
    let mended = "it is mended in the firewall, not on their devices";
    let fails_open =
        format!("the client fails open, so web pages load without protection and users do not notice; {mended}");
    match prediction.state {
        UNPROTECTED => format!(
            "{} lets neither UDP 443 nor UDP 53 reach a resolver, so names are resolved without protection; {mended}",
            sees(UNPROTECTED, "")
        ),
        NOT_ENCRYPTED => format!(
            "{} lets UDP 53 reach a resolver, but not UDP 443, so names are protected and can be read on the way{}; \
             {mended}",
            sees(NOT_ENCRYPTED, ""),
            failover(prediction, 53)
        ),
        ENCRYPTED => {
            format!("{} lets UDP 443 reach a resolver{}", sees(ENCRYPTED, ""), failover(prediction, 443))
        }
        UNAVAILABLE => {
            format!(
                "{} lets TCP 443 reach none of the asked addresses of the gateway; {fails_open}",
                sees(UNAVAILABLE, "")
            )
        }
        UNAVAILABLE_THERE => {
            let when = format!(" when a DNS answer sends them to {}", place(prediction, most));
            format!("{} stops TCP 443 there; {fails_open}", sees(UNAVAILABLE, &when))
        }
        _ => doubt(prediction, &from, most),
    }
}

/// The regions, or the gateway where it has none.
fn place(prediction: &Prediction, most: usize) -> String {
    match prediction.regions.as_slice() {
        [] => "some addresses".to_owned(),
        [one] => format!("the region {one}"),
        all => format!("{} regions ({})", all.len(), words::some_of(all, most)),
    }
}

/// The resolvers that are not reached on the port that the state hangs on.
fn failover(prediction: &Prediction, port: u16) -> String {
    let closed = prediction.evidence.iter().filter(|evidence| evidence.port == port && !evidence.is_good());
    let servers: Vec<String> = closed.flat_map(|evidence| evidence.to.iter().map(server)).collect();
    if servers.is_empty() {
        return String::new();
    }
    format!(", until a client changes to a resolver that it does not reach ({})", words::some_of(&servers, MOST))
}

fn doubt(prediction: &Prediction, from: &str, most: usize) -> String {
    let (family, firewall) = (prediction.family, &prediction.rule_set);
    let what = format!("what users on {from} see ({}, {family}) cannot be told", protection(prediction));
    if prediction.evidence.is_empty() {
        return format!(
            "{what}: no address of the gateway is known well enough; a list of the organization's own decides it \
             (`fwproof ingress import`)"
        );
    }
    let rules = format!("{what} from the rules of `{firewall}`; a capture decides: ");
    if prediction.service == "dns" {
        return format!(
            "{rules}with an answer on UDP 443 it is \"{ENCRYPTED}\", with one on UDP 53 alone \"{NOT_ENCRYPTED}\", \
             without any \"{UNPROTECTED}\""
        );
    }
    format!("{rules}without an answer from {} it is \"{UNAVAILABLE}\" there", place(prediction, most))
}

/// What is seen of each port, ports that show the same joined.
fn capture(prediction: &Prediction, most: usize) -> Option<String> {
    let mut groups: Vec<(&Evidence, bool, Vec<String>)> = Vec::new();
    for one in &prediction.evidence {
        let in_part = is_in_part(one, &prediction.evidence);
        let same = |(other, part, _): &&mut (&Evidence, bool, Vec<String>)| {
            (other.proto, other.seen, &other.to, *part) == (one.proto, one.seen, &one.to, in_part)
        };
        match groups.iter_mut().find(same) {
            Some((.., ports)) => ports.push(one.port.to_string()),
            None => groups.push((one, in_part, vec![one.port.to_string()])),
        }
    }
    let told = groups.iter().map(|(one, in_part, ports)| shown(one, *in_part, &ports.join(" and "), most));
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| told.join("; "))
}

/// Do other packets to the same port and server fare otherwise, by their source or its port?
fn is_in_part(one: &Evidence, all: &[Evidence]) -> bool {
    let others =
        all.iter().filter(|other| (other.proto, other.port) == (one.proto, one.port) && other.seen != one.seen);
    others.flat_map(|other| &other.to).any(|net| one.to.contains(net))
}

fn shown(one: &Evidence, in_part: bool, ports: &str, most: usize) -> String {
    let is_tcp = one.proto == TCP;
    let proto = if is_tcp { "TCP" } else { "UDP" };
    let servers: Vec<String> = one.to.iter().map(server).collect();
    let part = if in_part { " in part" } else { "" };
    let seen = wire::shown(one.seen, is_tcp, !is_tcp);
    format!("{proto} {ports} to {} shows{part} {seen}", words::some_of(&servers, most))
}

/// A prefix, without its length when it is one address.
fn server(prefix: &IpNet) -> String {
    if prefix.prefix_len() == prefix.max_prefix_len() { prefix.addr().to_string() } else { prefix.to_string() }
}

/// `ip.addr == 208.67.222.222 or ip.addr == 208.67.220.220`: whole, as it is to be copied.
fn filter(prediction: &Prediction) -> Option<String> {
    let (field, block) = match prediction.family {
        Family::V4 => ("ip.addr", 16),
        Family::V6 => ("ipv6.addr", 32),
    };
    let servers = &prediction.servers;
    let blocks = |servers: &[IpNet]| {
        let mut blocks: Vec<IpNet> = servers.iter().map(|net| widened(*net, block.min(net.prefix_len()))).collect();
        blocks.sort();
        blocks.dedup();
        blocks
    };
    let nets = if servers.len() > MOST_IN_FILTER { blocks(servers) } else { servers.clone() };
    let terms: Vec<String> = nets.iter().map(|net| format!("{field} == {}", server(net))).collect();
    (!terms.is_empty()).then(|| terms.join(" or "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::addresses;
    use crate::space::PacketSet;
    use crate::verify::Seen;

    fn prediction(state: &'static str, evidence: Vec<Evidence>, servers: &[&str]) -> Prediction {
        Prediction {
            rule_set: "office.v4".to_owned(),
            family: Family::V4,
            service: "dns".to_owned(),
            regions: Vec::new(),
            from: PacketSet::full(Family::V4).with(Field::Src, &addresses("10.20.0.0/16")),
            state,
            certain: state != CANNOT_TELL,
            evidence,
            servers: nets(servers),
        }
    }

    fn nets(nets: &[&str]) -> Vec<IpNet> {
        nets.iter().map(|net| net.parse().unwrap()).collect()
    }

    fn udp(port: u16, seen: Seen, to: &[&str]) -> Evidence {
        Evidence { proto: crate::policy::UDP, port, to: nets(to), seen, at: None }
    }

    const BOTH: [&str; 2] = ["208.67.222.222/32", "208.67.220.220/32"];

    #[test]
    fn ports_that_show_the_same_are_told_together() {
        let evidence = vec![udp(443, Seen::Silence, &BOTH), udp(53, Seen::Silence, &BOTH)];
        let told = told(&prediction(UNPROTECTED, evidence, &BOTH), MOST);
        assert_eq!(
            told.lines(),
            [
                "DNS protection over IPv4 from 10.20.0.0/16: \"Unprotected\"",
                "for the help desk: users on 10.20.0.0/16 see \"Unprotected\" (DNS protection, IPv4): the firewall \
                 `office.v4` lets neither UDP 443 nor UDP 53 reach a resolver, so names are resolved without protection; \
                 it is mended in the firewall, not on their devices",
                "in a capture at the client: UDP 443 and 53 to 208.67.222.222, 208.67.220.220 shows requests without any answer",
                "display filter: ip.addr == 208.67.222.222 or ip.addr == 208.67.220.220",
            ]
        );
    }

    #[test]
    fn a_resolver_that_is_not_reached_is_named_where_the_state_hangs_on_its_port() {
        let evidence = || vec![udp(443, Seen::Answered, &BOTH[..1]), udp(443, Seen::Reset, &BOTH[1..])];
        let told = told(&prediction(ENCRYPTED, evidence(), &BOTH), MOST);
        let until = "until a client changes to a resolver that it does not reach (208.67.220.220)";
        assert!(told.help_desk.ends_with(until), "{}", told.help_desk);
        assert!(!prediction(ENCRYPTED, evidence(), &BOTH).is_good());
    }

    #[test]
    fn a_filter_names_addresses_or_the_blocks_of_many() {
        let of = |servers: &[&str]| filter(&prediction(UNAVAILABLE, Vec::new(), servers)).unwrap();
        assert_eq!(of(&["146.112.4.0/24"]), "ip.addr == 146.112.4.0/24");
        let many: Vec<String> = (0..20).map(|n| format!("146.{}.{n}.0/24", 112 + n % 2)).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(of(&many), "ip.addr == 146.112.0.0/16 or ip.addr == 146.113.0.0/16");
        let v6 = Prediction { family: Family::V6, ..prediction(UNPROTECTED, Vec::new(), &["2620:119:35::35/128"]) };
        assert_eq!(filter(&v6).unwrap(), "ipv6.addr == 2620:119:35::35");
        assert_eq!(filter(&prediction(CANNOT_TELL, Vec::new(), &[])), None);
    }
}
